/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A hub's MESSAGE: texts in every charset and wrapping, TPDUs, notifications in every form, and each thing that is refused
 * with its reason.
 */
#include "unit.h"

#include "ims/hub_message.h"

#define COUNT(a) ((int)(sizeof(a) / sizeof((a)[0])))
#define BODY_MAX 4096

static struct hub_meta meta;
static struct hub_message seen;
static char *body, *buffer;

static void start(void)
{
	hub_meta_init(&meta);
	body = buffer = NULL;
}

static void end(void)
{
	free(body);
	free(buffer);
}

/* With copies of exactly the right size, so that the sanitizer sees a read or write behind them. */
static enum hub_message_error read_message(const char *type, struct span in)
{
	size_t cap = HUB_MESSAGE_ROOM(in.len);

	end();
	body = malloc(in.len ? in.len : 1);
	buffer = malloc(cap);
	memcpy(body, in.s, in.len);
	memset(&seen, 0xA5, sizeof(seen));
	return hub_message_read(&seen, buffer, cap, &meta,
			(struct span){type, strlen(type)}, (struct span){body, in.len});
}

static void is_text(const char *what, struct span text, struct span expected)
{
	ck_assert_msg(text.len == expected.len
						  && (text.len == 0
								  || memcmp(text.s, expected.s, text.len) == 0),
			"%s: '%.*s', expected '%.*s'", what, (int)text.len, text.s,
			(int)expected.len, expected.s);
}

/* --- text ---------------------------------------------------------------------------- */

#define UTF8 "text/plain;charset=UTF-8"
#define SMS "application/vnd.3gpp.sms"
#define INFO "application/vnd.3gpp.sms+xml"
#define IMDN "message/imdn+xml"
#define MIXED "multipart/mixed;boundary=b"
#define OPEN "--b\r\nContent-Type: "
#define NEXT "\r\n" OPEN
#define CLOSE "\r\n--b--\r\n"

static const struct
{
	const char *type;
	struct span body, text;
} texts[] = {
		{UTF8, SPAN("Hello"), SPAN("Hello")},
		{"text/plain", SPAN("\xc3\xa4\r\n"), SPAN("\xc3\xa4\r\n")},
		{"", SPAN("Hello"), SPAN("Hello")},
		{"", SPAN(""), SPAN("")},
		{UTF8, SPAN(""), SPAN("")},
		{"TEXT/Plain ; Charset=\"utf8\"", SPAN("\xf0\x9f\x98\x80"),
				SPAN("\xf0\x9f\x98\x80")},
		{UTF8, SPAN("\xef\xbb\xbfHi"), SPAN("Hi")},
		{UTF8, SPAN("Hi\xef\xbb\xbf"), SPAN("Hi\xef\xbb\xbf")},
		{"text/plain;charset=us-ascii", SPAN("Hello\x7f"), SPAN("Hello\x7f")},
		{"text/plain;charset=ISO-8859-1",
				SPAN("\xe4\x80\xff"
					 "a"),
				SPAN("\xc3\xa4\xc2\x80\xc3\xbf"
					 "a")},
		{"text/plain;charset=latin1", SPAN("\xa3"), SPAN("\xc2\xa3")},
		{"text/plain;format=flowed;charset=utf-8", SPAN("x"), SPAN("x")},
		/* inside something */
		{"message/cpim",
				SPAN("From: <sip:a@h>\r\n\r\nContent-Type: text/plain"
					 "\r\n\r\nHello"),
				SPAN("Hello")},
		{"message/cpim", SPAN("\r\n\r\n"), SPAN("")},
		{"message/cpim",
				SPAN("\r\nContent-Type: text/plain;charset=latin1\r\n"
					 "Content-Transfer-Encoding: base64\r\n\r\n5A=="),
				SPAN("\xc3\xa4")},
		{"message/cpim",
				SPAN("\r\nContent-Type: text/plain\r\n"
					 "Content-Transfer-Encoding: quoted-printable\r\n\r\n"
					 "=C3=A4"),
				SPAN("\xc3\xa4")},
		{MIXED, SPAN(OPEN UTF8 "\r\n\r\nHello" CLOSE), SPAN("Hello")},
		{MIXED, SPAN("--b\r\n\r\nHello" CLOSE), SPAN("Hello")},
		{MIXED,
				SPAN(OPEN "message/cpim\r\n\r\nTo: <sip:a@h>\r\n\r\n"
						  "Content-Type: text/plain\r\n\r\nHello" CLOSE),
				SPAN("Hello")},
};

