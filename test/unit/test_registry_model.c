/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The registry next to a model of it that is too simple to be wrong: arrays that are searched from end to end. Random
 * operations on both, on few subscribers with many clashes; after each one both say the same of every identity, and the
 * database that the writer would have is the same in the end.
 */
#include "registry_fixture.h"

#define PERSONS 6
#define RUNS 40
#define STEPS 500

/* --- identities, and what they stand for ---------------------------------- */

/* Keys are numbers here: kind * PERSONS + person. */
enum
{
	USER_KEY,
	NUMBER_KEY,
	HOME_KEY,
	AWAY_KEY,
	DERIVED_KEY,
	IMSI_KEY,
	IMPI_KEY,
	KEY_KINDS
};

#define KEYS (KEY_KINDS * PERSONS)

static const struct
{
	const char *spelling[2]; /* of the same identity; %d is the person */
	int keys[2];			 /* -1: none */
	bool weak;				 /* the second key */
	bool impu;
} names[] = {
		{{"sip:user%d@h", "sips:user%d@H;x"}, {USER_KEY, -1}, false, true},
		{{"tel:+1202555010%d", "tel:1-202-555-010%d"}, {NUMBER_KEY, -1}, false,
				true},
		{{"sip:+1202555010%d@h", "SIP:1202555010%d@h"}, {HOME_KEY, NUMBER_KEY},
				false, true},
		{{"sip:1202555010%d@g", "sip:1202555010%d@G;user=phone"},
				{AWAY_KEY, NUMBER_KEY}, true, true},
		{{"sip:00101000000020%d@ims.mnc001.mcc001.3gppnetwork.org",
				 "sip:00101000000020%d@IMS.mnc001.mcc001.3gppnetwork.org"},
				{DERIVED_KEY, IMSI_KEY}, false, true},
		{{"00101000000020%d", "00101000000020%d"}, {IMSI_KEY, -1}, false,
				false},
		{{"+1202555010%d", "1202555010%d"}, {NUMBER_KEY, -1}, false, false},
		{{"private%d@h", "private%d@H"}, {IMPI_KEY, -1}, false, false},
};

#define IMPU_NAMES 5

struct name
{
	int what, person;
};

static const char *spell(struct name name, int spelling)
{
	static char buffer[64][80];
	static unsigned next;
	char *text = buffer[next++ % 64];

	snprintf(text, sizeof(buffer[0]), names[name.what].spelling[spelling],
			name.person);
	return text;
}

static int first_key(struct name name)
{
	return names[name.what].keys[0] * PERSONS + name.person;
}

/* --- the model ------------------------------------------------------------ */

struct model_record
{
	bool lives;
	int impus;
	struct name impu[4];
	int msisdn, imsi, impi; /* persons, -1: not known */
	int mark;				/* tells one put from another */
	int64_t expires_at;
	uint64_t serial;
	bool has[KEYS], weak[KEYS];
};

#define RECORDS 64

static struct model_record model[RECORDS];
/* The database: by first key of the primary IMPU; mark 0: no row. */
static struct row
{
	int64_t mark, expires_at;
} written[KEYS];
static int64_t now;
static unsigned seed;

static int pick(int below)
{
	seed = seed * 1103515245 + 12345;
	return (int)((seed >> 16) % (unsigned)below);
}

static void claim(struct model_record *r, int key, bool weak)
{
	r->weak[key] = r->has[key] ? r->weak[key] && weak : weak;
	r->has[key] = true;
}

static void claim_all(struct model_record *r)
{
	for(int i = 0; i < r->impus; i++)
		for(int k = 0; k < 2; k++) {
			int kind = names[r->impu[i].what].keys[k];
			if(kind >= 0)
				claim(r, kind * PERSONS + r->impu[i].person,
						k == 1 && names[r->impu[i].what].weak);
		}
	if(r->msisdn >= 0)
		claim(r, NUMBER_KEY * PERSONS + r->msisdn, false);
	if(r->imsi >= 0)
		claim(r, IMSI_KEY * PERSONS + r->imsi, false);
	if(r->impi >= 0)
		claim(r, IMPI_KEY * PERSONS + r->impi, false);
}

static struct model_record *holder(int key)
{
	for(int i = 0; i < RECORDS; i++)
		if(model[i].lives && model[i].has[key])
			return &model[i];
	return NULL;
}

