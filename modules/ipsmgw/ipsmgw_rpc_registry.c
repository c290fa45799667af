/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The RPC command ipsmgw.registry: see ipsmgw_rpc_registry.h.
 */
#include "ipsmgw_rpc_registry.h"

#include "flow/hss_update.h"
#include "flow/log.h"
#include "flow/registration.h"
#include "flow/settings.h"
#include "ipsmgw_rpc_verb.h"

#define LIST_LIMIT 100

static const char *capability_name(enum sms_capability capability)
{
	static const char *const names[] = {
			[SMS_CAPABILITY_UNKNOWN] = "unknown",
			[SMS_CAPABILITY_YES] = "yes",
			[SMS_CAPABILITY_NO] = "no",
	};

	return names[capability];
}

/* One line of the list; numbers masked like in the log. */
static int add_line(rpc_t *rpc, void *ctx, const struct registration *reg)
{
	char impu[MASKED_MAX], msisdn[MASKED_MAX];
	void *s;

	if(rpc->add(ctx, "{", &s) < 0)
		return -1;
	rpc->struct_add(s, "sssddd", "impu", masked(impu, str_of(reg->impu[0])),
			"msisdn", masked(msisdn, str_of(reg->msisdn)), "capability",
			capability_name(reg->state.capability), "contacts",
			(int)reg->contacts, "smsip_contacts", (int)reg->smsip_contacts,
			"expires", (int)(reg->state.expires_at - time(NULL)));
	return 0;
}

static void list(rpc_t *rpc, void *ctx)
{
	struct registry_cursor at = {0};
	struct registration reg;
	int limit = LIST_LIMIT, offset = 0;

	if(rpc->scan(ctx, "*d", &limit) > 0)
		rpc->scan(ctx, "*d", &offset);
	if(limit < 0 || offset < 0) {
		rpc->fault(ctx, 400, "limit and offset are not negative");
		return;
	}
	registry_skip(&at, (unsigned)offset);
	while(limit-- > 0 && registry_next(&reg, &at))
		if(add_line(rpc, ctx, &reg) < 0)
			return;
}

static void add_text(rpc_t *rpc, void *s, const char *name, struct span value)
{
	str text = str_of(value);

	if(value.len > 0)
		rpc->struct_add(s, "S", name, &text);
}

static void add_impus(rpc_t *rpc, void *s, const struct registration *reg)
{
	void *list;
	unsigned i;

	if(rpc->struct_add(s, "[", "impus", &list) < 0)
		return;
	for(i = 0; i < reg->impus; i++) {
		str impu = str_of(reg->impu[i]);

		rpc->array_add(list, "S", &impu);
	}
}

static void add_contacts(rpc_t *rpc, void *s, const struct registration *reg)
{
	void *list, *c;
	unsigned i;

	if(rpc->struct_add(s, "[", "contacts", &list) < 0)
		return;
	for(i = 0; i < reg->contacts; i++) {
		if(rpc->array_add(list, "{", &c) < 0)
			return;
		add_text(rpc, c, "uri", reg->contact[i].uri);
		rpc->struct_add(c, "sdd", "smsip",
				capability_name(reg->contact[i].smsip), "msisdn_less",
				reg->contact[i].msisdn_less, "expires",
				(int)(reg->contact[i].expires_at - time(NULL)));
	}
}

/* Who asks for one subscriber by his identity is shown all of it. */
static void add_whole(rpc_t *rpc, void *ctx, const struct registration *reg)
{
	void *s;

	if(rpc->add(ctx, "{", &s) < 0)
		return;
	add_text(rpc, s, "impu", reg->impu[0]);
	add_text(rpc, s, "msisdn", reg->msisdn);
	add_text(rpc, s, "imsi", reg->imsi);
	add_text(rpc, s, "impi", reg->impi);
	add_text(rpc, s, "scscf", reg->scscf);
	rpc->struct_add(s, "sdd", "capability",
			capability_name(reg->state.capability), "smsip_contacts",
			(int)reg->smsip_contacts, "expires",
			(int)(reg->state.expires_at - time(NULL)));
	rpc->struct_add(s, "ss", "hss_wanted",
			hss_knows_name(reg->state.hss_wanted), "hss_told",
			hss_knows_name(reg->state.hss_told));
	add_impus(rpc, s, reg);
	add_contacts(rpc, s, reg);
}

static int identity_parameter(struct span *id, rpc_t *rpc, void *ctx)
{
	str text;

	if(rpc->scan(ctx, ".S", &text) < 1) {
		rpc->fault(ctx, 400, "which one? A URI, MSISDN, IMSI or IMPI");
		return -1;
	}
	*id = span_of(text);
	return 0;
}

static void show(rpc_t *rpc, void *ctx)
{
	struct registration reg;
	struct span id;

	if(identity_parameter(&id, rpc, ctx) < 0)
		return;
	if(registration_find(&reg, id) < 0)
		rpc->fault(ctx, 404, "not registered");
	else
		add_whole(rpc, ctx, &reg);
}

static void take_out(rpc_t *rpc, void *ctx)
{
	struct span id;

	if(identity_parameter(&id, rpc, ctx) < 0)
		return;
	if(registration_remove(id) < 0)
		rpc->fault(ctx, 404, "not registered");
}

static void count_records(rpc_t *rpc, void *ctx)
{
	struct registry_stats stats;
	void *s;

	registry_stats(&stats);
	if(rpc->add(ctx, "{", &s) < 0)
		return;
	rpc->struct_add(s, "ddd", "registered", (int)stats.records, "max",
			(int)stats.max, "peak", (int)stats.peak);
}

void rpc_registry(rpc_t *rpc, void *ctx)
{
	static const struct rpc_verb verbs[] = {
			{"count", count_records},
			{"list", list},
			{"show", show},
			{"remove", take_out},
			{NULL, NULL},
	};

	rpc_run_verb(rpc, ctx, verbs,
			"list [limit] [offset], show ID, remove ID or count");
}
