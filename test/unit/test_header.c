/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Header lines with folds and any line end, comma lists, name-addr and parameters in all their spellings, numbers.
 */
#include "unit.h"

#include <stdio.h>

#include "ims/header.h"

/* A copy of exactly the right size, so that the sanitizer sees a read behind it. */
static struct span exact(const char *text)
{
	size_t len = strlen(text);
	char *s = malloc(len ? len : 1);

	memcpy(s, text, len);
	return (struct span){s, len};
}

static void append(
		char *seen, size_t cap, struct span a, const char *mark, struct span b)
{
	size_t n = strlen(seen);

	snprintf(seen + n, cap - n, "%.*s%s%.*s|", (int)a.len, a.s, mark,
			(int)b.len, b.s);
}

static const struct
{
	const char *text;
	const char *seen; /* name=value| ..., then what is left */
} lines[] = {
		{"A: b\r\nC:d\r\n\r\nbody", "A=b|C=d|body"},
		{"A: b\nC:d\n\nbody", "A=b|C=d|body"},
		{"A: b", "A=b|"},
		{"A: b\r\n", "A=b|"},
		{"A : \t b \r\n\r\n", "A=b|"},
		{"A: b\r\n\tc\r\n d\r\nE: f\r\n\r\nbody", "A=b\r\n\tc\r\n d|E=f|body"},
		{"A:\r\n b\r\n", "A=b|"},
		{"A: b:c\r\n", "A=b:c|"},
		{"A:\r\nB: c\r\n", "A=|B=c|"},
		{"nonsense\r\nA: b\r\n", "A=b|"},
		{"A: b\r\n \r\nC: d", "A=b|C: d"},
		{"\r\nbody", "body"},
		{"A: b\r\n\r\n body", "A=b| body"},
		{"A: b\n\n\tbody: x\n y", "A=b|\tbody: x\n y"},
		{"\r\n body", " body"},
		{"", ""},
};

START_TEST(line)
{
	struct span all = exact(lines[_i].text), rest = all, name, value;
	char seen[256] = "";

	while(header_next(&name, &value, &rest) == 0)
		append(seen, sizeof(seen), name, "=", value);
	strncat(seen, rest.s, rest.len);
	ck_assert_str_eq(seen, lines[_i].seen);
	free((char *)all.s);
}
END_TEST

static const struct
{
	const char *list, *seen; /* each element as uri with its parameters */
} elements[] = {
		{"<sip:a@h>;x=1, <sip:b@h;lr>", "sip:a@h ;x=1|sip:b@h;lr |"},
		{"sip:a@h;x=1,sip:b@h", "sip:a@h ;x=1|sip:b@h |"},
		{"tel:+1;phone-context=h", "tel:+1;phone-context=h |"},
		{"\"a, \\\"<b>\" <sip:a@h> ;x=\"1,2\";y , *",
				"sip:a@h ;x=\"1,2\";y|* |"},
		{"<sip:a,b@h>\r\n ;x", "sip:a,b@h ;x|"},
		{"<sip:a@h>;i=\"<urn:x,y>\";z", "sip:a@h ;i=\"<urn:x,y>\";z|"},
		{"< sip:a@h >", "sip:a@h |"},
		{"<sip:a@h", " |"},
		{"a,,b,", "a | |b |"},
		{"\"\\", "\"\\ |"},
		{"", ""},
};

START_TEST(name_addr)
{
	struct span all = exact(elements[_i].list), rest = all;
	struct span element, uri, behind;
	char seen[256] = "";

	while(header_element(&element, &rest) == 0) {
		header_name_addr(&uri, &behind, element);
		append(seen, sizeof(seen), uri, " ", behind);
	}
	ck_assert_str_eq(seen, elements[_i].seen);
	free((char *)all.s);
}
END_TEST

static const struct
{
	char separator;
	const char *list, *seen;
} params[] = {
		{';', ";a=1;b;c=", "a=1|b=|c=|"},
		{';', " ; a = 1 ;; b = \"x;\\\"y\" ", "a=1|b=x;\\\"y|"},
		{';', "a=\"\";b=\"", "a=|b=\"|"},
		{';', "+x.y=\"<z=1>\"", "+x.y=<z=1>|"},
		{',', "username=\"a,b\",\r\n realm=\"h\", nc=1",
				"username=a,b|realm=h|nc=1|"},
		{',', "=x", "=x|"},
		{';', "", ""},
};

START_TEST(param)
{
	struct span all = exact(params[_i].list), rest = all, name, value;
	char seen[256] = "";

	while(header_param(&name, &value, &rest, params[_i].separator) == 0)
		append(seen, sizeof(seen), name, "=", value);
	ck_assert_str_eq(seen, params[_i].seen);
	free((char *)all.s);
}
END_TEST

static const struct
{
	const char *text;
	uint64_t max;
	int rc;
	uint64_t value;
} numbers[] = {
		{"0", UINT32_MAX, 0, 0},
		{" 600000\r\n", UINT32_MAX, 0, 600000},
		{"4294967295", UINT32_MAX, 0, UINT32_MAX},
		{"4294967296", UINT32_MAX, 0, UINT32_MAX},
		{"18446744073709551615", UINT64_MAX, 0, UINT64_MAX},
		{"18446744073709551616", UINT64_MAX, 0, UINT64_MAX},
		{"99999999999999999999999", UINT32_MAX, 0, UINT32_MAX},
		{"000000000000000000000001", UINT32_MAX, 0, 1},
		{"", UINT32_MAX, -1, 7},
		{"-1", UINT32_MAX, -1, 7},
		{"+1", UINT32_MAX, -1, 7},
		{"1.5", UINT32_MAX, -1, 7},
		{"1 2", UINT32_MAX, -1, 7},
};

START_TEST(number)
{
	struct span text = exact(numbers[_i].text);
	uint64_t n = 7;

	ck_assert_int_eq(header_number(&n, text, numbers[_i].max), numbers[_i].rc);
	ck_assert(n == numbers[_i].value);
	free((char *)text.s);
}
END_TEST

#define COUNT(a) ((int)(sizeof(a) / sizeof((a)[0])))

int main(void)
{
	Suite *suite = suite_create("header");
	TCase *tests = tcase_create("header");

	tcase_add_loop_test(tests, line, 0, COUNT(lines));
	tcase_add_loop_test(tests, name_addr, 0, COUNT(elements));
	tcase_add_loop_test(tests, param, 0, COUNT(params));
	tcase_add_loop_test(tests, number, 0, COUNT(numbers));
	suite_add_tcase(suite, tests);
	return unit_run(suite);
}
