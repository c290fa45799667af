/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What flow/mt*.c keep with a delivery (struct delivery, context): where it came from, who waits for its outcome, and how it ended.
 * Inside these files only.
 */
#ifndef IPSMGW_FLOW_MT_CONTEXT_H
#define IPSMGW_FLOW_MT_CONTEXT_H

#include "core/ip_addr.h"
#include "delivery.h"
#include "mt_outcome.h"
#include "suspend.h"

/* How a delivery ends, without what is known of it anyway. */
struct mt_end
{
	enum mt_kind kind;
	uint16_t sip_status;
	uint8_t rp_cause, tp_fcs;
};

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
	bool by_tcp; /* the part in work is too large for the UDP of a hop; of who sends */
};

static inline struct mt_context *mt_context_of(struct delivery *d)
{
	return d->context;
}

/* The outcome of a delivery that ends, or is pending, so. */
void mt_outcome_of(
		struct mt_outcome *out, struct delivery *d, const struct mt_end *end);

/* A report has matched: do what follows, and release its delivery. error: what RP-ERROR said; not used after RP-ACK. */
void mt_reported(
		const struct delivery_matched *matched, const struct mt_end *error);

#endif
