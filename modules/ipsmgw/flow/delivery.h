/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The table of deliveries: short messages on their way to a UE, in shared memory. It keeps each subscriber's queue with one
 * in flight, the RP-Message-References, what a report may be about, and the timers' queues; flow/mt*.c do what it says.
 *
 * A delivery is named by its id; who wants to read it holds it (a reference). Every change is one function here under one lock,
 * and what it returns is the caller's to do: of two processes that come with a report and a timeout one gets the
 * delivery, the other learns that it came too late. Plain C but for memory and locks (registry/platform.h).
 */
#ifndef IPSMGW_FLOW_DELIVERY_H
#define IPSMGW_FLOW_DELIVERY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../ims/span.h"

struct delivery_id
{
	uint32_t index;
	uint32_t generation; /* 0: no delivery */
};

/* A subscriber as the table knows him: a keyed hash of his primary IMPU, in which all spellings of it are alike. */
struct subscriber_key
{
	uint64_t a, b;
};

#define DELIVERY_PARTS_MAX 255
#define DELIVERY_INDEX_BITS 20 /* at most so many deliveries */
#define DELIVERY_HOST_MAX 128

struct deliveries_options
{
	unsigned max; /* deliveries at one time, at most 1 << DELIVERY_INDEX_BITS */
	unsigned queue_max; /* of one subscriber, beside the one in flight */
	uint32_t report_ms; /* from sending a part to its report */
	uint32_t late_ms;  /* so long after its end the report of a part is known */
	uint32_t queue_ms; /* longest wait of one that is not to be held */
	uint32_t answer_ms; /* longest wait of a hub for its answer */
	struct span
			host; /* of Call-IDs, at most DELIVERY_HOST_MAX octets, copied */
};

/* What is known when it is made; all of it is copied. */
struct delivery_origin
{
	uint64_t now_ms;
	struct subscriber_key who;
	struct span to;		  /* the identity that was named, a URI or a number */
	struct span from;	  /* who sends it, for logs */
	struct span rp_oa;	  /* digits */
	struct span raw;	  /* the hub's MESSAGE, may be empty */
	struct span call_id;  /* in raw */
	const uint8_t *tpdus; /* each behind an octet with its length */
	size_t tpdus_len;
	unsigned parts;
	unsigned parts_delivered; /* of these, before: it goes on behind them */
	bool hold;				  /* it may be held when he is away */
	uint64_t
			wait_ms; /* from its arrival: so long it may wait in a queue or be held */
	const void *context; /* the caller's own */
	size_t context_len;
};

/* What never changes while it exists; read without a lock by who holds it. */
struct delivery
{
	struct delivery_id id;
	uint64_t arrival_ms;
	struct span to, from, rp_oa, call_id;
	struct span raw; /* NUL behind it */
	const uint8_t
			*tpdus; /* of all parts, each behind an octet with its length */
	size_t tpdus_len;
	unsigned parts;
	bool hold;
	void *context; /* aligned; before delivery_enqueue() its maker may write it */
};

enum delivery_state
{
	DELIVERY_FREE,
	DELIVERY_NEW,	   /* not in a queue yet */
	DELIVERY_QUEUED,   /* waits for its turn */
	DELIVERY_HELD,	   /* waits for delivery_wake() */
	DELIVERY_SENDING,  /* in flight: no final SIP answer yet */
	DELIVERY_ACCEPTED, /* in flight: a 2xx, no report yet */
	DELIVERY_WAITING,  /* in flight: the part is to be sent once more, later */
	DELIVERY_SETTLING, /* one process decides about it */
	DELIVERY_ENDED,	   /* goes with the last reference */
};

/* Before the fork. 0, or -1: not enough shared memory. */
int deliveries_init(const struct deliveries_options *options);
void deliveries_destroy(void);

/* The key of a URI, by its canonical form, or of another text, as it stands. */
struct subscriber_key subscriber_key_of(struct span identity);

/* A reference for the parts of a text (TS 23.040 9.2.3.24.1): another for each of many texts in a row. */
uint16_t deliveries_reference(void);

