/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The registry: what is put is found by every identity and comes out as it was; what is none is refused; two
 * subscribers share nothing.
 */
#include "registry_fixture.h"

/* --- what goes in comes out ----------------------------------------------- */

START_TEST(comes_out_as_put)
{
	registration_say(&in, &alice, NOW);
	in.state.hss_wanted = 1;
	in.state.hss_told = 2;
	memcpy(in.state.user, "\x00\x01\xFFgwxyz", 8);
	ck_assert_int_eq(registry_put(&info, NULL, &in, NOW), REGISTRY_NEW);
	ck_assert_uint_gt(info.serial, 0);
	ck_assert_int_eq(get("sip:alice@ims.example"), REGISTRY_OK);
	same_registration(&out, &in);
	ck_assert_uint_eq(out.serial, info.serial);
	ck_assert_int_eq(out.registered_at, NOW);
	ck_assert_uint_eq(out.smsip_contacts, 2);
	for(unsigned i = 0; i < out.impus; i++)
		ck_assert(out.impu[i].s >= out.text
				  && out.impu[i].s < out.text + sizeof(out.text));
}
END_TEST

/* Everything that names alice, and nothing that does not. */
static const struct
{
	const char *id;
	bool alice;
} names[] = {
		{"sip:+12025550101@ims.example", true},
		{"SIP:+12025550101@IMS.Example;user=phone", true},
		{"sips:+1-202-555-0101@ims.example", true},
		{"sip:12025550101@ims.example", true},
		{"sip:+12025550101@elsewhere.example;user=phone", true},
		{"sip:12025550101@elsewhere.example", true},
		{"tel:+12025550101", true},
		{"tel:+1(202)555-0101", true},
		{"tel:12025550101", true},
		{"+12025550101", true},
		{"12025550101", true},
		{"001010000000101", true},
		{"sip:001010000000101@ims.mnc001.mcc001.3gppnetwork.org", true},
		{"sip:001010000000101@elsewhere.example", true},
		{"001010000000101@ims.mnc001.mcc001.3gppnetwork.org", true},
		{"001010000000101@IMS.mnc001.MCC001.3gppnetwork.org", true},
		{"sip:alice@ims.example", true},
		{"sip:alice@IMS.EXAMPLE", true},
		{"sip:%61lice@ims.example", true},
		{"sip:Alice@ims.example", false},
		{"sip:alice@elsewhere.example", false},
		{"sip:alice@ims.example:5060", false},
		{"alice@ims.example", false},
		{"tel:+12025550102", false},
		{"2025550101", false},
		{"tel:2025550101;phone-context=+1", false},
		{"001010000000102", false},
		{"+001010000000101", false},
		{"sip:ims.example", false},
		{"", false},
		{"alice", false},
};

START_TEST(every_spelling_finds)
{
	put(&bob);
	put(&alice);
	int result = get(names[_i].id);
	bool found =
			result == REGISTRY_OK && span_is(out.imsi, text_span(alice.imsi));

	ck_assert_msg(found == names[_i].alice, "%s: %d", names[_i].id, result);
	teardown();
	setup();
	put(&bob);
	if(names[_i].alice)
		ck_assert_msg(get(names[_i].id) == REGISTRY_ABSENT, "%s", names[_i].id);
}
END_TEST

/* As PyHSS provisions them: without "+". The MSISDN may be as short as a test network likes. */
START_TEST(numbers_without_plus)
{
	const struct said carol = {.impus = "sip:12025550103@h tel:12025550103"};
	const struct said dave = {.impus = "sip:1001@h", .msisdn = "1001"};

	ck_assert_int_eq(put(&carol), REGISTRY_NEW);
	ck_assert_int_eq(put(&dave), REGISTRY_NEW);
	ck_assert_int_eq(get("tel:+12025550103"), REGISTRY_OK);
	ck_assert_int_eq(get("sip:+12025550103@h;user=phone"), REGISTRY_OK);
	has_impus(&out, carol.impus);
	ck_assert_int_eq(get("tel:1001"), REGISTRY_OK);
	ck_assert_int_eq(get("1001"), REGISTRY_OK);
	ck_assert_int_eq(get("sip:+1001@elsewhere"), REGISTRY_OK);
	has_impus(&out, dave.impus);
}
END_TEST

