/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Reading the HSS: see read.h. A reading lives in shared memory while one question of it is on its way, and belongs to
 * the process that has this question in its hands: it needs no lock but for what others may add to it, which is who else
 * waits for it and for what. Who asks for a subscriber who is being read joins that reading.
 */
#include "read.h"

#include "core/locking.h"
#include "core/mem/shm_mem.h"
#include "core/rand/kam_rand.h"
#include "document.h"
#include "reading.h"

#define BUCKETS 1024 /* of readings: a power of 2, about as many as slots */

struct waiter
{
	struct waiter *next;
	enum hss_purpose purpose;
	uint64_t cookie[2];
};

struct table
{
	gen_lock_t lock; /* of the cache, too */
	bool several; /* the HSS has answered with Notif-Eff: it takes several Data-References */
	struct hss_cache *cache;
	struct reading *bucket[BUCKETS];
};

static struct table *table;
static struct hss_read_options options;
static uint64_t secret;

/* --- life ----------------------------------------------------------------------- */

static void *take_memory(size_t size)
{
	return shm_malloc(size);
}

static void give_memory(void *memory)
{
	shm_free(memory);
}

static uint64_t random_word(void)
{
	return (uint64_t)kam_rand() << 32 ^ (uint64_t)kam_rand();
}

int hss_read_init(const struct hss_read_options *wanted)
{
	struct hss_cache_options cache = {.max = wanted->max,
			.seconds = wanted->seconds,
			.seconds_no = wanted->seconds_no,
			.take = take_memory,
			.give = give_memory};

	options = *wanted;
	secret = cache.secret = random_word();
	table = shm_malloc(sizeof(*table));
	if(!table)
		return -1;
	memset(table, 0, sizeof(*table));
	table->cache = hss_cache_new(&cache);
	if(table->cache && lock_init(&table->lock))
		return 0;
	hss_read_destroy();
	return -1;
}

static void free_reading(struct reading *r)
{
	while(r->waiters) {
		struct waiter *w = r->waiters;

		r->waiters = w->next;
		shm_free(w);
	}
	shm_free(r);
}

void hss_read_destroy(void)
{
	if(!table)
		return;
	for(unsigned i = 0; i < BUCKETS; i++)
		while(table->bucket[i]) {
			struct reading *r = table->bucket[i];

			table->bucket[i] = r->next;
			free_reading(r);
		}
	hss_cache_free(table->cache);
	shm_free(table);
	table = NULL;
}

static int64_t now_s(void)
{
	return (int64_t)(slots_now_ms() / 1000);
}

/* --- readings at work, under the lock --------------------------------------------- */

static struct reading **bucket_of(const struct hss_key *key)
{
	return &table->bucket[hss_key_hash(key, secret) & (BUCKETS - 1)];
}

static struct reading *find(const struct hss_key *key)
{
	struct reading *r = *bucket_of(key);

	while(r && (r->forgotten || !hss_key_same(&r->key, key)))
		r = r->next;
	return r;
}

static void link_reading(struct reading *r)
{
	struct reading **bucket = bucket_of(&r->key);

	r->next = *bucket;
	*bucket = r;
}

static void unlink_reading(struct reading *r)
{
	struct reading **at = bucket_of(&r->key);

	while(*at != r)
		at = &(*at)->next;
	*at = r->next;
}

static int add_waiter(
		struct reading *r, enum hss_purpose purpose, const uint64_t cookie[2])
{
	struct waiter *w = shm_malloc(sizeof(*w));

	if(!w)
		return -1;
	*w = (struct waiter){r->waiters, purpose, {cookie[0], cookie[1]}};
	r->waiters = w;
	return 0;
}

/* --- the end --------------------------------------------------------------------------- */

static void tell(struct reading *r)
{
	for(const struct waiter *w = r->waiters; w; w = w->next)
		if(w->purpose < HSS_PURPOSES && options.done[w->purpose])
			options.done[w->purpose](&r->data, w->cookie);
}

