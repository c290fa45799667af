/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What a NOTIFY does to its subscription: see subscription_notify.h.
 */
#include "subscription_notify.h"

#include "clock.h"
#include "counters.h"
#include "subscription_rules.h"

static bool of_another_peer(
		const struct subscription *s, const struct dialog_peer *peer)
{
	const str *tag = &s->text[SUBSCRIPTION_REMOTE_TAG];

	/* the first NOTIFY makes the dialog, whatever tag the answer had (RFC 6665 4.4.1); no forks (RFC 3680 4.9) */
	return s->notified
		   && (peer->tag.len != (size_t)tag->len
				   || memcmp(peer->tag.s, tag->s, peer->tag.len) != 0);
}

/* Another one is at work: this one is lost, so a full document must come. */
static bool is_news(struct subscription *s, const struct notify *notify)
{
	if(s->notified && notify->cseq <= s->notify_cseq)
		return false;
	s->notify_cseq = notify->cseq;
	s->missed = s->applying;
	return !s->applying;
}

enum notify_match subscription_notify_begin(
		struct subscription_copy *out, const struct notify *notify)
{
	enum notify_match match = NOTIFY_TAKEN;
	struct subscription *s;

	subscriptions_lock();
	s = subscription_of_dialog(str_of(notify->call_id), str_of(notify->to_tag));
	if(!s || of_another_peer(s, &notify->peer)) {
		match = NOTIFY_UNMATCHED;
	} else if(!is_news(s, notify)) {
		match = NOTIFY_NOT_NEWS;
	} else {
		subscription_learn_peer(s, &notify->peer);
		s->notified = s->applying = true;
		s->notifies++;
		subscription_copy(out, s);
	}
	subscriptions_unlock();
	return match;
}

static void go_on(struct subscription *s, const struct notify *notify)
{
	if(s->state == SUBSCRIPTION_STARTING) {
		s->state = SUBSCRIPTION_ACTIVE;
		subscription_plan_refresh(s, s->granted);
	}
	/* the notifier's word on the time counts (RFC 6665 4.1.2.2) */
	if(s->state == SUBSCRIPTION_ACTIVE && notify->expires != NOT_STATED
			&& notify->expires > 0)
		subscription_plan_refresh(s, notify->expires);
}

static void after_notify(struct subscription *s, const struct notify *notify,
		const struct notify_result *result, bool missed,
		struct aftermath *after)
{
	/* of the old dialog: it may know less than what a new one was asked for */
	if(s->state == SUBSCRIPTION_QUEUED) {
		s->doubt = s->doubt || result->doubt;
		return;
	}
	if(result->has_version) {
		s->has_version = true;
		s->version = result->version;
	}
	if(result->record_stamp)
		s->record_stamp = result->record_stamp;
	s->doubt = (s->doubt && !result->confirmed) || result->doubt;
	if(notify->substate == SUBSTATE_TERMINATED)
		count(CNT_SUB_ENDED);
	if(result->doubt) {
		/* whatever the reason: it came of a REGISTER, and comes no more often */
		subscription_begin_anew(s, clock_ms());
	} else if(notify->substate == SUBSTATE_TERMINATED) {
		if(notify->resubscribe == RESUBSCRIBE_NEVER)
			subscription_give_up(s, after);
		else
			subscription_try_again(s, notify->resubscribe, notify->retry_after);
	} else if(result->again || missed) {
		subscription_try_again(s, RESUBSCRIBE_NOW, NOT_STATED);
	} else {
		go_on(s, notify);
	}
}

void subscription_notify_end(const struct subscription_copy *copy,
		const struct notify *notify, const struct notify_result *result)
{
	struct aftermath after = {false};
	struct subscription *s;
	bool missed;

	subscriptions_lock();
	s = subscription_at(copy->place, copy->birth);
	if(s) {
		missed = s->missed;
		s->applying = s->missed = false;
		if(result->record_gone)
			subscription_remove(s);
		/* not when a new dialog was begun meanwhile */
		else if(s->attempt == copy->attempt)
			after_notify(s, notify, result, missed, &after);
	}
	subscriptions_unlock();
	subscription_after_unlock(&after);
}
