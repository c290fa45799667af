/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Content-Type values and multipart bodies: types and parameters in all spellings, parts found with their octets as they
 * are, transfer encodings, broken bodies.
 */
#include "unit.h"

#include <stdio.h>

#include "ims/mime.h"

/* A copy of exactly the right size, so that the sanitizer sees a read behind it. */
static struct span exact(struct span text)
{
	char *s = malloc(text.len ? text.len : 1);

	memcpy(s, text.s, text.len);
	return (struct span){s, text.len};
}

static struct span of(const char *text)
{
	return (struct span){text, strlen(text)};
}

static void is_text(struct span seen, struct span expected)
{
	ck_assert_msg(seen.len == expected.len
						  && memcmp(seen.s, expected.s, seen.len) == 0,
			"'%.*s', expected '%.*s'", (int)seen.len, seen.s, (int)expected.len,
			expected.s);
}

static const struct
{
	const char *value, *type, *boundary;
} content_types[] = {
		{"application/vnd.3gpp.sms", "application/vnd.3gpp.sms", ""},
		{" Application/VND.3gpp.SMS \r\n", "Application/VND.3gpp.SMS", ""},
		{"text/plain;charset=UTF-8", "text/plain", ""},
		{"multipart/mixed;boundary=b7Qx", "multipart/mixed", "b7Qx"},
		{"multipart/mixed ; boundary = b7Qx ; x=y", "multipart/mixed", "b7Qx"},
		{"multipart/mixed;\r\n\tboundary=b7Qx", "multipart/mixed", "b7Qx"},
		{"multipart/mixed; BOUNDARY=\"b 7;Qx\"", "multipart/mixed", "b 7;Qx"},
		{"multipart/mixed;x=\"; boundary=no\";boundary=yes", "multipart/mixed",
				"yes"},
		{"multipart/mixed;x=\"\\\"; boundary=no\";boundary=yes",
				"multipart/mixed", "yes"},
		{"multipart/mixed;xboundary=no;boundary=yes", "multipart/mixed", "yes"},
		{"multipart/mixed;boundary", "multipart/mixed", ""},
		{"multipart/mixed;boundary=", "multipart/mixed", ""},
		{"multipart/mixed;boundary=\"\"", "multipart/mixed", ""},
		{"multipart/mixed;boundary=\"", "multipart/mixed", "\""},
		{"multipart/mixed;;boundary=b", "multipart/mixed", "b"},
		{"", "", ""},
		{";boundary=b", "", "b"},
};

START_TEST(content_type)
{
	struct span value = exact(of(content_types[_i].value));

	is_text(mime_type(value), of(content_types[_i].type));
	is_text(mime_param(value, SPAN("boundary")),
			of(content_types[_i].boundary));
	free((char *)value.s);
}
END_TEST

#define SMS "application/vnd.3gpp.sms"
#define MAX_PARTS 3

