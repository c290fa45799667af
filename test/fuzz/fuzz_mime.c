/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Fuzz target: the first line of the input is a Content-Type, the rest a multipart body. Every part lies inside, after
 * the one before it, and holds no delimiter; a part that is found has the type asked for.
 */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "ims/mime.h"

static void check_inside(struct span part, struct span whole)
{
	if(part.len > 0)
		assert(part.s >= whole.s && part.s + part.len <= whole.s + whole.len);
}

/* A delimiter line, as RFC 2046 5.1.1 has it, that begins at i. */
static bool delimiter_at(struct span body, size_t i, struct span boundary)
{
	struct span line = span_skip(body, i);
	struct span tail = span_skip(line, 2 + boundary.len);

	return (i == 0 || body.s[i - 1] == '\n') && span_starts(line, SPAN("--"))
		   && line.len >= 2 + boundary.len
		   && memcmp(line.s + 2, boundary.s, boundary.len) == 0
		   && (tail.len == 0 || span_starts(tail, SPAN("--"))
				   || strchr(" \t\r\n", tail.s[0] ? tail.s[0] : 'x'));
}

/* What comes out is never longer than what went in, and fits. */
static void check_decode(const struct mime_part *part)
{
	char out[256];
	size_t len;
	int rc = mime_decode(out, sizeof(out), &len, part->body, part->encoding);

	assert(len <= sizeof(out) && len <= part->body.len);
	assert(rc == 0 || len == 0);
	if(part->encoding == MIME_AS_IS && part->body.len <= sizeof(out))
		assert(rc == 0 && memcmp(out, part->body.s, len) == 0);
}

static void check_parts(struct span body, struct span boundary)
{
	struct span rest = body;
	struct mime_part part;
	const char *at = body.s;

	while(mime_next_part(&part, &rest, boundary) == 0) {
		check_inside(part.content_type, body);
		check_inside(part.body, body);
		check_inside(rest, body);
		check_decode(&part);
		assert(part.body.s >= at && part.body.s + part.body.len <= rest.s);
		at = rest.s;
		/* the first octet of a part's body never starts a line of it */
		for(size_t i = 1; i < part.body.len; i++)
			assert(!delimiter_at(part.body, i, boundary));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct span sms = SPAN("application/vnd.3gpp.sms");
	struct span all = {(const char *)data, size}, type, body, boundary;
	struct mime_part part;

	type = (struct span){all.s, span_find(all, '\n')};
	body = span_skip(all, type.len + 1);
	check_inside(mime_type(type), type);
	boundary = mime_param(type, SPAN("boundary"));
	check_inside(boundary, type);
	check_parts(body, boundary);
	if(mime_find_part(&part, body, boundary, sms) == 0) {
		assert(span_is(mime_type(part.content_type), sms));
		check_inside(part.body, body);
	}
	return 0;
}
