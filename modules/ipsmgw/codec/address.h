/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Addresses of the RP layer (TS 24.011 8.2.5.1, 8.2.5.2) and of the TP layer (TS 23.040 9.1.2.5). Both hold a
 * type-of-address octet and semi-octets; the RP length counts octets, the TP length counts semi-octets.
 */
#ifndef IPSMGW_CODEC_ADDRESS_H
#define IPSMGW_CODEC_ADDRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "error.h"

enum sms_ton
{
	TON_UNKNOWN = 0,
	TON_INTERNATIONAL = 1,
	TON_NATIONAL = 2,
	TON_NETWORK_SPECIFIC = 3,
	TON_SUBSCRIBER = 4,
	TON_ALPHANUMERIC = 5,
	TON_ABBREVIATED = 6,
	TON_RESERVED = 7,
};

enum sms_npi
{
	NPI_UNKNOWN = 0,
	NPI_ISDN = 1,
};

#define TP_ADDRESS_MAX_DIGITS 20 /* semi-octets, 9.1.2.5 */
#define TP_ADDRESS_MAX_OCTETS 12 /* length and type octets included */
#define TP_ADDRESS_MAX_CHARS 11	 /* characters of an alphanumeric address */
#define RP_ADDRESS_MAX_OCTETS \
	11 /* what 8.2.5.1 allows us to send after the length octet */
#define SMS_ADDRESS_MAX_OCTETS \
	127 /* what is kept of a longer one that somebody sends */

/* One address. raw/raw_len are what came after the type octet, so that encoding gives the same octets back. */
struct sms_address
{
	bool present; /* false: the length octet was 0 (or 1 in RP: a type octet alone) */
	uint8_t length;	 /* length octet as received: RP octets, TP semi-octets */
	uint8_t toa;	 /* type octet, bit 8 included */
	uint8_t ton;	 /* enum sms_ton */
	uint8_t npi;	 /* enum sms_npi or another value of 9.1.2.5 */
	uint8_t raw_len; /* octets in raw */
	uint8_t raw[SMS_ADDRESS_MAX_OCTETS];
	uint16_t value_len; /* octets in value, without the NUL */
	char value[2 * SMS_ADDRESS_MAX_OCTETS
			   + 1]; /* digits 0-9*#abc, or UTF-8 text when alphanumeric; NUL-terminated */
};

/* Decode an RP address element, length octet first. *used = octets consumed. 0, or -1 with *err filled. */
int rp_address_decode(struct sms_address *out, size_t *used,
		struct sms_error *err, const uint8_t *in, size_t len);

/* Decode a TP address, length octet first. *used = octets consumed. 0, or -1 with *err filled. */
int tp_address_decode(struct sms_address *out, size_t *used,
		struct sms_error *err, const uint8_t *in, size_t len);

/* Make an address from its text: digits (0-9*#abc), or UTF-8 text for TON_ALPHANUMERIC (default alphabet only, at most
 * 11 characters). 0, or -1 when the text does not fit or has a character with no code. */
int sms_address_set(struct sms_address *out, enum sms_ton ton, uint8_t npi,
		const char *value, size_t len);

/* Encode; *used = octets written, cap the room in out. 0, or -1 when it does not fit. An absent address gives one
 * octet 0 in RP. */
int rp_address_encode(
		uint8_t *out, size_t cap, size_t *used, const struct sms_address *in);
int tp_address_encode(
		uint8_t *out, size_t cap, size_t *used, const struct sms_address *in);

#endif
