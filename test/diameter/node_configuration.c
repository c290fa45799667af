/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Gateways that are set up in another way than one peer and its defaults.
 */
#include "fixture.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "raw_peer.h"

/* Whose definitions of some AVPs then are the ones in use. */
START_TEST(beside_the_dictionaries_of_freediameter)
{
	static const char *const extensions[] = {
			"dict_nasreq", "dict_dcca", "dict_dcca_3gpp"};
	const struct hss *peers[] = {&hss};
	FILE *file;
	struct slot *slot;

	make_folder();
	ck_assert_int_eq(hss_start(&hss, folder, HSS_NAME), 0);
	ck_assert_int_eq(hss_write_gateway_conf(conf, 0, peers, 1), 0);
	file = fopen(conf, "a");
	ck_assert_ptr_nonnull(file);
	for(size_t i = 0; i < sizeof(extensions) / sizeof(extensions[0]); i++)
		fprintf(file, "LoadExtension = \"%s.fdx\";\n", extensions[i]);
	fclose(file);
	run_gateway(peers, 1);

	slot = udr();
	slot->request.has = REQUEST_FEATURES;
	slot->request.features = SH_NOTIF_EFF;
	slot = ask(slot);
	check_success(slot);
	ck_assert(data_has(slot, "<SCAddress>15551230000<"));
	give_back(slot);
	slot = request(DIAMETER_SRR);
	slot->request.has = REQUEST_FLAGS;
	slot->request.flags = SRR_GPRS_INDICATOR;
	slot = ask(slot);
	check_success(slot);
	ck_assert_int_eq(slot->answer.nodes, 2);
	ck_assert_str_eq(slot->node[0].name, "mme.test");
	ck_assert_str_eq(slot->node[0].number, "15558880001");
	ck_assert_str_eq(slot->node[1].number, "15558880003");
	give_back(slot);
	stop_all();
}
END_TEST

/* Two of a realm: what one refuses for now the other gets, once. */
START_TEST(a_busy_peer_is_left_for_another)
{
	struct hss other;
	const struct hss *peers[] = {&hss, &other};
	char reply[512], fault[64];
	struct slot *slot;
	bool both_busy = _i == 2;

	make_folder();
	ck_assert_int_eq(hss_start(&hss, folder, HSS_NAME), 0);
	ck_assert_int_eq(hss_start(&other, folder, "other.ims.test"), 0);
	start_gateway(peers, 2);
	snprintf(fault, sizeof(fault), "fault UDR 0 result %d",
			_i == 0 ? DIAMETER_UNABLE_TO_DELIVER : DIAMETER_TOO_BUSY);
	ck_assert(hss_control(&hss, reply, "%s", fault));
	if(both_busy)
		ck_assert(hss_control(&other, reply, "%s", fault));
	for(int i = 0; i < 4; i++) {
		slot = udr();
		strcpy(slot->request.peer.host, HSS_NAME);
		slot = ask(slot);
		check_result(slot, 0, both_busy ? DIAMETER_TOO_BUSY : DIAMETER_SUCCESS);
		ck_assert(slot->answer.has & ANSWER_RETRIED);
		ck_assert_str_eq(slot->answer.origin.host, "other.ims.test");
		give_back(slot);
	}
	ck_assert_uint_eq(slots_counter(g.slots, COUNT_RETRIED), 4);
	ck_assert_int_eq(hss_count(&hss, "UDR"), 4);
	ck_assert_int_eq(hss_count(&other, "UDR"), 4);
	stop_gateway();
	hss_stop(&hss, SIGTERM);
	hss_stop(&other, SIGTERM);
}
END_TEST

START_TEST(a_node_that_cannot_start_is_tried_with_pauses)
{
	uint64_t began, took;

	make_folder();
	default_settings();
	settings.conf = "/nonexistent/freeDiameter.conf";
	ck_assert_int_eq(gateway_start(&g, &settings, OUTGOING, INCOMING), 0);
	stopped = false;
	began = slots_now_ms();
	while(slots_counter(g.slots, COUNT_RESTARTS) < 4
			&& slots_now_ms() < began + 20000)
		usleep(10000);
	/* the pauses before the fourth end: 0.2, 0.4 and 0.8 s */
	took = slots_now_ms() - began;
	ck_assert_msg(took >= 1400 && took < 20000, "after %d ms", (int)took);
	stop_gateway();
}
END_TEST

