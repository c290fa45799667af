/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Statements on the table of registrations: see store_db.h. Built by hand are only
 * those that the drivers' own functions cannot say; what stands in them is digits,
 * names of ours, or a key of a row.
 */
#include "store_db.h"

#include <inttypes.h>
#include <stdio.h>

#include "core/dprint.h"
#include "core/sr_module.h"
#include "lib/srdb1/db.h"

#define TABLE "ipsmgw_registration"
#define TABLE_VERSION 1
#define CHANGE_TABLE "ipsmgw_change"
#define PAGE_ROWS 500
/* more than a transaction has, so that one is whole in a page */
#define CHANGES_ROWS (2 * STORE_GROUP_ROWS)
#define COLUMNS (ROW_TEXTS + ROW_NUMBERS)

enum kind
{
	SQLITE,
	MYSQL,
	OTHER,
};

static db_func_t api;
static db1_con_t *connection;
static str url;
static enum kind kind;
static long long
		transaction; /* the server's name for the connection it is on */

static str table_name = str_init(TABLE);
static str column_name[COLUMNS];
static db_key_t column[COLUMNS]; /* texts, then numbers */

static void set_column(int i, const char *name)
{
	column_name[i] = (str){(char *)name, (int)strlen(name)};
	column[i] = &column_name[i];
}

int store_db_bind(const str *db_url)
{
	struct span all = {db_url->s, (size_t)db_url->len};
	struct span scheme = {all.s, span_find(all, ':')};
	db_bind_api_f bind;
	char name[32];
	int i;

	snprintf(name, sizeof(name), "db_%.*s", (int)scheme.len, scheme.s);
	bind = (db_bind_api_f)(void *)find_mod_export(name, "db_bind_api", 0, 0);
	if(!bind || bind(&api) < 0) {
		LM_ERR("db_url: the module %s must be loaded before ipsmgw\n", name);
		return -1;
	}
	if(!api.raw_query) {
		LM_ERR("db_url: %s takes no SQL; db_sqlite, db_postgres and db_mysql "
			   "do\n",
				name);
		return -1;
	}
	url = *db_url;
	kind = span_is(scheme, SPAN("sqlite"))	? SQLITE
		   : span_is(scheme, SPAN("mysql")) ? MYSQL
											: OTHER;
	for(i = 0; i < ROW_TEXTS; i++)
		set_column(i, row_text_names[i]);
	for(i = 0; i < ROW_NUMBERS; i++)
		set_column(ROW_TEXTS + i, row_number_names[i]);
	return 0;
}

/* --- statements ----------------------------------------------------------- */

/* The result, to be freed, is NULL when the statement has none. 0, or -1. */
static int run(db1_res_t **result, const char *sql)
{
	str statement = {(char *)sql, (int)strlen(sql)};

	*result = NULL;
	return api.raw_query(connection, &statement, result) < 0 ? -1 : 0;
}

static void release(db1_res_t *result)
{
	if(result)
		api.free_result(connection, result);
}

static int run_only(const char *sql)
{
	db1_res_t *result;
	int rc = run(&result, sql);

	release(result);
	return rc;
}

/* The drivers differ in the types of the same column. */
static int64_t number_of(const db_val_t *value)
{
	if(VAL_NULL(value))
		return 0;
	switch(VAL_TYPE(value)) {
		case DB1_INT:
			return VAL_INT(value);
		case DB1_UINT:
			return VAL_UINT(value);
		case DB1_BIGINT:
			return VAL_BIGINT(value);
		case DB1_UBIGINT:
			return (int64_t)VAL_UBIGINT(value);
		case DB1_DOUBLE:
			return (int64_t)VAL_DOUBLE(value);
		default:
			return -1;
	}
}

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

/* The number that the statement gives; 0, or -1: it failed or gives none. */
static int run_for_number(long long *out, const char *sql)
{
	db1_res_t *result;
	int rc = run(&result, sql);

	if(rc == 0 && result && RES_ROW_N(result) == 1 && RES_COL_N(result) == 1)
		*out = number_of(ROW_VALUES(RES_ROWS(result)));
	else
		rc = -1;
	release(result);
	return rc;
}

/* --- connection ----------------------------------------------------------- */

int store_db_open(void)
{
	connection = api.init(&url);
	if(!connection)
		return -1;
	if(api.use_table(connection, &table_name) < 0
			/* readers do not hold up the writer, and a commit is one write to the file */
			|| (kind == SQLITE
					&& (run_only("PRAGMA busy_timeout=2000") < 0
							|| run_only("PRAGMA journal_mode=WAL") < 0
							|| run_only("PRAGMA synchronous=FULL") < 0))) {
		store_db_close();
		return -1;
	}
	return 0;
}

