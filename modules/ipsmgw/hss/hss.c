/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Processes, pipes and slots on Kamailio's side: see hss.h.
 */
#define _GNU_SOURCE /* F_SETPIPE_SZ */

#include "hss.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "core/cfg/cfg_struct.h"
#include "core/dprint.h"
#include "core/mem/shm_mem.h"
#include "core/pt.h"
#include "core/sr_module.h"

#define PURPOSE_SHIFT 56
#define PIPE_OCTETS (1 << 20)

static struct slots *slots;
static struct hss_options options;
static int to_node[2] = {-1, -1}, to_gateway[2] = {-1, -1};

/* --- life --------------------------------------------------------------------- */

/* A process of its own calls it: the node, or its supervisor. */
static void log_line(enum diameter_log_level level, const char *line)
{
	static const int levels[] = {
			[DIAMETER_LOG_ERROR] = L_ERR,
			[DIAMETER_LOG_WARNING] = L_WARN,
			[DIAMETER_LOG_NOTICE] = L_NOTICE,
			[DIAMETER_LOG_INFO] = L_INFO,
			[DIAMETER_LOG_DEBUG] = L_DBG,
	};

	LOG(levels[level], "%s\n", line);
}

/* Writers never wait; references of all slots fit. */
static int open_pipe(int ends[2])
{
	if(pipe(ends) < 0 || fcntl(ends[1], F_SETFL, O_NONBLOCK) < 0)
		return -1;
	fcntl(ends[1], F_SETPIPE_SZ, PIPE_OCTETS);
	return 0;
}

int hss_init(const struct hss_options *wanted)
{
	struct slots_options sizes = {
			.outgoing = wanted->slots, .incoming = wanted->incoming};
	size_t size;
	void *memory;

	options = *wanted;
	options.diameter.log = log_line;
	if(open_pipe(to_node) < 0 || open_pipe(to_gateway) < 0
			|| fcntl(to_node[0], F_SETFL, O_NONBLOCK) < 0) {
		LM_ERR("no pipe to the Diameter process: %s\n", strerror(errno));
		return -1;
	}
	sizes.to_node = to_node[1];
	sizes.to_gateway = to_gateway[1];
	size = slots_size(&sizes);
	memory = shm_malloc(size);
	slots = memory ? slots_init(memory, &sizes) : NULL;
	if(!slots) {
		LM_ERR("no shared memory for hss_slots=%u (%zu octets): start "
			   "kamailio with a larger -m\n",
				wanted->slots, size);
		return -1;
	}
	register_procs(1 + (int)options.workers);
	cfg_register_child(1 + (int)options.workers);
	return 0;
}

void hss_destroy(void)
{
	if(slots)
		shm_free(slots);
	slots = NULL;
}

bool hss_is_used(void)
{
	return slots != NULL;
}

const struct slots *hss_slots(void)
{
	return slots;
}

void hss_tick(void)
{
	if(slots)
		slots_reap(slots, slots_now_ms());
}

/* --- workers ------------------------------------------------------------------ */

static void serve(struct slot *slot)
{
	slot->answer.outcome = DIAMETER_ANSWERED;
	slot->answer.result = DIAMETER_UNABLE_TO_COMPLY;
	if(options.request)
		options.request(slot);
	else
		hss_reply(slot);
}

static void take(uint64_t ref)
{
	struct slot *slot = slots_receive(slots, ref);
	unsigned purpose;

	if(!slot)
		return;
	if(slot->incoming) {
		serve(slot);
		return;
	}
	purpose = (unsigned)(slot->cookie[0] >> PURPOSE_SHIFT);
	if(purpose < HSS_PURPOSES && options.done[purpose])
		options.done[purpose](slot);
	slots_release(slots, slot);
}

/* Ends with the signal, like Kamailio's own workers. */
static void work(void)
{
	uint64_t ref;
	ssize_t n;

	for(;;) {
		n = read(to_gateway[0], &ref, sizeof(ref));
		if(n == (ssize_t)sizeof(ref)) {
			cfg_update();
			take(ref);
		} else if(n >= 0 || errno != EINTR) {
			LM_CRIT("the pipe from the Diameter process: %s\n",
					n < 0 ? strerror(errno) : "closed");
			return;
		}
	}
}

static int fork_one(const char *name, bool talks_sip, void (*run)(void))
{
	int pid = fork_process(talks_sip ? PROC_XWORKER : PROC_NOCHLDINIT,
			(char *)name, talks_sip);

	if(pid < 0) {
		LM_ERR("cannot start the process %s\n", name);
		return -1;
	}
	if(pid > 0)
		return 0;
	if(cfg_child_init() < 0)
		exit(1);
	run();
	/* what libraries registered to run at exit may wait for a lock that a fork has copied */
	_exit(0);
}

static void supervise(void)
{
	supervisor_run(slots, &options.diameter, to_node[0]);
}

int hss_fork(void)
{
	unsigned i;

	if(!slots)
		return 0;
	for(i = 0; i < options.workers; i++)
		if(fork_one("ipsmgw hss", true, work) < 0)
			return -1;
	return fork_one("ipsmgw diameter", false, supervise);
}

/* --- questions ---------------------------------------------------------------- */

struct slot *hss_begin(
		enum diameter_operation operation, enum hss_purpose purpose)
{
	struct slot *slot = slots ? slots_take(slots) : NULL;

	if(!slot)
		return NULL;
	slot->request.operation = (uint8_t)operation;
	slot->cookie[0] = (uint64_t)purpose << PURPOSE_SHIFT;
	snprintf(slot->request.peer.host, sizeof(slot->request.peer.host), "%s",
			options.host);
	return slot;
}

int hss_send(struct slot *slot)
{
	return slots_submit(slots, slot, options.timeout_ms);
}

void hss_reply(struct slot *slot)
{
	slots_reply(slots, slot);
}

void hss_drop(struct slot *slot)
{
	slots_release(slots, slot);
}

/* --- verdicts ----------------------------------------------------------------- */

bool hss_is_success(const struct diameter_answer *answer)
{
	return answer->outcome == DIAMETER_ANSWERED && answer->result / 1000 == 2;
}

bool hss_is_temporary(const struct diameter_answer *answer)
{
	if(answer->outcome != DIAMETER_ANSWERED)
		return answer->outcome != DIAMETER_MALFORMED;
	if(answer->result / 1000 == 4)
		return true;
	return answer->vendor == VENDOR_IETF
		   && (answer->result == DIAMETER_UNABLE_TO_DELIVER
				   || answer->result == DIAMETER_TOO_BUSY
				   || answer->result == DIAMETER_UNABLE_TO_COMPLY);
}
