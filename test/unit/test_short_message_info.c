/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * application/vnd.3gpp.sms+xml: its elements, each at most once and one at least, outcomes known and unknown, and that what
 * is written is read again.
 */
#include "unit.h"

#include "ims/short_message_info.h"

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

#define OPEN "<short-message-info>"
#define CLOSE "</short-message-info>"
#define OUTCOME(text) "<Delivery-Outcome>" text "</Delivery-Outcome>"

static const struct
{
	const char *document, *to, *from, *sender, *receiver, *hlr_id;
	bool has_correlation;
	enum delivery_outcome delivery;
} documents[] = {
		{OPEN "<To>sip:a@h</To><From>sip:b@h</From>" CLOSE, "sip:a@h",
				"sip:b@h", "", "", "", false, OUTCOME_NONE},
		{"<?xml version='1.0'?>\r\n<short-message-info xmlns='urn:x'>\r\n"
		 " <From>\r\n sip:b@h </From>\r\n</short-message-info>\r\n",
				"", "sip:b@h", "", "", "", false, OUTCOME_NONE},
		{"<s:short-message-info xmlns:s='urn:y'><s:To>sips:a@h;x=1</s:To>"
		 "</s:short-message-info>",
				"sips:a@h;x=1", "", "", "", "", false, OUTCOME_NONE},
		{OPEN "<Correlation-ID><Sender>sip:b@h</Sender>"
			  "<Receiver>sip:a@h</Receiver><HLR-ID>hlr &amp; 1</HLR-ID>"
			  "</Correlation-ID>" CLOSE,
				"", "", "sip:b@h", "sip:a@h", "hlr & 1", true, OUTCOME_NONE},
		{OPEN "<Correlation-ID/>" CLOSE, "", "", "", "", "", true,
				OUTCOME_NONE},
		{OPEN OUTCOME("SuccessfullTransfer") CLOSE, "", "", "", "", "", false,
				OUTCOME_SUCCESS},
		{OPEN OUTCOME("SuccessfulTransfer") CLOSE, "", "", "", "", "", false,
				OUTCOME_SUCCESS},
		{OPEN OUTCOME(" AbsentSubscriber ") CLOSE, "", "", "", "", "", false,
				OUTCOME_ABSENT_SUBSCRIBER},
		{OPEN OUTCOME("Anything") CLOSE, "", "", "", "", "", false,
				OUTCOME_OTHER_FAILURE},
		{OPEN OUTCOME("") CLOSE, "", "", "", "", "", false,
				OUTCOME_OTHER_FAILURE},
		/* elements of somebody else */
		{OPEN "<x><To>sip:x@h</To></x><To>tel:+1202</To><x/>" CLOSE,
				"tel:+1202", "", "", "", "", false, OUTCOME_NONE},
};

START_TEST(read_document)
{
	struct span in = exact(documents[_i].document);
	size_t cap = 2 * in.len;
	char *text = malloc(cap);
	struct short_message_info seen;

	memset(&seen, 0xA5, sizeof(seen));
	ck_assert_msg(short_message_info_parse(&seen, text, cap, in) == XMLDOC_OK,
			"%s", documents[_i].document);
	is_text("To", seen.to, documents[_i].to);
	is_text("From", seen.from, documents[_i].from);
	is_text("Sender", seen.sender, documents[_i].sender);
	is_text("Receiver", seen.receiver, documents[_i].receiver);
	is_text("HLR-ID", seen.hlr_id, documents[_i].hlr_id);
	ck_assert(seen.has_correlation == documents[_i].has_correlation);
	ck_assert_int_eq(seen.delivery, documents[_i].delivery);
	free(text);
	free((char *)in.s);
}
END_TEST

