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

/* Content-Transfer-Encoding, RFC 2045 6. */
enum mime_encoding
{
	MIME_AS_IS, /* binary, 8bit, 7bit, or not stated */
	MIME_BASE64,
	MIME_QUOTED_PRINTABLE,
	MIME_OTHER,
};

struct mime_part
{
	struct span content_type; /* len 0: the part has no Content-Type */
	enum mime_encoding encoding;
	struct span body; /* as it came, the encoding not undone */
};

/* Split a part, header lines and all, into what it says of itself and its body. */
void mime_read_part(struct mime_part *out, struct span part);

/* The next part of a multipart body with this boundary; *rest is the body at first and moves on. 0, or -1: no further
 * part. A last part without its closing delimiter is taken up to the end. */
int mime_next_part(
		struct mime_part *out, struct span *rest, struct span boundary);

/* The first part of that type. 0, or -1: none among the first MIME_MAX_PARTS. */
int mime_find_part(struct mime_part *out, struct span body,
		struct span boundary, struct span type);

/* Undo a transfer encoding; *len octets at out, never more than came in. Line breaks and blanks of base64 are passed
 * over, its padding may be missing. 0, or -1: it is not in that encoding, does not fit, or the encoding is unknown. */
int mime_decode(char *out, size_t cap, size_t *len, struct span body,
		enum mime_encoding encoding);

#endif
