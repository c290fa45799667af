/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Public identities: see identity.h.
 */
#include "identity.h"

#include "header.h"

int identity_next(struct span *uri, struct span *rest)
{
	struct span element, params;
	struct identity_uri parsed;

	while(header_element(&element, rest) == 0) {
		header_name_addr(uri, &params, element);
		if(identity_uri_parse(&parsed, *uri) == 0)
			return 0;
	}
	return -1;
}

/* Longest broken element that is taken apart: what a repair may cost is bounded. */
#define REPAIR_MAX 512

/* The URI in a piece of a broken element: without what is left of brackets. */
static struct span piece_uri(struct span piece)
{
	size_t open = span_find(piece, '<');

	if(open < piece.len)
		piece = span_skip(piece, open + 1);
	piece.len = span_find(piece, '>');
	return span_trim(piece);
}

int identity_associated_next(struct span *uri, struct span *rest)
{
	struct span element, params, behind = *rest;
	struct identity_uri parsed;

	while(header_element(&element, &behind) == 0) {
		header_name_addr(uri, &params, element);
		if(identity_uri_parse(&parsed, *uri) < 0 && element.len <= REPAIR_MAX) {
			size_t n = span_find(*rest, ',');

			*uri = piece_uri((struct span){rest->s, n});
			behind = span_skip(*rest, n + 1);
		}
		*rest = behind;
		if(identity_uri_parse(&parsed, *uri) == 0)
			return 0;
	}
	return -1;
}

/* Of ASCII, whatever the locale; inline, because every request has its identities looked at several times. */
static inline bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static inline char to_lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

static inline bool is_letter(char c)
{
	return to_lower(c) >= 'a' && to_lower(c) <= 'z';
}

static inline bool is_alnum(char c)
{
	return is_digit(c) || is_letter(c);
}

static inline bool is_hex(char c)
{
	return is_digit(c) || (to_lower(c) >= 'a' && to_lower(c) <= 'f');
}

static inline bool all_of(struct span s, const char *others, bool (*is)(char))
{
	size_t i;

	for(i = 0; i < s.len; i++)
		if(!is(s.s[i]) && !memchr(others, s.s[i], strlen(others)))
			return false;
	return true;
}

/* A name or an IPv4 address, or an IPv6 literal in brackets. */
static bool is_host(struct span host)
{
	if(host.len == 0)
		return false;
	if(host.s[0] != '[')
		return all_of(host, "-._", is_alnum);
	return host.len > 2 && host.s[host.len - 1] == ']'
		   && all_of((struct span){host.s + 1, host.len - 2}, ":.", is_hex);
}

static bool is_port(struct span port)
{
	return port.len > 0 && port.len <= 5 && all_of(port, "", is_digit);
}

static int split_host(struct identity_uri *out, struct span hostport)
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
	if(out->host.len < hostport.len && !is_port(out->port))
		return -1;
	return is_host(out->host) ? 0 : -1;
}

bool identity_printable(struct span uri)
{
	size_t i;

	for(i = 0; i < uri.len; i++)
		if(uri.s[i] <= ' ' || uri.s[i] >= 0x7f || uri.s[i] == '<'
				|| uri.s[i] == '>' || uri.s[i] == '"')
			return false;
	return true;
}

static bool is_scheme(struct span scheme)
{
	return scheme.len > 0 && is_letter(scheme.s[0])
		   && all_of(scheme, "+-.", is_alnum);
}

static enum uri_scheme scheme_of(struct span scheme)
{
	if(span_is(scheme, SPAN("sip")))
		return URI_SIP;
	if(span_is(scheme, SPAN("sips")))
		return URI_SIPS;
	if(span_is(scheme, SPAN("tel")))
		return URI_TEL;
	return URI_OTHER;
}

static int parse_tel(struct identity_uri *out, struct span rest)
{
	size_t n = span_find(rest, ';');

	out->user = (struct span){rest.s, n};
	out->params = span_skip(rest, n);
	return n > 0 ? 0 : -1;
}

