/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Documents of the reg event package: what is read, what is left out, where it ends. The documents of S-CSCFs themselves
 * are checked by test/unit/ims_vectors.py.
 */
#include "unit.h"

#include <stdio.h>

#include "ims/reginfo.h"

#define OPEN                                                           \
	"<reginfo xmlns=\"urn:ietf:params:xml:ns:reginfo\" version=\"7\" " \
	"state=\"partial\">"
#define REGISTRATION "<registration aor=\"sip:a@h\" id=\"r\" state=\"active\">"
#define CONTACT "<contact id=\"c\" state=\"active\" event=\"created\">"
#define URI "<uri>sip:a@c</uri>"
#define CLOSE "</contact></registration></reginfo>"
#define PARAM(name, value) \
	"<unknown-param name=\"" name "\">" value "</unknown-param>"

static struct reginfo info;
static char text[REGINFO_TEXT];

static enum xmldoc_error parse(const char *document)
{
	size_t len = strlen(document);
	char *exact = malloc(len ? len : 1);
	enum xmldoc_error error;

	memcpy(exact, document, len);
	error = reginfo_parse(&info, text, sizeof(text), (struct span){exact, len});
	free(exact);
	return error;
}

static void is_text(struct span seen, const char *expected)
{
	ck_assert_msg(
			seen.len == strlen(expected)
					&& memcmp(seen.len ? seen.s : "", expected, seen.len) == 0,
			"'%.*s', expected '%s'", (int)seen.len, seen.len ? seen.s : "",
			expected);
}

START_TEST(everything)
{
	const struct reginfo_contact *c = info.contacts;

	ck_assert_int_eq(
			parse("<?xml version=\"1.0\"?>\r\n<r:reginfo "
				  "xmlns:r='urn:ietf:params:xml:ns:reginfo' version=' 3 ' "
				  "state='full'>"
				  "<r:registration aor=' tel:+12025550101 ' id='a&amp;7' "
				  "state='terminated'/>"
				  "<r:registration aor='sip:a@h' id='b' state='init'>"
				  "<r:contact id='76' state='terminated' event='unregistered' "
				  "expires='0' callid='x@y' cseq='4294967296'>"
				  "<r:uri>\n\tsip:a@[5555::1];x=y\n</r:uri>"
				  "<r:unknown-param name='+sip.instance'>\"&lt;urn:x&gt;\""
				  "</r:unknown-param></r:contact>"
				  "<r:contact id='77' state='active' event='refreshed' "
				  "expires='18446744073709551616'><r:uri>sip:b@h</r:uri>"
				  "<r:unknown-param name='+g.3gpp.smsip'/></r:contact>"
				  "</r:registration></r:reginfo>"),
			XMLDOC_OK);
	ck_assert(info.version == 3);
	ck_assert(info.full);
	ck_assert_uint_eq(info.registrations_len, 2);
	is_text(info.registrations[0].aor, "tel:+12025550101");
	is_text(info.registrations[0].id, "a&7");
	ck_assert_int_eq(info.registrations[0].state, REGINFO_TERMINATED);
	ck_assert_uint_eq(info.registrations[0].len, 0);
	ck_assert_int_eq(info.registrations[1].state, REGINFO_INIT);
	ck_assert_uint_eq(info.registrations[1].first, 0);
	ck_assert_uint_eq(info.registrations[1].len, 2);
	is_text(c[0].id, "76");
	is_text(c[0].uri, "sip:a@[5555::1];x=y");
	is_text(c[0].callid, "x@y");
	is_text(c[0].instance, "urn:x");
	ck_assert_int_eq(c[0].state, REGINFO_TERMINATED);
	ck_assert_int_eq(c[0].event, REGINFO_UNREGISTERED);
	ck_assert(c[0].expires == 0);
	ck_assert_uint_eq(c[0].cseq, UINT32_MAX);
	ck_assert(!c[0].smsip);
	is_text(c[1].callid, "");
	ck_assert(c[1].expires == UINT32_MAX);
	ck_assert_uint_eq(c[1].cseq, 0);
	ck_assert(c[1].smsip && !c[1].msisdn_less);
	ck_assert_uint_eq(reginfo_smsip_contacts(&info, &info.registrations[0]), 0);
	ck_assert_uint_eq(reginfo_smsip_contacts(&info, &info.registrations[1]), 1);
	ck_assert_uint_eq(info.skipped + info.dropped, 0);
}
END_TEST

