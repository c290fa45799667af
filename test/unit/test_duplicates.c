/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Repetitions of requests to us: modules/ipsmgw/diameter/duplicates.h.
 */
#include "diameter/duplicates.h"
#include "unit.h"

#define PNR 309
#define SECONDS 240
#define ROOM 4

static struct duplicates *d;
static struct diameter_answer kept;
static int messages[8];

static void open_memory(void)
{
	d = duplicates_new(ROOM, SECONDS);
	ck_assert_ptr_nonnull(d);
}

static void close_memory(void)
{
	duplicates_free(d);
}

static struct duplicate_key key(const char *host, uint32_t end_to_end)
{
	struct duplicate_key made = {.end_to_end = end_to_end, .command = PNR};

	strcpy(made.host, host);
	return made;
}

static enum duplicate see(uint32_t end_to_end, int *message, uint64_t now_ms)
{
	struct duplicate_key k = key("hss.test", end_to_end);

	return duplicates_see(d, &kept, &k, message, now_ms);
}

static unsigned settle(void *waited[DUPLICATES_WAITING], uint32_t end_to_end,
		uint32_t result, bool keep, uint64_t now_ms)
{
	struct duplicate_key k = key("hss.test", end_to_end);
	struct diameter_answer answer = {.result = result};

	return duplicates_settle(waited, d, &k, &answer, keep, now_ms);
}

START_TEST(a_repetition_gets_the_same_answer)
{
	void *waited[DUPLICATES_WAITING];

	ck_assert_int_eq(see(1, &messages[0], 0), DUPLICATE_NEW);
	ck_assert_uint_eq(settle(waited, 1, 5107, true, 1000), 0);
	ck_assert_int_eq(see(1, &messages[1], 2000), DUPLICATE_ANSWERED);
	ck_assert_uint_eq(kept.result, 5107);
	ck_assert_int_eq(see(1, &messages[1], 1000 + SECONDS * 1000 - 1),
			DUPLICATE_ANSWERED);
	ck_assert_int_eq(
			see(1, &messages[1], 1000 + SECONDS * 1000), DUPLICATE_NEW);
}
END_TEST

START_TEST(repetitions_wait_for_the_first)
{
	void *waited[DUPLICATES_WAITING];

	ck_assert_int_eq(see(1, &messages[0], 0), DUPLICATE_NEW);
	for(int i = 1; i <= DUPLICATES_WAITING; i++)
		ck_assert_int_eq(see(1, &messages[i], 0), DUPLICATE_WAITS);
	ck_assert_int_eq(see(1, &messages[7], 0), DUPLICATE_TOO_MANY);
	ck_assert_uint_eq(
			settle(waited, 1, 2001, true, 0), (unsigned)DUPLICATES_WAITING);
	for(int i = 0; i < DUPLICATES_WAITING; i++)
		ck_assert_ptr_eq(waited[i], &messages[i + 1]);
	ck_assert_uint_eq(settle(waited, 1, 2001, true, 0), 0);
}
END_TEST

START_TEST(what_is_not_kept_is_new_again)
{
	void *waited[DUPLICATES_WAITING];

	ck_assert_int_eq(see(1, &messages[0], 0), DUPLICATE_NEW);
	ck_assert_int_eq(see(1, &messages[1], 0), DUPLICATE_WAITS);
	ck_assert_uint_eq(settle(waited, 1, 3004, false, 0), 1);
	ck_assert_ptr_eq(waited[0], &messages[1]);
	ck_assert_int_eq(see(1, &messages[2], 0), DUPLICATE_NEW);
}
END_TEST

START_TEST(others_are_no_repetitions)
{
	struct duplicate_key other_host = key("other.test", 1);
	struct duplicate_key other_command = key("hss.test", 1);

	other_command.command = PNR + 1;
	ck_assert_int_eq(see(1, &messages[0], 0), DUPLICATE_NEW);
	ck_assert_int_eq(see(2, &messages[1], 0), DUPLICATE_NEW);
	ck_assert_int_eq(duplicates_see(d, &kept, &other_host, &messages[2], 0),
			DUPLICATE_NEW);
	ck_assert_int_eq(duplicates_see(d, &kept, &other_command, &messages[3], 0),
			DUPLICATE_NEW);
}
END_TEST

START_TEST(the_oldest_answer_makes_room)
{
	void *waited[DUPLICATES_WAITING];

	for(uint32_t i = 1; i <= 3 * ROOM; i++) {
		ck_assert_int_eq(see(i, &messages[0], 0), DUPLICATE_NEW);
		settle(waited, i, i, true, 0);
	}
	for(uint32_t i = 2 * ROOM + 1; i <= 3 * ROOM; i++) {
		ck_assert_int_eq(see(i, &messages[0], 0), DUPLICATE_ANSWERED);
		ck_assert_uint_eq(kept.result, i);
	}
	ck_assert_int_eq(see(2 * ROOM, &messages[0], 0), DUPLICATE_NEW);
}
END_TEST

START_TEST(without_room_a_request_is_served_but_not_remembered)
{
	void *waited[DUPLICATES_WAITING];

	for(uint32_t i = 1; i <= ROOM; i++)
		ck_assert_int_eq(see(i, &messages[0], 0), DUPLICATE_NEW);
	ck_assert_int_eq(see(ROOM + 1, &messages[0], 0), DUPLICATE_NEW);
	ck_assert_int_eq(see(ROOM + 1, &messages[0], 0), DUPLICATE_NEW);
	ck_assert_uint_eq(settle(waited, ROOM + 1, 2001, true, 0), 0);
	ck_assert_int_eq(see(1, &messages[1], 0), DUPLICATE_WAITS);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("duplicates");
	TCase *tests = tcase_create("duplicates");

	tcase_add_checked_fixture(tests, open_memory, close_memory);
	tcase_add_test(tests, a_repetition_gets_the_same_answer);
	tcase_add_test(tests, repetitions_wait_for_the_first);
	tcase_add_test(tests, what_is_not_kept_is_new_again);
	tcase_add_test(tests, others_are_no_repetitions);
	tcase_add_test(tests, the_oldest_answer_makes_room);
	tcase_add_test(tests, without_room_a_request_is_served_but_not_remembered);
	suite_add_tcase(suite, tests);
	return unit_run(suite);
}
