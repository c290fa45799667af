/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The cache: see cache.h. An entry is one block with its texts behind it, one after the other, each with its NUL.
 */
#include "cache.h"

#include <stddef.h>

#include "../ims/identity.h"
#include "../ims/sh_data.h"

struct entry
{
	struct entry *next;			 /* in its bucket */
	struct entry *older, *newer; /* of all */
	struct hss_key key;
	int64_t since;
	unsigned seconds;
	uint64_t settled, answered;
	uint32_t result, vendor;
	uint8_t outcome;
	int user_state;
	unsigned impus;
	char texts[];
};

struct hss_cache
{
	struct hss_cache_options options;
	unsigned count;
	struct entry *oldest, *newest;
	unsigned buckets; /* a power of 2 */
	struct entry *bucket[];
};

/* The texts of an answer but for the IMPUs, in the order in which they are in an entry. */
#define TEXT(member) offsetof(struct hss_data, member)
static const size_t members[] = {TEXT(msisdn), TEXT(imsi), TEXT(impi),
		TEXT(scscf), TEXT(ip_sm_gw_number), TEXT(sc_address), TEXT(mme_name)};
#define MEMBERS (sizeof(members) / sizeof(members[0]))

/* --- keys ----------------------------------------------------------------------- */

enum
{
	KEY_OF_URI = 'u',
	KEY_OF_NUMBER = 'n',
};

static int key_of_number(struct hss_key *out, struct span digits)
{
	if(digits.len == 0 || digits.len >= sizeof(out->text))
		return -1;
	out->text[0] = KEY_OF_NUMBER;
	memcpy(out->text + 1, digits.s, digits.len);
	out->len = (uint8_t)(digits.len + 1);
	return 0;
}

int hss_key_of_impu(struct hss_key *out, const struct hss_who *who)
{
	char digits[MSISDN_MAX_DIGITS + 1];
	struct identity_uri uri;
	size_t len;
	bool plus;
	int n;

	if(who->impu.len == 0 || identity_uri_parse(&uri, who->impu) < 0)
		return -1;
	n = uri.scheme == URI_TEL ? identity_digits(digits, &plus, &uri) : -1;
	if(n > 0)
		return key_of_number(out, (struct span){digits, (size_t)n});
	len = identity_canonical(out->text + 1, sizeof(out->text) - 1, &uri);
	out->text[0] = KEY_OF_URI;
	out->len = (uint8_t)(len + 1);
	return len > 0 ? 0 : -1;
}

int hss_key_of_msisdn(struct hss_key *out, const struct hss_who *who)
{
	return key_of_number(out, who->msisdn);
}

bool hss_key_same(const struct hss_key *a, const struct hss_key *b)
{
	return a->len == b->len && memcmp(a->text, b->text, a->len) == 0;
}

/* FNV-1a from a secret start. */
uint64_t hss_key_hash(const struct hss_key *key, uint64_t secret)
{
	uint64_t hash = secret ^ UINT64_C(0xcbf29ce484222325);

	for(unsigned i = 0; i < key->len; i++)
		hash = (hash ^ (uint8_t)key->text[i]) * UINT64_C(0x100000001b3);
	return hash ^ hash >> 32;
}

/* --- the table ------------------------------------------------------------------ */

struct hss_cache *hss_cache_new(const struct hss_cache_options *options)
{
	struct hss_cache *cache;
	unsigned buckets = 1;
	size_t size;

	while(buckets < options->max)
		buckets *= 2;
	size = sizeof(*cache) + buckets * sizeof(void *);
	cache = options->take(size);
	if(!cache)
		return NULL;
	memset(cache, 0, size);
	cache->options = *options;
	cache->buckets = buckets;
	return cache;
}

static struct entry **bucket_of(
		struct hss_cache *cache, const struct hss_key *key)
{
	return &cache->bucket[hss_key_hash(key, cache->options.secret)
						  & (cache->buckets - 1)];
}

static struct entry *find(struct hss_cache *cache, const struct hss_key *key)
{
	struct entry *e = *bucket_of(cache, key);

	while(e && !hss_key_same(&e->key, key))
		e = e->next;
	return e;
}

