/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Rows of a table of ours: texts and numbers, by column. The texts are printable
 * ASCII without quotes and backslashes (row_text.h), so that they are the same in
 * every database and may stand in a statement between quotes. On the connection of
 * connection.h, for who uses that. Statements built by hand are only those that the
 * drivers' own functions cannot say; what stands in them is digits, names of ours, or a
 * text of a row.
 */
#ifndef IPSMGW_STORE_ROWS_H
#define IPSMGW_STORE_ROWS_H

#include "../ims/span.h"
#include "connection.h"

#define ROWS_COLUMNS_MAX 24
#define ROWS_SELECT_MAX 1024 /* of the statement without its condition */

struct rows_table
{
	str name;
	int version;
	/* the first text is the name of the row */
	const char *const *text_names;
	const char *const *number_names;
	unsigned texts, numbers;
};

/* Is the table there, in our version, with the columns that we read? 0, or -1 and a line in the log. */
int rows_check(const struct rows_table *table);

/* So many texts and numbers as the table has, in its order. 0, or -1. */
int rows_insert(const struct rows_table *table, const struct span *texts,
		const int64_t *numbers);

/* May a row with so many octets of text be inserted? Most drivers have a buffer of sql_buffer_size for a statement. */
bool rows_fit(size_t octets);

/* Take out the row of that name, if there is one. 0, or -1. */
int rows_delete(const struct rows_table *table, struct span name);

/* Take out those whose number in that column is at most so much. 0, or -1. */
int rows_delete_up_to(
		const struct rows_table *table, unsigned column, int64_t number);

/* One column to be set. */
struct rows_setting
{
	bool is_text;
	unsigned column; /* of the texts, or of the numbers */
	struct span text;
	int64_t number;
};

/* Set columns of the row of that name, if there is one. 0, or -1. */
int rows_update(const struct rows_table *table, struct span name,
		const struct rows_setting *settings, unsigned n);

/* Rows that were read. */
struct rows
{
	const struct rows_table *table;
	int count;
	db1_res_t *result;
};

/* Read those that fulfil the end of a statement, "WHERE ... ORDER BY ... LIMIT ..." with names and texts that may stand there. 0, or
 * -1: nothing is to be released. */
int rows_select(
		struct rows *out, const struct rows_table *table, const char *which);
void rows_release(struct rows *rows);

/* The texts and numbers of one of them, spans into it. */
void rows_get(
		struct span *texts, int64_t *numbers, const struct rows *rows, int row);

/* Its name; one number. */
struct span rows_name(const struct rows *rows, int row);
int64_t rows_number(const struct rows *rows, int row, unsigned column);

/* The text as it stands in a statement between quotes; one of ours is the same there. Its length, or -1: it has no room, so it
 * is somebody else's. */
int rows_quote(char *out, size_t cap, struct span text);

#endif
