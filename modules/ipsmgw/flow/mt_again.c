/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Reading a hub's MESSAGE again: see mt_again.h.
 */
#include "mt_again.h"

#include "core/parser/hf.h"
#include "core/parser/parse_from.h"
#include "request.h"

void mt_again_free(struct mt_again *again)
{
	free_sip_msg(&again->msg);
	if(again->copy)
		pkg_free(again->copy);
	if(again->buffer)
		pkg_free(again->buffer);
}

static int read_message(struct mt_again *out, size_t room)
{
	struct hub_meta meta;
	struct hdr_field *h;

	if(parse_msg(out->copy, out->msg.len, &out->msg) < 0
			|| parse_headers(&out->msg, HDR_EOH_F, 0) < 0
			|| parse_from_header(&out->msg) < 0)
		return -1;
	hub_meta_init(&meta);
	for(h = out->msg.headers; h; h = h->next)
		hub_meta_add(&meta, span_of(h->name), span_of(h->body));
	return hub_message_read(&out->message, out->buffer, room, &meta,
				   request_header(&out->msg, HDR_CONTENTTYPE_T),
				   request_body(&out->msg))
						   == HUB_MESSAGE_OK
				   ? 0
				   : -1;
}

int mt_again_read(struct mt_again *out, const struct delivery *d)
{
	size_t room = HUB_MESSAGE_ROOM(d->raw.len);

	memset(out, 0, sizeof(*out));
	out->copy = pkg_malloc(d->raw.len + 1);
	out->buffer = pkg_malloc(room);
	if(!out->copy || !out->buffer) {
		PKG_MEM_ERROR;
		goto failed;
	}
	memcpy(out->copy, d->raw.s, d->raw.len + 1);
	out->msg.buf = out->copy;
	out->msg.len = (unsigned)d->raw.len;
	if(read_message(out, room) == 0)
		return 0;
failed:
	LM_ERR("the message of a hub cannot be read again\n");
	mt_again_free(out);
	return -1;
}
