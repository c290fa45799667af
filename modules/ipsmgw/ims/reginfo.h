/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * application/reginfo+xml (RFC 3680 5): what a NOTIFY of the reg event package says about the registrations of a
 * subscriber. Plain C with libxml2. Bounded: what is beyond the bounds is counted, what is broken is left out and counted.
 */
#ifndef IPSMGW_IMS_REGINFO_H
#define IPSMGW_IMS_REGINFO_H

#include <stdint.h>

#include "span.h"
#include "xmldoc.h"

#define REGINFO_REGISTRATIONS 32
#define REGINFO_CONTACTS 256 /* of all registrations together */
#define REGINFO_TEXT XMLDOC_MAX_OCTETS

enum reginfo_state
{
	REGINFO_INIT, /* of a registration only */
	REGINFO_ACTIVE,
	REGINFO_TERMINATED,
};

enum reginfo_event
{
	REGINFO_REGISTERED,
	REGINFO_CREATED,
	REGINFO_REFRESHED,
	REGINFO_SHORTENED,
	REGINFO_EXPIRED,
	REGINFO_DEACTIVATED,
	REGINFO_PROBATION,
	REGINFO_UNREGISTERED,
	REGINFO_REJECTED,
};

#define REGINFO_NO_EXPIRES (-1) /* the contact states none */

/* Spans lie in the buffer given to reginfo_parse(); len 0: not stated. */
struct reginfo_contact
{
	struct span id;
	struct span uri;
	struct span callid;
	struct span instance; /* URN of +sip.instance */
	enum reginfo_state state;
	enum reginfo_event event;
	int64_t expires; /* s, at most UINT32_MAX; REGINFO_NO_EXPIRES */
	uint32_t cseq;	 /* 0: not stated */
	bool smsip;		 /* TS 24.341 A.2, A.3 */
	bool msisdn_less;
};

struct reginfo_registration
{
	struct span aor; /* a URI */
	struct span id;
	enum reginfo_state state;
	size_t first, len; /* its contacts in struct reginfo */
};

struct reginfo
{
	uint64_t version;
	bool full; /* state="full"; else partial */
	struct reginfo_registration registrations[REGINFO_REGISTRATIONS];
	size_t registrations_len;
	struct reginfo_contact contacts[REGINFO_CONTACTS];
	size_t contacts_len;
	size_t skipped; /* broken registrations and contacts */
	size_t dropped; /* those beyond the bounds, or of the buffer */
};

/* Read a document; its strings are copied to text (REGINFO_TEXT octets hold those of any UTF-8 document). XMLDOC_OK, or
 * why there is nothing in out: XMLDOC_UNKNOWN when the root is not reginfo of its namespace, XMLDOC_MALFORMED also when
 * version or state is missing or none. */
enum xmldoc_error reginfo_parse(
		struct reginfo *out, char *text, size_t cap, struct span document);

/* Contacts of a registration that are active and can take short messages. */
size_t reginfo_smsip_contacts(const struct reginfo *info,
		const struct reginfo_registration *registration);

#endif
