/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Deliveries in the database, in the process that writes it: see delivery_store.h.
 */
#include <inttypes.h>
#include <stdio.h>

#include "../store/rows.h"
#include "delivery_store_private.h"

#define GROUP_ROWS 100 /* of a transaction */
#define PAGE_ROWS 100
#define ROUNDS 10			  /* of writing what has changed meanwhile */
#define ROW_BUFFER (1u << 20) /* the largest MESSAGE, escaped, and 255 TPDUs */

static const struct rows_table table = {
		.name = str_init("ipsmgw_delivery"),
		.version = 1,
		.text_names = delivery_text_names,
		.number_names = delivery_number_names,
		.texts = DELIVERY_TEXTS,
		.numbers = DELIVERY_NUMBERS,
};

int delivery_store_check(void)
{
	return kept_table ? rows_check(&table) : 0;
}

/* --- writing ------------------------------------------------------------------------------------- */

/* One entry of a transaction, as it was when it was looked at. */
struct change
{
	struct kept *k;
	struct delivery *d; /* held; NULL: to be deleted */
	bool insert;		/* there may be no row */
	struct delivery_kept_row row;
};

/* Under the lock. */
static void look_at(struct change *c, struct kept *k)
{
	c->k = k;
	c->d = k->d && !k->refused ? delivery_hold(k->d->id) : NULL;
	c->insert = !k->confirmed;
	memset(&c->row, 0, sizeof(c->row));
	memcpy(c->row.name, k->name, sizeof(c->row.name));
	c->row.kept = k->state;
	c->row.place = k->place;
	c->row.gateway = (struct span){kept_gateway, strlen(kept_gateway)};
	c->row.kind = k->end.kind;
	c->row.sip_status = k->end.sip_status;
	c->row.rp_cause = k->end.rp_cause;
	c->row.tp_fcs = k->end.tp_fcs;
	k->writing_version = k->version;
	k->has_row = true;
}

static void look_away(struct change *c)
{
	if(c->d)
		delivery_release(c->d);
	c->d = NULL;
}

static unsigned take_changes(struct change *changes, unsigned max)
{
	struct kept *k;
	unsigned n = 0;

	kept_lock();
	while(n < max && (k = kept_table->list[CHANGED].first) != NULL) {
		kept_list_take(CHANGED, k);
		if(!k->d && !k->has_row) {
			kept_free(k);
			continue;
		}
		k->writing = true;
		look_at(&changes[n++], k);
	}
	kept_unlock();
	return n;
}

static int insert_row(const struct delivery_row *row)
{
	/* what another attempt may have left */
	if(rows_delete(&table, row->text[DELIVERY_NAME]) < 0)
		return -1;
	return rows_insert(&table, row->text, row->number);
}

