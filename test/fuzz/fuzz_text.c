/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Fuzz target: any octets as TP-UD (after TP-DCS, TP-UDL and TP-UDHI), and any octets as a text that is planned, encoded
 * in parts and decoded again. Out comes well-formed UTF-8 within its bounds, and a text comes back as it was.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "codec/text.h"
#include "codec/utf8.h"

#define ALL_LANGUAGES 0xFFFFFFFEu

/* Octets of a text that no cut can make too long: of two parts in a row at least one is full, with 66 units or more. */
#define ALWAYS_FITS (SMS_MAX_PARTS * 33)

/* A text that part after part must give back. U+0000 cannot: it is shown as U+FFFD. */
static const char *skip_part(
		const char *at, const char *end, const char *part, size_t len)
{
	while(len > 0) {
		uint32_t wanted, got;
		size_t n = utf8_decode(&wanted, at, (size_t)(end - at));
		size_t m = utf8_decode(&got, part, len);

		assert(n > 0 && m > 0);
		assert(got == (wanted ? wanted : UNICODE_REPLACEMENT));
		at += n;
		part += m;
		len -= m;
	}
	return at;
}

static void check_part(const struct sms_text_part *part)
{
	assert(part->ud_len <= SMS_UD_MAX_OCTETS);
	if(part->dcs)
		assert(part->udl == part->ud_len);
	else
		assert(part->udl <= SMS_UD_MAX_SEPTETS
				&& part->ud_len == (part->udl * 7 + 7) / 8);
}

static void check_parts(
		const struct sms_text_plan *plan, const char *text, size_t len)
{
	const char *at = text;
	struct sms_text_part part;
	size_t pos = 0;

	for(unsigned index = 1; index <= plan->parts; index++) {
		char decoded[SMS_TEXT_MAX];
		struct udh udh;
		size_t n;

		assert(sms_text_encode_part(&part, &pos, plan, text, len, 0x1234, index)
				== 0);
		check_part(&part);
		udh_decode(&udh, part.ud, part.ud_len);
		assert(sms_text_decode(decoded, &n, part.dcs, part.udhi ? &udh : NULL,
					   part.ud, part.ud_len, part.udl)
				== 0);
		at = skip_part(at, text + len, decoded, n);
		assert(at == text + pos);
	}
	assert(pos == len);
	assert(sms_text_encode_part(
				   &part, &pos, plan, text, len, 0x1234, plan->parts + 1u)
			== -1);
}

static void check_text(
		const char *text, size_t len, uint32_t languages, uint8_t bits)
{
	struct sms_text_plan plan;

	if(sms_text_plan(&plan, text, len, languages, bits)) {
		assert(!utf8_valid(text, len) || len > ALWAYS_FITS);
		return;
	}
	assert(utf8_valid(text, len));
	assert(plan.parts >= 1 && plan.parts <= SMS_MAX_PARTS);
	check_parts(&plan, text, len);
}

/* First octets: TP-DCS, TP-UDL, TP-UDHI in the lowest bit; the rest is TP-UD. */
static void as_user_data(const uint8_t *data, size_t size)
{
	char *out = malloc(SMS_TEXT_MAX);
	struct udh udh;
	bool udhi;
	size_t n;

	if(size < 3)
		goto done;
	udhi = data[2] & 1;
	if(udhi)
		udh_decode(&udh, data + 3, size - 3);
	if(sms_text_decode(out, &n, data[0], udhi ? &udh : NULL, data + 3, size - 3,
			   data[1]))
		goto done;
	assert(n <= SMS_TEXT_MAX);
	check_text(out, n, ALL_LANGUAGES, 8);
done:
	free(out);
}

/* First octets: the languages, the width of the reference in the lowest bit; the rest is UTF-8 or not. */
static void as_text(const uint8_t *data, size_t size)
{
	if(size < 3)
		return;
	check_text((const char *)data + 2, size - 2,
			(uint32_t)(data[0] << 8 | data[1]), data[1] & 1 ? 16 : 8);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	as_user_data(data, size);
	as_text(data, size);
	return 0;
}
