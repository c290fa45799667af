/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The registry over time: it is full when it is full, records end on time and leave nothing, they are listed, and what
 * changed is handed to the writer of a database until it is committed.
 */
#include "registry_fixture.h"

/* --- bounds --------------------------------------------------------------- */

START_TEST(full)
{
	struct registry_stats stats;
	char impu[40];
	struct said said = {.impus = impu};

	teardown();
	open_registry(100, false);
	for(int i = 0; i < 120; i++) {
		snprintf(impu, sizeof(impu), "sip:user%d@h", i);
		ck_assert_int_eq(put(&said), i < 100 ? REGISTRY_NEW : REGISTRY_FULL);
	}
	/* no live record makes room, and those that are there go on */
	for(int i = 0; i < 120; i++) {
		snprintf(impu, sizeof(impu), "sip:user%d@h", i);
		ck_assert_int_eq(get(impu), i < 100 ? REGISTRY_OK : REGISTRY_ABSENT);
		if(i < 100)
			ck_assert_int_eq(put(&said), REGISTRY_REFRESHED);
	}
	/* also under another primary IMPU */
	strcpy(impu, "sip:other@h sip:user7@h");
	ck_assert_int_eq(put(&said), REGISTRY_CHANGED);
	registry_remove(NULL, text_span("sip:user5@h"), 0);
	strcpy(impu, "sip:late@h");
	ck_assert_int_eq(put(&said), REGISTRY_NEW);
	strcpy(impu, "sip:later@h");
	ck_assert_int_eq(put(&said), REGISTRY_FULL);
	registry_stats(&stats);
	ck_assert_uint_eq(stats.records, 100);
	ck_assert_uint_eq(stats.max, 100);
}
END_TEST

/* Memory and identities of what is gone are given back. */
START_TEST(nothing_is_left)
{
	struct registry_stats start, end;

	/* the heap of the shard stays */
	put(&alice);
	put(&bob);
	registry_remove(NULL, text_span(bob.imsi), 0);
	registry_remove(NULL, text_span(alice.imsi), 0);
	registry_stats(&start);
	for(int i = 0; i < 10; i++) {
		put(&alice);
		put(&bob);
		registry_remove(NULL, text_span(bob.imsi), 0);
		ck_assert(registry_expire_next(&out, NOW + 3600));
		ck_assert(!registry_expire_next(&out, NOW + 3600));
	}
	registry_stats(&end);
	ck_assert_uint_eq(end.records, 0);
	ck_assert_uint_eq(end.aliases, 0);
	ck_assert_uint_eq(end.bytes, start.bytes);
	ck_assert_uint_eq(end.peak, 2);
}
END_TEST

/* --- time ----------------------------------------------------------------- */

START_TEST(expiry_on_time)
{
	struct said said = alice;

	said.lives = 60;
	put(&said);
	ck_assert_int_eq(registry_get(&out, text_span("12025550101"), NOW + 59),
			REGISTRY_OK);
	ck_assert(!registry_expire_next(&out, NOW + 59));
	ck_assert_int_eq(registry_get(&out, text_span("12025550101"), NOW + 60),
			REGISTRY_ABSENT);
	ck_assert(registry_expire_next(&out, NOW + 60));
	has_impus(&out, alice.impus);
	is(out.scscf, alice.scscf);
	ck_assert(!registry_expire_next(&out, NOW + 60));
	ck_assert_uint_eq(registry_count(), 0);
}
END_TEST

/* One that is due but was not taken yet is revived, not made anew. */
START_TEST(late_refresh)
{
	struct said said = alice;

	said.lives = 60;
	put(&said);
	registration_say(&in, &alice, NOW + 61);
	ck_assert_int_eq(
			registry_put(&info, &before, &in, NOW + 61), REGISTRY_REFRESHED);
	ck_assert(!registry_expire_next(&out, NOW + 61));
	ck_assert(registry_expire_next(&out, NOW + 61 + 3600));
}
END_TEST

