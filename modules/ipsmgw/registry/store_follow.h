/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What other gateways write into a database that is shared comes into this one's
 * registry. Only for store.c, with its connection, and never within a transaction.
 */
#ifndef IPSMGW_REGISTRY_STORE_FOLLOW_H
#define IPSMGW_REGISTRY_STORE_FOLLOW_H

#include "../ims/span.h"

/* Changes are followed from here on; before all rows are read. 0, or -1. */
int follow_begin(void);

/* Take what others than this gateway have changed since the last time; gone is told of each primary IMPU that is. Returns how many
 * rows, or -1. */
int follow_changes(struct span gateway, void (*gone)(struct span impu));

#endif
