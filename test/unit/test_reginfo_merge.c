/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What a reg event document makes of a record: who stays, who joins, who leaves, which contacts are left, when it is at
 * its end. Each case is a record, a document in short form and the record that must come of it.
 */
#include "unit.h"

#include <stdio.h>

#include "flow/reginfo_merge.h"
#include "ims/identity.h"
#include "registrations.h"

/* --- documents in short form ------------------------------------------------ */

struct contact
{
	const char *uri; /* "+" before one with the feature tag, "*" with both */
	enum reginfo_state state;
	int64_t expires; /* 0: not stated */
};

struct aor
{
	const char *aor;
	enum reginfo_state state;
	struct contact contact[10];
};

struct document
{
	bool full;
	size_t skipped, dropped;
	struct aor aor[4];
};

#define ON REGINFO_ACTIVE
#define OFF REGINFO_TERMINATED
#define BEFORE REGINFO_INIT

static struct reginfo info;

static void say(const struct document *document)
{
	memset(&info, 0, sizeof(info));
	info.full = document->full;
	info.skipped = document->skipped;
	info.dropped = document->dropped;
	for(const struct aor *a = document->aor; a < document->aor + 4 && a->aor;
			a++) {
		struct reginfo_registration *r =
				&info.registrations[info.registrations_len++];

		*r = (struct reginfo_registration){.aor = text_span(a->aor),
				.state = a->state,
				.first = info.contacts_len};
		for(const struct contact *c = a->contact; c < a->contact + 10 && c->uri;
				c++) {
			bool smsip = strchr("+*", c->uri[0]);

			info.contacts[info.contacts_len++] = (struct reginfo_contact){
					.uri = text_span(c->uri + smsip),
					.state = c->state,
					.expires = c->expires ? c->expires : REGINFO_NO_EXPIRES,
					.smsip = smsip,
					.msisdn_less = c->uri[0] == '*'};
			r->len++;
		}
	}
}

/* --- records as text --------------------------------------------------------- */

static const char *spelled(const struct registration *reg)
{
	static char out[4096];
	size_t n = 0;

	for(unsigned i = 0; i < reg->impus; i++)
		n += (size_t)snprintf(out + n, sizeof(out) - n, "%s%.*s", i ? " " : "",
				(int)reg->impu[i].len, reg->impu[i].s);
	n += (size_t)snprintf(out + n, sizeof(out) - n, " |");
	for(unsigned i = 0; i < reg->contacts; i++)
		n += (size_t)snprintf(out + n, sizeof(out) - n, " %s%.*s",
				reg->contact[i].msisdn_less					  ? "*"
				: reg->contact[i].smsip == SMS_CAPABILITY_YES ? "+"
				: reg->contact[i].smsip == SMS_CAPABILITY_NO  ? "-"
															  : "?",
				(int)reg->contact[i].uri.len, reg->contact[i].uri.s);
	snprintf(out + n, sizeof(out) - n, " | %s%s%.*s",
			reg->state.capability == SMS_CAPABILITY_YES	 ? "yes"
			: reg->state.capability == SMS_CAPABILITY_NO ? "no"
														 : "unknown",
			reg->msisdn.len ? " " : "", (int)reg->msisdn.len,
			reg->msisdn.len ? reg->msisdn.s : "");
	return out;
}

static bool not_the_stranger(struct span impu, void *arg)
{
	(void)arg;
	return !identity_same(impu, SPAN("sip:stranger@h"));
}

#define ALICE "sip:alice@h"
#define TEL "tel:+447700900001"
#define NUMBER "sip:+447700900001@h"
#define IMSI "sip:001010000000101@h"

