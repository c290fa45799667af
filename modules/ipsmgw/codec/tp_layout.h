/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What the six TPDUs are made of, as tables that decoder and encoder share (TS 23.040 9.2.2). For tp_*.c only.
 */
#ifndef IPSMGW_CODEC_TP_LAYOUT_H
#define IPSMGW_CODEC_TP_LAYOUT_H

#include "tp.h"

#define TP_TYPES 6
#define TP_LAYOUT_MAX 10

/* One bit of the first octet and the bool in struct tp_msg that it is. */
struct tp_flag
{
	uint8_t mask;	 /* 0 ends the list */
	uint8_t inverse; /* TP-MMS: the bit says that no more follow */
	uint16_t offset; /* in struct tp_msg */
};

struct tp_layout
{
	uint8_t mti;
	uint8_t first_known; /* bits of the first octet that have a meaning */
	bool by_pi;		/* TP-PI says whether TP-PID, TP-DCS and TP-UD are there */
	uint8_t ud_max; /* octets of TP-UD or TP-CD */
	uint8_t element[TP_LAYOUT_MAX]; /* enum tp_element in order, TPE_END ends */
	struct tp_flag flag[6];
};

extern const struct tp_layout tp_layouts[TP_TYPES];

/* The place in struct tp_msg of an element that is one octet without structure, 0 for all others. */
extern const uint16_t tp_octet_offset[TPE_COUNT];

#define TP_MTI_MASK 0x03
#define TP_VPF_SHIFT 3
#define TP_VPF_MASK 0x18
#define TP_PI_EXTENSION 0x80
#define TP_PI_KNOWN (TP_PI_PID | TP_PI_DCS | TP_PI_UDL)

/* Octets of a TP-UD with this TP-UDL, or -1 when it is longer than `max` octets or, in septets, than fits there. */
int tp_ud_octets(enum tp_type type, uint8_t dcs, uint8_t udl, uint8_t max);

#endif
