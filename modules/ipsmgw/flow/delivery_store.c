/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Deliveries in the database, for who works on them: see delivery_store.h.
 */
#include "../registry/store.h"
#include "../store/row_text.h"
#include "../store/rows.h"
#include "clock.h"
#include "delivery_store_private.h"

#define WOKEN_A_TICK 50		 /* of those that were restored */
#define COMMIT_GRACE_MS 2000 /* for a commit that has begun at its time limit */
#define TPDU_MAX 176		 /* about the longest SMS-DELIVER */

bool delivery_store_is_up(void)
{
	return kept_table && store_options.wait_ms > 0 && store_is_up();
}

/* --- what is to be written --------------------------------------------------------------------- */

/* Under the lock. */
static void change(struct kept *k, unsigned wishes)
{
	k->version++;
	if(k->restored && k->state == DELIVERY_KEPT_SENT)
		kept_table->sent_before--;
	k->restored = false;
	k->wishes = wishes;
	k->granted = 0;
	k->refused = false;
	k->graced = false;
	kept_list_take(GRANTED, k);
	kept_list_take(ASKED, k);
	kept_list_take(WAKING, k);
	if(wishes & ~DELIVERY_TO_WAKE) {
		k->until_ms = clock_ms() + store_options.wait_ms;
		kept_list_add(ASKED, k);
	}
	kept_list_add(CHANGED, k);
}

/* Is its row as long as a statement may be? */
static bool fits(const struct delivery *d)
{
	size_t octets = row_text_length(d->raw) + row_text_length(d->to)
					+ row_text_length(d->from) + d->parts * (2 * TPDU_MAX + 1);

	if(rows_fit(octets))
		return true;
	LM_NOTICE("a message of %zu octets is too long for the database: "
			  "sql_buffer_size\n",
			d->raw.len);
	return false;
}

static bool can_keep(struct delivery *d)
{
	return kept_table && store_is_used() && (delivery_store_has(d) || fits(d));
}

/* Under the lock: its entry, made if there is none. */
static struct kept *have_entry(struct delivery *d)
{
	struct kept *k = kept_of(d);

	if(k)
		return k;
	k = kept_new(d);
	if(k)
		kept_name(k);
	return k;
}

static int put(struct delivery *d, enum delivery_kept state,
		const struct mt_end *end, unsigned wishes)
{
	struct kept *k;

	if(!can_keep(d))
		return -1;
	kept_lock();
	k = have_entry(d);
	if(k) {
		/* who waits for a 202 goes on waiting for it */
		if(state != DELIVERY_KEPT_ENDED)
			wishes |= (k->wishes | k->granted) & DELIVERY_TO_ANSWER;
		change(k, wishes);
		k->state = state;
		if(end)
			k->end = *end;
	}
	kept_unlock();
	if(k)
		store_call();
	return k ? 0 : -1;
}

int delivery_store_put(
		struct delivery *d, enum delivery_kept kept, unsigned wishes)
{
	return put(d, kept, NULL, wishes);
}

int delivery_store_put_end(
		struct delivery *d, const struct mt_end *end, unsigned wishes)
{
	return put(d, DELIVERY_KEPT_ENDED, end, wishes);
}

static bool is_as_wanted(const struct kept *k)
{
	return k->confirmed && !k->writing && !k->link[CHANGED].in;
}

/* Under the lock. Its state is read behind the making of the entry: who begins to send it looks for one behind the change of its
 * state. */
static int keep(struct delivery *d, unsigned wishes)
{
	bool is_new = !kept_of(d);
	struct kept *k = have_entry(d);
	enum delivery_kept state;
	struct delivery_view view;

	if(!k)
		return -1;
	delivery_view(&view, d);
	if(view.state == DELIVERY_ENDED) {
		if(is_new) {
			kept_table->of[d->id.index] = NULL;
			kept_free(k);
			delivery_release(d);
		}
		return -1;
	}
	state = view.state == DELIVERY_QUEUED || view.state == DELIVERY_HELD
					? DELIVERY_KEPT_WAITING
					: DELIVERY_KEPT_SENT;
	if(k->state == state && !k->restored && is_as_wanted(k)) {
		k->granted |= wishes;
		kept_list_add(GRANTED, k);
		return 0;
	}
	change(k, k->wishes | k->granted | wishes);
	k->state = state;
	return 0;
}

int delivery_store_keep(struct delivery *d, unsigned wishes)
{
	int rc;

	if(!can_keep(d))
		return -1;
	kept_lock();
	rc = keep(d, wishes);
	kept_unlock();
	store_call();
	return rc;
}

bool delivery_store_has(struct delivery *d)
{
	bool has;

	if(!kept_table || !kept_any())
		return false;
	kept_lock();
	has = kept_of(d) != NULL;
	kept_unlock();
	return has;
}

