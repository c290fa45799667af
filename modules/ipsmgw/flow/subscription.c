/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The life of a subscription: see subscription.h.
 */
#include "subscription.h"

#include "../ims/identity.h"
#include "clock.h"
#include "counters.h"
#include "log.h"
#include "settings.h"
#include "subscription_rules.h"

/* The agenda of starts is paid in thousandths of a SUBSCRIBE. */
#define PRICE 1000

int subscriptions_init(const struct subscription_hooks *told)
{
	subscription_set_hooks(told);
	return subscription_table_init((unsigned)settings.reg_event_max);
}

void subscriptions_destroy(void)
{
	subscription_table_destroy();
}

/* --- wanting ------------------------------------------------------------------------- */

static void want_again(struct subscription *s, str scscf, bool fresh)
{
	uint64_t now = clock_ms();
	bool moved = !identity_same(
			span_of(s->text[SUBSCRIPTION_SCSCF]), span_of(scscf));

	if(moved && subscription_set_scscf(s, scscf) < 0)
		return;
	if(fresh)
		s->doubt = true;
	/* one that waits for a better time: whoever registers people now is alive */
	if(fresh || moved
			|| (s->state == SUBSCRIPTION_QUEUED
					&& subscription_due_ms(s) > now))
		subscription_begin_anew(s, now);
}

bool subscription_want(str impu, str scscf, bool fresh)
{
	struct subscription *s = NULL;
	struct identity_uri uri;
	char who[MASKED_MAX];

	if(settings.reg_event == REG_EVENT_NEVER)
		return false;
	if(scscf.len == 0)
		scscf = settings.scscf_uri;
	subscriptions_lock();
	if(identity_uri_parse(&uri, span_of(scscf)) == 0) {
		s = subscription_find(impu);
		if(s) {
			want_again(s, scscf, fresh);
		} else if((s = subscription_add(impu, scscf)) != NULL) {
			s->expires = (uint32_t)settings.reg_event_expires;
			s->doubt = fresh;
			subscription_begin_anew(s, clock_ms());
		}
	}
	subscriptions_unlock();
	if(s)
		return true;
	count(CNT_SUB_DROPPED);
	LM_WARN("no subscription for %s: reg_event_max=%d are there, memory is "
			"short, or its S-CSCF is not known\n",
			masked(who, impu), settings.reg_event_max);
	return false;
}

bool subscription_is_active(str impu)
{
	struct subscription *s;
	bool active;

	subscriptions_lock();
	s = subscription_find(impu);
	active = s && s->state >= SUBSCRIPTION_ACTIVE;
	subscriptions_unlock();
	return active;
}

void subscription_forget(str impu)
{
	struct subscription *s;

	subscriptions_lock();
	s = subscription_find(impu);
	if(s)
		subscription_remove(s);
	subscriptions_unlock();
}

/* --- a SUBSCRIBE and its answer --------------------------------------------------------- */

/* The first of a dialog, or a refresh: what its answer means. The functions are called with the lock. */
struct subscribe_kind
{
	const char *failure; /* in words */
	enum counter ok, failed;
	void (*granted)(struct subscription *s, const struct subscribe_answer *a);
	void (*lengthened)(struct subscription *s); /* 423: once more, for longer */
	bool notify_is_enough;						/* without an answer */
};

static void log_failure(
		const struct subscription_copy *s, const char *what, int status)
{
	char who[MASKED_MAX];

	LM_WARN("reg event: call-id=%.*s impu=%s %s status=%d\n",
			s->text[SUBSCRIPTION_CALL_ID].len, s->text[SUBSCRIPTION_CALL_ID].s,
			masked(who, s->text[SUBSCRIPTION_IMPU]), what, status);
}

/* 2xx with Expires 0 is no subscription. */
static bool is_granted(int status, const struct subscribe_answer *a)
{
	return status >= 200 && status < 300 && a->expires != 0;
}

static void ended(const struct subscribe_kind *kind, uint32_t place,
		uint32_t attempt, int status, const struct subscribe_answer *a)
{
	struct aftermath after = {false};
	struct subscription_copy copy;
	struct subscription *s;
	bool over = false;

	subscriptions_lock();
	s = subscription_of_attempt(place, attempt);
	if(s && is_granted(status, a)) {
		kind->granted(s, a);
	} else if(s && subscription_lengthen(s, status, a)) {
		kind->lengthened(s);
	} else if(s && !(kind->notify_is_enough && status == 0 && s->notified)) {
		over = true;
		subscription_copy(&copy, s);
		subscription_failed(s, status, a->retry_after, &after);
	}
	subscriptions_unlock();
	if(over)
		log_failure(&copy, kind->failure, status);
	subscription_after_unlock(&after);
}

