/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * TP-DCS to what it means (TS 23.038 clause 4). For tp.c, text.c and everybody who asks whether a message is text;
 * pure functions of one octet.
 */
#include "dcs.h"

#define DCS_AUTO_DELETE 0x40
#define DCS_COMPRESSED 0x20
#define DCS_HAS_CLASS 0x10
#define DCS_CLASS 0x03
#define DCS_8BIT 0x04 /* in coding group 1111 */
#define MWI_ACTIVE 0x08
#define MWI_TYPE 0x03

/* Coding groups 00xx and 01xx: bits 3 and 2 name the alphabet. */
static void general_data_coding(struct sms_dcs *out, uint8_t dcs)
{
	static const enum sms_alphabet alphabets[4] = {
			ALPHABET_GSM7, ALPHABET_8BIT, ALPHABET_UCS2, ALPHABET_RESERVED};

	out->alphabet = alphabets[dcs >> 2 & 3];
	out->compressed = dcs & DCS_COMPRESSED;
	if(dcs & DCS_HAS_CLASS)
		out->message_class = dcs & DCS_CLASS;
}

static void message_waiting(struct sms_dcs *out, uint8_t dcs)
{
	out->mwi_active = dcs & MWI_ACTIVE;
	out->mwi_type = dcs & MWI_TYPE;
}

void sms_dcs_decode(struct sms_dcs *out, uint8_t dcs)
{
	*out = (struct sms_dcs){
			.alphabet = ALPHABET_GSM7, .message_class = -1, .mwi_type = -1};
	if(dcs < 0x80) {
		out->auto_delete = dcs & DCS_AUTO_DELETE;
		general_data_coding(out, dcs);
		return;
	}
	switch(dcs >> 4) {
		case 0xC:
			message_waiting(out, dcs);
			break;
		case 0xD:
			out->mwi_store = true;
			message_waiting(out, dcs);
			break;
		case 0xE:
			out->alphabet = ALPHABET_UCS2;
			out->mwi_store = true;
			message_waiting(out, dcs);
			break;
		case 0xF:
			out->alphabet = dcs & DCS_8BIT ? ALPHABET_8BIT : ALPHABET_GSM7;
			out->message_class = dcs & DCS_CLASS;
			break;
		default: /* 8 to B are reserved and read as the default alphabet */
			break;
	}
}

bool sms_dcs_is_text(uint8_t dcs)
{
	struct sms_dcs d;

	sms_dcs_decode(&d, dcs);
	return !d.compressed
		   && (d.alphabet == ALPHABET_GSM7 || d.alphabet == ALPHABET_UCS2);
}
