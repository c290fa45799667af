/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Each command against the HSS with its typed answer, and answers of errors.
 */
#include "fixture.h"

#include <string.h>
#include <time.h>

static const char registration[] =
		"<?xml version=\"1.0\" encoding=\"UTF-8\"?>"
		"<Sh-Data><Sh-IMS-Data><Extension><Extension><Extension>"
		"<SMSRegistrationInfo><IP-SM-GW-Number>15557770001</IP-SM-GW-Number>"
		"</SMSRegistrationInfo></Extension></Extension></Extension>"
		"</Sh-IMS-Data></Sh-Data>";

static void put_registration(struct slot *slot)
{
	add_reference(slot, DATA_SMS_REGISTRATION_INFO);
	slot->user_data_len = sizeof(registration) - 1;
	memcpy(slot->user_data, registration, slot->user_data_len);
}

START_TEST(pur_writes_and_udr_reads)
{
	struct slot *slot = request(DIAMETER_PUR);

	strcpy(slot->request.user_name, "001010000000001");
	put_registration(slot);
	slot->cookie[0] = 17;
	slot = ask(slot);
	check_success(slot);
	ck_assert_uint_eq(slot->cookie[0], 17);
	ck_assert_uint_eq(slot->user_data_len, 0);
	ck_assert_uint_gt(slot->answer.round_trip_us, 0);
	give_back(slot);

	slot = ask(udr());
	check_success(slot);
	ck_assert(data_has(slot, "<IP-SM-GW-Number>15557770001<"));
	ck_assert(data_has(slot, "<SCAddress>15551230000<"));
	give_back(slot);
}
END_TEST

START_TEST(udr_asks_for_several_data_with_notif_eff)
{
	struct slot *slot = request(DIAMETER_UDR);

	slot->request.identity_type = DIAMETER_IMPU;
	strcpy(slot->request.identity, "sip:+15550000001@ims.test");
	slot->request.has = REQUEST_FEATURES;
	slot->request.features = SH_NOTIF_EFF;
	add_reference(slot, DATA_S_CSCF_NAME);
	add_reference(slot, DATA_IMSI);
	slot = ask(slot);
	check_success(slot);
	ck_assert(slot->answer.has & ANSWER_FEATURES);
	ck_assert_uint_eq(slot->answer.features & SH_NOTIF_EFF, SH_NOTIF_EFF);
	ck_assert(data_has(slot, "sip:scscf.ims.test:6060"));
	ck_assert(data_has(slot, "001010000000001"));
	give_back(slot);
}
END_TEST

START_TEST(snr_subscribes_until_a_time)
{
	struct slot *slot = request(DIAMETER_SNR);
	int64_t until = (int64_t)time(NULL) + 3600;

	slot->request.identity_type = DIAMETER_IMPU;
	strcpy(slot->request.identity, "sip:+15550000001@ims.test");
	slot->request.has = REQUEST_EXPIRY_TIME | REQUEST_SEND_DATA;
	slot->request.expiry_time = until;
	add_reference(slot, DATA_IMS_USER_STATE);
	slot = ask(slot);
	check_success(slot);
	ck_assert(slot->answer.has & ANSWER_EXPIRY_TIME);
	ck_assert_int_eq(slot->answer.expiry_time, until);
	ck_assert(data_has(slot, "IMSUserState"));
	give_back(slot);
}
END_TEST

START_TEST(srr_finds_the_serving_nodes)
{
	struct slot *slot = request(DIAMETER_SRR);

	strcpy(slot->request.sc_address, "15551230000");
	slot->request.has = REQUEST_FLAGS | REQUEST_SM_RP_MTI;
	slot->request.flags = SRR_GPRS_INDICATOR;
	slot->request.sm_rp_mti = SM_DELIVER;
	slot = ask(slot);
	check_success(slot);
	ck_assert_str_eq(slot->answer.user_name, "001010000000001");
	ck_assert_int_eq(slot->answer.nodes, 2);
	ck_assert_int_eq(slot->node[0].type, DIAMETER_NODE_MME);
	ck_assert(!slot->node[0].additional);
	ck_assert_str_eq(slot->node[0].name, "mme.test");
	ck_assert_str_eq(slot->node[0].realm, "epc.test");
	ck_assert_str_eq(slot->node[0].number, "15558880001");
	ck_assert_int_eq(slot->node[1].type, DIAMETER_NODE_MSC);
	ck_assert(slot->node[1].additional);
	ck_assert_str_eq(slot->node[1].number, "15558880003");
	ck_assert_str_eq(slot->node[1].name, "");
	ck_assert(slot->answer.has & ANSWER_MWD_STATUS);
	ck_assert_uint_eq(slot->answer.mwd_status & MWD_MNRF, MWD_MNRF);
	give_back(slot);
}
END_TEST

