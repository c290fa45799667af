/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The table of subscriptions: see subscription_table.h. Places of a fixed number, two
 * hash indexes, and for each agenda a heap by time.
 */
#include "subscription_table.h"

#include "core/hashes.h"
#include "core/locking.h"
#include "../ims/identity.h"

#define NONE UINT32_MAX
#define KEY_MAX 256

enum index
{
	BY_IDENTITY,
	BY_CALL_ID,
	INDEXES,
};

struct place
{
	struct subscription s; /* first: what the flow sees */
	unsigned hash[INDEXES];
	uint32_t next[INDEXES]; /* in the chain; of a free place in BY_IDENTITY */
	enum subscription_agenda agenda;
	uint32_t heap_at; /* NONE: in no agenda */
	uint64_t due_ms;
};

struct heap
{
	uint32_t count;
	uint32_t *place;
};

static struct table
{
	gen_lock_t lock;
	unsigned max, count;
	uint32_t free, serial;
	uint32_t buckets; /* a power of 2 */
	uint32_t *first[INDEXES];
	struct heap heap[AGENDAS];
	struct place place[];
} * table;

static uint32_t *numbers(uint32_t count)
{
	uint32_t *all = shm_malloc(count * sizeof(*all));
	uint32_t i;

	for(i = 0; all && i < count; i++)
		all[i] = NONE;
	return all;
}

int subscription_table_init(unsigned max)
{
	size_t size = sizeof(*table) + max * sizeof(table->place[0]);
	uint32_t i;

	table = shm_malloc(size);
	if(!table)
		return -1;
	memset(table, 0, size);
	table->max = max;
	for(table->buckets = 1; table->buckets < max;)
		table->buckets *= 2;
	for(i = 0; i < INDEXES; i++)
		if(!(table->first[i] = numbers(table->buckets)))
			return -1;
	for(i = 0; i < AGENDAS; i++)
		if(!(table->heap[i].place = numbers(max)))
			return -1;
	for(i = 0; i < max; i++) {
		table->place[i].heap_at = NONE;
		table->place[i].next[BY_IDENTITY] = i + 1 < max ? i + 1 : NONE;
	}
	return lock_init(&table->lock) ? 0 : -1;
}

void subscription_table_destroy(void)
{
	uint32_t i;

	if(!table)
		return;
	for(i = 0; i < table->max; i++)
		if(table->place[i].s.text[0].s)
			shm_free(table->place[i].s.text[0].s);
	for(i = 0; i < INDEXES; i++)
		if(table->first[i])
			shm_free(table->first[i]);
	for(i = 0; i < AGENDAS; i++)
		if(table->heap[i].place)
			shm_free(table->heap[i].place);
	lock_destroy(&table->lock);
	shm_free(table);
	table = NULL;
}

void subscriptions_lock(void)
{
	lock_get(&table->lock);
}

void subscriptions_unlock(void)
{
	lock_release(&table->lock);
}

static struct place *of(struct subscription *s)
{
	return (struct place *)s;
}

uint32_t subscription_place(const struct subscription *s)
{
	return (uint32_t)((const struct place *)s - table->place);
}

static uint32_t next_serial(void)
{
	if(++table->serial == 0)
		table->serial = 1;
	return table->serial;
}

/* --- by identity and by dialog ------------------------------------------------ */

/* All spellings of an identity are one key. */
static int key_of(char key[KEY_MAX], size_t *len, str impu)
{
	struct identity_uri uri;

	if(identity_uri_parse(&uri, span_of(impu)) < 0)
		return -1;
	*len = identity_canonical(key, KEY_MAX, &uri);
	return *len > 0 ? 0 : -1;
}

static void enter(enum index index, uint32_t place, const char *key, size_t len)
{
	struct place *p = &table->place[place];
	uint32_t *first;

	p->hash[index] = get_hash1_raw(key, (int)len);
	first = &table->first[index][p->hash[index] & (table->buckets - 1)];
	p->next[index] = *first;
	*first = place;
}

static void leave(enum index index, uint32_t place)
{
	struct place *p = &table->place[place];
	uint32_t *at = &table->first[index][p->hash[index] & (table->buckets - 1)];

	while(*at != NONE && *at != place)
		at = &table->place[*at].next[index];
	if(*at == place)
		*at = p->next[index];
}

