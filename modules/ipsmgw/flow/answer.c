/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * SIP answers to requests: see answer.h.
 */
#include "answer.h"

#include <stdio.h>

#include "core/data_lump_rpl.h"
#include "modules/sl/sl.h"
#include "counters.h"
#include "send.h"
#include "settings.h"
#include "token.h"

static sl_api_t sl;

int answer_init(void)
{
	return sl_load_api(&sl) < 0 ? -1 : 0;
}

int answer_send(struct sip_msg *msg, int code, str *reason)
{
	return sl.freply(msg, code, reason) < 0 ? -1 : 0;
}

static void add_reply_header(struct sip_msg *msg, const char *text, size_t len)
{
	if(!add_lump_rpl(msg, (char *)text, (int)len, LUMP_RPL_HDR))
		LM_ERR("no memory for a reply header\n");
}

int answer_with_header(struct sip_msg *msg, int code, str *reason,
		const char *header, size_t len)
{
	add_reply_header(msg, header, len);
	return answer_send(msg, code, reason);
}

int answer_transaction(
		unsigned hash, unsigned label, int code, str reason, str headers)
{
	struct cell *current = tmb.t_gett(), *t = NULL;
	int branch = tmb.t_gett_branch(), rc = -1;
	char text[TOKEN_MAX];
	str tag = token_make(text);

	if(tmb.t_lookup_ident(&t, hash, label) < 0 || !t)
		LM_ERR("the transaction of a request that waited is gone\n");
	else if(tmb.t_reply_with_body(t, (unsigned)code, &reason, NULL,
					headers.len > 0 ? &headers : NULL, &tag)
			< 0)
		LM_ERR("a request that waited could not be answered\n");
	else
		rc = 0;
	tmb.t_sett(current, branch);
	return rc;
}

/* Every option of the request's Require headers, as one Unsupported header. */
static void add_unsupported(struct sip_msg *msg)
{
	char line[512];
	size_t n = 0;
	struct hdr_field *h;

	for(h = msg->headers; h; h = h->next)
		if(h->type == HDR_REQUIRE_T
				|| (h->name.len == 7
						&& strncasecmp(h->name.s, "Require", 7) == 0)) {
			int w = snprintf(line + n, sizeof(line) - n, "%s%.*s",
					n ? ", " : "Unsupported: ", h->body.len, h->body.s);
			if(w < 0 || (size_t)w + 3 > sizeof(line) - n)
				break;
			n += (size_t)w;
		}
	if(n == 0)
		return;
	memcpy(line + n, "\r\n", 2);
	add_reply_header(msg, line, n + 2);
}

static const struct
{
	int code;
	const char *reason;
	const char *header;
	void (*add)(struct sip_msg *msg);
} refusals[] = {
		{400, "Bad Request", NULL, NULL},
		{403, "Forbidden", NULL, NULL},
		{404, "Not Found", NULL, NULL},
		{405, "Method Not Allowed",
				"Allow: MESSAGE, REGISTER, NOTIFY, OPTIONS\r\n", NULL},
		{415, "Unsupported Media Type",
				"Accept: application/vnd.3gpp.sms, multipart/mixed, "
				"text/plain\r\n",
				NULL},
		{420, "Bad Extension", NULL, add_unsupported},
		{480, "Temporarily Unavailable", NULL, NULL},
		{482, "Loop Detected", NULL, NULL},
		{483, "Too Many Hops", NULL, NULL},
		{488, "Not Acceptable Here", NULL, NULL},
		{489, "Bad Event", "Allow-Events: reg\r\n", NULL},
		{500, "Server Internal Error", NULL, NULL},
		{503, "Service Unavailable", "Retry-After: 10\r\n", NULL},
};

int answer_reject(struct sip_msg *msg, int code, str *reason, bool counted)
{
	str standard = str_init("Rejected");
	size_t i;

	for(i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++) {
		if(refusals[i].code != code)
			continue;
		standard.s = (char *)refusals[i].reason;
		standard.len = strlen(standard.s);
		if(refusals[i].header)
			add_reply_header(
					msg, refusals[i].header, strlen(refusals[i].header));
		if(refusals[i].add)
			refusals[i].add(msg);
	}
	if(!reason || reason->len == 0)
		reason = &standard;
	if(counted) {
		count(CNT_MO_RECEIVED);
		count(CNT_MO_REJECTED);
	}
	LOG(settings.result_log_level, "mo rejected: call-id=%.*s status=%d %.*s\n",
			msg->callid ? msg->callid->body.len : 1,
			msg->callid ? msg->callid->body.s : "-", code, reason->len,
			reason->s);
	return answer_send(msg, code, reason) < 0 ? -1 : 1;
}
