/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A text to SMS-DELIVERs: exact octets, that every part of any text decodes to what it was made from and says what was
 * asked for, an emoji at every place around a cut, the numbers of parts there can be, the sender's own header, what is
 * refused. And the SMS-STATUS-REPORT.
 */
#include "unit.h"

#include <stdio.h>

#include "codec/deliver.h"

#define TURKISH (1u << 1)
#define HINDI (1u << 6)
#define URDU (1u << 13)
#define ALL 0x3FFEu
#define GRIN "\U0001F600"
#define FAMILY "\U0001F468\u200D\U0001F469\u200D\U0001F467"

#define COUNT(a) ((int)(sizeof(a) / sizeof((a)[0])))
#define TEXT_CAP 120000

static struct deliver_options options;
static struct deliver delivery;
static char built[TEXT_CAP];
static size_t built_len;

static void usual(void)
{
	options = (struct deliver_options){
			.message_class = DELIVER_NO_CLASS, .concat_bits = 8, .ref = 0x5A};
	ck_assert_int_eq(sms_address_set(&options.oa, TON_INTERNATIONAL, NPI_ISDN,
							 "12025550199", 11),
			0);
	/* 2026-11-22 09:41:07 +01:00 */
	ck_assert_int_eq(sms_time_from_utc(&options.scts, 1795336867, 4), 0);
	built_len = 0;
}

static void add(const char *what, unsigned times)
{
	size_t len = strlen(what);

	ck_assert_uint_le(built_len + len * times, TEXT_CAP);
	for(; times > 0; times--, built_len += len)
		memcpy(built + built_len, what, len);
}

static int begin(void)
{
	return deliver_begin(&delivery, &options, built, built_len);
}

/* --- every part says what was asked for, and together they are the text -------------------- */

static void is_as_asked(const struct tp_msg *tp, int part, int parts)
{
	struct sms_dcs dcs;

	ck_assert_int_eq(tp->type, TP_DELIVER);
	ck_assert_msg(tp->more == (part < parts), "part %d of %d: more %d", part,
			parts, tp->more);
	ck_assert(tp->sri == options.sri);
	ck_assert(!tp->rp && !tp->lp);
	ck_assert_uint_eq(tp->pid, options.pid);
	ck_assert_uint_eq(tp->addr.toa, options.oa.toa);
	ck_assert_str_eq(tp->addr.value, options.oa.value);
	ck_assert_mem_eq(tp->scts.raw, options.scts.raw, SMS_TIME_OCTETS);
	sms_dcs_decode(&dcs, tp->dcs);
	ck_assert_int_eq(dcs.message_class, options.message_class);
}

static void is_part_of(const struct tp_msg *tp, int part, int parts)
{
	uint16_t ref = options.concat_bits == 8 ? options.ref & 0xFF : options.ref;

	if(parts == 1) {
		ck_assert(!tp->udhi || tp->udh.concat_bits == 0);
		return;
	}
	ck_assert(tp->udhi && tp->udh.valid);
	ck_assert_uint_eq(tp->udh.concat_bits, options.concat_bits);
	ck_assert_uint_eq(tp->udh.concat_ref, ref);
	ck_assert_int_eq(tp->udh.concat_total, parts);
	ck_assert_int_eq(tp->udh.concat_seq, part);
}

static void survives(int parts)
{
	uint8_t tpdu[TP_MAX_OCTETS];
	size_t len, at = 0, n;

	ck_assert_int_ge(parts, 1);
	for(int part = 1; part <= parts; part++) {
		char text[SMS_TEXT_MAX];
		struct tp_msg tp;
		struct sms_error err;

		ck_assert_int_eq(deliver_next(tpdu, &len, &delivery), 0);
		ck_assert_msg(
				tp_decode(&tp, &err, false, TP_IN_RP_DATA, tpdu, len) == 0,
				"part %d of %d: %s", part, parts, err.reason);
		is_as_asked(&tp, part, parts);
		is_part_of(&tp, part, parts);
		ck_assert_int_eq(
				sms_text_decode(text, &n, tp.dcs, tp.udhi ? &tp.udh : NULL,
						tp.ud, tp.ud_len, tp.udl),
				0);
		ck_assert_uint_le(at + n, built_len);
		ck_assert_mem_eq(text, built + at, n);
		at += n;
	}
	ck_assert_uint_eq(at, built_len);
	ck_assert_int_eq(deliver_next(tpdu, &len, &delivery), -1);
}