/* param is what reg_event_subscribe() promises. */
static void answered(const struct subscribe_kind *kind, uint64_t param,
		int status, struct sip_msg *answer)
{
	struct subscribe_answer a;

	count(status >= 200 && status < 300 ? kind->ok : kind->failed);
	reg_event_read_answer(&a, answer);
	ended(kind, (uint32_t)param, (uint32_t)(param >> 32), status, &a);
}

/* done hands its parameters to answered(), with this kind. */
static void subscribe(const struct subscribe_kind *kind,
		const struct subscription_copy *s, send_done_f done)
{
	struct subscribe_answer nothing;

	if(reg_event_subscribe(s, done) == 0)
		return;
	count(kind->failed);
	reg_event_read_answer(&nothing, NULL);
	ended(kind, s->place, s->attempt, 0, &nothing);
}

/* --- the first SUBSCRIBE of a dialog --------------------------------------------------- */

static void start_ok(struct subscription *s, const struct subscribe_answer *a)
{
	uint64_t now = clock_ms();

	if(a->expires != NOT_STATED)
		s->granted = a->expires;
	if(!s->notified) {
		/* without memory for it there is no dialog to refresh in: a new one then */
		subscription_learn_peer(s, &a->peer);
		/* RFC 6665 4.1.2.4, Timer N */
		subscription_wait(
				s, AGENDA_TIMER, now + (uint64_t)settings.reg_event_timeout);
	} else if(s->expires_ms > now + 1000 * (uint64_t)s->granted) {
		subscription_plan_refresh(s, s->granted);
	}
}

static void start_lengthened(struct subscription *s)
{
	subscription_begin_anew(s, clock_ms());
}

static const struct subscribe_kind starting = {
		.failure = "SUBSCRIBE failed",
		.ok = CNT_SUB_OK,
		.failed = CNT_SUB_FAILED,
		.granted = start_ok,
		.lengthened = start_lengthened,
		.notify_is_enough = true,
};

static void start_done(uint64_t param, int status, struct sip_msg *answer)
{
	answered(&starting, param, status, answer);
}

static void start_send(const struct subscription_copy *s)
{
	count(CNT_SUB_STARTED);
	subscribe(&starting, s, start_done);
}

/* The next one whose turn it is. false: none waits; *sent: it cost a SUBSCRIBE. */
static bool start_next(bool *sent, uint64_t now_ms)
{
	struct subscription_copy copy;
	struct registration record;
	struct subscription *s;
	bool registered;

	*sent = false;
	subscriptions_lock();
	s = subscription_due(AGENDA_START, now_ms);
	if(s)
		subscription_copy(&copy, s);
	subscriptions_unlock();
	if(!s)
		return false;
	registered = registry_get(&record, span_of(copy.text[SUBSCRIPTION_IMPU]),
						 time(NULL))
				 == REGISTRY_OK;
	subscriptions_lock();
	s = subscription_of_attempt(copy.place, copy.attempt);
	if(s && !registered) {
		subscription_remove(s);
	} else if(s && subscription_new_dialog(s, &record) == 0) {
		subscription_copy(&copy, s);
		*sent = true;
	} else if(s) {
		subscription_try_again(s, RESUBSCRIBE_NOW, NOT_STATED);
	}
	subscriptions_unlock();
	if(*sent)
		start_send(&copy);
	return true;
}

/* --- refreshes and time limits ------------------------------------------------------------ */

static void refresh_ok(struct subscription *s, const struct subscribe_answer *a)
{
	if(a->expires != NOT_STATED)
		s->granted = a->expires;
	subscription_learn_peer(s, &a->peer);
	s->state = SUBSCRIPTION_ACTIVE;
	subscription_plan_refresh(s, s->granted);
}

static void refresh_lengthened(struct subscription *s)
{
	s->state = SUBSCRIPTION_ACTIVE;
	subscription_wait(s, AGENDA_TIMER, clock_ms());
}

static const struct subscribe_kind refreshing = {
		.failure = "refresh failed",
		.ok = CNT_SUB_REFRESHED,
		.failed = CNT_SUB_REFRESH_FAILED,
		.granted = refresh_ok,
		.lengthened = refresh_lengthened,
};

