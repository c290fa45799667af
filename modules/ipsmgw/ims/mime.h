/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Content-Type values and multipart bodies (RFC 2045, 2046), as far as SIP
 * carries them: find a part by its type. Parts may be binary. Plain C.
 */
#ifndef IPSMGW_IMS_MIME_H
#define IPSMGW_IMS_MIME_H

#include "span.h"

#define MIME_MAX_PARTS 16

/* type/subtype of a Content-Type value, without parameters and blanks. */
struct span mime_type(struct span content_type);

/* A parameter of a Content-Type value, quotes taken off; len 0: there is none. */
struct span mime_param(struct span content_type, struct span name);

struct mime_part
{
	struct span content_type; /* len 0: the part has no Content-Type */
	struct span body;
};

/* The next part of a multipart body with this boundary; *rest is the body at first and moves on. 0, or -1: no further
 * part. A last part without its closing delimiter is taken up to the end. Content-Transfer-Encoding is not looked at:
 * SIP bodies are binary. */
int mime_next_part(
		struct mime_part *out, struct span *rest, struct span boundary);

/* The first part of that type. 0, or -1: none among the first MIME_MAX_PARTS. */
int mime_find_part(struct mime_part *out, struct span body,
		struct span boundary, struct span type);

#endif