/* --- exact octets ----------------------------------------------------------------------------- */

static void is_hex(const char *hex)
{
	uint8_t expected[TP_MAX_OCTETS], tpdu[TP_MAX_OCTETS];
	size_t wanted = unit_hex(expected, sizeof(expected), hex), len;

	ck_assert_int_eq(deliver_next(tpdu, &len, &delivery), 0);
	ck_assert_uint_eq(len, wanted);
	ck_assert_mem_eq(tpdu, expected, len);
}

#define OA "0B912120550591F9"
#define SCTS "62112290147040"

START_TEST(octets_gsm7)
{
	add("10 \u20AC [ok]", 1);
	ck_assert_int_eq(begin(), 1);
	is_hex("04" OA "0000" SCTS "0C31186853066D78EFF5C607");
}
END_TEST

START_TEST(octets_ucs2)
{
	add("Hi " GRIN, 1);
	ck_assert_int_eq(begin(), 1);
	is_hex("04" OA "0008" SCTS "0A004800690020D83DDE00");
}
END_TEST

START_TEST(octets_turkish)
{
	options.languages = TURKISH;
	add("\u015Fi\u015Fman", 1);
	ck_assert_int_eq(begin(), 1);
	is_hex("44" OA "0000" SCTS "0D03240101D8CCD39B793BEC06");
}
END_TEST

START_TEST(octets_everything)
{
	options.pid = 0x41;
	options.message_class = 0;
	options.sri = true;
	add("a", 1);
	ck_assert_int_eq(begin(), 1);
	is_hex("24" OA "4110" SCTS "0161");
	built_len = 0;
	options.message_class = 2;
	add("\u0416", 1);
	ck_assert_int_eq(begin(), 1);
	is_hex("24" OA "411A" SCTS "020416");
}
END_TEST

START_TEST(octets_empty)
{
	ck_assert_int_eq(begin(), 1);
	is_hex("04" OA "0000" SCTS "00");
	ck_assert_int_eq(begin(), 1);
	survives(1);
}
END_TEST

START_TEST(octets_senders)
{
	static const struct
	{
		enum sms_ton ton;
		uint8_t npi;
		const char *value, *hex;
	} senders[] = {
			{TON_ALPHANUMERIC, NPI_UNKNOWN, "InfoDesk",
					"040ED049B7F94D2CCFD70000" SCTS "00"},
			{TON_UNKNOWN, NPI_ISDN, "12345", "0405812143F50000" SCTS "00"},
			{TON_INTERNATIONAL, NPI_ISDN, "000000000000000",
					"040F9100000000000000F00000" SCTS "00"},
	};

	for(int i = 0; i < COUNT(senders); i++) {
		ck_assert_int_eq(
				sms_address_set(&options.oa, senders[i].ton, senders[i].npi,
						senders[i].value, strlen(senders[i].value)),
				0);
		ck_assert_int_eq(begin(), 1);
		is_hex(senders[i].hex);
	}
	sms_address_clear(&options.oa);
	ck_assert_int_eq(begin(), 1);
	is_hex("0400000000" SCTS "00");
}
END_TEST

/* --- where texts are cut ------------------------------------------------------------------------ */

static const struct
{
	const char *what, *letter;
	uint32_t languages;
	uint8_t bits;
	unsigned alone, a_part; /* letters that one message and one part hold */
} alphabets[] = {
		{"default alphabet", "a", 0, 8, 160, 153},
		{"default alphabet, 16 bits", "a", 0, 16, 160, 152},
		{"extension", "\u20AC", 0, 8, 80, 76},
		{"Cyrillic", "\u0416", ALL, 8, 70, 67},
		{"Cyrillic, 16 bits", "\u0416", ALL, 16, 70, 66},
		{"Turkish", "\u011F", TURKISH, 8, 155, 149},
		{"Turkish not allowed", "\u011F", HINDI, 8, 70, 67},
		{"Hindi", "\u0905", HINDI, 8, 155, 149},
		{"Urdu", "\u0627", URDU, 16, 155, 148},
		{"emoji", GRIN, ALL, 8, 35, 33},
};