/* The reading goes on with its next question, or ends. */
void hss_read_outcome(struct slot *slot)
{
	struct reading *r = (struct reading *)(uintptr_t)slot->cookie[1];
	bool more = reading_take(r, slot, options.unreadable);
	bool late = slots_now_ms() - r->began_ms >= options.limit_ms;
	struct hss_kept kept;

	lock_get(&table->lock);
	if(slot->answer.has & ANSWER_FEATURES || hss_is_success(&slot->answer))
		table->several = (slot->answer.features & SH_NOTIF_EFF) != 0;
	r->settled |= r->asked | r->data.answered;
	reading_choose(r, table->several);
	if(more && r->asked && late)
		r->data.verdict = (struct diameter_answer){.outcome = DIAMETER_TIMEOUT};
	if(more && r->asked && !late) {
		lock_release(&table->lock);
		if(reading_ask(r) == 0)
			return;
		lock_get(&table->lock);
	}
	if(reading_kept(&kept, r))
		hss_cache_put(table->cache, &r->key, &kept, now_s());
	unlink_reading(r);
	lock_release(&table->lock);
	tell(r);
	free_reading(r);
}

/* --- the beginning; under the lock --------------------------------------------------------- */

/* The answer may be in another process before this returns, but there it waits for the lock; so when it cannot be sent,
 * nobody has joined. */
static enum hss_read_result begin(struct hss_data *data, struct reading *r,
		enum hss_purpose purpose, const uint64_t cookie[2])
{
	r->purpose = purpose;
	reading_choose(r, table->several);
	if(add_waiter(r, purpose, cookie) == 0) {
		link_reading(r);
		if(reading_ask(r) == 0)
			return HSS_READ_ASKED;
		unlink_reading(r);
		*data = r->data;
	}
	free_reading(r);
	return HSS_READ_FAILED;
}

static enum hss_read_result read_locked(struct hss_data *data,
		const struct hss_key *key, const struct hss_who *who,
		uint64_t references, enum hss_purpose purpose, const uint64_t cookie[2])
{
	struct hss_kept kept;
	bool known = hss_cache_get(&kept, table->cache, key, now_s());
	struct reading *r;

	if(known && (references & ~kept.settled) == 0) {
		*data = kept.data;
		return HSS_READ_KEPT;
	}
	r = find(key);
	if(r && add_waiter(r, purpose, cookie) == 0) {
		r->wanted |= references;
		return HSS_READ_ASKED;
	}
	r = r ? NULL : shm_malloc(sizeof(*r));
	if(!r)
		return HSS_READ_FAILED;
	reading_init(r, key, who, known ? &kept : NULL);
	r->wanted = references;
	return begin(data, r, purpose, cookie);
}

/* --- for everybody --------------------------------------------------------------------------- */

enum hss_read_result hss_read(struct hss_data *data, const struct hss_who *who,
		uint64_t references, enum hss_purpose purpose, const uint64_t cookie[2])
{
	enum hss_read_result result;
	struct hss_key key;

	hss_data_clear(data);
	data->verdict.outcome = table ? DIAMETER_SEND_FAILED : DIAMETER_NO_PEER;
	if(!table
			|| (hss_key_of_impu(&key, who) < 0
					&& hss_key_of_msisdn(&key, who) < 0))
		return HSS_READ_FAILED;
	lock_get(&table->lock);
	result = read_locked(data, &key, who, references, purpose, cookie);
	lock_release(&table->lock);
	return result;
}

static void forget(const struct hss_key *key)
{
	struct reading *r;

	lock_get(&table->lock);
	hss_cache_forget(table->cache, key);
	r = find(key);
	if(r)
		r->forgotten = true;
	lock_release(&table->lock);
}

void hss_read_forget(const struct hss_who *who)
{
	struct hss_key key;

	if(!table)
		return;
	if(hss_key_of_impu(&key, who) == 0)
		forget(&key);
	if(hss_key_of_msisdn(&key, who) == 0)
		forget(&key);
}

unsigned hss_read_kept(void)
{
	unsigned count = 0;

	if(table) {
		lock_get(&table->lock);
		count = hss_cache_count(table->cache);
		lock_release(&table->lock);
	}
	return count;
}
