/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Script functions that ask the HSS: see ipsmgw_script_hss.h.
 */
#include "ipsmgw_script_hss.h"

#include <stdlib.h>

#include "core/mod_fix.h"
#include "flow/hss_script.h"
#include "ipsmgw_context.h"
#include "ipsmgw_script_then.h"

/* --- common to all -------------------------------------------------------------- */

/* What each function asks once it is known that it may wait. */
struct asking
{
	enum hss_asked (*ask)(struct hss_result *now, struct sip_msg *msg,
			const struct asking *asking, const struct script_then *then);
	struct span id, sc;
	uint64_t references;
	bool here;
	struct diameter_delivery delivery;
};

static enum hss_asked refuse(
		struct hss_result *now, enum hss_asked code, unsigned outcome)
{
	hss_result_without(now, outcome);
	return code;
}

/* 0 ends the script in this process: the request waits, or was a retransmission. */
static int run(struct sip_msg *msg, const struct asking *asking,
		struct script_then *then)
{
	struct hss_result *now = context_hss_room(msg);
	struct context *c = context_of(msg);
	enum hss_asked rc;

	if(c && (c->in_event || (c->answered && !c->relaying))) {
		LM_ERR("a request that was answered cannot wait for the HSS\n");
		return refuse(now, ASK_CANNOT_WAIT, HSS_CANNOT_WAIT);
	}
	context_carry(&then->carried, msg);
	rc = asking->ask(now, msg, asking, then);
	if(rc == ASK_SUSPENDED)
		context_leave(msg);
	return rc;
}

static enum hss_asked ask_read(struct hss_result *now, struct sip_msg *msg,
		const struct asking *a, const struct script_then *then)
{
	return hss_script_read(now, msg, a->id, a->references, then);
}

static enum hss_asked ask_update(struct hss_result *now, struct sip_msg *msg,
		const struct asking *a, const struct script_then *then)
{
	return hss_script_update(now, msg, a->id, a->here, then);
}

static enum hss_asked ask_routing(struct hss_result *now, struct sip_msg *msg,
		const struct asking *a, const struct script_then *then)
{
	return hss_script_routing(now, msg, a->id, a->sc, then);
}

static enum hss_asked ask_report(struct hss_result *now, struct sip_msg *msg,
		const struct asking *a, const struct script_then *then)
{
	return hss_script_report(now, msg, a->id, a->sc, &a->delivery, then);
}

static int bad_parameter(struct sip_msg *msg, const char *what)
{
	LM_ERR("%s\n", what);
	return refuse(context_hss_room(msg), ASK_BAD_PARAMETER, HSS_NO_IDENTITY);
}

/* --- asking --------------------------------------------------------------------- */

static int hss_read_then(struct sip_msg *msg, const str *id, const str *what,
		struct script_then *then)
{
	struct asking asking = {.ask = ask_read, .id = span_of(*id)};

	hss_references_parse(&asking.references, what ? span_of(*what) : SPAN(""));
	if(asking.references == 0)
		return bad_parameter(msg, "ipsmgw_hss_read: names of what cannot be "
								  "read");
	return run(msg, &asking, then);
}

static int hss_update_then(
		struct sip_msg *msg, const str *id, int here, struct script_then *then)
{
	struct asking asking = {
			.ask = ask_update, .id = span_of(*id), .here = here == 1};

	if(here != 0 && here != 1)
		return bad_parameter(msg, "ipsmgw_hss_update: 1 or 0 is to be told");
	return run(msg, &asking, then);
}

static int sri_then(struct sip_msg *msg, const str *id, const str *sc,
		struct script_then *then)
{
	struct asking asking = {
			.ask = ask_routing, .id = span_of(*id), .sc = span_of(*sc)};

	return run(msg, &asking, then);
}

static int report_then(struct sip_msg *msg, const str *id, const str *sc,
		const str *outcome, int diagnostic, struct script_then *then)
{
	struct asking asking = {
			.ask = ask_report, .id = span_of(*id), .sc = span_of(*sc)};

	if(hss_delivery_parse(&asking.delivery, span_of(*outcome), diagnostic) < 0)
		return bad_parameter(msg, "ipsmgw_report_delivery: the outcome is "
								  "delivered, absent or memory-full, and a "
								  "diagnostic stands with absent alone");
	return run(msg, &asking, then);
}

