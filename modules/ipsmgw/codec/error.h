/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What a decoder of this folder says when it refuses octets: the field, the place and the codes to answer with.
 * Every decoder fills one of these; callers above turn it into an RP-ERROR, a log line or a JSON object.
 */
#ifndef IPSMGW_CODEC_ERROR_H
#define IPSMGW_CODEC_ERROR_H

#include <stddef.h>
#include <stdint.h>

struct sms_error
{
	uint8_t cause; /* RP-Cause to answer with (TS 24.011 8.2.5.4), 0: nothing can be answered */
	uint8_t fcs; /* TP-FCS for the report (TS 23.040 9.2.3.22), 0: the TP layer was not reached */
	/* where the element starts that could not be read, from the start of the buffer given: its length octet when that
	 * is missing or says something impossible, the octet after it when its content is the trouble */
	uint16_t offset;
	const char *field;	/* standard's name of the field, static storage */
	const char *reason; /* static storage, for people */
};

/* Fill *err; always -1, so that a decoder can `return sms_refuse(...)`. field and reason are kept as pointers. */
int sms_refuse(struct sms_error *err, uint8_t cause, uint8_t fcs, size_t offset,
		const char *field, const char *reason);

#endif
