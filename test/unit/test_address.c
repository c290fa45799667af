/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Addresses of both layers: every type of number, all sixteen semi-octets, text, the limits, what is refused and where.
 */
#include "unit.h"

#include "codec/address.h"
#include "codec/rp.h"
#include "codec/tp.h"

#define COUNT(table) ((int)(sizeof(table) / sizeof((table)[0])))

/* A copy in a block of exactly that size, so that the sanitizer sees a read behind it. */
static uint8_t *exact(const char *hex, size_t *len)
{
	uint8_t octets[512];
	uint8_t *copy;

	*len = unit_hex(octets, sizeof(octets), hex);
	copy = malloc(*len ? *len : 1);
	ck_assert_ptr_nonnull(copy);
	memcpy(copy, octets, *len);
	return copy;
}

static const struct
{
	const char *hex;
	uint8_t ton, npi;
	const char *value;
} tp_addresses[] = {
		{"0B912120550521F3", TON_INTERNATIONAL, NPI_ISDN, "12025550123"},
		{"0B812120550521F3", TON_UNKNOWN, NPI_ISDN, "12025550123"},
		{"04A12143", TON_NATIONAL, NPI_ISDN, "1234"},
		{"05B12143F5", TON_NETWORK_SPECIFIC, NPI_ISDN, "12345"},
		{"01C1F7", TON_SUBSCRIBER, NPI_ISDN, "7"},
		{"02E110", TON_ABBREVIATED, NPI_ISDN, "01"},
		{"02F910", TON_RESERVED, 9, "01"},
		{"0F801032547698BADCFE", TON_UNKNOWN, NPI_UNKNOWN, "0123456789*#abc"},
		{"148121436587092143658719", TON_UNKNOWN, NPI_ISDN,
				"12345678901234567891"},
		/* the semi-octet behind an odd count need not be a filler */
		{"03812143", TON_UNKNOWN, NPI_ISDN, "123"},
		/* bit 8 of the type clear */
		{"04112143", TON_INTERNATIONAL, NPI_ISDN, "1234"},
		{"0091", TON_INTERNATIONAL, NPI_ISDN, ""},
		{"00D0", TON_ALPHANUMERIC, NPI_UNKNOWN, ""},
		{"0ED049B7F94D2CCFD7", TON_ALPHANUMERIC, NPI_UNKNOWN, "InfoDesk"},
		{"0DD0F334FC1CA69701", TON_ALPHANUMERIC, NPI_UNKNOWN, "sipgate"},
		/* seven characters whose sender counted whole octets */
		{"0ED04F78D92D9C0E01", TON_ALPHANUMERIC, NPI_UNKNOWN, "OpenBSC"},
		{"09D0C6A7333904", TON_ALPHANUMERIC, NPI_UNKNOWN, "FONIC"},
		{"12D0F7FBDD454FB75D693A", TON_ALPHANUMERIC, NPI_UNKNOWN, "www.tim.it"},
		{"14D04F78D92D9C0EC3E23119", TON_ALPHANUMERIC, NPI_UNKNOWN,
				"OpenBSCabcd"},
		/* one semi-octet holds no character */
		{"01D0F1", TON_ALPHANUMERIC, NPI_UNKNOWN, ""},
};

START_TEST(tp_decode_encode)
{
	uint8_t out[TP_ADDRESS_MAX_OCTETS];
	struct sms_address a;
	struct sms_error err;
	size_t len, used, written;
	uint8_t *in = exact(tp_addresses[_i].hex, &len);

	ck_assert_int_eq(tp_address_decode(&a, &used, &err, in, len), 0);
	ck_assert_uint_eq(used, len);
	ck_assert_int_eq(a.present, in[0] != 0);
	ck_assert_uint_eq(a.ton, tp_addresses[_i].ton);
	ck_assert_uint_eq(a.npi, tp_addresses[_i].npi);
	ck_assert_str_eq(a.value, tp_addresses[_i].value);
	ck_assert_uint_eq(a.value_len, strlen(a.value));

	ck_assert_int_eq(tp_address_encode(out, len, &written, &a), 0);
	ck_assert_uint_eq(written, len);
	ck_assert_mem_eq(out, in, len);
	ck_assert_int_eq(tp_address_encode(out, len - 1, &written, &a), -1);
	free(in);
}
END_TEST

static const struct
{
	const char *what, *hex;
	uint8_t cause;
	uint16_t offset;
} tp_refused[] = {
		{"nothing", "", RP_CAUSE_PROTOCOL_ERROR, 0},
		{"no type", "0B", RP_CAUSE_PROTOCOL_ERROR, 1},
		{"no digits", "0B91", RP_CAUSE_PROTOCOL_ERROR, 2},
		{"a digit short", "0B9121205505", RP_CAUSE_PROTOCOL_ERROR, 2},
		{"no text", "0ED0", RP_CAUSE_PROTOCOL_ERROR, 2},
		{"longest, one octet short", "FF81", RP_CAUSE_PROTOCOL_ERROR, 2},
		{"filler counted", "049136F9", RP_CAUSE_SEMANTICALLY_INCORRECT, 2},
		{"filler first", "04911F32", RP_CAUSE_SEMANTICALLY_INCORRECT, 2},
		{"filler in the middle", "0591F12345", RP_CAUSE_SEMANTICALLY_INCORRECT,
				2},
		{"filler as the odd last digit", "039121FF",
				RP_CAUSE_SEMANTICALLY_INCORRECT, 2},
};

