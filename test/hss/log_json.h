/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Diameter octets as JSON. Knows which AVPs are groups from the dictionary; what is broken is shown as hex. Only for log.c.
 */
#ifndef HSS_LOG_JSON_H
#define HSS_LOG_JSON_H

#include <stddef.h>
#include <stdint.h>

struct text
{
	char *data; /* malloc'd, not NUL-terminated */
	size_t len;
	size_t size;
};

/* Append; without memory nothing is appended. */
void text_add(struct text *out, const char *format, ...)
		__attribute__((format(printf, 2, 3)));
/* As the inside of a JSON string. */
void text_add_string(struct text *out, const char *octets, size_t len);

/* "command": ... to "avps" of a message. */
void json_message(
		struct text *out, const uint8_t *octets, size_t len, const char *peer);

#endif
