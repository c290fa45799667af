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

/* Run until SIGTERM or SIGINT. The caller has one thread. Blocks TERM, INT and CHLD and leaves them so; no other child of the
 * caller is waited for. On TERM the node process has settings->stop_ms to say good-bye to its peers, then it is killed. Returns
 * 0; -1: could not even begin (logged). */
int supervisor_run(
		struct slots *slots, const struct diameter_settings *settings);

#endif
