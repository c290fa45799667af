/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Connection and transactions by srdb1: see connection.h.
 */
#include "connection.h"

#include "core/dprint.h"
#include "core/sr_module.h"
#include "../ims/span.h"

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
static int64_t transaction; /* the server's name for the connection it is on */

int connection_bind(const str *db_url)
{
	struct span all = {db_url->s, (size_t)db_url->len};
	struct span scheme = {all.s, span_find(all, ':')};
	db_bind_api_f bind;
	char name[32];

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
	return 0;
}

bool connection_is_mysql(void)
{
	return kind == MYSQL;
}

bool connection_is_sqlite(void)
{
	return kind == SQLITE;
}

/* --- statements ----------------------------------------------------------- */

int connection_run(db1_res_t **result, const char *sql)
{
	str statement = {(char *)sql, (int)strlen(sql)};

	*result = NULL;
	return api.raw_query(connection, &statement, result) < 0 ? -1 : 0;
}

void connection_release(db1_res_t *result)
{
	if(result)
		api.free_result(connection, result);
}

int connection_run_only(const char *sql)
{
	db1_res_t *result;
	int rc = connection_run(&result, sql);

	connection_release(result);
	return rc;
}

int64_t connection_number_of(const db_val_t *value)
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

int connection_run_for_number(int64_t *out, const char *sql)
{
	db1_res_t *result;
	int rc = connection_run(&result, sql);

	if(rc == 0 && result && RES_ROW_N(result) == 1 && RES_COL_N(result) == 1)
		*out = connection_number_of(ROW_VALUES(RES_ROWS(result)));
	else
		rc = -1;
	connection_release(result);
	return rc;
}

const db_func_t *connection_use(db1_con_t **out, const str *table)
{
	if(api.use_table(connection, table) < 0)
		return NULL;
	*out = connection;
	return &api;
}

/* --- life ----------------------------------------------------------------- */

int connection_open(void)
{
	connection = api.init(&url);
	if(!connection)
		return -1;
	/* readers do not hold up the writer, and a commit is one write to the file */
	if(kind == SQLITE
			&& (connection_run_only("PRAGMA busy_timeout=2000") < 0
					|| connection_run_only("PRAGMA journal_mode=WAL") < 0
					|| connection_run_only("PRAGMA synchronous=FULL") < 0)) {
		connection_close();
		return -1;
	}
	return 0;
}

void connection_close(void)
{
	if(connection)
		api.close(connection);
	connection = NULL;
}

/* --- transactions --------------------------------------------------------- */

/* The MySQL library connects anew by itself, and what came before in the transaction is lost without a word. */
static int connection_id(int64_t *out)
{
	*out = 0;
	return kind == MYSQL
				   ? connection_run_for_number(out, "SELECT CONNECTION_ID()")
				   : 0;
}

int connection_begin(void)
{
	int rc = api.start_transaction
					 ? api.start_transaction(connection, DB_LOCKING_NONE)
					 : connection_run_only(
							 kind == SQLITE ? "BEGIN IMMEDIATE" : "BEGIN");

	return rc < 0 ? -1 : connection_id(&transaction);
}

int connection_commit(void)
{
	int64_t now;
	int rc = api.end_transaction ? api.end_transaction(connection)
								 : connection_run_only("COMMIT");

	return rc < 0 || connection_id(&now) < 0 || now != transaction ? -1 : 0;
}
