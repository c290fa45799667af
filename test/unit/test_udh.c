/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The user data header: the elements we understand, the rules for repeated, odd and broken ones, the septets it takes.
 */
#include "unit.h"

#include "codec/udh.h"

/* Decode from a buffer of exactly the right size, so that the sanitizer sees a read behind it. */
static struct udh decode(const char *hex)
{
	uint8_t octets[256];
	size_t len = unit_hex(octets, sizeof(octets), hex);
	uint8_t *exact = malloc(len ? len : 1);
	struct udh h;

	memcpy(exact, octets, len);
	memset(&h, 0xA5, sizeof(h));
	udh_decode(&h, exact, len);
	for(unsigned i = 0; i < h.count; i++) {
		ck_assert(h.element[i].data >= exact);
		ck_assert(h.element[i].data + h.element[i].len <= exact + len);
		h.element[i].data = NULL; /* gone with the buffer */
	}
	free(exact);
	return h;
}

static const struct
{
	const char *what, *hex;
	uint8_t len, count, bits;
	uint16_t ref;
	uint8_t total, seq;
} concatenations[] = {
		{"8 bits", "0500035A0201C8", 6, 1, 8, 0x5A, 2, 1},
		{"16 bits", "06080412340202", 7, 1, 16, 0x1234, 2, 2},
		{"one of one", "050003FF0101", 6, 1, 8, 0xFF, 1, 1},
		{"255 of 255", "05000300FFFF", 6, 1, 8, 0, 255, 255},
		{"total 0", "0500035A0000", 6, 1, 0, 0, 0, 0},
		{"total 0, number 1", "0500035A0001", 6, 1, 0, 0, 0, 0},
		{"number 0", "0500035A0200", 6, 1, 0, 0, 0, 0},
		{"number above total", "0500035A0203", 6, 1, 0, 0, 0, 0},
		{"16 bits, number above total", "06080412340203", 7, 1, 0, 0, 0, 0},
		{"the last of a kind", "0A00031102010003220302", 11, 2, 8, 0x22, 3, 2},
		{"16 after 8 bits", "0B00031102010804ABCD0302", 12, 2, 16, 0xABCD, 3,
				2},
		{"8 after 16 bits", "0B0804ABCD03020003110201", 12, 2, 8, 0x11, 2, 1},
		{"a useless one after a good one", "0A00031102010003220000", 11, 2, 8,
				0x11, 2, 1},
		{"too short for its IEI", "0400025A02", 5, 1, 0, 0, 0, 0},
		{"too long for its IEI", "0600045A020100", 7, 1, 0, 0, 0, 0},
		{"not a concatenation", "04010200FF", 5, 1, 0, 0, 0, 0},
		{"header without elements", "00", 1, 0, 0, 0, 0, 0},
		{"element without octets", "020A00", 3, 1, 0, 0, 0, 0},
};

START_TEST(concatenation)
{
	struct udh h = decode(concatenations[_i].hex);

	ck_assert_msg(h.valid && h.len == concatenations[_i].len
						  && h.count == concatenations[_i].count
						  && h.concat_bits == concatenations[_i].bits
						  && h.concat_ref == concatenations[_i].ref
						  && h.concat_total == concatenations[_i].total
						  && h.concat_seq == concatenations[_i].seq,
			"%s: bits %u ref %u total %u seq %u", concatenations[_i].what,
			h.concat_bits, h.concat_ref, h.concat_total, h.concat_seq);
}
END_TEST

static const struct
{
	const char *hex;
	uint8_t len;
} broken[] = {
		{"", 0},				 /* no octet at all */
		{"01", 0},				 /* UDHL past TP-UD */
		{"0500035A02", 0},		 /* by one octet */
		{"FF0003", 0},			 /* far past it */
		{"0100", 2},			 /* an IEI without a length */
		{"0500045A0201", 6},	 /* element past the header by one */
		{"0500FF5A0201", 6},	 /* far past it */
		{"0500045A0201C8C9", 6}, /* past the header though not past TP-UD */
		{"0600035A020124", 7},	 /* a last octet that is no element */
		{"0B00035A0201250101240201", 12}, /* a good one before the broken one */
};

START_TEST(broken_header_is_ignored)
{
	struct udh h = decode(broken[_i].hex);

	ck_assert_msg(!h.valid && h.len == broken[_i].len && h.count == 0
						  && h.concat_bits == 0 && h.ports_bits == 0
						  && h.locking_shift == 0 && h.single_shift == 0,
			"%s: valid %d len %u count %u", broken[_i].hex, h.valid, h.len,
			h.count);
}
END_TEST

