/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * TP-UD to UTF-8: real cases (test/vectors names their sources), every alphabet, headers of every alignment, and
 * UTF-16 with all that phones get wrong.
 */
#include "unit.h"

#include "codec/text.h"

#define DCS_8BIT 0x04
#define DCS_UCS2 0x08

/* Decode from a buffer of exactly the right size; out is NUL-terminated. */
static int decode(char out[SMS_TEXT_MAX + 1], uint8_t dcs, bool udhi,
		const char *hex, uint8_t udl)
{
	uint8_t octets[256];
	size_t len = unit_hex(octets, sizeof(octets), hex), n = 0;
	uint8_t *exact = malloc(len ? len : 1);
	struct udh udh;
	int result;

	memcpy(exact, octets, len);
	if(udhi)
		udh_decode(&udh, exact, len);
	result = sms_text_decode(out, &n, dcs, udhi ? &udh : NULL, exact, len, udl);
	out[n] = '\0';
	free(exact);
	return result;
}

static const struct
{
	const char *id, *hex;
	uint8_t dcs, udl;
	bool udhi;
	const char *text;
} vectors[] = {
		{"osmo-simple_enc", "f4f29c0ea297f174", 0, 9, false, "test text"},
		{"osmo-escape_enc",
				"2101280c6abfe5e5d186d2028ddf6d383b3d0ed3cb6410bd3ca70300bf4829"
				"0"
				"41a87e765",
				0, 41, false, "!$ a more#^- complicated test@@?_%! case"},
		{"osmo-enhanced_enc",
				"65373aec1e97c9a00d05b4416d7c1bde2605a297e774d006b8daf4401b0a88"
				"5"
				"e9ed301",
				0, 39, false, "enhanced ^ {][} test |+~ ^ test"},
		{"osmo-enhancedV2_enc",
				"65373aec1e97c9a00d05b4416d7c1bde2605a297e774d006b8daf4401b0a88"
				"5"
				"e9ed3e7",
				0, 40, false, "enhanced ^ {][} test |+~ ^ tests"},
		{"osmo-concatenated_part1_enc",
				"0500036f0201e8e8f41c949e83c2207a794e6f97e7f3f0b9ec02d1d1e93928"
				"3"
				"d078541f4f29cde2ecfe7e173d905a2a3d373507a0e0a83e8e539bd5d9ecfc"
				"3"
				"e7b20b4447a7e7a0f41c1406d1cb737abb3c9f87cf6517888e4ecf41e93928"
				"0"
				"ca297e7f476793e0f9fcb2e101d9d9e83d2735018442fcfe9edf27c1e3e975"
				"d"
				"a0719d0e4297e56590cbe572b974",
				0, 160, true,
				"this is a testmessage. this is a testmessage. this is a "
				"testmessage. this is a testmessage. this is a testmessage. "
				"this is a testmessage. cut here .....:"},
		{"osmo-concatenated_part2_enc",
				"0500036f02024074747a0e4acf4161d0bc3c7ebbc9207a794e6f97e7f3f0b9"
				"e"
				"c0295dd6410ba2c2fbb00",
				0, 47, true, " this is a second testmessage. end here."},
		{"vcore-u1", "d83dde33", DCS_UCS2, 4, false, "😳"},
		{"vcore-u2", "263afe0f", DCS_UCS2, 4, false, "☺️"},
		{"vcore-u3", "263ad83dde33", DCS_UCS2, 6, false, "☺😳"},
		{"vcore-u4", "d83dde02d83dde00", DCS_UCS2, 8, false, "😂😀"},
		{"vcore-u5", "d83edd14", DCS_UCS2, 4, false, "🤔"},
		{"vcore-u6", "d83d0041", DCS_UCS2, 4, false, "\uFFFDA"},
		{"vcore-u7", "de330041", DCS_UCS2, 4, false, "\uFFFDA"},
		{"vcore-u8", "d83edee5d83dde33d83dde02d83dde00", DCS_UCS2, 16, false,
				"🫥😳😂😀"},
		{"wart-nli1", "0325010d4097d9ec376800", 0, 12, true, "hello \u067B"},
		{"wart-nli2", "0324010d4097d9ec3768b302", 0, 13, true, "hello \u060F"},
		{"8-bit concatenation, 1 fill bit", "0500035a020182c16030180c068341", 0,
				17, true, "AAAAAAAAAA"},
		{"16-bit concatenation, no fill bit", "06080412340202f4709a0d", 0, 12,
				true, "tail"},
		{"Turkish single shift, 3 fill bits", "03240101d8a437f34d7a0d", 0, 12,
				true, "\u0131\u015F\u0131k"},
		{"Turkish both shifts, no fill bit", "0625010124010187ce610d2200", 0,
				14, true, "\u0131\u015F\u0131k \u20AC"},
};

