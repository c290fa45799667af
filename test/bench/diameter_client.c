/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Round trips to the HSS of the tests: UDR by the gateway's Diameter side (slots, supervisor, node process; one worker), or by a
 * bare freeDiameter client, which is libfdcore alone in this process with the same messages. Run from the top folder:
 *
 *   diameter_client node|bare FOLDER COUNT RATE [WINDOW]
 *
 * COUNT requests, RATE a second (0: as many as go), never more than WINDOW (default 64) without an answer; FOLDER is for the files
 * of HSS and client. Prints a line of NAME=VALUE: answered, failed, round trips a second, CPU microseconds of the client and of the HSS
 * for a round trip, and the round trip's time in us: middle, 99 of 100, longest.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <freeDiameter/freeDiameter-host.h>
#include <freeDiameter/libfdcore.h>

#include "diameter/command.h"
#include "diameter/dictionary.h"
#include "gateway.h"
#include "hss.h"

#define HSS_NAME "hss.ims.test"
#define OPEN_MS 10000
#define LIMIT_MS 5000
#define WINDOW 64

static struct
{
	unsigned count;
	unsigned rate;
	unsigned window;
} want;

static struct
{
	unsigned sent;
	unsigned
			answered; /* with 2001; all of these by __atomic builtins, libfdcore has several threads */
	unsigned failed;
	uint32_t *took_us;
} seen;

static struct hss hss;
static char conf[HSS_PATH];

/* --- time ---------------------------------------------------------------------------- */