START_TEST(tp_refuses)
{
	struct sms_address a;
	struct sms_error err;
	size_t len, used;
	uint8_t *in = exact(tp_refused[_i].hex, &len);

	ck_assert_int_eq(tp_address_decode(&a, &used, &err, in, len), -1);
	ck_assert_uint_eq(err.cause, tp_refused[_i].cause);
	ck_assert_uint_eq(err.fcs, TP_FCS_UNSPECIFIED);
	ck_assert_uint_eq(err.offset, tp_refused[_i].offset);
	ck_assert(!a.present);
	free(in);
}
END_TEST

/* Every length octet, of digits and of text: read when all octets are there, refused when one is not, encoded again when
 * the standard allows it. */
START_TEST(tp_every_length)
{
	for(unsigned length = 0; length < 256; length++) {
		for(unsigned text = 0; text < 2; text++) {
			size_t len = 2 + (length + 1) / 2, used, written;
			uint8_t *in = malloc(len);
			uint8_t out[300];
			struct sms_address a;
			struct sms_error err;

			ck_assert_ptr_nonnull(in);
			memset(in, 0x45, len);
			in[0] = (uint8_t)length;
			in[1] = text ? 0xD0 : 0x81;
			ck_assert_int_eq(tp_address_decode(&a, &used, &err, in, len), 0);
			ck_assert_uint_eq(used, len);
			ck_assert_uint_eq(a.value_len, strlen(a.value));
			if(!text)
				ck_assert_uint_eq(a.value_len, length);
			ck_assert_int_eq(tp_address_encode(out, sizeof(out), &written, &a),
					length <= TP_ADDRESS_MAX_DIGITS ? 0 : -1);
			ck_assert_int_eq(
					tp_address_decode(&a, &used, &err, in, len - 1), -1);
			free(in);
		}
	}
}
END_TEST

static const struct
{
	const char *hex;
	bool present;
	uint8_t toa;
	const char *value; /* "" though present: no BCD number */
	bool encodable;
} rp_addresses[] = {
		{"00", false, 0, "", true},
		{"0191", false, 0x91, "", true},
		{"07912120550501F0", true, 0x91, "12025550100", true},
		{"0291F1", true, 0x91, "1", true},
		{"0291FF", true, 0x91, "", true},
		{"039121F3", true, 0x91, "123", true},
		{"0391F123", true, 0x91, "", true},
		{"0B9121436587092143658709", true, 0x91, "12345678901234567890", true},
		{"0C912143658709214365870921", true, 0x91, "1234567890123456789012",
				false},
		{"0D91214365870921436587092143", true, 0x91, "123456789012345678901234",
				false},
};

START_TEST(rp_decode_encode)
{
	uint8_t out[1 + RP_ADDRESS_MAX_OCTETS];
	struct sms_address a;
	struct sms_error err;
	size_t len, used, written;
	uint8_t *in = exact(rp_addresses[_i].hex, &len);

	ck_assert_int_eq(rp_address_decode(&a, &used, &err, in, len), 0);
	ck_assert_uint_eq(used, len);
	ck_assert_int_eq(a.present, rp_addresses[_i].present);
	ck_assert_uint_eq(a.toa, rp_addresses[_i].toa);
	ck_assert_str_eq(a.value, rp_addresses[_i].value);
	ck_assert_int_eq(rp_address_encode(out, sizeof(out), &written, &a),
			rp_addresses[_i].encodable ? 0 : -1);
	if(rp_addresses[_i].encodable) {
		ck_assert_uint_eq(written, len);
		ck_assert_mem_eq(out, in, len);
		ck_assert_int_eq(rp_address_encode(out, len - 1, &written, &a), -1);
	}
	ck_assert_int_eq(rp_address_decode(&a, &used, &err, in, len - 1), -1);
	ck_assert_uint_eq(err.cause, RP_CAUSE_INVALID_MANDATORY_INFORMATION);
	ck_assert_uint_eq(err.offset, len > 1 ? 1 : 0);
	free(in);
}
END_TEST

