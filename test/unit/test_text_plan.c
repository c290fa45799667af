/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * UTF-8 to the parts of a short message: which alphabet, each header at its limit and one over, where a text is cut,
 * exact octets, and that random texts come back whole.
 */
#include "unit.h"

#include "codec/text.h"

#define NONE 0u
#define TURKISH (1u << 1)
#define SPANISH (1u << 2)
#define PORTUGUESE (1u << 3)
#define HINDI (1u << 6)
#define URDU (1u << 13)
#define ALL 0x3FFEu

#define REF 0xA55A
#define COUNT(a) ((int)(sizeof(a) / sizeof((a)[0])))
#define TEXT_CAP 200000

/* A text that tests put together. */
struct text
{
	char octets[TEXT_CAP];
	size_t len;
};

static struct text built;

static void add(struct text *t, const char *what, unsigned times)
{
	size_t len = strlen(what);

	ck_assert_uint_le(t->len + len * times, TEXT_CAP);
	for(; times > 0; times--, t->len += len)
		memcpy(t->octets + t->len, what, len);
}

static struct sms_text_plan plan_of(
		const struct text *t, uint32_t languages, uint8_t bits)
{
	struct sms_text_plan plan;

	ck_assert_int_eq(
			sms_text_plan(&plan, t->octets, t->len, languages, bits), 0);
	return plan;
}

static void assert_header(const struct sms_text_part *part,
		const struct udh *udh, const struct sms_text_plan *plan, unsigned index)
{
	bool wanted = plan->concat_bits || plan->locking || plan->single;

	ck_assert(part->udhi == wanted);
	if(!wanted)
		return;
	ck_assert(udh->valid);
	ck_assert_uint_eq(udh->locking_shift, plan->locking);
	ck_assert_uint_eq(udh->single_shift, plan->single);
	ck_assert_uint_eq(udh->concat_bits, plan->concat_bits);
	if(plan->concat_bits) {
		ck_assert_uint_eq(
				udh->concat_ref, plan->concat_bits == 8 ? REF & 0xFF : REF);
		ck_assert_uint_eq(udh->concat_total, plan->parts);
		ck_assert_uint_eq(udh->concat_seq, index);
	}
}

static void assert_lengths(const struct sms_text_part *part)
{
	ck_assert_uint_le(part->ud_len, SMS_UD_MAX_OCTETS);
	if(part->dcs == 0x00) {
		ck_assert_uint_le(part->udl, SMS_UD_MAX_SEPTETS);
		ck_assert_uint_eq(part->ud_len, (part->udl * 7 + 7) / 8);
	} else {
		ck_assert_uint_eq(part->dcs, 0x08);
		ck_assert_uint_eq(part->ud_len, part->udl);
	}
}

/* Encode every part, check each, decode it again: together they are the text. */
static void assert_survives(
		const struct text *t, const struct sms_text_plan *plan)
{
	size_t pos = 0, at = 0;
	struct sms_text_part part;

	for(unsigned index = 1; index <= plan->parts; index++) {
		char text[SMS_TEXT_MAX];
		struct udh udh;
		size_t n;

		ck_assert_int_eq(sms_text_encode_part(&part, &pos, plan, t->octets,
								 t->len, REF, index),
				0);
		assert_lengths(&part);
		udh_decode(&udh, part.ud, part.ud_len);
		assert_header(&part, &udh, plan, index);
		ck_assert_int_eq(
				sms_text_decode(text, &n, part.dcs, part.udhi ? &udh : NULL,
						part.ud, part.ud_len, part.udl),
				0);
		ck_assert_uint_le(at + n, t->len);
		ck_assert_mem_eq(text, t->octets + at, n);
		at += n;
		ck_assert_uint_eq(pos, at);
	}
	ck_assert_uint_eq(at, t->len);
	ck_assert_int_eq(sms_text_encode_part(&part, &pos, plan, t->octets, t->len,
							 REF, plan->parts + 1u),
			-1);
}

/* --- the limits of each header, TS 23.040 9.2.3.24 --------------------------- */

