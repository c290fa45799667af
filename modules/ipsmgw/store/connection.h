/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The connection to the gateway's database, by a db_* module of Kamailio that takes
 * SQL: db_sqlite, db_postgres, db_mysql. One connection a process; the process that
 * writes has the only lasting one. Every failure means that it is to be closed and
 * opened again. For registry/store*.c and for who is called by it (store_hooks).
 */
#ifndef IPSMGW_STORE_CONNECTION_H
#define IPSMGW_STORE_CONNECTION_H

#include <stdbool.h>
#include <stdint.h>

#include "core/str.h"
#include "lib/srdb1/db.h"

/* Find the module that serves the URL, which the caller keeps; before the fork. 0, or -1: it is not loaded, or takes no SQL. */
int connection_bind(const str *url);

/* Connect. 0, or -1. */
int connection_open(void);
void connection_close(void);

/* A transaction: all of what lies between, or nothing of it. 0, or -1: nothing is in the database. */
int connection_begin(void);
int connection_commit(void);

/* Is it MySQL, whose SQL is a dialect; SQLite, whose driver takes a row of any length? */
bool connection_is_mysql(void);
bool connection_is_sqlite(void);

/* Run a statement. The result, which connection_release() frees, is NULL when it has none. 0, or -1. */
int connection_run(db1_res_t **result, const char *sql);
void connection_release(db1_res_t *result);
int connection_run_only(const char *sql);

/* The number that the statement gives. 0, or -1: it failed or gives none. */
int connection_run_for_number(int64_t *out, const char *sql);

/* The driver's own functions, on the connection that is open, for this table; the name is kept by the caller. NULL: the connection
 * failed. */
const db_func_t *connection_use(db1_con_t **out, const str *table);

/* A value of a result; the drivers differ in the types of the same column. */
int64_t connection_number_of(const db_val_t *value);

#endif