static const struct
{
	const char *name;
	struct said before;
	struct document document;
	enum reginfo_verdict verdict;
	const char *after; /* not looked at when the record stays or ends */
} cases[] = {
		{"a full document gives the set, the contacts and the number",
				{.impus = ALICE},
				{true, .aor = {{ALICE, ON, {{"+sip:a@1", ON, 0}}},
							   {TEL, ON, {{"+sip:a@1", ON, 0}}},
							   {NUMBER, ON, {{"+sip:a@1", ON, 0}}}}},
				REGINFO_CHANGES,
				ALICE " " TEL " " NUMBER " | +sip:a@1 | yes 447700900001"},
		{"no contact with the tag: not capable",
				{.impus = ALICE, .contacts = "sip:old@1"},
				{true, .aor = {{ALICE, ON, {{"sip:a@1", ON, 0}}}}},
				REGINFO_CHANGES, ALICE " | -sip:a@1 | no"},
		{"an application server among the contacts does not count",
				{.impus = ALICE},
				{true, .aor = {{ALICE, ON,
							   {{"sip:as@1", ON, 0}, {"+sip:a@1", ON, 0}}}}},
				REGINFO_CHANGES, ALICE " | -sip:as@1 +sip:a@1 | yes"},
		{"a full document that left something out proves no incapability",
				{.impus = ALICE},
				{true, .skipped = 1,
						.aor = {{ALICE, ON, {{"sip:a@1", ON, 0}}}}},
				REGINFO_CHANGES, ALICE " | -sip:a@1 | unknown"},
		{"a full document without an active registration ends it",
				{.impus = ALICE " " TEL " " IMSI},
				{true, .aor = {{ALICE, OFF, {{"sip:a@1", OFF, 0}}},
							   {TEL, OFF, {{NULL, 0, 0}}}}},
				REGINFO_ENDS, NULL},
		{"so do registrations that are back at their beginning",
				{.impus = ALICE}, {true, .aor = {{ALICE, BEFORE, {{0}}}}},
				REGINFO_ENDS, NULL},
		{"a document without registrations says nothing", {.impus = ALICE},
				{true, .aor = {{0}}}, REGINFO_SAYS_NOTHING, NULL},
		{"a barred identity is not named and stays", {.impus = IMSI},
				{true, .aor = {{ALICE, ON, {{"+sip:a@1", ON, 0}}}}},
				REGINFO_CHANGES, IMSI " " ALICE " | +sip:a@1 | yes"},
		{"one identity ends and another lives on",
				{.impus = ALICE " " NUMBER, .msisdn = "447700900001"},
				{true, .aor = {{ALICE, OFF, {{"+sip:a@1", OFF, 0}}},
							   {NUMBER, ON, {{"+sip:a@1", ON, 0}}}}},
				REGINFO_CHANGES, NUMBER " | +sip:a@1 | yes 447700900001"},
		{"one of two phones leaves",
				{.impus = ALICE, .contacts = "+sip:a@1 +sip:a@2"},
				{true, .aor = {{ALICE, ON,
							   {{"sip:a@2", OFF, 0}, {"+sip:a@1", ON, 0}}}}},
				REGINFO_CHANGES, ALICE " | +sip:a@1 | yes"},
		{"partial: one of two phones leaves",
				{.impus = ALICE, .contacts = "+sip:a@1 +sip:a@2"},
				{false, .aor = {{ALICE, ON, {{"+sip:a@1", OFF, 0}}}}},
				REGINFO_CHANGES, ALICE " | +sip:a@2 | yes"},
		{"partial: the phone for texts leaves, another stays",
				{.impus = ALICE, .contacts = "-sip:a@1 +sip:a@2"},
				{false, .aor = {{ALICE, ON, {{"+sip:a@2", OFF, 0}}}}},
				REGINFO_CHANGES, ALICE " | -sip:a@1 | no"},
		{"partial: what is left was never described",
				{.impus = ALICE, .contacts = "sip:a@1 +sip:a@2"},
				{false, .aor = {{ALICE, ON, {{"+sip:a@2", OFF, 0}}}}},
				REGINFO_CHANGES, ALICE " | ?sip:a@1 | unknown"},
		{"partial: a phone comes", {.impus = ALICE, .contacts = "-sip:a@1"},
				{false, .aor = {{ALICE, ON, {{"+sip:a@2", ON, 0}}}}},
				REGINFO_CHANGES, ALICE " | -sip:a@1 +sip:a@2 | yes"},
		{"a phone that takes them without an MSISDN",
				{.impus = ALICE, .contacts = "*sip:a@1 +sip:a@2"},
				{false, .aor = {{ALICE, ON, {{"*sip:a@2", ON, 0}}}}},
				REGINFO_CHANGES, ALICE " | *sip:a@1 *sip:a@2 | yes"},
		{"partial: all identities end", {.impus = ALICE " " TEL},
				{false, .aor = {{TEL, OFF, {{NULL, 0, 0}}},
								{ALICE, OFF, {{NULL, 0, 0}}}}},
				REGINFO_ENDS, NULL},
		{"partial: one identity ends, of the others it says nothing",
				{.impus = ALICE " " NUMBER, .contacts = "+sip:a@1"},
				{false, .aor = {{ALICE, OFF, {{NULL, 0, 0}}}}}, REGINFO_UNCLEAR,
				NUMBER " | +sip:a@1 | yes 447700900001"},
		{"a contact gone from one identity, bound to another",
				{.impus = ALICE " " NUMBER, .msisdn = "1"},
				{true, .aor = {{ALICE, ON,
									   {{"+sip:a@1", OFF, 0},
											   {"+sip:a@2", ON, 0}}},
							   {NUMBER, ON, {{"+sip:a@1", ON, 0}}}}},
				REGINFO_CHANGES,
				ALICE " " NUMBER " | +sip:a@2 +sip:a@1 | yes 1"},
		{"an identity in another spelling is no new one", {.impus = NUMBER},
				{true, .aor = {{"SIP:%2B447700900001@H", ON,
							   {{"+sip:a@1", ON, 0}}}}},
				REGINFO_CHANGES, NUMBER " | +sip:a@1 | yes 447700900001"},
		{"somebody else's identity does not join", {.impus = ALICE},
				{true, .aor = {{ALICE, ON, {{"+sip:a@1", ON, 0}}},
							   {"sip:stranger@h", ON, {{"+sip:a@1", ON, 0}}}}},
				REGINFO_CHANGES, ALICE " | +sip:a@1 | yes"},
		{"what is no identity does not join", {.impus = ALICE},
				{true, .aor = {{ALICE, ON, {{"+sip:a@1", ON, 0}}},
							   {"urn:service:sos", ON, {{NULL, 0, 0}}},
							   {"nonsense", ON, {{NULL, 0, 0}}}}},
				REGINFO_CHANGES, ALICE " | +sip:a@1 | yes"},
		{"a phone for texts has a place before others", {.impus = ALICE},
				{true, .aor = {{ALICE, ON,
							   {{"sip:a@1", ON, 0}, {"sip:a@2", ON, 0},
									   {"sip:a@3", ON, 0}, {"sip:a@4", ON, 0},
									   {"sip:a@5", ON, 0}, {"sip:a@6", ON, 0},
									   {"sip:a@7", ON, 0}, {"sip:a@8", ON, 0},
									   {"sip:a@9", ON, 0},
									   {"+sip:a@t", ON, 0}}}}},
				REGINFO_CHANGES,
				ALICE " | +sip:a@t -sip:a@2 -sip:a@3 -sip:a@4 -sip:a@5 "
					  "-sip:a@6 -sip:a@7 -sip:a@8 | yes"},
		{"the number of the record is not replaced",
				{.impus = ALICE, .msisdn = "447700900009"},
				{true, .aor = {{ALICE, ON, {{"+sip:a@1", ON, 0}}},
							   {TEL, ON, {{NULL, 0, 0}}}}},
				REGINFO_CHANGES,
				ALICE " " TEL " | +sip:a@1 | yes 447700900009"},
		{"a tel URI names the number before a SIP URI", {.impus = ALICE},
				{true, .aor = {{"sip:+447700900002@h", ON,
									   {{"+sip:a@1", ON, 0}}},
							   {TEL, ON, {{NULL, 0, 0}}}}},
				REGINFO_CHANGES,
				ALICE " sip:+447700900002@h " TEL
					  " | +sip:a@1 | yes 447700900001"},
};