/* --- the native script's side ------------------------------------------------------ */

int fixup_hss_read(void **param, int number)
{
	return number == 2 ? fixup_then(param) : fixup_spve_null(param, 1);
}

int fixup_hss_ask(void **param, int number)
{
	return number == 3 ? fixup_then(param) : fixup_spve_null(param, 1);
}

int fixup_report_delivery(void **param, int number)
{
	return number == 5 ? fixup_then(param) : fixup_spve_null(param, 1);
}

/* A text parameter; false, and empty: it cannot be evaluated. */
static bool text_of(str *out, struct sip_msg *msg, char *param)
{
	*out = (str)STR_NULL;
	return !param || fixup_get_svalue(msg, (gparam_p)param, out) == 0;
}

/* A number; -1: empty, -2: none. */
static int number_of(str text)
{
	char digits[8], *end;
	long n;

	if(text.len == 0)
		return -1;
	if(text.len >= (int)sizeof(digits))
		return -2;
	memcpy(digits, text.s, (size_t)text.len);
	digits[text.len] = '\0';
	n = strtol(digits, &end, 0);
	return *end == '\0' && n >= 0 ? (int)n : -2;
}

int w_hss_read_some(struct sip_msg *msg, char *id, char *route, char *what)
{
	struct script_then then = then_of(route);
	str who, names;

	if(!text_of(&who, msg, id) || !text_of(&names, msg, what))
		return bad_parameter(msg, "ipsmgw_hss_read: bad parameter");
	return hss_read_then(msg, &who, &names, &then);
}

int w_hss_read(struct sip_msg *msg, char *id, char *route)
{
	return w_hss_read_some(msg, id, route, NULL);
}

int w_hss_update(struct sip_msg *msg, char *id, char *here, char *route)
{
	struct script_then then = then_of(route);
	str who, told;

	if(!text_of(&who, msg, id) || !text_of(&told, msg, here))
		return bad_parameter(msg, "ipsmgw_hss_update: bad parameter");
	return hss_update_then(msg, &who, number_of(told), &then);
}

int w_sri(struct sip_msg *msg, char *id, char *sc, char *route)
{
	struct script_then then = then_of(route);
	str who, centre;

	if(!text_of(&who, msg, id) || !text_of(&centre, msg, sc))
		return bad_parameter(msg, "ipsmgw_sri: bad parameter");
	return sri_then(msg, &who, &centre, &then);
}

int w_report_delivery(struct sip_msg *msg, char *id, char *sc, char *outcome,
		char *diagnostic, char *route)
{
	struct script_then then = then_of(route);
	str who, centre, word, number;

	if(!text_of(&who, msg, id) || !text_of(&centre, msg, sc)
			|| !text_of(&word, msg, outcome)
			|| !text_of(&number, msg, diagnostic))
		return bad_parameter(msg, "ipsmgw_report_delivery: bad parameter");
	return report_then(msg, &who, &centre, &word, number_of(number), &then);
}

/* --- KEMI's side --------------------------------------------------------------------- */

static int no_route(struct sip_msg *msg)
{
	return bad_parameter(msg, "there is no such function or route to go on "
							  "with after the HSS");
}

int ki_hss_read_some(struct sip_msg *msg, str *id, str *route, str *what)
{
	struct script_then then;

	return then_named(&then, route) < 0 ? no_route(msg)
										: hss_read_then(msg, id, what, &then);
}

int ki_hss_read(struct sip_msg *msg, str *id, str *route)
{
	return ki_hss_read_some(msg, id, route, NULL);
}

int ki_hss_update(struct sip_msg *msg, str *id, int here, str *route)
{
	struct script_then then;

	return then_named(&then, route) < 0 ? no_route(msg)
										: hss_update_then(msg, id, here, &then);
}

int ki_sri(struct sip_msg *msg, str *id, str *sc, str *route)
{
	struct script_then then;

	return then_named(&then, route) < 0 ? no_route(msg)
										: sri_then(msg, id, sc, &then);
}

int ki_report_delivery(struct sip_msg *msg, str *id, str *sc, str *outcome,
		int diagnostic, str *route)
{
	struct script_then then;

	return then_named(&then, route) < 0
				   ? no_route(msg)
				   : report_then(msg, id, sc, outcome, diagnostic, &then);
}
