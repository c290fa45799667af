/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * registry_put(), registry_load(), registry_follow(): which record a registration is
 * the next state of, what it takes from others, and the exchange itself. See
 * registry.h.
 */
#include "changes.h"
#include "expiry.h"
#include "registry.h"
#include "table.h"

/* Where it comes from: from our flow it is a change that the database is to have; the others come from there. */
enum source
{
	FROM_FLOW,
	FROM_DATABASE_FIRST,
	FROM_DATABASE_AGAIN,
};

struct put
{
	struct draft *draft;
	struct record *own; /* NULL: the registration is a new one */
	int64_t registered_at;
	enum source source;
	struct registry_put_info info;
};

/* --- which records -------------------------------------------------------- */

/* Take the locks of all keys of the draft, and of all keys of the records that have any of them now. */
static void lock_claims(struct lock_set *set, const struct draft *draft)
{
	struct lock_set wanted;
	unsigned i;

	lock_set_clear(&wanted);
	for(i = 0; i < draft->keys; i++)
		lock_set_add(&wanted, draft->key[i].hash);
	do {
		*set = wanted;
		lock_set_take(set);
		for(i = 0; i < draft->keys; i++) {
			const struct alias *alias = table_find_draft(draft, i);
			if(alias)
				lock_set_add_record(&wanted, record_of(alias));
		}
		if(memcmp(&wanted, set, sizeof(wanted)) == 0)
			return;
		lock_set_drop(set);
	} while(true);
}

/* The record of the same subscriber. Its row in the database is named by the primary IMPU, so that one decides before
 * all others. */
static struct record *find_own(const struct draft *draft)
{
	const struct alias *alias = table_find_draft(draft, 0);
	unsigned i;

	if(alias && alias->number == 0)
		return record_of(alias);
	for(i = 0; i < draft->keys; i++) {
		if(!draft->key[i].of_impu || !draft->key[i].unique)
			continue;
		alias = table_find_draft(draft, i);
		if(alias && !record_contradicts(record_of(alias), draft->from))
			return record_of(alias);
	}
	return NULL;
}

/* --- what others keep ----------------------------------------------------- */

/* Between gateways the later transaction counts, in whatever order they are seen. */
static bool is_newer(const struct put *put, const struct record *other)
{
	return other != put->own && put->source != FROM_FLOW
		   && (changes_waits(other)
				   || other->number > put->draft->from->number);
}

/* The draft without what newer records have. false: that is its primary IMPU, too, or all of them. */
static bool leave_newer(struct put *put)
{
	struct draft *draft = put->draft;
	struct draft kept = *draft, less;
	unsigned i;

	kept.keys = 0;
	for(i = 0; i < draft->keys; i++) {
		const struct alias *alias = table_find_draft(draft, i);
		if(alias && is_newer(put, record_of(alias)))
			kept.key[kept.keys++] = draft->key[i];
	}
	if(kept.keys == 0)
		return true;
	if(draft_make(&less, draft->from, &kept, registry_table->secret) < 0
			|| less.impus == 0 || less.key[0].hash != draft->key[0].hash)
		return false;
	*draft = less;
	return true;
}

/* --- what it takes from others -------------------------------------------- */

/* A number without "+" may be one of another numbering plan: it takes nothing from who surely has that number. */
static void drop_weak_claims(struct put *put)
{
	struct draft *draft = put->draft;
	unsigned i, kept = 0;

	for(i = 0; i < draft->keys; i++) {
		const struct alias *alias = table_find_draft(draft, i);
		if(draft->key[i].unique || !alias || record_of(alias) == put->own
				|| alias->tag & ALIAS_WEAK)
			draft->key[kept++] = draft->key[i];
	}
	draft->keys = kept;
}

static bool has_primary_of(
		const struct draft *draft, const struct record *other)
{
	unsigned i;

	for(i = 0; i < draft->keys; i++)
		if(table_find_draft(draft, i) == &other->alias[0])
			return true;
	return false;
}

static bool has_key_of(const struct record *record, const struct draft *draft,
		const struct draft_key *key)
{
	uint32_t tag = key_tag(key->hash, (enum key_kind)key->kind);
	unsigned i;

	for(i = 0; i < record->aliases; i++) {
		const struct alias *a = &record->alias[i];
		if((a->tag & ~ALIAS_WEAK) == tag && a->len == key->len
				&& memcmp(record_text(record) + a->at, draft->text + key->at,
						   key->len)
						   == 0)
			return true;
	}
	return false;
}

/* What a record has lost before it does not claim again by the way. */
static void keep_held_keys(struct draft *draft, const struct record *record)
{
	unsigned i, kept = 0;

	for(i = 0; i < draft->keys; i++)
		if(has_key_of(record, draft, &draft->key[i]))
			draft->key[kept++] = draft->key[i];
	draft->keys = kept;
}

static void mark_changed(const struct put *put, struct record *record)
{
	if(put->source == FROM_FLOW || changes_waits(record))
		changes_add(table_home(record), record);
	else
		changes_stamp(record);
}

static void remove_record(const struct put *put, struct record *record)
{
	if(put->source == FROM_FLOW)
		table_remove(record);
	else
		table_forget(record);
}

