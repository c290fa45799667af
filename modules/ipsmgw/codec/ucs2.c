/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * UCS2 of TP-UD to UTF-8 (TS 23.038 6.2.3), read as UTF-16BE as phones send it. For text.c, and for who joins the
 * parts of a message: a phone may have split a pair between two parts, so join the octets first, then convert.
 */
#include "text.h"
#include "utf8.h"

static uint32_t unit_at(const uint8_t *in)
{
	return (uint32_t)in[0] << 8 | in[1];
}

static bool is_surrogate(uint32_t unit)
{
	return (unit & 0xF800) == 0xD800;
}

/* The character that starts with a surrogate; *octets is 4 when its other half follows. */
static uint32_t pair_at(const uint8_t *in, size_t len, size_t *octets)
{
	uint32_t high = unit_at(in), low = len >= 4 ? unit_at(in + 2) : 0;

	if((high & 0xFC00) != 0xD800 || (low & 0xFC00) != 0xDC00)
		return UNICODE_REPLACEMENT;
	*octets = 4;
	return 0x10000 + ((high & 0x3FF) << 10 | (low & 0x3FF));
}

size_t ucs2_to_utf8(char *out, size_t cap, const uint8_t *in, size_t len)
{
	char *to = out, *const full = out + cap;
	size_t octets;

	for(; len >= 2; in += octets, len -= octets) {
		uint32_t cp = unit_at(in);
		size_t n;

		octets = 2;
		if(is_surrogate(cp))
			cp = pair_at(in, len, &octets);
		else if(cp == 0)
			cp = UNICODE_REPLACEMENT;
		n = utf8_encode(to, (size_t)(full - to), cp);
		if(n == 0)
			break;
		to += n;
	}
	return (size_t)(to - out);
}
