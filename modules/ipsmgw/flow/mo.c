/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Short messages from the UE: see mo.h.
 */
#include "mo.h"

#include "core/crypto/md5.h"
#include "answer.h"
#include "counters.h"
#include "event.h"
#include "log.h"
#include "report.h"
#include "request.h"
#include "sc_time.h"
#include "settings.h"
#include "submitted.h"

/* --- what makes two requests the same -------------------------------------- */

#define TP_RD_BIT 0x04

/* The sender, the TPDU without TP-RD and the receiver that stands beside it; the whole RP message when there is no TPDU. */
static void digest_content(uint8_t out[16], const struct sms *sms)
{
	struct span body = sms->body, sender = sms->sender;
	MD5_CTX md5;

	MD5Init(&md5);
	if(sms->msisdn[0])
		MD5Update(&md5, sms->msisdn, strlen(sms->msisdn) + 1);
	else
		MD5Update(&md5, sender.s, sender.len);
	if(sms->has_tp) {
		uint8_t first = sms->rp.ud[0] & (uint8_t)~TP_RD_BIT;
		U_MD5Update(&md5, &first, 1);
		U_MD5Update(&md5, sms->rp.ud + 1, sms->rp.ud_len - 1u);
		if(sms->mime.info.to.len > 0)
			MD5Update(&md5, sms->mime.info.to.s, sms->mime.info.to.len);
	} else {
		MD5Update(&md5, body.s, body.len);
	}
	U_MD5Final(out, &md5);
}

static int make_key(
		struct repeat_key *key, struct sip_msg *msg, const struct sms *sms)
{
	if(request_transaction(&key->transaction, msg) < 0)
		return -1;
	digest_content(key->content, sms);
	key->rp_mr = sms->rp.mr;
	key->rd = sms->has_tp && sms->tp.type == TP_SUBMIT && sms->tp.rd;
	return 0;
}

struct job *mo_find(struct sip_msg *msg, const struct sms *sms)
{
	struct repeat_key key;
	struct repeat_hit hit;

	if(make_key(&key, msg, sms) < 0 || !repeat_find(&hit, &key))
		return NULL;
	return job_hold((struct job_id){hit.job_index, hit.job_generation});
}

/* --- taking ----------------------------------------------------------------- */

static struct job *make_job(struct sip_msg *msg, const struct sms *sms)
{
	struct sms_time scts = sc_time_now();
	struct job_origin origin = {
			.rcv = &msg->rcv,
			.raw = {msg->buf, (int)msg->len},
			.call_id = msg->callid->body,
			.sender = str_of(sms->sender),
			.msisdn = {(char *)sms->msisdn, (int)strlen(sms->msisdn)},
			.dest = str_of(sms_dest(sms)),
			.scscf = {(char *)sms->scscf, (int)sms->scscf_len},
			.rp_mr = sms->rp.mr,
			.is_smma = sms->state == SMS_OK && sms->rp.type == RP_SMMA,
			.msisdn_less = sms->msisdn_less,
	};

	return job_new(&origin, &scts);
}

static int answer_accepted(struct sip_msg *msg)
{
	str reason = str_init("Accepted");

	return answer_send(msg, 202, &reason);
}

static bool settle(struct job *job, const struct job_outcome *outcome);

/* The job is a repeat: its outcome is that of the earlier one. */
static void join_earlier(struct job *job, const struct repeat_key *key,
		struct repeat_hit *hit, enum repeat_verdict verdict)
{
	struct job_outcome outcome = {hit->acked, hit->cause, hit->scts};
	struct job_id original = {hit->job_index, hit->job_generation};
	int rc = 1;

	count(CNT_MO_REPEATS);
	if(verdict == REPEAT_OPEN)
		rc = job_follow(original, job, &outcome);
	if(rc == 0)
		return;
	if(rc < 0 && repeat_find(hit, key)) {
		/* it came to its end since we asked: its outcome is stored by now */
		outcome = (struct job_outcome){hit->acked, hit->cause, hit->scts};
	} else if(rc < 0) {
		/* the earlier job went without an outcome that is known here */
		outcome.acked = false;
		outcome.cause = cause_map_get(&settings.cause_map, HUB_RESULT_DEADLINE);
		outcome.scts = job->scts;
	}
	settle(job, &outcome);
}

