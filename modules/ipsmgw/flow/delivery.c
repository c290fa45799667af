/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Deliveries and their life: see delivery.h. Records of a fixed number and a free list; what varies in length is one block a
 * delivery.
 */
#include "delivery.h"

#include <string.h>
#include <sys/random.h>

#include "delivery_table.h"

struct deliveries *deliveries;

/* Entries of subscribers without a delivery, and of parts that are over, for each delivery that may be at work. They are dropped
 * before their time when there are more. */
#define IDLE_FACTOR 2
#define OVER_FACTOR 4
#define SPARE 1024

/* --- the table -------------------------------------------------------------------- */

static bool allocate(struct deliveries *t, const struct deliveries_options *o)
{
	t->subscribers = IDLE_FACTOR * o->max + SPARE;
	t->over_max = OVER_FACTOR * o->max + SPARE;
	for(t->buckets = SPARE; t->buckets < t->subscribers;)
		t->buckets *= 2;
	t->record = registry_alloc(o->max * sizeof(t->record[0]));
	t->subscriber = registry_alloc(t->subscribers * sizeof(t->subscriber[0]));
	t->over = registry_alloc(t->over_max * sizeof(t->over[0]));
	t->subscriber_bucket = registry_alloc(t->buckets * sizeof(uint32_t));
	t->token_bucket = registry_alloc(t->buckets * sizeof(uint32_t));
	t->who_bucket = registry_alloc(t->buckets * sizeof(uint32_t));
	return t->record && t->subscriber && t->over && t->subscriber_bucket
		   && t->token_bucket && t->who_bucket;
}

static void init_records(struct deliveries *t)
{
	unsigned i;

	memset(t->record, 0, t->options.max * sizeof(t->record[0]));
	for(i = 0; i < t->options.max; i++) {
		t->record[i].d.id.index = i;
		t->record[i].after = i + 1 < t->options.max ? i + 1 : NONE;
	}
	t->free = 0;
	for(i = 0; i < DELIVERY_TIMERS; i++)
		due_queue_init(&t->due[i], &t->record[0].due[i], sizeof(t->record[0]));
}

int deliveries_init(const struct deliveries_options *options)
{
	struct deliveries *t = registry_alloc(sizeof(*t));

	if(!t)
		return -1;
	memset(t, 0, sizeof(*t));
	deliveries = t;
	if(options->max == 0 || options->max > 1u << DELIVERY_INDEX_BITS
			|| options->host.len > DELIVERY_HOST_MAX || !allocate(t, options)
			|| getrandom(t->key, sizeof(t->key), 0) != sizeof(t->key)
			|| !registry_lock_init(&t->lock)) {
		deliveries_destroy();
		return -1;
	}
	t->options = *options;
	memcpy(t->host, options->host.s, options->host.len);
	t->options.host.s = t->host;
	t->reference = (uint16_t)deliveries_random();
	init_records(t);
	subscribers_init();
	overs_init();
	return 0;
}

void deliveries_destroy(void)
{
	struct deliveries *t = deliveries;
	unsigned i;

	if(!t)
		return;
	for(i = 0; t->record && i < t->options.max; i++) {
		registry_free(t->record[i].block);
		registry_free(t->record[i].path);
	}
	registry_free(t->record);
	registry_free(t->subscriber);
	registry_free(t->over);
	registry_free(t->subscriber_bucket);
	registry_free(t->token_bucket);
	registry_free(t->who_bucket);
	registry_free(t);
	deliveries = NULL;
}

uint64_t deliveries_random(void)
{
	uint64_t serial = ++deliveries->serial;

	return siphash(&deliveries->key[0], &serial, sizeof(serial));
}

struct record *record_find(struct delivery_id id)
{
	struct record *r =
			id.index < deliveries->options.max ? record_at(id.index) : NULL;

	if(!r || r->state == DELIVERY_FREE || id.generation == 0
			|| r->d.id.generation != id.generation)
		return NULL;
	return r;
}

