/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Texts of database rows: printable ASCII without blanks, quotes and backslashes,
 * so that they are the same in every database, may stand in a statement between quotes,
 * and can be read by people. Other octets, and "^", are "^" and two hex digits. Plain
 * C, pure.
 */
#ifndef IPSMGW_STORE_ROW_TEXT_H
#define IPSMGW_STORE_ROW_TEXT_H

#include <stdbool.h>
#include <stdint.h>

#include "../ims/span.h"

/* Where texts are written, one behind the other. */
struct row_writer
{
	char *at, *end;
	bool full; /* something had no room */
};

void row_put(struct row_writer *w, char c);
/* The octets with their escapes: at most three for one. */
void row_put_text(struct row_writer *w, struct span text);
/* So many octets that makes. */
size_t row_text_length(struct span text);
/* Two hex digits for an octet. */
void row_put_hex(struct row_writer *w, const uint8_t *in, size_t len);
void row_put_number(struct row_writer *w, int64_t number);

/* What was written since `from`. */
struct span row_written(const struct row_writer *w, char *from);

/* Where texts are read to, one behind the other. */
struct row_reader
{
	char *at, *end;
};

/* The octets of a text; *out points to where they were read to. 0, or -1: no text of ours, or no room. */
int row_take_text(struct row_reader *r, struct span *out, struct span text);
/* The octets of hex digits, so many as there are. 0, or -1. */
int row_take_hex(struct row_reader *r, struct span *out, struct span text);

/* A number that is all of the text. 0, or -1. */
int row_take_number(int64_t *out, struct span text);

/* Up to the next of these octets, which is passed over. */
struct span row_take_until(struct span *rest, char end);

#endif