/* There is no room for another job; what was accepted before is accepted again. */
static enum mo_accepted no_room(
		struct sip_msg *msg, const struct repeat_key *key, bool answer)
{
	struct repeat_hit hit;

	if(answer && repeat_find(&hit, key)) {
		count(CNT_MO_RETRANSMISSIONS);
		return answer_accepted(msg) < 0 ? MO_FAILED : MO_RETRANSMITTED;
	}
	count(CNT_MO_OVERLOAD);
	return MO_OVERLOAD;
}

enum mo_accepted mo_accept(struct job_id *id, struct sip_msg *msg,
		const struct sms *sms, bool answer)
{
	struct repeat_key key;
	struct repeat_hit hit;
	enum repeat_verdict verdict;
	struct job *job;

	if(sms->sender.len == 0 || !sms->rp.has_mr || make_key(&key, msg, sms) < 0)
		return MO_FAILED;
	job = make_job(msg, sms);
	if(!job)
		return no_room(msg, &key, answer);
	verdict = repeat_admit(&hit, &key, job->id.index, job->id.generation);
	if((answer || verdict != REPEAT_NEW) && answer_accepted(msg) < 0) {
		if(verdict == REPEAT_NEW)
			repeat_forget(hit.ref);
		job_discard(job);
		return MO_FAILED;
	}
	if(verdict == REPEAT_RETRANSMISSION) {
		count(CNT_MO_RETRANSMISSIONS);
		job_discard(job);
		return MO_RETRANSMITTED;
	}
	count(job->is_smma ? CNT_SMMA_RECEIVED : CNT_MO_RECEIVED);
	if(sms->state != SMS_OK)
		count(CNT_MO_MALFORMED);
	if(sms->dest_uri_len > 0)
		count(CNT_MO_MSISDN_LESS);
	if(sms->mime.info_state == SMS_INFO_READ)
		log_short_message_info(job->call_id, &sms->mime.info);
	*id = job->id;
	if(verdict == REPEAT_NEW)
		job_set_repeat(job, hit.ref);
	job_timer_set(job, JOB_DEADLINE,
			job->arrival_ms + (uint64_t)settings.mo_deadline);
	if(verdict != REPEAT_NEW)
		join_earlier(job, &key, &hit, verdict);
	job_release(job);
	return verdict == REPEAT_NEW ? MO_ACCEPTED : MO_REPEATED;
}

/* --- what the script forgot --------------------------------------------------- */

void mo_unanswered(struct sip_msg *msg)
{
	count(CNT_MO_RECEIVED);
	count(CNT_MO_REJECTED);
	count(CNT_MO_UNANSWERED);
	LM_ERR("the script decoded a short message and neither accepted nor "
		   "rejected "
		   "it: call-id=%.*s\n",
			msg->callid ? msg->callid->body.len : 1,
			msg->callid ? msg->callid->body.s : "-");
}

/* --- outcome ---------------------------------------------------------------- */

static void log_outcome(struct job *job, const struct job_outcome *outcome)
{
	char from[MASKED_MAX], to[MASKED_MAX];
	int attempts, result;
	bool open;

	job_progress(job, &attempts, &result, &open);
	LOG(settings.result_log_level,
			"mo result: call-id=%.*s from=%s to=%s rp-mr=%u %s cause=%u "
			"fcs=%02X hub=%d attempts=%d ms=%u\n",
			job->call_id.len, job->call_id.s,
			masked(from, job->msisdn.len ? job->msisdn : job->sender),
			masked(to, job->dest), job->rp_mr,
			outcome->acked ? "RP-ACK" : "RP-ERROR",
			outcome->acked ? 0 : outcome->cause.cause,
			outcome->acked ? 0 : outcome->cause.fcs, result, attempts,
			(unsigned)(clock_ms() - job->arrival_ms));
}

