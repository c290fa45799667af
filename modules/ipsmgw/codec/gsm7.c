/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * GSM 7 bit: packing and unpacking of septets (TS 23.038 6.1.2.1.1) and their translation to UTF-8. On the path of
 * every message, so eight septets at a time. For text.c, address.c and tests; touches only the buffers it is given.
 */
#include "gsm7.h"

#include <string.h>

#include "text.h"
#include "utf8.h"

_Static_assert(GSM7_LANGUAGES == SMS_LANGUAGES, "text.h and the tables differ");

#define EACH_OCTET 0x0101010101010101ULL

/* Up to eight octets, the first in the lowest bits; what is not there is 0. */
static uint64_t load_le64(const uint8_t *in, size_t len)
{
	uint64_t v = 0;

	if(len >= 8)
		return (uint64_t)in[0] | (uint64_t)in[1] << 8 | (uint64_t)in[2] << 16
			   | (uint64_t)in[3] << 24 | (uint64_t)in[4] << 32
			   | (uint64_t)in[5] << 40 | (uint64_t)in[6] << 48
			   | (uint64_t)in[7] << 56;
	while(len-- > 0)
		v = v << 8 | in[len];
	return v;
}

/* Eight septets from septet `at` on, one in each octet of the result, the first in the lowest. */
static uint64_t unpack8(const uint8_t *in, size_t len, unsigned at)
{
	size_t octet = (size_t)at * 7 / 8;
	uint64_t v = load_le64(in + octet, len - octet) >> (at * 7 % 8);

	/* spread 56 bits: halves of 28, quarters of 14, then the septets */
	v = (v & 0x000000000FFFFFFFULL) | (v & 0x00FFFFFFF0000000ULL) << 4;
	v = (v & 0x00003FFF00003FFFULL) | (v & 0x0FFFC0000FFFC000ULL) << 2;
	return (v & 0x007F007F007F007FULL) | (v & 0x3F803F803F803F80ULL) << 1;
}

/* Adding 7F to an octet of 0 to 7F sets its high bit unless it is 0: here, unless it was the escape. */
static bool has_escape(uint64_t septets)
{
	uint64_t differs = (septets ^ EACH_OCTET * GSM7_ESCAPE) + EACH_OCTET * 0x7F;

	return (differs & EACH_OCTET * 0x80) != EACH_OCTET * 0x80;
}

/* High bit of each octet (all of them 0 to 7F) that is at least n. */
static uint64_t at_least(uint64_t octets, unsigned n)
{
	return octets + EACH_OCTET * (0x80 - n);
}

/* All eight are those that a table with gsm7_is_latin has where ASCII has them: 20 to 3F but $, letters. */
static bool are_ascii(uint64_t septets)
{
	uint64_t high = at_least(septets, 0x40);
	uint64_t small = septets | EACH_OCTET * 0x20; /* of a letter */
	uint64_t letter = high & at_least(small, 'a') & ~at_least(small, 'z' + 1);
	uint64_t not_dollar = at_least(septets ^ EACH_OCTET * '$', 1);
	uint64_t other = ~high & at_least(septets, ' ') & not_dollar;

	return ((letter | other) & EACH_OCTET * 0x80) == EACH_OCTET * 0x80;
}

static char *put8_ascii(char *out, uint64_t septets)
{
	out[0] = (char)septets; /* written out, compilers make one store of it */
	out[1] = (char)(septets >> 8);
	out[2] = (char)(septets >> 16);
	out[3] = (char)(septets >> 24);
	out[4] = (char)(septets >> 32);
	out[5] = (char)(septets >> 40);
	out[6] = (char)(septets >> 48);
	out[7] = (char)(septets >> 56);
	return out + 8;
}

/* Eight septets without an escape. Copies whole glyphs, of which the next one overwrites the rest: out must have room
 * for eight of them. */
