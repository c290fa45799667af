/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Encodes one of each thing the codec can encode and prints "NAME HEX" a line, whole RP messages. test/unit/
 * tshark_encode.py lets tshark read them and knows what it must say; the names are the link between the two.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "codec/rp.h"
#include "codec/text.h"
#include "codec/tp.h"

#define SCTS_UTC 1795336867 /* 2026-11-22T09:41:07+01:00 */
#define SCTS_QUARTERS 4
#define DT_QUARTERS (-20)

struct sample
{
	const char *name;
	/* RP */
	bool mo;
	enum rp_type rp;
	uint8_t cause;
	const char *diagnostic; /* hex */
	bool no_tpdu;
	/* TP: what is not made from the members below */
	struct tp_msg tp;
	enum sms_ton ton;
	const char *number;
	const char *vp; /* hex */
	const char *ud; /* hex: 8-bit data, TP-UDL counts octets */
	const char *text;
	uint32_t languages;
	uint8_t concat_bits;
};

/* clang-format off */
#define MO_TO(type_of_number, digits) .mo = true, .rp = RP_DATA, .ton = type_of_number, .number = digits
#define MO_DATA MO_TO(TON_INTERNATIONAL, "12025550123")
#define MT_FROM(type_of_number, digits) .mo = false, .rp = RP_DATA, .ton = type_of_number, .number = digits
#define MT_DATA MT_FROM(TON_INTERNATIONAL, "12025550199")
#define TWO_PARTS "0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789" \
	"01234567890123456789012345678901234567890123456789012345678901234567890123456789"
#define LONGEST "0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789" \
	"012345678901234567890123456789012345678901234567890123456789"

