/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Memory of requests to us: see duplicates.h. A ring, so that the oldest one makes room, with a hash table over it.
 */
#include "duplicates.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum entry_state
{
	ENTRY_EMPTY,
	ENTRY_IN_WORK,
	ENTRY_ANSWERED
};

struct entry
{
	struct duplicate_key key;
	enum entry_state state;
	uint32_t next; /* of its bucket: place + 1; 0: last */
	unsigned waiting;
	void *waits[DUPLICATES_WAITING];
	struct diameter_answer *answer; /* of ANSWERED */
	uint64_t answered_ms;
};

struct duplicates
{
	pthread_mutex_t lock;
	unsigned max;
	uint64_t lifetime_ms;
	unsigned oldest; /* the place that is used next */
	uint32_t *bucket;
	struct entry *entry;
};

/* FNV-1a */
static uint32_t *bucket_of(
		const struct duplicates *d, const struct duplicate_key *key)
{
	uint64_t hash = 14695981039346656037u ^ key->end_to_end;

	for(const char *c = key->host; *c; c++)
		hash = (hash ^ (uint8_t)*c) * 1099511628211u;
	hash = (hash ^ key->command) * 1099511628211u;
	return &d->bucket[(hash ^ hash >> 32) % d->max];
}

static bool is_same(
		const struct duplicate_key *a, const struct duplicate_key *b)
{
	return a->end_to_end == b->end_to_end && a->command == b->command
		   && strcmp(a->host, b->host) == 0;
}

static struct entry *find(
		const struct duplicates *d, const struct duplicate_key *key)
{
	uint32_t at = *bucket_of(d, key);

	while(at && !is_same(&d->entry[at - 1].key, key))
		at = d->entry[at - 1].next;
	return at ? &d->entry[at - 1] : NULL;
}

static void forget(struct duplicates *d, struct entry *e)
{
	uint32_t *at = bucket_of(d, &e->key);
	uint32_t place = (uint32_t)(e - d->entry) + 1;

	while(*at && *at != place)
		at = &d->entry[*at - 1].next;
	if(*at)
		*at = e->next;
	free(e->answer);
	memset(e, 0, sizeof(*e));
}

/* The oldest place; when its request is still in work there is no room, and the new one is not remembered. */
static void remember(struct duplicates *d, const struct duplicate_key *key)
{
	struct entry *e = &d->entry[d->oldest];
	uint32_t *bucket = bucket_of(d, key);

	if(e->state == ENTRY_IN_WORK)
		return;
	if(e->state == ENTRY_ANSWERED)
		forget(d, e);
	e->key = *key;
	e->state = ENTRY_IN_WORK;
	e->next = *bucket;
	*bucket = d->oldest + 1;
	d->oldest = (d->oldest + 1) % d->max;
}

static enum duplicate see(struct duplicates *d, struct diameter_answer *answer,
		const struct duplicate_key *key, void *message, uint64_t now_ms)
{
	struct entry *e = find(d, key);

	if(e && e->state == ENTRY_ANSWERED
			&& now_ms >= e->answered_ms + d->lifetime_ms) {
		forget(d, e);
		e = NULL;
	}
	if(!e) {
		remember(d, key);
		return DUPLICATE_NEW;
	}
	if(e->state == ENTRY_ANSWERED) {
		*answer = *e->answer;
		return DUPLICATE_ANSWERED;
	}
	if(e->waiting == DUPLICATES_WAITING)
		return DUPLICATE_TOO_MANY;
	e->waits[e->waiting++] = message;
	return DUPLICATE_WAITS;
}

enum duplicate duplicates_see(struct duplicates *d,
		struct diameter_answer *answer, const struct duplicate_key *key,
		void *message, uint64_t now_ms)
{
	enum duplicate verdict;

	pthread_mutex_lock(&d->lock);
	verdict = see(d, answer, key, message, now_ms);
	pthread_mutex_unlock(&d->lock);
	return verdict;
}

unsigned duplicates_settle(void *waited[DUPLICATES_WAITING],
		struct duplicates *d, const struct duplicate_key *key,
		const struct diameter_answer *answer, bool keep, uint64_t now_ms)
{
	struct entry *e;
	unsigned count = 0;

	pthread_mutex_lock(&d->lock);
	e = find(d, key);
	if(e && e->state == ENTRY_IN_WORK) {
		count = e->waiting;
		memcpy(waited, e->waits, sizeof(e->waits));
		e->waiting = 0;
		e->answer = keep ? malloc(sizeof(*e->answer)) : NULL;
		if(e->answer) {
			*e->answer = *answer;
			e->answered_ms = now_ms;
			e->state = ENTRY_ANSWERED;
		} else {
			forget(d, e);
		}
	}
	pthread_mutex_unlock(&d->lock);
	return count;
}

struct duplicates *duplicates_new(unsigned max, unsigned seconds)
{
	struct duplicates *d = calloc(1, sizeof(*d));

	if(!d)
		return NULL;
	d->max = max ? max : 1;
	d->lifetime_ms = (uint64_t)seconds * 1000;
	d->bucket = calloc(d->max, sizeof(*d->bucket));
	d->entry = calloc(d->max, sizeof(*d->entry));
	if(!d->bucket || !d->entry || pthread_mutex_init(&d->lock, NULL)) {
		free(d->bucket);
		free(d->entry);
		free(d);
		return NULL;
	}
	return d;
}

void duplicates_free(struct duplicates *d)
{
	for(unsigned i = 0; i < d->max; i++)
		free(d->entry[i].answer);
	pthread_mutex_destroy(&d->lock);
	free(d->entry);
	free(d->bucket);
	free(d);
}
