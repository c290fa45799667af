/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Subscriptions to the registration state of subscribers at their S-CSCF (reg event
 * package, RFC 3680; TS 24.341 5.3.3.2): begun at a bounded rate, refreshed, begun anew
 * when they break. docs/design.md "Reg event" has the rules. What a NOTIFY says is
 * flow/notify.c's.
 */
#ifndef IPSMGW_FLOW_SUBSCRIPTION_H
#define IPSMGW_FLOW_SUBSCRIPTION_H

#include "../registry/registry.h"
#include "reg_event_sip.h"
#include "subscription_table.h"

/* modparam reg_event: who decides when to call subscription_want() reads it, too. */
enum reg_event
{
	REG_EVENT_NEVER,
	REG_EVENT_NEEDED, /* while capability or implicit set is not known */
	REG_EVENT_ALWAYS,
};

/* In registration_state.user: not 0 when a NOTIFY has told something of the record. Only a subscription keeps it true. */
#define USER_REG_EVENT 0
/* In it, too: four octets that each third-party REGISTER makes others, never all 0. What changes a record otherwise, leaves them. */
#define USER_REGISTER 4
uint32_t subscription_stamp(const struct registration *reg);

/* What is done when a subscription has changed the registry. Either may be NULL. No lock is held; in a SIP worker or
 * a timer process. */
struct subscription_hooks
{
	/* the record is in the registry already; both are good until the function returns */
	void (*changed)(const struct registration *before,
			const struct registration *after);
	/* the record was taken out */
	void (*gone)(const struct registration *record);
};

/* The table for reg_event_max; before the fork. 0, or -1. */
int subscriptions_init(const struct subscription_hooks *told);
void subscriptions_destroy(void);

/* Be subscribed to this IMPU, whose record is in the registry, at this S-CSCF (a URI; empty: scscf_uri). Nothing when
 * there is such a subscription already. fresh: begin a new one in any case, and until its first document is here take the
 * registration for ended: when there is none to be had, the record goes. (A third-party REGISTER with Expires 0 is sent
 * also when one of two phones leaves.) Returns at once. false: there will be none, because reg_event is 0, the table is
 * full, or a URI is none. */
bool subscription_want(str impu, str scscf, bool fresh);

/* Is there a subscription that the S-CSCF has accepted? */
bool subscription_is_active(str impu);

/* The record is gone. The S-CSCF is not told: its next NOTIFY gets 481. */
void subscription_forget(str impu);

/* Begin what waits, as fast as reg_event_rate lets us; refresh; end what got no answer. In one process only. */
void subscriptions_tick(uint64_t now_ms);

/* --- looking around ----------------------------------------------------------------- */

struct subscription_info
{
	struct subscription_copy copy;
	unsigned notifies, failures;
	int due_s;	   /* to the next thing to do; 0: it waits for an answer */
	int expires_s; /* to its end; 0: it is not active */
};

/* The subscription in a place of the table, 0 to subscriptions_max() - 1. false: the place is free. */
bool subscription_look(struct subscription_info *out, uint32_t place);

/* A word for a state. */
const char *subscription_state_name(enum subscription_state state);

#endif
