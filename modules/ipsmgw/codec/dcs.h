/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * TP-DCS, all 256 values (TS 23.038 clause 4).
 */
#ifndef IPSMGW_CODEC_DCS_H
#define IPSMGW_CODEC_DCS_H

#include <stdbool.h>
#include <stdint.h>

enum sms_alphabet
{
	ALPHABET_GSM7,
	ALPHABET_8BIT,
	ALPHABET_UCS2,
	ALPHABET_RESERVED, /* bits 3-2 = 11: carried as 8-bit data */
};

struct sms_dcs
{
	enum sms_alphabet alphabet;
	bool compressed;
	bool auto_delete;	  /* 40-7F: marked for automatic deletion */
	int8_t message_class; /* 0 to 3, -1: none */
	int8_t mwi_type; /* 0 voice, 1 fax, 2 e-mail, 3 other; -1: no message waiting indication */
	bool mwi_active;
	bool mwi_store;
};

/* Split a TP-DCS; every value has a meaning (reserved ones as clause 4 tells to read them). */
void sms_dcs_decode(struct sms_dcs *out, uint8_t dcs);

/* The message can be shown as text: GSM7 or UCS2, not compressed. */
bool sms_dcs_is_text(uint8_t dcs);

#endif
