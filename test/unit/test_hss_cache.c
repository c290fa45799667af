/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The cache of what the HSS said: what is put comes out as it was, under every spelling of the identity, for its time;
 * the oldest makes room; without memory nothing is kept and nothing breaks.
 */
#include "unit.h"

#include <stdio.h>

#include "hss/cache.h"
#include "hss/document.h"

#define COUNT(a) ((int)(sizeof(a) / sizeof((a)[0])))
#define NOW 1000
#define MAX 4
#define SECONDS 100
#define SECONDS_NO 10

static struct hss_cache *cache;
static struct hss_kept in, out;
static int blocks; /* of memory, taken */
static bool no_memory;

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

static void open_cache(unsigned max, unsigned seconds, unsigned seconds_no)
{
	struct hss_cache_options options = {
			max, seconds, seconds_no, 7, take, give};

	cache = hss_cache_new(&options);
	ck_assert_ptr_nonnull(cache);
}

static void setup(void)
{
	no_memory = false;
	open_cache(MAX, SECONDS, SECONDS_NO);
	hss_data_clear(&in.data);
	in.since = NOW;
	in.settled = in.data.answered = REFERENCE(DATA_MSISDN);
	in.data.verdict.outcome = DIAMETER_ANSWERED;
	in.data.verdict.result = DIAMETER_SUCCESS;
}

static void teardown(void)
{
	hss_cache_free(cache);
	ck_assert_int_eq(blocks, 0);
}

static struct span text(const char *s)
{
	return (struct span){s, strlen(s)};
}

static struct hss_key key_of(const char *impu)
{
	struct hss_who who = {.impu = text(impu)};
	struct hss_key key;

	ck_assert_msg(hss_key_of_impu(&key, &who) == 0, "no key of %s", impu);
	return key;
}

static void put(const char *impu, int64_t now)
{
	struct hss_key key = key_of(impu);

	hss_cache_put(cache, &key, &in, now);
}

static bool get(const char *impu, int64_t now)
{
	struct hss_key key = key_of(impu);

	return hss_cache_get(&out, cache, &key, now);
}

START_TEST(comes_out_as_put)
{
	snprintf(in.data.msisdn, sizeof(in.data.msisdn), "12025550101");
	snprintf(in.data.imsi, sizeof(in.data.imsi), "001010000000101");
	snprintf(in.data.scscf, sizeof(in.data.scscf), "sip:s.test");
	snprintf(in.data.mme_name, sizeof(in.data.mme_name), "mme.test");
	in.data.impus = HSS_IMPUS_MAX;
	for(unsigned i = 0; i < HSS_IMPUS_MAX; i++) {
		memset(in.data.impu[i], 'a' + (int)i, DIAMETER_TEXT_MAX);
		in.data.impu[i][DIAMETER_TEXT_MAX] = '\0';
	}
	in.data.user_state = 0;
	put("sip:alice@ims.test", NOW);
	ck_assert(get("sip:alice@ims.test", NOW));
	ck_assert(out.data.cached);
	out.data.cached = false;
	ck_assert_mem_eq(&out.data, &in.data, sizeof(in.data));
	ck_assert_uint_eq(out.settled, in.settled);
	ck_assert_int_eq(out.since, NOW);
}
END_TEST

static const struct
{
	const char *put, *get;
	bool same;
} spellings[] = {
		{"sip:alice@ims.test", "SIP:alice@IMS.test;user=phone", true},
		{"sip:alice@ims.test", "sips:%61lice@ims.test", true},
		{"sip:alice@ims.test", "sip:Alice@ims.test", false},
		{"sip:alice@ims.test", "sip:alice@ims.test:5070", false},
		{"tel:+12025550101", "tel:+1-202-555-0101", true},
		{"tel:+12025550101", "sip:+12025550101@ims.test", false},
		{"sip:+12025550101@ims.test", "sip:+12025550101@other.test", false},
};

START_TEST(is_found_by_every_spelling)
{
	put(spellings[_i].put, NOW);
	ck_assert_msg(get(spellings[_i].get, NOW) == spellings[_i].same,
			"%s after %s: expected %s", spellings[_i].get, spellings[_i].put,
			spellings[_i].same ? "found" : "not found");
}
END_TEST

