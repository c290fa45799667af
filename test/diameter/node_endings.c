/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Requests that nobody answers, and peers that come and go: each request ends once and in time.
 */
#include "fixture.h"

#include <signal.h>
#include <string.h>
#include <unistd.h>

/* No answer, one that is too late, one that libfdcore drops: all end at the time limit, and the next request is well. */
START_TEST(what_is_not_answered_ends_in_time)
{
	static const struct
	{
		const char *fault;
		enum slots_counter counter;
	} rows[] = {{"UDR 1 silence", COUNT_TIMEOUT},
			{"UDR 1 late 900", COUNT_LATE},
			{"UDR 1 unknown-avp", COUNT_DROPPED},
			{"UDR 1 no-session", COUNT_DROPPED}};
	uint64_t began, took;
	struct slot *slot;

	plan(rows[_i].fault);
	began = slots_now_ms();
	slot = ask_within(udr(), 500);
	took = slots_now_ms() - began;
	ck_assert_int_eq(slot->answer.outcome, DIAMETER_TIMEOUT);
	ck_assert_msg(took >= 490 && took < 1500, "after %d ms", (int)took);
	give_back(slot);
	for(int i = 0; i < 100 && !slots_counter(g.slots, rows[_i].counter); i++)
		usleep(10000);
	ck_assert_uint_eq(slots_counter(g.slots, rows[_i].counter), 1);
	ck_assert_uint_eq(slots_counter(g.slots, COUNT_TIMEOUT), 1);
	slot = ask(udr());
	check_success(slot);
	give_back(slot);
	ck_assert_ptr_null(gateway_next(&g, 300));
}
END_TEST

START_TEST(all_slots_in_use_and_back)
{
	unsigned back = 0;
	struct slot *slot;

	plan("UDR 0 silence");
	for(int i = 0; i < OUTGOING; i++)
		submit(udr(), 800);
	ck_assert_ptr_null(slots_take(g.slots));
	ck_assert_uint_eq(slots_counter(g.slots, COUNT_EXHAUSTED), 1);
	while(back < OUTGOING && (slot = gateway_next(&g, 3000))) {
		ck_assert_int_eq(slot->answer.outcome, DIAMETER_TIMEOUT);
		slots_release(g.slots, slot);
		back++;
	}
	ck_assert_uint_eq(back, OUTGOING);
	ck_assert_uint_eq(slots_in_use(g.slots), 0);
}
END_TEST

/* --- peers --------------------------------------------------------------------------------- */

START_TEST(the_hss_dies_and_comes_back)
{
	uint64_t began;
	struct slot *slot;

	plan("UDR 0 silence");
	submit(udr(), 5000);
	usleep(300000);
	began = slots_now_ms();
	hss_stop(&hss, SIGKILL);
	slot = gateway_next(&g, 5000);
	ck_assert_ptr_nonnull(slot);
	ck_assert_int_eq(slot->answer.outcome, DIAMETER_NO_PEER);
	ck_assert_msg(slots_now_ms() - began < 2000, "noticed too late");
	give_back(slot);
	ck_assert(gateway_wait_peer(&g, HSS_NAME, PEER_CLOSED, 3000)
			  || gateway_wait_peer(&g, HSS_NAME, PEER_CONNECTING, 1000));
	slot = udr();
	ck_assert_int_eq(slots_submit(g.slots, slot, 1000), -1);
	ck_assert_int_eq(slot->answer.outcome, DIAMETER_NO_PEER);
	give_back(slot);

	ck_assert_int_eq(hss_restart(&hss), 0);
	ck_assert(gateway_wait_peer(&g, HSS_NAME, PEER_OPEN, 10000));
	slot = ask(udr());
	check_success(slot);
	give_back(slot);
}
END_TEST

/* Stopped in its tracks: connected, and not a word. Nothing waits for it, the end does not either. */
START_TEST(a_hung_hss)
{
	unsigned back = 0;
	struct slot *slot;

	ck_assert_int_eq(kill(hss.pid, SIGSTOP), 0);
	for(int round = 0; round < 4; round++) {
		for(int i = 0; i < OUTGOING; i++)
			submit(udr(), 300);
		while(slots_in_use(g.slots) > 0 && (slot = gateway_next(&g, 3000))) {
			ck_assert_int_eq(slot->answer.outcome, DIAMETER_TIMEOUT);
			slots_release(g.slots, slot);
			back++;
		}
	}
	ck_assert_uint_eq(back, 4 * OUTGOING);
	stop_gateway();
	ck_assert_int_eq(kill(hss.pid, SIGCONT), 0);
}
END_TEST

START_TEST(a_realm_that_nobody_serves)
{
	struct slot *slot = udr();

	strcpy(slot->request.peer.realm, "elsewhere.test");
	slot = ask(slot);
	ck_assert_int_eq(slot->answer.outcome, DIAMETER_NO_PEER);
	ck_assert_uint_eq(slots_counter(g.slots, COUNT_NO_PEER), 1);
	give_back(slot);
}
END_TEST

START_TEST(peers_are_shown_with_what_they_did)
{
	struct slots_peer peer;
	struct slot *slot = ask(udr());

	check_success(slot);
	give_back(slot);
	ck_assert(slots_peer(&peer, g.slots, 0));
	ck_assert_str_eq(peer.name, HSS_NAME);
	ck_assert_str_eq(peer.realm, "ims.test");
	ck_assert_int_eq(peer.state, PEER_OPEN);
	ck_assert_uint_eq(peer.requests, 1);
	ck_assert_uint_eq(peer.answers, 1);
	ck_assert(!slots_peer(&peer, g.slots, 1));
}
END_TEST


TCase *node_endings(void)
{
	TCase *tests = tcase_create("endings");

	tcase_set_timeout(tests, NODE_TEST_SECONDS);
	tcase_add_checked_fixture(tests, start_all, stop_all);
	tcase_add_loop_test(tests, what_is_not_answered_ends_in_time, 0, 4);
	tcase_add_test(tests, all_slots_in_use_and_back);
	tcase_add_test(tests, the_hss_dies_and_comes_back);
	tcase_add_test(tests, a_hung_hss);
	tcase_add_test(tests, a_realm_that_nobody_serves);
	tcase_add_test(tests, peers_are_shown_with_what_they_did);
	return tests;
}
