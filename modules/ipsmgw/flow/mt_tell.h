/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A hub that was answered 202 learns of the outcome, when it asked for that: message/imdn+xml in message/cpim (RFC 5438), in a
 * MESSAGE of our own, repeated once when it fails. For flow/mt.c.
 */
#ifndef IPSMGW_FLOW_MT_TELL_H
#define IPSMGW_FLOW_MT_TELL_H

#include "delivery.h"
#include "mt_outcome.h"

/* Tell the hub of a delivery that has its outcome, if it wants to know. The caller holds the delivery. false: it does not. Its row
 * in the database is given up when the notification is over. */
bool mt_tell(struct delivery *d, const struct mt_outcome *outcome);

/* One that failed for now is sent once more; the caller holds the delivery. */
void mt_tell_again(struct delivery *d);

#endif
