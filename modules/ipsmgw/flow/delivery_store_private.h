/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The inside of delivery_store.h, shared by delivery_store.c (what is put and told), delivery_store_entry.c (entries) and
 * delivery_store_rows.c (the database's process). Nobody else includes it. Each delivery in the database has an entry in shared
 * memory, from its first put until its row is gone. One that is changed stands in a list for the writer; what the writer has committed
 * stands in another for the timer. One lock guards all; nothing is called under it but functions of the table of deliveries.
 */
#ifndef IPSMGW_FLOW_DELIVERY_STORE_PRIVATE_H
#define IPSMGW_FLOW_DELIVERY_STORE_PRIVATE_H

#include "core/locking.h"
#include "compat.h"
#include "delivery_store.h"

#define GATEWAY_MAX 255 /* octets of the column */

/* In which list an entry stands. */
struct kept_link
{
	struct kept *before, *after;
	bool in;
};

enum list
{
	CHANGED,  /* for the writer */
	GRANTED,  /* for the timer: what was asked for is committed */
	ASKED,	  /* by its time limit */
	RESTORED, /* for the timer: its first look */
	WAKING,	  /* restored, to be tried */
	LISTS,
};

struct kept
{
	struct kept_link link[LISTS];
	struct delivery *d; /* held; NULL: the row is to go */
	char name[DELIVERY_NAME_LEN];
	int64_t place;
	enum delivery_kept state; /* to be written */
	struct mt_end end;
	char sent[DELIVERY_CALL_ID_MAX]; /* restored: Call-ID of its last part */
	size_t sent_len;

	unsigned version;		  /* of what is to be written */
	unsigned writing_version; /* of what the writer has written, uncommitted */
	bool writing;			  /* the writer has it */
	bool committing; /* what was asked for may be in the database any moment */
	bool has_row;	 /* or may have one */
	bool confirmed;	 /* it surely has one */
	bool refused; /* the hub is told that we do not keep it: no row until it is put anew */

	unsigned wishes, granted;
	uint64_t until_ms;
	bool restored; /* as it came from the database, nothing was put since */
	bool graced;   /* its time limit was moved */
};

struct kept_list
{
	struct kept *first, *last;
};

struct kept_table
{
	gen_lock_t lock;
	struct kept_list list[LISTS];
	int64_t last_place;
	unsigned rows;
	unsigned sent_before; /* entries that were sent before the start */
	struct delivery_store_stats stats;
	unsigned max;
	struct kept *of[]; /* by the index of the delivery */
};

extern struct kept_table *kept_table; /* NULL: there is no database */
extern struct delivery_store_options store_options;
extern char kept_gateway[GATEWAY_MAX + 1]; /* our name as it stands in rows */

static inline void kept_lock(void)
{
	lock_get(&kept_table->lock);
}

static inline void kept_unlock(void)
{
	lock_release(&kept_table->lock);
}

/* Is there any entry? Most deliveries have none, and need no lock then. */
static inline bool kept_any(void)
{
	return __atomic_load_n(&kept_table->rows, __ATOMIC_SEQ_CST) > 0;
}

/* All below with the lock held. */

/* The entry of a delivery, or NULL. */
struct kept *kept_of(const struct delivery *d);

/* Make one, which holds the delivery; without a name. NULL: no memory. Free one, which holds it no more. */
struct kept *kept_new(struct delivery *d);
void kept_free(struct kept *k);

/* A name and a place for one that is no row yet. */
void kept_name(struct kept *k);

/* At the end of a list, unless it is in; out of it, if it is in. */
void kept_list_add(enum list which, struct kept *k);
void kept_list_take(enum list which, struct kept *k);

#endif
