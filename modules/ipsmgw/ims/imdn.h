/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * message/imdn+xml (RFC 5438): what has become of a message. Plain C with libxml2 for reading.
 */
#ifndef IPSMGW_IMS_IMDN_H
#define IPSMGW_IMS_IMDN_H

#include <stdint.h>

#include "span.h"
#include "xmldoc.h"

enum imdn_notification
{
	IMDN_DELIVERY,
	IMDN_PROCESSING,
	IMDN_DISPLAY,
};

enum imdn_status
{
	IMDN_DELIVERED,
	IMDN_FAILED,
	IMDN_FORBIDDEN,
	IMDN_ERROR,
	IMDN_PROCESSED,
	IMDN_STORED,
	IMDN_DISPLAYED,
	IMDN_OTHER, /* one that RFC 5438 does not know */
};

struct imdn
{
	enum imdn_notification notification;
	enum imdn_status status;
	struct span message_id; /* of the message that it tells of */
	struct span datetime;	/* of that message */
	struct span recipient, original_recipient; /* URIs; len 0: not said */
};

/* Read a document, any namespace. Its texts go to text; twice the document's octets suffice. XMLDOC_OK; XMLDOC_UNKNOWN:
 * no imdn, or one without a message-id or notification; XMLDOC_TOO_BIG: also when cap is too small. */
enum xmldoc_error imdn_parse(
		struct imdn *out, char *text, size_t cap, struct span document);

/* Write a document; *len octets at out. Both recipients or none are written. 0, or -1: it does not fit, it has no
 * message_id, or the status cannot be that of such a notification. */
int imdn_build(char *out, size_t cap, size_t *len, const struct imdn *in);

/* The TP-ST (TS 23.040) that says the same; -1: the status is no end of a delivery. */
int imdn_tp_status(const struct imdn *in);

/* The name of the status, as its element is called; "other". */
const char *imdn_status_name(enum imdn_status status);

#endif
