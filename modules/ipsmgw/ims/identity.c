/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Public identities: see identity.h.
 */
#include "identity.h"

#include <stdint.h>

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

/* What an octet may be part of. */
enum
{
	PRINTABLE = 1, /* identity_printable() */
	SCHEME = 2,	   /* RFC 3986 3.1, but for the first letter */
	HOST = 4,	   /* a name or an IPv4 address */
	LITERAL = 8,   /* an IPv6 address, within its brackets */
	DIGIT = 16,
};

#define LETTER (PRINTABLE | SCHEME | HOST)

/* Of ASCII, whatever the locale; a table, because every request has its identities looked at several times. */
static const uint8_t octet_class[256] = {
		['!'] = PRINTABLE,
		['#' ... '*'] = PRINTABLE,
		['+'] = PRINTABLE | SCHEME,
		[','] = PRINTABLE,
		['-'] = PRINTABLE | SCHEME | HOST,
		['.'] = PRINTABLE | SCHEME | HOST | LITERAL,
		['/'] = PRINTABLE,
		['0' ... '9'] = PRINTABLE | SCHEME | HOST | LITERAL | DIGIT,
		[':'] = PRINTABLE | LITERAL,
		[';'] = PRINTABLE,
		['='] = PRINTABLE,
		['?' ... '@'] = PRINTABLE,
		['A' ... 'F'] = LETTER | LITERAL,
		['G' ... 'Z'] = LETTER,
		['[' ... '^'] = PRINTABLE,
		['_'] = PRINTABLE | HOST,
		['`'] = PRINTABLE,
		['a' ... 'f'] = LETTER | LITERAL,
		['g' ... 'z'] = LETTER,
		['{' ... '~'] = PRINTABLE,
};

static inline bool is_of(char c, unsigned class)
{
	return octet_class[(unsigned char)c] & class;
}

/* How many octets at the beginning are of the class. */
static inline size_t run_of(struct span s, unsigned class)
{
	size_t n = 0;

	while(n < s.len && is_of(s.s[n], class))
		n++;
	return n;
}

static inline bool all_of(struct span s, unsigned class)
{
	return run_of(s, class) == s.len;
}

static inline char to_lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

static inline bool is_letter(char c)
{
	return to_lower(c) >= 'a' && to_lower(c) <= 'z';
}

static inline bool is_next(struct span rest, char c)
{
	return rest.len > 0 && rest.s[0] == c;
}

/* Octets of a host at the beginning; 0: there is none. */
static size_t host_len(struct span rest)
{
	size_t n;

	if(!is_next(rest, '['))
		return run_of(rest, HOST);
	n = run_of(span_skip(rest, 1), LITERAL);
	return n > 0 && is_next(span_skip(rest, n + 1), ']') ? n + 2 : 0;
}

static int split_host(struct identity_uri *out, struct span rest)
{
	out->host = (struct span){rest.s, host_len(rest)};
	rest = span_skip(rest, out->host.len);
	if(is_next(rest, ':')) {
		rest = span_skip(rest, 1);
		out->port = (struct span){rest.s, run_of(rest, DIGIT)};
		rest = span_skip(rest, out->port.len);
		if(out->port.len == 0 || out->port.len > 5)
			return -1;
	}
	out->params = rest;
	if(rest.len > 0 && rest.s[0] != ';' && rest.s[0] != '?')
		return -1;
	return out->host.len > 0 ? 0 : -1;
}

bool identity_printable(struct span uri)
{
	return all_of(uri, PRINTABLE);
}

static bool is_scheme(struct span scheme)
{
	return scheme.len > 0 && is_letter(scheme.s[0]) && all_of(scheme, SCHEME);
}

/* Is it this word, which is in lower case? */
static inline bool is_word(struct span s, struct span word)
{
	size_t i = 0;

	if(s.len != word.len)
		return false;
	while(i < word.len && to_lower(s.s[i]) == word.s[i])
		i++;
	return i == word.len;
}

static enum uri_scheme scheme_of(struct span scheme)
{
	if(is_word(scheme, SPAN("sip")))
		return URI_SIP;
	if(is_word(scheme, SPAN("sips")))
		return URI_SIPS;
	if(is_word(scheme, SPAN("tel")))
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
	if((out->scheme == URI_OTHER && !is_scheme((struct span){uri.s, n}))
			|| rest.len == 0 || !identity_printable(uri))
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

bool identity_names_person(struct span uri)
{
	struct identity_uri parsed;

	return identity_uri_parse(&parsed, uri) == 0
		   && (parsed.scheme == URI_SIP || parsed.scheme == URI_SIPS)
		   && parsed.user.len > 0 && span_find(uri, '?') == uri.len;
}

/* The octet behind a "%" at *i, which moves behind its two digits; "%" itself when they are none. */
static char escaped_octet(struct span user, size_t *i)
{
	int high = *i + 2 <= user.len ? hex_value(user.s[*i]) : -1;
	int low = high >= 0 ? hex_value(user.s[*i + 1]) : -1;

	if(low < 0)
		return '%';
	*i += 2;
	return (char)(high << 4 | low);
}

/* The octet at *i of a user part, its escape ("%2B") undone; *i moves behind it. */
static inline char user_octet(struct span user, size_t *i)
{
	char c = user.s[(*i)++];

	return c == '%' ? escaped_octet(user, i) : c;
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
		if(is_of(c, DIGIT)) {
			if(n + 1 >= cap)
				return -1;
			out[n++] = c;
		} else if(first && c == '+') {
			*plus = true;
		} else if(c != '-' && c != '.' && c != '(' && c != ')') {
			return -1;
		}
	}
	out[n] = '\0';
	return (int)n;
}

static bool all_zeros(const char *digits)
{
	while(*digits == '0')
		digits++;
	return *digits == '\0';
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
	if(all_zeros(digits))
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
			|| !all_of(user, DIGIT))
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
	if(n <= 0 || all_zeros(out))
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
	char *out;
	size_t i;

	put_octet(to, before);
	if(text.len > to->cap - to->len) {
		to->full = true;
		return;
	}
	out = to->s + to->len;
	for(i = 0; i < text.len; i++)
		out[i] = to_lower(text.s[i]);
	to->len += text.len;
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
