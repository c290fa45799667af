/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * TPDUs: the examples, every bit of the first octet, TP-VP, TP-PI, TP-UDL at its limits, what is refused and where.
 */
#include "unit.h"

#include <stdio.h>

#include "codec/rp.h"
#include "codec/text.h"
#include "codec/tp.h"
#include "examples.h"

#define COUNT(table) ((int)(sizeof(table) / sizeof((table)[0])))
#define MAX_TPDU 512

/* Decode from a block of exactly that size, so that the sanitizer sees a read behind it. The block lives until the next
 * call, since the message points into it. */
static int decode(struct tp_msg *msg, struct sms_error *err, bool mo,
		enum tp_carrier carrier, const uint8_t *in, size_t len)
{
	static uint8_t *block;

	free(block);
	block = malloc(len ? len : 1);
	ck_assert_ptr_nonnull(block);
	memcpy(block, in, len);
	memset(msg, 0xA5, sizeof(*msg));
	memset(err, 0xA5, sizeof(*err));
	return tp_decode(msg, err, mo, carrier, block, len);
}

static int decode_hex(struct tp_msg *msg, struct sms_error *err, bool mo,
		enum tp_carrier carrier, const char *hex)
{
	uint8_t octets[MAX_TPDU];
	size_t len = unit_hex(octets, sizeof(octets), hex);

	return decode(msg, err, mo, carrier, octets, len);
}

static void assert_encodes_to(
		const struct tp_msg *msg, const uint8_t *in, size_t len)
{
	uint8_t out[MAX_TPDU];
	size_t written;

	ck_assert_int_eq(tp_encode(out, sizeof(out), &written, msg), 0);
	ck_assert_uint_eq(written, len);
	ck_assert_mem_eq(out, in, len);
	for(size_t cap = 0; cap < len; cap++)
		ck_assert_int_eq(tp_encode(out, cap, &written, msg), -1);
}

static void assert_encodes_to_hex(const struct tp_msg *msg, const char *hex)
{
	uint8_t octets[MAX_TPDU];
	size_t len = unit_hex(octets, sizeof(octets), hex);

	assert_encodes_to(msg, octets, len);
}

static const enum tp_carrier carrier_of[] = {
		TP_IN_RP_DATA, TP_IN_RP_ACK, TP_IN_RP_ERROR};

START_TEST(example)
{
	const struct example *e = &examples[_i];
	uint8_t body[MAX_TPDU];
	size_t len = unit_hex(body, sizeof(body), e->hex);
	char text[SMS_TEXT_MAX];
	struct rp_msg rp;
	struct tp_msg msg;
	struct sms_error err;

	ck_assert_int_eq(rp_decode(&rp, &err, e->mo, body, len), 0);
	if(!rp.has_ud)
		return;
	ck_assert_int_eq(
			decode(&msg, &err, e->mo, carrier_of[e->type], rp.ud, rp.ud_len),
			0);
	ck_assert_int_eq(msg.type, e->tp_type);
	ck_assert_int_eq(msg.addr.present, e->address != NULL);
	ck_assert_str_eq(msg.addr.value, e->address ? e->address : "");
	ck_assert_uint_eq(msg.udl, e->udl);
	ck_assert_uint_eq(msg.tail_len, 0);
	if(e->text) {
		ck_assert_int_eq(sms_text_decode(text, &len, msg.dcs, &msg.udh, msg.ud,
								 msg.ud_len, msg.udl),
				0);
		ck_assert_uint_eq(len, strlen(e->text));
		ck_assert_mem_eq(text, e->text, len);
	}
	assert_encodes_to(&msg, rp.ud, rp.ud_len);
}
END_TEST

