/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What a hub's MESSAGE is: see hub_message.h.
 */
#include "hub_message.h"

#include "../codec/rp.h"
#include "../codec/text.h"
#include "cpim.h"
#include "mime.h"

/* What one MESSAGE is read with. */
struct reader
{
	struct hub_message *out;
	const struct hub_meta *meta;
	char *buffer;
	size_t cap, len; /* len octets of it are used */
	unsigned disposition;
	bool has_main; /* a multipart body: the part that is the message was there */
};

typedef enum hub_message_error (*read_fn)(
		struct reader *r, struct span content_type, struct span body);

static enum hub_message_error refuse(
		struct reader *r, enum hub_message_error error, const char *reason)
{
	r->out->reason = reason;
	return error;
}

/* Room for so many octets, or NULL. */
static char *room(struct reader *r, size_t octets)
{
	char *at = r->buffer + r->len;

	if(octets > r->cap - r->len)
		return NULL;
	r->len += octets;
	return at;
}

static enum hub_message_error no_room(struct reader *r)
{
	return refuse(r, HUB_MESSAGE_NO_ROOM, "larger than the buffer");
}

/* --- text/plain ------------------------------------------------------------------ */

enum charset
{
	UTF8,
	ASCII,
	LATIN1,
	UNKNOWN,
};

static enum charset charset_of(struct span content_type)
{
	static const struct
	{
		struct span name;
		enum charset charset;
	} charsets[] = {
			{SPAN(""), UTF8},
			{SPAN("utf-8"), UTF8},
			{SPAN("utf8"), UTF8},
			{SPAN("us-ascii"), ASCII},
			{SPAN("ascii"), ASCII},
			{SPAN("iso-8859-1"), LATIN1},
			{SPAN("iso8859-1"), LATIN1},
			{SPAN("iso_8859-1"), LATIN1},
			{SPAN("latin1"), LATIN1},
			{SPAN("latin-1"), LATIN1},
	};
	struct span name = mime_param(content_type, SPAN("charset"));

	for(size_t i = 0; i < sizeof(charsets) / sizeof(charsets[0]); i++)
		if(span_is(name, charsets[i].name))
			return charsets[i].charset;
	return UNKNOWN;
}

static bool is_ascii(struct span text)
{
	for(size_t i = 0; i < text.len; i++)
		if((unsigned char)text.s[i] > 0x7f)
			return false;
	return true;
}

/* 0, or -1: no room. */
static int from_latin1(struct reader *r, struct span *text)
{
	char *to = room(r, 2 * text->len), *at = to;

	if(!to)
		return -1;
	for(size_t i = 0; i < text->len; i++) {
		unsigned char c = (unsigned char)text->s[i];

		if(c > 0x7f) {
			*at++ = (char)(0xc0 | c >> 6);
			c = 0x80 | (c & 0x3f);
		}
		*at++ = (char)c;
	}
	*text = (struct span){to, (size_t)(at - to)};
	return 0;
}

static enum hub_message_error read_text(
		struct reader *r, struct span content_type, struct span body)
{
	const struct span order_mark = SPAN("\xef\xbb\xbf");
	enum charset charset = charset_of(content_type);

	if(r->meta->is_8bit)
		return refuse(r, HUB_MESSAGE_UNSUPPORTED, "8-bit data as text");
	if(charset == UNKNOWN)
		return refuse(r, HUB_MESSAGE_UNSUPPORTED, "charset");
	if(charset == ASCII && !is_ascii(body))
		return refuse(r, HUB_MESSAGE_BAD_TEXT, "octets above 7F in US-ASCII");
	if(charset == UTF8 && !utf8_valid(body.s, body.len))
		return refuse(r, HUB_MESSAGE_BAD_TEXT, "invalid UTF-8");
	if(body.len > 0 && memchr(body.s, 0, body.len))
		return refuse(r, HUB_MESSAGE_BAD_TEXT, "U+0000");
	if(charset == LATIN1 && from_latin1(r, &body) < 0)
		return no_room(r);
	if(charset == UTF8 && span_starts(body, order_mark))
		body = span_skip(body, order_mark.len);
	r->out->kind = HUB_MESSAGE_TEXT;
	r->out->text = body;
	return HUB_MESSAGE_OK;
}

