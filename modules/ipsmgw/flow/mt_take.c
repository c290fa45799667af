/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What becomes a delivery: a hub's MESSAGE, whose transaction is suspended, or TPDUs of our own; and what is refused at once. See
 * mt.h.
 */
#include "mt.h"

#include <stdio.h>

#include "../ims/identity.h"
#include "../registry/registry.h"
#include "answer.h"
#include "clock.h"
#include "counters.h"
#include "delivery_store.h"
#include "mt_context.h"
#include "mt_keep.h"
#include "mt_message.h"
#include "mt_repeat.h"
#include "request.h"
#include "settings.h"
#include "status_report.h"

/* --- whom ---------------------------------------------------------------------- */

/* MT_DELIVERED: he can be sent to; MT_PENDING: it is to be held; else it is refused. */
static enum mt_kind look_up(
		struct subscriber_key *who, struct span to, bool hold)
{
	struct registration reg;

	if(registry_get(&reg, to, time(NULL)) != REGISTRY_OK) {
		*who = mt_key_of_stranger(to);
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

/* --- a place in the table ------------------------------------------------------- */

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
			.info = message->info,
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

/* --- of a hub ------------------------------------------------------------------- */

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
	mt_log_outcome(call_id, message->from, message->to, out, clock_ms());
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
		mt_log_outcome((struct span){"", 0}, order->from, order->to, out,
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
