/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Public identities: see identity.h.
 */
#include "identity.h"

#include <ctype.h>

/* Length of the element at the start of list, up to a comma outside quotes and angle brackets. */
static size_t element_length(struct span list)
{
	bool quoted = false, bracketed = false;
	size_t i;

	for(i = 0; i < list.len; i++) {
		char c = list.s[i];
		if(quoted) {
			if(c == '\\')
				i++;
			else if(c == '"')
				quoted = false;
		} else if(c == '"' && !bracketed) {
			quoted = true;
		} else if(c == '<') {
			bracketed = true;
		} else if(c == '>') {
			bracketed = false;
		} else if(c == ',' && !bracketed) {
			return i;
		}
	}
	return list.len;
}

/* The URI of one name-addr or addr-spec. */
static struct span element_uri(struct span element)
{
	bool quoted = false;
	size_t i;

	for(i = 0; i < element.len; i++) {
		char c = element.s[i];
		if(quoted && c == '\\')
			i++;
		else if(c == '"')
			quoted = !quoted;
		else if(c == '<' && !quoted) {
			struct span in = span_skip(element, i + 1);
			in.len = span_find(in, '>');
			return span_trim(in);
		}
	}
	/* addr-spec: what follows ";" belongs to the header, except in tel */
	element = span_trim(element);
	if(!span_starts(element, SPAN("tel:")))
		element.len = span_find(element, ';');
	return span_trim(element);
}

int identity_next(struct span *uri, struct span *rest)
{
	while(rest->len > 0) {
		size_t n = element_length(*rest);
		struct identity_uri parsed;

		*uri = element_uri((struct span){rest->s, n});
		*rest = span_skip(*rest, n + 1);
		if(identity_uri_parse(&parsed, *uri) == 0)
			return 0;
	}
	return -1;
}

static void split_host(struct identity_uri *out, struct span hostport)
{
	size_t n = hostport.len;
	size_t i = 0;

	for(i = 0; i < hostport.len; i++)
		if(hostport.s[i] == ';' || hostport.s[i] == '?') {
			n = i;
			break;
		}
	out->params = span_skip(hostport, n);
	hostport.len = n;
	i = hostport.len > 0 && hostport.s[0] == '[' ? span_find(hostport, ']') : 0;
	out->host = hostport;
	out->host.len = i + span_find(span_skip(hostport, i), ':');
	out->port = span_skip(hostport, out->host.len + 1);
}

/* Nothing that could end a header line or a name-addr when the URI is written again. */
static bool printable(struct span uri)
{
	size_t i;

	for(i = 0; i < uri.len; i++)
		if((unsigned char)uri.s[i] <= ' ' || uri.s[i] == 0x7f
				|| strchr("<>\"", uri.s[i]))
			return false;
	return true;
}

int identity_uri_parse(struct identity_uri *out, struct span uri)
{
	static const struct
	{
		struct span prefix;
		enum uri_scheme scheme;
	} schemes[] = {
			{{"sip:", 4}, URI_SIP},
			{{"sips:", 5}, URI_SIPS},
			{{"tel:", 4}, URI_TEL},
	};
	struct span rest;
	size_t i, n;

	memset(out, 0, sizeof(*out));
	out->whole = uri;
	out->scheme = URI_OTHER;
	for(i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++)
		if(span_starts(uri, schemes[i].prefix)) {
			out->scheme = schemes[i].scheme;
			break;
		}
	n = span_find(uri, ':');
	if(n == 0 || n + 1 >= uri.len || !printable(uri))
		return -1;
	rest = span_skip(uri, n + 1);
	if(out->scheme == URI_OTHER) {
		out->host = rest;
		return 0;
	}
	if(out->scheme == URI_TEL) {
		n = span_find(rest, ';');
		out->user = (struct span){rest.s, n};
		out->params = span_skip(rest, n);
		return n > 0 ? 0 : -1;
	}
	n = span_find(rest, '@');
	if(n < rest.len) {
		out->user = (struct span){rest.s, n};
		split_host(out, span_skip(rest, n + 1));
		/* a password is no part of an identity; phone-context is looked for in whole */
		out->user.len = span_find(out->user, ';');
		out->user.len = span_find(out->user, ':');
	} else {
		split_host(out, rest);
	}
	return out->host.len > 0 ? 0 : -1;
}

/* Digits of a user part, visual separators dropped. Returns their number, or -1 when there is anything else. */
static int user_digits(char *out, size_t cap, struct span user, bool *plus)
{
	size_t n = 0, i = 0;

	*plus = user.len > 0 && user.s[0] == '+';
	if(*plus)
		i = 1;
	for(; i < user.len; i++) {
		char c = user.s[i];
		if(c == '-' || c == '.' || c == '(' || c == ')')
			continue;
		if(!isdigit((unsigned char)c) || n + 1 >= cap)
			return -1;
		out[n++] = c;
	}
	out[n] = '\0';
	return (int)n;
}

static bool has_phone_context(struct span whole)
{
	struct span name = SPAN(";phone-context=");
	size_t i;

	for(i = 0; i + name.len <= whole.len; i++)
		if(span_starts(span_skip(whole, i), name))
			return true;
	return false;
}

int identity_msisdn(
		char out[MSISDN_MAX_DIGITS + 1], const struct identity_uri *uri)
{
	bool plus;
	int n;

	if(uri->scheme == URI_OTHER)
		return -1;
	n = user_digits(out, MSISDN_MAX_DIGITS + 1, uri->user, &plus);
	if(n < MSISDN_MIN_DIGITS)
		return -1;
	if(!plus && has_phone_context(uri->whole))
		return -1;
	/* without "+" 14 and 15 digits are the identity derived from an IMSI */
	if(!plus && n >= 14 && uri->scheme != URI_TEL)
		return -1;
	return 0;
}

bool identity_same(struct span a, struct span b)
{
	struct identity_uri ua, ub;
	char na[MSISDN_MAX_DIGITS + 1], nb[MSISDN_MAX_DIGITS + 1];
	bool plus;

	if(identity_uri_parse(&ua, a) < 0 || identity_uri_parse(&ub, b) < 0)
		return false;
	if((ua.scheme == URI_TEL) != (ub.scheme == URI_TEL))
		return false;
	if(!span_is(ua.host, ub.host) || !span_is(ua.port, ub.port))
		return false;
	if(user_digits(na, sizeof(na), ua.user, &plus) > 0
			&& user_digits(nb, sizeof(nb), ub.user, &plus) > 0)
		return strcmp(na, nb) == 0;
	return ua.user.len == ub.user.len
		   && (ua.user.len == 0
				   || memcmp(ua.user.s, ub.user.s, ua.user.len) == 0);
}
