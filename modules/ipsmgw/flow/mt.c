/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The procedure of a delivery: see mt.h. The table (delivery.h) says what is to be done next; this file does it.
 */
#include "mt.h"

#include <stdio.h>

#include "../ims/identity.h"
#include "../registry/registry.h"
#include "answer.h"
#include "clock.h"
#include "counters.h"
#include "delivery_store.h"
#include "event.h"
#include "log.h"
#include "mt_context.h"
#include "mt_keep.h"
#include "mt_message.h"
#include "mt_repeat.h"
#include "mt_resume.h"
#include "mt_send.h"
#include "mt_tell.h"
#include "request.h"
#include "scscf.h"
#include "settings.h"
#include "status_report.h"

#define BUSY_RETRY_MS 30000
#define FAILURE_RETRY_MS 2000 /* doubled each time */

/* Answers remembered, for each delivery that may be at work. */
#define ANSWERS_FACTOR 2
#define ANSWERS_SPARE 1024

/* --- outcomes ------------------------------------------------------------------------ */

void mt_outcome_of(
		struct mt_outcome *out, struct delivery *d, const struct mt_end *end)
{
	struct delivery_view view;

	delivery_view(&view, d);
	memset(out, 0, sizeof(*out));
	out->kind = end->kind;
	out->sip_status = end->sip_status;
	out->rp_cause = end->rp_cause;
	out->tp_fcs = end->tp_fcs;
	out->is_report = mt_context_of(d)->cookie[0] != 0;
	out->parts = (uint8_t)d->parts;
	out->parts_delivered =
			(uint8_t)(end->kind == MT_DELIVERED ? d->parts
												: view.parts_delivered);
	delivery_copy_impu(out->subscriber, sizeof(out->subscriber), d);
	out->code = mt_answers_get(&settings.mt_answers, out);
}

/* The one whose event route this process runs. */
static const struct mt_outcome *in_event;

const struct mt_outcome *mt_outcome_here(void)
{
	return in_event ? in_event : suspend_outcome(SUSPEND_MT);
}

static void run_event(struct delivery *d, const struct mt_outcome *outcome)
{
	const struct mt_outcome *outer = in_event;

	in_event = outcome;
	event_run_delivery(EVENT_MT_DONE, str_of(d->raw), &mt_context_of(d)->rcv);
	in_event = outer;
}

static void log_outcome(struct span call_id, struct span from, struct span to,
		const struct mt_outcome *outcome, uint64_t arrival_ms)
{
	char sender[MASKED_MAX], receiver[MASKED_MAX];

	LOG(settings.result_log_level,
			"mt result: call-id=%.*s from=%s to=%s parts=%u/%u outcome=%s "
			"code=%u status=%u cause=%u fcs=%02X ms=%u\n",
			call_id.len ? (int)call_id.len : 1, call_id.len ? call_id.s : "-",
			masked(sender, str_of(from)), masked(receiver, str_of(to)),
			outcome->parts_delivered, outcome->parts,
			mt_kind_name(outcome->kind), outcome->code, outcome->sip_status,
			outcome->rp_cause, outcome->tp_fcs,
			(unsigned)(clock_ms() - arrival_ms));
}

/* The hub is answered so, if it waits. */
static bool answer_hub(struct delivery *d, const struct mt_end *end)
{
	struct mt_outcome outcome;

	if(!delivery_claim_answer(d))
		return false;
	mt_outcome_of(&outcome, d, end);
	mt_repeats_add(mt_context_of(d)->transaction, &outcome, clock_ms());
	mt_context_of(d)->answer = *end;
	mt_resume(d);
	return true;
}

void mt_answer_pending(struct delivery *d)
{
	const struct mt_end pending = {.kind = MT_PENDING};

	if(answer_hub(d, &pending))
		count(CNT_MT_ANSWERED_202);
}

void mt_tell_end(struct delivery *d, const struct mt_end *end, bool has_202)
{
	struct mt_outcome outcome;

	mt_outcome_of(&outcome, d, end);
	if(!has_202 || !mt_context_of(d)->has_hub || !mt_tell(d, &outcome))
		delivery_store_forget(d);
	run_event(d, &outcome);
}

