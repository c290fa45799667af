/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The number a subscriber dialled (TP-DA) as the number the hub routes by: the
 * dial plan of the home network. Plain C.
 */
#ifndef IPSMGW_IMS_NUMBER_H
#define IPSMGW_IMS_NUMBER_H

#include <stdint.h>

#include "span.h"

#define NUMBER_MAX 40

/* In the place of the MSISDN of somebody who has none (TS 23.003), as an international number */
#define DUMMY_MSISDN "000000000000000"

/* Parameters of the home network; an empty string means: there is none. */
struct dial_plan
{
	struct span country_code; /* "44"; empty: national numbers stay local */
	struct span
			national_prefix; /* "0": dropped before the country code is put */
	struct span international_prefix; /* "00": what follows is international */
	int short_code_max; /* numbers of at most so many digits stay as they are */
};

enum number_kind
{
	NUMBER_NONE,   /* alphanumeric or empty: no destination */
	NUMBER_GLOBAL, /* E.164, digits without "+" */
	NUMBER_LOCAL,  /* short code or network-specific: needs a phone-context */
};

struct number
{
	enum number_kind kind;
	char digits[NUMBER_MAX + 1]; /* 0-9 * # a b c, NUL-terminated */
};

/* Apply the plan to a TP address: TP ton (TS 23.040 9.1.2.5) and its digits. What cannot be E.164 (more than 15
 * digits, a leading 0) stays local, as dialled. None: alphanumeric, empty, more than NUMBER_MAX digits, the dummy MSISDN. */
void number_from_dialled(struct number *out, const struct dial_plan *plan,
		uint8_t ton, struct span digits);

/* Read what a person writes: "+4479..." is global, "12345" local, anything else
 * none. 0, or -1. */
int number_parse(struct number *out, struct span text);

/* Write the user part of a SIP URI: "+4479...", or "12345;phone-context=DOMAIN" with what may not stand in a URI escaped;
 * without the context when there is none or it is an IPv6 address. in is a number of one of the functions above.
 * Returns the length, 0: does not fit. */
size_t number_print_user(
		char *out, size_t cap, const struct number *in, struct span context);

#endif
