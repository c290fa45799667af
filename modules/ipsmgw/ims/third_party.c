/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Third-party REGISTER: see third_party.h.
 */
#include "third_party.h"

#include <stdio.h>

#include "header.h"
#include "identity.h"
#include "third_party_body.h"

/* The S-CSCF: Contact, else From. */
static void find_scscf(struct third_party *out, const struct third_party_in *in)
{
	struct identity_uri uri;
	struct span rest = in->contact;

	while(identity_next(&out->scscf, &rest) == 0) {
		identity_uri_parse(&uri, out->scscf);
		if(uri.scheme == URI_SIP || uri.scheme == URI_SIPS)
			return;
	}
	out->scscf = in->from;
	if(identity_uri_parse(&uri, in->from) < 0
			|| (uri.scheme != URI_SIP && uri.scheme != URI_SIPS)) {
		out->scscf = (struct span){"", 0};
		out->faults |= THIRD_PARTY_NO_SCSCF;
	}
}

/* The expires parameter of the first Contact. 0, or -1: there is none. */
static int contact_expires(uint64_t *expires, struct span contacts)
{
	struct span element, uri, params, name, value;

	if(header_element(&element, &contacts) < 0)
		return -1;
	header_name_addr(&uri, &params, element);
	while(header_param(&name, &value, &params, ';') == 0)
		if(span_is(name, SPAN("expires")))
			return header_number(expires, value, UINT32_MAX);
	return -1;
}

/* The longest that the 200 granted. 0, or -1: it says nothing. */
static int granted_expires(uint64_t *expires, const struct sip_part *response)
{
	int rc = -1;
	size_t i;

	*expires = 0;
	for(i = 0; i < response->contacts_len; i++) {
		uint32_t granted = response->contacts[i].expires;

		if(granted == SIP_NO_EXPIRES)
			continue;
		if(granted > *expires)
			*expires = granted;
		rc = 0;
	}
	return rc;
}

/* TS 24.229 5.4.1.7 has it in Expires; the rest is for S-CSCFs that have it elsewhere. */
static void find_expires(struct third_party *out,
		const struct third_party_in *in, const struct third_party_body *body)
{
	uint64_t expires;

	if(header_number(&expires, in->expires, UINT32_MAX) < 0) {
		if(in->expires.len > 0)
			out->faults |= THIRD_PARTY_BAD_EXPIRES;
		if(contact_expires(&expires, in->contact) < 0
				&& (!body->has_response
						|| granted_expires(&expires, &body->response) < 0)) {
			expires = THIRD_PARTY_DEFAULT_EXPIRES;
			out->faults |= THIRD_PARTY_NO_EXPIRES;
		}
	}
	out->expires = (uint32_t)expires;
}

static void add_impu(struct third_party *out, struct span impu)
{
	size_t i;

	for(i = 0; i < out->impus_len; i++)
		if(identity_same(out->impus[i], impu))
			return;
	if(out->impus_len == THIRD_PARTY_IMPUS)
		out->faults |= THIRD_PARTY_TOO_MUCH;
	else
		out->impus[out->impus_len++] = impu;
}

static void find_impus(
		struct third_party *out, const struct third_party_body *body)
{
	size_t i;

	add_impu(out, out->impu);
	for(i = 0; body->has_response && i < body->response.associated_len; i++)
		add_impu(out, body->response.associated[i]);
}

/* The MSISDN of an identity, if it is of that kind, unless there is one. */
static void take_msisdn(struct third_party *out, struct span identity, bool tel)
{
	struct identity_uri uri;

	if(!out->msisdn[0] && identity_uri_parse(&uri, identity) == 0
			&& (uri.scheme == URI_TEL) == tel)
		identity_msisdn(out->msisdn, &uri);
}

static void take_msisdn_of_list(
		struct third_party *out, struct span list, bool tel)
{
	struct span uri;

	while(identity_associated_next(&uri, &list) == 0)
		take_msisdn(out, uri, tel);
}

