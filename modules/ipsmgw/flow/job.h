/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Jobs: short messages that were accepted and whose sender waits for a submit
 * report. A job is a record in shared memory; this file owns the table, its lock
 * and its timers' queues. The flow changes a job only through these functions.
 *
 * A job is named by its id. Who wants to read it holds it (a reference); what
 * struct job shows never changes while it exists, so it is read without a lock.
 */
#ifndef IPSMGW_FLOW_JOB_H
#define IPSMGW_FLOW_JOB_H

#include "../codec/time.h"
#include "cause_map.h"
#include "clock.h"
#include "compat.h"
#include "repeat.h"
#include "send.h"

struct job_id
{
	uint32_t index;
	uint32_t generation; /* 0: no job */
};

/* What is known when the job is made; job_new() copies all of it. */
struct job_origin
{
	const struct receive_info *rcv;
	str raw;	 /* the MESSAGE as it came */
	str call_id; /* inside raw */
	str sender;	 /* public identity, a URI, inside raw */
	str msisdn;	 /* digits, may be empty */
	str dest;	 /* for logs: the destination */
	str scscf;	 /* URI of the sender's S-CSCF, may be empty */
	uint8_t rp_mr;
	bool is_smma;	  /* RP-SMMA: owes a report, is no short message */
	bool msisdn_less; /* the UE takes short messages without an MSISDN */
};

struct job
{
	struct job_id id;
	uint64_t arrival_ms; /* clock_ms() */
	time_t arrival;
	struct sms_time scts;
	struct receive_info rcv;
	str raw, call_id, sender, msisdn, dest, scscf;
	uint8_t rp_mr;
	bool is_smma, msisdn_less;
};

/* How a job ended for the UE. */
struct job_outcome
{
	bool acked;
	struct cause cause; /* when not acked */
	struct sms_time scts;
};

/* The table for `max` jobs; before the fork. 0, or -1. */
int jobs_init(unsigned max);
void jobs_destroy(void);

/* A new job, held by the caller; NULL: max jobs exist or no memory. */
struct job *job_new(
		const struct job_origin *origin, const struct sms_time *scts);

/* Hold a job by its id; NULL: it is no more. */
struct job *job_hold(struct job_id id);
void job_release(struct job *job);

/* Where the memory of repeats keeps this job; set once, before anybody else knows the job. */
void job_set_repeat(struct job *job, struct repeat_ref ref);
struct repeat_ref job_repeat(struct job *job);

/* The text whose status report is to come (submitted.h); 0: there is none. false: the job has its outcome already. */
bool job_set_submitted(struct job *job, uint64_t id);
uint64_t job_submitted(struct job *job);

/* Take a job back that was never started. */
void job_discard(struct job *job);

#define JOB_ATTEMPTS_MAX 16

/* A new attempt at a hub, named by a URI. Its number (from 1), or -1: settled or taken
 * already, an attempt is open, or there were JOB_ATTEMPTS_MAX. */
int job_attempt_begin(struct job *job, str hub);

/* Was there an attempt at this hub? */
bool job_was_asked(struct job *job, str hub);

/* The attempt that was begun last could not be sent. */
void job_attempt_unsent(struct job *job);

/* Is this the last one of the attempts that were sent? */
bool job_attempt_is_last(struct job *job, int attempt);

/* The request of this attempt is on its way. Returns that of the attempt before. */
struct send_ref job_attempt_sent(struct job *job, struct send_ref request);

enum job_verdict
{
	JOB_TAKEN,	/* a 2xx while the job was open */
	JOB_FAILED, /* the open attempt failed, the job is still open */
	JOB_STALE,	/* an older attempt failed: of no interest */
	JOB_LATE,	/* a 2xx after the job was settled */
	JOB_OVER,	/* a failure after the job was settled */
};

/* What the attempt came to: a SIP status or enum hub_result. */
enum job_verdict job_attempt_end(struct job *job, int attempt, int result);

/* The open attempt has had its time: it counts as failed for now, a later answer is
 * still taken. Its number, or -1 when none is open. */
int job_attempt_expire(struct job *job);

/* Relay mode: what the hub said to the script's own request. */
void job_relayed(struct job *job, int result);

/* Attempts so far, the last result, and whether one is open. */
void job_progress(struct job *job, int *attempts, int *last_result, bool *open);

/* Decide the outcome. true for the one caller who did; false: it was decided. */
bool job_settle(struct job *job, const struct job_outcome *outcome);

/* Let `follower` share the outcome of `original`. 0: it will be handed out by
 * job_next_follower(); 1: *outcome is known already; -1: the original is no more. */
int job_follow(struct job_id original, struct job *follower,
		struct job_outcome *outcome);

/* A follower of a settled job, held; NULL when there is none left. */
struct job *job_next_follower(struct job *job);

/* A settled job, held, whose outcome is read. */
struct job_outcome job_outcome(struct job *job);

/* Count an attempt to send the report; its number from 1. */
int job_report_begin(struct job *job);
int job_reports(struct job *job);

/* All is done: the job goes when nobody holds it. */
void job_end(struct job *job);

enum job_timer
{
	JOB_DEADLINE, /* the job is settled by now or ends with RP-ERROR */
	JOB_ATTEMPT,  /* the hub had its time */
	JOB_REPORT,	  /* the report is to be sent once more */
	JOB_TIMERS,
};

/* Have the job handed out by job_due() at that time (clock_ms()); nothing when the
 * job is past what the timer is for. */
void job_timer_set(struct job *job, enum job_timer timer, uint64_t at_ms);

/* A job whose timer has run out, held; NULL: none. */
struct job *job_due(enum job_timer timer, uint64_t now_ms);

/* Jobs that exist, and the highest number that did at one time. */
unsigned jobs_pending(void);
unsigned jobs_peak(void);

/* The job in a slot of the table, held; NULL: that slot is free. */
struct job *job_at(unsigned index);
unsigned jobs_max(void);

/* "open", "waiting", "reporting" */
const char *job_state_name(struct job *job);

#endif
