/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * GSM 7 bit: every row of the TSV in both directions, what the TSV leaves undefined, packing at every alignment, and
 * the bounds of both buffers. Run from the top of the tree.
 */
#include "unit.h"

#include <stdio.h>

#include "codec/gsm7.h"
#include "codec/text.h"
#include "codec/utf8.h"

#define TSV "modules/ipsmgw/codec/gsm-23.038-tables.tsv"
#define TSV_ROWS 2445
#define SPANISH 2 /* has no locking table */

enum table
{
	LOCKING,
	SINGLE,
};

static uint32_t expected[SMS_LANGUAGES][2][GSM7_CODES]; /* 0: undefined */
static unsigned rows_read;

static void read_tsv(void)
{
	FILE *tsv = fopen(TSV, "r");
	char line[256];

	ck_assert_msg(tsv != NULL, "cannot open " TSV);
	while(fgets(line, sizeof(line), tsv)) {
		unsigned language, code;
		uint32_t ucs;
		char table;

		if(sscanf(line, "%u\t%*[a-z]\t%c\t%x\tU+%x\t", &language, &table, &code,
				   &ucs)
				!= 4)
			continue;
		ck_assert_uint_lt(language, SMS_LANGUAGES);
		ck_assert_uint_lt(code, GSM7_CODES);
		expected[language][table == 'S'][code] = ucs;
		rows_read++;
	}
	fclose(tsv);
	memcpy(expected[SPANISH][LOCKING], expected[0][LOCKING],
			sizeof(expected[0][LOCKING]));
}

/* Decode septets (one an octet) from buffers of exactly the right size; out is NUL-terminated. */
static void decode(char *out, size_t cap, const uint8_t *septets, size_t count,
		uint8_t locking, uint8_t single)
{
	size_t len = (count * 7 + 7) / 8, n;
	uint8_t *packed = calloc(1, len ? len : 1);
	char *text = malloc(cap ? cap : 1);

	gsm7_pack(packed, 0, septets, count);
	n = gsm7_to_utf8(
			text, cap, packed, len, 0, (unsigned)count, locking, single);
	ck_assert_uint_le(n, cap);
	memcpy(out, text, n);
	out[n] = '\0';
	free(text);
	free(packed);
}

static void assert_decodes(uint32_t cp, const uint8_t *septets, size_t count,
		uint8_t locking, uint8_t single)
{
	char text[SMS_TEXT_MAX + 1], utf8[UTF8_MAX_OCTETS + 1] = "";

	utf8_encode(utf8, UTF8_MAX_OCTETS, cp);
	decode(text, SMS_TEXT_MAX, septets, count, locking, single);
	ck_assert_msg(strcmp(text, utf8) == 0, "%02X %02X %u/%u: %s, not %s",
			septets[0], septets[count - 1], locking, single, text, utf8);
}

START_TEST(tsv_is_whole)
{
	ck_assert_uint_eq(rows_read, TSV_ROWS);
}
END_TEST

START_TEST(every_code_decodes)
{
	uint8_t language = (uint8_t)_i;

	for(unsigned code = 0; code < GSM7_CODES; code++) {
		const uint8_t septets[] = {GSM7_ESCAPE, (uint8_t)code};
		uint32_t base = expected[language][LOCKING][code];
		uint32_t extended = expected[language][SINGLE][code];
		uint32_t default_base = expected[0][LOCKING][code];

		if(code == GSM7_ESCAPE) {
			assert_decodes(' ', septets, 2, language, language);
			continue;
		}
		if(base == 0)
			base = UNICODE_REPLACEMENT;
		assert_decodes(base, septets + 1, 1, language, 0);
		assert_decodes(
				extended ? extended : default_base, septets, 2, 0, language);
		assert_decodes(
				extended ? extended : base, septets, 2, language, language);
	}
}
END_TEST