START_TEST(limits)
{
	unsigned a_part = alphabets[_i].a_part;

	options.languages = alphabets[_i].languages;
	options.concat_bits = alphabets[_i].bits;
	options.ref = 0xA55A;
	add(alphabets[_i].letter, alphabets[_i].alone);
	ck_assert_msg(begin() == 1, "%s: one", alphabets[_i].what);
	survives(1);
	add(alphabets[_i].letter, 1);
	ck_assert_msg(begin() == 2, "%s: one and a letter", alphabets[_i].what);
	survives(2);
	built_len = 0;
	add(alphabets[_i].letter, 255 * a_part);
	ck_assert_msg(begin() == 255, "%s: 255", alphabets[_i].what);
	survives(255);
	add(alphabets[_i].letter, 1);
	ck_assert_msg(begin() == DELIVER_TOO_LONG, "%s: 256", alphabets[_i].what);
}
END_TEST

/* Each number of parts there is. */
START_TEST(each_number_of_parts)
{
	for(int parts = 2; parts <= 255; parts++) {
		built_len = 0;
		add("a", (unsigned)parts * 153 - (unsigned)parts % 153);
		ck_assert_int_eq(begin(), parts);
		survives(parts);
	}
}
END_TEST

static const char *const sequences[] = {
		GRIN, FAMILY, "e\u0301", "\U0001F1E9\U0001F1EA", "\u0915\u093F"};

/* A sequence at each place around the first cut: it is never torn. */
START_TEST(sequence_at_each_place)
{
	const char *sequence = sequences[_i];

	for(unsigned before = 50; before <= 75; before++) {
		struct sms_text_part part;
		size_t pos = 0;

		built_len = 0;
		add("\u0416", before);
		add(sequence, 1);
		add("\u0416", 40);
		survives(begin());
		ck_assert_int_eq(begin(), 2);
		ck_assert_int_eq(sms_text_encode_part(&part, &pos, &delivery.plan,
								 built, built_len, 0, 1),
				0);
		ck_assert_msg(pos <= 2 * before || pos >= 2 * before + strlen(sequence),
				"torn after %u letters, at octet %zu", before, pos);
	}
}
END_TEST

/* --- any text ------------------------------------------------------------------------------------ */

static const char *const pieces[][12] = {
		{"a", "Z", " ", "\n", "@", "\u00E9", "\u00A3", "1", "\u0394"},
		{"a", "\u20AC", "[", "]", "~", "\\", "|", "^", "{", "}"},
		{"a", "\u015F", "\u011F", "\u0131", "\u0130", "\u00E7", "x", " "},
		{"\u0905", "\u0915", "\u094D", "\u093F", "\u0966", " ", "a", "."},
		{"\u0627", "\u0628", "\u06C1", "\u06D2", " ", "1", "\u064B"},
		{GRIN, "a", "\u0416", FAMILY, "e\u0301", "\U0001F44D\U0001F3FD"},
		{"a", "\u011F", "\u0905", "\u0627", GRIN, "\u20AC", "\u4E2D", "b"},
};

/* The same on every machine. */
static unsigned next_random(void)
{
	static uint32_t state = 20261122;

	state = state * 1664525u + 1013904223u;
	return state >> 8;
}

static void add_random(const char *const *set)
{
	unsigned count = 0;
	unsigned letters = next_random() % (next_random() % 8 ? 400 : 4000);

	while(count < 12 && set[count])
		count++;
	for(; letters > 0; letters--)
		add(set[next_random() % count], 1);
}

START_TEST(any_text)
{
	static const uint32_t languages[] = {0, TURKISH, HINDI, URDU, ALL};

	for(int turn = 0; turn < 60; turn++) {
		built_len = 0;
		add_random(pieces[_i]);
		options.languages = languages[next_random() % 5];
		options.concat_bits = next_random() & 1 ? 8 : 16;
		options.ref = (uint16_t)next_random();
		options.pid = (uint8_t)next_random();
		options.message_class = (int8_t)(next_random() % 5) - 1;
		options.sri = next_random() & 1;
		survives(begin());
	}
}
END_TEST