static const struct
{
	const char *what, *front, *letter; /* front once, then letters */
	unsigned letters;				   /* that just fit */
	const char *one_more;
	uint32_t languages;
	uint8_t bits;
	uint8_t locking, single;
	uint16_t parts;
} limits[] = {
		{"no header", "", "a", 160, "a", NONE, 8, 0, 0, 1},
		{"8-bit concatenation", "", "a", 2 * 153, "a", NONE, 8, 0, 0, 2},
		{"16-bit concatenation", "", "a", 2 * 152, "a", NONE, 16, 0, 0, 2},
		{"single shift", "a", "\u00E1", 77, "a", SPANISH, 8, 0, 2, 1},
		{"locking shift", "", "\u0905", 155, "\u0905", HINDI, 8, 6, 0, 1},
		{"both shifts", "\u0966", "\u0905", 150, "\u0905", HINDI, 8, 6, 6, 1},
		{"concatenation, single shift", "aa\u00E1", "a\u00E1", 98, "a", SPANISH,
				8, 0, 2, 2},
		{"concatenation, both shifts", "\u0966", "\u0905", 2 * 146 - 2,
				"\u0905", HINDI, 8, 6, 6, 2},
		{"16-bit concatenation, both shifts", "\u0966", "\u0905", 2 * 145 - 2,
				"\u0905", HINDI, 16, 6, 6, 2},
};

START_TEST(limit_gsm7)
{
	struct sms_text_plan plan;

	built.len = 0;
	add(&built, limits[_i].front, 1);
	add(&built, limits[_i].letter, limits[_i].letters);
	plan = plan_of(&built, limits[_i].languages, limits[_i].bits);
	ck_assert_msg(plan.alphabet == ALPHABET_GSM7
						  && plan.parts == limits[_i].parts
						  && plan.locking == limits[_i].locking
						  && plan.single == limits[_i].single,
			"%s: alphabet %d locking %u single %u parts %u", limits[_i].what,
			plan.alphabet, plan.locking, plan.single, plan.parts);
	assert_survives(&built, &plan);
	add(&built, limits[_i].one_more, 1);
	plan = plan_of(&built, limits[_i].languages, limits[_i].bits);
	ck_assert_msg(plan.alphabet == ALPHABET_GSM7
						  && plan.parts == limits[_i].parts + 1,
			"%s, one more: parts %u", limits[_i].what, plan.parts);
	assert_survives(&built, &plan);
}
END_TEST

static const struct
{
	unsigned units;
	uint8_t bits;
	uint16_t parts;
} ucs2_limits[] = {{70, 8, 1}, {2 * 67, 8, 2}, {2 * 66, 16, 2}, {3 * 67, 8, 3}};

START_TEST(limit_ucs2)
{
	struct sms_text_plan plan;

	built.len = 0;
	add(&built, "\u0416", ucs2_limits[_i].units);
	plan = plan_of(&built, ALL, ucs2_limits[_i].bits);
	ck_assert_int_eq(plan.alphabet, ALPHABET_UCS2);
	ck_assert_uint_eq(plan.parts, ucs2_limits[_i].parts);
	assert_survives(&built, &plan);
	add(&built, "\u0416", 1);
	plan = plan_of(&built, ALL, ucs2_limits[_i].bits);
	ck_assert_uint_eq(plan.parts, ucs2_limits[_i].parts + 1);
	assert_survives(&built, &plan);
}
END_TEST

static const struct
{
	const char *letter;
	unsigned a_part;
	uint8_t bits;
} most_parts[] = {{"a", 153, 8}, {"a", 152, 16}, {"\u0416", 67, 8}};

START_TEST(not_more_than_255_parts)
{
	struct sms_text_plan plan;

	built.len = 0;
	add(&built, most_parts[_i].letter, SMS_MAX_PARTS * most_parts[_i].a_part);
	plan = plan_of(&built, NONE, most_parts[_i].bits);
	ck_assert_uint_eq(plan.parts, SMS_MAX_PARTS);
	assert_survives(&built, &plan);
	add(&built, most_parts[_i].letter, 1);
	ck_assert_int_eq(sms_text_plan(&plan, built.octets, built.len, NONE,
							 most_parts[_i].bits),
			-1);
}
END_TEST

/* --- the choice -------------------------------------------------------------- */