static bool contradict(
		const struct model_record *a, const struct model_record *b)
{
	if(a->imsi >= 0 && b->imsi >= 0)
		return a->imsi != b->imsi;
	return a->impi >= 0 && b->impi >= 0 && a->impi != b->impi;
}

static struct model_record *model_own(const struct model_record *fresh)
{
	struct model_record *own = holder(first_key(fresh->impu[0]));

	if(own && first_key(own->impu[0]) == first_key(fresh->impu[0]))
		return own;
	for(int i = 0; i < fresh->impus; i++)
		for(int k = 0; k < 2; k++) {
			int kind = names[fresh->impu[i].what].keys[k];
			int key = kind * PERSONS + fresh->impu[i].person;
			if(kind < 0 || fresh->weak[key])
				continue;
			own = holder(key);
			if(own && !contradict(own, fresh))
				return own;
		}
	return NULL;
}

/* r is left with what fresh does not claim. */
static void model_take(struct model_record *r, const struct model_record *fresh,
		struct registry_put_info *expected)
{
	bool primary = fresh->has[first_key(r->impu[0])];
	int kept = 0;

	for(int key = 0; key < KEYS; key++)
		if(r->has[key] && (primary || fresh->has[key])) {
			r->has[key] = false;
			expected->lost_aliases++;
		}
	if(primary) {
		r->lives = false;
		expected->lost_records++;
		return;
	}
	for(int i = 0; i < r->impus; i++)
		if(!fresh->has[first_key(r->impu[i])])
			r->impu[kept++] = r->impu[i];
	r->impus = kept;
	if(r->msisdn >= 0 && fresh->has[NUMBER_KEY * PERSONS + r->msisdn])
		r->msisdn = -1;
}

static bool model_same(
		const struct model_record *a, const struct model_record *b)
{
	return a->impus == b->impus
		   && memcmp(a->impu, b->impu, (size_t)a->impus * sizeof(a->impu[0]))
					  == 0
		   && a->msisdn == b->msisdn && a->imsi == b->imsi && a->impi == b->impi
		   && a->mark == b->mark && memcmp(a->has, b->has, sizeof(a->has)) == 0
		   && memcmp(a->weak, b->weak, sizeof(a->weak)) == 0;
}

static struct model_record *model_slot(void)
{
	for(int i = 0; i < RECORDS; i++)
		if(!model[i].lives)
			return &model[i];
	ck_abort_msg("the model is too small");
	return NULL;
}

static int model_put(
		struct model_record *fresh, struct registry_put_info *expected)
{
	struct model_record *own;
	int result = REGISTRY_CHANGED;

	memset(expected, 0, sizeof(*expected));
	claim_all(fresh);
	own = model_own(fresh);
	for(int key = 0; key < KEYS; key++) {
		struct model_record *other =
				fresh->has[key] && fresh->weak[key] ? holder(key) : NULL;
		if(other && other != own && !other->weak[key])
			fresh->has[key] = fresh->weak[key] = false;
	}
	if(own && model_same(own, fresh))
		result = REGISTRY_REFRESHED;
	for(int i = 0; i < RECORDS; i++) {
		struct model_record *r = &model[i];
		bool clash = false;
		for(int key = 0; key < KEYS; key++)
			clash |= r->lives && r != own && r->has[key] && fresh->has[key];
		if(clash)
			model_take(r, fresh, expected);
	}
	if(!own) {
		own = model_slot();
		result = REGISTRY_NEW;
	}
	*own = *fresh;
	own->lives = true;
	return result;
}

/* --- both ----------------------------------------------------------------- */

static struct name any_name(int below, int person)
{
	struct name name = {pick(below), pick(4) ? person : pick(PERSONS)};

	return name;
}

static void invent(struct model_record *r)
{
	int person = pick(PERSONS);

	memset(r, 0, sizeof(*r));
	r->impus = 1 + pick(4);
	for(int i = 0; i < r->impus; i++)
		r->impu[i] = any_name(IMPU_NAMES, person);
	r->msisdn = pick(3) ? -1 : person;
	r->imsi = pick(2) ? -1 : pick(4) ? person : pick(PERSONS);
	r->impi = pick(2) ? -1 : pick(4) ? person : pick(PERSONS);
	r->mark = 1 + pick(3);
	r->expires_at = now + 1 + pick(50);
}