/* Not all addresses: the one that was said. */
START_TEST(it_listens_where_it_is_told)
{
	uint16_t port = hss_free_port();
	char command[128], line[256];
	bool here = false, elsewhere = false;
	FILE *listeners;

	make_folder();
	ck_assert_int_eq(hss_write_gateway_conf(conf, port, NULL, 0), 0);
	default_settings();
	settings.listen = "127.0.0.1";
	ck_assert_int_eq(gateway_start(&g, &settings, OUTGOING, INCOMING), 0);
	stopped = false;
	snprintf(command, sizeof(command), "ss -Htln sport = :%u", port);
	for(int i = 0; i < 100 && !here && !elsewhere; i++) {
		usleep(50000);
		listeners = popen(command, "r");
		ck_assert_ptr_nonnull(listeners);
		while(fgets(line, sizeof(line), listeners)) {
			here |= strstr(line, "127.0.0.1:") != NULL;
			elsewhere |= strstr(line, "127.0.0.1:") == NULL;
		}
		pclose(listeners);
	}
	ck_assert(here);
	ck_assert(!elsewhere);
	stop_gateway();
}
END_TEST

static int connect_raw(uint16_t port)
{
	int s = -1;

	/* it may not listen yet */
	for(int i = 0; i < 100 && s < 0; i++) {
		usleep(50000);
		s = raw_connect(port);
	}
	return s;
}

static void check_pna(int s, uint32_t hop_by_hop, uint32_t result)
{
	struct raw_message m;

	ck_assert(raw_receive(&m, s));
	ck_assert_uint_eq(raw_hop_by_hop(&m), hop_by_hop);
	ck_assert_uint_eq(raw_end_to_end(&m), 77);
	ck_assert_uint_eq(raw_result(&m), result);
}

/* The same PNR while the first is in work, and after its answer: the gateway sees it once, the peer gets each answered alike. */
START_TEST(a_repeated_request_is_served_once)
{
	const struct hss raw = {.name = RAW_NAME, .port = 1};
	const struct hss *peers[] = {&raw};
	uint16_t port = hss_free_port();
	struct raw_message m;
	struct slot *slot;
	int s;

	make_folder();
	ck_assert_int_eq(hss_write_gateway_conf(conf, port, peers, 1), 0);
	default_settings();
	settings.listen = "127.0.0.1";
	ck_assert_int_eq(gateway_start(&g, &settings, OUTGOING, INCOMING), 0);
	stopped = false;
	s = connect_raw(port);
	ck_assert_int_ge(s, 0);

	raw_pnr(&m, 1, 77, false);
	ck_assert(raw_send(s, &m));
	slot = gateway_next(&g, 2000);
	ck_assert_ptr_nonnull(slot);
	ck_assert(!(slot->request.has & REQUEST_RETRANSMITTED));
	raw_pnr(&m, 2, 77, true);
	ck_assert(raw_send(s, &m));
	ck_assert_ptr_null(gateway_next(&g, 300));
	slot->answer.result = DIAMETER_LIMITED_SUCCESS;
	slots_reply(g.slots, slot);
	check_pna(s, 1, DIAMETER_LIMITED_SUCCESS);
	check_pna(s, 2, DIAMETER_LIMITED_SUCCESS);
	raw_pnr(&m, 3, 77, true);
	ck_assert(raw_send(s, &m));
	check_pna(s, 3, DIAMETER_LIMITED_SUCCESS);
	ck_assert_ptr_null(gateway_next(&g, 300));
	ck_assert_uint_eq(slots_counter(g.slots, COUNT_DUPLICATES), 2);
	ck_assert_uint_eq(slots_counter(g.slots, COUNT_INCOMING), 1);
	close(s);
	stop_gateway();
}
END_TEST

TCase *node_configuration(void)
{
	TCase *tests = tcase_create("configuration");

	tcase_set_timeout(tests, NODE_TEST_SECONDS);
	tcase_add_test(tests, beside_the_dictionaries_of_freediameter);
	tcase_add_loop_test(tests, a_busy_peer_is_left_for_another, 0, 3);
	tcase_add_test(tests, a_node_that_cannot_start_is_tried_with_pauses);
	tcase_add_test(tests, it_listens_where_it_is_told);
	tcase_add_test(tests, a_repeated_request_is_served_once);
	return tests;
}
