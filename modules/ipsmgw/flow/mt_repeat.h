/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What hubs were answered lately. A hub whose answer is lost sends its request again for 32 s (RFC 3261 17.1.2.2, Timer F), tm
 * forgets a transaction some seconds after its end: without this the text would go out twice. Plain C but for memory and locks
 * (registry/platform.h); for flow/mt.c.
 */
#ifndef IPSMGW_FLOW_MT_REPEAT_H
#define IPSMGW_FLOW_MT_REPEAT_H

#include "mt_outcome.h"

/* For so many answers; above it the oldest are forgotten. Before the fork. 0, or -1: not enough shared memory. */
int mt_repeats_init(unsigned max);
void mt_repeats_destroy(void);

/* The request of that key (request_transaction()) is answered so. */
void mt_repeats_add(
		uint64_t key, const struct mt_outcome *outcome, uint64_t now_ms);

/* Was it answered? *out is the outcome, without its subscriber. */
bool mt_repeats_find(struct mt_outcome *out, uint64_t key, uint64_t now_ms);

#endif
