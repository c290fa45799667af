/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The memory of answers to hubs: found again, for 32 s, the oldest forgotten when there are too many.
 */
#include "unit.h"

#include "flow/mt_repeat.h"

#define MAX 8

static void setup(void)
{
	ck_assert_int_eq(mt_repeats_init(MAX), 0);
}

static void teardown(void)
{
	mt_repeats_destroy();
}

static void add(uint64_t key, unsigned code, uint64_t now)
{
	struct mt_outcome o = {.kind = MT_RP_ERROR,
			.code = (uint16_t)code,
			.rp_cause = 22,
			.tp_fcs = 0xD3,
			.parts = 3,
			.parts_delivered = 1};

	mt_repeats_add(key, &o, now);
}

static bool is_there(uint64_t key, uint64_t now)
{
	struct mt_outcome o;

	return mt_repeats_find(&o, key, now);
}

START_TEST(the_same_answer)
{
	struct mt_outcome o;

	add(1, 480, 1000);
	add(2, 488, 1000);
	ck_assert(mt_repeats_find(&o, 1, 1001));
	ck_assert_int_eq(o.kind, MT_RP_ERROR);
	ck_assert_uint_eq(o.code, 480);
	ck_assert_uint_eq(o.rp_cause, 22);
	ck_assert_uint_eq(o.tp_fcs, 0xD3);
	ck_assert_uint_eq(o.parts, 3);
	ck_assert_uint_eq(o.parts_delivered, 1);
	ck_assert_str_eq(o.subscriber, "");
	ck_assert(mt_repeats_find(&o, 2, 1001));
	ck_assert_uint_eq(o.code, 488);
	ck_assert(!is_there(3, 1001));
}
END_TEST

START_TEST(for_32_seconds)
{
	add(1, 480, 1000);
	ck_assert(is_there(1, 32999));
	ck_assert(!is_there(1, 33000));
}
END_TEST

START_TEST(the_latest_counts)
{
	struct mt_outcome o;

	add(1, 202, 1000);
	add(1, 480, 1001);
	ck_assert(mt_repeats_find(&o, 1, 1002));
	ck_assert_uint_eq(o.code, 480);
}
END_TEST

/* Keys of one bucket, of many, and more than there is room for. */
START_TEST(the_oldest_goes)
{
	uint64_t stride, n, k;

	for(stride = 1; stride <= 64; stride *= 2)
		for(n = 1; n < 1000; n++) {
			add(stride * n, 480, 1000 + n);
			for(k = n > MAX ? n - MAX + 1 : 1; k <= n; k++)
				ck_assert_msg(is_there(stride * k, 1000 + n),
						"%u of %u is gone", (unsigned)k, (unsigned)n);
		}
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("mt_repeat");
	TCase *tc = tcase_create("mt_repeat");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, the_same_answer);
	tcase_add_test(tc, for_32_seconds);
	tcase_add_test(tc, the_latest_counts);
	tcase_add_test(tc, the_oldest_goes);
	suite_add_tcase(suite, tc);
	return unit_run(suite);
}
