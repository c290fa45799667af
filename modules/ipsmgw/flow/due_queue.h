/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A queue by time of the records of an array: what is due first stands first. For tables in shared memory (jobs, deliveries),
 * which hold their own lock around each call. Plain C.
 */
#ifndef IPSMGW_FLOW_DUE_QUEUE_H
#define IPSMGW_FLOW_DUE_QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DUE_NONE UINT32_MAX

/* A record's place in one queue; a zeroed one is in none. */
struct due_link
{
	bool queued;
	uint64_t due_ms;
	uint32_t before, after; /* indices of records */
};

struct due_queue
{
	void *links;   /* the link of record 0 */
	size_t stride; /* octets from one record to the next */
	uint32_t first, last;
};

/* Empty, for an array whose record 0 has that link. */
void due_queue_init(
		struct due_queue *q, struct due_link *link_of_0, size_t stride);

/* Have the record due at that time, whether it is queued or not. Cheap when most come in the order of their times. */
void due_queue_set(struct due_queue *q, uint32_t index, uint64_t due_ms);

/* Take it out, if it is in. */
void due_queue_clear(struct due_queue *q, uint32_t index);

/* Take out the first that is due by now: its index, or DUE_NONE. */
uint32_t due_queue_next(struct due_queue *q, uint64_t now_ms);

#endif
