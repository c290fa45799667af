/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Reading a hub's MESSAGE: see mt_message.h.
 */
#include "mt_message.h"

#include "core/parser/hf.h"
#include "core/parser/parse_from.h"
#include "core/parser/parse_to.h"
#include "../ims/hub_message.h"
#include "../ims/identity.h"
#include "../ims/originator.h"
#include "delivery.h"
#include "log.h"
#include "request.h"
#include "sc_time.h"
#include "settings.h"

#define LV_MAX (1 + TP_MAX_OCTETS)

static int refuse(struct mt_message *out, enum mt_kind *why, enum mt_kind kind,
		const char *fault)
{
	*why = kind;
	out->fault = fault;
	return -1;
}

/* --- addresses ---------------------------------------------------------------------- */

static struct span asserted_identity(const struct sip_msg *msg)
{
	struct hdr_field *h;
	struct span uri, rest;

	for(h = msg->headers; h; h = h->next) {
		rest = span_of(h->body);
		if(h->type == HDR_PAI_T && identity_next(&uri, &rest) == 0)
			return uri;
	}
	return (struct span){"", 0};
}

/* The hub is trusted: it says who sends. Returns him as he is shown: From may have a name beside its URI. */
static struct span find_sender(struct mt_message *out,
		const struct sip_msg *msg, const struct hub_message *message)
{
	const struct span said[] = {
			message->info.from, asserted_identity(msg), message->from};
	size_t i;

	for(i = 0; i < sizeof(said) / sizeof(said[0]); i++)
		if(said[i].len > 0) {
			out->from = said[i];
			return said[i];
		}
	return span_of(msg->from->body);
}

/* Has the sender an identity, but no number that TP-OA could hold? */
static bool is_without_number(struct span sender)
{
	const struct span none = {"", 0};
	struct sms_address oa;

	return sender.len <= REGISTRATION_URI_MAX && identity_names_person(sender)
		   && (originator_address(&oa, sender, none) < 0
				   || oa.ton == TON_ALPHANUMERIC);
}

static int read_addresses(struct mt_message *out, struct sip_msg *msg)
{
	if(parse_headers(msg, HDR_EOH_F, 0) < 0 || !msg->to || !get_to(msg)
			|| parse_from_header(msg) < 0 || !msg->callid)
		return -1;
	out->to = span_of(msg->new_uri.len > 0 ? msg->new_uri
										   : msg->first_line.u.request.uri);
	out->also_to = span_of(get_to(msg)->uri);
	out->from = span_of(get_from(msg)->uri);
	return 0;
}

/* --- what it says ---------------------------------------------------------------------- */

static int read_meta(struct hub_meta *meta, const struct sip_msg *msg)
{
	struct hdr_field *h;

	hub_meta_init(meta);
	for(h = msg->headers; h; h = h->next)
		if(hub_meta_add(meta, span_of(h->name), span_of(h->body)) < 0)
			return -1;
	return 0;
}

static void set_waiting(struct mt_message *out, const struct hub_meta *meta)
{
	uint64_t validity_ms = (uint64_t)meta->validity * 1000;

	out->hold = meta->has_hold ? meta->hold : settings.mt_hold != 0;
	out->wait_ms = out->hold ? (uint64_t)settings.mt_hold_time * 1000
							 : (uint64_t)settings.mt_queue_time * 1000;
	if(out->hold && meta->hold_seconds > 0)
		out->wait_ms = (uint64_t)meta->hold_seconds * 1000;
	if(meta->has_validity && validity_ms < out->wait_ms)
		out->wait_ms = validity_ms;
}

static int make_parts(struct mt_message *out, enum mt_kind *why,
		const struct hub_message *message, const struct hub_meta *meta,
		struct span sender)
{
	struct deliver_options options = {.scts = sc_time_now(),
			.pid = meta->pid,
			.message_class = meta->message_class,
			.sri = meta->wants_delivery,
			.coding = meta->coding,
			.languages = settings.mt_language_bits,
			.concat_bits = (uint8_t)settings.mt_concat_bits,
			.ref = deliveries_reference(),
			.udh = meta->udh,
			.udh_len = meta->udh_len};
	struct deliver deliver;
	uint8_t *p = out->tpdus;
	size_t len;
	int parts;