START_TEST(scheme_and_host_in_lower_case)
{
	const struct said shouting = {
			.impus = "SIP:Alice@IMS.Example;User=Phone TEL:+1-202-555-0101",
			.scscf = "SIP:S.Example"};

	put(&shouting);
	ck_assert_int_eq(get("sip:Alice@ims.example"), REGISTRY_OK);
	has_impus(&out, "sip:Alice@ims.example;User=Phone tel:+1-202-555-0101");
	is(out.scscf, "SIP:S.Example");
	ck_assert_int_eq(get("12025550101"), REGISTRY_OK);
}
END_TEST

START_TEST(copies)
{
	static struct registration copy;

	put(&alice);
	get("001010000000101");
	ck_assert_int_eq(registration_copy(&copy, &out), 0);
	memset(&out.text, 'x', sizeof(out.text));
	registration_say(&in, &alice, NOW);
	same_registration(&copy, &in);
	registration_say(&in, &alice, NOW);
	in.scscf = (struct span){out.text, sizeof(out.text)};
	ck_assert_int_eq(registration_copy(&copy, &in), -1);
	in.scscf.len = 0;
	in.impus = REGISTRATION_IMPUS_MAX + 1;
	ck_assert_int_eq(registration_copy(&copy, &in), -1);
}
END_TEST

static const struct
{
	const char *contacts;
	enum sms_capability capability;
	bool msisdn_less;
} capabilities[] = {
		{"", SMS_CAPABILITY_UNKNOWN, false},
		{"sip:a", SMS_CAPABILITY_UNKNOWN, false},
		{"-sip:a", SMS_CAPABILITY_NO, false},
		{"-sip:a -sip:b", SMS_CAPABILITY_NO, false},
		{"-sip:a sip:b", SMS_CAPABILITY_UNKNOWN, false},
		{"sip:a -sip:b", SMS_CAPABILITY_UNKNOWN, false},
		{"-sip:a sip:b +sip:c", SMS_CAPABILITY_YES, false},
		{"+sip:a", SMS_CAPABILITY_YES, false},
		{"*sip:a", SMS_CAPABILITY_YES, true},
		{"-sip:a *sip:b *sip:c", SMS_CAPABILITY_YES, true},
		{"*sip:a +sip:b", SMS_CAPABILITY_YES, false},
		{"sip:a *sip:b", SMS_CAPABILITY_YES, false},
};

START_TEST(capability)
{
	struct said said = alice;

	said.contacts = capabilities[_i].contacts;
	registration_say(&in, &said, NOW);
	ck_assert_int_eq(registration_capability(&in), capabilities[_i].capability);
	ck_assert_int_eq(
			registration_msisdn_less(&in), capabilities[_i].msisdn_less);
}
END_TEST

/* A new software of the phone: nothing else of the record has changed. */
START_TEST(a_contact_learns)
{
	struct said said = alice;

	said.contacts = "+sip:a";
	ck_assert_int_eq(put(&said), REGISTRY_NEW);
	ck_assert_int_eq(put(&said), REGISTRY_REFRESHED);
	said.contacts = "*sip:a";
	ck_assert_int_eq(put(&said), REGISTRY_CHANGED);
	ck_assert_int_eq(get("sip:alice@ims.example"), REGISTRY_OK);
	ck_assert(out.contact[0].msisdn_less);
	ck_assert_int_eq(out.contact[0].smsip, SMS_CAPABILITY_YES);
}
END_TEST

/* --- what is refused ------------------------------------------------------ */

static const struct said refused[] = {
		{.impus = ""},
		{.impus = "alice"},
		{.impus = "sip:alice@h alice"},
		{.impus = "sip:alice@h", .msisdn = "+12025550101"},
		{.impus = "sip:alice@h", .msisdn = "1234567890123456"},
		{.impus = "sip:alice@h", .imsi = "00101000000010x"},
};

