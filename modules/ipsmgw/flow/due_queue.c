/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Queues by time: see due_queue.h.
 */
#include "due_queue.h"

static struct due_link *at(const struct due_queue *q, uint32_t index)
{
	return (struct due_link *)((char *)q->links + index * q->stride);
}

void due_queue_init(
		struct due_queue *q, struct due_link *link_of_0, size_t stride)
{
	q->links = link_of_0;
	q->stride = stride;
	q->first = q->last = DUE_NONE;
}

void due_queue_clear(struct due_queue *q, uint32_t index)
{
	struct due_link *l = at(q, index);

	if(!l->queued)
		return;
	if(l->before == DUE_NONE)
		q->first = l->after;
	else
		at(q, l->before)->after = l->after;
	if(l->after == DUE_NONE)
		q->last = l->before;
	else
		at(q, l->after)->before = l->before;
	l->queued = false;
}

/* Most come in order of time: the place is sought from the end. */
void due_queue_set(struct due_queue *q, uint32_t index, uint64_t due_ms)
{
	struct due_link *l = at(q, index);

	due_queue_clear(q, index);
	l->queued = true;
	l->due_ms = due_ms;
	l->before = q->last;
	while(l->before != DUE_NONE && at(q, l->before)->due_ms > due_ms)
		l->before = at(q, l->before)->before;
	if(l->before == DUE_NONE) {
		l->after = q->first;
		q->first = index;
	} else {
		l->after = at(q, l->before)->after;
		at(q, l->before)->after = index;
	}
	if(l->after == DUE_NONE)
		q->last = index;
	else
		at(q, l->after)->before = index;
}

uint32_t due_queue_next(struct due_queue *q, uint64_t now_ms)
{
	uint32_t index = q->first;

	if(index == DUE_NONE || at(q, index)->due_ms > now_ms)
		return DUE_NONE;
	due_queue_clear(q, index);
	return index;
}
