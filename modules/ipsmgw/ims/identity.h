/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Public identities as they stand in P-Asserted-Identity, To and
 * P-Associated-URI: lists of name-addr or bare URIs, SIP and tel, with and
 * without "+". Plain C; reads only what it is given.
 */
#ifndef IPSMGW_IMS_IDENTITY_H
#define IPSMGW_IMS_IDENTITY_H

#include "span.h"

#define MSISDN_MAX_DIGITS 15 /* E.164 */
#define MSISDN_MIN_DIGITS 7	 /* shorter ones are short codes */
#define IMSI_MAX_DIGITS 15	 /* TS 23.003 2.2 */
#define IMSI_MIN_DIGITS 14	 /* of one that is known by its length alone */

enum uri_scheme
{
	URI_SIP,
	URI_SIPS,
	URI_TEL,
	URI_OTHER,
};

/* One URI, split. For tel the number is in user. */
struct identity_uri
{
	enum uri_scheme scheme;
	struct span whole;
	struct span user; /* without ";phone-context" and other user parameters */
	struct span host; /* "[...]" kept for an IPv6 literal */
	struct span port;
	struct span params; /* after the host part, from the first ";" on */
};

/* Take the next URI from a header value that is a comma list of name-addr or
 * addr-spec; *rest moves behind it. 0, or -1 when there is none left. Broken
 * elements are passed over. */
int identity_next(struct span *uri, struct span *rest);

/* The same for P-Associated-URI, where some S-CSCFs put two URIs between one pair of brackets ("<sip:a@h, tel:+1>"):
 * what is broken is taken apart at its commas. */
int identity_associated_next(struct span *uri, struct span *rest);

/* Has no octet that could end a header line or a name-addr when the URI is written again: blanks, controls, quotes,
 * angle brackets, anything above 7E. */
bool identity_printable(struct span uri);

/* Split a URI. 0, or -1 when it is none: no scheme, a host or port that cannot be, or an octet that may not stand
 * in a URI (identity_printable). */
int identity_uri_parse(struct identity_uri *out, struct span uri);

/* The E.164 digits of an identity, without "+" and visual separators, escapes undone, NUL-terminated. "+" is not
 * required, but without it these are no MSISDN: a user part of 14 or 15 digits (an identity derived from the IMSI), a
 * number with a phone-context. Nor is one of zeros alone. 0, or -1 and out "": it has no MSISDN. */
int identity_msisdn(
		char out[MSISDN_MAX_DIGITS + 1], const struct identity_uri *uri);

/* The IMSI in the user part of an identity that is derived from it (TS 23.003 13.3, 13.4B): 14 or 15 digits and nothing
 * else. NUL-terminated. 0, or -1 and out "". */
int identity_imsi(char out[IMSI_MAX_DIGITS + 1], struct span user);

/* The digits of a user part that is a number of any length up to MSISDN_MAX_DIGITS, and whether "+" stood before them.
 * Returns how many; -1: it is no number, all zeros, or a local one (a phone-context and no "+"). */
int identity_digits(char out[MSISDN_MAX_DIGITS + 1], bool *plus,
		const struct identity_uri *uri);

/* The identity as a text that is equal for two of them exactly when identity_same() holds: for SIP
 * "user@host[:port][;phone-context]", the user's escapes undone, a number as its digits, the rest in lower case.
 * Not NUL-terminated. Returns its length, 0: does not fit. */
size_t identity_canonical(
		char *out, size_t cap, const struct identity_uri *uri);

/* A SIP or SIPS URI of somebody: with a user part, and without headers. */
bool identity_names_person(struct span uri);

/* The same public identity: host, port, phone-context and user equal, numbers compared as digits. sip and sips are
 * alike, sip and tel are not. */
bool identity_same(struct span a, struct span b);

#endif
