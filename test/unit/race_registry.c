/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The registry under many threads at once, built with the thread sanitizer: puts that take identities from each other,
 * gets, updates, removals, expiry, the list and the writer. No read may see parts of two registrations, nothing may be
 * lost or stay behind, and the writer's database is the registry in the end.
 */
#include <pthread.h>
#include <stdio.h>

#include "registrations.h"
#include "unit.h"

#define WORKERS 4
#define ROUNDS 10000
#define USERS 24 /* few, so that they clash */

static int64_t clock_now = NOW;
static bool stop;
static unsigned torn;

static unsigned next_random(unsigned *seed)
{
	*seed = *seed * 1103515245 + 12345;
	return *seed >> 16;
}

/* A registration whose parts all say the same number; any two users share IMPUs with the one after them. */
static void invent(struct registration *reg, char texts[6][64], unsigned user,
		unsigned version, int64_t now)
{
	unsigned next = (user + 1) % USERS;

	snprintf(texts[0], 64, "sip:user%u@h", user);
	snprintf(texts[1], 64, "sip:+120255501%02u@h", user);
	snprintf(texts[2], 64, "tel:+120255501%02u", version % 2 ? next : user);
	snprintf(texts[3], 64, "0010100000%05u", version % 3 ? user : next);
	snprintf(texts[4], 64, "sip:scscf%u", version);
	snprintf(texts[5], 64, "sip:contact%u", version);
	memset(reg, 0, offsetof(struct registration, text));
	reg->impus = 3;
	for(unsigned i = 0; i < reg->impus; i++)
		reg->impu[i] = text_span(texts[i]);
	reg->imsi = text_span(texts[3]);
	reg->scscf = text_span(texts[4]);
	reg->contacts = 1;
	reg->contact[0].uri = text_span(texts[5]);
	reg->state.hss_wanted = (uint8_t)version;
	reg->state.expires_at = now + 1 + version % 7;
}

/* S-CSCF and contact are of one version. */
static void check_whole(const struct registration *reg)
{
	struct span scscf = span_skip(reg->scscf, strlen("sip:scscf"));
	struct span contact = span_skip(reg->contact[0].uri, strlen("sip:contact"));

	if(reg->impus == 0 || !span_is(scscf, contact))
		__atomic_fetch_add(&torn, 1, __ATOMIC_RELAXED);
}

static bool tell(struct registration_state *state, void *arg)
{
	(void)arg;
	state->hss_told++;
	return true;
}

static void *worker(void *arg)
{
	unsigned seed = (unsigned)(uintptr_t)arg * 7919 + 1;
	struct registration *reg = malloc(sizeof(*reg));
	struct registration *old = malloc(sizeof(*old));
	struct registry_put_info info;
	char texts[6][64];

	for(int round = 0; round < ROUNDS; round++) {
		int64_t now = __atomic_load_n(&clock_now, __ATOMIC_RELAXED);
		unsigned user = next_random(&seed) % USERS;
		unsigned what = next_random(&seed) % 16;
		int result;

		invent(reg, texts, user, next_random(&seed) % 1000, now);
		if(what < 6) {
			result = registry_put(&info, old, reg, now);
			if(result < 0)
				__atomic_fetch_add(&torn, 1, __ATOMIC_RELAXED);
			else if(old->impus > 0)
				check_whole(old);
		} else if(what < 13) {
			if(registry_get(old, text_span(texts[next_random(&seed) % 4]), now)
					== REGISTRY_OK)
				check_whole(old);
		} else if(what < 14) {
			registry_update(NULL, reg->impu[1], now, tell, NULL);
		} else if(what < 15) {
			if(registry_remove(old, reg->impu[2], 0) == REGISTRY_OK)
				check_whole(old);
		} else if(registry_expire_next(old, now)) {
			check_whole(old);
		}
	}
	free(reg);
	free(old);
	return NULL;
}

static void *clock_and_list(void *arg)
{
	struct registration *reg = malloc(sizeof(*reg));
	struct registry_stats stats;

	(void)arg;
	while(!__atomic_load_n(&stop, __ATOMIC_RELAXED)) {
		struct registry_cursor at = {0};
		registry_skip(&at, 3);
		while(registry_next(reg, &at))
			check_whole(reg);
		registry_stats(&stats);
		__atomic_fetch_add(&clock_now, 1, __ATOMIC_RELAXED);
	}
	free(reg);
	return NULL;
}

/* The database: until when the row of a user says that he is registered; 0: no row. Only the writer touches it, later
 * the test. */
static int64_t row[USERS];

static void write_all(struct registration *reg)
{
	struct registry_pass pass;
	enum registry_change what;

	registry_pass_begin(&pass, NULL);
	while((what = registry_pass_next(reg, &pass)) != REGISTRY_NO_CHANGE) {
		row[atoi(reg->impu[0].s + strlen("sip:user"))] =
				what == REGISTRY_WRITE ? reg->state.expires_at : 0;
		if(what == REGISTRY_WRITE)
			check_whole(reg);
	}
	registry_pass_commit(&pass);
}

static void *writer(void *arg)
{
	struct registration *reg = malloc(sizeof(*reg));

	(void)arg;
	while(!__atomic_load_n(&stop, __ATOMIC_RELAXED))
		write_all(reg);
	write_all(reg);
	free(reg);
	return NULL;
}

START_TEST(threads)
{
	const struct registry_options options = {1000, true, NULL};
	pthread_t workers[WORKERS], lister, saver;
	static struct registration reg;
	struct registry_cursor at = {0};
	struct registry_stats stats;
	int64_t lives[USERS] = {0}, now;

	ck_assert_int_eq(registry_init(&options), 0);
	ck_assert_int_eq(pthread_create(&lister, NULL, clock_and_list, NULL), 0);
	ck_assert_int_eq(pthread_create(&saver, NULL, writer, NULL), 0);
	for(uintptr_t i = 0; i < WORKERS; i++)
		ck_assert_int_eq(
				pthread_create(&workers[i], NULL, worker, (void *)i), 0);
	for(int i = 0; i < WORKERS; i++)
		pthread_join(workers[i], NULL);
	__atomic_store_n(&stop, true, __ATOMIC_RELAXED);
	pthread_join(lister, NULL);
	pthread_join(saver, NULL);
	ck_assert_uint_eq(torn, 0);
	while(registry_next(&reg, &at))
		lives[atoi(reg.impu[0].s + strlen("sip:user"))] = reg.state.expires_at;
	now = __atomic_load_n(&clock_now, __ATOMIC_RELAXED);
	for(int i = 0; i < USERS; i++)
		ck_assert_msg(lives[i] == row[i] || (lives[i] <= now && row[i] <= now),
				"user %d: until %lld, the row says %lld", i,
				(long long)lives[i], (long long)row[i]);
	while(registry_expire_next(&reg, INT64_MAX))
		;
	registry_stats(&stats);
	ck_assert_uint_eq(stats.records, 0);
	ck_assert_uint_eq(stats.aliases, 0);
	registry_destroy();
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("race_registry");
	TCase *tests = tcase_create("race_registry");

	tcase_set_timeout(tests, 120);
	tcase_add_test(tests, threads);
	suite_add_tcase(suite, tests);
	return unit_run(suite);
}
