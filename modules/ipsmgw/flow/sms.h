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
#include "../ims/identity.h"
#include "../ims/number.h"
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
};

struct sms
{
	enum sms_state state;
	struct span body;				 /* the RP message */
	char decoded[2 * RP_MAX_OCTETS]; /* what it was, of a MIME part in base64 */
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
	struct number dest;

	bool text_tried, is_text;
	size_t text_len;
	char text[SMS_TEXT_MAX];
};

/* Read a request. Returns out->state; sender and from_gateway are filled whatever it is. */
enum sms_state sms_read(struct sms *out, struct sip_msg *msg);

/* Decode the text when that was not done yet; false: it is no text (8-bit data, compressed). */
bool sms_text(struct sms *sms);

#endif
