/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A third-party REGISTER (TS 24.229 5.4.1.7, TS 24.341 5.3.3.2) in every form that S-CSCFs send, made one record. The
 * subscriber is the identity in To and nobody else; the rest is what can be learned about him. Plain C, no state; called
 * by whoever has the pieces of the request.
 */
#ifndef IPSMGW_IMS_THIRD_PARTY_H
#define IPSMGW_IMS_THIRD_PARTY_H

#include <stdint.h>

#include "capability.h"
#include "service_info.h"
#include "sip_part.h"
#include "span.h"

#define THIRD_PARTY_IMPUS 16
#define THIRD_PARTY_CONTACTS SIP_PART_CONTACTS
#define THIRD_PARTY_TEXT 32768
#define THIRD_PARTY_DEFAULT_EXPIRES 3600 /* s, RFC 3261 10.2 */

/* The request, in pieces; len 0: it has no such header. */
struct third_party_in
{
	struct span to;		 /* URI */
	struct span from;	 /* URI, the S-CSCF's */
	struct span contact; /* header value, the S-CSCF's */
	struct span expires; /* header value */
	/* values of P-Associated-URI, one a header; of the request itself */
	const struct span *associated;
	size_t associated_len;
	struct span content_type; /* header value */
	struct span body;
	enum service_info_format service_info_format;
};

/* What was not as it should be; the record is good all the same. Bits. */
enum third_party_fault
{
	THIRD_PARTY_NO_SCSCF = 1 << 0,	   /* neither Contact nor From names it */
	THIRD_PARTY_NO_EXPIRES = 1 << 1,   /* THIRD_PARTY_DEFAULT_EXPIRES taken */
	THIRD_PARTY_BAD_EXPIRES = 1 << 2,  /* Expires is no number */
	THIRD_PARTY_BAD_BODY = 1 << 3,	   /* the body or a part of it is broken */
	THIRD_PARTY_UNKNOWN_BODY = 1 << 4, /* a part that is none of those known */
	THIRD_PARTY_WRONG_TYPE = 1 << 5,   /* Content-Type says something else */
	THIRD_PARTY_REPAIRED_XML = 1 << 6, /* service-info read out of broken XML */
	THIRD_PARTY_NO_NUMBER = 1 << 7,	   /* service-info without MSISDN or IMSI */
	THIRD_PARTY_OTHER_SET = 1 << 8, /* P-Associated-URI without To: ignored */
	THIRD_PARTY_TOO_MUCH = 1 << 9,	/* contacts, identities, parts left out */
};

/* Spans lie in the request or in text: valid as long as both, and not to be copied by assignment. */
struct third_party
{
	struct span impu;  /* To, as it came */
	struct span scscf; /* URI for Route; len 0: THIRD_PARTY_NO_SCSCF */
	uint32_t expires;  /* s; 0: a phone of the subscriber, or he, is gone */
	/* the implicit set as the embedded 200 names it; impu is the first */
	struct span impus[THIRD_PARTY_IMPUS];
	size_t impus_len;
	char msisdn[MSISDN_MAX_DIGITS + 1]; /* digits without "+"; "": unknown */
	char imsi[IMSI_MAX_DIGITS + 1];		/* "": unknown */
	struct span impi;					/* len 0: unknown */
	/* The phone's contacts as far as the embedded messages name them, each with the expiry granted to it; 0: it leaves. */
	struct sip_contact contacts[THIRD_PARTY_CONTACTS];
	size_t contacts_len;
	size_t smsip_contacts; /* of them, those that stay and take short messages */
	bool contacts_complete; /* the list is that of a 200: all that are bound */
	bool all_contacts_gone; /* "Contact: *" */
	enum sms_capability capability;
	unsigned faults; /* enum third_party_fault */
	char text[THIRD_PARTY_TEXT];
};

/* Fill the record. 0, or -1: To is no identity, so there is nobody to register. */
int third_party_parse(struct third_party *out, const struct third_party_in *in);

/* The faults as words with commas between, NUL-terminated, cut where cap ends; for logs. */
void third_party_print_faults(char *out, size_t cap, unsigned faults);

#endif
