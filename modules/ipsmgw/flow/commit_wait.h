/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The 200 to a REGISTER that waits until the database has what it changed. The
 * transaction is suspended meanwhile, and whoever learns of the commit answers it:
 * no worker waits. Used by the registration alone; the face ties the ends to the
 * database's process and to the timer.
 */
#ifndef IPSMGW_FLOW_COMMIT_WAIT_H
#define IPSMGW_FLOW_COMMIT_WAIT_H

#include "compat.h"

/* Before the fork. 0, or -1: no shared memory. */
int commit_wait_init(void);
void commit_wait_destroy(void);

/* Answer 200, with the reply headers that the request has, when all changes up to the serial are committed, or after
 * db_wait (counted as db_late); at once when nothing is written or the database is down (that is late, too). The request
 * has a transaction of tm. 0, or -1: it could not be answered. */
int commit_wait_answer(struct sip_msg *msg, uint64_t serial);

/* All changes up to the serial are committed. From any process, without locks. */
void commit_wait_done(uint64_t serial);

/* The database fails: nobody waits any longer. */
void commit_wait_give_up(void);

/* Answer who has waited long enough. */
void commit_wait_tick(uint64_t now_ms);

#endif