/* Is To among these? *any: there is an identity at all. */
static bool is_his_list(
		bool *any, const struct third_party *out, struct span list)
{
	struct span uri;

	while(identity_associated_next(&uri, &list) == 0) {
		*any = true;
		if(identity_same(uri, out->impu))
			return true;
	}
	return false;
}

/* P-Associated-URI of the request itself. One S-CSCF sends that of another user now and then: without To it is not his. */
static void take_outer_associated(
		struct third_party *out, const struct third_party_in *in)
{
	bool any = false, his = false;
	size_t i;

	for(i = 0; i < in->associated_len && !his; i++)
		his = is_his_list(&any, out, in->associated[i]);
	if(any && !his)
		out->faults |= THIRD_PARTY_OTHER_SET;
	for(i = 0; his && i < in->associated_len; i++)
		take_msisdn_of_list(out, in->associated[i], true);
	for(i = 0; his && i < in->associated_len; i++)
		take_msisdn_of_list(out, in->associated[i], false);
}

/* Service information, the implicit set, To; a tel URI before a SIP URI. */
static void find_msisdn(struct third_party *out,
		const struct third_party_in *in, const struct third_party_body *body)
{
	size_t i, n = body->has_response ? body->response.associated_len : 0;

	memcpy(out->msisdn, body->numbers.msisdn, sizeof(out->msisdn));
	for(i = 0; i < n; i++)
		take_msisdn(out, body->response.associated[i], true);
	for(i = 0; i < n; i++)
		take_msisdn(out, body->response.associated[i], false);
	take_outer_associated(out, in);
	take_msisdn(out, out->impu, true);
	take_msisdn(out, out->impu, false);
}

/* The IMSI that an identity is derived from, unless there is one. */
static void take_imsi(struct third_party *out, struct span identity)
{
	struct identity_uri uri;

	if(!out->imsi[0] && identity_uri_parse(&uri, identity) == 0
			&& (uri.scheme == URI_SIP || uri.scheme == URI_SIPS))
		identity_imsi(out->imsi, uri.user);
}

/* Service information, To, the private identity; without one the phone's REGISTER may be for the derived identity. */
static void find_imsi(
		struct third_party *out, const struct third_party_body *body)
{
	memcpy(out->imsi, body->numbers.imsi, sizeof(out->imsi));
	take_imsi(out, out->impu);
	if(!body->has_request)
		return;
	out->impi = body->request.impi;
	if(!out->imsi[0])
		identity_imsi(out->imsi,
				(struct span){out->impi.s, span_find(out->impi, '@')});
	take_imsi(out, body->request.to);
}

static bool same_text(struct span a, struct span b)
{
	return a.len == b.len && memcmp(a.s, b.s, a.len) == 0;
}

static void add_contact(
		struct third_party *out, const struct sip_contact *contact)
{
	if(out->contacts_len == THIRD_PARTY_CONTACTS)
		out->faults |= THIRD_PARTY_TOO_MUCH;
	else
		out->contacts[out->contacts_len++] = *contact;
}

/* A registrar need not repeat what the phone said of its contact. */
static void add_said_by_phone(
		struct sip_contact *contact, const struct sip_part *request)
{
	size_t i;

	for(i = 0; i < request->contacts_len; i++) {
		const struct sip_contact *said = &request->contacts[i];
		bool same = contact->instance.len > 0
							? span_is(contact->instance, said->instance)
							: same_text(contact->uri, said->uri);

		if(!same)
			continue;
		contact->smsip = contact->smsip || said->smsip;
		contact->msisdn_less = contact->msisdn_less || said->msisdn_less;
		if(contact->instance.len == 0)
			contact->instance = said->instance;
	}
}

static bool is_listed(const struct third_party *out, struct span uri)
{
	size_t i;

	for(i = 0; i < out->contacts_len; i++)
		if(same_text(out->contacts[i].uri, uri))
			return true;
	return false;
}

