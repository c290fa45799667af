/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Nanoseconds to decode a short message, next to libosmocore's gsm_7bit_decode_n_hdr on the same 160 septets. Rows are
 * measured in turn, round after round, and each prints the median of its rounds as `NAME ns=N`; rows of that text add
 * `ratio=R`, how many times faster than libosmocore. Links the codec and libosmogsm, and nothing of Kamailio:
 *
 *   cc -O2 -Imodules/ipsmgw -o codec_bench test/bench/codec_bench.c modules/ipsmgw/codec/[a-z]*.c \
 *       $(pkg-config --cflags --libs libosmogsm)
 */
#include <osmocom/gsm/gsm_utils.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "codec/rp.h"
#include "codec/text.h"
#include "codec/tp.h"

#define ROUNDS 51
#define ROUND_NS 1e6 /* at least, for one row */

static const char sentence[] = "The quick brown fox jumps over the lazy dog. ";

/* RP-DATA from a UE up to TP-UDL: RP-MR 2A, SC and destination international, no validity period. */
static const uint8_t rp_head[] = {0x00, 0x2A, 0x00, 0x07, 0x91, 0x21, 0x20,
		0x55, 0x05, 0x01, 0xF0, 0x99, 0x01, 0x2A, 0x0B, 0x91, 0x21, 0x20, 0x55,
		0x05, 0x21, 0xF3, 0x00, 0x00, SMS_UD_MAX_SEPTETS};

static struct
{
	uint8_t rp_data[sizeof(rp_head) + SMS_UD_MAX_OCTETS];
	uint8_t *gsm7; /* its TP-UD: 160 septets of the sentence */
	uint8_t euros[SMS_UD_MAX_OCTETS];
	uint8_t hindi[SMS_UD_MAX_OCTETS];
	uint8_t cyrillic[SMS_UD_MAX_OCTETS];
	uint8_t emoji[SMS_UD_MAX_OCTETS];
} in;

static char out[SMS_TEXT_MAX + 1];

/* Keeps the compiler from taking the decoded text for unused. */
static void use(const void *what)
{
	__asm__ volatile("" : : "r"(what) : "memory");
}

static void libosmocore(void)
{
	gsm_7bit_decode_n_hdr(out, sizeof(out), in.gsm7, SMS_UD_MAX_SEPTETS, 0);
}

static void gsm7(void)
{
	gsm7_to_utf8(out, SMS_TEXT_MAX, in.gsm7, SMS_UD_MAX_OCTETS, 0,
			SMS_UD_MAX_SEPTETS, 0, 0);
}

static void text(void)
{
	size_t len;

	sms_text_decode(out, &len, 0x00, NULL, in.gsm7, SMS_UD_MAX_OCTETS,
			SMS_UD_MAX_SEPTETS);
}

static void rp_and_tp(void)
{
	struct sms_error err;
	struct rp_msg rp;
	struct tp_msg tp;

	rp_decode(&rp, &err, true, in.rp_data, sizeof(in.rp_data));
	tp_decode(&tp, &err, true, TP_IN_RP_DATA, rp.ud, rp.ud_len);
	use(&tp);
}

static void rp_to_text(void)
{
	struct sms_error err;
	struct rp_msg rp;
	struct tp_msg tp;
	size_t len;

	rp_decode(&rp, &err, true, in.rp_data, sizeof(in.rp_data));
	tp_decode(&tp, &err, true, TP_IN_RP_DATA, rp.ud, rp.ud_len);
	sms_text_decode(out, &len, tp.dcs, tp.udhi ? &tp.udh : NULL, tp.ud,
			tp.ud_len, tp.udl);
}

static void gsm7_euros(void)
{
	gsm7_to_utf8(out, SMS_TEXT_MAX, in.euros, SMS_UD_MAX_OCTETS, 0,
			SMS_UD_MAX_SEPTETS, 0, 0);
}

static void gsm7_hindi(void)
{
	gsm7_to_utf8(out, SMS_TEXT_MAX, in.hindi, SMS_UD_MAX_OCTETS, 0,
			SMS_UD_MAX_SEPTETS, 6, 6);
}