/* The one place where a delivery gets its outcome. */
void mt_finish(struct delivery *d, const struct mt_end *end)
{
	struct mt_outcome outcome;
	bool answered;

	mt_outcome_of(&outcome, d, end);
	count(end->kind == MT_DELIVERED ? CNT_MT_DELIVERED : CNT_MT_FAILED);
	log_outcome(d->call_id, d->from, d->to, &outcome, d->arrival_ms);
	status_report_ended(mt_context_of(d)->cookie, end->kind);
	answered = answer_hub(d, end);
	delivery_end(d, clock_ms());
	if(answered || !mt_keep_end(d, end))
		mt_tell_end(d, end, !answered);
}

/* He is away: what may be held waits for him. */
static void hold_or_finish(struct delivery *d, const struct mt_end *end)
{
	struct delivery_view view;

	delivery_view(&view, d);
	if(!d->hold || !mt_keep_hold(d, end, view.answer_owed)) {
		mt_finish(d, end);
		return;
	}
	if(delivery_hold_back(d))
		count(CNT_MT_HELD);
	mt_keep_held(d);
}

/* The same for all that wait behind it. */
static void settle_absent(struct delivery *d, const struct mt_end *end)
{
	struct subscriber_key who = delivery_subscriber(d);
	struct delivery *behind;

	while((behind = delivery_drain(who)) != NULL) {
		hold_or_finish(behind, end);
		delivery_release(behind);
	}
	hold_or_finish(d, end);
}

static void settle(struct delivery *d, const struct mt_end *end)
{
	struct mt_outcome outcome;

	mt_outcome_of(&outcome, d, end);
	if(mt_is_absent(&outcome))
		settle_absent(d, end);
	else
		mt_finish(d, end);
}

/* --- sending --------------------------------------------------------------------------- */

static void part_sent(uint64_t param, int status, struct sip_msg *answer);
static void part_failed(struct delivery *d, const struct mt_end *end);

/* Delivery and sending in what tm carries: 32 bits of generation, 20 of index, 12 of the sending. */
static uint64_t param_of(const struct delivery *d, unsigned attempt)
{
	return (uint64_t)d->id.generation << 32
		   | (uint64_t)attempt << DELIVERY_INDEX_BITS | d->id.index;
}

void mt_send_next(struct delivery *d)
{
	const struct mt_end unsent = {.kind = MT_UNSENT};
	struct delivery_part part;

	if(!delivery_part_begin(&part, d, clock_ms()))
		return;
	if(part.tries > 1)
		count(CNT_MT_RETRIED);
	count(CNT_MT_PARTS_SENT);
	if(mt_send_part(d, &part, mt_context_of(d)->by_tcp, part_sent,
			   param_of(d, part.attempt))
			== 0) {
		delivery_store_sent(d);
		return;
	}
	count(CNT_MT_PARTS_REFUSED);
	if(delivery_answered(d, part.attempt, false, clock_ms()) == DELIVERY_FAILED)
		part_failed(d, &unsent);
}

/* The identity that was named, if it is one of his; else the first that a UE can have registered by. */
static struct span choose_impu(const struct registration *reg, struct span to)
{
	char imsi[IMSI_MAX_DIGITS + 1];
	struct identity_uri uri;
	unsigned i;

	for(i = 0; i < reg->impus; i++)
		if(identity_same(reg->impu[i], to))
			return reg->impu[i];
	/* the identity derived from the IMSI is barred as a rule */
	for(i = 0; i < reg->impus; i++)
		if(identity_uri_parse(&uri, reg->impu[i]) == 0
				&& identity_imsi(imsi, uri.user) < 0)
			return reg->impu[i];
	return reg->impu[0];
}

