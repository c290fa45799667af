/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What the HSS has answered of subscribers, kept for a while: copies in, copies out, so many at most, the oldest goes
 * first. Plain C without locks: whoever calls holds the one of read.c, whose file this is.
 */
#ifndef IPSMGW_HSS_CACHE_H
#define IPSMGW_HSS_CACHE_H

#include "read.h"

#define HSS_KEY_MAX 255

/* A subscriber, by the identity that he is asked by: all spellings of it make the same key. */
struct hss_key
{
	uint8_t len;
	char text[HSS_KEY_MAX];
};

/* The key of his IMPU. 0, or -1: there is none, or it is no URI. */
int hss_key_of_impu(struct hss_key *out, const struct hss_who *who);
/* The key of his MSISDN. 0, or -1. */
int hss_key_of_msisdn(struct hss_key *out, const struct hss_who *who);
bool hss_key_same(const struct hss_key *a, const struct hss_key *b);
uint64_t hss_key_hash(const struct hss_key *key, uint64_t secret);

/* What is kept of one subscriber. */
struct hss_kept
{
	struct hss_data
			data; /* of the verdict only outcome, result and vendor are kept */
	uint64_t
			settled; /* references that are not to be asked: answered or refused */
	int64_t since; /* s, of the clock that `now` is of */
};

struct hss_cache;

struct hss_cache_options
{
	unsigned max;
	unsigned seconds, seconds_no; /* as in hss_read_options; 0: not kept */
	uint64_t secret;			  /* of the hash */
	void *(*take)(size_t size);	  /* memory; NULL: there is none */
	void (*give)(void *memory);
};

/* NULL: no memory. */
struct hss_cache *hss_cache_new(const struct hss_cache_options *options);
void hss_cache_free(struct hss_cache *cache);

/* false: nothing is kept of him, or it is too old by now. */
bool hss_cache_get(struct hss_kept *out, struct hss_cache *cache,
		const struct hss_key *key, int64_t now);

/* In the place of what there was. Without memory nothing is kept of him. */
void hss_cache_put(struct hss_cache *cache, const struct hss_key *key,
		const struct hss_kept *kept, int64_t now);

void hss_cache_forget(struct hss_cache *cache, const struct hss_key *key);

/* Those that are too old and nobody asked for are counted, too. */
unsigned hss_cache_count(const struct hss_cache *cache);

#endif
