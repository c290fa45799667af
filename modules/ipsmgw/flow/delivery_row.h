/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A delivery as one row of a database table: texts and numbers, by column, in the form of store/row_text.h. Plain C, pure. For
 * flow/delivery_store.c.
 */
#ifndef IPSMGW_FLOW_DELIVERY_ROW_H
#define IPSMGW_FLOW_DELIVERY_ROW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../ims/span.h"
#include "mt_outcome.h"

/* In the order of delivery_text_names[], delivery_number_names[]. */
enum delivery_text
{
	DELIVERY_NAME,	   /* of the row */
	DELIVERY_GATEWAY,  /* the one that it belongs to */
	DELIVERY_TO,	   /* the identity that the hub named */
	DELIVERY_FROM,	   /* the sender's */
	DELIVERY_RP_OA,	   /* digits */
	DELIVERY_TPDUS,	   /* of all parts, in hex, with a blank between two */
	DELIVERY_MESSAGE,  /* the hub's MESSAGE */
	DELIVERY_RECEIVED, /* by what it came: PROTOCOL,IP,PORT,OUR IP,OUR PORT */
	DELIVERY_IMPU,	   /* where it went last */
	DELIVERY_SENT,	   /* Call-ID of the part that was sent last */
	DELIVERY_OUTCOME,  /* KIND,SIP STATUS,RP-CAUSE,TP-FCS */
	DELIVERY_TEXTS,
};

enum delivery_number
{
	DELIVERY_KEPT, /* enum delivery_kept */
	DELIVERY_PLACE, /* in the order; microseconds since 1970, about when it came */
	DELIVERY_EXPIRES, /* milliseconds since 1970: longest wait */
	DELIVERY_PARTS_DELIVERED,
	DELIVERY_FLAGS,
	DELIVERY_NUMBERS,
};

extern const char *const delivery_text_names[DELIVERY_TEXTS];
extern const char *const delivery_number_names[DELIVERY_NUMBERS];

/* What may have happened to it. */
enum delivery_kept
{
	DELIVERY_KEPT_WAITING, /* nothing of the next part has left */
	DELIVERY_KEPT_SENT,	   /* a part may be at the UE */
	DELIVERY_KEPT_ENDED,   /* it has its outcome, which may not be told yet */
};

/* Flags of a row. */
#define DELIVERY_MAY_BE_HELD 1u
#define DELIVERY_TELL_DELIVERED 2u
#define DELIVERY_TELL_FAILED 4u
#define DELIVERY_OF_A_HUB 8u
#define DELIVERY_WITHOUT_NUMBER 16u /* its sender has none */
#define DELIVERY_WITH_DOCUMENT 32u	/* of SMS without MSISDN, in its message */
#define DELIVERY_FLAGS_ALL 63u

#define DELIVERY_NAME_LEN 16 /* hex digits */

/* Of a row: all that is to be known of a delivery after a restart. Texts are as in enum delivery_text. */
struct delivery_kept_row
{
	char name[DELIVERY_NAME_LEN];
	enum delivery_kept kept;
	int64_t place, expires_at;
	unsigned flags;
	struct span gateway, to, from, rp_oa, message, received, impu, sent;
	const uint8_t *tpdus; /* each behind an octet with its length */
	size_t tpdus_len;
	unsigned parts, parts_delivered;
	/* DELIVERY_KEPT_ENDED */
	enum mt_kind kind;
	uint16_t sip_status;
	uint8_t rp_cause, tp_fcs;
};

/* Texts and numbers as they stand in the database. */
struct delivery_row
{
	struct span text[DELIVERY_TEXTS];
	int64_t number[DELIVERY_NUMBERS];
};

/* The row, its texts in the buffer. 0, or -1: no room. */
int delivery_row_write(struct delivery_row *out, char *buffer, size_t cap,
		const struct delivery_kept_row *in);

/* The text of an outcome alone. */
int delivery_row_write_outcome(struct span *out, char *buffer, size_t cap,
		const struct delivery_kept_row *in);

/* What the row says; spans of *out point into the buffer. 0, or -1: no room, or none of ours. */
int delivery_row_read(struct delivery_kept_row *out, char *buffer, size_t cap,
		const struct delivery_row *in);

#endif
