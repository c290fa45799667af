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

static void set(
		struct number *out, enum number_kind kind, struct span a, struct span b)
{
	out->kind = NUMBER_NONE;
	if(a.len + b.len == 0 || a.len + b.len > NUMBER_MAX)
		return;
	if(kind == NUMBER_GLOBAL && a.len + b.len > GLOBAL_MAX_DIGITS)
		kind = NUMBER_LOCAL;
	if(a.len > 0)
		memcpy(out->digits, a.s, a.len);
	if(b.len > 0)
		memcpy(out->digits + a.len, b.s, b.len);
	out->digits[a.len + b.len] = '\0';
	out->kind = kind;
}

static bool has_prefix(struct span digits, struct span prefix)
{
	return prefix.len > 0 && digits.len > prefix.len
		   && span_starts(digits, prefix);
}

void number_from_dialled(struct number *out, const struct dial_plan *plan,
		uint8_t ton, struct span digits)
{
	const struct span none = {"", 0};

	out->kind = NUMBER_NONE;
	out->digits[0] = '\0';
	if(ton == ALPHANUMERIC)
		return;
	if(ton == INTERNATIONAL && all_digits(digits)) {
		set(out, NUMBER_GLOBAL, digits, none);
		return;
	}
	if(ton == NETWORK_SPECIFIC || ton == ABBREVIATED || !all_digits(digits)
			|| (int)digits.len <= plan->short_code_max) {
		set(out, NUMBER_LOCAL, digits, none);
		return;
	}
	if(has_prefix(digits, plan->international_prefix)) {
		set(out, NUMBER_GLOBAL,
				span_skip(digits, plan->international_prefix.len), none);
		return;
	}
	if(plan->country_code.len == 0) {
		set(out, NUMBER_LOCAL, digits, none);
		return;
	}
	if(has_prefix(digits, plan->national_prefix))
		digits = span_skip(digits, plan->national_prefix.len);
	set(out, NUMBER_GLOBAL, plan->country_code, digits);
}

int number_parse(struct number *out, struct span text)
{
	const struct span none = {"", 0};
	size_t i;

	out->kind = NUMBER_NONE;
	out->digits[0] = '\0';
	text = span_trim(text);
	if(text.len > 1 && text.s[0] == '+') {
		text = span_skip(text, 1);
		if(!all_digits(text) || text.len > GLOBAL_MAX_DIGITS)
			return -1;
		set(out, NUMBER_GLOBAL, text, none);
		return 0;
	}
	for(i = 0; i < text.len; i++)
		if(!isdigit((unsigned char)text.s[i]) && !strchr("*#abc", text.s[i]))
			return -1;
	set(out, NUMBER_LOCAL, text, none);
	return out->kind == NUMBER_NONE ? -1 : 0;
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
	else if(context.len == 0)
		written = snprintf(out, cap, "%s", user);
	else
		written = snprintf(out, cap, "%s;phone-context=%.*s", user,
				(int)context.len, context.s);
	return written < 0 || (size_t)written >= cap ? 0 : (size_t)written;
}
