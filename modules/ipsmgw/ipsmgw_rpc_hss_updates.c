/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * kamcmd ipsmgw.hss_updates: see ipsmgw_rpc.h.
 */
#include "ipsmgw_rpc.h"

#include "flow/hss_update.h"

#define LIMIT 100
#define LIMIT_MAX 1000

static void add_update(
		rpc_t *rpc, void *ctx, const struct hss_update_info *info)
{
	void *s;

	if(rpc->add(ctx, "{", &s) < 0)
		return;
	rpc->struct_add(s, "ssssdd", "impu", info->impu, "state", info->state,
			"wanted", info->wanted, "told", info->told, "attempts",
			(int)info->attempts, "due", info->due_s);
}

void rpc_hss_updates(rpc_t *rpc, void *ctx)
{
	struct hss_update_info *all;
	int limit = LIMIT;
	unsigned i, n;

	rpc->scan(ctx, "*d", &limit);
	if(limit < 0 || limit > LIMIT_MAX)
		limit = LIMIT_MAX;
	all = pkg_malloc((limit + 1) * sizeof(*all));
	if(!all) {
		rpc->fault(ctx, 500, "no memory");
		return;
	}
	n = hss_updates_list(all, (unsigned)limit);
	for(i = 0; i < n; i++)
		add_update(rpc, ctx, &all[i]);
	pkg_free(all);
}
