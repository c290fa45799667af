/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Hub results to RP causes: see cause_map.h.
 */
#include "cause_map.h"

#include <ctype.h>
#include <string.h>

#define STATUS_MIN 300

void cause_map_defaults(struct cause_map *map)
{
	static const char *const rows[] = {
			"default=38",
			"404,410,484,604=1",
			"403,603,606=21",
			"408,480,504=41",
			"413,415,488,513=69/0x90",
			"486,503,600=42",
			"timeout,deadline,unsent=41",
	};
	size_t i;

	memset(map, 0, sizeof(*map));
	for(i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		cause_map_set(map, rows[i]);
}

static void set_range(
		struct cause_map *map, int from, int to, struct cause cause)
{
	int i;

	for(i = from; i < to; i++)
		map->row[i] = cause;
}

/* A decimal number, or a hexadecimal one after "0x", that is the whole text. -1: it is none, or above 0xffff. */
static long read_number(const char *s, size_t len)
{
	int base = len > 2 && s[0] == '0' && (s[1] == 'x' || s[1] == 'X') ? 16 : 10;
	const char *digits = base == 16 ? "0123456789abcdef" : "0123456789";
	long n = 0;
	size_t i = base == 16 ? 2 : 0;

	if(len == 0)
		return -1;
	for(; i < len; i++) {
		const char *digit =
				memchr(digits, tolower((unsigned char)s[i]), (size_t)base);

		if(!digit || n > 0xfff)
			return -1;
		n = n * base + (digit - digits);
	}
	return n;
}

/* One selector of a row, len octets. */
static int set_selector(
		struct cause_map *map, const char *s, size_t len, struct cause cause)
{
	static const struct
	{
		const char *word;
		int from, to;
	} words[] = {
			{"timeout", HUB_RESULT_TIMEOUT, HUB_RESULT_TIMEOUT + 1},
			{"deadline", HUB_RESULT_DEADLINE, HUB_RESULT_DEADLINE + 1},
			{"unsent", HUB_RESULT_UNSENT, HUB_RESULT_UNSENT + 1},
			{"default", STATUS_MIN, HUB_RESULT_MAX},
			{"3xx", 300, 400},
			{"4xx", 400, 500},
			{"5xx", 500, 600},
			{"6xx", 600, 700},
	};
	long status;
	size_t i;

	for(i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if(len == strlen(words[i].word)
				&& strncmp(s, words[i].word, len) == 0) {
			set_range(map, words[i].from, words[i].to, cause);
			return 0;
		}
	status = read_number(s, len);
	if(status < STATUS_MIN || status >= HUB_RESULT_MAX)
		return -1;
	map->row[status] = cause;
	return 0;
}

static int parse_cause(struct cause *out, const char *s)
{
	size_t n = strcspn(s, "/");
	long cause = read_number(s, n);
	long fcs = 0;

	if(cause < 1 || cause > 127)
		return -1;
	if(s[n] == '/') {
		fcs = read_number(s + n + 1, strlen(s + n + 1));
		if(fcs < 0x80 || fcs > 0xff)
			return -1;
	}
	out->cause = (uint8_t)cause;
	out->fcs = (uint8_t)fcs;
	return 0;
}

int cause_map_set(struct cause_map *map, const char *row)
{
	const char *eq = strchr(row, '=');
	struct cause cause;

	if(!eq || parse_cause(&cause, eq + 1) < 0)
		return -1;
	for(;;) {
		size_t n = strcspn(row, ",=");

		if(set_selector(map, row, n, cause) < 0)
			return -1;
		row += n;
		if(row == eq)
			return 0;
		row++;
	}
}

struct cause cause_map_get(const struct cause_map *map, int result)
{
	if(result <= 0 || result >= HUB_RESULT_MAX || map->row[result].cause == 0)
		return map->row[500];
	return map->row[result];
}
