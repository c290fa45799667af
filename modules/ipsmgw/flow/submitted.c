/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Texts whose status report is to come, in shared memory: see submitted.h.
 */
#include "submitted.h"

#include <sys/random.h>

#include "core/locking.h"
#include "clock.h"
#include "counters.h"
#include "log.h"
#include "settings.h"

struct shared
{
	gen_lock_t lock;
	uint64_t looked_s; /* when it was last looked for what is over */
	struct submitted_table *table;
};

static struct shared *shared;

static void *take_memory(size_t size)
{
	return shm_malloc(size);
}

static void give_memory(void *memory)
{
	shm_free(memory);
}

static uint64_t now_s(void)
{
	return clock_ms() / 1000;
}

int submitted_init(void)
{
	struct submitted_table_options options = {
			.max = (unsigned)settings.status_reports_max,
			.longest = (unsigned)(settings.status_report_time
								  + settings.status_report_grace),
			.take = take_memory,
			.give = give_memory};

	if(settings.status_reports_max == 0)
		return 0;
	if(getrandom(options.secret, sizeof(options.secret), 0)
			!= sizeof(options.secret))
		return -1;
	shared = shm_malloc(sizeof(*shared));
	if(!shared)
		return -1;
	memset(shared, 0, sizeof(*shared));
	shared->table = submitted_table_new(&options, now_s());
	if(shared->table && lock_init(&shared->lock))
		return 0;
	submitted_destroy();
	return -1;
}

void submitted_destroy(void)
{
	if(!shared)
		return;
	submitted_table_free(shared->table);
	shm_free(shared);
	shared = NULL;
}

/* --- remembering ------------------------------------------------------------------ */

/* From now on; a hub may say that the validity is over when it is. */
static unsigned seconds_to_keep(const struct tp_msg *tp, time_t now)
{
	uint32_t limit = (uint32_t)settings.status_report_time, seconds;

	if(!tp_vp_left(&seconds, &tp->vp, now) || seconds > limit)
		seconds = limit;
	return seconds + (unsigned)settings.status_report_grace;
}

/* By TP-SRR alone he wants to know the end. */
static uint8_t wanted_by(const struct tp_msg *tp)
{
	const struct udh_element *control =
			tp->udhi ? udh_find(&tp->udh, IEI_SMSC_CONTROL) : NULL;
	uint8_t ends = WANTS_DONE | WANTS_PERMANENT | WANTS_TEMPORARY;

	if(control && control->len == 1)
		return control->data[0] & (ends | WANTS_STILL_TRYING);
	return settings.status_report_temporary ? ends | WANTS_STILL_TRYING : ends;
}

static int fill(
		struct submitted *out, const struct job *job, const struct sms *sms)
{
	size_t len;

	if(tp_address_encode(out->da, sizeof(out->da), &len, &sms->tp.addr) < 0
			|| job->sender.len > (int)sizeof(out->sender)
			|| getrandom(&out->id, sizeof(out->id), 0) != sizeof(out->id))
		return -1;
	out->mr = sms->tp.mr;
	out->wanted = wanted_by(&sms->tp);
	out->da_len = (uint8_t)len;
	memcpy(out->scts, job->scts.raw, sizeof(out->scts));
	memcpy(out->msisdn, sms->msisdn, sizeof(out->msisdn));
	out->sender_len = (size_t)job->sender.len;
	memcpy(out->sender, job->sender.s, out->sender_len);
	return 0;
}

static uint64_t remember(struct job *job, const struct sms *sms, str call_id)
{
	struct submitted text;
	bool evicted = false;
	int rc = -1;

	if(fill(&text, job, sms) == 0) {
		unsigned seconds = seconds_to_keep(&sms->tp, job->arrival);

		lock_get(&shared->lock);
		rc = submitted_table_add(shared->table, &evicted, &text,
				span_of(call_id), seconds, now_s());
		lock_release(&shared->lock);
	}
	if(evicted)
		count(CNT_STATUS_REMEMBERED_EVICTED);
	if(rc < 0) {
		LM_WARN("no status report will come: the text cannot be remembered: "
				"call-id=%.*s\n",
				job->call_id.len, job->call_id.s);
		return 0;
	}
	count(CNT_STATUS_WANTED);
	/* its outcome is known already: nobody else will say that it was refused */
	if(!job_set_submitted(job, text.id))
		submitted_refused(text.id);
	return text.id;
}

void submitted_remember(char name[SUBMITTED_NAME_LEN + 1], struct job *job,
		const struct sms *sms, str call_id)
{
	uint64_t id = 0;

	if(shared && sms->has_tp && sms->tp.type == TP_SUBMIT && sms->tp.srr) {
		id = job_submitted(job);
		if(!id)
			id = remember(job, sms, call_id);
	}
	if(id)
		submitted_name(name, id);
	name[id ? SUBMITTED_NAME_LEN : 0] = '\0';
}

/* --- under the lock --------------------------------------------------------------- */

void submitted_refused(uint64_t id)
{
	if(!shared || !id)
		return;
	lock_get(&shared->lock);
	submitted_table_refused(shared->table, id, now_s());
	lock_release(&shared->lock);
}

static void taken(struct span name)
{
	lock_get(&shared->lock);
	submitted_table_taken(shared->table, name);
	lock_release(&shared->lock);
}

void submitted_taken(uint64_t id)
{
	char name[SUBMITTED_NAME_LEN];

	if(!shared || !id)
		return;
	submitted_name(name, id);
	taken((struct span){name, sizeof(name)});
}

void submitted_taken_call(str call_id)
{
	if(shared)
		taken(span_of(call_id));
}

bool submitted_told(
		struct submitted *out, struct submitted_news *news, uint64_t id)
{
	bool has_news;

	if(!shared || !id)
		return false;
	lock_get(&shared->lock);
	has_news = submitted_table_told(out, news, shared->table, id);
	lock_release(&shared->lock);
	return has_news;
}

bool submitted_find(struct submitted *out, struct span name)
{
	bool found;

	if(!shared)
		return false;
	lock_get(&shared->lock);
	found = submitted_table_find(out, shared->table, name, now_s());
	lock_release(&shared->lock);
	return found;
}

enum submitted_verdict submitted_notify(
		struct submitted *out, uint64_t id, const struct submitted_news *news)
{
	enum submitted_verdict verdict;

	if(!shared)
		return SUBMITTED_UNKNOWN;
	lock_get(&shared->lock);
	verdict = submitted_table_notify(out, shared->table, id, news, now_s());
	lock_release(&shared->lock);
	return verdict;
}

void submitted_reported(uint64_t id, unsigned turn, bool told)
{
	if(!shared)
		return;
	lock_get(&shared->lock);
	submitted_table_reported(shared->table, id, turn, told);
	lock_release(&shared->lock);
}

void submitted_tick(uint64_t now_ms)
{
	uint64_t now = now_ms / 1000;

	if(!shared || now == shared->looked_s)
		return;
	shared->looked_s = now;
	lock_get(&shared->lock);
	submitted_table_expire(shared->table, now);
	lock_release(&shared->lock);
}

unsigned submitted_count(void)
{
	unsigned n;

	if(!shared)
		return 0;
	lock_get(&shared->lock);
	n = submitted_table_count(shared->table);
	lock_release(&shared->lock);
	return n;
}
