/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * UTF-8 in the well-formed table of Unicode 3.9 (no overlong forms, no surrogates, nothing above U+10FFFF), and the
 * marks that must not be torn from their character. For the codec's own files; pure functions.
 */
#include "utf8.h"

#include "text.h"

static bool is_tail(uint8_t octet)
{
	return (octet & 0xC0) == 0x80;
}

/* Two to four octets of a non-ASCII character; the range of the second one excludes every ill form. */
static size_t decode_multi(uint32_t *cp, const uint8_t *in, size_t len)
{
	uint8_t lead = in[0], lowest = 0x80, highest = 0xBF;
	size_t octets;

	if(lead >= 0xC2 && lead <= 0xDF) {
		octets = 2;
		*cp = lead & 0x1F;
	} else if(lead >= 0xE0 && lead <= 0xEF) {
		octets = 3;
		*cp = lead & 0x0F;
		lowest = lead == 0xE0 ? 0xA0 : 0x80;
		highest = lead == 0xED ? 0x9F : 0xBF;
	} else if(lead >= 0xF0 && lead <= 0xF4) {
		octets = 4;
		*cp = lead & 0x07;
		lowest = lead == 0xF0 ? 0x90 : 0x80;
		highest = lead == 0xF4 ? 0x8F : 0xBF;
	} else {
		return 0;
	}
	if(len < octets || in[1] < lowest || in[1] > highest)
		return 0;
	for(size_t i = 1; i < octets; i++) {
		if(!is_tail(in[i]))
			return 0;
		*cp = *cp << 6 | (in[i] & 0x3F);
	}
	return octets;
}

size_t utf8_decode(uint32_t *cp, const char *in, size_t len)
{
	const uint8_t *octets = (const uint8_t *)in;

	if(len == 0)
		return 0;
	if(octets[0] < 0x80) {
		*cp = octets[0];
		return 1;
	}
	return decode_multi(cp, octets, len);
}

size_t utf8_encode(char *out, size_t cap, uint32_t cp)
{
	static const uint8_t leads[UTF8_MAX_OCTETS + 1] = {
			0, 0x00, 0xC0, 0xE0, 0xF0};
	size_t octets = cp < 0x80 ? 1 : cp < 0x800 ? 2 : cp < 0x10000 ? 3 : 4;

	if(octets > cap)
		return 0;
	for(size_t i = octets - 1; i > 0; i--, cp >>= 6)
		out[i] = (char)(0x80 | (cp & 0x3F));
	out[0] = (char)(leads[octets] | cp);
	return octets;
}

bool utf8_valid(const char *in, size_t len)
{
	size_t octets;
	uint32_t cp;

	for(; len > 0; in += octets, len -= octets) {
		octets = utf8_decode(&cp, in, len);
		if(octets == 0)
			return false;
	}
	return true;
}

#define ZERO_WIDTH_JOINER 0x200D

static bool is_regional_indicator(uint32_t cp)
{
	return cp >= 0x1F1E6 && cp <= 0x1F1FF;
}

/* Blocks 0900 to 0DFF are laid out alike: signs and vowel signs at the same places of each 128. */
static bool is_indic_mark(uint32_t cp)
{
	uint32_t place = cp & 0x7F;

	return cp >= 0x0900 && cp <= 0x0DFF
		   && (place <= 0x03 || place == 0x3C
				   || (place >= 0x3E && place <= 0x4D)
				   || (place >= 0x55 && place <= 0x57) || place == 0x62
				   || place == 0x63);
}

static bool is_mark(uint32_t cp)
{
	static const struct
	{
		uint32_t first, last;
	} marks[] = {
			{0x0300, 0x036F},	/* combining diacritical marks */
			{0x0483, 0x0489},	/* Cyrillic */
			{0x0591, 0x05BD},	/* Hebrew points */
			{0x0610, 0x061A},	/* Arabic signs */
			{0x064B, 0x065F},	/* Arabic vowels */
			{0x0670, 0x0670},	/* Arabic superscript alef */
			{0x06D6, 0x06DC},	/* Koranic signs */
			{0x0E34, 0x0E3A},	/* Thai */
			{0x0E47, 0x0E4E},	/* Thai */
			{0x1AB0, 0x1AFF},	/* diacritical marks extended */
			{0x1DC0, 0x1DFF},	/* diacritical marks supplement */
			{0x20D0, 0x20FF},	/* marks for symbols, keycap */
			{0xFE00, 0xFE0F},	/* variation selectors */
			{0xFE20, 0xFE2F},	/* half marks */
			{0x1F3FB, 0x1F3FF}, /* skin tones */
			{0xE0020, 0xE007F}, /* tags of regional flags */
			{0xE0100, 0xE01EF}, /* variation selectors supplement */
	};

	for(size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++)
		if(cp >= marks[i].first && cp <= marks[i].last)
			return true;
	return false;
}

bool utf8_joins(uint32_t prev, uint32_t cp)
{
	if(cp < 0x0300) /* no mark below: spares plain text the search */
		return prev == ZERO_WIDTH_JOINER;
	return prev == ZERO_WIDTH_JOINER || cp == ZERO_WIDTH_JOINER || is_mark(cp)
		   || is_indic_mark(cp)
		   || (is_regional_indicator(prev) && is_regional_indicator(cp));
}