void store_db_close(void)
{
	if(connection)
		api.close(connection);
	connection = NULL;
}

/* --- transactions --------------------------------------------------------- */

int store_db_number(int64_t *out)
{
	long long number;

	if(run_for_number(&number, "SELECT number FROM " CHANGE_TABLE) < 0)
		return -1;
	*out = number;
	return 0;
}

int store_db_take_number(int64_t *out)
{
	return run_only("UPDATE " CHANGE_TABLE " SET number=number+1") < 0
				   ? -1
				   : store_db_number(out);
}

/* The MySQL library connects anew by itself, and what came before in the transaction is lost without a word. */
static int connection_id(long long *out)
{
	*out = 0;
	return kind == MYSQL ? run_for_number(out, "SELECT CONNECTION_ID()") : 0;
}

int store_db_begin(void)
{
	int rc = api.start_transaction
					 ? api.start_transaction(connection, DB_LOCKING_NONE)
					 : run_only(kind == SQLITE ? "BEGIN IMMEDIATE" : "BEGIN");

	return rc < 0 ? -1 : connection_id(&transaction);
}

int store_db_commit(void)
{
	long long now;
	int rc = api.end_transaction ? api.end_transaction(connection)
								 : run_only("COMMIT");

	return rc < 0 || connection_id(&now) < 0 || now != transaction ? -1 : 0;
}

/* --- rows ----------------------------------------------------------------- */

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

int store_db_delete(const struct row *row)
{
	db_val_t key;

	set_text(&key, row->text[ROW_KEY]);
	return api.delete(connection, column, NULL, &key, 1) < 0 ? -1 : 0;
}

int store_db_mark_gone(const struct row *row)
{
	db_key_t set[] = {column[ROW_WRITTEN_BY],
			column[ROW_TEXTS + ROW_CHANGED_IN], column[ROW_TEXTS + ROW_GONE]};
	db_val_t key, value[3];

	set_text(&key, row->text[ROW_KEY]);
	set_text(&value[0], row->text[ROW_WRITTEN_BY]);
	set_number(&value[1], row->number[ROW_CHANGED_IN]);
	set_number(&value[2], 1);
	return api.update(connection, column, NULL, &key, set, value, 1, 3) < 0 ? -1
																			: 0;
}

/* An update tells not every driver's caller whether there was a row. */
int store_db_write(const struct row *row)
{
	db_val_t value[COLUMNS];
	int i;

	for(i = 0; i < ROW_TEXTS; i++)
		set_text(&value[i], row->text[i]);
	for(i = 0; i < ROW_NUMBERS; i++)
		set_number(&value[ROW_TEXTS + i], row->number[i]);
	if(store_db_delete(row) < 0)
		return -1;
	return api.insert(connection, column, value, COLUMNS) < 0 ? -1 : 0;
}

int store_db_delete_expired(int64_t now)
{
	db_key_t key = column[ROW_TEXTS + ROW_EXPIRES_AT];
	db_op_t op = OP_LEQ;
	db_val_t value;

	set_number(&value, now);
	return api.delete(connection, &key, &op, &value, 1) < 0 ? -1 : 0;
}

/* The key, all other texts as one with a quote between two, which stands in none, and the numbers: the drivers make a
 * block of memory of each text. */
static size_t write_select(char *out, size_t cap)
{
	size_t n = (size_t)snprintf(out, cap, "SELECT %s,%s", column_name[0].s,
			kind == MYSQL ? "CONCAT_WS('\"'" : "");
	int i;

	for(i = ROW_KEY + 1; i < ROW_TEXTS; i++)
		n += (size_t)snprintf(out + n, cap - n, "%s%s",
				kind == MYSQL	  ? ","
				: i > ROW_KEY + 1 ? "||'\"'||"
								  : "",
				column_name[i].s);
	if(kind == MYSQL)
		n += (size_t)snprintf(out + n, cap - n, ")");
	for(i = ROW_TEXTS; i < COLUMNS; i++)
		n += (size_t)snprintf(out + n, cap - n, ",%s", column_name[i].s);
	return n + (size_t)snprintf(out + n, cap - n, " FROM " TABLE);
}

#define SELECTED_NUMBERS 2 /* the first of them, behind key and texts */