/* --- an alphabet, a header that the sender insists on ----------------------------------------- */

static const struct
{
	const char *text;
	enum deliver_coding coding;
	uint32_t languages;
	int parts;
	uint8_t dcs;
} insisted[] = {
		{"abc", DELIVER_UCS2, 0, 1, 0x08},
		{"abc", DELIVER_GSM7, 0, 1, 0x00},
		{"\u011F", DELIVER_GSM7, TURKISH, 1, 0x00},
		{"\u011F", DELIVER_GSM7, 0, DELIVER_NO_CODE, 0},
		{GRIN, DELIVER_GSM7, ALL, DELIVER_NO_CODE, 0},
		{"", DELIVER_UCS2, 0, 1, 0x08},
};

START_TEST(insisted_alphabet)
{
	uint8_t tpdu[TP_MAX_OCTETS];
	size_t len;

	options.coding = insisted[_i].coding;
	options.languages = insisted[_i].languages;
	add(insisted[_i].text, 1);
	ck_assert_int_eq(begin(), insisted[_i].parts);
	if(insisted[_i].parts < 0)
		return;
	survives(1);
	begin();
	ck_assert_int_eq(deliver_next(tpdu, &len, &delivery), 0);
	ck_assert_uint_eq(tpdu[10], insisted[_i].dcs);
}
END_TEST

START_TEST(insisted_alphabet_too_long)
{
	options.coding = DELIVER_UCS2;
	add("a", 255 * 67);
	ck_assert_int_eq(begin(), 255);
	survives(255);
	add("a", 1);
	ck_assert_int_eq(begin(), DELIVER_TOO_LONG);
	options.coding = DELIVER_GSM7;
	ck_assert_int_eq(begin(), 112);
	add("\u0416", 1);
	ck_assert_int_eq(begin(), DELIVER_TOO_LONG);
}
END_TEST

static const struct
{
	const char *what, *header, *text;
	unsigned times;
	enum deliver_coding coding;
	int rc;
	uint8_t dcs;
} headers[] = {
		{"ports, as much as fits", "06050400500000", "a", 152, DELIVER_ANY, 1,
				0x00},
		{"ports, a letter more", "06050400500000", "a", 153, DELIVER_ANY,
				DELIVER_DOES_NOT_FIT, 0},
		{"part 3 of 4, made by the hub", "0500035A0403", "a", 153, DELIVER_ANY,
				1, 0x00},
		{"the same in UCS2", "0500035A0403", "\u0416", 67, DELIVER_ANY, 1,
				0x08},
		{"a letter more in UCS2", "0500035A0403", "\u0416", 68, DELIVER_ANY,
				DELIVER_DOES_NOT_FIT, 0},
		{"UCS2 insisted on", "0500035A0403", "a", 67, DELIVER_UCS2, 1, 0x08},
		{"UCS2 insisted on, a letter more", "0500035A0403", "a", 68,
				DELIVER_UCS2, DELIVER_DOES_NOT_FIT, 0},
		{"GSM7 insisted on", "0500035A0403", "\u0416", 1, DELIVER_GSM7,
				DELIVER_NO_CODE, 0},
		{"Turkish single shift", "03240101", "\u015F", 77, DELIVER_ANY, 1,
				0x00},
		{"Turkish locking shift", "03250101", "\u015F", 155, DELIVER_ANY, 1,
				0x00},
		{"a base language that there is not", "032501FF", "@", 155, DELIVER_ANY,
				1, 0x00},
		{"a language that there is not", "032401FF", "\u20AC", 77, DELIVER_ANY,
				1, 0x00},
		{"a header of nothing", "00", "a", 158, DELIVER_ANY, 1, 0x00},
		{"length too long", "06240101", "a", 1, DELIVER_ANY, DELIVER_BAD_OPTION,
				0},
		{"length too short", "02240101", "a", 1, DELIVER_ANY,
				DELIVER_BAD_OPTION, 0},
		{"half an element", "0224FF", "a", 1, DELIVER_ANY, DELIVER_BAD_OPTION,
				0},
};

