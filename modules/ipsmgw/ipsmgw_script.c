/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Script functions: see ipsmgw_script.h. They find the context, call the flow and
 * turn its result into a return code; no procedure lives here.
 */
#include "ipsmgw_script.h"

#include <stdlib.h>

#include "core/mod_fix.h"
#include "flow/answer.h"
#include "flow/counters.h"
#include "flow/hub.h"
#include "flow/mo.h"
#include "flow/notify.h"
#include "flow/registration.h"
#include "flow/relay.h"
#include "flow/settings.h"
#include "ipsmgw_context.h"
#include "ipsmgw_script_hss.h"
#include "ipsmgw_script_mt.h"
#include "ipsmgw_script_reach.h"

#define RC_NO_JOB -5
#define RC_BAD_PARAMETER -6

static int ki_decode(struct sip_msg *msg)
{
	struct context *c = context_of(msg);

	if(c)
		return (int)c->sms.state;
	c = context_begin(msg);
	if(!c)
		return RC_NO_JOB;
	if(!c->has_request && c->sms.state == SMS_OK
			&& (c->sms.rp.type == RP_ACK || c->sms.rp.type == RP_ERROR))
		count(CNT_REPORTS_RECEIVED);
	return (int)c->sms.state;
}

static int accept_message(struct sip_msg *msg, bool answer)
{
	struct context *c = context_of(msg);
	enum mo_accepted rc;
	struct job_id id;

	if(!c || c->in_event || c->answered) {
		LM_ERR("ipsmgw_decode() comes first, and one answer is enough\n");
		return MO_FAILED;
	}
	rc = mo_accept(&id, msg, &c->sms, answer);
	if(rc < 0)
		return rc;
	c->answered = true;
	if(rc == MO_ACCEPTED) {
		c->job = job_hold(id);
		c->relaying = !answer;
	}
	return rc;
}

static int ki_accept(struct sip_msg *msg)
{
	return accept_message(msg, true);
}

static int ki_hold(struct sip_msg *msg)
{
	return accept_message(msg, false);
}

static int ki_reject_reason(struct sip_msg *msg, int code, str *reason)
{
	struct context *c = context_of(msg);
	bool counted = msg->REQ_METHOD == METHOD_MESSAGE;

	if(code < 300 || code > 699)
		return RC_BAD_PARAMETER;
	if(c) {
		counted = !c->answered
				  && (c->sms.state != SMS_OK || c->sms.rp.type == RP_DATA);
		c->answered = true;
	}
	return answer_reject(msg, code, reason, counted);
}

static int ki_reject(struct sip_msg *msg, int code)
{
	return ki_reject_reason(msg, code, NULL);
}

static int hub_body_from(enum hub_body *out, const str *form)
{
	if(!form || form->len == 0 || span_is(span_of(*form), SPAN("text")))
		*out = HUB_TEXT;
	else if(span_is(span_of(*form), SPAN("opaque")))
		*out = HUB_OPAQUE;
	else if(span_is(span_of(*form), SPAN("cpim")))
		*out = HUB_CPIM;
	else
		return -1;
	return 0;
}

static int ki_emg_send_form(struct sip_msg *msg, str *form)
{
	struct context *c = context_of(msg);
	enum hub_body body;

	if(!c || !c->job)
		return RC_NO_JOB;
	if(hub_body_from(&body, form) < 0)
		return RC_BAD_PARAMETER;
	return hub_send(c->job, msg, &c->sms, body);
}

static int ki_emg_send(struct sip_msg *msg)
{
	return ki_emg_send_form(msg, NULL);
}

/* The context with its job; in relay mode's reply and failure routes it begins here. */
static struct context *report_context(struct sip_msg *msg)
{
	struct context *c = context_of(msg);

	if(!c
			&& is_route_type(FAILURE_ROUTE | ONREPLY_ROUTE | TM_ONREPLY_ROUTE
							 | BRANCH_FAILURE_ROUTE))
		c = context_begin(msg);
	return c && c->job ? c : NULL;
}

static int ki_emg_encode_form(struct sip_msg *msg, str *form)
{
	struct context *c = report_context(msg);
	enum hub_body body;

	if(!c || !c->job)
		return RC_NO_JOB;
	if(hub_body_from(&body, form) < 0)
		return RC_BAD_PARAMETER;
	/* the transaction kept it in that form when it was relayed first; not so in a route that went on with the request */
	if(c->has_request && msg->body_lumps)
		return HUB_IS_SENT;
	return relay_encode(c->job, msg, &c->sms, body);
}

static int ki_emg_encode(struct sip_msg *msg)
{
	return ki_emg_encode_form(msg, NULL);
}

