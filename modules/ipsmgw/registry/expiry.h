/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * When the records of a shard expire: a heap each, so that nothing is ever swept.
 * All with the shard's lock held. Only for registry/.
 */
#ifndef IPSMGW_REGISTRY_EXPIRY_H
#define IPSMGW_REGISTRY_EXPIRY_H

#include "table.h"

/* Make room for one more. false: no memory. */
bool expiry_reserve(struct shard *shard);

/* Add a record, by its expires_at; there is room. */
void expiry_add(struct shard *shard, struct record *record);

/* Its expires_at is another now. */
void expiry_move(struct shard *shard, struct record *record);

/* It is at another address now. */
void expiry_replace(
		struct shard *shard, const struct record *old, struct record *record);

void expiry_remove(struct shard *shard, const struct record *record);

#endif
