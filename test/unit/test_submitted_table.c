/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The texts with a status report to come: found by their name and by Call-IDs, told once, kept for their time; the oldest
 * makes room; without memory nothing is kept and nothing breaks.
 */
#include "unit.h"

#include <stdio.h>

#include "flow/submitted_table.h"

#define NOW 1000
#define MAX 4
#define LONGEST 500
#define SECONDS 100
#define ID UINT64_C(0x0123456789abcdef)
#define NAME "0123456789abcdef"

static struct submitted_table *table;
static struct submitted text, out;
static struct submitted_news news;
static int blocks; /* of memory, taken */
static bool no_memory, evicted;

static const struct submitted_news delivered = {0x00, true, 77};
static const struct submitted_news failed = {0x45, true, 78};
static const struct submitted_news congestion = {0x20, false, 79};

static void *take(size_t size)
{
	if(no_memory)
		return NULL;
	blocks++;
	return malloc(size);
}

static void give(void *memory)
{
	blocks--;
	free(memory);
}

static void setup(void)
{
	struct submitted_table_options options = {MAX, LONGEST, {7, 8}, take, give};

	no_memory = false;
	table = submitted_table_new(&options, NOW);
	ck_assert_ptr_nonnull(table);
	memset(&text, 0, sizeof(text));
	text.mr = 42;
	text.wanted = WANTS_DONE | WANTS_STILL_TRYING;
	text.da_len = 8;
	memcpy(text.da, "\x0b\x91\x21\x20\x55\x05\x21\xf3", 8);
	memcpy(text.scts, "\x62\x11\x22\x90\x14\x70\x40", SMS_TIME_OCTETS);
	strcpy(text.msisdn, "12025550101");
	text.sender_len = 18;
	memcpy(text.sender, "sip:alice@ims.test", text.sender_len);
}

static void teardown(void)
{
	submitted_table_free(table);
	ck_assert_int_eq(blocks, 0);
}

static struct span of(const char *s)
{
	return (struct span){s, strlen(s)};
}

static void add(uint64_t id, const char *call_id, unsigned seconds)
{
	text.id = id;
	ck_assert_int_eq(submitted_table_add(
							 table, &evicted, &text, of(call_id), seconds, NOW),
			0);
}

static bool is_found(const char *name, uint64_t now)
{
	return submitted_table_find(&out, table, of(name), now);
}

static void is_verdict(enum submitted_verdict expected, uint64_t id,
		const struct submitted_news *what)
{
	enum submitted_verdict seen =
			submitted_table_notify(&out, table, id, what, NOW);

	ck_assert_msg(seen == expected, "TP-ST %02X: verdict %d, expected %d",
			what->st, (int)seen, (int)expected);
}

/* Added, and its sender has RP-ACK. */
static void add_acked(uint64_t id)
{
	add(id, "", SECONDS);
	ck_assert(!submitted_table_told(&out, &news, table, id));
}

/* --- finding ---------------------------------------------------------------------- */

START_TEST(what_was_remembered_comes_out)
{
	add(ID, "", SECONDS);
	ck_assert(!evicted);
	ck_assert(is_found(NAME, NOW));
	ck_assert_uint_eq(out.id, ID);
	ck_assert_uint_eq(out.mr, 42);
	ck_assert_uint_eq(out.wanted, WANTS_DONE | WANTS_STILL_TRYING);
	ck_assert_uint_eq(out.da_len, 8);
	ck_assert_mem_eq(out.da, text.da, 8);
	ck_assert_mem_eq(out.scts, text.scts, SMS_TIME_OCTETS);
	ck_assert_str_eq(out.msisdn, "12025550101");
	ck_assert_uint_eq(out.sender_len, 18);
	ck_assert_mem_eq(out.sender, "sip:alice@ims.test", 18);
}
END_TEST

static const struct
{
	const char *name;
	bool found;
} names[] = {
		{NAME, true},
		{NAME "-1@127.0.0.1", true},
		{"call@phone", true},
		{"", false},
		{"0123456789abcde", false},
		{"0123456789abcdee", false},
		{"0123456789ABCDEF", false},
		{NAME "0", false},
		{NAME "@127.0.0.1", false},
		{" " NAME, false},
		{"call@phone2", false},
		{"call@phon", false},
		{"0000000000000000", false},
};