static const struct
{
	const char *what;
	struct span body;
	int parts;
	struct
	{
		struct span type, body;
	} part[MAX_PARTS];
} bodies[] = {
		{"two parts",
				SPAN("--b\r\nContent-Type: text/plain\r\n\r\nhi\r\n--b\r\n"
					 "Content-Type: " SMS "\r\n\r\nX\r\n--b--\r\n"),
				2, {{SPAN("text/plain"), SPAN("hi")}, {SPAN(SMS), SPAN("X")}}},
		{"preamble and epilogue",
				SPAN("This is --b not it\r\n\r\n--b\r\nContent-Type: " SMS
					 "\r\n\r\nX\r\n--b--\r\nContent-Type: no\r\n\r\nno"),
				1, {{SPAN(SMS), SPAN("X")}}},
		{"binary octets, line breaks inside",
				SPAN("--b\r\nContent-Type: " SMS
					 "\r\n\r\n\0\r\n\r\n-\n--\r\n--a\xff\r\n--b--"),
				1, {{SPAN(SMS), SPAN("\0\r\n\r\n-\n--\r\n--a\xff")}}},
		{"a body that begins and ends with line breaks",
				SPAN("--b\r\n\r\n\r\nX\r\n\r\n--b--"), 1,
				{{SPAN(""), SPAN("\r\nX\r\n")}}},
		{"LF alone", SPAN("--b\nContent-Type: " SMS "\n\nX\n--b--\n"), 1,
				{{SPAN(SMS), SPAN("X")}}},
		{"blanks behind the boundary",
				SPAN("--b \t\r\n\r\nX\r\n--b\t\r\n\r\nY\r\n--b--"), 2,
				{{SPAN(""), SPAN("X")}, {SPAN(""), SPAN("Y")}}},
		{"header names without case, blanks before the colon, compact no",
				SPAN("--b\r\nX-Y: z\r\ncontent-TYPE :  " SMS
					 " \r\nc: no\r\n\r\nX\r\n--b--"),
				1, {{SPAN(SMS), SPAN("X")}}},
		{"type with parameters",
				SPAN("--b\r\nContent-Type: text/plain; charset=UTF-8\r\n"
					 "Content-Disposition: render; handling=optional\r\n\r\n"
					 "X\r\n--b--"),
				1, {{SPAN("text/plain; charset=UTF-8"), SPAN("X")}}},
		{"folded header lines",
				SPAN("--b\r\nContent-Type:\r\n\t" SMS "\r\nX-Y: a\r\n"
					 " Content-Type: no\r\n\r\nX\r\n--b--"),
				1, {{SPAN(SMS), SPAN("X")}}},
		{"empty body", SPAN("--b\r\nContent-Type: " SMS "\r\n\r\n\r\n--b--"), 1,
				{{SPAN(SMS), SPAN("")}}},
		{"headers only", SPAN("--b\r\nContent-Type: " SMS "\r\n\r\n--b--"), 1,
				{{SPAN(SMS), SPAN("")}}},
		{"nothing between two delimiters", SPAN("--b\r\n--b\r\n--b--"), 2,
				{{SPAN(""), SPAN("")}, {SPAN(""), SPAN("")}}},
		{"no closing delimiter",
				SPAN("--b\r\nContent-Type: " SMS "\r\n\r\nX\r\n"), 1,
				{{SPAN(SMS), SPAN("X\r\n")}}},
		{"a longer boundary is another one",
				SPAN("--b\r\n\r\nX\r\n--bc\r\n\r\nY\r\n--b--"), 1,
				{{SPAN(""), SPAN("X\r\n--bc\r\n\r\nY")}}},
		{"a delimiter starts a line", SPAN("--b\r\n\r\nX --b\r\n--b--"), 1,
				{{SPAN(""), SPAN("X --b")}}},
		{"cut in the delimiter line", SPAN("--b"), 1, {{SPAN(""), SPAN("")}}},
		{"cut in the headers", SPAN("--b\r\nContent-Ty"), 1,
				{{SPAN(""), SPAN("")}}},
		{"closing at once", SPAN("--b--\r\n--b\r\n\r\nX"), 0, {{{0}, {0}}}},
		{"no delimiter", SPAN("hello"), 0, {{{0}, {0}}}},
		{"nothing", SPAN(""), 0, {{{0}, {0}}}},
};

START_TEST(parts)
{
	struct span body = exact(bodies[_i].body), rest = body;
	struct mime_part part;
	int n;

	for(n = 0; mime_next_part(&part, &rest, SPAN("b")) == 0; n++) {
		ck_assert_msg(n < bodies[_i].parts, "%s: part %d", bodies[_i].what, n);
		is_text(part.content_type, bodies[_i].part[n].type);
		is_text(part.body, bodies[_i].part[n].body);
	}
	ck_assert_msg(n == bodies[_i].parts, "%s: %d parts", bodies[_i].what, n);
	free((char *)body.s);
}
END_TEST

START_TEST(find_by_type)
{
	struct span body = SPAN("--b\r\n\r\nno type\r\n--b\r\nContent-Type: "
							"text/plain\r\n\r\nhi\r\n--b\r\nContent-Type: "
							"Application/vnd.3gpp.SMS ;x=y\r\n\r\nX\r\n--b--");
	struct mime_part part;

	ck_assert_int_eq(mime_find_part(&part, body, SPAN("b"), SPAN(SMS)), 0);
	is_text(part.body, SPAN("X"));
	ck_assert_int_eq(
			mime_find_part(&part, body, SPAN("b"), SPAN(SMS "+xml")), -1);
	ck_assert_int_eq(mime_find_part(&part, body, SPAN(""), SPAN(SMS)), -1);
	ck_assert_int_eq(mime_find_part(&part, body, SPAN("B"), SPAN(SMS)), -1);
}
END_TEST

/* Bodies made to cost time: no more parts than the bound are looked at. */
START_TEST(find_is_bounded)
{
	static const char empty[] = "--b\r\n\r\n\r\n";
	static const char last[] = "--b\r\nContent-Type: " SMS "\r\n\r\nX";
	char body[(MIME_MAX_PARTS + 1) * sizeof(empty) + sizeof(last)];
	struct mime_part part;
	int n;

	for(n = MIME_MAX_PARTS - 1; n <= MIME_MAX_PARTS; n++) {
		body[0] = '\0';
		for(int i = 0; i < n; i++)
			strcat(body, empty);
		strcat(body, last);
		ck_assert_int_eq(mime_find_part(&part, of(body), SPAN("b"), SPAN(SMS)),
				n < MIME_MAX_PARTS ? 0 : -1);
	}
}
END_TEST

static const struct
{
	const char *header;
	enum mime_encoding encoding;
} encodings[] = {
		{"X: y", MIME_AS_IS},
		{"Content-Transfer-Encoding: binary", MIME_AS_IS},
		{"Content-Transfer-Encoding: 8BIT", MIME_AS_IS},
		{"Content-Transfer-Encoding: 7bit", MIME_AS_IS},
		{"Content-Transfer-Encoding:", MIME_AS_IS},
		{"content-transfer-encoding : Base64 ", MIME_BASE64},
		{"Content-Transfer-Encoding:\r\n quoted-printable",
				MIME_QUOTED_PRINTABLE},
		{"Content-Transfer-Encoding: x-uuencode", MIME_OTHER},
};

