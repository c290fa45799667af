/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Numbers in TBCD: modules/ipsmgw/diameter/tbcd.h.
 */
#include "diameter/tbcd.h"
#include "unit.h"

static const struct
{
	const char *digits;
	const char *hex;
} numbers[] = {
		{"15550000001", "5155000000f1"},
		{"1555000002", "5155000020"},
		{"491710000001", "947101000010"},
		{"447700900123", "447700091032"},
		{"15551230000", "5155210300f0"},
		{"999", "99f9"},
		{"12345678901234567890", "21436587092143658709"},
};

START_TEST(both_ways)
{
	uint8_t octets[TBCD_OCTETS_MAX], expected[TBCD_OCTETS_MAX];
	diameter_digits digits;
	size_t len, expected_len;

	expected_len = unit_hex(expected, sizeof(expected), numbers[_i].hex);
	ck_assert_int_eq(tbcd_encode(octets, &len, numbers[_i].digits), 0);
	ck_assert_uint_eq(len, expected_len);
	ck_assert_mem_eq(octets, expected, len);
	ck_assert_int_eq(tbcd_decode(digits, octets, len), 0);
	ck_assert_str_eq(digits, numbers[_i].digits);
}
END_TEST

START_TEST(no_numbers)
{
	static const char *const texts[] = {
			"", "+1", "12a", "1 2", "123456789012345678901"};
	uint8_t octets[TBCD_OCTETS_MAX];
	size_t len;

	for(size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		ck_assert_msg(
				tbcd_encode(octets, &len, texts[i]) == -1, "%s", texts[i]);
}
END_TEST

START_TEST(no_tbcd)
{
	/* nothing, a filler alone or too early, letters, too long */
	static const char *const hexes[] = {"", "ff", "1ff1", "f121", "a1", "1a",
			"c1", "2143658709214365870921", "21436587092143658709f1"};
	uint8_t octets[16];
	diameter_digits digits;

	for(size_t i = 0; i < sizeof(hexes) / sizeof(hexes[0]); i++) {
		size_t len = unit_hex(octets, sizeof(octets), hexes[i]);

		strcpy(digits, "1");
		ck_assert_msg(
				tbcd_decode(digits, octets, len) == -1, "\"%s\"", hexes[i]);
		ck_assert_str_eq(digits, "");
	}
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("tbcd");
	TCase *tests = tcase_create("tbcd");

	tcase_add_loop_test(
			tests, both_ways, 0, sizeof(numbers) / sizeof(numbers[0]));
	tcase_add_test(tests, no_numbers);
	tcase_add_test(tests, no_tbcd);
	suite_add_tcase(suite, tests);
	return unit_run(suite);
}
