/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Identities for the HSS: see hss_who.h.
 */
#include "hss_who.h"

#include <ctype.h>
#include <stdio.h>

#include "registration.h"

static struct span text_of(const char *s)
{
	return (struct span){s, strlen(s)};
}

static void set_tel(struct hss_subject *out)
{
	snprintf(out->impu, sizeof(out->impu), "tel:+%s", out->msisdn);
	out->who.impu = text_of(out->impu);
	out->who.msisdn = text_of(out->msisdn);
}

/* As an HSS has it: no parameters, the host in lower case (TS 23.003 13.4, RFC 3261 10.3). */
static int set_sip(struct hss_subject *out, const struct identity_uri *uri)
{
	int n = snprintf(out->impu, sizeof(out->impu), "%s:%.*s@%.*s%s%.*s",
			uri->scheme == URI_SIPS ? "sips" : "sip", (int)uri->user.len,
			uri->user.s, (int)uri->host.len, uri->host.s,
			uri->port.len > 0 ? ":" : "", (int)uri->port.len,
			uri->port.len > 0 ? uri->port.s : "");
	char *host;

	if(n < 0 || n >= (int)sizeof(out->impu) || uri->user.len == 0)
		return -1;
	for(host = strrchr(out->impu, '@'); *host; host++)
		*host = (char)tolower((unsigned char)*host);
	out->who.impu = text_of(out->impu);
	return 0;
}

static int read_uri(struct hss_subject *out, struct span id)
{
	struct identity_uri uri;

	if(identity_uri_parse(&uri, id) < 0 || uri.scheme == URI_OTHER)
		return -1;
	identity_msisdn(out->msisdn, &uri);
	if(uri.scheme == URI_TEL) {
		if(out->msisdn[0] == '\0')
			return -1;
		set_tel(out);
		return 0;
	}
	identity_imsi(out->imsi, uri.user);
	out->who.msisdn = text_of(out->msisdn);
	out->who.imsi = text_of(out->imsi);
	return set_sip(out, &uri);
}

/* The IMSI in it is what S6c can be asked by (TS 23.003 13.3). */
static int read_impi(struct hss_subject *out, struct span id)
{
	identity_imsi(out->imsi, (struct span){id.s, span_find(id, '@')});
	out->who.imsi = text_of(out->imsi);
	out->who.impi = id;
	return 0;
}

static int read_digits(struct hss_subject *out, struct span id)
{
	struct identity_uri uri = {.scheme = URI_TEL, .whole = id, .user = id};
	char digits[MSISDN_MAX_DIGITS + 1];
	bool plus;

	if(identity_digits(digits, &plus, &uri) <= 0)
		return -1;
	if(!plus && strlen(digits) >= IMSI_MIN_DIGITS) {
		memcpy(out->imsi, digits, sizeof(out->imsi));
		out->who.imsi = text_of(out->imsi);
		return 0;
	}
	memcpy(out->msisdn, digits, sizeof(out->msisdn));
	set_tel(out);
	return 0;
}

int hss_subject_of(struct hss_subject *out, struct span id)
{
	const struct registration *reg = &out->registration;

	id = span_trim(id);
	memset(&out->who, 0, sizeof(out->who));
	out->msisdn[0] = out->imsi[0] = '\0';
	if(registration_find(&out->registration, id) == 0) {
		out->who = (struct hss_who){
				reg->impu[0], reg->msisdn, reg->imsi, reg->impi};
		return 0;
	}
	if(span_find(id, ':') < id.len)
		return read_uri(out, id);
	if(span_find(id, '@') < id.len)
		return read_impi(out, id);
	return read_digits(out, id);
}
