/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * TP-OA from an identity: see originator.h.
 */
#include "originator.h"

#include "../codec/text.h"
#include "../codec/utf8.h"
#include "header.h"
#include "identity.h"
#include "transliterate.h"

#define TEXT_MAX 256 /* of an identity no more is looked at */

struct text
{
	char s[TEXT_MAX];
	size_t len;
};

/* --- who it is ---------------------------------------------------------------- */

static int hex_value(char c)
{
	if(c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The octet at *i with its escape ("%2B") undone; *i moves behind it. */
static char escaped_octet(struct span in, size_t *i)
{
	int high, low;

	if(in.s[*i] != '%' || *i + 2 >= in.len)
		return in.s[(*i)++];
	high = hex_value(in.s[*i + 1]);
	low = hex_value(in.s[*i + 2]);
	if(high < 0 || low < 0)
		return in.s[(*i)++];
	*i += 3;
	return (char)(high << 4 | low);
}

static void take_user(struct text *out, struct span user)
{
	for(size_t i = 0; i < user.len && out->len < TEXT_MAX;)
		out->s[out->len++] = escaped_octet(user, &i);
}

/* A text as it is, or in quotes with its backslashes. */
static void take_text(struct text *out, struct span in)
{
	bool quoted;

	in = span_trim(in);
	quoted = in.len >= 2 && in.s[0] == '"' && in.s[in.len - 1] == '"';
	if(quoted)
		in = (struct span){in.s + 1, in.len - 2};
	for(size_t i = 0; i < in.len && out->len < TEXT_MAX; i++) {
		if(quoted && in.s[i] == '\\' && i + 1 < in.len)
			i++;
		out->s[out->len++] = in.s[i];
	}
}

/* The user part of a URI that somebody wrote, also of one with octets that may not stand there. false: it is none. */
static bool user_part(struct span *out, struct span uri)
{
	static const struct span schemes[] = {
			SPAN("sip:"), SPAN("sips:"), SPAN("im:")};
	size_t at;

	if(span_starts(uri, SPAN("tel:"))) {
		*out = span_skip(uri, 4);
		out->len = span_find(*out, ';');
		return true;
	}
	for(size_t i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++) {
		if(!span_starts(uri, schemes[i]))
			continue;
		*out = span_skip(uri, schemes[i].len);
		at = span_find(*out, '@');
		out->len = at < out->len ? at : 0;
		/* parameters and a password are not of the name */
		out->len = span_find(*out, ';');
		out->len = span_find(*out, ':');
		return true;
	}
	return false;
}

/* What stands before the "<" of a name-addr; all of it when there is none. */
static struct span display_name(struct span element, struct span uri)
{
	struct span name = {element.s, (size_t)(uri.s - element.s)};

	while(name.len > 0 && name.s[name.len - 1] != '<')
		name.len--;
	if(name.len > 0)
		name.len--;
	return name;
}

static void take_identity(struct text *out, struct span identity)
{
	struct span uri, params, user;

	out->len = 0;
	identity = span_trim(identity);
	if(identity.len == 0)
		return;
	header_name_addr(&uri, &params, identity);
	if(uri.s == identity.s) { /* no bracket */
		if(user_part(&user, identity))
			take_user(out, user);
		else
			take_text(out, identity);
		return;
	}
	if(user_part(&user, uri))
		take_user(out, user);
	if(out->len == 0)
		take_text(out, display_name(identity, uri));
}

/* --- how it is written ---------------------------------------------------------- */

enum number_form
{
	NOT_A_NUMBER,
	LOCAL,
	INTERNATIONAL,
	TOO_LONG,
};

/* Its digits, when there is nothing else but visual separators. */
static enum number_form digits_of(
		char out[TP_ADDRESS_MAX_DIGITS], size_t *len, const struct text *in)
{
	enum number_form form = LOCAL;
	bool any = false, full = false;

	*len = 0;
	for(size_t i = 0; i < in->len; i++) {
		char c = in->s[i];
		bool digit = c >= '0' && c <= '9';

		if(memchr("-.() ", c, 5))
			continue;
		if(c == '+' && *len == 0 && form == LOCAL) {
			form = INTERNATIONAL;
			continue;
		}
		if(!digit && (form == INTERNATIONAL || (c != '*' && c != '#')))
			return NOT_A_NUMBER;
		any |= digit;
		full |= *len == TP_ADDRESS_MAX_DIGITS;
		if(!full)
			out[(*len)++] = c;
	}
	if(!any)
		return NOT_A_NUMBER;
	return full ? TOO_LONG : form;
}

/* One character behind those that are there; false when it does not fit. One without a code is left out. */
static bool add_character(struct text *out, size_t *septets, uint32_t cp)
{
	char octets[UTF8_MAX_OCTETS];
	uint8_t codes[2];
	size_t count, len;

	cp = transliterate(cp);
	if(cp == 0 || (cp == ' ' && out->len == 0))
		return true;
	len = utf8_encode(octets, sizeof(octets), cp);
	if(gsm7_septets_from_utf8(codes, sizeof(codes), &count, octets, len)
			|| *septets + count > TP_ADDRESS_MAX_CHARS)
		return false;
	memcpy(out->s + out->len, octets, len);
	out->len += len;
	*septets += count;
	return true;
}

/* As many characters as an alphanumeric address holds. */
static void letters_of(struct text *out, const struct text *in)
{
	size_t septets = 0, n;

	out->len = 0;
	for(size_t i = 0; i < in->len; i += n) {
		uint32_t cp;

		n = utf8_decode(&cp, in->s + i, in->len - i);
		if(n == 0)
			n = 1; /* an octet that is no UTF-8 */
		else if(!add_character(out, &septets, cp))
			break;
	}
	while(out->len > 0 && out->s[out->len - 1] == ' ')
		out->len--;
}

static int set_address(struct sms_address *out, const struct text *in)
{
	char digits[TP_ADDRESS_MAX_DIGITS];
	struct text letters;
	size_t len;

	switch(digits_of(digits, &len, in)) {
		case TOO_LONG:
			return -1;
		case INTERNATIONAL:
			/* no E.164 number has more digits */
			return sms_address_set(out,
					len > MSISDN_MAX_DIGITS ? TON_UNKNOWN : TON_INTERNATIONAL,
					NPI_ISDN, digits, len);
		case LOCAL:
			return sms_address_set(out, TON_UNKNOWN, NPI_ISDN, digits, len);
		case NOT_A_NUMBER:
			break;
	}
	letters_of(&letters, in);
	if(letters.len == 0)
		return -1;
	return sms_address_set(
			out, TON_ALPHANUMERIC, NPI_UNKNOWN, letters.s, letters.len);
}

int originator_address(
		struct sms_address *out, struct span identity, struct span fallback)
{
	struct text who;

	take_identity(&who, identity);
	if(set_address(out, &who) == 0)
		return 0;
	take_identity(&who, fallback);
	if(set_address(out, &who) == 0)
		return 0;
	sms_address_clear(out);
	return -1;
}