START_TEST(text)
{
	enum hub_message_error error = read_message(texts[_i].type, texts[_i].body);

	ck_assert_msg(
			error == HUB_MESSAGE_OK, "%s: %s", texts[_i].type, seen.reason);
	ck_assert_int_eq(seen.kind, HUB_MESSAGE_TEXT);
	is_text("text", seen.text, texts[_i].text);
	ck_assert(!seen.has_info && !seen.wants_delivered && !seen.wants_failed);
	ck_assert_uint_eq(seen.message_id.len, 0);
	ck_assert_int_eq(seen.tp_status, -1);
}
END_TEST

START_TEST(text_of_no_memory)
{
	ck_assert_int_eq(hub_message_read(&seen, NULL, 0, &meta,
							 (struct span){NULL, 0}, (struct span){NULL, 0}),
			HUB_MESSAGE_OK);
	ck_assert_int_eq(seen.kind, HUB_MESSAGE_TEXT);
	ck_assert_uint_eq(seen.text.len, 0);
}
END_TEST

#define CPIM                                                           \
	"From: \"A\" <sip:+12025550123@hub>\r\nTo: <sip:alice@h>\r\n"      \
	"DateTime: 2026-11-22T09:41:07+01:00\r\n"                          \
	"NS: imdn <urn:ietf:params:imdn>\r\nimdn.Message-ID: 7Hq2LkP0\r\n" \
	"imdn.Disposition-Notification: negative-delivery\r\n\r\n"

START_TEST(text_in_cpim)
{
	ck_assert_int_eq(read_message("message/cpim", SPAN(CPIM "\r\nHello")),
			HUB_MESSAGE_OK);
	is_text("text", seen.text, SPAN("Hello"));
	is_text("From", seen.from, SPAN("sip:+12025550123@hub"));
	is_text("To", seen.to, SPAN("sip:alice@h"));
	is_text("DateTime", seen.datetime, SPAN("2026-11-22T09:41:07+01:00"));
	is_text("Message-ID", seen.message_id, SPAN("7Hq2LkP0"));
	ck_assert(!seen.wants_delivered && seen.wants_failed);
}
END_TEST

START_TEST(wishes_by_header)
{
	meta.wants_delivery = true;
	meta.message_id = SPAN("from-header");
	ck_assert_int_eq(read_message(UTF8, SPAN("Hello")), HUB_MESSAGE_OK);
	ck_assert(seen.wants_delivered && seen.wants_failed);
	is_text("Message-ID", seen.message_id, SPAN("from-header"));
	ck_assert_int_eq(read_message("message/cpim", SPAN(CPIM "\r\nHello")),
			HUB_MESSAGE_OK);
	ck_assert(seen.wants_delivered && seen.wants_failed);
	is_text("Message-ID", seen.message_id, SPAN("7Hq2LkP0"));
}
END_TEST

/* --- TPDUs ----------------------------------------------------------------------------- */

#define DELIVER                                                      \
	"017C07912120550501F0001E040B912120550591F90000621122901470400C" \
	"31186853066D78EFF5C607"
#define STATUS_REPORT                                                          \
	"018107912120550501F00019062A0B912120550521F36211229014704062112290140340" \
	"00"

static struct span octets_of(uint8_t *out, const char *hex)
{
	return (struct span){(char *)out, unit_hex(out, BODY_MAX, hex)};
}

