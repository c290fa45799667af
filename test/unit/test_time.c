/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Time stamps: octets to fields and back, zones, impossible dates, and the way to UTC over the whole century.
 */
#include "unit.h"

#include <stdio.h>
#include <time.h>

#include "codec/time.h"

static const struct
{
	const char *hex, *text;
	int64_t utc;
	bool in_range;
} stamps[] = {
		{"62112290147040", "2026-11-22T09:41:07+01:00", 1795336867, true},
		{"20806291731448", "2002-08-26T19:37:41-01:00", 1030394261, true},
		{"51507132200523", "2015-05-17T23:02:50+08:00", 1431874970, true},
		{"01901151011129", "2010-09-11T15:10:11-03:00", 1284228611, true},
		/* UTC with a sign; five and a half hours; the last zone each way */
		{"20806291731408", "2002-08-26T19:37:41+00:00", 1030390661, true},
		{"62112290147022", "2026-11-22T09:41:07+05:30", 1795320667, true},
		{"62112290147097", "2026-11-22T09:41:07+19:45", 1795269367, true},
		{"6211229014709F", "2026-11-22T09:41:07-19:45", 1795411567, true},
		/* first and last second of the century, a leap day */
		{"00101000000000", "2000-01-01T00:00:00+00:00", 946684800, true},
		{"99211332959500", "2099-12-31T23:59:59+00:00", 4102444799, true},
		{"42209232959500", "2024-02-29T23:59:59+00:00", 1709251199, true},
		/* digits, yet no date: shown as they are, and UTC carries over */
		{"32209200000000", "2023-02-29T00:00:00+00:00", 1677628800, false},
		{"32311000000000", "2023-13-01T00:00:00+00:00", 1704067200, false},
		{"00000000000000", "2000-00-00T00:00:00+00:00", 943920000, false},
		{"32101042000000", "2023-01-01T24:00:00+00:00", 1672617600, false},
		{"32101000060000", "2023-01-01T00:60:00+00:00", 1672534800, false},
		{"32101000000600", "2023-01-01T00:00:60+00:00", 1672531260, false},
		{"019012413064A0", "2010-09-21T14:03:46+02:30", 1285068826, false},
};

START_TEST(decode)
{
	uint8_t in[SMS_TIME_OCTETS], out[SMS_TIME_OCTETS];
	char text[SMS_TIME_TEXT_MAX];
	struct sms_time t;

	unit_hex(in, sizeof(in), stamps[_i].hex);
	ck_assert_int_eq(sms_time_decode(&t, in), 0);
	sms_time_print(text, &t);
	ck_assert_str_eq(text, stamps[_i].text);
	ck_assert_int_eq(t.in_range, stamps[_i].in_range);
	ck_assert_int_eq(sms_time_to_utc(&t), stamps[_i].utc);
	ck_assert_mem_eq(t.raw, in, sizeof(in));

	if(!stamps[_i].in_range)
		return;
	ck_assert_int_eq(sms_time_encode(out, &t), 0);
	/* a zone of -0 becomes +0 */
	if(in[6] != 0x08)
		ck_assert_mem_eq(out, in, sizeof(in));
	ck_assert_int_eq(sms_time_from_utc(&t, stamps[_i].utc, t.quarters), 0);
	ck_assert_mem_eq(t.raw, out, sizeof(out));
}
END_TEST

START_TEST(no_digit)
{
	struct sms_time t;

	for(int octet = 0; octet < SMS_TIME_OCTETS - 1; octet++) {
		for(int value = 0; value < 256; value++) {
			uint8_t in[] = {0x62, 0x11, 0x22, 0x90, 0x14, 0x70, 0x40};
			bool digits = (value & 0x0F) <= 9 && value >> 4 <= 9;

			in[octet] = (uint8_t)value;
			ck_assert_int_eq(sms_time_decode(&t, in), digits ? 0 : -1);
		}
	}
}
END_TEST