void delivery_store_sent(struct delivery *d)
{
	struct kept *k;

	if(!kept_table || !kept_any())
		return;
	kept_lock();
	k = kept_of(d);
	if(k) {
		k->version++;
		kept_list_add(CHANGED, k);
	}
	kept_unlock();
	if(k)
		store_call();
}

void delivery_store_forget(struct delivery *d)
{
	struct kept *k;
	bool has;

	if(!kept_table || !kept_any())
		return;
	kept_lock();
	k = kept_of(d);
	has = k != NULL;
	if(k) {
		kept_table->of[d->id.index] = NULL;
		change(k, 0);
		kept_list_take(RESTORED, k);
		k->d = NULL;
		if(!k->has_row && !k->writing)
			kept_free(k);
	}
	kept_unlock();
	if(has) {
		store_call();
		delivery_release(d);
	}
}

/* --- what came from rows ----------------------------------------------------------------------- */

bool delivery_store_came_as(
		enum delivery_kept *kept, struct mt_end *end, struct delivery *d)
{
	struct kept *k;
	bool came;

	if(!kept_table)
		return false;
	kept_lock();
	k = kept_of(d);
	came = k && k->restored;
	if(came) {
		*kept = k->state;
		*end = k->end;
	}
	kept_unlock();
	return came;
}

struct delivery *delivery_store_find_sent(struct span call_id)
{
	struct delivery *d = NULL;
	unsigned i;

	if(!kept_table || kept_table->sent_before == 0)
		return NULL;
	kept_lock();
	for(i = 0; i < kept_table->max && !d; i++) {
		struct kept *k = kept_table->of[i];

		if(k && k->restored && k->state == DELIVERY_KEPT_SENT
				&& k->sent_len == call_id.len
				&& memcmp(k->sent, call_id.s, call_id.len) == 0)
			d = delivery_hold(k->d->id);
	}
	kept_unlock();
	return d;
}

/* --- the timer's process ----------------------------------------------------------------------- */

struct due
{
	struct delivery *d; /* held; NULL: nothing is to be told */
	unsigned granted, refused;
};

/* The first of a list, taken out and its delivery held; false: there is none. All below under the lock. */
static bool take_first(struct due *out, enum list which)
{
	struct kept *k = kept_table->list[which].first;

	if(!k)
		return false;
	kept_list_take(which, k);
	out->d = delivery_hold(k->d->id);
	if(which == GRANTED) {
		out->granted = k->granted;
		k->granted = 0;
	}
	if(which == RESTORED && k->restored && k->state == DELIVERY_KEPT_WAITING)
		kept_list_add(WAKING, k);
	return true;
}

static bool take_refused(struct due *out, uint64_t now_ms)
{
	struct kept *k = kept_table->list[ASKED].first;

	if(!k || k->until_ms > now_ms)
		return false;
	kept_list_take(ASKED, k);
	if(k->committing && !k->graced) {
		k->graced = true;
		k->until_ms = now_ms + COMMIT_GRACE_MS;
		kept_list_add(ASKED, k);
		return true;
	}
	out->refused = k->wishes & ~DELIVERY_TO_WAKE;
	k->wishes &= DELIVERY_TO_WAKE;
	if(out->refused & DELIVERY_TO_ANSWER) {
		k->refused = true;
		k->version++;
		kept_list_add(CHANGED, k);
	}
	out->d = delivery_hold(k->d->id);
	return true;
}

static bool take(struct due *out, enum list which, uint64_t now_ms)
{
	bool found;

	*out = (struct due){NULL};
	kept_lock();
	found = which == ASKED ? take_refused(out, now_ms) : take_first(out, which);
	kept_unlock();
	return found;
}

void delivery_store_tick(uint64_t now_ms)
{
	struct due due;
	unsigned woken;

	if(!kept_table || !kept_any())
		return;
	for(; take(&due, RESTORED, now_ms); delivery_release(due.d))
		if(due.d)
			store_options.hooks.restored(due.d);
	for(; take(&due, GRANTED, now_ms); delivery_release(due.d))
		if(due.d && due.granted)
			store_options.hooks.kept(due.d, due.granted);
	for(; take(&due, ASKED, now_ms); delivery_release(due.d))
		if(due.d && due.refused)
			store_options.hooks.not_kept(due.d, due.refused);
	for(woken = 0; woken < WOKEN_A_TICK && take(&due, WAKING, now_ms);
			woken++) {
		if(due.d)
			store_options.hooks.wake(due.d);
		delivery_release(due.d);
	}
}

/* --- looking in ---------------------------------------------------------------------------------- */

void delivery_store_stats(struct delivery_store_stats *out)
{
	memset(out, 0, sizeof(*out));
	if(!kept_table)
		return;
	kept_lock();
	*out = kept_table->stats;
	out->rows = kept_table->rows;
	kept_unlock();
}
