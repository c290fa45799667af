/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A registration as one row of a database table: texts and numbers, by column.
 * The texts are printable ASCII without quotes and backslashes, so that they are
 * the same in every database and may stand in a statement between quotes. Plain C,
 * pure.
 */
#ifndef IPSMGW_REGISTRY_ROW_H
#define IPSMGW_REGISTRY_ROW_H

#include "registry.h"

/* In the order of row_text_names[], row_number_names[]. */
enum row_text
{
	ROW_KEY,   /* of the primary IMPU: one for all its spellings */
	ROW_IMPUS, /* with a blank between two */
	ROW_MSISDN,
	ROW_IMSI,
	ROW_IMPI,
	ROW_SCSCF,
	ROW_CONTACTS,	/* EXPIRES_AT,SMSIP,URI with a blank between two */
	ROW_USER,		/* hex */
	ROW_WRITTEN_BY, /* the gateway; set by who writes the row */
	ROW_TEXTS,
};

enum row_number
{
	ROW_CAPABILITY,
	ROW_HSS_WANTED,
	ROW_HSS_TOLD,
	ROW_REGISTERED_AT,
	ROW_EXPIRES_AT,
	ROW_CHANGED_IN, /* number of the transaction, and */
	ROW_GONE, /* 1: the registration is ended; set by who writes the row */
	ROW_NUMBERS,
};

extern const char *const row_text_names[ROW_TEXTS];
extern const char *const row_number_names[ROW_NUMBERS];

/* a text may need three octets for one */
#define ROW_BUFFER (3 * REGISTRATION_TEXT_MAX + 1024)

struct row
{
	struct span text[ROW_TEXTS];
	int64_t number[ROW_NUMBERS];
	char buffer[ROW_BUFFER]; /* where row_write() has the texts */
};

/* The row of a registration. 0, or -1: it is none that the registry could hold. */
int row_write(struct row *out, const struct registration *in);

/* The row's name alone, from a primary IMPU. 0, or -1: it is no identity. */
int row_write_key(struct row *out, struct span impu);

/* The registration of a row; spans of *out point into its text. 0, or -1: the row is none of ours. */
int row_read(struct registration *out, const struct row *in);

#endif