START_TEST(transfer_encoding)
{
	char body[256];
	struct mime_part part;
	struct span rest;

	snprintf(body, sizeof(body), "--b\r\n%s\r\n\r\nX\r\n--b--",
			encodings[_i].header);
	rest = of(body);
	ck_assert_int_eq(mime_next_part(&part, &rest, SPAN("b")), 0);
	ck_assert_int_eq(part.encoding, encodings[_i].encoding);
	is_text(part.body, SPAN("X"));
}
END_TEST

#define DECODE_MAX 16
#define B64 MIME_BASE64
#define QP MIME_QUOTED_PRINTABLE

static const struct
{
	enum mime_encoding encoding;
	struct span in;
	int rc;
	struct span out;
} transfers[] = {
		{MIME_AS_IS, SPAN("a\0=b"), 0, SPAN("a\0=b")},
		{MIME_AS_IS, SPAN(""), 0, SPAN("")},
		{MIME_AS_IS, SPAN("0123456789abcdef+"), -1, SPAN("")},
		{MIME_OTHER, SPAN("abc"), -1, SPAN("")},
		/* RFC 4648 10 */
		{B64, SPAN(""), 0, SPAN("")},
		{B64, SPAN("Zg=="), 0, SPAN("f")},
		{B64, SPAN("Zm8="), 0, SPAN("fo")},
		{B64, SPAN("Zm9v"), 0, SPAN("foo")},
		{B64, SPAN("Zm9vYg=="), 0, SPAN("foob")},
		{B64, SPAN("Zm9vYmE="), 0, SPAN("fooba")},
		{B64, SPAN("Zm9vYmFy"), 0, SPAN("foobar")},
		{B64, SPAN("+/8AgA=="), 0, SPAN("\xfb\xff\0\x80")},
		{B64, SPAN("Zm\r\n9v \tYg =\r\n=\r\n"), 0, SPAN("foob")},
		{B64, SPAN("Zm9vYg"), 0, SPAN("foob")},
		{B64, SPAN("Zm9vYmFyZm9vYmFyMDEyMw=="), 0, SPAN("foobarfoobar0123")},
		{B64, SPAN("Zm9vYmFyZm9vYmFyMDEyMzQ="), -1, SPAN("")},
		{B64, SPAN("Z"), -1, SPAN("")},
		{B64, SPAN("Zm9vY"), -1, SPAN("")},
		{B64, SPAN("Zg==Zg=="), -1, SPAN("")},
		{B64, SPAN("Zm-v"), -1, SPAN("")},
		{B64, SPAN("Zm9v\0"), -1, SPAN("")},
		{QP, SPAN(""), 0, SPAN("")},
		{QP, SPAN("plain"), 0, SPAN("plain")},
		{QP, SPAN("a=3Db=0D=0a=c3=A4"), 0, SPAN("a=b\r\n\xc3\xa4")},
		{QP, SPAN("one =\r\ntwo\r\n=\nx\n"), 0, SPAN("one two\r\nx\n")},
		{QP, SPAN("a= \t\r\nb \t\r\n"), 0, SPAN("ab\r\n")},
		{QP, SPAN("soft="), 0, SPAN("soft")},
		{QP, SPAN("0123456789abcdef"), 0, SPAN("0123456789abcdef")},
		{QP, SPAN("0123456789abcdef=30"), -1, SPAN("")},
		{QP, SPAN("0123456789abcdef\n"), -1, SPAN("")},
		{QP, SPAN("a=3"), -1, SPAN("")},
		{QP, SPAN("a=3\r\n0"), -1, SPAN("")},
		{QP, SPAN("a=zz"), -1, SPAN("")},
};

START_TEST(transfer)
{
	struct span in = exact(transfers[_i].in);
	char *out = malloc(DECODE_MAX);
	size_t len = 99;
	int rc = mime_decode(out, DECODE_MAX, &len, in, transfers[_i].encoding);

	ck_assert_int_eq(rc, transfers[_i].rc);
	is_text((struct span){out, len}, transfers[_i].out);
	free(out);
	free((char *)in.s);
}
END_TEST

#define COUNT(a) ((int)(sizeof(a) / sizeof((a)[0])))

int main(void)
{
	Suite *suite = suite_create("mime");
	TCase *tests = tcase_create("mime");

	tcase_add_loop_test(tests, content_type, 0, COUNT(content_types));
	tcase_add_loop_test(tests, parts, 0, COUNT(bodies));
	tcase_add_test(tests, find_by_type);
	tcase_add_test(tests, find_is_bounded);
	tcase_add_loop_test(tests, transfer_encoding, 0, COUNT(encodings));
	tcase_add_loop_test(tests, transfer, 0, COUNT(transfers));
	suite_add_tcase(suite, tests);
	return unit_run(suite);
}
