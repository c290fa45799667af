/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Sh-Update: see hss_update.h. The lock of the table of wishes is taken before those of the registry.
 */
#include "hss_update.h"

#include <stdio.h>

#include "clock.h"
#include "counters.h"
#include "settings.h"
#include "subscription.h"

#define SENT_A_TICK 50

static bool is_on(void)
{
	return settings.hss == HSS_3GPP;
}

int hss_update_init(void)
{
	return is_on() ? hss_wishes_init((unsigned)settings.registry_max) : 0;
}

void hss_update_destroy(void)
{
	hss_wishes_destroy();
}

const char *hss_knows_name(unsigned knows)
{
	static const char *const names[] = {
			[HSS_KNOWS_NOTHING] = "nothing",
			[HSS_KNOWS_US] = "registered",
			[HSS_KNOWS_UNSURE] = "unsure",
	};

	return knows < sizeof(names) / sizeof(names[0]) ? names[knows] : "";
}

/* --- what is wanted ----------------------------------------------------------------- */

/* Where nobody tells whether a phone takes short messages, all are taken for it. Else it will be told, and until then all
 * stays as it is. */
static enum hss_knows should_know(const struct registration_state *state)
{
	switch(state->capability) {
		case SMS_CAPABILITY_YES:
			return HSS_KNOWS_US;
		case SMS_CAPABILITY_NO:
			return HSS_KNOWS_NOTHING;
		default:
			return settings.reg_event == REG_EVENT_NEVER
						   ? HSS_KNOWS_US
						   : (enum hss_knows)state->hss_wanted;
	}
}

static struct hss_who who_of(const struct registration *reg)
{
	return (struct hss_who){.impu = reg->impu[0],
			.msisdn = reg->msisdn,
			.imsi = reg->imsi,
			.impi = reg->impi};
}

static bool set_wanted(struct registration_state *state, void *arg)
{
	enum hss_knows *wanted = arg;

	*wanted = should_know(state);
	if(state->hss_wanted == *wanted)
		return false;
	state->hss_wanted = (uint8_t)*wanted;
	return true;
}

static bool set_told(struct registration_state *state, void *arg)
{
	const enum hss_knows *told = arg;

	if(state->hss_told == *told)
		return false;
	state->hss_told = (uint8_t)*told;
	return true;
}

/* In the record, where there is one, for the time after a restart. */
static void remember(const struct hss_wish *wish, enum hss_knows told)
{
	registry_update(NULL, wish->who.impu, time(NULL), set_told, &told);
}

/* The record may be another one than when the wish was made. */
static void end(struct hss_wish *wish)
{
	remember(wish, wish->told);
	hss_wish_remove(wish);
}

/* What comes next for a wish that is not under way: nothing when the HSS knows it already. */
static void go_on(struct hss_wish *wish, unsigned level)
{
	if(wish->told == wish->wanted)
		end(wish);
	else
		hss_wish_wait(wish, level, clock_ms());
}

/* It is another one now. A long back-off does not count for it. */
static void change_wish(struct hss_wish *wish, enum hss_knows wanted)
{
	if(wish->wanted == wanted)
		return;
	wish->wanted = wanted;
	wish->attempts = 0;
	if(wish->is_sent)
		remember(wish, HSS_KNOWS_UNSURE);
	else if(wish->told == wanted)
		end(wish);
	else if(wish->due_ms > clock_ms() + hss_wish_delay_ms(1))
		hss_wish_wait(wish, 1, clock_ms());
}

/* There is no wish for this subscriber yet. again: what was on its way before the restart may have reached the HSS. false: no
 * room. */
static bool make_wish(
		const struct registration *reg, enum hss_knows wanted, bool again)
{
	enum hss_knows told = (enum hss_knows)reg->state.hss_told;
	bool unsure = again && reg->state.hss_wanted != told;
	struct hss_who who = who_of(reg);
	struct hss_wish *wish;

	if(!unsure && (told == wanted || wanted == reg->state.hss_wanted))
		return true;
	wish = hss_wish_add(&who);
	if(!wish)
		return false;
	wish->wanted = wanted;
	wish->told = unsure ? HSS_KNOWS_UNSURE : told;
	go_on(wish, 0);
	return true;
}

