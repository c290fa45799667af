/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Changes for the writer of a database: see changes.h and registry.h.
 */
#include "changes.h"

#include <time.h>

#include "../ims/identity.h"

/* --- lists ---------------------------------------------------------------- */

static void list_init(struct change *head)
{
	head->next = head->before = head;
}

static bool list_empty(const struct change *head)
{
	return head->next == head;
}

static void list_append(struct change *head, struct change *c)
{
	c->next = head;
	c->before = head->before;
	head->before->next = c;
	head->before = c;
}

static void list_remove(struct change *c)
{
	c->before->next = c->next;
	c->next->before = c->before;
	c->next = c->before = NULL;
}

/* Move all of one list to the front of another. */
static void list_push_front(struct change *to, struct change *from)
{
	if(list_empty(from))
		return;
	from->before->next = to->next;
	to->next->before = from->before;
	to->next = from->next;
	from->next->before = to;
	list_init(from);
}

/* --- records -------------------------------------------------------------- */

static bool is_gone(const struct record *record)
{
	return record->aliases == 0;
}

static void count_change(int64_t by)
{
	__atomic_fetch_add(
			&registry_table->changes, (uint64_t)by, __ATOMIC_RELAXED);
}

static bool is_among(const struct change *head, struct span impu)
{
	const struct change *c;

	for(c = head->next; c != head; c = c->next) {
		const struct record *record = (const struct record *)c;

		if(is_gone(record)
				&& identity_same(
						(struct span){record_text(record), record->text_len},
						impu))
			return true;
	}
	return false;
}

bool changes_buried(const struct shard *s, struct span impu)
{
	return is_among(&s->changed, impu) || is_among(&s->handed, impu);
}

static void free_gone(struct change *head)
{
	struct change *c, *next;

	for(c = head->next; c != head; c = next) {
		next = c->next;
		if(is_gone((struct record *)c))
			registry_free(c);
	}
}

void changes_init(struct shard *s)
{
	list_init(&s->changed);
	list_init(&s->handed);
}

void changes_destroy(struct shard *s)
{
	/* a shard that was never set up */
	if(!s->changed.next)
		return;
	free_gone(&s->changed);
	free_gone(&s->handed);
}

bool changes_waits(const struct record *record)
{
	return record->change.next != NULL;
}

void changes_drop(struct record *record)
{
	if(!changes_waits(record))
		return;
	list_remove(&record->change);
	count_change(-1);
}

void changes_stamp(struct record *record)
{
	record->change.serial =
			__atomic_add_fetch(&registry_table->serial, 1, __ATOMIC_SEQ_CST);
}

void changes_add(struct shard *s, struct record *record)
{
	changes_drop(record);
	changes_stamp(record);
	if(!registry_table->track_changes)
		return;
	list_append(&s->changed, &record->change);
	count_change(1);
}

uint64_t registry_serial(void)
{
	return __atomic_load_n(&registry_table->serial, __ATOMIC_SEQ_CST);
}

void changes_tell(void)
{
	const struct table *t = registry_table;

	if(t->track_changes && t->changed)
		t->changed(registry_serial());
}

void changes_bury(struct shard *s, struct record *record)
{
	size_t size = record_stub_size(record);
	struct record *stub;

	changes_drop(record);
	if(!registry_table->track_changes) {
		table_free(record, record->size);
		return;
	}
	/* without memory for the small one the large one serves */
	stub = table_alloc(size);
	if(stub) {
		stub->size = (uint32_t)size;
		stub->change.next = NULL;
	}
	record_write_stub(stub ? stub : record, record);
	if(stub)
		table_free(record, record->size);
	changes_add(s, stub ? stub : record);
}

/* --- the writer's passes -------------------------------------------------- */

#define LOCK_PAUSE_NS 50000

void registry_pass_begin(struct registry_pass *pass, bool (*give_up)(void))
{
	/* read before any lock is taken: who took a serial up to this one did so under the lock of a shard, and is in its
	 * list when we have that lock */
	pass->serial = registry_serial();
	pass->first = pass->shard = 0;
	pass->number = 0;
	pass->give_up = give_up;
	pass->left_out = false;
}

/* false: it was given up. */
static bool lock_shard(struct registry_pass *pass, struct shard *s)
{
	static const struct timespec pause = {.tv_nsec = LOCK_PAUSE_NS};

	while(!registry_try_lock(&s->lock)) {
		if(pass->give_up && pass->give_up()) {
			pass->left_out = true;
			return false;
		}
		nanosleep(&pause, NULL);
	}
	return true;
}

static enum registry_change hand_out(
		struct registration *out, struct shard *s, uint64_t upto)
{
	enum registry_change result = REGISTRY_NO_CHANGE;
	struct record *record = (struct record *)s->changed.next;

	if(!list_empty(&s->changed) && record->change.serial <= upto) {
		list_remove(&record->change);
		list_append(&s->handed, &record->change);
		record_read(out, record);
		result = is_gone(record) ? REGISTRY_DELETE : REGISTRY_WRITE;
	}
	return result;
}

enum registry_change registry_pass_next(
		struct registration *out, struct registry_pass *pass)
{
	enum registry_change result = REGISTRY_NO_CHANGE;

	while(pass->shard < table_shards()) {
		struct shard *s = &registry_table->shard[pass->shard];

		if(lock_shard(pass, s)) {
			result = hand_out(out, s, pass->serial);
			registry_unlock(&s->lock);
		}
		if(result != REGISTRY_NO_CHANGE)
			break;
		pass->shard++;
	}
	return result;
}

/* The writer has written it: what is gone is forgotten. */
static void forget_handed(struct shard *s, int64_t number)
{
	while(!list_empty(&s->handed)) {
		struct record *record = (struct record *)s->handed.next;
		changes_drop(record);
		record->number = number;
		if(is_gone(record))
			table_free(record, record->size);
	}
}

static void for_handed(struct registry_pass *pass,
		void (*act)(struct shard *s, int64_t number))
{
	for(; pass->first < table_shards(); pass->first++) {
		struct shard *s = &registry_table->shard[pass->first];

		if(lock_shard(pass, s)) {
			act(s, pass->number);
			registry_unlock(&s->lock);
		}
		if(pass->first == pass->shard)
			break;
	}
}

void registry_pass_commit(struct registry_pass *pass)
{
	for_handed(pass, forget_handed);
}

static void take_back(struct shard *s, int64_t number)
{
	(void)number;
	list_push_front(&s->changed, &s->handed);
}

void registry_pass_abort(struct registry_pass *pass)
{
	for_handed(pass, take_back);
	pass->first = pass->shard = table_shards();
}