/* --- application/vnd.3gpp.sms ------------------------------------------------------- */

static enum hub_message_error read_opaque(
		struct reader *r, struct span content_type, struct span body)
{
	struct rp_msg rp;
	struct tp_msg tp;
	struct sms_error err;

	(void)content_type;
	if(rp_decode_order(&rp, &err, (const uint8_t *)body.s, body.len))
		return refuse(r, HUB_MESSAGE_MALFORMED, err.reason);
	if(rp.type != RP_DATA)
		return refuse(r, HUB_MESSAGE_MALFORMED, "no RP-DATA");
	if(tp_decode(&tp, &err, false, TP_IN_RP_DATA, rp.ud, rp.ud_len))
		return refuse(r, HUB_MESSAGE_MALFORMED, err.reason);
	if(rp.ud_len > TP_MAX_OCTETS)
		return refuse(r, HUB_MESSAGE_MALFORMED, "TPDU too long");
	r->out->kind = HUB_MESSAGE_OPAQUE;
	r->out->tpdu = (struct span){(const char *)rp.ud, rp.ud_len};
	r->out->tp_type = tp.type;
	r->out->rp_oa = rp.oa;
	return HUB_MESSAGE_OK;
}

/* --- documents ---------------------------------------------------------------------- */

static enum hub_message_error read_notification(
		struct reader *r, struct span content_type, struct span body)
{
	char *text = room(r, 2 * body.len);
	struct imdn imdn;
	enum xmldoc_error error;

	(void)content_type;
	if(!text)
		return no_room(r);
	error = imdn_parse(&imdn, text, 2 * body.len, body);
	if(error != XMLDOC_OK)
		return refuse(r, HUB_MESSAGE_MALFORMED, xmldoc_error_name(error));
	r->out->kind = HUB_MESSAGE_NOTIFICATION;
	r->out->notified = imdn.message_id;
	r->out->notification = imdn.notification;
	r->out->tp_status = imdn_tp_status(&imdn);
	return HUB_MESSAGE_OK;
}

static enum hub_message_error read_info(
		struct reader *r, struct span content_type, struct span body)
{
	char *text = room(r, 2 * body.len);
	enum xmldoc_error error;

	(void)content_type;
	if(!text)
		return no_room(r);
	error = short_message_info_parse(&r->out->info, text, 2 * body.len, body);
	if(error != XMLDOC_OK)
		return refuse(r, HUB_MESSAGE_MALFORMED, xmldoc_error_name(error));
	r->out->has_info = true;
	r->out->document = body;
	return HUB_MESSAGE_OK;
}

/* --- what is in what ------------------------------------------------------------------ */

/* Where a type may stand. */
enum place
{
	BODY = 1,
	PART = 2,	 /* of a multipart body */
	CONTENT = 4, /* of message/cpim */
};

static enum hub_message_error read_as(struct reader *r, enum place place,
		struct span content_type, struct span body);

/* A part, its transfer encoding undone. */
static enum hub_message_error read_part(
		struct reader *r, enum place place, const struct mime_part *part)
{
	struct span body = part->body;
	char *to;
	size_t len;

	if(part->encoding != MIME_AS_IS) {
		to = room(r, body.len);
		if(!to)
			return no_room(r);
		if(mime_decode(to, body.len, &len, body, part->encoding) < 0)
			return refuse(r, HUB_MESSAGE_MALFORMED, "transfer encoding");
		body = (struct span){to, len};
	}
	return read_as(r, place, part->content_type, body);
}

static enum hub_message_error read_cpim(
		struct reader *r, struct span content_type, struct span body)
{
	struct cpim cpim;