static uint32_t chain(enum index index, const char *key, size_t len)
{
	return table
			->first[index][get_hash1_raw(key, (int)len) & (table->buckets - 1)];
}

struct subscription *subscription_find(str impu)
{
	char key[KEY_MAX];
	uint32_t at;
	size_t len;

	if(key_of(key, &len, impu) < 0)
		return NULL;
	for(at = chain(BY_IDENTITY, key, len); at != NONE;
			at = table->place[at].next[BY_IDENTITY]) {
		struct subscription *s = &table->place[at].s;
		if(identity_same(span_of(s->text[SUBSCRIPTION_IMPU]), span_of(impu)))
			return s;
	}
	return NULL;
}

static bool same(str a, str b)
{
	return a.len == b.len && memcmp(a.s, b.s, (size_t)a.len) == 0;
}

struct subscription *subscription_of_dialog(str call_id, str local_tag)
{
	uint32_t at;

	if(call_id.len == 0)
		return NULL;
	for(at = chain(BY_CALL_ID, call_id.s, (size_t)call_id.len); at != NONE;
			at = table->place[at].next[BY_CALL_ID]) {
		struct subscription *s = &table->place[at].s;
		if(same(s->text[SUBSCRIPTION_CALL_ID], call_id)
				&& same(s->text[SUBSCRIPTION_LOCAL_TAG], local_tag))
			return s;
	}
	return NULL;
}

struct subscription *subscription_in(uint32_t place)
{
	struct subscription *s = place < table->max ? &table->place[place].s : NULL;

	return s && s->state != SUBSCRIPTION_FREE ? s : NULL;
}

struct subscription *subscription_at(uint32_t place, uint32_t birth)
{
	struct subscription *s = subscription_in(place);

	return s && s->birth == birth ? s : NULL;
}

struct subscription *subscription_of_attempt(uint32_t place, uint32_t attempt)
{
	struct subscription *s = subscription_in(place);

	return s && s->attempt == attempt ? s : NULL;
}

/* --- texts, coming and going ---------------------------------------------------- */

/* One block, the identity first in it. */
static char *join(str out[SUBSCRIPTION_TEXTS], const str in[SUBSCRIPTION_TEXTS])
{
	size_t size = 0;
	char *block, *p;
	int i;

	for(i = 0; i < SUBSCRIPTION_TEXTS; i++)
		size += (size_t)in[i].len;
	if(size > SUBSCRIPTION_TEXT_MAX)
		return NULL;
	block = p = shm_malloc(size);
	for(i = 0; block && i < SUBSCRIPTION_TEXTS; i++) {
		out[i] = (str){p, in[i].len};
		if(in[i].len > 0)
			memcpy(p, in[i].s, (size_t)in[i].len);
		p += in[i].len;
	}
	return block;
}

void subscription_copy(
		struct subscription_copy *out, const struct subscription *s)
{
	char *p = out->octets;
	int i;

	out->place = subscription_place(s);
	out->birth = s->birth;
	out->attempt = s->attempt;
	out->state = s->state;
	out->cseq = s->cseq;
	out->expires = s->expires;
	out->has_version = s->has_version;
	out->doubt = s->doubt;
	out->version = s->version;
	out->record_stamp = s->record_stamp;
	for(i = 0; i < SUBSCRIPTION_TEXTS; i++) {
		out->text[i] = (str){p, s->text[i].len};
		if(s->text[i].len > 0)
			memcpy(p, s->text[i].s, (size_t)s->text[i].len);
		p += s->text[i].len;
	}
}

int subscription_set_texts(
		struct subscription *s, const str text[SUBSCRIPTION_TEXTS])
{
	uint32_t place = subscription_place(s);
	char *old = s->text[SUBSCRIPTION_IMPU].s;
	str now[SUBSCRIPTION_TEXTS];
	bool other =
			!same(s->text[SUBSCRIPTION_CALL_ID], text[SUBSCRIPTION_CALL_ID]);

	if(!join(now, text))
		return -1;
	if(other && s->text[SUBSCRIPTION_CALL_ID].len > 0)
		leave(BY_CALL_ID, place);
	memcpy(s->text, now, sizeof(now));
	shm_free(old);
	if(other && s->text[SUBSCRIPTION_CALL_ID].len > 0)
		enter(BY_CALL_ID, place, s->text[SUBSCRIPTION_CALL_ID].s,
				(size_t)s->text[SUBSCRIPTION_CALL_ID].len);
	return 0;
}

