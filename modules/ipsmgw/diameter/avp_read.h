/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * AVPs of a message into a struct, by a table. What is not in the table is skipped, what does not fit or is no number is
 * as if it were not there, and of two texts for one place the first counts: a peer may send anything. For the files of this
 * folder that know freeDiameter.
 */
#ifndef IPSMGW_DIAMETER_AVP_READ_H
#define IPSMGW_DIAMETER_AVP_READ_H

#include <stddef.h>
#include <stdint.h>

#include "codes.h"

struct avp;

enum field_type
{
	FIELD_END,
	FIELD_TEXT,	  /* diameter_text; with a NUL in it: not there */
	FIELD_DIGITS, /* diameter_digits, from TBCD */
	FIELD_U32,	  /* uint32_t; also Enumerated */
	FIELD_TIME,	  /* int64_t, Unix seconds */
	FIELD_GROUP,  /* its children, into the same struct */
	FIELD_CALL	  /* a function has it */
};

struct field
{
	enum field_type type;
	uint32_t vendor;
	uint32_t code;
	uint32_t bit; /* set where `has` says when the value is there; 0: nowhere */
	size_t offset; /* of the value in the struct */
	size_t has;	   /* of a uint32_t */
	const struct field *group;
	void (*call)(void *into, struct avp *avp);
};

/* A row: a value; one with a bit; a group; what a function reads. */
#define FIELD(kind, from, number, where)                          \
	{                                                             \
		.type = FIELD_##kind, .vendor = (from), .code = (number), \
		.offset = (where)                                         \
	}
#define FIELD_BIT(kind, from, number, where, bits, flag)          \
	{                                                             \
		.type = FIELD_##kind, .vendor = (from), .code = (number), \
		.offset = (where), .has = (bits), .bit = (flag)           \
	}
#define FIELD_OF(from, number, fields)                           \
	{                                                            \
		.type = FIELD_GROUP, .vendor = (from), .code = (number), \
		.group = (fields)                                        \
	}
#define FIELD_BY(from, number, function)                        \
	{                                                           \
		.type = FIELD_CALL, .vendor = (from), .code = (number), \
		.call = (function)                                      \
	}
#define FIELDS_END        \
	{                     \
		.type = FIELD_END \
	}

/* Read the children of a message or of a grouped AVP. The fields end with FIELD_END. */
void read_fields(void *into, void *from, const struct field *fields);

/* Value of an AVP of octets. NULL: it has none, as an AVP that the dictionary does not know. */
const uint8_t *read_octets(size_t *len, struct avp *avp);

#endif
