/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * RP messages: the examples, what is tolerated, what is refused with which cause and where, what cannot be encoded.
 */
#include "unit.h"

#include "codec/rp.h"
#include "examples.h"

#define COUNT(table) ((int)(sizeof(table) / sizeof((table)[0])))
#define MAX_BODY 512

/* A body in a block of exactly its size, so that the sanitizer sees a read behind it. */
struct body
{
	uint8_t *octets;
	size_t len;
};

static struct body body_of(const char *hex)
{
	uint8_t octets[MAX_BODY];
	struct body body;

	body.len = unit_hex(octets, sizeof(octets), hex);
	body.octets = malloc(body.len ? body.len : 1);
	ck_assert_ptr_nonnull(body.octets);
	memcpy(body.octets, octets, body.len);
	return body;
}

static void assert_encodes_to(const struct rp_msg *msg, const struct body *body)
{
	uint8_t out[MAX_BODY];
	size_t len;

	ck_assert_int_eq(rp_encode(out, sizeof(out), &len, msg), 0);
	ck_assert_uint_eq(len, body->len);
	ck_assert_mem_eq(out, body->octets, len);
	for(size_t cap = 0; cap < body->len; cap++)
		ck_assert_int_eq(rp_encode(out, cap, &len, msg), -1);
}

START_TEST(example)
{
	const struct example *e = &examples[_i];
	struct body body = body_of(e->hex);
	struct rp_msg msg;
	struct sms_error err;

	ck_assert_int_eq(rp_decode(&msg, &err, e->mo, body.octets, body.len), 0);
	ck_assert(msg.has_mr);
	ck_assert_int_eq(msg.mo, e->mo);
	ck_assert_int_eq(msg.type, e->type);
	ck_assert_uint_eq(msg.mr, e->mr);
	ck_assert_uint_eq(msg.cause, e->cause);
	ck_assert(!msg.cause_defaulted);
	ck_assert_int_eq(msg.has_ud, e->ud_len > 0);
	ck_assert_uint_eq(msg.ud_len, e->ud_len);
	if(e->type == RP_DATA)
		ck_assert_str_eq((e->mo ? &msg.da : &msg.oa)->value, "12025550100");
	assert_encodes_to(&msg, &body);

	/* the same in the other direction is a reserved message type */
	ck_assert_int_eq(rp_decode(&msg, &err, !e->mo, body.octets, body.len), -1);
	ck_assert_uint_eq(err.cause, RP_CAUSE_MESSAGE_TYPE_NON_EXISTENT);
	ck_assert_uint_eq(msg.mr, e->mr);
	free(body.octets);
}
END_TEST

static const struct
{
	const char *what, *hex;
	bool mo;
	enum rp_type type;
	uint8_t cause;
	bool defaulted;
	const char *diagnostic, *ud; /* hex, NULL: none */
	bool encodable;				 /* to the same octets */
} tolerated[] = {
		{"octets behind RP-DATA", "002A000291F101350D0A", true, RP_DATA, 0,
				false, NULL, "35", true},
		{"spare bits set", "F82A000291F10135", true, RP_DATA, 0, false, NULL,
				"35", true},
		{"RP-OA in MO", "002A0291F20291F10135", true, RP_DATA, 0, false, NULL,
				"35", true},
		{"RP-OA without digits in MO", "002A01910291F10135", true, RP_DATA, 0,
				false, NULL, "35", true},
		{"RP-OA that is no number in MO", "002A0391F1F20291F10135", true,
				RP_DATA, 0, false, NULL, "35", true},
		{"RP-DA that is no number", "002A000391F1F20135", true, RP_DATA, 0,
				false, NULL, "35", true},
		{"RP-DA longer than allowed", "0001000D91214365870921436587092143010A",
				true, RP_DATA, 0, false, NULL, "0A", false},
		{"RP-DA in MT", "012A0291F10291F20104", false, RP_DATA, 0, false, NULL,
				"04", true},
		{"bare RP-ACK", "022A", true, RP_ACK, 0, false, NULL, NULL, true},
		{"RP-ACK and a line end", "022A0D0A", true, RP_ACK, 0, false, NULL,
				NULL, true},
		{"RP-ACK and an empty RP-UD", "022A4100", true, RP_ACK, 0, false, NULL,
				NULL, true},
		{"RP-ACK, RP-UD past the end", "022A410300", true, RP_ACK, 0, false,
				NULL, NULL, true},
		{"RP-ACK, tag alone", "022A41", true, RP_ACK, 0, false, NULL, NULL,
				true},
		{"unknown element before RP-UD", "022A78020102410103", true, RP_ACK, 0,
				false, NULL, "03", true},
		{"unknown element behind RP-UD", "022A41010378020102", true, RP_ACK, 0,
				false, NULL, "03", true},
		{"RP-UD twice: the first", "022A410103410104", true, RP_ACK, 0, false,
				NULL, "03", true},
		{"RP-ERROR with a diagnostic", "042A021603410101", true, RP_ERROR, 22,
				false, "03", "01", true},
		{"RP-ERROR with two", "052A03290507", false, RP_ERROR, 41, false,
				"0507", NULL, true},
		{"RP-ERROR, extension bit of the cause", "042A0196", true, RP_ERROR, 22,
				false, NULL, NULL, false},
		{"RP-ERROR without RP-Cause", "042A", true, RP_ERROR, 111, true, NULL,
				NULL, false},
		{"RP-ERROR, RP-Cause empty", "052A00", false, RP_ERROR, 111, true, NULL,
				NULL, false},
		{"RP-ERROR, RP-Cause empty, RP-UD", "042A00410103", true, RP_ERROR, 111,
				true, NULL, "03", false},
		{"RP-ERROR, RP-Cause past the end", "042A0526", true, RP_ERROR, 111,
				true, NULL, NULL, false},
		{"RP-SMMA and octets behind", "062A4101AA", true, RP_SMMA, 0, false,
				NULL, NULL, true},
};

