/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The keys of the registry: which spellings name the same subscriber, which only may; and the hash under them.
 */
#include "unit.h"

#include <stdio.h>

#include "registry/key.h"
#include "registry/siphash.h"

#define COUNT(a) ((int)(sizeof(a) / sizeof((a)[0])))

static struct span span(const char *text)
{
	return (struct span){text, strlen(text)};
}

/* "u:text n:text", a "?" before what is not claimed, "~" before what is claimed but not unique. */
static void show(char *out, size_t cap, const struct key_list *keys)
{
	static const char kinds[] = "unip";
	size_t n = 0;

	out[0] = '\0';
	for(unsigned i = 0; i < keys->count; i++) {
		const struct key *key = &keys->key[i];
		n += (size_t)snprintf(out + n, cap - n, "%s%s%c:%.*s", i ? " " : "",
				!key->claimed  ? "?"
				: !key->unique ? "~"
							   : "",
				kinds[key->kind], key->len, key->text);
	}
}

static const struct
{
	const char *id, *keys; /* NULL: names nobody */
} ids[] = {
		/* all spellings of one number */
		{"tel:+12025550101", "n:12025550101"},
		{"TEL:+1-202-555-0101", "n:12025550101"},
		{"tel:12025550101", "n:12025550101"},
		{"tel:+1(202)555.0101;phone-context=x", "n:12025550101"},
		{"+12025550101", "n:12025550101"},
		{"12025550101", "n:12025550101"},
		{" +1-202-555-0101 ", "n:12025550101"},
		{"sip:+12025550101@h", "u:12025550101@h n:12025550101"},
		{"SIP:+12025550101@H;user=phone", "u:12025550101@h n:12025550101"},
		{"sips:%2B1202-555-0101@h", "u:12025550101@h n:12025550101"},
		{"sip:12025550101@h", "u:12025550101@h ~n:12025550101"},
		{"sip:+12025550101;npdi@h:5060", "u:12025550101@h:5060 n:12025550101"},
		/* so few digits are a number only with "+" or in tel */
		{"sip:1001@h", "u:1001@h ?n:1001"},
		{"sip:+1001@h", "u:1001@h n:1001"},
		{"tel:1001", "n:1001"},
		{"1001", "n:1001"},
		/* a local number is known by its context */
		{"tel:911;phone-context=H", "u:911@;h"},
		{"sip:911;phone-context=H@g", "u:911@g;h"},
		{"tel:*100", "u:*100@;"},
		/* IMSI: sure in its own domain, a guess in others */
		{"sip:001010000000101@ims.mnc001.mcc001.3gppnetwork.org",
				"u:001010000000101@ims.mnc001.mcc001.3gppnetwork.org "
				"i:001010000000101"},
		{"sip:001010000000101@IMS.MNC001.mcc001.3gppnetwork.org",
				"u:001010000000101@ims.mnc001.mcc001.3gppnetwork.org "
				"i:001010000000101"},
		{"sip:001010000000101@h", "u:001010000000101@h ?i:001010000000101"},
		{"001010000000101", "i:001010000000101 n:001010000000101"},
		{"+123456789012345", "n:123456789012345"},
		{"tel:+000000000000000", "u:000000000000000@;"},
		/* names keep their case, hosts do not */
		{"sip:Alice@Example.COM", "u:Alice@example.com"},
		{"sip:%41lice@example.com", "u:Alice@example.com"},
		{"sip:example.com", "u:@example.com"},
		{"sip:a@[2001:DB8::1]:5060", "u:a@[2001:db8::1]:5060"},
		{"URN:service:sos", "u:@urn:service:sos"},
		{"mailto:+12025550101@h", "u:@mailto:+12025550101@h"},
		/* IMPI */
		{"Alice@Example.COM", "p:Alice@example.com"},
		{"001010000000101@ims.mnc001.mcc001.3gppnetwork.org",
				"p:001010000000101@ims.mnc001.mcc001.3gppnetwork.org "
				"i:001010000000101"},
		{"12025550101@h", "p:12025550101@h"},
		/* nobody */
		{"", NULL},
		{" ", NULL},
		{"alice", NULL},
		{"+", NULL},
		{"1234567890123456", NULL},
		{"000000000000000", NULL},
		{"sip:", NULL},
		{":", NULL},
		{"sip:a b@h", NULL},
};

