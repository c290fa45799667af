/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Escapes, hex digits and numbers in rows: see row_text.h.
 */
#include "row_text.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* It stands in no URI. */
#define ESCAPE '^'

static const char hex[] = "0123456789ABCDEF";

/* --- writing -------------------------------------------------------------- */

void row_put(struct row_writer *w, char c)
{
	if(w->at < w->end)
		*w->at++ = c;
	else
		w->full = true;
}

static bool is_plain(char c)
{
	return c > ' ' && c < 0x7f && c != '\'' && c != '"' && c != '\\'
		   && c != ESCAPE;
}

void row_put_hex(struct row_writer *w, const uint8_t *in, size_t len)
{
	size_t i;

	for(i = 0; i < len; i++) {
		row_put(w, hex[in[i] >> 4]);
		row_put(w, hex[in[i] & 15]);
	}
}

void row_put_text(struct row_writer *w, struct span text)
{
	size_t i;

	for(i = 0; i < text.len; i++) {
		if(is_plain(text.s[i])) {
			row_put(w, text.s[i]);
		} else {
			row_put(w, ESCAPE);
			row_put_hex(w, (const uint8_t *)text.s + i, 1);
		}
	}
}

size_t row_text_length(struct span text)
{
	size_t i, length = 0;

	for(i = 0; i < text.len; i++)
		length += is_plain(text.s[i]) ? 1 : 3;
	return length;
}

void row_put_number(struct row_writer *w, int64_t number)
{
	char digits[24];
	int i, n = snprintf(digits, sizeof(digits), "%" PRId64, number);

	for(i = 0; i < n; i++)
		row_put(w, digits[i]);
}

struct span row_written(const struct row_writer *w, char *from)
{
	return (struct span){from, (size_t)(w->at - from)};
}

/* --- reading -------------------------------------------------------------- */

static int hex_digit(char c)
{
	const char *p = memchr(hex, c, 16);

	return p ? (int)(p - hex) : -1;
}

/* The octet of the first two hex digits; -1: there are none. */
static int octet_of(struct span digits)
{
	int high = digits.len >= 2 ? hex_digit(digits.s[0]) : -1;
	int low = digits.len >= 2 ? hex_digit(digits.s[1]) : -1;

	return high < 0 || low < 0 ? -1 : high << 4 | low;
}

static int take_octet(struct row_reader *r, int octet)
{
	if(octet < 0 || r->at == r->end)
		return -1;
	*r->at++ = (char)octet;
	return 0;
}

int row_take_text(struct row_reader *r, struct span *out, struct span text)
{
	char *from = r->at;
	size_t used;

	for(; text.len > 0; text = span_skip(text, used)) {
		used = text.s[0] == ESCAPE ? 3 : 1;
		if(take_octet(r, text.s[0] == ESCAPE ? octet_of(span_skip(text, 1))
											 : (unsigned char)text.s[0])
				< 0)
			return -1;
	}
	*out = (struct span){from, (size_t)(r->at - from)};
	return 0;
}

int row_take_hex(struct row_reader *r, struct span *out, struct span text)
{
	char *from = r->at;

	for(; text.len > 0; text = span_skip(text, 2))
		if(take_octet(r, octet_of(text)) < 0)
			return -1;
	*out = (struct span){from, (size_t)(r->at - from)};
	return 0;
}

int row_take_number(int64_t *out, struct span text)
{
	char digits[24];
	char *end;

	if(text.len == 0 || text.len >= sizeof(digits))
		return -1;
	memcpy(digits, text.s, text.len);
	digits[text.len] = '\0';
	*out = strtoll(digits, &end, 10);
	return end == digits + text.len ? 0 : -1;
}

struct span row_take_until(struct span *rest, char end)
{
	struct span word = {rest->s, span_find(*rest, end)};

	*rest = span_skip(*rest, word.len + 1);
	return word;
}