static void assert_octets(const uint8_t *seen, size_t len, const char *hex)
{
	uint8_t expected[MAX_BODY];
	size_t expected_len = hex ? unit_hex(expected, sizeof(expected), hex) : 0;

	ck_assert_uint_eq(len, expected_len);
	if(len)
		ck_assert_mem_eq(seen, expected, len);
}

START_TEST(tolerate)
{
	struct body body = body_of(tolerated[_i].hex);
	struct rp_msg msg;
	struct sms_error err;

	ck_assert_int_eq(
			rp_decode(&msg, &err, tolerated[_i].mo, body.octets, body.len), 0);
	ck_assert_int_eq(msg.type, tolerated[_i].type);
	ck_assert_uint_eq(msg.mr, 0x2A == body.octets[1] ? 0x2A : 1);
	ck_assert_uint_eq(msg.cause, tolerated[_i].cause);
	ck_assert_int_eq(msg.cause_defaulted, tolerated[_i].defaulted);
	ck_assert_int_eq(msg.has_ud, tolerated[_i].ud != NULL);
	assert_octets(msg.ud, msg.ud_len, tolerated[_i].ud);
	assert_octets(msg.diagnostic, msg.diagnostic_len, tolerated[_i].diagnostic);
	if(tolerated[_i].encodable)
		assert_encodes_to(&msg, &body);
	free(body.octets);
}
END_TEST

static const struct
{
	const char *hex;
	bool mo, has_mr;
	uint8_t cause;
	const char *field;
	uint16_t offset;
} refused[] = {
		{"", true, false, 0, "RP-MTI", 0},
		{"00", true, false, 0, "RP-MR", 1},
		/* message types reserved in the direction, and the one reserved in both */
		{"012A", true, true, 97, "RP-MTI", 0},
		{"032A", true, true, 97, "RP-MTI", 0},
		{"052A", true, true, 97, "RP-MTI", 0},
		{"072A", true, true, 97, "RP-MTI", 0},
		{"002A", false, true, 97, "RP-MTI", 0},
		{"022A", false, true, 97, "RP-MTI", 0},
		{"042A", false, true, 97, "RP-MTI", 0},
		{"062A", false, true, 97, "RP-MTI", 0},
		{"072A", false, true, 97, "RP-MTI", 0},
		/* RP-DATA, mobile originated: element by element */
		{"002A", true, true, 96, "RP-OA", 2},
		{"002A02", true, true, 96, "RP-OA", 3},
		{"002A0291", true, true, 96, "RP-OA", 3},
		{"002A00", true, true, 96, "RP-DA", 3},
		{"002A0000", true, true, 96, "RP-DA", 3},
		{"002A00000135", true, true, 96, "RP-DA", 3},
		{"002A0001910135", true, true, 96, "RP-DA", 3},
		{"002A00079144", true, true, 96, "RP-DA", 4},
		{"002A000291F1", true, true, 96, "RP-UD", 6},
		{"002A000291F100", true, true, 96, "RP-UD", 6},
		{"002A000291F10035", true, true, 96, "RP-UD", 6},
		{"002A000291F10235", true, true, 96, "RP-UD", 7},
		{"002A0291F20291F102", true, true, 96, "RP-UD", 9},
		/* mobile terminated */
		{"012A", false, true, 96, "RP-OA", 2},
		{"012A00000104", false, true, 96, "RP-OA", 2},
		{"012A0191000104", false, true, 96, "RP-OA", 2},
		{"012A0291F1", false, true, 96, "RP-DA", 5},
		{"012A0291F10791", false, true, 96, "RP-DA", 6},
		{"012A0291F100", false, true, 96, "RP-UD", 6},
		{"012A0291F10000", false, true, 96, "RP-UD", 6},
		{"012A0291F10003AABB", false, true, 96, "RP-UD", 7},
};

