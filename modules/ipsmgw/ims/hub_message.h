/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What a hub's MESSAGE is, from its Content-Type, its body and its metadata headers (docs/hub.md): a text for a phone, a
 * short message made by the hub itself, or the news of a text that a phone sent. Plain C; for the flows toward a UE.
 */
#ifndef IPSMGW_IMS_HUB_MESSAGE_H
#define IPSMGW_IMS_HUB_MESSAGE_H

#include <stdint.h>

#include "../codec/deliver.h"
#include "../codec/tp.h"
#include "imdn.h"
#include "short_message_info.h"
#include "span.h"

/* The metadata headers of one MESSAGE. */
struct hub_meta
{
	unsigned seen;					/* for hub_meta_add() */
	uint8_t udh[SMS_UD_MAX_OCTETS]; /* X-SMS-UDH, UDHL first */
	size_t udh_len;					/* 0: none */
	enum deliver_coding coding;		/* X-SMS-CODING */
	bool is_8bit;					/* the same, 8BIT */
	int8_t message_class;			/* X-M-CLASS, 0 to 3, or DELIVER_NO_CLASS */
	uint8_t pid;					/* X-SMS-PID */
	bool has_validity;
	uint32_t validity;	   /* X-SMS-VALIDITY, seconds */
	bool wants_delivery;   /* X-REG-DELIVERY 1 */
	bool has_hold;		   /* X-SMS-HOLD is there */
	bool hold;			   /* keep it for a phone that cannot be reached */
	uint32_t hold_seconds; /* so long; 0: the hub does not say */
	bool has_status;
	uint8_t status;			/* X-SMS-STATUS, a TP-ST */
	struct span message_id; /* X-SMS-MESSAGE-ID, in the caller's memory */
};

/* None yet. */
void hub_meta_init(struct hub_meta *out);

/* Take one header, name without case. 1; 0: it is none of these; -1: its value cannot be, or it was there before. */
int hub_meta_add(struct hub_meta *out, struct span name, struct span value);

enum hub_message_kind
{
	HUB_MESSAGE_TEXT,
	HUB_MESSAGE_OPAQUE,
	HUB_MESSAGE_NOTIFICATION,
};

/* Why a MESSAGE is refused. */
enum hub_message_error
{
	HUB_MESSAGE_OK = 0,
	HUB_MESSAGE_UNSUPPORTED = -1, /* type or charset: 415 */
	HUB_MESSAGE_BAD_TEXT =
			-2, /* octets that the charset does not have, U+0000: 400 */
	HUB_MESSAGE_MALFORMED = -3, /* anything else that cannot be read: 400 */
	HUB_MESSAGE_NO_ROOM = -4,	/* the caller's buffer is too small */
};

struct hub_message
{
	enum hub_message_kind kind;
	const char *reason; /* when it is refused: what is wrong, static storage */

	/* TEXT: valid UTF-8 without U+0000, may be empty; no mark of octet order at its front */
	struct span text;

	/* OPAQUE: the TPDU of the RP-DATA, which tp_decode() took */
	struct span tpdu;	  /* at most TP_MAX_OCTETS */
	enum tp_type tp_type; /* TP_DELIVER or TP_STATUS_REPORT */
	struct sms_address
			rp_oa; /* the hub's service centre; not present: it leaves that to us */

	/* of application/vnd.3gpp.sms+xml beside either (TS 24.341 5.3.3.5) */
	bool has_info;
	struct short_message_info info;
	struct span document; /* it, as it came but for its transfer encoding */

	/* TEXT, OPAQUE: what the hub wants to know; from CPIM's header fields or X-REG-DELIVERY */
	bool wants_delivered, wants_failed;
	struct span message_id; /* its name for this message; len 0: it gave none */

	/* of message/cpim; len 0: it was none, or did not say */
	struct span from, to, datetime;

	/* NOTIFICATION */
	/* name of the message that it tells of; len 0: by headers, and only the Call-ID that it replies to may tell */
	struct span notified;
	enum imdn_notification notification;
	int tp_status; /* TP-ST; -1: no end of a delivery, nothing to tell a phone */
};

/* Octets of buffer that suffice for a body of len octets. */
#define HUB_MESSAGE_ROOM(len) (3 * (len) + 1)

/* Read a MESSAGE. content_type may be empty: text/plain. What is found are spans into body, meta or
 * buffer. HUB_MESSAGE_OK, or why it is refused. */
enum hub_message_error hub_message_read(struct hub_message *out, char *buffer,
		size_t cap, const struct hub_meta *meta, struct span content_type,
		struct span body);

#endif