START_TEST(id)
{
	struct key_list keys;
	char seen[512];
	int rc = keys_of_id(&keys, span(ids[_i].id));

	ck_assert_msg(rc == (ids[_i].keys ? 0 : -1), "'%s': %d", ids[_i].id, rc);
	if(rc < 0)
		return;
	show(seen, sizeof(seen), &keys);
	ck_assert_msg(strcmp(seen, ids[_i].keys) == 0, "'%s': '%s', expected '%s'",
			ids[_i].id, seen, ids[_i].keys);
}
END_TEST

/* The first key of two URIs is the same exactly when identity_same() says that they are; but for tel numbers, which it
 * takes for others than the same number in SIP. */
START_TEST(first_key_is_identity)
{
	for(int j = 0; j < COUNT(ids); j++) {
		struct key_list a, b;
		bool same;

		if(keys_of_impu(&a, span(ids[_i].id)) < 0
				|| keys_of_impu(&b, span(ids[j].id)) < 0
				|| a.key[0].kind == KEY_NUMBER || b.key[0].kind == KEY_NUMBER)
			continue;
		same = a.key[0].kind == b.key[0].kind && a.key[0].len == b.key[0].len
			   && memcmp(a.key[0].text, b.key[0].text, a.key[0].len) == 0;
		ck_assert_msg(same == identity_same(span(ids[_i].id), span(ids[j].id)),
				"'%s', '%s'", ids[_i].id, ids[j].id);
	}
}
END_TEST

START_TEST(length)
{
	char uri[600];
	struct key_list keys;

	for(int len = 8; len < 590; len++) {
		memset(uri, 'a', sizeof(uri));
		memcpy(uri, "sip:", 4);
		memcpy(uri + len - 2, "@h", 2);
		ck_assert_int_eq(keys_of_impu(&keys, (struct span){uri, (size_t)len}),
				len - 4 <= KEY_TEXT_MAX ? 0 : -1);
		memcpy(uri, "urn:", 4);
		ck_assert_int_eq(keys_of_impu(&keys, (struct span){uri, (size_t)len}),
				len + 1 <= KEY_TEXT_MAX ? 0 : -1);
		ck_assert_int_eq(
				keys_of_id(&keys, (struct span){uri + 4, (size_t)len - 4}),
				len - 4 <= KEY_TEXT_MAX ? 0 : -1);
	}
}
END_TEST

START_TEST(fields)
{
	struct key key;

	ck_assert_int_eq(key_of_msisdn(&key, span("12025550101")), 0);
	ck_assert_int_eq(key.kind, KEY_NUMBER);
	ck_assert_int_eq(key_of_msisdn(&key, span("1")), 0);
	ck_assert_int_eq(key_of_msisdn(&key, span("")), -1);
	ck_assert_int_eq(key_of_msisdn(&key, span("+12025550101")), -1);
	ck_assert_int_eq(key_of_msisdn(&key, span("1234567890123456")), -1);
	ck_assert_int_eq(key_of_imsi(&key, span("001010000000101")), 0);
	ck_assert_int_eq(key.kind, KEY_IMSI);
	ck_assert_int_eq(key_of_imsi(&key, span("00101000000010a")), -1);
	ck_assert_int_eq(key_of_impi(&key, span("")), -1);
}
END_TEST

/* The octets 00 01 02 ... hashed with the key 00 .. 0F: figures of the authors' own test. */
static const struct
{
	size_t len;
	uint64_t hash;
} siphashes[] = {
		{0, 0x726fdb47dd0e0e31},
		{1, 0x74f839c593dc67fd},
		{7, 0xab0200f58b01d137},
		{8, 0x93f5f5799a932462},
		{15, 0xa129ca6149be45e5},
		{63, 0x958a324ceb064572},
};

START_TEST(hash)
{
	struct siphash_key key = {0x0706050403020100, 0x0f0e0d0c0b0a0908};
	uint8_t in[64];

	for(size_t i = 0; i < sizeof(in); i++)
		in[i] = (uint8_t)i;
	ck_assert_uint_eq(siphash(&key, in, siphashes[_i].len), siphashes[_i].hash);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("registry_key");
	TCase *tests = tcase_create("registry_key");

	tcase_add_loop_test(tests, id, 0, COUNT(ids));
	tcase_add_loop_test(tests, first_key_is_identity, 0, COUNT(ids));
	tcase_add_test(tests, length);
	tcase_add_test(tests, fields);
	tcase_add_loop_test(tests, hash, 0, COUNT(siphashes));
	suite_add_tcase(suite, tests);
	return unit_run(suite);
}
