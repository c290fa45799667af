/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The memory of repeats: see repeat.h. Each shard is a ring of entries in order
 * of arrival with a hash index over their content.
 */
#include "repeat.h"

#include "core/locking.h"
#include "clock.h"
#include "compat.h"
#include "counters.h"
#include "settings.h"

#define SHARDS 16
#define TRANSACTIONS 4 /* the first one and its latest repeats */
#define NONE UINT32_MAX

struct entry
{
	struct repeat_key key;
	uint64_t transaction[TRANSACTIONS];
	uint32_t serial;
	uint32_t next; /* in its bucket */
	uint64_t born_ms;
	uint32_t job_index, job_generation;
	bool used, done, acked;
	uint8_t transactions;
	struct cause cause;
	struct sms_time scts;
};

struct shard
{
	gen_lock_t lock;
	uint32_t size;
	uint32_t head; /* the slot that the next entry takes */
	uint32_t serial;
	uint32_t *bucket;
	struct entry *entry;
};

static struct shard *shards;

static int shard_init(struct shard *s, uint32_t size)
{
	uint32_t i;

	s->size = size;
	s->bucket = shm_malloc(size * sizeof(*s->bucket));
	s->entry = shm_malloc(size * sizeof(*s->entry));
	if(!s->bucket || !s->entry || !lock_init(&s->lock))
		return -1;
	memset(s->entry, 0, size * sizeof(*s->entry));
	for(i = 0; i < size; i++)
		s->bucket[i] = NONE;
	return 0;
}

int repeats_init(unsigned entries)
{
	int i;

	shards = shm_malloc(SHARDS * sizeof(*shards));
	if(!shards)
		return -1;
	memset(shards, 0, SHARDS * sizeof(*shards));
	for(i = 0; i < SHARDS; i++)
		if(shard_init(&shards[i], (entries + SHARDS - 1) / SHARDS) < 0)
			return -1;
	return 0;
}

void repeats_destroy(void)
{
	int i;

	if(!shards)
		return;
	for(i = 0; i < SHARDS; i++) {
		if(shards[i].entry)
			shm_free(shards[i].entry);
		if(shards[i].bucket)
			shm_free(shards[i].bucket);
	}
	shm_free(shards);
	shards = NULL;
}

static struct shard *shard_of(const struct repeat_key *key)
{
	return &shards[key->content[0] % SHARDS];
}

static uint32_t *bucket_of(struct shard *s, const struct repeat_key *key)
{
	uint32_t h;

	memcpy(&h, key->content + 4, sizeof(h));
	return &s->bucket[h % s->size];
}

static bool same_transaction(const struct entry *e, uint64_t transaction)
{
	int i;

	for(i = 0; i < TRANSACTIONS; i++)
		if(e->transaction[i] == transaction)
			return true;
	return false;
}

/* TS 23.040 leaves the rule to the SC; docs/design.md "Repeats" has the reasons. */
static bool is_repeat(
		const struct entry *e, const struct repeat_key *key, uint64_t now)
{
	uint64_t age = now - e->born_ms;

	if(key->rp_mr == e->key.rp_mr
			&& age <= (uint64_t)settings.repeat_window * 1000)
		return true;
	/* a message that failed was not taken: its repetition is a new attempt */
	return key->rd && (!e->done || e->acked)
		   && age <= (uint64_t)settings.repeat_rd_window * 1000;
}

static void unlink_entry(struct shard *s, uint32_t slot)
{
	uint32_t *p = bucket_of(s, &s->entry[slot].key);

	while(*p != NONE && *p != slot)
		p = &s->entry[*p].next;
	if(*p == slot)
		*p = s->entry[slot].next;
	s->entry[slot].used = false;
}

static void remember_transaction(struct entry *e, uint64_t transaction)
{
	/* slot 0 stays with the first one */
	int i = e->transactions < TRANSACTIONS ? e->transactions++
										   : TRANSACTIONS - 1;

	e->transaction[i] = transaction;
}

