/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What comes next for one subscription, decided with the lock of the table held: a new
 * dialog, a refresh, another try, the end. Only for the files of subscriptions.
 */
#ifndef IPSMGW_FLOW_SUBSCRIPTION_RULES_H
#define IPSMGW_FLOW_SUBSCRIPTION_RULES_H

#include "subscription.h"

/* To be done when the lock is open again. */
struct aftermath
{
	bool end_record; /* of this subscription, unless its stamp has changed */
	struct subscription_copy of;
};

void subscription_after_unlock(const struct aftermath *after);

/* Have a new dialog begun at that time (clock_ms()). What is on its way for the old one is of no interest any more, but
 * NOTIFYs in it count until then. */
void subscription_begin_anew(struct subscription *s, uint64_t at_ms);

/* Begin it now: a new Call-ID and tag, CSeq 1. 0, or -1: no memory. */
int subscription_new_dialog(
		struct subscription *s, const struct registration *record);

/* Try again, at once or later, not before retry_after seconds. A dialog that lived for a while shows that the troubles
 * before are over; what breaks at once, again and again, must not keep the S-CSCF and us busy. */
void subscription_try_again(
		struct subscription *s, enum resubscribe when, uint32_t retry_after);

/* A SUBSCRIBE failed (status 0: no answer): another try or the end. */
void subscription_failed(struct subscription *s, int status,
		uint32_t retry_after, struct aftermath *after);

/* There will be no subscription: what is doubtful is at its end. *s is gone. */
void subscription_give_up(struct subscription *s, struct aftermath *after);

/* It is granted for so many seconds from now: refresh it early enough for another try (TS 24.229 5.1.1.3). */
void subscription_plan_refresh(struct subscription *s, uint32_t expires);

/* 423: ask for longer. false: it is none, or what it says was asked for. */
bool subscription_lengthen(
		struct subscription *s, int status, const struct subscribe_answer *a);

/* Take what the peer said about the dialog. Without memory it is not learned, and the next refresh begins a new one. */
void subscription_learn_peer(
		struct subscription *s, const struct dialog_peer *peer);

/* It moved to another S-CSCF. 0, or -1: no memory. */
int subscription_set_scscf(struct subscription *s, str scscf);

/* What subscriptions_init() was given. The functions call a hook when there is one; without the lock. */
void subscription_set_hooks(const struct subscription_hooks *told);
void subscription_tell_changed(
		const struct registration *before, const struct registration *after);
void subscription_tell_gone(const struct registration *record);

#endif
