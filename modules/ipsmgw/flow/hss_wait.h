/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A request that waits for the HSS: its transaction is suspended, and a route of the
 * script goes on with it in the process that has the outcome. Nobody waits meanwhile.
 * For flow/hss_script.c; the face sees what is resumed.
 *
 * Kamailio runs the route as FAILURE_ROUTE on a clone of the request; nothing of this
 * process is there any more. What the face wants back travels in struct hss_carried.
 */
#ifndef IPSMGW_FLOW_HSS_WAIT_H
#define IPSMGW_FLOW_HSS_WAIT_H

#include "../ims/number.h"
#include "compat.h"
#include "hss_result.h"

/* What the script knew of the short message when it asked. */
struct hss_carried
{
	bool decoded;		/* it was read; else the rest has no meaning */
	struct number dest; /* as the script may have set it */
};

#define HSS_CALLBACK_MAX 64 /* with its NUL */

/* Where the script goes on. */
struct hss_then
{
	int route;	  /* a route by its place in main_rt */
	str callback; /* of a KEMI script, in place of it; empty: route */
	struct hss_carried carried;
};

struct hss_wait;

enum hss_waiting
{
	HSS_WAIT_READY = 1,		  /* *out is to be suspended, or dropped */
	HSS_WAIT_REPEATED = 0,	  /* a retransmission, which tm has absorbed */
	HSS_WAIT_IMPOSSIBLE = -1, /* a line in the log says why */
	HSS_WAIT_NO_MEMORY = -2,
};

/* Make the transaction, unless the script has. */
enum hss_waiting hss_wait_begin(struct hss_wait **out, struct sip_msg *msg,
		const struct hss_then *then);

/* Suspend it; the outcome must be there within so many ms. Then send, and touch neither message nor *wait: the route may run
 * already. 0, or -1: it is not suspended, *wait is to be dropped. */
int hss_wait_suspend(
		struct hss_wait *wait, struct sip_msg *msg, unsigned longest_ms);

/* Nothing was sent: the script goes on as if it had not been suspended. Drops *wait. */
void hss_wait_cancel(struct hss_wait *wait);
void hss_wait_drop(struct hss_wait *wait);

/* The outcome is there: run the route. *wait is gone then. Without locks. */
void hss_wait_resume(struct hss_wait *wait, const struct hss_result *result);

/* While hss_wait_resume() runs a route: what it is given; else NULL. */
const struct hss_result *hss_wait_result(void);
const struct hss_carried *hss_wait_carried(void);

/* Is the current route one that goes on with a suspended request, by us or by another module? */
bool hss_wait_is_resumed(void);

#endif
