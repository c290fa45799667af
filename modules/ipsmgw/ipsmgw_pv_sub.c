/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The pseudo-variable $ipsmgw_sub(name): see ipsmgw_pv_sub.h.
 */
#include "ipsmgw_pv_sub.h"

#include "ipsmgw_context.h"
#include "ipsmgw_pv_name.h"

/* A list that is made for the script lives here until the next one is read. */
static char scratch[REGISTRATION_TEXT_MAX];

static struct span impu(const struct registration *reg)
{
	return reg->impu[0];
}

static struct span impus(const struct registration *reg)
{
	size_t n = 0;
	unsigned i;

	for(i = 0; i < reg->impus; i++) {
		struct span one = reg->impu[i];

		if(n + one.len + 1 > sizeof(scratch))
			break;
		if(n > 0)
			scratch[n++] = ',';
		memcpy(scratch + n, one.s, one.len);
		n += one.len;
	}
	return (struct span){scratch, n};
}

static struct span msisdn(const struct registration *reg)
{
	return reg->msisdn;
}

static struct span imsi(const struct registration *reg)
{
	return reg->imsi;
}

static struct span impi(const struct registration *reg)
{
	return reg->impi;
}

static struct span scscf(const struct registration *reg)
{
	return reg->scscf;
}

static struct span capability(const struct registration *reg)
{
	static const struct span words[] = {
			[SMS_CAPABILITY_UNKNOWN] = {"unknown", 7},
			[SMS_CAPABILITY_YES] = {"yes", 3},
			[SMS_CAPABILITY_NO] = {"no", 2},
	};

	return words[reg->state.capability];
}

static int contacts(const struct registration *reg)
{
	return (int)reg->contacts;
}

static int smsip_contacts(const struct registration *reg)
{
	return (int)reg->smsip_contacts;
}

static int msisdn_less(const struct registration *reg)
{
	return registration_msisdn_less(reg);
}

static int expires(const struct registration *reg)
{
	int64_t left = reg->state.expires_at - time(NULL);

	return left > 0 ? (int)left : 0;
}

/* clang-format off */
static const struct
{
	const char *name;
	struct span (*text)(const struct registration *reg);
	int (*number)(const struct registration *reg);
} fields[] = {
	{"impu",           impu,       NULL},
	{"impus",          impus,      NULL},
	{"msisdn",         msisdn,     NULL},
	{"imsi",           imsi,       NULL},
	{"impi",           impi,       NULL},
	{"scscf",          scscf,      NULL},
	{"capability",     capability, NULL},
	{"contacts",       NULL,       contacts},
	{"smsip_contacts", NULL,       smsip_contacts},
	{"msisdn_less",    NULL,       msisdn_less},
	{"expires",        NULL,       expires},
};
/* clang-format on */

#define FIELDS (int)(sizeof(fields) / sizeof(fields[0]))

static const char *field_name(int i)
{
	return i < FIELDS ? fields[i].name : NULL;
}

int pv_parse_sub_name(pv_spec_t *sp, str *in)
{
	return pv_name_parse(sp, in, "ipsmgw_sub", field_name);
}

int pv_get_sub(struct sip_msg *msg, pv_param_t *param, pv_value_t *res)
{
	const struct registration *reg = context_registration(msg);
	int i = pv_name_place(param);
	struct span value;
	str s;

	if(!reg)
		return pv_get_null(msg, param, res);
	if(fields[i].number)
		return pv_get_sintval(msg, param, res, fields[i].number(reg));
	value = fields[i].text(reg);
	if(value.len == 0)
		return pv_get_null(msg, param, res);
	s = str_of(value);
	return pv_get_strval(msg, param, res, &s);
}
