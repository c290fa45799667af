/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * application/reginfo+xml: see reginfo.h.
 */
#include "reginfo.h"

#include <libxml/tree.h>

#include "header.h"
#include "identity.h"
#include "sip_part.h"

#define NAMESPACE "urn:ietf:params:xml:ns:reginfo"

/* The caller's buffer; strings are put one behind the other. */
struct text
{
	char *s;
	size_t cap, len;
	bool full;
};

static const struct span nothing = {"", 0};

static struct span keep(struct text *to, const xmlChar *value)
{
	struct span in;
	char *at = to->s + to->len;

	if(!value)
		return nothing;
	in = span_trim(
			(struct span){(const char *)value, strlen((const char *)value)});
	if(in.len > to->cap - to->len) {
		to->full = true;
		return nothing;
	}
	if(in.len > 0)
		memcpy(at, in.s, in.len);
	to->len += in.len;
	return (struct span){at, in.len};
}

/* An attribute without the blanks around it; len 0: it is empty or not there. */
static struct span attribute(struct text *to, xmlNodePtr node, const char *name)
{
	xmlChar *value = xmlGetNoNsProp(node, (const xmlChar *)name);
	struct span kept = keep(to, value);

	xmlFree(value);
	return kept;
}

static struct span content(struct text *to, xmlNodePtr node)
{
	xmlChar *value = xmlNodeGetContent(node);
	struct span kept = keep(to, value);

	xmlFree(value);
	return kept;
}

static bool is_element(const xmlNode *node, const char *name)
{
	return node && node->type == XML_ELEMENT_NODE && node->ns
		   && strcmp((const char *)node->ns->href, NAMESPACE) == 0
		   && strcmp((const char *)node->name, name) == 0;
}

/* A word of a closed list; names end with NULL. Its place, or -1. */
static int word_of(const char *const *names, struct span word)
{
	int i;

	for(i = 0; names[i]; i++)
		if(word.len == strlen(names[i])
				&& memcmp(word.s, names[i], word.len) == 0)
			return i;
	return -1;
}

static int state_of(enum reginfo_state *out, struct span word)
{
	static const char *const names[] = {
			[REGINFO_INIT] = "init",
			[REGINFO_ACTIVE] = "active",
			[REGINFO_TERMINATED] = "terminated",
			NULL,
	};
	int state = word_of(names, word);

	*out = state < 0 ? REGINFO_INIT : (enum reginfo_state)state;
	return state < 0 ? -1 : 0;
}

static int event_of(enum reginfo_event *out, struct span word)
{
	static const char *const names[] = {
			[REGINFO_REGISTERED] = "registered",
			[REGINFO_CREATED] = "created",
			[REGINFO_REFRESHED] = "refreshed",
			[REGINFO_SHORTENED] = "shortened",
			[REGINFO_EXPIRED] = "expired",
			[REGINFO_DEACTIVATED] = "deactivated",
			[REGINFO_PROBATION] = "probation",
			[REGINFO_UNREGISTERED] = "unregistered",
			[REGINFO_REJECTED] = "rejected",
			NULL,
	};
	int event = word_of(names, word);

	*out = event < 0 ? REGINFO_REGISTERED : (enum reginfo_event)event;
	return event < 0 ? -1 : 0;
}

/* An attribute that is a number; otherwise if it is not there. 0, or -1: it is something else. Larger ones are cut. */
static int number_attribute(int64_t *out, struct text *text, xmlNodePtr node,
		const char *name, int64_t otherwise)
{
	uint64_t n;

	*out = otherwise;
	if(!xmlHasNsProp(node, (const xmlChar *)name, NULL))
		return 0;
	if(header_number(&n, attribute(text, node, name), UINT32_MAX) < 0)
		return -1;
	*out = (int64_t)n;
	return 0;
}

/* <uri>, and what the parameters of the Contact were. */
static void read_contact_children(
		struct reginfo_contact *out, struct text *text, xmlNodePtr node)
{
	for(node = node->children; node; node = node->next) {
		if(is_element(node, "uri")) {
			out->uri = content(text, node);
		} else if(is_element(node, "unknown-param")) {
			struct span name = sip_unquote(attribute(text, node, "name"));
			struct span value = content(text, node);

			if(span_is(name, SPAN("+sip.instance")))
				out->instance = sip_unquote(value);
			sip_feature_tag(&out->smsip, &out->msisdn_less, name, value);
		}
	}
}