START_TEST(what_is_none_is_refused)
{
	ck_assert_int_eq(put(&refused[_i]), REGISTRY_INVALID);
	ck_assert_uint_eq(registry_count(), 0);
	ck_assert_int_eq(get("sip:alice@h"), REGISTRY_ABSENT);
}
END_TEST

START_TEST(too_long_and_too_many)
{
	static char text[REGISTRATION_TEXT_MAX + 1];
	struct span impu = {text, REGISTRATION_URI_MAX};

	memset(text, 'a', sizeof(text));
	memcpy(text, "sip:", 4);
	memcpy(text + REGISTRATION_URI_MAX - 2, "@h", 2);
	registration_say(&in, &alice, NOW);
	in.impu[1] = impu;
	ck_assert_int_eq(registry_put(&info, NULL, &in, NOW), REGISTRY_NEW);
	ck_assert_int_eq(registry_get(&out, impu, NOW), REGISTRY_OK);
	ck_assert(span_is(out.impu[1], impu));
	text[REGISTRATION_URI_MAX] = 'h';
	in.impu[1].len++;
	ck_assert_int_eq(registry_put(&info, NULL, &in, NOW), REGISTRY_INVALID);

	registration_say(&in, &alice, NOW);
	in.scscf = (struct span){text, sizeof(text)};
	ck_assert_int_eq(registry_put(&info, NULL, &in, NOW), REGISTRY_INVALID);
	in.scscf.len = 2000;
	in.contact[0].uri = (struct span){text, sizeof(text) - 2000};
	ck_assert_int_eq(registry_put(&info, NULL, &in, NOW), REGISTRY_INVALID);
	in.contact[0].uri.len = 2000;
	ck_assert_int_eq(registry_put(&info, NULL, &in, NOW), REGISTRY_CHANGED);

	registration_say(&in, &alice, NOW);
	in.impus = REGISTRATION_IMPUS_MAX + 1;
	ck_assert_int_eq(registry_put(&info, NULL, &in, NOW), REGISTRY_INVALID);
	registration_say(&in, &alice, NOW);
	in.contacts = REGISTRATION_CONTACTS_MAX + 1;
	ck_assert_int_eq(registry_put(&info, NULL, &in, NOW), REGISTRY_INVALID);
}
END_TEST

/* 16 IMPUs of two keys each, and no key that is a piece of its IMPU. */
START_TEST(most_identities)
{
	static char uri[REGISTRATION_IMPUS_MAX][64];

	registration_say(&in, &alice, NOW);
	in.impus = REGISTRATION_IMPUS_MAX;
	for(int i = 0; i < REGISTRATION_IMPUS_MAX; i++) {
		snprintf(uri[i], sizeof(uri[i]), "sip:+1-202-555-02-%02d@h%%%d", i, i);
		*strchr(uri[i], '%') = '.';
		in.impu[i] = text_span(uri[i]);
	}
	ck_assert_int_eq(registry_put(&info, NULL, &in, NOW), REGISTRY_NEW);
	for(int i = 0; i < REGISTRATION_IMPUS_MAX; i++) {
		char id[64];
		snprintf(id, sizeof(id), "tel:+12025550%d", 200 + i);
		ck_assert_int_eq(get(id), REGISTRY_OK);
		ck_assert_int_eq(get(uri[i]), REGISTRY_OK);
		same_registration(&out, &in);
	}
	ck_assert_int_eq(get("12025550101"), REGISTRY_OK);
	ck_assert_int_eq(get("001010000000101"), REGISTRY_OK);
	ck_assert_int_eq(registry_remove(&out, in.impu[15], 0), REGISTRY_OK);
	ck_assert_int_eq(get("12025550101"), REGISTRY_ABSENT);
	ck_assert_int_eq(get(uri[0]), REGISTRY_ABSENT);
}
END_TEST

/* --- one subscriber ------------------------------------------------------- */

START_TEST(refresh)
{
	struct said later = alice;
	uint64_t serial;

	put(&alice);
	serial = info.serial;
	later.lives = 7200;
	ck_assert_int_eq(put(&later), REGISTRY_REFRESHED);
	ck_assert_uint_gt(info.serial, serial);
	ck_assert_int_eq(before.state.expires_at, NOW + 3600);
	ck_assert_uint_eq(before.serial, serial);
	get("12025550101");
	ck_assert_int_eq(out.state.expires_at, NOW + 7200);
	ck_assert_int_eq(out.contact[2].expires_at, NOW + 7200);
	ck_assert_uint_eq(registry_count(), 1);
}
END_TEST

