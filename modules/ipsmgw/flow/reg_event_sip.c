/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * SUBSCRIBE and NOTIFY as SIP messages: see reg_event_sip.h.
 */
#include "reg_event_sip.h"

#include <stdio.h>

#include "core/parser/parse_cseq.h"
#include "../ims/header.h"
#include "../ims/identity.h"
#include "../ims/mime.h"
#include "request.h"
#include "settings.h"

#define HEADERS_MAX 1024
#define ROUTES_MAX 16
#define SECONDS_MAX 0x7fffffffu

/* --- SUBSCRIBE -------------------------------------------------------------------- */

static bool has_param(struct span params, struct span wanted)
{
	struct span name, value;

	while(header_param(&name, &value, &params, ';') == 0)
		if(span_is(name, wanted))
			return true;
	return false;
}

/* The S-CSCF as the route of the first SUBSCRIBE. It comes from a Contact, which does not say that this is a loose
 * router; every S-CSCF is one. */
static int first_route(char out[ROUTE_SET_MAX], str scscf)
{
	struct identity_uri uri;
	int n;

	if(identity_uri_parse(&uri, span_of(scscf)) < 0)
		return -1;
	n = snprintf(out, ROUTE_SET_MAX, "<%.*s%s>", scscf.len, scscf.s,
			has_param(uri.params, SPAN("lr")) ? "" : ";lr");
	return n < ROUTE_SET_MAX ? n : -1;
}

static int subscribe_headers(
		char out[HEADERS_MAX], const struct subscription_copy *s)
{
	const str *us = &settings.gateway_uri;
	const str *asserted =
			settings.reg_event_as_subscriber ? &s->text[SUBSCRIPTION_IMPU] : us;
	int n = snprintf(out, HEADERS_MAX,
			"P-Asserted-Identity: <%.*s>\r\n"
			"Contact: <%.*s>\r\n"
			"Event: reg\r\n"
			"Accept: application/reginfo+xml\r\n"
			"Expires: %u\r\n",
			asserted->len, asserted->s, us->len, us->s, s->expires);

	return n < HEADERS_MAX ? n : -1;
}

int reg_event_subscribe(const struct subscription_copy *s, send_done_f done)
{
	bool in_dialog = s->text[SUBSCRIPTION_REMOTE_TAG].len > 0;
	char route[ROUTE_SET_MAX], headers[HEADERS_MAX];
	struct send_dialog dialog = {
			.call_id = s->text[SUBSCRIPTION_CALL_ID],
			.local_tag = s->text[SUBSCRIPTION_LOCAL_TAG],
			.remote_tag = s->text[SUBSCRIPTION_REMOTE_TAG],
			.remote_uri = s->text[SUBSCRIPTION_IMPU],
			.route = s->text[SUBSCRIPTION_ROUTE],
			.number = s->cseq,
	};
	struct outgoing out = {
			.method = str_init("SUBSCRIBE"),
			.ruri = s->text[in_dialog ? SUBSCRIPTION_TARGET
									  : SUBSCRIPTION_IMPU],
			.from = settings.gateway_uri,
			.timeout_ms = settings.reg_event_timeout,
			.dialog = &dialog,
	};

	if(!in_dialog) {
		dialog.route.s = route;
		dialog.route.len = first_route(route, s->text[SUBSCRIPTION_SCSCF]);
	}
	out.headers.s = headers;
	out.headers.len = subscribe_headers(headers, s);
	if(dialog.route.len < 0 || out.headers.len < 0)
		return -1;
	return send_request(
			NULL, &out, done, (uint64_t)s->attempt << 32 | s->place);
}

/* --- what both read ------------------------------------------------------------------ */

static struct span tag_of(struct span name_addr)
{
	struct span uri, params, name, value;

	header_name_addr(&uri, &params, name_addr);
	while(header_param(&name, &value, &params, ';') == 0)
		if(span_is(name, SPAN("tag")) && identity_printable(value))
			return value;
	return (struct span){"", 0};
}

/* The URI of the first Contact. */
static struct span target_of(struct sip_msg *msg)
{
	struct span rest = request_header(msg, HDR_CONTACT_T);
	struct span element, uri, params;
	struct identity_uri parsed;

	if(header_element(&element, &rest) < 0)
		return (struct span){"", 0};
	header_name_addr(&uri, &params, element);
	return identity_uri_parse(&parsed, uri) == 0 ? uri : (struct span){"", 0};
}

/* The URIs of all Record-Route headers. How many, or -1. */
static int record_routes(struct span uris[ROUTES_MAX], struct sip_msg *msg)
{
	struct identity_uri parsed;
	struct hdr_field *h;
	int n = 0;

	for(h = msg->headers; h; h = h->next) {
		struct span rest = span_of(h->body), element, params;

		if(h->type != HDR_RECORDROUTE_T)
			continue;
		while(header_element(&element, &rest) == 0) {
			if(n == ROUTES_MAX)
				return -1;
			header_name_addr(&uris[n], &params, element);
			if(identity_uri_parse(&parsed, uris[n++]) < 0)
				return -1;
		}
	}
	return n;
}