static void drop(struct hss_cache *cache, struct entry *e)
{
	struct entry **at = bucket_of(cache, &e->key);

	while(*at != e)
		at = &(*at)->next;
	*at = e->next;
	if(e->older)
		e->older->newer = e->newer;
	else
		cache->oldest = e->newer;
	if(e->newer)
		e->newer->older = e->older;
	else
		cache->newest = e->older;
	cache->count--;
	cache->options.give(e);
}

static void add(struct hss_cache *cache, struct entry *e)
{
	struct entry **bucket = bucket_of(cache, &e->key);

	e->next = *bucket;
	*bucket = e;
	e->newer = NULL;
	e->older = cache->newest;
	if(e->older)
		e->older->newer = e;
	else
		cache->oldest = e;
	cache->newest = e;
	cache->count++;
}

static bool is_over(const struct entry *e, int64_t now)
{
	return now >= e->since + (int64_t)e->seconds;
}

void hss_cache_free(struct hss_cache *cache)
{
	if(!cache)
		return;
	while(cache->oldest)
		drop(cache, cache->oldest);
	cache->options.give(cache);
}

unsigned hss_cache_count(const struct hss_cache *cache)
{
	return cache->count;
}

void hss_cache_forget(struct hss_cache *cache, const struct hss_key *key)
{
	struct entry *e = find(cache, key);

	if(e)
		drop(cache, e);
}

/* --- answers into entries, and out of them ---------------------------------------- */

/* The n-th text: the members, then the IMPUs. */
static char *text_of(struct hss_data *data, unsigned n)
{
	return n < MEMBERS ? (char *)data + members[n] : data->impu[n - MEMBERS];
}

/* To out, which may be NULL; the octets of all texts. */
static size_t pack(char *out, const struct hss_data *data)
{
	size_t used = 0;

	for(unsigned n = 0; n < MEMBERS + data->impus; n++) {
		const char *text = text_of((struct hss_data *)data, n);
		size_t len = strlen(text) + 1;

		if(out)
			memcpy(out + used, text, len);
		used += len;
	}
	return used;
}

static void unpack(struct hss_data *data, const char *texts)
{
	for(unsigned n = 0; n < MEMBERS + data->impus; n++) {
		size_t len = strlen(texts) + 1;

		memcpy(text_of(data, n), texts, len);
		texts += len;
	}
}

static bool has_nothing(const struct hss_data *data)
{
	/* empty texts are their NULs alone */
	return data->impus == 0 && data->user_state == SH_NOT_STATED
		   && pack(NULL, data) == MEMBERS;
}

bool hss_cache_get(struct hss_kept *out, struct hss_cache *cache,
		const struct hss_key *key, int64_t now)
{
	struct entry *e = find(cache, key);

	if(e && is_over(e, now)) {
		drop(cache, e);
		e = NULL;
	}
	if(!e)
		return false;
	memset(out, 0, sizeof(*out));
	out->since = e->since;
	out->settled = e->settled;
	out->data.verdict.outcome = e->outcome;
	out->data.verdict.result = e->result;
	out->data.verdict.vendor = e->vendor;
	out->data.answered = e->answered;
	out->data.cached = true;
	out->data.user_state = e->user_state;
	out->data.impus = e->impus;
	unpack(&out->data, e->texts);
	return true;
}

void hss_cache_put(struct hss_cache *cache, const struct hss_key *key,
		const struct hss_kept *kept, int64_t now)
{
	const struct hss_data *data = &kept->data;
	unsigned seconds = has_nothing(data) ? cache->options.seconds_no
										 : cache->options.seconds;
	struct entry *e;

	hss_cache_forget(cache, key);
	while(cache->oldest
			&& (cache->count >= cache->options.max
					|| is_over(cache->oldest, now)))
		drop(cache, cache->oldest);
	if(seconds == 0)
		return;
	e = cache->options.take(sizeof(*e) + pack(NULL, data));
	if(!e)
		return;
	e->key = *key;
	e->since = kept->since;
	e->seconds = seconds;
	e->settled = kept->settled;
	e->answered = data->answered;
	e->outcome = data->verdict.outcome;
	e->result = data->verdict.result;
	e->vendor = data->verdict.vendor;
	e->user_state = data->user_state;
	e->impus = data->impus;
	pack(e->texts, data);
	add(cache, e);
}
