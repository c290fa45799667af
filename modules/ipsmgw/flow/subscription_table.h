/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The subscriptions to the reg event package, as records in shared memory: found by
 * the subscriber's identity and by the dialog, handed out by time. Only for the files
 * of subscriptions, which know what they mean; whatever takes or gives a pointer here is
 * called between subscriptions_lock() and subscriptions_unlock().
 */
#ifndef IPSMGW_FLOW_SUBSCRIPTION_TABLE_H
#define IPSMGW_FLOW_SUBSCRIPTION_TABLE_H

#include <stdint.h>

#include "compat.h"

#define SUBSCRIPTION_TEXT_MAX 4096 /* octets of all texts of one */

enum subscription_state
{
	SUBSCRIPTION_FREE,
	SUBSCRIPTION_QUEUED,	 /* waits for its turn, or to be tried again */
	SUBSCRIPTION_STARTING,	 /* SUBSCRIBE is sent, no NOTIFY came yet */
	SUBSCRIPTION_ACTIVE,	 /* the S-CSCF notifies us */
	SUBSCRIPTION_REFRESHING, /* the same, and a SUBSCRIBE in the dialog is sent */
};

enum subscription_text
{
	SUBSCRIPTION_IMPU,		 /* R-URI and To of the first SUBSCRIBE */
	SUBSCRIPTION_SCSCF,		 /* URI */
	SUBSCRIPTION_CALL_ID,	 /* of the dialog; empty before the first one */
	SUBSCRIPTION_LOCAL_TAG,	 /* ours */
	SUBSCRIPTION_REMOTE_TAG, /* empty: not known yet */
	SUBSCRIPTION_TARGET,	 /* the S-CSCF's contact, a URI */
	SUBSCRIPTION_ROUTE,		 /* route set, as in Route; may be empty */
	SUBSCRIPTION_TEXTS,
};

struct subscription
{
	enum subscription_state state;
	str text[SUBSCRIPTION_TEXTS];
	uint32_t birth;	  /* tells it from others that had this place */
	uint32_t attempt; /* tells its dialogs apart */

	uint32_t expires; /* s, asked for */
	uint32_t granted; /* s, as the answer said */
	unsigned failures;
	uint64_t began_ms;	 /* the dialog */
	uint64_t expires_ms; /* the subscription, as the S-CSCF said */
	uint32_t cseq;		 /* of our last SUBSCRIBE */

	bool notified; /* a NOTIFY came in this dialog; what follows is known: */
	uint32_t notify_cseq;
	bool has_version;
	uint64_t version;
	unsigned notifies; /* in all its dialogs */

	bool applying; /* a NOTIFY is at work */
	bool missed;   /* and another one came meanwhile */

	bool doubt; /* the registration is at its end unless a full document says otherwise */
	/* of the registry's record when the S-CSCF was last asked or heard: subscription_stamp(); 0: it was not */
	uint32_t record_stamp;
};

/* Room for so many; before the fork. 0, or -1. */
int subscription_table_init(unsigned max);
void subscription_table_destroy(void);

void subscriptions_lock(void);
void subscriptions_unlock(void);

/* The subscription for an identity in any spelling, or NULL. */
struct subscription *subscription_find(str impu);
/* That of a dialog, by what a NOTIFY in it has in Call-ID and To tag, or NULL. */
struct subscription *subscription_of_dialog(str call_id, str local_tag);
/* That in a place, when it is still the same one, or NULL. */
struct subscription *subscription_at(uint32_t place, uint32_t birth);
/* The same by its attempt. */
struct subscription *subscription_of_attempt(uint32_t place, uint32_t attempt);
uint32_t subscription_place(const struct subscription *s);

/* A new one, state QUEUED, without a time. NULL: the table is full, no memory, or the identity is none. */
struct subscription *subscription_add(str impu, str scscf);
void subscription_remove(struct subscription *s);

/* Begin the next attempt: what is on its way for the one before is of no interest any more. */
void subscription_next_attempt(struct subscription *s);

/* Replace its texts; those of the identity stay. 0, or -1: no memory, or more than SUBSCRIPTION_TEXT_MAX; nothing was
 * changed. */
int subscription_set_texts(
		struct subscription *s, const str text[SUBSCRIPTION_TEXTS]);

/* The same for use without the lock; the texts point into it, so it is not to be assigned. */
struct subscription_copy
{
	uint32_t place, birth, attempt;
	enum subscription_state state;
	uint32_t cseq, expires;
	bool has_version, doubt;
	uint64_t version;
	uint32_t record_stamp;
	str text[SUBSCRIPTION_TEXTS];
	char octets[SUBSCRIPTION_TEXT_MAX];
};

void subscription_copy(
		struct subscription_copy *out, const struct subscription *s);

/* What a subscription waits for; one thing at a time. */
enum subscription_agenda
{
	AGENDA_START, /* a dialog to be begun */
	AGENDA_TIMER, /* a time limit, or a refresh */
	AGENDAS,
};

/* Have it handed out by subscription_due() at that time (clock_ms()); it leaves the other agenda. */
void subscription_wait(struct subscription *s, enum subscription_agenda agenda,
		uint64_t due_ms);
void subscription_wait_no_more(struct subscription *s);
/* When it is due; 0: it waits for nothing. */
uint64_t subscription_due_ms(const struct subscription *s);

/* The first that is due, taken off the agenda, or NULL. */
struct subscription *subscription_due(
		enum subscription_agenda agenda, uint64_t now_ms);

/* How many there are, how many wait to be begun; without the lock. */
unsigned subscriptions_count(void);
unsigned subscriptions_waiting(void);
unsigned subscriptions_max(void);

/* The subscription in a place, NULL when it is free. */
struct subscription *subscription_in(uint32_t place);

#endif