static const struct
{
	const char *hex;
	enum tp_type type;
	size_t at, len; /* of the TPDU */
} tpdus[] = {
		{DELIVER, TP_DELIVER, 12, 30},
		{STATUS_REPORT, TP_STATUS_REPORT, 12, 25},
		{"017C0281F100"
		 "0E"
		 "040081000062112290147040"
		 "0161",
				TP_DELIVER, 7, 14},
};

START_TEST(opaque)
{
	uint8_t octets[BODY_MAX];
	struct span rp = octets_of(octets, tpdus[_i].hex);
	enum hub_message_error error = read_message(SMS, rp);

	ck_assert_msg(
			error == HUB_MESSAGE_OK, "%s: %s", tpdus[_i].hex, seen.reason);
	ck_assert_int_eq(seen.kind, HUB_MESSAGE_OPAQUE);
	ck_assert_int_eq(seen.tp_type, tpdus[_i].type);
	is_text("TPDU", seen.tpdu,
			(struct span){rp.s + tpdus[_i].at, tpdus[_i].len});
}
END_TEST

static const struct
{
	const char *what, *hex;
} broken_tpdus[] = {
		{"nothing", ""},
		{"one octet", "01"},
		{"from a phone", "002A0007912120550501F013352A0B912120550521F30000A705"
						 "C8329BFD06"},
		{"RP-ACK", "032A4109010062112290147040"},
		{"RP-ERROR", "052A0115"},
		{"RP-SMMA", "062B"},
		{"no TPDU", "017C07912120550501F00000"},
		{"a TPDU of the other direction", "017C0281F100021102"},
		{"a TPDU cut short", "017C0281F100"
							 "05"
							 "040B912120"},
		{"RP-UD cut short", "017C0281F100"
							"0E"
							"0400810000621122901470"},
};

START_TEST(broken_tpdu)
{
	uint8_t octets[BODY_MAX];

	ck_assert_msg(read_message(SMS, octets_of(octets, broken_tpdus[_i].hex))
						  == HUB_MESSAGE_MALFORMED,
			"%s", broken_tpdus[_i].what);
	ck_assert_ptr_nonnull(seen.reason);
}
END_TEST

/* Octets behind TP-UD are kept, but not more than a TPDU may have. */
START_TEST(long_tpdu)
{
	char rp[7 + TP_MAX_OCTETS + 1] = {
			0x01, 0x7C, 0x02, (char)0x81, (char)0xF1, 0x00, 0x00, 0x04};

	rp[6] = (char)TP_MAX_OCTETS;
	ck_assert_int_eq(read_message(SMS, (struct span){rp, sizeof(rp) - 1}),
			HUB_MESSAGE_OK);
	ck_assert_uint_eq(seen.tpdu.len, TP_MAX_OCTETS);
	rp[6] = (char)(TP_MAX_OCTETS + 1);
	ck_assert_int_eq(read_message(SMS, (struct span){rp, sizeof(rp)}),
			HUB_MESSAGE_MALFORMED);
}
END_TEST

/* --- SMS without MSISDN -------------------------------------------------------------------- */

#define DOCUMENT                           \
	"<short-message-info><To>sip:a@h</To>" \
	"<From>sip:b@h</From></short-message-info>"
#define INFO_PART OPEN INFO "\r\n\r\n" DOCUMENT

START_TEST(text_with_info)
{
	ck_assert_int_eq(
			read_message(MIXED, SPAN(INFO_PART NEXT UTF8 "\r\n\r\nHi" CLOSE)),
			HUB_MESSAGE_OK);
	ck_assert_int_eq(seen.kind, HUB_MESSAGE_TEXT);
	is_text("text", seen.text, SPAN("Hi"));
	ck_assert(seen.has_info);
	is_text("To", seen.info.to, SPAN("sip:a@h"));
	is_text("From", seen.info.from, SPAN("sip:b@h"));
	is_text("document", seen.document, SPAN(DOCUMENT));
}
END_TEST

