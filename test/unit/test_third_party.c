/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Third-party REGISTERs: every form of body, the order of sources of each number, contacts and capability, and what is
 * marked as broken; that no body costs much time. Whole requests of S-CSCFs are checked by test/unit/ims_vectors.py.
 */
#include "unit.h"

#include <stdio.h>
#include <time.h>

#include "ims/third_party.h"

static struct third_party seen;

static struct span of(const char *text)
{
	return (struct span){text, strlen(text)};
}

/* A copy of exactly the right size, so that the sanitizer sees a read behind it. */
static struct span exact(struct span text)
{
	char *s = malloc(text.len ? text.len : 1);

	if(text.len > 0)
		memcpy(s, text.s, text.len);
	return (struct span){s, text.len};
}

static void is_text(const char *what, struct span text, const char *expected)
{
	ck_assert_msg(
			text.len == strlen(expected)
					&& memcmp(text.len ? text.s : "", expected, text.len) == 0,
			"%s: '%.*s', expected '%s'", what, (int)text.len,
			text.len ? text.s : "", expected);
}

static void have_faults(const char *what, unsigned expected)
{
	char a[256], b[256];

	third_party_print_faults(a, sizeof(a), seen.faults);
	third_party_print_faults(b, sizeof(b), expected);
	ck_assert_msg(
			seen.faults == expected, "%s: '%s', expected '%s'", what, a, b);
}

/* The parts of most requests below. */
#define XML                                                                \
	"<ims-3gpp version=\"1\"><service-info><![CDATA[msisdn=12025550101]]>" \
	"</service-info></ims-3gpp>"
#define REGISTER                                                           \
	"REGISTER sip:h SIP/2.0\r\nTo: <sip:001010000000101@h>\r\n"            \
	"Contact: <sip:a@c>;+g.3gpp.smsip;expires=600\r\n"                     \
	"Authorization: Digest username=\"001010000000102@h\",realm=\"h\"\r\n" \
	"\r\n"
#define OK_200                                             \
	"SIP/2.0 200 OK\r\nContact: <sip:a@c>;expires=500\r\n" \
	"P-Associated-URI: <sip:+12025550102@h>, <tel:+12025550103>\r\n\r\n"
#define IMS_XML "application/3gpp-ims+xml"

/* base64 of XML and REGISTER-like things, as `base64 -w 76` has them */
#define XML_BASE64                                                            \
	"PGltcy0zZ3BwIHZlcnNpb249IjEiPjxzZXJ2aWNlLWluZm8+PCFbQ0RBVEFbbXNpc2R\r\n" \
	"uPTEyMDI1NTUwMTAxXV0+PC9zZXJ2aWNlLWluZm8+PC9pbXMtM2dwcD4=\r\n"

enum
{
	XML_SEEN = 1,
	REGISTER_SEEN = 2,
	OK_SEEN = 4,
};

