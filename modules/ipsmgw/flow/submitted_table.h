/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Texts of phones that asked for a status report (TP-SRR), from the first hub that was offered one until its validity is
 * over: what SMS-STATUS-REPORT needs of them, and how far each is. So many at most, the oldest makes room. Plain C
 * without locks: whoever calls holds the one of submitted.c, whose file this is.
 */
#ifndef IPSMGW_FLOW_SUBMITTED_TABLE_H
#define IPSMGW_FLOW_SUBMITTED_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../codec/address.h"
#include "../codec/time.h"
#include "../ims/identity.h"
#include "../ims/span.h"
#include "../registry/registry.h"

/* A text is named by a random number, in hex. */
#define SUBMITTED_NAME_LEN 16

/* Of which ends the sender wants to know: the bits of SMSC Control Parameters (TS 23.040 9.2.3.24.5). */
enum submitted_wanted
{
	WANTS_DONE = 0x01,
	WANTS_PERMANENT = 0x02,	   /* it failed, no more tries */
	WANTS_TEMPORARY = 0x04,	   /* it failed for now, no more tries */
	WANTS_STILL_TRYING = 0x08, /* it failed for now, and is tried again */
};

/* A hub that was asked in vain may still take a text for so long (s): tm's Timer F, and what the network adds. */
#define SUBMITTED_LATE_SECONDS 40

struct submitted
{
	uint64_t id;	/* 0: none */
	uint8_t mr;		/* TP-MR */
	uint8_t wanted; /* bits of enum submitted_wanted */
	uint8_t da_len;
	uint8_t da
			[TP_ADDRESS_MAX_OCTETS]; /* TP-DA as it came, length octet first */
	uint8_t scts[SMS_TIME_OCTETS];	 /* as in its SMS-SUBMIT-REPORT */
	char msisdn[MSISDN_MAX_DIGITS + 1]; /* of the sender, "" when unknown */
	size_t sender_len;
	char sender[REGISTRATION_URI_MAX]; /* public identity; not NUL-terminated */
	unsigned
			turn; /* which of its reports this is, for submitted_table_reported() */
};

/* What a hub has said of it. */
struct submitted_news
{
	uint8_t st;	   /* TP-ST */
	bool is_final; /* nothing else will follow */
	int64_t at;	   /* TP-DT, seconds since 1970 */
};

enum submitted_verdict
{
	SUBMITTED_REPORT, /* the phone is to be told now */
	SUBMITTED_LATER, /* it has no RP-ACK for the text yet: kept for submitted_table_told() */
	SUBMITTED_REPEATED, /* it was told the end, or is being told */
	SUBMITTED_UNKNOWN,
};

struct submitted_table;

struct submitted_table_options
{
	unsigned max;
	unsigned longest;			/* s, that one may be kept */
	uint64_t secret[2];			/* of the hash over Call-IDs */
	void *(*take)(size_t size); /* memory; NULL: there is none */
	void (*give)(void *memory);
};

/* NULL: no memory. Times are seconds of a clock that is never set back. */
struct submitted_table *submitted_table_new(
		const struct submitted_table_options *options, uint64_t now);
void submitted_table_free(struct submitted_table *table);

/* Remember one for so many seconds. call_id: of the request that the hub sees, when that does not begin with the name;
 * else empty. *evicted: another one had to make room that was not told its end. 0, or -1: no memory, or the
 * id is taken. */
int submitted_table_add(struct submitted_table *table, bool *evicted,
		const struct submitted *text, struct span call_id, unsigned seconds,
		uint64_t now);

/* Its sender was told RP-ERROR: unknown from now on, and forgotten when no hub can take it any more. */
void submitted_table_refused(
		struct submitted_table *table, uint64_t id, uint64_t now);

/* Its sender has the submit report, or will get none. true: there are news already, which he is to be told now. */
bool submitted_table_told(struct submitted *out, struct submitted_news *news,
		struct submitted_table *table, uint64_t id);

/* The one with this name, or a Call-ID that begins with it, or the Call-ID it was added with; false: there is none, or
 * it is over. */
bool submitted_table_find(struct submitted *out, struct submitted_table *table,
		struct span name, uint64_t now);

/* A hub took it after all: named as for submitted_table_find(). */
void submitted_table_taken(struct submitted_table *table, struct span name);

/* A hub has news of it. */
enum submitted_verdict submitted_table_notify(struct submitted *out,
		struct submitted_table *table, uint64_t id,
		const struct submitted_news *news, uint64_t now);

/* What came of telling the phone: not told, the next notification counts again. */
void submitted_table_reported(
		struct submitted_table *table, uint64_t id, unsigned turn, bool told);

/* Forget those that are over by now. */
void submitted_table_expire(struct submitted_table *table, uint64_t now);

unsigned submitted_table_count(const struct submitted_table *table);

/* The name, without a NUL. */
void submitted_name(char out[SUBMITTED_NAME_LEN], uint64_t id);

#endif
