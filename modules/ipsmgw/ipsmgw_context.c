/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The current short message of this process: see ipsmgw_context.h.
 */
#include "ipsmgw_context.h"

#include "core/route.h"
#include "core/script_cb.h"
#include "flow/mo.h"
#include "flow/registration.h"
#include "flow/relay.h"

/* An event route may run while a reply is in work: one level deeper, and
 * one that a registration of its own causes another. */
#define LEVELS 3

static struct context levels[LEVELS];
static int level;

/* What was looked up, by level, and for which message. */
static struct
{
	struct sip_msg *msg;
	struct registration registration;
} found[LEVELS];

/* What the HSS has said, likewise. */
static struct
{
	struct sip_msg *msg;
	struct hss_result result;
} asked[LEVELS];

/* What came of a delivery at once, likewise. */
static struct
{
	struct sip_msg *msg;
	struct mt_outcome outcome;
} delivered[LEVELS];

static struct context *current(void)
{
	return &levels[level];
}

struct context *context_of(struct sip_msg *msg)
{
	return current()->msg == msg && msg ? current() : NULL;
}

static void end(struct context *c)
{
	if(c->job)
		job_release(c->job);
	if(c->has_request)
		relay_request_free(&c->request);
	c->msg = NULL;
	c->job = NULL;
	c->relaying = c->answered = c->in_event = c->has_request = c->resumed =
			false;
}

void context_end(void)
{
	end(current());
	found[level].msg = asked[level].msg = delivered[level].msg = NULL;
}

const struct hss_result *context_hss(struct sip_msg *msg)
{
	return msg && asked[level].msg == msg ? &asked[level].result : NULL;
}

struct hss_result *context_hss_room(struct sip_msg *msg)
{
	asked[level].msg = msg;
	return &asked[level].result;
}

const struct mt_outcome *context_delivered(struct sip_msg *msg)
{
	return msg && delivered[level].msg == msg ? &delivered[level].outcome
											  : mt_outcome_here();
}

struct mt_outcome *context_delivered_room(struct sip_msg *msg)
{
	delivered[level].msg = msg;
	delivered[level].outcome = (struct mt_outcome){0};
	return &delivered[level].outcome;
}

const struct registration *context_registration(struct sip_msg *msg)
{
	return msg && found[level].msg == msg ? &found[level].registration : NULL;
}

bool context_lookup(struct sip_msg *msg, struct span id)
{
	found[level].msg = NULL;
	if(registration_find(&found[level].registration, id) < 0)
		return false;
	found[level].msg = msg;
	return true;
}

struct context *context_begin(struct sip_msg *msg)
{
	struct context *c = current();
	struct sip_msg *request = msg;

	end(c);
	c->resumed = suspend_is_resumed();
	if(!c->resumed
			&& is_route_type(FAILURE_ROUTE | ONREPLY_ROUTE | TM_ONREPLY_ROUTE
							 | BRANCH_FAILURE_ROUTE)) {
		if(relay_request(&c->request) < 0)
			return NULL;
		c->has_request = true;
		request = &c->request;
	}
	c->msg = msg;
	sms_read(&c->sms, request);
	if((c->has_request || c->resumed) && c->sms.rp.has_mr)
		c->job = mo_find(request, &c->sms);
	/* a job without an answer is one that the script holds */
	if(c->resumed && c->job)
		c->relaying = c->answered = true;
	return c;
}

void context_leave(struct sip_msg *msg)
{
	if(context_of(msg))
		end(current());
}

void context_carry(struct script_carried *out, struct sip_msg *msg)
{
	struct context *c = context_of(msg);

	out->decoded = c != NULL;
	if(!c)
		return;
	out->dest = c->sms.dest;
	out->dest_uri = (struct span){c->sms.dest_uri, c->sms.dest_uri_len};
}

/* A request goes on that waited: as it was left, as far as it was decoded. */
static void resume(struct sip_msg *msg, const struct script_carried *carried)
{
	const struct hss_result *said = suspend_outcome(SUSPEND_HSS);
	struct sms *sms;

	if(said)
		*context_hss_room(msg) = *said;
	if(!carried->decoded)
		return;
	sms = &context_begin(msg)->sms;
	sms->dest = carried->dest;
	sms->dest_uri_len = carried->dest_uri.len;
	if(carried->dest_uri.len > 0)
		memcpy(sms->dest_uri, carried->dest_uri.s, carried->dest_uri.len);
}

static void event_enter(struct sip_msg *msg, struct job *job)
{
	struct context *c;

	level++;
	c = current();
	end(c);
	c->msg = msg;
	c->in_event = true;
	c->answered = true;
	c->job = job_hold(job->id);
	sms_read(&c->sms, msg);
}

static void event_enter_registration(
		struct sip_msg *msg, const struct registration *reg)
{
	level++;
	end(current());
	found[level].msg = NULL;
	if(registration_copy(&found[level].registration, reg) == 0)
		found[level].msg = msg;
}

static void event_enter_delivery(struct sip_msg *msg)
{
	(void)msg;
	level++;
	context_end();
}

static void event_leave(void)
{
	context_end();
	level--;
}

const struct event_context context_for_events = {event_enter,
		event_enter_registration, event_enter_delivery, event_leave};

/* A short message of a UE whose end is counted in the sums of invariant 2. */
static bool is_counted(const struct context *c)
{
	return c->sms.state == SMS_RP_BAD || c->sms.state == SMS_TP_BAD
		   || c->sms.state == SMS_INFO_BAD
		   || (c->sms.state == SMS_OK && c->sms.rp.type == RP_DATA);
}

static int before_route(struct sip_msg *msg, unsigned int flags, void *param)
{
	const struct script_carried *carried = suspend_carried();

	(void)flags, (void)param;
	context_end();
	if(carried && suspend_is_resumed())
		resume(msg, carried);
	return 1;
}

/* Nothing may end in silence, whatever the script forgot. */
static int after_request_route(
		struct sip_msg *msg, unsigned int flags, void *param)
{
	struct context *c = context_of(msg);

	(void)flags, (void)param;
	if(c && !c->answered && is_counted(c))
		mo_unanswered(msg);
	if(c && c->job && !c->relaying) {
		int attempts, result;
		bool open;

		job_progress(c->job, &attempts, &result, &open);
		if(attempts == 0)
			mo_unrouted(c->job);
	}
	context_end();
	return 1;
}

static int after_other_route(
		struct sip_msg *msg, unsigned int flags, void *param)
{
	struct context *c = context_of(msg);

	if(c && c->resumed)
		return after_request_route(msg, flags, param);
	context_end();
	return 1;
}

int context_init(void)
{
	const unsigned other = FAILURE_CB | ONREPLY_CB | BRANCH_CB;

	if(register_script_cb(
			   before_route, PRE_SCRIPT_CB | REQUEST_CB | other, NULL)
			< 0)
		return -1;
	if(register_script_cb(
			   after_request_route, POST_SCRIPT_CB | REQUEST_CB, NULL)
			< 0)
		return -1;
	return register_script_cb(after_other_route, POST_SCRIPT_CB | other, NULL)
						   < 0
				   ? -1
				   : 0;
}