/* Its turn has come. */
static void begin(struct delivery *d)
{
	const struct mt_end gone = {.kind = MT_NOT_REGISTERED},
						unsent = {.kind = MT_UNSENT},
						not_sms = {.kind = MT_NO_CAPABILITY};
	struct registration reg;
	struct span scscf;

	if(registry_get(&reg, d->to, time(NULL)) != REGISTRY_OK) {
		if(delivery_cancel(d, clock_ms()))
			settle(d, &gone);
		return;
	}
	/* one that was held goes on waiting for another phone of his */
	if(reg.state.capability == SMS_CAPABILITY_NO) {
		if(delivery_cancel(d, clock_ms()))
			hold_or_finish(d, &not_sms);
		return;
	}
	scscf = reg.scscf.len > 0 ? reg.scscf : span_of(settings.scscf_uri);
	if(scscf.len == 0
			|| delivery_set_path(d, choose_impu(&reg, d->to), scscf) < 0) {
		if(delivery_cancel(d, clock_ms()))
			settle(d, &unsent);
		return;
	}
	if(!mt_keep_send(d))
		mt_send_next(d);
}

/* What waits for the subscriber goes on as far as it can. */
void mt_go_on(struct subscriber_key who)
{
	struct delivery *d;

	while((d = delivery_next(who)) != NULL) {
		begin(d);
		delivery_release(d);
	}
}

/* --- what comes back --------------------------------------------------------------------- */

/* When it is to be tried again; 0: not. */
static uint64_t retry_at(struct delivery *d, const struct mt_end *end)
{
	struct delivery_view view;

	delivery_view(&view, d);
	if(end->kind != MT_REFUSED || view.tries > (unsigned)settings.mt_retry)
		return 0;
	switch(end->sip_status) {
		case 486:
		case 600:
			return clock_ms() + BUSY_RETRY_MS;
		case 500:
		case 502:
		case 580:
			return clock_ms()
				   + ((uint64_t)FAILURE_RETRY_MS << (view.tries - 1));
		default:
			return 0;
	}
}

/* A hop that takes no such request by UDP may take it by TCP. */
static bool goes_by_tcp(struct delivery *d, const struct mt_end *end)
{
	char uri[MT_URI_MAX * 2];

	return (end->sip_status == 413 || end->sip_status == 513)
		   && !mt_context_of(d)->by_tcp
		   && scscf_by_tcp(uri, sizeof(uri), str_of(delivery_scscf(d))) > 0;
}

/* The delivery is SETTLING, and the caller's. */
static void part_failed(struct delivery *d, const struct mt_end *end)
{
	uint64_t at_ms;

	if(goes_by_tcp(d, end)) {
		mt_context_of(d)->by_tcp = true;
		delivery_retry(d, 0);
		mt_send_next(d);
		return;
	}
	at_ms = retry_at(d, end);
	if(at_ms > 0)
		delivery_retry(d, at_ms);
	else
		settle(d, end);
}

static struct mt_end end_of_status(int status)
{
	struct mt_end end = {
			.kind = status == 0 || status == 408 ? MT_NO_ANSWER : MT_REFUSED,
			.sip_status = (uint16_t)status};

	if(status == 400 || status == 420 || status == 481)
		LM_ERR("a MESSAGE to a UE was refused with %d: it is not as the "
			   "S-CSCF or the UE wants it\n",
				status);
	return end;
}

static void part_sent(uint64_t param, int status, struct sip_msg *answer)
{
	struct delivery_id id = {
			(uint32_t)param & ((1u << DELIVERY_INDEX_BITS) - 1),
			(uint32_t)(param >> 32)};
	unsigned attempt = (uint32_t)param >> DELIVERY_INDEX_BITS;
	bool accepted = status >= 200 && status < 300;
	struct delivery *d = delivery_hold(id);
	struct mt_end end;

	(void)answer;
	if(!d)
		return;
	if(delivery_answered(d, attempt, accepted, clock_ms()) == DELIVERY_FAILED) {
		count(CNT_MT_PARTS_REFUSED);
		end = end_of_status(status);
		part_failed(d, &end);
		mt_go_on(delivery_subscriber(d));
	}
	delivery_release(d);
}

/* He has taken a text: what is held for him has waited long enough. */
static void delivered(struct delivery *d)
{
	const struct mt_end end = {.kind = MT_DELIVERED};
	struct subscriber_key who = delivery_subscriber(d);
	unsigned woken;

	mt_finish(d, &end);
	if(deliveries_held() == 0)
		return;
	for(woken = delivery_wake(&who, 1); woken > 0; woken--)
		count(CNT_MT_WOKEN);
}

