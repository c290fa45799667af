/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A request that waits for something: its transaction is suspended, and a route of the script goes on with it in the process
 * that has the outcome. Nobody waits meanwhile. For flow/hss_script.c and flow/mt.c; the face sees what is resumed.
 *
 * Kamailio runs the route as FAILURE_ROUTE on a clone of the request; nothing of this process is there any more. What the face
 * wants back travels in struct script_carried.
 */
#ifndef IPSMGW_FLOW_SUSPEND_H
#define IPSMGW_FLOW_SUSPEND_H

#include "../ims/number.h"
#include "compat.h"

/* What the script knew of the short message when it asked. */
struct script_carried
{
	bool decoded;		/* it was read; else the rest has no meaning */
	struct number dest; /* as the script may have set it */
	struct span dest_uri;
};

#define SCRIPT_CALLBACK_MAX 64 /* with its NUL */

/* Where the script goes on. */
struct script_then
{
	int route;	  /* a route by its place in main_rt; negative: none */
	str callback; /* of a KEMI script, in place of it; empty: route */
	struct script_carried carried;
};

/* For what it waits. */
enum suspend_reason
{
	SUSPEND_HSS, /* the outcome is a struct hss_result */
	SUSPEND_MT,	 /* the outcome is a struct mt_outcome */
};

struct suspended;

enum suspending
{
	SUSPEND_READY = 1,		 /* *out is to be suspended, or dropped */
	SUSPEND_REPEATED = 0,	 /* a retransmission, which tm has absorbed */
	SUSPEND_IMPOSSIBLE = -1, /* a line in the log says why */
	SUSPEND_NO_MEMORY = -2,
};

/* Make the transaction, unless the script has. */
enum suspending suspend_begin(struct suspended **out, struct sip_msg *msg,
		enum suspend_reason reason, const struct script_then *then);

/* Suspend it; the outcome must be there within so many ms. Then send, and touch neither message nor *wait: the route may run
 * already. 0, or -1: it is not suspended, *wait is to be dropped. */
int suspend_request(
		struct suspended *wait, struct sip_msg *msg, unsigned longest_ms);

/* Nothing was sent: the script goes on as if it had not been suspended. Drops *wait. */
void suspend_cancel(struct suspended *wait);
void suspend_drop(struct suspended *wait);

/* Is there a route to go on with? */
bool suspend_has_route(const struct suspended *wait);

/* The outcome is there: run the route. *wait is gone then. Without locks, and not inside another route or a callback of tm. */
void suspend_resume(struct suspended *wait, const void *outcome);

/* The same without the script: answer it. headers: whole lines, may be empty. *wait is gone then. In any process. */
void suspend_answer(struct suspended *wait, int code, str reason, str headers);

/* While suspend_resume() runs a route: the outcome when it waited for that, else NULL; and what was carried. */
const void *suspend_outcome(enum suspend_reason reason);
const struct script_carried *suspend_carried(void);

/* Is the current route one that goes on with a suspended request, by us or by another module? */
bool suspend_is_resumed(void);

#endif
