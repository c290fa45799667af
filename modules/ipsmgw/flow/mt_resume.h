/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The processes in which a hub's suspended request goes on. tm's t_continue() fakes the surroundings of a route by statics, so it
 * must never run inside another route or a callback: who knows an outcome hands it over by a pipe. For flow/mt.c.
 */
#ifndef IPSMGW_FLOW_MT_RESUME_H
#define IPSMGW_FLOW_MT_RESUME_H

#include "mt_context.h"

/* Before the fork. 0, or -1 and a line in the log. */
int mt_resume_init(void);
void mt_resume_destroy(void);

/* In child_init(PROC_MAIN). 0, or -1. */
int mt_resume_fork(void);

/* Answer the hub of the delivery by what its context says; the caller holds it and has claimed the answer. The route that
 * waits goes on in a worker. Without a route, or when no worker keeps up, it is answered from here. */
void mt_resume(struct delivery *d);

#endif