void mt_reported(
		const struct delivery_matched *matched, const struct mt_end *error)
{
	struct delivery *d = matched->delivery;

	mt_send_quiet(matched->unanswered);
	count(matched->verdict == DELIVERY_FAILED ? CNT_MT_PARTS_ERRORED
											  : CNT_MT_PARTS_ACKED);
	if(matched->verdict == DELIVERY_NEXT_PART)
		mt_send_next(d);
	else if(matched->verdict == DELIVERY_COMPLETE)
		delivered(d);
	else
		part_failed(d, error);
	mt_go_on(delivery_subscriber(d));
	delivery_release(d);
}

/* --- taking -------------------------------------------------------------------------------- */

/* Who waits under it when he is not registered: his number, if he has one, under which he will be. */
static struct subscriber_key key_of_stranger(struct span to)
{
	char digits[MSISDN_MAX_DIGITS + 1];
	struct identity_uri uri;

	if(identity_uri_parse(&uri, to) == 0 && identity_msisdn(digits, &uri) == 0)
		return subscriber_key_of((struct span){digits, strlen(digits)});
	return subscriber_key_of(to);
}

struct subscriber_key mt_key_of(struct span to)
{
	struct registration reg;

	return registry_get(&reg, to, time(NULL)) == REGISTRY_OK
				   ? subscriber_key_of(reg.impu[0])
				   : key_of_stranger(to);
}

/* MT_DELIVERED: he can be sent to; MT_PENDING: it is to be held; else it is refused. */
static enum mt_kind look_up(
		struct subscriber_key *who, struct span to, bool hold)
{
	struct registration reg;

	if(registry_get(&reg, to, time(NULL)) != REGISTRY_OK) {
		*who = key_of_stranger(to);
		return hold ? MT_PENDING : MT_NOT_REGISTERED;
	}
	*who = subscriber_key_of(reg.impu[0]);
	return reg.state.capability == SMS_CAPABILITY_NO ? MT_NO_CAPABILITY
													 : MT_DELIVERED;
}

/* Does it name anybody? The dummy MSISDN (TS 23.003), zeros alone, does not. */
static bool names_somebody(struct span to)
{
	struct identity_uri uri;
	struct span user;

	if(identity_uri_parse(&uri, to) < 0 || uri.scheme == URI_OTHER)
		return false;
	for(user = uri.user; user.len > 0; user = span_skip(user, 1))
		if(user.s[0] != '0' && user.s[0] != '+')
			return true;
	return false;
}

static enum mt_kind make(
		struct delivery **out, const struct delivery_origin *origin)
{
	switch(delivery_new(out, origin)) {
		case DELIVERY_MADE:
			return MT_DELIVERED;
		case DELIVERY_QUEUE_FULL:
			count(CNT_MT_QUEUE_FULL);
			return MT_QUEUE_FULL;
		default:
			count(CNT_MT_OVERLOAD);
			return MT_OVERLOAD;
	}
}

/* It is held from the start. He may have come while it was put there. */
static void keep(struct delivery *d, bool answer_owed)
{
	struct registration reg;

	count(CNT_MT_HELD);
	delivery_enqueue(d, true, answer_owed);
	mt_keep_held(d);
	if(registry_get(&reg, d->to, time(NULL)) == REGISTRY_OK)
		mt_wake(d->to);
}

/* The identities that the hub gives, one behind the other. */
static enum mt_kind find_receiver(
		struct delivery_origin *origin, const struct mt_message *message)
{
	const struct span named[] = {message->to, message->also_to};
	enum mt_kind kind = MT_UNKNOWN, next;
	struct subscriber_key who;
	size_t i;

	for(i = 0; i < 2; i++) {
		if(!names_somebody(named[i]))
			continue;
		next = look_up(&who, named[i], message->hold);
		if(kind != MT_UNKNOWN
				&& (next == MT_PENDING || next == MT_NOT_REGISTERED))
			continue;
		kind = next;
		origin->to = named[i];
		origin->who = who;
		if(kind == MT_DELIVERED || kind == MT_NO_CAPABILITY)
			break;
	}
	return kind;
}

/* It is to be held, and the hub answered when that is sure. */
static enum mt_kind place_held(
		struct delivery *d, struct sip_msg *msg, struct suspended *wait)
{
	const struct mt_end gone = {.kind = MT_NOT_REGISTERED};

