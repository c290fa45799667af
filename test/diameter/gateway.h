/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The gateway's Diameter side without Kamailio: slots in shared memory, a supervisor process, and a worker that is the caller.
 * For the tests in this folder and for benchmarks.
 */
#ifndef IPSMGW_TEST_DIAMETER_GATEWAY_H
#define IPSMGW_TEST_DIAMETER_GATEWAY_H

#include <stdbool.h>
#include <sys/types.h>

#include "diameter/link.h"

struct gateway
{
	struct slots *slots;
	void *memory;
	size_t size;
	int to_node[2];
	int to_gateway[2];
	pid_t supervisor;
	uint64_t reaped_ms;
};

/* Make slots and fork the supervisor. 0, or -1. */
int gateway_start(struct gateway *g, const struct diameter_settings *settings,
		unsigned outgoing, unsigned incoming);

/* The next slot that comes back or in; reaps meanwhile. NULL: nothing within timeout_ms. */
struct slot *gateway_next(struct gateway *g, unsigned timeout_ms);

/* Wait until a peer of that name is in the state. */
bool gateway_wait_peer(struct gateway *g, const char *name,
		enum slots_peer_state state, unsigned timeout_ms);

/* End it by SIGTERM. Milliseconds it took; it is killed after 10 s. */
unsigned gateway_stop(struct gateway *g);

/* Does a process of that number exist? */
bool gateway_process_lives(pid_t pid);

#endif
