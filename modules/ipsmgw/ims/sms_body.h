/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The body of a MESSAGE between a UE and the gateway: one RP message (application/vnd.3gpp.sms), alone or in multipart/mixed,
 * there also with application/vnd.3gpp.sms+xml, which names sender and receiver where an MSISDN does not (TS 24.341 5.3.3.5).
 * Plain C; for the flows from and toward a UE.
 */
#ifndef IPSMGW_IMS_SMS_BODY_H
#define IPSMGW_IMS_SMS_BODY_H

#include "short_message_info.h"
#include "span.h"

#define SMS_TYPE "application/vnd.3gpp.sms"

/* A header line to a UE that takes the form with the document: so does the gateway (TS 24.341 A.3). */
#define SMS_FEATURE_CAPS "Feature-Caps: *;+g.3gpp.smsip-msisdn-less\r\n"

enum sms_info_state
{
	SMS_INFO_NONE,
	SMS_INFO_READ,
	SMS_INFO_BROKEN, /* it is no such document, it is too big, or it is there twice */
};

struct sms_body
{
	struct span rp; /* the RP message, whatever it is */
	enum sms_info_state info_state;
	const char *info_fault; /* SMS_INFO_BROKEN: what is wrong, static storage */
	struct short_message_info info; /* SMS_INFO_READ */
	struct span boundary;			/* of multipart/mixed; len 0: it is none */
};

/* Octets of buffer for a body whose parts are encoded; documents whose texts are longer are broken. */
#define SMS_BODY_ROOM 4096

/* Read a body. What is found are spans into it or into buffer. The document may also be labelled as mere XML. 0; -1: another type,
 * no RP message, more than one, or a transfer encoding that cannot be undone. */
int sms_body_read(struct sms_body *out, char *buffer, size_t cap,
		struct span content_type, struct span body);

#define SMS_BODY_TYPE_MAX 64

/* Write multipart/mixed of a document and an RP message; *len octets at out, and the value of Content-Type, NUL-terminated. 0, or
 * -1: it does not fit. */
int sms_body_build(char *out, size_t cap, size_t *len,
		char content_type[SMS_BODY_TYPE_MAX], struct span document,
		struct span rp);

#endif
