/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * One reading of one subscriber: which Data-References go into the next question, and what an answer to it means
 * (TS 29.328 6.1.1, 7.6). Only for read.c, which says who waits for it and where it lives.
 */
#ifndef IPSMGW_HSS_READING_H
#define IPSMGW_HSS_READING_H

#include "cache.h"

struct waiter;

struct reading
{
	struct reading *next; /* in its bucket */
	struct hss_key key;

	/* under the lock of read.c */
	uint64_t wanted;
	uint64_t settled; /* not to be asked any more */
	bool forgotten;	  /* out of date: nobody joins, nothing is kept of it */
	struct waiter *waiters;

	/* of whoever has its question */
	enum hss_purpose purpose;
	diameter_text impu, impi; /* who he is; "": not known */
	diameter_digits msisdn, imsi;
	uint64_t asked; /* by that question */
	uint64_t lost;	/* settled, but without an answer that holds */
	bool singly;	/* several at once were refused */
	uint64_t began_ms;
	int64_t since_s; /* of the oldest that it has */
	struct hss_data data;
};

/* Begin with what is kept of him, NULL: nothing. What cannot be made a question of is settled at once. */
void reading_init(struct reading *r, const struct hss_key *key,
		const struct hss_who *who, const struct hss_kept *kept);

/* Choose the next question of what is wanted and not settled: r->asked, 0: all is settled. several: the HSS takes several
 * Data-References at once. */
void reading_choose(struct reading *r, bool several);

/* Ask it. 0: the reading is not the caller's any more; -1: r->data.verdict.outcome says why. */
int reading_ask(struct reading *r);

/* Take the answer. true: what is left may be asked. unreadable: called when its document cannot be read, or NULL. */
bool reading_take(
		struct reading *r, const struct slot *slot, void (*unreadable)(void));

/* What is to be kept of it. false: nothing. */
bool reading_kept(struct hss_kept *out, const struct reading *r);

#endif
