/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Dialled numbers: the dial plan on every type of number, what a script may set as destination, the user part of the
 * R-URI.
 */
#include "unit.h"

#include "codec/address.h"
#include "ims/number.h"

static const struct dial_plan no_plan = {{"", 0}, {"", 0}, {"", 0}, 6};
static const struct dial_plan uk = {{"44", 2}, {"0", 1}, {"00", 2}, 6};
static const struct dial_plan us = {{"1", 1}, {"", 0}, {"011", 3}, 0};

#define TWENTY "12345678901234567890"

static const struct
{
	const struct dial_plan *plan;
	enum sms_ton ton;
	const char *dialled;
	enum number_kind kind;
	const char *digits;
} dialled[] = {
		/* international: whatever the plan */
		{&no_plan, TON_INTERNATIONAL, "447900900123", NUMBER_GLOBAL,
				"447900900123"},
		{&uk, TON_INTERNATIONAL, "12025550123", NUMBER_GLOBAL, "12025550123"},
		{&uk, TON_INTERNATIONAL, "12345", NUMBER_GLOBAL, "12345"},
		{&uk, TON_INTERNATIONAL, "123456789012345", NUMBER_GLOBAL,
				"123456789012345"},
		/* ... but for what no E.164 number can be */
		{&uk, TON_INTERNATIONAL, "1234567890123456", NUMBER_LOCAL,
				"1234567890123456"},
		{&uk, TON_INTERNATIONAL, "07900900123", NUMBER_LOCAL, "07900900123"},
		{&uk, TON_INTERNATIONAL, "*100#", NUMBER_LOCAL, "*100#"},
		/* without a country code numbers stay as dialled */
		{&no_plan, TON_UNKNOWN, "07900900123", NUMBER_LOCAL, "07900900123"},
		{&no_plan, TON_NATIONAL, "7900900123", NUMBER_LOCAL, "7900900123"},
		{&no_plan, TON_UNKNOWN, "0012025550123", NUMBER_LOCAL, "0012025550123"},
		/* national */
		{&uk, TON_UNKNOWN, "07900900123", NUMBER_GLOBAL, "447900900123"},
		{&uk, TON_NATIONAL, "07900900123", NUMBER_GLOBAL, "447900900123"},
		{&uk, TON_NATIONAL, "7900900123", NUMBER_GLOBAL, "447900900123"},
		{&uk, TON_SUBSCRIBER, "7900900123", NUMBER_GLOBAL, "447900900123"},
		{&uk, TON_RESERVED, "7900900123", NUMBER_GLOBAL, "447900900123"},
		{&us, TON_NATIONAL, "2025550123", NUMBER_GLOBAL, "12025550123"},
		/* the international prefix */
		{&uk, TON_UNKNOWN, "0012025550123", NUMBER_GLOBAL, "12025550123"},
		{&us, TON_UNKNOWN, "011447900900123", NUMBER_GLOBAL, "447900900123"},
		{&uk, TON_UNKNOWN, "000123456", NUMBER_LOCAL, "000123456"},
		{&uk, TON_UNKNOWN, "001234567890123456", NUMBER_LOCAL,
				"001234567890123456"},
		/* too long once the country code stands before it: as dialled */
		{&uk, TON_NATIONAL, "1234567890123", NUMBER_GLOBAL, "441234567890123"},
		{&uk, TON_NATIONAL, "12345678901234", NUMBER_LOCAL, "12345678901234"},
		{&uk, TON_NATIONAL, "012345678901234", NUMBER_LOCAL, "012345678901234"},
		/* short codes, up to their longest and one over */
		{&uk, TON_UNKNOWN, "12345", NUMBER_LOCAL, "12345"},
		{&uk, TON_NATIONAL, "012345", NUMBER_LOCAL, "012345"},
		{&uk, TON_UNKNOWN, "1234567", NUMBER_GLOBAL, "441234567"},
		{&us, TON_UNKNOWN, "911", NUMBER_GLOBAL, "1911"},
		{&uk, TON_UNKNOWN, "0", NUMBER_LOCAL, "0"},
		/* network-specific and abbreviated are local by their type */
		{&uk, TON_NETWORK_SPECIFIC, "07900900123", NUMBER_LOCAL, "07900900123"},
		{&uk, TON_ABBREVIATED, "07900900123", NUMBER_LOCAL, "07900900123"},
		/* what is more than digits is local */
		{&uk, TON_UNKNOWN, "*100#", NUMBER_LOCAL, "*100#"},
		{&uk, TON_UNKNOWN, "07900a00123", NUMBER_LOCAL, "07900a00123"},
		/* nothing that could be sent to */
		{&uk, TON_UNKNOWN, "", NUMBER_NONE, ""},
		{&uk, TON_INTERNATIONAL, "", NUMBER_NONE, ""},
		{&uk, TON_ALPHANUMERIC, "InfoDesk", NUMBER_NONE, ""},
		{&uk, TON_ALPHANUMERIC, "12025550123", NUMBER_NONE, ""},
		{&uk, TON_INTERNATIONAL, "000000000000000", NUMBER_NONE, ""},
		{&uk, TON_UNKNOWN, "000000000000000", NUMBER_NONE, ""},
		{&uk, TON_UNKNOWN, TWENTY TWENTY, NUMBER_LOCAL, TWENTY TWENTY},
		{&uk, TON_UNKNOWN, TWENTY TWENTY "1", NUMBER_NONE, ""},
		/* a decoder gives no such digits; they would break the URI */
		{&uk, TON_UNKNOWN, "123@evil", NUMBER_NONE, ""},
		{&uk, TON_UNKNOWN, "1234\r\n", NUMBER_NONE, ""},
};

