/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What a hub's answer becomes for the phone: SIP status to RP-Cause and TP-FCS.
 * One row per modparam "mo_cause"; plain C, no Kamailio in it.
 */
#ifndef IPSMGW_FLOW_CAUSE_MAP_H
#define IPSMGW_FLOW_CAUSE_MAP_H

#include <stddef.h>
#include <stdint.h>

/* Results that are no SIP status. */
enum hub_result
{
	HUB_RESULT_TIMEOUT = 1,	 /* the hub did not answer in time */
	HUB_RESULT_DEADLINE = 2, /* the job's own time was over */
	HUB_RESULT_UNSENT = 3,	 /* no hub could be reached or chosen */
	HUB_RESULT_MAX = 700,
};

struct cause
{
	uint8_t cause; /* RP-Cause */
	uint8_t fcs;   /* TP-FCS, 0: the report carries no SMS-SUBMIT-REPORT */
};

struct cause_map
{
	struct cause row[HUB_RESULT_MAX]; /* by status or enum hub_result */
};

/* Put the table of docs/hub.md. */
void cause_map_defaults(struct cause_map *map);

/* Read one row, "404,410,484,604=1" or "413,415=69/0x90": statuses, classes
 * ("5xx") or the words timeout, deadline, unsent, default; then RP-Cause and,
 * after "/", TP-FCS. A later row overrides an earlier one; "default" sets every
 * status from 300 on. Numbers are decimal, or hexadecimal after "0x"; no blanks. 0, or -1 when the row cannot be read
 * (selectors before the bad one are set then). */
int cause_map_set(struct cause_map *map, const char *row);

/* The cause for a result. */
struct cause cause_map_get(const struct cause_map *map, int result);

#endif
