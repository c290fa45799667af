/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * An embedded message/sip, as a third-party REGISTER carries it (TS 24.229 5.4.1.7): the phone's REGISTER or the 200
 * to it, read for what an application server wants to know. Plain C; everything found is a span into the input.
 */
#ifndef IPSMGW_IMS_SIP_PART_H
#define IPSMGW_IMS_SIP_PART_H

#include <stdint.h>

#include "span.h"

#define SIP_PART_CONTACTS 16
#define SIP_PART_ASSOCIATED 16
#define SIP_NO_EXPIRES UINT32_MAX /* no expiry was stated */

/* One Contact of the phone. */
struct sip_contact
{
	struct span uri;
	struct span instance; /* URN of +sip.instance; len 0: there is none */
	uint32_t expires; /* s: its parameter, else Expires, else SIP_NO_EXPIRES */
	bool smsip;		  /* +g.3gpp.smsip, TS 24.341 A.2, or the one below */
	bool msisdn_less; /* +g.3gpp.smsip-msisdn-less, TS 24.341 A.3 */
};

struct sip_part
{
	bool is_request;
	struct span method;	  /* of a request */
	int status;			  /* of a response, 100 to 699 */
	struct span to, from; /* URIs; len 0: none that can be read */
	struct span impi;	  /* username of Authorization; len 0: none */
	uint32_t expires;	  /* s, the Expires header; SIP_NO_EXPIRES */
	bool all_contacts;	  /* "Contact: *" */
	struct sip_contact contacts[SIP_PART_CONTACTS];
	size_t contacts_len;
	struct span associated[SIP_PART_ASSOCIATED]; /* URIs of P-Associated-URI */
	size_t associated_len;
	size_t dropped; /* contacts and identities beyond the bounds */
};

/* Read the message. Header names may be compact, lines folded or ended by LF alone, the last line ends may be missing.
 * 0, or -1: it begins with neither a request line nor a status line. */
int sip_part_parse(struct sip_part *out, struct span message);

/* What a media feature tag of a Contact says about short messages; a value of FALSE (RFC 3840) says nothing. Name and
 * value may have quotes, the name any case. */
void sip_feature_tag(
		bool *smsip, bool *msisdn_less, struct span name, struct span value);

/* Without the quotes and angle brackets around it, if there are any: "<urn:gsma:imei:...>". */
struct span sip_unquote(struct span value);

#endif
