/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Verbs of RPC commands: see ipsmgw_rpc_verb.h.
 */
#include "ipsmgw_rpc_verb.h"

#include "flow/compat.h"

void rpc_run_verb(
		rpc_t *rpc, void *ctx, const struct rpc_verb *verbs, const char *usage)
{
	str verb;

	if(rpc->scan(ctx, "*S", &verb) < 1) {
		verbs->run(rpc, ctx);
		return;
	}
	for(; verbs->name; verbs++)
		if(span_is(span_of(verb),
				   (struct span){verbs->name, strlen(verbs->name)})) {
			verbs->run(rpc, ctx);
			return;
		}
	rpc->fault(ctx, 400, "%s", usage);
}
