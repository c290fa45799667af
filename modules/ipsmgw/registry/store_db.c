/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Statements on the table of registrations: see store_db.h.
 */
#include "store_db.h"

#include <inttypes.h>
#include <stdio.h>

#include "core/dprint.h"
#include "../store/rows.h"

#define CHANGE_TABLE "ipsmgw_change"
#define PAGE_ROWS 500
/* more than a transaction has, so that one is whole in a page */
#define CHANGES_ROWS (2 * STORE_GROUP_ROWS)

static const struct rows_table registrations = {
		.name = str_init("ipsmgw_registration"),
		.version = 1,
		.text_names = row_text_names,
		.number_names = row_number_names,
		.texts = ROW_TEXTS,
		.numbers = ROW_NUMBERS,
};

int store_db_check(bool shared)
{
	int64_t number;

	if(rows_check(&registrations) < 0)
		return -1;
	if(shared && store_db_number(&number) < 0) {
		LM_ERR("the database has no table " CHANGE_TABLE
			   " with one row: make it with the SQL file that comes with "
			   "ipsmgw\n");
		return -1;
	}
	return 0;
}

/* --- numbers of transactions ---------------------------------------------- */

int store_db_number(int64_t *out)
{
	return connection_run_for_number(out, "SELECT number FROM " CHANGE_TABLE);
}

int store_db_take_number(int64_t *out)
{
	return connection_run_only("UPDATE " CHANGE_TABLE " SET number=number+1")
						   < 0
				   ? -1
				   : store_db_number(out);
}

/* --- writing -------------------------------------------------------------- */

int store_db_delete(const struct row *row)
{
	return rows_delete(&registrations, row->text[ROW_KEY]);
}

int store_db_mark_gone(const struct row *row)
{
	const struct rows_setting settings[] = {
			{.is_text = true,
					.column = ROW_WRITTEN_BY,
					.text = row->text[ROW_WRITTEN_BY]},
			{.column = ROW_CHANGED_IN, .number = row->number[ROW_CHANGED_IN]},
			{.column = ROW_GONE, .number = 1},
	};

	return rows_update(&registrations, row->text[ROW_KEY], settings,
			sizeof(settings) / sizeof(settings[0]));
}

/* An update tells not every driver's caller whether there was a row. */
int store_db_write(const struct row *row)
{
	if(store_db_delete(row) < 0)
		return -1;
	return rows_insert(&registrations, row->text, row->number);
}

int store_db_delete_expired(int64_t now)
{
	return rows_delete_up_to(&registrations, ROW_EXPIRES_AT, now);
}

/* --- reading -------------------------------------------------------------- */

static void hand_out(
		const struct rows *rows, int n, store_db_row_fn fn, void *arg)
{
	static struct row row;

	rows_get(row.text, row.number, rows, n);
	fn(&row, arg);
}

/* The last row's key is where the next page begins. 0, or -1. */
static int move_place(struct store_db_place *place, const struct rows *rows)
{
	int len = rows_quote(
			place->key, sizeof(place->key), rows_name(rows, rows->count - 1));

	if(len < 0) {
		LM_ERR("the table %.*s has a row that is none of ipsmgw's\n",
				registrations.name.len, registrations.name.s);
		return -1;
	}
	place->len = (size_t)len;
	return 0;
}

int store_db_read(struct store_db_place *place, store_db_row_fn fn, void *arg)
{
	char which[256 + sizeof(place->key)];
	struct rows rows;
	int i, n;

	snprintf(which, sizeof(which),
			"WHERE %s>'%.*s' AND %s=0 ORDER BY %s LIMIT %d",
			row_text_names[ROW_KEY], (int)place->len, place->key,
			row_number_names[ROW_GONE], row_text_names[ROW_KEY], PAGE_ROWS);
	if(rows_select(&rows, &registrations, which) < 0)
		return -1;
	for(i = 0; i < rows.count; i++)
		hand_out(&rows, i, fn, arg);
	n = rows.count > 0 && move_place(place, &rows) < 0 ? -1 : rows.count;
	rows_release(&rows);
	return n;
}

int store_db_read_changes(
		int64_t *number, struct span gateway, store_db_row_fn fn, void *arg)
{
	char which[256];
	const char *by = row_number_names[ROW_CHANGED_IN];
	struct rows rows;
	int i, whole;

	snprintf(which, sizeof(which),
			"WHERE %s>%" PRId64 " AND %s<>'%.*s' ORDER BY %s LIMIT %d", by,
			*number, row_text_names[ROW_WRITTEN_BY], (int)gateway.len,
			gateway.s, by, CHANGES_ROWS);
	if(rows_select(&rows, &registrations, which) < 0)
		return -1;
	/* the last transaction of a full page may go on in the next */
	whole = rows.count;
	while(rows.count == CHANGES_ROWS && whole > 0
			&& rows_number(&rows, whole - 1, ROW_CHANGED_IN)
					   == rows_number(&rows, rows.count - 1, ROW_CHANGED_IN))
		whole--;
	for(i = 0; i < whole; i++)
		hand_out(&rows, i, fn, arg);
	if(whole > 0)
		*number = rows_number(&rows, whole - 1, ROW_CHANGED_IN);
	rows_release(&rows);
	return whole;
}
