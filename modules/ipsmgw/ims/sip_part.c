/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Embedded message/sip: see sip_part.h.
 */
#include "sip_part.h"

#include "header.h"
#include "identity.h"

#define SIP_VERSION SPAN("SIP/2.0")

static struct span between(struct span value, char open, char close)
{
	if(value.len >= 2 && value.s[0] == open && value.s[value.len - 1] == close)
		return span_trim((struct span){value.s + 1, value.len - 2});
	return value;
}

struct span sip_unquote(struct span value)
{
	return between(between(span_trim(value), '"', '"'), '<', '>');
}

void sip_feature_tag(
		bool *smsip, bool *msisdn_less, struct span name, struct span value)
{
	/* the last one is a misspelling that phones send */
	static const struct span smsip_tag = {"+g.3gpp.smsip", 13};
	static const struct span less_tags[] = {{"+g.3gpp.smsip-msisdn-less", 25},
			{"+g.3gpp.smsip-msisdnless", 24}};

	name = sip_unquote(name);
	if(span_is(sip_unquote(value), SPAN("FALSE")))
		return;
	if(span_is(name, less_tags[0]) || span_is(name, less_tags[1]))
		*msisdn_less = *smsip = true;
	else if(span_is(name, smsip_tag))
		*smsip = true;
}

/* delta-seconds; what is none counts as not stated. */
static uint32_t expires_of(struct span value)
{
	uint64_t n;

	if(header_number(&n, value, SIP_NO_EXPIRES - 1) < 0)
		return SIP_NO_EXPIRES;
	return (uint32_t)n;
}

static void read_contact_params(struct sip_contact *contact, struct span params)
{
	struct span name, value;

	while(header_param(&name, &value, &params, ';') == 0) {
		if(span_is(name, SPAN("expires")))
			contact->expires = expires_of(value);
		else if(span_is(name, SPAN("+sip.instance")))
			contact->instance = sip_unquote(value);
		else
			sip_feature_tag(
					&contact->smsip, &contact->msisdn_less, name, value);
	}
}

static void take_contact(struct sip_part *out, struct span value)
{
	struct span element, uri, params;

	while(header_element(&element, &value) == 0) {
		struct sip_contact *contact = &out->contacts[out->contacts_len];

		if(span_is(element, SPAN("*"))) {
			out->all_contacts = true;
			continue;
		}
		header_name_addr(&uri, &params, element);
		if(uri.len == 0 || !identity_printable(uri))
			continue;
		if(out->contacts_len == SIP_PART_CONTACTS) {
			out->dropped++;
			continue;
		}
		*contact = (struct sip_contact){.uri = uri, .expires = SIP_NO_EXPIRES};
		read_contact_params(contact, params);
		out->contacts_len++;
	}
}

static void take_expires(struct sip_part *out, struct span value)
{
	out->expires = expires_of(value);
}

static void take_to(struct sip_part *out, struct span value)
{
	if(identity_next(&out->to, &value) < 0)
		out->to.len = 0;
}

static void take_from(struct sip_part *out, struct span value)
{
	if(identity_next(&out->from, &value) < 0)
		out->from.len = 0;
}

/* "Digest username="...", realm=..." (RFC 3261 20.7); of several the first counts. */
static void take_authorization(struct sip_part *out, struct span value)
{
	struct span name, text;
	size_t scheme = 0;

	while(scheme < value.len && !memchr(" \t\r\n", value.s[scheme], 4))
		scheme++;
	value = span_skip(value, scheme);
	while(out->impi.len == 0 && header_param(&name, &text, &value, ',') == 0)
		if(span_is(name, SPAN("username")) && identity_printable(text))
			out->impi = text;
}

static void take_associated(struct sip_part *out, struct span value)
{
	struct span uri;

	while(identity_associated_next(&uri, &value) == 0)
		if(out->associated_len < SIP_PART_ASSOCIATED)
			out->associated[out->associated_len++] = uri;
		else
			out->dropped++;
}

static const struct
{
	struct span name;
	struct span compact; /* RFC 3261 7.3.3 */
	void (*take)(struct sip_part *out, struct span value);
} headers[] = {
		{{"Contact", 7}, {"m", 1}, take_contact},
		{{"Expires", 7}, {"", 0}, take_expires},
		{{"To", 2}, {"t", 1}, take_to},
		{{"From", 4}, {"f", 1}, take_from},
		{{"Authorization", 13}, {"", 0}, take_authorization},
		{{"P-Associated-URI", 16}, {"", 0}, take_associated},
};

static void take_header(
		struct sip_part *out, struct span name, struct span value)
{
	size_t i;

	for(i = 0; name.len > 0 && i < sizeof(headers) / sizeof(headers[0]); i++)
		if(span_is(name, headers[i].name)
				|| span_is(name, headers[i].compact)) {
			headers[i].take(out, value);
			return;
		}
}

/* "SIP/2.0 200 OK" */
static int parse_status_line(struct sip_part *out, struct span line)
{
	struct span code = span_trim(span_skip(line, SIP_VERSION.len));
	uint64_t status;

	code.len = span_find(code, ' ');
	if(code.len != 3 || header_number(&status, code, 999) < 0 || status < 100
			|| status > 699)
		return -1;
	out->status = (int)status;
	return 0;
}

/* "REGISTER sip:ims.test SIP/2.0" */
static int parse_request_line(struct sip_part *out, struct span line)
{
	size_t n = span_find(line, ' ');
	struct span version;

	if(n == 0 || line.len < n + 2 + SIP_VERSION.len)
		return -1;
	version = span_skip(line, line.len - SIP_VERSION.len);
	if(!span_is(version, SIP_VERSION) || version.s[-1] != ' '
			|| !identity_printable((struct span){line.s, n}))
		return -1;
	out->is_request = true;
	out->method = (struct span){line.s, n};
	return 0;
}

static int parse_start_line(struct sip_part *out, struct span line)
{
	struct span version = SPAN("SIP/2.0 ");

	return span_starts(line, version) ? parse_status_line(out, line)
									  : parse_request_line(out, line);
}

int sip_part_parse(struct sip_part *out, struct span message)
{
	struct span name, value, line;
	size_t i;

	memset(out, 0, sizeof(*out));
	out->expires = SIP_NO_EXPIRES;
	message = span_trim(message);
	line = (struct span){message.s, span_find(message, '\n')};
	if(parse_start_line(out, span_trim(line)) < 0)
		return -1;
	message = span_skip(message, line.len + 1);
	while(header_next(&name, &value, &message) == 0)
		take_header(out, name, value);
	for(i = 0; i < out->contacts_len; i++)
		if(out->contacts[i].expires == SIP_NO_EXPIRES)
			out->contacts[i].expires = out->expires;
	return 0;
}