START_TEST(refuse)
{
	struct body body = body_of(refused[_i].hex);
	struct rp_msg msg;
	struct sms_error err;

	memset(&msg, 0xA5, sizeof(msg));
	ck_assert_int_eq(
			rp_decode(&msg, &err, refused[_i].mo, body.octets, body.len), -1);
	ck_assert_int_eq(msg.has_mr, refused[_i].has_mr);
	if(msg.has_mr)
		ck_assert_uint_eq(msg.mr, 0x2A);
	ck_assert_uint_eq(err.cause, refused[_i].cause);
	ck_assert_uint_eq(err.fcs, 0);
	ck_assert_str_eq(err.field, refused[_i].field);
	ck_assert_uint_eq(err.offset, refused[_i].offset);
	ck_assert(!msg.has_ud);
	free(body.octets);
}
END_TEST

/* RP-UD of every length, in RP-DATA and in RP-ACK. */
START_TEST(user_data_lengths)
{
	uint8_t ud[255] = {0}, out[MAX_BODY];
	struct rp_msg msg, again;
	struct sms_error err;
	size_t len;

	for(unsigned ud_len = 0; ud_len <= 255; ud_len++) {
		for(int type = RP_DATA; type <= RP_ACK; type++) {
			memset(&msg, 0, sizeof(msg));
			msg.mo = true;
			msg.type = (enum rp_type)type;
			sms_address_set(&msg.da, TON_INTERNATIONAL, NPI_ISDN, "1", 1);
			msg.has_ud = true;
			msg.ud = ud;
			msg.ud_len = (uint8_t)ud_len;
			if(ud_len == 0 || ud_len > RP_UD_MAX_OCTETS) {
				ck_assert_int_eq(rp_encode(out, sizeof(out), &len, &msg), -1);
				continue;
			}
			ck_assert_int_eq(rp_encode(out, RP_MAX_OCTETS, &len, &msg), 0);
			ck_assert_int_eq(rp_decode(&again, &err, true, out, len), 0);
			ck_assert_uint_eq(again.ud_len, ud_len);
		}
	}
}
END_TEST

/* The longest there is: a full address and a full RP-UD. */
START_TEST(longest)
{
	uint8_t ud[RP_UD_MAX_OCTETS] = {0}, out[RP_MAX_OCTETS];
	struct rp_msg msg = {.type = RP_DATA,
			.has_ud = true,
			.ud = ud,
			.ud_len = RP_UD_MAX_OCTETS};
	size_t len;

	sms_address_set(&msg.oa, TON_INTERNATIONAL, NPI_ISDN,
			"12345678901234567890", TP_ADDRESS_MAX_DIGITS);
	ck_assert_int_eq(rp_encode(out, sizeof(out), &len, &msg), 0);
	ck_assert_uint_eq(len, RP_MAX_OCTETS);
}
END_TEST

static void no_user_data(struct rp_msg *msg)
{
	msg->has_ud = false;
}

static void no_destination(struct rp_msg *msg)
{
	sms_address_clear(&msg->da);
}

static void no_originator(struct rp_msg *msg)
{
	msg->mo = false;
}

static void memory_available_from_network(struct rp_msg *msg)
{
	msg->type = RP_SMMA;
	msg->mo = false;
}

static void no_type(struct rp_msg *msg)
{
	msg->type = (enum rp_type)4;
}

static void wide_cause(struct rp_msg *msg)
{
	msg->type = RP_ERROR;
	msg->cause = 128;
}

