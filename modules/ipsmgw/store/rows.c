/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Statements on a table of ours: see rows.h.
 */
#include "rows.h"

#include <inttypes.h>
#include <stdio.h>

#include "core/dprint.h"
#include "core/globals.h"

/* --- columns -------------------------------------------------------------- */

/* Names of columns as srdb1 takes them. */
struct columns
{
	str name[ROWS_COLUMNS_MAX];
	db_key_t key[ROWS_COLUMNS_MAX];
};

static void set_column(struct columns *columns, unsigned i, const char *name)
{
	columns->name[i] = (str){(char *)name, (int)strlen(name)};
	columns->key[i] = &columns->name[i];
}

/* All of them, texts first. */
static void set_columns(struct columns *columns, const struct rows_table *table)
{
	unsigned i;

	for(i = 0; i < table->texts; i++)
		set_column(columns, i, table->text_names[i]);
	for(i = 0; i < table->numbers; i++)
		set_column(columns, table->texts + i, table->number_names[i]);
}

static void set_text(db_val_t *value, struct span text)
{
	VAL_TYPE(value) = DB1_STR;
	VAL_NULL(value) = 0;
	VAL_FREE(value) = 0;
	VAL_STR(value).s = text.len > 0 ? (char *)text.s : "";
	VAL_STR(value).len = (int)text.len;
}

static void set_number(db_val_t *value, int64_t number)
{
	VAL_TYPE(value) = DB1_BIGINT;
	VAL_NULL(value) = 0;
	VAL_FREE(value) = 0;
	VAL_BIGINT(value) = number;
}

/* --- writing -------------------------------------------------------------- */

int rows_insert(const struct rows_table *table, const struct span *texts,
		const int64_t *numbers)
{
	struct columns columns;
	db_val_t value[ROWS_COLUMNS_MAX];
	db1_con_t *connection;
	const db_func_t *db = connection_use(&connection, &table->name);
	unsigned i;

	set_columns(&columns, table);
	for(i = 0; i < table->texts; i++)
		set_text(&value[i], texts[i]);
	for(i = 0; i < table->numbers; i++)
		set_number(&value[table->texts + i], numbers[i]);
	return !db
						   || db->insert(connection, columns.key, value,
									  (int)(table->texts + table->numbers))
									  < 0
				   ? -1
				   : 0;
}

/* Each text needs twice its octets where it is put. */
bool rows_fit(size_t octets)
{
	return connection_is_sqlite() || 2 * octets + 4096 <= sql_buffer_size;
}

int rows_delete(const struct rows_table *table, struct span name)
{
	struct columns columns;
	db_val_t value;
	db1_con_t *connection;
	const db_func_t *db = connection_use(&connection, &table->name);

	set_column(&columns, 0, table->text_names[0]);
	set_text(&value, name);
	return !db || db->delete(connection, columns.key, NULL, &value, 1) < 0 ? -1
																		   : 0;
}

int rows_delete_up_to(
		const struct rows_table *table, unsigned column, int64_t number)
{
	struct columns columns;
	db_op_t op = OP_LEQ;
	db_val_t value;
	db1_con_t *connection;
	const db_func_t *db = connection_use(&connection, &table->name);

	set_column(&columns, 0, table->number_names[column]);
	set_number(&value, number);
	return !db || db->delete(connection, columns.key, &op, &value, 1) < 0 ? -1
																		  : 0;
}

int rows_update(const struct rows_table *table, struct span name,
		const struct rows_setting *settings, unsigned n)
{
	struct columns columns, key;
	db_val_t value[ROWS_COLUMNS_MAX], key_value;
	db1_con_t *connection;
	const db_func_t *db = connection_use(&connection, &table->name);
	unsigned i;

	set_column(&key, 0, table->text_names[0]);
	set_text(&key_value, name);
	for(i = 0; i < n; i++) {
		const struct rows_setting *s = &settings[i];
		set_column(&columns, i,
				s->is_text ? table->text_names[s->column]
						   : table->number_names[s->column]);
		if(s->is_text)
			set_text(&value[i], s->text);
		else
			set_number(&value[i], s->number);
	}
	return !db
						   || db->update(connection, key.key, NULL, &key_value,
									  columns.key, value, 1, (int)n)
									  < 0
				   ? -1
				   : 0;
}

/* --- reading -------------------------------------------------------------- */

