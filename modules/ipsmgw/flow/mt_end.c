/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * How deliveries end: counted, logged, the hub answered or told, the operator's event route run; or held for who is away. See
 * mt_context.h.
 */
#include "mt_context.h"

#include "clock.h"
#include "counters.h"
#include "delivery_store.h"
#include "event.h"
#include "log.h"
#include "mt.h"
#include "mt_keep.h"
#include "mt_repeat.h"
#include "mt_resume.h"
#include "mt_tell.h"
#include "settings.h"
#include "status_report.h"

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

void mt_log_outcome(struct span call_id, struct span from, struct span to,
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
	mt_log_outcome(d->call_id, d->from, d->to, &outcome, d->arrival_ms);
	status_report_ended(mt_context_of(d)->cookie, end->kind);
	answered = answer_hub(d, end);
	delivery_end(d, clock_ms());
	if(answered || !mt_keep_end(d, end))
		mt_tell_end(d, end, !answered);
}

void mt_hold_or_finish(struct delivery *d, const struct mt_end *end)
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
		mt_hold_or_finish(behind, end);
		delivery_release(behind);
	}
	mt_hold_or_finish(d, end);
}

void mt_settle(struct delivery *d, const struct mt_end *end)
{
	struct mt_outcome outcome;

	mt_outcome_of(&outcome, d, end);
	if(mt_is_absent(&outcome))
		settle_absent(d, end);
	else
		mt_finish(d, end);
}
