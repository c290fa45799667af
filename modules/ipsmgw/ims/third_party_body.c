/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The body of a third-party REGISTER: see third_party_body.h. A part is known by its content, and its Content-Type is
 * believed only where the content says nothing: S-CSCFs send none, or a wrong one.
 */
#include "third_party_body.h"

#include "mime.h"

/* What Content-Type says. */
enum label
{
	LABEL_NONE,
	LABEL_SERVICE_INFO,
	LABEL_SIP,
	LABEL_TEXT,
	LABEL_MULTIPART,
	LABEL_OTHER,
};

static enum label label_of(struct span content_type)
{
	static const struct
	{
		struct span type;
		enum label label;
	} types[] = {
			{{"", 0}, LABEL_NONE},
			{{"application/3gpp-ims+xml", 24}, LABEL_SERVICE_INFO},
			{{"message/sip", 11}, LABEL_SIP},
			{{"message/sipfrag", 15}, LABEL_SIP},
			{{"text/plain", 10}, LABEL_TEXT},
	};
	struct span type = mime_type(content_type);
	size_t i;

	for(i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if(span_is(type, types[i].type))
			return types[i].label;
	return span_starts(type, SPAN("multipart/")) ? LABEL_MULTIPART
												 : LABEL_OTHER;
}

static void check_label(
		struct third_party_body *out, enum label label, enum label right)
{
	if(label != LABEL_NONE && label != right)
		out->faults |= THIRD_PARTY_WRONG_TYPE;
}

/* 0, or -1: it is no SIP message. */
static int take_sip(
		struct third_party_body *out, enum label label, struct span content)
{
	struct sip_part part;

	if(sip_part_parse(&part, content) < 0)
		return -1;
	check_label(out, label, LABEL_SIP);
	if(part.dropped > 0)
		out->faults |= THIRD_PARTY_TOO_MUCH;
	if(part.is_request && !out->has_request
			&& span_is(part.method, SPAN("REGISTER"))) {
		out->request = part;
		out->has_request = true;
	} else if(!part.is_request && !out->has_response
			  && part.status / 100 == 2) {
		out->response = part;
		out->has_response = true;
	} else {
		out->faults |= THIRD_PARTY_UNKNOWN_BODY;
	}
	return 0;
}

/* The first value of each kind counts. 0, or -1: there is none in the text. */
static int take_numbers(struct third_party_body *out, struct span text)
{
	struct subscriber_numbers numbers;

	if(service_info_numbers(&numbers, text, out->format) < 0)
		return -1;
	if(!out->numbers.msisdn[0])
		memcpy(out->numbers.msisdn, numbers.msisdn, sizeof(numbers.msisdn));
	if(!out->numbers.imsi[0])
		memcpy(out->numbers.imsi, numbers.imsi, sizeof(numbers.imsi));
	return 0;
}

/* Service information without the document around it, or nothing known. */
static void take_bare_text(
		struct third_party_body *out, enum label label, struct span content)
{
	bool may_be = label == LABEL_NONE || label == LABEL_SERVICE_INFO
				  || label == LABEL_TEXT;

	if(may_be && take_numbers(out, content) == 0)
		check_label(out, label, LABEL_TEXT);
	else if(label == LABEL_SERVICE_INFO || label == LABEL_SIP
			|| label == LABEL_MULTIPART)
		out->faults |= THIRD_PARTY_BAD_BODY;
	else
		out->faults |= THIRD_PARTY_UNKNOWN_BODY;
}

static void take_xml(
		struct third_party_body *out, enum label label, struct span content)
{
	char *text = out->text + out->len;
	size_t len;
	int rc = service_info_text(text, out->cap - out->len, &len, content);

	if(rc == XMLDOC_UNKNOWN) {
		take_bare_text(out, label, content);
		return;
	}
	if(rc < 0) {
		out->faults |= THIRD_PARTY_BAD_BODY;
		return;
	}
	if(rc > 0)
		out->faults |= THIRD_PARTY_REPAIRED_XML;
	check_label(out, label, LABEL_SERVICE_INFO);
	if(take_numbers(out, (struct span){text, len}) < 0)
		out->faults |= THIRD_PARTY_NO_NUMBER;
}

static bool is_xml(struct span content)
{
	return span_starts(content, SPAN("<"))
		   || span_starts(content, SPAN("\xef\xbb\xbf<"));
}

/* Without blanks around it, nor the NUL that some count to a text. */
static struct span bare_content(struct span content)
{
	content = span_trim(content);
	while(content.len > 0 && content.s[content.len - 1] == '\0') {
		content.len--;
		content = span_trim(content);
	}
	return content;
}

static void take_single(struct third_party_body *out, struct span content_type,
		struct span content)
{
	enum label label = label_of(content_type);

	content = bare_content(content);
	if(content.len == 0 || take_sip(out, label, content) == 0)
		return;
	if(is_xml(content))
		take_xml(out, label, content);
	else
		take_bare_text(out, label, content);
}

static void take_part(
		struct third_party_body *out, const struct mime_part *part)
{
	char *text = out->text + out->len;
	size_t len;

	if(part->encoding == MIME_AS_IS) {
		take_single(out, part->content_type, part->body);
		return;
	}
	if(mime_decode(text, out->cap - out->len, &len, part->body, part->encoding)
			< 0) {
		out->faults |= THIRD_PARTY_BAD_BODY;
		return;
	}
	out->len += len;
	take_single(out, part->content_type, (struct span){text, len});
}

/* The boundary as the first delimiter line shows it, for when Content-Type does not say it; len 0: no such line. */
static struct span seen_boundary(struct span body)
{
	struct span line;

	body = span_trim(body);
	if(!span_starts(body, SPAN("--")))
		return (struct span){"", 0};
	line = span_skip(body, 2);
	line.len = span_find(line, '\n');
	return line.len < body.len - 2 ? span_trim(line) : (struct span){"", 0};
}

/* Returns the number of parts. */
static int take_parts(
		struct third_party_body *out, struct span boundary, struct span body)
{
	struct mime_part part;
	int n = 0;

	while(mime_next_part(&part, &body, boundary) == 0) {
		if(n == MIME_MAX_PARTS) {
			out->faults |= THIRD_PARTY_TOO_MUCH;
			break;
		}
		take_part(out, &part);
		n++;
	}
	return n;
}

void third_party_body_read(struct third_party_body *out,
		struct span content_type, struct span body)
{
	enum label label = label_of(content_type);
	struct span boundary = seen_boundary(body);

	out->has_request = out->has_response = false;
	out->numbers.msisdn[0] = out->numbers.imsi[0] = '\0';
	out->faults = 0;
	if(label == LABEL_MULTIPART
			&& take_parts(out, mime_param(content_type, SPAN("boundary")), body)
					   > 0)
		return;
	if(boundary.len > 0 && take_parts(out, boundary, body) > 0)
		check_label(out, label, LABEL_MULTIPART);
	else
		take_single(out, content_type, body);
}
