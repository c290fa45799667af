/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Putting, getting, changing and removing registrations: see registry.h. Each
 * function takes the locks that it needs, and has none when it returns.
 */
#include "registry.h"

#include "changes.h"
#include "expiry.h"
#include "table.h"

/* --- registrations, without the registry ---------------------------------- */

/* Copy a text behind the others of *out. */
static bool keep_text(struct registration *out, size_t *used, struct span *to,
		struct span from)
{
	to->s = out->text + *used;
	to->len = from.len;
	if(from.len > sizeof(out->text) - *used)
		return false;
	if(from.len > 0)
		memcpy(out->text + *used, from.s, from.len);
	*used += from.len;
	return true;
}

int registration_copy(struct registration *out, const struct registration *in)
{
	size_t used = 0;
	unsigned i;
	bool fits;

	memcpy(out, in, offsetof(struct registration, text));
	fits = in->impus <= REGISTRATION_IMPUS_MAX
		   && in->contacts <= REGISTRATION_CONTACTS_MAX;
	for(i = 0; fits && i < in->impus; i++)
		fits = keep_text(out, &used, &out->impu[i], in->impu[i]);
	fits = fits && keep_text(out, &used, &out->msisdn, in->msisdn)
		   && keep_text(out, &used, &out->imsi, in->imsi)
		   && keep_text(out, &used, &out->impi, in->impi)
		   && keep_text(out, &used, &out->scscf, in->scscf);
	for(i = 0; fits && i < in->contacts; i++)
		fits = keep_text(out, &used, &out->contact[i].uri, in->contact[i].uri);
	return fits ? 0 : -1;
}

enum sms_capability registration_capability(const struct registration *reg)
{
	enum sms_capability all =
			reg->contacts > 0 ? SMS_CAPABILITY_NO : SMS_CAPABILITY_UNKNOWN;
	unsigned i;

	for(i = 0; i < reg->contacts; i++) {
		if(reg->contact[i].smsip == SMS_CAPABILITY_YES)
			return SMS_CAPABILITY_YES;
		if(reg->contact[i].smsip != SMS_CAPABILITY_NO)
			all = SMS_CAPABILITY_UNKNOWN;
	}
	return all;
}

bool registration_msisdn_less(const struct registration *reg)
{
	unsigned takes = 0, i;

	for(i = 0; i < reg->contacts; i++) {
		if(reg->contact[i].smsip == SMS_CAPABILITY_NO)
			continue;
		if(!reg->contact[i].msisdn_less)
			return false;
		takes++;
	}
	return takes > 0;
}

/* --- finding -------------------------------------------------------------- */

static uint64_t hash_of(const struct key *key)
{
	return key_hash(registry_table->secret, key->kind, key->text, key->len);
}

static struct alias *find_alias(const struct key *key, uint64_t hash)
{
	return table_find(hash, key->kind, key->text, key->len);
}

static struct record *find(const struct key *key, uint64_t hash)
{
	struct alias *alias = find_alias(key, hash);

	return alias ? record_of(alias) : NULL;
}

int registry_get(struct registration *out, struct span id, int64_t now)
{
	struct key_list keys;
	uint64_t hash[KEYS_OF_ID_MAX];
	int result = REGISTRY_ABSENT;
	unsigned i;

	if(keys_of_id(&keys, id) < 0)
		return REGISTRY_ABSENT;
	for(i = 0; i < keys.count; i++) {
		hash[i] = hash_of(&keys.key[i]);
		table_expect(hash[i]);
	}
	for(i = 0; i < keys.count && !table_expect_record(hash[i]); i++)
		;
	for(i = 0; i < keys.count && result == REGISTRY_ABSENT; i++) {
		struct shard *s = &registry_table->shard[shard_of_hash(hash[i])];
		struct record *record;

		registry_lock(&s->lock);
		record = find(&keys.key[i], hash[i]);
		if(record && now < record->expires_at) {
			record_read(out, record);
			result = REGISTRY_OK;
		}
		registry_unlock(&s->lock);
	}
	return result;
}

/* Find a record and take all its locks; NULL: there is none, and no lock is held. */
static struct record *lock_found(struct lock_set *set, const struct key *key)
{
	uint64_t hash = hash_of(key);
	struct lock_set more;
	struct record *record;

	lock_set_clear(set);
	lock_set_add(set, hash);
	for(;;) {
		lock_set_take(set);
		record = find(key, hash);
		if(record && lock_set_covers(set, record))
			return record;
		more = *set;
		if(record)
			lock_set_add_record(&more, record);
		lock_set_drop(set);
		if(!record)
			return NULL;
		*set = more;
	}
}

/* --- removing ------------------------------------------------------------- */

int registry_remove(
		struct registration *out, struct span id, uint64_t if_serial)
{
	struct key_list keys;
	struct lock_set set;
	struct record *record = NULL;
	int result = REGISTRY_ABSENT;
	unsigned i;

	if(keys_of_id(&keys, id) < 0)
		return REGISTRY_ABSENT;
	for(i = 0; i < keys.count && !record; i++)
		record = lock_found(&set, &keys.key[i]);
	if(!record)
		return REGISTRY_ABSENT;
	result = REGISTRY_STALE;
	if(if_serial == 0 || if_serial == record->change.serial) {
		if(out)
			record_read(out, record);
		table_remove(record);
		result = REGISTRY_OK;
	}
	lock_set_drop(&set);
	if(result == REGISTRY_OK)
		changes_tell();
	return result;
}