	if(!mt_keep_hold(d, &gone, true)) {
		delivery_discard(d);
		return MT_NOT_REGISTERED;
	}
	if(!mt_keep_takes_time()) {
		keep(d, false);
		delivery_release(d);
		return MT_PENDING;
	}
	if(suspend_request(wait, msg, (unsigned)settings.mt_answer_after) < 0) {
		delivery_store_forget(d);
		delivery_discard(d);
		return MT_INTERNAL;
	}
	keep(d, true);
	delivery_release(d);
	return MT_DELIVERED;
}

/* MT_DELIVERED: the request is suspended; MT_PENDING: it is held, *wait was not used; else it is refused. */
static enum mt_kind place(struct mt_message *message, struct sip_msg *msg,
		struct suspended *wait, uint64_t transaction)
{
	struct mt_context context = {.rcv = msg->rcv,
			.transaction = transaction,
			.has_hub = true,
			.cookie = {message->report.cookie[0], message->report.cookie[1]},
			.tell_delivered = message->tell_delivered,
			.tell_failed = message->tell_failed,
			.wait = wait,
			.expires_at = mt_keep_until(message->wait_ms)};
	struct delivery_origin origin = {.now_ms = clock_ms(),
			.from = message->from,
			.rp_oa = message->rp_oa[0] ? (struct span){message->rp_oa,
							 strlen(message->rp_oa)}
									   : span_of(settings.sc_address),
			.raw = {msg->buf, msg->len},
			.call_id = span_of(msg->callid->body),
			.tpdus = message->tpdus,
			.tpdus_len = message->tpdus_len,
			.parts = message->parts,
			.hold = message->hold,
			.wait_ms = message->wait_ms,
			.context = &context,
			.context_len = sizeof(context)};
	enum mt_kind kind = find_receiver(&origin, message), made;
	struct subscriber_key who;
	struct delivery *d;

	if(kind != MT_DELIVERED && kind != MT_PENDING)
		return kind;
	made = make(&d, &origin);
	if(made != MT_DELIVERED)
		return made;
	if(kind == MT_PENDING)
		return place_held(d, msg, wait);
	if(suspend_request(wait, msg, (unsigned)settings.mt_answer_after) < 0) {
		delivery_discard(d);
		return MT_INTERNAL;
	}
	who = origin.who;
	delivery_enqueue(d, false, true);
	mt_go_on(who);
	delivery_release(d);
	return kind;
}

static void set_outcome(struct mt_outcome *out, enum mt_kind kind)
{
	out->kind = kind;
	out->code = mt_answers_get(&settings.mt_answers, out);
}

static enum mt_taken end_at_once(struct mt_outcome *out, enum mt_kind kind,
		const struct mt_message *message, struct sip_msg *msg,
		uint64_t transaction)
{
	struct span call_id = {"", 0};

	out->parts = (uint8_t)message->parts;
	set_outcome(out, kind);
	if(msg->callid)
		call_id = span_of(msg->callid->body);
	if(kind == MT_PENDING) {
		count(CNT_MT_ANSWERED_202);
		mt_repeats_add(transaction, out, clock_ms());
		return MT_ANSWER;
	}
	count(CNT_MT_REJECTED);
	log_outcome(call_id, message->from, message->to, out, clock_ms());
	if(message->fault)
		LM_NOTICE("mt refused: call-id=%.*s %s\n", (int)call_id.len, call_id.s,
				message->fault);
	return MT_ANSWER;
}

