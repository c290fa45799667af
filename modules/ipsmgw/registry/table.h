/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The table of records in shared memory: shards, each with a lock, the buckets of
 * its keys, and for the records whose home it is (by the first key of the primary
 * IMPU) their expiry and their changes.
 *
 * The rule of locks: a key's shard lock is enough to find a record by that key and
 * to read it; to change or free a record one holds the locks of all its keys.
 * Several locks are taken in the order of the shards. Only for registry/.
 */
#ifndef IPSMGW_REGISTRY_TABLE_H
#define IPSMGW_REGISTRY_TABLE_H

#include "platform.h"
#include "record.h"

#define SHARDS_MAX 4096
#define CACHE_LINE 64

struct expiry_entry
{
	int64_t at;
	struct record *record;
};

struct shard
{
	registry_lock_t lock;
	unsigned records, room;
	struct expiry_entry *expiry; /* a heap, the earliest first */
	int64_t earliest;	   /* of them, also read without the lock; INT64_MAX */
	struct change changed; /* list by serial, to be written */
	struct change handed;  /* list by serial, at the writer */
} __attribute__((aligned(CACHE_LINE)));

struct table
{
	void *block; /* what was allocated: shards begin at a cache line */
	struct siphash_key secret[KEY_KINDS];
	bool track_changes;
	void (*changed)(uint64_t serial);
	unsigned max, shard_bits;
	uint64_t buckets;	  /* of a shard */
	unsigned count, peak; /* the rest is changed atomically, without a lock */
	unsigned expire_from; /* shard where the search for expired ones goes on */
	uint64_t serial, aliases, bytes, changes;
	void *bucket_block; /* the same for the buckets */
	struct bucket *bucket;
	struct shard shard[];
};

extern struct table *registry_table;

static inline unsigned table_shards(void)
{
	return 1u << registry_table->shard_bits;
}

static inline unsigned shard_of_hash(uint64_t hash)
{
	/* two steps: a shift by 64 is undefined */
	return (unsigned)(hash >> 32 >> (32 - registry_table->shard_bits));
}

/* Block of shared memory that is counted; NULL: none left. */
void *table_alloc(size_t size);
void table_free(void *block, size_t size);

/* --- locks ---------------------------------------------------------------- */

struct lock_set
{
	uint64_t bits[SHARDS_MAX / 64];
};

void lock_set_clear(struct lock_set *set);
void lock_set_add(struct lock_set *set, uint64_t hash);
void lock_set_add_record(struct lock_set *set, const struct record *record);
bool lock_set_covers(const struct lock_set *set, const struct record *record);
void lock_set_take(const struct lock_set *set);
void lock_set_drop(const struct lock_set *set);

/* --- with the locks held -------------------------------------------------- */

/* A key will be looked for: its memory is fetched meanwhile. No lock. */
void table_expect(uint64_t hash);
/* The same for the record that its bucket, which is expected already, says it may be. false: none is seen, though there
 * may be one. No lock. */
bool table_expect_record(uint64_t hash);

/* The key of the record that answers to it, or NULL. The lock of its shard. */
struct alias *table_find(
		uint64_t hash, enum key_kind kind, const char *text, size_t len);
struct alias *table_find_draft(const struct draft *draft, unsigned key);

/* Put all keys of the record into their buckets, or take them out. All its locks. */
void table_link(struct record *record);
void table_unlink(struct record *record);

/* Take a place for one record more, given back with table_remove() or table_leave(). false: all are taken, and unless
 * it must be the place is not taken. */
bool table_enter(bool must);
void table_leave(void);

/* The record is no more: a change. All its locks. */
void table_remove(struct record *record);
/* The same, and no change: the database knows already. */
void table_forget(struct record *record);

/* The shard that keeps a record's expiry and changes. */
struct shard *table_home(const struct record *record);

#endif
