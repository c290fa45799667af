/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The table of jobs: see job.h. Records of a fixed number, a free list, two
 * queues by time; what varies in length is one block a job.
 */
#include "job.h"

#include "core/hashes.h"
#include "core/locking.h"
#include "due_queue.h"

#define NONE UINT32_MAX

enum state
{
	FREE,
	OPEN,	   /* nobody has decided yet */
	WAITING,   /* a repeat: its outcome will be that of another job */
	REPORTING, /* settled; the report is on its way */
	ENDED,	   /* goes with the last reference */
};

struct record
{
	struct job job; /* first: what the flow sees */
	enum state state;
	unsigned references;
	char *block;
	struct repeat_ref repeat;
	uint64_t submitted; /* the text whose status report is to come */
	int attempts, last_result;
	int sent,
			sent_before; /* the last attempt that was sent, and the one before */
	unsigned asked[JOB_ATTEMPTS_MAX]; /* hash of the hub, by attempt */
	bool attempt_open, taken;
	struct send_ref request; /* of the last attempt */
	struct job_outcome outcome;
	int reports;
	uint32_t first_follower, next_follower;

	struct due_link due[JOB_TIMERS];
};

struct table
{
	gen_lock_t lock;
	unsigned max, pending, peak;
	uint32_t free; /* linked by next_follower */
	struct due_queue due[JOB_TIMERS];
	struct record record[];
};

static struct table *table;

int jobs_init(unsigned max)
{
	unsigned i;

	table = shm_malloc(sizeof(*table) + max * sizeof(table->record[0]));
	if(!table)
		return -1;
	memset(table, 0, sizeof(*table) + max * sizeof(table->record[0]));
	if(!lock_init(&table->lock))
		return -1;
	table->max = max;
	for(i = 0; i < max; i++) {
		table->record[i].job.id.index = i;
		table->record[i].next_follower = i + 1 < max ? i + 1 : NONE;
	}
	table->free = 0;
	for(i = 0; i < JOB_TIMERS; i++)
		due_queue_init(&table->due[i], &table->record[0].due[i],
				sizeof(table->record[0]));
	return 0;
}

void jobs_destroy(void)
{
	unsigned i;

	if(!table)
		return;
	for(i = 0; i < table->max; i++)
		if(table->record[i].block)
			shm_free(table->record[i].block);
	lock_destroy(&table->lock);
	shm_free(table);
	table = NULL;
}

/* --- with the lock held --------------------------------------------------- */

static struct record *of(struct job *job)
{
	return (struct record *)job;
}

static struct record *at(uint32_t index)
{
	return &table->record[index];
}

static struct record *find(struct job_id id)
{
	struct record *r = id.index < table->max ? at(id.index) : NULL;

	if(!r || r->state == FREE || r->job.id.generation != id.generation
			|| id.generation == 0)
		return NULL;
	return r;
}

static void dequeue(struct record *r, enum job_timer timer)
{
	due_queue_clear(&table->due[timer], r->job.id.index);
}

/* Drop a reference; *block is to be freed by the caller when the lock is open again. */
static void unreference(struct record *r, char **block)
{
	*block = NULL;
	if(--r->references > 0 || r->state != ENDED)
		return;
	*block = r->block;
	r->block = NULL;
	r->state = FREE;
	r->next_follower = table->free;
	table->free = r->job.id.index;
}

/* --- making and holding --------------------------------------------------- */

static str copy_part(char **p, str from)
{
	str to = {*p, from.len};

	if(from.len > 0)
		memcpy(*p, from.s, from.len);
	*p += from.len;
	return to;
}

static struct record *take_free(void)
{
	struct record *r = NULL;

	lock_get(&table->lock);
	if(table->free != NONE) {
		r = at(table->free);
		table->free = r->next_follower;
		if(++table->pending > table->peak)
			table->peak = table->pending;
	}
	lock_release(&table->lock);
	return r;
}

static void give_back(struct record *r)
{
	lock_get(&table->lock);
	r->next_follower = table->free;
	table->free = r->job.id.index;
	table->pending--;
	lock_release(&table->lock);
}