/* Leave the other record without what the draft claims; without its primary IMPU it is no registration any more. */
static void take_from(struct put *put, struct record *other)
{
	struct registration was;
	struct draft rest;
	bool lives;

	record_read(&was, other);
	lives = !has_primary_of(put->draft, other)
			&& draft_make(&rest, &was, put->draft, registry_table->secret) == 0;
	if(lives) {
		keep_held_keys(&rest, other);
		/* it is less than it was, but keys that were pieces of a lost text may need a place of their own */
		lives = record_size(&rest) <= other->size;
	}
	if(!lives) {
		put->info.lost_aliases += other->aliases;
		put->info.lost_records++;
		remove_record(put, other);
		return;
	}
	put->info.lost_aliases += other->aliases - rest.keys;
	table_unlink(other);
	record_write(other, &rest);
	table_link(other);
	mark_changed(put, other);
}

static void take_from_others(struct put *put)
{
	unsigned i;

	for(i = 0; i < put->draft->keys; i++) {
		const struct alias *alias = table_find_draft(put->draft, i);
		if(alias && record_of(alias) != put->own)
			take_from(put, record_of(alias));
	}
}

/* --- the exchange --------------------------------------------------------- */

/* Nothing but what has a fixed size is new. */
static int refresh(const struct put *put)
{
	struct record *own = put->own;
	bool changed = record_set_state(own, put->draft->from);

	own->registered_at = put->registered_at;
	own->number = put->draft->from->number;
	expiry_move(table_home(own), own);
	mark_changed(put, own);
	return changed ? REGISTRY_CHANGED : REGISTRY_REFRESHED;
}

/* What a new block needs; *fresh is NULL when the result is an error. */
static int prepare(
		struct record **fresh, const struct put *put, struct shard *home)
{
	size_t size = record_size(put->draft);

	*fresh = NULL;
	if(!put->own && !table_enter(false))
		return REGISTRY_FULL;
	if(expiry_reserve(home))
		*fresh = table_alloc(size);
	if(!*fresh) {
		if(!put->own)
			table_leave();
		return REGISTRY_NO_MEMORY;
	}
	memset(*fresh, 0, sizeof(**fresh));
	(*fresh)->size = (uint32_t)size;
	(*fresh)->registered_at = put->registered_at;
	(*fresh)->number = put->draft->from->number;
	record_write(*fresh, put->draft);
	return REGISTRY_OK;
}

/* Put a new block in the place of the old one. All that can fail comes first. */
static int exchange(struct put *put)
{
	struct shard *home =
			&registry_table->shard[shard_of_hash(put->draft->key[0].hash)];
	struct record *own = put->own;
	bool same_row = own && table_find_draft(put->draft, 0) == &own->alias[0];
	struct record *fresh;
	int result = prepare(&fresh, put, home);

	if(result < 0)
		return result;
	take_from_others(put);
	if(same_row) {
		table_unlink(own);
		expiry_replace(home, own, fresh);
		changes_drop(own);
		table_free(own, own->size);
	} else {
		if(own) {
			table_enter(true);
			remove_record(put, own);
		}
		expiry_add(home, fresh);
	}
	table_link(fresh);
	put->own = fresh;
	mark_changed(put, fresh);
	return own ? REGISTRY_CHANGED : REGISTRY_NEW;
}

/* It was taken out after the row was written, and the writer has not got to it. */
static bool has_ended_here(const struct draft *draft)
{
	const struct shard *home =
			&registry_table->shard[shard_of_hash(draft->key[0].hash)];

	return changes_buried(home, draft->from->impu[0]);
}

/* With the locks held. */
static int put_locked(struct put *put, struct registration *before, int64_t now)
{
	const struct registration *from = put->draft->from;
	struct record *own = find_own(put->draft);
	int result;

	if(put->source != FROM_FLOW && !own && has_ended_here(put->draft))
		return REGISTRY_STALE;
	if(own && put->source == FROM_DATABASE_FIRST)
		return REGISTRY_STALE;
	if(own && put->source == FROM_DATABASE_AGAIN && changes_waits(own))
		return REGISTRY_STALE;
	if(put->source == FROM_FLOW && from->serial != 0
			&& (!own || own->change.serial != from->serial))
		return REGISTRY_STALE;
	if(own && before)
		record_read(before, own);
	put->own = own;
	if(put->source != FROM_FLOW && !leave_newer(put))
		return REGISTRY_STALE;
	drop_weak_claims(put);
	put->registered_at = from->registered_at ? from->registered_at
						 : own				 ? own->registered_at
											 : now;
	if(own && record_is(own, put->draft))
		result = refresh(put);
	else
		result = exchange(put);
	if(result > 0)
		put->info.serial = put->own->change.serial;
	return result;
}

static int put_registration(struct registry_put_info *info,
		struct registration *before, const struct registration *reg,
		int64_t now, enum source source)
{
	struct draft draft;
	struct lock_set set;
	struct put put = {.draft = &draft, .source = source};
	int result;

	if(before)
		before->impus = 0;
	if(draft_make(&draft, reg, NULL, registry_table->secret) < 0)
		return REGISTRY_INVALID;
	lock_claims(&set, &draft);
	result = put_locked(&put, before, now);
	lock_set_drop(&set);
	if(result > 0 && source == FROM_FLOW)
		changes_tell();
	if(info)
		*info = put.info;
	return result;
}

int registry_put(struct registry_put_info *info, struct registration *before,
		const struct registration *reg, int64_t now)
{
	return put_registration(info, before, reg, now, FROM_FLOW);
}

int registry_load(const struct registration *reg, int64_t now)
{
	return put_registration(NULL, NULL, reg, now, FROM_DATABASE_FIRST);
}

int registry_follow(const struct registration *reg, int64_t now)
{
	return put_registration(NULL, NULL, reg, now, FROM_DATABASE_AGAIN);
}