/* Which type, by direction, carrier and TP-MTI: all 24. */
START_TEST(types)
{
	static const int expected[2][3][4] = {
			{{TP_DELIVER, -1, TP_STATUS_REPORT, -1},
					{-1, TP_SUBMIT_REPORT, -1, -1},
					{-1, TP_SUBMIT_REPORT, -1, -1}},
			{{-1, TP_SUBMIT, TP_COMMAND, -1}, {TP_DELIVER_REPORT, -1, -1, -1},
					{TP_DELIVER_REPORT, -1, -1, -1}},
	};
	struct tp_msg msg;
	struct sms_error err;

	for(int mo = 0; mo < 2; mo++) {
		for(int carrier = 0; carrier < 3; carrier++) {
			for(uint8_t mti = 0; mti < 4; mti++) {
				int type = expected[mo][carrier][mti];

				ck_assert_int_eq(
						decode(&msg, &err, mo, carrier_of[carrier], &mti, 1),
						-1);
				ck_assert_uint_eq(err.cause, RP_CAUSE_PROTOCOL_ERROR);
				ck_assert_uint_eq(err.offset, type < 0 ? 0 : 1);
				ck_assert_uint_eq(err.fcs, type < 0 ? 0xB0 : 0xFF);
				ck_assert_int_eq(msg.seen != 0, type >= 0);
				if(type >= 0)
					ck_assert_int_eq(msg.type, type);
			}
		}
	}
}
END_TEST

/* One complete TPDU of each type, without VP; the first octet is the TP-MTI alone. */
static const struct
{
	bool mo;
	enum tp_carrier carrier;
	const char *hex;
	uint8_t known; /* bits of the first octet with a meaning of their own */
} plain[] = {
		[TP_DELIVER] = {false, TP_IN_RP_DATA,
				"00049121430000621122901470400141", 0xEF},
		[TP_DELIVER_REPORT] = {true, TP_IN_RP_ACK, "000700000141", 0x43},
		[TP_SUBMIT] = {true, TP_IN_RP_DATA, "012A0491214300000141", 0xE7},
		[TP_SUBMIT_REPORT] = {false, TP_IN_RP_ACK, "01076211229014704000000141",
				0x43},
		[TP_STATUS_REPORT] = {false, TP_IN_RP_DATA,
				"022A0491214362112290147040621122901470400007"
				"00000141",
				0x6F},
		[TP_COMMAND] = {true, TP_IN_RP_DATA, "022A000200049121430141", 0x63},
};

START_TEST(first_octet)
{
	uint8_t octets[MAX_TPDU];
	size_t len = unit_hex(octets, sizeof(octets), plain[_i].hex);
	uint8_t mti = octets[0];
	struct tp_msg msg;
	struct sms_error err;

	for(unsigned bits = 0; bits < 256; bits += 4) {
		bool deliver = _i == TP_DELIVER, submit = _i == TP_SUBMIT,
			 status = _i == TP_STATUS_REPORT, command = _i == TP_COMMAND;
		bool b2 = bits & 4, b3 = bits & 8, b5 = bits & 32, b6 = bits & 64,
			 b7 = bits & 128;

		if(submit && (bits & 0x18))
			continue; /* TP-VPF, tested below */
		octets[0] = (uint8_t)(bits | mti);
		ck_assert_int_eq(decode(&msg, &err, plain[_i].mo, plain[_i].carrier,
								 octets, len),
				0);
		ck_assert_int_eq(msg.type, _i);
		ck_assert_int_eq(msg.more, (deliver || status) && !b2);
		ck_assert_int_eq(msg.rd, submit && b2);
		ck_assert_int_eq(msg.lp, (deliver || status) && b3);
		ck_assert_int_eq(msg.sri, deliver && b5);
		ck_assert_int_eq(msg.srr, (submit || command) && b5);
		ck_assert_int_eq(msg.srq, status && b5);
		ck_assert_int_eq(msg.udhi, b6);
		ck_assert_int_eq(msg.rp, (deliver || submit) && b7);
		ck_assert_uint_eq(msg.ud_len, 1);
		assert_encodes_to(&msg, octets, len);

		/* the flags, not the octet as it came, decide when encoding */
		msg.first = (uint8_t)~msg.first;
		octets[0] = (uint8_t)((~bits & ~plain[_i].known)
							  | (bits & plain[_i].known) | mti);
		if(submit)
			octets[0] &= (uint8_t)~0x18;
		assert_encodes_to(&msg, octets, len);
	}
}
END_TEST