START_TEST(rp_every_length)
{
	for(unsigned length = 2; length < 256; length++) {
		uint8_t *in = malloc(1 + length);
		struct sms_address a;
		struct sms_error err;
		size_t used;

		ck_assert_ptr_nonnull(in);
		memset(in, 0x21, 1 + length);
		in[0] = (uint8_t)length;
		ck_assert_int_eq(rp_address_decode(&a, &used, &err, in, 1 + length), 0);
		ck_assert_uint_eq(used, 1 + length);
		ck_assert_uint_eq(a.value_len, 2u * a.raw_len);
		ck_assert_uint_eq(a.value_len, strlen(a.value));
		free(in);
	}
}
END_TEST

static const struct
{
	enum sms_ton ton;
	uint8_t npi;
	const char *value;
	const char *tp; /* NULL: refused */
	const char *rp; /* NULL: too long for RP */
} made[] = {
		{TON_INTERNATIONAL, NPI_ISDN, "12025550123", "0B912120550521F3",
				"07912120550521F3"},
		{TON_UNKNOWN, NPI_ISDN, "46071", "05816470F1", "04816470F1"},
		{TON_UNKNOWN, NPI_UNKNOWN, "*#abc0", "0680BADC0E", "0480BADC0E"},
		{TON_NATIONAL, NPI_ISDN, "12345678901234567890",
				"14A121436587092143658709", "0BA121436587092143658709"},
		{TON_NATIONAL, NPI_ISDN, "123456789012345678901", NULL, NULL},
		{TON_INTERNATIONAL, NPI_ISDN, "+12025550123", NULL, NULL},
		{TON_INTERNATIONAL, NPI_ISDN, "1202 555", NULL, NULL},
		{TON_INTERNATIONAL, 0x10, "12", NULL, NULL},
		{(enum sms_ton)8, NPI_ISDN, "12", NULL, NULL},
		{TON_INTERNATIONAL, NPI_ISDN, "", "0091", "0191"},
		{TON_ALPHANUMERIC, NPI_UNKNOWN, "InfoDesk", "0ED049B7F94D2CCFD7",
				"08D049B7F94D2CCFD7"},
		{TON_ALPHANUMERIC, NPI_UNKNOWN, "OpenBSCabcd",
				"14D04F78D92D9C0EC3E23119", "0BD04F78D92D9C0EC3E23119"},
		{TON_ALPHANUMERIC, NPI_UNKNOWN, "12 characters", NULL, NULL},
		{TON_ALPHANUMERIC, NPI_UNKNOWN, "\xD0\x94\xD0\xB0", NULL, NULL},
		{TON_ALPHANUMERIC, NPI_UNKNOWN, "\xC3", NULL, NULL},
		/* an escape pair takes two of the eleven */
		{TON_ALPHANUMERIC, NPI_UNKNOWN, "\xE2\x82\xAC", "04D09B32", "03D09B32"},
		{TON_ALPHANUMERIC, NPI_UNKNOWN, "\xE2\x82\xAC 10 only!!", NULL, NULL},
};

START_TEST(set)
{
	uint8_t expected[32], out[32];
	struct sms_address a, again;
	struct sms_error err;
	size_t len, written, used;
	int done = sms_address_set(&a, made[_i].ton, made[_i].npi, made[_i].value,
			strlen(made[_i].value));

	ck_assert_int_eq(done, made[_i].tp ? 0 : -1);
	if(!made[_i].tp)
		return;
	ck_assert_str_eq(a.value, made[_i].value);

	len = unit_hex(expected, sizeof(expected), made[_i].tp);
	ck_assert_int_eq(tp_address_encode(out, sizeof(out), &written, &a), 0);
	ck_assert_uint_eq(written, len);
	ck_assert_mem_eq(out, expected, len);
	ck_assert_int_eq(tp_address_decode(&again, &used, &err, out, written), 0);
	ck_assert_str_eq(again.value, made[_i].value);

	len = unit_hex(expected, sizeof(expected), made[_i].rp);
	ck_assert_int_eq(rp_address_encode(out, sizeof(out), &written, &a), 0);
	ck_assert_uint_eq(written, len);
	ck_assert_mem_eq(out, expected, len);
}
END_TEST

START_TEST(cleared)
{
	struct sms_address a;
	uint8_t out[2];
	size_t written;

	memset(&a, 0xA5, sizeof(a));
	sms_address_clear(&a);
	ck_assert_int_eq(rp_address_encode(out, sizeof(out), &written, &a), 0);
	ck_assert_uint_eq(written, 1);
	ck_assert_uint_eq(out[0], 0);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("address");
	TCase *tc = tcase_create("address");

	tcase_add_loop_test(tc, tp_decode_encode, 0, COUNT(tp_addresses));
	tcase_add_loop_test(tc, tp_refuses, 0, COUNT(tp_refused));
	tcase_add_test(tc, tp_every_length);
	tcase_add_loop_test(tc, rp_decode_encode, 0, COUNT(rp_addresses));
	tcase_add_test(tc, rp_every_length);
	tcase_add_loop_test(tc, set, 0, COUNT(made));
	tcase_add_test(tc, cleared);
	suite_add_tcase(suite, tc);
	return unit_run(suite);
}