START_TEST(first_registration_is_remembered)
{
	put(&alice);
	registration_say(&in, &alice, NOW + 100);
	registry_put(&info, NULL, &in, NOW + 100);
	get("12025550101");
	ck_assert_int_eq(out.registered_at, NOW);
	in.contacts = 1;
	in.registered_at = NOW - 5;
	registry_put(&info, NULL, &in, NOW + 100);
	get("12025550101");
	ck_assert_int_eq(out.registered_at, NOW - 5);
}
END_TEST

/* A change of one thing each; how is REGISTRY_CHANGED. */
static const struct said changes[] = {
		{.impus = "sip:+12025550101@ims.example tel:+12025550101"},
		{.impus = "sip:+12025550101@ims.example tel:+12025550109"},
		{.msisdn = "12025550109"},
		{.msisdn = ""},
		{.imsi = "001010000000109"},
		{.impi = "somebody@else"},
		{.scscf = "sip:scscf2.ims.example"},
		{.contacts = "+sip:alice@10.0.0.1:5060;transport=tcp"},
		{.contacts = "+sip:alice@10.0.0.1:5060;transport=tcp "
					 "+sip:alice@10.0.0.2 sip:alice@10.0.0.3"},
		{.contacts = ""},
};

START_TEST(change)
{
	struct said said = alice;
	const struct said *c = &changes[_i];

	put(&alice);
	said.impus = c->impus ? c->impus : said.impus;
	said.msisdn = c->msisdn ? c->msisdn : said.msisdn;
	said.imsi = c->imsi ? c->imsi : said.imsi;
	said.impi = c->impi ? c->impi : said.impi;
	said.scscf = c->scscf ? c->scscf : said.scscf;
	said.contacts = c->contacts ? c->contacts : said.contacts;
	ck_assert_int_eq(put(&said), REGISTRY_CHANGED);
	ck_assert_uint_eq(info.lost_aliases, 0);
	ck_assert_uint_eq(registry_count(), 1);
	get("sip:+12025550101@ims.example");
	same_registration(&out, &in);
	registration_say(&in, &alice, NOW);
	same_registration(&before, &in);
	/* what it has no more does not find it */
	if(c->impus) {
		ck_assert_int_eq(get("sip:alice@ims.example"), REGISTRY_ABSENT);
		ck_assert_int_eq(get("tel:+12025550109"),
				_i == 1 ? REGISTRY_OK : REGISTRY_ABSENT);
	}
	if(c->imsi)
		ck_assert_int_eq(get(alice.imsi), REGISTRY_ABSENT);
	if(c->impi && !c->imsi)
		ck_assert_int_eq(get("somebody@else"), REGISTRY_OK);
}
END_TEST

/* The S-CSCF may name any IMPU of the set in To. */
START_TEST(set_under_another_name)
{
	struct said said = alice;

	put(&alice);
	said.impus = "sip:alice@ims.example tel:+12025550101 "
				 "sip:+12025550101@ims.example";
	ck_assert_int_eq(put(&said), REGISTRY_CHANGED);
	ck_assert_uint_eq(info.lost_records, 0);
	ck_assert_uint_eq(registry_count(), 1);
	has_impus(&before, alice.impus);
	get("tel:+12025550101");
	has_impus(&out, said.impus);

	said.impus = "tel:+12025550101";
	ck_assert_int_eq(put(&said), REGISTRY_CHANGED);
	ck_assert_uint_eq(registry_count(), 1);
	ck_assert_int_eq(get("sip:alice@ims.example"), REGISTRY_ABSENT);

	said.impus = "sip:alice@ims.example "
				 "sip:001010000000101@ims.mnc001.mcc001.3gppnetwork.org";
	ck_assert_int_eq(put(&said), REGISTRY_CHANGED);
	ck_assert_uint_eq(registry_count(), 1);
}
END_TEST

