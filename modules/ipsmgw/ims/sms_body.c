/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Bodies with a short message: see sms_body.h.
 */
#include "sms_body.h"

#include <stdio.h>

#include "mime.h"

#define MULTIPART_TYPE "multipart/mixed"

/* --- reading ----------------------------------------------------------------------- */

/* The parts that matter. */
struct parts
{
	struct mime_part rp, info;
	unsigned rps, infos;
	bool by_label; /* info is labelled as what it is */
};

struct room
{
	char *at;
	size_t left;
};

static bool is_mere_xml(struct span type)
{
	return span_is(type, SPAN("application/xml"))
		   || span_is(type, SPAN("text/xml"));
}

static void sort_part(struct parts *out, const struct mime_part *part)
{
	struct span type = mime_type(part->content_type);
	bool label = span_is(type, SPAN(SHORT_MESSAGE_INFO_TYPE));

	if(span_is(type, SPAN(SMS_TYPE))) {
		out->rp = *part;
		out->rps++;
	} else if(label || (is_mere_xml(type) && !out->by_label)) {
		/* the right label takes the place of the wrong ones */
		out->infos = label != out->by_label ? 1 : out->infos + 1;
		out->by_label = label;
		out->info = *part;
	}
}

static void find_parts(
		struct parts *out, struct span boundary, struct span body)
{
	struct mime_part part;
	int i;

	memset(out, 0, sizeof(*out));
	for(i = 0;
			i < MIME_MAX_PARTS && mime_next_part(&part, &body, boundary) == 0;
			i++)
		sort_part(out, &part);
}

/* The content of a part, its transfer encoding undone. 0, or -1. */
static int part_content(
		struct span *out, struct room *room, const struct mime_part *part)
{
	size_t len;

	*out = part->body;
	if(part->encoding == MIME_AS_IS)
		return 0;
	if(mime_decode(room->at, room->left, &len, part->body, part->encoding) < 0)
		return -1;
	*out = (struct span){room->at, len};
	room->at += len;
	room->left -= len;
	return 0;
}

static void read_info(
		struct sms_body *out, struct room *room, const struct parts *parts)
{
	struct span document;
	enum xmldoc_error error;

	if(parts->infos == 0)
		return;
	out->info_state = SMS_INFO_BROKEN;
	out->info_fault = "there twice";
	if(parts->infos > 1)
		return;
	out->info_fault = "transfer encoding";
	if(part_content(&document, room, &parts->info) < 0)
		return;
	error = short_message_info_parse(
			&out->info, room->at, room->left, document);
	if(error != XMLDOC_OK) {
		out->info_fault = xmldoc_error_name(error);
		memset(&out->info, 0, sizeof(out->info));
		return;
	}
	out->info_fault = NULL;
	out->info_state = SMS_INFO_READ;
}

static int read_multipart(struct sms_body *out, struct room *room,
		struct span content_type, struct span body)
{
	struct parts parts;

	out->boundary = mime_param(content_type, SPAN("boundary"));
	find_parts(&parts, out->boundary, body);
	if(parts.rps != 1 || part_content(&out->rp, room, &parts.rp) < 0)
		return -1;
	read_info(out, room, &parts);
	/* XML that does not say that it is this may be anything */
	if(out->info_state == SMS_INFO_BROKEN && !parts.by_label) {
		out->info_state = SMS_INFO_NONE;
		out->info_fault = NULL;
	}
	return 0;
}

int sms_body_read(struct sms_body *out, char *buffer, size_t cap,
		struct span content_type, struct span body)
{
	struct span type = mime_type(content_type);
	struct room room = {buffer, cap};

	memset(out, 0, sizeof(*out));
	out->rp = body;
	if(span_is(type, SPAN(SMS_TYPE)))
		return 0;
	if(span_is(type, SPAN(MULTIPART_TYPE)))
		return read_multipart(out, &room, content_type, body);
	return -1;
}

/* --- writing ------------------------------------------------------------------------ */

#define BOUNDARIES 1000
#define BOUNDARY_MAX 32

static bool has(struct span content, const char *boundary)
{
	size_t len = strlen(boundary);

	for(size_t i = 0; i + len <= content.len; i++)
		if(memcmp(content.s + i, boundary, len) == 0)
			return true;
	return false;
}

static int choose_boundary(
		char out[BOUNDARY_MAX], struct span document, struct span rp)
{
	unsigned n;

	for(n = 0; n < BOUNDARIES; n++) {
		snprintf(out, BOUNDARY_MAX, "sms-without-msisdn-%u", n);
		if(!has(document, out) && !has(rp, out))
			return 0;
	}
	return -1;
}

static bool put(struct room *room, struct span text)
{
	if(text.len > room->left)
		return false;
	if(text.len > 0)
		memcpy(room->at, text.s, text.len);
	room->at += text.len;
	room->left -= text.len;
	return true;
}

static bool put_text(struct room *room, const char *text)
{
	return put(room, (struct span){text, strlen(text)});
}

int sms_body_build(char *out, size_t cap, size_t *len,
		char content_type[SMS_BODY_TYPE_MAX], struct span document,
		struct span rp)
{
	char boundary[BOUNDARY_MAX];
	struct room room = {out, cap};

	*len = 0;
	if(choose_boundary(boundary, document, rp) < 0)
		return -1;
	snprintf(content_type, SMS_BODY_TYPE_MAX, MULTIPART_TYPE ";boundary=%s",
			boundary);
	if(!put_text(&room, "--") || !put_text(&room, boundary)
			|| !put_text(&room,
					"\r\nContent-Type: " SHORT_MESSAGE_INFO_TYPE "\r\n"
					"Content-Disposition: render;handling=optional\r\n\r\n")
			|| !put(&room, document) || !put_text(&room, "\r\n--")
			|| !put_text(&room, boundary)
			|| !put_text(&room, "\r\nContent-Type: " SMS_TYPE "\r\n\r\n")
			|| !put(&room, rp) || !put_text(&room, "\r\n--")
			|| !put_text(&room, boundary) || !put_text(&room, "--\r\n"))
		return -1;
	*len = cap - room.left;
	return 0;
}