static const struct
{
	const char *what, *content_type;
	struct span body;
	int parts;
	unsigned faults;
} bodies[] = {
		{"none", "", SPAN(""), 0, 0},
		{"blanks", "message/sip", SPAN("\r\n\r\n"), 0, 0},
		/* one part */
		{"service-info", IMS_XML, SPAN(XML), XML_SEEN, 0},
		{"type in capitals", "Application/3GPP-IMS+xml;sv=1", SPAN(XML "\r\n"),
				XML_SEEN, 0},
		{"with a declaration", IMS_XML,
				SPAN("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\r\n" XML),
				XML_SEEN, 0},
		{"a mark and a NUL around it", IMS_XML,
				SPAN("\xef\xbb\xbf" XML "\r\n\0"), XML_SEEN, 0},
		{"no version", IMS_XML,
				SPAN("<ims-3gpp><service-info>12025550101</service-info>"
					 "</ims-3gpp>"),
				XML_SEEN, 0},
		{"request", "message/sip", SPAN(REGISTER), REGISTER_SEEN, 0},
		{"200", "message/sip", SPAN(OK_200), OK_SEEN, 0},
		{"request, LF only, cut", "message/sip",
				SPAN("REGISTER sip:h SIP/2.0\nm: <sip:a@c>;+g.3gpp.smsip"),
				REGISTER_SEEN, 0},
		{"bare digits", "text/plain", SPAN("12025550101\r\n"), XML_SEEN, 0},
		/* no Content-Type, or a wrong one */
		{"service-info without type", "", SPAN(XML), XML_SEEN, 0},
		{"request without type", "", SPAN(REGISTER), REGISTER_SEEN, 0},
		{"bare pairs without type", "", SPAN("msisdn=12025550101"), XML_SEEN,
				0},
		{"other XML without type", "",
				SPAN("<sms><msisdn>12025550101</msisdn></sms>"), XML_SEEN, 0},
		{"service-info as SIP", "message/sip", SPAN(XML), XML_SEEN,
				THIRD_PARTY_WRONG_TYPE},
		{"request as service-info", IMS_XML, SPAN(REGISTER), REGISTER_SEEN,
				THIRD_PARTY_WRONG_TYPE},
		{"200 as octets", "application/octet-stream", SPAN(OK_200), OK_SEEN,
				THIRD_PARTY_WRONG_TYPE},
		{"bare pairs as service-info", IMS_XML, SPAN("msisdn=12025550101"),
				XML_SEEN, THIRD_PARTY_WRONG_TYPE},
		{"single part as multipart", "multipart/mixed;boundary=b", SPAN(XML),
				XML_SEEN, THIRD_PARTY_WRONG_TYPE},
		/* several parts */
		{"bare boundary", "multipart/mixed;boundary=b",
				SPAN("--b\r\nContent-Type: " IMS_XML "\r\n\r\n" XML
					 "\r\n--b\r\nContent-Type: message/sip\r\n\r\n" REGISTER
					 "\r\n--b\r\nContent-Type: message/sip\r\n\r\n" OK_200
					 "\r\n--b--\r\n"),
				XML_SEEN | REGISTER_SEEN | OK_SEEN, 0},
		{"quoted boundary, preamble, other order",
				"Multipart/Mixed; boundary=\"b 7\"",
				SPAN("hello\r\n--b 7\r\nContent-Type: "
					 "message/sip\r\n\r\n" OK_200
					 "\r\n--b 7\r\nContent-Type: message/sip\r\n\r\n" REGISTER
					 "\r\n--b 7--"),
				REGISTER_SEEN | OK_SEEN, 0},
		{"parts without type", "multipart/mixed;boundary=b",
				SPAN("--b\r\n\r\n" XML "\r\n--b\r\n\r\n" OK_200 "\r\n--b--"),
				XML_SEEN | OK_SEEN, 0},
		{"no closing delimiter", "multipart/mixed;boundary=b",
				SPAN("--b\n\n" XML "\n--b\n\n" REGISTER),
				XML_SEEN | REGISTER_SEEN, 0},
		{"no boundary", "multipart/mixed", SPAN("--b\r\n\r\n" XML "\r\n--b--"),
				XML_SEEN, 0},
		{"another boundary", "multipart/mixed;boundary=c",
				SPAN("--b\r\n\r\n" XML "\r\n--b--"), XML_SEEN, 0},
		{"multipart without type", "",
				SPAN("\r\n--b\r\n\r\n" XML "\r\n--b\r\n\r\n" REGISTER
					 "\r\n--b--"),
				XML_SEEN | REGISTER_SEEN, 0},
		{"multipart as SIP", "message/sip",
				SPAN("--b\r\n\r\n" REGISTER "\r\n--b--"), REGISTER_SEEN,
				THIRD_PARTY_WRONG_TYPE},
		{"base64", "multipart/mixed;boundary=b",
				SPAN("--b\r\nContent-Transfer-Encoding: "
					 "base64\r\nContent-Type: " IMS_XML "\r\n\r\n" XML_BASE64
					 "\r\n--b\r\n"
					 "Content-Transfer-Encoding: binary\r\n\r\n" REGISTER
					 "\r\n--b--"),
				XML_SEEN | REGISTER_SEEN, 0},
		{"quoted-printable", "multipart/mixed;boundary=b",
				SPAN("--b\r\nContent-Transfer-Encoding: quoted-printable\r\n"
					 "\r\nREGISTER sip:h SIP/2.0\r\nContact: <sip:a@c>;=\r\n"
					 "+g=2E3gpp.smsip\r\n\r\n--b--"),
				REGISTER_SEEN, 0},
		/* broken */
		{"XML without end", IMS_XML, SPAN("<ims-3gpp><service-info>1"), 0,
				THIRD_PARTY_BAD_BODY},
		{"a bare ampersand", IMS_XML,
				SPAN("<ims-3gpp><service-info>msisdn=12025550101&x=1"
					 "</service-info></ims-3gpp>"),
				XML_SEEN, THIRD_PARTY_REPAIRED_XML},
		{"a document type", IMS_XML, SPAN("<!DOCTYPE a>" XML), 0,
				THIRD_PARTY_BAD_BODY},
		{"no number", IMS_XML,
				SPAN("<ims-3gpp><service-info>sms</service-info></ims-3gpp>"),
				0, THIRD_PARTY_NO_NUMBER},
		{"no SIP", "message/sip", SPAN("hello"), 0, THIRD_PARTY_BAD_BODY},
		{"no service-info", IMS_XML, SPAN("hello"), 0, THIRD_PARTY_BAD_BODY},
		{"no parts", "multipart/mixed;boundary=b", SPAN("hello"), 0,
				THIRD_PARTY_BAD_BODY},
		{"something else", "application/sdp",
				SPAN("v=0\r\no=msisdn=12025550101"), 0,
				THIRD_PARTY_UNKNOWN_BODY},
		{"another document", "application/reginfo+xml",
				SPAN("<reginfo><msisdn>12025550101</msisdn></reginfo>"), 0,
				THIRD_PARTY_UNKNOWN_BODY},
		{"another method", "message/sip", SPAN("MESSAGE sip:h SIP/2.0\r\n"), 0,
				THIRD_PARTY_UNKNOWN_BODY},
		{"another status", "message/sip", SPAN("SIP/2.0 403 x\r\n"), 0,
				THIRD_PARTY_UNKNOWN_BODY},
		{"two requests: the first counts", "multipart/mixed;boundary=b",
				SPAN("--b\r\n\r\n" REGISTER "\r\n--b\r\n\r\nREGISTER sip:h "
					 "SIP/2.0\r\nContact: <sip:b@h>\r\n--b--"),
				REGISTER_SEEN, THIRD_PARTY_UNKNOWN_BODY},
		{"one broken part of two", "multipart/mixed;boundary=b",
				SPAN("--b\r\nContent-Transfer-Encoding: base64\r\n\r\n***"
					 "\r\n--b\r\nContent-Transfer-Encoding: x\r\n\r\nabc"
					 "\r\n--b\r\n\r\n" REGISTER "\r\n--b--"),
				REGISTER_SEEN, THIRD_PARTY_BAD_BODY},
};