static void add_entry(struct repeat_hit *hit, struct shard *s,
		const struct repeat_key *key, uint64_t now)
{
	struct entry *e = &s->entry[s->head];
	uint32_t *bucket;

	if(e->used) {
		uint64_t window = (uint64_t)(e->key.rd ? settings.repeat_rd_window
											   : settings.repeat_window);
		if(now - e->born_ms < window * 1000)
			count(CNT_REPEAT_EVICTED);
		unlink_entry(s, s->head);
	}
	memset(e, 0, sizeof(*e));
	e->key = *key;
	e->used = true;
	e->born_ms = now;
	e->serial = ++s->serial ? s->serial : ++s->serial;
	e->job_index = hit->job_index;
	e->job_generation = hit->job_generation;
	remember_transaction(e, key->transaction);
	bucket = bucket_of(s, key);
	e->next = *bucket;
	*bucket = s->head;
	hit->ref.slot = s->head * SHARDS + (uint32_t)(s - shards);
	hit->ref.serial = e->serial;
	s->head = (s->head + 1) % s->size;
}

static void fill_hit(
		struct repeat_hit *hit, const struct shard *s, const struct entry *e)
{
	hit->ref.slot = (uint32_t)(e - s->entry) * SHARDS + (uint32_t)(s - shards);
	hit->ref.serial = e->serial;
	hit->job_index = e->job_index;
	hit->job_generation = e->job_generation;
	hit->acked = e->acked;
	hit->cause = e->cause;
	hit->scts = e->scts;
}

static struct entry *find(struct shard *s, const struct repeat_key *key,
		uint64_t now, enum repeat_verdict *verdict)
{
	struct entry *repeat = NULL;
	uint32_t i;

	for(i = *bucket_of(s, key); i != NONE; i = s->entry[i].next) {
		struct entry *e = &s->entry[i];

		if(memcmp(e->key.content, key->content, sizeof(key->content)) != 0)
			continue;
		if(same_transaction(e, key->transaction)) {
			*verdict = REPEAT_RETRANSMISSION;
			return e;
		}
		if(!repeat && is_repeat(e, key, now))
			repeat = e;
	}
	if(repeat)
		*verdict = repeat->done ? REPEAT_DONE : REPEAT_OPEN;
	return repeat;
}

enum repeat_verdict repeat_admit(struct repeat_hit *hit,
		const struct repeat_key *key, uint32_t job_index,
		uint32_t job_generation)
{
	struct shard *s = shard_of(key);
	enum repeat_verdict verdict = REPEAT_NEW;
	uint64_t now = clock_ms();
	struct entry *e;

	lock_get(&s->lock);
	e = find(s, key, now, &verdict);
	if(!e) {
		hit->job_index = job_index;
		hit->job_generation = job_generation;
		add_entry(hit, s, key, now);
	} else {
		if(verdict != REPEAT_RETRANSMISSION)
			remember_transaction(e, key->transaction);
		fill_hit(hit, s, e);
	}
	lock_release(&s->lock);
	return verdict;
}

bool repeat_find(struct repeat_hit *hit, const struct repeat_key *key)
{
	struct shard *s = shard_of(key);
	enum repeat_verdict verdict = REPEAT_NEW;
	struct entry *e;

	lock_get(&s->lock);
	e = find(s, key, clock_ms(), &verdict);
	if(verdict == REPEAT_RETRANSMISSION)
		fill_hit(hit, s, e);
	lock_release(&s->lock);
	return verdict == REPEAT_RETRANSMISSION;
}

/* The entry of a reference with its shard locked, or NULL with nothing locked. */
static struct entry *lock_entry(struct shard **s, struct repeat_ref ref)
{
	struct entry *e;

	if(ref.serial == 0)
		return NULL;
	*s = &shards[ref.slot % SHARDS];
	lock_get(&(*s)->lock);
	e = &(*s)->entry[ref.slot / SHARDS];
	if(e->used && e->serial == ref.serial)
		return e;
	lock_release(&(*s)->lock);
	return NULL;
}

void repeat_forget(struct repeat_ref ref)
{
	struct shard *s;

	if(!lock_entry(&s, ref))
		return;
	unlink_entry(s, ref.slot / SHARDS);
	lock_release(&s->lock);
}

void repeat_settle(struct repeat_ref ref, bool acked, struct cause cause,
		const struct sms_time *scts)
{
	struct shard *s;
	struct entry *e = lock_entry(&s, ref);

	if(!e)
		return;
	e->done = true;
	e->acked = acked;
	e->cause = cause;
	e->scts = *scts;
	lock_release(&s->lock);
}

void repeat_taken(struct repeat_ref ref)
{
	struct shard *s;
	struct entry *e = lock_entry(&s, ref);

	if(!e)
		return;
	e->done = true;
	e->acked = true;
	lock_release(&s->lock);
}
