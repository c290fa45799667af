/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The way of a slot between gateway and node, step by step, and every way it ends: modules/ipsmgw/diameter/slots.h.
 */
#include "slots_fixture.h"

static struct slots_fixture f;

static void open_slots(void)
{
	slots_open(&f, 2, 2);
	slots_open_peer(&f);
}

static void close_slots(void)
{
	slots_close(&f);
}

static uint64_t count_of(enum slots_counter counter)
{
	return slots_counter(f.slots, counter);
}

/* A request that the node side has, at the beginning of each way it can end. */
static struct slot *at_the_node(unsigned timeout_ms)
{
	struct slot *slot = slots_take(f.slots);
	uint64_t ref;

	ck_assert_ptr_nonnull(slot);
	slot->request.operation = DIAMETER_UDR;
	slot->cookie[0] = 7;
	slot->cookie[1] = 8;
	ck_assert_int_eq(slots_submit(f.slots, slot, timeout_ms), 0);
	ck_assert(slots_next_ref(&ref, f.to_node));
	slot = slots_node_receive(f.slots, ref);
	ck_assert_ptr_nonnull(slot);
	return slot;
}

/* Its outcome arrives at the gateway, once. */
static void check_outcome(enum diameter_outcome outcome)
{
	uint64_t ref;
	struct slot *slot;

	ck_assert_msg(slots_next_ref(&ref, f.to_gateway), "nothing was told");
	slot = slots_receive(f.slots, ref);
	ck_assert_ptr_nonnull(slot);
	ck_assert_int_eq(slot->answer.outcome, outcome);
	ck_assert(!slot->incoming);
	ck_assert_uint_eq(slot->cookie[0], 7);
	ck_assert_uint_eq(slot->cookie[1], 8);
	ck_assert_ptr_null(slots_receive(f.slots, ref));
	slots_release(f.slots, slot);
	ck_assert_uint_eq(slots_in_use(f.slots), 0);
}

static void answer(struct slot *slot, uint32_t result)
{
	slot->answer.outcome = DIAMETER_ANSWERED;
	slot->answer.result = result;
	slots_node_done(f.slots, slot);
}

START_TEST(an_answer_comes_back)
{
	struct slot *slot = at_the_node(1000);
	uint64_t ref = slot->ref;
	uint64_t bucket[SLOTS_BUCKETS], sum = 0;

	slots_node_sent(f.slots, slot);
	ck_assert_ptr_eq(slots_node_claim(f.slots, ref), slot);
	answer(slot, 2001);
	check_outcome(DIAMETER_ANSWERED);
	ck_assert_uint_eq(count_of(COUNT_ANSWERED_2XXX), 1);
	slots_histogram(bucket, f.slots, DIAMETER_UDR);
	for(int i = 0; i < SLOTS_BUCKETS; i++)
		sum += bucket[i];
	ck_assert_uint_eq(sum, 1);
}
END_TEST

START_TEST(silence_ends_at_the_time_limit)
{
	struct slot *slot = at_the_node(1000);
	uint64_t ref = slot->ref, now = slots_now_ms();

	slots_node_sent(f.slots, slot);
	ck_assert_uint_eq(slots_reap(f.slots, now + 900), 0);
	ck_assert_uint_eq(slots_reap(f.slots, now + 1500), 1);
	check_outcome(DIAMETER_TIMEOUT);
	ck_assert_uint_eq(count_of(COUNT_TIMEOUT), 1);
	ck_assert_ptr_null(slots_node_claim(f.slots, ref));
	ck_assert_uint_eq(count_of(COUNT_LATE), 1);
}
END_TEST

START_TEST(a_late_answer_does_not_hit_the_next_request)
{
	struct slot *slot = at_the_node(0), *next;
	uint64_t old = slot->ref;

	slots_node_sent(f.slots, slot);
	slots_reap(f.slots, slots_now_ms() + 1000);
	check_outcome(DIAMETER_TIMEOUT);
	next = at_the_node(1000);
	ck_assert_ptr_eq(next, slot);
	slots_node_sent(f.slots, next);
	ck_assert_ptr_null(slots_node_claim(f.slots, old));
	ck_assert_ptr_eq(slots_node_claim(f.slots, next->ref), next);
}
END_TEST

START_TEST(a_request_that_was_never_fetched_ends_too)
{
	struct slot *slot = slots_take(f.slots);
	uint64_t ref;

	slot->cookie[0] = 7;
	slot->cookie[1] = 8;
	ck_assert_int_eq(slots_submit(f.slots, slot, 10), 0);
	ck_assert_uint_eq(slots_reap(f.slots, slots_now_ms() + 1000), 1);
	check_outcome(DIAMETER_TIMEOUT);
	ck_assert(slots_next_ref(&ref, f.to_node));
	ck_assert_ptr_null(slots_node_receive(f.slots, ref));
}
END_TEST

