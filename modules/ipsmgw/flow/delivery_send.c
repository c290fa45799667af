/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A delivery in flight: its parts, what comes back, and what is decided about it. See delivery.h and delivery_table.h.
 */
#include <string.h>

#include "delivery_table.h"

/* --- sending ---------------------------------------------------------------------------- */

struct delivery *delivery_next(struct subscriber_key who)
{
	struct subscriber *s;
	struct record *r = NULL;

	deliveries_lock();
	s = subscriber_find(who);
	if(s && s->current == NONE && s->queue.first != NONE) {
		r = record_at(s->queue.first);
		queue_leave(r);
		s->current = r->d.id.index;
		r->state = DELIVERY_SENDING;
		r->wakes_seen = s->wakes;
		r->references++;
	}
	deliveries_unlock();
	return r ? &r->d : NULL;
}

struct subscriber_key delivery_subscriber(struct delivery *d)
{
	struct subscriber_key key;

	deliveries_lock();
	key = subscriber_of(record_of(d))->key;
	deliveries_unlock();
	return key;
}

int delivery_set_path(struct delivery *d, struct span impu, struct span scscf)
{
	struct record *r = record_of(d);
	char *path = registry_alloc(impu.len + scscf.len + 1), *old, *p = path;

	if(!path)
		return -1;
	deliveries_lock();
	old = r->path;
	r->path = path;
	r->impu = copy_span(&p, impu);
	r->scscf = copy_span(&p, scscf);
	deliveries_unlock();
	registry_free(old);
	return 0;
}

struct span delivery_impu(struct delivery *d)
{
	return record_of(d)->impu;
}

struct span delivery_scscf(struct delivery *d)
{
	return record_of(d)->scscf;
}

void delivery_copy_impu(char *out, size_t cap, struct delivery *d)
{
	struct record *r = record_of(d);
	size_t len;

	deliveries_lock();
	len = r->impu.len < cap ? r->impu.len : cap - 1;
	if(len > 0)
		memcpy(out, r->impu.s, len);
	out[len] = '\0';
	deliveries_unlock();
}

bool delivery_part_begin(
		struct delivery_part *out, struct delivery *d, uint64_t now_ms)
{
	struct record *r = record_of(d);
	bool goes;

	deliveries_lock();
	goes = r->state == DELIVERY_SENDING && !r->open;
	if(goes) {
		if(!r->has_rp_mr)
			r->rp_mr = subscriber_next_rp_mr(subscriber_of(r));
		r->has_rp_mr = true;
		r->open = true;
		r->request.set = false;
		r->token = deliveries_random();
		r->attempt = (r->attempt + 1) & ATTEMPT_MASK;
		r->tries++;
		record_timer_set(r, DELIVERY_TIMER_REPORT,
				now_ms + deliveries->options.report_ms);
		out->number = r->part;
		out->attempt = r->attempt;
		out->tries = r->tries;
		out->rp_mr = r->rp_mr;
		out->tpdu_len = r->tpdu[0];
		out->tpdu = r->tpdu + 1;
		out->call_id_len =
				call_id_print(out->call_id, r->token, d->id, r->part);
	}
	deliveries_unlock();
	return goes;
}

bool delivery_part_sent(
		struct delivery *d, unsigned attempt, struct delivery_request request)
{
	struct record *r = record_of(d);
	bool awaited;

	deliveries_lock();
	awaited = r->open && r->attempt == attempt;
	if(awaited)
		r->request = request;
	deliveries_unlock();
	return awaited;
}

size_t delivery_copy_call_id(char out[DELIVERY_CALL_ID_MAX], struct delivery *d)
{
	struct record *r = record_of(d);
	size_t len = 0;

	deliveries_lock();
	if(r->open)
		len = call_id_print(out, r->token, d->id, r->part);
	deliveries_unlock();
	return len;
}

/* --- what comes back ---------------------------------------------------------------------- */

void record_close(struct record *r, bool reported, uint64_t now_ms)
{
	if(r->open)
		over_add(r, reported, now_ms);
	r->open = false;
	record_timer_clear(r, DELIVERY_TIMER_REPORT);
	record_timer_clear(r, DELIVERY_TIMER_RETRY);
}

