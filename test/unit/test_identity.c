/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Public identities: lists as P-Asserted-Identity carries them, SIP and tel URIs in all their spellings, what is an MSISDN
 * and what only looks like one.
 */
#include "unit.h"

#include <stdio.h>

#include "ims/identity.h"

/* A copy of exactly the right size, so that the sanitizer sees a read behind it. */
static struct span exact(const char *text)
{
	size_t len = strlen(text);
	char *s = malloc(len ? len : 1);

	memcpy(s, text, len);
	return (struct span){s, len};
}

static const struct
{
	const char *header;
	const char *uris; /* in order, "|" behind each */
} lists[] = {
		{"<sip:a@h>", "sip:a@h|"},
		{"  <sip:a@h>  ", "sip:a@h|"},
		{"< sip:a@h >", "sip:a@h|"},
		{"sip:a@h", "sip:a@h|"},
		{"tel:+12025550101", "tel:+12025550101|"},
		{"TEL:+12025550101", "TEL:+12025550101|"},
		{"<sip:+12025550101@h;user=phone>, <tel:+12025550101>",
				"sip:+12025550101@h;user=phone|tel:+12025550101|"},
		{"tel:+12025550101,sip:a@h", "tel:+12025550101|sip:a@h|"},
		/* parameters behind an addr-spec are the header's, but for tel */
		{"sip:a@h;tag=x", "sip:a@h|"},
		{"tel:911;phone-context=h", "tel:911;phone-context=h|"},
		{"<sip:a@h;lr>;tag=x", "sip:a@h;lr|"},
		/* display names */
		{"Joe <sip:a@h>", "sip:a@h|"},
		{"\"Joe, \\\"x\\\" <y>\" <sip:a@h>", "sip:a@h|"},
		{"\"a \\\\\" <sip:a@h>, \"b,c\" <sip:b@h>", "sip:a@h|sip:b@h|"},
		{"\"<sip:evil@h>\" <sip:a@h>", "sip:a@h|"},
		{"\"\" <sip:a@h>", "sip:a@h|"},
		{"<sip:a,b@h>", "sip:a,b@h|"},
		/* folded lines */
		{"<sip:a@h>,\r\n <tel:+12025550101>", "sip:a@h|tel:+12025550101|"},
		{"\r\n\t<sip:a@h>", "sip:a@h|"},
		/* as Kamailio's ims_isc writes P-Associated-URI */
		{"<sip:alice@ims.test, tel:+447700900001>, <sip:b@ims.test>",
				"sip:b@ims.test|"},
		/* what is broken is passed over, the rest is read */
		{"", ""},
		{",", ""},
		{" , ,<sip:a@h>", "sip:a@h|"},
		{"anonymous, <sip:a@h>", "sip:a@h|"},
		{"<>, <sip:a@h>", "sip:a@h|"},
		{"<sip:>, <sip:a@h>", "sip:a@h|"},
		{"<sip:a@h", ""},
		{"\"Joe <sip:a@h>", ""},
		{"\"Joe\\", ""},
		{"<sip:a@h\r\nX-Evil: 1>", ""},
		{"<sip:a b@h>", ""},
		{"<sip:a@h\x01>", ""},
		{"<sip:a@h\x7f>", ""},
		{"<sip:\xc3\xa4@h>", ""},
		{"<mailto:joe@h>", "mailto:joe@h|"},
};

START_TEST(list)
{
	struct span all = exact(lists[_i].header), rest = all, uri;
	char seen[256] = "";

	while(identity_next(&uri, &rest) == 0) {
		ck_assert(uri.s >= all.s && uri.s + uri.len <= all.s + all.len);
		snprintf(seen + strlen(seen), sizeof(seen) - strlen(seen), "%.*s|",
				(int)uri.len, uri.s);
	}
	ck_assert_str_eq(seen, lists[_i].uris);
	ck_assert_uint_eq(rest.len, 0);
	free((char *)all.s);
}
END_TEST