START_TEST(no_free_slot_fails_at_once)
{
	struct slot *a = slots_take(f.slots), *b = slots_take(f.slots);

	ck_assert_ptr_ne(a, b);
	ck_assert_ptr_null(slots_take(f.slots));
	ck_assert_uint_eq(count_of(COUNT_EXHAUSTED), 1);
	slots_release(f.slots, a);
	ck_assert_ptr_eq(slots_take(f.slots), a);
}
END_TEST

START_TEST(no_open_peer_fails_at_once)
{
	struct slot *slot = slots_take(f.slots);

	slots_peer_state(f.slots, 0, PEER_CLOSED);
	ck_assert_int_eq(slots_submit(f.slots, slot, 1000), -1);
	ck_assert_int_eq(slot->answer.outcome, DIAMETER_NO_PEER);
	ck_assert_uint_eq(count_of(COUNT_NO_PEER), 1);
	slots_release(f.slots, slot);
	ck_assert_uint_eq(slots_in_use(f.slots), 0);
}
END_TEST

START_TEST(a_full_pipe_fails_at_once)
{
	struct slot *slot = slots_take(f.slots);
	uint64_t ref = 0;

	while(write(f.to_node[1], &ref, sizeof(ref)) == (ssize_t)sizeof(ref))
		;
	ck_assert_int_eq(slots_submit(f.slots, slot, 1000), -1);
	ck_assert_int_eq(slot->answer.outcome, DIAMETER_SEND_FAILED);
	ck_assert_uint_eq(count_of(COUNT_PIPE_FULL), 1);
	slots_release(f.slots, slot);
}
END_TEST

START_TEST(an_outcome_that_was_lost_is_told_again)
{
	struct slot *slot = at_the_node(1000);
	uint64_t ref, now = slots_now_ms();

	answer(slot, 2001);
	ck_assert(slots_next_ref(&ref, f.to_gateway));
	slots_reap(f.slots, now + SLOTS_REDELIVER_MS / 2);
	ck_assert(!slots_next_ref(&ref, f.to_gateway));
	slots_reap(f.slots, now + 2 * SLOTS_REDELIVER_MS);
	check_outcome(DIAMETER_ANSWERED);
	ck_assert_uint_eq(count_of(COUNT_REDELIVERED), 1);
}
END_TEST

/* In the hands of the node process, on its way to it, or sent: all end when it dies. */
START_TEST(the_node_dies)
{
	struct slot *slot = at_the_node(1000);

	if(_i == 1)
		slots_node_sent(f.slots, slot);
	ck_assert_uint_eq(slots_node_died(f.slots), 1);
	check_outcome(DIAMETER_NODE_RESTARTED);
	ck_assert_uint_eq(count_of(COUNT_RESTARTED), 1);
	slot = slots_take(f.slots);
	ck_assert_int_eq(slots_submit(f.slots, slot, 1000), -1);
}
END_TEST

START_TEST(stale_and_wild_references_find_nothing)
{
	struct slot *slot = slots_take(f.slots);
	uint64_t refs[] = {0, slot->ref, slot->ref + 1, UINT64_MAX, 4, 1ull << 32};

	for(size_t i = 0; i < sizeof(refs) / sizeof(refs[0]); i++) {
		ck_assert_ptr_null(slots_receive(f.slots, refs[i]));
		ck_assert_ptr_null(slots_node_receive(f.slots, refs[i]));
		ck_assert_ptr_null(slots_node_claim(f.slots, refs[i]));
		ck_assert_ptr_null(slots_resume(f.slots, refs[i]));
	}
	slots_release(f.slots, slot);
}
END_TEST

/* --- requests to us ---------------------------------------------------------- */

static struct slot *at_the_gateway(void)
{
	struct slot *slot = slots_node_take(f.slots);
	uint64_t ref;

	ck_assert_ptr_nonnull(slot);
	slot->request.operation = DIAMETER_PNR;
	ck_assert_int_eq(slots_node_submit(f.slots, slot, 1000), 0);
	ck_assert(slots_next_ref(&ref, f.to_gateway));
	ck_assert_ptr_eq(slots_receive(f.slots, ref), slot);
	ck_assert(slot->incoming);
	ck_assert_int_eq(slot->request.operation, DIAMETER_PNR);
	return slot;
}

static void check_reply(
		struct slot *slot, enum diameter_outcome outcome, uint32_t result)
{
	uint64_t ref;

	ck_assert(slots_next_ref(&ref, f.to_node));
	ck_assert_ptr_eq(slots_node_receive(f.slots, ref), slot);
	ck_assert_ptr_null(slots_node_receive(f.slots, ref));
	ck_assert_int_eq(slot->answer.outcome, outcome);
	ck_assert_uint_eq(slot->answer.result, result);
	slots_node_release(f.slots, slot);
}

START_TEST(a_request_to_us_is_replied_at_once)
{
	struct slot *slot = at_the_gateway();

	slot->answer.result = 2001;
	slots_reply(f.slots, slot);
	check_reply(slot, DIAMETER_ANSWERED, 2001);
	ck_assert_uint_eq(count_of(COUNT_INCOMING), 1);
	ck_assert_uint_eq(count_of(COUNT_INCOMING_REPLIED), 1);
}
END_TEST

