/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Short messages from the UE (TS 24.341 5.3.3.4, sheet 1.4): taken or refused at the
 * SIP level, then a job that ends with exactly one RP-ACK or RP-ERROR.
 */
#ifndef IPSMGW_FLOW_MO_H
#define IPSMGW_FLOW_MO_H

#include "job.h"
#include "sms.h"

enum mo_accepted
{
	MO_ACCEPTED = 1, /* a new job */
	MO_REPEATED =
			2, /* a repeat: the earlier outcome is or will be its report */
	MO_RETRANSMITTED =
			3,		/* the same SIP transaction: answered again, nothing else */
	MO_FAILED = -1, /* no sender to report to, or no answer could be sent */
	MO_OVERLOAD = -2, /* mo_jobs_max jobs are at work, or no memory */
};

/* Take the short message (or RP-SMMA, or a broken RP-DATA that is owed an RP-ERROR):
 * with `answer`, the 202 leaves now. *id names the job when MO_ACCEPTED. */
enum mo_accepted mo_accept(struct job_id *id, struct sip_msg *msg,
		const struct sms *sms, bool answer);

/* The script ended and left the request without an answer, or the job without a way. */
void mo_unanswered(struct sip_msg *msg);
void mo_unrouted(struct job *job);

/* Decide a job's outcome. true for the one who did. */
bool mo_ack(struct job *job);
bool mo_error(struct job *job, struct cause cause);

/* What the hub said to an attempt (SIP status or enum hub_result): event routes, then
 * the standard thing. */
void mo_attempt_result(struct job *job, int attempt, int result);

/* The job of a SIP transaction that was accepted; held, or NULL. */
struct job *mo_find(struct sip_msg *msg, const struct sms *sms);

/* Relay mode: a hub took the message of this request; counted as late when its sender
 * was told RP-ERROR before. */
void mo_taken(struct sip_msg *msg, const struct sms *sms);

/* Deadlines and attempts that have run out by now. */
void mo_tick(uint64_t now_ms);

#endif
