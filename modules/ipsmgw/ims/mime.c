/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Content-Type values and multipart bodies: see mime.h.
 */
#include "mime.h"

#include "header.h"

struct span mime_type(struct span content_type)
{
	content_type.len = span_find(content_type, ';');
	return span_trim(content_type);
}

struct span mime_param(struct span content_type, struct span name)
{
	struct span rest =
			span_skip(content_type, span_find(content_type, ';') + 1);
	struct span key, value;

	while(header_param(&key, &value, &rest, ';') == 0)
		if(span_is(key, name))
			return value;
	return (struct span){"", 0};
}

/* A delimiter line goes on with "--", blanks or a line break; another octet means a longer boundary. */
static bool ends_delimiter(struct span rest)
{
	return rest.len == 0 || span_starts(rest, SPAN("--"))
		   || memchr(" \t\r\n", rest.s[0], 4);
}

/* Position of the first delimiter "--boundary" that starts a line; s.len when there is none. */
static size_t find_delimiter(struct span s, struct span boundary)
{
	size_t i = 0;

	while(i + 2 + boundary.len <= s.len) {
		const char *p = memchr(s.s + i, '-', s.len - i - 1 - boundary.len);

		if(!p)
			break;
		i = (size_t)(p - s.s);
		if((i == 0 || s.s[i - 1] == '\n') && s.s[i + 1] == '-'
				&& memcmp(s.s + i + 2, boundary.s, boundary.len) == 0
				&& ends_delimiter(span_skip(s, i + 2 + boundary.len)))
			return i;
		i++;
	}
	return s.len;
}

static enum mime_encoding encoding_of(struct span name)
{
	static const struct
	{
		struct span name;
		enum mime_encoding encoding;
	} encodings[] = {
			{SPAN("base64"), MIME_BASE64},
			{SPAN("quoted-printable"), MIME_QUOTED_PRINTABLE},
			{SPAN("binary"), MIME_AS_IS},
			{SPAN("8bit"), MIME_AS_IS},
			{SPAN("7bit"), MIME_AS_IS},
			{SPAN(""), MIME_AS_IS},
	};
	size_t i;

	for(i = 0; i < sizeof(encodings) / sizeof(encodings[0]); i++)
		if(span_is(name, encodings[i].name))
			return encodings[i].encoding;
	return MIME_OTHER;
}

void mime_read_part(struct mime_part *out, struct span part)
{
	struct span name, value;

	out->content_type = (struct span){"", 0};
	out->encoding = MIME_AS_IS;
	while(header_next(&name, &value, &part) == 0)
		if(span_is(name, SPAN("Content-Type")))
			out->content_type = value;
		else if(span_is(name, SPAN("Content-Transfer-Encoding")))
			out->encoding = encoding_of(value);
	out->body = part;
}

int mime_next_part(
		struct mime_part *out, struct span *rest, struct span boundary)
{
	struct span part;
	size_t start, end;

	if(boundary.len == 0)
		return -1;
	start = find_delimiter(*rest, boundary);
	if(start >= rest->len)
		return -1;
	part = span_skip(*rest, start + 2 + boundary.len);
	if(span_starts(part, SPAN("--"))) /* the closing delimiter */
		return -1;
	part = span_skip(part, span_find(part, '\n') + 1);
	end = find_delimiter(part, boundary);
	*rest = span_skip(part, end);
	part.len = end;
	/* the line break before a delimiter belongs to the delimiter */
	if(rest->len > 0 && part.len > 0 && part.s[part.len - 1] == '\n')
		part.len--;
	if(rest->len > 0 && part.len > 0 && part.s[part.len - 1] == '\r')
		part.len--;
	mime_read_part(out, part);
	return 0;
}

int mime_find_part(struct mime_part *out, struct span body,
		struct span boundary, struct span type)
{
	int i;

	for(i = 0; i < MIME_MAX_PARTS; i++) {
		if(mime_next_part(out, &body, boundary) < 0)
			return -1;
		if(span_is(mime_type(out->content_type), type))
			return 0;
	}
	return -1;
}
