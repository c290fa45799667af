/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * TP-VP, for the TP decoder only (TS 23.040 9.2.3.12).
 */
#ifndef IPSMGW_CODEC_VP_H
#define IPSMGW_CODEC_VP_H

#include "tp.h"

/* Octets that TP-VP takes in this format: 0, 1 or 7. */
uint8_t tp_vp_octets(enum tp_vpf format);

/* Decode TP-VP of this format; in holds tp_vp_octets(format) octets. 0, or -1 when it is no time: a semi-octet that is no
 * digit, an absolute date that does not exist. Reserved enhanced forms are no error, they just give no seconds. */
int tp_vp_decode(struct tp_vp *out, enum tp_vpf format, const uint8_t *in);

#endif
