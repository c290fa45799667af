/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The table of texts with a status report to come: see submitted_table.h. An entry is one block, in a bucket by its name,
 * in another by its Call-ID, in the order of age, and in the slot of the time at which it goes.
 */
#include "submitted_table.h"

#include "../registry/siphash.h"

/* Those that go within so many seconds are in one slot. */
#define SLOT_SECONDS 10

#define ENTRIES_A_BUCKET 4 /* when it is full */

enum state
{
	OPEN,	   /* its sender has no RP-ACK yet */
	REFUSED,   /* its sender has RP-ERROR */
	WAITING,   /* for a hub's news */
	REPORTING, /* the phone is being told the end */
	DONE,
};

struct entry
{
	struct entry *next;			   /* in the bucket of its id */
	struct entry *next_call;	   /* in the bucket of its Call-ID */
	struct entry *older, *newer;   /* of all */
	struct entry *before, *behind; /* in its slot */
	uint64_t goes, over; /* leaves the table; cannot be found any more */
	uint64_t id;
	enum state state;
	unsigned turn;
	bool has_news;
	struct submitted_news news; /* that came while it was OPEN */
	uint8_t mr, wanted, da_len;
	uint8_t da[TP_ADDRESS_MAX_OCTETS], scts[SMS_TIME_OCTETS];
	uint8_t msisdn_len;
	size_t sender_len, call_id_len;
	char texts[]; /* sender, MSISDN, Call-ID */
};

struct submitted_table
{
	struct submitted_table_options options;
	unsigned count;
	struct entry *oldest, *newest;
	unsigned slots;
	uint64_t swept;	  /* all before this slot, counted from 0, are empty */
	unsigned buckets; /* a power of 2 */
	struct entry **by_call, **slot;
	struct entry *by_id[];
};

/* --- names ---------------------------------------------------------------------- */

void submitted_name(char out[SUBMITTED_NAME_LEN], uint64_t id)
{
	static const char digits[] = "0123456789abcdef";
	int i;

	for(i = 0; i < SUBMITTED_NAME_LEN; i++)
		out[i] = digits[id >> 4 * (SUBMITTED_NAME_LEN - 1 - i) & 0xf];
}

/* 0: it does not begin with a name. */
static uint64_t id_of(struct span name)
{
	uint64_t id = 0;
	size_t i;

	if(name.len < SUBMITTED_NAME_LEN
			|| (name.len > SUBMITTED_NAME_LEN
					&& name.s[SUBMITTED_NAME_LEN] != '-'))
		return 0;
	for(i = 0; i < SUBMITTED_NAME_LEN; i++) {
		char c = name.s[i];

		if(c >= '0' && c <= '9')
			id = id << 4 | (uint64_t)(c - '0');
		else if(c >= 'a' && c <= 'f')
			id = id << 4 | (uint64_t)(c - 'a' + 10);
		else
			return 0;
	}
	return id;
}

/* --- lists ---------------------------------------------------------------------- */

static struct span call_id_of(const struct entry *e)
{
	return (struct span){
			e->texts + e->sender_len + e->msisdn_len, e->call_id_len};
}

static struct entry **id_bucket(struct submitted_table *table, uint64_t id)
{
	return &table->by_id[id & (table->buckets - 1)];
}

static struct entry **call_bucket(
		struct submitted_table *table, struct span call_id)
{
	struct siphash_key key = {
			table->options.secret[0], table->options.secret[1]};

	return &table->by_call[siphash(&key, call_id.s, call_id.len)
						   & (table->buckets - 1)];
}

static struct entry **slot_of(struct submitted_table *table, uint64_t goes)
{
	return &table->slot[goes / SLOT_SECONDS % table->slots];
}

static void leave_slot(struct submitted_table *table, struct entry *e)
{
	if(e->before)
		e->before->behind = e->behind;
	else
		*slot_of(table, e->goes) = e->behind;
	if(e->behind)
		e->behind->before = e->before;
}

static void enter_slot(
		struct submitted_table *table, struct entry *e, uint64_t goes)
{
	uint64_t earliest = table->swept * SLOT_SECONDS;
	struct entry **slot;

	e->goes = goes > earliest ? goes : earliest;
	slot = slot_of(table, e->goes);
	e->before = NULL;
	e->behind = *slot;
	if(e->behind)
		e->behind->before = e;
	*slot = e;
}