enum delivery_made
{
	DELIVERY_MADE = 0,
	DELIVERY_QUEUE_FULL = -1, /* queue_max wait for the subscriber */
	DELIVERY_TABLE_FULL = -2, /* max deliveries exist */
	DELIVERY_NO_MEMORY = -3,
};

/* A new one, held by the caller. */
enum delivery_made delivery_new(
		struct delivery **out, const struct delivery_origin *origin);

/* Take one back that was not enqueued. */
void delivery_discard(struct delivery *d);

/* Hold it by its id; NULL: it is no more. */
struct delivery *delivery_hold(struct delivery_id id);
void delivery_release(struct delivery *d);

/* It takes its place behind the others of its subscriber, or, held, behind those that are held. answer_owed: a hub waits. */
void delivery_enqueue(struct delivery *d, bool held, bool answer_owed);

/* --- sending ------------------------------------------------------------------ */

/* The first of the subscriber's queue when none of his is in flight: it is now, state SENDING, and the caller's to send; held.
 * NULL: there is none. */
struct delivery *delivery_next(struct subscriber_key who);

/* The subscriber in whose queue it is. */
struct subscriber_key delivery_subscriber(struct delivery *d);

/* Where it goes, the same for all its parts; set by who got it from delivery_next(). 0, or -1: no memory. */
int delivery_set_path(struct delivery *d, struct span impu, struct span scscf);
struct span delivery_impu(struct delivery *d);
struct span delivery_scscf(struct delivery *d);

/* The IMPU for who did not get it from delivery_next(): NUL-terminated, cut to cap; empty when it has none yet. */
void delivery_copy_impu(char *out, size_t cap, struct delivery *d);

#define DELIVERY_CALL_ID_MAX (64 + DELIVERY_HOST_MAX)

/* One sending of one part. */
struct delivery_part
{
	unsigned number;  /* from 0 */
	unsigned attempt; /* names this sending: 12 bits */
	unsigned tries;	  /* sendings of this part, this one included */
	uint8_t rp_mr;
	const uint8_t *tpdu;
	uint8_t tpdu_len;
	size_t call_id_len;
	char call_id[DELIVERY_CALL_ID_MAX];
};

/* The Call-ID of the sending whose report is waited for; its length, 0: there is none. */
size_t delivery_copy_call_id(
		char out[DELIVERY_CALL_ID_MAX], struct delivery *d);

/* What to send now of a delivery in state SENDING: its report is known from here on, the report's timer runs. false: it was
 * ended meanwhile. */
bool delivery_part_begin(
		struct delivery_part *out, struct delivery *d, uint64_t now_ms);

/* Names the request of a sending, for who sends it; set false: none. */
struct delivery_request
{
	unsigned hash, label;
	bool set;
};

/* It is on its way. false: its report has come already, or it was ended. */
bool delivery_part_sent(
		struct delivery *d, unsigned attempt, struct delivery_request request);

/* --- what comes back ------------------------------------------------------------ */

/* What the caller has to do. With FAILED the delivery is SETTLING and his to decide about: delivery_retry(), delivery_hold_back()
 * or delivery_end(). */
enum delivery_verdict
{
	DELIVERY_NOTHING,	/* it is of no interest any more */
	DELIVERY_GOES_ON,	/* accepted: the report is waited for */
	DELIVERY_NEXT_PART, /* SENDING: delivery_part_begin() and send */
	DELIVERY_COMPLETE, /* SETTLING, all parts have their RP-ACK: delivery_end() */
	DELIVERY_FAILED,
};

/* The final SIP answer of a sending: any 2xx, or none. */
enum delivery_verdict delivery_answered(
		struct delivery *d, unsigned attempt, bool accepted, uint64_t now_ms);

enum delivery_match
{
	DELIVERY_MATCH_NONE,
	DELIVERY_MATCH,			 /* of a part on its way */
	DELIVERY_MATCH_LATE,	 /* of a part that was given up */
	DELIVERY_MATCH_REPEATED, /* of a part that has its report */
};

