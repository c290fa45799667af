/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The user data header (TS 23.040 9.2.3.24): its information elements kept raw, and those the gateway understands.
 */
#ifndef IPSMGW_CODEC_UDH_H
#define IPSMGW_CODEC_UDH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define UDH_MAX_ELEMENTS \
	70 /* 140 octets hold no more: each element has at least two */

enum udh_iei
{
	IEI_CONCAT_8 = 0x00,
	IEI_SPECIAL_MESSAGE = 0x01,
	IEI_PORTS_8 = 0x04,
	IEI_PORTS_16 = 0x05,
	IEI_CONCAT_16 = 0x08,
	IEI_SINGLE_SHIFT = 0x24,
	IEI_LOCKING_SHIFT = 0x25,
};

struct udh_element
{
	uint8_t iei;
	uint8_t len;
	const uint8_t *data; /* into the caller's TPDU */
};

struct udh
{
	bool valid; /* the header ends inside TP-UD and its elements inside the header; else all below is 0 */
	uint8_t len; /* UDHL + 1 octets, 0 when there is none or it is not valid */
	uint8_t count;
	struct udh_element element[UDH_MAX_ELEMENTS];

	uint8_t concat_bits; /* 0: stands alone; 8 or 16: width of the reference */
	uint16_t concat_ref;
	uint8_t concat_total, concat_seq;

	uint8_t ports_bits; /* 0: none; 8 or 16 */
	uint16_t port_dst, port_src;

	uint8_t locking_shift; /* national language id of IEI 25, 0: default alphabet */
	uint8_t single_shift; /* of IEI 24, 0: default extension table */
};

/* Read the header at the start of TP-UD (ud[0] = UDHL), len octets of TP-UD. Never fails: a header that cannot be is
 * left as valid = false, and the text then starts where 9.2.3.24 would have put it or at octet 0. Repeated elements:
 * the last one wins. */
void udh_decode(struct udh *out, const uint8_t *ud, size_t len);

/* An element by its IEI (the last of that kind), or NULL. */
const struct udh_element *udh_find(const struct udh *in, uint8_t iei);

/* Septets that a header of `octets` octets (UDHL + 1) takes, fill bits included. */
uint8_t udh_septets(uint8_t octets);

#endif
