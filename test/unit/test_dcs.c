/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * TP-DCS: all 256 values against the ranges of TS 23.038 clause 4, written out here as ranges.
 */
#include "unit.h"

#include "codec/dcs.h"

struct range
{
	uint8_t first, last;
};

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static bool in_ranges(const struct range *ranges, size_t count, unsigned dcs)
{
	for(size_t i = 0; i < count; i++)
		if(dcs >= ranges[i].first && dcs <= ranges[i].last)
			return true;
	return false;
}

/* Compression (bit 6 of the octet, 20 hex) of groups 00 to 7F does not change the alphabet. */
static unsigned uncompressed(unsigned dcs)
{
	return dcs < 0x80 ? dcs & ~0x20u : dcs;
}

static enum sms_alphabet alphabet_by_range(unsigned dcs)
{
	static const struct range gsm7[] = {{0x00, 0x03}, {0x10, 0x13},
			{0x40, 0x43}, {0x50, 0x53}, {0x80, 0xDF}, {0xF0, 0xF3},
			{0xF8, 0xFB}};
	static const struct range octets[] = {{0x04, 0x07}, {0x14, 0x17},
			{0x44, 0x47}, {0x54, 0x57}, {0xF4, 0xF7}, {0xFC, 0xFF}};
	static const struct range ucs2[] = {{0x08, 0x0B}, {0x18, 0x1B},
			{0x48, 0x4B}, {0x58, 0x5B}, {0xE0, 0xEF}};

	dcs = uncompressed(dcs);
	if(in_ranges(gsm7, COUNT(gsm7), dcs))
		return ALPHABET_GSM7;
	if(in_ranges(octets, COUNT(octets), dcs))
		return ALPHABET_8BIT;
	if(in_ranges(ucs2, COUNT(ucs2), dcs))
		return ALPHABET_UCS2;
	return ALPHABET_RESERVED;
}

START_TEST(alphabet_of_every_value)
{
	for(unsigned dcs = 0; dcs < 256; dcs++) {
		struct sms_dcs d;

		sms_dcs_decode(&d, (uint8_t)dcs);
		ck_assert_msg(d.alphabet == alphabet_by_range(dcs), "%02X: alphabet %d",
				dcs, d.alphabet);
	}
}
END_TEST

START_TEST(compression_and_deletion_of_every_value)
{
	static const struct range compressed[] = {{0x20, 0x3F}, {0x60, 0x7F}};
	static const struct range deleted[] = {{0x40, 0x7F}};

	for(unsigned dcs = 0; dcs < 256; dcs++) {
		struct sms_dcs d;

		sms_dcs_decode(&d, (uint8_t)dcs);
		ck_assert_msg(
				d.compressed == in_ranges(compressed, COUNT(compressed), dcs),
				"%02X: compressed", dcs);
		ck_assert_msg(d.auto_delete == in_ranges(deleted, COUNT(deleted), dcs),
				"%02X: deleted", dcs);
	}
}
END_TEST

START_TEST(class_of_every_value)
{
	static const struct range with_class[] = {{0x10, 0x1F}, {0x30, 0x3F},
			{0x50, 0x5F}, {0x70, 0x7F}, {0xF0, 0xFF}};

	for(unsigned dcs = 0; dcs < 256; dcs++) {
		struct sms_dcs d;
		int expected = in_ranges(with_class, COUNT(with_class), dcs)
							   ? (int)(dcs & 3)
							   : -1;

		sms_dcs_decode(&d, (uint8_t)dcs);
		ck_assert_msg(d.message_class == expected, "%02X: class %d", dcs,
				d.message_class);
	}
}
END_TEST

START_TEST(message_waiting_of_every_value)
{
	static const struct range waiting[] = {{0xC0, 0xEF}};
	static const struct range stored[] = {{0xD0, 0xEF}};

	for(unsigned dcs = 0; dcs < 256; dcs++) {
		struct sms_dcs d;
		bool is_waiting = in_ranges(waiting, COUNT(waiting), dcs);

		sms_dcs_decode(&d, (uint8_t)dcs);
		ck_assert_msg(d.mwi_type == (is_waiting ? (int)(dcs & 3) : -1),
				"%02X: type %d", dcs, d.mwi_type);
		ck_assert_msg(d.mwi_active == (is_waiting && (dcs & 8)), "%02X", dcs);
		ck_assert_msg(d.mwi_store == in_ranges(stored, COUNT(stored), dcs),
				"%02X: store", dcs);
	}
}
END_TEST

START_TEST(text_is_gsm7_or_ucs2_uncompressed)
{
	for(unsigned dcs = 0; dcs < 256; dcs++) {
		enum sms_alphabet alphabet = alphabet_by_range(dcs);
		bool expected =
				uncompressed(dcs) == dcs
				&& (alphabet == ALPHABET_GSM7 || alphabet == ALPHABET_UCS2);

		ck_assert_msg(sms_dcs_is_text((uint8_t)dcs) == expected, "%02X", dcs);
	}
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("dcs");
	TCase *tests = tcase_create("dcs");

	tcase_add_test(tests, alphabet_of_every_value);
	tcase_add_test(tests, compression_and_deletion_of_every_value);
	tcase_add_test(tests, class_of_every_value);
	tcase_add_test(tests, message_waiting_of_every_value);
	tcase_add_test(tests, text_is_gsm7_or_ucs2_uncompressed);
	suite_add_tcase(suite, tests);
	return unit_run(suite);
}
