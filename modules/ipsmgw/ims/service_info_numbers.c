/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * MSISDN and IMSI in the text of the service information: see service_info.h.
 */
#include <ctype.h>

#include "service_info.h"

/* Shortest numbers that are taken because they are named so. */
#define NAMED_MSISDN_MIN_DIGITS 3
#define NAMED_IMSI_MIN_DIGITS 6

/* Longer than any number or URI that has one: a text of "msisdn=msisdn=" is not read over and over to its end. */
#define VALUE_MAX 256

/* What ends a number or a pair, and nothing else can be in the text. */
#define SEPARATORS ";,&| \t\r\n"

static bool is_in(char c, const char *set)
{
	return c != '\0' && strchr(set, c);
}

/* Digits of a number written by itself, with or without "+" and visual separators. Returns how many, -1: it is none. */
static int plain_digits(
		char out[MSISDN_MAX_DIGITS + 1], bool *plus, struct span text)
{
	struct identity_uri uri = {.scheme = URI_TEL, .whole = text, .user = text};

	return identity_digits(out, plus, &uri);
}

/* A number, or a URI that has one. */
static void take_msisdn(struct subscriber_numbers *out, struct span value)
{
	char digits[MSISDN_MAX_DIGITS + 1];
	struct identity_uri uri;
	bool plus;

	if(out->msisdn[0])
		return;
	if(identity_uri_parse(&uri, value) == 0)
		identity_msisdn(out->msisdn, &uri);
	else if(plain_digits(digits, &plus, value) >= NAMED_MSISDN_MIN_DIGITS)
		memcpy(out->msisdn, digits, sizeof(digits));
}

static void take_imsi(struct subscriber_numbers *out, struct span value)
{
	size_t i;

	if(out->imsi[0] || value.len < NAMED_IMSI_MIN_DIGITS
			|| value.len > IMSI_MAX_DIGITS)
		return;
	for(i = 0; i < value.len; i++)
		if(!isdigit((unsigned char)value.s[i]))
			return;
	memcpy(out->imsi, value.s, value.len);
	out->imsi[value.len] = '\0';
}

typedef void (*take_fn)(struct subscriber_numbers *out, struct span value);

/* Who takes the value of this name, in any case; NULL: nobody. */
static take_fn taker_of(struct span name)
{
	if(span_is(name, SPAN("msisdn")))
		return take_msisdn;
	return span_is(name, SPAN("imsi")) ? take_imsi : NULL;
}

static struct span skip_blanks(struct span text)
{
	while(text.len > 0 && is_in(text.s[0], " \t"))
		text = span_skip(text, 1);
	return text;
}

/* The value at the start of text, without quotes. */
static struct span pair_value(struct span text)
{
	size_t n = 0;

	text = skip_blanks(text);
	if(text.len > 0 && is_in(text.s[0], "\"'"))
		text = span_skip(text, 1);
	while(n < text.len && n < VALUE_MAX
			&& !is_in(text.s[n], SEPARATORS "\"'<>"))
		n++;
	return (struct span){text.s, n};
}

static size_t name_length(struct span text)
{
	size_t n = 0;

	while(n < text.len
			&& (isalnum((unsigned char)text.s[n]) || is_in(text.s[n], "_-.")))
		n++;
	return n;
}

/* name=value, wherever a name begins; so attributes of XML, too. */
static void read_pairs(struct subscriber_numbers *out, struct span text)
{
	while(text.len > 0) {
		struct span name = {text.s, name_length(text)}, rest;
		take_fn take;

		text = span_skip(text, name.len > 0 ? name.len : 1);
		take = taker_of(name);
		if(!take)
			continue;
		rest = skip_blanks(text);
		if(rest.len > 0 && rest.s[0] == '=')
			take(out, pair_value(span_skip(rest, 1)));
	}
}

/* <name>value</name>, whatever is around it and whatever prefix it has. */
static void read_elements(struct subscriber_numbers *out, struct span text)
{
	while(text.len > 0) {
		struct span tag, name, value;
		take_fn take;
		size_t colon;

		text = span_skip(text, span_find(text, '<') + 1);
		value = (struct span){text.s, span_find(text, '<')};
		tag = (struct span){text.s, span_find(value, '>')};
		if(tag.len > 0 && tag.s[tag.len - 1] == '/') /* it is empty */
			continue;
		value = span_trim(span_skip(value, tag.len + 1));
		name = (struct span){tag.s, 0};
		while(name.len < tag.len && !is_in(tag.s[name.len], " \t\r\n"))
			name.len++;
		colon = span_find(name, ':');
		if(colon < name.len)
			name = span_skip(name, colon + 1);
		take = taker_of(name);
		if(take)
			take(out, value);
	}
}

/* Numbers and nothing else. */
static void read_bare(struct subscriber_numbers *out, struct span text)
{
	struct subscriber_numbers seen = {"", ""};
	char digits[MSISDN_MAX_DIGITS + 1];
	bool plus;

	while(text.len > 0) {
		struct span word = {text.s, 0};
		int n;

		while(word.len < text.len && !is_in(text.s[word.len], SEPARATORS))
			word.len++;
		text = span_skip(text, word.len + 1);
		if(word.len == 0)
			continue;
		n = plain_digits(digits, &plus, word);
		if(n < MSISDN_MIN_DIGITS)
			return;
		if(n >= IMSI_MIN_DIGITS && !plus)
			take_imsi(&seen, word);
		else
			take_msisdn(&seen, word);
	}
	*out = seen;
}

int service_info_numbers(struct subscriber_numbers *out, struct span text,
		enum service_info_format format)
{
	bool any = format == SERVICE_INFO_AUTO;

	out->msisdn[0] = out->imsi[0] = '\0';
	if(any || format == SERVICE_INFO_XML)
		read_elements(out, text);
	if(any || format == SERVICE_INFO_PAIRS)
		read_pairs(out, text);
	if((any && !out->msisdn[0] && !out->imsi[0]) || format == SERVICE_INFO_BARE)
		read_bare(out, text);
	return out->msisdn[0] || out->imsi[0] ? 0 : -1;
}

int service_info_format_parse(enum service_info_format *out, struct span name)
{
	static const struct
	{
		struct span name;
		enum service_info_format format;
	} formats[] = {
			{{"auto", 4}, SERVICE_INFO_AUTO},
			{{"bare", 4}, SERVICE_INFO_BARE},
			{{"pairs", 5}, SERVICE_INFO_PAIRS},
			{{"xml", 3}, SERVICE_INFO_XML},
	};
	size_t i;

	for(i = 0; i < sizeof(formats) / sizeof(formats[0]); i++)
		if(span_is(name, formats[i].name)) {
			*out = formats[i].format;
			return 0;
		}
	return -1;
}
