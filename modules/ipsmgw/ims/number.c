/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Dialled numbers and the home dial plan: see number.h.
 */
#include "number.h"

#include <ctype.h>
#include <stdio.h>

/* TP-address type-of-number values that the plan tells apart */
enum
{
	INTERNATIONAL = 1,
	NETWORK_SPECIFIC = 3,
	ALPHANUMERIC = 5,
	ABBREVIATED = 6,
};

#define GLOBAL_MAX_DIGITS 15

static bool all_digits(struct span s)
{
	size_t i;

	for(i = 0; i < s.len; i++)
		if(!isdigit((unsigned char)s.s[i]))
			return false;
	return true;
}

static bool is_dialled(struct span s)
{
	size_t i;

	for(i = 0; i < s.len; i++)
		if(!isdigit((unsigned char)s.s[i]) && !memchr("*#abc", s.s[i], 5))
			return false;
	return true;
}

static void set_local(struct number *out, struct span digits)
{
	out->kind = NUMBER_NONE;
	out->digits[0] = '\0';
	if(digits.len == 0 || digits.len > NUMBER_MAX || !is_dialled(digits))
		return;
	memcpy(out->digits, digits.s, digits.len);
	out->digits[digits.len] = '\0';
	out->kind = NUMBER_LOCAL;
}

/* Country code and the rest. false: no E.164 number has so many digits, or begins with 0. */
static bool set_global(
		struct number *out, struct span country, struct span digits)
{
	size_t len = country.len + digits.len;

	if(len == 0 || len > GLOBAL_MAX_DIGITS
			|| (country.len > 0 ? country : digits).s[0] == '0')
		return false;
	if(country.len > 0)
		memcpy(out->digits, country.s, country.len);
	if(digits.len > 0)
		memcpy(out->digits + country.len, digits.s, digits.len);
	out->digits[len] = '\0';
	out->kind = NUMBER_GLOBAL;
	return true;
}

static bool has_prefix(struct span digits, struct span prefix)
{
	return prefix.len > 0 && digits.len > prefix.len
		   && span_starts(digits, prefix);
}

/* A number as dialled made global by the plan; false: it stays local. */
static bool apply_plan(struct number *out, const struct dial_plan *plan,
		uint8_t ton, struct span digits)
{
	const struct span none = {"", 0};

	if(!all_digits(digits))
		return false;
	if(ton == INTERNATIONAL)
		return set_global(out, none, digits);
	if(ton == NETWORK_SPECIFIC || ton == ABBREVIATED
			|| (int)digits.len <= plan->short_code_max)
		return false;
	if(has_prefix(digits, plan->international_prefix))
		return set_global(
				out, none, span_skip(digits, plan->international_prefix.len));
	if(plan->country_code.len == 0)
		return false;
	if(has_prefix(digits, plan->national_prefix))
		digits = span_skip(digits, plan->national_prefix.len);
	return set_global(out, plan->country_code, digits);
}

void number_from_dialled(struct number *out, const struct dial_plan *plan,
		uint8_t ton, struct span digits)
{
	out->kind = NUMBER_NONE;
	out->digits[0] = '\0';
	if(ton == ALPHANUMERIC || span_is(digits, SPAN(DUMMY_MSISDN)))
		return;
	if(!apply_plan(out, plan, ton, digits))
		set_local(out, digits);
}

int number_parse(struct number *out, struct span text)
{
	const struct span none = {"", 0};

	out->kind = NUMBER_NONE;
	out->digits[0] = '\0';
	text = span_trim(text);
	if(text.len == 0 || text.s[0] != '+')
		set_local(out, text);
	else if(all_digits(span_skip(text, 1)))
		set_global(out, none, span_skip(text, 1));
	return out->kind == NUMBER_NONE ? -1 : 0;
}

/* A phone-context is a domain name or a number; an IPv6 literal cannot stand in a user part. */
static bool is_context(struct span context)
{
	return context.len > 0 && span_find(context, '[') == context.len;
}

size_t number_print_user(
		char *out, size_t cap, const struct number *in, struct span context)
{
	char user[3 * NUMBER_MAX + 1];
	size_t n = 0;
	const char *p;
	int written;

	for(p = in->digits; *p; p++) {
		if(*p == '#') { /* not allowed in a user part, RFC 3261 25.1 */
			memcpy(user + n, "%23", 3);
			n += 3;
		} else {
			user[n++] = *p;
		}
	}
	user[n] = '\0';
	if(in->kind == NUMBER_GLOBAL)
		written = snprintf(out, cap, "+%s", user);
	else if(!is_context(context))
		written = snprintf(out, cap, "%s", user);
	else
		written = snprintf(out, cap, "%s;phone-context=%.*s", user,
				(int)context.len, context.s);
	return written < 0 || (size_t)written >= cap ? 0 : (size_t)written;
}