START_TEST(documents)
{
	static struct registration before, after;
	enum reginfo_verdict verdict;

	registration_say(&before, &cases[_i].before, NOW);
	before.serial = 77;
	say(&cases[_i].document);
	verdict =
			reginfo_merge(&after, &before, &info, NOW, not_the_stranger, NULL);
	ck_assert_msg(verdict == cases[_i].verdict, "%s: verdict %d, expected %d",
			cases[_i].name, verdict, cases[_i].verdict);
	if(!cases[_i].after)
		return;
	ck_assert_msg(strcmp(spelled(&after), cases[_i].after) == 0,
			"%s:\n     %s\nnot  %s", cases[_i].name, spelled(&after),
			cases[_i].after);
	ck_assert_uint_eq(after.serial, before.serial);
}
END_TEST

/* What a document does not speak of comes through. */
START_TEST(the_rest_stays)
{
	static struct registration before, after;
	const struct said said = {.impus = ALICE,
			.msisdn = "447700900001",
			.imsi = "001010000000101",
			.impi = "alice@h",
			.scscf = "sip:scscf.h",
			.registered_at = 5};
	const struct document document = {
			true, .aor = {{ALICE, ON, {{"+sip:a@1", ON, 0}}}}};

	registration_say(&before, &said, NOW);
	before.state.hss_wanted = 3;
	before.state.hss_told = 2;
	memset(before.state.user, 9, sizeof(before.state.user));
	say(&document);
	ck_assert_int_eq(
			reginfo_merge(&after, &before, &info, NOW, not_the_stranger, NULL),
			REGINFO_CHANGES);
	ck_assert(span_is(after.imsi, before.imsi));
	ck_assert(span_is(after.impi, before.impi));
	ck_assert(span_is(after.scscf, before.scscf));
	ck_assert_int_eq(after.registered_at, 5);
	ck_assert_int_eq(after.state.hss_wanted, 3);
	ck_assert_int_eq(after.state.hss_told, 2);
	ck_assert_mem_eq(
			after.state.user, before.state.user, sizeof(after.state.user));
}
END_TEST

