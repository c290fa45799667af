/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * message/imdn+xml: every notification and status told apart, the forms it is sent in, what is none, its TP-ST, and
 * that what is written is read again.
 */
#include "unit.h"

#include "ims/imdn.h"

#define COUNT(a) ((int)(sizeof(a) / sizeof((a)[0])))

/* A copy of exactly the right size, so that the sanitizer sees a read behind it. */
static struct span exact(const char *text)
{
	size_t len = strlen(text);
	char *s = malloc(len ? len : 1);

	memcpy(s, text, len);
	return (struct span){s, len};
}

static void is_text(const char *what, struct span seen, const char *expected)
{
	ck_assert_msg(seen.len == strlen(expected)
						  && (seen.len == 0
								  || memcmp(seen.s, expected, seen.len) == 0),
			"%s: '%.*s', expected '%s'", what, (int)seen.len, seen.s, expected);
}

#define DECLARATION "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\r\n"
#define OPEN "<imdn xmlns=\"urn:ietf:params:xml:ns:imdn\">"
#define ID "<message-id>7Hq2LkP0</message-id>"
#define DATE "<datetime>2026-11-22T09:41:07+01:00</datetime>"
#define DELIVERY(status)                                   \
	"<delivery-notification><status>" status "</status></" \
	"delivery-notification>"
#define PROCESSING(status)                     \
	"<processing-notification><status>" status \
	"</status></processing-notification>"
#define DISPLAY(status) \
	"<display-notification><status>" status "</status></display-notification>"

static const struct
{
	const char *document;
	enum imdn_notification notification;
	enum imdn_status status;
	int tp_status;
} statuses[] = {
		{OPEN ID DATE DELIVERY("<delivered/>") "</imdn>", IMDN_DELIVERY,
				IMDN_DELIVERED, 0x00},
		{OPEN ID DATE DELIVERY("<failed/>") "</imdn>", IMDN_DELIVERY,
				IMDN_FAILED, 0x45},
		{OPEN ID DATE DELIVERY("<forbidden/>") "</imdn>", IMDN_DELIVERY,
				IMDN_FORBIDDEN, 0x63},
		{OPEN ID DATE DELIVERY("<error/>") "</imdn>", IMDN_DELIVERY, IMDN_ERROR,
				0x41},
		{OPEN ID DATE PROCESSING("<processed/>") "</imdn>", IMDN_PROCESSING,
				IMDN_PROCESSED, -1},
		{OPEN ID DATE PROCESSING("<stored/>") "</imdn>", IMDN_PROCESSING,
				IMDN_STORED, -1},
		{OPEN ID DATE PROCESSING("<forbidden/>") "</imdn>", IMDN_PROCESSING,
				IMDN_FORBIDDEN, -1},
		{OPEN ID DATE DISPLAY("<displayed/>") "</imdn>", IMDN_DISPLAY,
				IMDN_DISPLAYED, -1},
		{OPEN ID DATE DISPLAY("<error/>") "</imdn>", IMDN_DISPLAY, IMDN_ERROR,
				-1},
		{OPEN ID DATE DELIVERY("<lost/>") "</imdn>", IMDN_DELIVERY, IMDN_OTHER,
				-1},
		{OPEN ID DATE DELIVERY("") "</imdn>", IMDN_DELIVERY, IMDN_OTHER, -1},
		{OPEN ID DATE "<delivery-notification/></imdn>", IMDN_DELIVERY,
				IMDN_OTHER, -1},
		/* the forms that it comes in */
		{DECLARATION OPEN
				"\r\n " ID "\r\n " DATE "\r\n <delivery-notification>"
				"\r\n  <status>\r\n   <delivered />\r\n  </status>\r\n"
				" </delivery-notification>\r\n</imdn>\r\n",
				IMDN_DELIVERY, IMDN_DELIVERED, 0x00},
		{"<imdn>" ID DATE DELIVERY("<delivered/>") "</imdn>", IMDN_DELIVERY,
				IMDN_DELIVERED, 0x00},
		{"<i:imdn xmlns:i='urn:x'><i:message-id> 7Hq2LkP0 </i:message-id>"
		 "<i:datetime>2026-11-22T09:41:07+01:00</i:datetime>"
		 "<i:delivery-notification><i:status><i:failed></i:failed></i:status>"
		 "</i:delivery-notification></i:imdn>",
				IMDN_DELIVERY, IMDN_FAILED, 0x45},
		{"<imdn>" DELIVERY("<x/><delivered/>") ID DATE ID "</imdn>",
				IMDN_DELIVERY, IMDN_DELIVERED, 0x00},
		{"<imdn>" ID DATE DELIVERY("<failed/>")
						DISPLAY("<displayed/>") "</imdn>",
				IMDN_DELIVERY, IMDN_FAILED, 0x45},
};

