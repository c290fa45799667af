/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Buckets: see bucket.h. A slot is, from the lowest bit: the address of the record
 * without the bits that its alignment leaves 0, the place of the key in the record,
 * whether another slot may be behind that key, a part of the key's hash.
 */
#include "bucket.h"

#define ALIGN_BITS 3
#define ADDRESS_BITS 48 /* what a process gets when it asks for no more */
#define PLACE_SHIFT (ADDRESS_BITS - ALIGN_BITS)
#define PLACE_BITS 6
#define MORE_SHIFT (PLACE_SHIFT + PLACE_BITS)
#define MORE (UINT64_C(1) << MORE_SHIFT)
#define TAG_SHIFT (MORE_SHIFT + 1)
#define KEY_MASK (MORE - 1) /* address and place */

_Static_assert(RECORD_KEYS_MAX <= 1 << PLACE_BITS, "a place fits");
_Static_assert(_Alignof(struct record) >= 1 << ALIGN_BITS,
		"no bit of an address is lost");

/* octets of a typical record; what is beyond comes when it is read */
#define TYPICAL_RECORD 512
#define CACHE_LINE 64

bool bucket_can_refer(const void *address)
{
	return (uint64_t)(uintptr_t)address >> ADDRESS_BITS == 0;
}

/* --- slots ---------------------------------------------------------------- */

/* Of other bits than those that choose shard and bucket; never 0, so that no empty slot has it. */
static slot_t tag_of(uint64_t hash)
{
	return (hash >> 32 | 1) << TAG_SHIFT;
}

static slot_t slot_of(const struct alias *alias)
{
	return (uint64_t)(uintptr_t)record_of(alias) >> ALIGN_BITS
		   | (slot_t)alias->number << PLACE_SHIFT;
}

static struct record *slot_record(slot_t slot)
{
	uint64_t address = (slot & ((UINT64_C(1) << PLACE_SHIFT) - 1))
					   << ALIGN_BITS;

	return (struct record *)(uintptr_t)address;
}

static struct alias *slot_alias(slot_t slot)
{
	unsigned place = (unsigned)(slot >> PLACE_SHIFT) & ((1u << PLACE_BITS) - 1);

	return &slot_record(slot)->alias[place];
}

static bool may_mean(slot_t slot, slot_t tag)
{
	return (slot ^ tag) >> TAG_SHIFT == 0;
}

/* bucket_expect() reads it without the lock. */
static void set_slot(slot_t *at, slot_t to)
{
	__atomic_store_n(at, to, __ATOMIC_RELAXED);
}

/* --- looking -------------------------------------------------------------- */

/* A record is seldom in a cache, and is many lines: they are waited for together. */
static void expect_record(slot_t slot)
{
	const char *p = (const char *)slot_record(slot);
	size_t at;

	for(at = 0; at <= TYPICAL_RECORD; at += CACHE_LINE)
		__builtin_prefetch(p + at);
}

bool bucket_expect(const struct bucket *bucket, uint64_t hash)
{
	slot_t tag = tag_of(hash);
	unsigned i;

	for(i = 0; i < BUCKET_SLOTS; i++) {
		slot_t slot = __atomic_load_n(&bucket->slot[i], __ATOMIC_RELAXED);

		/* it may go meanwhile: what is fetched is not looked at here */
		if(may_mean(slot, tag)) {
			expect_record(slot);
			return true;
		}
	}
	return false;
}

/* The record may be another one's: it is looked at only when the tag says so. */
static bool is_key(slot_t slot, uint64_t hash, enum key_kind kind,
		const char *text, size_t len)
{
	const struct alias *a;

	if(!may_mean(slot, tag_of(hash)))
		return false;
	expect_record(slot);
	a = slot_alias(slot);
	return (a->tag & ~ALIAS_WEAK) == key_tag(hash, kind) && a->len == len
		   && memcmp(record_text(slot_record(slot)) + a->at, text, len) == 0;
}

struct alias *bucket_find(const struct bucket *bucket, uint64_t hash,
		enum key_kind kind, const char *text, size_t len)
{
	slot_t slot = 0;
	unsigned i;

	for(i = 0; i < BUCKET_SLOTS; i++) {
		slot = bucket->slot[i];
		if(is_key(slot, hash, kind, text, len))
			return slot_alias(slot);
	}
	while(slot & MORE) {
		slot = slot_alias(slot)->next;
		if(is_key(slot, hash, kind, text, len))
			return slot_alias(slot);
	}
	return NULL;
}

/* --- changing ------------------------------------------------------------- */

void bucket_put(struct bucket *bucket, uint64_t hash, struct alias *alias)
{
	slot_t *last = &bucket->slot[BUCKET_SLOTS - 1];
	slot_t *at = bucket->slot;

	while(at < last && *at != 0)
		at++;
	alias->next = at == last ? *last : 0;
	set_slot(at, slot_of(alias) | tag_of(hash) | (alias->next ? MORE : 0));
}

void bucket_take(struct bucket *bucket, struct alias *alias)
{
	slot_t key = slot_of(alias);
	slot_t *at = bucket->slot;
	slot_t *last = &bucket->slot[BUCKET_SLOTS - 1];

	while(at < last && (*at & KEY_MASK) != key)
		at++;
	while((*at & KEY_MASK) != key)
		at = &slot_alias(*at)->next;
	set_slot(at, alias->next);
}
