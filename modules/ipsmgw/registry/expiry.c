/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Expiry of a shard's records: see expiry.h.
 */
#include "expiry.h"

#define ROOM_MIN 8

bool expiry_reserve(struct shard *s)
{
	unsigned room = s->room ? s->room + s->room / 2 : ROOM_MIN;
	struct expiry_entry *entries;

	if(s->records < s->room)
		return true;
	entries = table_alloc(room * sizeof(*entries));
	if(!entries)
		return false;
	if(s->records > 0)
		memcpy(entries, s->expiry, s->records * sizeof(*entries));
	table_free(s->expiry, s->room * sizeof(*entries));
	s->expiry = entries;
	s->room = room;
	return true;
}

static void place(struct shard *s, unsigned at, struct expiry_entry entry)
{
	s->expiry[at] = entry;
	entry.record->expiry_at = at;
}

static void publish(struct shard *s)
{
	int64_t earliest = s->records > 0 ? s->expiry[0].at : INT64_MAX;

	__atomic_store_n(&s->earliest, earliest, __ATOMIC_RELAXED);
}

/* Put the entry at or above that place. */
static unsigned rise(struct shard *s, unsigned at, struct expiry_entry entry)
{
	while(at > 0 && entry.at < s->expiry[(at - 1) / 2].at) {
		place(s, at, s->expiry[(at - 1) / 2]);
		at = (at - 1) / 2;
	}
	place(s, at, entry);
	return at;
}

/* Put the entry at or below that place. */
static void sink(struct shard *s, unsigned at, struct expiry_entry entry)
{
	unsigned child;

	while((child = 2 * at + 1) < s->records) {
		if(child + 1 < s->records
				&& s->expiry[child + 1].at < s->expiry[child].at)
			child++;
		if(entry.at <= s->expiry[child].at)
			break;
		place(s, at, s->expiry[child]);
		at = child;
	}
	place(s, at, entry);
}

void expiry_add(struct shard *s, struct record *record)
{
	rise(s, s->records++, (struct expiry_entry){record->expires_at, record});
	publish(s);
}

static void settle(struct shard *s, unsigned at, struct expiry_entry entry)
{
	if(rise(s, at, entry) == at)
		sink(s, at, entry);
	publish(s);
}

void expiry_move(struct shard *s, struct record *record)
{
	if(s->expiry[record->expiry_at].at != record->expires_at)
		settle(s, record->expiry_at,
				(struct expiry_entry){record->expires_at, record});
}

void expiry_replace(
		struct shard *s, const struct record *old, struct record *record)
{
	record->expiry_at = old->expiry_at;
	s->expiry[record->expiry_at].record = record;
	expiry_move(s, record);
}

void expiry_remove(struct shard *s, const struct record *record)
{
	unsigned at = record->expiry_at;
	struct expiry_entry last = s->expiry[--s->records];

	if(last.record == record)
		publish(s);
	else
		settle(s, at, last);
}