START_TEST(every_code_decodes_in_a_block)
{
	uint8_t language = (uint8_t)_i;

	for(unsigned code = 0; code < GSM7_CODES; code++) {
		uint8_t septets[8];
		char text[SMS_TEXT_MAX + 1], utf8[SMS_TEXT_MAX + 1] = "";
		uint32_t cp = expected[language][LOCKING][code];
		size_t n = 0;

		if(code == GSM7_ESCAPE)
			continue;
		for(unsigned i = 0; i < sizeof(septets); i++)
			n += utf8_encode(
					utf8 + n, UTF8_MAX_OCTETS, cp ? cp : UNICODE_REPLACEMENT);
		memset(septets, (int)code, sizeof(septets));
		decode(text, SMS_TEXT_MAX, septets, sizeof(septets), language, 0);
		ck_assert_str_eq(text, utf8);
	}
}
END_TEST

/* The tables one way are the inverse of the other way, for all of Unicode. */
START_TEST(every_character_encodes)
{
	uint8_t language = (uint8_t)_i;
	unsigned found[2] = {0, 0}, distinct[2] = {0, 0};

	for(uint32_t cp = 0; cp <= 0x10FFFF; cp++) {
		const struct gsm7_codes *codes = gsm7_codes_of(cp);
		uint8_t of[2] = {codes->locking[language], codes->single[language]};

		for(unsigned table = LOCKING; table <= SINGLE; table++) {
			if(of[table] == 0)
				continue;
			ck_assert_uint_eq(
					expected[language][table][of[table] & ~GSM7_PRESENT], cp);
			found[table]++;
		}
	}
	for(unsigned table = LOCKING; table <= SINGLE; table++) {
		const uint32_t *characters = expected[language][table];

		for(unsigned code = 0; code < GSM7_CODES; code++) {
			unsigned first = 0;

			while(characters[first] != characters[code])
				first++;
			distinct[table] += characters[code] != 0 && first == code;
		}
		ck_assert_uint_eq(found[table], distinct[table]);
	}
}
END_TEST

/* CR and LF have a septet of their own everywhere, so that 1B 0D is never sent. */
START_TEST(line_ends_need_no_escape)
{
	for(unsigned language = 0; language < SMS_LANGUAGES; language++) {
		ck_assert(gsm7_codes_of('\r')->locking[language]);
		ck_assert(gsm7_codes_of('\n')->locking[language]);
	}
}
END_TEST

static const struct
{
	const char *what;
	uint8_t septets[12], count, locking, single;
	const char *text;
} odd_ones[] = {
		{"euro", {0x1B, 0x65}, 2, 0, 0, "\u20AC"},
		{"undefined extension code", {0x1B, 'A', 'b'}, 3, 0, 0, "Ab"},
		{"of a locking table", {0x1B, 0x60}, 2, 1, 0, "\u00E7"},
		{"escape twice", {'a', 0x1B, 0x1B, 'b'}, 4, 0, 0, "a b"},
		{"escape three times", {0x1B, 0x1B, 0x1B, 0x65}, 4, 0, 0, " \u20AC"},
		{"escape at the end", {'a', 'b', 0x1B}, 3, 0, 0, "ab"},
		{"only an escape", {0x1B}, 1, 0, 0, ""},
		{"control code", {0x1B, 0x0D}, 2, 0, 0, "\r"},
		{"page break", {0x1B, 0x0A}, 2, 0, 0, "\f"},
		{"escape over a block's end",
				{'1', '2', '3', '4', '5', '6', '7', 0x1B, 0x65, '8'}, 10, 0, 0,
				"1234567\u20AC8"},
		{"language 14", {0x00, 0x1B, 0x65, 'z'}, 4, 14, 14, "@\u20ACz"},
		{"language 255", {0x40, 0x1B, 0x14}, 3, 255, 255, "\u00A1^"},
		{"Spanish has no locking table", {0x40, 0x1B, 0x41}, 3, 2, 2,
				"\u00A1\u00C1"},
		{"undefined in Bengali", {0x0E}, 1, 4, 0, "\uFFFD"},
};

START_TEST(odd_sequence)
{
	char text[SMS_TEXT_MAX + 1];

	decode(text, SMS_TEXT_MAX, odd_ones[_i].septets, odd_ones[_i].count,
			odd_ones[_i].locking, odd_ones[_i].single);
	ck_assert_msg(strcmp(text, odd_ones[_i].text) == 0, "%s: %s",
			odd_ones[_i].what, text);
}
END_TEST

