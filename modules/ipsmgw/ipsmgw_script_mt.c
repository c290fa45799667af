/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Script functions of short messages to the UE: see ipsmgw_script_mt.h.
 */
#include "ipsmgw_script_mt.h"

#include "core/mod_fix.h"
#include "flow/counters.h"
#include "flow/mt.h"
#include "flow/mt_report.h"
#include "flow/settings.h"
#include "ipsmgw_context.h"
#include "ipsmgw_script_then.h"

#define RC_NOTHING_TO_ANSWER -2
#define RC_BAD_PARAMETER -6

/* --- deliver ------------------------------------------------------------------- */

/* 0 ends the script in this process: the request waits, or was a retransmission. */
static int deliver(struct sip_msg *msg, const struct script_then *then)
{
	struct mt_outcome *outcome = context_delivered_room(msg);

	return mt_deliver(outcome, msg, then) == MT_ANSWER ? -1 : 0;
}

int ki_deliver(struct sip_msg *msg)
{
	const struct script_then nowhere = {.route = -1};

	return deliver(msg, &nowhere);
}

int ki_deliver_then(struct sip_msg *msg, str *route)
{
	struct script_then then;

	if(then_named(&then, route) < 0) {
		LM_ERR("ipsmgw_deliver: there is no such function or route\n");
		return RC_BAD_PARAMETER;
	}
	return deliver(msg, &then);
}

int fixup_deliver(void **param, int number)
{
	return number == 1 ? fixup_then(param) : 0;
}

int w_deliver(struct sip_msg *msg, char *route, char *p2)
{
	struct script_then then = then_of(route);

	(void)p2;
	return route ? deliver(msg, &then) : ki_deliver(msg);
}

/* --- answer -------------------------------------------------------------------- */

int ki_answer(struct sip_msg *msg)
{
	const struct mt_outcome *outcome = context_delivered(msg);

	if(!outcome) {
		LM_ERR("ipsmgw_answer: ipsmgw_deliver() comes first\n");
		return RC_NOTHING_TO_ANSWER;
	}
	return mt_answer(msg, outcome) < 0 ? -1 : 1;
}

static struct span kind_name(enum mt_kind kind)
{
	const char *name = mt_kind_name(kind);

	return (struct span){name, strlen(name)};
}

int ki_answer_outcome(struct sip_msg *msg, str *name)
{
	struct mt_outcome outcome = {.kind = 0};

	while(outcome.kind < MT_KINDS
			&& !span_is(span_of(*name), kind_name(outcome.kind)))
		outcome.kind++;
	if(outcome.kind == MT_KINDS) {
		LM_ERR("ipsmgw_answer: '%.*s' is no outcome\n", name->len, name->s);
		return RC_BAD_PARAMETER;
	}
	outcome.code = mt_answers_get(&settings.mt_answers, &outcome);
	return mt_answer(msg, &outcome) < 0 ? -1 : 1;
}

int w_answer(struct sip_msg *msg, char *outcome, char *p2)
{
	str name;

	(void)p2;
	if(!outcome)
		return ki_answer(msg);
	if(fixup_get_svalue(msg, (gparam_p)outcome, &name) < 0)
		return RC_BAD_PARAMETER;
	return ki_answer_outcome(msg, &name);
}

/* --- what the UE reports --------------------------------------------------------- */

int ki_match_report(struct sip_msg *msg)
{
	struct context *c = context_of(msg);

	if(!c) {
		LM_ERR("ipsmgw_match_report: ipsmgw_decode() comes first\n");
		return MT_NO_DELIVERY_REPORT;
	}
	return mt_report_match(msg, &c->sms);
}

int w_match_report(struct sip_msg *msg, char *p1, char *p2)
{
	(void)p1, (void)p2;
	return ki_match_report(msg);
}

int ki_memory_available(struct sip_msg *msg)
{
	struct context *c = context_of(msg);

	if(!c || c->sms.sender.len == 0) {
		LM_ERR("ipsmgw_memory_available: a request with a sender, and "
			   "ipsmgw_decode() first\n");
		return -1;
	}
	mt_wake(c->sms.sender);
	return 1;
}

int w_memory_available(struct sip_msg *msg, char *p1, char *p2)
{
	(void)p1, (void)p2;
	return ki_memory_available(msg);
}