/* Every prefix of every example is refused or decoded, without a fault, and says how far it came. */
START_TEST(prefixes)
{
	const struct example *e = &examples[_i];
	uint8_t body[MAX_TPDU];
	size_t len = unit_hex(body, sizeof(body), e->hex);
	struct rp_msg rp;
	struct tp_msg msg;
	struct sms_error err;

	ck_assert_int_eq(rp_decode(&rp, &err, e->mo, body, len), 0);
	for(size_t n = 0; n < rp.ud_len; n++) {
		int failed = decode(&msg, &err, e->mo, carrier_of[e->type], rp.ud, n);

		if(!failed) /* TP-PI may be missing at the end */
			ck_assert_int_eq(msg.type, TP_STATUS_REPORT);
		else
			ck_assert_uint_le(err.offset, n);
		ck_assert_int_eq(msg.seen & 1, n > 0);
	}
}
END_TEST

static const struct
{
	uint8_t value;
	uint32_t seconds;
} relative[] = {
		{0, 300},
		{143, 43200},
		{144, 45000},
		{167, 86400},
		{168, 172800},
		{196, 2592000},
		{197, 3024000},
		{255, 38102400},
};

START_TEST(vp_relative)
{
	char hex[64];
	struct tp_msg msg;
	struct sms_error err;

	snprintf(hex, sizeof(hex), "112A049121430000%02X00", relative[_i].value);
	ck_assert_int_eq(decode_hex(&msg, &err, true, TP_IN_RP_DATA, hex), 0);
	ck_assert_int_eq(msg.vp.format, VPF_RELATIVE);
	ck_assert(msg.vp.has_seconds);
	ck_assert_uint_eq(msg.vp.seconds, relative[_i].seconds);
	assert_encodes_to_hex(&msg, hex);
}
END_TEST

static const struct
{
	const char *hex;
	bool has_seconds;
	uint32_t seconds;
	bool single_shot;
} enhanced[] = {
		{"00000000000000", false, 0, false},
		{"40000000000000", false, 0, true},
		{"01A70000000000", true, 86400, false},
		{"023C0000000000", true, 60, false},
		{"02000000000000", false, 0, false}, /* 0 s is reserved */
		{"02FF0000000000", true, 255, false},
		{"03103000000000", true, 3600 + 180, false},
		{"43999999000000", true, 99 * 3600 + 99 * 60 + 99, true},
		{"04112233445566", false, 0, false}, /* reserved forms */
		{"07FFFFFFFFFFFF", false, 0, false},
		/* one further functionality octet, then nothing but such */
		{"82003C00000000", true, 60, false},
		{"83000110030000", true, 10 * 3600 + 60 + 30, false},
		{"83808000100000", true, 3600, false},
		{"8280808080003C", true, 60, false},
		{"83808080001000", false, 0, false},
		{"83808080800010", false, 0, false},
		{"FFFFFFFFFFFFFF", false, 0, true},
};

START_TEST(vp_enhanced)
{
	char hex[64];
	struct tp_msg msg;
	struct sms_error err;

	snprintf(hex, sizeof(hex), "092A049121430000%s00", enhanced[_i].hex);
	ck_assert_int_eq(decode_hex(&msg, &err, true, TP_IN_RP_DATA, hex), 0);
	ck_assert_int_eq(msg.vp.format, VPF_ENHANCED);
	ck_assert_int_eq(msg.vp.has_seconds, enhanced[_i].has_seconds);
	if(msg.vp.has_seconds)
		ck_assert_uint_eq(msg.vp.seconds, enhanced[_i].seconds);
	ck_assert_int_eq(msg.vp.single_shot, enhanced[_i].single_shot);
	assert_encodes_to_hex(&msg, hex);
}
END_TEST

START_TEST(vp_absolute)
{
	static const char hex[] = "192A0491214300006211229014704000";
	struct tp_msg msg;
	struct sms_error err;

	ck_assert_int_eq(decode_hex(&msg, &err, true, TP_IN_RP_DATA, hex), 0);
	ck_assert_int_eq(msg.vp.format, VPF_ABSOLUTE);
	ck_assert(!msg.vp.has_seconds);
	ck_assert_int_eq(sms_time_to_utc(&msg.vp.until), 1795336867);
	assert_encodes_to_hex(&msg, hex);
}
END_TEST

