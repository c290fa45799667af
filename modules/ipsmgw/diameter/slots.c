/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Slots and how they change hands: see slots.h.
 */
#include <errno.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "slots_layout.h"

uint64_t slots_now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
}

uint64_t slots_now_ms(void)
{
	return slots_now_us() / 1000;
}

/* --- references and states -------------------------------------------------- */

static uint64_t word_of(uint64_t ref, enum slot_state state)
{
	return (ref >> 32) << 8 | state;
}

static unsigned index_of(uint64_t ref)
{
	return (unsigned)(ref & 0xffffffff);
}

static struct slot_control *control_of(
		const struct slots *slots, const struct slot *slot)
{
	return &slots->control[index_of(slot->ref)];
}

bool slots_move(struct slots *slots, uint64_t ref, enum slot_state from,
		enum slot_state to)
{
	uint64_t word = word_of(ref, from);

	return __atomic_compare_exchange_n(&slots->control[index_of(ref)].word,
			&word, word_of(ref, to), false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE);
}

/* The same for who holds it: nobody else may have moved it. */
static void leave(
		struct slots *slots, const struct slot *slot, enum slot_state to)
{
	__atomic_store_n(&control_of(slots, slot)->word, word_of(slot->ref, to),
			__ATOMIC_RELEASE);
}

static void set_deadline(
		struct slots *slots, struct slot *slot, unsigned timeout_ms)
{
	slot->submitted_us = slots_now_us();
	__atomic_store_n(&control_of(slots, slot)->deadline_ms,
			slot->submitted_us / 1000 + timeout_ms, __ATOMIC_RELAXED);
}

unsigned slots_time_left(const struct slots *slots, const struct slot *slot)
{
	uint64_t now = slots_now_ms();
	uint64_t deadline = __atomic_load_n(
			&control_of(slots, slot)->deadline_ms, __ATOMIC_RELAXED);

	return deadline > now ? (unsigned)(deadline - now) : 0;
}

bool slots_tell(struct slots *slots, int pipe, uint64_t ref)
{
	ssize_t n;

	do
		n = write(pipe, &ref, sizeof(ref));
	while(n < 0 && errno == EINTR);
	if(n == (ssize_t)sizeof(ref))
		return true;
	slots_count(slots, COUNT_PIPE_FULL);
	return false;
}

/* --- free slots ------------------------------------------------------------- */

static struct slot_list *list_of(struct slots *slots, unsigned index)
{
	return slots_is_incoming(slots, index) ? &slots->incoming
										   : &slots->outgoing;
}

void slots_push(struct slots *slots, struct slot_list *list, unsigned index)
{
	uint64_t head = __atomic_load_n(&list->head, __ATOMIC_RELAXED);
	uint64_t next;

	do {
		__atomic_store_n(
				&slots->control[index].next, (uint32_t)head, __ATOMIC_RELAXED);
		next = ((head >> 32) + 1) << 32 | (index + 1);
	} while(!__atomic_compare_exchange_n(&list->head, &head, next, true,
			__ATOMIC_RELEASE, __ATOMIC_RELAXED));
}

static bool pop(struct slots *slots, struct slot_list *list, unsigned *index)
{
	uint64_t head = __atomic_load_n(&list->head, __ATOMIC_ACQUIRE);
	uint64_t next;

	do {
		if((uint32_t)head == 0)
			return false;
		*index = (uint32_t)head - 1;
		next = ((head >> 32) + 1) << 32
			   | __atomic_load_n(
					   &slots->control[*index].next, __ATOMIC_RELAXED);
	} while(!__atomic_compare_exchange_n(&list->head, &head, next, true,
			__ATOMIC_ACQUIRE, __ATOMIC_ACQUIRE));
	return true;
}

static struct slot *take(
		struct slots *slots, struct slot_list *list, enum slot_state state)
{
	struct slot *slot;
	unsigned index;
	uint64_t word;

	if(!pop(slots, list, &index)) {
		slots_count(slots, COUNT_EXHAUSTED);
		return NULL;
	}
	__atomic_fetch_add(&list->used, 1, __ATOMIC_RELAXED);
	word = __atomic_load_n(&slots->control[index].word, __ATOMIC_ACQUIRE);
	slot = &slots->slot[index];
	slot->ref = slots_ref_of(word + 0x100, index);
	leave(slots, slot, state);
	slot->incoming = slots_is_incoming(slots, index);
	slot->cookie[0] = slot->cookie[1] = 0;
	slot->submitted_us = 0;
	slot->user_data_len = 0;
	memset(&slot->request, 0, sizeof(slot->request));
	memset(&slot->answer, 0, sizeof(slot->answer));
	return slot;
}

