/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Short messages to the UE (TS 24.341 5.3.3.4, sheet 1.5 to 1.7, 1.11): what a hub sends becomes a delivery, which goes out
 * part by part and ends with exactly one outcome. For the face and for what delivers something of its own.
 */
#ifndef IPSMGW_FLOW_MT_H
#define IPSMGW_FLOW_MT_H

#include "delivery.h"
#include "mt_outcome.h"
#include "suspend.h"

enum mt_taken
{
	MT_SUSPENDED =
			1, /* the route of `then` goes on with the request; touch nothing more */
	MT_REPEATED = 2, /* a retransmission, which tm has absorbed */
	MT_ANSWER = -1,	 /* *out is what to answer now: mt_answer() */
};

/* Deliver the hub's MESSAGE. With an empty `then` (no route, no callback) the standard answer is sent when the outcome is
 * known, without the script. */
enum mt_taken mt_deliver(struct mt_outcome *out, struct sip_msg *msg,
		const struct script_then *then);

/* Answer the hub by its outcome: out->code, the standard phrase, Reason. 0, or -1: it could not be sent. */
int mt_answer(struct sip_msg *msg, const struct mt_outcome *outcome);

/* The outcome that the running route is given: one that goes on with a hub's MESSAGE, or event route mt-done. NULL: none. */
const struct mt_outcome *mt_outcome_here(void);

/* One or more TPDUs of our own for a subscriber, with no hub that waits. */
struct mt_order
{
	struct span to;		  /* any form of identity */
	struct span rp_oa;	  /* digits; empty: sc_address */
	const uint8_t *tpdus; /* each behind an octet with its length */
	size_t tpdus_len;
	unsigned parts;
	bool hold;			/* wait for him when he is away */
	uint64_t wait_ms;	/* the longest wait for him, or for its turn */
	struct span from;	/* for logs: who sends it */
	uint64_t cookie[2]; /* for status_report_ended(); 0: nobody wants to know */
};

/* Deliver it; counted as received, delivered and so on like a hub's. 0; -1: *out says why not. */
int mt_send_order(struct mt_outcome *out, const struct mt_order *order);

/* The subscriber can be reached, or has room again (REGISTER, NOTIFY, RP-SMMA, PNR): what is held for him goes out, once each.
 * Any identity of his. Cheap when nothing waits. Returns how many were held. */
unsigned mt_wake(struct span impu);

/* End a delivery by hand. 0, or -1: there is no such one. */
int mt_cancel(struct delivery_id id);

/* Timers that have run out by now. */
void mt_tick(uint64_t now_ms);

/* Before the fork. 0, or -1 and a line in the log. */
int mt_init(void);
void mt_destroy(void);

/* In child_init(PROC_MAIN): the processes in which suspended requests go on. 0, or -1. */
int mt_fork(void);

#endif