static struct span text_of(const db_val_t *value)
{
	if(VAL_NULL(value))
		return (struct span){"", 0};
	switch(VAL_TYPE(value)) {
		case DB1_STRING:
			return (struct span){VAL_STRING(value), strlen(VAL_STRING(value))};
		case DB1_STR:
			return (struct span){VAL_STR(value).s, (size_t)VAL_STR(value).len};
		case DB1_BLOB:
			return (struct span){
					VAL_BLOB(value).s, (size_t)VAL_BLOB(value).len};
		default:
			return (struct span){"", 0};
	}
}

/* The name, all other texts as one with a quote between two, which stands in none, and the numbers: the drivers make a
 * block of memory of each text. */
static size_t write_select(
		char *out, size_t cap, const struct rows_table *table)
{
	bool mysql = connection_is_mysql();
	size_t n = (size_t)snprintf(out, cap, "SELECT %s,%s", table->text_names[0],
			mysql ? "CONCAT_WS('\"'" : "");
	unsigned i;

	for(i = 1; i < table->texts; i++)
		n += (size_t)snprintf(out + n, cap - n, "%s%s",
				mysql	? ","
				: i > 1 ? "||'\"'||"
						: "",
				table->text_names[i]);
	if(mysql)
		n += (size_t)snprintf(out + n, cap - n, ")");
	for(i = 0; i < table->numbers; i++)
		n += (size_t)snprintf(out + n, cap - n, ",%s", table->number_names[i]);
	return n
		   + (size_t)snprintf(out + n, cap - n, " FROM %.*s ", table->name.len,
				   table->name.s);
}

#define SELECTED_NUMBERS 2 /* the first of them, behind name and texts */

int rows_select(
		struct rows *out, const struct rows_table *table, const char *which)
{
	char sql[4 * ROWS_SELECT_MAX];
	size_t n = write_select(sql, ROWS_SELECT_MAX, table);

	*out = (struct rows){.table = table};
	snprintf(sql + n, sizeof(sql) - n, "%s", which);
	if(connection_run(&out->result, sql) < 0 || !out->result) {
		rows_release(out);
		return -1;
	}
	out->count = RES_ROW_N(out->result);
	return 0;
}

void rows_release(struct rows *rows)
{
	connection_release(rows->result);
	*rows = (struct rows){.table = rows->table};
}

static const db_val_t *values(const struct rows *rows, int row)
{
	return ROW_VALUES(&RES_ROWS(rows->result)[row]);
}

void rows_get(
		struct span *texts, int64_t *numbers, const struct rows *rows, int row)
{
	struct span rest = text_of(&values(rows, row)[1]);
	unsigned i;

	texts[0] = rows_name(rows, row);
	for(i = 1; i < rows->table->texts; i++) {
		texts[i] = (struct span){rest.s, span_find(rest, '"')};
		rest = span_skip(rest, texts[i].len + 1);
	}
	for(i = 0; i < rows->table->numbers; i++)
		numbers[i] = rows_number(rows, row, i);
}

struct span rows_name(const struct rows *rows, int row)
{
	return text_of(&values(rows, row)[0]);
}

int64_t rows_number(const struct rows *rows, int row, unsigned column)
{
	return connection_number_of(&values(rows, row)[SELECTED_NUMBERS + column]);
}

int rows_quote(char *out, size_t cap, struct span text)
{
	size_t i, n = 0;

	for(i = 0; i < text.len && n + 2 <= cap; i++) {
		if(text.s[i] == '\'' || (text.s[i] == '\\' && connection_is_mysql()))
			out[n++] = text.s[i];
		out[n++] = text.s[i];
	}
	return i == text.len ? (int)n : -1;
}

/* --- the table itself ----------------------------------------------------- */

/* The columns that we read are there, whatever the version says. */
static int check_columns(const struct rows_table *table)
{
	char sql[ROWS_SELECT_MAX + 128];
	size_t n = write_select(sql, ROWS_SELECT_MAX, table);

	snprintf(sql + n, sizeof(sql) - n, "WHERE %s=''", table->text_names[0]);
	return connection_run_only(sql);
}

int rows_check(const struct rows_table *table)
{
	char sql[128];
	int64_t version = 0;

	snprintf(sql, sizeof(sql),
			"SELECT table_version FROM version WHERE table_name='%.*s'",
			table->name.len, table->name.s);
	if(connection_run_for_number(&version, sql) < 0
			|| check_columns(table) < 0) {
		LM_ERR("the database has no table %.*s, or another one than ours: make "
			   "it with the SQL file that comes with ipsmgw\n",
				table->name.len, table->name.s);
		return -1;
	}
	if(version == table->version)
		return 0;
	LM_ERR("the table %.*s has version %" PRId64 ", this ipsmgw needs %d\n",
			table->name.len, table->name.s, version, table->version);
	return -1;
}