static void hand_out(db1_res_t *result, int n, store_db_row_fn fn, void *arg)
{
	const db_val_t *value = ROW_VALUES(&RES_ROWS(result)[n]);
	struct span texts = text_of(&value[1]);
	struct row row;
	int i;

	row.text[ROW_KEY] = text_of(&value[0]);
	for(i = ROW_KEY + 1; i < ROW_TEXTS; i++) {
		row.text[i] = (struct span){texts.s, span_find(texts, '"')};
		texts = span_skip(texts, row.text[i].len + 1);
	}
	for(i = 0; i < ROW_NUMBERS; i++)
		row.number[i] = number_of(&value[SELECTED_NUMBERS + i]);
	fn(&row, arg);
}

/* The key as it stands in a statement; one of ours is the same there. -1: too long, so somebody else's. */
static int move_place(struct store_db_place *place, struct span key)
{
	size_t i, n = 0;

	for(i = 0; i < key.len && n + 2 <= sizeof(place->key); i++) {
		if(key.s[i] == '\'' || (key.s[i] == '\\' && kind == MYSQL))
			place->key[n++] = key.s[i];
		place->key[n++] = key.s[i];
	}
	place->len = n;
	return i == key.len ? 0 : -1;
}

int store_db_read(struct store_db_place *place, store_db_row_fn fn, void *arg)
{
	char sql[1024 + sizeof(place->key)];
	size_t n = write_select(sql, sizeof(sql));
	db1_res_t *result;
	int i, rows = -1;

	snprintf(sql + n, sizeof(sql) - n,
			" WHERE %s>'%.*s' AND %s=0 ORDER BY %s LIMIT %d",
			row_text_names[ROW_KEY], (int)place->len, place->key,
			row_number_names[ROW_GONE], row_text_names[ROW_KEY], PAGE_ROWS);
	if(run(&result, sql) == 0 && result)
		rows = RES_ROW_N(result);
	for(i = 0; i < rows; i++)
		hand_out(result, i, fn, arg);
	if(rows > 0
			&& move_place(
					   place, text_of(ROW_VALUES(&RES_ROWS(result)[rows - 1])))
					   < 0) {
		LM_ERR("the table " TABLE " has a row that is none of ipsmgw's\n");
		rows = -1;
	}
	release(result);
	return rows;
}

static int64_t number_in(db1_res_t *result, int row)
{
	return number_of(&ROW_VALUES(
			&RES_ROWS(result)[row])[SELECTED_NUMBERS + ROW_CHANGED_IN]);
}

int store_db_read_changes(
		int64_t *number, struct span gateway, store_db_row_fn fn, void *arg)
{
	char sql[1280];
	size_t n = write_select(sql, sizeof(sql));
	const char *by = row_number_names[ROW_CHANGED_IN];
	db1_res_t *result;
	int i, rows = -1, whole;

	snprintf(sql + n, sizeof(sql) - n,
			" WHERE %s>%" PRId64 " AND %s<>'%.*s' ORDER BY %s LIMIT %d", by,
			*number, row_text_names[ROW_WRITTEN_BY], (int)gateway.len,
			gateway.s, by, CHANGES_ROWS);
	if(run(&result, sql) == 0 && result)
		rows = RES_ROW_N(result);
	/* the last transaction of a full page may go on in the next */
	whole = rows;
	while(rows == CHANGES_ROWS && whole > 0
			&& number_in(result, whole - 1) == number_in(result, rows - 1))
		whole--;
	for(i = 0; i < whole; i++)
		hand_out(result, i, fn, arg);
	if(whole > 0)
		*number = number_in(result, whole - 1);
	release(result);
	return rows < 0 ? -1 : whole;
}

/* The columns that we read are there, whatever the version says. */
static int check_table(void)
{
	char sql[1024];
	size_t n = write_select(sql, sizeof(sql));

	snprintf(sql + n, sizeof(sql) - n, " WHERE %s=''", row_text_names[ROW_KEY]);
	return run_only(sql);
}

int store_db_check(bool shared)
{
	long long version = 0;
	int64_t number;

	if(run_for_number(&version, "SELECT table_version FROM version WHERE "
								"table_name='" TABLE "'")
					< 0
			|| check_table() < 0) {
		LM_ERR("the database has no table " TABLE
			   ", or another one than ours: make it with the SQL file that "
			   "comes with ipsmgw\n");
		return -1;
	}
	if(shared && store_db_number(&number) < 0) {
		LM_ERR("the database has no table " CHANGE_TABLE
			   " with one row: make it with the SQL file that comes with "
			   "ipsmgw\n");
		return -1;
	}
	if(version == TABLE_VERSION)
		return 0;
	LM_ERR("the table " TABLE " has version %lld, this ipsmgw needs %d\n",
			version, TABLE_VERSION);
	return -1;
}
