/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * RP and TP addresses: the octets to digits or text and back (TS 24.011 8.2.5.1, TS 23.040 9.1.2.5). Called by rp.c and
 * the tp_*.c files, and by whoever makes a message.
 */
#include "address.h"

#include <string.h>

#include "rp.h"
#include "text.h"
#include "tp.h"

#define TOA_EXTENSION 0x80 /* bit 8: no further type octet */
#define FILLER 0x0F

static const char bcd_digits[] = "0123456789*#abc";

void sms_address_clear(struct sms_address *out)
{
	out->present = false;
	out->toa = out->ton = out->npi = 0;
	out->length = out->raw_len = 0;
	out->value_len = 0;
	out->value[0] = '\0';
}

static void set_toa(struct sms_address *out, uint8_t toa)
{
	out->toa = toa;
	out->ton = toa >> 4 & 0x07;
	out->npi = toa & 0x0F;
}

static void keep_raw(struct sms_address *out, const uint8_t *in, size_t octets)
{
	out->raw_len =
			(uint8_t)(octets < SMS_ADDRESS_MAX_OCTETS ? octets
													  : SMS_ADDRESS_MAX_OCTETS);
	memcpy(out->raw, in, out->raw_len);
}

/* The first `count` semi-octets of raw as digits, low nibble first. -1 when a filler is among them. */
static int read_digits(struct sms_address *out, unsigned count)
{
	const uint8_t *in = out->raw;
	char *value = out->value;
	bool filler = false;

	for(unsigned left = count; left > 0; in++) {
		uint8_t low = *in & 0x0F, high = *in >> 4;

		filler |= low == FILLER;
		*value++ = bcd_digits[low];
		if(--left == 0)
			break;
		filler |= high == FILLER;
		*value++ = bcd_digits[high];
		left--;
	}
	out->value_len = (uint16_t)(filler ? 0 : count);
	out->value[out->value_len] = '\0';
	return filler ? -1 : 0;
}

int rp_address_decode(struct sms_address *out, size_t *used,
		struct sms_error *err, const uint8_t *in, size_t len)
{
	size_t octets;
	unsigned count;

	sms_address_clear(out);
	if(len < 1)
		return sms_refuse(err, RP_CAUSE_INVALID_MANDATORY_INFORMATION, 0, 0,
				"RP-address", "length octet is missing");
	octets = in[0];
	if(octets > len - 1)
		return sms_refuse(err, RP_CAUSE_INVALID_MANDATORY_INFORMATION, 0, 1,
				"RP-address", "length runs past the end");
	*used = 1 + octets;
	if(octets >= 1)
		set_toa(out, in[1]);
	if(octets <= 1)
		return 0;

	out->present = true;
	keep_raw(out, in + 2, octets - 1);
	count = 2u * out->raw_len;
	if(out->raw[out->raw_len - 1] >> 4 == FILLER)
		count--;
	/* 256 semi-octets are more than the octet holds; that long an address is never encoded */
	out->length = (uint8_t)(count > UINT8_MAX ? UINT8_MAX : count);
	read_digits(out, count);
	return 0;
}

/* Text of an alphanumeric TP address; the alphabet is the default one, without any national table (9.1.2.5). */
static void read_text(struct sms_address *out)
{
	unsigned septets = 4u * out->length / 7;

	/* Seven characters leave seven spare bits: a sender that counts whole octets makes an eighth of them, code 0. */
	if(out->length % 14 == 0 && out->raw[out->raw_len - 1] >> 1 == 0)
		septets--;
	out->value_len = (uint16_t)gsm7_to_utf8(out->value, sizeof(out->value) - 1,
			out->raw, out->raw_len, 0, septets, 0, 0);
	out->value[out->value_len] = '\0';
}

int tp_address_decode(struct sms_address *out, size_t *used,
		struct sms_error *err, const uint8_t *in, size_t len)
{
	size_t octets;

