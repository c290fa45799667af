/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Fuzz target: five lines of the input are To, Contact, Expires, P-Associated-URI and Content-Type, the rest is the body
 * of a third-party REGISTER. To alone decides who is registered; everything found lies in the input or in the record,
 * and can be written into a header.
 */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "ims/identity.h"
#include "ims/third_party.h"

static struct third_party record;

static bool is_inside(struct span part, const char *whole, size_t len)
{
	return part.s >= whole && part.s + part.len <= whole + len;
}

static void check_uri(struct span uri, struct span input)
{
	if(uri.len == 0)
		return;
	assert(is_inside(uri, input.s, input.len)
			|| is_inside(uri, record.text, sizeof(record.text)));
	assert(identity_printable(uri));
}

static void check_contacts(struct span input)
{
	size_t i, smsip = 0;

	assert(record.contacts_len <= THIRD_PARTY_CONTACTS);
	for(i = 0; i < record.contacts_len; i++) {
		const struct sip_contact *contact = &record.contacts[i];

		assert(contact->uri.len > 0);
		check_uri(contact->uri, input);
		assert(contact->smsip || !contact->msisdn_less);
		smsip += contact->smsip && contact->expires > 0;
	}
	assert(smsip == record.smsip_contacts);
	assert((smsip > 0) == (record.capability == SMS_CAPABILITY_YES));
}

static void check_record(const struct third_party_in *in, struct span input)
{
	char faults[256];
	size_t i, j;

	assert(record.impu.s == in->to.s && record.impu.len == in->to.len);
	check_uri(record.scscf, input);
	assert((record.scscf.len == 0)
			== ((record.faults & THIRD_PARTY_NO_SCSCF) != 0));
	check_uri(record.impi, input);
	assert(record.impus_len > 0 && record.impus_len <= THIRD_PARTY_IMPUS);
	for(i = 0; i < record.impus_len; i++) {
		check_uri(record.impus[i], input);
		for(j = 0; j < i; j++)
			assert(!identity_same(record.impus[i], record.impus[j]));
	}
	assert(strspn(record.msisdn, "0123456789") == strlen(record.msisdn));
	assert(strspn(record.imsi, "0123456789") == strlen(record.imsi));
	check_contacts(input);
	third_party_print_faults(faults, sizeof(faults), record.faults);
	assert((faults[0] == '\0') == (record.faults == 0));
}

static struct span take_line(struct span *rest)
{
	struct span line = {rest->s, span_find(*rest, '\n')};

	*rest = span_skip(*rest, line.len + 1);
	return line;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span input = {(const char *)data, size}, rest = input, associated;
	struct third_party_in in = {.associated = &associated, .associated_len = 1};
	struct identity_uri uri;
	int rc;

	in.to = take_line(&rest);
	in.contact = take_line(&rest);
	in.expires = take_line(&rest);
	associated = take_line(&rest);
	in.content_type = take_line(&rest);
	in.body = rest;
	rc = third_party_parse(&record, &in);
	assert((rc == 0) == (identity_uri_parse(&uri, in.to) == 0));
	if(rc == 0)
		check_record(&in, input);
	return 0;
}
