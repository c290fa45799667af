/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * AVPs for the HSS of the tests: adding them to a message or a group, finding and reading them. M bits are those of the
 * dictionary's tables.
 */
#ifndef HSS_AVP_H
#define HSS_AVP_H

#include <freeDiameter/freeDiameter-host.h>
#include <freeDiameter/libfdcore.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "diameter/codes.h"

/* An E.164 number (15 digits) or IMSI with its NUL. */
#define DIGITS_MAX 24

/* Add one at the end of a message or group; what is copied belongs to the caller. 0, or an errno value. */
int avp_add_u32(
		msg_or_avp *parent, uint32_t vendor, uint32_t code, uint32_t value);
int avp_add_octets(msg_or_avp *parent, uint32_t vendor, uint32_t code,
		const void *octets, size_t len);
int avp_add_text(
		msg_or_avp *parent, uint32_t vendor, uint32_t code, const char *text);
/* digits as TBCD (TS 29.002), without type of number */
int avp_add_number(
		msg_or_avp *parent, uint32_t vendor, uint32_t code, const char *digits);
/* The group is the parent's from then on. */
int avp_add_group(
		struct avp **out, msg_or_avp *parent, uint32_t vendor, uint32_t code);

/* The first child of this code, and the next after one; NULL: none. */
struct avp *avp_first(msg_or_avp *parent, uint32_t vendor, uint32_t code);
struct avp *avp_next(struct avp *avp, uint32_t vendor, uint32_t code);
/* The value of the first child of this code; NULL: there is none. */
const union avp_value *avp_value(
		msg_or_avp *parent, uint32_t vendor, uint32_t code);
const union avp_value *avp_value_of(struct avp *avp);

/* The first child as a string. false: none, too long, a NUL inside or, for numbers, no TBCD digits. */
bool avp_text(char *out, size_t cap, msg_or_avp *parent, uint32_t vendor,
		uint32_t code);
bool avp_number(char out[DIGITS_MAX], msg_or_avp *parent, uint32_t vendor,
		uint32_t code);

/* Octets of digits in TBCD, low nibble first, F at an odd end. Returns how many; 0: no digits or too many. */
size_t tbcd_encode(uint8_t out[DIGITS_MAX], const char *digits);

#endif
