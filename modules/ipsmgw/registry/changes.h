/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What of a shard's records the database does not know yet: two lists by serial,
 * of what is to be written and of what the writer has. All with the shard's lock
 * held. Only for registry/.
 */
#ifndef IPSMGW_REGISTRY_CHANGES_H
#define IPSMGW_REGISTRY_CHANGES_H

#include "table.h"

void changes_init(struct shard *shard);
void changes_destroy(struct shard *shard);

/* The record has changed: a new serial, and the end of the list when changes are kept. */
void changes_add(struct shard *shard, struct record *record);

/* A new serial alone. The lock that goes with it is held meanwhile: registry_pass_begin() relies on that. */
void changes_stamp(struct record *record);

/* Is there something that the database does not know yet? */
bool changes_waits(const struct record *record);

/* Leave the list it may be in. */
void changes_drop(struct record *record);

/* Tell the owner of the writer that there is something for it. No lock. */
void changes_tell(void);

/* The record is gone, in no bucket and no heap any more. It is freed, or what is needed to delete it from the database
 * stays in the list. */
void changes_bury(struct shard *shard, struct record *record);

/* Does the end of a record with this primary IMPU wait for the writer? */
bool changes_buried(const struct shard *shard, struct span impu);

#endif
