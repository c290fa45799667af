/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The gateway's Diameter side without Kamailio: see gateway.h.
 */
#include "gateway.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define REAP_EACH_MS 100
#define STOP_LIMIT_MS 10000

static int open_pipe(int ends[2])
{
	if(pipe(ends))
		return -1;
	return fcntl(ends[0], F_SETFL, O_NONBLOCK)
		   | fcntl(ends[1], F_SETFL, O_NONBLOCK);
}

int gateway_start(struct gateway *g, const struct diameter_settings *settings,
		unsigned outgoing, unsigned incoming)
{
	struct slots_options options = {outgoing, incoming, -1, -1};

	memset(g, 0, sizeof(*g));
	if(open_pipe(g->to_node) || open_pipe(g->to_gateway))
		return -1;
	options.to_node = g->to_node[1];
	options.to_gateway = g->to_gateway[1];
	g->size = slots_size(&options);
	g->memory = mmap(NULL, g->size, PROT_READ | PROT_WRITE,
			MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if(g->memory == MAP_FAILED)
		return -1;
	g->slots = slots_init(g->memory, &options);
	g->supervisor = fork();
	if(g->supervisor == 0) {
		prctl(PR_SET_PDEATHSIG, SIGTERM);
		supervisor_run(g->slots, settings, g->to_node[0]);
		_exit(0);
	}
	return g->supervisor > 0 ? 0 : -1;
}

static void reap(struct gateway *g)
{
	uint64_t now = slots_now_ms();

	if(now < g->reaped_ms + REAP_EACH_MS)
		return;
	g->reaped_ms = now;
	slots_reap(g->slots, now);
}

struct slot *gateway_next(struct gateway *g, unsigned timeout_ms)
{
	uint64_t limit = slots_now_ms() + timeout_ms, now, ref;
	struct pollfd wait = {g->to_gateway[0], POLLIN, 0};
	struct slot *slot;

	for(;;) {
		reap(g);
		while(read(g->to_gateway[0], &ref, sizeof(ref))
				== (ssize_t)sizeof(ref)) {
			slot = slots_receive(g->slots, ref);
			if(slot)
				return slot;
		}
		now = slots_now_ms();
		if(now >= limit)
			return NULL;
		poll(&wait, 1, limit - now < 20 ? (int)(limit - now) : 20);
	}
}

static bool peer_is(
		const struct gateway *g, const char *name, enum slots_peer_state state)
{
	struct slots_peer peer;

	for(unsigned i = 0; slots_peer(&peer, g->slots, i); i++)
		if(strcmp(peer.name, name) == 0)
			return peer.state == state;
	return false;
}

bool gateway_wait_peer(struct gateway *g, const char *name,
		enum slots_peer_state state, unsigned timeout_ms)
{
	uint64_t limit = slots_now_ms() + timeout_ms;

	while(!peer_is(g, name, state)) {
		if(slots_now_ms() >= limit)
			return false;
		usleep(10000);
		reap(g);
	}
	return true;
}

bool gateway_process_lives(pid_t pid)
{
	return pid > 0 && (kill(pid, 0) == 0 || errno != ESRCH);
}

unsigned gateway_stop(struct gateway *g)
{
	uint64_t began = slots_now_ms(), took;

	kill(g->supervisor, SIGTERM);
	while(waitpid(g->supervisor, NULL, WNOHANG) == 0) {
		if(slots_now_ms() - began > STOP_LIMIT_MS)
			kill(g->supervisor, SIGKILL);
		usleep(5000);
		reap(g);
	}
	took = slots_now_ms() - began;
	munmap(g->memory, g->size);
	for(int i = 0; i < 2; i++) {
		close(g->to_node[i]);
		close(g->to_gateway[i]);
	}
	return (unsigned)took;
}