static const struct
{
	const char *uri;
	int64_t expires;
	int64_t record; /* seconds from now */
	int64_t contact;
} expiries[] = {
		{"+sip:a@1", 7200, 7200, 7200},
		{"+sip:a@1", 60, 3600, 60},	   /* never back */
		{"sip:a@1", 7200, 3600, 7200}, /* an application server's */
		{"+sip:a@1", UINT32_MAX, UINT32_MAX, UINT32_MAX},
		{"+sip:a@1", 0, 3600, -NOW}, /* not stated */
};

START_TEST(expiry_moves_on_with_a_phone_only)
{
	static struct registration before, after;
	const struct said said = {.impus = ALICE};
	const struct document document = {
			true, .aor = {{ALICE, ON,
						  {{expiries[_i].uri, ON, expiries[_i].expires}}}}};

	registration_say(&before, &said, NOW);
	say(&document);
	reginfo_merge(&after, &before, &info, NOW, not_the_stranger, NULL);
	ck_assert_int_eq(after.state.expires_at - NOW, expiries[_i].record);
	ck_assert_int_eq(after.contact[0].expires_at - NOW, expiries[_i].contact);
}
END_TEST

/* Texts that do not fit a record are left out, and what they show counts all the same. */
START_TEST(too_long_for_a_record)
{
	static struct registration before, after;
	static char contact[REGISTRATION_URI_MAX + 3];
	static char aor[REGISTRATION_URI_MAX + 2];
	const struct said said = {.impus = ALICE};
	const struct document document = {
			true, .aor = {{ALICE, ON, {{contact, ON, 0}}},
						  {aor, ON, {{NULL, 0, 0}}}}};

	memset(contact, 'x', sizeof(contact) - 1);
	memcpy(contact, "+sip:", 5);
	memset(aor, 'x', sizeof(aor) - 1);
	memcpy(aor, "sip:", 4);
	registration_say(&before, &said, NOW);
	say(&document);
	reginfo_merge(&after, &before, &info, NOW, not_the_stranger, NULL);
	ck_assert_str_eq(spelled(&after), ALICE " | | yes");
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("reginfo_merge");
	TCase *tcase = tcase_create("merge");

	tcase_add_loop_test(tcase, documents, 0, sizeof(cases) / sizeof(cases[0]));
	tcase_add_test(tcase, the_rest_stays);
	tcase_add_loop_test(tcase, expiry_moves_on_with_a_phone_only, 0,
			sizeof(expiries) / sizeof(expiries[0]));
	tcase_add_test(tcase, too_long_for_a_record);
	suite_add_tcase(suite, tcase);
	return unit_run(suite);
}
