/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * How a delivery (a short message of a hub on its way to a UE) came out, and what the hub is told of it: the SIP status
 * by a table that the operator may change (modparam "mt_answer"), and the Reason header (RFC 3326). Plain C.
 */
#ifndef IPSMGW_FLOW_MT_OUTCOME_H
#define IPSMGW_FLOW_MT_OUTCOME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum mt_kind
{
	MT_DELIVERED, /* RP-ACK for each part */
	MT_PENDING,	  /* not known yet: mt_answer_after has passed, or it is held */
	MT_NOT_REGISTERED, /* the subscriber is not in the registry */
	MT_UNKNOWN, /* it is known that there is no such subscriber, or the destination is no identity */
	MT_NO_CAPABILITY,	/* none of his contacts takes short messages over IP */
	MT_MEMORY_FULL,		/* RP-ERROR 22 */
	MT_RP_ERROR,		/* RP-ERROR with another cause */
	MT_NO_REPORT,		/* accepted by SIP, and no RP-ACK or RP-ERROR in time */
	MT_NO_ANSWER,		/* no SIP answer, or 408 */
	MT_REFUSED,			/* another SIP status from 300 on */
	MT_UNSENT,			/* the MESSAGE could not be sent at all */
	MT_BAD_TYPE,		/* Content-Type or charset that is not ours */
	MT_BAD_TEXT,		/* a body that is not what its type says */
	MT_TOO_LONG,		/* more than 255 parts */
	MT_QUEUE_FULL,		/* mt_queue_max wait for the subscriber */
	MT_OVERLOAD,		/* mt_max deliveries are at work, or no memory */
	MT_CANCELLED,		/* by hand */
	MT_EXPIRED,			/* waited too long for its turn, or held too long */
	MT_RESTARTED,		/* in flight when the gateway ended; not sent again */
	MT_UNKNOWN_TEXT,	/* of a notification: that text is not known */
	MT_TOLD_BEFORE,		/* of a notification: the phone knows it */
	MT_NOTHING_TO_TELL, /* of a notification: it is nothing for a phone */
	MT_INTERNAL, /* the gateway cannot deliver: sc_address is missing, no transaction */
	MT_KINDS,
};

#define MT_URI_MAX 256 /* with its NUL */

/* Zeroed but for what is known. */
struct mt_outcome
{
	enum mt_kind kind;
	uint16_t code; /* the SIP status that the hub gets, by the table */
	uint16_t
			sip_status; /* MT_REFUSED, MT_NO_ANSWER: of the UE's side; 0: none */
	uint8_t rp_cause;	/* MT_RP_ERROR, MT_MEMORY_FULL */
	uint8_t tp_fcs;		/* of its SMS-DELIVER-REPORT; 0: none */
	uint8_t parts;		/* 0: it came to none */
	uint8_t parts_delivered;
	bool is_report; /* a status report, or the notification that should become one */
	char subscriber[MT_URI_MAX]; /* the IMPU addressed; empty: not known */
};

/* The same without what is known of a delivery anyway. */
struct mt_end
{
	enum mt_kind kind;
	uint16_t sip_status;
	uint8_t rp_cause, tp_fcs;
};

#define MT_STATUS_MIN 300
#define MT_STATUS_MAX 700
#define MT_CAUSES 128

/* The SIP status for the hub, by what happened. */
struct mt_answers
{
	uint16_t kind[MT_KINDS];
	uint16_t rp[MT_CAUSES]; /* by RP-Cause: MT_RP_ERROR, MT_MEMORY_FULL */
	uint16_t sip
			[MT_STATUS_MAX]; /* by the SIP status of the UE's side: MT_REFUSED */
};

/* Put the table of docs/hub.md. */
void mt_answers_defaults(struct mt_answers *answers);

/* Read one row, "404,604=404", "rp-22=480" or "no-report,5xx=480": SIP statuses of the UE's side, classes ("5xx"), "default"
 * (all SIP statuses), "rp-N", "rp-error" (all RP causes), "memory-full" (the same as rp-22), or the name of a kind; then the status
 * for the hub, 200 to 699. A later row overrides an earlier one; no blanks. 0, or -1 when it cannot be read (selectors before the bad
 * one are set then). */
int mt_answers_set(struct mt_answers *answers, const char *row);

/* The status for an outcome. */
uint16_t mt_answers_get(
		const struct mt_answers *answers, const struct mt_outcome *outcome);

/* "delivered", "no-report", ... */
const char *mt_kind_name(enum mt_kind kind);

/* Is the subscriber away for now, so that what waits for him need not be tried? */
bool mt_is_absent(const struct mt_outcome *outcome);

/* The reason phrase of a SIP status, "" when it has none that we know. */
const char *mt_phrase(unsigned code);

#define MT_REASON_MAX 128

/* The header line "Reason: ...", ended by CRLF; "" when the text was delivered or nothing is known yet. Returns its length. */
size_t mt_reason(char out[MT_REASON_MAX], const struct mt_outcome *outcome);

#endif
