/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What is to be seen of the slots: counters, round trips, peers. See slots.h.
 */
#include <string.h>

#include "slots_layout.h"

static const char *const counter_names[SLOTS_COUNTERS] = {
		[COUNT_SENT] = "sent",
		[COUNT_ANSWERED_1XXX] = "answered_1xxx",
		[COUNT_ANSWERED_2XXX] = "answered_2xxx",
		[COUNT_ANSWERED_3XXX] = "answered_3xxx",
		[COUNT_ANSWERED_4XXX] = "answered_4xxx",
		[COUNT_ANSWERED_5XXX] = "answered_5xxx",
		[COUNT_ANSWERED_OTHER] = "answered_other",
		[COUNT_TIMEOUT] = "timeout",
		[COUNT_NO_PEER] = "no_peer",
		[COUNT_SEND_FAILED] = "send_failed",
		[COUNT_RESTARTED] = "restarted",
		[COUNT_MALFORMED] = "malformed",
		[COUNT_LATE] = "late",
		[COUNT_DROPPED] = "dropped",
		[COUNT_EXHAUSTED] = "exhausted",
		[COUNT_PIPE_FULL] = "pipe_full",
		[COUNT_REDELIVERED] = "redelivered",
		[COUNT_RETRIED] = "retried",
		[COUNT_RESTARTS] = "restarts",
		[COUNT_INCOMING] = "incoming",
		[COUNT_INCOMING_REPLIED] = "incoming_replied",
		[COUNT_INCOMING_TIMEOUT] = "incoming_timeout",
		[COUNT_INCOMING_REFUSED] = "incoming_refused",
		[COUNT_DUPLICATES] = "duplicates",
};

static void add(uint64_t *to)
{
	__atomic_fetch_add(to, 1, __ATOMIC_RELAXED);
}

static uint64_t load(const uint64_t *from)
{
	return __atomic_load_n(from, __ATOMIC_RELAXED);
}

static void store(uint64_t *to, uint64_t value)
{
	__atomic_store_n(to, value, __ATOMIC_RELAXED);
}

/* --- counters --------------------------------------------------------------- */

void slots_count(struct slots *slots, enum slots_counter counter)
{
	add(&slots->counter[counter]);
}

uint64_t slots_counter(const struct slots *slots, enum slots_counter counter)
{
	return load(&slots->counter[counter]);
}

const char *slots_counter_name(enum slots_counter counter)
{
	return counter_names[counter];
}

void slots_round_trip(struct slots *slots, unsigned operation, uint64_t us)
{
	unsigned bucket = us < 2 ? 0 : 63 - (unsigned)__builtin_clzll(us);

	if(operation >= DIAMETER_OPERATIONS)
		operation = DIAMETER_NO_OPERATION;
	if(bucket >= SLOTS_BUCKETS)
		bucket = SLOTS_BUCKETS - 1;
	add(&slots->histogram[operation][bucket]);
}

void slots_histogram(uint64_t bucket[SLOTS_BUCKETS], const struct slots *slots,
		enum diameter_operation operation)
{
	for(unsigned i = 0; i < SLOTS_BUCKETS; i++)
		bucket[i] = load(&slots->histogram[operation][i]);
}

unsigned slots_in_use(const struct slots *slots)
{
	return (unsigned)load(&slots->outgoing.used);
}

unsigned slots_open_peers(const struct slots *slots)
{
	return (unsigned)load(&slots->open_peers);
}

/* --- the node process ------------------------------------------------------- */

int slots_node_pid(const struct slots *slots, uint64_t *since_ms)
{
	*since_ms = load(&slots->node_since_ms);
	return (int)load(&slots->node_pid);
}

void slots_set_node_pid(struct slots *slots, int pid)
{
	store(&slots->node_since_ms, slots_now_ms());
	store(&slots->node_pid, (uint64_t)pid);
}