static double seconds(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static double cpu_of(pid_t pid)
{
	clockid_t clock;

	return pid > 0 && clock_getcpuclockid(pid, &clock) == 0 ? seconds(clock)
															: 0;
}

/* --- counting -------------------------------------------------------------------------- */

static unsigned ended(void)
{
	return __atomic_load_n(&seen.answered, __ATOMIC_RELAXED)
		   + __atomic_load_n(&seen.failed, __ATOMIC_RELAXED);
}

static void count_end(bool success, uint64_t sent_us)
{
	unsigned place;

	if(!success) {
		__atomic_fetch_add(&seen.failed, 1, __ATOMIC_RELAXED);
		return;
	}
	place = __atomic_fetch_add(&seen.answered, 1, __ATOMIC_RELAXED);
	seen.took_us[place] = (uint32_t)(slots_now_us() - sent_us);
}

/* May the next one leave? */
static bool is_due(uint64_t began_us)
{
	uint64_t due = want.rate ? (slots_now_us() - began_us) * want.rate / 1000000
							 : want.count;

	return seen.sent < want.count && seen.sent < due
		   && seen.sent - ended() < want.window;
}

static void fill(struct slot *slot)
{
	slot->request.operation = DIAMETER_UDR;
	slot->request.identity_type = DIAMETER_MSISDN;
	strcpy(slot->request.identity, "15550000001");
	slot->request.references = 1;
	slot->request.reference[0] = DATA_SMS_REGISTRATION_INFO;
}

/* --- by the gateway's Diameter side ------------------------------------------------------ */

static struct gateway gateway;
static struct diameter_settings settings;

static bool start_node(void)
{
	diameter_settings_default(&settings);
	settings.conf = conf;
	return gateway_start(&gateway, &settings, want.window, 1) == 0
		   && gateway_wait_peer(&gateway, HSS_NAME, PEER_OPEN, OPEN_MS);
}

static double cpu_of_node(void)
{
	uint64_t since;

	return seconds(CLOCK_PROCESS_CPUTIME_ID) + cpu_of(gateway.supervisor)
		   + cpu_of(slots_node_pid(gateway.slots, &since));
}

static void send_by_node(void)
{
	struct slot *slot = slots_take(gateway.slots);

	if(!slot)
		return;
	fill(slot);
	seen.sent++;
	if(slots_submit(gateway.slots, slot, LIMIT_MS)) {
		count_end(false, 0);
		slots_release(gateway.slots, slot);
	}
}

static void run_node(uint64_t began_us)
{
	struct slot *slot;

	while(ended() < want.count) {
		while(is_due(began_us))
			send_by_node();
		slot = gateway_next(&gateway, want.rate ? 1 : 100);
		if(!slot)
			continue;
		count_end(slot->answer.outcome == DIAMETER_ANSWERED
						  && slot->answer.result == DIAMETER_SUCCESS,
				slot->submitted_us);
		slots_release(gateway.slots, slot);
	}
}

static void stop_node(void)
{
	gateway_stop(&gateway);
}

/* --- by libfdcore alone ------------------------------------------------------------------ */

static struct slot template;

static void quiet(int level, const char *format, va_list args)
{
	(void)level;
	(void)format;
	(void)args;
}

static void no_hook(enum fd_hook_type type, struct msg *message,
		struct peer_hdr *peer, void *other, struct fd_hook_permsgdata *data,
		void *own)
{
	(void)type;
	(void)message;
	(void)peer;
	(void)other;
	(void)data;
	(void)own;
}

static bool is_open(void)
{
	struct peer_hdr *peer = NULL;

	return fd_peer_getbyid((DiamId_t)HSS_NAME, strlen(HSS_NAME), 0, &peer) == 0
		   && peer && fd_peer_get_state(peer) == STATE_OPEN;
}

static bool start_bare(void)
{
	struct fd_hook_hdl *hook;

	fd_log_handler_register(quiet);
	if(fd_core_initialize() || fd_core_parseconf(conf) || dictionary_load()
			|| fd_disp_app_support(dictionary_application(APPLICATION_SH),
					dictionary_vendor_3gpp(), 1, 0)
			|| fd_hook_register(
					(1u << (HOOK_LAST + 1)) - 1, no_hook, NULL, NULL, &hook)
			|| fd_core_start())
		return false;
	fill(&template);
	for(int i = 0; i < OPEN_MS / 10 && !is_open(); i++)
		usleep(10000);
	return is_open();
}

static double cpu_of_bare(void)
{
	return seconds(CLOCK_PROCESS_CPUTIME_ID);
}

static void on_answer(void *sent_us, struct msg **answer)
{
	uint32_t result, vendor;

	count_end(command_read_result(&result, &vendor, *answer)
					  && result == DIAMETER_SUCCESS,
			(uint64_t)(uintptr_t)sent_us);
	fd_msg_free(*answer);
	*answer = NULL;
}

static void on_expiry(
		void *sent_us, DiamId_t peer, size_t len, struct msg **request)
{
	(void)sent_us;
	(void)peer;
	(void)len;
	(void)request;
	count_end(false, 0);
}

static void send_bare(void)
{
	struct msg *message = NULL;
	struct timespec limit;

	clock_gettime(CLOCK_REALTIME, &limit);
	limit.tv_sec += LIMIT_MS / 1000;
	seen.sent++;
	if(command_build(&message, &template, "ims.test", false)
			|| fd_msg_send_timeout(&message, on_answer,
					(void *)(uintptr_t)slots_now_us(), on_expiry, &limit))
		count_end(false, 0);
}

static void run_bare(uint64_t began_us)
{
	while(ended() < want.count) {
		while(is_due(began_us))
			send_bare();
		usleep(want.rate ? 1000 : 100);
	}
}

static void stop_bare(void)
{
	fd_core_shutdown();
	fd_core_wait_shutdown_complete();
}

/* --- all ----------------------------------------------------------------------------------- */

static const struct client
{
	const char *name;
	bool (*start)(void);
	double (*cpu)(void);
	void (*run)(uint64_t began_us);
	void (*stop)(void);
} clients[] = {{"node", start_node, cpu_of_node, run_node, stop_node},
		{"bare", start_bare, cpu_of_bare, run_bare, stop_bare}};

static int by_size(const void *a, const void *b)
{
	uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;

	return left < right ? -1 : left > right;
}

static void print(const struct client *client, double took, double client_cpu,
		double hss_cpu)
{
	unsigned n = seen.answered ? seen.answered : 1;

	qsort(seen.took_us, seen.answered, sizeof(seen.took_us[0]), by_size);
	printf("client=%s answered=%u failed=%u per_second=%.0f cpu_us=%.1f "
		   "hss_cpu_us=%.1f middle_us=%u p99_us=%u longest_us=%u\n",
			client->name, seen.answered, seen.failed, seen.answered / took,
			client_cpu / n * 1e6, hss_cpu / n * 1e6, seen.took_us[n / 2],
			seen.took_us[n * 99 / 100], seen.took_us[n - 1]);
}

static int measure(const struct client *client)
{
	double cpu, hss_cpu, began;

	if(!client->start()) {
		fprintf(stderr, "%s: no connection to the HSS\n", client->name);
		return EXIT_FAILURE;
	}
	cpu = client->cpu();
	hss_cpu = cpu_of(hss.pid);
	began = seconds(CLOCK_MONOTONIC);
	client->run(slots_now_us());
	print(client, seconds(CLOCK_MONOTONIC) - began, client->cpu() - cpu,
			cpu_of(hss.pid) - hss_cpu);
	client->stop();
	return seen.failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

static const struct client *find(const char *name)
{
	for(size_t i = 0; i < sizeof(clients) / sizeof(clients[0]); i++)
		if(strcmp(clients[i].name, name) == 0)
			return &clients[i];
	return NULL;
}

static int prepare(const char *folder)
{
	const struct hss *peers[] = {&hss};

	mkdir(folder, 0700);
	snprintf(conf, sizeof(conf), "%s/client.conf", folder);
	seen.took_us = calloc(want.count + 1, sizeof(*seen.took_us));
	if(!seen.took_us || hss_start(&hss, folder, HSS_NAME)
			|| hss_write_gateway_conf(conf, 0, peers, 1)) {
		fprintf(stderr, "the HSS does not start in %s\n", folder);
		return -1;
	}
	return 0;
}

int main(int argc, char **argv)
{
	const struct client *client = argc >= 5 ? find(argv[1]) : NULL;
	int status = EXIT_FAILURE;

	if(!client) {
		fprintf(stderr, "usage: %s node|bare FOLDER COUNT RATE [WINDOW]\n",
				argv[0]);
		return EXIT_FAILURE;
	}
	want.count = (unsigned)strtoul(argv[3], NULL, 10);
	want.rate = (unsigned)strtoul(argv[4], NULL, 10);
	want.window = argc > 5 ? (unsigned)strtoul(argv[5], NULL, 10) : WINDOW;
	if(prepare(argv[2]) == 0)
		status = measure(client);
	hss_stop(&hss, SIGTERM);
	return status;
}
