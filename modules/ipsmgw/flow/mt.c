/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The procedure of a delivery, from its turn to what comes back: see mt.h. The table (delivery.h) says what is to be done next; this
 * file does it.
 */
#include "mt.h"

#include "../ims/identity.h"
#include "../registry/registry.h"
#include "clock.h"
#include "counters.h"
#include "delivery_store.h"
#include "mt_context.h"
#include "mt_keep.h"
#include "mt_repeat.h"
#include "mt_resume.h"
#include "mt_send.h"
#include "mt_tell.h"
#include "scscf.h"
#include "settings.h"

#define BUSY_RETRY_MS 30000
#define FAILURE_RETRY_MS 2000 /* doubled each time */

/* Answers remembered, for each delivery that may be at work. */
#define ANSWERS_FACTOR 2
#define ANSWERS_SPARE 1024

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
	if(mt_send_part(d, &part, part_sent, param_of(d, part.attempt)) == 0) {
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
			mt_settle(d, &gone);
		return;
	}
	/* one that was held goes on waiting for another phone of his */
	if(reg.state.capability == SMS_CAPABILITY_NO) {
		if(delivery_cancel(d, clock_ms()))
			mt_hold_or_finish(d, &not_sms);
		return;
	}
	scscf = reg.scscf.len > 0 ? reg.scscf : span_of(settings.scscf_uri);
	if(scscf.len == 0
			|| delivery_set_path(d, choose_impu(&reg, d->to), scscf) < 0) {
		if(delivery_cancel(d, clock_ms()))
			mt_settle(d, &unsent);
		return;
	}
	mt_context_of(d)->declared = registration_msisdn_less(&reg);
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
		mt_settle(d, end);
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

/* --- from outside ------------------------------------------------------------------------------ */

struct subscriber_key mt_key_of_stranger(struct span to)
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
				   : mt_key_of_stranger(to);
}

#define KEYS_MAX (2 * REGISTRATION_IMPUS_MAX + 1)

/* All under which something may wait for him, the one that he has now first. */
static unsigned keys_of(
		struct subscriber_key keys[KEYS_MAX], const struct registration *reg)
{
	unsigned n = 0, i;

	for(i = 0; i < reg->impus; i++)
		keys[n++] = subscriber_key_of(reg->impu[i]);
	for(i = 0; i < reg->impus; i++)
		keys[n++] = mt_key_of_stranger(reg->impu[i]);
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
		keys[0] = mt_key_of_stranger(impu);
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