	originator_address(
			&options.oa, sender, span_of(settings.mt_default_sender));
	parts = deliver_begin(
			&deliver, &options, message->text.s, message->text.len);
	if(parts == DELIVER_TOO_LONG)
		return refuse(out, why, MT_TOO_LONG, "more than 255 parts");
	if(parts < 0)
		return refuse(out, why, MT_BAD_TEXT,
				parts == DELIVER_NO_CODE ? "a character is not in the alphabet"
				: parts == DELIVER_DOES_NOT_FIT
						? "the text does not fit behind the header"
						: "an option that cannot be");
	out->parts = (unsigned)parts;
	while(deliver_next(p + 1, &len, &deliver) == 0) {
		*p = (uint8_t)len;
		p += 1 + len;
	}
	out->tpdus_len = (size_t)(p - out->tpdus);
	return 0;
}

/* It is for the sender of the text that it tells of, whomever else it names. */
static int take_news(struct mt_message *out, enum mt_kind *why,
		struct sip_msg *msg, const struct hub_message *message)
{
	const struct submitted *text = &out->report.text;

	out->is_news = true;
	if(status_report_notified(&out->report, why, msg, message) < 0)
		return -1;
	out->to = (struct span){text->sender, text->sender_len};
	out->also_to = (struct span){"", 0};
	out->parts = 1;
	memcpy(out->tpdus, out->report.tpdus, out->report.tpdus_len);
	out->tpdus_len = out->report.tpdus_len;
	return 0;
}

/* An international number; what else it may be is not sent to a UE. */
static void set_rp_oa(struct mt_message *out, const struct sms_address *oa)
{
	if(oa->present && oa->ton == TON_INTERNATIONAL && oa->value_len > 0
			&& oa->value_len < sizeof(out->rp_oa)
			&& strspn(oa->value, "0123456789") == oa->value_len)
		memcpy(out->rp_oa, oa->value, oa->value_len + 1u);
}

static int read_body(
		struct mt_message *out, enum mt_kind *why, struct sip_msg *msg)
{
	struct span body = request_body(msg);
	size_t room = HUB_MESSAGE_ROOM(body.len);
	struct hub_message message;
	struct hub_meta meta;
	struct span shown;

	out->memory = pkg_malloc(room + DELIVERY_PARTS_MAX * LV_MAX);
	if(!out->memory) {
		PKG_MEM_ERROR;
		return refuse(out, why, MT_OVERLOAD, "no memory");
	}
	out->tpdus = (uint8_t *)out->memory + room;
	if(read_meta(&meta, msg) < 0)
		return refuse(
				out, why, MT_BAD_TEXT, "a metadata header that cannot be");
	switch(hub_message_read(&message, out->memory, room, &meta,
			request_header(msg, HDR_CONTENTTYPE_T), body)) {
		case HUB_MESSAGE_OK:
			break;
		case HUB_MESSAGE_UNSUPPORTED:
			return refuse(out, why, MT_BAD_TYPE, message.reason);
		case HUB_MESSAGE_BAD_TEXT:
		case HUB_MESSAGE_MALFORMED:
			return refuse(out, why, MT_BAD_TEXT, message.reason);
		case HUB_MESSAGE_NO_ROOM:
			return refuse(out, why, MT_INTERNAL, message.reason);
	}
	set_waiting(out, &meta);
	if(message.kind == HUB_MESSAGE_NOTIFICATION)
		return take_news(out, why, msg, &message);
	out->tell_delivered = message.wants_delivered;
	out->tell_failed = message.wants_failed;
	if(message.has_info)
		log_short_message_info(msg->callid->body, &message.info);
	shown = find_sender(out, msg, &message);
	if(message.kind == HUB_MESSAGE_TEXT) {
		out->info =
				is_without_number(out->from) ? MT_INFO_SENDER : MT_INFO_NONE;
		return make_parts(out, why, &message, &meta, shown);
	}
	out->info = message.has_info ? MT_INFO_GIVEN : MT_INFO_NONE;
	set_rp_oa(out, &message.rp_oa);
	out->parts = 1;
	out->tpdus[0] = (uint8_t)message.tpdu.len;
	memcpy(out->tpdus + 1, message.tpdu.s, message.tpdu.len);
	out->tpdus_len = 1 + message.tpdu.len;
	return 0;
}

int mt_message_read(
		struct mt_message *out, enum mt_kind *why, struct sip_msg *msg)
{
	memset(out, 0, sizeof(*out));
	if(read_addresses(out, msg) < 0)
		return refuse(out, why, MT_BAD_TEXT, "a header that cannot be read");
	if(read_body(out, why, msg) == 0)
		return 0;
	mt_message_free(out);
	return -1;
}

void mt_message_free(struct mt_message *message)
{
	if(message->memory)
		pkg_free(message->memory);
	message->memory = NULL;
}
