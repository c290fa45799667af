/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Reads the user data header (TS 23.040 9.2.3.24): splits it into information elements and understands those of a
 * table. For tp.c; reads nothing outside the octets it is given and copies none.
 */
#include "udh.h"

static uint16_t be16(const uint8_t *in)
{
	return (uint16_t)(in[0] << 8 | in[1]);
}

/* 9.2.3.24.1, 9.2.3.24.8: part 0, of 0, or above the total means that the message stands alone. */
static void concatenation(struct udh *out, uint8_t bits, uint16_t ref,
		const uint8_t *total_and_seq)
{
	uint8_t total = total_and_seq[0], seq = total_and_seq[1];

	if(total == 0 || seq == 0 || seq > total)
		return;
	out->concat_bits = bits;
	out->concat_ref = ref;
	out->concat_total = total;
	out->concat_seq = seq;
}

static void concat_8(struct udh *out, const uint8_t *data)
{
	concatenation(out, 8, data[0], data + 1);
}

static void concat_16(struct udh *out, const uint8_t *data)
{
	concatenation(out, 16, be16(data), data + 2);
}

static void ports(struct udh *out, uint8_t bits, uint16_t dst, uint16_t src)
{
	out->ports_bits = bits;
	out->port_dst = dst;
	out->port_src = src;
}

static void ports_8(struct udh *out, const uint8_t *data)
{
	ports(out, 8, data[0], data[1]);
}

static void ports_16(struct udh *out, const uint8_t *data)
{
	ports(out, 16, be16(data), be16(data + 2));
}

static void single_shift(struct udh *out, const uint8_t *data)
{
	out->single_shift = data[0];
}

static void locking_shift(struct udh *out, const uint8_t *data)
{
	out->locking_shift = data[0];
}

static const struct known_element
{
	uint8_t iei;
	uint8_t len; /* an element of another length is not what its IEI says */
	void (*read)(struct udh *out, const uint8_t *data);
} known_elements[] = {
		{IEI_CONCAT_8, 3, concat_8},
		{IEI_CONCAT_16, 4, concat_16},
		{IEI_PORTS_8, 2, ports_8},
		{IEI_PORTS_16, 4, ports_16},
		{IEI_SINGLE_SHIFT, 1, single_shift},
		{IEI_LOCKING_SHIFT, 1, locking_shift},
};

#define KNOWN_ELEMENTS (sizeof(known_elements) / sizeof(known_elements[0]))

static void interpret(struct udh *out)
{
	for(unsigned i = 0; i < out->count; i++) {
		const struct udh_element *e = &out->element[i];

		for(unsigned k = 0; k < KNOWN_ELEMENTS; k++)
			if(known_elements[k].iei == e->iei
					&& known_elements[k].len == e->len)
				known_elements[k].read(out, e->data);
	}
}

/* Split the elements between in and end; false when one runs past the end. */
static bool split(struct udh *out, const uint8_t *in, const uint8_t *end)
{
	while(in < end) {
		if(end - in < 2 || in[1] > end - in - 2
				|| out->count == UDH_MAX_ELEMENTS)
			return false;
		out->element[out->count++] = (struct udh_element){
				.iei = in[0], .len = in[1], .data = in + 2};
		in += 2 + in[1];
	}
	return true;
}

/* Everything but the elements, which are too many to clear for each message. */
static void clear(struct udh *out)
{
	out->valid = false;
	out->len = 0;
	out->count = 0;
	out->concat_bits = out->concat_total = out->concat_seq = 0;
	out->concat_ref = 0;
	out->ports_bits = 0;
	out->port_dst = out->port_src = 0;
	out->locking_shift = out->single_shift = 0;
}

void udh_decode(struct udh *out, const uint8_t *ud, size_t len)
{
	clear(out);
	if(len == 0 || ud[0] >= len || ud[0] == UINT8_MAX)
		return;
	out->len = (uint8_t)(ud[0] + 1);
	out->valid = split(out, ud + 1, ud + out->len);
	if(out->valid)
		interpret(out);
	else
		out->count = 0;
}

const struct udh_element *udh_find(const struct udh *in, uint8_t iei)
{
	for(unsigned i = in->count; i > 0; i--)
		if(in->element[i - 1].iei == iei)
			return &in->element[i - 1];
	return NULL;
}

uint8_t udh_septets(uint8_t octets)
{
	return (uint8_t)((8 * octets + 6) / 7);
}
