/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What the tests of the registry share: two subscribers, a registry for each test, short forms of put and get. Only for
 * test/unit, by one test program each.
 */
#ifndef IPSMGW_TEST_REGISTRY_FIXTURE_H
#define IPSMGW_TEST_REGISTRY_FIXTURE_H

#include <stdio.h>

#include "registrations.h"
#include "unit.h"

#define COUNT(a) ((int)(sizeof(a) / sizeof((a)[0])))

static const struct said alice = {
		.impus = "sip:+12025550101@ims.example tel:+12025550101 "
				 "sip:alice@ims.example",
		.msisdn = "12025550101",
		.imsi = "001010000000101",
		.impi = "001010000000101@ims.mnc001.mcc001.3gppnetwork.org",
		.scscf = "sip:scscf.ims.example:5061",
		.contacts = "+sip:alice@10.0.0.1:5060;transport=tcp "
					"-sip:alice@10.0.0.2 sip:alice@10.0.0.3 "
					"*sip:alice@10.0.0.4",
};

static const struct said bob = {
		.impus = "sip:+12025550102@ims.example tel:+12025550102",
		.msisdn = "12025550102",
		.imsi = "001010000000102",
};

static struct registration in, out, before;
static struct registry_put_info info;

static inline void open_registry(unsigned max, bool track_changes)
{
	struct registry_options options = {max, track_changes, NULL};

	ck_assert_int_eq(registry_init(&options), 0);
}

static inline void setup(void)
{
	open_registry(1000, false);
}

static inline void teardown(void)
{
	registry_destroy();
}

static inline int put(const struct said *said)
{
	registration_say(&in, said, NOW);
	return registry_put(&info, &before, &in, NOW);
}

static inline int get(const char *id)
{
	return registry_get(&out, text_span(id), NOW);
}

static inline void is(struct span seen, const char *expected)
{
	ck_assert_msg(seen.len == strlen(expected)
						  && memcmp(seen.s, expected, seen.len) == 0,
			"'%.*s', expected '%s'", (int)seen.len, seen.s, expected);
}

/* The IMPUs of a registration, with a blank between two. */
static inline void has_impus(
		const struct registration *reg, const char *expected)
{
	char seen[2048] = "";

	for(unsigned i = 0; i < reg->impus; i++)
		snprintf(seen + strlen(seen), sizeof(seen) - strlen(seen), "%s%.*s",
				i ? " " : "", (int)reg->impu[i].len, reg->impu[i].s);
	ck_assert_str_eq(seen, expected);
}

static inline void same_registration(
		const struct registration *a, const struct registration *b)
{
	ck_assert_uint_eq(a->impus, b->impus);
	for(unsigned i = 0; i < a->impus; i++)
		ck_assert(span_is(a->impu[i], b->impu[i]));
	ck_assert(span_is(a->msisdn, b->msisdn));
	ck_assert(span_is(a->imsi, b->imsi));
	ck_assert(span_is(a->impi, b->impi));
	ck_assert(span_is(a->scscf, b->scscf));
	ck_assert_uint_eq(a->contacts, b->contacts);
	for(unsigned i = 0; i < a->contacts; i++) {
		ck_assert(span_is(a->contact[i].uri, b->contact[i].uri));
		ck_assert_int_eq(a->contact[i].smsip, b->contact[i].smsip);
		ck_assert_int_eq(a->contact[i].msisdn_less, b->contact[i].msisdn_less);
		ck_assert_int_eq(a->contact[i].expires_at, b->contact[i].expires_at);
	}
	ck_assert_int_eq(a->state.capability, b->state.capability);
	ck_assert_int_eq(a->state.hss_wanted, b->state.hss_wanted);
	ck_assert_int_eq(a->state.hss_told, b->state.hss_told);
	ck_assert_mem_eq(a->state.user, b->state.user, sizeof(a->state.user));
	ck_assert_int_eq(a->state.expires_at, b->state.expires_at);
}

static inline bool mark(struct registration_state *state, void *arg)
{
	const char *what = arg;

	if(!what)
		return false;
	state->capability = SMS_CAPABILITY_NO;
	state->hss_wanted++;
	state->hss_told = 7;
	state->expires_at += 10;
	memcpy(state->user, what, sizeof(state->user));
	return true;
}

#endif