static const struct
{
	const char *header;
	const char *uris; /* in order, "|" behind each */
} associated[] = {
		{"<sip:a@h>, <tel:+12025550101>", "sip:a@h|tel:+12025550101|"},
		{"\"Joe, x\" <sip:a,b@h>, <sip:c@h>;x=y", "sip:a,b@h|sip:c@h|"},
		{"", ""},
		/* as Kamailio's ims_isc writes it */
		{"<sip:alice@ims.test, tel:+447700900001>, "
		 "<sip:+447700900001@ims.test>",
				"sip:alice@ims.test|tel:+447700900001|"
				"sip:+447700900001@ims.test|"},
		{"tel:+447700900001, <sip:alice@ims.test>",
				"tel:+447700900001|sip:alice@ims.test|"},
		{"<sip:a@h,sip:b@h,sip:c@h>", "sip:a@h|sip:b@h|sip:c@h|"},
		{"<tel:+447700900001, sip:a@h>, <sip:b@h, sip:c@h>",
				"tel:+447700900001|sip:a@h|sip:b@h|sip:c@h|"},
		{"<sip:a@h, nonsense>, <sip:b@h>", "sip:a@h|sip:b@h|"},
		{"<sip:a@h", "sip:a@h|"},
		{"<sip:a@h\r\nX-Evil: 1>", ""},
		{"<,<,<,>,<sip:a@h>", "sip:a@h|"},
		{"\"Joe <sip:a@h>", "sip:a@h|"},
};

START_TEST(associated_list)
{
	struct span all = exact(associated[_i].header), rest = all, uri;
	char seen[256] = "";

	while(identity_associated_next(&uri, &rest) == 0) {
		ck_assert(uri.s >= all.s && uri.s + uri.len <= all.s + all.len);
		snprintf(seen + strlen(seen), sizeof(seen) - strlen(seen), "%.*s|",
				(int)uri.len, uri.s);
	}
	ck_assert_str_eq(seen, associated[_i].uris);
	ck_assert_uint_eq(rest.len, 0);
	free((char *)all.s);
}
END_TEST

static const struct
{
	const char *uri;
	int rc;
	enum uri_scheme scheme;
	const char *user, *host, *port, *params;
} uris[] = {
		{"sip:a@h", 0, URI_SIP, "a", "h", "", ""},
		{"SIP:a@H.example", 0, URI_SIP, "a", "H.example", "", ""},
		{"SIPS:a@h:5061;lr", 0, URI_SIPS, "a", "h", "5061", ";lr"},
		{"sip:h", 0, URI_SIP, "", "h", "", ""},
		{"sip:h:5060;transport=tcp?Subject=x", 0, URI_SIP, "", "h", "5060",
				";transport=tcp?Subject=x"},
		{"sip:h?Subject=x", 0, URI_SIP, "", "h", "", "?Subject=x"},
		{"sip:+1202;phone-context=x@h;user=phone", 0, URI_SIP, "+1202", "h", "",
				";user=phone"},
		{"sip:a:secret@h", 0, URI_SIP, "a", "h", "", ""},
		{"sip:a;x:secret@h", 0, URI_SIP, "a", "h", "", ""},
		{"sip:@h", 0, URI_SIP, "", "h", "", ""},
		{"sip:a@10.0.0.1:65535", 0, URI_SIP, "a", "10.0.0.1", "65535", ""},
		{"sip:a@my_host-1.example", 0, URI_SIP, "a", "my_host-1.example", "",
				""},
		{"sip:a@[2001:db8::1]", 0, URI_SIP, "a", "[2001:db8::1]", "", ""},
		{"sip:a@[2001:db8::1]:5060;lr", 0, URI_SIP, "a", "[2001:db8::1]",
				"5060", ";lr"},
		{"sip:[::ffff:10.0.0.1]:5060", 0, URI_SIP, "", "[::ffff:10.0.0.1]",
				"5060", ""},
		{"tel:+12025550101", 0, URI_TEL, "+12025550101", "", "", ""},
		{"Tel:911;phone-context=+1", 0, URI_TEL, "911", "", "",
				";phone-context=+1"},
		{"tel:+7", 0, URI_TEL, "+7", "", "", ""},
		{"urn:service:sos", 0, URI_OTHER, "", "service:sos", "", ""},
		{"", -1, 0, "", "", "", ""},
		{":", -1, 0, "", "", "", ""},
		{"sip:", -1, 0, "", "", "", ""},
		{"sip", -1, 0, "", "", "", ""},
		{":a@h", -1, 0, "", "", "", ""},
		{"10.0.0.1:5060", -1, 0, "", "", "", ""},
		{"si p:a@h", -1, 0, "", "", "", ""},
		{"tel:", -1, 0, "", "", "", ""},
		{"tel:;phone-context=h", -1, 0, "", "", "", ""},
		{"sip:a@", -1, 0, "", "", "", ""},
		{"sip:a@;lr", -1, 0, "", "", "", ""},
		{"sip:a@:5060", -1, 0, "", "", "", ""},
		{"sip:a@h:", -1, 0, "", "", "", ""},
		{"sip:a@h:x", -1, 0, "", "", "", ""},
		{"sip:a@h:506000", -1, 0, "", "", "", ""},
		{"sip:a@h:1:2", -1, 0, "", "", "", ""},
		{"sip:a@b@h", -1, 0, "", "", "", ""},
		{"sip:a@[::1", -1, 0, "", "", "", ""},
		{"sip:a@[]", -1, 0, "", "", "", ""},
		{"sip:a@[::1]x", -1, 0, "", "", "", ""},
		{"sip:a@[host]", -1, 0, "", "", "", ""},
		{"sip:a@::1", -1, 0, "", "", "", ""},
};