static const struct
{
	const char *what, *text;
	unsigned times;
	uint32_t languages;
	enum sms_alphabet alphabet;
	uint8_t locking, single;
	uint16_t parts;
} choices[] = {
		{"nothing", "", 0, ALL, ALPHABET_GSM7, 0, 0, 1},
		{"default", "Hello", 1, ALL, ALPHABET_GSM7, 0, 0, 1},
		{"extension", "{\u20AC}", 1, ALL, ALPHABET_GSM7, 0, 0, 1},
		{"Turkish, not enabled", "\u0131\u015F\u0131k", 1, ALL & ~TURKISH,
				ALPHABET_UCS2, 0, 0, 1},
		{"Turkish", "\u0131\u015F\u0131k", 1, TURKISH, ALPHABET_GSM7, 0, 1, 1},
		{"much Turkish", "\u0131\u015F", 50, TURKISH, ALPHABET_GSM7, 1, 0, 1},
		{"lowest id of two", "\u00E1", 1, SPANISH | PORTUGUESE, ALPHABET_GSM7,
				0, 2, 1},
		{"only one of two", "\u00E3", 1, SPANISH | PORTUGUESE, ALPHABET_GSM7, 0,
				3, 1},
		{"many euros", "\u20AC", 100, NONE, ALPHABET_GSM7, 0, 0, 2},
		{"many euros, Turkish", "\u20AC", 100, TURKISH, ALPHABET_GSM7, 1, 0, 1},
		{"155 characters in 186 septets, Turkish", "aaaa\u20AC", 31, TURKISH,
				ALPHABET_GSM7, 1, 0, 1},
		{"Hindi letters", "\u0928\u092E", 1, HINDI, ALPHABET_GSM7, 6, 0, 1},
		{"Hindi digits", "\u0967\u0968", 1, HINDI, ALPHABET_GSM7, 0, 6, 1},
		{"Hindi letters and digits", "\u0928\u0967", 1, HINDI, ALPHABET_GSM7, 6,
				6, 1},
		{"Urdu", "\u0627\u0631\u062F\u0648 \u06F1", 1, URDU, ALPHABET_GSM7, 13,
				13, 1},
		{"two national scripts", "\u0928\u0627", 1, ALL, ALPHABET_UCS2, 0, 0,
				1},
		{"Cyrillic", "\u0416", 1, ALL, ALPHABET_UCS2, 0, 0, 1},
		{"emoji", "Hi \U0001F600", 1, ALL, ALPHABET_UCS2, 0, 0, 1},
		{"small c with cedilla", "\u00E7", 1, NONE, ALPHABET_UCS2, 0, 0, 1},
		{"capital C with cedilla", "\u00C7", 1, NONE, ALPHABET_GSM7, 0, 0, 1},
};

START_TEST(choice)
{
	struct sms_text_plan plan;

	built.len = 0;
	add(&built, choices[_i].text, choices[_i].times);
	plan = plan_of(&built, choices[_i].languages, 8);
	ck_assert_msg(plan.alphabet == choices[_i].alphabet
						  && plan.locking == choices[_i].locking
						  && plan.single == choices[_i].single
						  && plan.parts == choices[_i].parts
						  && plan.concat_bits == (plan.parts > 1 ? 8 : 0),
			"%s: alphabet %d locking %u single %u parts %u bits %u",
			choices[_i].what, plan.alphabet, plan.locking, plan.single,
			plan.parts, plan.concat_bits);
	assert_survives(&built, &plan);
}
END_TEST

START_TEST(refused_texts)
{
	struct sms_text_plan plan;

	ck_assert_int_eq(sms_text_plan(&plan, "a\xC3", 2, ALL, 8), -1);
	ck_assert_int_eq(sms_text_plan(&plan, "\xED\xA0\x80", 3, ALL, 8), -1);
	ck_assert_int_eq(sms_text_plan(&plan, "a", 1, ALL, 0), -1);
	ck_assert_int_eq(sms_text_plan(&plan, "a", 1, ALL, 7), -1);
}
END_TEST

/* --- where it is cut --------------------------------------------------------- */

static const struct
{
	const char *what, *letter;
	unsigned letters; /* before the sequence */
	const char *sequence;
	bool whole; /* the sequence goes to the second part undivided */
} cuts[] = {
		{"escape pair at the end", "a", 152, "\u20AC", true},
		{"escape pair before the end", "a", 151, "\u20AC", false},
		{"surrogate pair", "\u0416", 66, "\U0001F600", true},
		{"surrogate pair before the end", "\u0416", 65, "\U0001F600", false},
		{"combining mark", "\u0416", 66, "e\u0301", true},
		{"two combining marks", "\u0416", 65, "e\u0301\u0323", true},
		{"family", "\u0416", 60, "\U0001F468\u200D\U0001F469\u200D\U0001F467",
				true},
		{"flag", "\u0416", 64, "\U0001F1E9\U0001F1EA", true},
		{"skin tone", "\u0416", 65, "\U0001F44D\U0001F3FD", true},
		{"vowel sign", "\u0416", 66, "\u0915\u093F", true},
};

