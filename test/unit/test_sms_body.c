/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Bodies with a short message: the RP message alone and beside a document without MSISDN, in every form in which parts may come; what
 * is no such body; what is written is read.
 */
#include "unit.h"

#include <stdio.h>

#include "ims/sms_body.h"

#define MIXED "multipart/mixed;boundary=b"
#define INFO_TYPE "application/vnd.3gpp.sms+xml"
#define DOCUMENT "<short-message-info><To>sip:bob@h</To></short-message-info>"
#define OTHER "<short-message-info><To>sip:eve@h</To></short-message-info>"
#define PART(type, content) \
	"--b\r\nContent-Type: " type "\r\n\r\n" content "\r\n"
#define BASE64(type) type "\r\nContent-Transfer-Encoding: base64"
#define END "--b--\r\n"

#define RP "\x00\x01RP"
#define RP_BASE64 "AAFSUA=="
#define DOCUMENT_BASE64                        \
	"PHNob3J0LW1lc3NhZ2UtaW5mbz48VG8+c2lwOmJv" \
	"YkBoPC9Ubz48L3Nob3J0LW1lc3NhZ2UtaW5mbz4="

static char buffer[SMS_BODY_ROOM];
static struct sms_body out;

static int read_body(struct span type, struct span body)
{
	/* of exactly its size, so that the sanitizer sees a read behind it */
	static char *copy;

	free(copy);
	copy = malloc(body.len ? body.len : 1);
	memcpy(copy, body.s, body.len);
	return sms_body_read(
			&out, buffer, sizeof(buffer), type, (struct span){copy, body.len});
}

static void is(struct span seen, struct span expected)
{
	ck_assert_msg(seen.len == expected.len
						  && memcmp(seen.s, expected.s, seen.len) == 0,
			"'%.*s', expected '%.*s'", (int)seen.len, seen.s, (int)expected.len,
			expected.s);
}

