/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Running event routes: see event.h.
 */
#include "event.h"

#include "core/action.h"
#include "core/dset.h"
#include "core/receive.h"
#include "core/fmsg.h"
#include "core/kemi.h"
#include "core/msg_translator.h"
#include "core/route.h"
#include "core/usr_avp.h"
#include "core/xavp.h"
#include "send.h"

static const char *const names[EVENT_COUNT] = {
		[EVENT_MO_RESULT] = "ipsmgw:mo-result",
		[EVENT_MO_FAILED] = "ipsmgw:mo-failed",
		[EVENT_REGISTERED] = "ipsmgw:registered",
		[EVENT_DEREGISTERED] = "ipsmgw:deregistered",
		[EVENT_EXPIRED] = "ipsmgw:expired",
		[EVENT_REACHABLE] = "ipsmgw:reachable",
		[EVENT_MT_DONE] = "ipsmgw:mt-done",
};

static int routes[EVENT_COUNT];
static struct event_context face;
static str kemi;

void events_init(const struct event_context *context, str kemi_callback)
{
	int i;

	face = *context;
	kemi = kemi_callback;
	for(i = 0; i < EVENT_COUNT; i++) {
		routes[i] = route_lookup(&event_rt, (char *)names[i]);
		if(routes[i] >= 0 && !event_rt.rlist[routes[i]])
			routes[i] = -1;
	}
}

/* What a script may leave behind and the process had before. */
struct environment
{
	avp_list_t avps[6], *saved_avps[6];
	sr_xavp_t *xavps, *xavus, *xavis, **saved_xavps, **saved_xavus,
			**saved_xavis;
	struct cell *t;
	int branch;
	int route_type;
	flag_t flags;
};

static const int avp_classes[6] = {
		AVP_TRACK_FROM | AVP_CLASS_URI,
		AVP_TRACK_TO | AVP_CLASS_URI,
		AVP_TRACK_FROM | AVP_CLASS_USER,
		AVP_TRACK_TO | AVP_CLASS_USER,
		AVP_TRACK_FROM | AVP_CLASS_DOMAIN,
		AVP_TRACK_TO | AVP_CLASS_DOMAIN,
};

static void environment_enter(struct environment *e)
{
	int i;

	memset(e, 0, sizeof(*e));
	for(i = 0; i < 6; i++)
		e->saved_avps[i] = set_avp_list(avp_classes[i], &e->avps[i]);
	e->saved_xavps = xavp_set_list(&e->xavps);
	e->saved_xavus = xavu_set_list(&e->xavus);
	e->saved_xavis = xavi_set_list(&e->xavis);
	e->t = tmb.t_gett();
	e->branch = tmb.t_gett_branch();
	tmb.t_sett(T_UNDEFINED, T_BR_UNDEFINED);
	e->route_type = get_route_type();
	set_route_type(EVENT_ROUTE);
	e->flags = getsflags();
}

static void environment_leave(struct environment *e)
{
	int i;

	setsflagsval(e->flags);
	set_route_type(e->route_type);
	tmb.t_sett(e->t, e->branch);
	xavp_set_list(e->saved_xavps);
	xavu_set_list(e->saved_xavus);
	xavi_set_list(e->saved_xavis);
	for(i = 0; i < 6; i++) {
		set_avp_list(avp_classes[i], e->saved_avps[i]);
		destroy_avp_list(&e->avps[i]);
	}
	xavp_destroy_list(&e->xavps);
	xavu_destroy_list(&e->xavus);
	xavi_destroy_list(&e->xavis);
}

static void run_route(enum event event, struct sip_msg *msg)
{
	sr_kemi_eng_t *engine = sr_kemi_eng_get();
	str name = {(char *)names[event], strlen(names[event])};
	run_act_ctx_t ctx;

	if(routes[event] >= 0) {
		init_run_actions_ctx(&ctx);
		run_top_route(event_rt.rlist[routes[event]], msg, &ctx);
	} else if(engine) {
		sr_kemi_route(engine, msg, EVENT_ROUTE, &kemi, &name);
	}
}

/* The message that raw is, from a copy that is free()d with it by message_free(). 0, or -1. */
static int message_parse(
		struct sip_msg *msg, str raw, const struct receive_info *rcv)
{
	char *copy = pkg_malloc(raw.len + 1);

	if(!copy) {
		PKG_MEM_ERROR;
		return -1;
	}
	memcpy(copy, raw.s, raw.len + 1);
	if(build_sip_msg_from_buf(msg, copy, raw.len, inc_msg_no()) < 0) {
		LM_ERR("cannot parse the message of an event again\n");
		pkg_free(copy);
		return -1;
	}
	msg->rcv = *rcv;
	return 0;
}

static void message_free(struct sip_msg *msg)
{
	char *copy = msg->buf;

	free_sip_msg(msg);
	pkg_free(copy);
}

static bool has_route(enum event event)
{
	return routes[event] >= 0 || kemi.len > 0;
}

bool event_run(enum event event, struct job *job)
{
	struct environment env;
	struct sip_msg msg;

	if(!has_route(event) || message_parse(&msg, job->raw, &job->rcv) < 0)
		return false;
	environment_enter(&env);
	clear_branches();
	face.enter(&msg, job);
	run_route(event, &msg);
	face.leave();
	clear_branches();
	environment_leave(&env);
	message_free(&msg);
	return true;
}

bool event_run_delivery(
		enum event event, str raw, const struct receive_info *rcv)
{
	struct environment env;
	struct sip_msg parsed, *msg = &parsed;

	if(!has_route(event))
		return false;
	if(raw.len == 0)
		msg = faked_msg_get_next();
	else if(message_parse(&parsed, raw, rcv) < 0)
		return false;
	environment_enter(&env);
	clear_branches();
	face.enter_delivery(msg);
	run_route(event, msg);
	face.leave();
	clear_branches();
	environment_leave(&env);
	if(raw.len > 0)
		message_free(&parsed);
	return true;
}

bool event_run_registration(enum event event, const struct registration *reg)
{
	struct environment env;
	struct sip_msg *msg;

	if(!has_route(event))
		return false;
	msg = faked_msg_get_next();
	if(!msg) {
		LM_ERR("no message for event route %s\n", names[event]);
		return false;
	}
	environment_enter(&env);
	clear_branches();
	face.enter_registration(msg, reg);
	run_route(event, msg);
	face.leave();
	clear_branches();
	environment_leave(&env);
	return true;
}
