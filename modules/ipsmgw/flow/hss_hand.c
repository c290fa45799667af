/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Questions by hand: see hss_hand.h.
 */
#include "hss_hand.h"

#include <unistd.h>

#include "core/locking.h"
#include "clock.h"
#include "hss_script.h"
#include "hss_who.h"
#include "settings.h"

#define PLACES 8
#define LOOK_US 5000
/* The reaper's tick, and an outcome that is told again. */
#define MARGIN_MS 1000

struct place
{
	uint64_t serial; /* of its question; 0: free */
	bool done;
	struct hss_result result;
};

static struct
{
	gen_lock_t lock;
	uint64_t serial;
	struct place place[PLACES];
} * table;

int hss_hand_init(void)
{
	table = shm_malloc(sizeof(*table));
	if(!table)
		return -1;
	memset(table, 0, sizeof(*table));
	return lock_init(&table->lock) ? 0 : -1;
}

void hss_hand_destroy(void)
{
	if(table)
		shm_free(table);
	table = NULL;
}

/* A place for a question, by its serial; 0: there is none. */
static uint64_t take_place(void)
{
	uint64_t serial = 0;
	int i;

	lock_get(&table->lock);
	for(i = 0; i < PLACES && serial == 0; i++)
		if(table->place[i].serial == 0) {
			serial = ++table->serial;
			table->place[i].serial = serial;
			table->place[i].done = false;
		}
	lock_release(&table->lock);
	return serial;
}

/* Under the lock. NULL: nobody waits for it any more. */
static struct place *place_of(uint64_t serial)
{
	int i;

	for(i = 0; i < PLACES; i++)
		if(table->place[i].serial == serial)
			return &table->place[i];
	return NULL;
}

static void put(uint64_t serial, const struct hss_result *result)
{
	struct place *place;

	lock_get(&table->lock);
	place = place_of(serial);
	if(place) {
		place->result = *result;
		place->done = true;
	}
	lock_release(&table->lock);
}

/* Give the place back when it is done, or when the time is over. */
static bool fetch(struct hss_result *out, uint64_t serial, bool over)
{
	struct place *place;
	bool done = over;

	lock_get(&table->lock);
	place = place_of(serial);
	if(place && place->done) {
		*out = place->result;
		done = true;
	} else if(over) {
		hss_result_without(out, DIAMETER_TIMEOUT);
	}
	if(place && done)
		place->serial = 0;
	lock_release(&table->lock);
	return done;
}

static void wait_for(
		struct hss_result *out, uint64_t serial, unsigned longest_ms)
{
	uint64_t end = clock_ms() + longest_ms + MARGIN_MS;

	while(!fetch(out, serial, clock_ms() >= end))
		usleep(LOOK_US);
}

static void give_up(struct hss_result *out, uint64_t serial, unsigned outcome)
{
	fetch(out, serial, true);
	hss_result_without(out, outcome);
}

/* --- questions ------------------------------------------------------------------- */

bool hss_hand_read(struct hss_result *out, struct span id)
{
	struct hss_subject subject;
	struct hss_data data;
	uint64_t references, cookie[2] = {0, 0};

	if(!hss_may_ask()) {
		hss_result_without(out, HSS_NOT_USED);
		return true;
	}
	if(hss_subject_of(&subject, id) < 0
			|| (subject.who.impu.len == 0 && subject.who.msisdn.len == 0)) {
		hss_result_without(out, HSS_NO_IDENTITY);
		return true;
	}
	cookie[1] = take_place();
	if(cookie[1] == 0)
		return false;
	hss_references_parse(&references, SPAN(""));
	switch(hss_read(&data, &subject.who, references, HSS_FOR_RPC, cookie)) {
		case HSS_READ_ASKED:
			wait_for(out, cookie[1], hss_reading_longest());
			break;
		case HSS_READ_KEPT:
			give_up(out, cookie[1], DIAMETER_ANSWERED);
			hss_result_of_data(out, &data);
			break;
		default:
			give_up(out, cookie[1],
					data.verdict.outcome == DIAMETER_NO_PEER ? DIAMETER_NO_PEER
															 : HSS_NO_SLOT);
	}
	return true;
}

/* Takes the slot. */
static bool ask(struct hss_result *out, struct slot *slot)
{
	uint64_t serial = take_place();

	if(serial == 0) {
		hss_drop(slot);
		return false;
	}
	slot->cookie[1] = serial;
	if(hss_send(slot) == 0) {
		wait_for(out, serial, (unsigned)settings.hss_timeout);
		return true;
	}
	give_up(out, serial, slot->answer.outcome);
	hss_drop(slot);
	return true;
}

bool hss_hand_routing(
		struct hss_result *out, struct span id, struct span sc_address)
{
	struct hss_subject subject;
	struct slot *slot;

	if(!hss_may_ask()) {
		hss_result_without(out, HSS_NOT_USED);
		return true;
	}
	slot = hss_begin(DIAMETER_SRR, HSS_FOR_RPC);
	if(!slot) {
		hss_result_without(out, HSS_NO_SLOT);
		return true;
	}
	if(hss_digits_parse(&sc_address) < 0 || hss_subject_of(&subject, id) < 0
			|| question_routing(slot, &subject.who, sc_address) < 0) {
		hss_drop(slot);
		hss_result_without(out, HSS_NO_IDENTITY);
		return true;
	}
	return ask(out, slot);
}

/* --- outcomes --------------------------------------------------------------------- */

void hss_hand_outcome(struct slot *slot)
{
	struct hss_result result;

	if(slot->request.operation == DIAMETER_UDR) {
		hss_read_outcome(slot);
		return;
	}
	hss_result_of_slot(&result, slot);
	put(slot->cookie[1], &result);
}

void hss_hand_read_done(const struct hss_data *data, const uint64_t cookie[2])
{
	struct hss_result result;

	hss_result_of_data(&result, data);
	put(cookie[1], &result);
}