START_TEST(body)
{
	struct span copy = exact(bodies[_i].body);
	struct third_party_in in = {.to = SPAN("sip:alice@ims.test"),
			.contact = SPAN("<sip:scscf:6060>"),
			.expires = SPAN("3720"),
			.content_type = of(bodies[_i].content_type),
			.body = copy};
	const char *what = bodies[_i].what;
	int parts = bodies[_i].parts;

	ck_assert_int_eq(third_party_parse(&seen, &in), 0);
	is_text(what, seen.impu, "sip:alice@ims.test");
	is_text(what, seen.scscf, "sip:scscf:6060");
	ck_assert_uint_eq(seen.expires, 3720);
	have_faults(what, bodies[_i].faults);
	is_text(what, of(seen.msisdn),
			parts & XML_SEEN  ? "12025550101"
			: parts & OK_SEEN ? "12025550103"
							  : "");
	ck_assert_msg(seen.impus_len == (parts & OK_SEEN ? 3 : 1), "%s", what);
	ck_assert_msg(
			seen.contacts_len == (parts & (REGISTER_SEEN | OK_SEEN) ? 1 : 0),
			"%s", what);
	ck_assert_msg((seen.capability == SMS_CAPABILITY_YES)
						  == ((parts & REGISTER_SEEN) != 0),
			"%s", what);
	ck_assert_msg(
			seen.contacts_complete == ((parts & OK_SEEN) != 0), "%s", what);
	free((char *)copy.s);
}
END_TEST