/* TP-UDL against the octets that must follow; -1: more than there can be. */
static const struct
{
	enum tp_type type;
	uint8_t dcs, udl;
	int octets;
} lengths[] = {
		{TP_SUBMIT, 0x00, 0, 0},
		{TP_SUBMIT, 0x00, 1, 1},
		{TP_SUBMIT, 0x00, 7, 7},
		{TP_SUBMIT, 0x00, 8, 7},
		{TP_SUBMIT, 0x00, 9, 8},
		{TP_SUBMIT, 0x00, 159, 140},
		{TP_SUBMIT, 0x00, 160, 140},
		{TP_SUBMIT, 0x00, 161, -1},
		{TP_SUBMIT, 0x00, 255, -1},
		{TP_SUBMIT, 0xF1, 160, 140}, /* class 1 */
		{TP_SUBMIT, 0xC8, 161, -1},	 /* message waiting */
		{TP_SUBMIT, 0x80, 160, 140}, /* reserved: read as GSM7 */
		{TP_SUBMIT, 0x04, 140, 140}, /* 8-bit */
		{TP_SUBMIT, 0x04, 141, -1},
		{TP_SUBMIT, 0x08, 140, 140}, /* UCS2 */
		{TP_SUBMIT, 0x08, 141, -1},
		{TP_SUBMIT, 0x0C, 140, 140}, /* reserved alphabet: octets */
		{TP_SUBMIT, 0x20, 140, 140}, /* compressed GSM7: octets */
		{TP_SUBMIT, 0x20, 141, -1},
		{TP_DELIVER, 0x00, 160, 140},
		{TP_DELIVER, 0x00, 161, -1},
		{TP_DELIVER_REPORT, 0x04, 159, 159},
		{TP_DELIVER_REPORT, 0x04, 160, -1},
		{TP_DELIVER_REPORT, 0x00, 181, 159},
		{TP_DELIVER_REPORT, 0x00, 182, -1},
		{TP_SUBMIT_REPORT, 0x04, 152, 152},
		{TP_SUBMIT_REPORT, 0x04, 153, -1},
		{TP_STATUS_REPORT, 0x04, 140, 140},
		{TP_STATUS_REPORT, 0x04, 141, -1},
		{TP_COMMAND, 0, 156, 156}, /* TP-CDL counts octets */
		{TP_COMMAND, 0, 157, -1},
};

/* plain[type] with other TP-DCS and TP-UDL and that many octets of user data */
static size_t with_user_data(uint8_t *out, enum tp_type type, uint8_t dcs,
		uint8_t udl, size_t octets)
{
	size_t len = unit_hex(out, MAX_TPDU, plain[type].hex) - 1;

	out[len - 1] = udl;
	if(type == TP_DELIVER)
		out[6] = dcs;
	else if(type != TP_COMMAND)
		out[len - 2] = dcs;
	memset(out + len, 0x55, octets);
	return len + octets;
}

START_TEST(user_data_length)
{
	enum tp_type type = lengths[_i].type;
	int octets = lengths[_i].octets;
	uint8_t in[MAX_TPDU];
	size_t len = with_user_data(in, type, lengths[_i].dcs, lengths[_i].udl,
			octets < 0 ? 255 : (size_t)octets);
	struct tp_msg msg;
	struct sms_error err;
	int failed =
			decode(&msg, &err, plain[type].mo, plain[type].carrier, in, len);

	if(octets < 0) {
		ck_assert_int_eq(failed, -1);
		ck_assert_uint_eq(err.cause, RP_CAUSE_SEMANTICALLY_INCORRECT);
		ck_assert_str_eq(err.field, type == TP_COMMAND ? "TP-CDL" : "TP-UDL");
		ck_assert_uint_eq(err.offset, len - 255 - 1);
		return;
	}
	ck_assert_int_eq(failed, 0);
	ck_assert_uint_eq(msg.ud_len, octets);
	ck_assert_uint_eq(msg.tail_len, 0);
	assert_encodes_to(&msg, in, len);
	if(octets == 0)
		return;
	ck_assert_int_eq(decode(&msg, &err, plain[type].mo, plain[type].carrier, in,
							 len - 1),
			-1);
	ck_assert_uint_eq(err.cause, RP_CAUSE_PROTOCOL_ERROR);
	ck_assert_str_eq(err.field, type == TP_COMMAND ? "TP-CD" : "TP-UD");
	ck_assert_uint_eq(err.offset, len - (size_t)octets);
}
END_TEST

