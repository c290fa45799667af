/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Notifications to hubs: see mt_tell.h. What the hub calls its message is read from the MESSAGE again: few are answered 202.
 */
#include "mt_tell.h"

#include <stdio.h>

#include "core/parser/parse_from.h"
#include "../ims/cpim.h"
#include "clock.h"
#include "counters.h"
#include "delivery_store.h"
#include "log.h"
#include "mt_again.h"
#include "mt_context.h"
#include "request.h"
#include "send.h"
#include "settings.h"
#include "token.h"

#define BODY_MAX 4096
#define URI_MAX 256
#define MAX_SENDINGS 2
#define RETRY_MS 2000
#define TRANSACTION_MS 32000

/* The sender: whom the notification is for. */
static struct span sender_of(const struct mt_again *asked)
{
	return asked->message.from.len > 0 ? asked->message.from
									   : span_of(get_from(&asked->msg)->uri);
}

/* The identity of the receiver as the hub gave it; it knows no other. */
static int notification_body(char *out, size_t cap, size_t *len,
		const struct mt_again *asked, struct delivery *d, bool delivered)
{
	struct imdn imdn = {.notification = IMDN_DELIVERY,
			.status = delivered ? IMDN_DELIVERED : IMDN_FAILED,
			.message_id = asked->message.message_id,
			.datetime = asked->message.datetime,
			.recipient = d->to,
			.original_recipient = d->to};
	char own_id[TOKEN_MAX];
	struct cpim cpim = {.from = d->to,
			.to = sender_of(asked),
			.content = {.content_type = SPAN("message/imdn+xml")}};
	char xml[BODY_MAX / 2];
	size_t xml_len;

	cpim.message_id = span_of(token_make(own_id));
	if(imdn.message_id.len == 0)
		imdn.message_id = d->call_id;
	if(imdn_build(xml, sizeof(xml), &xml_len, &imdn) < 0)
		return -1;
	cpim.content.body = (struct span){xml, xml_len};
	return cpim_build(out, cap, len, &cpim);
}

/* Back to where the MESSAGE came from, unless the operator says where. */
static int next_hop(str *out, char buf[URI_MAX], const struct mt_context *c)
{
	if(settings.mt_notify_uri.len > 0) {
		*out = settings.mt_notify_uri;
		return 0;
	}
	out->s = buf;
	out->len = request_source(buf, URI_MAX, &c->rcv, "");
	return out->len < 0 ? -1 : 0;
}

static void told(uint64_t param, int status, struct sip_msg *answer);

static int send_notification(struct delivery *d)
{
	struct mt_context *c = mt_context_of(d);
	str headers = str_init("Content-Type: message/cpim\r\n");
	char body[BODY_MAX], hop[URI_MAX];
	struct outgoing out;
	struct mt_again asked;
	size_t len;
	int rc = -1;

	memset(&out, 0, sizeof(out));
	if(mt_again_read(&asked, d) < 0)
		return -1;
	if(notification_body(
			   body, sizeof(body), &len, &asked, d, c->told == MT_DELIVERED)
					< 0
			|| next_hop(&out.next_hop, hop, c) < 0)
		goto out;
	out.ruri = str_of(sender_of(&asked));
	out.from = settings.gateway_uri;
	out.headers = headers;
	out.body = (str){body, (int)len};
	out.timeout_ms = TRANSACTION_MS;
	if(settings.mt_notify_uri.len == 0)
		out.socket = c->rcv.bind_address;
	rc = send_request(
			NULL, &out, told, (uint64_t)d->id.generation << 32 | d->id.index);
out:
	mt_again_free(&asked);
	return rc;
}

/* Releases the reference that the notification has. */
static void over(struct delivery *d)
{
	delivery_store_forget(d);
	delivery_release(d);
}

static void give_up(struct delivery *d, const char *why, int status)
{
	count(CNT_IMDN_FAILED);
	LM_WARN("a hub was not told of an outcome: call-id=%.*s reason=%s "
			"status=%d\n",
			(int)d->call_id.len, d->call_id.s, why, status);
	over(d);
}

/* Takes the reference that the notification has. */
static void send_or_give_up(struct delivery *d)
{
	mt_context_of(d)->tellings++;
	count(CNT_IMDN_SENT);
	if(send_notification(d) < 0)
		give_up(d, "cannot be sent", 0);
}

static void told(uint64_t param, int status, struct sip_msg *answer)
{
	struct delivery *d = delivery_hold(
			(struct delivery_id){(uint32_t)param, (uint32_t)(param >> 32)});

	(void)answer;
	if(!d)
		return;
	if(status >= 200 && status < 300)
		over(d);
	else if(mt_context_of(d)->tellings < MAX_SENDINGS
			&& (status == 0 || status == 408 || status == 480 || status >= 500))
		delivery_tell_at(d, clock_ms() + RETRY_MS);
	else
		give_up(d, status ? "refused" : "no answer", status);
	delivery_release(d);
}

bool mt_tell(struct delivery *d, const struct mt_outcome *outcome)
{
	struct mt_context *c = mt_context_of(d);

	if(!(outcome->kind == MT_DELIVERED ? c->tell_delivered : c->tell_failed))
		return false;
	c->told = outcome->kind;
	delivery_hold(d->id); /* the notification's */
	send_or_give_up(d);
	return true;
}

void mt_tell_again(struct delivery *d)
{
	send_or_give_up(d);
}
