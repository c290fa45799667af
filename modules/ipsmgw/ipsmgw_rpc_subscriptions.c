/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * kamcmd ipsmgw.subscriptions: see ipsmgw_rpc.h.
 */
#include "ipsmgw_rpc.h"

#include "flow/log.h"
#include "flow/subscription.h"

static void add_subscription(
		rpc_t *rpc, void *ctx, struct subscription_info *info)
{
	struct subscription_copy *s = &info->copy;
	char impu[MASKED_MAX];
	void *out;

	if(rpc->add(ctx, "{", &out) < 0)
		return;
	rpc->struct_add(out, "ssSS", "impu",
			masked(impu, s->text[SUBSCRIPTION_IMPU]), "state",
			subscription_state_name(s->state), "scscf",
			&s->text[SUBSCRIPTION_SCSCF], "call_id",
			&s->text[SUBSCRIPTION_CALL_ID]);
	rpc->struct_add(out, "dddddd", "expires", info->expires_s, "next",
			info->due_s, "notifies", (int)info->notifies, "version",
			s->has_version ? (int)s->version : -1, "failures",
			(int)info->failures, "doubt", (int)s->doubt);
}

void rpc_subscriptions(rpc_t *rpc, void *ctx)
{
	struct subscription_info info;
	int limit = 100;
	uint32_t place;

	rpc->scan(ctx, "*d", &limit);
	for(place = 0; place < subscriptions_max() && limit > 0; place++) {
		if(!subscription_look(&info, place))
			continue;
		add_subscription(rpc, ctx, &info);
		limit--;
	}
}