static const struct
{
	const char *name;
	struct span type, body;
	enum sms_info_state state;
	const char *to; /* SMS_INFO_READ */
} bodies[] = {
		{"alone", SPAN("application/vnd.3gpp.sms"), SPAN(RP), SMS_INFO_NONE,
				NULL},
		{"another spelling", SPAN("Application/VND.3gpp.SMS ; x=y"), SPAN(RP),
				SMS_INFO_NONE, NULL},
		{"alone in parts", SPAN(MIXED), SPAN(PART(SMS_TYPE, RP) END),
				SMS_INFO_NONE, NULL},
		{"the document first", SPAN(MIXED),
				SPAN(PART(INFO_TYPE, DOCUMENT) PART(SMS_TYPE, RP) END),
				SMS_INFO_READ, "sip:bob@h"},
		{"the document last", SPAN("multipart/mixed; boundary=\"b\""),
				SPAN(PART(SMS_TYPE, RP) PART(INFO_TYPE, DOCUMENT) END),
				SMS_INFO_READ, "sip:bob@h"},
		{"with its disposition", SPAN(MIXED),
				SPAN(PART(INFO_TYPE "\r\nContent-Disposition: "
									"render;handling=optional",
						DOCUMENT) PART(SMS_TYPE, RP) END),
				SMS_INFO_READ, "sip:bob@h"},
		{"in base64", SPAN(MIXED),
				SPAN(PART(BASE64(INFO_TYPE), DOCUMENT_BASE64)
								PART(BASE64(SMS_TYPE), RP_BASE64) END),
				SMS_INFO_READ, "sip:bob@h"},
		{"a namespace, a prefix, a declaration", SPAN(MIXED),
				SPAN(PART(INFO_TYPE,
						"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\r\n"
						"<x:short-message-info xmlns:x=\"urn:x\"><x:To> "
						"sip:bob@h </x:To></x:short-message-info>")
								PART(SMS_TYPE, RP) END),
				SMS_INFO_READ, "sip:bob@h"},
		{"labelled as XML", SPAN(MIXED),
				SPAN(PART("text/xml;charset=UTF-8", DOCUMENT) PART(SMS_TYPE, RP)
								END),
				SMS_INFO_READ, "sip:bob@h"},
		{"the right label before a wrong one", SPAN(MIXED),
				SPAN(PART("application/xml", OTHER) PART(SMS_TYPE, RP) PART(
						INFO_TYPE, DOCUMENT) PART("text/xml", OTHER) END),
				SMS_INFO_READ, "sip:bob@h"},
		{"other XML says nothing", SPAN(MIXED),
				SPAN(PART("application/xml", "<x/>") PART(SMS_TYPE, RP) END),
				SMS_INFO_NONE, NULL},
		{"other parts do not matter", SPAN(MIXED),
				SPAN(PART("text/plain", "x") PART(SMS_TYPE, RP)
								PART("image/png", "x") END),
				SMS_INFO_NONE, NULL},
		{"no end", SPAN(MIXED),
				SPAN("--b\r\nContent-Type: " INFO_TYPE "\r\n\r\n" DOCUMENT
					 "\r\n--b\r\nContent-Type: " SMS_TYPE "\r\n\r\n" RP),
				SMS_INFO_READ, "sip:bob@h"},
		{"no XML", SPAN(MIXED),
				SPAN(PART(INFO_TYPE, "x") PART(SMS_TYPE, RP) END),
				SMS_INFO_BROKEN, NULL},
		{"an empty document", SPAN(MIXED),
				SPAN(PART(INFO_TYPE, "") PART(SMS_TYPE, RP) END),
				SMS_INFO_BROKEN, NULL},
		{"another root", SPAN(MIXED),
				SPAN(PART(INFO_TYPE, "<x><To>sip:bob@h</To></x>")
								PART(SMS_TYPE, RP) END),
				SMS_INFO_BROKEN, NULL},
		{"what is no URI", SPAN(MIXED),
				SPAN(PART(INFO_TYPE,
						"<short-message-info><To>bob</To></short-message-info>")
								PART(SMS_TYPE, RP) END),
				SMS_INFO_BROKEN, NULL},
		{"two documents", SPAN(MIXED),
				SPAN(PART(INFO_TYPE, DOCUMENT) PART(SMS_TYPE, RP)
								PART(INFO_TYPE, OTHER) END),
				SMS_INFO_BROKEN, NULL},
		{"no base64", SPAN(MIXED),
				SPAN(PART(BASE64(INFO_TYPE), DOCUMENT) PART(SMS_TYPE, RP) END),
				SMS_INFO_BROKEN, NULL},
		{"an encoding that nobody knows", SPAN(MIXED),
				SPAN(PART(INFO_TYPE "\r\nContent-Transfer-Encoding: x",
						DOCUMENT) PART(SMS_TYPE, RP) END),
				SMS_INFO_BROKEN, NULL},
};

START_TEST(read_is_what_was_sent)
{
	ck_assert_msg(read_body(bodies[_i].type, bodies[_i].body) == 0, "%s",
			bodies[_i].name);
	is(out.rp, SPAN(RP));
	ck_assert_msg(out.info_state == bodies[_i].state, "%s: %d", bodies[_i].name,
			out.info_state);
	ck_assert_msg(
			(out.info_fault != NULL) == (out.info_state == SMS_INFO_BROKEN),
			"%s: %s", bodies[_i].name, out.info_fault);
	if(bodies[_i].to)
		is(out.info.to, (struct span){bodies[_i].to, strlen(bodies[_i].to)});
	else
		ck_assert_uint_eq(out.info.to.len, 0);
}
END_TEST

static const struct
{
	const char *name;
	struct span type, body;
} refused[] = {
		{"no type", SPAN(""), SPAN(RP)},
		{"another type", SPAN("text/plain"), SPAN(RP)},
		{"the document alone", SPAN(INFO_TYPE), SPAN(DOCUMENT)},
		{"the document alone in parts", SPAN(MIXED),
				SPAN(PART(INFO_TYPE, DOCUMENT) END)},
		{"no parts", SPAN(MIXED), SPAN("")},
		{"no boundary", SPAN("multipart/mixed"), SPAN(PART(SMS_TYPE, RP) END)},
		{"another boundary", SPAN("multipart/mixed;boundary=c"),
				SPAN(PART(SMS_TYPE, RP) END)},
		{"another multipart", SPAN("multipart/related;boundary=b"),
				SPAN(PART(SMS_TYPE, RP) END)},
		{"two short messages", SPAN(MIXED),
				SPAN(PART(SMS_TYPE, RP) PART(SMS_TYPE, RP) END)},
		{"no base64", SPAN(MIXED), SPAN(PART(BASE64(SMS_TYPE), "*") END)},
};

