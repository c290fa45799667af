/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Decisions on a subscription: see subscription_rules.h.
 */
#include "subscription_rules.h"

#include "clock.h"
#include "counters.h"
#include "settings.h"

#define BACK_OFF_MAX_S 3600
#define REFRESH_MIN_MS 1000

/* --- what comes next ---------------------------------------------------------------- */

void subscription_begin_anew(struct subscription *s, uint64_t at_ms)
{
	s->state = SUBSCRIPTION_QUEUED;
	subscription_next_attempt(s);
	subscription_wait(s, AGENDA_START, at_ms);
}

/* Nothing after the first trouble, then longer and longer. */
static uint64_t back_off_ms(unsigned failures)
{
	uint64_t s = (uint64_t)settings.reg_event_retry;

	if(failures == 0)
		return 0;
	while(--failures > 0 && s < BACK_OFF_MAX_S)
		s *= 2;
	return 1000 * (s < BACK_OFF_MAX_S ? s : BACK_OFF_MAX_S);
}

void subscription_try_again(
		struct subscription *s, enum resubscribe when, uint32_t retry_after)
{
	uint64_t now = clock_ms(), wait, asked = 0;

	if(s->notified
			&& now > s->began_ms + 1000 * (uint64_t)settings.reg_event_retry)
		s->failures = 0;
	if(when != RESUBSCRIBE_NOW && s->failures == 0)
		s->failures = 1;
	wait = back_off_ms(s->failures++);
	if(retry_after != NOT_STATED)
		asked = 1000 * (uint64_t)retry_after;
	subscription_begin_anew(s, now + (wait > asked ? wait : asked));
}

void subscription_give_up(struct subscription *s, struct aftermath *after)
{
	if(s->doubt && s->record_stamp) {
		after->end_record = true;
		subscription_copy(&after->of, s);
	}
	subscription_remove(s);
}

/* What a SUBSCRIBE that failed says about the next one; 0: no answer. */
static enum resubscribe after_status(int status)
{
	static const struct
	{
		int from, to;
		enum resubscribe then;
	} rows[] = {
			{0, 0, RESUBSCRIBE_LATER},
			{408, 408, RESUBSCRIBE_LATER},
			{480, 480, RESUBSCRIBE_LATER},
			{481, 481, RESUBSCRIBE_NOW},
			{501, 501, RESUBSCRIBE_NEVER},
			{505, 505, RESUBSCRIBE_NEVER},
			{500, 599, RESUBSCRIBE_LATER},
	};
	size_t i;

	for(i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if(status >= rows[i].from && status <= rows[i].to)
			return rows[i].then;
	return RESUBSCRIBE_NEVER;
}

void subscription_failed(struct subscription *s, int status,
		uint32_t retry_after, struct aftermath *after)
{
	enum resubscribe then = after_status(status);

	if(then == RESUBSCRIBE_NEVER)
		count(CNT_SUB_GIVEN_UP);
	if(then == RESUBSCRIBE_NEVER || s->doubt) {
		subscription_give_up(s, after);
		return;
	}
	subscription_try_again(s, then, retry_after);
}

void subscription_plan_refresh(struct subscription *s, uint32_t expires)
{
	uint64_t now = clock_ms(), ms = 1000 * (uint64_t)expires;
	uint64_t wait = expires > 1200 ? ms - 600 * 1000 : ms / 2;

	s->expires_ms = now + ms;
	subscription_wait(s, AGENDA_TIMER,
			now + (wait > REFRESH_MIN_MS ? wait : REFRESH_MIN_MS));
}

bool subscription_lengthen(
		struct subscription *s, int status, const struct subscribe_answer *a)
{
	if(status != 423 || a->min_expires == NOT_STATED
			|| a->min_expires <= s->expires)
		return false;
	s->expires = a->min_expires;
	return true;
}

/* --- dialogs ------------------------------------------------------------------------- */

void subscription_learn_peer(
		struct subscription *s, const struct dialog_peer *peer)
{
	str all[SUBSCRIPTION_TEXTS];

	memcpy(all, s->text, sizeof(all));
	if(peer->tag.len > 0 && !s->notified)
		all[SUBSCRIPTION_REMOTE_TAG] = str_of(peer->tag);
	if(peer->target.len > 0)
		all[SUBSCRIPTION_TARGET] = str_of(peer->target);
	/* the route set stays as it was when the dialog began */
	if(all[SUBSCRIPTION_ROUTE].len == 0 && !s->notified && peer->route_len > 0)
		all[SUBSCRIPTION_ROUTE] =
				(str){(char *)peer->route, (int)peer->route_len};
	subscription_set_texts(s, all);
}

int subscription_new_dialog(
		struct subscription *s, const struct registration *record)
{
	str all[SUBSCRIPTION_TEXTS] = {
			[SUBSCRIPTION_IMPU] = s->text[SUBSCRIPTION_IMPU],
			[SUBSCRIPTION_SCSCF] = s->text[SUBSCRIPTION_SCSCF],
	};

	if(record->scscf.len > 0)
		all[SUBSCRIPTION_SCSCF] = str_of(record->scscf);
	send_new_dialog(&all[SUBSCRIPTION_CALL_ID], &all[SUBSCRIPTION_LOCAL_TAG],
			s->text[SUBSCRIPTION_IMPU]);
	if(subscription_set_texts(s, all) < 0)
		return -1;
	subscription_next_attempt(s);
	s->state = SUBSCRIPTION_STARTING;
	s->began_ms = clock_ms();
	s->cseq = 1;
	s->granted = s->expires;
	s->notified = s->has_version = false;
	s->record_stamp = subscription_stamp(record);
	return 0;
}


int subscription_set_scscf(struct subscription *s, str scscf)
{
	str all[SUBSCRIPTION_TEXTS];

	memcpy(all, s->text, sizeof(all));
	all[SUBSCRIPTION_SCSCF] = scscf;
	return subscription_set_texts(s, all);
}

/* --- without the lock --------------------------------------------------------------------- */

static struct subscription_hooks hooks;

void subscription_set_hooks(const struct subscription_hooks *told)
{
	hooks = *told;
}

void subscription_tell_changed(
		const struct registration *before, const struct registration *after)
{
	if(hooks.changed)
		hooks.changed(before, after);
}

void subscription_tell_gone(const struct registration *record)
{
	if(hooks.gone)
		hooks.gone(record);
}

uint32_t subscription_stamp(const struct registration *reg)
{
	uint32_t stamp;

	memcpy(&stamp, &reg->state.user[USER_REGISTER], sizeof(stamp));
	return stamp;
}

/* A REGISTER that came meanwhile has changed the stamp: then he is registered. */
static bool end_record(
		struct registration *record, struct span impu, uint32_t stamp)
{
	int rc = REGISTRY_STALE;

	while(rc == REGISTRY_STALE
			&& registry_get(record, impu, time(NULL)) == REGISTRY_OK
			&& subscription_stamp(record) == stamp)
		rc = registry_remove(record, impu, record->serial);
	return rc == REGISTRY_OK;
}

void subscription_after_unlock(const struct aftermath *after)
{
	struct registration record;

	if(after->end_record
			&& end_record(&record, span_of(after->of.text[SUBSCRIPTION_IMPU]),
					after->of.record_stamp)) {
		count(CNT_NOTIFY_DEREGISTERED);
		subscription_tell_gone(&record);
	}
}