struct delivery_matched
{
	struct delivery_id id;
	unsigned part;
	size_t call_id_len;
	char call_id
			[DELIVERY_CALL_ID_MAX]; /* of what was sent; only when it is over: LATE, REPEATED */
	/* DELIVERY_MATCH: the request that has no final SIP answer yet and need not be sent again */
	struct delivery_request unanswered;
	struct delivery *delivery; /* DELIVERY_MATCH: held */
	enum delivery_verdict
			verdict; /* DELIVERY_MATCH: NEXT_PART, COMPLETE or FAILED */
};

/* A report, RP-ACK or not, by the Call-ID in In-Reply-To; or by its subscriber and RP-MR. */
enum delivery_match delivery_report_to(struct delivery_matched *out,
		struct span call_id, bool acked, uint64_t now_ms);
enum delivery_match delivery_report_by(struct delivery_matched *out,
		struct subscriber_key who, uint8_t rp_mr, bool acked, uint64_t now_ms);

/* --- what the caller decides ------------------------------------------------------ */

/* The same part again at that time, or, at_ms 0, at once (SENDING: the caller sends it). */
void delivery_retry(struct delivery *d, uint64_t at_ms);

/* Back to wait for delivery_wake(), at the head. false: he was woken since its attempt began, it is QUEUED again. */
bool delivery_hold_back(struct delivery *d);

/* It is over; the next of the subscriber may go. */
void delivery_end(struct delivery *d, uint64_t now_ms);

/* The next that waits for its turn behind one in flight that is SETTLING, held by the caller and SETTLING, too; those that may be
 * held come by themselves. NULL: none is left. */
struct delivery *delivery_drain(struct subscriber_key who);

/* Take it out of whatever it is at. false: it is over, or another process decides about it. */
bool delivery_cancel(struct delivery *d, uint64_t now_ms);

/* The same for one that waits, only while it is in that state, QUEUED or HELD. */
bool delivery_take_waiting(struct delivery *d, enum delivery_state state);

/* The first one who asks may answer the hub. false: it is answered, or no hub waits. */
bool delivery_claim_answer(struct delivery *d);

/* All that is held of the subscriber keys[0] goes into his queue, and so does what waits under one of the other keys, which
 * are his, too. Returns how many were held. */
unsigned delivery_wake(const struct subscriber_key *keys, unsigned n);

/* --- timers ------------------------------------------------------------------------ */

enum delivery_timer
{
	DELIVERY_TIMER_REPORT, /* the report did not come: SETTLING */
	DELIVERY_TIMER_RETRY,  /* SENDING: the part is to be sent again */
	DELIVERY_TIMER_QUEUE,  /* waited too long: SETTLING */
	DELIVERY_TIMER_HOLD,   /* held too long: SETTLING */
	DELIVERY_TIMER_ANSWER, /* the hub is to be answered; nothing is changed */
	DELIVERY_TIMER_TELL, /* ENDED: the hub is to be told once more; nothing is changed */
	DELIVERY_TIMERS,
};

/* Have DELIVERY_TIMER_TELL run out then; whoever sets it keeps a reference until then. */
void delivery_tell_at(struct delivery *d, uint64_t at_ms);

/* One whose timer has run out, held; NULL: none. */
struct delivery *delivery_due(enum delivery_timer timer, uint64_t now_ms);

/* Forget reports and subscribers whose time is over; a slice of it. */
void deliveries_forget(uint64_t now_ms);

/* --- looking in ---------------------------------------------------------------------- */

struct delivery_view
{
	enum delivery_state state;
	unsigned part, parts_delivered, tries;
	uint8_t rp_mr;
	bool answer_owed;
};

void delivery_view(struct delivery_view *out, struct delivery *d);

/* "queued", "held", "sending" ... */
const char *delivery_state_name(enum delivery_state state);

unsigned deliveries_pending(void);
unsigned deliveries_peak(void);
unsigned deliveries_held(void);
unsigned deliveries_max(void);

/* The delivery in a slot of the table, held; NULL: that slot is free. */
struct delivery *delivery_at(unsigned index);

#endif