void registry_bury(struct span impu)
{
	struct registration gone = {.impus = 1, .impu = {impu}};
	struct draft draft;
	struct record *stub;
	struct shard *s;

	if(!registry_table->track_changes
			|| draft_make(&draft, &gone, NULL, registry_table->secret) < 0)
		return;
	stub = table_alloc(record_size(&draft));
	if(!stub)
		return;
	memset(stub, 0, sizeof(*stub));
	stub->size = (uint32_t)record_size(&draft);
	record_write(stub, &draft);
	s = &registry_table->shard[shard_of_hash(draft.key[0].hash)];
	registry_lock(&s->lock);
	if(table_find_draft(&draft, 0)) {
		table_free(stub, stub->size);
		stub = NULL;
	} else {
		record_write_stub(stub, stub);
		changes_add(s, stub);
	}
	registry_unlock(&s->lock);
	if(stub)
		changes_tell();
}

int registry_forget(struct span impu)
{
	struct key_list keys;
	struct lock_set set;
	struct record *record;
	int result = REGISTRY_ABSENT;

	if(keys_of_impu(&keys, impu) < 0)
		return REGISTRY_ABSENT;
	record = lock_found(&set, &keys.key[0]);
	if(!record)
		return REGISTRY_ABSENT;
	/* one that has it as another of its IMPUs has another row */
	if(find_alias(&keys.key[0], hash_of(&keys.key[0])) == &record->alias[0])
		result = changes_waits(record) ? REGISTRY_STALE : REGISTRY_OK;
	if(result == REGISTRY_OK)
		table_forget(record);
	lock_set_drop(&set);
	return result;
}

/* The locks of the record of a shard that expires next, when that is due; NULL and no lock: none is. */
static struct record *lock_expired(
		struct lock_set *set, struct shard *s, int64_t now)
{
	struct lock_set more;
	struct record *record;

	lock_set_clear(set);
	for(;;) {
		set->bits[(s - registry_table->shard) / 64] |=
				UINT64_C(1) << (s - registry_table->shard) % 64;
		lock_set_take(set);
		record = s->records > 0 && s->expiry[0].at <= now ? s->expiry[0].record
														  : NULL;
		if(record && lock_set_covers(set, record))
			return record;
		lock_set_clear(&more);
		if(record)
			lock_set_add_record(&more, record);
		lock_set_drop(set);
		if(!record)
			return NULL;
		*set = more;
	}
}

bool registry_expire_next(struct registration *out, int64_t now)
{
	struct table *t = registry_table;
	unsigned from = __atomic_load_n(&t->expire_from, __ATOMIC_RELAXED);
	struct record *record;
	struct lock_set set;
	bool waits;
	unsigned n;

	for(n = 0; n < table_shards(); n++) {
		unsigned at = (from + n) % table_shards();
		struct shard *s = &t->shard[at];

		if(now < __atomic_load_n(&s->earliest, __ATOMIC_RELAXED))
			continue;
		record = lock_expired(&set, s, now);
		if(!record)
			continue;
		record_read(out, record);
		/* its row may tell of a later end than it had */
		waits = changes_waits(record);
		if(waits)
			table_remove(record);
		else
			table_forget(record);
		lock_set_drop(&set);
		if(waits)
			changes_tell();
		__atomic_store_n(&t->expire_from, at, __ATOMIC_RELAXED);
		return true;
	}
	return false;
}

/* --- changing ------------------------------------------------------------- */

static void state_of(
		struct registration_state *out, const struct record *record)
{
	*out = (struct registration_state){
			.capability = (enum sms_capability)record->capability,
			.hss_wanted = record->hss_wanted,
			.hss_told = record->hss_told,
			.expires_at = record->expires_at};
	memcpy(out->user, record->user, sizeof(out->user));
}

static void set_state(
		struct record *record, const struct registration_state *state)
{
	struct shard *home = table_home(record);

	record->capability = (uint8_t)state->capability;
	record->hss_wanted = state->hss_wanted;
	record->hss_told = state->hss_told;
	record->expires_at = state->expires_at;
	memcpy(record->user, state->user, sizeof(record->user));
	expiry_move(home, record);
	changes_add(home, record);
}

int registry_update(uint64_t *serial, struct span id, int64_t now,
		registry_update_fn fn, void *arg)
{
	struct registration_state state;
	struct key_list keys;
	struct lock_set set;
	struct record *record = NULL;
	int result = REGISTRY_OK;
	unsigned i;

	if(keys_of_id(&keys, id) < 0)
		return REGISTRY_ABSENT;
	for(i = 0; i < keys.count && !record; i++) {
		record = lock_found(&set, &keys.key[i]);
		if(record && now >= record->expires_at) {
			lock_set_drop(&set);
			record = NULL;
		}
	}
	if(!record)
		return REGISTRY_ABSENT;
	state_of(&state, record);
	if(fn(&state, arg)) {
		set_state(record, &state);
		result = REGISTRY_CHANGED;
	}
	if(serial)
		*serial = record->change.serial;
	lock_set_drop(&set);
	if(result == REGISTRY_CHANGED)
		changes_tell();
	return result;
}