/* What may change in a row. */
static int update_row(const struct delivery_row *row)
{
	static const enum delivery_text texts[] = {
			DELIVERY_IMPU, DELIVERY_SENT, DELIVERY_OUTCOME};
	static const enum delivery_number numbers[] = {
			DELIVERY_KEPT, DELIVERY_PARTS_DELIVERED};
	struct rows_setting settings[5];
	unsigned n = 0, i;

	for(i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		settings[n++] = (struct rows_setting){.is_text = true,
				.column = texts[i],
				.text = row->text[texts[i]]};
	for(i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		settings[n++] = (struct rows_setting){
				.column = numbers[i], .number = row->number[numbers[i]]};
	return rows_update(&table, row->text[DELIVERY_NAME], settings, n);
}

/* In the open transaction. 0, or -1. */
static int write_change(struct change *c)
{
	static char buffer[ROW_BUFFER];
	struct delivery_row row;

	if(!c->d)
		return rows_delete(
				&table, (struct span){c->row.name, sizeof(c->row.name)});
	store_options.hooks.describe(&c->row, c->d);
	if(delivery_row_write(&row, buffer, sizeof(buffer), &c->row) < 0) {
		LM_BUG("a delivery is no row\n");
		return 0;
	}
	return c->insert ? insert_row(&row) : update_row(&row);
}

/* Under the lock, of those that have changed since they were written: look again. false: none has, and from now on it may be committed any
 * moment. */
static bool look_again(struct change *changes, unsigned n, bool *again)
{
	bool any = false;
	unsigned i;

	for(i = 0; i < n; i++) {
		struct kept *k = changes[i].k;

		again[i] = k->version != k->writing_version;
		any = any || again[i];
	}
	for(i = 0; i < n; i++) {
		struct kept *k = changes[i].k;

		if(!any) {
			k->committing = true;
		} else if(again[i]) {
			bool deleted = !changes[i].d;

			look_away(&changes[i]);
			look_at(&changes[i], k);
			changes[i].insert = changes[i].insert || deleted;
			kept_list_take(CHANGED, k);
		}
	}
	return any;
}

/* All in one transaction, as they are at its end. 0, or -1. */
static int write_all(struct change *changes, unsigned n)
{
	bool again[GROUP_ROWS];
	unsigned i, round;
	bool any = true;

	if(connection_begin() < 0)
		return -1;
	memset(again, true, sizeof(again));
	for(round = 0; any && round < ROUNDS; round++) {
		for(i = 0; i < n; i++)
			if(again[i] && write_change(&changes[i]) < 0)
				return -1;
		kept_lock();
		any = look_again(changes, n, again);
		kept_unlock();
	}
	return connection_commit();
}

/* Under the lock: the row says what it should, or is gone. */
static void committed(struct kept *k)
{
	if(!k->d) {
		kept_free(k);
		return;
	}
	k->granted |= k->wishes;
	k->wishes = 0;
	kept_list_take(ASKED, k);
	if(k->granted)
		kept_list_add(GRANTED, k);
}

static void end_changes(struct change *changes, unsigned n, bool done)
{
	unsigned i;

	kept_lock();
	for(i = 0; i < n; i++) {
		struct kept *k = changes[i].k;
		bool as_wanted = k->version == k->writing_version;

		k->writing = k->committing = false;
		if(done) {
			k->confirmed = k->has_row = changes[i].d != NULL;
			*(changes[i].d ? &kept_table->stats.written
						   : &kept_table->stats.deleted) += 1;
		}
		if(done && as_wanted)
			committed(k);
		else
			kept_list_add(CHANGED, k);
	}
	kept_unlock();
	for(i = 0; i < n; i++)
		look_away(&changes[i]);
}

int delivery_store_write(void)
{
	static struct change changes[GROUP_ROWS];
	unsigned n;
	int rc = 0;

	if(!kept_table)
		return 0;
	while(rc == 0 && (n = take_changes(changes, GROUP_ROWS)) > 0) {
		rc = write_all(changes, n);
		end_changes(changes, n, rc == 0);
	}
	return rc;
}

/* --- loading ------------------------------------------------------------------------------------- */

static void link_row(struct delivery *d, const struct delivery_kept_row *row)
{
	struct kept *k;

	kept_lock();
	k = kept_new(d);
	if(k) {
		memcpy(k->name, row->name, sizeof(k->name));
		k->place = row->place;
		k->state = row->kept;
		k->end = (struct mt_end){
				row->kind, row->sip_status, row->rp_cause, row->tp_fcs};
		if(row->sent.len <= sizeof(k->sent)) {
			memcpy(k->sent, row->sent.s, row->sent.len);
			k->sent_len = row->sent.len;
		}
		k->has_row = k->confirmed = k->restored = true;
		if(k->state == DELIVERY_KEPT_SENT)
			kept_table->sent_before++;
		if(k->place > kept_table->last_place)
			kept_table->last_place = k->place;
		kept_list_add(RESTORED, k);
		kept_table->stats.loaded++;
	}
	kept_unlock();
}

static void load_row(const struct rows *rows, int n)
{
	static char buffer[ROW_BUFFER];
	struct delivery_row row;
	struct delivery_kept_row kept;
	struct delivery *d;

	rows_get(row.text, row.number, rows, n);
	if(delivery_row_read(&kept, buffer, sizeof(buffer), &row) < 0) {
		kept_table->stats.unreadable++;
		return;
	}
	d = store_options.hooks.restore(&kept);
	if(!d) {
		kept_table->stats.no_room++;
		return;
	}
	link_row(d, &kept);
	delivery_enqueue(d, true, false);
	delivery_release(d);
}

static void tell_loaded(void)
{
	const struct delivery_store_stats *s = &kept_table->stats;

	LM_INFO("short messages to phones from the database: %" PRIu64 "\n",
			s->loaded);
	if(s->unreadable > 0 || s->no_room > 0)
		LM_ERR("short messages of the database: %" PRIu64
			   " cannot be read, %" PRIu64 " have no room (mt_max, "
			   "mt_queue_max); their rows stay\n",
				s->unreadable, s->no_room);
}

int delivery_store_load(void)
{
	/* what a failure has interrupted goes on behind the last one */
	static int64_t place = INT64_MIN;
	static char name[DELIVERY_NAME_LEN + 1] = "";
	char which[GATEWAY_MAX + 512];
	struct rows rows;
	int i, n;

	if(!kept_table)
		return 0;
	do {
		snprintf(which, sizeof(which),
				"WHERE (gateway='%s' OR %d=0) AND (place>%" PRId64
				" OR place=%" PRId64
				" AND name>'%s') ORDER BY place,name LIMIT %d",
				kept_gateway, store_options.with_others, place, place, name,
				PAGE_ROWS);
		if(rows_select(&rows, &table, which) < 0)
			return -1;
		n = rows.count;
		for(i = 0; i < n; i++)
			load_row(&rows, i);
		if(n > 0) {
			place = rows_number(&rows, n - 1, DELIVERY_PLACE);
			snprintf(name, sizeof(name), "%.*s",
					(int)rows_name(&rows, n - 1).len,
					rows_name(&rows, n - 1).s);
		}
		rows_release(&rows);
	} while(n == PAGE_ROWS);
	tell_loaded();
	return 0;
}