enum mt_taken mt_deliver(struct mt_outcome *out, struct sip_msg *msg,
		const struct script_then *then)
{
	struct mt_message message;
	struct suspended *wait = NULL;
	uint64_t transaction = 0;
	enum mt_kind kind;
	bool is_read;

	memset(out, 0, sizeof(*out));
	memset(&message, 0, sizeof(message));
	switch(suspend_begin(&wait, msg, SUSPEND_MT, then)) {
		case SUSPEND_REPEATED:
			return MT_REPEATED;
		case SUSPEND_READY:
			kind = MT_DELIVERED;
			break;
		case SUSPEND_NO_MEMORY:
			kind = MT_OVERLOAD;
			break;
		default:
			kind = MT_INTERNAL;
	}
	if(request_transaction(&transaction, msg) == 0
			&& mt_repeats_find(out, transaction, clock_ms())) {
		count(CNT_MT_RETRANSMISSIONS);
		if(wait)
			suspend_drop(wait);
		return MT_ANSWER;
	}
	if(settings.sc_address.len == 0) {
		message.fault = "parameter sc_address is empty";
		kind = MT_INTERNAL;
	}
	is_read =
			kind == MT_DELIVERED && mt_message_read(&message, &kind, msg) == 0;
	if(is_read || !message.is_news)
		count(CNT_MT_RECEIVED);
	if(is_read)
		kind = place(&message, msg, wait, transaction);
	if(kind == MT_DELIVERED) {
		mt_message_free(&message);
		return MT_SUSPENDED;
	}
	if(wait)
		suspend_drop(wait);
	if(kind != MT_PENDING)
		status_report_ended(message.report.cookie, kind);
	out->is_report = message.is_news;
	if(is_read || !message.is_news)
		end_at_once(out, kind, &message, msg, transaction);
	else
		set_outcome(out, kind);
	mt_message_free(&message);
	return MT_ANSWER;
}

int mt_answer(struct sip_msg *msg, const struct mt_outcome *outcome)
{
	char headers[MT_REASON_MAX + 128];
	str phrase = {(char *)mt_phrase(outcome->code), 0};
	size_t n = mt_reason(headers, outcome);

	phrase.len = (int)strlen(phrase.s);
	if(outcome->code == 415)
		n += (size_t)snprintf(headers + n, sizeof(headers) - n,
				"Accept: text/plain, application/vnd.3gpp.sms, message/cpim, "
				"multipart/mixed\r\n");
	if(outcome->code == 503)
		n += (size_t)snprintf(
				headers + n, sizeof(headers) - n, "Retry-After: 10\r\n");
	return n > 0 ? answer_with_header(msg, outcome->code, &phrase, headers, n)
				 : answer_send(msg, outcome->code, &phrase);
}

/* --- of our own ------------------------------------------------------------------------------- */

int mt_send_order(struct mt_outcome *out, const struct mt_order *order)
{
	struct mt_context context = {.has_hub = false,
			.cookie = {order->cookie[0], order->cookie[1]},
			.expires_at = mt_keep_until(order->wait_ms)};
	const struct mt_end gone = {.kind = MT_NOT_REGISTERED};
	struct delivery_origin origin = {.now_ms = clock_ms(),
			.to = order->to,
			.from = order->from,
			.rp_oa = order->rp_oa.len > 0 ? order->rp_oa
										  : span_of(settings.sc_address),
			.tpdus = order->tpdus,
			.tpdus_len = order->tpdus_len,
			.parts = order->parts,
			.hold = order->hold,
			.wait_ms = order->wait_ms,
			.context = &context,
			.context_len = sizeof(context)};
	struct delivery *d;
	enum mt_kind made;

	memset(out, 0, sizeof(*out));
	count(CNT_MT_RECEIVED);
	out->kind = settings.sc_address.len > 0
						? look_up(&origin.who, order->to, order->hold)
						: MT_INTERNAL;
	if(out->kind == MT_DELIVERED || out->kind == MT_PENDING) {
		made = make(&d, &origin);
		out->kind = made == MT_DELIVERED ? out->kind : made;
	}
	out->code = mt_answers_get(&settings.mt_answers, out);
	if(out->kind != MT_DELIVERED && out->kind != MT_PENDING) {
		count(CNT_MT_REJECTED);
		log_outcome((struct span){"", 0}, order->from, order->to, out,
				origin.now_ms);
		return -1;
	}
	if(out->kind == MT_PENDING) {
		mt_keep_hold(d, &gone, false);
		keep(d, false);
	} else {
		delivery_enqueue(d, false, false);
		mt_go_on(origin.who);
	}
	delivery_release(d);
	return 0;
}

/* --- from outside ------------------------------------------------------------------------------ */

#define KEYS_MAX (2 * REGISTRATION_IMPUS_MAX + 1)