/* The last result of the job, or in relay mode that of the transaction. */
static int last_result(struct sip_msg *msg, struct context *c)
{
	int attempts, result;
	bool open;

	if(c->has_request) {
		result = relay_result(msg);
		job_relayed(c->job, result);
		return result;
	}
	job_progress(c->job, &attempts, &result, &open);
	return result ? result : HUB_RESULT_UNSENT;
}

static int ki_report_fcs(struct sip_msg *msg, int cause, int fcs)
{
	struct context *c = report_context(msg);

	if(!c)
		return RC_NO_JOB;
	if(cause < 0 || cause > 127 || (fcs && (fcs < 0x80 || fcs > 0xff)))
		return RC_BAD_PARAMETER;
	if(cause == 0)
		return mo_ack(c->job) ? 1 : HUB_SETTLED;
	return mo_error(c->job, (struct cause){(uint8_t)cause, (uint8_t)fcs})
				   ? 1
				   : HUB_SETTLED;
}

static int ki_report_cause(struct sip_msg *msg, int cause)
{
	return ki_report_fcs(msg, cause, 0);
}

static int report_result(struct sip_msg *msg)
{
	struct context *c = report_context(msg);
	struct cause cause;
	int result;

	if(!c)
		return RC_NO_JOB;
	result = last_result(msg, c);
	if(result >= 200 && result < 300)
		return ki_report_fcs(msg, 0, 0);
	cause = cause_map_get(&settings.cause_map, result);
	return ki_report_fcs(msg, cause.cause, cause.fcs);
}

static int ki_report(struct sip_msg *msg)
{
	int rc = report_result(msg);
	struct context *c = context_of(msg);
	int result;

	if(rc > 0 || !c || !c->has_request)
		return rc;
	/* the job was over, or is no more: the hub's 2xx came too late */
	result = relay_result(msg);
	if(result >= 200 && result < 300)
		mo_taken(&c->request, &c->sms);
	return rc;
}

static int ki_notify(struct sip_msg *msg)
{
	return (int)notify_take(msg);
}

static int ki_register(struct sip_msg *msg)
{
	return registration_take(msg);
}

static int ki_lookup(struct sip_msg *msg, str *id)
{
	return context_lookup(msg, span_of(*id)) ? 1 : -1;
}

/* --- the native script's side ------------------------------------------------ */

int w_decode(struct sip_msg *msg, char *p1, char *p2)
{
	(void)p1, (void)p2;
	return ki_decode(msg);
}

int w_accept(struct sip_msg *msg, char *p1, char *p2)
{
	(void)p1, (void)p2;
	return ki_accept(msg);
}

int w_hold(struct sip_msg *msg, char *p1, char *p2)
{
	(void)p1, (void)p2;
	return ki_hold(msg);
}

/* A number written as the standards write it: 69, 0x45; empty is 0. */
static int number_parameter(int *out, struct sip_msg *msg, char *param)
{
	char text[16], *end;
	str s;

	*out = 0;
	if(!param)
		return 0;
	if(fixup_get_svalue(msg, (gparam_p)param, &s) < 0
			|| s.len >= (int)sizeof(text))
		return -1;
	memcpy(text, s.s, s.len);
	text[s.len] = '\0';
	*out = (int)strtol(text, &end, 0);
	return *end == '\0' ? 0 : -1;
}

int w_reject(struct sip_msg *msg, char *code, char *reason)
{
	str text = STR_NULL;
	int number;

	if(number_parameter(&number, msg, code) < 0
			|| (reason && fixup_get_svalue(msg, (gparam_p)reason, &text) < 0))
		return RC_BAD_PARAMETER;
	return ki_reject_reason(msg, number, &text);
}

int w_register(struct sip_msg *msg, char *p1, char *p2)
{
	(void)p1, (void)p2;
	return ki_register(msg);
}

int w_lookup(struct sip_msg *msg, char *id, char *p2)
{
	str text;

	(void)p2;
	if(fixup_get_svalue(msg, (gparam_p)id, &text) < 0)
		return RC_BAD_PARAMETER;
	return ki_lookup(msg, &text);
}

int w_emg_send(struct sip_msg *msg, char *form, char *p2)
{
	str text = STR_NULL;

	(void)p2;
	if(form && fixup_get_svalue(msg, (gparam_p)form, &text) < 0)
		return RC_BAD_PARAMETER;
	return ki_emg_send_form(msg, &text);
}

int w_emg_encode(struct sip_msg *msg, char *form, char *p2)
{
	str text = STR_NULL;

	(void)p2;
	if(form && fixup_get_svalue(msg, (gparam_p)form, &text) < 0)
		return RC_BAD_PARAMETER;
	return ki_emg_encode_form(msg, &text);
}

int w_notify(struct sip_msg *msg, char *p1, char *p2)
{
	(void)p1, (void)p2;
	return ki_notify(msg);
}