enum delivery_verdict record_reported(
		struct record *r, bool acked, uint64_t now_ms)
{
	record_close(r, true, now_ms);
	if(!acked) {
		r->state = DELIVERY_SETTLING;
		return DELIVERY_FAILED;
	}
	r->parts_delivered++;
	if(r->parts_delivered == r->d.parts) {
		r->state = DELIVERY_SETTLING;
		return DELIVERY_COMPLETE;
	}
	r->part++;
	r->tpdu += 1 + r->tpdu[0];
	r->has_rp_mr = false;
	r->tries = 0;
	r->state = DELIVERY_SENDING;
	return DELIVERY_NEXT_PART;
}

enum delivery_verdict delivery_answered(
		struct delivery *d, unsigned attempt, bool accepted, uint64_t now_ms)
{
	struct record *r = record_of(d);
	enum delivery_verdict verdict = DELIVERY_NOTHING;

	deliveries_lock();
	if(r->state == DELIVERY_SENDING && r->open && r->attempt == attempt) {
		if(accepted) {
			r->state = DELIVERY_ACCEPTED;
			verdict = DELIVERY_GOES_ON;
		} else {
			record_close(r, false, now_ms);
			r->state = DELIVERY_SETTLING;
			verdict = DELIVERY_FAILED;
		}
	}
	deliveries_unlock();
	return verdict;
}

/* --- what the caller decides ----------------------------------------------------------------- */

void delivery_retry(struct delivery *d, uint64_t at_ms)
{
	struct record *r = record_of(d);

	deliveries_lock();
	r->state = at_ms > 0 ? DELIVERY_WAITING : DELIVERY_SENDING;
	if(at_ms > 0)
		record_timer_set(r, DELIVERY_TIMER_RETRY, at_ms);
	deliveries_unlock();
}

bool delivery_hold_back(struct delivery *d)
{
	struct record *r = record_of(d);
	struct subscriber *s;
	bool held;

	deliveries_lock();
	s = subscriber_of(r);
	held = s->wakes == r->wakes_seen;
	if(s->current == d->id.index)
		s->current = NONE;
	r->has_rp_mr = false;
	r->tries = 0;
	queue_enter(r, held);
	deliveries_unlock();
	return held;
}

void delivery_end(struct delivery *d, uint64_t now_ms)
{
	struct record *r = record_of(d);
	struct subscriber *s;
	int timer;

	deliveries_lock();
	s = subscriber_of(r);
	if(s->current == d->id.index)
		s->current = NONE;
	if(r->state == DELIVERY_NEW)
		s->waiting--;
	for(timer = 0; timer < DELIVERY_TIMERS; timer++)
		record_timer_clear(r, timer);
	r->state = DELIVERY_ENDED;
	deliveries->pending--;
	subscriber_leave(r, now_ms);
	deliveries_unlock();
}

struct delivery *delivery_drain(struct subscriber_key who)
{
	struct subscriber *s;
	struct record *r = NULL;

	deliveries_lock();
	s = subscriber_find(who);
	if(s && s->queue.first != NONE) {
		r = record_at(s->queue.first);
		queue_leave(r);
		r->state = DELIVERY_SETTLING;
		r->wakes_seen = s->current != NONE ? record_at(s->current)->wakes_seen
										   : s->wakes;
		r->references++;
	}
	deliveries_unlock();
	return r ? &r->d : NULL;
}

bool delivery_cancel(struct delivery *d, uint64_t now_ms)
{
	struct record *r = record_of(d);
	bool ours = true;

	deliveries_lock();
	switch(r->state) {
		case DELIVERY_QUEUED:
		case DELIVERY_HELD:
			queue_leave(r);
			break;
		case DELIVERY_SENDING:
		case DELIVERY_ACCEPTED:
		case DELIVERY_WAITING:
			record_close(r, false, now_ms);
			break;
		default:
			ours = false;
	}
	if(ours)
		r->state = DELIVERY_SETTLING;
	deliveries_unlock();
	return ours;
}

bool delivery_take_waiting(struct delivery *d, enum delivery_state state)
{
	struct record *r = record_of(d);
	bool ours;

	deliveries_lock();
	ours = r->state == state
		   && (state == DELIVERY_QUEUED || state == DELIVERY_HELD);
	if(ours) {
		queue_leave(r);
		r->wakes_seen = subscriber_of(r)->wakes;
		r->state = DELIVERY_SETTLING;
	}
	deliveries_unlock();
	return ours;
}

bool delivery_claim_answer(struct delivery *d)
{
	struct record *r = record_of(d);
	bool owed;

	deliveries_lock();
	owed = r->answer_owed;
	r->answer_owed = false;
	record_timer_clear(r, DELIVERY_TIMER_ANSWER);
	deliveries_unlock();
	return owed;
}
