/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Shards, their locks and buckets: see table.h.
 */
#include "table.h"

#include <sys/random.h>

#include "bucket.h"
#include "changes.h"
#include "expiry.h"

/* so many records share a lock, as long as there are not more shards than SHARDS_MAX */
#define RECORDS_A_SHARD 1024
#define SHARDS_MIN_BITS 4
/* a subscriber mostly has 3 to 5 keys, which is less than the slots of a bucket: few are in a chain */
#define BUCKETS_A_RECORD 1

struct table *registry_table;

/* Exponent of the least power of two that is not below n. */
static unsigned bits_for(uint64_t n)
{
	unsigned bits = 0;

	while(bits < 63 && UINT64_C(1) << bits < n)
		bits++;
	return bits;
}

void *table_alloc(size_t size)
{
	void *block = registry_alloc(size);

	if(block)
		__atomic_fetch_add(&registry_table->bytes, size, __ATOMIC_RELAXED);
	return block;
}

void table_free(void *block, size_t size)
{
	if(!block)
		return;
	__atomic_fetch_sub(&registry_table->bytes, size, __ATOMIC_RELAXED);
	registry_free(block);
}

/* --- life ----------------------------------------------------------------- */

static size_t table_size(unsigned shards)
{
	return sizeof(struct table) + shards * sizeof(struct shard) + CACHE_LINE;
}

static size_t buckets_size(const struct table *t)
{
	return (sizeof(struct bucket) * t->buckets) << t->shard_bits;
}

/* The first address in a block that begins a line. */
static void *first_line(void *block)
{
	return (char *)block + CACHE_LINE - (uintptr_t)block % CACHE_LINE;
}

static bool buckets_init(struct table *t)
{
	t->bucket_block = table_alloc(buckets_size(t) + CACHE_LINE);
	if(!t->bucket_block || !bucket_can_refer(t->bucket_block))
		return false;
	t->bucket = first_line(t->bucket_block);
	memset(t->bucket, 0, buckets_size(t));
	return true;
}

static bool shards_init(void)
{
	unsigned i;

	for(i = 0; i < table_shards(); i++) {
		struct shard *s = &registry_table->shard[i];
		if(!registry_lock_init(&s->lock))
			return false;
		s->earliest = INT64_MAX;
		changes_init(s);
	}
	return true;
}

int registry_init(const struct registry_options *options)
{
	unsigned bits = bits_for(options->max / RECORDS_A_SHARD);
	struct table *t;
	void *block;
	size_t size;

	if(bits < SHARDS_MIN_BITS)
		bits = SHARDS_MIN_BITS;
	if(bits > bits_for(SHARDS_MAX))
		bits = bits_for(SHARDS_MAX);
	size = table_size(1u << bits);
	block = registry_alloc(size);
	if(!block)
		return -1;
	memset(block, 0, size);
	t = first_line(block);
	registry_table = t;
	t->block = block;
	t->max = options->max;
	t->track_changes = options->track_changes;
	t->changed = options->changed;
	t->shard_bits = bits;
	t->buckets = ((uint64_t)options->max * BUCKETS_A_RECORD >> bits) + 1;
	t->bytes = size;
	if(!buckets_init(t)
			|| getrandom(t->secret, sizeof(t->secret), 0) != sizeof(t->secret)
			|| !shards_init()) {
		registry_destroy();
		return -1;
	}
	return 0;
}

void registry_destroy(void)
{
	unsigned i, n;

	if(!registry_table)
		return;
	for(i = 0; i < table_shards(); i++) {
		struct shard *s = &registry_table->shard[i];
		changes_destroy(s);
		for(n = 0; n < s->records; n++)
			registry_free(s->expiry[n].record);
		registry_free(s->expiry);
		registry_lock_destroy(&s->lock);
	}
	registry_free(registry_table->bucket_block);
	registry_free(registry_table->block);
	registry_table = NULL;
}

/* --- locks ---------------------------------------------------------------- */

static uint64_t hash_of(const struct record *record, const struct alias *alias)
{
	return key_hash(registry_table->secret,
			(enum key_kind)(alias->tag & ALIAS_KIND),
			record_text(record) + alias->at, alias->len);
}

void lock_set_clear(struct lock_set *set)
{
	memset(set, 0, sizeof(*set));
}

