/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The body of the MESSAGE with one part: RP-DATA, alone or beside the document that names a sender without an MSISDN (TS 24.341
 * 5.3.3.5). For flow/mt_send.c.
 */
#ifndef IPSMGW_FLOW_MT_BODY_H
#define IPSMGW_FLOW_MT_BODY_H

#include "../codec/rp.h"
#include "../ims/sms_body.h"
#include "mt_context.h"

struct mt_body
{
	str octets; /* in this struct or in memory */
	char content_type[SMS_BODY_TYPE_MAX];
	bool has_document;
	uint8_t rp[RP_MAX_OCTETS];
	char *memory;
};

/* Make it for the UE that the delivery goes to now. 0, and mt_body_free() is due; or -1. */
int mt_body_make(struct mt_body *out, struct delivery *d,
		const struct delivery_part *part);

void mt_body_free(struct mt_body *body);

#endif
