/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The four forms of TP-VP (TS 23.040 9.2.3.12.1 to 9.2.3.12.3). Decoding is called by tp_decode.c only.
 */
#include "vp.h"

#include <string.h>

#define MINUTE 60u
#define HOUR 3600u
#define DAY 86400u
#define WEEK (7 * DAY)

/* octet 1 of the enhanced format */
#define EXTENSION 0x80
#define SINGLE_SHOT 0x40
#define FORM_MASK 0x07

enum enhanced_form
{
	FORM_NONE = 0,
	FORM_RELATIVE = 1,
	FORM_SECONDS = 2,
	FORM_HH_MM_SS = 3,
};

uint8_t tp_vp_octets(enum tp_vpf format)
{
	switch(format) {
		case VPF_RELATIVE:
			return 1;
		case VPF_ENHANCED:
		case VPF_ABSOLUTE:
			return 7;
		case VPF_NONE:
			break;
	}
	return 0;
}

static uint32_t relative_seconds(uint8_t value)
{
	if(value <= 143)
		return (value + 1u) * 5 * MINUTE;
	if(value <= 167)
		return 12 * HOUR + (value - 143u) * 30 * MINUTE;
	if(value <= 196)
		return (value - 166u) * DAY;
	return (value - 192u) * WEEK;
}

static int bcd_seconds(uint32_t *out, const uint8_t hhmmss[3])
{
	static const uint32_t unit[] = {HOUR, MINUTE, 1};

	*out = 0;
	for(int i = 0; i < 3; i++) {
		uint8_t tens = hhmmss[i] & 0x0F, units = hhmmss[i] >> 4;

		if(tens > 9 || units > 9)
			return -1;
		*out += (10u * tens + units) * unit[i];
	}
	return 0;
}

static int decode_enhanced(struct tp_vp *out)
{
	size_t pos = 0, left;

	out->single_shot = out->raw[0] & SINGLE_SHOT;
	while(pos < sizeof(out->raw) && (out->raw[pos] & EXTENSION))
		pos++;
	pos++;
	/* further functionality octets leave less room for the time, or none */
	left = pos < sizeof(out->raw) ? sizeof(out->raw) - pos : 0;

	switch(out->raw[0] & FORM_MASK) {
		case FORM_RELATIVE:
			out->has_seconds = left >= 1;
			if(out->has_seconds)
				out->seconds = relative_seconds(out->raw[pos]);
			return 0;
		case FORM_SECONDS:
			out->has_seconds = left >= 1 && out->raw[pos] != 0;
			if(out->has_seconds)
				out->seconds = out->raw[pos];
			return 0;
		case FORM_HH_MM_SS:
			out->has_seconds = left >= 3;
			return out->has_seconds ? bcd_seconds(&out->seconds, out->raw + pos)
									: 0;
		case FORM_NONE:
		default:
			return 0;
	}
}

int tp_vp_decode(struct tp_vp *out, enum tp_vpf format, const uint8_t *in)
{
	out->format = format;
	out->len = tp_vp_octets(format);
	out->has_seconds = false;
	out->seconds = 0;
	out->single_shot = false;
	if(out->len)
		memcpy(out->raw, in, out->len);

	switch(format) {
		case VPF_RELATIVE:
			out->has_seconds = true;
			out->seconds = relative_seconds(in[0]);
			return 0;
		case VPF_ENHANCED:
			return decode_enhanced(out);
		case VPF_ABSOLUTE:
			if(sms_time_decode(&out->until, in) || !out->until.in_range)
				return -1;
			return 0;
		case VPF_NONE:
			break;
	}
	return 0;
}

bool tp_vp_left(uint32_t *out, const struct tp_vp *vp, int64_t now)
{
	int64_t left;

	if(vp->has_seconds) {
		*out = vp->seconds;
		return true;
	}
	if(vp->format != VPF_ABSOLUTE)
		return false;
	left = sms_time_to_utc(&vp->until) - now;
	*out = left > 0 ? (uint32_t)left : 0;
	return true;
}
