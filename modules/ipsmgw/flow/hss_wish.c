/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The table of wishes: see hss_wish.h. A hash index, and a queue for each level of the back-off: all in one wait equally
 * long, so each is in the order of time.
 */
#include "hss_wish.h"

#include "core/hashes.h"
#include "core/locking.h"
#include "../ims/identity.h"
#include "settings.h"

#define KEY_MAX 256
#define HOUR_MS 3600000
#define QUEUES (HSS_WISH_LEVELS + 1)
#define SENT HSS_WISH_LEVELS /* the last queue */

struct entry
{
	struct hss_wish w; /* first: what the flow sees */
	struct entry *chain;
	struct entry *next, *prev; /* in its queue */
	unsigned queue;			   /* QUEUES: in none */
	char octets[];
};

struct queue
{
	struct entry *first, *last;
};

struct bucket
{
	struct entry *first;
};

static struct table
{
	gen_lock_t lock;
	unsigned max, count, sent;
	uint32_t buckets; /* a power of 2 */
	uint64_t serial;
	struct queue queue[QUEUES];
	struct bucket bucket[];
} * table;

int hss_wishes_init(unsigned max)
{
	uint32_t buckets = 1;
	size_t size;

	while(buckets < max / 4)
		buckets *= 2;
	size = sizeof(*table) + buckets * sizeof(table->bucket[0]);
	table = shm_malloc(size);
	if(!table)
		return -1;
	memset(table, 0, size);
	table->max = max;
	table->buckets = buckets;
	return lock_init(&table->lock) ? 0 : -1;
}

void hss_wishes_destroy(void)
{
	struct entry *e, *next;
	unsigned i;

	if(!table)
		return;
	for(i = 0; i < QUEUES; i++)
		for(e = table->queue[i].first; e; e = next) {
			next = e->next;
			shm_free(e);
		}
	lock_destroy(&table->lock);
	shm_free(table);
	table = NULL;
}

void hss_wishes_lock(void)
{
	lock_get(&table->lock);
}

void hss_wishes_unlock(void)
{
	lock_release(&table->lock);
}

/* --- by identity ---------------------------------------------------------------- */

/* All spellings of an identity have one. */
static int hash_of(uint32_t *hash, struct span impu)
{
	struct identity_uri uri;
	char key[KEY_MAX];
	size_t len;

	if(identity_uri_parse(&uri, impu) < 0
			|| (len = identity_canonical(key, sizeof(key), &uri)) == 0)
		return -1;
	*hash = get_hash1_raw(key, (int)len);
	return 0;
}

static struct entry **bucket(uint32_t hash)
{
	return &table->bucket[hash & (table->buckets - 1)].first;
}

struct hss_wish *hss_wish_find(struct span impu)
{
	struct entry *e;
	uint32_t hash;

	if(hash_of(&hash, impu) < 0)
		return NULL;
	for(e = *bucket(hash); e; e = e->chain)
		if(e->w.hash == hash && identity_same(e->w.who.impu, impu))
			return &e->w;
	return NULL;
}

struct hss_wish *hss_wish_of_request(uint32_t hash, uint64_t serial)
{
	struct entry *e;

	for(e = *bucket(hash); e; e = e->chain)
		if(e->w.is_sent && e->w.hash == hash && e->w.serial == serial)
			return &e->w;
	return NULL;
}

/* --- queues --------------------------------------------------------------------- */

static void leave_queue(struct entry *e)
{
	struct queue *q;

	if(e->queue == QUEUES)
		return;
	q = &table->queue[e->queue];
	*(e->prev ? &e->prev->next : &q->first) = e->next;
	*(e->next ? &e->next->prev : &q->last) = e->prev;
	if(e->queue == SENT)
		table->sent--;
	e->queue = QUEUES;
	e->w.is_sent = false;
}

