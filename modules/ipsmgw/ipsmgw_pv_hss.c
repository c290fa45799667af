/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The pseudo-variable $ipsmgw_hss(name): see ipsmgw_pv_hss.h.
 */
#include "ipsmgw_pv_hss.h"

#include "ipsmgw_context.h"
#include "ipsmgw_pv_name.h"

#define NOT_KNOWN (-1)

/* A list that is made for the script lives here until the next one is read. */
static char scratch[HSS_IMPUS_MAX * (DIAMETER_TEXT_MAX + 1)];

/* --- of any answer -------------------------------------------------------------- */

static const char *outcome(const struct hss_result *r)
{
	return hss_outcome_name(r->outcome);
}

static bool is_answered(const struct hss_result *r)
{
	return r->outcome == DIAMETER_ANSWERED;
}

static int result(const struct hss_result *r)
{
	return is_answered(r) ? (int)r->data.verdict.result : NOT_KNOWN;
}

static int vendor(const struct hss_result *r)
{
	return is_answered(r) ? (int)r->data.verdict.vendor : NOT_KNOWN;
}

static int success(const struct hss_result *r)
{
	return is_answered(r) && hss_is_success(&r->data.verdict);
}

static int temporary(const struct hss_result *r)
{
	return !success(r) && hss_result_is_temporary(r);
}

static int cached(const struct hss_result *r)
{
	return r->data.cached;
}

static int ms(const struct hss_result *r)
{
	return is_answered(r) ? (int)(r->data.verdict.round_trip_us / 1000)
						  : NOT_KNOWN;
}

/* --- of the subscriber ------------------------------------------------------------ */

static const char *msisdn(const struct hss_result *r)
{
	return r->data.msisdn;
}

static const char *imsi(const struct hss_result *r)
{
	return r->data.imsi;
}

static const char *impi(const struct hss_result *r)
{
	return r->data.impi;
}

static const char *impus(const struct hss_result *r)
{
	size_t n = 0, len;
	unsigned i;

	for(i = 0; i < r->data.impus; i++) {
		len = strlen(r->data.impu[i]);
		if(n > 0)
			scratch[n++] = ',';
		memcpy(scratch + n, r->data.impu[i], len);
		n += len;
	}
	scratch[n] = '\0';
	return scratch;
}

static const char *scscf(const struct hss_result *r)
{
	return r->data.scscf;
}

static const char *user_state(const struct hss_result *r)
{
	static const char *const words[] = {
			[SH_NOT_REGISTERED] = "not-registered",
			[SH_REGISTERED] = "registered",
			[SH_UNREGISTERED_SERVICES] = "unregistered-services",
			[SH_AUTHENTICATION_PENDING] = "authentication-pending",
	};
	int state = r->data.user_state;

	return state >= 0 && state < (int)(sizeof(words) / sizeof(words[0]))
				   ? words[state]
				   : "";
}

static const char *gw_number(const struct hss_result *r)
{
	const struct diameter_node *node =
			hss_result_node(r, DIAMETER_NODE_IP_SM_GW);

	return node ? node->number : r->data.ip_sm_gw_number;
}

static const char *sc_address(const struct hss_result *r)
{
	return r->data.sc_address;
}

/* --- of the nodes that serve him ---------------------------------------------------- */

