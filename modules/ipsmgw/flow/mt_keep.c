/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Keeping what a hub was answered 202 for: see mt_keep.h.
 */
#include "mt_keep.h"

#include <stdio.h>
#include <sys/random.h>

#include "core/parser/hf.h"
#include "core/resolve.h"
#include "core/socket_info.h"
#include "../registry/registry.h"
#include "../registry/store.h"
#include "clock.h"
#include "counters.h"
#include "delivery_store.h"
#include "mt.h"
#include "settings.h"

#define RESTORED_MIN_MS 1000 /* so that the first look comes first */

static int64_t wall_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

int64_t mt_keep_until(uint64_t wait_ms)
{
	return wall_ms() + (int64_t)wait_ms;
}

/* --- promises ------------------------------------------------------------------------------- */

/* Nothing is kept anywhere, and the operator does not mind. */
static bool in_memory(void)
{
	return settings.mt_hold_memory && !store_is_used();
}

bool mt_keep_can_hold(void)
{
	if(in_memory() || delivery_store_is_up())
		return true;
	count(CNT_MT_HOLD_REFUSED);
	return false;
}

static bool is_answer_owed(struct delivery *d)
{
	struct delivery_view view;

	delivery_view(&view, d);
	return view.answer_owed;
}

bool mt_keep_takes_time(void)
{
	return !in_memory();
}

/* Without an answer that is owed it was promised before, or to nobody: then it is held whatever becomes of its row. */
bool mt_keep_hold(struct delivery *d, const struct mt_end *end, bool owed)
{
	if(owed && !mt_keep_can_hold())
		return false;
	mt_context_of(d)->ended = *end;
	if(delivery_store_put(d, DELIVERY_KEPT_WAITING, 0) == 0 || in_memory()
			|| !owed)
		return true;
	count(CNT_MT_HOLD_REFUSED);
	return false;
}

void mt_keep_held(struct delivery *d)
{
	if(in_memory())
		mt_answer_pending(d);
	else
		delivery_store_keep(d, is_answer_owed(d) ? DELIVERY_TO_ANSWER : 0);
}

/* The hub waits, and no row will be there: what has not left yet stays with the hub. */
static void answer_without_row(struct delivery *d)
{
	const struct mt_end expired = {.kind = MT_EXPIRED};

	if(delivery_take_waiting(d, DELIVERY_QUEUED)) {
		mt_finish(d, &expired);
		return;
	}
	if(!is_answer_owed(d))
		return;
	count(CNT_MT_UNKEPT);
	mt_answer_pending(d);
}

void mt_keep_answer(struct delivery *d)
{
	if(in_memory())
		mt_answer_pending(d);
	else if(!delivery_store_is_up()
			|| delivery_store_keep(d, DELIVERY_TO_ANSWER) < 0)
		answer_without_row(d);
}

/* --- sending ---------------------------------------------------------------------------------- */

/* The row cannot be changed now: he gets it when it can. */
static void postpone(struct delivery *d)
{
	if(!delivery_cancel(d, clock_ms()))
		return;
	mt_context_of(d)->ended = (struct mt_end){.kind = MT_EXPIRED};
	delivery_store_put(d, DELIVERY_KEPT_WAITING, 0);
	delivery_hold_back(d);
	delivery_store_keep(d, DELIVERY_TO_WAKE);
}

bool mt_keep_send(struct delivery *d)
{
	if(!delivery_store_has(d))
		return false;
	if(!delivery_store_is_up()
			|| delivery_store_put(d, DELIVERY_KEPT_SENT, DELIVERY_TO_SEND) < 0)
		postpone(d);
	return true;
}

/* --- the end ------------------------------------------------------------------------------------ */

bool mt_keep_end(struct delivery *d, const struct mt_end *end)
{
	if(!delivery_store_has(d))
		return false;
	mt_context_of(d)->ended = *end;
	return delivery_store_put_end(d, end, DELIVERY_TO_TELL) == 0;
}

void mt_keep_expired(struct mt_end *end, struct delivery *d)
{
	enum delivery_kept kept;
	struct mt_end before;

	*end = (struct mt_end){.kind = MT_EXPIRED};
	if(!delivery_store_came_as(&kept, &before, d))
		return;
	if(kept == DELIVERY_KEPT_ENDED)
		*end = before;
	else if(kept == DELIVERY_KEPT_SENT)
		end->kind = MT_RESTARTED;
}

bool mt_keep_reported(
		struct span call_id, bool acked, const struct mt_end *error)
{
	struct delivery *d = delivery_store_find_sent(call_id);
	struct delivery_view view;
	struct mt_end end = *error;

	if(!d)
		return false;
	delivery_view(&view, d);
	/* of a text in parts the others are not sent any more */
	if(acked)
		end = (struct mt_end){.kind = view.parts_delivered + 1 == d->parts
											  ? MT_DELIVERED
											  : MT_RESTARTED};
	if(delivery_take_waiting(d, DELIVERY_HELD))
		mt_finish(d, &end);
	delivery_release(d);
	return true;
}