START_TEST(own_header)
{
	uint8_t header[SMS_UD_MAX_OCTETS], tpdu[TP_MAX_OCTETS];
	size_t len, n;
	char text[SMS_TEXT_MAX];
	struct tp_msg tp;
	struct sms_error err;

	options.udh = header;
	options.udh_len = unit_hex(header, sizeof(header), headers[_i].header);
	options.coding = headers[_i].coding;
	options.languages = ALL;
	add(headers[_i].text, headers[_i].times);
	ck_assert_msg(begin() == headers[_i].rc, "%s", headers[_i].what);
	if(headers[_i].rc < 0) {
		ck_assert_int_eq(deliver_next(tpdu, &len, &delivery), -1);
		return;
	}
	ck_assert_int_eq(deliver_next(tpdu, &len, &delivery), 0);
	ck_assert_int_eq(tp_decode(&tp, &err, false, TP_IN_RP_DATA, tpdu, len), 0);
	ck_assert(tp.udhi && !tp.more);
	ck_assert_uint_eq(tp.dcs, headers[_i].dcs);
	ck_assert_mem_eq(tp.ud, header, options.udh_len);
	ck_assert_int_eq(sms_text_decode(text, &n, tp.dcs, &tp.udh, tp.ud,
							 tp.ud_len, tp.udl),
			0);
	ck_assert_uint_eq(n, built_len);
	ck_assert_mem_eq(text, built, n);
	ck_assert_int_eq(deliver_next(tpdu, &len, &delivery), -1);
}
END_TEST

START_TEST(longest_header)
{
	uint8_t header[SMS_UD_MAX_OCTETS] = {139, 0x70, 137};

	options.udh = header;
	options.udh_len = sizeof(header);
	ck_assert_int_eq(begin(), 1);
	survives(1);
	add("a", 1);
	ck_assert_int_eq(begin(), DELIVER_DOES_NOT_FIT);
	options.udh_len++;
	ck_assert_int_eq(begin(), DELIVER_BAD_OPTION);
}
END_TEST

START_TEST(impossible_options)
{
	add("a", 1);
	options.concat_bits = 7;
	ck_assert_int_eq(begin(), DELIVER_BAD_OPTION);
	usual();
	options.message_class = 4;
	ck_assert_int_eq(begin(), DELIVER_BAD_OPTION);
	options.message_class = -2;
	ck_assert_int_eq(begin(), DELIVER_BAD_OPTION);
	usual();
	options.oa.length = TP_ADDRESS_MAX_DIGITS + 1;
	ck_assert_int_eq(begin(), DELIVER_BAD_OPTION);
	usual();
	add("\xC0\x80", 1);
	ck_assert_int_eq(begin(), DELIVER_BAD_OPTION);
}
END_TEST

/* Text and header may be moved between two parts. */
START_TEST(moved_between_parts)
{
	uint8_t tpdu[TP_MAX_OCTETS];
	size_t len;
	char *moved;

	add("a", 153);
	add("b", 7);
	add("c", 1);
	ck_assert_int_eq(begin(), 2);
	ck_assert_int_eq(deliver_next(tpdu, &len, &delivery), 0);
	moved = malloc(built_len);
	memcpy(moved, built, built_len);
	memset(built, 'x', built_len);
	delivery.text = moved;
	is_hex("440B912120550591F90000621122901470400F0500035A0202C462B1582C168F0"
		   "1");
	free(moved);
}
END_TEST

/* --- the same from somebody else --------------------------------------------------------------------- */

static const struct
{
	const char *name, *before, *after; /* NULL: it is refused */
} originators[] = {
		{"a name", "040ED049B7F94D2CCFD70000621122901470400AF0",
				"040F9100000000000000F00000621122901470400AF0"},
		{"no number", "0400000000" SCTS "00",
				"040F9100000000000000F00000" SCTS "00"},
		{"a number of as many octets", "640F9112345678901234F50000" SCTS "00",
				"640F9100000000000000F00000" SCTS "00"},
		{"nothing behind it", "00028121", "000F9100000000000000F0"},
		{"a status report", "062A0B912120550521F3", NULL},
		{"a reserved type", "0302", NULL},
		{"an address that ends too early", "040B9121", NULL},
		{"nothing", "", NULL},
};

