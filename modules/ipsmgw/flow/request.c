/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Pieces of a SIP message: see request.h.
 */
#include "request.h"

#include <stdio.h>

#include "core/crypto/md5.h"
#include "core/parser/parse_content.h"
#include "core/parser/parse_cseq.h"
#include "core/parser/parse_via.h"

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

/* RFC 3261 17.2.3 goes by Via branch and sent-by; with Call-ID and CSeq the key holds
 * against a peer that repeats its branches, too. */
int request_transaction(uint64_t *out, struct sip_msg *msg)
{
	const struct via_body *via;
	uint8_t digest[16];
	MD5_CTX md5;

	if(parse_headers(msg, HDR_CALLID_F | HDR_CSEQ_F | HDR_VIA_F, 0) < 0
			|| !msg->callid || !msg->cseq || !msg->via1)
		return -1;
	via = msg->via1;
	MD5Init(&md5);
	MD5Update(&md5, msg->callid->body.s, msg->callid->body.len);
	MD5Update(&md5, get_cseq(msg)->number.s, get_cseq(msg)->number.len);
	MD5Update(&md5, via->host.s, via->host.len);
	if(via->branch)
		MD5Update(&md5, via->branch->value.s, via->branch->value.len);
	U_MD5Final(digest, &md5);
	memcpy(out, digest, sizeof(*out));
	return 0;
}

int request_source(char *out, size_t cap, const struct receive_info *rcv,
		const char *params)
{
	const char *transport = rcv->proto == PROTO_TCP	  ? ";transport=tcp"
							: rcv->proto == PROTO_TLS ? ";transport=tls"
													  : "";
	const char *ip = ip_addr2a((struct ip_addr *)&rcv->src_ip);
	bool v6 = rcv->src_ip.af == AF_INET6;
	int n = snprintf(out, cap, "sip:%s%s%s:%u%s%s", v6 ? "[" : "", ip,
			v6 ? "]" : "", rcv->src_port, params, transport);

	return n < 0 || (size_t)n >= cap ? -1 : n;
}