/* --- what the store tells ------------------------------------------------------------------------- */

static void kept(struct delivery *d, unsigned wishes)
{
	if(wishes & DELIVERY_TO_ANSWER)
		mt_answer_pending(d);
	if(wishes & DELIVERY_TO_SEND)
		mt_send_next(d);
	if(wishes & DELIVERY_TO_WAKE)
		mt_wake(d->to);
	if(wishes & DELIVERY_TO_TELL)
		mt_tell_end(d, &mt_context_of(d)->ended, true);
}

/* It has not left, and nobody has promised anything: the hub keeps it. */
static void refuse(struct delivery *d, const struct mt_end *end)
{
	count(CNT_MT_HOLD_REFUSED);
	mt_finish(d, end);
}

static void not_sent(struct delivery *d)
{
	const struct mt_end expired = {.kind = MT_EXPIRED};

	if(!is_answer_owed(d))
		postpone(d);
	else if(delivery_cancel(d, clock_ms()))
		refuse(d, &expired);
}

static void not_kept(struct delivery *d, unsigned wishes)
{
	if(wishes & DELIVERY_TO_SEND)
		not_sent(d);
	if(wishes & DELIVERY_TO_ANSWER && is_answer_owed(d)) {
		if(delivery_take_waiting(d, DELIVERY_HELD))
			refuse(d, &mt_context_of(d)->ended);
		else
			answer_without_row(d);
	}
	if(wishes & DELIVERY_TO_TELL)
		mt_tell_end(d, &mt_context_of(d)->ended, true);
	mt_go_on(delivery_subscriber(d));
}

/* --- rows ------------------------------------------------------------------------------------------- */

#define RECEIVED_MAX (2 * IP_ADDR_MAX_STR_SIZE + 32)

/* PROTOCOL,IP,PORT,OUR IP,OUR PORT */
static struct span write_received(
		char out[RECEIVED_MAX], const struct receive_info *rcv)
{
	char from[IP_ADDR_MAX_STR_SIZE + 1], to[IP_ADDR_MAX_STR_SIZE + 1];
	int n;

	snprintf(from, sizeof(from), "%s",
			ip_addr2a((struct ip_addr *)&rcv->src_ip));
	snprintf(to, sizeof(to), "%s", ip_addr2a((struct ip_addr *)&rcv->dst_ip));
	n = snprintf(out, RECEIVED_MAX, "%d,%s,%u,%s,%u", rcv->proto, from,
			rcv->src_port, to, rcv->dst_port);
	return (struct span){out, (size_t)n};
}

static struct span take_field(struct span *rest)
{
	struct span field = {rest->s, span_find(*rest, ',')};

	*rest = span_skip(*rest, field.len + 1);
	return field;
}

static void read_ip(struct ip_addr *out, struct span text)
{
	str ip = str_of(text);
	struct ip_addr *read = str2ip(&ip);

	if(!read)
		read = str2ip6(&ip);
	if(read)
		*out = *read;
}

static unsigned short read_port(struct span text)
{
	str digits = str_of(text);
	unsigned port = 0;

	return str2int(&digits, &port) == 0 ? (unsigned short)port : 0;
}

static void read_received(struct receive_info *out, struct span text)
{
	memset(out, 0, sizeof(*out));
	out->proto = (char)read_port(take_field(&text));
	read_ip(&out->src_ip, take_field(&text));
	out->src_port = read_port(take_field(&text));
	read_ip(&out->dst_ip, take_field(&text));
	out->dst_port = read_port(take_field(&text));
	init_su(&out->src_su, &out->src_ip, out->src_port);
}

static void describe(struct delivery_kept_row *out, struct delivery *d)
{
	static char impu[MT_URI_MAX], received[RECEIVED_MAX],
			call_id[DELIVERY_CALL_ID_MAX];
	const struct mt_context *c = mt_context_of(d);
	struct delivery_view view;

	delivery_view(&view, d);
	delivery_copy_impu(impu, sizeof(impu), d);
	out->expires_at = c->expires_at;
	out->flags = (d->hold ? DELIVERY_MAY_BE_HELD : 0)
				 | (c->tell_delivered ? DELIVERY_TELL_DELIVERED : 0)
				 | (c->tell_failed ? DELIVERY_TELL_FAILED : 0)
				 | (c->has_hub ? DELIVERY_OF_A_HUB : 0)
				 | (c->info == MT_INFO_SENDER ? DELIVERY_WITHOUT_NUMBER : 0)
				 | (c->info == MT_INFO_GIVEN ? DELIVERY_WITH_DOCUMENT : 0);
	out->to = d->to;
	out->from = d->from;
	out->rp_oa = d->rp_oa;
	out->message = d->raw;
	if(c->has_hub)
		out->received = write_received(received, &c->rcv);
	out->impu = (struct span){impu, strlen(impu)};
	out->sent = (struct span){call_id, delivery_copy_call_id(call_id, d)};
	out->tpdus = d->tpdus;
	out->tpdus_len = d->tpdus_len;
	out->parts = d->parts;
	out->parts_delivered = view.parts_delivered;
}

