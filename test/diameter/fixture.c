/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Fixture and worker: see fixture.h.
 */
#include "fixture.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

const char *node_work;
char folder[HSS_PATH / 2];
char conf[HSS_PATH];
struct hss hss;
struct gateway g;
struct diameter_settings settings;
bool stopped;

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

void make_folder(void)
{
	static int number;

	snprintf(folder, sizeof(folder), "%s/%d-%d", node_work, (int)getpid(),
			number++);
	ck_assert_int_eq(mkdir(folder, 0700), 0);
	snprintf(conf, sizeof(conf), "%s/gateway.conf", folder);
}

void default_settings(void)
{
	diameter_settings_default(&settings);
	settings.conf = conf;
	settings.realm = "ims.test";
	settings.incoming_ms = 500;
	settings.log = log_to_file;
}

void run_gateway(const struct hss *const *peers, unsigned count)
{
	default_settings();
	ck_assert_int_eq(gateway_start(&g, &settings, OUTGOING, INCOMING), 0);
	stopped = false;
	for(unsigned i = 0; i < count; i++)
		ck_assert_msg(gateway_wait_peer(&g, peers[i]->name, PEER_OPEN, OPEN_MS),
				"%s is not open", peers[i]->name);
}

void start_gateway(const struct hss *const *peers, unsigned count)
{
	ck_assert_int_eq(hss_write_gateway_conf(conf, 0, peers, count), 0);
	run_gateway(peers, count);
}

void start_all(void)
{
	const struct hss *peers[] = {&hss};

	make_folder();
	ck_assert_int_eq(hss_start(&hss, folder, HSS_NAME), 0);
	start_gateway(peers, 1);
}

void stop_gateway(void)
{
	unsigned took;

	if(stopped)
		return;
	took = gateway_stop(&g);
	stopped = true;
	ck_assert_msg(took < 5000, "the end took %u ms", took);
}

void stop_all(void)
{
	stop_gateway();
	hss_stop(&hss, SIGTERM);
}

/* --- a worker ------------------------------------------------------------------------------ */

struct slot *request(enum diameter_operation operation)
{
	struct slot *slot = slots_take(g.slots);

	ck_assert_ptr_nonnull(slot);
	slot->request.operation = (uint8_t)operation;
	slot->request.identity_type = DIAMETER_MSISDN;
	strcpy(slot->request.identity, "15550000001");
	return slot;
}

void add_reference(struct slot *slot, uint8_t reference)
{
	slot->request.reference[slot->request.references++] = reference;
}

void submit(struct slot *slot, unsigned timeout_ms)
{
	ck_assert_int_eq(slots_submit(g.slots, slot, timeout_ms), 0);
}

/* Submit it and wait for what comes back. */
struct slot *ask_within(struct slot *slot, unsigned timeout_ms)
{
	struct slot *back;

	submit(slot, timeout_ms);
	back = gateway_next(&g, timeout_ms + 2000);
	ck_assert_msg(back == slot, "the slot did not come back");
	return back;
}

struct slot *ask(struct slot *slot)
{
	return ask_within(slot, 3000);
}

void check_result(const struct slot *slot, uint32_t vendor, uint32_t result)
{
	ck_assert_int_eq(slot->answer.outcome, DIAMETER_ANSWERED);
	ck_assert_uint_eq(slot->answer.vendor, vendor);
	ck_assert_uint_eq(slot->answer.result, result);
}

void check_success(const struct slot *slot)
{
	check_result(slot, 0, DIAMETER_SUCCESS);
	ck_assert_str_eq(slot->answer.origin.host, HSS_NAME);
	ck_assert_str_eq(slot->answer.origin.realm, "ims.test");
}

void give_back(struct slot *slot)
{
	slots_release(g.slots, slot);
	ck_assert_uint_eq(slots_in_use(g.slots), 0);
}

struct slot *udr(void)
{
	struct slot *slot = request(DIAMETER_UDR);

	add_reference(slot, DATA_SMS_REGISTRATION_INFO);
	return slot;
}

void plan(const char *fault)
{
	char reply[512];

	ck_assert_msg(hss_control(&hss, reply, "fault %s", fault), "%s: %s", fault,
			reply);
}

bool data_has(const struct slot *slot, const char *text)
{
	return slot->user_data_len > 0
		   && memmem(slot->user_data, slot->user_data_len, text, strlen(text));
}
