/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * TP time stamps (TS 23.040 9.2.3.11): swapped BCD to fields, fields to UTC and back. Pure arithmetic, no libc time
 * functions, so it is safe in any process and knows no local zone.
 */
#include "time.h"

#include <stdio.h>
#include <string.h>

#define QUARTER_SECONDS (15 * 60)
#define DAY_SECONDS 86400
#define MAX_QUARTERS 79
#define ZONE_SIGN 0x08 /* of the swapped tens digit: west of UTC */

/* the octets before the zone, in order */
enum
{
	YEAR,
	MONTH,
	DAY,
	HOUR,
	MINUTE,
	SECOND,
	ZONE
};

static uint8_t swapped(unsigned value)
{
	return (uint8_t)((value % 10) << 4 | value / 10);
}

static unsigned month_days(unsigned year, unsigned month)
{
	static const uint8_t days[] = {
			31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

	/* 2000 to 2099 has no year that is divisible by 4 and yet no leap year */
	return month == 2 && year % 4 == 0 ? 29 : days[month - 1];
}

static bool in_range(const struct sms_time *in)
{
	return in->year >= 2000 && in->year <= 2099 && in->month >= 1
		   && in->month <= 12 && in->day >= 1
		   && in->day <= month_days(in->year, in->month) && in->hour <= 23
		   && in->minute <= 59 && in->second <= 59
		   && in->quarters >= -MAX_QUARTERS && in->quarters <= MAX_QUARTERS;
}

int sms_time_decode(struct sms_time *out, const uint8_t in[SMS_TIME_OCTETS])
{
	uint8_t v[ZONE];
	int quarters;

	for(int i = 0; i < ZONE; i++) {
		uint8_t tens = in[i] & 0x0F, units = in[i] >> 4;

		if(tens > 9 || units > 9)
			return -1;
		v[i] = (uint8_t)(10 * tens + units);
	}
	quarters = 10 * (in[ZONE] & 0x07) + (in[ZONE] >> 4);

	memcpy(out->raw, in, SMS_TIME_OCTETS);
	out->year = (uint16_t)(2000 + v[YEAR]);
	out->month = v[MONTH];
	out->day = v[DAY];
	out->hour = v[HOUR];
	out->minute = v[MINUTE];
	out->second = v[SECOND];
	out->quarters = (int8_t)(in[ZONE] & ZONE_SIGN ? -quarters : quarters);
	out->in_range = in[ZONE] >> 4 <= 9 && in_range(out);
	return 0;
}

int sms_time_encode(uint8_t out[SMS_TIME_OCTETS], const struct sms_time *in)
{
	uint8_t zone = (uint8_t)(in->quarters < 0 ? -in->quarters : in->quarters);

	if(!in_range(in))
		return -1;
	out[YEAR] = swapped(in->year - 2000u);
	out[MONTH] = swapped(in->month);
	out[DAY] = swapped(in->day);
	out[HOUR] = swapped(in->hour);
	out[MINUTE] = swapped(in->minute);
	out[SECOND] = swapped(in->second);
	out[ZONE] = (uint8_t)(swapped(zone) | (in->quarters < 0 ? ZONE_SIGN : 0));
	return 0;
}

/* Days since 1970-01-01 of the first of a month; month counts from 0 = January and may run over the year. Counting
 * years from March puts the leap day last. */
static int64_t days_to_month(int64_t year, int64_t month)
{
	int64_t y = year + (month >= 0 ? month / 12 : (month - 11) / 12);
	int64_t m = month - 12 * (y - year);
	int64_t from_march = (m + 10) % 12;

	if(m < 2)
		y--;
	return 365 * y + y / 4 - y / 100 + y / 400 + (153 * from_march + 2) / 5
		   - 719468;
}

int64_t sms_time_to_utc(const struct sms_time *in)
{
	int64_t days = days_to_month(in->year, in->month - 1) + in->day - 1;

	return days * DAY_SECONDS + in->hour * 3600 + in->minute * 60 + in->second
		   - in->quarters * QUARTER_SECONDS;
}

int sms_time_from_utc(struct sms_time *out, int64_t utc, int quarters)
{
	int64_t local, days, rest;
	int64_t month = 0;

	if(quarters < -MAX_QUARTERS || quarters > MAX_QUARTERS)
		return -1;
	/* far enough from the ends of int64_t, and of the years that can be told, for the arithmetic below */
	if(utc < 0 || utc > (int64_t)200 * 366 * DAY_SECONDS)
		return -1;
	local = utc + quarters * QUARTER_SECONDS;
	if(local < days_to_month(2000, 0) * DAY_SECONDS
			|| local >= days_to_month(2100, 0) * DAY_SECONDS)
		return -1;

	days = local / DAY_SECONDS;
	rest = local % DAY_SECONDS;
	out->year = (uint16_t)(1970 + days / 366); /* never late, a little early */
	while(days_to_month(out->year + 1, 0) <= days)
		out->year++;
	while(days_to_month(out->year, month + 1) <= days)
		month++;
	out->month = (uint8_t)(month + 1);
	out->day = (uint8_t)(days - days_to_month(out->year, month) + 1);
	out->hour = (uint8_t)(rest / 3600);
	out->minute = (uint8_t)(rest / 60 % 60);
	out->second = (uint8_t)(rest % 60);
	out->quarters = (int8_t)quarters;
	out->in_range = true;
	return sms_time_encode(out->raw, out);
}

void sms_time_print(char out[SMS_TIME_TEXT_MAX], const struct sms_time *in)
{
	uint8_t zone = (uint8_t)(in->quarters < 0 ? -in->quarters : in->quarters);

	snprintf(out, SMS_TIME_TEXT_MAX, "%04u-%02u-%02uT%02u:%02u:%02u%c%02d:%02d",
			in->year, in->month, in->day, in->hour, in->minute, in->second,
			in->quarters < 0 ? '-' : '+', zone / 4, zone % 4 * 15);
}