static const struct
{
	const char *params;
	bool smsip, msisdn_less;
} tags[] = {
		{"", false, false},
		{PARAM("+g.3gpp.smsip", ""), true, false},
		{PARAM("+g.3gpp.smsip", "true"), true, false},
		{PARAM("+g.3gpp.smsip", "\"TRUE\""), true, false},
		{PARAM("&quot;+g.3gpp.smsip&quot;", ""), true, false},
		{PARAM(" +G.3GPP.SMSIP ", ""), true, false},
		{PARAM("+g.3gpp.smsip", "\"FALSE\""), false, false},
		{PARAM("+g.3gpp.smsip-msisdn-less", ""), true, true},
		{PARAM("+g.3gpp.smsip-msisdnless", ""), true, true},
		{PARAM("audio", "") PARAM("+g.3gpp.smsip", ""), true, false},
		{PARAM("+g.3gpp.smsip2", ""), false, false},
		{PARAM("x", "+g.3gpp.smsip"), false, false},
		{"<x xmlns=\"urn:x\">" PARAM("+g.3gpp.smsip", "") "</x>", false, false},
		{"<param name=\"+g.3gpp.smsip\"/>", false, false},
};

START_TEST(tag)
{
	char document[1024];

	snprintf(document, sizeof(document),
			OPEN REGISTRATION CONTACT URI "%s" CLOSE, tags[_i].params);
	ck_assert_int_eq(parse(document), XMLDOC_OK);
	ck_assert_uint_eq(info.contacts_len, 1);
	ck_assert(!info.full);
	ck_assert_int_eq(info.contacts[0].smsip, tags[_i].smsip);
	ck_assert_int_eq(info.contacts[0].msisdn_less, tags[_i].msisdn_less);
}
END_TEST

static const struct
{
	const char *event;
	int value; /* -1: there is no such event */
} events[] = {
		{"registered", REGINFO_REGISTERED},
		{"created", REGINFO_CREATED},
		{"refreshed", REGINFO_REFRESHED},
		{"shortened", REGINFO_SHORTENED},
		{"expired", REGINFO_EXPIRED},
		{"deactivated", REGINFO_DEACTIVATED},
		{"probation", REGINFO_PROBATION},
		{"unregistered", REGINFO_UNREGISTERED},
		{"rejected", REGINFO_REJECTED},
		{"Registered", -1},
		{"expire", -1},
		{"", -1},
};

START_TEST(event)
{
	char document[1024];

	snprintf(document, sizeof(document),
			OPEN REGISTRATION
			"<contact id='c' state='active' event='%s'>" URI CLOSE,
			events[_i].event);
	ck_assert_int_eq(parse(document), XMLDOC_OK);
	ck_assert_uint_eq(info.contacts_len, events[_i].value >= 0);
	ck_assert_uint_eq(info.skipped, events[_i].value < 0);
	if(events[_i].value >= 0)
		ck_assert_int_eq((int)info.contacts[0].event, events[_i].value);
}
END_TEST

static const struct
{
	const char *body; /* of the document */
	size_t registrations, contacts, skipped;
} broken[] = {
		{"", 0, 0, 0},
		{"text<foo/>", 0, 0, 0},
		{"<registration id='r' state='active'><contact/></registration>", 0, 0,
				1},
		{"<registration aor='' id='r' state='active'/>", 0, 0, 1},
		{"<registration aor='alice' id='r' state='active'/>", 0, 0, 1},
		{"<registration aor='sip:a@h&#10;x' id='r' state='active'/>", 0, 0, 1},
		{"<registration aor='sip:a@h' id='' state='active'/>", 0, 0, 1},
		{"<registration aor='sip:a@h' id='r' state='Active'/>", 0, 0, 1},
		{REGISTRATION "<contact id='c' state='init' event='created'>" URI
					  "</contact></registration>",
				1, 0, 1},
		{REGISTRATION CONTACT "</contact>" CONTACT URI
							  "</contact></registration>",
				1, 1, 1},
		{REGISTRATION CONTACT "<uri>sip:a@h\nX: y</uri></contact>"
							  "</registration>",
				1, 0, 1},
		{REGISTRATION "<contact id='c' state='active' event='created' "
					  "expires=''>" URI "</contact></registration>",
				1, 0, 1},
		{REGISTRATION "<contact id='c' state='active' event='created' "
					  "cseq='x' retry-after='y'>" URI
					  "</contact></registration>",
				1, 1, 0},
};

START_TEST(left_out)
{
	char document[1024];

	snprintf(document, sizeof(document), OPEN "%s</reginfo>", broken[_i].body);
	ck_assert_int_eq(parse(document), XMLDOC_OK);
	ck_assert_uint_eq(info.registrations_len, broken[_i].registrations);
	ck_assert_uint_eq(info.contacts_len, broken[_i].contacts);
	ck_assert_uint_eq(info.skipped, broken[_i].skipped);
	ck_assert_uint_eq(info.dropped, 0);
}
END_TEST

