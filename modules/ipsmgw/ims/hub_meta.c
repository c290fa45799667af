/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The metadata headers of a hub's MESSAGE: see hub_message.h.
 */
#include "header.h"
#include "hub_message.h"

/* Bit 7 is reserved (TS 23.040, TP-ST). */
#define TP_ST_MAX 0x7F

static int hex_value(char c)
{
	if(c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static int decimal(uint64_t *out, struct span value, uint64_t max)
{
	return header_number(out, value, max + 1) == 0 && *out <= max ? 0 : -1;
}

static int take_udh(struct hub_meta *out, struct span value)
{
	struct udh udh;

	if(value.len % 2 || value.len / 2 > sizeof(out->udh))
		return -1;
	for(size_t i = 0; i < value.len; i += 2) {
		int high = hex_value(value.s[i]), low = hex_value(value.s[i + 1]);

		if(high < 0 || low < 0)
			return -1;
		out->udh[i / 2] = (uint8_t)(high << 4 | low);
	}
	udh_decode(&udh, out->udh, value.len / 2);
	if(!udh.valid || udh.len != value.len / 2)
		return -1;
	out->udh_len = udh.len;
	return 0;
}

static int take_coding(struct hub_meta *out, struct span value)
{
	out->is_8bit = span_is(value, SPAN("8BIT"));
	if(span_is(value, SPAN("GSM7")))
		out->coding = DELIVER_GSM7;
	else if(span_is(value, SPAN("UCS2")))
		out->coding = DELIVER_UCS2;
	else if(!out->is_8bit)
		return -1;
	return 0;
}

static int take_class(struct hub_meta *out, struct span value)
{
	uint64_t n;

	if(decimal(&n, value, 3) < 0)
		return -1;
	out->message_class = (int8_t)n;
	return 0;
}

static int take_pid(struct hub_meta *out, struct span value)
{
	uint64_t n;

	if(decimal(&n, value, UINT8_MAX) < 0)
		return -1;
	out->pid = (uint8_t)n;
	return 0;
}

static int take_validity(struct hub_meta *out, struct span value)
{
	uint64_t n;

	if(header_number(&n, value, UINT32_MAX) < 0)
		return -1;
	out->has_validity = true;
	out->validity = (uint32_t)n;
	return 0;
}

static int take_delivery(struct hub_meta *out, struct span value)
{
	uint64_t n;

	if(decimal(&n, value, 1) < 0)
		return -1;
	out->wants_delivery = n == 1;
	return 0;
}

static int take_hold(struct hub_meta *out, struct span value)
{
	uint64_t n;

	if(header_number(&n, value, UINT32_MAX) < 0)
		return -1;
	out->has_hold = true;
	out->hold = n > 0;
	out->hold_seconds = n > 1 ? (uint32_t)n : 0;
	return 0;
}

static int take_status(struct hub_meta *out, struct span value)
{
	uint64_t n = 0;

	if(span_starts(value, SPAN("0x")) && value.len > 2 && value.len <= 4) {
		for(size_t i = 2; i < value.len; i++) {
			int digit = hex_value(value.s[i]);

			if(digit < 0)
				return -1;
			n = n << 4 | (unsigned)digit;
		}
	} else if(header_number(&n, value, UINT8_MAX) < 0) {
		return -1;
	}
	if(n > TP_ST_MAX)
		return -1;
	out->has_status = true;
	out->status = (uint8_t)n;
	return 0;
}

static int take_message_id(struct hub_meta *out, struct span value)
{
	for(size_t i = 0; i < value.len; i++)
		if((unsigned char)value.s[i] <= ' ' || value.s[i] == 0x7f)
			return -1;
	out->message_id = value;
	return value.len > 0 ? 0 : -1;
}

static const struct
{
	struct span name;
	int (*take)(struct hub_meta *out, struct span value);
} headers[] = {
		{SPAN("X-SMS-UDH"), take_udh},
		{SPAN("X-SMS-CODING"), take_coding},
		{SPAN("X-M-CLASS"), take_class},
		{SPAN("X-SMS-PID"), take_pid},
		{SPAN("X-SMS-VALIDITY"), take_validity},
		{SPAN("X-REG-DELIVERY"), take_delivery},
		{SPAN("X-SMS-HOLD"), take_hold},
		{SPAN("X-SMS-STATUS"), take_status},
		{SPAN("X-SMS-MESSAGE-ID"), take_message_id},
};

void hub_meta_init(struct hub_meta *out)
{
	memset(out, 0, sizeof(*out));
	out->message_class = DELIVER_NO_CLASS;
	out->message_id = (struct span){"", 0};
}

int hub_meta_add(struct hub_meta *out, struct span name, struct span value)
{
	name = span_trim(name);
	for(unsigned i = 0; i < sizeof(headers) / sizeof(headers[0]); i++) {
		if(!span_is(name, headers[i].name))
			continue;
		if(out->seen & 1u << i || headers[i].take(out, span_trim(value)) < 0)
			return -1;
		out->seen |= 1u << i;
		return 1;
	}
	return 0;
}
