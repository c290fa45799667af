/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Slots under all their users at once, built with the thread sanitizer: workers that submit and fetch, a node that sends,
 * answers that come twice and late, a reaper that ends what is slow, requests to us. Each request has exactly one outcome, no
 * body is touched by two at a time, and all slots are free in the end.
 */
#include <pthread.h>
#include <sched.h>
#include <stdio.h>

#include "slots_fixture.h"

#define WORKERS 2
#define REQUESTS 20000 /* of each worker */
#define PENDING 64	   /* references that the network holds */

static struct slots_fixture f;
static bool stop;
static uint64_t submitted, outcomes, wrong, replied, workers_done;

static void count(uint64_t *what)
{
	__atomic_fetch_add(what, 1, __ATOMIC_RELAXED);
}

static uint64_t seen(const uint64_t *what)
{
	return __atomic_load_n(what, __ATOMIC_RELAXED);
}

static bool stopped(void)
{
	return __atomic_load_n(&stop, __ATOMIC_RELAXED);
}

static void check_back(struct slot *slot)
{
	char expected[32];

	snprintf(expected, sizeof(expected), "sip:%llu",
			(unsigned long long)slot->cookie[0]);
	if(strcmp(slot->request.identity, expected) != 0
			|| (slot->answer.outcome == DIAMETER_ANSWERED
					&& strcmp(slot->answer.user_name, expected) != 0)
			|| slot->answer.outcome == DIAMETER_NO_OUTCOME)
		count(&wrong);
	count(&outcomes);
	slots_release(f.slots, slot);
}

static void fetch(void)
{
	struct slot *slot;
	uint64_t ref;

	while(slots_next_ref(&ref, f.to_gateway)) {
		slot = slots_receive(f.slots, ref);
		if(!slot)
			continue;
		if(!slot->incoming) {
			check_back(slot);
		} else if(ref % 3) {
			slots_reply(f.slots, slot);
		} else {
			slots_keep(f.slots, slot);
			slot = slots_resume(f.slots, ref);
			if(slot)
				slots_reply(f.slots, slot);
		}
	}
}

static void *worker(void *arg)
{
	uint64_t number = (uint64_t)(uintptr_t)arg * REQUESTS;

	for(int i = 0; i < REQUESTS; i++, number++) {
		struct slot *slot = slots_take(f.slots);

		if(!slot) {
			fetch();
			sched_yield();
			continue;
		}
		slot->cookie[0] = number;
		snprintf(slot->request.identity, sizeof(slot->request.identity),
				"sip:%llu", (unsigned long long)number);
		if(slots_submit(f.slots, slot, i % 50 ? 1000 : 0) == 0)
			count(&submitted);
		else
			slots_release(f.slots, slot);
		if(i % 8 == 0)
			fetch();
	}
	count(&workers_done);
	while(!stopped()) {
		fetch();
		sched_yield();
	}
	return NULL;
}

static void answer(uint64_t ref)
{
	struct slot *slot = slots_node_claim(f.slots, ref);

	if(!slot)
		return;
	memcpy(slot->answer.user_name, slot->request.identity,
			sizeof(slot->answer.user_name));
	slot->answer.outcome = DIAMETER_ANSWERED;
	slot->answer.result = 2001;
	slots_node_done(f.slots, slot);
}

/* What libfdcore's threads do: answers out of order, some twice. */
static uint64_t network[PENDING];

static void *answers(void *arg)
{
	(void)arg;
	while(!stopped())
		for(int i = 0; i < PENDING; i++) {
			uint64_t ref = __atomic_load_n(
					&network[(i * 7) % PENDING], __ATOMIC_RELAXED);

			if(ref)
				answer(ref);
		}
	return NULL;
}

static void *node(void *arg)
{
	struct slot *slot;
	uint64_t ref;
	unsigned at = 0;

	(void)arg;
	while(!stopped()) {
		if(at % 16 == 0 && (slot = slots_node_take(f.slots)))
			slots_node_submit(f.slots, slot, at % 3 ? 1000 : 0);
		at++;
		if(!slots_next_ref(&ref, f.to_node)) {
			sched_yield();
			continue;
		}
		slot = slots_node_receive(f.slots, ref);
		if(!slot)
			continue;
		if(slot->incoming) {
			count(&replied);
			slots_node_release(f.slots, slot);
			continue;
		}
		slots_node_sent(f.slots, slot);
		__atomic_store_n(&network[at % PENDING], ref, __ATOMIC_RELAXED);
	}
	return NULL;
}

static void *reaper(void *arg)
{
	(void)arg;
	while(!stopped()) {
		/* a little ahead, so that what has no time limit is overdue */
		slots_reap(f.slots, slots_now_ms() + 300);
		sched_yield();
	}
	return NULL;
}

START_TEST(threads)
{
	void *(*const others[])(void *) = {answers, answers, node, reaper};
	pthread_t worker_threads[WORKERS], other_threads[4];
	uint64_t deadline = slots_now_ms() + 60000;

	slots_open(&f, 100, 16);
	slots_open_peer(&f);
	for(int i = 0; i < 4; i++)
		ck_assert_int_eq(
				pthread_create(&other_threads[i], NULL, others[i], NULL), 0);
	for(uintptr_t i = 0; i < WORKERS; i++)
		ck_assert_int_eq(pthread_create(&worker_threads[i], NULL, worker,
								 (void *)(i + 1)),
				0);
	do
		usleep(100000);
	while((seen(&workers_done) < WORKERS || slots_in_use(f.slots) > 0)
			&& slots_now_ms() < deadline);
	__atomic_store_n(&stop, true, __ATOMIC_RELAXED);
	for(int i = 0; i < WORKERS; i++)
		pthread_join(worker_threads[i], NULL);
	for(int i = 0; i < 4; i++)
		pthread_join(other_threads[i], NULL);
	ck_assert_uint_eq(wrong, 0);
	ck_assert_uint_eq(outcomes, submitted);
	ck_assert_uint_eq(slots_in_use(f.slots), 0);
	ck_assert_uint_gt(slots_counter(f.slots, COUNT_ANSWERED_2XXX), 0);
	ck_assert_uint_gt(slots_counter(f.slots, COUNT_TIMEOUT), 0);
	ck_assert_uint_gt(slots_counter(f.slots, COUNT_LATE), 0);
	ck_assert_uint_gt(replied, 0);
	ck_assert_uint_eq(slots_counter(f.slots, COUNT_ANSWERED_2XXX)
							  + slots_counter(f.slots, COUNT_TIMEOUT),
			outcomes);
	slots_close(&f);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("race_slots");
	TCase *tests = tcase_create("race_slots");

	tcase_set_timeout(tests, 120);
	tcase_add_test(tests, threads);
	suite_add_tcase(suite, tests);
	return unit_run(suite);
}