static int parse_sip(struct identity_uri *out, struct span rest)
{
	size_t n = span_find(rest, '@');

	if(n == rest.len)
		return split_host(out, rest);
	out->user = (struct span){rest.s, n};
	/* a password is no part of an identity; phone-context is looked for in whole */
	out->user.len = span_find(out->user, ';');
	out->user.len = span_find(out->user, ':');
	return split_host(out, span_skip(rest, n + 1));
}

int identity_uri_parse(struct identity_uri *out, struct span uri)
{
	size_t n = span_find(uri, ':');
	struct span rest = span_skip(uri, n + 1);

	memset(out, 0, sizeof(*out));
	out->whole = uri;
	out->scheme = scheme_of((struct span){uri.s, n});
	if(!is_scheme((struct span){uri.s, n}) || rest.len == 0
			|| !identity_printable(uri))
		return -1;
	switch(out->scheme) {
		case URI_TEL:
			return parse_tel(out, rest);
		case URI_SIP:
		case URI_SIPS:
			return parse_sip(out, rest);
		default:
			out->host = rest;
			return 0;
	}
}

static int hex_value(char c)
{
	static const char digits[] = "0123456789abcdef";
	const char *p = memchr(digits, to_lower(c), 16);

	return p ? (int)(p - digits) : -1;
}

/* The octet at *i of a user part, its escape ("%2B") undone; *i moves behind it. */
static inline char user_octet(struct span user, size_t *i)
{
	char c = user.s[(*i)++];
	int high, low;

	if(c != '%' || *i + 2 > user.len)
		return c;
	high = hex_value(user.s[*i]);
	low = hex_value(user.s[*i + 1]);
	if(high < 0 || low < 0)
		return c;
	*i += 2;
	return (char)(high << 4 | low);
}

static bool same_user(struct span a, struct span b)
{
	size_t i = 0, j = 0;

	while(i < a.len && j < b.len)
		if(user_octet(a, &i) != user_octet(b, &j))
			return false;
	return i == a.len && j == b.len;
}

/* Digits of a user part, visual separators dropped. Returns their number, or -1 when there is anything else. */
static int user_digits(char *out, size_t cap, struct span user, bool *plus)
{
	size_t n = 0, i = 0;

	*plus = false;
	while(i < user.len) {
		bool first = i == 0;
		char c = user_octet(user, &i);
		if(first && c == '+') {
			*plus = true;
			continue;
		}
		if(c == '-' || c == '.' || c == '(' || c == ')')
			continue;
		if(!is_digit(c) || n + 1 >= cap)
			return -1;
		out[n++] = c;
	}
	out[n] = '\0';
	return (int)n;
}

/* Value of phone-context, wherever it stands; len 0: there is none. */
static struct span phone_context(struct span whole)
{
	struct span name = SPAN(";phone-context=");
	size_t n = 0;

	for(whole = span_skip(whole, span_find(whole, ';')); whole.len > 0;
			whole = span_skip(whole, 1 + span_find(span_skip(whole, 1), ';')))
		if(span_starts(whole, name)) {
			whole = span_skip(whole, name.len);
			while(n < whole.len && !strchr(";@?", whole.s[n]))
				n++;
			return (struct span){whole.s, n};
		}
	return (struct span){"", 0};
}

int identity_msisdn(
		char out[MSISDN_MAX_DIGITS + 1], const struct identity_uri *uri)
{
	char digits[MSISDN_MAX_DIGITS + 1];
	bool plus;
	int n;

	out[0] = '\0';
	if(uri->scheme == URI_OTHER)
		return -1;
	n = user_digits(digits, sizeof(digits), uri->user, &plus);
	if(n < MSISDN_MIN_DIGITS)
		return -1;
	/* test networks do give out numbers with a leading 0; all zeros is the dummy MSISDN */
	if(strspn(digits, "0") == (size_t)n)
		return -1;
	if(!plus && phone_context(uri->whole).len > 0)
		return -1;
	/* without "+" 14 and 15 digits are the identity derived from an IMSI */
	if(!plus && n >= 14 && uri->scheme != URI_TEL)
		return -1;
	memcpy(out, digits, (size_t)n + 1);
	return 0;
}

