/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The texts of phones whose status report is to come: submitted_table.h in shared memory, under its lock, with the
 * parameters and counters. For the flow: mo.c and hub.c remember them, status_report.c asks.
 */
#ifndef IPSMGW_FLOW_SUBMITTED_H
#define IPSMGW_FLOW_SUBMITTED_H

#include "job.h"
#include "sms.h"
#include "submitted_table.h"

/* Before the fork. 0, or -1: not enough shared memory. With status_reports_max 0 nothing is ever remembered. */
int submitted_init(void);
void submitted_destroy(void);

/* Remember the text of this job when its sender asked for a status report, once, before a hub is asked. call_id: as in
 * submitted_table_add(). Writes its name, or an empty one when nothing is remembered. */
void submitted_remember(char name[SUBMITTED_NAME_LEN + 1], struct job *job,
		const struct sms *sms, str call_id);

/* Its sender was told RP-ERROR; a hub took it after all. id 0: nothing was remembered. */
void submitted_refused(uint64_t id);
void submitted_taken(uint64_t id);

/* The same for what the hub knows by this Call-ID. */
void submitted_taken_call(str call_id);

/* As of submitted_table.h. */
bool submitted_told(
		struct submitted *out, struct submitted_news *news, uint64_t id);
bool submitted_find(struct submitted *out, struct span name);
enum submitted_verdict submitted_notify(
		struct submitted *out, uint64_t id, const struct submitted_news *news);
void submitted_reported(uint64_t id, unsigned turn, bool told);

/* Forget those whose time is over. */
void submitted_tick(uint64_t now_ms);

/* How many are remembered. */
unsigned submitted_count(void);

#endif