uint16_t deliveries_reference(void)
{
	uint16_t reference;

	deliveries_lock();
	reference = ++deliveries->reference;
	deliveries_unlock();
	return reference;
}

/* --- making and holding --------------------------------------------------------------- */

/* The block begins with the context, for its alignment. */
static void fill(
		struct record *r, char *block, const struct delivery_origin *origin)
{
	struct delivery *d = &r->d;
	char *p = block;

	r->block = block;
	d->context = block;
	if(origin->context_len > 0)
		memcpy(block, origin->context, origin->context_len);
	p += origin->context_len;
	d->raw = copy_span(&p, origin->raw);
	*p++ = '\0'; /* the core's parser looks one octet further */
	d->to = copy_span(&p, origin->to);
	d->from = copy_span(&p, origin->from);
	d->rp_oa = copy_span(&p, origin->rp_oa);
	d->tpdus = (const uint8_t *)copy_span(
			&p, (struct span){(const char *)origin->tpdus, origin->tpdus_len})
					   .s;
	d->tpdus_len = origin->tpdus_len;
	r->tpdu = d->tpdus;
	for(r->part = 0; r->part < origin->parts_delivered; r->part++)
		r->tpdu += 1 + r->tpdu[0];
	r->parts_delivered = r->part;
	d->call_id = (struct span){"", 0};
	if(origin->call_id.len > 0)
		d->call_id =
				(struct span){d->raw.s + (origin->call_id.s - origin->raw.s),
						origin->call_id.len};
	d->arrival_ms = origin->now_ms;
	d->parts = origin->parts;
	d->hold = origin->hold;
	r->wait_until_ms = origin->now_ms + origin->wait_ms;
}

static enum delivery_made take_free(
		struct record **out, const struct delivery_origin *origin)
{
	struct subscriber *s;
	struct record *r;

	if(deliveries->free == NONE)
		return DELIVERY_TABLE_FULL;
	s = subscriber_have(origin->who);
	/* the only one of a subscriber does not wait */
	if(s->waiting >= deliveries->options.queue_max
			&& (s->waiting > 0 || s->current != NONE))
		return DELIVERY_QUEUE_FULL;
	r = record_at(deliveries->free);
	deliveries->free = r->after;
	if(++deliveries->pending > deliveries->peak)
		deliveries->peak = deliveries->pending;
	subscriber_join(r, s);
	s->waiting++;
	r->state = DELIVERY_NEW;
	r->references = 1;
	r->part = r->parts_delivered = 0;
	r->has_rp_mr = r->open = r->answer_owed = false;
	r->tries = r->attempt = 0;
	if(++r->d.id.generation == 0)
		r->d.id.generation = 1;
	*out = r;
	return DELIVERY_MADE;
}

enum delivery_made delivery_new(
		struct delivery **out, const struct delivery_origin *origin)
{
	struct record *r = NULL;
	enum delivery_made rc;
	char *block;

	block = registry_alloc(origin->context_len + origin->raw.len + 1
						   + origin->to.len + origin->from.len
						   + origin->rp_oa.len + origin->tpdus_len);
	if(!block)
		return DELIVERY_NO_MEMORY;
	deliveries_lock();
	rc = take_free(&r, origin);
	deliveries_unlock();
	if(rc != DELIVERY_MADE) {
		registry_free(block);
		return rc;
	}
	fill(r, block, origin);
	*out = &r->d;
	return DELIVERY_MADE;
}

void delivery_discard(struct delivery *d)
{
	delivery_end(d, d->arrival_ms);
	delivery_release(d);
}

struct delivery *delivery_hold(struct delivery_id id)
{
	struct record *r;

	deliveries_lock();
	r = record_find(id);
	if(r)
		r->references++;
	deliveries_unlock();
	return r ? &r->d : NULL;
}

void delivery_release(struct delivery *d)
{
	struct record *r = record_of(d);
	char *block = NULL, *path = NULL;

	if(!d)
		return;
	deliveries_lock();
	if(--r->references == 0 && r->state == DELIVERY_ENDED) {
		block = r->block;
		path = r->path;
		r->block = r->path = NULL;
		r->impu = r->scscf = (struct span){"", 0};
		r->state = DELIVERY_FREE;
		r->after = deliveries->free;
		deliveries->free = d->id.index;
	}
	deliveries_unlock();
	registry_free(block);
	registry_free(path);
}

