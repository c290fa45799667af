/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Suspended REGISTERs in the order in which they came: see commit_wait.h.
 */
#include "commit_wait.h"

#include "core/locking.h"
#include "../registry/store.h"
#include "answer.h"
#include "clock.h"
#include "counters.h"
#include "send.h"
#include "settings.h"

#define WAITING_MAX 16384

struct waiting
{
	uint64_t serial;
	uint64_t until_ms;
	unsigned hash, label; /* of the transaction */
};

struct queue
{
	gen_lock_t lock;
	unsigned first, count;
	struct waiting entry[WAITING_MAX];
};

static struct queue *queue;

static str ok = str_init("OK");

int commit_wait_init(void)
{
	queue = shm_malloc(sizeof(*queue));
	if(!queue)
		return -1;
	queue->first = queue->count = 0;
	return lock_init(&queue->lock) ? 0 : -1;
}

void commit_wait_destroy(void)
{
	if(queue)
		shm_free(queue);
	queue = NULL;
}

static bool enqueue(const struct waiting *w)
{
	bool room;

	lock_get(&queue->lock);
	room = queue->count < WAITING_MAX;
	if(room)
		queue->entry[(queue->first + queue->count++) % WAITING_MAX] = *w;
	lock_release(&queue->lock);
	return room;
}

/* Serials come nearly in order: one that is behind a later one waits for it, which is no commit more. */
static bool dequeue(struct waiting *out, uint64_t serial, uint64_t now_ms)
{
	bool found;

	lock_get(&queue->lock);
	*out = queue->entry[queue->first];
	found = queue->count > 0
			&& (out->serial <= serial || out->until_ms <= now_ms);
	if(found) {
		queue->first = (queue->first + 1) % WAITING_MAX;
		queue->count--;
	}
	lock_release(&queue->lock);
	return found;
}

static void answer(const struct waiting *w)
{
	if(w->serial > store_committed())
		count(CNT_DB_LATE);
	answer_transaction(w->hash, w->label, 200, ok, (str)STR_NULL);
}

int commit_wait_answer(struct sip_msg *msg, uint64_t serial)
{
	struct waiting w = {.serial = serial};

	if(serial <= store_committed() || !store_is_used())
		return answer_send(msg, 200, &ok);
	if(settings.db_wait == 0 || !store_is_up()) {
		count(CNT_DB_LATE);
		return answer_send(msg, 200, &ok);
	}
	w.until_ms = clock_ms() + (uint64_t)settings.db_wait;
	if(tmb.t_suspend(msg, &w.hash, &w.label) != 0)
		return -1;
	if(!enqueue(&w))
		answer(&w);
	else if(serial <= store_committed()) /* while we suspended */
		commit_wait_done(serial);
	return 0;
}

void commit_wait_done(uint64_t serial)
{
	struct waiting w;

	while(dequeue(&w, serial, 0))
		answer(&w);
}

void commit_wait_give_up(void)
{
	commit_wait_tick(UINT64_MAX);
}

void commit_wait_tick(uint64_t now_ms)
{
	struct waiting w;

	while(dequeue(&w, 0, now_ms))
		answer(&w);
}
