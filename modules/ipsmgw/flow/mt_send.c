/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The MESSAGE with RP-DATA: see mt_send.h.
 */
#include "mt_send.h"

#include <stdio.h>

#include "counters.h"
#include "log.h"
#include "mt_body.h"
#include "scscf.h"
#include "settings.h"
#include "token.h"

#define HEADERS_MAX 2048
#define URI_MAX 512

/* RFC 3261 Timer F; the report has a time of its own. */
#define TRANSACTION_MS 32000

static int part_headers(char out[HEADERS_MAX], str scscf,
		const struct mt_body *body, bool has_caps)
{
	const str *disposition = &settings.mt_disposition;
	const str *contact = &settings.mt_accept_contact;
	int route = scscf_route_header(out, HEADERS_MAX, scscf), n;

	if(route < 0)
		return -1;
	n = snprintf(out + route, (size_t)(HEADERS_MAX - route),
			"P-Asserted-Identity: <%.*s>\r\n"
			"%s%.*s%s"
			"%s%.*s%s%s"
			"Content-Type: %s\r\n",
			settings.gateway_uri.len, settings.gateway_uri.s,
			disposition->len ? "Request-Disposition: " : "", disposition->len,
			disposition->s, disposition->len ? "\r\n" : "",
			contact->len ? "Accept-Contact: " : "", contact->len, contact->s,
			contact->len ? "\r\n" : "", has_caps ? SMS_FEATURE_CAPS : "",
			body->content_type);
	return n < 0 || n >= HEADERS_MAX - route ? -1 : route + n;
}

static int send_body(struct delivery *d, const struct delivery_part *part,
		const struct mt_body *body, send_done_f done, uint64_t param)
{
	const struct mt_context *c = mt_context_of(d);
	bool has_caps = settings.mt_msisdn_less != MSISDN_LESS_NEVER
					&& (c->declared || body->has_document);
	char headers[HEADERS_MAX], tcp[URI_MAX], tag[TOKEN_MAX];
	struct send_dialog dialog;
	struct send_ref ref;
	struct outgoing out;
	int n;

	memset(&out, 0, sizeof(out));
	memset(&dialog, 0, sizeof(dialog));
	out.next_hop = str_of(delivery_scscf(d));
	n = part_headers(headers, out.next_hop, body, has_caps);
	if(n < 0) {
		LM_ERR("cannot make the headers of a delivery\n");
		return -1;
	}
	out.headers = (str){headers, n};
	if(c->by_tcp && (n = scscf_by_tcp(tcp, sizeof(tcp), out.next_hop)) > 0)
		out.next_hop = (str){tcp, n};
	out.ruri = str_of(delivery_impu(d));
	out.from = settings.gateway_uri;
	out.body = body->octets;
	out.timeout_ms = TRANSACTION_MS;
	dialog.call_id = (str){(char *)part->call_id, (int)part->call_id_len};
	dialog.local_tag = token_make(tag);
	dialog.remote_uri = out.ruri;
	dialog.number = 1;
	out.dialog = &dialog;
	if(send_request(&ref, &out, done, param) < 0)
		return -1;
	if(!delivery_part_sent(d, part->attempt,
			   (struct delivery_request){ref.hash, ref.label, true}))
		send_quiet(ref);
	return 0;
}

int mt_send_part(struct delivery *d, const struct delivery_part *part,
		send_done_f done, uint64_t param)
{
	struct mt_body body;
	int rc;

	if(mt_body_make(&body, d, part) < 0) {
		LM_ERR("cannot make the body of a delivery\n");
		return -1;
	}
	if(body.has_document)
		count(CNT_MT_PARTS_MSISDN_LESS);
	rc = send_body(d, part, &body, done, param);
	mt_body_free(&body);
	return rc;
}

void mt_send_quiet(struct delivery_request request)
{
	send_quiet((struct send_ref){request.hash, request.label, request.set});
}
