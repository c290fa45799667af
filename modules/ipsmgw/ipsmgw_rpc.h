/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * kamcmd ipsmgw.*: what an operator sees and does from outside.
 */
#ifndef IPSMGW_RPC_H
#define IPSMGW_RPC_H

#include "core/rpc.h"

extern rpc_export_t ipsmgw_rpc_exports[];

/* Subjects in files of their own, for the table. */
void rpc_subscriptions(rpc_t *rpc, void *ctx);
void rpc_database(rpc_t *rpc, void *ctx);
void rpc_hss_updates(rpc_t *rpc, void *ctx);

#endif