START_TEST(only_when_unchanged)
{
	uint64_t serial;

	registration_say(&in, &alice, NOW);
	in.serial = 1;
	ck_assert_int_eq(registry_put(&info, NULL, &in, NOW), REGISTRY_STALE);
	put(&alice);
	get("12025550101");
	serial = out.serial;
	put(&alice);
	ck_assert_int_eq(registry_put(&info, NULL, &out, NOW), REGISTRY_STALE);
	ck_assert_int_eq(registry_remove(&out, in.impu[0], serial), REGISTRY_STALE);
	get("12025550101");
	ck_assert_uint_gt(out.serial, serial);
	ck_assert_int_eq(registry_put(&info, NULL, &out, NOW), REGISTRY_REFRESHED);
	ck_assert_int_eq(
			registry_remove(&out, in.impu[0], info.serial), REGISTRY_OK);
	ck_assert_int_eq(
			registry_remove(&out, in.impu[0], info.serial), REGISTRY_ABSENT);
}
END_TEST

START_TEST(removed)
{
	put(&alice);
	put(&bob);
	ck_assert_int_eq(registry_remove(&out, text_span("001010000000101"), 0),
			REGISTRY_OK);
	registration_say(&in, &alice, NOW);
	same_registration(&out, &in);
	for(int i = 0; i < COUNT(names); i++)
		if(names[i].alice)
			ck_assert_int_eq(get(names[i].id), REGISTRY_ABSENT);
	ck_assert_int_eq(get("tel:+12025550102"), REGISTRY_OK);
	ck_assert_uint_eq(registry_count(), 1);
	ck_assert_int_eq(
			registry_remove(NULL, text_span("nobody"), 0), REGISTRY_ABSENT);
}
END_TEST

/* --- updates in place ----------------------------------------------------- */

START_TEST(update)
{
	uint64_t serial = 0, put_serial;

	put(&alice);
	put_serial = info.serial;
	ck_assert_int_eq(
			registry_update(&serial, text_span("12025550101"), NOW, mark, NULL),
			REGISTRY_OK);
	ck_assert_uint_eq(serial, put_serial);
	ck_assert_int_eq(
			registry_update(&serial, text_span("sip:alice@ims.example"), NOW,
					mark, "12345678"),
			REGISTRY_CHANGED);
	ck_assert_uint_gt(serial, put_serial);
	get("001010000000101");
	ck_assert_uint_eq(out.serial, serial);
	ck_assert_int_eq(out.state.capability, SMS_CAPABILITY_NO);
	ck_assert_int_eq(out.state.hss_wanted, 1);
	ck_assert_int_eq(out.state.hss_told, 7);
	ck_assert_int_eq(out.state.expires_at, NOW + 3610);
	ck_assert_mem_eq(out.state.user, "12345678", 8);
	is(out.scscf, alice.scscf);
	ck_assert_int_eq(registry_update(NULL, text_span("12025550102"), NOW, mark,
							 "12345678"),
			REGISTRY_ABSENT);
	ck_assert_int_eq(registry_update(NULL, text_span("12025550101"), NOW + 3610,
							 mark, "12345678"),
			REGISTRY_ABSENT);
	ck_assert(!registry_expire_next(&out, NOW + 3609));
	ck_assert(registry_expire_next(&out, NOW + 3610));
}
END_TEST

/* --- two subscribers ------------------------------------------------------ */

