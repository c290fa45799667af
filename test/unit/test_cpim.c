/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * message/cpim: its headers in the forms that are sent, what is inside, what is no such message, and that what is written
 * is read again.
 */
#include "unit.h"

#include "ims/cpim.h"

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

#define USUAL                                       \
	"From: <sip:+12025550101@ims.home.example>\r\n" \
	"To: \"Hub, the\" <sip:+12025550123@hub.example>\r\n"
#define DATE "2026-11-22T09:41:07+01:00"
#define FROM "sip:+12025550101@ims.home.example"
#define TO "sip:+12025550123@hub.example"
#define NS "NS: imdn <urn:ietf:params:imdn>\r\n"
#define PLAIN "Content-Type: text/plain;charset=UTF-8\r\n\r\n"

static const struct
{
	const char *body, *from, *to, *datetime, *message_id;
	unsigned disposition;
	const char *type, *content;
} messages[] = {
		{USUAL "DateTime: " DATE "\r\n" NS "imdn.Message-ID: 7Hq2LkP0\r\n"
			   "imdn.Disposition-Notification: positive-delivery, "
			   "negative-delivery\r\n\r\n" PLAIN "Hello",
				FROM, TO, DATE, "7Hq2LkP0",
				CPIM_POSITIVE_DELIVERY | CPIM_NEGATIVE_DELIVERY,
				"text/plain;charset=UTF-8", "Hello"},
		/* no header at all, and none of the content */
		{"\r\n\r\nHello", "", "", "", "", 0, "", "Hello"},
		{"\n\nHello", "", "", "", "", 0, "", "Hello"},
		{USUAL "\r\n" PLAIN, FROM, TO, "", "", 0, "text/plain;charset=UTF-8",
				""},
		/* LF alone, no blank behind the colon, any case, bare URIs */
		{"from:" FROM "\nTO: " TO "\n\ncontent-type:text/plain\n\na\n\nb", FROM,
				TO, "", "", 0, "text/plain", "a\n\nb"},
		/* the prefix of IMDN is what NS says */
		{"NS: MyFeatures <mid:a@b>\r\nNS: x <urn:ietf:params:imdn>\r\n"
		 "x.Message-ID: 1\r\nMyFeatures.Message-ID: 2\r\nimdn.Message-ID: "
		 "3\r\n\r\n\r\n",
				"", "", "", "1", 0, "", ""},
		{"x.Message-ID: 1\r\nNS: x <urn:ietf:params:imdn>\r\n\r\n\r\n", "", "",
				"", "1", 0, "", ""},
		{"NS: <urn:ietf:params:imdn>\r\nMessage-ID: 1\r\n\r\n\r\n", "", "", "",
				"1", 0, "", ""},
		{"NS: x <urn:y>\r\nimdn.Message-ID: 1\r\n\r\n\r\n", "", "", "", "1", 0,
				"", ""},
		{"Message-ID: 1\r\nimdnx.Message-ID: 2\r\nimdn: 3\r\nimdn.: 4\r\n\r\n"
		 "\r\n",
				"", "", "", "", 0, "", ""},
		{"imdn.Disposition-Notification: Display,,processing , nothing\r\n\r\n"
		 "\r\n",
				"", "", "", "", CPIM_DISPLAY | CPIM_PROCESSING, "", ""},
		/* parameters of a header, two receivers, folded lines */
		{"imdn.Message-ID:;x=y 7H\r\nTo: <" TO ">\r\nTo: <sip:other@h>\r\n\r\n"
		 "\r\n",
				"", TO, "", "7H", 0, "", ""},
		{"imdn.Message-ID:\r\n 7H\r\nFrom:\r\n\t<" FROM ">\r\n\r\n\r\n", FROM,
				"", "", "7H", 0, "", ""},
};

START_TEST(read_message)
{
	struct span in = exact(messages[_i].body);
	struct cpim seen;

	memset(&seen, 0xA5, sizeof(seen));
	ck_assert_int_eq(cpim_parse(&seen, in), 0);
	is_text("From", seen.from, messages[_i].from);
	is_text("To", seen.to, messages[_i].to);
	is_text("DateTime", seen.datetime, messages[_i].datetime);
	is_text("Message-ID", seen.message_id, messages[_i].message_id);
	ck_assert_uint_eq(seen.disposition, messages[_i].disposition);
	is_text("type", seen.content.content_type, messages[_i].type);
	is_text("content", seen.content.body, messages[_i].content);
	free((char *)in.s);
}
END_TEST

