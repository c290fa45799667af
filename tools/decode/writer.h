/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Writes one decoded message, either as a JSON object on one line or as indented lines for people. The caller names
 * members in order and need not know which of the two it is.
 */
#ifndef IPSMGW_DECODE_WRITER_H
#define IPSMGW_DECODE_WRITER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct writer
{
	FILE *out;
	bool text;	   /* for people */
	int depth;	   /* open objects and arrays */
	bool has_item; /* something stands before in the open one */
};

/* key is NULL for an item of an array, and for the message itself. */
void write_object(struct writer *w, const char *key);
void write_array(struct writer *w, const char *key);
void write_end_object(struct writer *w);
void write_end_array(struct writer *w);

void write_null(struct writer *w, const char *key);
void write_bool(struct writer *w, const char *key, bool value);
void write_number(struct writer *w, const char *key, long value);

/* A code: JSON has the number only, people also read its name (NULL: none). */
void write_code(
		struct writer *w, const char *key, unsigned value, const char *name);

/* A word of our own, ASCII: quoted in JSON only. */
void write_word(struct writer *w, const char *key, const char *value);

/* UTF-8; control characters are escaped in both forms, so that no message can command a terminal. */
void write_string(
		struct writer *w, const char *key, const char *value, size_t len);
void write_hex(
		struct writer *w, const char *key, const uint8_t *value, size_t len);

#endif