START_TEST(names_of_one)
{
	add(ID, "call@phone", SECONDS);
	ck_assert_msg(is_found(names[_i].name, NOW) == names[_i].found,
			"'%s' must %sbe found", names[_i].name,
			names[_i].found ? "" : "not ");
}
END_TEST

START_TEST(name_is_hex_of_the_whole_number)
{
	char name[SUBMITTED_NAME_LEN + 1] = "";

	submitted_name(name, ID);
	ck_assert_str_eq(name, NAME);
	submitted_name(name, 10);
	ck_assert_str_eq(name, "000000000000000a");
	submitted_name(name, UINT64_MAX);
	ck_assert_str_eq(name, "ffffffffffffffff");
}
END_TEST

START_TEST(same_name_twice_is_refused)
{
	add(ID, "", SECONDS);
	ck_assert_int_eq(
			submitted_table_add(table, &evicted, &text, of("x"), SECONDS, NOW),
			-1);
	text.id = 0;
	ck_assert_int_eq(
			submitted_table_add(table, &evicted, &text, of("x"), SECONDS, NOW),
			-1);
	ck_assert_uint_eq(submitted_table_count(table), 1);
}
END_TEST

/* --- time and room ------------------------------------------------------------------ */

START_TEST(found_until_its_time_is_over)
{
	add(ID, "call", SECONDS);
	ck_assert(!submitted_table_told(&out, &news, table, ID));
	ck_assert(is_found(NAME, NOW + SECONDS - 1));
	ck_assert(!is_found(NAME, NOW + SECONDS));
	ck_assert(!is_found("call", NOW + SECONDS));
	ck_assert_int_eq(
			submitted_table_notify(&out, table, ID, &delivered, NOW + SECONDS),
			SUBMITTED_UNKNOWN);
}
END_TEST

START_TEST(none_is_kept_longer_than_the_longest)
{
	add(ID, "", 10 * LONGEST);
	ck_assert(is_found(NAME, NOW + LONGEST - 1));
	ck_assert(!is_found(NAME, NOW + LONGEST));
}
END_TEST

START_TEST(all_go_soon_after_their_time)
{
	/* of each distance from the slot's edge, looked at every second and after a long sleep */
	for(int step = 1; step <= 10 * LONGEST; step = step == 1 ? 37 : step * 9)
		for(unsigned seconds = 0; seconds <= LONGEST; seconds += 7) {
			teardown();
			setup();
			add(ID, "call", seconds);
			for(uint64_t now = NOW; now <= NOW + LONGEST + 20 + (unsigned)step;
					now += (unsigned)step) {
				submitted_table_expire(table, now);
				if(now < NOW + seconds)
					ck_assert_uint_eq(submitted_table_count(table), 1);
				if(now >= NOW + seconds + 10)
					ck_assert_msg(submitted_table_count(table) == 0,
							"%u s, step %d: still there at %u", seconds, step,
							(unsigned)(now - NOW));
			}
		}
}
END_TEST

START_TEST(one_that_comes_when_time_has_moved_on_goes_too)
{
	submitted_table_expire(table, NOW + 200);
	add(ID, "", SECONDS);
	submitted_table_expire(table, NOW + 220);
	ck_assert_uint_eq(submitted_table_count(table), 0);
}
END_TEST

START_TEST(oldest_makes_room)
{
	for(uint64_t id = 1; id <= MAX; id++) {
		add(id, "", SECONDS);
		ck_assert(!evicted);
	}
	add(MAX + 1, "", SECONDS);
	ck_assert(evicted);
	ck_assert(!is_found("0000000000000001", NOW));
	ck_assert(is_found("0000000000000002", NOW));
	ck_assert(is_found("0000000000000005", NOW));
	ck_assert_uint_eq(submitted_table_count(table), MAX);
}
END_TEST

