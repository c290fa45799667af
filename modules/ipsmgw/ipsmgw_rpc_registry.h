/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * kamcmd ipsmgw.registry: who is registered. Called from the table in ipsmgw_rpc.c.
 */
#ifndef IPSMGW_RPC_REGISTRY_H
#define IPSMGW_RPC_REGISTRY_H

#include "core/rpc.h"

/* list [limit] [offset], show ID, remove ID, count */
void rpc_registry(rpc_t *rpc, void *ctx);

#endif