static const struct sample samples[] = {
	{"rp-ack-mo", .mo = true, .rp = RP_ACK, .no_tpdu = true},
	{"rp-ack-mt", .rp = RP_ACK, .no_tpdu = true},
	{"rp-error-mo", .mo = true, .rp = RP_ERROR, .cause = 22, .no_tpdu = true},
	{"rp-error-mt", .rp = RP_ERROR, .cause = 38, .no_tpdu = true},
	{"rp-error-diagnostic", .rp = RP_ERROR, .cause = 127, .diagnostic = "55", .no_tpdu = true},
	{"rp-smma", .mo = true, .rp = RP_SMMA, .no_tpdu = true},

	{"submit", MO_DATA, .tp = {.type = TP_SUBMIT, .mr = 42, .pid = 0x41}, .text = "Hello"},
	{"submit-flags", MO_DATA, .tp = {.type = TP_SUBMIT, .rd = true, .srr = true, .rp = true}, .text = "Hello"},
	{"submit-empty", MO_DATA, .tp = {.type = TP_SUBMIT}, .text = ""},
	{"submit-160", MO_DATA, .tp = {.type = TP_SUBMIT}, .text = LONGEST},
	{"submit-extension", MO_DATA, .tp = {.type = TP_SUBMIT}, .text = "10 \xE2\x82\xAC [ok]"},
	{"submit-ucs2", MO_DATA, .tp = {.type = TP_SUBMIT}, .text = "\xD0\x94\xD0\xB0 \xF0\x9F\x98\x80"},
	{"submit-8-bit", MO_DATA, .tp = {.type = TP_SUBMIT, .dcs = 0x04}, .ud = "0001FEFF"},
	{"submit-vp-relative", MO_DATA, .tp = {.type = TP_SUBMIT, .vp.format = VPF_RELATIVE}, .vp = "A7", .text = "x"},
	{"submit-vp-seconds", MO_DATA, .tp = {.type = TP_SUBMIT, .vp.format = VPF_ENHANCED}, .vp = "423C0000000000", .text = "x"},
	{"submit-vp-hours", MO_DATA, .tp = {.type = TP_SUBMIT, .vp.format = VPF_ENHANCED}, .vp = "03100351000000", .text = "x"},
	{"submit-vp-absolute", MO_DATA, .tp = {.type = TP_SUBMIT, .vp.format = VPF_ABSOLUTE}, .vp = "62113221000004", .text = "x"},
	{"submit-ton-unknown", MO_TO(TON_UNKNOWN, "46071"), .tp = {.type = TP_SUBMIT}, .text = "x"},
	{"submit-ton-national", MO_TO(TON_NATIONAL, "2025550123"), .tp = {.type = TP_SUBMIT}, .text = "x"},
	{"submit-ton-network", MO_TO(TON_NETWORK_SPECIFIC, "*#100#"), .tp = {.type = TP_SUBMIT}, .text = "x"},
	{"submit-ton-subscriber", MO_TO(TON_SUBSCRIBER, "5550123"), .tp = {.type = TP_SUBMIT}, .text = "x"},
	{"submit-ton-abbreviated", MO_TO(TON_ABBREVIATED, "7"), .tp = {.type = TP_SUBMIT}, .text = "x"},
	{"submit-ton-reserved", MO_TO(TON_RESERVED, "12345678901234567890"), .tp = {.type = TP_SUBMIT}, .text = "x"},

	{"deliver", MT_DATA, .tp = {.type = TP_DELIVER}, .text = "Hello"},
	{"deliver-flags", MT_DATA, .tp = {.type = TP_DELIVER, .more = true, .lp = true, .sri = true, .rp = true}, .text = "Hello"},
	{"deliver-alphanumeric", MT_FROM(TON_ALPHANUMERIC, "InfoDesk"), .tp = {.type = TP_DELIVER}, .text = "x"},
	{"deliver-concat-8", MT_DATA, .tp = {.type = TP_DELIVER, .more = true}, .text = TWO_PARTS, .concat_bits = 8},
	{"deliver-concat-16", MT_DATA, .tp = {.type = TP_DELIVER, .more = true}, .text = TWO_PARTS, .concat_bits = 16},
	{"deliver-ports-8", MT_DATA, .tp = {.type = TP_DELIVER, .dcs = 0x04, .udhi = true}, .ud = "040402F0F1AA"},
	{"deliver-ports-16", MT_DATA, .tp = {.type = TP_DELIVER, .dcs = 0xF5, .udhi = true}, .ud = "0605040B8423F0AABB"},
	{"deliver-single-shift", MT_DATA, .tp = {.type = TP_DELIVER}, .text = "\xC4\x9E\xC4\xB0", .languages = 1u << 1},
	{"deliver-locking-shift", MT_DATA, .tp = {.type = TP_DELIVER}, .languages = 1u << 1,
		.text = "\xC4\xB1\xC5\x9F\xC4\xB1k \xC4\xB1\xC5\x9F\xC4\xB1k \xC4\xB1\xC5\x9F\xC4\xB1k \xC4\xB1\xC5\x9F\xC4\xB1k "
			"\xC4\xB1\xC5\x9F\xC4\xB1k \xC4\xB1\xC5\x9F\xC4\xB1k \xC4\xB1\xC5\x9F\xC4\xB1k \xC4\xB1\xC5\x9F\xC4\xB1k "
			"\xC4\xB1\xC5\x9F\xC4\xB1k \xC4\xB1\xC5\x9F\xC4\xB1k \xC4\xB1\xC5\x9F\xC4\xB1k \xC4\xB1\xC5\x9F\xC4\xB1k "
			"\xC4\xB1\xC5\x9F\xC4\xB1k \xC4\xB1\xC5\x9F\xC4\xB1k \xC4\xB1\xC5\x9F\xC4\xB1k \xC4\xB1\xC5\x9F\xC4\xB1k "
			"\xC4\xB1\xC5\x9F\xC4\xB1k \xC4\xB1\xC5\x9F\xC4\xB1k \xC4\xB1\xC5\x9F\xC4\xB1k \xC4\xB1\xC5\x9F\xC4\xB1k "},

	{"submit-report-ack", .rp = RP_ACK, .tp = {.type = TP_SUBMIT_REPORT}},
	{"submit-report-ack-all", .rp = RP_ACK, .tp = {.type = TP_SUBMIT_REPORT, .has_pid = true, .has_dcs = true}, .text = "no"},
	{"submit-report-error", .rp = RP_ERROR, .cause = 21, .tp = {.type = TP_SUBMIT_REPORT, .has_fcs = true, .fcs = 0xC5}},
	{"deliver-report-ack", .mo = true, .rp = RP_ACK, .tp = {.type = TP_DELIVER_REPORT}},
	{"deliver-report-ack-all", .mo = true, .rp = RP_ACK,
		.tp = {.type = TP_DELIVER_REPORT, .has_pid = true, .pid = 0x7F, .has_dcs = true, .dcs = 0xF6}, .ud = "0102"},
	{"deliver-report-error", .mo = true, .rp = RP_ERROR, .cause = 22, .tp = {.type = TP_DELIVER_REPORT, .has_fcs = true, .fcs = 0xD3}},
	{"status-report", MT_DATA, .tp = {.type = TP_STATUS_REPORT, .mr = 6, .st = 0x46}},
	{"status-report-flags", MT_DATA, .tp = {.type = TP_STATUS_REPORT, .mr = 6, .more = true, .srq = true, .has_pid = true, .pid = 0x41}},
	{"command", MO_DATA, .tp = {.type = TP_COMMAND, .mr = 44, .ct = 2, .mn = 42}},
	{"command-data", MO_DATA, .tp = {.type = TP_COMMAND, .mr = 44, .srr = true, .ct = 0xE0, .mn = 42}, .ud = "010203"},
};
/* clang-format on */

