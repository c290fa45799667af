/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The hub leg of a job: see hub.h.
 */
#include "hub.h"

#include "counters.h"
#include "mo.h"
#include "send.h"
#include "settings.h"
#include "submitted.h"

/* RFC 3261 Timer F: so long tm waits for the hub, whatever the job's own time limits;
 * an answer after them is late, but seen. */
#define TRANSACTION_MS 32000

/* host[:port] of a URI, as it stands there. */
static int host_port(struct span *out, struct span uri)
{
	struct identity_uri parsed;

	if(identity_uri_parse(&parsed, uri) < 0 || parsed.host.len == 0)
		return -1;
	*out = parsed.host;
	if(parsed.port.len > 0)
		out->len = (size_t)(parsed.port.s + parsed.port.len - parsed.host.s);
	return 0;
}

static int find_hub(struct span *hub, str *next_hop, const struct sip_msg *msg)
{
	if(msg->dst_uri.len > 0)
		*next_hop = msg->dst_uri;
	else if(msg->new_uri.len > 0)
		*next_hop = msg->new_uri;
	else
		return -1;
	if(settings.hub_domain.len > 0) {
		*hub = span_of(settings.hub_domain);
		return 0;
	}
	return host_port(hub, span_of(*next_hop));
}

/* The sender's home: the parameter, else the host of his identity, else our own. */
static void find_home(struct span *home, const struct sms *sms)
{
	struct identity_uri id;

	*home = span_of(settings.home_domain);
	if(home->len > 0)
		return;
	if(identity_uri_parse(&id, sms->sender) == 0 && id.scheme != URI_TEL)
		*home = id.host;
	else if(identity_uri_parse(&id, span_of(settings.gateway_uri)) == 0)
		*home = id.host;
}

enum hub_sent hub_form_of(struct hub_form *form, str *body, str *next_hop,
		const struct job *job, struct sip_msg *msg, struct sms *sms,
		enum hub_body kind, struct span message_id)
{
	struct hub_form_in in = {
			.body = kind,
			.tp = &sms->tp,
			.dest = &sms->dest,
			.dest_uri = {sms->dest_uri, sms->dest_uri_len},
			.msisdn = sms->msisdn,
			.sender = sms->sender,
			.arrival = job->arrival,
			.assert_identity = settings.hub_assert_identity != 0,
			.message_id = message_id,
	};

	if(!sms->has_tp || !sms_has_dest(sms))
		return HUB_NO_DESTINATION;
	if(kind != HUB_OPAQUE && !sms_text(sms))
		return HUB_NOT_TEXT;
	in.text = (struct span){sms->text, sms->text_len};
	if(find_hub(&in.hub, next_hop, msg) < 0) {
		LM_ERR("no hub: neither $du nor a new R-URI is set\n");
		return HUB_NOT_SENT;
	}
	find_home(&in.home_domain, sms);
	if(sms->mime.info_state == SMS_INFO_READ)
		in.boundary = sms->mime.boundary;
	if(hub_form_build(form, &in) < 0) {
		LM_ERR("the hub's form of a short message does not fit\n");
		return HUB_NO_FORM;
	}
	*body = kind == HUB_CPIM	  ? (str){form->cpim, (int)form->cpim_len}
			: kind == HUB_TEXT	  ? (str){sms->text, (int)sms->text_len}
			: in.boundary.len > 0 ? str_of(sms->whole)
								  : str_of(sms->body);
	return HUB_IS_SENT;
}

/* Job and attempt in what tm carries: 32 bits of generation, 24 of index, 8 of attempt. */
#define INDEX_BITS 24
#define ATTEMPT_MASK 0xffu

static uint64_t param_of(const struct job *job, int attempt)
{
	return (uint64_t)job->id.generation << 32
		   | (uint64_t)((unsigned)attempt & ATTEMPT_MASK) << INDEX_BITS
		   | job->id.index;
}

static void hub_done(uint64_t param, int status, struct sip_msg *answer)
{
	struct job_id id = {(uint32_t)param & ((1u << INDEX_BITS) - 1),
			(uint32_t)(param >> 32)};
	int attempt = (int)((param >> INDEX_BITS) & ATTEMPT_MASK);
	struct job *job = job_hold(id);

	(void)answer;
	if(status >= 200 && status < 300)
		count(CNT_HUB_OK);
	else if(status > 0)
		count(CNT_HUB_FAILED);
	if(!job)
		return;
	mo_attempt_result(job, attempt, status ? status : HUB_RESULT_TIMEOUT);
	job_release(job);
	job_release(job); /* what hub_send() held for this attempt */
}

/* A hub that tells what became of a text may name it by the Call-ID of the request: that begins with the text's name. */
static void name_request(struct send_dialog *dialog, char *call_id, size_t cap,
		const char *name, int attempt, str ruri)
{
	int len = snprintf(call_id, cap, "%s-%d", name, attempt);

	memset(dialog, 0, sizeof(*dialog));
	send_new_dialog(&dialog->call_id, &dialog->local_tag, ruri);
	dialog->call_id = (str){call_id, len};
	dialog->remote_uri = ruri;
	dialog->number = 1;
}

enum hub_sent hub_send(struct job *job, struct sip_msg *msg, struct sms *sms,
		enum hub_body kind)
{
	char name[SUBMITTED_NAME_LEN + 1], call_id[SUBMITTED_NAME_LEN + 16];
	struct send_dialog dialog;
	struct send_ref request;
	struct hub_form form;
	struct outgoing out;
	enum hub_sent rc;
	int attempt;

	memset(&out, 0, sizeof(out));
	submitted_remember(name, job, sms, (str)STR_NULL);
	rc = hub_form_of(&form, &out.body, &out.next_hop, job, msg, sms, kind,
			(struct span){name, strlen(name)});
	if(rc != HUB_IS_SENT)
		return rc;
	out.ruri = (str){form.ruri, (int)form.ruri_len};
	out.from = (str){form.from, (int)form.from_len};
	out.headers = (str){form.headers, (int)form.headers_len};
	out.socket = msg->force_send_socket;
	out.timeout_ms = TRANSACTION_MS;
	attempt = job_attempt_begin(job, out.next_hop);
	if(attempt < 0)
		return HUB_SETTLED;
	if(name[0]) {
		name_request(
				&dialog, call_id, sizeof(call_id), name, attempt, out.ruri);
		out.dialog = &dialog;
	}
	job_timer_set(
			job, JOB_ATTEMPT, clock_ms() + (uint64_t)settings.hub_timeout);
	if(send_request(&request, &out, hub_done, param_of(job, attempt)) < 0) {
		count(CNT_HUB_UNSENT);
		job_attempt_unsent(job);
		job_release(job);
		return HUB_NOT_SENT;
	}
	count(CNT_HUB_SENT);
	/* from here on only this hub is asked: the one before may still answer, but is
	 * not reminded */
	send_quiet(job_attempt_sent(job, request));
	return HUB_IS_SENT;
}