struct subscription *subscription_add(str impu, str scscf)
{
	str text[SUBSCRIPTION_TEXTS] = {
			[SUBSCRIPTION_IMPU] = impu, [SUBSCRIPTION_SCSCF] = scscf};
	uint32_t place = table->free;
	char key[KEY_MAX];
	struct place *p;
	size_t len;

	if(place == NONE || table->count == table->max
			|| key_of(key, &len, impu) < 0)
		return NULL;
	p = &table->place[place];
	memset(&p->s, 0, sizeof(p->s));
	if(!join(p->s.text, text))
		return NULL;
	table->free = p->next[BY_IDENTITY];
	table->count++;
	p->s.state = SUBSCRIPTION_QUEUED;
	p->s.birth = next_serial();
	enter(BY_IDENTITY, place, key, len);
	return &p->s;
}

void subscription_remove(struct subscription *s)
{
	uint32_t place = subscription_place(s);

	subscription_wait_no_more(s);
	leave(BY_IDENTITY, place);
	if(s->text[SUBSCRIPTION_CALL_ID].len > 0)
		leave(BY_CALL_ID, place);
	shm_free(s->text[SUBSCRIPTION_IMPU].s);
	memset(s, 0, sizeof(*s));
	of(s)->next[BY_IDENTITY] = table->free;
	table->free = place;
	table->count--;
}

void subscription_next_attempt(struct subscription *s)
{
	s->attempt = next_serial();
}

/* --- agendas --------------------------------------------------------------------- */

static void heap_put(struct heap *heap, uint32_t at, uint32_t place)
{
	heap->place[at] = place;
	table->place[place].heap_at = at;
}

static bool earlier(uint32_t a, uint32_t b)
{
	return table->place[a].due_ms < table->place[b].due_ms;
}

static void heap_up(struct heap *heap, uint32_t at)
{
	uint32_t place = heap->place[at];

	while(at > 0 && earlier(place, heap->place[(at - 1) / 2])) {
		heap_put(heap, at, heap->place[(at - 1) / 2]);
		at = (at - 1) / 2;
	}
	heap_put(heap, at, place);
}

static void heap_down(struct heap *heap, uint32_t at)
{
	uint32_t place = heap->place[at], child;

	while((child = 2 * at + 1) < heap->count) {
		if(child + 1 < heap->count
				&& earlier(heap->place[child + 1], heap->place[child]))
			child++;
		if(!earlier(heap->place[child], place))
			break;
		heap_put(heap, at, heap->place[child]);
		at = child;
	}
	heap_put(heap, at, place);
}

void subscription_wait_no_more(struct subscription *s)
{
	struct place *p = of(s);
	struct heap *heap = &table->heap[p->agenda];
	uint32_t at = p->heap_at, last;

	if(at == NONE)
		return;
	p->heap_at = NONE;
	last = heap->place[--heap->count];
	if(at == heap->count)
		return;
	heap_put(heap, at, last);
	heap_up(heap, at);
	heap_down(heap, table->place[last].heap_at);
}

void subscription_wait(struct subscription *s, enum subscription_agenda agenda,
		uint64_t due_ms)
{
	struct heap *heap = &table->heap[agenda];

	subscription_wait_no_more(s);
	of(s)->agenda = agenda;
	of(s)->due_ms = due_ms;
	heap->place[heap->count] = subscription_place(s);
	heap_up(heap, heap->count++);
}

uint64_t subscription_due_ms(const struct subscription *s)
{
	const struct place *p = (const struct place *)s;

	return p->heap_at == NONE ? 0 : p->due_ms;
}

struct subscription *subscription_due(
		enum subscription_agenda agenda, uint64_t now_ms)
{
	struct heap *heap = &table->heap[agenda];
	struct subscription *s;

	if(heap->count == 0 || table->place[heap->place[0]].due_ms > now_ms)
		return NULL;
	s = &table->place[heap->place[0]].s;
	subscription_wait_no_more(s);
	return s;
}

unsigned subscriptions_count(void)
{
	return table->count;
}

unsigned subscriptions_waiting(void)
{
	return table->heap[AGENDA_START].count;
}

unsigned subscriptions_max(void)
{
	return table->max;
}
