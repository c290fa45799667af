/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * NOTIFY of the reg event package: see notify.h.
 */
#include "notify.h"

#include "../ims/identity.h"
#include "answer.h"
#include "counters.h"
#include "hss_record.h"
#include "log.h"
#include "reginfo_merge.h"
#include "settings.h"
#include "subscription_notify.h"
#include "subscription_rules.h"

/* Between reading and writing a record a REGISTER may change it; it does not do so for ever. */
#define TRIES 8

/* --- the document into the registry --------------------------------------------------- */

/* An identity that somebody else has is not taken from him by a NOTIFY. */
static bool may_join(struct span impu, void *arg)
{
	const struct registration *record = arg;
	struct registration other;

	return registry_get(&other, impu, time(NULL)) != REGISTRY_OK
		   || other.serial == record->serial;
}

/* The S-CSCF says that he is not registered. It may have said so before a REGISTER that we have seen since it was asked or
 * heard last: then it is asked once more. Returns REGISTRY_STALE to be called again. */
static int end_record(struct notify_result *result,
		const struct subscription_copy *s, struct registration *record)
{
	int rc;

	if(subscription_stamp(record) != s->record_stamp) {
		result->doubt = true;
		return REGISTRY_OK;
	}
	rc = registry_remove(
			record, span_of(s->text[SUBSCRIPTION_IMPU]), record->serial);
	if(rc == REGISTRY_STALE)
		return rc;
	result->record_gone = true;
	if(rc == REGISTRY_OK) {
		count(CNT_NOTIFY_DEREGISTERED);
		subscription_tell_gone(record);
	}
	return REGISTRY_OK;
}

static bool has_impu(const struct registration *record, struct span impu)
{
	unsigned i;

	for(i = 0; i < record->impus; i++)
		if(identity_same(record->impu[i], impu))
			return true;
	return false;
}

static int put_record(struct notify_result *result,
		const struct subscription_copy *s, const struct registration *before,
		const struct registration *after)
{
	struct registry_put_info info;
	int rc = registry_put(&info, NULL, after, time(NULL));

	if(rc < 0)
		return rc;
	result->record_stamp = subscription_stamp(after);
	subscription_tell_changed(before, after);
	hss_record_complete(after, s->text[SUBSCRIPTION_CALL_ID]);
	if(has_impu(after, span_of(s->text[SUBSCRIPTION_IMPU])))
		return REGISTRY_OK;
	/* the identity we asked about has ended, others of the set live on */
	subscription_want(str_of(after->impu[0]), str_of(after->scscf), false);
	result->record_gone = true;
	return REGISTRY_OK;
}

static int apply(struct notify_result *result,
		const struct subscription_copy *s, const struct reginfo *info)
{
	struct registration before, after;
	enum reginfo_verdict verdict;

	if(registry_get(&before, span_of(s->text[SUBSCRIPTION_IMPU]), time(NULL))
			!= REGISTRY_OK) {
		result->record_gone = true;
		return REGISTRY_OK;
	}
	verdict =
			reginfo_merge(&after, &before, info, time(NULL), may_join, &before);
	if(verdict == REGINFO_SAYS_NOTHING && info->full && s->doubt)
		verdict = REGINFO_ENDS;
	if(verdict == REGINFO_SAYS_NOTHING)
		return REGISTRY_OK;
	if(verdict == REGINFO_ENDS)
		return end_record(result, s, &before);
	result->again = result->again || verdict == REGINFO_UNCLEAR;
	result->confirmed = info->full && verdict == REGINFO_CHANGES;
	after.state.user[USER_REG_EVENT] = 1;
	return put_record(result, s, &before, &after);
}

static void take_document(struct notify_result *result,
		const struct subscription_copy *s, const struct reginfo *info)
{
	int rc = REGISTRY_STALE, tries;

	/* by CSeq it is newer than what came before, whatever its version */
	if(!info->full && (!s->has_version || info->version != s->version + 1)) {
		count(CNT_NOTIFY_GAP);
		result->again = true;
	}
	result->has_version = true;
	result->version = info->version;
	for(tries = 0; rc == REGISTRY_STALE && tries < TRIES; tries++)
		rc = apply(result, s, info);
	if(rc != REGISTRY_OK) {
		LM_ERR("reg event: call-id=%.*s cannot change the record: %d\n",
				s->text[SUBSCRIPTION_CALL_ID].len,
				s->text[SUBSCRIPTION_CALL_ID].s, rc);
		result->again = true;
	}
}

