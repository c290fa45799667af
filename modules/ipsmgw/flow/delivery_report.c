/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What a delivery report is about (sheet 1.6): a part on its way, or one that is over. See delivery.h and delivery_table.h.
 * Parts that are over stand in a ring in the order in which they ended.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "delivery_table.h"

/* --- parts that are over --------------------------------------------------------------- */

static uint32_t *token_bucket(uint64_t token)
{
	return &deliveries->token_bucket[token & (deliveries->buckets - 1)];
}

static uint32_t *who_bucket(struct subscriber_key who, uint8_t rp_mr)
{
	return &deliveries->who_bucket[(who.a + rp_mr) & (deliveries->buckets - 1)];
}

void overs_init(void)
{
	unsigned i;

	for(i = 0; i < deliveries->buckets; i++)
		deliveries->token_bucket[i] = deliveries->who_bucket[i] = NONE;
}

static void drop_oldest(void)
{
	uint32_t index = deliveries->over_first;
	struct over *o = &deliveries->over[index];
	uint32_t *at;

	for(at = token_bucket(o->token); *at != index;)
		at = &deliveries->over[*at].next_by_token;
	*at = o->next_by_token;
	for(at = who_bucket(o->who, o->rp_mr); *at != index;)
		at = &deliveries->over[*at].next_by_who;
	*at = o->next_by_who;
	deliveries->over_first = (index + 1) % deliveries->over_max;
	deliveries->over_count--;
}

void over_add(const struct record *r, bool reported, uint64_t now_ms)
{
	struct deliveries *t = deliveries;
	struct subscriber_key who = subscriber_of(r)->key;
	uint32_t index, *by_token, *by_who;

	if(t->over_count == t->over_max)
		drop_oldest();
	index = (t->over_first + t->over_count++) % t->over_max;
	by_token = token_bucket(r->token);
	by_who = who_bucket(who, r->rp_mr);
	t->over[index] = (struct over){.token = r->token,
			.who = who,
			.until_ms = now_ms + t->options.late_ms,
			.id = r->d.id,
			.part = r->part,
			.rp_mr = r->rp_mr,
			.reported = reported,
			.next_by_token = *by_token,
			.next_by_who = *by_who};
	*by_token = *by_who = index;
}

void overs_forget(uint64_t now_ms, unsigned max)
{
	for(; max > 0 && deliveries->over_count > 0
			&& deliveries->over[deliveries->over_first].until_ms <= now_ms;
			max--)
		drop_oldest();
}

static struct over *over_by_token(
		uint64_t token, struct delivery_id id, unsigned part)
{
	uint32_t i;

	for(i = *token_bucket(token); i != NONE;
			i = deliveries->over[i].next_by_token) {
		struct over *o = &deliveries->over[i];

		if(o->token == token && o->id.index == id.index
				&& o->id.generation == id.generation && o->part == part)
			return o;
	}
	return NULL;
}

/* The newest of that subscriber and reference. */
static struct over *over_by_who(struct subscriber_key who, uint8_t rp_mr)
{
	uint32_t i;

	for(i = *who_bucket(who, rp_mr); i != NONE;
			i = deliveries->over[i].next_by_who) {
		struct over *o = &deliveries->over[i];

		if(o->who.a == who.a && o->who.b == who.b && o->rp_mr == rp_mr)
			return o;
	}
	return NULL;
}

bool over_is_awaited(struct subscriber_key who, uint8_t rp_mr)
{
	const struct over *o = over_by_who(who, rp_mr);

	return o && !o->reported;
}

/* --- Call-IDs ---------------------------------------------------------------------------- */

/* The random part, the delivery's index and generation, the part: found again without an index of Call-IDs. */
size_t call_id_print(char out[DELIVERY_CALL_ID_MAX], uint64_t token,
		struct delivery_id id, unsigned part)
{
	return (size_t)snprintf(out, DELIVERY_CALL_ID_MAX, "%016llx-%x.%x.%x@%.*s",
			(unsigned long long)token, id.index, id.generation, part,
			(int)deliveries->options.host.len, deliveries->options.host.s);
}