#define RESPONSE(headers) "SIP/2.0 200 OK\r\n" headers "\r\n\r\n"
#define MULTI(a, b) "--b\r\n\r\n" a "\r\n--b\r\n\r\n" b "\r\n--b--"

/* Where the numbers come from: each line leaves out the source before it. */
static const struct
{
	const char *what, *to, *associated, *body;
	const char *msisdn, *imsi, *impi;
	unsigned faults;
} sources[] = {
		{"service-info first", "sip:+12025550104@h",
				"<sip:+12025550104@h>, <tel:+12025550105>",
				"--b\r\n\r\nmsisdn=12025550101;imsi=001010000000100\r\n" MULTI(
						REGISTER, OK_200),
				"12025550101", "001010000000100", "001010000000102@h", 0},
		{"the set of the 200, tel first", "sip:+12025550104@h",
				"<sip:+12025550104@h>, <tel:+12025550105>",
				MULTI(REGISTER, OK_200), "12025550103", "001010000000102",
				"001010000000102@h", 0},
		{"the set of the 200, SIP", "sip:+12025550104@h", "",
				RESPONSE("P-Associated-URI: <sip:a@h>, <sip:+12025550102@h>"),
				"12025550102", "", "", 0},
		{"the outer set, tel first", "sip:+12025550104@h",
				"<sip:+12025550104@h>, <tel:+12025550105>",
				RESPONSE("P-Associated-URI: <sip:a@h>"), "12025550105", "", "",
				0},
		{"the outer set as one S-CSCF breaks it", "sip:alice@ims.test",
				"<sip:alice@ims.test, tel:+447700900001>, "
				"<sip:+447700900001@ims.test>",
				"", "447700900001", "", "", 0},
		{"the outer set of another user", "sip:alice@ims.test",
				"<sip:bob@ims.test, tel:+447700900002>", "", "", "", "",
				THIRD_PARTY_OTHER_SET},
		{"the outer set is empty", "sip:alice@ims.test", " ", "", "", "", "",
				0},
		{"To, SIP", "sip:+12025550104@h;user=phone", "<tel:+12025550105>", "",
				"12025550104", "", "", THIRD_PARTY_OTHER_SET},
		{"To, SIP without +", "sip:6505551000@homedomain", "", "", "6505551000",
				"", "", 0},
		{"To, tel", "tel:+12025550104", "", "", "12025550104", "", "", 0},
		{"To is derived from the IMSI", "sip:001010000000103@h", "", REGISTER,
				"", "001010000000103", "001010000000102@h", 0},
		{"a tel URI is none", "tel:001010000000103", "", REGISTER,
				"001010000000103", "001010000000102", "001010000000102@h", 0},
		{"the private identity", "sip:alice@h", "", REGISTER, "",
				"001010000000102", "001010000000102@h", 0},
		{"a private identity without IMSI", "sip:alice@h", "",
				"REGISTER sip:h SIP/2.0\r\nTo: <sip:001010000000101@h>\r\n"
				"Authorization: Digest username=\"alice@h\"\r\n\r\n",
				"", "001010000000101", "alice@h", 0},
		{"no private identity", "sip:alice@h", "",
				"REGISTER sip:h SIP/2.0\r\nTo: <sip:001010000000101@h>\r\n\r\n",
				"", "001010000000101", "", 0},
		{"nothing", "sip:alice@h", "", "", "", "", "", 0},
};

