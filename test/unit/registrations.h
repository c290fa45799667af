/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Registrations for tests of the registry, written as they are read. Only for test/unit and test/bench.
 */
#ifndef IPSMGW_TEST_REGISTRATIONS_H
#define IPSMGW_TEST_REGISTRATIONS_H

#include <string.h>

#include "registry/registry.h"

#define NOW 1700000000

static inline struct span text_span(const char *text)
{
	return (struct span){text, text ? strlen(text) : 0};
}

/* What a test says of a registration; texts it does not name are not known. */
struct said
{
	const char *impus; /* with a blank between two */
	const char *msisdn, *imsi, *impi, *scscf;
	const char *
			contacts; /* with a blank between two; "+" before one that takes short messages, "*" also without an MSISDN, "-" before one that does not */
	int64_t lives;	  /* seconds; 0: an hour */
	int64_t registered_at;
};

/* The blank-separated words of a text. */
static inline struct span next_word(const char **rest)
{
	struct span word;

	*rest += strspn(*rest, " ");
	word = (struct span){*rest, strcspn(*rest, " ")};
	*rest += word.len;
	return word;
}

/* The spans point into what was said. */
static inline void registration_say(
		struct registration *out, const struct said *said, int64_t now)
{
	const char *rest;
	struct span word;

	memset(out, 0, offsetof(struct registration, text));
	rest = said->impus ? said->impus : "";
	while((word = next_word(&rest)).len > 0)
		out->impu[out->impus++] = word;
	out->msisdn = text_span(said->msisdn);
	out->imsi = text_span(said->imsi);
	out->impi = text_span(said->impi);
	out->scscf = text_span(said->scscf);
	rest = said->contacts ? said->contacts : "";
	while((word = next_word(&rest)).len > 0) {
		struct registered_contact *contact = &out->contact[out->contacts++];
		contact->smsip = strchr("+*", word.s[0]) ? SMS_CAPABILITY_YES
						 : word.s[0] == '-'		 ? SMS_CAPABILITY_NO
												 : SMS_CAPABILITY_UNKNOWN;
		contact->msisdn_less = word.s[0] == '*';
		contact->uri = strchr("+*-", word.s[0]) ? span_skip(word, 1) : word;
		contact->expires_at = now + (said->lives ? said->lives : 3600);
	}
	out->registered_at = said->registered_at;
	out->state.capability = registration_capability(out);
	out->state.expires_at = now + (said->lives ? said->lives : 3600);
}

#endif
