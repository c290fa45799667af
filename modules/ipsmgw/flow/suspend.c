/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Suspended requests: see suspend.h.
 */
#include "suspend.h"

#include "core/error.h"
#include "core/route.h"
#include "core/timer.h"
#include "modules/tm/h_table.h"
#include "answer.h"
#include "send.h"

/* Beyond the time limit of the question: the reaper's tick, and an outcome that is told again. */
#define MARGIN_MS 2000

struct suspended
{
	unsigned hash, label; /* of the transaction */
	enum suspend_reason reason;
	int route;
	int callback_len;
	char callback[SCRIPT_CALLBACK_MAX];
	struct script_carried carried;
	char dest_uri[]; /* carried */
};

/* What suspend_resume() of this process is at; all NULL else. */
static struct
{
	enum suspend_reason reason;
	const void *outcome;
	const struct script_carried *carried;
} resumed;

const void *suspend_outcome(enum suspend_reason reason)
{
	return resumed.reason == reason ? resumed.outcome : NULL;
}

const struct script_carried *suspend_carried(void)
{
	return resumed.carried;
}

bool suspend_is_resumed(void)
{
	struct cell *t = tmb.t_gett();

	return is_route_type(FAILURE_ROUTE) && t && t != T_UNDEFINED
		   && (t->flags & T_ASYNC_CONTINUE);
}

static struct suspended *new_wait(
		enum suspend_reason reason, const struct script_then *then)
{
	struct span uri = then->carried.dest_uri;
	struct suspended *wait = shm_malloc(sizeof(*wait) + uri.len);

	if(!wait) {
		SHM_MEM_ERROR;
		return NULL;
	}
	wait->reason = reason;
	wait->route = then->route;
	wait->callback_len = then->callback.len;
	if(then->callback.len > 0)
		memcpy(wait->callback, then->callback.s, then->callback.len);
	/* app_python3 takes it for a C string */
	wait->callback[wait->callback_len] = '\0';
	wait->carried = then->carried;
	wait->carried.dest_uri.s = wait->dest_uri;
	if(uri.len > 0)
		memcpy(wait->dest_uri, uri.s, uri.len);
	return wait;
}

/* 1, 0: a retransmission, or -1. A route that goes on with a request has its transaction. */
static int make_transaction(struct sip_msg *msg)
{
	int rc = is_route_type(FAILURE_ROUTE) ? 1 : tmb.t_newtran(msg);
	struct cell *t = tmb.t_gett();

	if(rc == 0)
		return 0;
	if((rc > 0 || rc == E_SCRIPT) && t && t != T_UNDEFINED)
		return 1;
	LM_ERR("tm makes no transaction for a request: %d\n", rc);
	return -1;
}

enum suspending suspend_begin(struct suspended **out, struct sip_msg *msg,
		enum suspend_reason reason, const struct script_then *then)
{
	int rc;

	if(!is_route_type(REQUEST_ROUTE | FAILURE_ROUTE)
			|| msg->first_line.type != SIP_REQUEST) {
		LM_ERR("only a request can wait, not this route\n");
		return SUSPEND_IMPOSSIBLE;
	}
	rc = make_transaction(msg);
	if(rc == 0)
		return SUSPEND_REPEATED;
	if(rc < 0)
		return SUSPEND_IMPOSSIBLE;
	if(tmb.t_gett()->uas.status >= 200 || (tmb.t_gett()->flags & T_CANCELED)) {
		LM_ERR("the request has its answer and cannot wait\n");
		return SUSPEND_IMPOSSIBLE;
	}
	*out = new_wait(reason, then);
	return *out ? SUSPEND_READY : SUSPEND_NO_MEMORY;
}

int suspend_request(
		struct suspended *wait, struct sip_msg *msg, unsigned longest_ms)
{
	struct cell *t = tmb.t_gett();
	ticks_t ours = t->fr_timeout, needed = MS_TO_TICKS(longest_ms + MARGIN_MS);
	ticks_t end = get_ticks_raw() + needed;
	int rc;

	/* tm gives up a suspended request by its timers, and the route would never run: they are to be longer than ours */
	if(t->fr_timeout < needed)
		t->fr_timeout = needed;
	if((s_ticks_t)(t->end_of_life - end) < 0)
		t->end_of_life = end;
	rc = tmb.t_suspend(msg, &wait->hash, &wait->label);
	t->fr_timeout = ours;
	if(rc == 0)
		return 0;
	LM_ERR("tm does not suspend a request: %d\n", rc);
	return -1;
}

void suspend_cancel(struct suspended *wait)
{
	struct cell *t = tmb.t_gett();

	if(tmb.t_cancel_suspend(wait->hash, wait->label) < 0)
		LM_ERR("tm does not take back a suspended request\n");
	/* tm 5.6 leaves it, and then takes no reply to the request when it is relayed */
	t->flags &= ~T_ASYNC_SUSPENDED;
	shm_free(wait);
}

void suspend_drop(struct suspended *wait)
{
	shm_free(wait);
}

bool suspend_has_route(const struct suspended *wait)
{
	return wait->callback_len > 0 || wait->route >= 0;
}

void suspend_resume(struct suspended *wait, const void *outcome)
{
	str callback = {wait->callback, wait->callback_len};
	int rc;

	resumed.reason = wait->reason;
	resumed.outcome = outcome;
	resumed.carried = &wait->carried;
	if(wait->callback_len > 0)
		rc = tmb.t_continue_cb(wait->hash, wait->label, &callback, NULL);
	else
		rc = tmb.t_continue(
				wait->hash, wait->label, main_rt.rlist[wait->route]);
	resumed.outcome = NULL;
	resumed.carried = NULL;
	/* tm also says 1, without a word, when it has given up the request */
	if(rc != 0)
		LM_ERR("a request that waited is gone: %d\n", rc);
	shm_free(wait);
}

void suspend_answer(struct suspended *wait, int code, str reason, str headers)
{
	answer_transaction(wait->hash, wait->label, code, reason, headers);
	shm_free(wait);
}