START_TEST(srr_of_an_absent_user_has_the_reasons)
{
	struct slot *slot = request(DIAMETER_SRR);

	strcpy(slot->request.identity, "15550000002");
	strcpy(slot->request.sc_address, "15551230000");
	slot = ask(slot);
	check_result(slot, VENDOR_3GPP, DIAMETER_ERROR_ABSENT_USER);
	ck_assert_uint_eq(slot->answer.absent_set,
			1 << DIAMETER_NODE_MME | 1 << DIAMETER_NODE_SGSN);
	ck_assert_uint_eq(
			slot->answer.absent[DIAMETER_NODE_MME], ABSENT_IMSI_DETACHED);
	ck_assert_uint_eq(
			slot->answer.absent[DIAMETER_NODE_SGSN], ABSENT_GPRS_DETACHED);
	ck_assert_int_eq(slot->answer.nodes, 0);
	give_back(slot);
}
END_TEST

START_TEST(rdr_reports_an_absent_user)
{
	struct slot *slot = request(DIAMETER_RDR);
	struct diameter_delivery *delivery =
			&slot->request.delivery[DIAMETER_NODE_IP_SM_GW];
	char reply[512];

	strcpy(slot->request.user_name, "001010000000001");
	strcpy(slot->request.sc_address, "15559990000");
	delivery->set = true;
	delivery->cause = ABSENT_USER;
	delivery->has_diagnostic = true;
	delivery->diagnostic = ABSENT_DEREGISTERED_IMS;
	slot = ask(slot);
	check_success(slot);
	give_back(slot);
	ck_assert(hss_control(&hss, reply, "show 15550000001"));
	ck_assert_msg(strstr(reply, "15559990000"), "no MWD: %s", reply);
}
END_TEST

/* --- errors -------------------------------------------------------------------------------- */

START_TEST(errors_have_code_and_vendor)
{
	static const struct
	{
		const char *fault;
		uint32_t vendor, result;
		enum slots_counter counter;
	} rows[] = {{"UDR 1 result 3003", 0, 3003, COUNT_ANSWERED_3XXX},
			{"UDR 1 result 5012", 0, 5012, COUNT_ANSWERED_5XXX},
			{"UDR 1 result 4002", 0, 4002, COUNT_ANSWERED_4XXX},
			{"UDR 1 result 9999", 0, 9999, COUNT_ANSWERED_OTHER},
			{"UDR 1 experimental 4100", 10415, 4100, COUNT_ANSWERED_4XXX},
			{"UDR 1 experimental 5001", 10415, 5001, COUNT_ANSWERED_5XXX},
			{"UDR 1 experimental 5999", 10415, 5999, COUNT_ANSWERED_5XXX}};
	struct slot *slot;
	uint64_t before;

	for(size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		plan(rows[i].fault);
		before = slots_counter(g.slots, rows[i].counter);
		slot = ask(udr());
		check_result(slot, rows[i].vendor, rows[i].result);
		ck_assert_uint_eq(slots_counter(g.slots, rows[i].counter), before + 1);
		give_back(slot);
	}
}
END_TEST

START_TEST(an_unknown_user_is_unknown)
{
	struct slot *slot = udr();

	strcpy(slot->request.identity, "15559999999");
	slot = ask(slot);
	check_result(slot, VENDOR_3GPP, DIAMETER_ERROR_USER_UNKNOWN);
	give_back(slot);
}
END_TEST

START_TEST(nonsense_is_not_sent)
{
	struct slot *slot;

	for(int i = 0; i < 5; i++) {
		slot = i < 3 ? udr() : request(i == 3 ? DIAMETER_RDR : DIAMETER_TFR);
		if(i == 0)
			slot->request.references = 0;
		else if(i == 1)
			strcpy(slot->request.identity, "12a4");
		else if(i == 2)
			slot->request.identity[0] = '\0';
		slot = ask(slot);
		ck_assert_msg(slot->answer.outcome == DIAMETER_MALFORMED,
				"request %d ended as %d", i, slot->answer.outcome);
		give_back(slot);
	}
	ck_assert_uint_eq(slots_counter(g.slots, COUNT_SENT), 0);
}
END_TEST

START_TEST(garbage_in_user_data_arrives_as_it_is)
{
	struct slot *slot;

	plan("UDR 1 garbage");
	slot = ask(udr());
	check_success(slot);
	ck_assert_uint_gt(slot->user_data_len, 0);
	ck_assert(!data_has(slot, "Sh-Data"));
	give_back(slot);
}
END_TEST

TCase *node_commands(void)
{
	TCase *tests = tcase_create("commands");

	tcase_set_timeout(tests, NODE_TEST_SECONDS);
	tcase_add_checked_fixture(tests, start_all, stop_all);
	tcase_add_test(tests, pur_writes_and_udr_reads);
	tcase_add_test(tests, udr_asks_for_several_data_with_notif_eff);
	tcase_add_test(tests, snr_subscribes_until_a_time);
	tcase_add_test(tests, srr_finds_the_serving_nodes);
	tcase_add_test(tests, srr_of_an_absent_user_has_the_reasons);
	tcase_add_test(tests, rdr_reports_an_absent_user);
	tcase_add_test(tests, errors_have_code_and_vendor);
	tcase_add_test(tests, an_unknown_user_is_unknown);
	tcase_add_test(tests, nonsense_is_not_sent);
	tcase_add_test(tests, garbage_in_user_data_arrives_as_it_is);
	return tests;
}