START_TEST(octets_behind)
{
	uint8_t in[MAX_TPDU] = {0};
	size_t len = unit_hex(in, sizeof(in), plain[_i].hex);
	struct tp_msg msg;
	struct sms_error err;

	ck_assert_int_eq(
			decode(&msg, &err, plain[_i].mo, plain[_i].carrier, in, len + 300),
			0);
	ck_assert_uint_eq(msg.ud_len, 1);
	ck_assert_uint_eq(msg.tail_len, 300);
	assert_encodes_to(&msg, in, len + 300);
}
END_TEST

/* TP-PI of a DELIVER-REPORT and what follows it. */
static const struct
{
	const char *hex;
	uint8_t pi, ext_len;
	bool pid, dcs, ud;
	size_t tail_len;
} indicators[] = {
		{"0000", 0x00, 0, false, false, false, 0},
		{"0001AB", 0x01, 0, true, false, false, 0},
		{"000204", 0x02, 0, false, true, false, 0},
		{"00040141", 0x04, 0, false, false, true, 0},
		{"000500014155", 0x05, 0, true, false, true, 1},
		{"0007AB040141", 0x07, 0, true, true, true, 0},
		/* reserved bits: their fields come last */
		{"0078AABB", 0x78, 0, false, false, false, 2},
		{"0079ABAABB", 0x79, 0, true, false, false, 2},
		/* extension octets */
		{"008000", 0x80, 1, false, false, false, 0},
		{"0081807FAB", 0x81, 2, true, false, false, 0},
};

START_TEST(parameter_indicator)
{
	struct tp_msg msg;
	struct sms_error err;

	ck_assert_int_eq(
			decode_hex(&msg, &err, true, TP_IN_RP_ACK, indicators[_i].hex), 0);
	ck_assert(msg.has_pi);
	ck_assert(!msg.has_fcs);
	ck_assert_uint_eq(msg.pi, indicators[_i].pi);
	ck_assert_uint_eq(msg.pi_ext_len, indicators[_i].ext_len);
	ck_assert_int_eq(msg.has_pid, indicators[_i].pid);
	ck_assert_int_eq(msg.has_dcs, indicators[_i].dcs);
	ck_assert_int_eq(msg.has_ud, indicators[_i].ud);
	ck_assert_uint_eq(msg.tail_len, indicators[_i].tail_len);
	assert_encodes_to_hex(&msg, indicators[_i].hex);
}
END_TEST

START_TEST(too_many_indicators)
{
	uint8_t in[300];
	struct tp_msg msg;
	struct sms_error err;

	memset(in, 0x80, sizeof(in));
	in[0] = 0;
	in[256] = 0; /* 255 extension octets */
	ck_assert_int_eq(decode(&msg, &err, true, TP_IN_RP_ACK, in, 257), 0);
	ck_assert_uint_eq(msg.pi_ext_len, 255);
	assert_encodes_to(&msg, in, 257);
	in[256] = 0x80;
	in[257] = 0;
	ck_assert_int_eq(decode(&msg, &err, true, TP_IN_RP_ACK, in, 258), -1);
	ck_assert_str_eq(err.field, "TP-PI");
	ck_assert_uint_eq(err.offset, 1);
}
END_TEST

/* A status report may end at TP-ST. */
START_TEST(status_report_without_pi)
{
	static const char hex[] = "062A0491214362112290147040621122901470402E";
	struct tp_msg msg;
	struct sms_error err;

	ck_assert_int_eq(decode_hex(&msg, &err, false, TP_IN_RP_DATA, hex), 0);
	ck_assert(!msg.has_pi);
	ck_assert(!msg.has_ud);
	ck_assert_uint_eq(msg.st, 0x2E);
	ck_assert_uint_eq(msg.mr, 0x2A);
	ck_assert(!msg.more);
	assert_encodes_to_hex(&msg, hex);
	msg.has_pid = true;
	msg.pid = 0x41;
	assert_encodes_to_hex(
			&msg, "062A0491214362112290147040621122901470402E0141");
}
END_TEST

