/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The form in which a short message goes to the hub: the URIs, the headers and
 * the metadata headers of docs/hub.md, as text, and message/cpim around it. Plain
 * C, writes only into what it is given.
 */
#ifndef IPSMGW_IMS_HUB_FORM_H
#define IPSMGW_IMS_HUB_FORM_H

#include <stdint.h>
#include <time.h>

#include "../codec/tp.h"
#include "number.h"
#include "span.h"

#define HUB_URI_MAX 256
#define HUB_HEADERS_MAX 1024
#define HUB_CPIM_MAX 2048

/* How the short message is carried. */
enum hub_body
{
	HUB_TEXT,	/* text/plain;charset=UTF-8 */
	HUB_OPAQUE, /* application/vnd.3gpp.sms, the RP message as it came, or multipart/mixed with it */
	HUB_CPIM, /* message/cpim around the text, with the wish of a notification (RFC 5438) */
};

struct hub_form_in
{
	enum hub_body body;
	const struct tp_msg *tp;   /* SMS-SUBMIT, decoded */
	const struct number *dest; /* from TP-DA, or what the script made of it */
	struct span dest_uri; /* of one who has no number; len 0: dest counts */
	struct span
			boundary;	/* HUB_OPAQUE: of multipart/mixed; len 0: it is none */
	const char *msisdn; /* sender's digits, "" when he has none */
	struct span sender; /* sender's public identity, a URI */
	struct span home_domain; /* host part of From, and the phone-context */
	struct span hub;		 /* host or host:port of the R-URI */
	time_t arrival;			 /* for Date */
	bool assert_identity;	 /* the hub is trusted with P-Asserted-Identity */
	/* by which the hub names the message when it tells what became of it; len 0: it is not asked */
	struct span message_id;
	struct span text; /* HUB_CPIM: in UTF-8 */
};

/* NUL-terminated; the lengths do not count the NUL. */
struct hub_form
{
	size_t ruri_len, from_len, headers_len;
	char ruri[HUB_URI_MAX]; /* R-URI and To */
	char from[HUB_URI_MAX];
	char headers[HUB_HEADERS_MAX]; /* whole lines, each ended by CRLF */
	size_t cpim_len;
	char cpim[HUB_CPIM_MAX]; /* HUB_CPIM: the body; not NUL-terminated */
};

/* Can it be a destination without a number: does it name a person, and fit? */
bool hub_form_takes(struct span uri);

/* Fill the form. 0, or -1: there is no destination, or something does not fit. */
int hub_form_build(struct hub_form *out, const struct hub_form_in *in);

#endif