/* --- after a restart ----------------------------------------------------------------------------------- */

/* Nobody wakes who waits under it. */
static struct subscriber_key nobody(void)
{
	struct subscriber_key key;

	while(getrandom(&key, sizeof(key), 0) != sizeof(key))
		;
	return key;
}

/* The hub's Call-ID, in the message. */
static struct span find_call_id(struct span raw)
{
	struct sip_msg msg;
	struct span call_id = {"", 0};

	if(raw.len == 0)
		return call_id;
	memset(&msg, 0, sizeof(msg));
	msg.buf = (char *)raw.s;
	msg.len = (unsigned)raw.len;
	if(parse_msg(msg.buf, msg.len, &msg) == 0
			&& parse_headers(&msg, HDR_CALLID_F, 0) == 0 && msg.callid)
		call_id = span_of(msg.callid->body);
	free_sip_msg(&msg);
	return call_id;
}

static uint64_t wait_of(const struct delivery_kept_row *row)
{
	int64_t left = row->expires_at - wall_ms();

	switch(row->kept) {
		case DELIVERY_KEPT_WAITING:
			return left > RESTORED_MIN_MS ? (uint64_t)left : RESTORED_MIN_MS;
		case DELIVERY_KEPT_SENT:
			return (uint64_t)settings.mt_report_timeout;
		case DELIVERY_KEPT_ENDED:
			break;
	}
	return RESTORED_MIN_MS;
}

static struct delivery *restore(const struct delivery_kept_row *row)
{
	struct mt_context context = {.has_hub = row->flags & DELIVERY_OF_A_HUB,
			.tell_delivered = row->flags & DELIVERY_TELL_DELIVERED,
			.tell_failed = row->flags & DELIVERY_TELL_FAILED,
			.info = row->flags & DELIVERY_WITHOUT_NUMBER  ? MT_INFO_SENDER
					: row->flags & DELIVERY_WITH_DOCUMENT ? MT_INFO_GIVEN
														  : MT_INFO_NONE,
			.expires_at = row->expires_at};
	struct delivery_origin origin = {.now_ms = clock_ms(),
			.who = row->kept == DELIVERY_KEPT_WAITING ? mt_key_of(row->to)
													  : nobody(),
			.to = row->to,
			.from = row->from,
			.rp_oa = row->rp_oa,
			.raw = row->message,
			.call_id = find_call_id(row->message),
			.tpdus = row->tpdus,
			.tpdus_len = row->tpdus_len,
			.parts = row->parts,
			.parts_delivered = row->parts_delivered,
			.hold = row->flags & DELIVERY_MAY_BE_HELD,
			.wait_ms = wait_of(row),
			.context = &context,
			.context_len = sizeof(context)};
	struct delivery *d;

	read_received(&context.rcv, row->received);
	if(delivery_new(&d, &origin) != DELIVERY_MADE)
		return NULL;
	if(row->impu.len > 0)
		delivery_set_path(d, row->impu, (struct span){"", 0});
	return d;
}

/* In a process that may count. */
static void restored(struct delivery *d)
{
	struct receive_info *rcv = &mt_context_of(d)->rcv;

	count(CNT_MT_RECEIVED);
	count(CNT_MT_RESTORED);
	rcv->bind_address = find_si(&rcv->dst_ip, rcv->dst_port, rcv->proto);
}

/* He may be registered, and nobody would say so again. */
static void wake(struct delivery *d)
{
	const struct mt_end gone = {.kind = MT_NOT_REGISTERED};
	struct registration reg;

	if(registry_get(&reg, d->to, time(NULL)) == REGISTRY_OK)
		mt_wake(d->to);
	else if(!d->hold && delivery_take_waiting(d, DELIVERY_HELD))
		mt_finish(d, &gone);
}

/* --- life ------------------------------------------------------------------------------------------------- */

int mt_keep_init(void)
{
	const struct delivery_store_options options = {
			.hooks = {describe, kept, not_kept, restore, restored, wake},
			.max = (unsigned)settings.mt_max,
			.gateway = span_of(settings.gateway_uri),
			.with_others = settings.db_mode == DB_MODE_SHARED,
			.wait_ms = (uint32_t)settings.db_wait};

	return settings.db_mode == DB_MODE_MEMORY ? 0
											  : delivery_store_init(&options);
}

void mt_keep_tick(uint64_t now_ms)
{
	delivery_store_tick(now_ms);
}