static struct entry *find(struct submitted_table *table, uint64_t id)
{
	struct entry *e = *id_bucket(table, id);

	while(e && e->id != id)
		e = e->next;
	return e;
}

static struct entry *find_call(
		struct submitted_table *table, struct span call_id)
{
	struct entry *e = *call_bucket(table, call_id);

	while(e
			&& (e->call_id_len != call_id.len
					|| memcmp(call_id_of(e).s, call_id.s, call_id.len) != 0))
		e = e->next_call;
	return e;
}

static struct entry *find_named(struct submitted_table *table, struct span name)
{
	uint64_t id = id_of(name);
	struct entry *e = id ? find(table, id) : NULL;

	return e || name.len == 0 ? e : find_call(table, name);
}

static void add(struct submitted_table *table, struct entry *e)
{
	struct entry **at = id_bucket(table, e->id);

	e->next = *at;
	*at = e;
	if(e->call_id_len > 0) {
		at = call_bucket(table, call_id_of(e));
		e->next_call = *at;
		*at = e;
	}
	e->newer = NULL;
	e->older = table->newest;
	if(e->older)
		e->older->newer = e;
	else
		table->oldest = e;
	table->newest = e;
	enter_slot(table, e, e->over);
	table->count++;
}

static void drop(struct submitted_table *table, struct entry *e)
{
	struct entry **at = id_bucket(table, e->id);

	while(*at != e)
		at = &(*at)->next;
	*at = e->next;
	if(e->call_id_len > 0) {
		at = call_bucket(table, call_id_of(e));
		while(*at != e)
			at = &(*at)->next_call;
		*at = e->next_call;
	}
	if(e->older)
		e->older->newer = e->newer;
	else
		table->oldest = e->newer;
	if(e->newer)
		e->newer->older = e->older;
	else
		table->newest = e->older;
	leave_slot(table, e);
	table->count--;
	table->options.give(e);
}

/* --- life ----------------------------------------------------------------------- */

static void *take_zeroed(
		const struct submitted_table_options *options, size_t size)
{
	void *memory = options->take(size);

	if(memory)
		memset(memory, 0, size);
	return memory;
}

struct submitted_table *submitted_table_new(
		const struct submitted_table_options *options, uint64_t now)
{
	struct submitted_table *table;
	unsigned buckets = 1;
	size_t heads;

	while(buckets < options->max / ENTRIES_A_BUCKET)
		buckets *= 2;
	heads = buckets * sizeof(void *);
	table = take_zeroed(options, sizeof(*table) + heads);
	if(!table)
		return NULL;
	table->options = *options;
	table->buckets = buckets;
	table->slots = options->longest / SLOT_SECONDS + 2;
	table->swept = now / SLOT_SECONDS;
	table->by_call = take_zeroed(options, heads);
	table->slot = take_zeroed(options, table->slots * sizeof(void *));
	if(table->by_call && table->slot)
		return table;
	submitted_table_free(table);
	return NULL;
}

void submitted_table_free(struct submitted_table *table)
{
	void (*give)(void *memory);

	if(!table)
		return;
	give = table->options.give;
	while(table->oldest)
		drop(table, table->oldest);
	if(table->by_call)
		give(table->by_call);
	if(table->slot)
		give(table->slot);
	give(table);
}

void submitted_table_expire(struct submitted_table *table, uint64_t now)
{
	uint64_t end = now / SLOT_SECONDS;

	/* a slot comes round again: more of them than there are say nothing new */
	if(end > table->swept + table->slots)
		table->swept = end - table->slots;
	for(; table->swept < end; table->swept++) {
		struct entry *e = table->slot[table->swept % table->slots];

		while(e) {
			struct entry *behind = e->behind;

			if(e->goes / SLOT_SECONDS < end)
				drop(table, e);
			e = behind;
		}
	}
}

unsigned submitted_table_count(const struct submitted_table *table)
{
	return table->count;
}

/* --- in and out ------------------------------------------------------------------- */

static void make_room(struct submitted_table *table, bool *evicted)
{
	*evicted = false;
	while(table->oldest && table->count >= table->options.max) {
		*evicted |=
				table->oldest->state != DONE && table->oldest->state != REFUSED;
		drop(table, table->oldest);
	}
}