/* The registry is asked, not the news believed: it may be overtaken by what another process has done meanwhile. */
static void look(const struct registration *reg, bool again)
{
	struct registration record;
	enum hss_knows wanted = HSS_KNOWS_NOTHING;
	struct hss_wish *wish;
	char impu[MASKED_MAX];
	bool there, room = true;

	if(!is_on())
		return;
	hss_wishes_lock();
	there = registry_get(&record, reg->impu[0], time(NULL)) == REGISTRY_OK;
	if(there) {
		wanted = should_know(&record.state);
		reg = &record;
	}
	wish = hss_wish_find(reg->impu[0]);
	if(!wish)
		room = make_wish(reg, wanted, again);
	/* not when there is no room: then the next look will find it changed once more */
	if(room && there)
		registry_update(NULL, reg->impu[0], time(NULL), set_wanted, &wanted);
	if(room && (wish = hss_wish_find(reg->impu[0])) != NULL)
		change_wish(wish, wanted);
	hss_wishes_unlock();
	if(room)
		return;
	count(CNT_HSS_UPDATE_DROPPED);
	LM_WARN("hss update: impu=%s not told: registry_max=%d wait already, or "
			"memory is short\n",
			masked(impu, str_of(reg->impu[0])), settings.registry_max);
}

void hss_update_look(const struct registration *reg)
{
	look(reg, false);
}

void hss_update_begin_again(void)
{
	struct registry_cursor at = {0};
	struct registration reg;

	while(is_on() && registry_next(&reg, &at))
		look(&reg, true);
}

/* --- outcomes ------------------------------------------------------------------------- */

/* A request that has its outcome, for the log. */
struct outcome
{
	char impu[MASKED_MAX];
	enum hss_knows sent;
	unsigned attempts;
	bool given_up;
};

static bool may_have_arrived(const struct diameter_answer *answer)
{
	return answer->outcome != DIAMETER_ANSWERED
		   && answer->outcome != DIAMETER_NO_PEER;
}

/* With the lock. */
static void bring_on(struct hss_wish *wish,
		const struct diameter_answer *answer, struct outcome *out)
{
	unsigned level = 0;

	if(hss_is_success(answer))
		wish->told = wish->sent;
	else if(may_have_arrived(answer))
		wish->told = HSS_KNOWS_UNSURE;
	remember(wish, wish->told);
	if(hss_is_temporary(answer))
		level = wish->level + 1;
	out->given_up = wish->sent == wish->wanted && !hss_is_success(answer)
					&& !hss_is_temporary(answer);
	if(out->given_up)
		end(wish);
	else
		go_on(wish, level);
}

static const char *result_name(const struct diameter_answer *answer)
{
	static const char *const outcomes[DIAMETER_OUTCOMES] = {
			[DIAMETER_NO_OUTCOME] = "nothing",
			[DIAMETER_TIMEOUT] = "timeout",
			[DIAMETER_NO_PEER] = "no peer",
			[DIAMETER_SEND_FAILED] = "could not be sent",
			[DIAMETER_NODE_RESTARTED] = "Diameter restarted",
			[DIAMETER_MALFORMED] = "malformed",
	};
	const char *name;

	if(answer->outcome != DIAMETER_ANSWERED)
		return outcomes[answer->outcome];
	name = diameter_result_name(answer->vendor, answer->result);
	return name ? name : "of no name";
}

