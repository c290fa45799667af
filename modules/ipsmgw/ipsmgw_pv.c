/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The pseudo-variable $ipsmgw(name): see ipsmgw_pv.h.
 */
#include "ipsmgw_pv.h"

#include <stdio.h>

#include "codec/dcs.h"
#include "flow/settings.h"
#include "ipsmgw_context.h"
#include "ipsmgw_pv_name.h"

/* A value that is made for the script lives here until the next one is read. */
static char scratch[2 * SMS_UD_MAX_OCTETS + 1];

struct value
{
	enum
	{
		NOTHING,
		NUMBER,
		TEXT,
	} kind;
	int number;
	str text;
};

static struct value nothing(void)
{
	return (struct value){.kind = NOTHING};
}

static struct value number(int n)
{
	return (struct value){.kind = NUMBER, .number = n};
}

static struct value text(const char *s, size_t len)
{
	return (struct value){.kind = TEXT, .text = {(char *)s, (int)len}};
}

static struct value word(const char *s)
{
	return text(s, strlen(s));
}

static struct value hex(const uint8_t *in, size_t len)
{
	size_t i;

	if(len == 0 || len > SMS_UD_MAX_OCTETS)
		return nothing();
	for(i = 0; i < len; i++)
		snprintf(scratch + 2 * i, 3, "%02X", in[i]);
	return text(scratch, 2 * len);
}

/* --- the message --------------------------------------------------------------- */

static bool has_rp(const struct context *c)
{
	return c->sms.state == SMS_OK || c->sms.state == SMS_TP_BAD
		   || c->sms.state == SMS_INFO_BAD;
}

static struct value rp_type(struct context *c)
{
	return has_rp(c) ? word(rp_type_name(c->sms.rp.type)) : nothing();
}

static struct value rp_mr(struct context *c)
{
	return c->sms.rp.has_mr ? number(c->sms.rp.mr) : nothing();
}

static struct value rp_cause(struct context *c)
{
	if(c->sms.state == SMS_RP_BAD || c->sms.state == SMS_TP_BAD
			|| c->sms.state == SMS_INFO_BAD)
		return number(c->sms.err.cause);
	if(c->sms.state == SMS_OK && c->sms.rp.type == RP_ERROR)
		return number(c->sms.rp.cause);
	return nothing();
}

static struct value fcs(struct context *c)
{
	return number(c->sms.state == SMS_TP_BAD ? c->sms.err.fcs : 0);
}

static struct value error(struct context *c)
{
	int n;

	if(c->sms.state == SMS_OK || !c->sms.err.field)
		return nothing();
	n = snprintf(scratch, sizeof(scratch), "%s at octet %u: %s",
			c->sms.err.field, c->sms.err.offset,
			c->sms.err.reason ? c->sms.err.reason : "");
	return text(
			scratch, n < (int)sizeof(scratch) ? n : (int)sizeof(scratch) - 1);
}

static struct value rp_da(struct context *c)
{
	const struct sms_address *da = &c->sms.rp.da;

	return has_rp(c) && c->sms.rp.type == RP_DATA && da->present
				   ? text(da->value, da->value_len)
				   : nothing();
}

static struct value tp_type(struct context *c)
{
	return c->sms.has_tp ? word(tp_type_name(c->sms.tp.type)) : nothing();
}

static struct value tp_da(struct context *c)
{
	return c->sms.has_tp ? text(c->sms.tp.addr.value, c->sms.tp.addr.value_len)
						 : nothing();
}

static struct value tp_da_ton(struct context *c)
{
	return c->sms.has_tp ? number(c->sms.tp.addr.ton) : nothing();
}

static struct value tp_da_npi(struct context *c)
{
	return c->sms.has_tp ? number(c->sms.tp.addr.npi) : nothing();
}

static struct value tp_mr(struct context *c)
{
	return c->sms.has_tp ? number(c->sms.tp.mr) : nothing();
}

static struct value tp_pid(struct context *c)
{
	return c->sms.has_tp ? number(c->sms.tp.pid) : nothing();
}

static struct value tp_dcs(struct context *c)
{
	return c->sms.has_tp ? number(c->sms.tp.dcs) : nothing();
}

static struct value tp_srr(struct context *c)
{
	return c->sms.has_tp ? number(c->sms.tp.srr) : nothing();
}

static struct value tp_rd(struct context *c)
{
	return c->sms.has_tp ? number(c->sms.tp.rd) : nothing();
}

