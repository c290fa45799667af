/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Event routes of a job: the MESSAGE it came with is parsed again and given to the
 * operator's script, in whatever process has the news.
 */
#ifndef IPSMGW_FLOW_EVENT_H
#define IPSMGW_FLOW_EVENT_H

#include "job.h"

enum event
{
	EVENT_MO_RESULT, /* a hub has answered, or not in time */
	EVENT_MO_FAILED, /* the same, but only failures */
	EVENT_COUNT,
};

/* The face's part: make job and message the context of $ipsmgw(...) and of the
 * script functions, and take it away again. */
struct event_context
{
	void (*enter)(struct sip_msg *msg, struct job *job);
	void (*leave)(void);
};

/* Find the routes; after the config is read, before the fork. kemi_callback may be
 * empty. */
void events_init(const struct event_context *context, str kemi_callback);

/* Run it. true: there is such a route. */
bool event_run(enum event event, struct job *job);

#endif