int identity_imsi(char out[IMSI_MAX_DIGITS + 1], struct span user)
{
	out[0] = '\0';
	if(user.len < IMSI_MIN_DIGITS || user.len > IMSI_MAX_DIGITS
			|| !all_of(user, "", is_digit))
		return -1;
	memcpy(out, user.s, user.len);
	out[user.len] = '\0';
	return 0;
}

static bool same_scheme(enum uri_scheme a, enum uri_scheme b)
{
	return a == b || (a == URI_SIP && b == URI_SIPS)
		   || (a == URI_SIPS && b == URI_SIP);
}

bool identity_same(struct span a, struct span b)
{
	struct identity_uri ua, ub;
	char na[MSISDN_MAX_DIGITS + 1], nb[MSISDN_MAX_DIGITS + 1];
	bool plus;

	if(identity_uri_parse(&ua, a) < 0 || identity_uri_parse(&ub, b) < 0)
		return false;
	if(!same_scheme(ua.scheme, ub.scheme))
		return false;
	if(ua.scheme == URI_OTHER)
		return span_is(a, b);
	if(!span_is(ua.host, ub.host) || !span_is(ua.port, ub.port)
			|| !span_is(phone_context(a), phone_context(b)))
		return false;
	if(user_digits(na, sizeof(na), ua.user, &plus) > 0
			&& user_digits(nb, sizeof(nb), ub.user, &plus) > 0)
		return strcmp(na, nb) == 0;
	return same_user(ua.user, ub.user);
}

int identity_digits(char out[MSISDN_MAX_DIGITS + 1], bool *plus,
		const struct identity_uri *uri)
{
	int n;

	*plus = false;
	if(uri->scheme == URI_OTHER)
		return -1;
	n = user_digits(out, MSISDN_MAX_DIGITS + 1, uri->user, plus);
	if(n <= 0 || strspn(out, "0") == (size_t)n)
		return -1;
	return *plus || phone_context(uri->whole).len == 0 ? n : -1;
}

/* What is written so far, and whether all of it fitted. */
struct canonical
{
	char *s;
	size_t len, cap;
	bool full;
};

static void put_octet(struct canonical *to, char c)
{
	if(to->len < to->cap)
		to->s[to->len++] = c;
	else
		to->full = true;
}

static void put_lower(struct canonical *to, char before, struct span text)
{
	size_t i;

	put_octet(to, before);
	for(i = 0; i < text.len; i++)
		put_octet(to, to_lower(text.s[i]));
}

static void put_user(struct canonical *to, struct span user)
{
	char digits[MSISDN_MAX_DIGITS + 1];
	bool plus;
	int n = user_digits(digits, sizeof(digits), user, &plus);
	size_t i = 0;

	if(n > 0)
		user = (struct span){digits, (size_t)n};
	while(i < user.len)
		put_octet(to, user_octet(user, &i));
}

/* No host has "@", ":" or ";", so what follows the last "@" tells the parts and the schemes apart. */
size_t identity_canonical(char *out, size_t cap, const struct identity_uri *uri)
{
	struct canonical to = {out, 0, cap, false};
	struct span context = phone_context(uri->whole);

	if(uri->scheme == URI_OTHER) {
		put_lower(&to, '@', uri->whole);
	} else {
		put_user(&to, uri->user);
		put_lower(&to, '@', uri->host);
		if(uri->port.len > 0)
			put_lower(&to, ':', uri->port);
		if(context.len > 0 || uri->scheme == URI_TEL)
			put_lower(&to, ';', context);
	}
	return to.full ? 0 : to.len;
}
