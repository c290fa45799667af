/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * application/vnd.3gpp.sms+xml (TS 24.341 C.1): who sends to whom in SMS without MSISDN, and how it ended. Plain C with
 * libxml2 for reading.
 */
#ifndef IPSMGW_IMS_SHORT_MESSAGE_INFO_H
#define IPSMGW_IMS_SHORT_MESSAGE_INFO_H

#include "span.h"
#include "xmldoc.h"

#define SHORT_MESSAGE_INFO_TYPE "application/vnd.3gpp.sms+xml"

enum delivery_outcome
{
	OUTCOME_NONE, /* there is no Delivery-Outcome */
	OUTCOME_SUCCESS,
	OUTCOME_ABSENT_SUBSCRIBER,
	OUTCOME_OTHER_FAILURE, /* of the closed list only two values are known here */
};

struct short_message_info
{
	struct span to, from;				  /* URIs; len 0: not said */
	bool has_correlation;				  /* there is a Correlation-ID */
	struct span sender, receiver, hlr_id; /* what it has */
	struct span outcome;			/* Delivery-Outcome, as it stands there */
	enum delivery_outcome delivery; /* what that means */
};

/* Read a document, any namespace. Its texts go to text; twice the document's octets suffice. XMLDOC_OK; XMLDOC_UNKNOWN:
 * another root, none of these elements, one of them twice, or an address that is no URI; XMLDOC_TOO_BIG: also when cap
 * is too small. */
enum xmldoc_error short_message_info_parse(struct short_message_info *out,
		char *text, size_t cap, struct span document);

/* Write a document; *len octets at out. The outcome is written from the text, not from delivery. 0, or -1: it does not
 * fit, cannot stand in XML, or there is nothing to write. */
int short_message_info_build(char *out, size_t cap, size_t *len,
		const struct short_message_info *in);

#endif