START_TEST(what_is_no_short_message_is_refused)
{
	ck_assert_msg(read_body(refused[_i].type, refused[_i].body) == -1, "%s",
			refused[_i].name);
}
END_TEST

START_TEST(a_document_larger_than_the_buffer_is_broken)
{
	static char body[3 * SMS_BODY_ROOM];
	int len = snprintf(body, sizeof(body),
			PART(INFO_TYPE, "<short-message-info><To>sip:%0*d@h</To>"
							"</short-message-info>") PART(SMS_TYPE, "RP") END,
			2 * SMS_BODY_ROOM, 0);

	ck_assert_int_eq(
			read_body(SPAN(MIXED), (struct span){body, (size_t)len}), 0);
	ck_assert_int_eq(out.info_state, SMS_INFO_BROKEN);
}
END_TEST

/* The example of the standard's annex in our own words. */
START_TEST(written)
{
	char body[512], type[SMS_BODY_TYPE_MAX];
	size_t len;

	ck_assert_int_eq(sms_body_build(body, sizeof(body), &len, type,
							 SPAN(DOCUMENT), SPAN("\x01\x05\x00RP")),
			0);
	ck_assert_str_eq(type, "multipart/mixed;boundary=sms-without-msisdn-0");
	is((struct span){body, len},
			SPAN("--sms-without-msisdn-0\r\n"
				 "Content-Type: application/vnd.3gpp.sms+xml\r\n"
				 "Content-Disposition: "
				 "render;handling=optional\r\n\r\n" DOCUMENT
				 "\r\n--sms-without-msisdn-0\r\n"
				 "Content-Type: application/vnd.3gpp.sms\r\n\r\n"
				 "\x01\x05\x00RP\r\n--sms-without-msisdn-0--\r\n"));
	ck_assert_int_eq(sms_body_build(body, len, &len, type, SPAN(DOCUMENT),
							 SPAN("\x01\x05\x00RP")),
			0);
	ck_assert_int_eq(sms_body_build(body, len - 1, &len, type, SPAN(DOCUMENT),
							 SPAN("\x01\x05\x00RP")),
			-1);
}
END_TEST

START_TEST(what_is_written_is_read)
{
	static const struct span contents[] = {SPAN(RP), SPAN(""), SPAN("\r\n\r\n"),
			SPAN(" \n"), SPAN("--b--"),
			SPAN("\r\n--sms-without-msisdn-0--\r\nsms-without-msisdn-1")};
	char body[512], type[SMS_BODY_TYPE_MAX];
	size_t len;

	ck_assert_int_eq(sms_body_build(body, sizeof(body), &len, type,
							 SPAN(DOCUMENT), contents[_i]),
			0);
	ck_assert_int_eq(read_body((struct span){type, strlen(type)},
							 (struct span){body, len}),
			0);
	is(out.rp, contents[_i]);
	ck_assert_int_eq(out.info_state, SMS_INFO_READ);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("sms_body");
	TCase *tests = tcase_create("sms_body");

	tcase_add_loop_test(tests, read_is_what_was_sent, 0,
			sizeof(bodies) / sizeof(bodies[0]));
	tcase_add_loop_test(tests, what_is_no_short_message_is_refused, 0,
			sizeof(refused) / sizeof(refused[0]));
	tcase_add_test(tests, a_document_larger_than_the_buffer_is_broken);
	tcase_add_test(tests, written);
	tcase_add_loop_test(tests, what_is_written_is_read, 0, 6);
	suite_add_tcase(suite, tests);
	return unit_run(suite);
}
