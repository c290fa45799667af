/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The submit report: a MESSAGE to the UE with RP-ACK or RP-ERROR (TS 24.341
 * 5.3.3.4, sheet 1.4.3), repeated once when it fails.
 */
#ifndef IPSMGW_FLOW_REPORT_H
#define IPSMGW_FLOW_REPORT_H

#include "job.h"

/* Send the report of a settled job. The job ends with the report. */
void report_send(struct job *job);

/* Send what is due to be repeated by now. */
void report_tick(uint64_t now_ms);

#endif
