/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The table from a hub's answer to RP-Cause and TP-FCS: its defaults row by row, what a row may say, rows that are
 * refused.
 */
#include "unit.h"

#include "flow/cause_map.h"

static struct cause_map map;

static void is_cause(int result, uint8_t cause, uint8_t fcs)
{
	struct cause seen = cause_map_get(&map, result);

	ck_assert_msg(seen.cause == cause && seen.fcs == fcs,
			"%d: cause %u fcs %02X, expected %u %02X", result, seen.cause,
			seen.fcs, cause, fcs);
}

static void reset(void)
{
	cause_map_defaults(&map);
}

/* What docs/hub.md says of the results that it names. */
static const struct
{
	int result;
	uint8_t cause, fcs;
} named[] = {
		{HUB_RESULT_TIMEOUT, 41, 0},
		{HUB_RESULT_DEADLINE, 41, 0},
		{HUB_RESULT_UNSENT, 41, 0},
		{403, 21, 0},
		{404, 1, 0},
		{408, 41, 0},
		{410, 1, 0},
		{413, 69, 0x90},
		{415, 69, 0x90},
		{480, 41, 0},
		{484, 1, 0},
		{486, 42, 0},
		{488, 69, 0x90},
		{503, 42, 0},
		{504, 41, 0},
		{513, 69, 0x90},
		{600, 42, 0},
		{603, 21, 0},
		{604, 1, 0},
		{606, 21, 0},
};

#define COUNT(a) ((int)(sizeof(a) / sizeof((a)[0])))

START_TEST(defaults)
{
	int next = 0;

	for(; named[next].result < 300; next++)
		is_cause(named[next].result, named[next].cause, named[next].fcs);
	for(int status = 300; status < 700; status++)
		if(next < COUNT(named) && named[next].result == status) {
			is_cause(status, named[next].cause, named[next].fcs);
			next++;
		} else {
			is_cause(status, 38, 0);
		}
	ck_assert_int_eq(next, COUNT(named));
}
END_TEST

START_TEST(results_without_a_row)
{
	ck_assert_int_eq(cause_map_set(&map, "500=47"), 0);
	is_cause(0, 47, 0);
	is_cause(-1, 47, 0);
	is_cause(4, 47, 0);
	is_cause(200, 47, 0);
	is_cause(700, 47, 0);
	is_cause(1000000, 47, 0);
}
END_TEST

START_TEST(rows)
{
	ck_assert_int_eq(cause_map_set(&map, "404=30"), 0);
	is_cause(404, 30, 0);
	is_cause(410, 1, 0);
	ck_assert_int_eq(cause_map_set(&map, "415,699,timeout=0x45/0xC0"), 0);
	is_cause(415, 69, 0xC0);
	is_cause(699, 69, 0xC0);
	is_cause(HUB_RESULT_TIMEOUT, 69, 0xC0);
	ck_assert_int_eq(cause_map_set(&map, "5xx=127/255"), 0);
	is_cause(499, 38, 0);
	is_cause(500, 127, 0xFF);
	is_cause(599, 127, 0xFF);
	is_cause(600, 42, 0);
	ck_assert_int_eq(cause_map_set(&map, "300=1"), 0);
	is_cause(300, 1, 0);
}
END_TEST

START_TEST(later_row_overrides)
{
	ck_assert_int_eq(cause_map_set(&map, "4xx=50"), 0);
	ck_assert_int_eq(cause_map_set(&map, "404=1"), 0);
	is_cause(403, 50, 0);
	is_cause(404, 1, 0);
	ck_assert_int_eq(cause_map_set(&map, "default=47"), 0);
	for(int status = 300; status < 700; status++)
		is_cause(status, 47, 0);
	/* they are no statuses */
	is_cause(HUB_RESULT_TIMEOUT, 41, 0);
	is_cause(HUB_RESULT_DEADLINE, 41, 0);
	is_cause(HUB_RESULT_UNSENT, 41, 0);
}
END_TEST

START_TEST(words)
{
	ck_assert_int_eq(cause_map_set(&map, "deadline=42"), 0);
	ck_assert_int_eq(cause_map_set(&map, "unsent=47"), 0);
	is_cause(HUB_RESULT_TIMEOUT, 41, 0);
	is_cause(HUB_RESULT_DEADLINE, 42, 0);
	is_cause(HUB_RESULT_UNSENT, 47, 0);
	ck_assert_int_eq(cause_map_set(&map, "3xx=8"), 0);
	ck_assert_int_eq(cause_map_set(&map, "6xx=10"), 0);
	is_cause(300, 8, 0);
	is_cause(399, 8, 0);
	is_cause(400, 38, 0);
	is_cause(600, 10, 0);
	is_cause(699, 10, 0);
}
END_TEST

static const char *const refused[] = {
		"",
		"404",
		"=38",
		"404=",
		",404=1",
		"404,=1",
		"404,,410=1",
		"404,410",
		"404=0",
		"404=128",
		"404=-1",
		"404=1x",
		"404=1 ",
		"404= 1",
		" 404=1",
		"404, 410=1",
		"+404=1",
		"404=0x",
		"404=99999999999999999999",
		"404=69/",
		"404=69/0",
		"404=69/0x7F",
		"404=69/0x100",
		"404=69/90",
		"404=69/0x90/1",
		"404=69=1",
		"299=1",
		"700=1",
		"200=1",
		"2xx=1",
		"40x=1",
		"40=1",
		"4294967700=1",
		"Timeout=1",
		"never=1",
};

START_TEST(row_is_refused)
{
	ck_assert_msg(cause_map_set(&map, refused[_i]) == -1, "'%s'", refused[_i]);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("cause_map");
	TCase *tests = tcase_create("cause_map");

	tcase_add_checked_fixture(tests, reset, NULL);
	tcase_add_test(tests, defaults);
	tcase_add_test(tests, results_without_a_row);
	tcase_add_test(tests, rows);
	tcase_add_test(tests, later_row_overrides);
	tcase_add_test(tests, words);
	tcase_add_loop_test(tests, row_is_refused, 0, COUNT(refused));
	suite_add_tcase(suite, tests);
	return unit_run(suite);
}