static void release(struct slots *slots, struct slot *slot)
{
	unsigned index = index_of(slot->ref);
	struct slot_list *list = list_of(slots, index);

	leave(slots, slot, SLOT_FREE);
	__atomic_fetch_sub(&list->used, 1, __ATOMIC_RELAXED);
	slots_push(slots, list, index);
}

/* --- set up ----------------------------------------------------------------- */

static size_t aligned(size_t size)
{
	return (size + 63) & ~(size_t)63;
}

size_t slots_size(const struct slots_options *options)
{
	size_t total = (size_t)options->outgoing + options->incoming;

	if(options->outgoing == 0 || options->outgoing > SLOTS_MAX
			|| options->incoming > SLOTS_MAX)
		return 0;
	return aligned(sizeof(struct slots))
		   + aligned(total * sizeof(struct slot_control))
		   + total * sizeof(struct slot);
}

struct slots *slots_init(void *memory, const struct slots_options *options)
{
	struct slots *slots = memory;
	char *place = memory;

	if(slots_size(options) == 0)
		return NULL;
	memset(slots, 0, sizeof(*slots));
	slots->options = *options;
	slots->total = options->outgoing + options->incoming;
	place += aligned(sizeof(*slots));
	slots->control = (struct slot_control *)place;
	place += aligned(slots->total * sizeof(*slots->control));
	slots->slot = (struct slot *)place;
	memset(slots->control, 0, slots->total * sizeof(*slots->control));
	/* the first one goes on top, so that few slots are warm when few are needed */
	for(unsigned i = slots->total; i-- > 0;)
		slots_push(slots, list_of(slots, i), i);
	return slots;
}

/* --- outcomes --------------------------------------------------------------- */

static void count_outcome(
		struct slots *slots, const struct diameter_answer *answer)
{
	static const enum slots_counter by_outcome[DIAMETER_OUTCOMES] = {
			[DIAMETER_NO_OUTCOME] = COUNT_MALFORMED,
			[DIAMETER_TIMEOUT] = COUNT_TIMEOUT,
			[DIAMETER_NO_PEER] = COUNT_NO_PEER,
			[DIAMETER_SEND_FAILED] = COUNT_SEND_FAILED,
			[DIAMETER_NODE_RESTARTED] = COUNT_RESTARTED,
			[DIAMETER_MALFORMED] = COUNT_MALFORMED,
	};
	uint32_t thousands = answer->result / 1000;

	if(answer->outcome != DIAMETER_ANSWERED)
		slots_count(slots, by_outcome[answer->outcome]);
	else if(thousands >= 1 && thousands <= 5)
		slots_count(slots,
				(enum slots_counter)(COUNT_ANSWERED_1XXX + thousands - 1));
	else
		slots_count(slots, COUNT_ANSWERED_OTHER);
}

/* The slot of a request of ours has its outcome and is the caller's: on its way back. */
static void finish(struct slots *slots, struct slot *slot)
{
	uint64_t ref = slot->ref;
	uint64_t now = slots_now_us();

	slot->answer.round_trip_us = now - slot->submitted_us;
	if(slot->answer.outcome == DIAMETER_ANSWERED)
		slots_round_trip(
				slots, slot->request.operation, slot->answer.round_trip_us);
	count_outcome(slots, &slot->answer);
	__atomic_store_n(
			&control_of(slots, slot)->told_ms, now / 1000, __ATOMIC_RELAXED);
	leave(slots, slot, SLOT_DONE);
	slots_tell(slots, slots->options.to_gateway, ref);
}

void slots_fail(
		struct slots *slots, struct slot *slot, enum diameter_outcome outcome)
{
	memset(&slot->answer, 0, sizeof(slot->answer));
	slot->answer.outcome = outcome;
	slot->user_data_len = 0;
	finish(slots, slot);
}

void slots_tell_reply(struct slots *slots, struct slot *slot)
{
	uint64_t ref = slot->ref;

	__atomic_store_n(&control_of(slots, slot)->told_ms, slots_now_ms(),
			__ATOMIC_RELAXED);
	leave(slots, slot, SLOT_DONE);
	slots_tell(slots, slots->options.to_node, ref);
}