/* The bindings that a 200 lists. */
static void take_bound(
		struct third_party *out, const struct third_party_body *body)
{
	size_t i;

	if(!body->has_response || body->response.contacts_len == 0)
		return;
	out->contacts_complete = true;
	for(i = 0; i < body->response.contacts_len; i++) {
		struct sip_contact contact = body->response.contacts[i];

		if(contact.expires == SIP_NO_EXPIRES)
			contact.expires = out->expires;
		if(body->has_request)
			add_said_by_phone(&contact, &body->request);
		add_contact(out, &contact);
	}
}

/* What the phone asked for: all there is without a list of the bound; beside one only what is leaving. */
static void take_asked(
		struct third_party *out, const struct third_party_body *body)
{
	size_t i;

	if(!body->has_request)
		return;
	for(i = 0; i < body->request.contacts_len; i++) {
		struct sip_contact contact = body->request.contacts[i];
		bool leaving = contact.expires == 0;

		if(is_listed(out, contact.uri) || (out->contacts_complete && !leaving))
			continue;
		if(!leaving)
			contact.expires = out->expires;
		add_contact(out, &contact);
	}
	out->all_contacts_gone = body->request.all_contacts && out->expires == 0;
}

static void find_capability(
		struct third_party *out, const struct third_party_body *body)
{
	size_t i, staying = 0;

	for(i = 0; i < out->contacts_len; i++) {
		if(out->contacts[i].expires == 0)
			continue;
		staying++;
		if(out->contacts[i].smsip)
			out->smsip_contacts++;
	}
	/* a 200 alone need not repeat the tags, so that it has none says nothing */
	if(out->smsip_contacts > 0)
		out->capability = SMS_CAPABILITY_YES;
	else if(staying > 0 && body->has_request)
		out->capability = SMS_CAPABILITY_NO;
}

int third_party_parse(struct third_party *out, const struct third_party_in *in)
{
	struct third_party_body body = {.format = in->service_info_format,
			.text = out->text,
			.cap = sizeof(out->text)};
	struct identity_uri uri;

	memset(out, 0, offsetof(struct third_party, text));
	if(identity_uri_parse(&uri, in->to) < 0)
		return -1;
	out->impu = in->to;
	third_party_body_read(&body, in->content_type, in->body);
	out->faults = body.faults;
	find_scscf(out, in);
	find_expires(out, in, &body);
	find_impus(out, &body);
	find_msisdn(out, in, &body);
	find_imsi(out, &body);
	take_bound(out, &body);
	take_asked(out, &body);
	find_capability(out, &body);
	return 0;
}

void third_party_print_faults(char *out, size_t cap, unsigned faults)
{
	static const struct
	{
		unsigned fault;
		const char *name;
	} names[] = {
			{THIRD_PARTY_NO_SCSCF, "no S-CSCF"},
			{THIRD_PARTY_NO_EXPIRES, "no expiry"},
			{THIRD_PARTY_BAD_EXPIRES, "broken Expires"},
			{THIRD_PARTY_BAD_BODY, "broken body"},
			{THIRD_PARTY_UNKNOWN_BODY, "unknown body"},
			{THIRD_PARTY_WRONG_TYPE, "wrong Content-Type"},
			{THIRD_PARTY_REPAIRED_XML, "broken XML"},
			{THIRD_PARTY_NO_NUMBER, "service-info without number"},
			{THIRD_PARTY_OTHER_SET, "P-Associated-URI without To"},
			{THIRD_PARTY_TOO_MUCH, "too much"},
	};
	size_t i, n = 0;

	if(cap == 0)
		return;
	out[0] = '\0';
	for(i = 0; i < sizeof(names) / sizeof(names[0]) && n < cap; i++)
		if(faults & names[i].fault)
			n += (size_t)snprintf(
					out + n, cap - n, "%s%s", n ? ", " : "", names[i].name);
}