START_TEST(ports)
{
	struct udh h = decode("0605040B8423F0");

	ck_assert(h.valid && h.ports_bits == 16);
	ck_assert_uint_eq(h.port_dst, 2948);
	ck_assert_uint_eq(h.port_src, 9200);
	h = decode("040402F5F1");
	ck_assert(h.valid && h.ports_bits == 8);
	ck_assert_uint_eq(h.port_dst, 0xF5);
	ck_assert_uint_eq(h.port_src, 0xF1);
	h = decode("0A05040B8423F00402F5F1");
	ck_assert_uint_eq(h.ports_bits, 8);
	h = decode("0A0402F5F105040B8423F0");
	ck_assert_uint_eq(h.ports_bits, 16);
}
END_TEST

START_TEST(national_language)
{
	struct udh h = decode("06250101240102");

	ck_assert(h.valid);
	ck_assert_uint_eq(h.locking_shift, 1);
	ck_assert_uint_eq(h.single_shift, 2);
	h = decode("06240103240104");
	ck_assert_uint_eq(h.locking_shift, 0);
	ck_assert_uint_eq(h.single_shift, 4);
	h = decode("042402010D");
	ck_assert(h.valid);
	ck_assert_uint_eq(h.single_shift, 0);
}
END_TEST

START_TEST(elements_are_kept)
{
	uint8_t ud[32];
	size_t len = unit_hex(
			ud, sizeof(ud), "110A0106700300010200035A02010A020708FFFF");
	struct udh h;

	udh_decode(&h, ud, len);
	ck_assert(h.valid);
	ck_assert_uint_eq(h.count, 4);
	ck_assert_uint_eq(h.element[1].iei, 0x70);
	ck_assert_uint_eq(h.element[1].len, 3);
	ck_assert_ptr_eq(h.element[1].data, ud + 6);
	ck_assert_ptr_eq(udh_find(&h, 0x0A), &h.element[3]);
	ck_assert_ptr_eq(udh_find(&h, IEI_CONCAT_8), &h.element[2]);
	ck_assert_ptr_null(udh_find(&h, IEI_CONCAT_16));
}
END_TEST

START_TEST(most_elements)
{
	uint8_t ud[UDH_MAX_ELEMENTS * 2 + 3] = {0};
	struct udh h;

	for(size_t i = 1; i < sizeof(ud); i += 2)
		ud[i] = 0xC0;
	ud[0] = UDH_MAX_ELEMENTS * 2;
	udh_decode(&h, ud, sizeof(ud));
	ck_assert(h.valid);
	ck_assert_uint_eq(h.count, UDH_MAX_ELEMENTS);
	ud[0] += 2;
	udh_decode(&h, ud, sizeof(ud));
	ck_assert(!h.valid);
	ck_assert_uint_eq(h.count, 0);
	ck_assert_uint_eq(h.len, sizeof(ud));
}
END_TEST

START_TEST(septets_of_a_header)
{
	static const struct
	{
		uint8_t octets, septets;
	} rows[] = {{0, 0}, {1, 2}, {4, 5}, {6, 7}, {7, 8}, {8, 10}, {9, 11},
			{12, 14}, {13, 15}, {14, 16}, {140, 160}};

	for(size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		ck_assert_uint_eq(udh_septets(rows[i].octets), rows[i].septets);
	/* the text starts at the first septet that begins behind the header */
	for(unsigned octets = 0; octets <= 140; octets++) {
		unsigned septets = udh_septets((uint8_t)octets);

		ck_assert_uint_ge(septets * 7, octets * 8);
		ck_assert_uint_lt(septets * 7, octets * 8 + 7);
	}
}
END_TEST

#define COUNT(a) ((int)(sizeof(a) / sizeof((a)[0])))

int main(void)
{
	Suite *suite = suite_create("udh");
	TCase *tests = tcase_create("udh");

	tcase_add_loop_test(tests, concatenation, 0, COUNT(concatenations));
	tcase_add_loop_test(tests, broken_header_is_ignored, 0, COUNT(broken));
	tcase_add_test(tests, ports);
	tcase_add_test(tests, national_language);
	tcase_add_test(tests, elements_are_kept);
	tcase_add_test(tests, most_elements);
	tcase_add_test(tests, septets_of_a_header);
	suite_add_tcase(suite, tests);
	return unit_run(suite);
}