/* A text of `count` letters; the n-th one is never that of its neighbours. */
static void letters(uint8_t *septets, size_t count)
{
	for(size_t i = 0; i < count; i++)
		septets[i] = (uint8_t)('a' + i % 26);
}

START_TEST(packing_at_every_alignment)
{
	uint8_t septets[SMS_UD_MAX_SEPTETS];
	unsigned first = (unsigned)_i;

	letters(septets, sizeof(septets));
	for(unsigned count = 0; first + count <= SMS_UD_MAX_SEPTETS; count++) {
		size_t len = ((first + count) * 7 + 7) / 8;
		uint8_t *packed = calloc(1, len ? len : 1);
		char text[SMS_TEXT_MAX];

		gsm7_pack(packed, first, septets, count);
		ck_assert_uint_eq(gsm7_to_utf8(text, sizeof(text), packed, len, first,
								  first + count, 0, 0),
				count);
		ck_assert_mem_eq(text, septets, count);
		for(unsigned bit = 0; bit < first * 7; bit++)
			ck_assert_uint_eq(packed[bit / 8] >> bit % 8 & 1, 0);
		free(packed);
	}
}
END_TEST

/* What the tables of the TSV make of septets, one after the other. */
static size_t by_the_tables(
		char *out, const uint8_t *septets, size_t count, uint8_t language)
{
	size_t n = 0;

	for(size_t i = 0; i < count; i++) {
		bool escaped = septets[i] == GSM7_ESCAPE;
		uint32_t cp = 0;

		if(escaped && ++i == count)
			break;
		if(escaped)
			cp = septets[i] == GSM7_ESCAPE
						 ? ' '
						 : expected[language][SINGLE][septets[i]];
		if(cp == 0)
			cp = expected[language][LOCKING][septets[i]];
		n += utf8_encode(
				out + n, UTF8_MAX_OCTETS, cp ? cp : UNICODE_REPLACEMENT);
	}
	return n;
}

/* Septets decode alike in whatever company: mixed at random, from all letters to any code. */
START_TEST(company_makes_no_difference)
{
	uint32_t seed = 1;

	for(unsigned run = 0; run < 2000; run++) {
		uint8_t septets[SMS_UD_MAX_SEPTETS];
		char text[SMS_TEXT_MAX + 1], wanted[SMS_TEXT_MAX + 1];
		unsigned rare = 1 + run % 40;

		for(size_t i = 0; i < sizeof(septets); i++) {
			seed = seed * 1103515245 + 12345;
			septets[i] = (uint8_t)(seed >> 16 & 0x7F);
			if((seed >> 23) % rare)
				septets[i] = (uint8_t)('a' + septets[i] % 26);
		}
		wanted[by_the_tables(wanted, septets, sizeof(septets), (uint8_t)_i)] =
				'\0';
		decode(text, SMS_TEXT_MAX, septets, sizeof(septets), (uint8_t)_i,
				(uint8_t)_i);
		ck_assert_str_eq(text, wanted);
	}
}
END_TEST

/* The bits in front belong to the header and to its fill bits, whatever they are. */
START_TEST(header_bits_are_not_text)
{
	uint8_t septets[32], packed[64];
	char text[SMS_TEXT_MAX];

	letters(septets, sizeof(septets));
	for(unsigned first = 1; first < 20; first++) {
		size_t n;

		memset(packed, 0, sizeof(packed));
		gsm7_pack(packed, first, septets, sizeof(septets));
		for(unsigned bit = 0; bit < first * 7; bit++)
			packed[bit / 8] |= (uint8_t)(1 << bit % 8);
		n = gsm7_to_utf8(text, sizeof(text), packed, sizeof(packed), first,
				first + sizeof(septets), 0, 0);
		ck_assert_uint_eq(n, sizeof(septets));
		ck_assert_mem_eq(text, septets, n);
	}
}
END_TEST