/* One field of a good time stamp set to a bad value. */
static const struct
{
	size_t offset, size;
	int value;
} bad_fields[] = {
#define FIELD(name) \
	offsetof(struct sms_time, name), sizeof(((struct sms_time *)0)->name)
		{FIELD(year), 1999},
		{FIELD(year), 2100},
		{FIELD(month), 0},
		{FIELD(month), 13},
		{FIELD(day), 0},
		{FIELD(day), 31}, /* of November */
		{FIELD(hour), 24},
		{FIELD(minute), 60},
		{FIELD(second), 60},
		{FIELD(quarters), -80},
		{FIELD(quarters), 80},
#undef FIELD
};

START_TEST(encode_refuses)
{
	struct sms_time t = {.year = 2026,
			.month = 11,
			.day = 22,
			.hour = 9,
			.minute = 41,
			.second = 7,
			.quarters = 4};
	uint8_t out[SMS_TIME_OCTETS];
	uint16_t wide = (uint16_t)bad_fields[_i].value;
	uint8_t narrow = (uint8_t)bad_fields[_i].value;

	ck_assert_int_eq(sms_time_encode(out, &t), 0);
	memcpy((char *)&t + bad_fields[_i].offset,
			bad_fields[_i].size == 2 ? (void *)&wide : (void *)&narrow,
			bad_fields[_i].size);
	ck_assert_int_eq(sms_time_encode(out, &t), -1);
}
END_TEST

/* Each day of the century against the C library, in three zones. */
START_TEST(century)
{
	static const int zones[] = {0, -79, 22};
	const int64_t first = 946684800, last = 4102444800;

	for(int64_t utc = first + 86400; utc < last - 86400; utc += 86400 - 17) {
		for(unsigned z = 0; z < sizeof(zones) / sizeof(zones[0]); z++) {
			time_t local = (time_t)(utc + zones[z] * 900);
			struct sms_time t, again;
			struct tm tm;

			ck_assert_ptr_nonnull(gmtime_r(&local, &tm));
			ck_assert_int_eq(sms_time_from_utc(&t, utc, zones[z]), 0);
			ck_assert_int_eq(t.year, tm.tm_year + 1900);
			ck_assert_int_eq(t.month, tm.tm_mon + 1);
			ck_assert_int_eq(t.day, tm.tm_mday);
			ck_assert_int_eq(t.hour, tm.tm_hour);
			ck_assert_int_eq(t.minute, tm.tm_min);
			ck_assert_int_eq(t.second, tm.tm_sec);
			ck_assert_int_eq(sms_time_to_utc(&t), utc);
			ck_assert_int_eq(sms_time_decode(&again, t.raw), 0);
			ck_assert_int_eq(sms_time_to_utc(&again), utc);
		}
	}
}
END_TEST

START_TEST(outside_the_century)
{
	struct sms_time t;

	ck_assert_int_eq(sms_time_from_utc(&t, 946684800, 0), 0);
	ck_assert_int_eq(sms_time_from_utc(&t, 946684799, 0), -1);
	ck_assert_int_eq(sms_time_from_utc(&t, 946684799, 1), 0);
	ck_assert_int_eq(sms_time_from_utc(&t, 4102444799, 0), 0);
	ck_assert_int_eq(sms_time_from_utc(&t, 4102444800, 0), -1);
	ck_assert_int_eq(sms_time_from_utc(&t, 4102444800, -1), 0);
	ck_assert_int_eq(sms_time_from_utc(&t, 1795336867, 80), -1);
	ck_assert_int_eq(sms_time_from_utc(&t, 1795336867, -80), -1);
	ck_assert_int_eq(sms_time_from_utc(&t, INT64_MAX, 0), -1);
	ck_assert_int_eq(sms_time_from_utc(&t, INT64_MIN, 0), -1);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("time");
	TCase *tc = tcase_create("time");

	tcase_add_loop_test(tc, decode, 0, sizeof(stamps) / sizeof(stamps[0]));
	tcase_add_test(tc, no_digit);
	tcase_add_loop_test(
			tc, encode_refuses, 0, sizeof(bad_fields) / sizeof(bad_fields[0]));
	tcase_add_test(tc, century);
	tcase_add_test(tc, outside_the_century);
	suite_add_tcase(suite, tc);
	return unit_run(suite);
}
