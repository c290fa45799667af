/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Entries of deliveries in the database: see delivery_store_private.h.
 */
#include <inttypes.h>
#include <stdio.h>
#include <sys/random.h>
#include <time.h>

#include "core/mem/shm_mem.h"
#include "../store/row_text.h"
#include "clock.h"
#include "delivery_store_private.h"

struct kept_table *kept_table;
struct delivery_store_options store_options;
char kept_gateway[GATEWAY_MAX + 1];

/* --- lists and entries -------------------------------------------------------------------------- */

void kept_list_add(enum list which, struct kept *k)
{
	struct kept_list *list = &kept_table->list[which];
	struct kept_link *link = &k->link[which];

	if(link->in)
		return;
	*link = (struct kept_link){.before = list->last, .in = true};
	if(list->last)
		list->last->link[which].after = k;
	else
		list->first = k;
	list->last = k;
	if(which == CHANGED)
		kept_table->stats.waiting++;
}

void kept_list_take(enum list which, struct kept *k)
{
	struct kept_list *list = &kept_table->list[which];
	struct kept_link *link = &k->link[which];

	if(!link->in)
		return;
	if(link->before)
		link->before->link[which].after = link->after;
	else
		list->first = link->after;
	if(link->after)
		link->after->link[which].before = link->before;
	else
		list->last = link->before;
	*link = (struct kept_link){.in = false};
	if(which == CHANGED)
		kept_table->stats.waiting--;
}

struct kept *kept_of(const struct delivery *d)
{
	struct kept *k = kept_table ? kept_table->of[d->id.index] : NULL;

	return k && k->d == d ? k : NULL;
}

void kept_free(struct kept *k)
{
	int i;

	for(i = 0; i < LISTS; i++)
		kept_list_take(i, k);
	__atomic_sub_fetch(&kept_table->rows, 1, __ATOMIC_SEQ_CST);
	shm_free(k);
}

/* It takes a reference to the delivery. */
struct kept *kept_new(struct delivery *d)
{
	struct kept *k = shm_malloc(sizeof(*k));

	if(!k)
		return NULL;
	memset(k, 0, sizeof(*k));
	k->d = delivery_hold(d->id);
	if(!k->d) {
		shm_free(k);
		return NULL;
	}
	kept_table->of[d->id.index] = k;
	__atomic_add_fetch(&kept_table->rows, 1, __ATOMIC_SEQ_CST);
	return k;
}

/* --- names ---------------------------------------------------------------------------------------- */

static int64_t wall_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

/* When it came, by the clock of the wall, and behind those of the same millisecond that were put before. */
static int64_t kept_place(const struct delivery *d)
{
	int64_t age_us = (int64_t)(clock_ms() - d->arrival_ms) * 1000;
	int64_t place = (wall_us() - age_us) / 1000 * 1000;

	if(place / 1000 == kept_table->last_place / 1000)
		place = kept_table->last_place + 1;
	kept_table->last_place = place;
	return place;
}

void kept_name(struct kept *k)
{
	uint64_t random;
	char name[DELIVERY_NAME_LEN + 1];

	while(getrandom(&random, sizeof(random), 0) != sizeof(random))
		;
	snprintf(name, sizeof(name), "%016" PRIX64, random);
	memcpy(k->name, name, sizeof(k->name));
	k->place = kept_place(k->d);
}

/* --- life ------------------------------------------------------------------------------------------ */

int delivery_store_init(const struct delivery_store_options *options)
{
	struct row_writer w = {kept_gateway, kept_gateway + GATEWAY_MAX, false};
	size_t size = sizeof(*kept_table) + options->max * sizeof(struct kept *);

	row_put_text(&w, options->gateway);
	if(w.full) {
		LM_ERR("gateway_uri is too long for the database: %d octets\n",
				GATEWAY_MAX);
		return -1;
	}
	kept_table = shm_malloc(size);
	if(!kept_table || !lock_init(&kept_table->lock)) {
		SHM_MEM_ERROR;
		return -1;
	}
	memset((char *)kept_table + sizeof(kept_table->lock), 0,
			size - sizeof(kept_table->lock));
	kept_table->max = options->max;
	store_options = *options;
	return 0;
}

void delivery_store_destroy(void)
{
	unsigned i;

	for(i = 0; kept_table && i < kept_table->max; i++)
		if(kept_table->of[i])
			shm_free(kept_table->of[i]);
	if(kept_table)
		shm_free(kept_table);
	kept_table = NULL;
}
