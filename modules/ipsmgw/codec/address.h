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
/* what 8.2.5.1 allows us to send after the length octet */
#define RP_ADDRESS_MAX_OCTETS 11
/* what is kept of a longer one that somebody sends */
#define SMS_ADDRESS_MAX_OCTETS 128

/* One address, the same for both layers. raw/raw_len are what came after the type octet, so that encoding gives the
 * same octets back. */
struct sms_address
{
	bool present; /* false: no digits (length octet 0, or 1 in RP: a type octet alone) */
	uint8_t toa;	 /* type octet, bit 8 included; 0 when there was none */
	uint8_t ton;	 /* enum sms_ton */
	uint8_t npi;	 /* enum sms_npi or another value of 9.1.2.5 */
	uint8_t length;	 /* useful semi-octets in raw: the length octet of TP */
	uint8_t raw_len; /* octets in raw */
	/* octets in value, without the NUL; 0 although present: an RP address that is no BCD number */
	uint16_t value_len;
	uint8_t raw[SMS_ADDRESS_MAX_OCTETS];
	/* digits 0-9*#abc, or UTF-8 text when alphanumeric; NUL-terminated */
	char value[2 * SMS_ADDRESS_MAX_OCTETS + 1];
};

/* Make it an address that is not there. */
void sms_address_clear(struct sms_address *out);

/* Decode an RP address element, length octet first. *used = octets consumed. 0, or -1 with *err filled when the length
 * runs past the end. What is no BCD number is no error: nobody routes by an RP address, see value_len. */
int rp_address_decode(struct sms_address *out, size_t *used,
		struct sms_error *err, const uint8_t *in, size_t len);

/* Decode a TP address, length octet first. *used = octets consumed. 0, or -1 with *err filled when octets are missing
 * or a filler stands among the digits counted. */
int tp_address_decode(struct sms_address *out, size_t *used,
		struct sms_error *err, const uint8_t *in, size_t len);

/* Make an address from its text: digits (0-9*#abc, at most 20), or UTF-8 text for TON_ALPHANUMERIC (default alphabet
 * only, at most 11 septets); no text makes one without digits. 0, or -1 when the text does not fit or has a character with no code. */
int sms_address_set(struct sms_address *out, enum sms_ton ton, uint8_t npi,
		const char *value, size_t len);

/* Encode; *used = octets written, cap the room in out. 0, or -1 when it does not fit there or is longer than the
 * standard allows. An address that is not there gives one octet 0 in RP (or 1 and its type octet, if it has one), 0 and
 * the type octet in TP. */
int rp_address_encode(
		uint8_t *out, size_t cap, size_t *used, const struct sms_address *in);
int tp_address_encode(
		uint8_t *out, size_t cap, size_t *used, const struct sms_address *in);

#endif