int w_report(struct sip_msg *msg, char *cause, char *fcs)
{
	int c, f;

	if(!cause)
		return ki_report(msg);
	if(number_parameter(&c, msg, cause) < 0
			|| number_parameter(&f, msg, fcs) < 0)
		return RC_BAD_PARAMETER;
	return ki_report_fcs(msg, c, f);
}

#define KEMI_MORE(name, function, ...)                              \
	{                                                               \
		str_init("ipsmgw"), str_init(name), SR_KEMIP_INT, function, \
		{                                                           \
			__VA_ARGS__, SR_KEMIP_NONE                              \
		}                                                           \
	}
#define KEMI(name, function, one, two)                                \
	KEMI_MORE(name, function, one, two, SR_KEMIP_NONE, SR_KEMIP_NONE, \
			SR_KEMIP_NONE)

/* clang-format off */
sr_kemi_t ipsmgw_kemi_exports[] = {
	KEMI("decode",          ki_decode,          SR_KEMIP_NONE, SR_KEMIP_NONE),
	KEMI("accept",          ki_accept,          SR_KEMIP_NONE, SR_KEMIP_NONE),
	KEMI("hold",            ki_hold,            SR_KEMIP_NONE, SR_KEMIP_NONE),
	KEMI("reject",          ki_reject,          SR_KEMIP_INT,  SR_KEMIP_NONE),
	KEMI("reject_reason",   ki_reject_reason,   SR_KEMIP_INT,  SR_KEMIP_STR),
	KEMI("emg_send",        ki_emg_send,        SR_KEMIP_NONE, SR_KEMIP_NONE),
	KEMI("emg_send_form",   ki_emg_send_form,   SR_KEMIP_STR,  SR_KEMIP_NONE),
	KEMI("emg_encode",      ki_emg_encode,      SR_KEMIP_NONE, SR_KEMIP_NONE),
	KEMI("emg_encode_form", ki_emg_encode_form, SR_KEMIP_STR,  SR_KEMIP_NONE),
	KEMI("notify",          ki_notify,          SR_KEMIP_NONE, SR_KEMIP_NONE),
	KEMI("register",        ki_register,        SR_KEMIP_NONE, SR_KEMIP_NONE),
	KEMI("hss_notify_reachable", ki_hss_notify_reachable, SR_KEMIP_STR, SR_KEMIP_NONE),
	KEMI("lookup",          ki_lookup,          SR_KEMIP_STR,  SR_KEMIP_NONE),
	KEMI("report",          ki_report,          SR_KEMIP_NONE, SR_KEMIP_NONE),
	KEMI("report_cause",    ki_report_cause,    SR_KEMIP_INT,  SR_KEMIP_NONE),
	KEMI("report_fcs",      ki_report_fcs,      SR_KEMIP_INT,  SR_KEMIP_INT),
	KEMI("hss_read",        ki_hss_read,        SR_KEMIP_STR,  SR_KEMIP_STR),
	KEMI_MORE("hss_read_some", ki_hss_read_some, SR_KEMIP_STR, SR_KEMIP_STR, SR_KEMIP_STR, SR_KEMIP_NONE, SR_KEMIP_NONE),
	KEMI_MORE("hss_update", ki_hss_update,      SR_KEMIP_STR,  SR_KEMIP_INT, SR_KEMIP_STR, SR_KEMIP_NONE, SR_KEMIP_NONE),
	KEMI_MORE("sri",        ki_sri,             SR_KEMIP_STR,  SR_KEMIP_STR, SR_KEMIP_STR, SR_KEMIP_NONE, SR_KEMIP_NONE),
	KEMI_MORE("report_delivery", ki_report_delivery, SR_KEMIP_STR, SR_KEMIP_STR, SR_KEMIP_STR, SR_KEMIP_INT, SR_KEMIP_STR),
	KEMI("deliver",          ki_deliver,          SR_KEMIP_NONE, SR_KEMIP_NONE),
	KEMI("deliver_then",     ki_deliver_then,     SR_KEMIP_STR,  SR_KEMIP_NONE),
	KEMI("answer",           ki_answer,           SR_KEMIP_NONE, SR_KEMIP_NONE),
	KEMI("answer_outcome",   ki_answer_outcome,   SR_KEMIP_STR,  SR_KEMIP_NONE),
	KEMI("match_report",     ki_match_report,     SR_KEMIP_NONE, SR_KEMIP_NONE),
	KEMI("memory_available", ki_memory_available, SR_KEMIP_NONE, SR_KEMIP_NONE),
	{ {0, 0}, {0, 0}, 0, NULL, { 0, 0, 0, 0, 0, 0 } }
};
/* clang-format on */
