/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * How slots lie in shared memory. Only for the slots*.c.
 *
 * What is scanned (states, deadlines) is apart from the bodies, so that the reaper reads few cache lines. All members
 * that are not said to be constant are touched by the __atomic builtins alone.
 */
#ifndef IPSMGW_DIAMETER_SLOTS_LAYOUT_H
#define IPSMGW_DIAMETER_SLOTS_LAYOUT_H

#include "slots.h"

enum slot_state
{
	SLOT_FREE,
	SLOT_TAKEN,
	SLOT_QUEUED,
	SLOT_NODE,
	SLOT_SENT,
	SLOT_DONE
};

struct slot_control
{
	uint64_t word;		  /* generation << 8 | enum slot_state */
	uint64_t deadline_ms; /* of QUEUED and SENT */
	uint64_t told_ms;	  /* when the outcome was last told: DONE */
	uint32_t next;		  /* in the list of free ones: index + 1; 0: last */
};

/* A stack of free slots without a lock: tag << 32 | index + 1. The tag changes with each operation, so that a head that came
 * back in between is not taken for the same. */
struct slot_list
{
	uint64_t head;
	uint64_t used; /* slots that are out */
};

struct peer_entry
{
	diameter_text name;	 /* constant once `named` is set */
	diameter_text realm; /* the same with `realmed` */
	uint8_t named;
	uint8_t realmed;
	uint8_t state;
	uint64_t since_ms;
	uint64_t events[4]; /* enum slots_peer_event */
};

struct slots
{
	/* constant */
	struct slots_options options;
	unsigned
			total; /* of slots: first the outgoing ones, then the incoming ones */
	struct slot_control *control;
	struct slot *slot;

	struct slot_list outgoing;
	struct slot_list incoming;
	uint64_t counter[SLOTS_COUNTERS];
	uint64_t histogram[DIAMETER_OPERATIONS][SLOTS_BUCKETS];
	uint64_t node_pid;
	uint64_t node_since_ms;
	uint64_t open_peers;
	struct peer_entry peer[SLOTS_PEERS_MAX];
};

static inline uint64_t slots_ref_of(uint64_t word, unsigned index)
{
	return (word >> 8) << 32 | index;
}

static inline enum slot_state slots_state_of(uint64_t word)
{
	return (enum slot_state)(word & 0xff);
}

static inline bool slots_is_incoming(const struct slots *slots, unsigned index)
{
	return index >= slots->options.outgoing;
}

/* From one state into another; false: it was not in the first any more. */
bool slots_move(struct slots *slots, uint64_t ref, enum slot_state from,
		enum slot_state to);

/* Write a reference; false: the pipe is full, counted. */
bool slots_tell(struct slots *slots, int pipe, uint64_t ref);

/* Into the list of free ones. */
void slots_push(struct slots *slots, struct slot_list *list, unsigned index);

/* A request of ours that the caller holds ends without an answer. */
void slots_fail(
		struct slots *slots, struct slot *slot, enum diameter_outcome outcome);

/* The reply in the slot that the caller holds goes to the node. */
void slots_tell_reply(struct slots *slots, struct slot *slot);

/* Add a round trip to the histogram of its operation. */
void slots_round_trip(struct slots *slots, unsigned operation, uint64_t us);

#endif
