/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Outcomes of deliveries: see mt_outcome.h.
 */
#include "mt_outcome.h"

#include <stdio.h>
#include <string.h>

#include "../codec/rp.h"
#include "../ims/span.h"

/* The names of the kinds, in the script, in logs and in rows of mt_answer. */
static const char *const kind_names[MT_KINDS] = {
		[MT_DELIVERED] = "delivered",
		[MT_PENDING] = "pending",
		[MT_NOT_REGISTERED] = "not-registered",
		[MT_UNKNOWN] = "unknown",
		[MT_NO_CAPABILITY] = "no-capability",
		[MT_MEMORY_FULL] = "memory-full",
		[MT_RP_ERROR] = "rp-error",
		[MT_NO_REPORT] = "no-report",
		[MT_NO_ANSWER] = "no-answer",
		[MT_REFUSED] = "refused",
		[MT_UNSENT] = "unsent",
		[MT_BAD_TYPE] = "bad-type",
		[MT_BAD_TEXT] = "bad-text",
		[MT_TOO_LONG] = "too-long",
		[MT_QUEUE_FULL] = "queue-full",
		[MT_OVERLOAD] = "overload",
		[MT_CANCELLED] = "cancelled",
		[MT_EXPIRED] = "expired",
		[MT_RESTARTED] = "restarted",
		[MT_UNKNOWN_TEXT] = "unknown-text",
		[MT_TOLD_BEFORE] = "told-before",
		[MT_NOTHING_TO_TELL] = "nothing-to-tell",
		[MT_INTERNAL] = "internal",
};

const char *mt_kind_name(enum mt_kind kind)
{
	return kind < MT_KINDS ? kind_names[kind] : "";
}

/* --- the table ------------------------------------------------------------------ */