	(void)content_type;
	if(cpim_parse(&cpim, body) < 0)
		return refuse(r, HUB_MESSAGE_MALFORMED, "message/cpim");
	r->out->from = cpim.from;
	r->out->to = cpim.to;
	r->out->datetime = cpim.datetime;
	r->out->message_id = cpim.message_id;
	r->disposition = cpim.disposition;
	return read_part(r, CONTENT, &cpim.content);
}

/* One message, and the information of SMS without MSISDN beside it; nothing that would be dropped unseen. */
static enum hub_message_error read_multipart(
		struct reader *r, struct span content_type, struct span body)
{
	const struct span info = SPAN(SHORT_MESSAGE_INFO_TYPE);
	struct span boundary = mime_param(content_type, SPAN("boundary"));
	struct mime_part part;
	enum hub_message_error error;

	while(mime_next_part(&part, &body, boundary) == 0) {
		bool is_info = span_is(mime_type(part.content_type), info);

		if(is_info ? r->out->has_info : r->has_main)
			return refuse(r, HUB_MESSAGE_UNSUPPORTED, "too many parts");
		r->has_main |= !is_info;
		error = read_part(r, PART, &part);
		if(error != HUB_MESSAGE_OK)
			return error;
	}
	if(!r->has_main)
		return refuse(r, HUB_MESSAGE_MALFORMED, "no part");
	return HUB_MESSAGE_OK;
}

static const struct
{
	struct span type;
	unsigned places;
	read_fn read;
} types[] = {
		{SPAN("text/plain"), BODY | PART | CONTENT, read_text},
		{SPAN(""), BODY | PART | CONTENT, read_text},
		{SPAN("application/vnd.3gpp.sms"), BODY | PART | CONTENT, read_opaque},
		{SPAN("message/imdn+xml"), BODY | PART | CONTENT, read_notification},
		{SPAN("message/cpim"), BODY | PART, read_cpim},
		{SPAN("multipart/mixed"), BODY, read_multipart},
		{SPAN(SHORT_MESSAGE_INFO_TYPE), PART, read_info},
};

static enum hub_message_error read_as(struct reader *r, enum place place,
		struct span content_type, struct span body)
{
	struct span type = mime_type(content_type);

	for(size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if(types[i].places & place && span_is(type, types[i].type))
			return types[i].read(r, content_type, body);
	return refuse(r, HUB_MESSAGE_UNSUPPORTED, "content type");
}

/* By headers alone, whatever the body is. */
static enum hub_message_error read_status(struct reader *r)
{
	r->out->kind = HUB_MESSAGE_NOTIFICATION;
	r->out->notified = r->meta->message_id;
	r->out->notification = IMDN_DELIVERY;
	r->out->tp_status = r->meta->status;
	return HUB_MESSAGE_OK;
}

static void set_wishes(struct reader *r)
{
	struct hub_message *out = r->out;

	out->wants_delivered =
			r->meta->wants_delivery || r->disposition & CPIM_POSITIVE_DELIVERY;
	out->wants_failed =
			r->meta->wants_delivery || r->disposition & CPIM_NEGATIVE_DELIVERY;
	if(out->message_id.len == 0)
		out->message_id = r->meta->message_id;
}

enum hub_message_error hub_message_read(struct hub_message *out, char *buffer,
		size_t cap, const struct hub_meta *meta, struct span content_type,
		struct span body)
{
	struct reader r = {.out = out, .meta = meta, .buffer = buffer, .cap = cap};
	enum hub_message_error error;

	memset(out, 0, sizeof(*out));
	out->tp_status = -1;
	if(meta->has_status)
		return read_status(&r);
	error = read_as(&r, BODY, content_type, body);
	if(error == HUB_MESSAGE_OK && out->kind != HUB_MESSAGE_NOTIFICATION)
		set_wishes(&r);
	return error;
}