static void both_put(void)
{
	struct model_record fresh;
	struct registry_put_info expected;
	struct name name = {0, 0};
	char scscf[32];
	int result, wanted;

	invent(&fresh);
	memset(&in, 0, offsetof(struct registration, text));
	in.impus = (unsigned)fresh.impus;
	for(int i = 0; i < fresh.impus; i++)
		in.impu[i] = text_span(spell(fresh.impu[i], 0));
	name.person = fresh.msisdn;
	name.what = 6;
	if(fresh.msisdn >= 0)
		in.msisdn = text_span(spell(name, 1));
	name = (struct name){5, fresh.imsi};
	if(fresh.imsi >= 0)
		in.imsi = text_span(spell(name, 0));
	name = (struct name){7, fresh.impi};
	if(fresh.impi >= 0)
		in.impi = text_span(spell(name, 0));
	snprintf(scscf, sizeof(scscf), "sip:%d", fresh.mark);
	in.scscf = text_span(scscf);
	in.state.expires_at = fresh.expires_at;
	wanted = model_put(&fresh, &expected);
	result = registry_put(&info, NULL, &in, now);
	ck_assert_int_eq(result, wanted);
	ck_assert_uint_eq(info.lost_aliases, expected.lost_aliases);
	ck_assert_uint_eq(info.lost_records, expected.lost_records);
}

/* The record of the model that a name finds, live or not. */
static struct model_record *model_find(struct name name)
{
	for(int k = 0; k < 2; k++) {
		int kind = names[name.what].keys[k];
		struct model_record *r =
				kind < 0 ? NULL : holder(kind * PERSONS + name.person);
		if(r)
			return r;
	}
	return NULL;
}

/* Its S-CSCF is sip:MARK, of one digit. */
static int mark_of(const struct registration *reg)
{
	return reg->scscf.s[4] - '0';
}

/* Check writes to a pipe for each assertion, so only what is wrong is asserted. */
static void is_model(
		const struct registration *reg, const struct model_record *r)
{
	bool same = reg->impus == (unsigned)r->impus
				&& (reg->msisdn.len > 0) == (r->msisdn >= 0)
				&& (reg->imsi.len > 0) == (r->imsi >= 0)
				&& (reg->impi.len > 0) == (r->impi >= 0)
				&& mark_of(reg) == r->mark
				&& reg->state.expires_at == r->expires_at;

	for(int i = 0; same && i < r->impus; i++)
		same = span_is(reg->impu[i], text_span(spell(r->impu[i], 0)));
	if(!same)
		ck_abort_msg("%.*s is another record than %s", (int)reg->impu[0].len,
				reg->impu[0].s, spell(r->impu[0], 0));
}

static void both_remove(void)
{
	struct name name = any_name(COUNT(names), 0);
	struct model_record *r = model_find(name);

	if(pick(4)) /* more are put than removed */
		return;
	ck_assert_int_eq(registry_remove(&out, text_span(spell(name, pick(2))), 0),
			r ? REGISTRY_OK : REGISTRY_ABSENT);
	if(r) {
		is_model(&out, r);
		r->lives = false;
	}
}

static bool later(struct registration_state *state, void *arg)
{
	state->expires_at += *(int *)arg;
	return true;
}

static void both_update(void)
{
	struct name name = any_name(COUNT(names), 0);
	int by = pick(40) - 20;
	struct model_record *found = NULL;

	for(int k = 0; k < 2 && !found; k++) {
		int kind = names[name.what].keys[k];
		struct model_record *r =
				kind < 0 ? NULL : holder(kind * PERSONS + name.person);
		if(r && now < r->expires_at)
			found = r;
	}
	ck_assert_int_eq(registry_update(NULL, text_span(spell(name, pick(2))), now,
							 later, &by),
			found ? REGISTRY_CHANGED : REGISTRY_ABSENT);
	if(found)
		found->expires_at += by;
}

static void both_expire(void)
{
	int due = 0;

	now += pick(5);
	for(int i = 0; i < RECORDS; i++)
		due += model[i].lives && model[i].expires_at <= now;
	if(pick(2))
		return;
	for(; registry_expire_next(&out, now); due--) {
		struct model_record *found = NULL;
		for(int i = 0; i < RECORDS; i++)
			if(model[i].lives
					&& span_is(
							out.impu[0], text_span(spell(model[i].impu[0], 0))))
				found = &model[i];
		ck_assert_ptr_nonnull(found);
		is_model(&out, found);
		ck_assert_int_le(found->expires_at, now);
		found->lives = false;
	}
	ck_assert_int_eq(due, 0);
}

