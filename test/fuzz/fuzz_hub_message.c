/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Fuzz target: a MESSAGE as a hub may send it. Whatever it says, a text is UTF-8 without U+0000 that can be sent or is too
 * long, a TPDU can be read, what is refused has a reason, and the buffer that is said to suffice does.
 *
 * Input: header lines up to an empty one, of which Content-Type is one; the body.
 */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "codec/text.h"
#include "ims/header.h"
#include "ims/hub_message.h"

static bool lies_in(struct span part, const char *s, size_t len)
{
	return part.s >= s && part.s + part.len <= s + len;
}

static void check_meta(const struct hub_meta *meta)
{
	struct udh udh;

	assert(meta->udh_len <= sizeof(meta->udh));
	if(meta->udh_len) {
		udh_decode(&udh, meta->udh, meta->udh_len);
		assert(udh.valid && udh.len == meta->udh_len);
	}
	assert(meta->message_class >= -1 && meta->message_class <= 3);
	assert(meta->hold || !meta->hold_seconds);
	assert(meta->status < 0x80);
}

static void check_text(
		const struct hub_message *message, const struct hub_meta *meta)
{
	struct deliver_options options = {.message_class = meta->message_class,
			.coding = meta->coding,
			.concat_bits = 8,
			.languages = 0x3FFE,
			.udh = meta->udh,
			.udh_len = meta->udh_len,
			.pid = meta->pid};
	struct span text = message->text;
	struct deliver delivery;
	int parts;

	assert(utf8_valid(text.s, text.len));
	assert(text.len == 0 || !memchr(text.s, 0, text.len));
	parts = deliver_begin(&delivery, &options, text.s, text.len);
	assert(parts != DELIVER_BAD_OPTION);
	assert(parts != DELIVER_NO_CODE || meta->coding == DELIVER_GSM7);
}

static void check_tpdu(const struct hub_message *message)
{
	struct tp_msg tp;
	struct sms_error err;

	assert(message->tpdu.len <= TP_MAX_OCTETS);
	assert(tp_decode(&tp, &err, false, TP_IN_RP_DATA,
				   (const uint8_t *)message->tpdu.s, message->tpdu.len)
			== 0);
	assert(tp.type == message->tp_type);
	assert(tp.type == TP_DELIVER || tp.type == TP_STATUS_REPORT);
}

static void check(const struct hub_message *message,
		enum hub_message_error error, const struct hub_meta *meta)
{
	assert(error != HUB_MESSAGE_NO_ROOM);
	assert(error == HUB_MESSAGE_OK || message->reason);
	if(error != HUB_MESSAGE_OK)
		return;
	switch(message->kind) {
		case HUB_MESSAGE_TEXT:
			check_text(message, meta);
			break;
		case HUB_MESSAGE_OPAQUE:
			check_tpdu(message);
			break;
		case HUB_MESSAGE_NOTIFICATION:
			assert(message->notified.len > 0
					|| message->notification == IMDN_DELIVERY);
			assert(message->tp_status >= -1 && message->tp_status < 0x80);
			break;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span body = {(const char *)data, size}, type = {"", 0}, name, value;
	struct hub_message message;
	struct hub_meta meta;
	size_t cap;
	char *buffer;

	hub_meta_init(&meta);
	while(header_next(&name, &value, &body) == 0)
		if(hub_meta_add(&meta, name, value) == 0
				&& span_is(name, SPAN("Content-Type")))
			type = value;
	check_meta(&meta);
	cap = HUB_MESSAGE_ROOM(body.len);
	buffer = malloc(cap);
	check(&message, hub_message_read(&message, buffer, cap, &meta, type, body),
			&meta);
	if(message.kind == HUB_MESSAGE_TEXT && message.text.len > 0)
		assert(lies_in(message.text, body.s, body.len)
				|| lies_in(message.text, buffer, cap));
	free(buffer);
	return 0;
}
