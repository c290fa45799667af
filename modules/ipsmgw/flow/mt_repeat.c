/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Answers to hubs, in a ring in the order of time: see mt_repeat.h.
 */
#include "mt_repeat.h"

#include <string.h>

#include "../registry/platform.h"

#define NONE UINT32_MAX
#define KEPT_MS 32000

struct answered
{
	uint64_t key;
	uint64_t until_ms;
	uint32_t next; /* in the bucket */
	uint16_t code, sip_status;
	uint8_t kind, rp_cause, tp_fcs, parts, parts_delivered;
};

struct repeats
{
	registry_lock_t lock;
	unsigned max, first, count;
	unsigned buckets; /* a power of two */
	uint32_t *bucket;
	struct answered answered[];
};

static struct repeats *repeats;

int mt_repeats_init(unsigned max)
{
	unsigned i;

	repeats = registry_alloc(sizeof(*repeats) + max * sizeof(struct answered));
	if(!repeats)
		return -1;
	repeats->max = max;
	repeats->first = repeats->count = 0;
	for(repeats->buckets = 1; repeats->buckets < max;)
		repeats->buckets *= 2;
	repeats->bucket = registry_alloc(repeats->buckets * sizeof(uint32_t));
	if(!repeats->bucket || !registry_lock_init(&repeats->lock)) {
		mt_repeats_destroy();
		return -1;
	}
	for(i = 0; i < repeats->buckets; i++)
		repeats->bucket[i] = NONE;
	return 0;
}

void mt_repeats_destroy(void)
{
	if(!repeats)
		return;
	registry_free(repeats->bucket);
	registry_free(repeats);
	repeats = NULL;
}

static uint32_t *bucket_of(uint64_t key)
{
	return &repeats->bucket[key & (repeats->buckets - 1)];
}

static void drop_oldest(void)
{
	uint32_t index = repeats->first, *at;

	for(at = bucket_of(repeats->answered[index].key); *at != index;)
		at = &repeats->answered[*at].next;
	*at = repeats->answered[index].next;
	repeats->first = (index + 1) % repeats->max;
	repeats->count--;
}

void mt_repeats_add(
		uint64_t key, const struct mt_outcome *outcome, uint64_t now_ms)
{
	uint32_t index;

	registry_lock(&repeats->lock);
	while(repeats->count > 0
			&& (repeats->count == repeats->max
					|| repeats->answered[repeats->first].until_ms <= now_ms))
		drop_oldest();
	index = (repeats->first + repeats->count++) % repeats->max;
	repeats->answered[index] = (struct answered){.key = key,
			.until_ms = now_ms + KEPT_MS,
			.next = *bucket_of(key),
			.code = outcome->code,
			.sip_status = outcome->sip_status,
			.kind = (uint8_t)outcome->kind,
			.rp_cause = outcome->rp_cause,
			.tp_fcs = outcome->tp_fcs,
			.parts = outcome->parts,
			.parts_delivered = outcome->parts_delivered};
	*bucket_of(key) = index;
	registry_unlock(&repeats->lock);
}

bool mt_repeats_find(struct mt_outcome *out, uint64_t key, uint64_t now_ms)
{
	const struct answered *a = NULL;
	uint32_t i;

	registry_lock(&repeats->lock);
	for(i = *bucket_of(key); i != NONE && !a; i = repeats->answered[i].next)
		if(repeats->answered[i].key == key
				&& repeats->answered[i].until_ms > now_ms)
			a = &repeats->answered[i];
	if(a) {
		memset(out, 0, sizeof(*out));
		out->kind = a->kind;
		out->code = a->code;
		out->sip_status = a->sip_status;
		out->rp_cause = a->rp_cause;
		out->tp_fcs = a->tp_fcs;
		out->parts = a->parts;
		out->parts_delivered = a->parts_delivered;
	}
	registry_unlock(&repeats->lock);
	return a != NULL;
}