/* 0, or -1: it is broken. */
static int read_contact(
		struct reginfo_contact *out, struct text *text, xmlNodePtr node)
{
	int64_t cseq;

	*out = (struct reginfo_contact){.id = attribute(text, node, "id"),
			.callid = attribute(text, node, "callid")};
	if(out->id.len == 0
			|| state_of(&out->state, attribute(text, node, "state")) < 0
			|| out->state == REGINFO_INIT
			|| event_of(&out->event, attribute(text, node, "event")) < 0
			|| number_attribute(
					   &out->expires, text, node, "expires", REGINFO_NO_EXPIRES)
					   < 0)
		return -1;
	number_attribute(&cseq, text, node, "cseq", 0);
	out->cseq = (uint32_t)cseq;
	read_contact_children(out, text, node);
	return out->uri.len > 0 && identity_printable(out->uri) ? 0 : -1;
}

static void add_contact(struct reginfo *out,
		struct reginfo_registration *registration, struct text *text,
		xmlNodePtr node)
{
	struct reginfo_contact contact;
	struct text before = *text;

	if(out->contacts_len == REGINFO_CONTACTS) {
		out->dropped++;
		return;
	}
	if(read_contact(&contact, text, node) == 0 && !text->full) {
		out->contacts[out->contacts_len++] = contact;
		registration->len++;
		return;
	}
	if(text->full)
		out->dropped++;
	else
		out->skipped++;
	*text = before;
}

/* 0, or -1: it is broken. */
static int read_registration(
		struct reginfo_registration *out, struct text *text, xmlNodePtr node)
{
	struct identity_uri uri;

	*out = (struct reginfo_registration){.aor = attribute(text, node, "aor"),
			.id = attribute(text, node, "id")};
	if(out->id.len == 0 || identity_uri_parse(&uri, out->aor) < 0)
		return -1;
	return state_of(&out->state, attribute(text, node, "state"));
}

static void add_registration(
		struct reginfo *out, struct text *text, xmlNodePtr node)
{
	struct reginfo_registration *registration =
			&out->registrations[out->registrations_len];
	struct text before = *text;

	if(out->registrations_len == REGINFO_REGISTRATIONS) {
		out->dropped++;
		return;
	}
	if(read_registration(registration, text, node) < 0 || text->full) {
		if(text->full)
			out->dropped++;
		else
			out->skipped++;
		*text = before;
		return;
	}
	registration->first = out->contacts_len;
	out->registrations_len++;
	for(node = node->children; node; node = node->next)
		if(is_element(node, "contact"))
			add_contact(out, registration, text, node);
}

/* The attributes of the root. */
static enum xmldoc_error read_head(
		struct reginfo *out, struct text *text, xmlNodePtr root)
{
	struct span state;

	if(!is_element(root, "reginfo"))
		return XMLDOC_UNKNOWN;
	if(header_number(
			   &out->version, attribute(text, root, "version"), UINT64_MAX)
			< 0)
		return XMLDOC_MALFORMED;
	state = attribute(text, root, "state");
	out->full = span_is(state, SPAN("full"));
	return out->full || span_is(state, SPAN("partial")) ? XMLDOC_OK
														: XMLDOC_MALFORMED;
}

enum xmldoc_error reginfo_parse(
		struct reginfo *out, char *text, size_t cap, struct span document)
{
	struct text to = {text, cap, 0, false};
	xmlDocPtr doc;
	xmlNodePtr node;
	enum xmldoc_error error;

	out->version = 0;
	out->full = false;
	out->registrations_len = out->contacts_len = 0;
	out->skipped = out->dropped = 0;
	error = xmldoc_read(&doc, document);
	if(error != XMLDOC_OK)
		return error;
	node = xmlDocGetRootElement(doc);
	error = read_head(out, &to, node);
	if(error == XMLDOC_OK)
		for(node = node->children; node; node = node->next)
			if(is_element(node, "registration"))
				add_registration(out, &to, node);
	xmlFreeDoc(doc);
	return error;
}

size_t reginfo_smsip_contacts(const struct reginfo *info,
		const struct reginfo_registration *registration)
{
	size_t i, n = 0;

	for(i = 0; i < registration->len; i++) {
		const struct reginfo_contact *contact =
				&info->contacts[registration->first + i];

		if(contact->state == REGINFO_ACTIVE && contact->smsip)
			n++;
	}
	return n;
}
