/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The table of registrations in a database, on the connection of
 * store/connection.h. Every failure means that the connection is to be closed and
 * opened again. Only for registry/.
 */
#ifndef IPSMGW_REGISTRY_STORE_DB_H
#define IPSMGW_REGISTRY_STORE_DB_H

#include <stdbool.h>

#include "row.h"

/* Rows that one transaction writes, at most. */
#define STORE_GROUP_ROWS 1000

/* Are the tables there, in the version that we know? shared: also that of the numbers. 0, or -1 and a line in the log. */
int store_db_check(bool shared);

/* The number of the last transaction of all gateways, committed or our own. 0, or -1. */
int store_db_number(int64_t *out);
/* Give the open transaction the next number. Others wait for theirs until it is committed: who sees a number has seen all below. 0, or -1. */
int store_db_take_number(int64_t *out);

/* Write the row in the place of what has its key, take that out, or mark it as gone. 0, or -1. */
int store_db_write(const struct row *row);
int store_db_delete(const struct row *row);
int store_db_mark_gone(const struct row *row);

/* Take out all rows that expired by then. 0, or -1. */
int store_db_delete_expired(int64_t now);

typedef void (*store_db_row_fn)(const struct row *row, void *arg);

/* Where the reading of all rows is; {0} is before the first. */
struct store_db_place
{
	size_t len;
	char key[2 * 800]; /* as it stands in a statement */
};

/* Hand the next rows to fn, some hundred of them. Returns how many; 0: none is left, -1: failed. */
int store_db_read(struct store_db_place *place, store_db_row_fn fn, void *arg);

/* Hand to fn, in their order, what other gateways than this one have changed in transactions above *number, some hundred rows of them; *number becomes
 * that of the last transaction that was seen whole. Returns how many; 0: none is left, -1: failed. */
int store_db_read_changes(
		int64_t *number, struct span gateway, store_db_row_fn fn, void *arg);

#endif
