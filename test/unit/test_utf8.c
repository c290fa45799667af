/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * UTF-8: every code point there and back, every ill-formed shape refused, and what belongs together.
 */
#include "unit.h"

#include "codec/text.h"
#include "codec/utf8.h"

/* Written with n octets, read back as itself, and as nothing when cut. */
static bool survives(uint32_t cp)
{
	char utf8[UTF8_MAX_OCTETS];
	uint32_t back = 0;
	size_t n = utf8_encode(utf8, UTF8_MAX_OCTETS, cp);

	if(n != 1u + (cp > 0x7F) + (cp > 0x7FF) + (cp > 0xFFFF)
			|| utf8_decode(&back, utf8, n) != n || back != cp)
		return false;
	for(size_t cut = 0; cut < n; cut++)
		if(utf8_decode(&back, utf8, cut) != 0)
			return false;
	return true;
}

START_TEST(every_code_point)
{
	for(uint32_t cp = 0; cp <= 0x10FFFF; cp++)
		if((cp < 0xD800 || cp > 0xDFFF) && !survives(cp))
			ck_abort_msg("U+%04X", cp);
}
END_TEST

static const struct
{
	const char *text;
	bool valid;
} shapes[] = {
		{"", true},
		{"caf\xC3\xA9", true},
		{"\x80", false},			 /* a tail alone */
		{"\xC3", false},			 /* cut */
		{"\xC3(", false},			 /* no tail */
		{"\xC0\x80", false},		 /* overlong U+0000 */
		{"\xC1\xBF", false},		 /* overlong U+007F */
		{"\xC2\x80", true},			 /* U+0080 */
		{"\xE0\x9F\xBF", false},	 /* overlong U+07FF */
		{"\xE0\xA0\x80", true},		 /* U+0800 */
		{"\xED\x9F\xBF", true},		 /* U+D7FF */
		{"\xED\xA0\x80", false},	 /* U+D800, a surrogate */
		{"\xED\xBF\xBF", false},	 /* U+DFFF */
		{"\xEE\x80\x80", true},		 /* U+E000 */
		{"\xE2\x82(", false},		 /* third octet no tail */
		{"\xF0\x8F\xBF\xBF", false}, /* overlong U+FFFF */
		{"\xF0\x90\x80\x80", true},	 /* U+10000 */
		{"\xF4\x8F\xBF\xBF", true},	 /* U+10FFFF */
		{"\xF4\x90\x80\x80", false}, /* above */
		{"\xF5\x80\x80\x80", false},
		{"\xF0\x9F\x98(", false}, /* fourth octet no tail */
		{"\xFE", false},
		{"\xFF", false},
};

START_TEST(shape)
{
	ck_assert_msg(utf8_valid(shapes[_i].text, strlen(shapes[_i].text))
						  == shapes[_i].valid,
			"shape %d", _i);
}
END_TEST

START_TEST(nul_is_a_character)
{
	ck_assert(utf8_valid("a\0b", 3));
}
END_TEST

static const struct
{
	uint32_t prev, cp;
	bool joins;
} pairs[] = {
		{'a', 'b', false}, {'e', 0x0301, true}, /* e, combining acute */
		{0x0301, 'b', false},					/* but not what follows */
		{0x0915, 0x093F, true},					/* ka, vowel sign i */
		{0x0915, 0x094D, true},					/* ka, virama */
		{0x0915, 0x0916, false},				/* ka, kha */
		{0x0BA8, 0x0BBF, true},					/* Tamil na, vowel sign i */
		{0x1F468, 0x200D, true},				/* man, joiner */
		{0x200D, 0x1F469, true},				/* joiner, woman */
		{0x200D, 'a', true},					/* joiner, anything */
		{0x263A, 0xFE0F, true},					/* smiley, as emoji */
		{0x1F44D, 0x1F3FD, true},				/* thumb, skin tone */
		{0x1F1E9, 0x1F1EA, true},				/* D, E: a flag */
		{0x1F1EA, 0x1F600, false}, {0x1F600, 0x1F601, false},
		{'1', 0x20E3, true}, /* keycap */
};

START_TEST(joining)
{
	ck_assert_msg(utf8_joins(pairs[_i].prev, pairs[_i].cp) == pairs[_i].joins,
			"U+%04X U+%04X", pairs[_i].prev, pairs[_i].cp);
}
END_TEST

#define COUNT(a) ((int)(sizeof(a) / sizeof((a)[0])))

int main(void)
{
	Suite *suite = suite_create("utf8");
	TCase *tests = tcase_create("utf8");

	tcase_add_test(tests, every_code_point);
	tcase_add_loop_test(tests, shape, 0, COUNT(shapes));
	tcase_add_test(tests, nul_is_a_character);
	tcase_add_loop_test(tests, joining, 0, COUNT(pairs));
	suite_add_tcase(suite, tests);
	return unit_run(suite);
}
