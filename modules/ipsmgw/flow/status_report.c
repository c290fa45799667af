/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Status reports: see status_report.h.
 */
#include "status_report.h"

#include "../codec/deliver.h"
#include "../ims/datetime.h"
#include "../ims/header.h"
#include "counters.h"
#include "log.h"
#include "mt.h"
#include "settings.h"

/* --- which text, and whose ---------------------------------------------------------- */

/* By the name that the hub gives; else by the Call-ID that it replies to. */
static bool find_text(struct submitted *out, struct sip_msg *msg,
		const struct hub_message *notification)
{
	struct span call_id, rest;
	struct hdr_field *h;

	if(submitted_find(out, notification->notified))
		return true;
	for(h = msg->headers; h; h = h->next) {
		if(!span_is(span_of(h->name), SPAN("In-Reply-To")))
			continue;
		rest = span_of(h->body);
		while(header_element(&call_id, &rest) == 0)
			if(submitted_find(out, call_id))
				return true;
	}
	return false;
}

/* A hub that names somebody else than the sender has mixed up its names: the sender's texts are not for him. Whom a hub names is
 * in the Request-URI, which may be the gateway alone. */
static bool is_his(struct sip_msg *msg, const struct submitted *text)
{
	struct span named =
			span_of(msg->new_uri.len > 0 ? msg->new_uri
										 : msg->first_line.u.request.uri);
	struct span sender = {text->sender, text->sender_len};
	char msisdn[MSISDN_MAX_DIGITS + 1];
	struct registration reg;
	struct identity_uri uri;
	unsigned i;

	if(identity_uri_parse(&uri, named) < 0 || uri.user.len == 0
			|| identity_same(named, sender))
		return true;
	if(identity_msisdn(msisdn, &uri) == 0 && strcmp(msisdn, text->msisdn) == 0)
		return true;
	if(registry_get(&reg, named, time(NULL)) != REGISTRY_OK)
		return false;
	for(i = 0; i < reg.impus; i++)
		if(identity_same(reg.impu[i], sender))
			return true;
	return false;
}

/* --- what is told -------------------------------------------------------------------- */

/* The four classes of TP-ST (TS 23.040 9.2.3.15); values that are reserved count by their class. */
static enum submitted_wanted class_of(uint8_t st)
{
	static const enum submitted_wanted classes[] = {
			WANTS_DONE, WANTS_STILL_TRYING, WANTS_PERMANENT, WANTS_TEMPORARY};

	return classes[st >> 5 & 3];
}

/* When the text came to its end: as the hub says, but not before it was taken and not later than now. */
static int64_t discharge_time(
		const struct sms_time *scts, const struct hub_message *notification)
{
	int64_t now = time(NULL), taken = sms_time_to_utc(scts), at;

	if(datetime_parse(&at, notification->datetime) < 0 || at > now)
		return now;
	return at > taken ? at : taken;
}

static int make_order(
		struct status_order *out, const struct submitted_news *news)
{
	struct status_report report = {.mr = out->text.mr, .st = news->st};
	struct sms_error err;
	size_t used, len;

	out->cookie[0] = out->text.id;
	out->cookie[1] = out->text.turn;
	if(tp_address_decode(
			   &report.ra, &used, &err, out->text.da, out->text.da_len)
					< 0
			|| sms_time_decode(&report.scts, out->text.scts) < 0
			|| sms_time_from_utc(&report.dt, news->at, report.scts.quarters) < 0
			|| status_report_encode(out->tpdus + 1, &len, &report) < 0)
		return -1;
	out->tpdus[0] = (uint8_t)len;
	out->tpdus_len = 1 + len;
	return 0;
}

/* --- what comes of a notification ------------------------------------------------------ */

static void log_news(struct sip_msg *msg,
		const struct hub_message *notification, const char *what)
{
	struct span name = loggable(notification->notified);

	LOG(settings.result_log_level,
			"status notification: call-id=%.*s text=%.*s st=%02X %s\n",
			msg->callid->body.len, msg->callid->body.s, (int)name.len, name.s,
			(unsigned)notification->tp_status & 0xff, what);
}

/* The counter, the line in the log and the answer of a notification that nothing is delivered for. */
static int end_here(enum mt_kind *why, struct sip_msg *msg,
		const struct hub_message *notification, enum counter counter,
		enum mt_kind kind)
{
	count(counter);
	log_news(msg, notification, mt_kind_name(kind));
	*why = kind;
	return -1;
}

int status_report_notified(struct status_order *out, enum mt_kind *why,
		struct sip_msg *msg, const struct hub_message *notification)
{
	struct submitted_news news = {.st = (uint8_t)notification->tp_status};
	struct sms_time scts;

	if(notification->tp_status < 0)
		return end_here(
				why, msg, notification, CNT_STATUS_IGNORED, MT_NOTHING_TO_TELL);
	if(!find_text(&out->text, msg, notification) || !is_his(msg, &out->text)
			|| sms_time_decode(&scts, out->text.scts) < 0)
		return end_here(
				why, msg, notification, CNT_STATUS_UNKNOWN, MT_UNKNOWN_TEXT);
	if(!(out->text.wanted & class_of(news.st)))
		return end_here(
				why, msg, notification, CNT_STATUS_IGNORED, MT_NOTHING_TO_TELL);
	news.is_final = class_of(news.st) != WANTS_STILL_TRYING;
	news.at = discharge_time(&scts, notification);
	switch(submitted_notify(&out->text, out->text.id, &news)) {
		case SUBMITTED_REPORT:
			break;
		case SUBMITTED_LATER:
			log_news(msg, notification, "waits for the submit report");
			*why = MT_PENDING;
			return -1;
		case SUBMITTED_REPEATED:
			return end_here(why, msg, notification, CNT_STATUS_REPEATED,
					MT_TOLD_BEFORE);
		case SUBMITTED_UNKNOWN:
			return end_here(why, msg, notification, CNT_STATUS_UNKNOWN,
					MT_UNKNOWN_TEXT);
	}
	count(CNT_STATUS_REPORTS);
	log_news(msg, notification, "to be delivered");
	if(make_order(out, &news) == 0)
		return 0;
	*why = MT_INTERNAL;
	status_report_ended(out->cookie, *why);
	return -1;
}

void status_report_ended(const uint64_t cookie[2], enum mt_kind kind)
{
	if(cookie[0])
		submitted_reported(
				cookie[0], (unsigned)cookie[1], kind == MT_DELIVERED);
}

void status_report_due(uint64_t submitted_id)
{
	struct submitted_news news;
	struct mt_outcome outcome;
	struct status_order made;
	struct mt_order order;

	if(!submitted_told(&made.text, &news, submitted_id))
		return;
	count(CNT_STATUS_REPORTS);
	if(make_order(&made, &news) < 0) {
		status_report_ended(made.cookie, MT_INTERNAL);
		return;
	}
	/* the hub has its answer, and will not try again: it is held for a phone that is away */
	order = (struct mt_order){.to = {made.text.sender, made.text.sender_len},
			.tpdus = made.tpdus,
			.tpdus_len = made.tpdus_len,
			.parts = 1,
			.hold = true,
			.wait_ms = (uint64_t)settings.mt_hold_time * 1000,
			.cookie = {made.cookie[0], made.cookie[1]}};
	if(mt_send_order(&outcome, &order) < 0)
		status_report_ended(made.cookie, outcome.kind);
}