START_TEST(source)
{
	struct span associated = of(sources[_i].associated);
	struct third_party_in in = {.to = of(sources[_i].to),
			.from = SPAN("sip:scscf"),
			.expires = SPAN("60"),
			.associated = &associated,
			.associated_len = 1,
			.body = of(sources[_i].body)};
	const char *what = sources[_i].what;

	ck_assert_int_eq(third_party_parse(&seen, &in), 0);
	is_text(what, of(seen.msisdn), sources[_i].msisdn);
	is_text(what, of(seen.imsi), sources[_i].imsi);
	is_text(what, seen.impi, sources[_i].impi);
	have_faults(what, sources[_i].faults);
}
END_TEST

static const struct
{
	const char *what, *expires, *body;
	const char *contacts; /* "uri expires smsip|" of each */
	size_t smsip;
	enum sms_capability capability;
	bool complete, all_gone;
} contact_lists[] = {
		{"no embedded message", "60", "", "", 0, SMS_CAPABILITY_UNKNOWN, false,
				false},
		{"asked: with the outer expiry", "3720", REGISTER, "sip:a@c 3720 1|", 1,
				SMS_CAPABILITY_YES, false, false},
		{"asked: without the tag", "60",
				"REGISTER sip:h SIP/2.0\r\nContact: <sip:a@c>\r\n\r\n",
				"sip:a@c 60 0|", 0, SMS_CAPABILITY_NO, false, false},
		{"asked: no contact at all", "60", "REGISTER sip:h SIP/2.0\r\n\r\n", "",
				0, SMS_CAPABILITY_UNKNOWN, false, false},
		{"asked: leaving", "0",
				"REGISTER sip:h SIP/2.0\r\nContact: <sip:a@c>;+g.3gpp.smsip\r\n"
				"Expires: 0\r\n\r\n",
				"sip:a@c 0 1|", 0, SMS_CAPABILITY_UNKNOWN, false, false},
		{"asked: one leaving, one not", "60",
				"REGISTER sip:h SIP/2.0\r\nContact: <sip:a@c>;expires=0, "
				"<sip:b@c>;+g.3gpp.smsip;expires=90\r\n\r\n",
				"sip:a@c 0 0|sip:b@c 60 1|", 1, SMS_CAPABILITY_YES, false,
				false},
		{"asked: the network takes it away", "0", REGISTER, "sip:a@c 0 1|", 0,
				SMS_CAPABILITY_UNKNOWN, false, false},
		{"asked: all leaving", "0",
				"REGISTER sip:h SIP/2.0\r\nContact: *\r\nExpires: 0\r\n\r\n",
				"", 0, SMS_CAPABILITY_UNKNOWN, false, true},
		{"asked: all, but not leaving", "60",
				"REGISTER sip:h SIP/2.0\r\nContact: *\r\n\r\n", "", 0,
				SMS_CAPABILITY_UNKNOWN, false, false},
		{"bound: tags of the phone are kept", "3720", MULTI(REGISTER, OK_200),
				"sip:a@c 500 1|", 1, SMS_CAPABILITY_YES, true, false},
		{"bound: found by its instance", "60",
				MULTI("REGISTER sip:h SIP/2.0\r\nContact: <sip:a@c>"
					  ";+g.3gpp.smsip;+sip.instance=\"<urn:x>\"\r\n\r\n",
						RESPONSE("Contact: "
								 "<sip:a@d>;+sip.instance=\"<urn:x>\"")),
				"sip:a@d 60 1|", 1, SMS_CAPABILITY_YES, true, false},
		{"bound: the same place, another phone", "60",
				MULTI("REGISTER sip:h SIP/2.0\r\nContact: <sip:a@c>"
					  ";+g.3gpp.smsip;+sip.instance=\"<urn:x>\"\r\n\r\n",
						RESPONSE("Contact: "
								 "<sip:a@c>;+sip.instance=\"<urn:y>\"")),
				"sip:a@c 60 0|", 0, SMS_CAPABILITY_NO, true, false},
		{"bound: another phone can", "60",
				MULTI("REGISTER sip:h SIP/2.0\r\nContact: <sip:a@c>\r\n\r\n",
						RESPONSE("Contact: <sip:a@c>\r\n"
								 "Contact: <sip:b@c>;+g.3gpp.smsip;expires=9")),
				"sip:a@c 60 0|sip:b@c 9 1|", 1, SMS_CAPABILITY_YES, true,
				false},
		{"bound: one of two phones left", "0",
				MULTI("REGISTER sip:h SIP/2.0\r\nContact: <sip:b@c>"
					  ";expires=0\r\n\r\n",
						RESPONSE("Contact: <sip:a@c>;+g.3gpp.smsip;expires=9")),
				"sip:a@c 9 1|sip:b@c 0 0|", 1, SMS_CAPABILITY_YES, true, false},
		{"bound: without tags, and no request", "60",
				RESPONSE("Contact: <sip:a@c>"), "sip:a@c 60 0|", 0,
				SMS_CAPABILITY_UNKNOWN, true, false},
		{"bound: a made-up 200", "60", RESPONSE("CSeq: 1 REGISTER"), "", 0,
				SMS_CAPABILITY_UNKNOWN, false, false},
};