START_TEST(vector)
{
	char text[SMS_TEXT_MAX + 1];

	ck_assert_int_eq(decode(text, vectors[_i].dcs, vectors[_i].udhi,
							 vectors[_i].hex, vectors[_i].udl),
			0);
	ck_assert_msg(strcmp(text, vectors[_i].text) == 0, "%s: %s, not %s",
			vectors[_i].id, text, vectors[_i].text);
}
END_TEST

static const struct
{
	const char *what, *hex;
	uint8_t dcs, udl;
	bool udhi;
	const char *text;
} oddities[] = {
		{"no text at all", "", 0, 0, false, ""},
		{"no text at all, UCS2", "", DCS_UCS2, 0, false, ""},
		{"header and no text", "0500035a0201", 0, 7, true, ""},
		{"header and no text, UCS2", "0500035a0201", DCS_UCS2, 6, true, ""},
		{"UDL before the header's end", "0500035a0201c8329bfd06", 0, 4, true,
				""},
		{"UDL before the header's end, UCS2", "0500035a02010041", DCS_UCS2, 4,
				true, ""},
		{"UDL short of the octets", "c8329bfd06", 0, 3, false, "Hel"},
		{"UDL short of the octets, UCS2", "00410042", DCS_UCS2, 2, false, "A"},
		{"UDL past the octets", "c8329bfd06", 0, 160, false, "Hello"},
		{"UDL past the octets, UCS2", "00410042", DCS_UCS2, 140, false, "AB"},
		{"no fill bits, UCS2", "0608041234020200410042", DCS_UCS2, 11, true,
				"AB"},
		{"language elements mean nothing in UCS2", "032401010053", DCS_UCS2, 6,
				true, "S"},
		{"unknown language", "032401fed8a437f34d7a0d", 0, 12, true, "isik"},
		{"UDHL past TP-UD: text from octet 0", "c8329bfd06", 0, 5, true,
				"Hello"},
		{"broken element: text behind UDHL", "0500045a020182c16030180c068341",
				0, 17, true, "AAAAAAAAAA"},
		{"broken element: text behind UDHL, UCS2", "0500ff5a02010041", DCS_UCS2,
				8, true, "A"},
		{"odd last octet", "004100", DCS_UCS2, 3, false, "A"},
		{"one octet", "00", DCS_UCS2, 1, false, ""},
		{"NUL", "004100000042", DCS_UCS2, 6, false, "A\uFFFDB"},
		{"high surrogate at the end", "0041d83d", DCS_UCS2, 4, false,
				"A\uFFFD"},
		{"half a low surrogate at the end", "0041d83dde", DCS_UCS2, 5, false,
				"A\uFFFD"},
		{"two high surrogates, then the low one", "d83dd83dde00", DCS_UCS2, 6,
				false, "\uFFFD\U0001F600"},
		{"low before high", "de00d83d", DCS_UCS2, 4, false, "\uFFFD\uFFFD"},
		{"first and last pair", "d800dc00dbffdfff", DCS_UCS2, 8, false,
				"\U00010000\U0010FFFF"},
		{"around the surrogates", "d7ffe000ffff", DCS_UCS2, 6, false,
				"\xED\x9F\xBF\uE000\uFFFF"},
		{"one, two and three octets", "007f008007ff0800", DCS_UCS2, 8, false,
				"\x7F\xC2\x80\u07FF\u0800"},
		{"message waiting, store, UCS2", "0041", 0xE8, 2, false, "A"},
		{"reserved coding group", "c8329bfd06", 0x80, 5, false, "Hello"},
		{"class 0", "c8329bfd06", 0x10, 5, false, "Hello"},
};

