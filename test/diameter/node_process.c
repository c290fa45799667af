/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The node process and its supervisor: killed, ended, left alone, with requests on their way.
 */
#include "fixture.h"

#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

struct load
{
	unsigned submitted, refused, answered, restarted, others;
};

static void take_back(struct load *load, struct slot *slot)
{
	switch(slot->answer.outcome) {
		case DIAMETER_ANSWERED:
			load->answered++;
			break;
		case DIAMETER_NODE_RESTARTED:
			load->restarted++;
			break;
		default:
			load->others++;
	}
	slots_release(g.slots, slot);
}

/* About 300 requests a second for so long; what comes back is counted. */
static void make_load(struct load *load, unsigned ms)
{
	uint64_t limit = slots_now_ms() + ms;
	struct slot *slot;

	while(slots_now_ms() < limit) {
		slot = slots_take(g.slots);
		if(slot) {
			slot->request.operation = DIAMETER_UDR;
			slot->request.identity_type = DIAMETER_MSISDN;
			strcpy(slot->request.identity, "15550000001");
			add_reference(slot, DATA_MSISDN);
			if(slots_submit(g.slots, slot, 2000) == 0) {
				load->submitted++;
			} else {
				load->refused++;
				slots_release(g.slots, slot);
			}
		}
		slot = gateway_next(&g, 3);
		if(slot)
			take_back(load, slot);
	}
}

static void finish_load(struct load *load)
{
	struct slot *slot;

	while(slots_in_use(g.slots) > 0 && (slot = gateway_next(&g, 4000)))
		take_back(load, slot);
}

START_TEST(kill_9_under_load)
{
	struct load load = {0};
	uint64_t since;
	int pid = slots_node_pid(g.slots, &since);

	/* some are always out */
	plan("UDR 0 delay 50");
	make_load(&load, 700);
	ck_assert_int_eq(kill(pid, SIGKILL), 0);
	make_load(&load, 3000);
	finish_load(&load);
	ck_assert_uint_eq(
			load.answered + load.restarted + load.others, load.submitted);
	ck_assert_uint_eq(slots_in_use(g.slots), 0);
	ck_assert_uint_gt(load.restarted, 0);
	ck_assert_uint_gt(load.refused, 0);
	ck_assert_uint_eq(slots_counter(g.slots, COUNT_RESTARTS), 1);
	ck_assert_int_ne(slots_node_pid(g.slots, &since), pid);
	ck_assert(gateway_wait_peer(&g, HSS_NAME, PEER_OPEN, OPEN_MS));
	check_success(ask(udr()));
}
END_TEST

START_TEST(term_under_load)
{
	struct load load = {0};
	uint64_t since;
	int pid = slots_node_pid(g.slots, &since);
	pid_t supervisor = g.supervisor;

	plan("UDR 0 delay 50");
	make_load(&load, 700);
	ck_assert_uint_gt(slots_in_use(g.slots), 0);
	stop_gateway();
	ck_assert(!gateway_process_lives(pid));
	ck_assert(!gateway_process_lives(supervisor));
	ck_assert_int_eq(hss_count(&hss, "DPR"), 1);
}
END_TEST

START_TEST(the_node_ends_with_its_supervisor)
{
	uint64_t since;
	int pid = slots_node_pid(g.slots, &since);

	/* or a dead one would still be there: adopted, and not waited for */
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	ck_assert_int_eq(kill(g.supervisor, SIGKILL), 0);
	waitpid(g.supervisor, NULL, 0);
	for(int i = 0; i < 250 && waitpid(pid, NULL, WNOHANG) == 0; i++)
		usleep(20000);
	ck_assert(!gateway_process_lives(pid));
	ck_assert_int_eq(hss_count(&hss, "DPR"), 1);
	stopped = true;
}
END_TEST


TCase *node_process(void)
{
	TCase *tests = tcase_create("process");

	tcase_set_timeout(tests, NODE_TEST_SECONDS);
	tcase_add_checked_fixture(tests, start_all, stop_all);
	tcase_add_test(tests, kill_9_under_load);
	tcase_add_test(tests, term_under_load);
	tcase_add_test(tests, the_node_ends_with_its_supervisor);
	return tests;
}
