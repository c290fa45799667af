/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * kamcmd ipsmgw.pending: short messages that have no outcome yet, jobs (of phones) and deliveries (to phones). Called from the
 * table in ipsmgw_rpc.c.
 */
#ifndef IPSMGW_RPC_PENDING_H
#define IPSMGW_RPC_PENDING_H

#include "core/rpc.h"

/* list [limit], show ID, cancel ID; an ID is the number of a job, or m and the number of a delivery */
void rpc_pending(rpc_t *rpc, void *ctx);

#endif