START_TEST(read_status)
{
	struct span in = exact(statuses[_i].document);
	size_t cap = 2 * in.len;
	char *text = malloc(cap);
	struct imdn seen;

	memset(&seen, 0xA5, sizeof(seen));
	ck_assert_int_eq(imdn_parse(&seen, text, cap, in), XMLDOC_OK);
	is_text("message-id", seen.message_id, "7Hq2LkP0");
	is_text("datetime", seen.datetime, "2026-11-22T09:41:07+01:00");
	ck_assert_msg(seen.notification == statuses[_i].notification
						  && seen.status == statuses[_i].status,
			"%s: notification %d, status %s", statuses[_i].document,
			seen.notification, imdn_status_name(seen.status));
	ck_assert_int_eq(imdn_tp_status(&seen), statuses[_i].tp_status);
	free(text);
	free((char *)in.s);
}
END_TEST

static const struct
{
	const char *document;
	enum xmldoc_error error;
} refused[] = {
		{"<imdn>" ID "</imdn>", XMLDOC_UNKNOWN},
		{"<imdn>" DELIVERY("<delivered/>") "</imdn>", XMLDOC_UNKNOWN},
		{"<imdn><message-id> </message-id>" DELIVERY("<delivered/>") "</imdn>",
				XMLDOC_UNKNOWN},
		{"<x>" ID DELIVERY("<delivered/>") "</x>", XMLDOC_UNKNOWN},
		{"<imdn>" ID DELIVERY("<delivered/>"), XMLDOC_MALFORMED},
		{"", XMLDOC_MALFORMED},
		{"delivered", XMLDOC_MALFORMED},
		{"<!DOCTYPE imdn><imdn>" ID DELIVERY("<delivered/>") "</imdn>",
				XMLDOC_DOCTYPE},
};

START_TEST(refuse_document)
{
	struct span in = exact(refused[_i].document);
	char text[512];
	struct imdn seen;

	ck_assert_msg(
			imdn_parse(&seen, text, sizeof(text), in) == refused[_i].error,
			"%s", refused[_i].document);
	free((char *)in.s);
}
END_TEST

START_TEST(read_too_much)
{
	const struct span document =
			SPAN("<imdn>" ID DELIVERY("<delivered/>") "</imdn>");
	char text[8];
	struct imdn seen;

	ck_assert_int_eq(
			imdn_parse(&seen, text, sizeof(text), document), XMLDOC_OK);
	ck_assert_int_eq(imdn_parse(&seen, text, sizeof(text) - 1, document),
			XMLDOC_TOO_BIG);
}
END_TEST

static struct imdn usual(void)
{
	return (struct imdn){
			.notification = IMDN_DELIVERY,
			.status = IMDN_DELIVERED,
			.message_id = SPAN("7Hq2LkP0"),
			.datetime = SPAN("2026-11-22T09:41:07+01:00"),
	};
}

#define WRITTEN "<?xml version=\"1.0\" encoding=\"UTF-8\"?>" OPEN