static void is_text(const char *uri, struct span seen, const char *expected)
{
	ck_assert_msg(
			seen.len == strlen(expected)
					&& memcmp(seen.s ? seen.s : "", expected, seen.len) == 0,
			"%s: '%.*s', expected '%s'", uri, (int)seen.len,
			seen.s ? seen.s : "", expected);
}

START_TEST(uri)
{
	struct span text = exact(uris[_i].uri);
	struct identity_uri u;
	int rc = identity_uri_parse(&u, text);

	ck_assert_msg(rc == uris[_i].rc, "%s: %d", uris[_i].uri, rc);
	if(rc == 0) {
		ck_assert_int_eq(u.scheme, uris[_i].scheme);
		is_text(uris[_i].uri, u.whole, uris[_i].uri);
		is_text(uris[_i].uri, u.user, uris[_i].user);
		is_text(uris[_i].uri, u.host, uris[_i].host);
		is_text(uris[_i].uri, u.port, uris[_i].port);
		is_text(uris[_i].uri, u.params, uris[_i].params);
	}
	free((char *)text.s);
}
END_TEST

static const struct
{
	const char *uri, *msisdn; /* "": it has none */
} msisdns[] = {
		{"tel:+12025550101", "12025550101"},
		{"TEL:+12025550101", "12025550101"},
		{"tel:12025550101", "12025550101"},
		{"tel:+1-202-555-0101", "12025550101"},
		{"tel:+1(202)555.0101", "12025550101"},
		{"tel:%2B12025550101", "12025550101"},
		{"sip:+12025550101@h", "12025550101"},
		{"sip:12025550101@h", "12025550101"},
		{"SIPS:+12025550101@h;user=phone", "12025550101"},
		{"sip:%2B12025550101@h;user=phone", "12025550101"},
		{"sip:%2b1202555010%31@h", "12025550101"},
		{"sip:+12025550101;npdi@h;user=phone", "12025550101"},
		{"sip:+12025550101:secret@h", "12025550101"},
		{"sip:+12025550101@[2001:db8::1]:5060", "12025550101"},
		/* a context is no part of a global number, and is ignored */
		{"tel:+1-202-555;phone-context=example.com", "1202555"},
		{"sip:+12025550101;phone-context=h@h", "12025550101"},
		/* of a local one it says that it is no E.164 number */
		{"tel:202-555-0101;phone-context=+1", ""},
		{"tel:2025550101;Phone-Context=h", ""},
		{"sip:2025550101;phone-context=h@h;user=phone", ""},
		{"sip:2025550101@h;phone-context=h", ""},
		/* shortest and longest */
		{"tel:+1234567", "1234567"},
		{"tel:+123456", ""},
		{"tel:+7", ""},
		{"tel:+123456789012345", "123456789012345"},
		{"tel:+1234567890123456", ""},
		/* an identity derived from the IMSI */
		{"sip:001010000000101@ims.mnc001.mcc001.3gppnetwork.org", ""},
		{"sip:262010000000101@h", ""},
		{"sip:26201000000010@h", ""},
		{"sip:+26201000000010@h", "26201000000010"},
		{"sip:2620100000001@h", "2620100000001"},
		{"tel:262010000000101", "262010000000101"},
		/* no country code begins with 0, but test networks give out such numbers */
		{"tel:0398765432100", "0398765432100"},
		/* the dummy MSISDN */
		{"tel:+000000000000000", ""},
		/* no number */
		{"sip:alice@h", ""},
		{"sip:alice12345678@h", ""},
		{"sip:+@h", ""},
		{"sip:h", ""},
		{"sip:12025550101", ""},
		{"sip:++12025550101@h", ""},
		{"sip:1+2025550101@h", ""},
		{"sip:%2@h", ""},
		{"sip:%2B1202555010%@h", ""},
		{"sip:%0012025550101@h", ""},
		{"tel:*12025550101", ""},
		{"mailto:+12025550101@h", ""},
};

START_TEST(msisdn)
{
	struct span text = exact(msisdns[_i].uri);
	char digits[MSISDN_MAX_DIGITS + 1];
	struct identity_uri u;
	int rc;

	memset(digits, 'x', sizeof(digits));
	ck_assert_int_eq(identity_uri_parse(&u, text), 0);
	rc = identity_msisdn(digits, &u);
	ck_assert_str_eq(digits, msisdns[_i].msisdn);
	ck_assert_int_eq(rc, msisdns[_i].msisdn[0] ? 0 : -1);
	free((char *)text.s);
}
END_TEST

