/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Slots in shared memory: each carries one Diameter request and its answer between Kamailio's processes (the gateway side)
 * and the process that runs libfdcore (the node side). Plain C, no allocation, no lock: nothing here waits for anybody.
 * For hss/ by way of link.h, and for diameter/.
 *
 * A slot is held by one side at a time; who holds it may touch its body. It changes hands by compare-and-swap on one word
 * (generation << 8 | state), so answer, expiry, reaper and supervisor may race: one wins, the others count COUNT_LATE. What
 * travels through the pipes is a reference, generation << 32 | index; a stale one finds nothing.
 *
 *   a request of ours:  FREE -> TAKEN -> QUEUED -> NODE -> SENT -> NODE -> DONE -> TAKEN -> FREE
 *   a request to us:    FREE -> NODE -> QUEUED -> TAKEN [-> SENT -> TAKEN] -> DONE -> NODE -> FREE
 *
 * TAKEN is in the hands of the gateway side, NODE in those of the node side, QUEUED on its way, SENT waits for the other
 * end, DONE has its outcome and is on its way back. Overdue ones in QUEUED or SENT end in the reaper's hands.
 */
#ifndef IPSMGW_DIAMETER_SLOTS_H
#define IPSMGW_DIAMETER_SLOTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "message.h"

#define SLOTS_MAX 1000000 /* of either kind */
/* Peers shown; more are served and not shown. */
#define SLOTS_PEERS_MAX 256
/* Of a histogram: bucket n has 2^n us up to 2^(n+1) - 1, the last one all beyond. */
#define SLOTS_BUCKETS 26
/* An outcome that nobody fetched within so many ms is told again. */
#define SLOTS_REDELIVER_MS 500

struct slots;

struct slot
{
	uint64_t ref;
	bool incoming;		   /* a request to us */
	uint64_t cookie[2];	   /* the gateway's own, as it left them; incoming: 0 */
	uint64_t submitted_us; /* monotonic */
	struct diameter_request request;
	struct diameter_answer answer;
	/* Of the request (PUR, PNR) or of the answer (UDA, SNA); none has it in both. */
	uint32_t user_data_len;
	union
	{
		uint8_t user_data[DIAMETER_USER_DATA_MAX];	   /* Sh */
		struct diameter_node node[DIAMETER_NODES_MAX]; /* S6c: of SRA */
	};
};

enum slots_counter
{
	COUNT_SENT,			 /* requests handed to libfdcore */
	COUNT_ANSWERED_1XXX, /* by thousands of the code, of whichever vendor */
	COUNT_ANSWERED_2XXX,
	COUNT_ANSWERED_3XXX,
	COUNT_ANSWERED_4XXX,
	COUNT_ANSWERED_5XXX,
	COUNT_ANSWERED_OTHER,
	COUNT_TIMEOUT,
	COUNT_NO_PEER,
	COUNT_SEND_FAILED,
	COUNT_RESTARTED, /* requests that ended with the node process */
	COUNT_MALFORMED,
	COUNT_LATE,		   /* answers, expiries and replies for what was over */
	COUNT_DROPPED,	   /* answers that libfdcore did not accept */
	COUNT_EXHAUSTED,   /* no free slot */
	COUNT_PIPE_FULL,   /* a reference did not fit into a pipe */
	COUNT_REDELIVERED, /* outcomes told again */
	COUNT_RETRIED,	   /* sent to a second peer after 3002 or 3004 */
	COUNT_RESTARTS,	   /* of the node process */
	COUNT_INCOMING,	   /* requests to us handed to the gateway */
	COUNT_INCOMING_REPLIED,
	COUNT_INCOMING_TIMEOUT,
	COUNT_INCOMING_REFUSED, /* no slot, no pipe, or nothing we serve */
	COUNT_DUPLICATES,		/* of requests to us */
	SLOTS_COUNTERS
};

/* States of a peer as shown; from those of libfdcore. */
enum slots_peer_state
{
	PEER_CLOSED,
	PEER_CONNECTING, /* transport or CER/CEA under way */
	PEER_OPEN,
	PEER_SUSPECT, /* watchdog unanswered, or answered again and on trial */
	PEER_CLOSING
};

struct slots_peer
{
	diameter_text name;
	diameter_text realm;
	uint8_t state;	   /* enum slots_peer_state */
	uint64_t since_ms; /* monotonic: of the state */
	uint64_t requests; /* sent to it */
	uint64_t answers;  /* received from it */
	uint64_t incoming; /* requests received from it */
	uint64_t failures; /* connections that failed or broke */
};

struct slots_options
{
	unsigned outgoing; /* slots for requests of ours: rate times time limit */
	unsigned incoming; /* slots for requests to us */
	/* Writing ends of the two pipes, O_NONBLOCK. A reference is a uint64_t in native order, written and read whole. The
	 * gateway side writes to_node; the node side, the reaper and the supervisor write to_gateway. */
	int to_node;
	int to_gateway;
};

/* --- set up ---------------------------------------------------------------- */

/* Octets of memory that slots_init() needs; 0: options out of range. */
size_t slots_size(const struct slots_options *options);

/* Make the slots in that memory, aligned for any type. It must be shared by all processes and mapped at the same address in
 * each (shm_malloc, or mmap before fork). NULL: options out of range. Nothing is to be undone. */
struct slots *slots_init(void *memory, const struct slots_options *options);

