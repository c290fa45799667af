/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * TBCD (TS 29.002 17.7.8): the numbers in Diameter AVPs of 3GPP, two digits an octet, the first one in the low half, no
 * type of number in front. Plain C, for sh.c and s6c.c.
 */
#ifndef IPSMGW_DIAMETER_TBCD_H
#define IPSMGW_DIAMETER_TBCD_H

#include <stddef.h>
#include <stdint.h>

#include "message.h"

#define TBCD_OCTETS_MAX ((DIAMETER_DIGITS_MAX + 1) / 2)

/* Encode digits; *len is the number of octets. 0; -1: nothing, not only 0-9, or too many. */
int tbcd_encode(uint8_t out[TBCD_OCTETS_MAX], size_t *len, const char *digits);

/* Decode into NUL-terminated digits. 0; -1: nothing, a half octet that is no digit, or too many: out is empty then. */
int tbcd_decode(diameter_digits out, const uint8_t *in, size_t len);

#endif
