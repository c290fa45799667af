/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Fuzz target: a hub's text with whatever it asks for. Each TPDU that comes out decodes and says what was asked for, the
 * parts are as many as were promised, the text in them is the one that went in.
 *
 * Input: languages (2 octets), an octet of choices, the length of a user data header, the header, the text.
 */
#include <assert.h>
#include <string.h>

#include "codec/deliver.h"
#include "codec/utf8.h"

#define HEAD 4 /* octets before the user data header */

/* How much of the text from `at` on is this one; U+0000 comes back as U+FFFD. */
static size_t same_text(
		const char *at, size_t left, const char *part, size_t len)
{
	size_t taken = 0;

	while(len > 0) {
		uint32_t wanted, got;
		size_t n = utf8_decode(&wanted, at + taken, left - taken);
		size_t m = utf8_decode(&got, part, len);

		assert(n > 0 && m > 0);
		assert(got == (wanted ? wanted : UNICODE_REPLACEMENT));
		taken += n;
		part += m;
		len -= m;
	}
	return taken;
}

/* Returns the octets of the text that are in this part. */
static size_t check_part(const struct deliver_options *options,
		const uint8_t *tpdu, size_t len, bool last, const char *text,
		size_t left)
{
	char decoded[SMS_TEXT_MAX];
	struct sms_error err;
	struct sms_dcs dcs;
	struct tp_msg tp;
	size_t n;

	assert(tp_decode(&tp, &err, false, TP_IN_RP_DATA, tpdu, len) == 0);
	assert(tp.type == TP_DELIVER && tp.more == !last);
	assert(tp.pid == options->pid && tp.sri == options->sri);
	sms_dcs_decode(&dcs, tp.dcs);
	assert(dcs.message_class == options->message_class);
	assert(options->coding != DELIVER_GSM7 || dcs.alphabet == ALPHABET_GSM7);
	assert(options->coding != DELIVER_UCS2 || dcs.alphabet == ALPHABET_UCS2);
	if(options->udh_len)
		assert(tp.udhi && memcmp(tp.ud, options->udh, options->udh_len) == 0);
	assert(sms_text_decode(decoded, &n, tp.dcs, tp.udhi ? &tp.udh : NULL, tp.ud,
				   tp.ud_len, tp.udl)
			== 0);
	return same_text(text, left, decoded, n);
}

/* From another sender it is the same but for TP-OA. */
static void check_other(const uint8_t *tpdu, size_t len)
{
	uint8_t other[TP_MAX_OCTETS], again[TP_MAX_OCTETS];
	struct sms_address dummy;
	size_t other_len, again_len;
	struct sms_error err;
	struct tp_msg a, b;

	assert(sms_address_set(
				   &dummy, TON_INTERNATIONAL, NPI_ISDN, "000000000000000", 15)
			== 0);
	assert(deliver_from(other, &other_len, &dummy, tpdu, len) == 0);
	assert(tp_decode(&a, &err, false, TP_IN_RP_DATA, tpdu, len) == 0);
	assert(tp_decode(&b, &err, false, TP_IN_RP_DATA, other, other_len) == 0);
	assert(strcmp(b.addr.value, "000000000000000") == 0);
	assert(a.ud_len == b.ud_len && memcmp(a.ud, b.ud, a.ud_len) == 0);
	assert(deliver_from(again, &again_len, &a.addr, other, other_len) == 0);
	assert(again_len == len && memcmp(again, tpdu, len) == 0);
}

static void deliver(
		const struct deliver_options *options, const char *text, size_t len)
{
	struct deliver delivery;
	uint8_t tpdu[TP_MAX_OCTETS];
	size_t size, at = 0;
	int parts = deliver_begin(&delivery, options, text, len);

	assert(parts >= DELIVER_BAD_OPTION && parts != 0 && parts <= SMS_MAX_PARTS);
	for(int part = 1; part <= parts; part++) {
		assert(deliver_next(tpdu, &size, &delivery) == 0);
		check_other(tpdu, size);
		at += check_part(
				options, tpdu, size, part == parts, text + at, len - at);
	}
	assert(parts < 0 || at == len);
	assert(deliver_next(tpdu, &size, &delivery) == -1);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct deliver_options options = {.ref = 0x1234, .pid = 0x40};

	if(size < HEAD || size - HEAD < data[3])
		return 0;
	options.languages = (uint32_t)(data[0] << 8 | data[1]);
	options.message_class = (int8_t)(data[2] % 5) - 1;
	options.coding = (enum deliver_coding)(data[2] / 5 % 3);
	options.concat_bits = data[2] & 0x80 ? 16 : 8;
	options.sri = data[2] & 0x40;
	options.udh = data + HEAD;
	options.udh_len = data[3];
	sms_time_from_utc(&options.scts, 1795336867, 4);
	assert(sms_address_set(
				   &options.oa, TON_ALPHANUMERIC, NPI_UNKNOWN, "InfoDesk", 8)
			== 0);
	deliver(&options, (const char *)data + HEAD + data[3],
			size - HEAD - data[3]);
	return 0;
}