START_TEST(septets_behind_the_octets_are_not_read)
{
	static const uint8_t hello[] = {0xC8, 0x32, 0x9B, 0xFD, 0x06};

	for(size_t len = 0; len <= sizeof(hello); len++) {
		uint8_t *exact = malloc(len ? len : 1);
		char text[SMS_TEXT_MAX];

		memcpy(exact, hello, len);
		ck_assert_uint_eq(
				gsm7_to_utf8(text, sizeof(text), exact, len, 0, 160, 0, 0),
				len * 8 / 7);
		ck_assert_uint_eq(
				gsm7_to_utf8(text, sizeof(text), exact, len, 7, 160, 0, 0), 0);
		free(exact);
	}
}
END_TEST

/* With too little room: a beginning of the text, of whole characters, and nothing written behind. */
START_TEST(room_for_the_text)
{
	static const uint8_t septets[] = {'a', 0x1B, 0x65, 0x10, 0x00, 0x7B, 0x1B,
			0x14, 'b', 0x15, 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 0x1B, 0x65,
			'k'};
	char whole[SMS_TEXT_MAX + 1];

	decode(whole, SMS_TEXT_MAX, septets, sizeof(septets), 0, 0);
	for(size_t cap = 0; cap <= strlen(whole); cap++) {
		char text[SMS_TEXT_MAX + 1];

		decode(text, cap, septets, sizeof(septets), 0, 0);
		ck_assert(strncmp(text, whole, strlen(text)) == 0);
		ck_assert(utf8_valid(text, strlen(text)));
		ck_assert_uint_lt(cap - strlen(text), 3);
	}
}
END_TEST

static const struct
{
	const char *text;
	size_t cap;
	int result;
	const char *septets; /* hex, one octet each */
} from_utf8[] = {
		{"", 0, 0, ""},
		{"InfoDesk", 8, 0, "496E666F4465736B"},
		{"InfoDesk", 7, -1, ""},
		{"@\u00E9\u0394", 3, 0, "000510"},
		{"\u20AC", 2, 0, "1B65"},
		{"\u20AC", 1, -1, ""},
		{"a\u20AC", 2, -1, ""},
		{"\u00E7", 8, -1, ""}, /* small c with cedilla is in no default table */
		{"\u0905", 8, -1, ""}, /* nor is a letter of a national table */
		{"\xC3", 8, -1, ""},
		{"a\xFF", 8, -1, ""},
};

START_TEST(septets_from_text)
{
	uint8_t septets[16], wanted[16];
	size_t count = 0;
	int result = gsm7_septets_from_utf8(septets, from_utf8[_i].cap, &count,
			from_utf8[_i].text, strlen(from_utf8[_i].text));

	ck_assert_int_eq(result, from_utf8[_i].result);
	if(result == 0) {
		ck_assert_uint_eq(
				count, unit_hex(wanted, sizeof(wanted), from_utf8[_i].septets));
		ck_assert_mem_eq(septets, wanted, count);
	}
}
END_TEST

#define COUNT(a) ((int)(sizeof(a) / sizeof((a)[0])))

int main(void)
{
	Suite *suite = suite_create("gsm7");
	TCase *tests = tcase_create("gsm7");

	tcase_add_unchecked_fixture(tests, read_tsv, NULL);
	tcase_add_test(tests, tsv_is_whole);
	tcase_add_loop_test(tests, every_code_decodes, 0, SMS_LANGUAGES);
	tcase_add_loop_test(tests, every_code_decodes_in_a_block, 0, SMS_LANGUAGES);
	tcase_add_loop_test(tests, every_character_encodes, 0, SMS_LANGUAGES);
	tcase_add_test(tests, line_ends_need_no_escape);
	tcase_add_loop_test(tests, odd_sequence, 0, COUNT(odd_ones));
	tcase_add_loop_test(tests, packing_at_every_alignment, 0, 17);
	tcase_add_loop_test(tests, company_makes_no_difference, 0, SMS_LANGUAGES);
	tcase_add_test(tests, header_bits_are_not_text);
	tcase_add_test(tests, septets_behind_the_octets_are_not_read);
	tcase_add_test(tests, room_for_the_text);
	tcase_add_loop_test(tests, septets_from_text, 0, COUNT(from_utf8));
	suite_add_tcase(suite, tests);
	return unit_run(suite);
}
