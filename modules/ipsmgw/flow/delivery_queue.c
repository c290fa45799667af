/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Subscribers with deliveries, and their queues: see delivery_table.h. An entry holds the key alone, no identity; it stays for
 * a while after its last delivery, for the sake of its RP-Message-Reference.
 */
#include <string.h>

#include "../ims/identity.h"
#include "delivery_table.h"

#define LINGER_MS 150000
#define FORGET_A_TICK 1000

/* --- keys --------------------------------------------------------------------------- */

static struct subscriber_key key_of_text(const char *text, size_t len)
{
	return (struct subscriber_key){siphash(&deliveries->key[0], text, len),
			siphash(&deliveries->key[1], text, len)};
}

struct subscriber_key subscriber_key_of(struct span identity)
{
	char text[1024];
	struct identity_uri uri;
	size_t len = 0;

	if(identity_uri_parse(&uri, identity) == 0)
		len = identity_canonical(text, sizeof(text), &uri);
	return len > 0 ? key_of_text(text, len)
				   : key_of_text(identity.s, identity.len);
}

/* --- entries -------------------------------------------------------------------------- */

static uint32_t index_of(const struct subscriber *s)
{
	return (uint32_t)(s - deliveries->subscriber);
}

static uint32_t *bucket_of(struct subscriber_key key)
{
	return &deliveries->subscriber_bucket[key.a & (deliveries->buckets - 1)];
}

void subscribers_init(void)
{
	struct deliveries *t = deliveries;
	unsigned i;

	memset(t->subscriber, 0, t->subscribers * sizeof(t->subscriber[0]));
	for(i = 0; i < t->subscribers; i++)
		t->subscriber[i].next = i + 1 < t->subscribers ? i + 1 : NONE;
	t->free_subscriber = 0;
	for(i = 0; i < t->buckets; i++)
		t->subscriber_bucket[i] = NONE;
	due_queue_init(&t->idle, &t->subscriber[0].idle, sizeof(t->subscriber[0]));
}

struct subscriber *subscriber_find(struct subscriber_key key)
{
	uint32_t i;

	for(i = *bucket_of(key); i != NONE; i = deliveries->subscriber[i].next) {
		struct subscriber *s = &deliveries->subscriber[i];

		if(s->key.a == key.a && s->key.b == key.b)
			return s;
	}
	return NULL;
}

static void forget(uint32_t index)
{
	struct subscriber *s = &deliveries->subscriber[index];
	uint32_t *at = bucket_of(s->key);

	while(*at != index)
		at = &deliveries->subscriber[*at].next;
	*at = s->next;
	s->next = deliveries->free_subscriber;
	deliveries->free_subscriber = index;
}

struct subscriber *subscriber_have(struct subscriber_key key)
{
	struct subscriber *s = subscriber_find(key);
	uint32_t *bucket = bucket_of(key);

	if(s)
		return s;
	if(deliveries->free_subscriber == NONE)
		forget(due_queue_next(&deliveries->idle, UINT64_MAX));
	s = &deliveries->subscriber[deliveries->free_subscriber];
	deliveries->free_subscriber = s->next;
	*s = (struct subscriber){.key = key,
			.rp_mr = (uint8_t)deliveries_random(),
			.current = NONE,
			.queue = {NONE, NONE},
			.held = {NONE, NONE},
			.next = *bucket};
	*bucket = index_of(s);
	/* somebody may ask and go away without a delivery */
	due_queue_set(&deliveries->idle, index_of(s), 0);
	return s;
}

void subscriber_join(struct record *r, struct subscriber *s)
{
	due_queue_clear(&deliveries->idle, index_of(s));
	s->deliveries++;
	r->subscriber = index_of(s);
}

void subscriber_leave(struct record *r, uint64_t now_ms)
{
	struct subscriber *s = subscriber_of(r);

	if(--s->deliveries == 0)
		due_queue_set(&deliveries->idle, r->subscriber, now_ms + LINGER_MS);
}

uint8_t subscriber_next_rp_mr(struct subscriber *s)
{
	unsigned tries;

	for(tries = 0; tries < 256; tries++)
		if(!over_is_awaited(s->key, ++s->rp_mr))
			return s->rp_mr;
	return ++s->rp_mr;
}

void deliveries_forget(uint64_t now_ms)
{
	uint32_t index;
	unsigned i;

	deliveries_lock();
	overs_forget(now_ms, FORGET_A_TICK);
	for(i = 0; i < FORGET_A_TICK; i++) {
		index = due_queue_next(&deliveries->idle, now_ms);
		if(index == NONE)
			break;
		forget(index);
	}
	deliveries_unlock();
}

/* --- queues ------------------------------------------------------------------------------ */

/* Most come in their order: the place is sought from the end. */
static void list_insert(struct delivery_list *list, struct record *r)
{
	uint32_t index = r->d.id.index;

	r->before = list->last;
	while(r->before != NONE && record_at(r->before)->order > r->order)
		r->before = record_at(r->before)->before;
	if(r->before == NONE) {
		r->after = list->first;
		list->first = index;
	} else {
		r->after = record_at(r->before)->after;
		record_at(r->before)->after = index;
	}
	if(r->after == NONE)
		list->last = index;
	else
		record_at(r->after)->before = index;
}

static void list_remove(struct delivery_list *list, struct record *r)
{
	if(r->before == NONE)
		list->first = r->after;
	else
		record_at(r->before)->after = r->after;
	if(r->after == NONE)
		list->last = r->before;
	else
		record_at(r->after)->before = r->before;
}

void queue_enter(struct record *r, bool held)
{
	struct subscriber *s = subscriber_of(r);
	enum delivery_timer timer =
			r->d.hold ? DELIVERY_TIMER_HOLD : DELIVERY_TIMER_QUEUE;

	r->state = held ? DELIVERY_HELD : DELIVERY_QUEUED;
	list_insert(held ? &s->held : &s->queue, r);
	s->waiting++;
	if(held)
		deliveries->held++;
	due_queue_set(&deliveries->due[timer], r->d.id.index, r->wait_until_ms);
}

void queue_leave(struct record *r)
{
	struct subscriber *s = subscriber_of(r);
	bool held = r->state == DELIVERY_HELD;

	list_remove(held ? &s->held : &s->queue, r);
	s->waiting--;
	if(held)
		deliveries->held--;
	due_queue_clear(&deliveries->due[DELIVERY_TIMER_HOLD], r->d.id.index);
	due_queue_clear(&deliveries->due[DELIVERY_TIMER_QUEUE], r->d.id.index);
}

static unsigned move_all(struct delivery_list *from, struct subscriber *to)
{
	unsigned n = 0;

	for(; from->first != NONE; n++) {
		struct record *r = record_at(from->first);

		queue_leave(r);
		if(subscriber_of(r) != to) {
			/* no time to live is added: he has another entry now */
			subscriber_leave(r, 0);
			subscriber_join(r, to);
		}
		queue_enter(r, false);
	}
	return n;
}

unsigned delivery_wake(const struct subscriber_key *keys, unsigned n)
{
	struct subscriber *to = NULL, *from;
	unsigned i, woken = 0;

	if(deliveries->pending == 0)
		return 0;
	deliveries_lock();
	for(i = 0; i < n; i++) {
		from = subscriber_find(keys[i]);
		if(!from || from->deliveries == 0)
			continue;
		if(!to)
			to = subscriber_have(keys[0]);
		to->wakes += i == 0;
		woken += move_all(&from->held, to);
		if(from != to)
			move_all(&from->queue, to);
	}
	deliveries_unlock();
	return woken;
}
