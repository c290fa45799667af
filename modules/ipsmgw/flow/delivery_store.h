/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Deliveries whose hub keeps nothing any more, because it was answered 202, in the gateway's database: table ipsmgw_delivery. A
 * restart loses none of them, and sends none twice. What is to be written is said here by whoever works on a delivery; the process
 * of the database writes it (registry/store.h, hooks), and the timer's process tells what has become of it. Nobody waits. For
 * flow/mt*.c; the face ties the ends to the database's process.
 */
#ifndef IPSMGW_FLOW_DELIVERY_STORE_H
#define IPSMGW_FLOW_DELIVERY_STORE_H

#include "delivery.h"
#include "delivery_row.h"

/* What somebody waits for until the row says it; bits. */
enum delivery_wish
{
	DELIVERY_TO_ANSWER = 1, /* the hub is to be answered 202 */
	DELIVERY_TO_SEND = 2,	/* its part is to be sent */
	DELIVERY_TO_TELL = 4,	/* its outcome is to be told */
	DELIVERY_TO_WAKE =
			8, /* it is to be tried again; this one has no time limit */
};

/* Called in the timer's process, without locks; the delivery lives as long. */
struct delivery_store_hooks
{
	/* Fill in what the row is to say beside name, kept, place and outcome, in the database's process; the texts live until the
	 * next call. */
	void (*describe)(struct delivery_kept_row *out, struct delivery *d);
	/* the row says what was put, and those wishes are granted */
	void (*kept)(struct delivery *d, unsigned wishes);
	/* it does not in time */
	void (*not_kept)(struct delivery *d, unsigned wishes);
	/* Before the fork or in the database's process: a row of before the start as a delivery again, not in a queue yet, held by the
	 * caller, who puts it among those that are held. NULL: no room, the row stays for the next start. */
	struct delivery *(*restore)(const struct delivery_kept_row *row);
	/* the first look at it in the timer's process; then, for one that waits, unless somebody woke it before: it is to be tried */
	void (*restored)(struct delivery *d);
	void (*wake)(struct delivery *d);
};

struct delivery_store_options
{
	struct delivery_store_hooks hooks;
	unsigned max;		 /* that of the deliveries */
	struct span gateway; /* our name in rows */
	bool with_others;	 /* rows of other names are not ours */
	uint32_t wait_ms;	 /* the time limit of wishes; 0: none is granted */
};

/* Before the fork, after deliveries_init(). 0, or -1 and a line in the log. */
int delivery_store_init(const struct delivery_store_options *options);
void delivery_store_destroy(void);

/* Would what is put now be written? Else nobody is to be answered 202 who relies on it. */
bool delivery_store_is_up(void);

/* The row of the delivery is to say this from now on; it is made if there is none. The wishes take the place of those that it
 * has, but for DELIVERY_TO_ANSWER. For who has the delivery: it is NEW, SENDING or SETTLING. 0, or -1: there is no database, it is too long, or no memory. */
int delivery_store_put(
		struct delivery *d, enum delivery_kept kept, unsigned wishes);

/* The same by what the delivery is at, for anybody; the wishes are added to those that it has. -1 also: it has ended. */
int delivery_store_keep(struct delivery *d, unsigned wishes);

/* The same for one that has ended so. */
int delivery_store_put_end(
		struct delivery *d, const struct mt_end *end, unsigned wishes);

/* Does it have a row, or shall it have one? */
bool delivery_store_has(struct delivery *d);

/* A part of it was sent: its row is to say by which Call-ID, for a report after a restart. Nothing when it has no row. */
void delivery_store_sent(struct delivery *d);

/* It needs its row no more. Nothing when it has none. */
void delivery_store_forget(struct delivery *d);

/* Of one that came from a row: how it ended, DELIVERY_KEPT_ENDED; or what became of it before the restart. false: it has no row, or
 * was put since. */
bool delivery_store_came_as(
		enum delivery_kept *kept, struct mt_end *end, struct delivery *d);

/* One that was sent before the restart by that Call-ID and waits for its report, held; NULL: none. */
struct delivery *delivery_store_find_sent(struct span call_id);

/* Grant, refuse and restore what is due. In the timer's process. */
void delivery_store_tick(uint64_t now_ms);

/* --- hooks of registry/store.h --------------------------------------------------------- */

int delivery_store_check(void);
int delivery_store_load(void);
int delivery_store_write(void);

/* --- looking in -------------------------------------------------------------------------- */

struct delivery_store_stats
{
	unsigned rows;	  /* that are there, or on their way there */
	unsigned waiting; /* of these, not written as they should be */
	uint64_t loaded, unreadable, no_room;
	uint64_t written, deleted;
};

void delivery_store_stats(struct delivery_store_stats *out);

#endif
