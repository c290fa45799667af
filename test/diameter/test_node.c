/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The Diameter side of the gateway against the HSS of the tests, with real freeDiameter processes on 127.0.0.1: every command
 * with its typed answer, and every way a request ends badly. Run from the top folder; the argument is an empty folder to work in.
 */
#include <check.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "diameter/codes.h"
#include "gateway.h"
#include "hss.h"

#define HSS_NAME "hss.ims.test"
#define OUTGOING 64
#define INCOMING 8
#define OPEN_MS 8000

static const char *work;
static char folder[HSS_PATH / 2], conf[HSS_PATH];
static struct hss hss;
static struct gateway g;
static struct diameter_settings settings;
static bool stopped;

/* --- fixture ------------------------------------------------------------------------ */

static void log_to_file(enum diameter_log_level level, const char *line)
{
	char path[HSS_PATH], text[700];
	int fd, len;

	snprintf(path, sizeof(path), "%s/gateway.log", folder);
	fd = open(path, O_WRONLY | O_CREAT | O_APPEND, 0600);
	len = snprintf(text, sizeof(text), "%llu %d %s\n",
			(unsigned long long)slots_now_ms(), (int)level, line);
	if(fd >= 0 && write(fd, text, (size_t)len) < 0)
		abort();
	close(fd);
}

static void make_folder(void)
{
	static int number;

	snprintf(folder, sizeof(folder), "%s/%d-%d", work, (int)getpid(), number++);
	ck_assert_int_eq(mkdir(folder, 0700), 0);
	snprintf(conf, sizeof(conf), "%s/gateway.conf", folder);
}

static void start_gateway(const struct hss *const *peers, unsigned count)
{
	ck_assert_int_eq(hss_write_gateway_conf(conf, 0, peers, count), 0);
	diameter_settings_default(&settings);
	settings.conf = conf;
	settings.realm = "ims.test";
	settings.incoming_ms = 500;
	settings.log = log_to_file;
	ck_assert_int_eq(gateway_start(&g, &settings, OUTGOING, INCOMING), 0);
	stopped = false;
	for(unsigned i = 0; i < count; i++)
		ck_assert_msg(gateway_wait_peer(&g, peers[i]->name, PEER_OPEN, OPEN_MS),
				"%s is not open", peers[i]->name);
}

static void start_all(void)
{
	const struct hss *peers[] = {&hss};

	make_folder();
	ck_assert_int_eq(hss_start(&hss, folder, HSS_NAME), 0);
	start_gateway(peers, 1);
}

static void stop_gateway(void)
{
	unsigned took;

	if(stopped)
		return;
	took = gateway_stop(&g);
	stopped = true;
	ck_assert_msg(took < 5000, "the end took %u ms", took);
}

static void stop_all(void)
{
	stop_gateway();
	hss_stop(&hss, SIGTERM);
}

/* --- a worker ------------------------------------------------------------------------ */

static struct slot *request(enum diameter_operation operation)
{
	struct slot *slot = slots_take(g.slots);

	ck_assert_ptr_nonnull(slot);
	slot->request.operation = (uint8_t)operation;
	slot->request.identity_type = DIAMETER_MSISDN;
	strcpy(slot->request.identity, "15550000001");
	return slot;
}

static void add_reference(struct slot *slot, uint8_t reference)
{
	slot->request.reference[slot->request.references++] = reference;
}

static void submit(struct slot *slot, unsigned timeout_ms)
{
	ck_assert_int_eq(slots_submit(g.slots, slot, timeout_ms), 0);
}

/* Submit it and wait for what comes back. */
static struct slot *ask_within(struct slot *slot, unsigned timeout_ms)
{
	struct slot *back;

	submit(slot, timeout_ms);
	back = gateway_next(&g, timeout_ms + 2000);
	ck_assert_msg(back == slot, "the slot did not come back");
	return back;
}

static struct slot *ask(struct slot *slot)
{
	return ask_within(slot, 3000);
}

static void check_result(
		const struct slot *slot, uint32_t vendor, uint32_t result)
{
	ck_assert_int_eq(slot->answer.outcome, DIAMETER_ANSWERED);
	ck_assert_uint_eq(slot->answer.vendor, vendor);
	ck_assert_uint_eq(slot->answer.result, result);
}

