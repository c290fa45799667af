/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Keys of identities: see key.h.
 */
#include "key.h"

#include <ctype.h>

/* IMS domains derived from an IMSI begin so (TS 23.003 13.2) */
#define IMSI_DOMAIN SPAN("ims.mnc")

static int set_key(struct key *out, enum key_kind kind, struct span text)
{
	if(text.len == 0 || text.len > KEY_TEXT_MAX)
		return -1;
	out->kind = kind;
	out->claimed = out->unique = true;
	out->len = (uint8_t)text.len;
	memcpy(out->text, text.s, text.len);
	return 0;
}

static int set_digits(struct key *out, enum key_kind kind, struct span digits)
{
	size_t i;

	if(digits.len > MSISDN_MAX_DIGITS)
		return -1;
	for(i = 0; i < digits.len; i++)
		if(!isdigit((unsigned char)digits.s[i]))
			return -1;
	return set_key(out, kind, digits);
}

/* The number or IMSI in the user part of a SIP URI. */
static void add_sip_digits(
		struct key_list *out, struct span digits, bool plus, struct span domain)
{
	struct key *key = &out->key[out->count++];

	if(!plus && digits.len >= IMSI_MIN_DIGITS) {
		set_key(key, KEY_IMSI, digits);
		key->claimed = key->unique = span_starts(domain, IMSI_DOMAIN);
	} else {
		set_key(key, KEY_NUMBER, digits);
		key->claimed = plus || digits.len >= MSISDN_MIN_DIGITS;
		key->unique = plus;
	}
}

int keys_of_impu(struct key_list *out, struct span uri)
{
	char digits[MSISDN_MAX_DIGITS + 1];
	struct identity_uri parsed;
	struct key *key = &out->key[0];
	size_t len;
	bool plus;
	int n;

	if(identity_uri_parse(&parsed, uri) < 0)
		return -1;
	n = identity_digits(digits, &plus, &parsed);
	out->count = 1;
	if(parsed.scheme == URI_TEL && n > 0)
		return set_key(key, KEY_NUMBER, (struct span){digits, (size_t)n});
	len = identity_canonical(key->text, sizeof(key->text), &parsed);
	if(len == 0)
		return -1;
	key->kind = KEY_URI;
	key->claimed = key->unique = true;
	key->len = (uint8_t)len;
	if(n > 0)
		add_sip_digits(
				out, (struct span){digits, (size_t)n}, plus, parsed.host);
	return 0;
}

int key_of_msisdn(struct key *out, struct span digits)
{
	return set_digits(out, KEY_NUMBER, digits);
}

int key_of_imsi(struct key *out, struct span digits)
{
	return set_digits(out, KEY_IMSI, digits);
}

int key_of_impi(struct key *out, struct span impi)
{
	size_t at = span_find(impi, '@');
	size_t i;

	if(set_key(out, KEY_IMPI, impi) < 0)
		return -1;
	for(i = at; i < impi.len; i++)
		out->text[i] = (char)tolower((unsigned char)out->text[i]);
	return 0;
}

/* An IMPI, and the IMSI that it is made of (TS 23.003 13.3). */
static int keys_of_impi(struct key_list *out, struct span impi)
{
	struct span user = {impi.s, span_find(impi, '@')};

	if(key_of_impi(&out->key[0], impi) < 0)
		return -1;
	out->count = 1;
	if(user.len >= IMSI_MIN_DIGITS && key_of_imsi(&out->key[1], user) == 0)
		out->count = 2;
	return 0;
}

/* Digits as a person writes them. So many without "+" are an IMSI before they are a number. */
static int keys_of_digits(struct key_list *out, struct span text)
{
	struct identity_uri uri = {.scheme = URI_TEL, .whole = text, .user = text};
	char digits[MSISDN_MAX_DIGITS + 1];
	struct span number;
	bool plus;
	int n = identity_digits(digits, &plus, &uri);

	if(n <= 0)
		return -1;
	number = (struct span){digits, (size_t)n};
	out->count = 0;
	if(!plus && n >= IMSI_MIN_DIGITS)
		set_key(&out->key[out->count++], KEY_IMSI, number);
	return set_key(&out->key[out->count++], KEY_NUMBER, number);
}

int keys_of_id(struct key_list *out, struct span id)
{
	id = span_trim(id);
	if(span_find(id, ':') < id.len)
		return keys_of_impu(out, id);
	if(span_find(id, '@') < id.len)
		return keys_of_impi(out, id);
	return keys_of_digits(out, id);
}