START_TEST(encoded_content)
{
	struct cpim seen;

	ck_assert_int_eq(
			cpim_parse(&seen, SPAN("\r\nContent-Transfer-Encoding: base64\r\n"
								   "\r\nSGVsbG8=")),
			0);
	ck_assert_int_eq(seen.content.encoding, MIME_BASE64);
	is_text("content", seen.content.body, "SGVsbG8=");
}
END_TEST

static const char *const broken[] = {
		"", "From: <sip:a@h>", USUAL, "Hello", "From: x\r\nTo: y\r\n "};

START_TEST(no_content)
{
	struct span in = exact(broken[_i]);
	struct cpim seen;

	ck_assert_msg(cpim_parse(&seen, in) == -1, "%s", broken[_i]);
	free((char *)in.s);
}
END_TEST

static struct cpim usual(void)
{
	return (struct cpim){
			.from = SPAN(FROM),
			.to = SPAN(TO),
			.datetime = SPAN(DATE),
			.message_id = SPAN("7Hq2LkP0"),
			.disposition = CPIM_POSITIVE_DELIVERY | CPIM_NEGATIVE_DELIVERY,
			.content = {.content_type = SPAN("text/plain;charset=UTF-8"),
					.body = SPAN("Hello")},
	};
}

#define WRITTEN                                                     \
	"From: <" FROM ">\r\nTo: <" TO ">\r\nDateTime: " DATE "\r\n" NS \
	"imdn.Message-ID: 7Hq2LkP0\r\n"

START_TEST(write_message)
{
	struct cpim in = usual(), seen;
	char out[512];
	size_t len;

	ck_assert_int_eq(cpim_build(out, sizeof(out), &len, &in), 0);
	is_text("written", (struct span){out, len},
			WRITTEN "imdn.Disposition-Notification: positive-delivery, "
					"negative-delivery\r\n\r\n" PLAIN "Hello");
	ck_assert_int_eq(cpim_parse(&seen, (struct span){out, len}), 0);
	is_text("From", seen.from, FROM);
	is_text("To", seen.to, TO);
	is_text("content", seen.content.body, "Hello");
	ck_assert_uint_eq(seen.disposition, in.disposition);

	in.disposition = 0;
	in.content.content_type = SPAN("message/imdn+xml");
	in.content.body = SPAN("<imdn/>");
	ck_assert_int_eq(cpim_build(out, sizeof(out), &len, &in), 0);
	is_text("notification", (struct span){out, len},
			WRITTEN "\r\nContent-Type: message/imdn+xml\r\n"
					"Content-Disposition: notification\r\n\r\n<imdn/>");

	in = (struct cpim){.content.body = SPAN("Hello")};
	ck_assert_int_eq(cpim_build(out, sizeof(out), &len, &in), 0);
	is_text("bare", (struct span){out, len}, "\r\n\r\nHello");
}
END_TEST

START_TEST(write_too_much)
{
	struct cpim in = usual();
	char out[512];
	size_t len, wanted;

	ck_assert_int_eq(cpim_build(out, sizeof(out), &wanted, &in), 0);
	for(size_t cap = 0; cap < wanted; cap++) {
		char *small = malloc(cap ? cap : 1);

		ck_assert_int_eq(cpim_build(small, cap, &len, &in), -1);
		ck_assert_uint_eq(len, 0);
		free(small);
	}
}
END_TEST

/* What would begin a line of its own. */
START_TEST(write_injection)
{
	struct cpim in = usual();
	char out[512];
	size_t len;

	in.message_id = SPAN("x\r\nFrom: y");
	ck_assert_int_eq(cpim_build(out, sizeof(out), &len, &in), -1);
	in = usual();
	in.from = SPAN("sip:a@h>\r\nX: y");
	ck_assert_int_eq(cpim_build(out, sizeof(out), &len, &in), -1);
	in = usual();
	in.to = SPAN("sip:a@h> <b");
	ck_assert_int_eq(cpim_build(out, sizeof(out), &len, &in), -1);
	in = usual();
	in.content.content_type = SPAN("text/plain\n\nx");
	ck_assert_int_eq(cpim_build(out, sizeof(out), &len, &in), -1);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("cpim");
	TCase *tests = tcase_create("cpim");

	tcase_add_loop_test(tests, read_message, 0, COUNT(messages));
	tcase_add_test(tests, encoded_content);
	tcase_add_loop_test(tests, no_content, 0, COUNT(broken));
	tcase_add_test(tests, write_message);
	tcase_add_test(tests, write_too_much);
	tcase_add_test(tests, write_injection);
	suite_add_tcase(suite, tests);
	return unit_run(suite);
}