START_TEST(a_request_to_us_is_kept_and_replied_later)
{
	struct slot *slot = at_the_gateway();
	uint64_t ref = slot->ref;

	slots_keep(f.slots, slot);
	ck_assert_ptr_eq(slots_resume(f.slots, ref), slot);
	slot->answer.result = 5001;
	slot->answer.vendor = 10415;
	slots_reply(f.slots, slot);
	check_reply(slot, DIAMETER_ANSWERED, 5001);
}
END_TEST

START_TEST(a_request_to_us_is_kept_too_long)
{
	struct slot *slot = at_the_gateway();
	uint64_t ref = slot->ref;

	slots_keep(f.slots, slot);
	ck_assert_uint_eq(slots_reap(f.slots, slots_now_ms() + 2000), 1);
	ck_assert_ptr_null(slots_resume(f.slots, ref));
	ck_assert_uint_eq(count_of(COUNT_LATE), 1);
	check_reply(slot, DIAMETER_TIMEOUT, 0);
}
END_TEST

START_TEST(requests_to_us_are_dropped_when_the_node_dies)
{
	struct slot *kept = at_the_gateway(), *held = at_the_gateway();
	uint64_t ref = kept->ref;

	slots_keep(f.slots, kept);
	slots_node_died(f.slots);
	ck_assert_ptr_null(slots_resume(f.slots, ref));
	/* what the gateway held comes back to the new node, which knows nothing of it */
	slots_reply(f.slots, held);
	check_reply(held, DIAMETER_ANSWERED, 0);
	ck_assert_ptr_nonnull(slots_node_take(f.slots));
	ck_assert_ptr_nonnull(slots_node_take(f.slots));
	ck_assert_ptr_null(slots_node_take(f.slots));
}
END_TEST

/* --- what is to be seen ------------------------------------------------------ */

START_TEST(peers_are_shown)
{
	struct slots_peer peer;
	int second = slots_peer_add(f.slots, "dra.test", NULL);

	ck_assert_int_eq(second, 1);
	ck_assert_int_eq(slots_peer_add(f.slots, "hss.test", NULL), 0);
	ck_assert(slots_peer_state(f.slots, second, PEER_SUSPECT));
	ck_assert(!slots_peer_state(f.slots, second, PEER_SUSPECT));
	slots_peer_count(f.slots, second, PEER_SENT_REQUEST);
	ck_assert(slots_peer(&peer, f.slots, 1));
	ck_assert_str_eq(peer.name, "dra.test");
	ck_assert_str_eq(peer.realm, "");
	ck_assert_int_eq(peer.state, PEER_SUSPECT);
	ck_assert_uint_eq(peer.requests, 1);
	ck_assert(!slots_peer(&peer, f.slots, 2));
	slots_peer_add(f.slots, "dra.test", "realm.test");
	ck_assert(slots_peer(&peer, f.slots, 1));
	ck_assert_str_eq(peer.realm, "realm.test");
}
END_TEST

START_TEST(counters_have_names)
{
	for(int i = 0; i < SLOTS_COUNTERS; i++)
		ck_assert_ptr_nonnull(slots_counter_name((enum slots_counter)i));
}
END_TEST

START_TEST(options_out_of_range_are_refused)
{
	struct slots_options none = {0, 1, -1, -1};
	struct slots_options many = {SLOTS_MAX + 1, 1, -1, -1};

	ck_assert_uint_eq(slots_size(&none), 0);
	ck_assert_uint_eq(slots_size(&many), 0);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("slots");
	TCase *tests = tcase_create("slots");

	tcase_add_checked_fixture(tests, open_slots, close_slots);
	tcase_add_test(tests, an_answer_comes_back);
	tcase_add_test(tests, silence_ends_at_the_time_limit);
	tcase_add_test(tests, a_late_answer_does_not_hit_the_next_request);
	tcase_add_test(tests, a_request_that_was_never_fetched_ends_too);
	tcase_add_test(tests, no_free_slot_fails_at_once);
	tcase_add_test(tests, no_open_peer_fails_at_once);
	tcase_add_test(tests, a_full_pipe_fails_at_once);
	tcase_add_test(tests, an_outcome_that_was_lost_is_told_again);
	tcase_add_loop_test(tests, the_node_dies, 0, 2);
	tcase_add_test(tests, stale_and_wild_references_find_nothing);
	tcase_add_test(tests, a_request_to_us_is_replied_at_once);
	tcase_add_test(tests, a_request_to_us_is_kept_and_replied_later);
	tcase_add_test(tests, a_request_to_us_is_kept_too_long);
	tcase_add_test(tests, requests_to_us_are_dropped_when_the_node_dies);
	tcase_add_test(tests, peers_are_shown);
	tcase_add_test(tests, counters_have_names);
	tcase_add_test(tests, options_out_of_range_are_refused);
	suite_add_tcase(suite, tests);
	return unit_run(suite);
}
