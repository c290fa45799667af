/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Looking around in the registry: counts and the list of records. See registry.h.
 */
#include "registry.h"

#include "table.h"

unsigned registry_count(void)
{
	return __atomic_load_n(&registry_table->count, __ATOMIC_RELAXED);
}

void registry_stats(struct registry_stats *out)
{
	const struct table *t = registry_table;

	*out = (struct registry_stats){
			.records = registry_count(),
			.max = t->max,
			.peak = __atomic_load_n(&t->peak, __ATOMIC_RELAXED),
			.aliases = __atomic_load_n(&t->aliases, __ATOMIC_RELAXED),
			.bytes = __atomic_load_n(&t->bytes, __ATOMIC_RELAXED),
			.serial = __atomic_load_n(&t->serial, __ATOMIC_RELAXED),
			.changed = __atomic_load_n(&t->changes, __ATOMIC_RELAXED),
	};
}

void registry_skip(struct registry_cursor *at, unsigned records)
{
	while(records > 0 && at->shard < table_shards()) {
		struct shard *s = &registry_table->shard[at->shard];
		unsigned here;

		registry_lock(&s->lock);
		here = s->records > at->index ? s->records - at->index : 0;
		registry_unlock(&s->lock);
		if(records < here) {
			at->index += records;
			return;
		}
		records -= here;
		at->shard++;
		at->index = 0;
	}
}

bool registry_next(struct registration *out, struct registry_cursor *at)
{
	bool found = false;

	while(!found && at->shard < table_shards()) {
		struct shard *s = &registry_table->shard[at->shard];

		registry_lock(&s->lock);
		found = at->index < s->records;
		if(found)
			record_read(out, s->expiry[at->index++].record);
		registry_unlock(&s->lock);
		if(!found) {
			at->shard++;
			at->index = 0;
		}
	}
	return found;
}
