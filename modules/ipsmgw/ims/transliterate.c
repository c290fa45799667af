/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Letters without their accents: see transliterate.h.
 */
#include "transliterate.h"

#include <stddef.h>

#include "../codec/text.h"
#include "../codec/utf8.h"

/* Base letters of a range of Unicode, one for each character; "|": it has none. */
static const struct
{
	uint32_t first, last;
	const char *letters;
} ranges[] = {
		/* Latin-1 Supplement */
		{0x00C0, 0x00FF,
				"AAAAAA|CEEEEIIIIDNOOOOOx|UUUUYT|aaaaaa|ceeeeiiiidnooooo:|"
				"uuuuyty"},
		/* Latin Extended-A */
		{0x0100, 0x017F,
				"AaAaAaCcCcCcCcDdDdEeEeEeEeEeGgGgGgGgHhHhIiIiIiIiIiIiJjKkkLlLlL"
				"l"
				"LlLlNnNnNnnNnOoOoOoOoRrRrRrSsSsSsSsTtTtTtUuUuUuUuUuUuWwYyYZzZz"
				"Z"
				"zs"},
		/* Latin Extended-B: Vietnamese, carons, Romanian */
		{0x01A0, 0x01A1, "Oo"},
		{0x01AF, 0x01B0, "Uu"},
		{0x01CD, 0x01DC, "AaIiOoUuUuUuUuUu"},
		{0x01E6, 0x01ED, "GgKkOoOo"},
		{0x0218, 0x021B, "SsTt"},
		/* Latin Extended Additional */
		{0x1E00, 0x1E99,
				"AaBbBbBbCcDdDdDdDdDdEeEeEeEeEeFfGgHhHhHhHhHhIiIiKkKkKkLlLlLlLl"
				"MmMmMmNnNnNnNnOoOoOoOoPpPpRrRrRrRrSsSsSsSsSsTtTtTtTtUuUuUuUuUu"
				"V"
				"vVvWwWwWwWwWwXxXxYyZzZzZzhtwy"},
		{0x1EA0, 0x1EF9,
				"AaAaAaAaAaAaAaAaAaAaAaAaEeEeEeEeEeEeEeEeIiIiOoOoOoOoOoOoOoOoOo"
				"O"
				"oOoOoUuUuUuUuUuUuUuYyYyYyYy"},
		/* Greek capitals, by their shape */
		{0x0391, 0x03A9, "AB||EZH|IK|MN|O|P||TY|X||"},
		/* blanks, dashes, quotation marks */
		{0x00A0, 0x00A0, " "},
		{0x2000, 0x200A, "           "},
		{0x2010, 0x2015, "------"},
		{0x2018, 0x201F, "''''\"\"\"\""},
		{0x202F, 0x202F, " "},
		{0x00AB, 0x00AB, "\""},
		{0x00BB, 0x00BB, "\""},
};

#define NO_LETTER '|'

static bool has_code(uint32_t cp)
{
	char octets[UTF8_MAX_OCTETS];
	uint8_t septets[2];
	size_t count, len = utf8_encode(octets, sizeof(octets), cp);

	return gsm7_septets_from_utf8(septets, sizeof(septets), &count, octets, len)
		   == 0;
}

uint32_t transliterate(uint32_t cp)
{
	if(cp < ' ')
		return 0;
	if(has_code(cp))
		return cp;
	for(size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++)
		if(cp >= ranges[i].first && cp <= ranges[i].last) {
			char letter = ranges[i].letters[cp - ranges[i].first];

			return letter == NO_LETTER ? 0 : (uint8_t)letter;
		}
	return 0;
}