struct job *job_new(
		const struct job_origin *origin, const struct sms_time *scts)
{
	struct record *r = take_free();
	char *p;

	if(!r)
		return NULL;
	p = shm_malloc(origin->raw.len + 1 + origin->msisdn.len + origin->dest.len
				   + origin->scscf.len);
	if(!p) {
		give_back(r);
		return NULL;
	}
	r->block = p;
	r->job.raw = copy_part(&p, origin->raw);
	*p++ = '\0'; /* the core's parser looks one octet further */
	r->job.msisdn = copy_part(&p, origin->msisdn);
	r->job.dest = copy_part(&p, origin->dest);
	r->job.scscf = copy_part(&p, origin->scscf);
	r->job.call_id = (str){r->job.raw.s + (origin->call_id.s - origin->raw.s),
			origin->call_id.len};
	r->job.sender = (str){r->job.raw.s + (origin->sender.s - origin->raw.s),
			origin->sender.len};
	r->job.rcv = *origin->rcv;
	r->job.rp_mr = origin->rp_mr;
	r->job.is_smma = origin->is_smma;
	r->job.msisdn_less = origin->msisdn_less;
	r->job.scts = *scts;
	r->job.arrival_ms = clock_ms();
	r->job.arrival = time(NULL);

	r->references = 1;
	r->repeat.serial = 0;
	r->submitted = 0;
	r->attempts = r->last_result = r->reports = 0;
	r->sent = r->sent_before = 0;
	r->attempt_open = r->taken = false;
	r->first_follower = r->next_follower = NONE;
	memset(r->due, 0, sizeof(r->due));
	memset(&r->request, 0, sizeof(r->request));
	lock_get(&table->lock);
	if(++r->job.id.generation == 0)
		r->job.id.generation = 1;
	r->state = OPEN;
	lock_release(&table->lock);
	return &r->job;
}

struct job *job_hold(struct job_id id)
{
	struct record *r;

	lock_get(&table->lock);
	r = find(id);
	if(r)
		r->references++;
	lock_release(&table->lock);
	return r ? &r->job : NULL;
}

void job_release(struct job *job)
{
	char *block;

	if(!job)
		return;
	lock_get(&table->lock);
	unreference(of(job), &block);
	lock_release(&table->lock);
	if(block)
		shm_free(block);
}

void job_set_repeat(struct job *job, struct repeat_ref ref)
{
	of(job)->repeat = ref;
}

struct repeat_ref job_repeat(struct job *job)
{
	return of(job)->repeat;
}

bool job_set_submitted(struct job *job, uint64_t id)
{
	struct record *r = of(job);
	bool open;

	lock_get(&table->lock);
	open = r->state == OPEN;
	r->submitted = id;
	lock_release(&table->lock);
	return open;
}

uint64_t job_submitted(struct job *job)
{
	uint64_t id;

	lock_get(&table->lock);
	id = of(job)->submitted;
	lock_release(&table->lock);
	return id;
}

void job_discard(struct job *job)
{
	job_end(job);
	job_release(job);
}

/* --- attempts ------------------------------------------------------------- */

int job_attempt_begin(struct job *job, str hub)
{
	struct record *r = of(job);
	int attempt = -1;

	lock_get(&table->lock);
	if(r->state == OPEN && !r->taken && !r->attempt_open
			&& r->attempts < JOB_ATTEMPTS_MAX) {
		r->attempt_open = true;
		r->references++; /* the attempt's, released with its final result */
		r->asked[r->attempts] = get_hash1_raw(hub.s, hub.len);
		attempt = ++r->attempts;
		r->sent_before = r->sent;
		r->sent = attempt;
	}
	lock_release(&table->lock);
	return attempt;
}

bool job_was_asked(struct job *job, str hub)
{
	struct record *r = of(job);
	unsigned hash = get_hash1_raw(hub.s, hub.len);
	bool asked = false;
	int i;

	lock_get(&table->lock);
	for(i = 0; i < r->attempts && !asked; i++)
		asked = r->asked[i] == hash;
	lock_release(&table->lock);
	return asked;
}

void job_attempt_unsent(struct job *job)
{
	struct record *r = of(job);

	lock_get(&table->lock);
	r->attempt_open = false;
	r->last_result = HUB_RESULT_UNSENT;
	r->sent = r->sent_before;
	dequeue(r, JOB_ATTEMPT);
	lock_release(&table->lock);
}

bool job_attempt_is_last(struct job *job, int attempt)
{
	struct record *r = of(job);
	bool last;

	lock_get(&table->lock);
	last = r->sent == attempt;
	lock_release(&table->lock);
	return last;
}

struct send_ref job_attempt_sent(struct job *job, struct send_ref request)
{
	struct record *r = of(job);
	struct send_ref earlier;

	lock_get(&table->lock);
	earlier = r->request;
	r->request = request;
	lock_release(&table->lock);
	return earlier;
}

enum job_verdict job_attempt_end(struct job *job, int attempt, int result)
{
	struct record *r = of(job);
	bool success = result >= 200 && result < 300;
	enum job_verdict verdict;

	lock_get(&table->lock);
	if(attempt == r->sent) {
		r->attempt_open = false;
		dequeue(r, JOB_ATTEMPT);
	}
	if(r->state != OPEN) {
		verdict = success && !r->taken ? JOB_LATE : JOB_OVER;
	} else if(success) {
		r->taken = true;
		r->last_result = result;
		verdict = JOB_TAKEN;
	} else if(attempt == r->sent) {
		r->last_result = result;
		verdict = JOB_FAILED;
	} else {
		verdict = JOB_STALE;
	}
	lock_release(&table->lock);
	return verdict;
}

