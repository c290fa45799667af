/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What flow/mt*.c keep with a delivery (struct delivery, context): where it came from, who waits for its outcome, and how it ended.
 * Inside these files only.
 */
#ifndef IPSMGW_FLOW_MT_CONTEXT_H
#define IPSMGW_FLOW_MT_CONTEXT_H

#include "core/ip_addr.h"
#include "delivery.h"
#include "mt_message.h"
#include "mt_outcome.h"
#include "suspend.h"

struct mt_context
{
	struct receive_info rcv;		  /* of the hub's MESSAGE */
	uint64_t transaction;			  /* of it, by request_transaction() */
	bool has_hub;					  /* it is a hub's; else nobody is told */
	uint64_t cookie[2];				  /* of a status report */
	bool tell_delivered, tell_failed; /* the hub wants a notification */
	enum mt_kind told; /* of the notification to the hub; of who sends it */
	unsigned tellings; /* of it, so far */
	struct suspended
			*wait;		  /* the hub's transaction; of who claims the answer */
	struct mt_end answer; /* what the hub is to be answered; likewise */
	int64_t expires_at;	  /* ms since 1970: longest wait */
	struct mt_end
			ended;	   /* how it ended, or why it is held; of who settles it */
	enum mt_info info; /* what goes with it */
	bool declared; /* the UE that it goes to takes short messages without an MSISDN; of who sends */
	bool by_tcp; /* the part in work is too large for the UDP of a hop; of who sends */
};

static inline struct mt_context *mt_context_of(struct delivery *d)
{
	return d->context;
}

/* --- mt_end.c ------------------------------------------------------------------------------- */

/* The outcome of a delivery that ends, or is pending, so. */
void mt_outcome_of(
		struct mt_outcome *out, struct delivery *d, const struct mt_end *end);

/* The line in the log that each delivery has, and each that is refused at once. */
void mt_log_outcome(struct span call_id, struct span from, struct span to,
		const struct mt_outcome *outcome, uint64_t arrival_ms);

/* The end of a delivery that is SETTLING and the caller's; or, when he is away, it is held if it may be. */
void mt_finish(struct delivery *d, const struct mt_end *end);
void mt_hold_or_finish(struct delivery *d, const struct mt_end *end);

/* Either, and the same for all that wait behind it when he is away. */
void mt_settle(struct delivery *d, const struct mt_end *end);

/* Its hub is answered 202, if it waits. */
void mt_answer_pending(struct delivery *d);

/* All whose outcome is told at its end: the operator's event route, and the hub that asked for it and has a 202. */
void mt_tell_end(struct delivery *d, const struct mt_end *end, bool has_202);

/* --- mt.c ------------------------------------------------------------------------------------ */

/* Send the part that is next of one that is SENDING. */
void mt_send_next(struct delivery *d);

/* What waits for the subscriber goes on as far as it can. */
void mt_go_on(struct subscriber_key who);

/* The key of who is registered with that identity, or will be. */
struct subscriber_key mt_key_of(struct span to);

/* The key of who is not registered: his number, if he has one, under which he will be. */
struct subscriber_key mt_key_of_stranger(struct span to);

/* A report has matched: do what follows, and release its delivery. error: what RP-ERROR said; not used after RP-ACK. */
void mt_reported(
		const struct delivery_matched *matched, const struct mt_end *error);

#endif
