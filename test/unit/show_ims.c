/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Shows what ims/ reads out of a whole SIP message or a body on stdin, a line each: a name and its values, tabs between.
 * test/unit/ims_vectors.py knows what it must say. Or writes the Sh-Data that registers the IP-SM-GW number on stdin, or
 * ends that; test/unit/sh_data.py holds it against the schema.
 *
 * usage: show_ims third-party | sip | reginfo | sh-register | sh-deregister
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ims/header.h"
#include "ims/identity.h"
#include "ims/reginfo.h"
#include "ims/sh_data.h"
#include "ims/third_party.h"

#define INPUT_MAX (1024 * 1024)
#define ASSOCIATED_MAX 8

static void show(const char *name, struct span value)
{
	printf("%s\t%.*s\n", name, (int)value.len, value.len ? value.s : "");
}

static void show_sip_contact(const struct sip_contact *c)
{
	printf("contact\t%.*s\t%u\t%d\t%.*s\n", (int)c->uri.len, c->uri.s,
			c->expires, c->smsip, (int)c->instance.len,
			c->instance.len ? c->instance.s : "");
}

static struct span first_uri(struct span value)
{
	struct span uri;

	return identity_next(&uri, &value) < 0 ? (struct span){"", 0} : uri;
}

/* The pieces of a request, as the caller of third_party_parse() finds them. */
static void split(
		struct third_party_in *in, struct span *associated, struct span message)
{
	struct span name, value;

	message = span_skip(message, span_find(message, '\n') + 1);
	in->associated = associated;
	while(header_next(&name, &value, &message) == 0) {
		if(span_is(name, SPAN("To")))
			in->to = first_uri(value);
		else if(span_is(name, SPAN("From")))
			in->from = first_uri(value);
		else if(span_is(name, SPAN("Contact")))
			in->contact = value;
		else if(span_is(name, SPAN("Expires")))
			in->expires = value;
		else if(span_is(name, SPAN("Content-Type")))
			in->content_type = value;
		else if(span_is(name, SPAN("P-Associated-URI"))
				&& in->associated_len < ASSOCIATED_MAX)
			associated[in->associated_len++] = value;
	}
	in->body = message;
}

static int show_third_party(struct span message)
{
	static const char *const capabilities[] = {
			[SMS_CAPABILITY_UNKNOWN] = "unknown",
			[SMS_CAPABILITY_YES] = "yes",
			[SMS_CAPABILITY_NO] = "no",
	};
	static struct third_party record;
	struct span associated[ASSOCIATED_MAX];
	struct third_party_in in = {.service_info_format = SERVICE_INFO_AUTO};
	char faults[256];
	size_t i;

	split(&in, associated, message);
	if(third_party_parse(&record, &in) < 0)
		return -1;
	show("scscf", record.scscf);
	printf("expires\t%u\n", record.expires);
	for(i = 0; i < record.impus_len; i++)
		show("impu", record.impus[i]);
	printf("msisdn\t%s\nimsi\t%s\n", record.msisdn, record.imsi);
	show("impi", record.impi);
	printf("capability\t%s\n", capabilities[record.capability]);
	for(i = 0; i < record.contacts_len; i++)
		show_sip_contact(&record.contacts[i]);
	third_party_print_faults(faults, sizeof(faults), record.faults);
	printf("faults\t%s\n", faults);
	return 0;
}

static int show_sip(struct span message)
{
	struct sip_part part;
	size_t i;

	if(sip_part_parse(&part, message) < 0)
		return -1;
	show("method", part.method);
	printf("status\t%d\n", part.status);
	show("to", part.to);
	show("from", part.from);
	show("impi", part.impi);
	for(i = 0; i < part.contacts_len; i++)
		show_sip_contact(&part.contacts[i]);
	for(i = 0; i < part.associated_len; i++)
		show("associated", part.associated[i]);
	return 0;
}

static void show_contact(const struct reginfo_contact *c)
{
	static const char *const events[] = {"registered", "created", "refreshed",
			"shortened", "expired", "deactivated", "probation", "unregistered",
			"rejected"};

	printf("contact\t%.*s\t%s\t%s\t%.*s\t%lld\t%.*s\t%u\t%d\t%.*s\n",
			(int)c->id.len, c->id.s,
			c->state == REGINFO_ACTIVE ? "active" : "terminated",
			events[c->event], (int)c->uri.len, c->uri.s, (long long)c->expires,
			(int)c->callid.len, c->callid.s, c->cseq, c->smsip,
			(int)c->instance.len, c->instance.len ? c->instance.s : "");
}

static int show_reginfo(struct span document)
{
	static const char *const states[] = {"init", "active", "terminated"};
	static struct reginfo info;
	static char text[REGINFO_TEXT];
	enum xmldoc_error error =
			reginfo_parse(&info, text, sizeof(text), document);
	size_t i, j;

	if(error != XMLDOC_OK) {
		printf("error\t%s\n", xmldoc_error_name(error));
		return 0;
	}
	printf("version\t%llu\nstate\t%s\nskipped\t%zu\n",
			(unsigned long long)info.version, info.full ? "full" : "partial",
			info.skipped);
	for(i = 0; i < info.registrations_len; i++) {
		const struct reginfo_registration *r = &info.registrations[i];

		printf("registration\t%.*s\t%.*s\t%s\n", (int)r->aor.len, r->aor.s,
				(int)r->id.len, r->id.s, states[r->state]);
		for(j = 0; j < r->len; j++)
			show_contact(&info.contacts[r->first + j]);
	}
	return 0;
}

static int write_document(const char *document, size_t len)
{
	return fwrite(document, 1, len, stdout) == len ? 0 : -1;
}

static int show_sh_register(struct span number)
{
	char document[SH_DATA_SMS_REGISTRATION_MAX];
	size_t len;

	if(sh_data_register(document, sizeof(document), &len, number) < 0)
		return -1;
	return write_document(document, len);
}

static int show_sh_deregister(struct span nothing)
{
	char document[SH_DATA_SMS_REGISTRATION_MAX];
	size_t len;

	(void)nothing;
	if(sh_data_deregister(document, sizeof(document), &len) < 0)
		return -1;
	return write_document(document, len);
}

static const struct
{
	const char *name;
	int (*show)(struct span in);
} kinds[] = {
		{"third-party", show_third_party},
		{"sip", show_sip},
		{"reginfo", show_reginfo},
		{"sh-register", show_sh_register},
		{"sh-deregister", show_sh_deregister},
};

int main(int argc, char **argv)
{
	static char input[INPUT_MAX];
	struct span in = {input, fread(input, 1, sizeof(input), stdin)};
	size_t i;
	int rc = 2;

	xmldoc_init();
	for(i = 0; argc == 2 && i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if(strcmp(argv[1], kinds[i].name) == 0)
			rc = kinds[i].show(in);
	if(rc == 2)
		fprintf(stderr,
				"usage: %s third-party | sip | reginfo | sh-register | "
				"sh-deregister\n",
				argv[0]);
	xmldoc_cleanup();
	return rc < 0 ? 1 : rc;
}
