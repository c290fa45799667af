/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Suspended requests: see hss_wait.h.
 */
#include "hss_wait.h"

#include "core/error.h"
#include "core/route.h"
#include "core/timer.h"
#include "modules/tm/h_table.h"
#include "send.h"

/* Beyond the time limit of the question: the reaper's tick, and an outcome that is told again. */
#define MARGIN_MS 2000

struct hss_wait
{
	unsigned hash, label; /* of the transaction */
	int route;
	int callback_len;
	char callback[HSS_CALLBACK_MAX];
	struct hss_carried carried;
};

/* What hss_wait_resume() of this process is at; all NULL else. */
static struct
{
	const struct hss_result *result;
	const struct hss_carried *carried;
} resumed;

const struct hss_result *hss_wait_result(void)
{
	return resumed.result;
}

const struct hss_carried *hss_wait_carried(void)
{
	return resumed.carried;
}

bool hss_wait_is_resumed(void)
{
	struct cell *t = tmb.t_gett();

	return is_route_type(FAILURE_ROUTE) && t && t != T_UNDEFINED
		   && (t->flags & T_ASYNC_CONTINUE);
}

static struct hss_wait *new_wait(const struct hss_then *then)
{
	struct hss_wait *wait = shm_malloc(sizeof(*wait));

	if(!wait) {
		SHM_MEM_ERROR;
		return NULL;
	}
	wait->route = then->route;
	wait->callback_len = then->callback.len;
	if(then->callback.len > 0)
		memcpy(wait->callback, then->callback.s, then->callback.len);
	/* app_python3 takes it for a C string */
	wait->callback[wait->callback_len] = '\0';
	wait->carried = then->carried;
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

enum hss_waiting hss_wait_begin(
		struct hss_wait **out, struct sip_msg *msg, const struct hss_then *then)
{
	int rc;

	if(!is_route_type(REQUEST_ROUTE | FAILURE_ROUTE)
			|| msg->first_line.type != SIP_REQUEST) {
		LM_ERR("only a request can wait for the HSS, not this route\n");
		return HSS_WAIT_IMPOSSIBLE;
	}
	rc = make_transaction(msg);
	if(rc == 0)
		return HSS_WAIT_REPEATED;
	if(rc < 0)
		return HSS_WAIT_IMPOSSIBLE;
	if(tmb.t_gett()->uas.status >= 200 || (tmb.t_gett()->flags & T_CANCELED)) {
		LM_ERR("the request has its answer and cannot wait for the HSS\n");
		return HSS_WAIT_IMPOSSIBLE;
	}
	*out = new_wait(then);
	return *out ? HSS_WAIT_READY : HSS_WAIT_NO_MEMORY;
}

int hss_wait_suspend(
		struct hss_wait *wait, struct sip_msg *msg, unsigned longest_ms)
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

void hss_wait_cancel(struct hss_wait *wait)
{
	struct cell *t = tmb.t_gett();

	if(tmb.t_cancel_suspend(wait->hash, wait->label) < 0)
		LM_ERR("tm does not take back a suspended request\n");
	/* tm 5.6 leaves it, and then takes no reply to the request when it is relayed */
	t->flags &= ~T_ASYNC_SUSPENDED;
	shm_free(wait);
}

void hss_wait_drop(struct hss_wait *wait)
{
	shm_free(wait);
}

void hss_wait_resume(struct hss_wait *wait, const struct hss_result *result)
{
	str callback = {wait->callback, wait->callback_len};
	int rc;

	resumed.result = result;
	resumed.carried = &wait->carried;
	if(wait->callback_len > 0)
		rc = tmb.t_continue_cb(wait->hash, wait->label, &callback, NULL);
	else
		rc = tmb.t_continue(
				wait->hash, wait->label, main_rt.rlist[wait->route]);
	resumed.result = NULL;
	resumed.carried = NULL;
	/* tm also says 1, without a word, when it has given up the request */
	if(rc != 0)
		LM_ERR("a request that waited for the HSS is gone: %d\n", rc);
	shm_free(wait);
}