START_TEST(cut_at_a_sequence)
{
	struct sms_text_plan plan;
	struct sms_text_part part;
	size_t pos = 0, before;

	built.len = 0;
	add(&built, cuts[_i].letter, cuts[_i].letters);
	before = built.len;
	add(&built, cuts[_i].sequence, 1);
	add(&built, cuts[_i].letter, 20);
	plan = plan_of(&built, NONE, 8);
	ck_assert_uint_eq(plan.parts, 2);
	assert_survives(&built, &plan);
	ck_assert_int_eq(sms_text_encode_part(&part, &pos, &plan, built.octets,
							 built.len, REF, 1),
			0);
	ck_assert_msg(cuts[_i].whole ? pos == before
								 : pos >= before + strlen(cuts[_i].sequence),
			"%s: cut at %zu", cuts[_i].what, pos);
}
END_TEST

/* A sequence longer than a part is cut all the same, between code points. */
START_TEST(endless_sequence)
{
	struct sms_text_plan plan;

	built.len = 0;
	add(&built, "e", 1);
	add(&built, "\u0301", 300);
	plan = plan_of(&built, NONE, 8);
	ck_assert_uint_eq(plan.parts, 5);
	assert_survives(&built, &plan);
}
END_TEST

/* --- octets ------------------------------------------------------------------ */

static const struct
{
	const char *text;
	uint32_t languages;
	uint16_t ref;
	uint8_t udl[2];
	const char *hex[2];
} exact[] = {
		{"Hello", NONE, 0, {5}, {"c8329bfd06"}},
		{"", NONE, 0, {0}, {""}},
		{"\u0131\u015F\u0131k", TURKISH, 0, {12}, {"03240101d8a437f34d7a0d"}},
		{"Hi \U0001F600", NONE, 0, {10}, {"004800690020d83dde00"}},
		{"this is a testmessage. this is a testmessage. this is a "
		 "testmessage. this is a testmessage. this is a testmessage. this is a "
		 "testmessage. cut here .....: this is a second testmessage. end here.",
				NONE, 0x6F, {160, 47},
				{"0500036f0201e8e8f41c949e83c2207a794e6f97e7f3f0b9ec02d1d1e9392"
				 "83d078541f4f29cde2ecfe7e173d905a2a3d373507a0e0a83e8e539bd5d9e"
				 "cfc3e7b20b4447a7e7a0f41c1406d1cb737abb3c9f87cf6517888e4ecf41e"
				 "939280ca297e7f476793e0f9fcb2e101d9d9e83d2735018442fcfe9edf27c"
				 "1e3e975da0719d0e4297e56590cbe572b974",
						"0500036f02024074747a0e4acf4161d0bc3c7ebbc9207a794e6f97"
						"e7f3f0b9ec0295dd6410ba2c2fbb00"}},
};

START_TEST(exact_octets)
{
	const char *text = exact[_i].text;
	struct sms_text_plan plan;
	size_t pos = 0;

	ck_assert_int_eq(
			sms_text_plan(&plan, text, strlen(text), exact[_i].languages, 8),
			0);
	for(unsigned index = 1; index <= plan.parts; index++) {
		struct sms_text_part part;
		uint8_t wanted[SMS_UD_MAX_OCTETS];
		size_t len = unit_hex(wanted, sizeof(wanted), exact[_i].hex[index - 1]);

		ck_assert_int_eq(sms_text_encode_part(&part, &pos, &plan, text,
								 strlen(text), exact[_i].ref, index),
				0);
		ck_assert_uint_eq(part.udl, exact[_i].udl[index - 1]);
		ck_assert_uint_eq(part.ud_len, len);
		ck_assert_mem_eq(part.ud, wanted, len);
	}
}
END_TEST

/* --- a plan that is not the text's -------------------------------------------- */

#define TWO                                                     \
	{                                                           \
		.alphabet = ALPHABET_GSM7, .parts = 2, .concat_bits = 8 \
	}

static const struct
{
	const char *what;
	struct sms_text_plan plan;
	unsigned index;
	size_t pos;
} misfits[] = {
		{"index 0", TWO, 0, 0},
		{"index above", TWO, 3, 153},
		{"nothing left", TWO, 2, 200},
		{"behind the text", TWO, 2, 201},
		{"first part is the last", TWO, 1, 153},
		{"last part is not", TWO, 2, 0},
		{"inside a character", TWO, 2, 199},
		{"no parts", {.alphabet = ALPHABET_GSM7}, 1, 0},
		{"256 parts",
				{.alphabet = ALPHABET_GSM7, .parts = 256, .concat_bits = 8}, 1,
				0},
		{"no concatenation", {.alphabet = ALPHABET_GSM7, .parts = 2}, 1, 0},
		{"alone, with concatenation",
				{.alphabet = ALPHABET_GSM7, .parts = 1, .concat_bits = 8}, 1,
				160},
		{"language 14",
				{.alphabet = ALPHABET_GSM7,
						.parts = 2,
						.concat_bits = 8,
						.locking = 14},
				1, 0},
		{"no code", {.alphabet = ALPHABET_GSM7, .parts = 1}, 1, 190},
		{"8-bit data", {.alphabet = ALPHABET_8BIT, .parts = 1}, 1, 160},
};