/* The one place where a job gets its outcome: counted, logged, remembered, reported. */
static bool settle_one(struct job *job, const struct job_outcome *outcome)
{
	if(!job_settle(job, outcome))
		return false;
	if(!job->is_smma)
		count(outcome->acked ? CNT_MO_ACKED : CNT_MO_ERRORED);
	if(!outcome->acked)
		submitted_refused(job_submitted(job));
	log_outcome(job, outcome);
	repeat_settle(
			job_repeat(job), outcome->acked, outcome->cause, &outcome->scts);
	report_send(job);
	return true;
}

static bool settle(struct job *job, const struct job_outcome *outcome)
{
	struct job *follower;

	if(!settle_one(job, outcome))
		return false;
	while((follower = job_next_follower(job)) != NULL) {
		settle_one(follower, outcome);
		job_release(follower);
	}
	return true;
}

bool mo_ack(struct job *job)
{
	struct job_outcome outcome = {.acked = true, .scts = job->scts};

	return settle(job, &outcome);
}

bool mo_error(struct job *job, struct cause cause)
{
	struct job_outcome outcome = {
			.acked = false, .cause = cause, .scts = job->scts};

	return settle(job, &outcome);
}

void mo_unrouted(struct job *job)
{
	if(!mo_error(job, (struct cause){RP_CAUSE_NETWORK_OUT_OF_ORDER, 0}))
		return;
	count(CNT_MO_UNROUTED);
	LM_ERR("the script accepted a short message and sent it nowhere: "
		   "call-id=%.*s\n",
			job->call_id.len, job->call_id.s);
}

/* --- hub results and time ---------------------------------------------------- */

/* After a failure: what the script makes of it, then the standard thing. An attempt
 * without an answer leaves the job open until its deadline, a late 2xx still counts. */
static void after_failure(struct job *job, int attempt, int result)
{
	event_run(EVENT_MO_RESULT, job);
	event_run(EVENT_MO_FAILED, job);
	/* an attempt that the script has made meanwhile decides, even if it is over already */
	if(job_attempt_is_last(job, attempt) && result != HUB_RESULT_TIMEOUT)
		mo_error(job, cause_map_get(&settings.cause_map, result));
}

static void taken_late(struct repeat_ref ref, str call_id)
{
	count(CNT_MO_LATE);
	repeat_taken(ref);
	LM_WARN("a hub took a short message after its sender was told RP-ERROR: "
			"call-id=%.*s\n",
			call_id.len, call_id.s);
}

void mo_taken(struct sip_msg *msg, const struct sms *sms)
{
	struct repeat_key key;
	struct repeat_hit hit;

	if(make_key(&key, msg, sms) < 0 || !repeat_find(&hit, &key) || hit.acked)
		return;
	submitted_taken_call(msg->callid->body);
	taken_late(hit.ref, msg->callid->body);
}

void mo_attempt_result(struct job *job, int attempt, int result)
{
	switch(job_attempt_end(job, attempt, result)) {
		case JOB_TAKEN:
			event_run(EVENT_MO_RESULT, job);
			mo_ack(job);
			break;
		case JOB_FAILED:
			after_failure(job, attempt, result);
			break;
		case JOB_LATE:
			submitted_taken(job_submitted(job));
			taken_late(job_repeat(job), job->call_id);
			break;
		case JOB_STALE:
		case JOB_OVER:
			break;
	}
}

void mo_tick(uint64_t now_ms)
{
	struct job *job;
	int attempt;

	while((job = job_due(JOB_ATTEMPT, now_ms)) != NULL) {
		attempt = job_attempt_expire(job);
		if(attempt > 0) {
			count(CNT_HUB_TIMEOUT);
			after_failure(job, attempt, HUB_RESULT_TIMEOUT);
		}
		job_release(job);
	}
	while((job = job_due(JOB_DEADLINE, now_ms)) != NULL) {
		if(mo_error(job,
				   cause_map_get(&settings.cause_map, HUB_RESULT_DEADLINE)))
			count(CNT_MO_DEADLINE);
		job_release(job);
	}
}
