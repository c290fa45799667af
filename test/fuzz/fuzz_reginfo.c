/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Fuzz target: any octets as a reg event document. Strings lie in the buffer and can be written into a header; contacts
 * lie one registration behind the other; the largest buffer holds all strings.
 */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "ims/identity.h"
#include "ims/reginfo.h"

static char text[REGINFO_TEXT];

static void check_inside(struct span part)
{
	if(part.len > 0)
		assert(part.s >= text && part.s + part.len <= text + sizeof(text));
}

static void check_contact(const struct reginfo_contact *contact)
{
	check_inside(contact->id);
	check_inside(contact->uri);
	check_inside(contact->callid);
	check_inside(contact->instance);
	assert(contact->id.len > 0);
	assert(contact->uri.len > 0 && identity_printable(contact->uri));
	assert(contact->state == REGINFO_ACTIVE
			|| contact->state == REGINFO_TERMINATED);
	assert(contact->event <= REGINFO_REJECTED);
	assert(contact->expires >= REGINFO_NO_EXPIRES
			&& contact->expires <= UINT32_MAX);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct reginfo info;
	struct identity_uri uri;
	size_t i, contacts = 0;

	if(reginfo_parse(&info, text, sizeof(text),
			   (struct span){(const char *)data, size})
			!= XMLDOC_OK)
		return 0;
	assert(info.registrations_len <= REGINFO_REGISTRATIONS);
	assert(info.contacts_len <= REGINFO_CONTACTS);
	for(i = 0; i < info.registrations_len; i++) {
		const struct reginfo_registration *r = &info.registrations[i];

		check_inside(r->aor);
		check_inside(r->id);
		assert(identity_uri_parse(&uri, r->aor) == 0);
		assert(r->first == contacts);
		contacts += r->len;
		assert(reginfo_smsip_contacts(&info, r) <= r->len);
	}
	assert(contacts == info.contacts_len);
	for(i = 0; i < contacts; i++)
		check_contact(&info.contacts[i]);
	return 0;
}