/* Only in an RP-ERROR is the second octet of a report TP-FCS; what value it has does not matter. */
START_TEST(failure_cause)
{
	struct tp_msg msg;
	struct sms_error err;

	ck_assert_int_eq(decode_hex(&msg, &err, true, TP_IN_RP_ERROR, "000000"), 0);
	ck_assert(msg.has_fcs);
	ck_assert_uint_eq(msg.fcs, 0);
	assert_encodes_to_hex(&msg, "000000");
	ck_assert_int_eq(decode_hex(&msg, &err, true, TP_IN_RP_ERROR, "00D300"), 0);
	ck_assert_uint_eq(msg.fcs, 0xD3);
	ck_assert_int_eq(decode_hex(&msg, &err, true, TP_IN_RP_ACK, "000000"), 0);
	ck_assert(!msg.has_fcs);
	ck_assert_uint_eq(msg.tail_len, 1);
	/* read as TP-PI, the cause D3 announces what is not there */
	ck_assert_int_eq(decode_hex(&msg, &err, true, TP_IN_RP_ACK, "00D300"), -1);
}
END_TEST

#define STAMP "62112290147040"

static const struct
{
	bool mo;
	enum tp_carrier carrier;
	const char *hex;
	uint8_t cause, fcs;
	const char *field;
	uint16_t offset;
} refused[] = {
		{true, TP_IN_RP_DATA, "", 111, 0xFF, "TP-MTI", 0},
		{true, TP_IN_RP_DATA, "03", 111, 0xB0, "TP-MTI", 0},
		{true, TP_IN_RP_DATA, "04", 111, 0xB0, "TP-MTI", 0},
		{false, TP_IN_RP_DATA, "01", 111, 0xB0, "TP-MTI", 0},
		/* SUBMIT, element by element */
		{true, TP_IN_RP_DATA, "01", 111, 0xFF, "TP-MR", 1},
		{true, TP_IN_RP_DATA, "012A", 111, 0xFF, "TP-DA", 2},
		{true, TP_IN_RP_DATA, "012A04", 111, 0xFF, "TP-DA", 3},
		{true, TP_IN_RP_DATA, "012A049121", 111, 0xFF, "TP-DA", 4},
		{true, TP_IN_RP_DATA, "012A049136F9", 95, 0xFF, "TP-DA", 4},
		{true, TP_IN_RP_DATA, "012A04912143", 111, 0xFF, "TP-PID", 6},
		{true, TP_IN_RP_DATA, "012A0491214300", 111, 0xFF, "TP-DCS", 7},
		{true, TP_IN_RP_DATA, "012A049121430000", 111, 0xFF, "TP-UDL", 8},
		{true, TP_IN_RP_DATA, "112A049121430000", 111, 0xFF, "TP-VP", 8},
		{true, TP_IN_RP_DATA, "092A049121430000010203040506", 111, 0xFF,
				"TP-VP", 8},
		{true, TP_IN_RP_DATA, "192A049121430000" STAMP, 111, 0xFF, "TP-UDL",
				15},
		{true, TP_IN_RP_DATA, "192A0491214300004508C8303A8C0E0005", 95, 0xFF,
				"TP-VP", 8},
		{true, TP_IN_RP_DATA, "192A0491214300006231229014704000", 95, 0xFF,
				"TP-VP", 8},
		{true, TP_IN_RP_DATA, "092A049121430000031A000000000000", 95, 0xFF,
				"TP-VP", 8},
		{true, TP_IN_RP_DATA, "092A04912143000003000FA00000000000", 95, 0xFF,
				"TP-VP", 8},
		{true, TP_IN_RP_DATA, "012A04912143000005C8329BFD", 111, 0xFF, "TP-UD",
				9},
		/* DELIVER */
		{false, TP_IN_RP_DATA, "04", 111, 0xFF, "TP-OA", 1},
		{false, TP_IN_RP_DATA, "0404912143", 111, 0xFF, "TP-PID", 5},
		{false, TP_IN_RP_DATA, "040491214300", 111, 0xFF, "TP-DCS", 6},
		{false, TP_IN_RP_DATA, "04049121430000621122901470", 111, 0xFF,
				"TP-SCTS", 7},
		{false, TP_IN_RP_DATA, "040491214300006211F290147040", 95, 0xFF,
				"TP-SCTS", 7},
		{false, TP_IN_RP_DATA, "04049121430000" STAMP, 111, 0xFF, "TP-UDL", 14},
		/* STATUS-REPORT */
		{false, TP_IN_RP_DATA, "02", 111, 0xFF, "TP-MR", 1},
		{false, TP_IN_RP_DATA, "022A", 111, 0xFF, "TP-RA", 2},
		{false, TP_IN_RP_DATA, "022A04912143", 111, 0xFF, "TP-SCTS", 6},
		{false, TP_IN_RP_DATA, "022A04912143" STAMP, 111, 0xFF, "TP-DT", 13},
		{false, TP_IN_RP_DATA, "022A04912143" STAMP "A2112290147040", 95, 0xFF,
				"TP-DT", 13},
		{false, TP_IN_RP_DATA, "022A04912143" STAMP STAMP, 111, 0xFF, "TP-ST",
				20},
		{false, TP_IN_RP_DATA, "022A04912143" STAMP STAMP "0001", 111, 0xFF,
				"TP-PID", 22},
		/* COMMAND */
		{true, TP_IN_RP_DATA, "02", 111, 0xFF, "TP-MR", 1},
		{true, TP_IN_RP_DATA, "022A", 111, 0xFF, "TP-PID", 2},
		{true, TP_IN_RP_DATA, "022A00", 111, 0xFF, "TP-CT", 3},
		{true, TP_IN_RP_DATA, "022A0002", 111, 0xFF, "TP-MN", 4},
		{true, TP_IN_RP_DATA, "022A000200", 111, 0xFF, "TP-DA", 5},
		{true, TP_IN_RP_DATA, "022A00020004912143", 111, 0xFF, "TP-CDL", 9},
		{true, TP_IN_RP_DATA, "022A0002000491214301", 111, 0xFF, "TP-CD", 10},
		/* reports */
		{true, TP_IN_RP_ACK, "00", 111, 0xFF, "TP-PI", 1},
		{true, TP_IN_RP_ACK, "0080", 111, 0xFF, "TP-PI", 2},
		{true, TP_IN_RP_ACK, "0001", 111, 0xFF, "TP-PID", 2},
		{true, TP_IN_RP_ACK, "0002", 111, 0xFF, "TP-DCS", 2},
		{true, TP_IN_RP_ACK, "0004", 111, 0xFF, "TP-UDL", 2},
		{true, TP_IN_RP_ERROR, "00", 111, 0xFF, "TP-FCS", 1},
		{true, TP_IN_RP_ERROR, "00D3", 111, 0xFF, "TP-PI", 2},
		{false, TP_IN_RP_ACK, "0100", 111, 0xFF, "TP-SCTS", 2},
		{false, TP_IN_RP_ERROR, "01C000", 111, 0xFF, "TP-SCTS", 3},
		{false, TP_IN_RP_ERROR, "01C00062112290F47040", 95, 0xFF, "TP-SCTS", 3},
		{true, TP_IN_RP_ACK, "01", 111, 0xB0, "TP-MTI", 0},
		{false, TP_IN_RP_ERROR, "00", 111, 0xB0, "TP-MTI", 0},
};