START_TEST(from_somebody_else)
{
	uint8_t before[TP_MAX_OCTETS], after[TP_MAX_OCTETS], out[TP_MAX_OCTETS];
	size_t len = unit_hex(before, sizeof(before), originators[_i].before);
	size_t wanted = 0, seen = 0;
	int rc;

	ck_assert_int_eq(sms_address_set(&options.oa, TON_INTERNATIONAL, NPI_ISDN,
							 "000000000000000", 15),
			0);
	rc = deliver_from(out, &seen, &options.oa, before, len);
	ck_assert_msg(rc == (originators[_i].after ? 0 : -1), "%s: %d",
			originators[_i].name, rc);
	if(originators[_i].after)
		wanted = unit_hex(after, sizeof(after), originators[_i].after);
	ck_assert_msg(seen == wanted && memcmp(out, after, wanted) == 0,
			"%s: %zu octets, expected %zu", originators[_i].name, seen, wanted);
}
END_TEST

START_TEST(longest_from_somebody_else)
{
	uint8_t before[TP_MAX_OCTETS] = {0x04, 0x02, 0x81, 0x21};
	uint8_t out[TP_MAX_OCTETS];
	size_t seen, longest = TP_MAX_OCTETS - (10 - 3);

	sms_address_set(
			&options.oa, TON_INTERNATIONAL, NPI_ISDN, "000000000000000", 15);
	ck_assert_int_eq(deliver_from(out, &seen, &options.oa, before, longest), 0);
	ck_assert_uint_eq(seen, TP_MAX_OCTETS);
	ck_assert_int_eq(
			deliver_from(out, &seen, &options.oa, before, longest + 1), -1);
}
END_TEST

/* --- status reports -------------------------------------------------------------------------------- */

START_TEST(status_report)
{
	uint8_t tpdu[TP_MAX_OCTETS], expected[TP_MAX_OCTETS];
	size_t len, wanted = unit_hex(expected, sizeof(expected),
						"062A0B912120550521F3621122901470406211229014034000");
	struct status_report report = {.mr = 42, .st = 0x00};

	sms_address_set(&report.ra, TON_INTERNATIONAL, NPI_ISDN, "12025550123", 11);
	sms_time_from_utc(&report.scts, 1795336867, 4);
	sms_time_from_utc(&report.dt, 1795336867 + 23, 4);
	ck_assert_int_eq(status_report_encode(tpdu, &len, &report), 0);
	ck_assert_uint_eq(len, wanted);
	ck_assert_mem_eq(tpdu, expected, len);
	report.ra.length = TP_ADDRESS_MAX_DIGITS + 1;
	ck_assert_int_eq(status_report_encode(tpdu, &len, &report), -1);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("deliver");
	TCase *tests = tcase_create("deliver");

	tcase_set_timeout(tests, 60);
	tcase_add_checked_fixture(tests, usual, NULL);
	tcase_add_test(tests, octets_gsm7);
	tcase_add_test(tests, octets_ucs2);
	tcase_add_test(tests, octets_turkish);
	tcase_add_test(tests, octets_everything);
	tcase_add_test(tests, octets_empty);
	tcase_add_test(tests, octets_senders);
	tcase_add_loop_test(tests, limits, 0, COUNT(alphabets));
	tcase_add_test(tests, each_number_of_parts);
	tcase_add_loop_test(tests, sequence_at_each_place, 0, COUNT(sequences));
	tcase_add_loop_test(tests, any_text, 0, COUNT(pieces));
	tcase_add_loop_test(tests, insisted_alphabet, 0, COUNT(insisted));
	tcase_add_test(tests, insisted_alphabet_too_long);
	tcase_add_loop_test(tests, own_header, 0, COUNT(headers));
	tcase_add_test(tests, longest_header);
	tcase_add_test(tests, impossible_options);
	tcase_add_test(tests, moved_between_parts);
	tcase_add_loop_test(tests, from_somebody_else, 0, COUNT(originators));
	tcase_add_test(tests, longest_from_somebody_else);
	tcase_add_test(tests, status_report);
	suite_add_tcase(suite, tests);
	return unit_run(suite);
}
