/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * kamcmd ipsmgw.hss, ipsmgw.hss_read and ipsmgw.sri: the Diameter side seen, and the
 * HSS asked by hand. For the table in ipsmgw_rpc.c.
 */
#ifndef IPSMGW_RPC_HSS_H
#define IPSMGW_RPC_HSS_H

#include "core/rpc.h"

void rpc_hss(rpc_t *rpc, void *ctx);
void rpc_hss_read(rpc_t *rpc, void *ctx);
void rpc_sri(rpc_t *rpc, void *ctx);

#endif