static struct value validity(struct context *c)
{
	return c->sms.has_tp && c->sms.tp.vp.has_seconds
				   ? number((int)c->sms.tp.vp.seconds)
				   : nothing();
}

static struct value message_class(struct context *c)
{
	struct sms_dcs dcs;

	if(!c->sms.has_tp)
		return nothing();
	sms_dcs_decode(&dcs, c->sms.tp.dcs);
	return dcs.message_class >= 0 ? number(dcs.message_class) : nothing();
}

static struct value udh(struct context *c)
{
	const struct tp_msg *tp = &c->sms.tp;

	return c->sms.has_tp && tp->udhi && tp->udh.valid ? hex(tp->ud, tp->udh.len)
													  : nothing();
}

static struct value concat(struct context *c, int value)
{
	return c->sms.has_tp && c->sms.tp.udhi && c->sms.tp.udh.concat_bits
				   ? number(value)
				   : nothing();
}

static struct value concat_ref(struct context *c)
{
	return concat(c, c->sms.tp.udh.concat_ref);
}

static struct value concat_total(struct context *c)
{
	return concat(c, c->sms.tp.udh.concat_total);
}

static struct value concat_seq(struct context *c)
{
	return concat(c, c->sms.tp.udh.concat_seq);
}

static struct value is_text(struct context *c)
{
	return number(sms_text(&c->sms));
}

static struct value message_text(struct context *c)
{
	return sms_text(&c->sms) ? text(c->sms.text, c->sms.text_len) : nothing();
}

/* --- sender, destination, job --------------------------------------------------- */

static struct value sender(struct context *c)
{
	return c->sms.sender.len ? text(c->sms.sender.s, c->sms.sender.len)
							 : nothing();
}

static struct value msisdn(struct context *c)
{
	return c->sms.msisdn[0] ? word(c->sms.msisdn) : nothing();
}

static struct value registered(struct context *c)
{
	return number(c->sms.registered);
}

static struct value from_gateway(struct context *c)
{
	return number(c->sms.from_gateway);
}

static struct value dest(struct context *c)
{
	int n;

	if(c->sms.dest.kind == NUMBER_NONE)
		return nothing();
	n = snprintf(scratch, sizeof(scratch), "%s%s",
			c->sms.dest.kind == NUMBER_GLOBAL ? "+" : "", c->sms.dest.digits);
	return text(scratch, (size_t)n);
}

static int set_dest(struct context *c, str value)
{
	c->sms.dest_uri_len = 0;
	if(number_parse(&c->sms.dest, span_of(value)) == 0)
		return 0;
	LM_ERR("'%.*s' is no destination: \"+digits\" or digits are\n", value.len,
			value.s);
	return -1;
}

static struct value dest_uri(struct context *c)
{
	return c->sms.dest_uri_len > 0 ? text(c->sms.dest_uri, c->sms.dest_uri_len)
								   : nothing();
}

static int set_dest_uri(struct context *c, str value)
{
	if(sms_set_dest_uri(&c->sms, span_of(value)) == 0)
		return 0;
	LM_ERR("'%.*s' is no destination: a SIP URI of somebody is\n", value.len,
			value.s);
	return -1;
}

/* --- the document beside it (TS 24.341 C.1) -------------------------------------- */

static struct value info_text(struct span of_info)
{
	return of_info.len > 0 ? text(of_info.s, of_info.len) : nothing();
}

static struct value info_to(struct context *c)
{
	return info_text(c->sms.mime.info.to);
}

static struct value info_from(struct context *c)
{
	return info_text(c->sms.mime.info.from);
}

static struct value info_sender(struct context *c)
{
	return info_text(c->sms.mime.info.sender);
}

static struct value info_receiver(struct context *c)
{
	return info_text(c->sms.mime.info.receiver);
}

static struct value info_hlr_id(struct context *c)
{
	return info_text(c->sms.mime.info.hlr_id);
}

static struct value info_outcome(struct context *c)
{
	return info_text(c->sms.mime.info.outcome);
}

static struct value job_id(struct context *c)
{
	return c->job ? number((int)c->job->id.index) : nothing();
}

static struct value attempt(struct context *c)
{
	int attempts, result;
	bool open;

	if(!c->job)
		return nothing();
	job_progress(c->job, &attempts, &result, &open);
	return number(attempts);
}

static struct value asked(struct context *c)
{
	const struct sip_msg *msg = c->msg;

	if(!c->job)
		return nothing();
	return number(job_was_asked(
			c->job, msg->dst_uri.len ? msg->dst_uri : msg->new_uri));
}