/* What an operator can do about it. */
static const char *advice(const struct diameter_answer *answer)
{
	static const struct
	{
		uint32_t result;
		const char *words;
	} rows[] = {
			{DIAMETER_ERROR_USER_DATA_CANNOT_BE_MODIFIED,
					": the HSS's list of permissions does not have our "
					"Origin-Host for SMSRegistrationInfo"},
			{DIAMETER_ERROR_USER_UNKNOWN, ": the HSS has no such subscriber"},
			{DIAMETER_ERROR_IDENTITIES_DONT_MATCH,
					": the private identity is not of this subscriber"},
			{DIAMETER_ERROR_OPERATION_NOT_ALLOWED,
					": not for this kind of identity"},
	};
	size_t i;

	for(i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if(answer->outcome == DIAMETER_ANSWERED && answer->vendor == VENDOR_3GPP
				&& answer->result == rows[i].result)
			return rows[i].words;
	return "";
}

static void log_outcome(
		const struct outcome *out, const struct diameter_answer *answer)
{
	LOG(out->given_up ? L_WARN : settings.result_log_level,
			"hss update: impu=%s %s attempt=%u result=%u (%s) by=%s%s%s\n",
			out->impu, hss_knows_name(out->sent), out->attempts, answer->result,
			result_name(answer),
			answer->origin.host[0] ? answer->origin.host : "-",
			out->given_up ? ", given up" : "",
			out->given_up ? advice(answer) : "");
}

static void settle(
		uint32_t hash, uint64_t serial, const struct diameter_answer *answer)
{
	struct outcome out = {.given_up = false};
	struct hss_wish *wish;

	hss_wishes_lock();
	wish = hss_wish_of_request(hash, serial);
	if(wish) {
		masked(out.impu, str_of(wish->who.impu));
		out.sent = wish->sent;
		out.attempts = wish->attempts;
		bring_on(wish, answer, &out);
	}
	hss_wishes_unlock();
	if(!wish)
		return;
	count(hss_is_success(answer) ? CNT_HSS_UPDATE_OK : CNT_HSS_UPDATE_FAILED);
	if(out.given_up)
		count(CNT_HSS_UPDATE_GIVEN_UP);
	log_outcome(&out, answer);
}

void hss_update_outcome(struct slot *slot)
{
	settle((uint32_t)slot->cookie[0], slot->cookie[1], &slot->answer);
}

/* --- sending ---------------------------------------------------------------------------- */

/* A wish to be sent, for use without the lock. */
struct errand
{
	uint32_t hash;
	uint64_t serial;
	enum hss_knows wanted;
	unsigned attempts;
	struct hss_who who;
	char octets[HSS_WHO_MAX];
};

/* The next one, now under way. false: none is due, or enough are. */
static bool take_next(struct errand *out)
{
	unsigned most = ((unsigned)settings.hss_slots + 1) / 2;
	struct hss_wish *wish = NULL;

	hss_wishes_lock();
	if(hss_wishes_sent() < most)
		wish = hss_wish_due(clock_ms());
	if(wish) {
		hss_wish_send(wish);
		out->hash = wish->hash;
		out->serial = wish->serial;
		out->wanted = wish->sent;
		out->attempts = wish->attempts;
		hss_who_copy(&out->who, &wish->who, out->octets);
	}
	hss_wishes_unlock();
	return wish != NULL;
}

/* It was not sent, and is due still. */
static void put_back(const struct errand *errand)
{
	struct hss_wish *wish;

	hss_wishes_lock();
	wish = hss_wish_of_request(errand->hash, errand->serial);
	if(wish) {
		wish->attempts--;
		hss_wish_wait(wish, 0, clock_ms());
	}
	hss_wishes_unlock();
}

/* What has been learnt of him since the wish was made. */
static int ask(struct slot *slot, const struct errand *errand)
{
	struct span none = {"", 0}, number = span_of(settings.gateway_number);
	struct hss_who who = errand->who;
	struct registration record;

	if(registry_get(&record, who.impu, time(NULL)) == REGISTRY_OK) {
		who = who_of(&record);
		who.impu = errand->who.impu;
	}
	return question_update(
			slot, &who, errand->wanted == HSS_KNOWS_US ? number : none);
}

static bool send_next(void)
{
	struct diameter_answer answer = {.outcome = DIAMETER_MALFORMED};
	struct errand errand;
	struct slot *slot;

	if(!take_next(&errand))
		return false;
	slot = hss_begin(DIAMETER_PUR, HSS_FOR_UPDATE);
	if(!slot) {
		put_back(&errand);
		return false;
	}
	slot->cookie[0] |= errand.hash;
	slot->cookie[1] = errand.serial;
	count(CNT_HSS_UPDATE_SENT);
	if(errand.attempts > 1)
		count(CNT_HSS_UPDATE_RETRIED);
	if(ask(slot, &errand) == 0) {
		if(hss_send(slot) == 0)
			return true;
		answer = slot->answer;
	}
	hss_drop(slot);
	settle(errand.hash, errand.serial, &answer);
	return true;
}

void hss_update_tick(void)
{
	unsigned i;

	/* nothing is tried, and no back-off grows, while there is nobody to be told */
	if(!is_on() || slots_open_peers(hss_slots()) == 0)
		return;
	for(i = 0; i < SENT_A_TICK && send_next(); i++)
		;
}

/* --- looking around ------------------------------------------------------------------------ */

unsigned hss_updates_count(void)
{
	return hss_wishes_count();
}

static const char *state_name(const struct hss_wish *wish)
{
	return wish->is_sent ? "sent" : wish->level > 0 ? "retrying" : "waiting";
}

unsigned hss_updates_list(struct hss_update_info *out, unsigned max)
{
	uint64_t now = clock_ms();
	struct hss_wish *wish = NULL;
	unsigned n = 0;

	if(!is_on())
		return 0;
	hss_wishes_lock();
	while(n < max && (wish = hss_wish_next(wish)) != NULL) {
		struct hss_update_info *info = &out[n++];

		masked(info->impu, str_of(wish->who.impu));
		info->state = state_name(wish);
		info->wanted = hss_knows_name(wish->wanted);
		info->told = hss_knows_name(wish->told);
		info->attempts = wish->attempts;
		info->due_s = wish->is_sent || wish->due_ms <= now
							  ? 0
							  : (int)((wish->due_ms - now + 999) / 1000);
	}
	hss_wishes_unlock();
	return n;
}
