/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Requests of the HSS to the gateway: replied at once, later, never, too many of them.
 */
#include "fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct slot *push(const char *command)
{
	char reply[512];
	struct slot *slot;

	ck_assert_msg(hss_control(&hss, reply,
						  "%s sip:+15550000001@ims.test 11 gateway.test "
						  "ims.test",
						  command),
			"%s", reply);
	slot = gateway_next(&g, 3000);
	ck_assert_msg(slot, "no PNR came");
	ck_assert(slot->incoming);
	ck_assert_int_eq(slot->request.operation, DIAMETER_PNR);
	ck_assert_int_eq(slot->request.identity_type, DIAMETER_IMPU);
	ck_assert_str_eq(slot->request.identity, "sip:+15550000001@ims.test");
	ck_assert_str_eq(slot->request.peer.host, HSS_NAME);
	ck_assert(data_has(slot, "IMSUserState"));
	return slot;
}

/* The line of the HSS's log with the PNA. */
static bool pna_has(const char *text)
{
	char path[HSS_PATH + 8], *line = NULL;
	size_t size = 0;
	bool found = false;
	FILE *file;

	snprintf(path, sizeof(path), "%s/log", hss.folder);
	for(int i = 0; i < 100 && !found; i++) {
		file = fopen(path, "r");
		while(file && !found && getline(&line, &size, file) > 0)
			found = strstr(line, "\"PNA\"") && strstr(line, text);
		if(file)
			fclose(file);
		if(!found)
			usleep(20000);
	}
	free(line);
	return found;
}

START_TEST(pnr_is_replied)
{
	struct slot *slot = push("pnr-to");

	if(_i == 0) {
		slot->answer.result = DIAMETER_SUCCESS;
		slots_reply(g.slots, slot);
		/* 2001 */
		ck_assert(pna_has("\"000007d1\""));
	} else {
		uint64_t ref = slot->ref;

		slots_keep(g.slots, slot);
		usleep(100000);
		slot = slots_resume(g.slots, ref);
		ck_assert_ptr_nonnull(slot);
		slot->answer.vendor = VENDOR_3GPP;
		slot->answer.result = DIAMETER_ERROR_NO_SUBSCRIPTION_TO_DATA;
		slots_reply(g.slots, slot);
		/* 5107 */
		ck_assert(pna_has("\"000013f3\""));
	}
	ck_assert_uint_eq(slots_counter(g.slots, COUNT_INCOMING_REPLIED), 1);
}
END_TEST

START_TEST(pnr_that_nobody_replies_to)
{
	struct slot *slot = push("pnr-to");
	uint64_t ref = slot->ref;

	slots_keep(g.slots, slot);
	ck_assert_ptr_null(gateway_next(&g, 1200));
	/* 5012 */
	ck_assert(pna_has("\"00001394\""));
	ck_assert_uint_eq(slots_counter(g.slots, COUNT_INCOMING_TIMEOUT), 1);
	ck_assert_ptr_null(slots_resume(g.slots, ref));
	ck_assert_uint_eq(slots_counter(g.slots, COUNT_LATE), 1);
}
END_TEST

START_TEST(more_pnr_than_there_are_slots)
{
	struct slot *slot;
	char reply[512];

	for(int i = 0; i < INCOMING; i++)
		slots_keep(g.slots, push("pnr-to"));
	ck_assert(hss_control(&hss, reply,
			"pnr-to sip:+15550000001@ims.test 11 gateway.test ims.test"));
	/* 3004 */
	ck_assert(pna_has("\"00000bbc\""));
	ck_assert_uint_eq(slots_counter(g.slots, COUNT_INCOMING_REFUSED), 1);
	ck_assert_ptr_null(gateway_next(&g, 1200));
	slot = push("pnr-to");
	slot->answer.result = DIAMETER_SUCCESS;
	slots_reply(g.slots, slot);
}
END_TEST

START_TEST(a_nul_in_a_session_id_does_no_harm)
{
	uint64_t since;
	int pid = slots_node_pid(g.slots, &since);
	struct slot *slot = push("pnr-nul");

	slot->answer.result = DIAMETER_SUCCESS;
	slots_reply(g.slots, slot);
	slot = ask(udr());
	check_success(slot);
	give_back(slot);
	ck_assert_int_eq(slots_node_pid(g.slots, &since), pid);
	ck_assert_uint_eq(slots_counter(g.slots, COUNT_RESTARTS), 0);
}
END_TEST

TCase *node_incoming(void)
{
	TCase *tests = tcase_create("incoming");

	tcase_set_timeout(tests, NODE_TEST_SECONDS);
	tcase_add_checked_fixture(tests, start_all, stop_all);
	tcase_add_loop_test(tests, pnr_is_replied, 0, 2);
	tcase_add_test(tests, pnr_that_nobody_replies_to);
	tcase_add_test(tests, more_pnr_than_there_are_slots);
	tcase_add_test(tests, a_nul_in_a_session_id_does_no_harm);
	return tests;
}
