/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Reading a request: see sms.h.
 */
#include "sms.h"

#include "../ims/mime.h"
#include "../registry/registry.h"
#include "request.h"
#include "settings.h"

static const struct span type_sms = {"application/vnd.3gpp.sms", 24};
static const struct span type_multipart = {"multipart/mixed", 15};

static int find_body(struct sms *out, struct sip_msg *msg)
{
	struct span content_type, type;
	struct mime_part part;
	size_t len;

	out->body = request_body(msg);
	if(!msg->content_type)
		return -1;
	content_type = span_of(msg->content_type->body);
	type = mime_type(content_type);
	if(span_is(type, type_sms))
		return 0;
	if(!span_is(type, type_multipart))
		return -1;
	if(mime_find_part(&part, out->body,
			   mime_param(content_type, SPAN("boundary")), type_sms)
			< 0)
		return -1;
	out->body = part.body;
	if(part.encoding == MIME_AS_IS)
		return 0;
	if(mime_decode(out->decoded, sizeof(out->decoded), &len, part.body,
			   part.encoding)
			< 0)
		return -1;
	out->body = (struct span){out->decoded, len};
	return 0;
}

/* What the registry knows of the sender. */
static void find_registration(struct sms *out)
{
	struct registration reg;

	out->registered =
			out->sender.len > 0
			&& registry_get(&reg, out->sender, time(NULL)) == REGISTRY_OK;
	if(!out->registered)
		return;
	out->scscf_len = reg.scscf.len;
	memcpy(out->scscf, reg.scscf.s, reg.scscf.len);
	if(out->msisdn[0] == '\0' && reg.msisdn.len > 0) {
		memcpy(out->msisdn, reg.msisdn.s, reg.msisdn.len);
		out->msisdn[reg.msisdn.len] = '\0';
	}
}

/* All identities of all P-Asserted-Identity headers: the SIP URI names the sender,
 * a tel URI (else "+digits" in the SIP one) gives his number. */
static void find_sender(struct sms *out, struct sip_msg *msg)
{
	bool number_from_tel = false;
	struct hdr_field *h;

	out->sender = (struct span){"", 0};
	out->msisdn[0] = '\0';
	for(h = msg->headers; h; h = h->next) {
		struct span uri, rest;
		struct identity_uri id;
		char digits[MSISDN_MAX_DIGITS + 1];

		if(h->type != HDR_PAI_T)
			continue;
		rest = span_of(h->body);
		while(identity_next(&uri, &rest) == 0) {
			bool sip;

			identity_uri_parse(&id, uri);
			if(id.scheme == URI_OTHER) /* no report could be sent there */
				continue;
			sip = id.scheme == URI_SIP || id.scheme == URI_SIPS;
			if(out->sender.len == 0
					|| (sip && span_starts(out->sender, SPAN("tel:"))))
				out->sender = uri;
			if(!number_from_tel && identity_msisdn(digits, &id) == 0
					&& (out->msisdn[0] == '\0' || id.scheme == URI_TEL)) {
				memcpy(out->msisdn, digits, sizeof(digits));
				number_from_tel = id.scheme == URI_TEL;
			}
		}
	}
	out->from_gateway =
			out->sender.len > 0
			&& identity_same(out->sender, span_of(settings.gateway_uri));
	find_registration(out);
}

static enum sms_state decode_body(struct sms *out)
{
	const uint8_t *octets = (const uint8_t *)out->body.s;

	if(rp_decode(&out->rp, &out->err, true, octets, out->body.len) < 0)
		return out->rp.has_mr ? SMS_RP_BAD : SMS_EMPTY;
	if(out->rp.type != RP_DATA)
		return SMS_OK;
	if(tp_decode(&out->tp, &out->err, true, TP_IN_RP_DATA, out->rp.ud,
			   out->rp.ud_len)
			< 0)
		return SMS_TP_BAD;
	out->has_tp = true;
	number_from_dialled(&out->dest, &settings.dial_plan, out->tp.addr.ton,
			(struct span){out->tp.addr.value, out->tp.addr.value_len});
	return SMS_OK;
}

enum sms_state sms_read(struct sms *out, struct sip_msg *msg)
{
	out->has_tp = false;
	out->rp.has_mr = false;
	out->text_tried = false;
	out->dest.kind = NUMBER_NONE;
	out->dest.digits[0] = '\0';
	memset(&out->err, 0, sizeof(out->err));
	out->body = (struct span){"", 0};
	out->sender = (struct span){"", 0};
	out->msisdn[0] = '\0';
	out->from_gateway = out->registered = false;
	out->scscf_len = 0;
	if(parse_headers(msg, HDR_EOH_F, 0) < 0) {
		out->state = SMS_NOT_SMS;
		return out->state;
	}
	find_sender(out, msg);
	if(find_body(out, msg) < 0)
		out->state = SMS_NOT_SMS;
	else
		out->state = decode_body(out);
	return out->state;
}

bool sms_text(struct sms *sms)
{
	if(sms->text_tried)
		return sms->is_text;
	sms->text_tried = true;
	sms->text_len = 0;
	sms->is_text =
			sms->has_tp && sms->tp.type == TP_SUBMIT
			&& sms_text_decode(sms->text, &sms->text_len, sms->tp.dcs,
					   &sms->tp.udh, sms->tp.ud, sms->tp.ud_len, sms->tp.udl)
					   == 0;
	return sms->is_text;
}
