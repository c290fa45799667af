/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Content transfer encodings (RFC 2045 6.7, 6.8): see mime.h.
 */
#include <stdint.h>

#include "mime.h"

struct writer
{
	char *out;
	size_t cap, len;
};

static int put(struct writer *w, char c)
{
	if(w->len >= w->cap)
		return -1;
	w->out[w->len++] = c;
	return 0;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static int base64_value(char c)
{
	static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
								   "abcdefghijklmnopqrstuvwxyz0123456789+/";
	const char *p = memchr(alphabet, c, sizeof(alphabet) - 1);

	return p ? (int)(p - alphabet) : -1;
}

/* Behind the first "=" there is nothing but padding. */
static bool is_padding(struct span rest)
{
	size_t i;

	for(i = 0; i < rest.len; i++)
		if(rest.s[i] != '=' && !is_blank(rest.s[i]))
			return false;
	return true;
}

static int decode_base64(struct writer *w, struct span in)
{
	uint32_t bits = 0;
	unsigned held = 0, digits = 0; /* bits not yet written, digits of a group */
	size_t i;

	for(i = 0; i < in.len && in.s[i] != '='; i++) {
		int value = base64_value(in.s[i]);

		if(value < 0 && is_blank(in.s[i]))
			continue;
		if(value < 0)
			return -1;
		bits = bits << 6 | (uint32_t)value;
		held += 6;
		digits++;
		if(held < 8)
			continue;
		held -= 8;
		if(put(w, (char)(bits >> held & 0xff)) < 0)
			return -1;
	}
	/* one digit alone makes no octet */
	return digits % 4 == 1 || !is_padding(span_skip(in, i)) ? -1 : 0;
}

static int hex_value(char c)
{
	if(c >= '0' && c <= '9')
		return c - '0';
	if(c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	if(c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return -1;
}

/* One line without its line break; *soft: it goes on without one. */
static int decode_quoted_line(struct writer *w, struct span line, bool *soft)
{
	size_t i = 0;

	/* blanks at the end were added on the way */
	while(line.len > 0 && is_blank(line.s[line.len - 1]))
		line.len--;
	*soft = line.len > 0 && line.s[line.len - 1] == '=';
	if(*soft)
		line.len--;
	while(i < line.len) {
		char c = line.s[i++];

		if(c == '=') {
			int high = i + 2 <= line.len ? hex_value(line.s[i]) : -1;
			int low = i + 2 <= line.len ? hex_value(line.s[i + 1]) : -1;

			if(high < 0 || low < 0)
				return -1;
			c = (char)(high << 4 | low);
			i += 2;
		}
		if(put(w, c) < 0)
			return -1;
	}
	return 0;
}

static int decode_quoted_printable(struct writer *w, struct span in)
{
	while(in.len > 0) {
		size_t n = span_find(in, '\n');
		bool broken = n < in.len, cr = broken && n > 0 && in.s[n - 1] == '\r';
		bool soft;

		if(decode_quoted_line(w, (struct span){in.s, n}, &soft) < 0)
			return -1;
		if(broken && !soft && cr && put(w, '\r') < 0)
			return -1;
		if(broken && !soft && put(w, '\n') < 0)
			return -1;
		in = span_skip(in, n + 1);
	}
	return 0;
}

int mime_decode(char *out, size_t cap, size_t *len, struct span body,
		enum mime_encoding encoding)
{
	struct writer w = {out, cap, 0};
	int rc = -1;

	*len = 0;
	switch(encoding) {
		case MIME_AS_IS:
			if(body.len > cap)
				return -1;
			if(body.len > 0)
				memcpy(out, body.s, body.len);
			*len = body.len;
			return 0;
		case MIME_BASE64:
			rc = decode_base64(&w, body);
			break;
		case MIME_QUOTED_PRINTABLE:
			rc = decode_quoted_printable(&w, body);
			break;
		case MIME_OTHER:
			break;
	}
	*len = rc < 0 ? 0 : w.len;
	return rc;
}