static const struct
{
	const char *document;
	enum xmldoc_error error;
} refused[] = {
		{"", XMLDOC_MALFORMED},
		{OPEN, XMLDOC_MALFORMED},
		{"<!DOCTYPE reginfo>" OPEN "</reginfo>", XMLDOC_DOCTYPE},
		{"<reginfo version='0' state='full'/>", XMLDOC_UNKNOWN},
		{"<r xmlns='urn:ietf:params:xml:ns:reginfo' version='0' "
		 "state='full'/>",
				XMLDOC_UNKNOWN},
		{"<reginfo xmlns='urn:ietf:params:xml:ns:reginfo' state='full'/>",
				XMLDOC_MALFORMED},
		{"<reginfo xmlns='urn:ietf:params:xml:ns:reginfo' version='-1' "
		 "state='full'/>",
				XMLDOC_MALFORMED},
		{"<reginfo xmlns='urn:ietf:params:xml:ns:reginfo' version='0'/>",
				XMLDOC_MALFORMED},
};

START_TEST(refusal)
{
	ck_assert_str_eq(xmldoc_error_name(parse(refused[_i].document)),
			xmldoc_error_name(refused[_i].error));
	ck_assert_uint_eq(info.registrations_len, 0);
}
END_TEST

START_TEST(bounds)
{
	static char document[XMLDOC_MAX_OCTETS];
	char *at = document;
	int i;

	at += sprintf(at, "%s", OPEN);
	for(i = 0; i < REGINFO_REGISTRATIONS + 1; i++) {
		at += sprintf(at, REGISTRATION);
		for(int j = 0; i < 2 && j < REGINFO_CONTACTS / 2 + 1; j++)
			at += sprintf(at, CONTACT URI "</contact>");
		at += sprintf(at, "</registration>");
	}
	sprintf(at, "</reginfo>");
	ck_assert_int_eq(parse(document), XMLDOC_OK);
	ck_assert_uint_eq(info.registrations_len, REGINFO_REGISTRATIONS);
	ck_assert_uint_eq(info.contacts_len, REGINFO_CONTACTS);
	ck_assert_uint_eq(info.registrations[1].first, REGINFO_CONTACTS / 2 + 1);
	ck_assert_uint_eq(info.registrations[1].len, REGINFO_CONTACTS / 2 - 1);
	ck_assert_uint_eq(info.registrations[2].len, 0);
	ck_assert_uint_eq(info.dropped, 2 + 1);
	ck_assert_uint_eq(info.skipped, 0);
}
END_TEST

/* In a small buffer what does not fit is left out, and what comes behind it may fit again. */
START_TEST(buffer)
{
	static const char document[] = OPEN REGISTRATION
			"<contact id='long long long long long' state='active' "
			"event='created'>" URI "</contact>" CONTACT URI CLOSE;
	size_t cap = strlen("7partial"
						"sip:a@hractive"
						"ccreatedactivesip:a@c");
	char *small = malloc(cap);
	struct span in = {document, strlen(document)};

	ck_assert_int_eq(reginfo_parse(&info, small, cap, in), XMLDOC_OK);
	ck_assert_uint_eq(info.contacts_len, 1);
	ck_assert_uint_eq(info.dropped, 1);
	is_text(info.contacts[0].uri, "sip:a@c");
	ck_assert_int_eq(reginfo_parse(&info, small, cap - 1, in), XMLDOC_OK);
	ck_assert_uint_eq(info.contacts_len, 0);
	ck_assert_uint_eq(info.dropped, 2);
	free(small);
}
END_TEST

#define COUNT(a) ((int)(sizeof(a) / sizeof((a)[0])))

int main(void)
{
	Suite *suite = suite_create("reginfo");
	TCase *tests = tcase_create("reginfo");
	int status;

	xmldoc_init();
	tcase_add_test(tests, everything);
	tcase_add_loop_test(tests, tag, 0, COUNT(tags));
	tcase_add_loop_test(tests, event, 0, COUNT(events));
	tcase_add_loop_test(tests, left_out, 0, COUNT(broken));
	tcase_add_loop_test(tests, refusal, 0, COUNT(refused));
	tcase_add_test(tests, bounds);
	tcase_add_test(tests, buffer);
	suite_add_tcase(suite, tests);
	status = unit_run(suite);
	xmldoc_cleanup();
	return status;
}