START_TEST(oddity)
{
	char text[SMS_TEXT_MAX + 1];

	ck_assert_int_eq(decode(text, oddities[_i].dcs, oddities[_i].udhi,
							 oddities[_i].hex, oddities[_i].udl),
			0);
	ck_assert_msg(strcmp(text, oddities[_i].text) == 0, "%s: %s",
			oddities[_i].what, text);
}
END_TEST

START_TEST(what_is_no_text)
{
	char text[SMS_TEXT_MAX + 1];

	for(unsigned dcs = 0; dcs < 256; dcs++)
		ck_assert_int_eq(decode(text, (uint8_t)dcs, false, "0041", 2),
				sms_dcs_is_text((uint8_t)dcs) ? 0 : -1);
}
END_TEST

/* Some phones cut between the halves: the octets joined first give the character back. */
START_TEST(pair_over_two_parts)
{
	static const uint8_t joined[] = {0xD8, 0x3D, 0xDE, 0x00};
	char text[SMS_TEXT_MAX + 1];

	ck_assert_int_eq(decode(text, DCS_UCS2, false, "d83d", 2), 0);
	ck_assert_str_eq(text, "\uFFFD");
	ck_assert_int_eq(decode(text, DCS_UCS2, false, "de00", 2), 0);
	ck_assert_str_eq(text, "\uFFFD");
	ck_assert_uint_eq(
			ucs2_to_utf8(text, SMS_TEXT_MAX, joined, sizeof(joined)), 4);
	ck_assert_mem_eq(text, "\U0001F600", 4);
}
END_TEST

/* The longest text of a TP-UD fits, and one that the standard does not allow is cut at a character. */
START_TEST(longest_text)
{
	uint8_t header_and_septets[256] = {3, IEI_LOCKING_SHIFT, 1, 6};
	char *exact = malloc(SMS_TEXT_MAX);
	struct udh udh;
	size_t n;

	udh_decode(&udh, header_and_septets, SMS_UD_MAX_OCTETS);
	ck_assert_int_eq(sms_text_decode(exact, &n, 0, &udh, header_and_septets,
							 SMS_UD_MAX_OCTETS, SMS_UD_MAX_SEPTETS),
			0);
	ck_assert_uint_eq(n, 3 * (SMS_UD_MAX_SEPTETS - 5));
	udh_decode(&udh, header_and_septets, 255);
	ck_assert_int_eq(
			sms_text_decode(exact, &n, 0, &udh, header_and_septets, 255, 255),
			0);
	ck_assert_uint_le(n, SMS_TEXT_MAX);
	ck_assert(utf8_valid(exact, n));
	free(exact);
}
END_TEST

START_TEST(room_for_ucs2)
{
	static const uint8_t units[] = {
			0x00, 0x41, 0x00, 0xE9, 0x20, 0xAC, 0xD8, 0x3D, 0xDE, 0x00};
	static const char whole[] = "A\u00E9\u20AC\U0001F600";

	for(size_t cap = 0; cap < sizeof(whole); cap++) {
		char *text = malloc(cap ? cap : 1);
		size_t n = ucs2_to_utf8(text, cap, units, sizeof(units));

		ck_assert_uint_le(n, cap);
		ck_assert_mem_eq(text, whole, n);
		ck_assert(utf8_valid(text, n));
		ck_assert_uint_lt(cap - n, 4);
		free(text);
	}
}
END_TEST

#define COUNT(a) ((int)(sizeof(a) / sizeof((a)[0])))

int main(void)
{
	Suite *suite = suite_create("text");
	TCase *tests = tcase_create("text");

	tcase_add_loop_test(tests, vector, 0, COUNT(vectors));
	tcase_add_loop_test(tests, oddity, 0, COUNT(oddities));
	tcase_add_test(tests, what_is_no_text);
	tcase_add_test(tests, pair_over_two_parts);
	tcase_add_test(tests, longest_text);
	tcase_add_test(tests, room_for_ucs2);
	suite_add_tcase(suite, tests);
	return unit_run(suite);
}
