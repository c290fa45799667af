/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What the body of a third-party REGISTER holds, whatever form it has: one part or several, labelled right, wrong or not
 * at all. Only for third_party.c.
 */
#ifndef IPSMGW_IMS_THIRD_PARTY_BODY_H
#define IPSMGW_IMS_THIRD_PARTY_BODY_H

#include "third_party.h"

struct third_party_body
{
	bool has_request, has_response;
	struct sip_part request;		   /* the phone's REGISTER */
	struct sip_part response;		   /* the 2xx to it */
	struct subscriber_numbers numbers; /* of the service information */
	unsigned faults;				   /* enum third_party_fault */
	enum service_info_format format;   /* how to read it */
	char *text; /* the caller's: decoded parts stay here, spans lie in it */
	size_t cap, len;
};

/* Read the body; format, text, cap and len are set by the caller. What cannot be read is passed over and marked. */
void third_party_body_read(struct third_party_body *out,
		struct span content_type, struct span body);

#endif