int submitted_table_add(struct submitted_table *table, bool *evicted,
		const struct submitted *text, struct span call_id, unsigned seconds,
		uint64_t now)
{
	size_t msisdn_len = strlen(text->msisdn);
	struct entry *e;

	*evicted = false;
	if(text->id == 0 || find(table, text->id))
		return -1;
	make_room(table, evicted);
	e = take_zeroed(&table->options,
			sizeof(*e) + text->sender_len + msisdn_len + call_id.len);
	if(!e)
		return -1;
	if(seconds > table->options.longest)
		seconds = table->options.longest;
	e->over = now + seconds;
	e->id = text->id;
	e->state = OPEN;
	e->mr = text->mr;
	e->wanted = text->wanted;
	e->da_len = text->da_len;
	memcpy(e->da, text->da, sizeof(e->da));
	memcpy(e->scts, text->scts, sizeof(e->scts));
	e->sender_len = text->sender_len;
	e->msisdn_len = (uint8_t)msisdn_len;
	e->call_id_len = call_id.len;
	memcpy(e->texts, text->sender, e->sender_len);
	memcpy(e->texts + e->sender_len, text->msisdn, msisdn_len);
	if(call_id.len > 0)
		memcpy(e->texts + e->sender_len + msisdn_len, call_id.s, call_id.len);
	add(table, e);
	return 0;
}

static void copy_out(struct submitted *out, const struct entry *e)
{
	out->id = e->id;
	out->mr = e->mr;
	out->wanted = e->wanted;
	out->da_len = e->da_len;
	memcpy(out->da, e->da, sizeof(out->da));
	memcpy(out->scts, e->scts, sizeof(out->scts));
	out->sender_len = e->sender_len;
	memcpy(out->sender, e->texts, e->sender_len);
	memcpy(out->msisdn, e->texts + e->sender_len, e->msisdn_len);
	out->msisdn[e->msisdn_len] = '\0';
	out->turn = e->turn;
}

bool submitted_table_find(struct submitted *out, struct submitted_table *table,
		struct span name, uint64_t now)
{
	struct entry *e = find_named(table, name);

	if(!e || e->state == REFUSED || now >= e->over)
		return false;
	copy_out(out, e);
	return true;
}

/* --- what becomes of one ---------------------------------------------------------- */

void submitted_table_refused(
		struct submitted_table *table, uint64_t id, uint64_t now)
{
	struct entry *e = find(table, id);

	if(!e || e->state != OPEN)
		return;
	e->state = REFUSED;
	e->has_news = false;
	leave_slot(table, e);
	enter_slot(table, e, now + SUBMITTED_LATE_SECONDS);
}

void submitted_table_taken(struct submitted_table *table, struct span name)
{
	struct entry *e = find_named(table, name);

	if(!e || e->state != REFUSED)
		return;
	e->state = WAITING;
	leave_slot(table, e);
	enter_slot(table, e, e->over);
}

/* The phone is to be told: what, and which of its reports it is. */
static void begin_report(struct submitted *out, struct entry *e, bool is_final)
{
	if(is_final)
		e->state = REPORTING;
	e->turn++;
	copy_out(out, e);
}

bool submitted_table_told(struct submitted *out, struct submitted_news *news,
		struct submitted_table *table, uint64_t id)
{
	struct entry *e = find(table, id);

	if(!e || e->state != OPEN)
		return false;
	e->state = WAITING;
	if(!e->has_news)
		return false;
	e->has_news = false;
	*news = e->news;
	begin_report(out, e, news->is_final);
	return true;
}

enum submitted_verdict submitted_table_notify(struct submitted *out,
		struct submitted_table *table, uint64_t id,
		const struct submitted_news *news, uint64_t now)
{
	struct entry *e = find(table, id);

	if(!e || e->state == REFUSED || now >= e->over)
		return SUBMITTED_UNKNOWN;
	if(e->state == REPORTING || e->state == DONE
			|| (e->has_news && e->news.is_final))
		return SUBMITTED_REPEATED;
	if(e->state == OPEN) {
		e->has_news = true;
		e->news = *news;
		return SUBMITTED_LATER;
	}
	begin_report(out, e, news->is_final);
	return SUBMITTED_REPORT;
}

void submitted_table_reported(
		struct submitted_table *table, uint64_t id, unsigned turn, bool told)
{
	struct entry *e = find(table, id);

	if(e && e->state == REPORTING && e->turn == turn)
		e->state = told ? DONE : WAITING;
}
