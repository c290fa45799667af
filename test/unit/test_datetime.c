/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * RFC 3339 dates: every form of one instant, what is none, and back into text.
 */
#include "unit.h"

#include "ims/datetime.h"

#define INSTANT INT64_C(1795336867) /* 2026-11-22 08:41:07 UTC */

static const struct
{
	const char *text;
	int64_t seconds;
} dates[] = {
		{"2026-11-22T08:41:07Z", INSTANT},
		{"2026-11-22t08:41:07z", INSTANT},
		{"2026-11-22 08:41:07Z", INSTANT},
		{"2026-11-22T09:41:07+01:00", INSTANT},
		{"2026-11-22T03:41:07-05:00", INSTANT},
		{"2026-11-22T14:11:07+05:30", INSTANT},
		{"2026-11-22T08:41:07-00:00", INSTANT},
		{"2026-11-23T00:41:07+16:00", INSTANT},
		{" 2026-11-22T08:41:07Z\r\n", INSTANT},
		{"2026-11-22T08:41:07.123Z", INSTANT},
		{"2026-11-22T09:41:07.999999999999+01:00", INSTANT},
		{"2026-11-22T08:40:60Z", INSTANT - 7},
		{"2028-02-29T23:59:59Z", INT64_C(1835481599)},
		{"2000-01-01T00:00:00Z", INT64_C(946684800)},
		{"2099-12-31T23:59:59Z", INT64_C(4102444799)},
};

START_TEST(is_that_instant)
{
	int64_t seen = -1;

	ck_assert_msg(datetime_parse(&seen,
						  (struct span){dates[_i].text, strlen(dates[_i].text)})
						  == 0,
			"'%s' is refused", dates[_i].text);
	ck_assert_int_eq(seen, dates[_i].seconds);
}
END_TEST

static const char *const refused[] = {
		"",
		"2026-11-22",
		"2026-11-22T08:41:07",
		"2026-11-22T08:41Z",
		"26-11-22T08:41:07Z",
		"1999-11-22T08:41:07Z",
		"2100-11-22T08:41:07Z",
		"2026-13-22T08:41:07Z",
		"2026-00-22T08:41:07Z",
		"2026-11-32T08:41:07Z",
		"2026-11-00T08:41:07Z",
		"2026-11-22T24:41:07Z",
		"2026-11-22T08:60:07Z",
		"2026-11-22T08:41:61Z",
		"2026-11-22T08:41:07.Z",
		"2026-11-22T08:41:07,5Z",
		"2026-11-22T08:41:07+0100",
		"2026-11-22T08:41:07+24:00",
		"2026-11-22T08:41:07+01:60",
		"2026-11-22T08:41:07+01:0",
		"2026-11-22T08:41:07ZZ",
		"2026-11-22T08:41:07Z x",
		"2026-11-22X08:41:07Z",
		"2026/11/22T08:41:07Z",
		"+026-11-22T08:41:07Z",
		"Sun, 22 Nov 2026 08:41:07 GMT",
};

START_TEST(is_none)
{
	int64_t seen;

	ck_assert_msg(datetime_parse(&seen,
						  (struct span){refused[_i], strlen(refused[_i])})
						  == -1,
			"'%s' is taken", refused[_i]);
}
END_TEST

START_TEST(octets_behind_the_end_are_not_read)
{
	const char *date = "2026-11-22T08:41:07Z";
	int64_t seen;

	for(size_t len = 0; len < strlen(date); len++) {
		char *cut = malloc(len + 1);

		memcpy(cut, date, len);
		ck_assert_int_eq(datetime_parse(&seen, (struct span){cut, len}), -1);
		free(cut);
	}
	ck_assert_int_eq(datetime_parse(&seen, (struct span){"\0", 1}), -1);
}
END_TEST

START_TEST(written)
{
	char out[DATETIME_MAX];

	ck_assert_uint_eq(datetime_print(out, INSTANT), 20);
	ck_assert_str_eq(out, "2026-11-22T08:41:07Z");
	ck_assert_uint_eq(datetime_print(out, 946684800), 20);
	ck_assert_str_eq(out, "2000-01-01T00:00:00Z");
	ck_assert_uint_eq(datetime_print(out, 946684799), 0);
	ck_assert_uint_eq(datetime_print(out, INT64_C(4102444800)), 0);
}
END_TEST

#define COUNT(a) ((int)(sizeof(a) / sizeof((a)[0])))

int main(void)
{
	Suite *suite = suite_create("datetime");
	TCase *tests = tcase_create("datetime");

	tcase_add_loop_test(tests, is_that_instant, 0, COUNT(dates));
	tcase_add_loop_test(tests, is_none, 0, COUNT(refused));
	tcase_add_test(tests, octets_behind_the_end_are_not_read);
	tcase_add_test(tests, written);
	suite_add_tcase(suite, tests);
	return unit_run(suite);
}