/* mallory registers with something of alice's; who answers to what afterwards. */
static const struct
{
	struct said mallory;
	int result;
	unsigned lost_aliases, lost_records;
	const char *id;		   /* is mallory's now */
	const char *alice_has; /* her IMPUs, NULL: she is gone */
	const char *alice_msisdn;
} claims[] = {
		/* a number that was ported */
		{{.impus = "sip:mallory@ims.example tel:+12025550101",
				 .imsi = "001010000000666"},
				REGISTRY_NEW, 1, 0, "tel:+12025550101",
				"sip:alice@ims.example sip:+12025550101@ims.example", ""},
		{{.impus = "tel:+12025550101", .imsi = "001010000000666"}, REGISTRY_NEW,
				1, 0, "12025550101",
				"sip:alice@ims.example sip:+12025550101@ims.example", ""},
		/* the field alone */
		{{.impus = "sip:mallory@ims.example", .msisdn = "12025550101"},
				REGISTRY_NEW, 1, 0, "12025550101",
				"sip:alice@ims.example sip:+12025550101@ims.example", ""},
		/* a number without "+" in another domain may be another number */
		{{.impus = "sip:12025550101@mallory.example"}, REGISTRY_NEW, 0, 0,
				"sip:12025550101@mallory.example",
				"sip:alice@ims.example sip:+12025550101@ims.example "
				"tel:+12025550101",
				"12025550101"},
		/* the IMSI shows that it is the same SIM: only what finds it moves */
		{{.impus = "sip:mallory@ims.example", .imsi = "001010000000101"},
				REGISTRY_NEW, 1, 0, "001010000000101",
				"sip:alice@ims.example sip:+12025550101@ims.example "
				"tel:+12025550101",
				"12025550101"},
		/* her name is his name now */
		{{.impus = "sip:mallory@ims.example sip:alice@ims.example",
				 .imsi = "001010000000666"},
				REGISTRY_NEW, 5, 1, "sip:alice@ims.example", NULL, NULL},
		/* by the IMPI when no IMSI is known */
		{{.impus = "sip:mallory@ims.example sip:alice@ims.example",
				 .impi = "mallory@ims.example"},
				REGISTRY_NEW, 5, 1, "sip:alice@ims.example", NULL, NULL},
		/* the same primary identity is the same record, whoever has it */
		{{.impus = "sip:alice@ims.example", .imsi = "001010000000666"},
				REGISTRY_CHANGED, 0, 0, "sip:alice@ims.example", NULL, NULL},
		/* nothing that contradicts: she has learned more names */
		{{.impus = "sip:mallory@ims.example sip:alice@ims.example"},
				REGISTRY_CHANGED, 0, 0, "sip:alice@ims.example", NULL, NULL},
};

START_TEST(claim)
{
	const struct said victim = {
			.impus = "sip:alice@ims.example sip:+12025550101@ims.example "
					 "tel:+12025550101",
			.msisdn = "12025550101",
			.imsi = "001010000000101",
			.impi = "alice@ims.example"};

	put(&bob);
	ck_assert_int_eq(put(&victim), REGISTRY_NEW);
	ck_assert_int_eq(put(&claims[_i].mallory), claims[_i].result);
	ck_assert_uint_eq(info.lost_aliases, claims[_i].lost_aliases);
	ck_assert_uint_eq(info.lost_records, claims[_i].lost_records);
	ck_assert_int_eq(get(claims[_i].id), REGISTRY_OK);
	has_impus(&out, claims[_i].mallory.impus);
	if(claims[_i].alice_has) {
		ck_assert_int_eq(get("alice@ims.example"), REGISTRY_OK);
		has_impus(&out, claims[_i].alice_has);
		is(out.msisdn, claims[_i].alice_msisdn);
		is(out.imsi, "001010000000101");
		ck_assert_int_eq(get("sip:+12025550101@ims.example"), REGISTRY_OK);
		has_impus(&out, claims[_i].alice_has);
	} else {
		ck_assert_int_eq(get("alice@ims.example"), REGISTRY_ABSENT);
		ck_assert_int_eq(get("sip:+12025550101@ims.example"), REGISTRY_ABSENT);
		ck_assert_int_eq(get("001010000000101"), REGISTRY_ABSENT);
	}
	ck_assert_uint_eq(registry_count(), claims[_i].alice_has ? 3 : 2);
	ck_assert_int_eq(get("12025550102"), REGISTRY_OK);
	has_impus(&out, bob.impus);
}
END_TEST