static const struct
{
	struct span header, octets;
} encodings[] = {
		{SPAN(""), SPAN("\x01\x7c\x02\x81\xf1\0\x0e\x04\x02\x81\x21\0\0\x62\x11"
						"\x22\x90\x14\x70\x40\0")},
		{SPAN("Content-Transfer-Encoding: binary\r\n"),
				SPAN("\x01\x7c\x02\x81\xf1\0\x0e\x04\x02\x81\x21\0\0\x62\x11"
					 "\x22\x90\x14\x70\x40\0")},
		{SPAN("Content-Transfer-Encoding: BASE64\r\n"),
				SPAN("AXwCgfEADgQCgSEAAGIRIpAUcEAA")},
};

/* Copy a piece of a body to *at and move that behind it. */
static void put(char **at, struct span piece)
{
	memcpy(*at, piece.s, piece.len);
	*at += piece.len;
}

START_TEST(opaque_with_info)
{
	char whole[BODY_MAX], *at = whole;

	put(&at, SPAN(INFO_PART NEXT SMS "\r\n"));
	put(&at, encodings[_i].header);
	put(&at, SPAN("\r\n"));
	put(&at, encodings[_i].octets);
	put(&at, SPAN(CLOSE));
	ck_assert_int_eq(
			read_message(MIXED, (struct span){whole, (size_t)(at - whole)}),
			HUB_MESSAGE_OK);
	ck_assert_int_eq(seen.kind, HUB_MESSAGE_OPAQUE);
	is_text("TPDU", seen.tpdu, span_skip(encodings[0].octets, 7));
	ck_assert(seen.has_info);
	is_text("To", seen.info.to, SPAN("sip:a@h"));
}
END_TEST

/* --- notifications ---------------------------------------------------------------------------- */

#define NEWS(status)                                           \
	"<imdn><message-id>7Hq</message-id><datetime>x</datetime>" \
	"<delivery-notification><status><" status "/></status>"    \
	"</delivery-notification></imdn>"
#define DISPLAYED                                                      \
	"<imdn><message-id>7Hq</message-id><display-notification><status>" \
	"<displayed/></status></display-notification></imdn>"

static const struct
{
	const char *type;
	struct span body;
	enum imdn_notification notification;
	int tp_status;
} news[] = {
		{IMDN, SPAN(NEWS("delivered")), IMDN_DELIVERY, 0x00},
		{IMDN, SPAN(NEWS("failed")), IMDN_DELIVERY, 0x45},
		{IMDN, SPAN(DISPLAYED), IMDN_DISPLAY, -1},
		{"message/cpim",
				SPAN(CPIM "Content-Type: " IMDN "\r\nContent-Disposition: "
						  "notification\r\n\r\n" NEWS("forbidden")),
				IMDN_DELIVERY, 0x63},
		{"message/cpim",
				SPAN("\r\nContent-Type: " IMDN "\r\nContent-Transfer-Encoding: "
					 "base64\r\n\r\nPGltZG4+PG1lc3NhZ2UtaWQ+"
					 "N0hxPC9tZXNzYWdlLWlk"
					 "PjxkZWxpdmVyeS1ub3RpZmljYXRpb24vPjwvaW1kbj4="),
				IMDN_DELIVERY, -1},
		{MIXED, SPAN(OPEN IMDN "\r\n\r\n" NEWS("error") CLOSE), IMDN_DELIVERY,
				0x41},
};

START_TEST(notification)
{
	enum hub_message_error error = read_message(news[_i].type, news[_i].body);

	ck_assert_msg(error == HUB_MESSAGE_OK, "%.*s: %s", (int)news[_i].body.len,
			news[_i].body.s, seen.reason);
	ck_assert_int_eq(seen.kind, HUB_MESSAGE_NOTIFICATION);
	ck_assert_int_eq(seen.notification, news[_i].notification);
	ck_assert_int_eq(seen.tp_status, news[_i].tp_status);
	is_text("message-id", seen.notified, SPAN("7Hq"));
}
END_TEST

