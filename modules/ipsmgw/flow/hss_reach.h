/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The HSS tells when a UE can be reached again: a subscription for one notification (SNR,
 * TS 29.328 6.1.3, Data-Reference 25 UEReachabilityForIP), and the notification (PNR, 6.1.4),
 * which runs event_route[ipsmgw:reachable]. They are kept in shared memory, in a table of
 * hss_reach_max, for hss_reach_time at most, and not over a restart.
 */
#ifndef IPSMGW_FLOW_HSS_REACH_H
#define IPSMGW_FLOW_HSS_REACH_H

#include "../hss/hss.h"
#include "../hss/question.h"

/* Before the fork. 0, or -1: no shared memory. */
int hss_reach_init(void);
void hss_reach_destroy(void);

/* Return codes of ipsmgw_hss_notify_reachable(). */
enum hss_reach
{
	HSS_REACH_ASKED =
			1, /* the HSS is being asked; a line in the log says what it answered */
	HSS_REACH_WAITED_FOR = 2, /* there is such a subscription */
	HSS_REACH_NO_HSS = -1,
	HSS_REACH_NOT_SENT = -2, /* no peer is open, or all slots are taken */
	HSS_REACH_FULL = -3,	 /* hss_reach_max are there, or memory is short */
	HSS_REACH_NOBODY = -4,	 /* no identity that it can be asked by */
};

/* Be told once when he can be reached. From any process, returns at once. */
enum hss_reach hss_reach_want(const struct hss_who *who);

/* For hss_options.done: the answer to SNR. */
void hss_reach_outcome(struct slot *slot);

/* For hss_options.request: a PNR. It is answered before the event route runs. */
void hss_reach_notified(struct slot *slot);

/* Subscriptions that are there; without locks. */
unsigned hss_reach_count(void);

#endif