static void enter_queue(struct entry *e, unsigned queue)
{
	struct queue *q = &table->queue[queue];

	leave_queue(e);
	e->queue = queue;
	e->next = NULL;
	e->prev = q->last;
	*(q->last ? &q->last->next : &q->first) = e;
	q->last = e;
}

uint64_t hss_wish_delay_ms(unsigned level)
{
	uint64_t ms =
			level == 0 ? 0 : (uint64_t)settings.hss_retry * 1000 << (level - 1);

	return ms < HOUR_MS ? ms : HOUR_MS;
}

void hss_wish_wait(struct hss_wish *wish, unsigned level, uint64_t now_ms)
{
	wish->level = level < HSS_WISH_LEVELS ? level : HSS_WISH_LEVELS - 1;
	wish->due_ms = now_ms + hss_wish_delay_ms(wish->level);
	enter_queue((struct entry *)wish, wish->level);
}

struct hss_wish *hss_wish_due(uint64_t now_ms)
{
	struct entry *found = NULL, *e;
	unsigned i;

	for(i = 0; i < HSS_WISH_LEVELS; i++) {
		e = table->queue[i].first;
		if(e && e->w.due_ms <= now_ms
				&& (!found || e->w.due_ms < found->w.due_ms))
			found = e;
	}
	return found ? &found->w : NULL;
}

void hss_wish_send(struct hss_wish *wish)
{
	enter_queue((struct entry *)wish, SENT);
	table->sent++;
	wish->is_sent = true;
	wish->sent = wish->wanted;
	wish->serial = ++table->serial;
	wish->attempts++;
}

/* --- coming and going ------------------------------------------------------------ */

static void copy_text(struct span *to, struct span from, char **at)
{
	*to = (struct span){*at, from.len};
	if(from.len > 0)
		memcpy(*at, from.s, from.len);
	*at += from.len;
}

void hss_who_copy(struct hss_who *out, const struct hss_who *in, char *octets)
{
	copy_text(&out->impu, in->impu, &octets);
	copy_text(&out->msisdn, in->msisdn, &octets);
	copy_text(&out->imsi, in->imsi, &octets);
	copy_text(&out->impi, in->impi, &octets);
}

struct hss_wish *hss_wish_add(const struct hss_who *who)
{
	size_t size =
			who->impu.len + who->msisdn.len + who->imsi.len + who->impi.len;
	struct entry *e;
	uint32_t hash;

	if(size > HSS_WHO_MAX || table->count == table->max
			|| hash_of(&hash, who->impu) < 0)
		return NULL;
	e = shm_malloc(sizeof(*e) + size);
	if(!e)
		return NULL;
	memset(e, 0, sizeof(*e));
	hss_who_copy(&e->w.who, who, e->octets);
	e->w.hash = hash;
	e->queue = QUEUES;
	e->chain = *bucket(hash);
	*bucket(hash) = e;
	table->count++;
	return &e->w;
}

void hss_wish_remove(struct hss_wish *wish)
{
	struct entry *e = (struct entry *)wish, **at = bucket(wish->hash);

	while(*at != e)
		at = &(*at)->chain;
	*at = e->chain;
	leave_queue(e);
	table->count--;
	shm_free(e);
}

/* --- looking around --------------------------------------------------------------- */

struct hss_wish *hss_wish_next(struct hss_wish *wish)
{
	/* the order in which the queues are shown: SENT, 0, 1 ... */
	static const unsigned first = SENT;
	struct entry *e =
			wish ? ((struct entry *)wish)->next : table->queue[first].first;
	unsigned queue = wish ? ((struct entry *)wish)->queue : first;

	while(!e) {
		queue = queue == first ? 0 : queue + 1;
		if(queue == first)
			return NULL;
		e = table->queue[queue].first;
	}
	return &e->w;
}

unsigned hss_wishes_count(void)
{
	return table ? table->count : 0;
}

unsigned hss_wishes_sent(void)
{
	return table->sent;
}