/* Two users of one number without "+" in two domains: each finds himself by his URI, whoever came last. */
START_TEST(domains_do_not_mix)
{
	const struct said a = {.impus = "sip:5551234567@a.example"};
	const struct said b = {.impus = "sip:5551234567@b.example"};
	const struct said sure = {
			.impus = "sip:5551234567@a.example tel:+5551234567"};

	put(&a);
	ck_assert_int_eq(put(&b), REGISTRY_NEW);
	ck_assert_int_eq(get("sip:5551234567@a.example"), REGISTRY_OK);
	has_impus(&out, a.impus);
	ck_assert_int_eq(get("sip:5551234567@b.example"), REGISTRY_OK);
	has_impus(&out, b.impus);
	put(&a);
	ck_assert_int_eq(get("sip:5551234567@b.example"), REGISTRY_OK);
	has_impus(&out, b.impus);
	ck_assert_uint_eq(registry_count(), 2);
	/* neither is sure of the number: the one who came last has it, until somebody is sure */
	ck_assert_int_eq(get("tel:+5551234567"), REGISTRY_OK);
	has_impus(&out, a.impus);
	ck_assert_int_eq(put(&sure), REGISTRY_CHANGED);
	ck_assert_int_eq(put(&b), REGISTRY_REFRESHED);
	ck_assert_int_eq(get("tel:+5551234567"), REGISTRY_OK);
	has_impus(&out, sure.impus);
}
END_TEST

/* What many records have of each other's is taken in one put. */
START_TEST(many_lose_at_once)
{
	static char uris[20][40];
	struct registration all;

	memset(&all, 0, offsetof(struct registration, text));
	for(int i = 0; i < REGISTRATION_IMPUS_MAX; i++) {
		struct said said = {.impus = uris[i], .imsi = "001010000000101"};
		char imsi[16];
		snprintf(uris[i], sizeof(uris[i]), "sip:user%d@h sip:second%d@h", i, i);
		snprintf(imsi, sizeof(imsi), "0010100000002%02d", i);
		said.imsi = imsi;
		ck_assert_int_eq(put(&said), REGISTRY_NEW);
	}
	for(int i = 0; i < REGISTRATION_IMPUS_MAX; i++)
		all.impu[all.impus++] = text_span(strchr(uris[i], ' ') + 1);
	all.imsi = text_span("001010000000101");
	all.state.expires_at = NOW + 60;
	ck_assert_int_eq(registry_put(&info, NULL, &all, NOW), REGISTRY_NEW);
	ck_assert_uint_eq(info.lost_aliases, REGISTRATION_IMPUS_MAX);
	ck_assert_uint_eq(info.lost_records, 0);
	for(int i = 0; i < REGISTRATION_IMPUS_MAX; i++) {
		ck_assert_int_eq(get(strchr(uris[i], ' ') + 1), REGISTRY_OK);
		is(out.imsi, "001010000000101");
		*strchr(uris[i], ' ') = '\0';
		ck_assert_int_eq(get(uris[i]), REGISTRY_OK);
		has_impus(&out, uris[i]);
	}
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("registry");
	TCase *tests = tcase_create("registry");

	tcase_add_checked_fixture(tests, setup, teardown);
	tcase_set_timeout(tests, 60);
	tcase_add_test(tests, comes_out_as_put);
	tcase_add_loop_test(tests, every_spelling_finds, 0, COUNT(names));
	tcase_add_test(tests, numbers_without_plus);
	tcase_add_test(tests, scheme_and_host_in_lower_case);
	tcase_add_test(tests, copies);
	tcase_add_loop_test(tests, capability, 0, COUNT(capabilities));
	tcase_add_test(tests, a_contact_learns);
	tcase_add_loop_test(tests, what_is_none_is_refused, 0, COUNT(refused));
	tcase_add_test(tests, too_long_and_too_many);
	tcase_add_test(tests, most_identities);
	tcase_add_test(tests, refresh);
	tcase_add_test(tests, first_registration_is_remembered);
	tcase_add_loop_test(tests, change, 0, COUNT(changes));
	tcase_add_test(tests, set_under_another_name);
	tcase_add_test(tests, only_when_unchanged);
	tcase_add_test(tests, removed);
	tcase_add_test(tests, update);
	tcase_add_loop_test(tests, claim, 0, COUNT(claims));
	tcase_add_test(tests, domains_do_not_mix);
	tcase_add_test(tests, many_lose_at_once);
	suite_add_tcase(suite, tests);
	return unit_run(suite);
}