/* Each shard gives its records in the order of their time, and in the end all that are due and no other. */
START_TEST(expiry_of_many)
{
	enum
	{
		MANY = 5000
	};
	static bool seen[MANY];
	char impu[40];
	struct said said = {.impus = impu};
	unsigned left = 0;

	memset(seen, 0, sizeof(seen));
	teardown();
	open_registry(MANY, false);
	for(int i = 0; i < MANY; i++) {
		snprintf(impu, sizeof(impu), "sip:%d@h", i);
		said.lives = 1 + (i * 7919) % 1000;
		put(&said);
		if(i % 3 == 0) { /* and some move */
			said.lives = 1 + (i * 104729) % 1000;
			put(&said);
		}
	}
	for(int second = 100; second <= 1000; second += 100) {
		while(registry_expire_next(&out, NOW + second)) {
			int i = atoi(out.impu[0].s + 4);
			ck_assert(!seen[i]);
			seen[i] = true;
			ck_assert_int_gt(out.state.expires_at, NOW + second - 100);
			ck_assert_int_le(out.state.expires_at, NOW + second);
			left++;
		}
	}
	ck_assert_uint_eq(left, MANY);
	ck_assert_uint_eq(registry_count(), 0);
}
END_TEST

/* --- the list ------------------------------------------------------------- */

START_TEST(list)
{
	static bool seen[300];
	struct registry_cursor at = {0};
	unsigned count = 0;
	char impu[40];
	struct said said = {.impus = impu};

	ck_assert(!registry_next(&out, &at));
	for(int i = 0; i < 300; i++) {
		snprintf(impu, sizeof(impu), "sip:%d@h", i);
		put(&said);
	}
	memset(seen, 0, sizeof(seen));
	at = (struct registry_cursor){0};
	for(; registry_next(&out, &at); count++) {
		int i = atoi(out.impu[0].s + 4);
		ck_assert(!seen[i]);
		seen[i] = true;
	}
	ck_assert_uint_eq(count, 300);
	/* in pieces it is the same list */
	for(unsigned offset = 0; offset <= 310; offset++) {
		struct registry_cursor far = {0}, near = {0};
		static struct registration expected;
		bool there = true;

		registry_skip(&far, offset);
		for(unsigned i = 0; i <= offset; i++)
			there = registry_next(&expected, &near);
		ck_assert(registry_next(&out, &far) == there);
		if(there)
			ck_assert(span_is(out.impu[0], expected.impu[0]));
	}
}
END_TEST

/* --- changes for the writer ----------------------------------------------- */

/* A whole pass as a text: "+" and the primary IMPU of what is written, "-" of what is deleted. */
static void pass_is(const char *const *expected, bool commit)
{
	struct registry_pass pass;
	enum registry_change what;
	unsigned changes = 0, known = 0, wanted = 0;

	while(expected[wanted])
		wanted++;
	registry_pass_begin(&pass, NULL);
	while((what = registry_pass_next(&out, &pass)) != REGISTRY_NO_CHANGE) {
		char text[300];
		snprintf(text, sizeof(text), "%c%.*s",
				what == REGISTRY_DELETE ? '-' : '+', (int)out.impu[0].len,
				out.impu[0].s);
		for(unsigned i = 0; i < wanted; i++)
			known += strcmp(expected[i], text) == 0;
		changes++;
	}
	ck_assert_uint_eq(changes, wanted);
	ck_assert_uint_eq(known, wanted);
	if(commit)
		registry_pass_commit(&pass);
	else
		registry_pass_abort(&pass);
}

#define PASS(commit, ...) \
	pass_is((const char *const[]){__VA_ARGS__ __VA_OPT__(, ) NULL}, commit)

START_TEST(passes)
{
	const struct said a = {.impus = "sip:a@h"}, b = {.impus = "sip:b@h"};
	const struct said renamed = {.impus = "sip:c@h sip:a@h"};
	struct registry_stats stats;

	teardown();
	open_registry(100, true);
	PASS(true);
	put(&a);
	put(&b);
	put(&a);
	registry_stats(&stats);
	ck_assert_uint_eq(stats.changed, 2);
	PASS(false, "+sip:a@h", "+sip:b@h");
	PASS(true, "+sip:a@h", "+sip:b@h");
	PASS(true);
	put(&b);
	PASS(true, "+sip:b@h");
	registry_update(NULL, text_span("sip:b@h"), NOW, mark, NULL);
	PASS(true);
	registry_update(NULL, text_span("sip:b@h"), NOW, mark, "12345678");
	PASS(true, "+sip:b@h");
	/* another primary IMPU is another row */
	put(&renamed);
	PASS(true, "-sip:a@h", "+sip:c@h");
	registry_remove(NULL, text_span("sip:a@h"), 0);
	/* b: a row that expires by itself */
	ck_assert(registry_expire_next(&out, NOW + 4000));
	PASS(false, "-sip:c@h");
	registry_stats(&stats);
	ck_assert_uint_eq(stats.changed, 1);
	PASS(true, "-sip:c@h");
	registry_stats(&stats);
	ck_assert_uint_eq(stats.changed, 0);
	/* one that was not written: what the row says is not known */
	put(&b);
	ck_assert(registry_expire_next(&out, NOW + 4000));
	PASS(true, "-sip:b@h");
}
END_TEST