static struct value result(struct context *c)
{
	static const char *const words[] = {
			[HUB_RESULT_TIMEOUT] = "timeout",
			[HUB_RESULT_DEADLINE] = "deadline",
			[HUB_RESULT_UNSENT] = "unsent",
	};
	int attempts, last, n;
	bool open;

	if(!c->job)
		return nothing();
	job_progress(c->job, &attempts, &last, &open);
	if(last == 0)
		return nothing();
	if(last <= HUB_RESULT_UNSENT)
		return word(words[last]);
	n = snprintf(scratch, sizeof(scratch), "%d", last);
	return text(scratch, (size_t)n);
}

static struct value time_left(struct context *c)
{
	int64_t left;

	if(!c->job)
		return nothing();
	left = (int64_t)(c->job->arrival_ms + (uint64_t)settings.mo_deadline)
		   - (int64_t)clock_ms();
	return number(left > 0 ? (int)left : 0);
}

/* clang-format off */
static const struct
{
	const char *name;
	struct value (*get)(struct context *c);
	int (*set)(struct context *c, str value);
} fields[] = {
	{"rp_type",      rp_type,       NULL},
	{"rp_mr",        rp_mr,         NULL},
	{"rp_cause",     rp_cause,      NULL},
	{"rp_da",        rp_da,         NULL},
	{"fcs",          fcs,           NULL},
	{"error",        error,         NULL},
	{"tp_type",      tp_type,       NULL},
	{"tp_mr",        tp_mr,         NULL},
	{"tp_da",        tp_da,         NULL},
	{"tp_da_ton",    tp_da_ton,     NULL},
	{"tp_da_npi",    tp_da_npi,     NULL},
	{"tp_pid",       tp_pid,        NULL},
	{"tp_dcs",       tp_dcs,        NULL},
	{"tp_srr",       tp_srr,        NULL},
	{"tp_rd",        tp_rd,         NULL},
	{"validity",     validity,      NULL},
	{"class",        message_class, NULL},
	{"udh",          udh,           NULL},
	{"concat_ref",   concat_ref,    NULL},
	{"concat_total", concat_total,  NULL},
	{"concat_seq",   concat_seq,    NULL},
	{"is_text",      is_text,       NULL},
	{"text",         message_text,  NULL},
	{"sender",       sender,        NULL},
	{"msisdn",       msisdn,        NULL},
	{"registered",   registered,    NULL},
	{"from_gateway", from_gateway,  NULL},
	{"dest",         dest,          set_dest},
	{"dest_uri",     dest_uri,      set_dest_uri},
	{"info_to",      info_to,       NULL},
	{"info_from",    info_from,     NULL},
	{"info_sender",  info_sender,   NULL},
	{"info_receiver", info_receiver, NULL},
	{"info_hlr_id",  info_hlr_id,   NULL},
	{"info_outcome", info_outcome,  NULL},
	{"job",          job_id,        NULL},
	{"attempt",      attempt,       NULL},
	{"asked",        asked,         NULL},
	{"result",       result,        NULL},
	{"time_left",    time_left,     NULL},
};
/* clang-format on */

#define FIELDS (int)(sizeof(fields) / sizeof(fields[0]))

static const char *field_name(int i)
{
	return i < FIELDS ? fields[i].name : NULL;
}

int pv_parse_ipsmgw_name(pv_spec_t *sp, str *in)
{
	return pv_name_parse(sp, in, "ipsmgw", field_name);
}

int pv_get_ipsmgw(struct sip_msg *msg, pv_param_t *param, pv_value_t *res)
{
	struct context *c = context_of(msg);
	struct value v = nothing();

	if(c)
		v = fields[pv_name_place(param)].get(c);
	switch(v.kind) {
		case NUMBER:
			return pv_get_sintval(msg, param, res, v.number);
		case TEXT:
			return pv_get_strval(msg, param, res, &v.text);
		default:
			return pv_get_null(msg, param, res);
	}
}

int pv_set_ipsmgw(
		struct sip_msg *msg, pv_param_t *param, int op, pv_value_t *val)
{
	struct context *c = context_of(msg);
	int i = pv_name_place(param);

	(void)op;
	if(!fields[i].set) {
		LM_ERR("$ipsmgw(%s) cannot be set\n", fields[i].name);
		return -1;
	}
	if(!c || !val || !(val->flags & PV_VAL_STR))
		return -1;
	return fields[i].set(c, val->rs);
}
