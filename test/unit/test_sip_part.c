/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Embedded messages: a whole REGISTER and the 200 to it, contacts and their feature tags in every spelling, the bounds,
 * and what is no message.
 */
#include "unit.h"

#include <stdio.h>

#include "ims/sip_part.h"

/* A copy of exactly the right size, so that the sanitizer sees a read behind it. */
static struct span exact(const char *text)
{
	size_t len = strlen(text);
	char *s = malloc(len ? len : 1);

	memcpy(s, text, len);
	return (struct span){s, len};
}

static void is_text(struct span seen, const char *expected)
{
	ck_assert_msg(
			seen.len == strlen(expected)
					&& memcmp(seen.len ? seen.s : "", expected, seen.len) == 0,
			"'%.*s', expected '%s'", (int)seen.len, seen.len ? seen.s : "",
			expected);
}

START_TEST(whole_register)
{
	struct span text = exact(
			"REGISTER sip:ims.home.example SIP/2.0\r\n"
			"Via: SIP/2.0/UDP 198.51.100.7:5060;branch=z9hG4bK7a1\r\n"
			"From: <sip:001010000000101@ims.home.example>;tag=u1\r\n"
			"To: \"x\" <sip:+12025550101@ims.home.example>\r\n"
			"Contact: <sip:+12025550101@198.51.100.7:5060>;+g.3gpp.smsip;"
			"+sip.instance=\"<urn:gsma:imei:35000000-000001-0>\"\r\n"
			"Expires: 600000\r\n"
			"Authorization: Digest username=\"001010000000101@ims.home.example"
			"\",realm=\"ims.home.example\",nonce=\"x\"\r\n"
			"Content-Length: 0\r\n\r\n");
	struct sip_part part;

	ck_assert_int_eq(sip_part_parse(&part, text), 0);
	ck_assert(part.is_request);
	is_text(part.method, "REGISTER");
	is_text(part.from, "sip:001010000000101@ims.home.example");
	is_text(part.to, "sip:+12025550101@ims.home.example");
	is_text(part.impi, "001010000000101@ims.home.example");
	ck_assert_uint_eq(part.expires, 600000);
	ck_assert_uint_eq(part.contacts_len, 1);
	is_text(part.contacts[0].uri, "sip:+12025550101@198.51.100.7:5060");
	is_text(part.contacts[0].instance, "urn:gsma:imei:35000000-000001-0");
	ck_assert(part.contacts[0].smsip);
	ck_assert_uint_eq(part.contacts[0].expires, 600000);
	ck_assert_uint_eq(part.associated_len, 0);
	free((char *)text.s);
}
END_TEST

START_TEST(whole_response)
{
	struct span text = exact(
			"\r\nsip/2.0 200 OK\n"
			"f: <sip:a@h>;tag=u1\nt: sip:a@h;tag=s1\n"
			"m: <sip:a@198.51.100.7>;expires=3240,\n <sip:a@198.51.100.8>\n"
			"m: <sip:a@198.51.100.9>;expires=0\n"
			"Expires: 60\n"
			"P-Associated-URI: <sip:a@h, tel:+12025550101>\n"
			"P-Associated-URI: <sip:b@h>");
	struct sip_part part;

	ck_assert_int_eq(sip_part_parse(&part, text), 0);
	ck_assert(!part.is_request);
	ck_assert_int_eq(part.status, 200);
	is_text(part.from, "sip:a@h");
	is_text(part.to, "sip:a@h");
	is_text(part.impi, "");
	ck_assert_uint_eq(part.contacts_len, 3);
	ck_assert_uint_eq(part.contacts[0].expires, 3240);
	ck_assert_uint_eq(part.contacts[1].expires, 60);
	ck_assert_uint_eq(part.contacts[2].expires, 0);
	ck_assert(!part.contacts[0].smsip);
	ck_assert_uint_eq(part.associated_len, 3);
	is_text(part.associated[0], "sip:a@h");
	is_text(part.associated[1], "tel:+12025550101");
	is_text(part.associated[2], "sip:b@h");
	ck_assert_uint_eq(part.dropped, 0);
	free((char *)text.s);
}
END_TEST