START_TEST(contacts)
{
	struct third_party_in in = {.to = SPAN("sip:alice@h"),
			.from = SPAN("sip:scscf"),
			.expires = of(contact_lists[_i].expires),
			.body = of(contact_lists[_i].body)};
	const char *what = contact_lists[_i].what;
	char list[256] = "";
	size_t i, n = 0;

	ck_assert_int_eq(third_party_parse(&seen, &in), 0);
	have_faults(what, 0);
	for(i = 0; i < seen.contacts_len; i++)
		n += (size_t)snprintf(list + n, sizeof(list) - n, "%.*s %u %d|",
				(int)seen.contacts[i].uri.len, seen.contacts[i].uri.s,
				seen.contacts[i].expires, seen.contacts[i].smsip);
	is_text(what, of(list), contact_lists[_i].contacts);
	ck_assert_msg(seen.smsip_contacts == contact_lists[_i].smsip, "%s", what);
	ck_assert_msg(seen.capability == contact_lists[_i].capability, "%s", what);
	ck_assert_msg(
			seen.contacts_complete == contact_lists[_i].complete, "%s", what);
	ck_assert_msg(
			seen.all_contacts_gone == contact_lists[_i].all_gone, "%s", what);
}
END_TEST

static const struct
{
	const char *contact, *from, *expires, *body;
	const char *scscf;
	uint32_t seconds;
	unsigned faults;
} heads[] = {
		{"<sip:s:6060>", "sip:f", "60", "", "sip:s:6060", 60, 0},
		{"<sip:s;transport=TCP>;expires=600000", "sip:f", "60", "",
				"sip:s;transport=TCP", 60, 0},
		{"sip:s;expires=50", "sip:f", "", "", "sip:s", 50, 0},
		{"*, mailto:x, <sips:s>", "sip:f", "0", "", "sips:s", 0, 0},
		{"", "sip:f:6060;lr", "99999999999", "", "sip:f:6060;lr", UINT32_MAX,
				0},
		{"", "tel:+12025550101", "60", "", "", 60, THIRD_PARTY_NO_SCSCF},
		{"x", "", "60", "", "", 60, THIRD_PARTY_NO_SCSCF},
		{"<sip:s>", "", "x", "", "sip:s", 3600,
				THIRD_PARTY_BAD_EXPIRES | THIRD_PARTY_NO_EXPIRES},
		{"<sip:s>;expires=70", "", "-1", "", "sip:s", 70,
				THIRD_PARTY_BAD_EXPIRES},
		{"<sip:s>", "", "", "", "sip:s", 3600, THIRD_PARTY_NO_EXPIRES},
		{"<sip:s>;expires=x", "", "", "", "sip:s", 3600,
				THIRD_PARTY_NO_EXPIRES},
		{"<sip:s>", "", "",
				RESPONSE("Contact: <sip:a@c>;expires=8, <sip:b@c>;expires=9"),
				"sip:s", 9, 0},
		{"<sip:s>", "", "", RESPONSE("Contact: <sip:a@c>"), "sip:s", 3600,
				THIRD_PARTY_NO_EXPIRES},
		{"<sip:s>", "", "", RESPONSE("Expires: 5"), "sip:s", 3600,
				THIRD_PARTY_NO_EXPIRES},
};

