/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Text of a short message out of TP-UD, whatever its alphabet (TS 23.040 9.2.3.24, TS 23.038 clause 6). For the
 * gateway's flows and the decoder tool; text_plan.c has the other direction.
 */
#include "text.h"

int sms_text_decode(char out[SMS_TEXT_MAX], size_t *out_len, uint8_t dcs,
		const struct udh *udh, const uint8_t *ud, size_t ud_len, uint8_t udl)
{
	struct sms_dcs coding;
	uint8_t header = udh ? udh->len : 0;

	if(!sms_dcs_is_text(dcs))
		return -1;
	sms_dcs_decode(&coding, dcs);
	if(coding.alphabet == ALPHABET_GSM7) {
		*out_len = gsm7_to_utf8(out, SMS_TEXT_MAX, ud, ud_len,
				udh_septets(header), udl, udh ? udh->locking_shift : 0,
				udh ? udh->single_shift : 0);
		return 0;
	}
	if(ud_len > udl)
		ud_len = udl;
	if(ud_len > header)
		*out_len =
				ucs2_to_utf8(out, SMS_TEXT_MAX, ud + header, ud_len - header);
	else
		*out_len = 0;
	return 0;
}