static const struct
{
	const char *contact;
	bool smsip, msisdn_less;
	uint32_t expires;
	const char *instance;
} contacts[] = {
		{"<sip:a@h>", false, false, SIP_NO_EXPIRES, ""},
		{"sip:a@h;+g.3gpp.smsip;expires=60", true, false, 60, ""},
		{"<sip:a@h>;+g.3gpp.smsip", true, false, SIP_NO_EXPIRES, ""},
		{"<sip:a@h> ; +G.3GPP.SMSIP ; Expires = 60", true, false, 60, ""},
		{"<sip:a@h>;\r\n +g.3gpp.smsip", true, false, SIP_NO_EXPIRES, ""},
		{"<sip:a@h>;+g.3gpp.smsip=true", true, false, SIP_NO_EXPIRES, ""},
		{"<sip:a@h>;+g.3gpp.smsip=\"TRUE\"", true, false, SIP_NO_EXPIRES, ""},
		{"<sip:a@h>;+g.3gpp.smsip=\"\"", true, false, SIP_NO_EXPIRES, ""},
		{"<sip:a@h>;\"+g.3gpp.smsip\"", true, false, SIP_NO_EXPIRES, ""},
		{"<sip:a@h>;+g.3gpp.smsip=\"FALSE\"", false, false, SIP_NO_EXPIRES, ""},
		{"<sip:a@h>;+g.3gpp.smsip=false", false, false, SIP_NO_EXPIRES, ""},
		{"<sip:a@h>;+g.3gpp.smsip-msisdn-less", true, true, SIP_NO_EXPIRES, ""},
		{"<sip:a@h>;+g.3gpp.smsip-msisdnless", true, true, SIP_NO_EXPIRES, ""},
		{"<sip:a@h>;+g.3gpp.smsip;+g.3gpp.smsip-msisdn-less", true, true,
				SIP_NO_EXPIRES, ""},
		/* what only looks like the tag */
		{"<sip:a@h;+g.3gpp.smsip>", false, false, SIP_NO_EXPIRES, ""},
		{"<sip:a@h>;x=\";+g.3gpp.smsip\"", false, false, SIP_NO_EXPIRES, ""},
		{"\"+g.3gpp.smsip\" <sip:a@h>", false, false, SIP_NO_EXPIRES, ""},
		{"<sip:a@h>;+g.3gpp.smsip2", false, false, SIP_NO_EXPIRES, ""},
		{"<sip:a@h>;g.3gpp.smsip", false, false, SIP_NO_EXPIRES, ""},
		/* expiry and instance */
		{"<sip:a@h>;expires=\"60\"", false, false, 60, ""},
		{"<sip:a@h>;expires=0", false, false, 0, ""},
		{"<sip:a@h>;expires=99999999999", false, false, SIP_NO_EXPIRES - 1, ""},
		{"<sip:a@h>;expires=x", false, false, SIP_NO_EXPIRES, ""},
		{"<sip:a@h;expires=60>", false, false, SIP_NO_EXPIRES, ""},
		{"<sip:a@h>;+sip.instance=\"<urn:x,y;z>\";expires=1", false, false, 1,
				"urn:x,y;z"},
		{"<sip:a@h>;+SIP.Instance=\"urn:x\"", false, false, SIP_NO_EXPIRES,
				"urn:x"},
};

START_TEST(contact)
{
	char message[256];
	struct span text;
	struct sip_part part;

	snprintf(message, sizeof(message),
			"REGISTER sip:h SIP/2.0\r\nContact: %s\r\n\r\n",
			contacts[_i].contact);
	text = exact(message);
	ck_assert_int_eq(sip_part_parse(&part, text), 0);
	ck_assert_uint_eq(part.contacts_len, 1);
	ck_assert(span_starts(part.contacts[0].uri, SPAN("sip:a@h")));
	ck_assert_int_eq(part.contacts[0].smsip, contacts[_i].smsip);
	ck_assert_int_eq(part.contacts[0].msisdn_less, contacts[_i].msisdn_less);
	ck_assert_uint_eq(part.contacts[0].expires, contacts[_i].expires);
	is_text(part.contacts[0].instance, contacts[_i].instance);
	free((char *)text.s);
}
END_TEST