START_TEST(notification_by_header)
{
	meta.has_status = true;
	meta.status = 0x46;
	ck_assert_int_eq(read_message("", SPAN("")), HUB_MESSAGE_OK);
	ck_assert_uint_eq(seen.notified.len, 0);
	meta.message_id = SPAN("7Hq");
	ck_assert_int_eq(read_message("image/png", SPAN("\xff")), HUB_MESSAGE_OK);
	ck_assert_int_eq(seen.kind, HUB_MESSAGE_NOTIFICATION);
	ck_assert_int_eq(seen.notification, IMDN_DELIVERY);
	ck_assert_int_eq(seen.tp_status, 0x46);
	is_text("message-id", seen.notified, SPAN("7Hq"));
}
END_TEST

/* --- what is refused --------------------------------------------------------------------------- */

static const struct
{
	const char *type;
	struct span body;
	enum hub_message_error error;
} refused[] = {
		{"text/html", SPAN("x"), HUB_MESSAGE_UNSUPPORTED},
		{"text", SPAN("x"), HUB_MESSAGE_UNSUPPORTED},
		{"image/png", SPAN(""), HUB_MESSAGE_UNSUPPORTED},
		{INFO, SPAN(DOCUMENT), HUB_MESSAGE_UNSUPPORTED},
		{"text/plain;charset=utf-16", SPAN("x"), HUB_MESSAGE_UNSUPPORTED},
		{"text/plain;charset=iso-8859-15", SPAN("x"), HUB_MESSAGE_UNSUPPORTED},
		{UTF8, SPAN("\xe4"), HUB_MESSAGE_BAD_TEXT},
		{UTF8, SPAN("\xc0\x80"), HUB_MESSAGE_BAD_TEXT},
		{UTF8, SPAN("\xed\xa0\x80"), HUB_MESSAGE_BAD_TEXT},
		{UTF8, SPAN("a\xf0\x9f\x98"), HUB_MESSAGE_BAD_TEXT},
		{UTF8, SPAN("Hello\0"), HUB_MESSAGE_BAD_TEXT},
		{"text/plain;charset=latin1", SPAN("\0"), HUB_MESSAGE_BAD_TEXT},
		{"text/plain;charset=us-ascii", SPAN("\x80"), HUB_MESSAGE_BAD_TEXT},
		{IMDN, SPAN("<imdn/>"), HUB_MESSAGE_MALFORMED},
		{IMDN, SPAN(""), HUB_MESSAGE_MALFORMED},
		{"message/cpim", SPAN("Hello"), HUB_MESSAGE_MALFORMED},
		{"message/cpim", SPAN("\r\nContent-Type: text/html\r\n\r\nx"),
				HUB_MESSAGE_UNSUPPORTED},
		{"message/cpim", SPAN("\r\nContent-Type: message/cpim\r\n\r\n\r\n\r\n"),
				HUB_MESSAGE_UNSUPPORTED},
		{"message/cpim", SPAN("\r\nContent-Type: " MIXED "\r\n\r\n--b--"),
				HUB_MESSAGE_UNSUPPORTED},
		{"message/cpim", SPAN("\r\nContent-Transfer-Encoding: base64\r\n\r\n!"),
				HUB_MESSAGE_MALFORMED},
		{"message/cpim",
				SPAN("\r\nContent-Transfer-Encoding: x-new\r\n\r\nHello"),
				HUB_MESSAGE_MALFORMED},
		{MIXED, SPAN(""), HUB_MESSAGE_MALFORMED},
		{"multipart/mixed", SPAN(OPEN UTF8 "\r\n\r\nHi" CLOSE),
				HUB_MESSAGE_MALFORMED},
		{MIXED, SPAN(INFO_PART CLOSE), HUB_MESSAGE_MALFORMED},
		{MIXED, SPAN(OPEN INFO "\r\n\r\n<x/>" NEXT UTF8 "\r\n\r\nHi" CLOSE),
				HUB_MESSAGE_MALFORMED},
		{MIXED, SPAN(OPEN UTF8 "\r\n\r\nHi" NEXT UTF8 "\r\n\r\nHo" CLOSE),
				HUB_MESSAGE_UNSUPPORTED},
		{MIXED,
				SPAN(INFO_PART NEXT INFO "\r\n\r\n" DOCUMENT NEXT UTF8
										 "\r\n\r\nHi" CLOSE),
				HUB_MESSAGE_UNSUPPORTED},
		{MIXED, SPAN(OPEN UTF8 "\r\n\r\nHi" NEXT "image/png\r\n\r\nx" CLOSE),
				HUB_MESSAGE_UNSUPPORTED},
		{MIXED, SPAN(OPEN "image/png\r\n\r\nx" CLOSE), HUB_MESSAGE_UNSUPPORTED},
		{MIXED, SPAN(OPEN MIXED "\r\n\r\n" CLOSE), HUB_MESSAGE_UNSUPPORTED},
};

