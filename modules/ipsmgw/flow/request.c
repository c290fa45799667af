/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Pieces of a SIP message: see request.h.
 */
#include "request.h"

#include "core/parser/parse_content.h"

struct span request_header(const struct sip_msg *msg, hdr_types_t type)
{
	const struct hdr_field *h;

	for(h = msg->headers; h; h = h->next)
		if(h->type == type)
			return span_of(h->body);
	return (struct span){"", 0};
}

struct span request_body(struct sip_msg *msg)
{
	struct span body = {"", 0};
	char *s = get_body(msg);

	if(!s)
		return body;
	body.s = s;
	body.len = (size_t)(msg->buf + msg->len - s);
	if(msg->content_length) {
		size_t length = (size_t)get_content_length(msg);
		if(length < body.len)
			body.len = length;
	}
	return body;
}