START_TEST(head)
{
	struct third_party_in in = {.to = SPAN("sip:alice@h"),
			.from = of(heads[_i].from),
			.contact = of(heads[_i].contact),
			.expires = of(heads[_i].expires),
			.body = of(heads[_i].body)};

	ck_assert_int_eq(third_party_parse(&seen, &in), 0);
	is_text(heads[_i].contact, seen.scscf, heads[_i].scscf);
	ck_assert_uint_eq(seen.expires, heads[_i].seconds);
	have_faults(heads[_i].contact, heads[_i].faults);
}
END_TEST

START_TEST(nobody)
{
	static const char *const nobodies[] = {
			"", "alice", "<sip:alice@h>", "sip:", "sip:a b@h"};
	struct third_party_in in = {.from = SPAN("sip:scscf")};

	ck_assert_int_eq(third_party_parse(&seen, &in), -1);
	for(size_t i = 0; i < sizeof(nobodies) / sizeof(nobodies[0]); i++) {
		in.to = of(nobodies[i]);
		ck_assert_int_eq(third_party_parse(&seen, &in), -1);
	}
}
END_TEST

START_TEST(implicit_set)
{
	static char response[4096] = "SIP/2.0 200 OK\r\n";
	struct third_party_in in = {.to = SPAN("sip:alice@h"),
			.from = SPAN("sip:scscf"),
			.expires = SPAN("60"),
			.body = SPAN(RESPONSE("P-Associated-URI: <tel:+12025550101>, "
								  "<SIP:alice@H>, <tel:+1-202-555-0101>, "
								  "<sip:b@h>"))};
	int i;

	ck_assert_int_eq(third_party_parse(&seen, &in), 0);
	ck_assert_uint_eq(seen.impus_len, 3);
	is_text("first", seen.impus[0], "sip:alice@h");
	is_text("second", seen.impus[1], "tel:+12025550101");
	is_text("third", seen.impus[2], "sip:b@h");
	have_faults("small", 0);
	for(i = 0; i < THIRD_PARTY_IMPUS; i++)
		sprintf(response + strlen(response), "P-Associated-URI: <sip:%d@h>\r\n",
				i);
	in.body = of(response);
	ck_assert_int_eq(third_party_parse(&seen, &in), 0);
	ck_assert_uint_eq(seen.impus_len, THIRD_PARTY_IMPUS);
	have_faults("large", THIRD_PARTY_TOO_MUCH);
}
END_TEST

/* Parts beyond the bound, and decoded ones beyond the buffer. */
START_TEST(bounds)
{
	static char many[64 * 1024];
	struct third_party_in in = {.to = SPAN("sip:alice@h"),
			.from = SPAN("sip:scscf"),
			.expires = SPAN("60")};
	int i;

	for(i = 0; i < 17; i++)
		strcat(many, "--b\r\n\r\n\r\n");
	strcat(many, "--b--");
	in.body = of(many);
	ck_assert_int_eq(third_party_parse(&seen, &in), 0);
	have_faults("parts", THIRD_PARTY_TOO_MUCH);

	strcpy(many, "--b\r\nContent-Transfer-Encoding: base64\r\n\r\n");
	memset(many + strlen(many), 'A', THIRD_PARTY_TEXT / 3 * 4 + 8);
	strcat(many, "\r\n--b\r\n\r\n" REGISTER);
	in.body = of(many);
	ck_assert_int_eq(third_party_parse(&seen, &in), 0);
	have_faults("decoded", THIRD_PARTY_BAD_BODY);
	ck_assert_uint_eq(seen.smsip_contacts, 1);
}
END_TEST

#define COSTLY_OCTETS 60000