void mt_answers_defaults(struct mt_answers *answers)
{
	static const char *const rows[] = {
			"delivered=200",
			"pending=202",
			"not-registered=480",
			"unknown=404",
			"no-capability=488",
			"rp-error=488",
			"memory-full=480",
			"no-report,no-answer,unsent=480",
			"default=480",
			"404,604=404",
			"410=410",
			"408,430,480,503,504=480",
			"400,420,481=500",
			"403=403",
			"413,513=488",
			"415,488,606=488",
			"486,600=486",
			"500,502,580=480",
			"bad-type=415",
			"bad-text=400",
			"too-long=413",
			"queue-full,cancelled,expired,restarted=480",
			"overload=503",
			"unknown-text=481",
			"told-before,nothing-to-tell=200",
			"internal=500",
	};
	size_t i;

	memset(answers, 0, sizeof(*answers));
	for(i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		mt_answers_set(answers, rows[i]);
}

/* A decimal number that is the whole text, or -1. */
static int read_number(struct span text)
{
	int n = 0;

	if(text.len == 0 || text.len > 3)
		return -1;
	for(; text.len > 0; text = span_skip(text, 1)) {
		if(text.s[0] < '0' || text.s[0] > '9')
			return -1;
		n = n * 10 + (text.s[0] - '0');
	}
	return n;
}

static void fill(uint16_t *row, int from, int to, uint16_t code)
{
	for(; from < to; from++)
		row[from] = code;
}

/* "4xx": its first status; else -1 */
static int read_class(struct span text)
{
	if(text.len == 3 && text.s[0] >= '3' && text.s[0] <= '6'
			&& memcmp(text.s + 1, "xx", 2) == 0)
		return (text.s[0] - '0') * 100;
	return -1;
}

static int set_kind(
		struct mt_answers *answers, struct span selector, uint16_t code)
{
	int kind;

	for(kind = 0; kind < MT_KINDS; kind++)
		if(strlen(kind_names[kind]) == selector.len
				&& memcmp(kind_names[kind], selector.s, selector.len) == 0)
			break;
	if(kind == MT_KINDS || kind == MT_REFUSED)
		return -1;
	if(kind == MT_RP_ERROR)
		fill(answers->rp, 0, MT_CAUSES, code);
	else if(kind == MT_MEMORY_FULL)
		answers->rp[RP_CAUSE_MEMORY_CAPACITY_EXCEEDED] = code;
	else
		answers->kind[kind] = code;
	return 0;
}

static int set_selector(
		struct mt_answers *answers, struct span selector, uint16_t code)
{
	struct span rp = SPAN("rp-");
	int n = read_number(selector);

	if(n >= MT_STATUS_MIN && n < MT_STATUS_MAX) {
		answers->sip[n] = code;
		return 0;
	}
	n = read_class(selector);
	if(n > 0) {
		fill(answers->sip, n, n + 100, code);
		return 0;
	}
	if(selector.len == 7 && memcmp(selector.s, "default", 7) == 0) {
		fill(answers->sip, MT_STATUS_MIN, MT_STATUS_MAX, code);
		return 0;
	}
	n = selector.len > rp.len && memcmp(selector.s, rp.s, rp.len) == 0
				? read_number(span_skip(selector, rp.len))
				: -1;
	if(n > 0 && n < MT_CAUSES) {
		answers->rp[n] = code;
		return 0;
	}
	return set_kind(answers, selector, code);
}

int mt_answers_set(struct mt_answers *answers, const char *row)
{
	struct span rest = {row, strlen(row)};
	size_t equals = span_find(rest, '=');
	int code = read_number(span_skip(rest, equals + 1));

	if(equals == rest.len || code < 200 || code >= MT_STATUS_MAX)
		return -1;
	rest.len = equals;
	for(;;) {
		struct span selector = {rest.s, span_find(rest, ',')};

		if(set_selector(answers, selector, (uint16_t)code) < 0)
			return -1;
		if(selector.len == rest.len)
			return 0;
		rest = span_skip(rest, selector.len + 1);
	}
}

uint16_t mt_answers_get(
		const struct mt_answers *answers, const struct mt_outcome *outcome)
{
	switch(outcome->kind) {
		case MT_MEMORY_FULL:
		case MT_RP_ERROR:
			return answers->rp[outcome->rp_cause % MT_CAUSES];
		case MT_REFUSED:
			return answers->sip[outcome->sip_status >= MT_STATUS_MIN
												&& outcome->sip_status
														   < MT_STATUS_MAX
										? outcome->sip_status
										: 500];
		default:
			return answers->kind[outcome->kind];
	}
}

bool mt_is_absent(const struct mt_outcome *outcome)
{
	switch(outcome->kind) {
		case MT_NOT_REGISTERED:
		case MT_MEMORY_FULL:
		case MT_NO_ANSWER:
		case MT_UNSENT:
			return true;
		case MT_REFUSED:
			return outcome->sip_status == 430 || outcome->sip_status == 480
				   || outcome->sip_status == 503 || outcome->sip_status == 504;
		default:
			return false;
	}
}

/* --- what the hub reads ------------------------------------------------------------- */

const char *mt_phrase(unsigned code)
{
	static const struct
	{
		unsigned code;
		const char *phrase;
	} rows[] = {
			{200, "OK"},
			{202, "Accepted"},
			{300, "Multiple Choices"},
			{301, "Moved Permanently"},
			{302, "Moved Temporarily"},
			{305, "Use Proxy"},
			{400, "Bad Request"},
			{401, "Unauthorized"},
			{402, "Payment Required"},
			{403, "Forbidden"},
			{404, "Not Found"},
			{405, "Method Not Allowed"},
			{406, "Not Acceptable"},
			{407, "Proxy Authentication Required"},
			{408, "Request Timeout"},
			{410, "Gone"},
			{413, "Request Entity Too Large"},
			{415, "Unsupported Media Type"},
			{416, "Unsupported URI Scheme"},
			{420, "Bad Extension"},
			{421, "Extension Required"},
			{423, "Interval Too Brief"},
			{430, "Flow Failed"},
			{433, "Anonymity Disallowed"},
			{480, "Temporarily Unavailable"},
			{481, "Call/Transaction Does Not Exist"},
			{482, "Loop Detected"},
			{483, "Too Many Hops"},
			{484, "Address Incomplete"},
			{485, "Ambiguous"},
			{486, "Busy Here"},
			{487, "Request Terminated"},
			{488, "Not Acceptable Here"},
			{493, "Undecipherable"},
			{500, "Server Internal Error"},
			{501, "Not Implemented"},
			{502, "Bad Gateway"},
			{503, "Service Unavailable"},
			{504, "Server Time-out"},
			{505, "Version Not Supported"},
			{513, "Message Too Large"},
			{580, "Precondition Failure"},
			{600, "Busy Everywhere"},
			{603, "Decline"},
			{604, "Does Not Exist Anywhere"},
			{606, "Not Acceptable"},
	};
	size_t i;

	for(i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if(rows[i].code == code)
			return rows[i].phrase;
	return "";
}

/* RFC 3326 names SIP and Q.850; RP for a cause of TS 24.011 is ours, docs/hub.md tells hubs of it. */
size_t mt_reason(char out[MT_REASON_MAX], const struct mt_outcome *outcome)
{
	const char *protocol = "SIP", *text = mt_kind_name(outcome->kind);
	unsigned cause = outcome->code;
	int n;

	out[0] = '\0';
	switch(outcome->kind) {
		case MT_DELIVERED:
		case MT_PENDING:
		case MT_TOLD_BEFORE:
		case MT_NOTHING_TO_TELL:
			return 0;
		case MT_MEMORY_FULL:
		case MT_RP_ERROR:
			protocol = "RP";
			cause = outcome->rp_cause;
			text = rp_cause_name(outcome->rp_cause);
			break;
		case MT_NO_ANSWER:
		case MT_REFUSED:
			if(outcome->sip_status == 0)
				break;
			cause = outcome->sip_status;
			text = mt_phrase(cause);
			break;
		default:
			break;
	}
	n = snprintf(out, MT_REASON_MAX, "Reason: %s;cause=%u;text=\"%s\"\r\n",
			protocol, cause, text);
	return n < MT_REASON_MAX ? (size_t)n : 0;
}