/* --- the gateway side ------------------------------------------------------- */

struct slot *slots_take(struct slots *slots)
{
	return take(slots, &slots->outgoing, SLOT_TAKEN);
}

int slots_submit(struct slots *slots, struct slot *slot, unsigned timeout_ms)
{
	uint64_t ref = slot->ref;

	if(__atomic_load_n(&slots->open_peers, __ATOMIC_RELAXED) == 0) {
		slots_count(slots, COUNT_NO_PEER);
		slot->answer.outcome = DIAMETER_NO_PEER;
		return -1;
	}
	set_deadline(slots, slot, timeout_ms);
	leave(slots, slot, SLOT_QUEUED);
	if(slots_tell(slots, slots->options.to_node, ref))
		return 0;
	/* the supervisor may have ended it: then its outcome is told like any other */
	if(!slots_move(slots, ref, SLOT_QUEUED, SLOT_TAKEN))
		return 0;
	slot->answer.outcome = DIAMETER_SEND_FAILED;
	return -1;
}

struct slot *slots_receive(struct slots *slots, uint64_t ref)
{
	unsigned index = index_of(ref);

	if(index >= slots->total)
		return NULL;
	if(!slots_move(slots, ref,
			   slots_is_incoming(slots, index) ? SLOT_QUEUED : SLOT_DONE,
			   SLOT_TAKEN))
		return NULL;
	return &slots->slot[index];
}

void slots_release(struct slots *slots, struct slot *slot)
{
	release(slots, slot);
}

void slots_keep(struct slots *slots, struct slot *slot)
{
	leave(slots, slot, SLOT_SENT);
}

struct slot *slots_resume(struct slots *slots, uint64_t ref)
{
	unsigned index = index_of(ref);

	if(index >= slots->total || !slots_is_incoming(slots, index))
		return NULL;
	if(slots_move(slots, ref, SLOT_SENT, SLOT_TAKEN))
		return &slots->slot[index];
	slots_count(slots, COUNT_LATE);
	return NULL;
}

void slots_reply(struct slots *slots, struct slot *slot)
{
	slot->answer.outcome = DIAMETER_ANSWERED;
	slots_count(slots, COUNT_INCOMING_REPLIED);
	slots_tell_reply(slots, slot);
}

/* --- the node side ---------------------------------------------------------- */

unsigned slots_place(const struct slots *slots, uint64_t ref)
{
	unsigned index = index_of(ref);

	return slots_is_incoming(slots, index) ? index - slots->options.outgoing
										   : index;
}

unsigned slots_places(const struct slots *slots, bool incoming)
{
	return incoming ? slots->options.incoming : slots->options.outgoing;
}

struct slot *slots_node_receive(struct slots *slots, uint64_t ref)
{
	unsigned index = index_of(ref);

	if(index >= slots->total)
		return NULL;
	if(!slots_move(slots, ref,
			   slots_is_incoming(slots, index) ? SLOT_DONE : SLOT_QUEUED,
			   SLOT_NODE))
		return NULL;
	return &slots->slot[index];
}

void slots_node_sent(struct slots *slots, struct slot *slot)
{
	leave(slots, slot, SLOT_SENT);
}

struct slot *slots_node_claim(struct slots *slots, uint64_t ref)
{
	unsigned index = index_of(ref);

	if(index < slots->total && slots_move(slots, ref, SLOT_SENT, SLOT_NODE))
		return &slots->slot[index];
	slots_count(slots, COUNT_LATE);
	return NULL;
}

void slots_node_done(struct slots *slots, struct slot *slot)
{
	finish(slots, slot);
}

struct slot *slots_node_take(struct slots *slots)
{
	return take(slots, &slots->incoming, SLOT_NODE);
}

int slots_node_submit(
		struct slots *slots, struct slot *slot, unsigned timeout_ms)
{
	uint64_t ref = slot->ref;

	set_deadline(slots, slot, timeout_ms);
	leave(slots, slot, SLOT_QUEUED);
	if(slots_tell(slots, slots->options.to_gateway, ref)) {
		slots_count(slots, COUNT_INCOMING);
		return 0;
	}
	/* the reaper may have it: then its reply comes back to us */
	if(!slots_move(slots, ref, SLOT_QUEUED, SLOT_NODE))
		return 0;
	release(slots, slot);
	return -1;
}

void slots_node_release(struct slots *slots, struct slot *slot)
{
	release(slots, slot);
}