START_TEST(room_from_what_is_told_is_no_loss)
{
	add_acked(1);
	is_verdict(SUBMITTED_REPORT, 1, &delivered);
	submitted_table_reported(table, 1, out.turn, true);
	add(2, "", SECONDS);
	submitted_table_refused(table, 2, NOW);
	add(3, "", SECONDS);
	add(4, "", SECONDS);
	add(5, "", SECONDS);
	ck_assert(!evicted);
	add(6, "", SECONDS);
	ck_assert(!evicted);
	add(7, "", SECONDS);
	ck_assert(evicted);
}
END_TEST

START_TEST(without_memory_nothing_is_kept)
{
	struct submitted_table_options options = {MAX, LONGEST, {7, 8}, take, give};

	no_memory = true;
	text.id = ID;
	ck_assert_int_eq(
			submitted_table_add(table, &evicted, &text, of("x"), SECONDS, NOW),
			-1);
	ck_assert_uint_eq(submitted_table_count(table), 0);
	ck_assert_ptr_null(submitted_table_new(&options, NOW));
}
END_TEST

/* --- what becomes of one -------------------------------------------------------------- */

START_TEST(told_once)
{
	add_acked(ID);
	is_verdict(SUBMITTED_REPORT, ID, &delivered);
	ck_assert_uint_eq(out.mr, 42);
	is_verdict(SUBMITTED_REPEATED, ID, &delivered);
	is_verdict(SUBMITTED_REPEATED, ID, &failed);
	submitted_table_reported(table, ID, out.turn, true);
	is_verdict(SUBMITTED_REPEATED, ID, &delivered);
	is_verdict(SUBMITTED_REPEATED, ID, &congestion);
}
END_TEST

START_TEST(not_told_counts_again)
{
	unsigned first;

	add_acked(ID);
	is_verdict(SUBMITTED_REPORT, ID, &failed);
	first = out.turn;
	submitted_table_reported(table, ID, first, false);
	is_verdict(SUBMITTED_REPORT, ID, &delivered);
	ck_assert_uint_ne(out.turn, first);
	/* what came of the first one is known twice, and says nothing of this one */
	submitted_table_reported(table, ID, first, false);
	is_verdict(SUBMITTED_REPEATED, ID, &delivered);
	submitted_table_reported(table, ID, out.turn, true);
	is_verdict(SUBMITTED_REPEATED, ID, &delivered);
}
END_TEST

START_TEST(temporary_news_end_nothing)
{
	unsigned temporary;

	add_acked(ID);
	is_verdict(SUBMITTED_REPORT, ID, &congestion);
	temporary = out.turn;
	is_verdict(SUBMITTED_REPORT, ID, &congestion);
	is_verdict(SUBMITTED_REPORT, ID, &delivered);
	submitted_table_reported(table, ID, temporary, false);
	is_verdict(SUBMITTED_REPEATED, ID, &delivered);
}
END_TEST

START_TEST(news_before_the_submit_report_wait_for_it)
{
	add(ID, "", SECONDS);
	is_verdict(SUBMITTED_LATER, ID, &congestion);
	is_verdict(SUBMITTED_LATER, ID, &delivered);
	is_verdict(SUBMITTED_REPEATED, ID, &failed);
	ck_assert(submitted_table_told(&out, &news, table, ID));
	ck_assert_uint_eq(news.st, delivered.st);
	ck_assert_int_eq(news.at, delivered.at);
	ck_assert_uint_eq(out.id, ID);
	is_verdict(SUBMITTED_REPEATED, ID, &delivered);
	ck_assert(!submitted_table_told(&out, &news, table, ID));
	submitted_table_reported(table, ID, out.turn, false);
	is_verdict(SUBMITTED_REPORT, ID, &delivered);
}
END_TEST

