/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * message/cpim: see cpim.h.
 */
#include "cpim.h"

#include "header.h"
#include "identity.h"

#define IMDN_NAMESPACE "urn:ietf:params:imdn"
#define IMDN_PREFIX "imdn" /* when no NS names it */

static const struct
{
	enum cpim_disposition bit;
	struct span name;
} dispositions[] = {
		{CPIM_POSITIVE_DELIVERY, SPAN("positive-delivery")},
		{CPIM_NEGATIVE_DELIVERY, SPAN("negative-delivery")},
		{CPIM_PROCESSING, SPAN("processing")},
		{CPIM_DISPLAY, SPAN("display")},
};

#define DISPOSITIONS (sizeof(dispositions) / sizeof(dispositions[0]))

/* --- reading ------------------------------------------------------------------ */

/* "NS: imdn <urn:...>": the prefix, when the name is IMDN's. */
static void read_namespace(struct span *prefix, struct span value)
{
	size_t open = span_find(value, '<');
	struct span name = span_skip(value, open + 1);

	name.len = span_find(name, '>');
	if(span_is(span_trim(name), SPAN(IMDN_NAMESPACE)))
		*prefix = span_trim((struct span){value.s, open});
}

/* What stands behind "prefix."; the whole name with an empty prefix, which is the namespace of all. false: another one. */
static bool local_name(struct span *out, struct span name, struct span prefix)
{
	*out = name;
	if(prefix.len == 0)
		return true;
	if(!span_starts(name, prefix) || name.len == prefix.len
			|| name.s[prefix.len] != '.')
		return false;
	*out = span_skip(name, prefix.len + 1);
	return true;
}

static unsigned read_disposition(struct span list)
{
	struct span word;
	unsigned bits = 0;

	while(header_element(&word, &list) == 0)
		for(size_t i = 0; i < DISPOSITIONS; i++)
			if(span_is(word, dispositions[i].name))
				bits |= dispositions[i].bit;
	return bits;
}

/* ";lang=en text": a value without its parameters. */
static struct span without_parameters(struct span value)
{
	if(value.len > 0 && value.s[0] == ';')
		value = span_skip(value, span_find(value, ' '));
	return span_trim(value);
}

static struct span address_of(struct span value)
{
	struct span uri, params;

	header_name_addr(&uri, &params, value);
	return uri;
}

static void read_header(struct cpim *out, struct span name, struct span value,
		struct span imdn_prefix)
{
	struct span local;

	if(span_is(name, SPAN("From")))
		out->from = address_of(value);
	else if(span_is(name, SPAN("To")) && out->to.len == 0)
		out->to = address_of(value);
	else if(span_is(name, SPAN("DateTime")))
		out->datetime = value;
	else if(!local_name(&local, name, imdn_prefix))
		return;
	else if(span_is(local, SPAN("Message-ID")))
		out->message_id = value;
	else if(span_is(local, SPAN("Disposition-Notification")))
		out->disposition = read_disposition(value);
}

/* The headers of a message, up to the empty line, which *rest moves behind. 0, or -1: there is no such line. */
static int headers_of(struct span *out, struct span *rest)
{
	const char *start = rest->s;

	for(;;) {
		struct span line = {rest->s, span_find(*rest, '\n')};

		if(line.len == rest->len)
			return -1;
		*rest = span_skip(*rest, line.len + 1);
		if(span_trim(line).len > 0)
			continue;
		*out = (struct span){start, (size_t)(line.s - start)};
		return 0;
	}
}

int cpim_parse(struct cpim *out, struct span body)
{
	const struct span nothing = {"", 0};
	struct span prefix = SPAN(IMDN_PREFIX), headers, rest, name, value;

	*out = (struct cpim){.from = nothing,
			.to = nothing,
			.datetime = nothing,
			.message_id = nothing};
	if(headers_of(&headers, &body) < 0)
		return -1;
	for(rest = headers; header_next(&name, &value, &rest) == 0;)
		if(span_is(name, SPAN("NS")))
			read_namespace(&prefix, value);
	for(rest = headers; header_next(&name, &value, &rest) == 0;)
		read_header(out, name, without_parameters(value), prefix);
	mime_read_part(&out->content, body);
	return 0;
}

/* --- writing ------------------------------------------------------------------- */

struct writer
{
	char *s;
	size_t cap, len;
	bool failed;
};

static void put(struct writer *w, struct span text)
{
	if(text.len > w->cap - w->len) {
		w->failed = true;
		return;
	}
	if(text.len > 0)
		memcpy(w->s + w->len, text.s, text.len);
	w->len += text.len;
}

/* A header, or nothing when there is no value. */
static void put_header(struct writer *w, struct span name, struct span value)
{
	if(value.len == 0)
		return;
	for(size_t i = 0; i < value.len; i++)
		if((unsigned char)value.s[i] < ' ' || value.s[i] == 0x7f)
			w->failed = true;
	put(w, name);
	put(w, SPAN(": "));
	put(w, value);
	put(w, SPAN("\r\n"));
}

static void put_address(struct writer *w, struct span name, struct span uri)
{
	if(uri.len == 0)
		return;
	if(!identity_printable(uri))
		w->failed = true;
	put(w, name);
	put(w, SPAN(": <"));
	put(w, uri);
	put(w, SPAN(">\r\n"));
}

static void put_disposition(struct writer *w, unsigned bits)
{
	struct span before = SPAN("imdn.Disposition-Notification: ");

	for(size_t i = 0; i < DISPOSITIONS; i++) {
		if(!(bits & dispositions[i].bit))
			continue;
		put(w, before);
		put(w, dispositions[i].name);
		before = SPAN(", ");
	}
	if(bits)
		put(w, SPAN("\r\n"));
}

int cpim_build(char *out, size_t cap, size_t *len, const struct cpim *in)
{
	struct writer w = {out, cap, 0, false};

	*len = 0;
	put_address(&w, SPAN("From"), in->from);
	put_address(&w, SPAN("To"), in->to);
	put_header(&w, SPAN("DateTime"), in->datetime);
	if(in->message_id.len > 0 || in->disposition)
		put(&w, SPAN("NS: " IMDN_PREFIX " <" IMDN_NAMESPACE ">\r\n"));
	put_header(&w, SPAN("imdn.Message-ID"), in->message_id);
	put_disposition(&w, in->disposition);
	put(&w, SPAN("\r\n"));
	put_header(&w, SPAN("Content-Type"), in->content.content_type);
	if(span_is(mime_type(in->content.content_type), SPAN("message/imdn+xml")))
		put(&w, SPAN("Content-Disposition: notification\r\n"));
	put(&w, SPAN("\r\n"));
	put(&w, in->content.body);
	if(w.failed)
		return -1;
	*len = w.len;
	return 0;
}
