/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What the HSS does not know yet of subscribers: a wish for each, in shared memory under one lock. It has what is needed to
 * ask when the subscriber has no record any more. Only for flow/hss_update.c, which decides; all functions but those that say
 * otherwise are called with the lock.
 */
#ifndef IPSMGW_FLOW_HSS_WISH_H
#define IPSMGW_FLOW_HSS_WISH_H

#include "../hss/question.h"
#include "compat.h"

/* In registration_state.hss_wanted (the first two) and hss_told, and so in databases: the numbers stay. */
enum hss_knows
{
	HSS_KNOWS_NOTHING = 0,
	HSS_KNOWS_US = 1,	  /* he is reached by way of this gateway */
	HSS_KNOWS_UNSURE = 2, /* it may have taken the last request, or not */
};

struct hss_wish
{
	enum hss_knows wanted; /* never UNSURE */
	enum hss_knows told;
	enum hss_knows sent; /* by the request under way */
	bool is_sent;
	unsigned attempts; /* requests since the wish was new or changed */
	unsigned level;	   /* of the back-off it waits for; 0: for nothing */
	uint64_t due_ms;   /* clock_ms() */
	uint32_t hash;	   /* with serial it names the request under way */
	uint64_t serial;
	struct hss_who who; /* texts of its own */
};

/* Octets of the texts of a hss_who that a wish is made for. */
#define HSS_WHO_MAX 1024
/* The same, with its texts at octets. */
void hss_who_copy(struct hss_who *out, const struct hss_who *in, char *octets);

/* Waits: none, then hss_retry and twice the one before, up to an hour. */
#define HSS_WISH_LEVELS 14

/* Room for so many; before the fork. 0, or -1. */
int hss_wishes_init(unsigned max);
void hss_wishes_destroy(void);

void hss_wishes_lock(void);
void hss_wishes_unlock(void);

/* That of an IMPU in any spelling, or NULL. */
struct hss_wish *hss_wish_find(struct span impu);
/* That of a request under way, or NULL. */
struct hss_wish *hss_wish_of_request(uint32_t hash, uint64_t serial);

/* A new one that waits for nothing yet: hss_wish_wait() must follow. NULL: the table is full, no memory, the IMPU is none, or
 * there are more than HSS_WHO_MAX octets. */
struct hss_wish *hss_wish_add(const struct hss_who *who);
void hss_wish_remove(struct hss_wish *wish);

/* It is handed out after the wait of this level. */
void hss_wish_wait(struct hss_wish *wish, unsigned level, uint64_t now_ms);
uint64_t hss_wish_delay_ms(unsigned level);

/* The first that is due, or NULL; it stays where it is. */
struct hss_wish *hss_wish_due(uint64_t now_ms);
/* A request with what is wanted is on its way: a new serial. */
void hss_wish_send(struct hss_wish *wish);

/* Those sent first, then by level; NULL after NULL: there is none, after the last: the end. */
struct hss_wish *hss_wish_next(struct hss_wish *wish);

/* How many there are, and of these under way; without the lock. */
unsigned hss_wishes_count(void);
unsigned hss_wishes_sent(void);

#endif