START_TEST(dial_plan)
{
	struct number n;

	memset(&n, 0xA5, sizeof(n));
	number_from_dialled(&n, dialled[_i].plan, dialled[_i].ton,
			(struct span){dialled[_i].dialled, strlen(dialled[_i].dialled)});
	ck_assert_str_eq(n.digits, dialled[_i].digits);
	ck_assert_int_eq(n.kind, dialled[_i].kind);
}
END_TEST

static const struct
{
	const char *text;
	enum number_kind kind;
	const char *digits;
} parsed[] = {
		{"+447900900123", NUMBER_GLOBAL, "447900900123"},
		{" +447900900123\r\n", NUMBER_GLOBAL, "447900900123"},
		{"+123456789012345", NUMBER_GLOBAL, "123456789012345"},
		{"447900900123", NUMBER_LOCAL, "447900900123"},
		{"12345", NUMBER_LOCAL, "12345"},
		{"*100#", NUMBER_LOCAL, "*100#"},
		{"1a2b3c", NUMBER_LOCAL, "1a2b3c"},
		{"+1234567890123456", NUMBER_NONE, ""},
		{"+0123", NUMBER_NONE, ""},
		{"+", NUMBER_NONE, ""},
		{"", NUMBER_NONE, ""},
		{"  ", NUMBER_NONE, ""},
		{"++44", NUMBER_NONE, ""},
		{"+44 7900", NUMBER_NONE, ""},
		{"+44*", NUMBER_NONE, ""},
		{"12 34", NUMBER_NONE, ""},
		{"1d", NUMBER_NONE, ""},
		{"tel:+44", NUMBER_NONE, ""},
		{"InfoDesk", NUMBER_NONE, ""},
};

START_TEST(parse)
{
	struct number n;
	int rc;

	memset(&n, 0xA5, sizeof(n));
	rc = number_parse(
			&n, (struct span){parsed[_i].text, strlen(parsed[_i].text)});
	ck_assert_str_eq(n.digits, parsed[_i].digits);
	ck_assert_int_eq(n.kind, parsed[_i].kind);
	ck_assert_int_eq(rc, parsed[_i].kind == NUMBER_NONE ? -1 : 0);
}
END_TEST

START_TEST(parse_refuses_a_nul)
{
	struct number n;

	ck_assert_int_eq(number_parse(&n, SPAN("12\0"
										   "34")),
			-1);
	ck_assert_int_eq(number_parse(&n, SPAN("+12\0"
										   "34")),
			-1);
}
END_TEST

static const struct
{
	const char *number, *context, *user;
} printed[] = {
		{"+447900900123", "ims.example", "+447900900123"},
		{"12345", "ims.example", "12345;phone-context=ims.example"},
		{"12345", "+44", "12345;phone-context=+44"},
		{"12345", "", "12345"},
		{"12345", "[2001:db8::1]", "12345"},
		{"*100#", "h", "*100%23;phone-context=h"},
		{"1a2b3c", "h", "1a2b3c;phone-context=h"},
};

START_TEST(print_user)
{
	struct span context = {printed[_i].context, strlen(printed[_i].context)};
	size_t len = strlen(printed[_i].user), n;
	struct number number;
	char out[64];

	ck_assert_int_eq(number_parse(&number, (struct span){printed[_i].number,
												   strlen(printed[_i].number)}),
			0);
	n = number_print_user(out, sizeof(out), &number, context);
	ck_assert_str_eq(out, printed[_i].user);
	ck_assert_uint_eq(n, len);
	/* room for the text and its NUL, and one octet less */
	ck_assert_uint_eq(number_print_user(out, len + 1, &number, context), len);
	ck_assert_uint_eq(number_print_user(out, len, &number, context), 0);
}
END_TEST

START_TEST(print_the_longest)
{
	struct number number;
	char text[NUMBER_MAX + 1], out[3 * NUMBER_MAX + 1];

	memset(text, '#', NUMBER_MAX);
	ck_assert_int_eq(number_parse(&number, (struct span){text, NUMBER_MAX}), 0);
	ck_assert_uint_eq(number_print_user(out, sizeof(out), &number, SPAN("")),
			3 * NUMBER_MAX);
}
END_TEST

#define COUNT(a) ((int)(sizeof(a) / sizeof((a)[0])))

int main(void)
{
	Suite *suite = suite_create("number");
	TCase *tests = tcase_create("number");

	tcase_add_loop_test(tests, dial_plan, 0, COUNT(dialled));
	tcase_add_loop_test(tests, parse, 0, COUNT(parsed));
	tcase_add_test(tests, parse_refuses_a_nul);
	tcase_add_loop_test(tests, print_user, 0, COUNT(printed));
	tcase_add_test(tests, print_the_longest);
	suite_add_tcase(suite, tests);
	return unit_run(suite);
}
