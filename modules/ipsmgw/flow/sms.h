/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The short message inside one SIP request: body found, RP and TP decoded, sender
 * and destination as the rest of the flow wants them. Lives on the stack or in the
 * face's context of the current request; points into that request.
 */
#ifndef IPSMGW_FLOW_SMS_H
#define IPSMGW_FLOW_SMS_H

#include "../codec/rp.h"
#include "../codec/text.h"
#include "../codec/tp.h"
#include "../ims/hub_form.h"
#include "../ims/identity.h"
#include "../ims/number.h"
#include "../ims/sms_body.h"
#include "../registry/registry.h"
#include "compat.h"

/* What reading a request came to; the values are return codes of ipsmgw_decode(). */
enum sms_state
{
	SMS_OK = 1,
	SMS_NOT_SMS = -1, /* Content-Type is not ours (SIP 415) */
	SMS_EMPTY = -2,	  /* no RP-MR to answer to (SIP 400) */
	SMS_RP_BAD = -3,  /* RP-ERROR with err.cause */
	SMS_TP_BAD = -4,  /* RP-ERROR with err.cause and err.fcs */
	SMS_INFO_BAD =
			-6, /* what should name the destination cannot be read: RP-ERROR with err.cause */
};

struct sms
{
	enum sms_state state;
	struct span whole;	  /* the request's body */
	struct span body;	  /* the RP message in it */
	struct sms_body mime; /* what else is in it */
	char room[SMS_BODY_ROOM];
	struct rp_msg rp;
	bool has_tp;
	struct tp_msg tp;
	struct sms_error err;

	struct span
			sender; /* first P-Asserted-Identity with a SIP URI, else the first; len 0: none */
	char msisdn[MSISDN_MAX_DIGITS + 1]; /* of the sender, "" when unknown */
	bool registered; /* the sender has a live record in the registry */
	size_t scscf_len;
	char scscf[REGISTRATION_URI_MAX]; /* its S-CSCF; not NUL-terminated */
	bool from_gateway;				  /* the sender is this gateway: a loop */
	bool msisdn_less; /* his UE takes short messages without an MSISDN */
	struct number dest;
	size_t dest_uri_len; /* not 0: the destination has no number (TS 24.341 5.3.3.5) */
	char dest_uri[HUB_URI_MAX]; /* not NUL-terminated */

	bool text_tried, is_text;
	size_t text_len;
	char text[SMS_TEXT_MAX];
};

/* Read a request. Returns out->state; sender and from_gateway are filled whatever it is. */
enum sms_state sms_read(struct sms *out, struct sip_msg *msg);

/* Have another destination, one without a number. 0, or -1: it is no such URI, and there is none now. */
int sms_set_dest_uri(struct sms *sms, struct span uri);

/* Is there a destination? */
bool sms_has_dest(const struct sms *sms);

/* It, for logs and in shared memory: the URI or the digits. */
struct span sms_dest(const struct sms *sms);

/* Decode the text when that was not done yet; false: it is no text (8-bit data, compressed). */
bool sms_text(struct sms *sms);

#endif
