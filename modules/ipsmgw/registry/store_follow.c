/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Following other gateways by the numbers of their transactions: see store_follow.h.
 */
#include "store_follow.h"

#include <time.h>

#include "core/dprint.h"
#include "registry.h"
#include "store_db.h"

#define TELL_SECONDS 60 /* between lines about missing room */

static int64_t seen; /* number of the last transaction */

struct taking
{
	int64_t now;
	void (*gone)(struct span impu);
};

int follow_begin(void)
{
	return store_db_number(&seen);
}

/* What waits for our own writer is newer, and will be followed by the others. */
static void take_row(const struct row *row, void *arg)
{
	static struct registration reg;
	static int64_t told;
	const struct taking *taking = arg;
	int64_t now = taking->now;
	int result;

	if(row_read(&reg, row) < 0) {
		LM_WARN("a row of another gateway cannot be read\n");
		return;
	}
	if(row->number[ROW_GONE] || reg.state.expires_at <= now) {
		if(registry_forget(reg.impu[0]) == REGISTRY_OK && taking->gone)
			taking->gone(reg.impu[0]);
		return;
	}
	result = registry_follow(&reg, now);
	if((result == REGISTRY_FULL || result == REGISTRY_NO_MEMORY)
			&& now >= told + TELL_SECONDS) {
		told = now;
		LM_ERR("a registration of another gateway has no room: %s\n",
				result == REGISTRY_FULL ? "registry_max records are there"
										: "no shared memory");
	}
}

int follow_changes(struct span gateway, void (*gone)(struct span impu))
{
	struct taking taking = {time(NULL), gone};
	int rows, all = 0;

	do {
		rows = store_db_read_changes(&seen, gateway, take_row, &taking);
		if(rows < 0)
			return -1;
		all += rows;
	} while(rows > 0);
	return all;
}
