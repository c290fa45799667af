/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Event routes: the operator's script is told, in whatever process has the news. For a
 * job the MESSAGE it came with is parsed again; a registration has a message made up.
 */
#ifndef IPSMGW_FLOW_EVENT_H
#define IPSMGW_FLOW_EVENT_H

#include "../registry/registry.h"
#include "job.h"

enum event
{
	EVENT_MO_RESULT,	/* a hub has answered, or not in time */
	EVENT_MO_FAILED,	/* the same, but only failures */
	EVENT_REGISTERED,	/* a subscriber's first registration */
	EVENT_DEREGISTERED, /* his last contact is gone */
	EVENT_EXPIRED,		/* his registration ran out */
	EVENT_REACHABLE,	/* the HSS says that he can be reached */
	EVENT_MT_DONE,		/* a delivery has its outcome */
	EVENT_COUNT,
};

/* The face's part: make job and message the context of $ipsmgw(...) and of the
 * script functions, and take it away again. */
struct event_context
{
	void (*enter)(struct sip_msg *msg, struct job *job);
	void (*enter_registration)(
			struct sip_msg *msg, const struct registration *reg);
	void (*enter_delivery)(struct sip_msg *msg);
	void (*leave)(void);
};

/* Find the routes; after the config is read, before the fork. kemi_callback may be
 * empty. */
void events_init(const struct event_context *context, str kemi_callback);

/* Run it for a job. true: there is such a route. */
bool event_run(enum event event, struct job *job);

/* Run it for a delivery: with the hub's MESSAGE parsed again, or, raw empty, with one that is none of the network's.
 * $ipsmgw(mt_...) is the outcome that mt_outcome_here() gives. true: there is such a route. */
bool event_run_delivery(
		enum event event, str raw, const struct receive_info *rcv);

/* Run it for a registration, which $ipsmgw_sub(...) then shows; the message is none of
 * the network's. true: there is such a route. */
bool event_run_registration(enum event event, const struct registration *reg);

#endif
