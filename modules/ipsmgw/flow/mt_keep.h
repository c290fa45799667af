/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A hub that is answered 202 keeps nothing, so the gateway's database does (delivery_store.h): what may be promised, what is written
 * before a 202 or a part leaves, and what comes back by a restart. For flow/mt*.c; mt_keep_init() for the face.
 *
 * What is held or waits for its turn goes on waiting after a restart. A part that may be at the UE is not sent again: its report is
 * waited for once more, then the delivery ends as MT_RESTARTED. Without a database only who sets mt_hold_memory may hold.
 */
#ifndef IPSMGW_FLOW_MT_KEEP_H
#define IPSMGW_FLOW_MT_KEEP_H

#include "mt_context.h"

/* Before the fork, between deliveries_init() and store_load(). 0, or -1 and a line in the log. */
int mt_keep_init(void);

/* May something be held now? Else it is refused, and the hub keeps it. */
bool mt_keep_can_hold(void);

/* One of the caller's is to be held. answer_owed: its hub waits. false: it cannot be. Between the two it is put among those that
 * are held. end: why it is. */
bool mt_keep_hold(
		struct delivery *d, const struct mt_end *end, bool answer_owed);
void mt_keep_held(struct delivery *d);

/* Does the hub wait until the row is there? Else it is answered 202 at once. */
bool mt_keep_takes_time(void);

/* The end of a wait that begins now, for struct mt_context. */
int64_t mt_keep_until(uint64_t wait_ms);

/* mt_answer_after has passed: the hub is answered 202 when the row is there. */
void mt_keep_answer(struct delivery *d);

/* Its first part is to be sent. false: send it; true: it goes when the row says so, or is held back. */
bool mt_keep_send(struct delivery *d);

/* It has ended so. false: tell it; true: it is told when the row says so. */
bool mt_keep_end(struct delivery *d, const struct mt_end *end);

/* How one ends that has waited long enough: as it did before the restart, if it was over or in flight then. */
void mt_keep_expired(struct mt_end *end, struct delivery *d);

/* A report by that Call-ID for what was in flight before the restart. error: not used after RP-ACK. false: there is none. */
bool mt_keep_reported(
		struct span call_id, bool acked, const struct mt_end *error);

/* What is due. In the timer's process. */
void mt_keep_tick(uint64_t now_ms);

#endif
