/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * RPC commands whose first parameter is a verb: kamcmd ipsmgw.pending list. For the RPC files of the face.
 */
#ifndef IPSMGW_RPC_VERB_H
#define IPSMGW_RPC_VERB_H

#include "core/rpc.h"

struct rpc_verb
{
	const char *name; /* in any case; NULL ends a table */
	void (*run)(rpc_t *rpc, void *ctx);
};

/* Take the verb and run it with the parameters behind it; without any, the first of the table. Another one is a fault 400
 * that says the usage. */
void rpc_run_verb(
		rpc_t *rpc, void *ctx, const struct rpc_verb *verbs, const char *usage);

#endif
