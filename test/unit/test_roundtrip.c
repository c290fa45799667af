/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Every valid vector of test/vectors comes out of the encoder octet for octet; every prefix of it, and every octet of it
 * changed, is decoded or refused without a fault. Reads test/vectors, so it runs in the top folder.
 */
#include "unit.h"

#include <stdio.h>

#include "codec/rp.h"
#include "codec/text.h"
#include "codec/tp.h"

#define MAX_OCTETS 512

struct vector
{
	char id[64];
	bool tpdu; /* else a whole RP message */
	bool mo;
	enum tp_carrier carrier; /* of a TPDU */
	bool refused;
	uint8_t octets[MAX_OCTETS];
	size_t len;
};

static struct vector *vectors;
static int vector_count;

/* Check's assertions need a running test; the vectors are read before. */
static void require(bool fact, const char *line)
{
	if(fact)
		return;
	fprintf(stderr, "cannot read this vector: %s\n", line);
	exit(EXIT_FAILURE);
}

/* The string member of a JSON object on one line, of which the files have no second at another depth. */
static void member(char *out, size_t cap, const char *line, const char *key)
{
	char start[64];
	const char *value, *end;

	snprintf(start, sizeof(start), "\"%s\": \"", key);
	value = strstr(line, start);
	require(value, line);
	value += strlen(start);
	end = strchr(value, '"');
	require(end && (size_t)(end - value) < cap, line);
	memcpy(out, value, (size_t)(end - value));
	out[end - value] = '\0';
}

static size_t read_octets(uint8_t *out, const char *hex, const char *line)
{
	size_t len = strlen(hex) / 2;

	for(size_t i = 0; i < len; i++)
		require(sscanf(hex + 2 * i, "%2hhx", &out[i]) == 1, line);
	return len;
}

static void read_vector(struct vector *out, const char *line, bool tpdu)
{
	char hex[2 * MAX_OCTETS + 1], word[32];

	member(out->id, sizeof(out->id), line, "id");
	member(hex, sizeof(hex), line, "hex");
	member(word, sizeof(word), line, "dir");
	out->len = read_octets(out->octets, hex, line);
	out->tpdu = tpdu;
	out->mo = !strcmp(word, "MO");
	out->refused = strstr(line, "\"expect_error\"") != NULL;
	if(!tpdu)
		return;
	member(word, sizeof(word), line, "rp_context");
	out->carrier = !strncmp(word, "RP-ERROR", 8) ? TP_IN_RP_ERROR
				   : !strncmp(word, "RP-ACK", 6) ? TP_IN_RP_ACK
												 : TP_IN_RP_DATA;
}

static int read_file(const char *path, bool tpdu)
{
	FILE *file = fopen(path, "r");
	char *line = NULL;
	size_t size = 0;
	int before = vector_count;

	if(!file) {
		perror(path);
		return 0;
	}
	while(getline(&line, &size, file) >= 0) {
		vectors =
				realloc(vectors, (size_t)(vector_count + 1) * sizeof(*vectors));
		memset(&vectors[vector_count], 0, sizeof(*vectors));
		read_vector(&vectors[vector_count++], line, tpdu);
	}
	free(line);
	fclose(file);
	return vector_count - before;
}

static const enum tp_carrier carrier_of[] = {
		TP_IN_RP_DATA, TP_IN_RP_ACK, TP_IN_RP_ERROR};

/* Decode all the way to text from a block of exactly that size; encode again when all was taken. */
static int decode_tpdu(
		const struct vector *v, const uint8_t *in, size_t len, bool must_match)
{
	uint8_t out[MAX_OCTETS];
	char text[SMS_TEXT_MAX];
	struct tp_msg msg;
	struct sms_error err;
	size_t written;

	if(tp_decode(&msg, &err, v->mo, v->carrier, in, len))
		return -1;
	if(msg.has_ud)
		sms_text_decode(
				text, &written, msg.dcs, &msg.udh, msg.ud, msg.ud_len, msg.udl);
	if(tp_encode(out, sizeof(out), &written, &msg)) {
		ck_assert_msg(!must_match, "%s: not encoded", v->id);
		return 0;
	}
	/* whatever was taken comes out as it came in */
	ck_assert_uint_eq(written, len);
	ck_assert_mem_eq(out, in, len);
	return 0;
}

static int decode_rp(
		const struct vector *v, const uint8_t *in, size_t len, bool must_match)
{
	struct vector inner = *v;
	uint8_t out[MAX_OCTETS];
	struct rp_msg msg;
	struct sms_error err;
	size_t written;

	if(rp_decode(&msg, &err, v->mo, in, len))
		return -1;
	if(msg.has_ud) {
		inner.carrier = carrier_of[msg.type];
		decode_tpdu(&inner, msg.ud, msg.ud_len, false);
	}
	if(rp_encode(out, sizeof(out), &written, &msg)) {
		ck_assert_msg(!must_match, "%s: not encoded", v->id);
		return 0;
	}
	if(must_match) {
		ck_assert_uint_eq(written, len);
		ck_assert_mem_eq(out, in, len);
	}
	return 0;
}

static int decode(
		const struct vector *v, const uint8_t *in, size_t len, bool must_match)
{
	uint8_t *block = malloc(len ? len : 1);
	int failed;

	ck_assert_ptr_nonnull(block);
	memcpy(block, in, len);
	failed = v->tpdu ? decode_tpdu(v, block, len, must_match)
					 : decode_rp(v, block, len, must_match);
	free(block);
	return failed;
}

/* Valid, yet not encoded the same, and why. */
static const char *const not_the_same[] = {
		"ella-9", /* RP-DA of 24 digits: read, but longer than 8.2.5.2 lets us send */
};

START_TEST(same_octets)
{
	const struct vector *v = &vectors[_i];
	bool same = true;

	if(v->refused)
		return;
	for(size_t i = 0; i < sizeof(not_the_same) / sizeof(not_the_same[0]); i++)
		if(!strcmp(v->id, not_the_same[i]))
			same = false;
	ck_assert_int_eq(decode(v, v->octets, v->len, same), 0);
}
END_TEST

START_TEST(prefixes)
{
	const struct vector *v = &vectors[_i];

	for(size_t len = 0; len < v->len; len++)
		decode(v, v->octets, len, false);
}
END_TEST

START_TEST(changed_octets)
{
	static const uint8_t values[] = {0x00, 0x01, 0x7F, 0x80, 0xFE, 0xFF};
	struct vector v = vectors[_i];

	for(size_t pos = 0; pos < v.len; pos++) {
		uint8_t good = v.octets[pos];

		for(size_t i = 0; i < sizeof(values); i++) {
			v.octets[pos] = values[i];
			decode(&v, v.octets, v.len, false);
		}
		v.octets[pos] = good;
	}
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("roundtrip");
	TCase *tc = tcase_create("roundtrip");
	int status;

	if(!read_file("test/vectors/tpdu.jsonl", true)
			|| !read_file("test/vectors/rp.jsonl", false))
		return EXIT_FAILURE;
	tcase_add_loop_test(tc, same_octets, 0, vector_count);
	tcase_add_loop_test(tc, prefixes, 0, vector_count);
	tcase_add_loop_test(tc, changed_octets, 0, vector_count);
	suite_add_tcase(suite, tc);
	status = unit_run(suite);
	free(vectors);
	return status;
}
