/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The RPC command ipsmgw.pending: see ipsmgw_rpc_pending.h.
 */
#include "ipsmgw_rpc_pending.h"

#include <stdlib.h>

#include "flow/clock.h"
#include "flow/job.h"
#include "flow/log.h"
#include "flow/mo.h"
#include "flow/mt.h"
#include "ipsmgw_rpc_verb.h"

#define LIST_LIMIT 100
#define ID_MAX 12 /* with its NUL */

/* --- one line ------------------------------------------------------------------ */

static int age_ms(uint64_t arrival_ms)
{
	return (int)(clock_ms() - arrival_ms);
}

static void add_job(rpc_t *rpc, void *ctx, struct job *job)
{
	char from[MASKED_MAX], to[MASKED_MAX];
	int attempts, result;
	bool open;
	void *s;

	if(rpc->add(ctx, "{", &s) < 0)
		return;
	job_progress(job, &attempts, &result, &open);
	rpc->struct_add(s, "dsSssdddd", "job", (int)job->id.index, "state",
			job_state_name(job), "call_id", &job->call_id, "from",
			masked(from, job->msisdn.len ? job->msisdn : job->sender), "to",
			masked(to, job->dest), "rp_mr", job->rp_mr, "attempts", attempts,
			"last_result", result, "age_ms", age_ms(job->arrival_ms));
}

static void add_delivery(rpc_t *rpc, void *ctx, struct delivery *d)
{
	char id[ID_MAX], from[MASKED_MAX], to[MASKED_MAX];
	str call_id = str_of(d->call_id);
	struct delivery_view view;
	void *s;

	if(rpc->add(ctx, "{", &s) < 0)
		return;
	delivery_view(&view, d);
	snprintf(id, sizeof(id), "m%u", d->id.index);
	rpc->struct_add(s, "ssSssddddddd", "delivery", id, "state",
			delivery_state_name(view.state), "call_id", &call_id, "from",
			masked(from, str_of(d->from)), "to", masked(to, str_of(d->to)),
			"parts", (int)d->parts, "delivered", (int)view.parts_delivered,
			"part", (int)view.part + 1, "tries", (int)view.tries, "rp_mr",
			view.rp_mr, "hub_waits", view.answer_owed, "age_ms",
			age_ms(d->arrival_ms));
}

/* --- verbs --------------------------------------------------------------------- */

static int list_jobs(rpc_t *rpc, void *ctx, int limit)
{
	unsigned i;

	for(i = 0; i < jobs_max() && limit > 0; i++) {
		struct job *job = job_at(i);

		if(!job)
			continue;
		add_job(rpc, ctx, job);
		job_release(job);
		limit--;
	}
	return limit;
}

static void list_deliveries(rpc_t *rpc, void *ctx, int limit)
{
	unsigned i;

	for(i = 0; i < deliveries_max() && limit > 0; i++) {
		struct delivery *d = delivery_at(i);

		if(!d)
			continue;
		add_delivery(rpc, ctx, d);
		delivery_release(d);
		limit--;
	}
}

static void pending_list(rpc_t *rpc, void *ctx)
{
	int limit = LIST_LIMIT;

	rpc->scan(ctx, "*d", &limit);
	list_deliveries(rpc, ctx, list_jobs(rpc, ctx, limit));
}

/* What the parameter names; at most one of them is not NULL, and is held. */
struct pending
{
	struct job *job;
	struct delivery *delivery;
};

static int number_of(unsigned *out, const str *id, int skip)
{
	char text[ID_MAX], *end;
	unsigned long n;

	if(id->len <= skip || id->len >= ID_MAX)
		return -1;
	memcpy(text, id->s, (size_t)id->len);
	text[id->len] = '\0';
	n = strtoul(text + skip, &end, 10);
	if(*end != '\0' || text[skip] < '0' || text[skip] > '9' || n > UINT32_MAX)
		return -1;
	*out = (unsigned)n;
	return 0;
}

static struct pending find(const str *id)
{
	struct pending found = {NULL, NULL};
	bool is_delivery = id->len > 0 && id->s[0] == 'm';
	unsigned index;

	if(number_of(&index, id, is_delivery) < 0)
		return found;
	if(is_delivery && index < deliveries_max())
		found.delivery = delivery_at(index);
	if(!is_delivery && index < jobs_max())
		found.job = job_at(index);
	return found;
}

/* false: there is none, the fault is told. */
static bool take(struct pending *out, rpc_t *rpc, void *ctx)
{
	str id;

	if(rpc->scan(ctx, ".S", &id) < 1) {
		rpc->fault(ctx, 400, "which one? See: ipsmgw.pending list");
		return false;
	}
	*out = find(&id);
	if(!out->job && !out->delivery)
		rpc->fault(ctx, 404, "no such job or delivery");
	return out->job || out->delivery;
}

static void give_back(const struct pending *p)
{
	if(p->job)
		job_release(p->job);
	if(p->delivery)
		delivery_release(p->delivery);
}

static void pending_show(rpc_t *rpc, void *ctx)
{
	struct pending p;

	if(!take(&p, rpc, ctx))
		return;
	if(p.job)
		add_job(rpc, ctx, p.job);
	else
		add_delivery(rpc, ctx, p.delivery);
	give_back(&p);
}

static bool cancel(const struct pending *p)
{
	if(p->job)
		return mo_error(p->job, (struct cause){RP_CAUSE_TEMPORARY_FAILURE, 0});
	return mt_cancel(p->delivery->id) == 0;
}

static void pending_cancel(rpc_t *rpc, void *ctx)
{
	struct pending p;

	if(!take(&p, rpc, ctx))
		return;
	if(!cancel(&p))
		rpc->fault(ctx, 409, "it has its outcome already");
	give_back(&p);
}

void rpc_pending(rpc_t *rpc, void *ctx)
{
	static const struct rpc_verb verbs[] = {
			{"list", pending_list},
			{"show", pending_show},
			{"cancel", pending_cancel},
			{NULL, NULL},
	};

	rpc_run_verb(rpc, ctx, verbs, "list [limit], show ID or cancel ID");
}