/* --- the gateway side: a request of ours ----------------------------------- */

/* A free slot, zeroed but for ref and the octets of User-Data. NULL: there is none, counted. */
struct slot *slots_take(struct slots *slots);

/* Send it; the outcome must be there within timeout_ms, and is told on the to_gateway pipe. From here on the slot is not the
 * caller's any more. 0; -1: no peer is open or the pipe is full, counted; the slot is still the caller's and its answer.outcome
 * says which. */
int slots_submit(struct slots *slots, struct slot *slot, unsigned timeout_ms);

/* What a reference from the to_gateway pipe means: a slot that is now the caller's. With slot->incoming a request to us, which
 * is to be replied or kept; else one of ours with its answer. NULL: a repeated or stale reference, nothing to do. */
struct slot *slots_receive(struct slots *slots, uint64_t ref);

/* Give the slot back. Not for a request to us. */
void slots_release(struct slots *slots, struct slot *slot);

/* --- the gateway side: a request to us ------------------------------------- */

/* Let go of it to reply later; by then nothing in it has changed. */
void slots_keep(struct slots *slots, struct slot *slot);

/* Take a kept one back. NULL: it was too late, the peer has its answer; counted. */
struct slot *slots_resume(struct slots *slots, uint64_t ref);

/* Send slot->answer: result and vendor, and the members the command's answer has. The slot is gone. */
void slots_reply(struct slots *slots, struct slot *slot);

/* --- the reaper ------------------------------------------------------------ */

/* End what is overdue, tell again what was not fetched. Call it each 100 ms with the monotonic clock, in one process of the
 * gateway side. Returns how many it ended. */
unsigned slots_reap(struct slots *slots, uint64_t now_ms);

/* --- the node side --------------------------------------------------------- */

/* Place of a slot among all of its kind, from 0: for arrays beside the slots. */
unsigned slots_place(const struct slots *slots, uint64_t ref);
unsigned slots_places(const struct slots *slots, bool incoming);

/* A reference from the to_node pipe: a request of ours to be sent, or (slot->incoming) a reply to be given. NULL: stale. */
struct slot *slots_node_receive(struct slots *slots, uint64_t ref);

/* The request is on its way: from now on its answer may come. */
void slots_node_sent(struct slots *slots, struct slot *slot);

/* Claim it for its answer, expiry or failure. NULL: somebody else ended it; counted as late. */
struct slot *slots_node_claim(struct slots *slots, uint64_t ref);

/* It has its outcome in slot->answer: count it and tell the gateway. */
void slots_node_done(struct slots *slots, struct slot *slot);

/* A free slot for a request to us, zeroed like that of slots_take(). NULL: none, counted. */
struct slot *slots_node_take(struct slots *slots);

/* Hand the request to the gateway, which has timeout_ms to reply. 0; -1: the pipe is full, the slot is free again. */
int slots_node_submit(
		struct slots *slots, struct slot *slot, unsigned timeout_ms);

/* The reply was given, or could not be: free again. */
void slots_node_release(struct slots *slots, struct slot *slot);

/* Milliseconds left until the slot's time limit; 0: over. */
unsigned slots_time_left(const struct slots *slots, const struct slot *slot);

/* --- the supervisor -------------------------------------------------------- */

/* The node process is dead: end all that was in its hands or on its way to it, close all peers. Only while none runs.
 * Returns how many requests of ours it ended. */
unsigned slots_node_died(struct slots *slots);

/* --- what is to be seen ---------------------------------------------------- */

void slots_count(struct slots *slots, enum slots_counter counter);
uint64_t slots_counter(const struct slots *slots, enum slots_counter counter);
const char *slots_counter_name(enum slots_counter counter);

/* Round trips of answered requests, in SLOTS_BUCKETS buckets. */
void slots_histogram(uint64_t bucket[SLOTS_BUCKETS], const struct slots *slots,
		enum diameter_operation operation);

/* Slots of ours that are not free. */
unsigned slots_in_use(const struct slots *slots);

/* Peers that are open. */
unsigned slots_open_peers(const struct slots *slots);

/* The process that runs libfdcore and since when (monotonic ms); 0: none does. */
int slots_node_pid(const struct slots *slots, uint64_t *since_ms);
void slots_set_node_pid(struct slots *slots, int pid);

/* Peers by number, from 0. false: there is none of that number. */
bool slots_peer(
		struct slots_peer *out, const struct slots *slots, unsigned number);

/* Number of the peer of that name, made if new; -1: no room, or a name too long. Node side, one thread at a time. */
int slots_peer_add(struct slots *slots, const char *name, const char *realm);

/* Number of the peer of that name; -1: it is not shown. */
int slots_peer_find(const struct slots *slots, const char *name);

/* Node side, one thread at a time. A number of -1 is ignored. true: it was in another state before. */
bool slots_peer_state(
		struct slots *slots, int number, enum slots_peer_state state);

/* All peers are closed: nothing is submitted any more. */
void slots_peers_close(struct slots *slots);

enum slots_peer_event
{
	PEER_SENT_REQUEST,
	PEER_RECEIVED_ANSWER,
	PEER_RECEIVED_REQUEST,
	PEER_FAILED
};
void slots_peer_count(
		struct slots *slots, int number, enum slots_peer_event event);

/* Monotonic clocks of this machine, equal in all processes. */
uint64_t slots_now_ms(void);
uint64_t slots_now_us(void);

#endif
