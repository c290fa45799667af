/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The process that keeps the Diameter process alive: forks it, waits, starts it again when it ends, passes the end on. A
 * child of Kamailio becomes it; libfdcore may die of what a peer sends, and Kamailio would stop with it. Plain C, for hss/ by
 * way of link.h.
 */
#ifndef IPSMGW_DIAMETER_SUPERVISOR_H
#define IPSMGW_DIAMETER_SUPERVISOR_H

#include "settings.h"
#include "slots.h"

/* Run until SIGTERM or SIGINT. requests is the reading end of the to_node pipe. The caller has one thread and no other child;
 * TERM, INT and CHLD are blocked and stay so. On TERM the node process has settings->stop_ms to say good-bye to its peers, then
 * it is killed; requests without an answer end as DIAMETER_NODE_RESTARTED. */
void supervisor_run(struct slots *slots,
		const struct diameter_settings *settings, int requests);

#endif