/* Pieces that, one behind the other, make a careless reader begin anew again and again. */
static const char *const pieces[] = {"<,", "<a,", ",", "\"", "\\\"", "\"\\",
		"<", ">", "<>,", "<sip:a@h,", "<sip:a@h>,", "sip:a@h,", ";", "=\"", " ",
		"\r\n ", "\n", "a=", "msisdn=", "<msisdn>", "--", "\n--b", "-", "&",
		":", "a:b\n", "m:<sip:a@h>\n"};

static const char *const contexts[] = {"", "REGISTER sip:h SIP/2.0\r\n",
		"REGISTER sip:h SIP/2.0\r\nContact: ",
		"SIP/2.0 200 OK\r\nP-Associated-URI: ",
		"REGISTER sip:h SIP/2.0\r\nAuthorization: Digest ",
		"REGISTER sip:h SIP/2.0\r\nTo: ", "--b\r\n\r\n", "--b\r\n",
		"--b\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n",
		"<ims-3gpp><service-info>", "<ims-3gpp><service-info>&"};

static long cpu_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (long)t.tv_sec * 1000 + (long)(t.tv_nsec / 1000000);
}

static void check_cost(const struct third_party_in *in, const char *what)
{
	long start = cpu_ms(), ms;

	ck_assert_int_eq(third_party_parse(&seen, in), 0);
	ms = cpu_ms() - start;
	ck_assert_msg(ms < LIMIT_MS, "%s: %ld ms", what, ms);
}

static struct span fill(char *out, const char *before, const char *piece)
{
	size_t n = (size_t)sprintf(out, "%s", before), len = strlen(piece);

	while(n + len < COSTLY_OCTETS) {
		memcpy(out + n, piece, len);
		n += len;
	}
	return (struct span){out, n};
}

START_TEST(cost)
{
	static char text[COSTLY_OCTETS];
	const char *piece = pieces[_i];
	struct third_party_in in = {
			.to = SPAN("sip:alice@h"), .from = SPAN("sip:scscf")};
	struct span associated;
	size_t i;

	for(i = 0; i < sizeof(contexts) / sizeof(contexts[0]); i++) {
		in.body = fill(text, contexts[i], piece);
		check_cost(&in, contexts[i]);
	}
	in.body = (struct span){"", 0};
	associated = in.contact = in.content_type = fill(text, "", piece);
	in.associated = &associated;
	in.associated_len = 1;
	check_cost(&in, "headers");
}
END_TEST

START_TEST(fault_names)
{
	char out[128];

	third_party_print_faults(out, sizeof(out), 0);
	ck_assert_str_eq(out, "");
	third_party_print_faults(
			out, sizeof(out), THIRD_PARTY_NO_SCSCF | THIRD_PARTY_BAD_BODY);
	ck_assert_str_eq(out, "no S-CSCF, broken body");
	third_party_print_faults(out, 12, ~0U);
	ck_assert_str_eq(out, "no S-CSCF, ");
	out[0] = 'x';
	third_party_print_faults(out, 0, ~0U);
	ck_assert_int_eq(out[0], 'x');
}
END_TEST

#define COUNT(a) ((int)(sizeof(a) / sizeof((a)[0])))

int main(void)
{
	Suite *suite = suite_create("third_party");
	TCase *tests = tcase_create("third_party");
	int status;

	xmldoc_init();
	tcase_add_loop_test(tests, body, 0, COUNT(bodies));
	tcase_add_loop_test(tests, source, 0, COUNT(sources));
	tcase_add_loop_test(tests, contacts, 0, COUNT(contact_lists));
	tcase_add_loop_test(tests, head, 0, COUNT(heads));
	tcase_add_test(tests, nobody);
	tcase_add_test(tests, implicit_set);
	tcase_add_test(tests, bounds);
	tcase_add_loop_test(tests, cost, 0, COUNT(pieces));
	tcase_add_test(tests, fault_names);
	suite_add_tcase(suite, tests);
	status = unit_run(suite);
	xmldoc_cleanup();
	return status;
}
