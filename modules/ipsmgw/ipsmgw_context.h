/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The face's one piece of state: the short message that the script of this process
 * is dealing with right now. It begins with ipsmgw_decode() or an event route, is
 * bound to one sip_msg and ends with the route; nothing of it is ever seen by
 * another message.
 */
#ifndef IPSMGW_CONTEXT_H
#define IPSMGW_CONTEXT_H

#include "flow/event.h"
#include "flow/mt.h"
#include "flow/hss_result.h"
#include "flow/suspend.h"
#include "flow/sms.h"
#include "registry/registry.h"

struct context
{
	struct sip_msg *msg; /* NULL: there is none */
	struct sms sms;
	struct job *job; /* held, or NULL */
	bool relaying; /* the script answers the request itself, by the hub's reply */
	bool answered;	  /* accepted, rejected or repeated: nothing is owed */
	bool in_event;	  /* an event route of the job */
	bool resumed;	  /* the request itself, in a route that goes on with it */
	bool has_request; /* reply and failure routes: request is ours to free */
	struct sip_msg request;
};

/* The registration that $ipsmgw_sub(...) shows: that of the event route, else the one
 * that ipsmgw_lookup() found last in this route; NULL: none. */
const struct registration *context_registration(struct sip_msg *msg);

/* Look one up for this message by an identity of any form; false: it is not there. */
bool context_lookup(struct sip_msg *msg, struct span id);

/* The context of this message; NULL: nothing was decoded in it. */
struct context *context_of(struct sip_msg *msg);

/* Begin it anew and read the short message. */
struct context *context_begin(struct sip_msg *msg);

/* End what an earlier route may have left. */
void context_end(void);

/* The request is suspended, or tm has absorbed it: nothing is owed in this route any more. */
void context_leave(struct sip_msg *msg);

/* What a route that goes on with this request is to be given back. */
void context_carry(struct script_carried *out, struct sip_msg *msg);

/* What $ipsmgw_hss(...) shows in this route; NULL: the HSS was not asked. */
const struct hss_result *context_hss(struct sip_msg *msg);

/* Room for what it is to show from now on. */
struct hss_result *context_hss_room(struct sip_msg *msg);

/* What $ipsmgw_mt(...) shows in this route: what ipsmgw_deliver() came to here, else the outcome that the route was given;
 * NULL: nothing is delivered. */
const struct mt_outcome *context_delivered(struct sip_msg *msg);

/* Room for what comes of a delivery at once, zeroed. */
struct mt_outcome *context_delivered_room(struct sip_msg *msg);

/* For flow/event.h. */
extern const struct event_context context_for_events;

/* Register the script callbacks that begin and end contexts; 0 or -1. */
int context_init(void);

#endif