static void ucs2_cyrillic(void)
{
	ucs2_to_utf8(out, SMS_TEXT_MAX, in.cyrillic, SMS_UD_MAX_OCTETS);
}

static void ucs2_emoji(void)
{
	ucs2_to_utf8(out, SMS_TEXT_MAX, in.emoji, SMS_UD_MAX_OCTETS);
}

static struct row
{
	const char *name;
	void (*decode)(void);
	bool compared; /* decodes the text that libosmocore decodes */
	double ns[ROUNDS];
} rows[] = {
		{"gsm_7bit_decode_n_hdr", libosmocore, true, {0}},
		{"gsm7_to_utf8", gsm7, true, {0}},
		{"sms_text_decode", text, true, {0}},
		{"rp_tp_text_decode", rp_to_text, true, {0}},
		{"rp_tp_decode", rp_and_tp, false, {0}},
		{"gsm7_every_eighth_escaped", gsm7_euros, false, {0}},
		{"gsm7_hindi", gsm7_hindi, false, {0}},
		{"ucs2_cyrillic", ucs2_cyrillic, false, {0}},
		{"ucs2_emoji", ucs2_emoji, false, {0}},
};

#define ROWS (sizeof(rows) / sizeof(rows[0]))

static double now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static double measure(void (*decode)(void))
{
	double start = now_ns(), passed;
	unsigned runs = 0;

	do {
		for(unsigned i = 0; i < 100; i++) {
			decode();
			use(out);
		}
		runs += 100;
		passed = now_ns() - start;
	} while(passed < ROUND_NS);
	return passed / runs;
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double median(struct row *row)
{
	qsort(row->ns, ROUNDS, sizeof(row->ns[0]), by_value);
	return row->ns[ROUNDS / 2];
}

static void prepare(void)
{
	uint8_t septets[SMS_UD_MAX_SEPTETS];

	for(size_t i = 0; i < sizeof(septets); i++)
		septets[i] = (uint8_t)sentence[i % (sizeof(sentence) - 1)];
	memcpy(in.rp_data, rp_head, sizeof(rp_head));
	in.gsm7 = in.rp_data + sizeof(rp_head);
	gsm7_pack(in.gsm7, 0, septets, sizeof(septets));
	for(size_t i = 0; i + 1 < sizeof(septets); i += 8) {
		septets[i] = 0x1B;
		septets[i + 1] = 0x65;
	}
	gsm7_pack(in.euros, 0, septets, sizeof(septets));
	for(size_t i = 0; i < sizeof(septets); i++)
		septets[i] = (uint8_t)(0x30 + i % 16);
	gsm7_pack(in.hindi, 0, septets, sizeof(septets));
	for(size_t i = 0; i < SMS_UD_MAX_OCTETS; i += 2) {
		in.cyrillic[i] = 0x04;
		in.cyrillic[i + 1] = (uint8_t)(0x10 + i % 64);
	}
	for(size_t i = 0; i < SMS_UD_MAX_OCTETS; i += 4)
		memcpy(in.emoji + i, "\xD8\x3D\xDE\x00", 4);
}

/* A row that decodes something else than it should measures nothing. */
static int check(void)
{
	for(size_t row = 0; row < ROWS; row++) {
		if(!rows[row].compared)
			continue;
		memset(out, 0, sizeof(out));
		rows[row].decode();
		for(size_t i = 0; i < SMS_UD_MAX_SEPTETS; i++)
			if(out[i] != sentence[i % (sizeof(sentence) - 1)]) {
				fprintf(stderr, "%s: wrong text\n", rows[row].name);
				return -1;
			}
	}
	return 0;
}

int main(void)
{
	double base;

	prepare();
	if(check())
		return EXIT_FAILURE;
	for(size_t round = 0; round < ROUNDS; round++)
		for(size_t row = 0; row < ROWS; row++)
			rows[row].ns[round] = measure(rows[row].decode);
	base = median(&rows[0]);
	for(size_t row = 0; row < ROWS; row++) {
		double ns = median(&rows[row]);

		printf("%s ns=%.1f", rows[row].name, ns);
		if(rows[row].compared)
			printf(" ratio=%.1f", base / ns);
		putchar('\n');
	}
	return EXIT_SUCCESS;
}