static const struct
{
	const char *text;
	const char *seen; /* contacts, "*" and the IMPI, "|" behind each */
} messages[] = {
		{"REGISTER sip:h SIP/2.0", "|"},
		{"REGISTER sip:h SIP/2.0\r\nContact: *\r\nExpires: 0\r\n\r\n", "*||"},
		{"REGISTER sip:h SIP/2.0\nm:<sip:a@h>,<sip:b@h>\nM : <sip:c@h>\n",
				"sip:a@h|sip:b@h|sip:c@h||"},
		/* what is broken is left out */
		{"REGISTER sip:h SIP/2.0\nContact: <sip:a@h, <sip: b@h>, <sip:c@h\n",
				"|"},
		{"REGISTER sip:h SIP/2.0\nContact: , <>, <sip:b@h>\n", "sip:b@h||"},
		{"REGISTER sip:h SIP/2.0\nContact <sip:a@h>\nm: <sip:b@h>\n",
				"sip:b@h||"},
		/* a body has no headers */
		{"REGISTER sip:h SIP/2.0\n\nContact: <sip:a@h>\n", "|"},
		/* the first username counts */
		{"REGISTER sip:h SIP/2.0\nAuthorization: Digest realm=\"h, "
		 "username=x\",\n username = \"a@h\"\nAuthorization: Digest "
		 "username=\"b@h\"",
				"a@h|"},
		{"REGISTER sip:h SIP/2.0\nAuthorization: Digest username=a@h, x=y",
				"a@h|"},
		{"REGISTER sip:h SIP/2.0\nAuthorization: Digest username=\"a b\"", "|"},
		{"REGISTER sip:h SIP/2.0\nAuthorization: username=\"a@h\"", "|"},
		{"REGISTER sip:h SIP/2.0\nAuthorization:", "|"},
};

START_TEST(several)
{
	struct span text = exact(messages[_i].text);
	struct sip_part part;
	char seen[256] = "";
	size_t i, n = 0;

	ck_assert_int_eq(sip_part_parse(&part, text), 0);
	for(i = 0; i < part.contacts_len; i++)
		n += (size_t)snprintf(seen + n, sizeof(seen) - n, "%.*s|",
				(int)part.contacts[i].uri.len, part.contacts[i].uri.s);
	snprintf(seen + n, sizeof(seen) - n, "%s%.*s|",
			part.all_contacts ? "*|" : "", (int)part.impi.len,
			part.impi.len ? part.impi.s : "");
	ck_assert_str_eq(seen, messages[_i].seen);
	free((char *)text.s);
}
END_TEST

static const char *const no_messages[] = {
		"",
		"\r\n\r\n",
		"hello",
		"REGISTER",
		"REGISTER SIP/2.0",
		"REGISTER sip:h SIP/3.0\r\n",
		"REGISTER sip:hSIP/2.0\r\n",
		" sip:h SIP/2.0\r\n",
		"REG\x01STER sip:h SIP/2.0\r\n",
		"SIP/2.0\r\n",
		"SIP/2.0 \r\n",
		"SIP/2.0 20\r\n",
		"SIP/2.0 2000 OK\r\n",
		"SIP/2.0 099 x\r\n",
		"SIP/2.0 700 x\r\n",
		"SIP/2.0 2x0 OK\r\n",
		"<ims-3gpp/>",
		"--b\r\n",
};

START_TEST(no_message)
{
	struct span text = exact(no_messages[_i]);
	struct sip_part part;

	ck_assert_int_eq(sip_part_parse(&part, text), -1);
	free((char *)text.s);
}
END_TEST

START_TEST(bounds)
{
	static char text[8192] = "SIP/2.0 200 OK\r\n";
	struct sip_part part;
	int i;

	for(i = 0; i < SIP_PART_CONTACTS + 3; i++)
		snprintf(text + strlen(text), 64, "Contact: <sip:%d@h>\r\n", i);
	for(i = 0; i < SIP_PART_ASSOCIATED + 2; i++)
		snprintf(
				text + strlen(text), 64, "P-Associated-URI: <sip:%d@h>\r\n", i);
	ck_assert_int_eq(
			sip_part_parse(&part, (struct span){text, strlen(text)}), 0);
	ck_assert_uint_eq(part.contacts_len, SIP_PART_CONTACTS);
	ck_assert_uint_eq(part.associated_len, SIP_PART_ASSOCIATED);
	ck_assert_uint_eq(part.dropped, 3 + 2);
}
END_TEST

#define COUNT(a) ((int)(sizeof(a) / sizeof((a)[0])))

int main(void)
{
	Suite *suite = suite_create("sip_part");
	TCase *tests = tcase_create("sip_part");

	tcase_add_test(tests, whole_register);
	tcase_add_test(tests, whole_response);
	tcase_add_loop_test(tests, contact, 0, COUNT(contacts));
	tcase_add_loop_test(tests, several, 0, COUNT(messages));
	tcase_add_loop_test(tests, no_message, 0, COUNT(no_messages));
	tcase_add_test(tests, bounds);
	suite_add_tcase(suite, tests);
	return unit_run(suite);
}