/* --- the request ------------------------------------------------------------------------ */

static void answer(struct sip_msg *msg, int code, char *reason)
{
	str text = {reason, (int)strlen(reason)};

	answer_send(msg, code, &text);
}

static void answer_header(
		struct sip_msg *msg, int code, char *reason, const char *header)
{
	str text = {reason, (int)strlen(reason)};

	answer_with_header(msg, code, &text, header, strlen(header));
}

static void log_result(const struct subscription_copy *s,
		const struct notify *notify, const struct notify_result *result,
		const char *said)
{
	char who[MASKED_MAX];

	LOG(settings.result_log_level,
			"reg event: call-id=%.*s impu=%s cseq=%u %s%s%s%s\n",
			s->text[SUBSCRIPTION_CALL_ID].len, s->text[SUBSCRIPTION_CALL_ID].s,
			masked(who, s->text[SUBSCRIPTION_IMPU]), notify->cseq, said,
			result->record_gone ? ", no record any more" : "",
			result->again || result->doubt ? ", will ask again" : "",
			notify->substate == SUBSTATE_TERMINATED ? ", subscription ended"
													: "");
}

/* Its document, if it has one. What it is, for the log; NULL: it is of another type. */
static const char *read_document(struct notify_result *result,
		const struct subscription_copy *s, const struct notify *notify)
{
	/* too large for a stack, and one NOTIFY is at work in a process at a time */
	static char text[REGINFO_TEXT];
	static struct reginfo info;
	enum xmldoc_error error;

	if(notify->body.len == 0)
		return "without a document";
	if(notify->content_type.len > 0
			&& !span_is(notify->content_type, SPAN("application/reginfo+xml")))
		return NULL;
	error = reginfo_parse(&info, text, sizeof(text), notify->body);
	if(error != XMLDOC_OK) {
		count(CNT_NOTIFY_BAD);
		result->again = true;
		return xmldoc_error_name(error);
	}
	take_document(result, s, &info);
	return info.full ? "full" : "partial";
}

static enum notified take_matched(struct sip_msg *msg,
		const struct subscription_copy *s, const struct notify *notify)
{
	struct notify_result result = {false};
	const char *said = read_document(&result, s, notify);
	bool bad;

	if(!said) {
		count(CNT_NOTIFY_BAD);
		result.again = true;
	}
	bad = !said || (result.again && !result.has_version);
	subscription_notify_end(s, notify, &result);
	log_result(s, notify, &result, said ? said : "of another type");
	if(!said)
		answer_header(msg, 415, "Unsupported Media Type",
				"Accept: application/reginfo+xml\r\n");
	else
		answer(msg, 200, "OK");
	return bad ? NOTIFIED_BAD_BODY : NOTIFIED;
}

enum notified notify_take(struct sip_msg *msg)
{
	struct subscription_copy s;
	struct notify notify;

	count(CNT_NOTIFY_RECEIVED);
	if(reg_event_read_notify(&notify, msg) < 0) {
		count(CNT_NOTIFY_UNMATCHED);
		answer(msg, 400, "Bad Request");
		return NOTIFIED_NOT;
	}
	if(!notify.is_reg) {
		count(CNT_NOTIFY_UNMATCHED);
		answer_header(msg, 489, "Bad Event", "Allow-Events: reg\r\n");
		return NOTIFIED_BAD_EVENT;
	}
	switch(subscription_notify_begin(&s, &notify)) {
		case NOTIFY_TAKEN:
			return take_matched(msg, &s, &notify);
		case NOTIFY_NOT_NEWS:
			count(CNT_NOTIFY_OLD);
			answer(msg, 200, "OK");
			return NOTIFIED_OLD;
		default:
			count(CNT_NOTIFY_UNMATCHED);
			answer(msg, 481, "Subscription Does Not Exist");
			return NOTIFIED_UNKNOWN;
	}
}