static void check_success(const struct slot *slot)
{
	check_result(slot, 0, DIAMETER_SUCCESS);
	ck_assert_str_eq(slot->answer.origin.host, HSS_NAME);
	ck_assert_str_eq(slot->answer.origin.realm, "ims.test");
}

static void give_back(struct slot *slot)
{
	slots_release(g.slots, slot);
	ck_assert_uint_eq(slots_in_use(g.slots), 0);
}

static struct slot *udr(void)
{
	struct slot *slot = request(DIAMETER_UDR);

	add_reference(slot, DATA_SMS_REGISTRATION_INFO);
	return slot;
}

static void plan(const char *fault)
{
	char reply[512];

	ck_assert_msg(hss_control(&hss, reply, "fault %s", fault), "%s: %s", fault,
			reply);
}

static bool data_has(const struct slot *slot, const char *text)
{
	return slot->user_data_len > 0
		   && memmem(slot->user_data, slot->user_data_len, text, strlen(text));
}

/* --- each command ---------------------------------------------------------------------- */

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

/* --- errors ------------------------------------------------------------------------------ */

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

/* --- silence ------------------------------------------------------------------------------ */

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

/* --- peers -------------------------------------------------------------------------------- */

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

/* --- requests to us ------------------------------------------------------------------------ */

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

/* --- the process --------------------------------------------------------------------------- */

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

START_TEST(a_node_that_cannot_start_is_tried_with_pauses)
{
	uint64_t began, took;

	make_folder();
	diameter_settings_default(&settings);
	settings.conf = "/nonexistent/freeDiameter.conf";
	settings.log = log_to_file;
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
	diameter_settings_default(&settings);
	settings.conf = conf;
	settings.listen = "127.0.0.1";
	settings.log = log_to_file;
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

/* --- all ------------------------------------------------------------------------------------ */

static Suite *node_suite(void)
{
	Suite *suite = suite_create("node");
	TCase *with_hss = tcase_create("with the HSS");
	TCase *alone = tcase_create("alone");

	tcase_set_timeout(with_hss, 60);
	tcase_add_checked_fixture(with_hss, start_all, stop_all);
	tcase_add_test(with_hss, pur_writes_and_udr_reads);
	tcase_add_test(with_hss, udr_asks_for_several_data_with_notif_eff);
	tcase_add_test(with_hss, snr_subscribes_until_a_time);
	tcase_add_test(with_hss, srr_finds_the_serving_nodes);
	tcase_add_test(with_hss, srr_of_an_absent_user_has_the_reasons);
	tcase_add_test(with_hss, rdr_reports_an_absent_user);
	tcase_add_test(with_hss, errors_have_code_and_vendor);
	tcase_add_test(with_hss, an_unknown_user_is_unknown);
	tcase_add_test(with_hss, nonsense_is_not_sent);
	tcase_add_test(with_hss, garbage_in_user_data_arrives_as_it_is);
	tcase_add_loop_test(with_hss, what_is_not_answered_ends_in_time, 0, 4);
	tcase_add_test(with_hss, all_slots_in_use_and_back);
	tcase_add_test(with_hss, the_hss_dies_and_comes_back);
	tcase_add_test(with_hss, a_realm_that_nobody_serves);
	tcase_add_test(with_hss, peers_are_shown_with_what_they_did);
	tcase_add_loop_test(with_hss, pnr_is_replied, 0, 2);
	tcase_add_test(with_hss, pnr_that_nobody_replies_to);
	tcase_add_test(with_hss, more_pnr_than_there_are_slots);
	tcase_add_test(with_hss, a_nul_in_a_session_id_does_no_harm);
	tcase_add_test(with_hss, kill_9_under_load);
	tcase_add_test(with_hss, term_under_load);
	tcase_add_test(with_hss, the_node_ends_with_its_supervisor);
	suite_add_tcase(suite, with_hss);

	tcase_set_timeout(alone, 60);
	tcase_add_loop_test(alone, a_busy_peer_is_left_for_another, 0, 3);
	tcase_add_test(alone, a_node_that_cannot_start_is_tried_with_pauses);
	tcase_add_test(alone, it_listens_where_it_is_told);
	suite_add_tcase(suite, alone);
	return suite;
}

int main(int argc, char **argv)
{
	SRunner *runner;
	int failed;

	if(argc != 2) {
		fprintf(stderr, "usage: %s FOLDER\n", argv[0]);
		return EXIT_FAILURE;
	}
	work = argv[1];
	runner = srunner_create(node_suite());
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
