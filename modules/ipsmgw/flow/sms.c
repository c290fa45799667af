/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Reading a request: see sms.h.
 */
#include "sms.h"

#include "../registry/registry.h"
#include "request.h"
#include "settings.h"

static int find_body(struct sms *out, struct sip_msg *msg)
{
	out->whole = out->body = request_body(msg);
	if(sms_body_read(&out->mime, out->room, sizeof(out->room),
			   request_header(msg, HDR_CONTENTTYPE_T), out->whole)
			< 0)
		return -1;
	out->body = out->mime.rp;
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
	out->msisdn_less = registration_msisdn_less(&reg);
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

int sms_set_dest_uri(struct sms *sms, struct span uri)
{
	sms->dest.kind = NUMBER_NONE;
	sms->dest.digits[0] = '\0';
	sms->dest_uri_len = 0;
	if(!hub_form_takes(uri))
		return -1;
	memmove(sms->dest_uri, uri.s, uri.len); /* it may be this one */
	sms->dest_uri_len = uri.len;
	return 0;
}

bool sms_has_dest(const struct sms *sms)
{
	return sms->dest.kind != NUMBER_NONE || sms->dest_uri_len > 0;
}

struct span sms_dest(const struct sms *sms)
{
	return sms->dest_uri_len > 0
				   ? (struct span){sms->dest_uri, sms->dest_uri_len}
				   : (struct span){sms->dest.digits, strlen(sms->dest.digits)};
}

/* TP-DA, by the dial plan; where it has no number, the document beside it counts. */
static enum sms_state find_destination(struct sms *out)
{
	number_from_dialled(&out->dest, &settings.dial_plan, out->tp.addr.ton,
			(struct span){out->tp.addr.value, out->tp.addr.value_len});
	if(out->dest.kind != NUMBER_NONE)
		return SMS_OK;
	if(out->mime.info_state == SMS_INFO_BROKEN) {
		sms_refuse(&out->err, RP_CAUSE_INVALID_MANDATORY_INFORMATION, 0, 0,
				SHORT_MESSAGE_INFO_TYPE, out->mime.info_fault);
		return SMS_INFO_BAD;
	}
	if(out->mime.info_state == SMS_INFO_READ)
		sms_set_dest_uri(out, out->mime.info.to);
	return SMS_OK;
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
	return find_destination(out);
}

enum sms_state sms_read(struct sms *out, struct sip_msg *msg)
{
	out->has_tp = false;
	out->rp.has_mr = false;
	out->text_tried = false;
	out->dest.kind = NUMBER_NONE;
	out->dest.digits[0] = '\0';
	out->dest_uri_len = 0;
	memset(&out->err, 0, sizeof(out->err));
	memset(&out->mime, 0, sizeof(out->mime));
	out->whole = out->body = (struct span){"", 0};
	out->sender = (struct span){"", 0};
	out->msisdn[0] = '\0';
	out->from_gateway = out->registered = out->msisdn_less = false;
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
	if(out->mime.info_state != SMS_INFO_NONE)
		out->msisdn_less = true;
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
