/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * application/vnd.3gpp.sms+xml: see short_message_info.h.
 */
#include "short_message_info.h"

#include <libxml/tree.h>

#include "identity.h"
#include "xmltext.h"

#define DECLARATION "<?xml version=\"1.0\" encoding=\"UTF-8\"?>"

/* One element with a text: where it goes, whether it is an address. */
struct field
{
	const char *name;
	struct span *to;
	bool is_address;
	bool seen;
};

static bool is_uri(struct span text)
{
	struct identity_uri uri;

	return identity_uri_parse(&uri, text) == 0;
}

/* 0, or -1: it is there a second time, or no address where one must be. */
static int read_field(
		struct field *fields, struct xmltext *text, xmlNodePtr node)
{
	for(; fields->name; fields++) {
		if(!xmltext_is(node, fields->name))
			continue;
		if(fields->seen)
			return -1;
		fields->seen = true;
		*fields->to = xmltext_content(text, node);
		return fields->is_address && !text->full && !is_uri(*fields->to) ? -1
																		 : 0;
	}
	return 0;
}

/* 0, or -1: as above. */
static int read_correlation(
		struct short_message_info *out, struct xmltext *text, xmlNodePtr node)
{
	struct field fields[] = {
			{"Sender", &out->sender, true, false},
			{"Receiver", &out->receiver, true, false},
			{"HLR-ID", &out->hlr_id, false, false},
			{NULL, NULL, false, false},
	};

	if(out->has_correlation)
		return -1;
	out->has_correlation = true;
	for(node = node->children; node; node = node->next)
		if(read_field(fields, text, node) < 0)
			return -1;
	return 0;
}

/* Its spelling in the standard; the right one is taken, too. */
static enum delivery_outcome outcome_of(struct span text)
{
	if(span_is(text, SPAN("SuccessfullTransfer"))
			|| span_is(text, SPAN("SuccessfulTransfer")))
		return OUTCOME_SUCCESS;
	if(span_is(text, SPAN("AbsentSubscriber")))
		return OUTCOME_ABSENT_SUBSCRIBER;
	return OUTCOME_OTHER_FAILURE;
}

static enum xmldoc_error read_root(
		struct short_message_info *out, struct xmltext *text, xmlNodePtr node)
{
	struct field fields[] = {
			{"To", &out->to, true, false},
			{"From", &out->from, true, false},
			{"Delivery-Outcome", &out->outcome, false, false},
			{NULL, NULL, false, false},
	};
	int rc = 0;

	if(!xmltext_is(node, "short-message-info"))
		return XMLDOC_UNKNOWN;
	for(node = node->children; node && rc == 0; node = node->next)
		rc = xmltext_is(node, "Correlation-ID")
					 ? read_correlation(out, text, node)
					 : read_field(fields, text, node);
	if(text->full)
		return XMLDOC_TOO_BIG;
	if(fields[2].seen)
		out->delivery = outcome_of(out->outcome);
	return rc == 0
						   && (fields[0].seen || fields[1].seen
								   || fields[2].seen || out->has_correlation)
				   ? XMLDOC_OK
				   : XMLDOC_UNKNOWN;
}

enum xmldoc_error short_message_info_parse(struct short_message_info *out,
		char *text, size_t cap, struct span document)
{
	const struct span nothing = {"", 0};
	struct xmltext to = {text, cap, 0, false};
	xmlDocPtr doc;
	enum xmldoc_error error;

	*out = (struct short_message_info){.to = nothing,
			.from = nothing,
			.sender = nothing,
			.receiver = nothing,
			.hlr_id = nothing,
			.outcome = nothing};
	error = xmldoc_read(&doc, document);
	if(error != XMLDOC_OK)
		return error;
	error = read_root(out, &to, xmlDocGetRootElement(doc));
	xmlFreeDoc(doc);
	return error;
}

int short_message_info_build(
		char *out, size_t cap, size_t *len, const struct short_message_info *in)
{
	struct xmltext to = {out, cap, 0, false};

	*len = 0;
	if(in->to.len == 0 && in->from.len == 0 && in->outcome.len == 0
			&& !in->has_correlation)
		return -1;
	xmltext_put(&to, DECLARATION "<short-message-info>");
	xmltext_put_element(&to, "To", in->to);
	xmltext_put_element(&to, "From", in->from);
	if(in->has_correlation) {
		xmltext_put(&to, "<Correlation-ID>");
		xmltext_put_element(&to, "Sender", in->sender);
		xmltext_put_element(&to, "Receiver", in->receiver);
		xmltext_put_element(&to, "HLR-ID", in->hlr_id);
		xmltext_put(&to, "</Correlation-ID>");
	}
	xmltext_put_element(&to, "Delivery-Outcome", in->outcome);
	xmltext_put(&to, "</short-message-info>");
	if(to.full)
		return -1;
	*len = to.len;
	return 0;
}
