/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The user data header (TS 23.040 9.2.3.24): its information elements kept raw, and those the gateway understands.
 */
#ifndef IPSMGW_CODEC_UDH_H
#define IPSMGW_CODEC_UDH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The longest TP-UD is that of a DELIVER-REPORT, 159 octets (9.2.3.16), and an element has at least two; a header with
 * more elements is not valid. */
#define UDH_MAX_ELEMENTS 79

enum udh_iei
{
	IEI_CONCAT_8 = 0x00,
	IEI_SPECIAL_MESSAGE = 0x01,
	IEI_PORTS_8 = 0x04,
	IEI_PORTS_16 = 0x05,
	IEI_SMSC_CONTROL = 0x06, /* which status reports the sender wants */
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
	bool valid; /* the header ends inside TP-UD, its last element at its end; else all below len is 0 */
	uint8_t len; /* octets before the text: UDHL + 1, or 0 when that is more than TP-UD */
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

/* Read the header at the start of TP-UD (ud[0] = UDHL), len octets of TP-UD. Never fails; a header that is wrong is
 * ignored as a whole (9.2.3.24): nothing of it is reported, and the text starts behind UDHL octets if there are so
 * many, else at octet 0. Repeated and mutually exclusive elements: the last one wins. An element whose length is not
 * the one of its IEI, and a concatenation with total 0, number 0 or number above the total, is only kept raw. */
void udh_decode(struct udh *out, const uint8_t *ud, size_t len);

/* An element by its IEI (the last of that kind), or NULL. */
const struct udh_element *udh_find(const struct udh *in, uint8_t iei);

/* Septets that a header of `octets` octets (UDHL + 1) takes, fill bits included. */
uint8_t udh_septets(uint8_t octets);

#endif
