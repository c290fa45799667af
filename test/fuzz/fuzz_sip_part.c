/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Fuzz target: any octets as an embedded SIP message. Everything found lies inside and can be written into a header
 * again; the counts keep their bounds.
 */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "ims/identity.h"
#include "ims/sip_part.h"

static void check_inside(struct span part, struct span whole)
{
	if(part.len > 0)
		assert(part.s >= whole.s && part.s + part.len <= whole.s + whole.len);
}

static void check_uri(struct span uri, struct span whole)
{
	check_inside(uri, whole);
	assert(uri.len == 0 || identity_printable(uri));
}

static void check_contact(const struct sip_contact *contact, struct span whole)
{
	assert(contact->uri.len > 0);
	check_uri(contact->uri, whole);
	check_inside(contact->instance, whole);
	assert(contact->smsip || !contact->msisdn_less);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span all = {(const char *)data, size};
	struct sip_part part;
	size_t i;

	if(sip_part_parse(&part, all) < 0)
		return 0;
	assert(part.is_request ? part.method.len > 0 : part.status >= 100);
	check_inside(part.method, all);
	check_uri(part.to, all);
	check_uri(part.from, all);
	check_uri(part.impi, all);
	assert(part.contacts_len <= SIP_PART_CONTACTS);
	for(i = 0; i < part.contacts_len; i++)
		check_contact(&part.contacts[i], all);
	assert(part.associated_len <= SIP_PART_ASSOCIATED);
	for(i = 0; i < part.associated_len; i++)
		check_uri(part.associated[i], all);
	return 0;
}