static char *put8(char *out, uint64_t septets, const struct gsm7_glyph *locking)
{
	for(unsigned i = 0; i < 8; i++, septets >>= 8) {
		struct gsm7_glyph g = locking[septets & 0x7F];

		memcpy(out, &g, sizeof(g));
		out += g.len;
	}
	return out;
}

struct decoder
{
	const struct gsm7_glyph *locking, *single;
	bool latin;
	char *to, *full; /* next octet to write, end of the room */
	bool escaped;	 /* the septet before was an escape */
};

/* One septet of any kind; false when there is no room left. */
static bool put1(struct decoder *d, uint8_t septet)
{
	const struct gsm7_glyph *g = &d->locking[septet];

	if(d->escaped) {
		d->escaped = false;
		if(d->single[septet].len > 0)
			g = &d->single[septet];
	} else if(septet == GSM7_ESCAPE) {
		d->escaped = true;
		return true;
	}
	if(d->full - d->to < g->len)
		return false;
	for(unsigned i = 0; i < g->len; i++)
		*d->to++ = (char)g->utf8[i];
	return true;
}

/* Eight septets at once, when nothing about them is special. */
static bool put8_at_once(struct decoder *d, uint64_t septets)
{
	if(d->escaped || (size_t)(d->full - d->to) < 8 * sizeof(*d->locking))
		return false;
	if(d->latin && are_ascii(septets))
		d->to = put8_ascii(d->to, septets);
	else if(!has_escape(septets))
		d->to = put8(d->to, septets, d->locking);
	else
		return false;
	return true;
}

static void start(struct decoder *d, char *out, size_t cap, uint8_t locking,
		uint8_t single)
{
	if(locking >= GSM7_LANGUAGES)
		locking = 0;
	if(single >= GSM7_LANGUAGES)
		single = 0;
	d->locking = gsm7_locking[locking];
	d->single = gsm7_single[single];
	d->latin = gsm7_is_latin[locking];
	d->to = out;
	d->full = out + cap;
	d->escaped = false;
}

size_t gsm7_to_utf8(char *out, size_t cap, const uint8_t *in, size_t len,
		unsigned first_septet, unsigned end_septet, uint8_t locking,
		uint8_t single)
{
	struct decoder d;

	start(&d, out, cap, locking, single);
	if(end_septet > len * 8 / 7)
		end_septet = (unsigned)(len * 8 / 7);
	for(unsigned at = first_septet; at < end_septet; at += 8) {
		uint64_t septets = unpack8(in, len, at);
		unsigned left = end_septet - at;

		if(left >= 8 && put8_at_once(&d, septets))
			continue;
		for(unsigned i = 0; i < 8 && i < left; i++, septets >>= 8)
			if(!put1(&d, septets & 0x7F))
				return (size_t)(d.to - out);
	}
	return (size_t)(d.to - out);
}

int gsm7_septets_from_utf8(
		uint8_t *out, size_t cap, size_t *count, const char *text, size_t len)
{
	size_t octets, n = 0;
	uint32_t cp;

	for(; len > 0; text += octets, len -= octets) {
		const struct gsm7_codes *codes;
		unsigned width;

		octets = utf8_decode(&cp, text, len);
		if(octets == 0)
			return -1;
		codes = gsm7_codes_of(cp);
		width = gsm7_width(codes, 0, 0);
		if(width == 0 || width > cap - n)
			return -1;
		n += gsm7_put(out + n, codes, 0, 0);
	}
	*count = n;
	return 0;
}

void gsm7_pack(
		uint8_t *out, unsigned first, const uint8_t *septets, size_t count)
{
	size_t bit = (size_t)first * 7;

	for(size_t i = 0; i < count; i++, bit += 7) {
		unsigned v = (septets[i] & 0x7Fu) << bit % 8;

		out[bit / 8] |= (uint8_t)v;
		if(v > UINT8_MAX)
			out[bit / 8 + 1] |= (uint8_t)(v >> 8);
	}
}