START_TEST(refuse_message)
{
	enum hub_message_error error =
			read_message(refused[_i].type, refused[_i].body);

	ck_assert_msg(error == refused[_i].error, "%s '%.*s': %d", refused[_i].type,
			(int)refused[_i].body.len, refused[_i].body.s, error);
	ck_assert_ptr_nonnull(seen.reason);
}
END_TEST

START_TEST(refuse_8bit_text)
{
	uint8_t octets[BODY_MAX];

	meta.is_8bit = true;
	ck_assert_int_eq(
			read_message(UTF8, SPAN("Hello")), HUB_MESSAGE_UNSUPPORTED);
	ck_assert_int_eq(
			read_message(SMS, octets_of(octets, DELIVER)), HUB_MESSAGE_OK);
}
END_TEST

/* A buffer of any size: a result or a refusal, and never more than it holds. */
START_TEST(small_buffer)
{
	static const struct
	{
		const char *type;
		struct span body;
	} bodies[] = {
			{"text/plain;charset=latin1", SPAN("\xe4\xe4\xe4")},
			{IMDN, SPAN(NEWS("delivered"))},
			{MIXED, SPAN(INFO_PART NEXT UTF8 "\r\nContent-Transfer-Encoding: "
											 "base64\r\n\r\nSGk=" CLOSE)},
	};

	for(int i = 0; i < COUNT(bodies); i++) {
		size_t room = HUB_MESSAGE_ROOM(bodies[i].body.len), cap;
		enum hub_message_error error = HUB_MESSAGE_NO_ROOM;

		for(cap = 0; cap <= room && error == HUB_MESSAGE_NO_ROOM; cap++) {
			char *small = malloc(cap ? cap : 1);

			error = hub_message_read(&seen, small, cap, &meta,
					(struct span){bodies[i].type, strlen(bodies[i].type)},
					bodies[i].body);
			free(small);
		}
		ck_assert_msg(error == HUB_MESSAGE_OK && cap > 1, "%s: %d with %zu",
				bodies[i].type, error, cap);
	}
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("hub_message");
	TCase *tests = tcase_create("hub_message");

	tcase_add_checked_fixture(tests, start, end);
	tcase_add_loop_test(tests, text, 0, COUNT(texts));
	tcase_add_test(tests, text_of_no_memory);
	tcase_add_test(tests, text_in_cpim);
	tcase_add_test(tests, wishes_by_header);
	tcase_add_loop_test(tests, opaque, 0, COUNT(tpdus));
	tcase_add_loop_test(tests, broken_tpdu, 0, COUNT(broken_tpdus));
	tcase_add_test(tests, long_tpdu);
	tcase_add_test(tests, text_with_info);
	tcase_add_loop_test(tests, opaque_with_info, 0, COUNT(encodings));
	tcase_add_loop_test(tests, notification, 0, COUNT(news));
	tcase_add_test(tests, notification_by_header);
	tcase_add_loop_test(tests, refuse_message, 0, COUNT(refused));
	tcase_add_test(tests, refuse_8bit_text);
	tcase_add_test(tests, small_buffer);
	suite_add_tcase(suite, tests);
	return unit_run(suite);
}