START_TEST(refused_is_unknown)
{
	add(ID, "call", SECONDS);
	is_verdict(SUBMITTED_LATER, ID, &delivered);
	submitted_table_refused(table, ID, NOW);
	ck_assert(!is_found(NAME, NOW));
	ck_assert(!is_found("call", NOW));
	is_verdict(SUBMITTED_UNKNOWN, ID, &delivered);
	/* the report that says RP-ERROR has come to its end */
	ck_assert(!submitted_table_told(&out, &news, table, ID));
	submitted_table_expire(table, NOW + SUBMITTED_LATE_SECONDS + 10);
	ck_assert_uint_eq(submitted_table_count(table), 0);
}
END_TEST

START_TEST(refused_and_taken_late_is_known_again)
{
	add(ID, "", SECONDS);
	is_verdict(SUBMITTED_LATER, ID, &failed);
	submitted_table_refused(table, ID, NOW);
	submitted_table_taken(table, of(NAME));
	submitted_table_expire(table, NOW + SUBMITTED_LATE_SECONDS + 10);
	ck_assert(is_found(NAME, NOW + SECONDS - 1));
	/* what a hub said before it took it is not of this time */
	is_verdict(SUBMITTED_REPORT, ID, &delivered);
	submitted_table_expire(table, NOW + SECONDS + 10);
	ck_assert_uint_eq(submitted_table_count(table), 0);
}
END_TEST

START_TEST(taken_late_by_its_call_id)
{
	add(ID, "call", SECONDS);
	submitted_table_refused(table, ID, NOW);
	submitted_table_taken(table, of("call2"));
	ck_assert(!is_found(NAME, NOW));
	submitted_table_taken(table, of("call"));
	ck_assert(is_found(NAME, NOW));
}
END_TEST

START_TEST(refused_after_it_was_taken_changes_nothing)
{
	add_acked(ID);
	submitted_table_refused(table, ID, NOW);
	submitted_table_taken(table, of(NAME));
	is_verdict(SUBMITTED_REPORT, ID, &delivered);
	submitted_table_taken(table, of(NAME));
	is_verdict(SUBMITTED_REPEATED, ID, &delivered);
}
END_TEST

START_TEST(unknown_ones_are_no_harm)
{
	submitted_table_refused(table, ID, NOW);
	submitted_table_taken(table, of(NAME));
	ck_assert(!submitted_table_told(&out, &news, table, ID));
	is_verdict(SUBMITTED_UNKNOWN, ID, &delivered);
	submitted_table_reported(table, ID, 1, true);
	submitted_table_expire(table, NOW);
	submitted_table_expire(table, 1000 * LONGEST);
}
END_TEST

#define COUNT(a) ((int)(sizeof(a) / sizeof((a)[0])))

int main(void)
{
	Suite *suite = suite_create("submitted_table");
	TCase *tests = tcase_create("submitted_table");

	tcase_add_checked_fixture(tests, setup, teardown);
	tcase_add_test(tests, what_was_remembered_comes_out);
	tcase_add_loop_test(tests, names_of_one, 0, COUNT(names));
	tcase_add_test(tests, name_is_hex_of_the_whole_number);
	tcase_add_test(tests, same_name_twice_is_refused);
	tcase_add_test(tests, found_until_its_time_is_over);
	tcase_add_test(tests, none_is_kept_longer_than_the_longest);
	tcase_add_test(tests, all_go_soon_after_their_time);
	tcase_add_test(tests, one_that_comes_when_time_has_moved_on_goes_too);
	tcase_add_test(tests, oldest_makes_room);
	tcase_add_test(tests, room_from_what_is_told_is_no_loss);
	tcase_add_test(tests, without_memory_nothing_is_kept);
	tcase_add_test(tests, told_once);
	tcase_add_test(tests, not_told_counts_again);
	tcase_add_test(tests, temporary_news_end_nothing);
	tcase_add_test(tests, news_before_the_submit_report_wait_for_it);
	tcase_add_test(tests, refused_is_unknown);
	tcase_add_test(tests, refused_and_taken_late_is_known_again);
	tcase_add_test(tests, taken_late_by_its_call_id);
	tcase_add_test(tests, refused_after_it_was_taken_changes_nothing);
	tcase_add_test(tests, unknown_ones_are_no_harm);
	suite_add_tcase(suite, tests);
	return unit_run(suite);
}
