/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The MESSAGE with RP-DATA: see mt_send.h.
 */
#include "mt_send.h"

#include <stdio.h>

#include "core/rand/kam_rand.h"
#include "../codec/rp.h"
#include "log.h"
#include "scscf.h"
#include "settings.h"

#define HEADERS_MAX 2048
#define URI_MAX 512

/* RFC 3261 Timer F; the report has a time of its own. */
#define TRANSACTION_MS 32000

static int part_body(uint8_t *out, size_t cap, size_t *len,
		const struct delivery *d, const struct delivery_part *part)
{
	struct rp_msg rp;

	memset(&rp, 0, sizeof(rp));
	rp.mo = false;
	rp.type = RP_DATA;
	rp.mr = part->rp_mr;
	rp.has_ud = true;
	rp.ud = part->tpdu;
	rp.ud_len = part->tpdu_len;
	if(sms_address_set(
			   &rp.oa, TON_INTERNATIONAL, NPI_ISDN, d->rp_oa.s, d->rp_oa.len)
			< 0)
		return -1;
	return rp_encode(out, cap, len, &rp);
}

static int part_headers(char out[HEADERS_MAX], str scscf)
{
	const str *disposition = &settings.mt_disposition;
	const str *contact = &settings.mt_accept_contact;
	int route = scscf_route_header(out, HEADERS_MAX, scscf), n;

	if(route < 0)
		return -1;
	n = snprintf(out + route, (size_t)(HEADERS_MAX - route),
			"P-Asserted-Identity: <%.*s>\r\n"
			"%s%.*s%s"
			"%s%.*s%s"
			"Content-Type: application/vnd.3gpp.sms\r\n",
			settings.gateway_uri.len, settings.gateway_uri.s,
			disposition->len ? "Request-Disposition: " : "", disposition->len,
			disposition->s, disposition->len ? "\r\n" : "",
			contact->len ? "Accept-Contact: " : "", contact->len, contact->s,
			contact->len ? "\r\n" : "");
	return n < 0 || n >= HEADERS_MAX - route ? -1 : route + n;
}

int mt_send_part(struct delivery *d, const struct delivery_part *part,
		bool by_tcp, send_done_f done, uint64_t param)
{
	uint8_t body[RP_MAX_OCTETS];
	char headers[HEADERS_MAX], tcp[URI_MAX], tag[17];
	struct send_dialog dialog;
	struct send_ref ref;
	struct outgoing out;
	size_t body_len;
	int n;

	memset(&out, 0, sizeof(out));
	memset(&dialog, 0, sizeof(dialog));
	out.next_hop = str_of(delivery_scscf(d));
	if(part_body(body, sizeof(body), &body_len, d, part) < 0
			|| (n = part_headers(headers, out.next_hop)) < 0) {
		LM_ERR("cannot make the MESSAGE of a delivery\n");
		return -1;
	}
	out.headers = (str){headers, n};
	if(by_tcp && (n = scscf_by_tcp(tcp, sizeof(tcp), out.next_hop)) > 0)
		out.next_hop = (str){tcp, n};
	out.ruri = str_of(delivery_impu(d));
	out.from = settings.gateway_uri;
	out.body = (str){(char *)body, (int)body_len};
	out.timeout_ms = TRANSACTION_MS;
	snprintf(tag, sizeof(tag), "%08x%08x", (unsigned)kam_rand(),
			(unsigned)kam_rand());
	dialog.call_id = (str){(char *)part->call_id, (int)part->call_id_len};
	dialog.local_tag = (str){tag, 16};
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

void mt_send_quiet(struct delivery_request request)
{
	send_quiet((struct send_ref){request.hash, request.label, request.set});
}
