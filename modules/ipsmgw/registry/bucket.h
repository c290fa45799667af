/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Buckets: from the hash of a key to the record that answers to it. A bucket is one
 * line of the cache and says by a part of the hash which records to look at, so that
 * a miss mostly reads nothing else. What finds no place in it is in a chain through
 * the keys of the records: nothing is allocated, and nothing fails. Knows no lock:
 * who calls holds that of the bucket, but for bucket_expect(). Only for table.c.
 */
#ifndef IPSMGW_REGISTRY_BUCKET_H
#define IPSMGW_REGISTRY_BUCKET_H

#include "record.h"

#define BUCKET_SLOTS 8 /* the last one has the chain behind it */

struct bucket
{
	slot_t slot[BUCKET_SLOTS];
};

/* Can records at such an address be kept? */
bool bucket_can_refer(const void *address);

/* The first record that the hash may mean: its memory is fetched meanwhile. false: the slots have none. No lock. */
bool bucket_expect(const struct bucket *bucket, uint64_t hash);

/* The key of the record that answers to it, or NULL. */
struct alias *bucket_find(const struct bucket *bucket, uint64_t hash,
		enum key_kind kind, const char *text, size_t len);

/* Put a key of a record in, or take it out. The hash is that of the key. */
void bucket_put(struct bucket *bucket, uint64_t hash, struct alias *alias);
void bucket_take(struct bucket *bucket, struct alias *alias);

#endif
