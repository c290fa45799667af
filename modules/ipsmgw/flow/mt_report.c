/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Delivery reports: see mt_report.h.
 */
#include "mt_report.h"

#include "core/parser/hf.h"
#include "../registry/registry.h"
#include "clock.h"
#include "counters.h"
#include "mt_keep.h"
#include "settings.h"

#define RP_MTI_MASK 0x07
#define RP_MTI_ACK_MO 2
#define RP_MTI_ERROR_MO 4

struct report
{
	bool acked;
	bool has_mr;
	uint8_t mr;
	struct mt_end error;
	uint64_t now_ms;
};

/* What its SMS-DELIVER-REPORT says; 0: nothing. */
static uint8_t failure_cause(const struct rp_msg *rp)
{
	struct sms_error err;
	struct tp_msg tp;

	if(!rp->has_ud
			|| tp_decode(&tp, &err, true, TP_IN_RP_ERROR, rp->ud, rp->ud_len)
					   < 0
			|| !tp.has_fcs)
		return 0;
	return tp.fcs;
}

static struct mt_end end_of_error(const struct rp_msg *rp)
{
	return (struct mt_end){
			.kind = rp->cause == RP_CAUSE_MEMORY_CAPACITY_EXCEEDED
							? MT_MEMORY_FULL
							: MT_RP_ERROR,
			.rp_cause = rp->cause,
			.tp_fcs = failure_cause(rp)};
}

/* What a UE says counts also when it says it badly: the type is in the first octet. 0, or -1: it is no report. */
static int read_report(struct report *out, const struct sms *sms)
{
	const struct rp_msg *rp = &sms->rp;
	unsigned mti;

	memset(out, 0, sizeof(*out));
	out->now_ms = clock_ms();
	out->has_mr = rp->has_mr;
	out->mr = rp->mr;
	if(sms->state == SMS_OK && rp->type == RP_ERROR) {
		out->error = end_of_error(rp);
		return 0;
	}
	out->acked = sms->state == SMS_OK && rp->type == RP_ACK;
	if(out->acked)
		return 0;
	if(sms->state == SMS_OK || sms->body.len == 0)
		return -1;
	mti = (uint8_t)sms->body.s[0] & RP_MTI_MASK;
	out->acked = mti == RP_MTI_ACK_MO;
	out->error = (struct mt_end){
			.kind = MT_RP_ERROR, .rp_cause = RP_CAUSE_PROTOCOL_ERROR};
	return out->acked || mti == RP_MTI_ERROR_MO ? 0 : -1;
}

/* --- In-Reply-To ---------------------------------------------------------------------- */

static bool is_in_reply_to(const struct hdr_field *h)
{
	return span_is(span_of(h->name), SPAN("In-Reply-To"));
}

static enum delivery_match by_call_id(struct delivery_matched *out,
		const struct sip_msg *msg, const struct report *report, bool *is_reply)
{
	enum delivery_match match;
	struct hdr_field *h;

	*is_reply = false;
	for(h = msg->headers; h; h = h->next) {
		struct span rest = span_of(h->body);

		while(is_in_reply_to(h) && rest.len > 0) {
			struct span one = {rest.s, span_find(rest, ',')};

			*is_reply = true;
			match = delivery_report_to(
					out, span_trim(one), report->acked, report->now_ms);
			if(match != DELIVERY_MATCH_NONE)
				return match;
			rest = span_skip(rest, one.len + 1);
		}
	}
	return DELIVERY_MATCH_NONE;
}

/* --- who reports ------------------------------------------------------------------------ */

/* Any identity of the sender's implicit set: the UE may choose another than the one that was addressed. */
static enum delivery_match by_identity(struct delivery_matched *out,
		struct span identity, const struct report *report)
{
	enum delivery_match match = DELIVERY_MATCH_NONE;
	struct registration reg;
	unsigned i;

	if(registry_get(&reg, identity, time(NULL)) != REGISTRY_OK) {
		reg.impus = 1;
		reg.impu[0] = identity;
	}
	for(i = 0; i < reg.impus && match == DELIVERY_MATCH_NONE; i++)
		match = delivery_report_by(out, subscriber_key_of(reg.impu[i]),
				report->mr, report->acked, report->now_ms);
	return match;
}

static enum delivery_match by_sender(struct delivery_matched *out,
		const struct sip_msg *msg, const struct report *report)
{
	enum delivery_match match = DELIVERY_MATCH_NONE;
	struct hdr_field *h;
	struct span uri, rest;

	if(!report->has_mr)
		return match;
	for(h = msg->headers; h && match == DELIVERY_MATCH_NONE; h = h->next) {
		rest = span_of(h->body);
		while(h->type == HDR_PAI_T && match == DELIVERY_MATCH_NONE
				&& identity_next(&uri, &rest) == 0)
			match = by_identity(out, uri, report);
	}
	return match;
}

/* --- the report --------------------------------------------------------------------------- */

/* What was in flight before a restart is known by its Call-ID alone. */
static bool matches_before_restart(
		const struct sip_msg *msg, const struct report *report)
{
	struct hdr_field *h;

	for(h = msg->headers; h; h = h->next) {
		struct span rest = span_of(h->body);

		while(is_in_reply_to(h) && rest.len > 0) {
			struct span one = {rest.s, span_find(rest, ',')};

			if(mt_keep_reported(span_trim(one), report->acked, &report->error))
				return true;
			rest = span_skip(rest, one.len + 1);
		}
	}
	return false;
}

static enum mt_matched unmatched(
		const struct sip_msg *msg, const struct report *report, bool is_reply)
{
	if(is_reply && matches_before_restart(msg, report))
		return MT_MATCHED;
	count(CNT_MT_REPORTS_UNKNOWN);
	return is_reply ? MT_UNKNOWN_REPLY : MT_UNKNOWN_REPORT;
}

/* call-id: of the MESSAGE to the UE */
static enum mt_matched late(
		const struct delivery_matched *matched, const struct report *report)
{
	count(CNT_MT_LATE);
	LM_NOTICE("mt late: call-id=%.*s %s cause=%u\n", (int)matched->call_id_len,
			matched->call_id, report->acked ? "RP-ACK" : "RP-ERROR",
			report->acked ? 0 : report->error.rp_cause);
	return MT_MATCHED_LATE;
}

enum mt_matched mt_report_match(struct sip_msg *msg, const struct sms *sms)
{
	struct delivery_matched matched;
	enum delivery_match match;
	struct report report;
	bool is_reply;

	if(read_report(&report, sms) < 0)
		return MT_NO_DELIVERY_REPORT;
	match = by_call_id(&matched, msg, &report, &is_reply);
	if(match == DELIVERY_MATCH_NONE)
		match = by_sender(&matched, msg, &report);
	switch(match) {
		case DELIVERY_MATCH:
			mt_reported(&matched, &report.error);
			return MT_MATCHED;
		case DELIVERY_MATCH_LATE:
			return late(&matched, &report);
		case DELIVERY_MATCH_REPEATED:
			count(CNT_MT_REPORTS_REPEATED);
			return MT_MATCHED_AGAIN;
		default:
			return unmatched(msg, &report, is_reply);
	}
}
