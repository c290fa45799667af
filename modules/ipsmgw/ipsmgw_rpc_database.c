/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * kamcmd ipsmgw.database: see ipsmgw_rpc.h.
 */
#include "ipsmgw_rpc.h"

#include "flow/delivery_store.h"
#include "flow/settings.h"
#include "registry/registry.h"
#include "registry/store.h"

static void add_count(rpc_t *rpc, void *s, const char *name, uint64_t value)
{
	rpc->struct_add(s, "d", name, value > INT32_MAX ? INT32_MAX : (int)value);
}

/* Short messages whose hub was answered 202. */
static void add_deliveries(rpc_t *rpc, void *s)
{
	struct delivery_store_stats kept;

	delivery_store_stats(&kept);
	add_count(rpc, s, "texts", kept.rows);
	add_count(rpc, s, "texts_waiting", kept.waiting);
	add_count(rpc, s, "texts_loaded", kept.loaded);
	add_count(rpc, s, "texts_unreadable", kept.unreadable + kept.no_room);
	add_count(rpc, s, "texts_written", kept.written);
	add_count(rpc, s, "texts_deleted", kept.deleted);
}

void rpc_database(rpc_t *rpc, void *ctx)
{
	struct registry_stats registry;
	struct store_stats store;
	void *s;

	registry_stats(&registry);
	store_stats(&store);
	if(rpc->add(ctx, "{", &s) < 0)
		return;
	rpc->struct_add(s, "sd", "state",
			!store_is_used() ? "none"
			: store.up		 ? "up"
							 : "down",
			"mode", settings.db_mode);
	add_count(rpc, s, "waiting", registry.changed);
	add_count(rpc, s, "loaded", store.loaded);
	add_count(rpc, s, "unreadable", store.unreadable);
	add_count(rpc, s, "written", store.written);
	add_count(rpc, s, "deleted", store.deleted);
	add_count(rpc, s, "followed", store.followed);
	add_count(rpc, s, "commits", store.commits);
	add_count(rpc, s, "failures", store.failures);
	add_deliveries(rpc, s);
}