static void wide_diagnostic(struct rp_msg *msg)
{
	msg->type = RP_ERROR;
	msg->diagnostic_len = 255;
}

static void (*const spoil[])(struct rp_msg *) = {no_user_data, no_destination,
		no_originator, memory_available_from_network, no_type, wide_cause,
		wide_diagnostic};

START_TEST(encode_refuses)
{
	static const uint8_t octets[255];
	struct rp_msg msg = {.mo = true,
			.type = RP_DATA,
			.has_ud = true,
			.ud = octets,
			.ud_len = 1,
			.diagnostic = octets};
	uint8_t out[MAX_BODY];
	size_t len;

	sms_address_set(&msg.da, TON_INTERNATIONAL, NPI_ISDN, "1", 1);
	ck_assert_int_eq(rp_encode(out, sizeof(out), &len, &msg), 0);
	spoil[_i](&msg);
	ck_assert_int_eq(rp_encode(out, sizeof(out), &len, &msg), -1);
}
END_TEST

START_TEST(options)
{
	struct body body = body_of("022A7802010241010399004101");
	struct rp_element element;
	struct rp_msg msg;
	struct sms_error err;
	size_t pos = 0;

	ck_assert_int_eq(rp_decode(&msg, &err, true, body.octets, body.len), 0);
	ck_assert(rp_option_next(&element, &pos, &msg));
	ck_assert_uint_eq(element.iei, 0x78);
	assert_octets(element.data, element.len, "0102");
	ck_assert(rp_option_next(&element, &pos, &msg));
	ck_assert_uint_eq(element.iei, RP_IEI_USER_DATA);
	assert_octets(element.data, element.len, "03");
	ck_assert(rp_option_next(&element, &pos, &msg));
	ck_assert_uint_eq(element.iei, 0x99);
	ck_assert_uint_eq(element.len, 0);
	ck_assert(!rp_option_next(&element, &pos, &msg));
	free(body.octets);
}
END_TEST

/* What a peer wants delivered may leave RP-OA to us; a UE's RP-ACK it cannot be. */
START_TEST(order)
{
	static const char *const bodies[] = {
			"0107000004A0B0C0D0", "010707912120550501F00004A0B0C0D0"};
	uint8_t octets[RP_MAX_OCTETS];
	struct sms_error err;
	struct rp_msg rp;
	size_t len, i;

	for(i = 0; i < 2; i++) {
		len = unit_hex(octets, sizeof(octets), bodies[i]);
		ck_assert_int_eq(rp_decode_order(&rp, &err, octets, len), 0);
		ck_assert_int_eq(rp.oa.present, i == 1);
		ck_assert_uint_eq(rp.ud_len, 4);
		ck_assert_uint_eq(rp.ud[0], 0xA0);
		ck_assert_int_eq(
				rp_decode(&rp, &err, false, octets, len), i == 1 ? 0 : -1);
	}
	len = unit_hex(octets, sizeof(octets), "0207");
	ck_assert_int_eq(rp_decode_order(&rp, &err, octets, len), -1);
}
END_TEST

START_TEST(names)
{
	ck_assert_str_eq(rp_type_name(RP_DATA), "RP-DATA");
	ck_assert_str_eq(rp_type_name(RP_ACK), "RP-ACK");
	ck_assert_str_eq(rp_type_name(RP_ERROR), "RP-ERROR");
	ck_assert_str_eq(rp_type_name(RP_SMMA), "RP-SMMA");
	ck_assert_str_eq(rp_type_name((enum rp_type)4), "unknown");
	ck_assert_str_eq(rp_cause_name(38), "network out of order");
	ck_assert_str_eq(rp_cause_name(127), "interworking, unspecified");
	ck_assert_str_eq(rp_cause_name(0), "unknown");
	ck_assert_str_eq(rp_cause_name(255), "unknown");
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("rp");
	TCase *tc = tcase_create("rp");

	tcase_add_loop_test(tc, example, 0, EXAMPLES);
	tcase_add_loop_test(tc, tolerate, 0, COUNT(tolerated));
	tcase_add_loop_test(tc, refuse, 0, COUNT(refused));
	tcase_add_test(tc, user_data_lengths);
	tcase_add_test(tc, longest);
	tcase_add_loop_test(tc, encode_refuses, 0, COUNT(spoil));
	tcase_add_test(tc, options);
	tcase_add_test(tc, order);
	tcase_add_test(tc, names);
	suite_add_tcase(suite, tc);
	return unit_run(suite);
}