START_TEST(refuse)
{
	struct tp_msg msg;
	struct sms_error err;

	ck_assert_int_eq(decode_hex(&msg, &err, refused[_i].mo, refused[_i].carrier,
							 refused[_i].hex),
			-1);
	ck_assert_uint_eq(err.cause, refused[_i].cause);
	ck_assert_uint_eq(err.fcs, refused[_i].fcs);
	ck_assert_str_eq(err.field, refused[_i].field);
	ck_assert_uint_eq(err.offset, refused[_i].offset);
	ck_assert(!msg.has_ud);
}
END_TEST

static void wrong_type(struct tp_msg *msg)
{
	msg->type = (enum tp_type)6;
}

static void wrong_vpf(struct tp_msg *msg)
{
	msg->vp.format = (enum tp_vpf)4;
}

static void vp_without_octets(struct tp_msg *msg)
{
	msg->vp.format = VPF_RELATIVE;
}

static void udl_of_more(struct tp_msg *msg)
{
	msg->udl = 9;
}

static void udl_beyond(struct tp_msg *msg)
{
	msg->udl = 161;
	msg->ud_len = 141;
}

static void other_alphabet(struct tp_msg *msg)
{
	msg->dcs = 0x04;
}

static void long_address(struct tp_msg *msg)
{
	msg->addr.length = 21;
	msg->addr.raw_len = 11;
}

