/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The memory of short messages taken lately: it tells a phone's repetition from a
 * new text and keeps the outcome to answer it with. Owns its shared memory: shards
 * of a fixed number of entries, the oldest one makes room.
 */
#ifndef IPSMGW_FLOW_REPEAT_H
#define IPSMGW_FLOW_REPEAT_H

#include <stdbool.h>
#include <stdint.h>

#include "../codec/time.h"
#include "cause_map.h"

/* What makes a MESSAGE the same as an earlier one. */
struct repeat_key
{
	uint8_t content[16];  /* digest of sender and TPDU without TP-RD */
	uint64_t transaction; /* digest of Call-ID, CSeq and Via branch */
	uint8_t rp_mr;
	bool rd; /* TP-RD is set */
};

/* An entry, as long as it has not made room for another. */
struct repeat_ref
{
	uint32_t slot;
	uint32_t serial; /* 0: none */
};

enum repeat_verdict
{
	REPEAT_NEW,			   /* remembered from now on */
	REPEAT_RETRANSMISSION, /* the same SIP transaction again */
	REPEAT_OPEN,		   /* a repeat of one that is still open */
	REPEAT_DONE,		   /* a repeat of one whose outcome is known */
};

struct repeat_hit
{
	struct repeat_ref ref;
	uint32_t job_index, job_generation; /* of the open one */
	bool acked;
	struct cause cause;
	struct sms_time scts;
};

/* `entries` in all; before the fork. 0, or -1. */
int repeats_init(unsigned entries);
void repeats_destroy(void);

/* Look the key up and, when it is new, remember it for that job: one step, so
 * that of two equal messages in two processes one is new. */
enum repeat_verdict repeat_admit(struct repeat_hit *hit,
		const struct repeat_key *key, uint32_t job_index,
		uint32_t job_generation);

/* The job of the SIP transaction with this key, in hit; false: it is not known. */
bool repeat_find(struct repeat_hit *hit, const struct repeat_key *key);

/* Forget an entry whose message was refused after all. */
void repeat_forget(struct repeat_ref ref);

/* Store the outcome. */
void repeat_settle(struct repeat_ref ref, bool acked, struct cause cause,
		const struct sms_time *scts);

/* A hub took the message after its UE was told an error: a repeat by TP-RD is
 * answered with RP-ACK and not sent once more. */
void repeat_taken(struct repeat_ref ref);

#endif
