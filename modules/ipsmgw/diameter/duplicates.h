/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Memory of requests to us (RFC 6733 5.5.4): a repetition is known by Origin-Host, end-to-end id and command, waits while the
 * first one is in work, and gets the same answer afterwards. Plain C, many threads, for node_serve.c.
 */
#ifndef IPSMGW_DIAMETER_DUPLICATES_H
#define IPSMGW_DIAMETER_DUPLICATES_H

#include <stdbool.h>
#include <stdint.h>

#include "message.h"

/* Repetitions that wait for one request; more are dropped. */
#define DUPLICATES_WAITING 3

struct duplicates;

struct duplicate_key
{
	diameter_text host;
	uint32_t end_to_end;
	uint32_t command;
};

enum duplicate
{
	DUPLICATE_NEW, /* work on it, then settle it */
	DUPLICATE_WAITS, /* the message is kept, and given back by duplicates_settle() */
	DUPLICATE_TOO_MANY, /* enough wait already: drop it */
	DUPLICATE_ANSWERED	/* *answer is what the first one got */
};

/* Room for max requests, each remembered for so many seconds after its answer. NULL: no memory. */
struct duplicates *duplicates_new(unsigned max, unsigned seconds);

enum duplicate duplicates_see(struct duplicates *d,
		struct diameter_answer *answer, const struct duplicate_key *key,
		void *message, uint64_t now_ms);

/* The request has its answer; keep: for repetitions still to come. Returns how many messages waited for it. */
unsigned duplicates_settle(void *waited[DUPLICATES_WAITING],
		struct duplicates *d, const struct duplicate_key *key,
		const struct diameter_answer *answer, bool keep, uint64_t now_ms);

void duplicates_free(struct duplicates *d);

#endif