/* A hexadecimal number that ends with that character; *rest moves behind it. */
static int read_hex(uint64_t *out, struct span *rest, char end)
{
	size_t n = span_find(*rest, end), i;

	if(n == 0 || n > 16 || n == rest->len)
		return -1;
	*out = 0;
	for(i = 0; i < n; i++) {
		const char *digit = memchr("0123456789abcdef", rest->s[i], 16);

		if(!digit)
			return -1;
		*out = *out << 4 | (uint64_t)(digit - "0123456789abcdef");
	}
	*rest = span_skip(*rest, n + 1);
	return 0;
}

static int call_id_read(uint64_t *token, struct delivery_id *id, unsigned *part,
		struct span call_id)
{
	char again[DELIVERY_CALL_ID_MAX];
	uint64_t index, generation, number;
	struct span rest = call_id;
	size_t len;

	if(read_hex(token, &rest, '-') < 0 || read_hex(&index, &rest, '.') < 0
			|| read_hex(&generation, &rest, '.') < 0
			|| read_hex(&number, &rest, '@') < 0 || index > UINT32_MAX
			|| generation > UINT32_MAX || number > DELIVERY_PARTS_MAX)
		return -1;
	*id = (struct delivery_id){(uint32_t)index, (uint32_t)generation};
	*part = (unsigned)number;
	len = call_id_print(again, *token, *id, *part);
	return len == call_id.len && memcmp(again, call_id.s, len) == 0 ? 0 : -1;
}

/* --- matching ------------------------------------------------------------------------------ */

static void note(
		struct delivery_matched *out, struct delivery_id id, unsigned part)
{
	out->id = id;
	out->part = part;
	out->call_id_len = 0;
	out->unanswered.set = false;
	out->delivery = NULL;
	out->verdict = DELIVERY_NOTHING;
}

static enum delivery_match take_report(struct delivery_matched *out,
		struct record *r, bool acked, uint64_t now_ms)
{
	note(out, r->d.id, r->part);
	if(r->open && r->state == DELIVERY_SENDING)
		out->unanswered = r->request;
	out->verdict = record_reported(r, acked, now_ms);
	out->delivery = &r->d;
	r->references++;
	return DELIVERY_MATCH;
}

/* The part may be tried again by now: then this is its report, too. */
static enum delivery_match take_late(struct delivery_matched *out,
		struct over *o, bool acked, uint64_t now_ms)
{
	struct record *r = record_find(o->id);
	bool first = !o->reported;

	o->reported = true;
	if(first && r && r->part == o->part
			&& (r->state == DELIVERY_WAITING || r->state == DELIVERY_SENDING
					|| r->state == DELIVERY_ACCEPTED))
		return take_report(out, r, acked, now_ms);
	note(out, o->id, o->part);
	out->call_id_len = call_id_print(out->call_id, o->token, o->id, o->part);
	return first ? DELIVERY_MATCH_LATE : DELIVERY_MATCH_REPEATED;
}

enum delivery_match delivery_report_to(struct delivery_matched *out,
		struct span call_id, bool acked, uint64_t now_ms)
{
	enum delivery_match match = DELIVERY_MATCH_NONE;
	struct delivery_id id;
	struct record *r;
	struct over *o;
	uint64_t token;
	unsigned part;

	if(call_id_read(&token, &id, &part, call_id) < 0)
		return match;
	deliveries_lock();
	r = record_find(id);
	if(r && r->open && r->token == token && r->part == part)
		match = take_report(out, r, acked, now_ms);
	else if((o = over_by_token(token, id, part)) != NULL)
		match = take_late(out, o, acked, now_ms);
	deliveries_unlock();
	return match;
}

enum delivery_match delivery_report_by(struct delivery_matched *out,
		struct subscriber_key who, uint8_t rp_mr, bool acked, uint64_t now_ms)
{
	enum delivery_match match = DELIVERY_MATCH_NONE;
	struct subscriber *s;
	struct record *r;
	struct over *o;

	deliveries_lock();
	s = subscriber_find(who);
	r = s && s->current != NONE ? record_at(s->current) : NULL;
	if(r && r->open && r->rp_mr == rp_mr)
		match = take_report(out, r, acked, now_ms);
	else if((o = over_by_who(who, rp_mr)) != NULL)
		match = take_late(out, o, acked, now_ms);
	deliveries_unlock();
	return match;
}