static void load(const struct said *said,
		int (*how)(const struct registration *reg, int64_t now), int expected)
{
	registration_say(&in, said, NOW);
	ck_assert_int_eq(how(&in, NOW), expected);
}

/* What another gateway has written is taken and is no change; what waits for our own writer is newer. */
START_TEST(another_gateway_is_followed)
{
	const struct said a = {
			.impus = "sip:a@h tel:+1", .imsi = "001010000000001"};
	const struct said a2 = {
			.impus = "sip:a@h tel:+2", .imsi = "001010000000001"};
	const struct said b = {
			.impus = "sip:b@h sip:a@h", .imsi = "001010000000001"};
	const struct said c = {
			.impus = "sip:c@h tel:+2", .imsi = "001010000000003"};
	struct registry_stats stats;

	teardown();
	open_registry(100, true);
	load(&a, registry_load, REGISTRY_NEW);
	load(&a2, registry_load, REGISTRY_STALE);
	load(&a2, registry_follow, REGISTRY_CHANGED);
	ck_assert_int_eq(registry_get(&out, text_span("tel:+2"), NOW), REGISTRY_OK);
	ck_assert_int_eq(
			registry_get(&out, text_span("tel:+1"), NOW), REGISTRY_ABSENT);
	PASS(true);
	/* of ours, and not written */
	put(&a);
	load(&a2, registry_follow, REGISTRY_STALE);
	ck_assert_int_eq(registry_forget(text_span("sip:a@h")), REGISTRY_STALE);
	PASS(true, "+sip:a@h");
	load(&a2, registry_follow, REGISTRY_CHANGED);
	/* what it takes from others is the other gateway's change, too */
	load(&c, registry_follow, REGISTRY_NEW);
	PASS(true);
	ck_assert_int_eq(registry_get(&out, text_span("tel:+2"), NOW), REGISTRY_OK);
	ck_assert(span_is(out.impu[0], text_span("sip:c@h")));
	/* gone: by the primary IMPU alone */
	load(&b, registry_follow, REGISTRY_CHANGED);
	ck_assert_int_eq(registry_forget(text_span("sip:a@h")), REGISTRY_ABSENT);
	ck_assert_int_eq(registry_forget(text_span("sip:b@h")), REGISTRY_OK);
	ck_assert_int_eq(registry_forget(text_span("sip:c@h")), REGISTRY_OK);
	PASS(true);
	registry_stats(&stats);
	ck_assert_uint_eq(stats.records, 0);
	ck_assert_uint_eq(stats.aliases, 0);
}
END_TEST

static const char *owner_of(const char *impu)
{
	static char owner[64];

	ck_assert_int_eq(registry_get(&out, text_span(impu), NOW), REGISTRY_OK);
	snprintf(owner, sizeof(owner), "%.*s", (int)out.impu[0].len, out.impu[0].s);
	return owner;
}