/* --- peers ------------------------------------------------------------------ */

static bool is_named(const struct peer_entry *peer)
{
	return __atomic_load_n(&peer->named, __ATOMIC_ACQUIRE) != 0;
}

static bool has_realm(const struct peer_entry *peer)
{
	return __atomic_load_n(&peer->realmed, __ATOMIC_ACQUIRE) != 0;
}

static enum slots_peer_state state_of(const struct peer_entry *peer)
{
	return (enum slots_peer_state)__atomic_load_n(
			&peer->state, __ATOMIC_RELAXED);
}

bool slots_peer(
		struct slots_peer *out, const struct slots *slots, unsigned number)
{
	const struct peer_entry *peer = &slots->peer[number];

	if(number >= SLOTS_PEERS_MAX || !is_named(peer))
		return false;
	memset(out, 0, sizeof(*out));
	memcpy(out->name, peer->name, sizeof(out->name));
	if(has_realm(peer))
		memcpy(out->realm, peer->realm, sizeof(out->realm));
	out->state = (uint8_t)state_of(peer);
	out->since_ms = load(&peer->since_ms);
	out->requests = load(&peer->events[PEER_SENT_REQUEST]);
	out->answers = load(&peer->events[PEER_RECEIVED_ANSWER]);
	out->incoming = load(&peer->events[PEER_RECEIVED_REQUEST]);
	out->failures = load(&peer->events[PEER_FAILED]);
	return true;
}

int slots_peer_find(const struct slots *slots, const char *name)
{
	for(int i = 0; i < SLOTS_PEERS_MAX && is_named(&slots->peer[i]); i++)
		if(strcmp(slots->peer[i].name, name) == 0)
			return i;
	return -1;
}

static int name_new_peer(struct slots *slots, const char *name)
{
	int i = 0;

	while(i < SLOTS_PEERS_MAX && is_named(&slots->peer[i]))
		i++;
	if(i == SLOTS_PEERS_MAX || strlen(name) > DIAMETER_TEXT_MAX)
		return -1;
	memcpy(slots->peer[i].name, name, strlen(name) + 1);
	store(&slots->peer[i].since_ms, slots_now_ms());
	__atomic_store_n(&slots->peer[i].named, 1, __ATOMIC_RELEASE);
	return i;
}

int slots_peer_add(struct slots *slots, const char *name, const char *realm)
{
	int i = slots_peer_find(slots, name);

	if(i < 0)
		i = name_new_peer(slots, name);
	if(i >= 0 && realm && *realm && !has_realm(&slots->peer[i])
			&& strlen(realm) <= DIAMETER_TEXT_MAX) {
		memcpy(slots->peer[i].realm, realm, strlen(realm) + 1);
		__atomic_store_n(&slots->peer[i].realmed, 1, __ATOMIC_RELEASE);
	}
	return i;
}

bool slots_peer_state(
		struct slots *slots, int number, enum slots_peer_state state)
{
	struct peer_entry *peer = &slots->peer[number];
	uint64_t open = 0;

	if(number < 0 || state_of(peer) == state)
		return false;
	__atomic_store_n(&peer->state, (uint8_t)state, __ATOMIC_RELAXED);
	store(&peer->since_ms, slots_now_ms());
	for(int i = 0; i < SLOTS_PEERS_MAX && is_named(&slots->peer[i]); i++)
		open += state_of(&slots->peer[i]) == PEER_OPEN;
	store(&slots->open_peers, open);
	return true;
}

void slots_peer_count(
		struct slots *slots, int number, enum slots_peer_event event)
{
	if(number >= 0)
		add(&slots->peer[number].events[event]);
}

void slots_peers_close(struct slots *slots)
{
	for(int i = 0; i < SLOTS_PEERS_MAX && is_named(&slots->peer[i]); i++)
		slots_peer_state(slots, i, PEER_CLOSED);
	store(&slots->open_peers, 0);
}
