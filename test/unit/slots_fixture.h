/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Slots in shared memory with their two pipes, for the tests of modules/ipsmgw/diameter/slots.h.
 */
#ifndef IPSMGW_TEST_SLOTS_FIXTURE_H
#define IPSMGW_TEST_SLOTS_FIXTURE_H

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "diameter/slots.h"
#include "unit.h"

struct slots_fixture
{
	struct slots *slots;
	void *memory;
	size_t size;
	int to_node[2];
	int to_gateway[2];
};

static inline void slots_pipe(int ends[2])
{
	ck_assert_int_eq(pipe(ends), 0);
	for(int i = 0; i < 2; i++)
		ck_assert_int_eq(fcntl(ends[i], F_SETFL, O_NONBLOCK), 0);
}

static inline void slots_open(
		struct slots_fixture *f, unsigned outgoing, unsigned incoming)
{
	struct slots_options options = {outgoing, incoming, -1, -1};

	slots_pipe(f->to_node);
	slots_pipe(f->to_gateway);
	options.to_node = f->to_node[1];
	options.to_gateway = f->to_gateway[1];
	f->size = slots_size(&options);
	ck_assert_uint_ne(f->size, 0);
	f->memory = mmap(NULL, f->size, PROT_READ | PROT_WRITE,
			MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	ck_assert_ptr_ne(f->memory, MAP_FAILED);
	f->slots = slots_init(f->memory, &options);
	ck_assert_ptr_nonnull(f->slots);
}

static inline void slots_close(struct slots_fixture *f)
{
	munmap(f->memory, f->size);
	for(int i = 0; i < 2; i++) {
		close(f->to_node[i]);
		close(f->to_gateway[i]);
	}
}

/* A peer that is open, without which nothing can be submitted. */
static inline void slots_open_peer(struct slots_fixture *f)
{
	slots_peer_state(
			f->slots, slots_peer_add(f->slots, "hss.test", "test"), PEER_OPEN);
}

/* The next reference in a pipe; false: it is empty. */
static inline bool slots_next_ref(uint64_t *ref, const int pipe[2])
{
	return read(pipe[0], ref, sizeof(*ref)) == (ssize_t)sizeof(*ref);
}

#endif
