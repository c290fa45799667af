/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Slots that are ended by somebody else than their two sides: the reaper when time is over, the supervisor when the node
 * process is dead. See slots.h.
 */
#include "slots_layout.h"

/* The reaper leaves libfdcore's own timer the first word, which knows whom the request went to. */
#define REAP_GRACE_MS 200

/* --- the reaper ------------------------------------------------------------- */

static void end_overdue(struct slots *slots, struct slot *slot)
{
	if(!slot->incoming) {
		slots_fail(slots, slot, DIAMETER_TIMEOUT);
		return;
	}
	slots_count(slots, COUNT_INCOMING_TIMEOUT);
	slot->answer.outcome = DIAMETER_TIMEOUT;
	slots_tell_reply(slots, slot);
}

static bool reap_one(struct slots *slots, unsigned index, uint64_t now_ms)
{
	struct slot_control *control = &slots->control[index];
	uint64_t word = __atomic_load_n(&control->word, __ATOMIC_ACQUIRE);
	uint64_t ref = slots_ref_of(word, index);
	enum slot_state state = slots_state_of(word);
	uint64_t then;

	if(state == SLOT_DONE) {
		then = __atomic_load_n(&control->told_ms, __ATOMIC_RELAXED);
		if(now_ms < then + SLOTS_REDELIVER_MS)
			return false;
		__atomic_store_n(&control->told_ms, now_ms, __ATOMIC_RELAXED);
		slots_count(slots, COUNT_REDELIVERED);
		slots_tell(slots,
				slots_is_incoming(slots, index) ? slots->options.to_node
												: slots->options.to_gateway,
				ref);
		return false;
	}
	if(state != SLOT_QUEUED && state != SLOT_SENT)
		return false;
	then = __atomic_load_n(&control->deadline_ms, __ATOMIC_RELAXED);
	if(now_ms < then + (slots_is_incoming(slots, index) ? 0 : REAP_GRACE_MS)
			|| !slots_move(slots, ref, state, SLOT_TAKEN))
		return false;
	end_overdue(slots, &slots->slot[index]);
	return true;
}

unsigned slots_reap(struct slots *slots, uint64_t now_ms)
{
	unsigned ended = 0;

	for(unsigned i = 0; i < slots->total; i++)
		ended += reap_one(slots, i, now_ms);
	return ended;
}

/* --- the supervisor --------------------------------------------------------- */

static bool end_orphan(struct slots *slots, unsigned index)
{
	static const enum slot_state orphaned[] = {
			SLOT_QUEUED, SLOT_NODE, SLOT_SENT};
	uint64_t word =
			__atomic_load_n(&slots->control[index].word, __ATOMIC_ACQUIRE);
	uint64_t ref = slots_ref_of(word, index);

	for(size_t i = 0; i < sizeof(orphaned) / sizeof(orphaned[0]); i++)
		if(slots_move(slots, ref, orphaned[i], SLOT_TAKEN)) {
			slots_fail(slots, &slots->slot[index], DIAMETER_NODE_RESTARTED);
			return true;
		}
	return false;
}

/* Requests to us: the connection they came by is gone, nobody waits for the reply. */
static bool drop_orphan(struct slots *slots, unsigned index)
{
	uint64_t word =
			__atomic_load_n(&slots->control[index].word, __ATOMIC_ACQUIRE);
	enum slot_state state = slots_state_of(word);

	/* what the gateway holds comes back as a reply */
	if(state == SLOT_TAKEN)
		return false;
	return state == SLOT_FREE
		   || slots_move(slots, slots_ref_of(word, index), state, SLOT_FREE);
}

unsigned slots_node_died(struct slots *slots)
{
	unsigned ended = 0;
	uint64_t held = 0;

	slots_peers_close(slots);
	for(unsigned i = 0; i < slots->options.outgoing; i++)
		ended += end_orphan(slots, i);
	/* only the node process touches this list, and it may have died between two steps: make it new */
	__atomic_store_n(&slots->incoming.head, 0, __ATOMIC_RELAXED);
	for(unsigned i = slots->options.outgoing; i < slots->total; i++) {
		if(drop_orphan(slots, i))
			slots_push(slots, &slots->incoming, i);
		else
			held++;
	}
	__atomic_store_n(&slots->incoming.used, held, __ATOMIC_RELAXED);
	return ended;
}