#define NODE(kind, member, type)                                   \
	static const char *kind##_##member(const struct hss_result *r) \
	{                                                              \
		const struct diameter_node *node =                         \
				hss_result_node(r, DIAMETER_NODE_##type);          \
                                                                   \
		return node ? node->member : "";                           \
	}

NODE(mme, realm, MME)
NODE(mme, number, MME)
NODE(sgsn, name, SGSN)
NODE(sgsn, realm, SGSN)
NODE(sgsn, number, SGSN)
NODE(msc, number, MSC)
NODE(smsf, name, SMSF_3GPP)
NODE(smsf, realm, SMSF_3GPP)
NODE(smsf, number, SMSF_3GPP)

static const char *mme_name(const struct hss_result *r)
{
	const struct diameter_node *node = hss_result_node(r, DIAMETER_NODE_MME);

	return node ? node->name : r->data.mme_name;
}

static int mwd_status(const struct hss_result *r)
{
	return r->data.verdict.has & ANSWER_MWD_STATUS
				   ? (int)r->data.verdict.mwd_status
				   : NOT_KNOWN;
}

static int absent(const struct hss_result *r, enum diameter_node_type type)
{
	return r->data.verdict.absent_set & (1u << type)
				   ? (int)r->data.verdict.absent[type]
				   : NOT_KNOWN;
}

static int absent_mme(const struct hss_result *r)
{
	return absent(r, DIAMETER_NODE_MME);
}

static int absent_sgsn(const struct hss_result *r)
{
	return absent(r, DIAMETER_NODE_SGSN);
}

static int absent_msc(const struct hss_result *r)
{
	return absent(r, DIAMETER_NODE_MSC);
}

static int absent_smsf(const struct hss_result *r)
{
	return absent(r, DIAMETER_NODE_SMSF_3GPP);
}

/* A text of "" and a number of NOT_KNOWN are null. */
/* clang-format off */
static const struct
{
	const char *name;
	const char *(*text)(const struct hss_result *r);
	int (*number)(const struct hss_result *r);
} fields[] = {
	{"outcome",     outcome,         NULL},
	{"result",      NULL,            result},
	{"result_name", hss_result_name, NULL},
	{"vendor",      NULL,            vendor},
	{"success",     NULL,            success},
	{"temporary",   NULL,            temporary},
	{"cached",      NULL,            cached},
	{"ms",          NULL,            ms},
	{"msisdn",      msisdn,          NULL},
	{"imsi",        imsi,            NULL},
	{"impi",        impi,            NULL},
	{"impus",       impus,           NULL},
	{"scscf",       scscf,           NULL},
	{"user_state",  user_state,      NULL},
	{"gw_number",   gw_number,       NULL},
	{"sc_address",  sc_address,      NULL},
	{"mme",         mme_name,        NULL},
	{"mme_realm",   mme_realm,       NULL},
	{"mme_number",  mme_number,      NULL},
	{"sgsn",        sgsn_name,       NULL},
	{"sgsn_realm",  sgsn_realm,      NULL},
	{"sgsn_number", sgsn_number,     NULL},
	{"msc",         msc_number,      NULL},
	{"smsf",        smsf_name,       NULL},
	{"smsf_realm",  smsf_realm,      NULL},
	{"smsf_number", smsf_number,     NULL},
	{"mwd_status",  NULL,            mwd_status},
	{"absent_mme",  NULL,            absent_mme},
	{"absent_sgsn", NULL,            absent_sgsn},
	{"absent_msc",  NULL,            absent_msc},
	{"absent_smsf", NULL,            absent_smsf},
};
/* clang-format on */

#define FIELDS (int)(sizeof(fields) / sizeof(fields[0]))

static const char *field_name(int i)
{
	return i < FIELDS ? fields[i].name : NULL;
}

int pv_parse_hss_name(pv_spec_t *sp, str *in)
{
	return pv_name_parse(sp, in, "ipsmgw_hss", field_name);
}

int pv_get_hss(struct sip_msg *msg, pv_param_t *param, pv_value_t *res)
{
	const struct hss_result *r = context_hss(msg);
	int i = pv_name_place(param);
	int number;
	str text;

	if(!r)
		return pv_get_null(msg, param, res);
	if(fields[i].number) {
		number = fields[i].number(r);
		return number == NOT_KNOWN ? pv_get_null(msg, param, res)
								   : pv_get_sintval(msg, param, res, number);
	}
	text.s = (char *)fields[i].text(r);
	text.len = (int)strlen(text.s);
	return text.len == 0 ? pv_get_null(msg, param, res)
						 : pv_get_strval(msg, param, res, &text);
}