static void refresh_done(uint64_t param, int status, struct sip_msg *answer)
{
	answered(&refreshing, param, status, answer);
}

/* In the dialog, where there is one and the S-CSCF is the same; true: *copy is to be sent. */
static bool refresh(struct subscription_copy *copy, struct subscription *s,
		const struct registration *record)
{
	if(s->text[SUBSCRIPTION_REMOTE_TAG].len == 0
			|| s->text[SUBSCRIPTION_TARGET].len == 0
			|| (record->scscf.len > 0
					&& !identity_same(record->scscf,
							span_of(s->text[SUBSCRIPTION_SCSCF])))) {
		subscription_begin_anew(s, clock_ms());
		return false;
	}
	s->state = SUBSCRIPTION_REFRESHING;
	s->cseq++;
	subscription_copy(copy, s);
	return true;
}

static void refresh_due(struct subscription_copy *copy)
{
	str impu = copy->text[SUBSCRIPTION_IMPU];
	struct registration record;
	struct subscription *s;
	bool send;

	if(registry_get(&record, span_of(impu), time(NULL)) != REGISTRY_OK) {
		subscription_forget(impu);
		return;
	}
	subscriptions_lock();
	s = subscription_of_attempt(copy->place, copy->attempt);
	send = s && refresh(copy, s, &record);
	subscriptions_unlock();
	if(send)
		subscribe(&refreshing, copy, refresh_done);
}

/* The S-CSCF said 2xx and nothing more. */
static void no_notify(const struct subscription_copy *copy)
{
	struct aftermath after = {false};
	struct subscription *s;

	count(CNT_SUB_SILENT);
	log_failure(copy, "no NOTIFY came", 0);
	subscriptions_lock();
	s = subscription_of_attempt(copy->place, copy->attempt);
	if(s && s->state == SUBSCRIPTION_STARTING)
		subscription_failed(s, 0, NOT_STATED, &after);
	subscriptions_unlock();
	subscription_after_unlock(&after);
}

/* The next one whose time has come. false: there is none. */
static bool timer_next(uint64_t now_ms)
{
	struct subscription_copy copy;
	struct subscription *s;

	subscriptions_lock();
	s = subscription_due(AGENDA_TIMER, now_ms);
	if(s)
		subscription_copy(&copy, s);
	subscriptions_unlock();
	if(!s)
		return false;
	if(copy.state == SUBSCRIPTION_STARTING)
		no_notify(&copy);
	else
		refresh_due(&copy);
	return true;
}

void subscriptions_tick(uint64_t now_ms)
{
	static uint64_t credit, last_ms;
	uint64_t rate = (uint64_t)settings.reg_event_rate;
	/* no more is saved up than a tenth of a second, so that no second has many more than the rate */
	uint64_t most = rate * 100 > PRICE ? rate * 100 : PRICE;
	bool sent;

	credit += last_ms ? rate * (now_ms - last_ms) : most;
	last_ms = now_ms;
	if(credit > most)
		credit = most;
	while(timer_next(now_ms))
		;
	while(credit >= PRICE && start_next(&sent, now_ms))
		if(sent)
			credit -= PRICE;
}

/* --- looking around ------------------------------------------------------------------------ */

static int seconds_to(uint64_t at_ms, uint64_t now_ms)
{
	return at_ms > now_ms ? (int)((at_ms - now_ms + 999) / 1000) : 0;
}

bool subscription_look(struct subscription_info *out, uint32_t place)
{
	uint64_t now = clock_ms();
	struct subscription *s;

	subscriptions_lock();
	s = subscription_in(place);
	if(s) {
		subscription_copy(&out->copy, s);
		out->notifies = s->notifies;
		out->failures = s->failures;
		out->due_s = seconds_to(subscription_due_ms(s), now);
		out->expires_s = s->state == SUBSCRIPTION_ACTIVE
										 || s->state == SUBSCRIPTION_REFRESHING
								 ? seconds_to(s->expires_ms, now)
								 : 0;
	}
	subscriptions_unlock();
	return s != NULL;
}

const char *subscription_state_name(enum subscription_state state)
{
	static const char *const names[] = {
			[SUBSCRIPTION_FREE] = "free",
			[SUBSCRIPTION_QUEUED] = "waiting",
			[SUBSCRIPTION_STARTING] = "starting",
			[SUBSCRIPTION_ACTIVE] = "active",
			[SUBSCRIPTION_REFRESHING] = "refreshing",
	};

	return names[state];
}