START_TEST(misfit)
{
	struct sms_text_part part;
	size_t pos = misfits[_i].pos;
	char *copy = malloc(200); /* so that a read behind it is seen */

	built.len = 0;
	add(&built, "a", 198);
	add(&built, misfits[_i].pos == 190 ? "\u0416" : "\u00E9", 1);
	ck_assert_uint_eq(built.len, 200);
	memcpy(copy, built.octets, 200);
	ck_assert_msg(sms_text_encode_part(&part, &pos, &misfits[_i].plan, copy,
						  200, REF, misfits[_i].index)
						  == -1,
			"%s", misfits[_i].what);
	ck_assert_uint_eq(pos, misfits[_i].pos);
	free(copy);
}
END_TEST

/* --- any text ------------------------------------------------------------------ */

static uint32_t seed = 2463534242u;

static uint32_t below(uint32_t limit)
{
	seed ^= seed << 13;
	seed ^= seed >> 17;
	seed ^= seed << 5;
	return seed % limit;
}

static const char *const pools[][8] = {
		{"a", "Z", " ", "\n", "\r", "@", "\u00E9", "\u0394"},
		{"x", "{", "\u20AC", "~", "[", "9", "\\", "|"},
		{"\u0131", "\u015F", "k", "\u011E", "\u00E7", "\u20AC", "i", "\u0130"},
		{"\u0928", "\u092E", "\u0938", "\u094D", "\u0924", "\u0947", " ",
				"\u0967"},
		{"\u0627", "\u0631", "\u062F", "\u0648", "\u06F1", " ", "\u064F", "7"},
		{"\u0416", "\u4E2D", "\uFFFD", "\uE000", "\x7F", "\u03B1", "\u05D0",
				"\u00A0"},
		{"\U0001F600", "\U0001F468", "\u200D", "\U0001F1E9", "\U0001F1EA",
				"\uFE0F", "\U0001F3FD", "\U0010FFFF"},
		{"e", "\u0301", "\u0323", "o", "\u20E3", "1", "\u0308", "\u093F"},
};

static void random_text(struct text *t)
{
	uint32_t allowed = below(256) | 1; /* pools this text draws from */
	unsigned wanted = below(4) ? below(200) : below(2000);

	t->len = 0;
	while(wanted > 0) {
		uint32_t pool = below(COUNT(pools));

		if(!(allowed >> pool & 1))
			continue;
		add(t, pools[pool][below(8)], 1);
		wanted--;
	}
}

START_TEST(random_texts_survive)
{
	for(unsigned run = 0; run < 2000; run++) {
		struct sms_text_plan plan;

		random_text(&built);
		plan = plan_of(
				&built, below(2) ? ALL : below(ALL + 2), below(2) ? 8 : 16);
		assert_survives(&built, &plan);
	}
}
END_TEST

/* What all languages together give is the best that any of them gives. */
START_TEST(fewest_parts)
{
	for(unsigned run = 0; run < 200; run++) {
		uint16_t fewest = UINT16_MAX;

		random_text(&built);
		for(unsigned id = 0; id < SMS_LANGUAGES; id++) {
			struct sms_text_plan one = plan_of(&built, 1u << id, 8);

			if(one.parts < fewest)
				fewest = one.parts;
		}
		ck_assert_uint_eq(plan_of(&built, ALL, 8).parts, fewest);
	}
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("text_plan");
	TCase *tests = tcase_create("text_plan");

	tcase_set_timeout(tests, 60);
	tcase_add_loop_test(tests, limit_gsm7, 0, COUNT(limits));
	tcase_add_loop_test(tests, limit_ucs2, 0, COUNT(ucs2_limits));
	tcase_add_loop_test(tests, not_more_than_255_parts, 0, COUNT(most_parts));
	tcase_add_loop_test(tests, choice, 0, COUNT(choices));
	tcase_add_test(tests, refused_texts);
	tcase_add_loop_test(tests, cut_at_a_sequence, 0, COUNT(cuts));
	tcase_add_test(tests, endless_sequence);
	tcase_add_loop_test(tests, exact_octets, 0, COUNT(exact));
	tcase_add_loop_test(tests, misfit, 0, COUNT(misfits));
	tcase_add_test(tests, random_texts_survive);
	tcase_add_test(tests, fewest_parts);
	suite_add_tcase(suite, tests);
	return unit_run(suite);
}