	sms_address_clear(out);
	if(len < 2)
		return sms_refuse(err, RP_CAUSE_PROTOCOL_ERROR, TP_FCS_UNSPECIFIED, len,
				"TP-address", "length or type octet is missing");
	octets = (in[0] + 1u) / 2;
	if(octets > len - 2)
		return sms_refuse(err, RP_CAUSE_PROTOCOL_ERROR, TP_FCS_UNSPECIFIED, 2,
				"TP-address", "length runs past the end");
	*used = 2 + octets;
	out->length = in[0];
	set_toa(out, in[1]);
	keep_raw(out, in + 2, octets);
	if(out->length == 0)
		return 0;
	if(out->ton == TON_ALPHANUMERIC)
		read_text(out);
	else if(read_digits(out, out->length))
		return sms_refuse(err, RP_CAUSE_SEMANTICALLY_INCORRECT,
				TP_FCS_UNSPECIFIED, 2, "TP-address", "filler among the digits");
	out->present = true;
	return 0;
}

static int set_digits(struct sms_address *out, const char *value, size_t len)
{
	if(len > TP_ADDRESS_MAX_DIGITS)
		return -1;
	memset(out->raw, 0xFF, (len + 1) / 2);
	for(size_t i = 0; i < len; i++) {
		const char *digit = memchr(bcd_digits, value[i], FILLER);
		uint8_t nibble;

		if(!digit)
			return -1;
		nibble = (uint8_t)(digit - bcd_digits);
		if(i & 1)
			out->raw[i / 2] = (uint8_t)(nibble << 4 | (out->raw[i / 2] & 0x0F));
		else
			out->raw[i / 2] = (uint8_t)(0xF0 | nibble);
	}
	out->length = (uint8_t)len;
	return 0;
}

static int set_text(struct sms_address *out, const char *value, size_t len)
{
	uint8_t septets[TP_ADDRESS_MAX_CHARS];
	size_t count;

	if(gsm7_septets_from_utf8(septets, sizeof(septets), &count, value, len))
		return -1;
	memset(out->raw, 0, TP_ADDRESS_MAX_OCTETS);
	gsm7_pack(out->raw, 0, septets, count);
	out->length = (uint8_t)((7 * count + 3) / 4);
	return 0;
}

int sms_address_set(struct sms_address *out, enum sms_ton ton, uint8_t npi,
		const char *value, size_t len)
{
	int failed;

	sms_address_clear(out);
	if((unsigned)ton > TON_RESERVED || npi > 0x0F)
		return -1;
	failed = ton == TON_ALPHANUMERIC ? set_text(out, value, len)
									 : set_digits(out, value, len);
	if(failed) {
		out->length = 0;
		return -1;
	}
	set_toa(out, (uint8_t)(TOA_EXTENSION | ton << 4 | npi));
	out->raw_len = (uint8_t)((out->length + 1) / 2);
	out->present = out->length > 0;
	/* at most 20 digits, or 11 characters of at most 3 octets: it fits */
	memcpy(out->value, value, len);
	out->value_len = (uint16_t)len;
	out->value[len] = '\0';
	return 0;
}

int rp_address_encode(
		uint8_t *out, size_t cap, size_t *used, const struct sms_address *in)
{
	size_t octets = 0;

	if(in->present)
		octets = 1u + in->raw_len;
	else if(in->toa)
		octets = 1;
	if(octets > RP_ADDRESS_MAX_OCTETS || octets + 1 > cap)
		return -1;
	out[0] = (uint8_t)octets;
	if(octets >= 1)
		out[1] = in->toa;
	if(octets > 1)
		memcpy(out + 2, in->raw, in->raw_len);
	*used = 1 + octets;
	return 0;
}

int tp_address_encode(
		uint8_t *out, size_t cap, size_t *used, const struct sms_address *in)
{
	size_t octets = (in->length + 1u) / 2;

	if(in->length > TP_ADDRESS_MAX_DIGITS || octets != in->raw_len
			|| octets + 2 > cap)
		return -1;
	out[0] = in->length;
	out[1] = in->toa;
	memcpy(out + 2, in->raw, octets);
	*used = 2 + octets;
	return 0;
}
