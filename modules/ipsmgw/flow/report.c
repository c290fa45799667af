/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Submit reports: see report.h.
 */
#include "report.h"

#include <stdio.h>

#include "../codec/rp.h"
#include "../codec/tp.h"
#include "../ims/sms_body.h"
#include "counters.h"
#include "log.h"
#include "request.h"
#include "scscf.h"
#include "send.h"
#include "settings.h"
#include "status_report.h"

#define MAX_SENDINGS 2
#define HEADERS_MAX 2048
#define URI_MAX 256

/* RP-ACK or RP-ERROR, with SMS-SUBMIT-REPORT where one is due: always after an
 * SMS-SUBMIT that was taken, with TP-FCS where the TP layer is the reason. */
static int report_body(uint8_t *out, size_t cap, size_t *len,
		const struct job *job, const struct job_outcome *outcome)
{
	uint8_t tpdu[TP_MAX_OCTETS];
	size_t tpdu_len;
	struct rp_msg rp;
	struct tp_msg tp;

	memset(&rp, 0, sizeof(rp));
	rp.mo = false;
	rp.type = outcome->acked ? RP_ACK : RP_ERROR;
	rp.mr = job->rp_mr;
	rp.cause = outcome->cause.cause;
	if(!job->is_smma && (outcome->acked || outcome->cause.fcs)) {
		memset(&tp, 0, sizeof(tp));
		tp.type = TP_SUBMIT_REPORT;
		tp.has_fcs = !outcome->acked;
		tp.fcs = outcome->cause.fcs;
		tp.has_pi = true;
		tp.scts = outcome->scts;
		if(tp_encode(tpdu, sizeof(tpdu), &tpdu_len, &tp) < 0)
			return -1;
		rp.has_ud = true;
		rp.ud = tpdu;
		rp.ud_len = (uint8_t)tpdu_len;
	}
	return rp_encode(out, cap, len, &rp);
}

/* Where the UE's S-CSCF is: what the registry says; when that did not work, the parameter, else who sent us the
 * MESSAGE. */
static int find_scscf(
		str *out, char buf[URI_MAX], const struct job *job, bool by_registry)
{
	if(by_registry) {
		*out = job->scscf;
		return 0;
	}
	if(settings.scscf_uri.len > 0) {
		*out = settings.scscf_uri;
		return 0;
	}
	out->s = buf;
	out->len = request_source(buf, URI_MAX, &job->rcv, ";lr");
	return out->len < 0 ? -1 : 0;
}

static int report_headers(
		char out[HEADERS_MAX], const struct job *job, const str *scscf)
{
	const str *disposition = &settings.report_disposition;
	const str *contact = &settings.report_accept_contact;
	int route = scscf_route_header(out, HEADERS_MAX, *scscf), n;

	if(route < 0)
		return -1;
	n = snprintf(out + route, (size_t)(HEADERS_MAX - route),
			"P-Asserted-Identity: <%.*s>\r\n"
			"%s%.*s%s"
			"%s%.*s%s%s"
			"In-Reply-To: %.*s\r\n"
			"Content-Type: application/vnd.3gpp.sms\r\n",
			settings.gateway_uri.len, settings.gateway_uri.s,
			disposition->len ? "Request-Disposition: " : "", disposition->len,
			disposition->s, disposition->len ? "\r\n" : "",
			contact->len ? "Accept-Contact: " : "", contact->len, contact->s,
			contact->len ? "\r\n" : "",
			job->msisdn_less && settings.mt_msisdn_less ? SMS_FEATURE_CAPS : "",
			job->call_id.len, job->call_id.s);
	return n < 0 || n >= HEADERS_MAX - route ? -1 : route + n;
}

/* The phone knows what became of its text, or will not; what a hub has told of it meanwhile follows. */
static void end(struct job *job, enum counter counter)
{
	status_report_due(job_submitted(job));
	count(counter);
	job_end(job);
}

static void give_up(struct job *job, const char *why, int status)
{
	char sender[MASKED_MAX];

	LM_WARN("submit report not delivered: call-id=%.*s to=%s reason=%s "
			"status=%d\n",
			job->call_id.len, job->call_id.s, masked(sender, job->sender), why,
			status);
	end(job, CNT_REPORT_FAILED);
}

static bool worth_repeating(int status)
{
	return status == 0 || status == 408 || status == 480
		   || (status >= 500 && status < 600);
}

static uint64_t param_of(const struct job *job)
{
	return (uint64_t)job->id.generation << 32 | job->id.index;
}

static void report_done(uint64_t param, int status, struct sip_msg *answer)
{
	struct job *job =
			job_hold((struct job_id){(uint32_t)param, (uint32_t)(param >> 32)});
	uint64_t again;

	(void)answer;
	if(!job)
		return;
	again = clock_ms() + (uint64_t)settings.report_retry_delay;
	if(status >= 200 && status < 300) {
		end(job, CNT_REPORT_OK);
	} else if(worth_repeating(status) && job_reports(job) < MAX_SENDINGS
			  && again < job->arrival_ms + (uint64_t)settings.report_window) {
		job_timer_set(job, JOB_REPORT, again);
	} else {
		give_up(job, status ? "refused" : "no answer", status);
	}
	job_release(job);
}

static int send_by(struct job *job, bool by_registry)
{
	struct job_outcome outcome = job_outcome(job);
	uint8_t body[RP_MAX_OCTETS];
	char headers[HEADERS_MAX], scscf_uri[URI_MAX];
	struct outgoing out;
	size_t body_len;
	int headers_len;

	memset(&out, 0, sizeof(out));
	if(report_body(body, sizeof(body), &body_len, job, &outcome) < 0
			|| find_scscf(&out.next_hop, scscf_uri, job, by_registry) < 0
			|| (headers_len = report_headers(headers, job, &out.next_hop)) < 0)
		return -1;
	out.ruri = job->sender;
	out.from = settings.gateway_uri;
	out.headers = (str){headers, headers_len};
	out.body = (str){(char *)body, (int)body_len};
	out.timeout_ms = settings.report_timeout;
	if(!by_registry && settings.scscf_uri.len == 0)
		out.socket = job->rcv.bind_address;
	return send_request(NULL, &out, report_done, param_of(job));
}

void report_send(struct job *job)
{
	int attempt = job_report_begin(job);
	bool by_registry = job->scscf.len > 0 && attempt == 1;

	if(attempt > 1)
		count(CNT_REPORT_RETRIED);
	if(send_by(job, by_registry) < 0
			&& (!by_registry || send_by(job, false) < 0)) {
		give_up(job, "cannot be sent", 0);
		return;
	}
	count(CNT_REPORT_SENT);
}

void report_tick(uint64_t now_ms)
{
	struct job *job;

	while((job = job_due(JOB_REPORT, now_ms)) != NULL) {
		report_send(job);
		job_release(job);
	}
}