START_TEST(write_document)
{
	struct imdn in = usual(), seen;
	char out[512], text[512];
	size_t len;

	ck_assert_int_eq(imdn_build(out, sizeof(out), &len, &in), 0);
	is_text("written", (struct span){out, len},
			WRITTEN ID DATE DELIVERY("<delivered/>") "</imdn>");
	in.status = IMDN_FAILED;
	in.datetime.len = 0;
	in.message_id = SPAN("<&>\"'\r\xc3\xa4");
	in.recipient = SPAN("sip:a@h");
	ck_assert_int_eq(imdn_build(out, sizeof(out), &len, &in), 0);
	is_text("escaped", (struct span){out, len},
			WRITTEN
			"<message-id>&lt;&amp;&gt;\"'&#13;\xc3\xa4</message-id>" DELIVERY(
					"<failed/>") "</imdn>");
	in.original_recipient = SPAN("sip:b@h");
	ck_assert_int_eq(imdn_build(out, sizeof(out), &len, &in), 0);
	ck_assert_int_eq(
			imdn_parse(&seen, text, sizeof(text), (struct span){out, len}),
			XMLDOC_OK);
	is_text("message-id", seen.message_id, "<&>\"'\r\xc3\xa4");
	is_text("recipient", seen.recipient, "sip:a@h");
	is_text("original recipient", seen.original_recipient, "sip:b@h");
	ck_assert_int_eq(seen.status, IMDN_FAILED);
}
END_TEST

/* Every status may be written in the notifications that have it, and in no other. */
START_TEST(write_each_status)
{
	static const unsigned in_notifications[] = {
			[IMDN_DELIVERED] = 1,
			[IMDN_FAILED] = 1,
			[IMDN_FORBIDDEN] = 7,
			[IMDN_ERROR] = 7,
			[IMDN_PROCESSED] = 2,
			[IMDN_STORED] = 2,
			[IMDN_DISPLAYED] = 4,
			[IMDN_OTHER] = 0,
	};
	struct imdn in = usual(), seen;
	char out[512], text[512];
	size_t len;

	for(unsigned notification = 0; notification <= 2; notification++)
		for(unsigned status = 0; status <= IMDN_OTHER; status++) {
			bool may = in_notifications[status] >> notification & 1;

			in.notification = (enum imdn_notification)notification;
			in.status = (enum imdn_status)status;
			ck_assert_msg(
					imdn_build(out, sizeof(out), &len, &in) == (may ? 0 : -1),
					"%s in notification %u", imdn_status_name(in.status),
					notification);
			if(!may)
				continue;
			ck_assert_int_eq(imdn_parse(&seen, text, sizeof(text),
									 (struct span){out, len}),
					XMLDOC_OK);
			ck_assert(seen.notification == in.notification
					  && seen.status == in.status);
		}
}
END_TEST

START_TEST(write_nothing)
{
	struct imdn in = usual();
	char out[512];
	size_t len, wanted;

	ck_assert_int_eq(imdn_build(out, sizeof(out), &wanted, &in), 0);
	for(size_t cap = 0; cap < wanted; cap++) {
		char *small = malloc(cap ? cap : 1);

		ck_assert_int_eq(imdn_build(small, cap, &len, &in), -1);
		free(small);
	}
	in.message_id = SPAN("\x01");
	ck_assert_int_eq(imdn_build(out, sizeof(out), &len, &in), -1);
	in.message_id = SPAN("\xff");
	ck_assert_int_eq(imdn_build(out, sizeof(out), &len, &in), -1);
	in.message_id.len = 0;
	ck_assert_int_eq(imdn_build(out, sizeof(out), &len, &in), -1);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("imdn");
	TCase *tests = tcase_create("imdn");

	tcase_add_loop_test(tests, read_status, 0, COUNT(statuses));
	tcase_add_loop_test(tests, refuse_document, 0, COUNT(refused));
	tcase_add_test(tests, read_too_much);
	tcase_add_test(tests, write_document);
	tcase_add_test(tests, write_each_status);
	tcase_add_test(tests, write_nothing);
	suite_add_tcase(suite, tests);
	return unit_run(suite);
}
