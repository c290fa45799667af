/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * message/cpim (RFC 3862), as far as texts and notifications between hubs use it, with the header fields of IMDN (RFC
 * 5438). Plain C; what is read are spans into what was given.
 */
#ifndef IPSMGW_IMS_CPIM_H
#define IPSMGW_IMS_CPIM_H

#include "mime.h"
#include "span.h"

/* imdn.Disposition-Notification: what the sender wants to be told. */
enum cpim_disposition
{
	CPIM_POSITIVE_DELIVERY = 1,
	CPIM_NEGATIVE_DELIVERY = 2,
	CPIM_PROCESSING = 4,
	CPIM_DISPLAY = 8,
};

struct cpim
{
	struct span from, to;	/* URIs, without name and brackets */
	struct span datetime;	/* as it stands there, RFC 3339 */
	struct span message_id; /* imdn.Message-ID */
	unsigned disposition;	/* bits of enum cpim_disposition */
	struct mime_part content;
};

/* Read one. A header that is missing has len 0; names have any case, IMDN's have the prefix that NS gives them. 0, or -1:
 * the empty line behind the headers is missing, and so is the content. */
int cpim_parse(struct cpim *out, struct span body);

/* Write one; *len octets at out. Headers of len 0 are left out, a content of message/imdn+xml gets its
 * Content-Disposition. The content is written as it is. 0, or -1: it does not fit, or a value would not stay on its
 * line. */
int cpim_build(char *out, size_t cap, size_t *len, const struct cpim *in);

#endif