/* Of two that claim an identity the later transaction has it, in whatever order they are seen. */
START_TEST(the_later_transaction_has_the_identity)
{
	const struct said a = {
			.impus = "sip:a@h sip:x@h", .imsi = "001010000000001"};
	const struct said b = {
			.impus = "sip:b@h sip:x@h", .imsi = "001010000000002"};
	int (*const how[])(const struct registration *reg, int64_t now) = {
			registry_load, registry_follow};
	struct registration first, second;

	for(int later = 0; later < 4; later++) {
		teardown();
		open_registry(100, true);
		registration_say(&first, &a, NOW);
		registration_say(&second, &b, NOW);
		first.number = later & 1 ? 8 : 7;
		second.number = later & 1 ? 7 : 8;
		ck_assert_int_eq(how[later >> 1](&first, NOW), REGISTRY_NEW);
		ck_assert_int_eq(how[later >> 1](&second, NOW), REGISTRY_NEW);
		ck_assert_str_eq(
				owner_of("sip:x@h"), later & 1 ? "sip:a@h" : "sip:b@h");
		ck_assert_str_eq(owner_of("sip:a@h"), "sip:a@h");
		ck_assert_str_eq(owner_of("sip:b@h"), "sip:b@h");
		PASS(true);
	}
	/* what has not been written is later than all that was, and gets its number when it is */
	put(&a);
	second.number = 1000;
	registry_follow(&second, NOW);
	ck_assert_str_eq(owner_of("sip:x@h"), "sip:a@h");
	PASS(true, "+sip:a@h");
	registry_follow(&second, NOW);
	ck_assert_str_eq(owner_of("sip:x@h"), "sip:b@h");
}
END_TEST

/* One that is not there, and may have a row. */
START_TEST(buried_without_having_been_there)
{
	teardown();
	open_registry(100, true);
	registry_bury(text_span("sip:A@H"));
	PASS(true, "-sip:A@h");
	put(&alice);
	PASS(true, "+sip:+12025550101@ims.example");
	registry_bury(in.impu[0]);
	PASS(true);
}
END_TEST

static unsigned told;
static uint64_t told_serial;

static void on_change(uint64_t serial)
{
	told++;
	told_serial = serial;
}

/* Every change that is kept is told, once, and nothing else is. */
START_TEST(changes_are_told)
{
	struct registry_options options = {100, true, on_change};

	teardown();
	told = 0;
	ck_assert_int_eq(registry_init(&options), 0);
	registration_say(&in, &bob, NOW);
	registry_load(&in, NOW);
	ck_assert_uint_eq(told, 0);
	put(&alice);
	ck_assert_uint_eq(told, 1);
	ck_assert_uint_eq(told_serial, info.serial);
	put(&alice);
	ck_assert_uint_eq(told, 2);
	registry_update(NULL, in.impu[0], NOW, mark, "12345678");
	ck_assert_uint_eq(told, 3);
	registry_update(NULL, in.impu[0], NOW, mark, NULL);
	registry_remove(NULL, text_span("nobody"), 0);
	registry_remove(NULL, in.impu[0], 1);
	ck_assert_uint_eq(told, 3);
	registry_remove(NULL, in.impu[0], 0);
	ck_assert_uint_eq(told, 4);
	/* bob: read from there, and not changed since */
	ck_assert(registry_expire_next(&out, NOW + 3600));
	ck_assert_uint_eq(told, 4);
	ck_assert(!registry_expire_next(&out, NOW + 3600));
	ck_assert_uint_eq(told, 4);
}
END_TEST

/* What changes while the writer has it is handed out again; deletes and writes of one row keep their order. */
START_TEST(changes_during_a_pass)
{
	const struct said a = {.impus = "sip:a@h"};
	struct registry_pass pass;
	uint64_t serial;

	teardown();
	open_registry(100, true);
	put(&a);
	serial = info.serial;
	registry_pass_begin(&pass, NULL);
	ck_assert_uint_eq(pass.serial, serial);
	ck_assert_int_eq(registry_pass_next(&out, &pass), REGISTRY_WRITE);
	put(&a);
	ck_assert_int_eq(registry_pass_next(&out, &pass), REGISTRY_NO_CHANGE);
	registry_pass_commit(&pass);
	PASS(true, "+sip:a@h");

	registry_remove(NULL, text_span("sip:a@h"), 0);
	put(&a);
	for(int again = 0; again < 2; again++) {
		registry_pass_begin(&pass, NULL);
		ck_assert_int_eq(registry_pass_next(&out, &pass), REGISTRY_DELETE);
		ck_assert_int_eq(registry_pass_next(&out, &pass), REGISTRY_WRITE);
		ck_assert_int_eq(registry_pass_next(&out, &pass), REGISTRY_NO_CHANGE);
		registry_pass_abort(&pass);
	}
	registry_pass_begin(&pass, NULL);
	ck_assert_int_eq(registry_pass_next(&out, &pass), REGISTRY_DELETE);
	registry_pass_commit(&pass);
	ck_assert_int_eq(registry_pass_next(&out, &pass), REGISTRY_WRITE);
	registry_remove(NULL, text_span("sip:a@h"), 0);
	registry_pass_abort(&pass);
	PASS(true, "-sip:a@h");
}
END_TEST