int job_attempt_expire(struct job *job)
{
	struct record *r = of(job);
	int attempt = -1;

	lock_get(&table->lock);
	if(r->state == OPEN && r->attempt_open) {
		r->attempt_open = false;
		r->last_result = HUB_RESULT_TIMEOUT;
		attempt = r->sent;
	}
	lock_release(&table->lock);
	return attempt;
}

void job_relayed(struct job *job, int result)
{
	lock_get(&table->lock);
	of(job)->last_result = result;
	lock_release(&table->lock);
}

void job_progress(struct job *job, int *attempts, int *last_result, bool *open)
{
	struct record *r = of(job);

	lock_get(&table->lock);
	*attempts = r->attempts;
	*last_result = r->last_result;
	*open = r->attempt_open;
	lock_release(&table->lock);
}

/* --- outcome -------------------------------------------------------------- */

bool job_settle(struct job *job, const struct job_outcome *outcome)
{
	struct record *r = of(job);
	bool first;

	lock_get(&table->lock);
	first = r->state == OPEN || r->state == WAITING;
	if(first) {
		dequeue(r, JOB_DEADLINE);
		dequeue(r, JOB_ATTEMPT);
		r->state = REPORTING;
		r->outcome = *outcome;
	}
	lock_release(&table->lock);
	return first;
}

int job_follow(struct job_id original, struct job *follower,
		struct job_outcome *outcome)
{
	struct record *o, *f = of(follower);
	int rc = -1;

	lock_get(&table->lock);
	o = find(original);
	if(o && (o->state == OPEN || o->state == WAITING)) {
		f->state = WAITING;
		f->next_follower = o->first_follower;
		o->first_follower = f->job.id.index;
		f->references++; /* the list's, handed to who takes it out */
		rc = 0;
	} else if(o && o->state == REPORTING) {
		*outcome = o->outcome;
		rc = 1;
	}
	lock_release(&table->lock);
	return rc;
}

struct job *job_next_follower(struct job *job)
{
	struct record *r = of(job), *f = NULL;

	lock_get(&table->lock);
	if(r->first_follower != NONE) {
		f = at(r->first_follower);
		r->first_follower = f->next_follower;
		f->next_follower = NONE;
	}
	lock_release(&table->lock);
	return f ? &f->job : NULL;
}

struct job_outcome job_outcome(struct job *job)
{
	struct job_outcome outcome;

	lock_get(&table->lock);
	outcome = of(job)->outcome;
	lock_release(&table->lock);
	return outcome;
}

/* --- report --------------------------------------------------------------- */

int job_report_begin(struct job *job)
{
	int n;

	lock_get(&table->lock);
	n = ++of(job)->reports;
	lock_release(&table->lock);
	return n;
}

int job_reports(struct job *job)
{
	int n;

	lock_get(&table->lock);
	n = of(job)->reports;
	lock_release(&table->lock);
	return n;
}

void job_end(struct job *job)
{
	int q;

	lock_get(&table->lock);
	for(q = 0; q < JOB_TIMERS; q++)
		dequeue(of(job), q);
	if(of(job)->state != ENDED)
		table->pending--;
	of(job)->state = ENDED;
	lock_release(&table->lock);
}

/* --- timers --------------------------------------------------------------- */

/* States in which a timer makes sense; elsewhere it came too late to be set. */
static bool timer_fits(const struct record *r, enum job_timer timer)
{
	if(timer == JOB_REPORT)
		return r->state == REPORTING;
	return r->state == OPEN || r->state == WAITING;
}

void job_timer_set(struct job *job, enum job_timer timer, uint64_t at_ms)
{
	lock_get(&table->lock);
	if(timer_fits(of(job), timer))
		due_queue_set(&table->due[timer], job->id.index, at_ms);
	lock_release(&table->lock);
}

struct job *job_due(enum job_timer timer, uint64_t now_ms)
{
	struct record *r = NULL;
	uint32_t index;

	lock_get(&table->lock);
	index = due_queue_next(&table->due[timer], now_ms);
	if(index != DUE_NONE) {
		r = at(index);
		r->references++;
	}
	lock_release(&table->lock);
	return r ? &r->job : NULL;
}

/* --- looking in ----------------------------------------------------------- */

unsigned jobs_pending(void)
{
	return table->pending;
}

unsigned jobs_peak(void)
{
	return table->peak;
}

unsigned jobs_max(void)
{
	return table->max;
}

struct job *job_at(unsigned index)
{
	struct record *r = at(index);

	lock_get(&table->lock);
	if(r->state != FREE && r->state != ENDED)
		r->references++;
	else
		r = NULL;
	lock_release(&table->lock);
	return r ? &r->job : NULL;
}

const char *job_state_name(struct job *job)
{
	static const char *const names[] = {[FREE] = "free",
			[OPEN] = "open",
			[WAITING] = "waiting",
			[REPORTING] = "reporting",
			[ENDED] = "ended"};

	return names[of(job)->state];
}