START_TEST(a_number_is_that_of_its_tel_uri)
{
	struct hss_who who = {.msisdn = SPAN("12025550101")};
	struct hss_key key, tel = key_of("tel:+12025550101");

	ck_assert_int_eq(hss_key_of_msisdn(&key, &who), 0);
	ck_assert(hss_key_same(&key, &tel));
	ck_assert_int_eq(hss_key_of_impu(&key, &who), -1);
}
END_TEST

START_TEST(is_kept_for_its_time)
{
	snprintf(in.data.msisdn, sizeof(in.data.msisdn), "12025550101");
	put("sip:alice@ims.test", NOW);
	ck_assert(get("sip:alice@ims.test", NOW + SECONDS - 1));
	ck_assert(!get("sip:alice@ims.test", NOW + SECONDS));
	ck_assert_uint_eq(hss_cache_count(cache), 0);
}
END_TEST

START_TEST(nothing_is_kept_for_less)
{
	in.data.answered = 0;
	in.data.verdict.result = DIAMETER_ERROR_USER_UNKNOWN;
	in.data.verdict.vendor = VENDOR_3GPP;
	put("sip:alice@ims.test", NOW);
	ck_assert(get("sip:alice@ims.test", NOW + SECONDS_NO - 1));
	ck_assert_uint_eq(out.data.verdict.result, DIAMETER_ERROR_USER_UNKNOWN);
	ck_assert_uint_eq(out.data.verdict.vendor, VENDOR_3GPP);
	ck_assert(!get("sip:alice@ims.test", NOW + SECONDS_NO));
}
END_TEST

START_TEST(the_oldest_makes_room)
{
	char impu[32];

	snprintf(in.data.msisdn, sizeof(in.data.msisdn), "12025550101");
	for(int i = 0; i <= MAX; i++) {
		snprintf(impu, sizeof(impu), "sip:u%d@ims.test", i);
		put(impu, NOW);
	}
	ck_assert_uint_eq(hss_cache_count(cache), MAX);
	ck_assert(!get("sip:u0@ims.test", NOW));
	ck_assert(get("sip:u1@ims.test", NOW));
	put("sip:u1@ims.test", NOW); /* the newest now, and in its own place */
	put("sip:other@ims.test", NOW);
	ck_assert(get("sip:u1@ims.test", NOW));
	ck_assert(!get("sip:u2@ims.test", NOW));
	ck_assert_uint_eq(hss_cache_count(cache), MAX);
}
END_TEST

START_TEST(is_forgotten)
{
	struct hss_key key = key_of("sip:alice@ims.test");

	put("sip:alice@ims.test", NOW);
	put("sip:bob@ims.test", NOW);
	hss_cache_forget(cache, &key);
	hss_cache_forget(cache, &key);
	ck_assert(!get("sip:alice@ims.test", NOW));
	ck_assert(get("sip:bob@ims.test", NOW));
}
END_TEST

START_TEST(without_memory_nothing_is_kept)
{
	put("sip:alice@ims.test", NOW);
	no_memory = true;
	put("sip:alice@ims.test", NOW);
	ck_assert(!get("sip:alice@ims.test", NOW));
	ck_assert_uint_eq(hss_cache_count(cache), 0);
}
END_TEST

START_TEST(a_time_of_none_keeps_nothing)
{
	hss_cache_free(cache);
	open_cache(MAX, SECONDS, 0);
	put("sip:alice@ims.test", NOW);
	ck_assert(!get("sip:alice@ims.test", NOW));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("hss_cache");
	TCase *tc = tcase_create("all");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, comes_out_as_put);
	tcase_add_loop_test(tc, is_found_by_every_spelling, 0, COUNT(spellings));
	tcase_add_test(tc, a_number_is_that_of_its_tel_uri);
	tcase_add_test(tc, is_kept_for_its_time);
	tcase_add_test(tc, nothing_is_kept_for_less);
	tcase_add_test(tc, the_oldest_makes_room);
	tcase_add_test(tc, is_forgotten);
	tcase_add_test(tc, without_memory_nothing_is_kept);
	tcase_add_test(tc, a_time_of_none_keeps_nothing);
	suite_add_tcase(suite, tc);
	return unit_run(suite);
}
