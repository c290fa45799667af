/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The registry in a database, so that it survives a restart. A process of its own
 * takes what changed from the registry and commits it in groups; nobody else ever
 * waits for the database. While it is down the registry goes on in memory, and what
 * was missed is written when it is back. Several gateways may share one: each takes
 * into its registry what the others write. The same process writes what others keep in
 * this database: a gateway has one writer.
 *
 * In mod_init, after registry_init() with track_changes: store_init(), store_load().
 * In child_init(PROC_MAIN): store_fork(). At the end: store_destroy(). Without
 * store_init() all other functions do nothing.
 */
#ifndef IPSMGW_REGISTRY_STORE_H
#define IPSMGW_REGISTRY_STORE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/str.h"
#include "../ims/span.h"

/* Called in the writer's process, without any lock. */
struct store_hooks
{
	/* all changes up to this serial are in the database */
	void (*committed)(uint64_t serial);
	/* the database could not be written to or not be read; for a counter */
	void (*failed)(void);
	/* another gateway has ended the registration with this primary IMPU */
	void (*gone)(struct span impu);
	/* What somebody else keeps there, on the connection of store/connection.h, outside of any transaction. 0, or -1: the
	 * database failed. check also before the fork, with a line in the log; load after the registry is loaded, before the fork or
	 * later, and once more when it failed; write each time when something was to be written. */
	int (*check_more)(void);
	int (*load_more)(void);
	int (*write_more)(void);
};

struct store_options
{
	str url;				  /* of srdb1; kept by the caller */
	bool shared;			  /* with other gateways */
	struct store_hooks hooks; /* each may be NULL */
};

/* Before the fork: bind the database's module, make what the processes share. 0, or -1 and a line in the log. */
int store_init(const struct store_options *options);
void store_destroy(void);

/* Put all rows into the registry. 0 also when the database cannot be reached: the writer does it when it is back. -1: the
 * database has not our table. */
int store_load(void);

/* Start the writer. 0, or -1. */
int store_fork(void);

/* What the writer's process does; it ends with SIGTERM or SIGINT, after a last pass. */
void store_writer_loop(void);

/* Something changed: the writer begins at once. Cheap, from any process. The serial is that of the change. */
void store_notify(uint64_t serial);
/* The same for what is kept by who has the hook write_more. */
void store_call(void);

/* A registration has ended that is not in the registry: while the rows were not read yet it may be one of them. */
void store_bury(struct span impu);

/* Is there a database at all? */
bool store_is_used(void);

/* All changes up to this serial are in the database. Once true it stays so. */
uint64_t store_committed(void);

/* Did the writer reach the database when it last tried? While it did not there is nothing to wait for. */
bool store_is_up(void);

struct store_stats
{
	bool up;
	uint64_t loaded,
			unreadable; /* rows read at the start; of them those that are none of ours */
	uint64_t written, deleted; /* rows */
	uint64_t followed;		   /* rows of other gateways */
	uint64_t commits, failures;
	uint64_t committed; /* serial */
};

void store_stats(struct store_stats *out);

#endif
