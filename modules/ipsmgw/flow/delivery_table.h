/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The inside of the table of deliveries, shared by delivery.c (life), delivery_send.c (in flight), delivery_queue.c (subscribers and their
 * queues) and delivery_report.c (parts that are over, and what a report is about). Nobody else includes it. All functions are
 * called with the lock held.
 */
#ifndef IPSMGW_FLOW_DELIVERY_TABLE_H
#define IPSMGW_FLOW_DELIVERY_TABLE_H

#include "../registry/platform.h"
#include "../registry/siphash.h"
#include "delivery.h"
#include "due_queue.h"

#define NONE DUE_NONE
#define ATTEMPT_MASK 0xfffu

/* Deliveries in the order in which they came. */
struct delivery_list
{
	uint32_t first, last;
};

struct record
{
	struct delivery d; /* first: what the flow sees */
	enum delivery_state state;
	unsigned references;
	char *block;			 /* texts, TPDUs, context */
	char *path;				 /* a block of its own: IMPU and S-CSCF */
	struct span impu, scscf; /* in path */
	const uint8_t *tpdu;	 /* of the current part: its length octet */

	uint32_t subscriber;
	uint64_t order;			/* among those of the subscriber */
	uint32_t before, after; /* in a list; after: in the free list, too */
	uint64_t wakes_seen;	/* the subscriber's, when its attempt began */
	uint64_t wait_until_ms;

	uint8_t part, parts_delivered, rp_mr;
	bool has_rp_mr;					 /* of the current part */
	unsigned tries;					 /* sendings of the current part */
	unsigned attempt;				 /* the last sending */
	bool open;						 /* that one waits for its report */
	struct delivery_request request; /* of that one, when it is known */
	uint64_t token;					 /* the random part of its Call-ID */
	bool answer_owed;

	struct due_link due[DELIVERY_TIMERS];
};

struct subscriber
{
	struct subscriber_key key;
	uint8_t rp_mr; /* the last one given */
	unsigned deliveries;
	unsigned waiting; /* of these, new, queued or held */
	uint32_t current; /* the one in flight, or NONE */
	uint64_t wakes;
	struct delivery_list queue, held;
	uint32_t next; /* in the bucket, or in the free list */
	struct due_link idle;
};

/* A sending of a part that is over: its report may still come, or come again. */
struct over
{
	uint64_t token;
	struct subscriber_key who;
	uint64_t until_ms;
	struct delivery_id id;
	uint8_t part, rp_mr;
	bool reported;
	uint32_t next_by_token, next_by_who; /* in the buckets */
};

struct deliveries
{
	registry_lock_t lock;
	struct deliveries_options options;
	char host[DELIVERY_HOST_MAX];
	struct siphash_key key[2];
	uint64_t serial;	/* of random numbers, of orders */
	uint16_t reference; /* of parts */
	unsigned pending, peak, held;
	uint32_t free;
	struct due_queue due[DELIVERY_TIMERS];
	struct record *record;

	unsigned subscribers;
	uint32_t free_subscriber;
	struct due_queue idle;
	struct subscriber *subscriber;

	unsigned over_max, over_first, over_count; /* a ring, oldest first */
	struct over *over;

	unsigned buckets; /* a power of two */
	uint32_t *subscriber_bucket, *token_bucket, *who_bucket;
};

extern struct deliveries *deliveries;

static inline struct record *record_at(uint32_t index)
{
	return &deliveries->record[index];
}

static inline struct record *record_of(struct delivery *d)
{
	return (struct record *)d;
}

static inline void deliveries_lock(void)
{
	registry_lock(&deliveries->lock);
}

static inline void deliveries_unlock(void)
{
	registry_unlock(&deliveries->lock);
}

static inline void record_timer_set(
		struct record *r, enum delivery_timer timer, uint64_t due_ms)
{
	due_queue_set(&deliveries->due[timer], r->d.id.index, due_ms);
}

static inline void record_timer_clear(
		struct record *r, enum delivery_timer timer)
{
	due_queue_clear(&deliveries->due[timer], r->d.id.index);
}

/* Copy a text to *p, which moves behind it. */
static inline struct span copy_span(char **p, struct span from)
{
	struct span to = {*p, from.len};

	if(from.len > 0)
		memcpy(*p, from.s, from.len);
	*p += from.len;
	return to;
}

/* Random to who does not know the key. */
uint64_t deliveries_random(void);

/* --- delivery.c, delivery_send.c ---------------------------------------------------------------- */

/* The live record of an id, or NULL. */
struct record *record_find(struct delivery_id id);

/* The sending in flight is over. */
void record_close(struct record *r, bool reported, uint64_t now_ms);

/* Its part has its report. */
enum delivery_verdict record_reported(
		struct record *r, bool acked, uint64_t now_ms);

/* --- delivery_queue.c ------------------------------------------------------------ */

void subscribers_init(void);

/* NULL: he has no entry. */
struct subscriber *subscriber_find(struct subscriber_key key);

/* Found or made. There is always room: more entries than deliveries, and idle ones go. */
struct subscriber *subscriber_have(struct subscriber_key key);

static inline struct subscriber *subscriber_of(const struct record *r)
{
	return &deliveries->subscriber[r->subscriber];
}

/* One delivery more. */
void subscriber_join(struct record *r, struct subscriber *s);

/* One delivery less; the entry stays for a while. */
void subscriber_leave(struct record *r, uint64_t now_ms);

/* The next RP-MR, none that a report may still come for if there is another. */
uint8_t subscriber_next_rp_mr(struct subscriber *s);

/* Into the queue or among those held, with the timer of its wait; out of both. */
void queue_enter(struct record *r, bool held);
void queue_leave(struct record *r);

/* --- delivery_report.c ------------------------------------------------------------ */

void overs_init(void);
void over_add(const struct record *r, bool reported, uint64_t now_ms);
bool over_is_awaited(struct subscriber_key who, uint8_t rp_mr);
void overs_forget(uint64_t now_ms, unsigned max);

/* Returns its length. */
size_t call_id_print(char out[DELIVERY_CALL_ID_MAX], uint64_t token,
		struct delivery_id id, unsigned part);

#endif