static void short_address(struct tp_msg *msg)
{
	msg->addr.length = 6;
}

static void (*const spoil[])(struct tp_msg *) = {wrong_type, wrong_vpf,
		vp_without_octets, udl_of_more, udl_beyond, other_alphabet,
		long_address, short_address};

START_TEST(encode_refuses)
{
	uint8_t ud[141] = {0}, out[MAX_TPDU];
	struct tp_msg msg = {
			.type = TP_SUBMIT, .has_ud = true, .ud = ud, .ud_len = 7, .udl = 8};
	size_t len;

	sms_address_set(&msg.addr, TON_INTERNATIONAL, NPI_ISDN, "1234", 4);
	ck_assert_int_eq(tp_encode(out, sizeof(out), &len, &msg), 0);
	spoil[_i](&msg);
	ck_assert_int_eq(tp_encode(out, sizeof(out), &len, &msg), -1);
}
END_TEST

/* Extension octets of TP-PI must chain by bit 8, else the octets would mean something else. */
START_TEST(encode_refuses_broken_indicators)
{
	static const uint8_t chained[] = {0x80, 0x00}, open[] = {0x80, 0x80},
						 cut[] = {0x00, 0x00};
	struct tp_msg msg = {.type = TP_DELIVER_REPORT, .pi_ext_len = 2};
	uint8_t out[MAX_TPDU];
	size_t len;

	msg.pi_ext = chained;
	ck_assert_int_eq(tp_encode(out, sizeof(out), &len, &msg), 0);
	msg.pi_ext = open;
	ck_assert_int_eq(tp_encode(out, sizeof(out), &len, &msg), -1);
	msg.pi_ext = cut;
	ck_assert_int_eq(tp_encode(out, sizeof(out), &len, &msg), -1);
}
END_TEST

START_TEST(names)
{
	static const char *const type_names[] = {"DELIVER", "DELIVER-REPORT",
			"SUBMIT", "SUBMIT-REPORT", "STATUS-REPORT", "COMMAND", "unknown"};

	for(int type = 0; type <= 6; type++)
		ck_assert_str_eq(tp_type_name((enum tp_type)type), type_names[type]);
	ck_assert_str_eq(tp_element_name(TP_DELIVER, TPE_ADDRESS), "TP-OA");
	ck_assert_str_eq(tp_element_name(TP_SUBMIT, TPE_ADDRESS), "TP-DA");
	ck_assert_str_eq(tp_element_name(TP_STATUS_REPORT, TPE_ADDRESS), "TP-RA");
	ck_assert_str_eq(
			tp_element_name(TP_DELIVER_REPORT, TPE_ADDRESS), "unknown");
	ck_assert_str_eq(tp_element_name(TP_SUBMIT, TPE_VP), "TP-VP");
	ck_assert_str_eq(tp_element_name(TP_SUBMIT, TPE_COUNT), "unknown");
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("tp");
	TCase *tc = tcase_create("tp");

	tcase_add_loop_test(tc, example, 0, EXAMPLES);
	tcase_add_loop_test(tc, prefixes, 0, EXAMPLES);
	tcase_add_test(tc, types);
	tcase_add_loop_test(tc, first_octet, 0, COUNT(plain));
	tcase_add_loop_test(tc, vp_relative, 0, COUNT(relative));
	tcase_add_loop_test(tc, vp_enhanced, 0, COUNT(enhanced));
	tcase_add_test(tc, vp_absolute);
	tcase_add_loop_test(tc, user_data_length, 0, COUNT(lengths));
	tcase_add_loop_test(tc, octets_behind, 0, COUNT(plain));
	tcase_add_loop_test(tc, parameter_indicator, 0, COUNT(indicators));
	tcase_add_test(tc, too_many_indicators);
	tcase_add_test(tc, status_report_without_pi);
	tcase_add_test(tc, failure_cause);
	tcase_add_loop_test(tc, refuse, 0, COUNT(refused));
	tcase_add_loop_test(tc, encode_refuses, 0, COUNT(spoil));
	tcase_add_test(tc, encode_refuses_broken_indicators);
	tcase_add_test(tc, names);
	suite_add_tcase(suite, tc);
	return unit_run(suite);
}