/* Who has left here is not brought back by a row that is older than that, in whatever spelling, nor by one that was written
 * before the writer has told the others. */
START_TEST(who_has_left_stays_away)
{
	const struct said a = {.impus = "sip:a@h", .imsi = "001010000000001"};
	const struct said again = {.impus = "sips:a@H", .imsi = "001010000000001"};
	int times;

	teardown();
	open_registry(100, true);
	put(&a);
	PASS(true, "+sip:a@h");
	registry_remove(NULL, text_span("sip:a@h"), 0);
	for(times = 0; times < 2; times++) {
		load(&again, registry_load, REGISTRY_STALE);
		load(&again, registry_follow, REGISTRY_STALE);
		if(times == 0)
			PASS(false, "-sip:a@h");
	}
	ck_assert_int_eq(
			registry_get(&out, text_span("sip:a@h"), NOW), REGISTRY_ABSENT);
	PASS(true, "-sip:a@h");
	load(&again, registry_follow, REGISTRY_NEW);
}
END_TEST

static unsigned asked;

static bool give_up_at_the_third(void)
{
	return ++asked == 3;
}

/* Runs with the lock of the record, as somebody who will never give it back. */
static bool pass_meanwhile(struct registration_state *state, void *arg)
{
	struct registry_pass *pass = arg;

	(void)state;
	ck_assert_int_eq(registry_pass_next(&out, pass), REGISTRY_NO_CHANGE);
	return false;
}

/* A lock whose holder has ended is given up: what is behind it is left out, and handed out when the lock is free. */
START_TEST(orphaned_lock)
{
	const struct said a = {.impus = "sip:a@h"};
	struct registry_pass pass;

	teardown();
	open_registry(100, true);
	put(&a);
	asked = 0;
	registry_pass_begin(&pass, give_up_at_the_third);
	ck_assert(!pass.left_out);
	registry_update(NULL, text_span("sip:a@h"), NOW, pass_meanwhile, &pass);
	ck_assert_uint_eq(asked, 3);
	ck_assert(pass.left_out);
	registry_pass_commit(&pass);
	PASS(true, "+sip:a@h");
}
END_TEST

START_TEST(loading)
{
	struct said said = alice;

	teardown();
	open_registry(100, true);
	said.registered_at = NOW - 1000;
	registration_say(&in, &said, NOW);
	in.serial = 12345; /* of another life */
	ck_assert_int_eq(registry_load(&in, NOW), REGISTRY_NEW);
	PASS(true);
	ck_assert_int_eq(get("001010000000101"), REGISTRY_OK);
	ck_assert_int_eq(out.registered_at, NOW - 1000);
	ck_assert_uint_lt(out.serial, 12345);
	/* what is in memory is newer */
	said.scscf = "sip:old.example";
	registration_say(&in, &said, NOW);
	ck_assert_int_eq(registry_load(&in, NOW), REGISTRY_STALE);
	get("001010000000101");
	is(out.scscf, alice.scscf);
	put(&alice);
	PASS(true, "+sip:+12025550101@ims.example");
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("registry_life");
	TCase *tests = tcase_create("registry_life");

	tcase_add_checked_fixture(tests, setup, teardown);
	tcase_set_timeout(tests, 60);
	tcase_add_test(tests, full);
	tcase_add_test(tests, nothing_is_left);
	tcase_add_test(tests, expiry_on_time);
	tcase_add_test(tests, late_refresh);
	tcase_add_test(tests, expiry_of_many);
	tcase_add_test(tests, list);
	tcase_add_test(tests, passes);
	tcase_add_test(tests, another_gateway_is_followed);
	tcase_add_test(tests, the_later_transaction_has_the_identity);
	tcase_add_test(tests, buried_without_having_been_there);
	tcase_add_test(tests, changes_are_told);
	tcase_add_test(tests, changes_during_a_pass);
	tcase_add_test(tests, who_has_left_stays_away);
	tcase_add_test(tests, orphaned_lock);
	tcase_add_test(tests, loading);
	suite_add_tcase(suite, tests);
	return unit_run(suite);
}
