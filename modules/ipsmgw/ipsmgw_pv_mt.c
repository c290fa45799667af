/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The pseudo-variable $ipsmgw_mt(name): see ipsmgw_pv_mt.h.
 */
#include "ipsmgw_pv_mt.h"

#include "ipsmgw_context.h"
#include "ipsmgw_pv_name.h"

#define NOT_KNOWN (-1)

static int code(const struct mt_outcome *o)
{
	return o->code;
}

static int status(const struct mt_outcome *o)
{
	return o->sip_status > 0 ? o->sip_status : NOT_KNOWN;
}

static bool has_cause(const struct mt_outcome *o)
{
	return o->kind == MT_RP_ERROR || o->kind == MT_MEMORY_FULL;
}

static int cause(const struct mt_outcome *o)
{
	return has_cause(o) ? o->rp_cause : NOT_KNOWN;
}

static int fcs(const struct mt_outcome *o)
{
	return has_cause(o) && o->tp_fcs > 0 ? o->tp_fcs : NOT_KNOWN;
}

static int parts(const struct mt_outcome *o)
{
	return o->parts;
}

static int delivered(const struct mt_outcome *o)
{
	return o->parts_delivered;
}

static int absent(const struct mt_outcome *o)
{
	return mt_is_absent(o);
}

static const char *outcome(const struct mt_outcome *o)
{
	return mt_kind_name(o->kind);
}

static const char *kind(const struct mt_outcome *o)
{
	return o->is_report ? "status-report" : "message";
}

static const char *subscriber(const struct mt_outcome *o)
{
	return o->subscriber;
}

/* clang-format off */
static const struct
{
	const char *name;
	const char *(*text)(const struct mt_outcome *o);
	int (*number)(const struct mt_outcome *o);
} fields[] = {
	{"kind",       kind,       NULL},
	{"outcome",    outcome,    NULL},
	{"code",       NULL,       code},
	{"status",     NULL,       status},
	{"cause",      NULL,       cause},
	{"fcs",        NULL,       fcs},
	{"parts",      NULL,       parts},
	{"delivered",  NULL,       delivered},
	{"absent",     NULL,       absent},
	{"subscriber", subscriber, NULL},
};
/* clang-format on */

#define FIELDS (int)(sizeof(fields) / sizeof(fields[0]))

static const char *field_name(int i)
{
	return i < FIELDS ? fields[i].name : NULL;
}

int pv_parse_mt_name(pv_spec_t *sp, str *in)
{
	return pv_name_parse(sp, in, "ipsmgw_mt", field_name);
}

int pv_get_mt(struct sip_msg *msg, pv_param_t *param, pv_value_t *res)
{
	const struct mt_outcome *o = context_delivered(msg);
	int i = pv_name_place(param);
	int number;
	str text;

	if(!o)
		return pv_get_null(msg, param, res);
	if(fields[i].number) {
		number = fields[i].number(o);
		return number == NOT_KNOWN ? pv_get_null(msg, param, res)
								   : pv_get_sintval(msg, param, res, number);
	}
	text.s = (char *)fields[i].text(o);
	text.len = (int)strlen(text.s);
	return text.len == 0 ? pv_get_null(msg, param, res)
						 : pv_get_strval(msg, param, res, &text);
}