static void die(const char *name, const char *what)
{
	fprintf(stderr, "%s: %s\n", name, what);
	exit(EXIT_FAILURE);
}

static size_t from_hex(uint8_t *out, const char *hex)
{
	size_t len = strlen(hex) / 2;

	for(size_t i = 0; i < len; i++)
		sscanf(hex + 2 * i, "%2hhx", &out[i]);
	return len;
}

static void add_text(
		struct tp_msg *tp, const struct sample *s, struct sms_text_part *part)
{
	struct sms_text_plan plan;
	size_t pos = 0, len = strlen(s->text);

	if(sms_text_plan(&plan, s->text, len, s->languages,
			   s->concat_bits ? s->concat_bits : 8)
			|| sms_text_encode_part(part, &pos, &plan, s->text, len, 0x5A, 1))
		die(s->name, "text");
	tp->dcs = part->dcs;
	tp->udhi = part->udhi;
	tp->udl = part->udl;
	tp->ud = part->ud;
	tp->ud_len = part->ud_len;
	tp->has_ud = true;
}

static void complete(struct tp_msg *tp, const struct sample *s, uint8_t *ud,
		struct sms_text_part *part)
{
	tp->vp.len = (uint8_t)(s->vp ? from_hex(tp->vp.raw, s->vp) : 0);
	if(s->number
			&& sms_address_set(&tp->addr, s->ton,
					s->ton == TON_ALPHANUMERIC ? NPI_UNKNOWN : NPI_ISDN,
					s->number, strlen(s->number)))
		die(s->name, "address");
	if(sms_time_from_utc(&tp->scts, SCTS_UTC, SCTS_QUARTERS)
			|| sms_time_from_utc(&tp->dt, SCTS_UTC, DT_QUARTERS))
		die(s->name, "time");
	if(s->ud) {
		tp->has_ud = true;
		tp->ud = ud;
		tp->ud_len = tp->udl = (uint8_t)from_hex(ud, s->ud);
	}
	if(s->text)
		add_text(tp, s, part);
}

static void print(const struct sample *s)
{
	uint8_t diagnostic[8], ud[TP_MAX_OCTETS], tpdu[TP_MAX_OCTETS],
			body[RP_MAX_OCTETS];
	static struct tp_msg tp;
	struct sms_text_part part;
	struct rp_msg rp = {
			.mr = 0x2A, .mo = s->mo, .type = s->rp, .cause = s->cause};
	size_t len;

	tp = s->tp;
	if(!s->no_tpdu) {
		complete(&tp, s, ud, &part);
		if(tp_encode(tpdu, sizeof(tpdu), &len, &tp))
			die(s->name, "tp_encode");
		rp.has_ud = true;
		rp.ud = tpdu;
		rp.ud_len = (uint8_t)len;
	}
	sms_address_set(s->mo ? &rp.da : &rp.oa, TON_INTERNATIONAL, NPI_ISDN,
			"12025550100", 11);
	if(s->diagnostic) {
		rp.diagnostic = diagnostic;
		rp.diagnostic_len = (uint8_t)from_hex(diagnostic, s->diagnostic);
	}
	if(rp_encode(body, sizeof(body), &len, &rp))
		die(s->name, "rp_encode");
	printf("%s ", s->name);
	for(size_t i = 0; i < len; i++)
		printf("%02x", body[i]);
	putchar('\n');
}

int main(void)
{
	for(size_t i = 0; i < sizeof(samples) / sizeof(samples[0]); i++)
		print(&samples[i]);
	return 0;
}