/* All under which something may wait for him, the one that he has now first. */
static unsigned keys_of(
		struct subscriber_key keys[KEYS_MAX], const struct registration *reg)
{
	unsigned n = 0, i;

	for(i = 0; i < reg->impus; i++)
		keys[n++] = subscriber_key_of(reg->impu[i]);
	for(i = 0; i < reg->impus; i++)
		keys[n++] = key_of_stranger(reg->impu[i]);
	if(reg->msisdn.len > 0)
		keys[n++] = subscriber_key_of(reg->msisdn);
	return n;
}

unsigned mt_wake(struct span impu)
{
	struct subscriber_key keys[KEYS_MAX];
	struct registration reg;
	unsigned n = 1, woken, i;

	if(deliveries_pending() == 0)
		return 0;
	if(registry_get(&reg, impu, time(NULL)) == REGISTRY_OK)
		n = keys_of(keys, &reg);
	else
		keys[0] = key_of_stranger(impu);
	woken = delivery_wake(keys, n);
	for(i = 0; i < woken; i++)
		count(CNT_MT_WOKEN);
	mt_go_on(keys[0]);
	return woken;
}

int mt_cancel(struct delivery_id id)
{
	const struct mt_end cancelled = {.kind = MT_CANCELLED};
	struct delivery *d = delivery_hold(id);
	bool ours = d && delivery_cancel(d, clock_ms());

	if(ours) {
		count(CNT_MT_CANCELLED);
		mt_finish(d, &cancelled);
		mt_go_on(delivery_subscriber(d));
	}
	if(d)
		delivery_release(d);
	return ours ? 0 : -1;
}

/* --- time ----------------------------------------------------------------------------------------- */

static void no_report(struct delivery *d)
{
	const struct mt_end end = {.kind = MT_NO_REPORT};

	count(CNT_MT_PARTS_UNREPORTED);
	part_failed(d, &end);
}

static void expired(struct delivery *d)
{
	struct mt_end end;

	mt_keep_expired(&end, d);
	mt_finish(d, &end);
}

void mt_tick(uint64_t now_ms)
{
	static void (*const due[DELIVERY_TIMERS])(struct delivery *) = {
			[DELIVERY_TIMER_REPORT] = no_report,
			[DELIVERY_TIMER_RETRY] = mt_send_next,
			[DELIVERY_TIMER_QUEUE] = expired,
			[DELIVERY_TIMER_HOLD] = expired,
			[DELIVERY_TIMER_ANSWER] = mt_keep_answer,
			[DELIVERY_TIMER_TELL] = mt_tell_again,
	};
	struct delivery *d;
	int timer;

	mt_keep_tick(now_ms);
	for(timer = 0; timer < DELIVERY_TIMERS; timer++)
		while((d = delivery_due(timer, now_ms)) != NULL) {
			due[timer](d);
			mt_go_on(delivery_subscriber(d));
			delivery_release(d);
		}
	deliveries_forget(now_ms);
}

/* --- life ------------------------------------------------------------------------------------------ */

int mt_init(void)
{
	struct deliveries_options options = {.max = (unsigned)settings.mt_max,
			.queue_max = (unsigned)settings.mt_queue_max,
			.report_ms = (uint32_t)settings.mt_report_timeout,
			.late_ms = (uint32_t)settings.mt_late_time * 1000,
			.answer_ms = (uint32_t)settings.mt_answer_after};
	struct identity_uri us;

	identity_uri_parse(&us, span_of(settings.gateway_uri));
	options.host = us.host;
	if(deliveries_init(&options) < 0) {
		LM_ERR("not enough shared memory for mt_max=%d: start kamailio with a "
			   "larger -m\n",
				settings.mt_max);
		return -1;
	}
	if(mt_repeats_init(ANSWERS_FACTOR * options.max + ANSWERS_SPARE) < 0) {
		LM_ERR("not enough shared memory for the answers to hubs: start "
			   "kamailio with a larger -m\n");
		return -1;
	}
	return mt_keep_init() < 0 || mt_resume_init() < 0 ? -1 : 0;
}

void mt_destroy(void)
{
	delivery_store_destroy();
	deliveries_destroy();
	mt_repeats_destroy();
	mt_resume_destroy();
}

int mt_fork(void)
{
	return mt_resume_fork();
}
