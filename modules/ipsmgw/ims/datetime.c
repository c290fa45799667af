/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * RFC 3339: see datetime.h. The arithmetic is that of the TP layer's times.
 */
#include "datetime.h"

#include <stdbool.h>
#include <stdio.h>

#include "../codec/time.h"

/* So many digits at the front of *rest, within these bounds. */
static bool take_number(unsigned *out, struct span *rest, size_t digits,
		unsigned min, unsigned max)
{
	size_t i;

	if(rest->len < digits)
		return false;
	*out = 0;
	for(i = 0; i < digits; i++) {
		if(rest->s[i] < '0' || rest->s[i] > '9')
			return false;
		*out = 10 * *out + (unsigned)(rest->s[i] - '0');
	}
	*rest = span_skip(*rest, digits);
	return *out >= min && *out <= max;
}

static bool take(struct span *rest, const char *any_of)
{
	if(rest->len == 0 || rest->s[0] == '\0' || !strchr(any_of, rest->s[0]))
		return false;
	*rest = span_skip(*rest, 1);
	return true;
}

static bool take_fraction(struct span *rest)
{
	unsigned digit;

	if(!take(rest, "."))
		return true;
	if(!take_number(&digit, rest, 1, 0, 9))
		return false;
	while(take_number(&digit, rest, 1, 0, 9))
		;
	return true;
}

/* Seconds east of UTC. */
static bool take_zone(int *out, struct span *rest)
{
	bool west = rest->len > 0 && rest->s[0] == '-';
	unsigned hours, minutes;

	*out = 0;
	if(take(rest, "Zz"))
		return true;
	if(!take(rest, "+-") || !take_number(&hours, rest, 2, 0, 23)
			|| !take(rest, ":") || !take_number(&minutes, rest, 2, 0, 59))
		return false;
	*out = (int)(3600 * hours + 60 * minutes) * (west ? -1 : 1);
	return true;
}

int datetime_parse(int64_t *out, struct span text)
{
	unsigned year, month, day, hour, minute, second;
	struct sms_time time = {.quarters = 0};
	struct span rest = span_trim(text);
	int zone;

	/* 60: a leap second */
	if(!take_number(&year, &rest, 4, 2000, 2099) || !take(&rest, "-")
			|| !take_number(&month, &rest, 2, 1, 12) || !take(&rest, "-")
			|| !take_number(&day, &rest, 2, 1, 31) || !take(&rest, "Tt ")
			|| !take_number(&hour, &rest, 2, 0, 23) || !take(&rest, ":")
			|| !take_number(&minute, &rest, 2, 0, 59) || !take(&rest, ":")
			|| !take_number(&second, &rest, 2, 0, 60) || !take_fraction(&rest)
			|| !take_zone(&zone, &rest) || rest.len > 0)
		return -1;
	time.year = (uint16_t)year;
	time.month = (uint8_t)month;
	time.day = (uint8_t)day;
	time.hour = (uint8_t)hour;
	time.minute = (uint8_t)minute;
	time.second = (uint8_t)second;
	*out = sms_time_to_utc(&time) - zone;
	return 0;
}

size_t datetime_print(char out[DATETIME_MAX], int64_t seconds)
{
	struct sms_time t;
	int n;

	if(sms_time_from_utc(&t, seconds, 0) < 0)
		return 0;
	n = snprintf(out, DATETIME_MAX, "%04u-%02u-%02uT%02u:%02u:%02uZ", t.year,
			t.month, t.day, t.hour, t.minute, t.second);
	return n > 0 && n < DATETIME_MAX ? (size_t)n : 0;
}