static int key_of_primary(const struct registration *reg)
{
	for(int what = 0; what < IMPU_NAMES; what++)
		for(int person = 0; person < PERSONS; person++) {
			struct name name = {what, person};
			if(span_is(reg->impu[0], text_span(spell(name, 0))))
				return first_key(name);
		}
	ck_abort_msg("an unknown primary IMPU");
	return -1;
}

/* Commit all, some or nothing of a pass. */
static void write_pass(bool whole)
{
	struct registry_pass pass;
	enum registry_change what;
	struct row committed[KEYS];

	memcpy(committed, written, sizeof(written));
	registry_pass_begin(&pass, NULL);
	while((whole || pick(8))
			&& (what = registry_pass_next(&out, &pass)) != REGISTRY_NO_CHANGE) {
		written[key_of_primary(&out)] =
				what == REGISTRY_DELETE
						? (struct row){0, 0}
						: (struct row){mark_of(&out), out.state.expires_at};
		if(pick(4) == 0) {
			registry_pass_commit(&pass);
			memcpy(committed, written, sizeof(written));
		}
	}
	if(whole || pick(2)) {
		registry_pass_commit(&pass);
		return;
	}
	registry_pass_abort(&pass);
	memcpy(written, committed, sizeof(written));
}

/* A row that expired is nothing, whether it is there or not. */
static void database_is_model(void)
{
	struct row expected[KEYS] = {{0, 0}};
	struct registry_stats stats;

	write_pass(true);
	for(int i = 0; i < RECORDS; i++)
		if(model[i].lives)
			expected[first_key(model[i].impu[0])] =
					(struct row){model[i].mark, model[i].expires_at};
	for(int i = 0; i < KEYS; i++) {
		if(written[i].expires_at <= now)
			written[i] = (struct row){0, 0};
		if(expected[i].expires_at <= now)
			expected[i] = (struct row){0, 0};
	}
	ck_assert_mem_eq(written, expected, sizeof(written));
	registry_stats(&stats);
	ck_assert_uint_eq(stats.changed, 0);
}

static void all_names_agree(void)
{
	uint64_t keys = 0;
	unsigned records = 0;
	struct registry_stats stats;

	for(int what = 0; what < COUNT(names); what++)
		for(int person = 0; person < PERSONS; person++) {
			struct name name = {what, person};
			struct model_record *r = NULL;
			int result =
					registry_get(&out, text_span(spell(name, pick(2))), now);
			for(int k = 0; k < 2 && !r; k++) {
				int kind = names[what].keys[k];
				r = kind < 0 ? NULL : holder(kind * PERSONS + person);
				if(r && r->expires_at <= now)
					r = NULL;
			}
			if(result != (r ? REGISTRY_OK : REGISTRY_ABSENT))
				ck_abort_msg("%s: %d", spell(name, 0), result);
			if(r)
				is_model(&out, r);
		}
	for(int i = 0; i < RECORDS; i++)
		for(int key = 0; key < KEYS; key++)
			keys += model[i].lives && model[i].has[key];
	for(int i = 0; i < RECORDS; i++)
		records += model[i].lives;
	registry_stats(&stats);
	ck_assert_uint_eq(stats.aliases, keys);
	ck_assert_uint_eq(stats.records, records);
}

START_TEST(registry_is_its_model)
{
	teardown();
	open_registry(1000, true);
	memset(model, 0, sizeof(model));
	memset(written, 0, sizeof(written));
	now = NOW;
	seed = (unsigned)_i * 2654435761u + 1;
	for(int step = 0; step < STEPS; step++) {
		both_put();
		both_remove();
		both_update();
		both_expire();
		all_names_agree();
		if(pick(10) == 0)
			write_pass(false);
		if(pick(50) == 0)
			database_is_model();
	}
	database_is_model();
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("registry_model");
	TCase *tests = tcase_create("registry_model");

	tcase_add_checked_fixture(tests, setup, teardown);
	tcase_set_timeout(tests, 60);
	tcase_add_loop_test(tests, registry_is_its_model, 0, RUNS);
	suite_add_tcase(suite, tests);
	return unit_run(suite);
}