void delivery_enqueue(struct delivery *d, bool held, bool answer_owed)
{
	struct record *r = record_of(d);

	deliveries_lock();
	r->order = ++deliveries->serial;
	subscriber_of(r)->waiting--; /* queue_enter() counts it again */
	queue_enter(r, held);
	r->answer_owed = answer_owed;
	if(answer_owed)
		record_timer_set(r, DELIVERY_TIMER_ANSWER,
				d->arrival_ms + deliveries->options.answer_ms);
	deliveries_unlock();
}

/* --- timers ------------------------------------------------------------------------------------ */

/* What a timer means to the record that it is set for. */
static void run_out(
		struct record *r, enum delivery_timer timer, uint64_t now_ms)
{
	switch(timer) {
		case DELIVERY_TIMER_REPORT:
			record_close(r, false, now_ms);
			r->state = DELIVERY_SETTLING;
			break;
		case DELIVERY_TIMER_RETRY:
			r->state = DELIVERY_SENDING;
			break;
		case DELIVERY_TIMER_QUEUE:
		case DELIVERY_TIMER_HOLD:
			queue_leave(r);
			r->wakes_seen = subscriber_of(r)->wakes;
			r->state = DELIVERY_SETTLING;
			break;
		case DELIVERY_TIMER_ANSWER:
		case DELIVERY_TIMER_TELL:
		case DELIVERY_TIMERS:
			break;
	}
}

void delivery_tell_at(struct delivery *d, uint64_t at_ms)
{
	deliveries_lock();
	record_timer_set(record_of(d), DELIVERY_TIMER_TELL, at_ms);
	deliveries_unlock();
}

struct delivery *delivery_due(enum delivery_timer timer, uint64_t now_ms)
{
	struct record *r = NULL;
	uint32_t index;

	deliveries_lock();
	index = due_queue_next(&deliveries->due[timer], now_ms);
	if(index != NONE) {
		r = record_at(index);
		r->references++;
		run_out(r, timer, now_ms);
	}
	deliveries_unlock();
	return r ? &r->d : NULL;
}

/* --- looking in ---------------------------------------------------------------------------------- */

void delivery_view(struct delivery_view *out, struct delivery *d)
{
	struct record *r = record_of(d);

	deliveries_lock();
	*out = (struct delivery_view){.state = r->state,
			.part = r->part,
			.parts_delivered = r->parts_delivered,
			.tries = r->tries,
			.rp_mr = r->rp_mr,
			.answer_owed = r->answer_owed};
	deliveries_unlock();
}

unsigned deliveries_pending(void)
{
	return deliveries->pending;
}

unsigned deliveries_peak(void)
{
	return deliveries->peak;
}

unsigned deliveries_held(void)
{
	return deliveries->held;
}

unsigned deliveries_max(void)
{
	return deliveries->options.max;
}

struct delivery *delivery_at(unsigned index)
{
	struct record *r = record_at(index);

	deliveries_lock();
	if(r->state != DELIVERY_FREE && r->state != DELIVERY_NEW
			&& r->state != DELIVERY_ENDED)
		r->references++;
	else
		r = NULL;
	deliveries_unlock();
	return r ? &r->d : NULL;
}

const char *delivery_state_name(enum delivery_state state)
{
	static const char *const names[] = {
			[DELIVERY_FREE] = "free",
			[DELIVERY_NEW] = "new",
			[DELIVERY_QUEUED] = "queued",
			[DELIVERY_HELD] = "held",
			[DELIVERY_SENDING] = "sending",
			[DELIVERY_ACCEPTED] = "accepted",
			[DELIVERY_WAITING] = "waiting",
			[DELIVERY_SETTLING] = "settling",
			[DELIVERY_ENDED] = "ended",
	};

	return names[state];
}
