/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Every counter of the module, group "ipsmgw". One table in counters.c names and
 * describes them. At rest mo_received = mo_acked + mo_errored + mo_rejected.
 */
#ifndef IPSMGW_FLOW_COUNTERS_H
#define IPSMGW_FLOW_COUNTERS_H

enum counter
{
	CNT_MO_RECEIVED,
	CNT_MO_ACKED,
	CNT_MO_ERRORED,
	CNT_MO_REJECTED,
	CNT_MO_UNANSWERED,
	CNT_MO_OVERLOAD,
	CNT_MO_MALFORMED,
	CNT_MO_REPEATS,
	CNT_MO_RETRANSMISSIONS,
	CNT_MO_DEADLINE,
	CNT_MO_UNROUTED,
	CNT_MO_LATE,
	CNT_SMMA_RECEIVED,
	CNT_REPORTS_RECEIVED,
	CNT_HUB_SENT,
	CNT_HUB_OK,
	CNT_HUB_FAILED,
	CNT_HUB_TIMEOUT,
	CNT_HUB_UNSENT,
	CNT_REPORT_SENT,
	CNT_REPORT_OK,
	CNT_REPORT_RETRIED,
	CNT_REPORT_FAILED,
	CNT_REPEAT_EVICTED,
	CNT_REG_RECEIVED,
	CNT_REG_NEW,
	CNT_REG_REFRESHED,
	CNT_REG_GONE,
	CNT_REG_EXPIRED,
	CNT_REG_REFUSED,
	CNT_REG_FULL,
	CNT_REG_MALFORMED,
	CNT_REG_ALIASES_LOST,
	CNT_COUNT,
};

/* Register the group; before the fork. 0, or -1. */
int counters_init(void);

void count(enum counter c);
long counter_read(enum counter c);
const char *counter_label(enum counter c);

#endif