/* The route set: as it stands there for who was asked, in reverse for who asked (RFC 3261 12.1). */
static int read_route_set(
		struct dialog_peer *out, struct sip_msg *msg, bool reverse)
{
	struct span uris[ROUTES_MAX];
	int count = record_routes(uris, msg), i;
	size_t n = 0;

	out->route_len = 0;
	for(i = 0; i < count; i++) {
		struct span uri = uris[reverse ? count - 1 - i : i];

		if(n + uri.len + 4 > sizeof(out->route))
			return -1;
		if(i > 0)
			out->route[n++] = ',';
		out->route[n++] = '<';
		memcpy(out->route + n, uri.s, uri.len);
		n += uri.len;
		out->route[n++] = '>';
	}
	out->route_len = n;
	return count < 0 ? -1 : 0;
}

static void read_peer(struct dialog_peer *out, struct sip_msg *msg,
		struct span who, bool reverse)
{
	out->tag = tag_of(who);
	out->target = target_of(msg);
	if(read_route_set(out, msg, reverse) < 0) {
		out->target = (struct span){"", 0};
		out->route_len = 0;
	}
}

static uint32_t seconds_of(struct span text)
{
	uint64_t n;

	return header_number(&n, text, SECONDS_MAX) == 0 ? (uint32_t)n : NOT_STATED;
}

/* "120 (busy);duration=3600" */
static uint32_t leading_seconds(struct span text)
{
	size_t n = 0;

	text = span_trim(text);
	while(n < text.len && text.s[n] >= '0' && text.s[n] <= '9')
		n++;
	return seconds_of((struct span){text.s, n});
}

/* --- the answer to a SUBSCRIBE --------------------------------------------------------- */

void reg_event_read_answer(struct subscribe_answer *out, struct sip_msg *answer)
{
	out->peer.tag = out->peer.target = (struct span){"", 0};
	out->peer.route_len = 0;
	out->expires = out->min_expires = out->retry_after = NOT_STATED;
	if(!answer || parse_headers(answer, HDR_EOH_F, 0) < 0)
		return;
	read_peer(&out->peer, answer, request_header(answer, HDR_TO_T), true);
	out->expires = seconds_of(request_header(answer, HDR_EXPIRES_T));
	out->min_expires = seconds_of(request_header(answer, HDR_MIN_EXPIRES_T));
	out->retry_after =
			leading_seconds(request_header(answer, HDR_RETRY_AFTER_T));
}

/* --- NOTIFY ---------------------------------------------------------------------------- */

static enum resubscribe after_reason(struct span reason)
{
	static const struct
	{
		struct span reason;
		enum resubscribe then;
	} rows[] = {
			{{"deactivated", 11}, RESUBSCRIBE_NOW},
			{{"timeout", 7}, RESUBSCRIBE_NOW},
			{{"probation", 9}, RESUBSCRIBE_LATER},
			{{"giveup", 6}, RESUBSCRIBE_LATER},
			{{"rejected", 8}, RESUBSCRIBE_NEVER},
			{{"noresource", 10}, RESUBSCRIBE_NEVER},
			{{"invariant", 9}, RESUBSCRIBE_NEVER},
	};
	size_t i;

	for(i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if(span_is(reason, rows[i].reason))
			return rows[i].then;
	return RESUBSCRIBE_LATER;
}

/* "terminated;reason=deactivated;retry-after=10" */
static void read_state(struct notify *out, struct span header)
{
	struct span name, value;

	out->substate = SUBSTATE_ACTIVE;
	out->resubscribe = RESUBSCRIBE_LATER;
	out->expires = out->retry_after = NOT_STATED;
	if(header_param(&name, &value, &header, ';') < 0)
		return;
	if(span_is(name, SPAN("terminated")))
		out->substate = SUBSTATE_TERMINATED;
	while(header_param(&name, &value, &header, ';') == 0) {
		if(span_is(name, SPAN("reason")))
			out->resubscribe = after_reason(value);
		else if(span_is(name, SPAN("expires")))
			out->expires = seconds_of(value);
		else if(span_is(name, SPAN("retry-after")))
			out->retry_after = seconds_of(value);
	}
}

static struct span event_of(struct sip_msg *msg)
{
	struct span header = request_header(msg, HDR_EVENT_T), name, value;

	if(header_param(&name, &value, &header, ';') < 0)
		return (struct span){"", 0};
	return name;
}

int reg_event_read_notify(struct notify *out, struct sip_msg *msg)
{
	uint64_t cseq;

	if(parse_headers(msg, HDR_EOH_F, 0) < 0 || !msg->callid || !msg->cseq
			|| !msg->cseq->parsed
			|| header_number(&cseq, span_of(get_cseq(msg)->number), UINT32_MAX)
					   < 0)
		return -1;
	out->is_reg = span_is(event_of(msg), SPAN("reg"));
	out->call_id = span_of(msg->callid->body);
	out->cseq = (uint32_t)cseq;
	out->to_tag = tag_of(request_header(msg, HDR_TO_T));
	read_peer(&out->peer, msg, request_header(msg, HDR_FROM_T), false);
	read_state(out, request_header(msg, HDR_SUBSCRIPTION_STATE_T));
	out->content_type = mime_type(request_header(msg, HDR_CONTENTTYPE_T));
	out->body = span_trim(request_body(msg));
	return out->peer.tag.len > 0 ? 0 : -1;
}