static const struct
{
	const char *document;
	enum xmldoc_error error;
} refused[] = {
		{OPEN CLOSE, XMLDOC_UNKNOWN},
		{OPEN "<x/>" CLOSE, XMLDOC_UNKNOWN},
		{"<To>sip:a@h</To>", XMLDOC_UNKNOWN},
		{OPEN "<To>sip:a@h</To><To>sip:a@h</To>" CLOSE, XMLDOC_UNKNOWN},
		{OPEN OUTCOME("a") OUTCOME("a") CLOSE, XMLDOC_UNKNOWN},
		{OPEN "<Correlation-ID/><Correlation-ID/>" CLOSE, XMLDOC_UNKNOWN},
		{OPEN "<Correlation-ID><HLR-ID>1</HLR-ID><HLR-ID>1</HLR-ID>"
			  "</Correlation-ID>" CLOSE,
				XMLDOC_UNKNOWN},
		{OPEN "<To>alice</To>" CLOSE, XMLDOC_UNKNOWN},
		{OPEN "<To>sip:a@h&lt;</To>" CLOSE, XMLDOC_UNKNOWN},
		{OPEN "<To>sip:a@h&#13;&#10;X: y</To>" CLOSE, XMLDOC_UNKNOWN},
		{OPEN "<From/>" CLOSE, XMLDOC_UNKNOWN},
		{OPEN "<Correlation-ID><Sender>b</Sender></Correlation-ID>" CLOSE,
				XMLDOC_UNKNOWN},
		{OPEN, XMLDOC_MALFORMED},
		{"", XMLDOC_MALFORMED},
};

START_TEST(refuse_document)
{
	struct span in = exact(refused[_i].document);
	char text[256];
	struct short_message_info seen;

	ck_assert_msg(short_message_info_parse(&seen, text, sizeof(text), in)
						  == refused[_i].error,
			"%s", refused[_i].document);
	free((char *)in.s);
}
END_TEST

START_TEST(read_too_much)
{
	const struct span document = SPAN(OPEN "<To>sip:a@h</To>" CLOSE);
	char text[7];
	struct short_message_info seen;

	ck_assert_int_eq(
			short_message_info_parse(&seen, text, sizeof(text), document),
			XMLDOC_OK);
	ck_assert_int_eq(
			short_message_info_parse(&seen, text, sizeof(text) - 1, document),
			XMLDOC_TOO_BIG);
}
END_TEST

START_TEST(write_document)
{
	struct short_message_info seen,
			in = {.to = SPAN("sip:a@h"), .from = SPAN("sip:b@h?x=1&y=2")};
	char out[512], text[512];
	size_t len, wanted;

	ck_assert_int_eq(
			short_message_info_build(out, sizeof(out), &wanted, &in), 0);
	is_text("written", (struct span){out, wanted},
			"<?xml version=\"1.0\" encoding=\"UTF-8\"?>" OPEN
			"<To>sip:a@h</To><From>sip:b@h?x=1&amp;y=2</From>" CLOSE);
	for(size_t cap = 0; cap < wanted; cap++) {
		char *small = malloc(cap ? cap : 1);

		ck_assert_int_eq(short_message_info_build(small, cap, &len, &in), -1);
		free(small);
	}
	in.has_correlation = true;
	in.sender = SPAN("sip:b@h");
	in.receiver = SPAN("sip:a@h");
	in.hlr_id = SPAN("hlr<1>");
	in.outcome = SPAN("AbsentSubscriber");
	ck_assert_int_eq(short_message_info_build(out, sizeof(out), &len, &in), 0);
	ck_assert_int_eq(short_message_info_parse(&seen, text, sizeof(text),
							 (struct span){out, len}),
			XMLDOC_OK);
	is_text("From", seen.from, "sip:b@h?x=1&y=2");
	is_text("Receiver", seen.receiver, "sip:a@h");
	is_text("HLR-ID", seen.hlr_id, "hlr<1>");
	is_text("outcome", seen.outcome, "AbsentSubscriber");
	ck_assert_int_eq(seen.delivery, OUTCOME_ABSENT_SUBSCRIBER);
}
END_TEST

START_TEST(write_nothing)
{
	struct short_message_info in = {.delivery = OUTCOME_SUCCESS};
	char out[512];
	size_t len;

	ck_assert_int_eq(short_message_info_build(out, sizeof(out), &len, &in), -1);
	in.to = SPAN("sip:\x80@h");
	ck_assert_int_eq(short_message_info_build(out, sizeof(out), &len, &in), -1);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("short_message_info");
	TCase *tests = tcase_create("short_message_info");

	tcase_add_loop_test(tests, read_document, 0, COUNT(documents));
	tcase_add_loop_test(tests, refuse_document, 0, COUNT(refused));
	tcase_add_test(tests, read_too_much);
	tcase_add_test(tests, write_document);
	tcase_add_test(tests, write_nothing);
	suite_add_tcase(suite, tests);
	return unit_run(suite);
}