void lock_set_add(struct lock_set *set, uint64_t hash)
{
	unsigned shard = shard_of_hash(hash);

	set->bits[shard / 64] |= UINT64_C(1) << shard % 64;
}

void lock_set_add_record(struct lock_set *set, const struct record *record)
{
	unsigned i;

	for(i = 0; i < record->aliases; i++)
		lock_set_add(set, hash_of(record, &record->alias[i]));
}

bool lock_set_covers(const struct lock_set *set, const struct record *record)
{
	unsigned i;

	for(i = 0; i < record->aliases; i++) {
		unsigned shard = shard_of_hash(hash_of(record, &record->alias[i]));
		if(!(set->bits[shard / 64] >> shard % 64 & 1))
			return false;
	}
	return true;
}

static void for_each_lock(
		const struct lock_set *set, void (*act)(registry_lock_t *))
{
	unsigned i;

	for(i = 0; i < (table_shards() + 63) / 64; i++) {
		uint64_t left = set->bits[i];
		for(; left; left &= left - 1)
			act(&registry_table->shard[i * 64 + (unsigned)__builtin_ctzll(left)]
							.lock);
	}
}

void lock_set_take(const struct lock_set *set)
{
	for_each_lock(set, registry_lock);
}

void lock_set_drop(const struct lock_set *set)
{
	for_each_lock(set, registry_unlock);
}

/* --- buckets -------------------------------------------------------------- */

static struct bucket *bucket_of(uint64_t hash)
{
	const struct table *t = registry_table;
	uint64_t within = (uint64_t)(uint32_t)hash * t->buckets >> 32;

	return &t->bucket[shard_of_hash(hash) * t->buckets + within];
}

void table_expect(uint64_t hash)
{
	__builtin_prefetch(bucket_of(hash));
	__builtin_prefetch(&registry_table->shard[shard_of_hash(hash)]);
}

bool table_expect_record(uint64_t hash)
{
	return bucket_expect(bucket_of(hash), hash);
}

struct alias *table_find(
		uint64_t hash, enum key_kind kind, const char *text, size_t len)
{
	return bucket_find(bucket_of(hash), hash, kind, text, len);
}

struct alias *table_find_draft(const struct draft *draft, unsigned key)
{
	const struct draft_key *k = &draft->key[key];

	return table_find(
			k->hash, (enum key_kind)k->kind, draft->text + k->at, k->len);
}

void table_link(struct record *record)
{
	unsigned i;

	for(i = 0; i < record->aliases; i++) {
		struct alias *a = &record->alias[i];
		uint64_t hash = hash_of(record, a);
		bucket_put(bucket_of(hash), hash, a);
	}
	__atomic_fetch_add(
			&registry_table->aliases, record->aliases, __ATOMIC_RELAXED);
}

void table_unlink(struct record *record)
{
	unsigned i;

	for(i = 0; i < record->aliases; i++) {
		struct alias *a = &record->alias[i];
		bucket_take(bucket_of(hash_of(record, a)), a);
	}
	__atomic_fetch_sub(
			&registry_table->aliases, record->aliases, __ATOMIC_RELAXED);
}

struct shard *table_home(const struct record *record)
{
	return &registry_table
					->shard[shard_of_hash(hash_of(record, &record->alias[0]))];
}

/* --- records -------------------------------------------------------------- */

bool table_enter(bool must)
{
	struct table *t = registry_table;
	unsigned count = __atomic_add_fetch(&t->count, 1, __ATOMIC_RELAXED);
	unsigned peak = __atomic_load_n(&t->peak, __ATOMIC_RELAXED);

	if(count > t->max && !must) {
		table_leave();
		return false;
	}
	while(count > peak
			&& !__atomic_compare_exchange_n(&t->peak, &peak, count, false,
					__ATOMIC_RELAXED, __ATOMIC_RELAXED))
		;
	return true;
}

void table_leave(void)
{
	__atomic_fetch_sub(&registry_table->count, 1, __ATOMIC_RELAXED);
}

static void take_out(struct record *record)
{
	struct shard *home = table_home(record);

	table_unlink(record);
	expiry_remove(home, record);
	table_leave();
}

void table_remove(struct record *record)
{
	struct shard *home = table_home(record);

	take_out(record);
	changes_bury(home, record);
}

void table_forget(struct record *record)
{
	take_out(record);
	changes_drop(record);
	table_free(record, record->size);
}