static const struct
{
	const char *user, *imsi; /* "": it is none */
} imsis[] = {
		{"001010000000101", "001010000000101"},
		{"26201000000010", "26201000000010"},
		{"2620100000001", ""},
		{"2620100000001012", ""},
		{"+26201000000010", ""},
		{"26201-0000000101", ""},
		{"alice", ""},
		{"", ""},
};

START_TEST(imsi)
{
	struct span user = exact(imsis[_i].user);
	char digits[IMSI_MAX_DIGITS + 1];
	int rc;

	memset(digits, 'x', sizeof(digits));
	rc = identity_imsi(digits, user);
	ck_assert_str_eq(digits, imsis[_i].imsi);
	ck_assert_int_eq(rc, imsis[_i].imsi[0] ? 0 : -1);
	free((char *)user.s);
}
END_TEST

static const struct
{
	bool same;
	const char *a, *b;
} pairs[] = {
		{true, "sip:alice@h", "sip:alice@h"},
		{true, "sip:alice@h", "SIP:alice@H"},
		{true, "sip:alice@h", "sips:alice@h"},
		{true, "sip:alice@h;lr", "sip:alice@h;user=phone"},
		{true, "sip:%61lice@h", "sip:alice@h"},
		{true, "sip:+12025550101@h", "sip:12025550101@h"},
		{true, "sip:%2B12025550101@h", "sip:+12025550101@h"},
		{true, "tel:+12025550101", "tel:+1-202-555-0101"},
		{true, "tel:911;phone-context=h", "tel:911;phone-context=H"},
		{true, "sip:h:5060", "sip:h:5060"},
		{true, "urn:service:sos", "URN:service:sos"},
		{false, "sip:alice@h", "sip:Alice@h"},
		{false, "sip:alice@h", "sip:alic@h"},
		{false, "sip:alice@h", "sip:alice@h2"},
		{false, "sip:alice@h", "sip:alice@h:5060"},
		{false, "sip:alice@h", "sip:h"},
		{false, "sip:+12025550101@h", "tel:+12025550101"},
		{false, "sip:+12025550101@h", "sip:+12025550102@h"},
		{false, "tel:911;phone-context=h", "tel:911;phone-context=i"},
		{false, "tel:911;phone-context=h", "tel:911"},
		{false, "sip:alice", "im:alice"},
		{false, "sip:alice@h", "alice@h"},
		{false, "", ""},
};

START_TEST(same)
{
	struct span a = exact(pairs[_i].a), b = exact(pairs[_i].b);

	ck_assert_msg(identity_same(a, b) == pairs[_i].same, "%s, %s", pairs[_i].a,
			pairs[_i].b);
	ck_assert(identity_same(b, a) == pairs[_i].same);
	free((char *)a.s);
	free((char *)b.s);
}
END_TEST

static const struct
{
	const char *uri;
	bool person;
} persons[] = {
		{"sip:alice@h", true},
		{"SIPS:alice@[2001:db8::1]:5061;transport=tcp", true},
		{"sip:+12025550101@h;user=phone", true},
		{"", false},
		{"alice", false},
		{"sip:h", false},
		{"sip:@h", false},
		{"sip:;x=y@h", false},
		{"tel:+12025550101", false},
		{"im:alice@h", false},
		{"sip:alice@h?Subject=x", false},
		{"sip:alice@h;x=y?Route=z", false},
		{"<sip:alice@h>", false},
};

START_TEST(person)
{
	struct span name = exact(persons[_i].uri);

	ck_assert_msg(identity_names_person(name) == persons[_i].person, "%s",
			persons[_i].uri);
	free((char *)name.s);
}
END_TEST

#define COUNT(a) ((int)(sizeof(a) / sizeof((a)[0])))

int main(void)
{
	Suite *suite = suite_create("identity");
	TCase *tests = tcase_create("identity");

	tcase_add_loop_test(tests, list, 0, COUNT(lists));
	tcase_add_loop_test(tests, associated_list, 0, COUNT(associated));
	tcase_add_loop_test(tests, uri, 0, COUNT(uris));
	tcase_add_loop_test(tests, msisdn, 0, COUNT(msisdns));
	tcase_add_loop_test(tests, imsi, 0, COUNT(imsis));
	tcase_add_loop_test(tests, same, 0, COUNT(pairs));
	tcase_add_loop_test(tests, person, 0, COUNT(persons));
	suite_add_tcase(suite, tests);
	return unit_run(suite);
}
