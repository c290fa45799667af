/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The Diameter node: libfdcore in the present process. For supervisor.c, and for programs that run it alone.
 */
#ifndef IPSMGW_DIAMETER_NODE_H
#define IPSMGW_DIAMETER_NODE_H

#include "settings.h"
#include "slots.h"

/* Run until SIGTERM or SIGINT, or until libfdcore gives up; requests is the reading end of the to_node pipe. To be called once
 * in a process, with one thread; all signals stay blocked but those of a crash. Threads may still run when it returns: end the
 * process with _exit. 0: ended by a signal, good-bye said to all peers; -1: did not start, or gave up (logged). */
int node_run(struct slots *slots, const struct diameter_settings *settings,
		int requests);

#endif
