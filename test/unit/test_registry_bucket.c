/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * One bucket of the registry, filled beyond its slots: each key is found, and only those that are in it, in whatever order
 * they came and went.
 */
#include <stdio.h>
#include <stdlib.h>

#include "registrations.h"
#include "registry/bucket.h"
#include "unit.h"

#define RECORDS 10
#define KEYS_A_RECORD 4
#define KEYS (RECORDS * KEYS_A_RECORD)

static const struct siphash_key secret[KEY_KINDS];
static struct bucket bucket;
static struct record *record[RECORDS];
static struct draft draft;
static bool inside[KEYS];

static struct record *new_record(unsigned n)
{
	char impus[80], msisdn[20], imsi[20];
	const struct said said = {.impus = impus, .msisdn = msisdn, .imsi = imsi};
	static struct registration reg;
	struct record *fresh;

	snprintf(impus, sizeof(impus), "sip:user%u@ims.example tel:+1202555%04u", n,
			n);
	snprintf(msisdn, sizeof(msisdn), "1303555%04u", n);
	snprintf(imsi, sizeof(imsi), "00101000000%04u", n);
	registration_say(&reg, &said, NOW);
	ck_assert_int_eq(draft_make(&draft, &reg, NULL, secret), 0);
	ck_assert_uint_eq(draft.keys, KEYS_A_RECORD);
	fresh = calloc(1, record_size(&draft));
	ck_assert_ptr_nonnull(fresh);
	record_write(fresh, &draft);
	return fresh;
}

static struct alias *alias_of(unsigned key)
{
	return &record[key / KEYS_A_RECORD]->alias[key % KEYS_A_RECORD];
}

static uint64_t hash_of(unsigned key)
{
	const struct alias *a = alias_of(key);

	return key_hash(secret, (enum key_kind)(a->tag & ALIAS_KIND),
			record_text(record[key / KEYS_A_RECORD]) + a->at, a->len);
}

static void setup(void)
{
	for(unsigned i = 0; i < RECORDS; i++)
		record[i] = new_record(i);
	memset(&bucket, 0, sizeof(bucket));
	memset(inside, 0, sizeof(inside));
}

static void teardown(void)
{
	for(unsigned i = 0; i < RECORDS; i++)
		free(record[i]);
}

static void toggle(unsigned key)
{
	if(inside[key])
		bucket_take(&bucket, alias_of(key));
	else
		bucket_put(&bucket, hash_of(key), alias_of(key));
	inside[key] = !inside[key];
}

static void has_what_is_inside(void)
{
	for(unsigned key = 0; key < KEYS; key++) {
		const struct alias *a = alias_of(key);
		const struct alias *seen;

		bucket_expect(&bucket, hash_of(key));
		seen = bucket_find(&bucket, hash_of(key),
				(enum key_kind)(a->tag & ALIAS_KIND),
				record_text(record[key / KEYS_A_RECORD]) + a->at, a->len);
		ck_assert_msg(seen == (inside[key] ? a : NULL),
				"key %u: found %p, expected %p", key, (const void *)seen,
				(const void *)(inside[key] ? a : NULL));
	}
}

static void is_empty(void)
{
	for(unsigned i = 0; i < BUCKET_SLOTS; i++)
		ck_assert_msg(bucket.slot[i] == 0, "slot %u is not empty", i);
}

/* Steps that are prime to the number of keys: which one goes next. */
static const unsigned orders[] = {1, 3, 7, 11, 13, KEYS - 1};

START_TEST(come_and_go)
{
	unsigned key = 0;

	for(unsigned n = 0; n < KEYS; n++) {
		toggle(n);
		has_what_is_inside();
	}
	for(unsigned n = 0; n < KEYS; n++, key = (key + orders[_i]) % KEYS) {
		toggle(key);
		has_what_is_inside();
	}
	is_empty();
}
END_TEST

START_TEST(in_no_order)
{
	unsigned seed = 1;

	for(unsigned n = 0; n < 2000; n++) {
		seed = seed * 1664525 + 1013904223;
		toggle((unsigned)((uint64_t)seed * KEYS >> 32));
		has_what_is_inside();
	}
}
END_TEST

/* The same text is another key when it is of another kind. */
START_TEST(kind_counts)
{
	const struct alias *msisdn = alias_of(2);
	const char *text = record_text(record[0]) + msisdn->at;

	toggle(2);
	ck_assert_ptr_eq(
			bucket_find(&bucket, hash_of(2), KEY_NUMBER, text, msisdn->len),
			msisdn);
	ck_assert_ptr_null(
			bucket_find(&bucket, hash_of(2), KEY_IMSI, text, msisdn->len));
}
END_TEST

START_TEST(addresses)
{
	ck_assert(bucket_can_refer(record[0]));
	ck_assert(bucket_can_refer((void *)(uintptr_t)((UINT64_C(1) << 48) - 8)));
	ck_assert(!bucket_can_refer((void *)(uintptr_t)(UINT64_C(1) << 48)));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("registry_bucket");
	TCase *tests = tcase_create("registry_bucket");

	tcase_add_checked_fixture(tests, setup, teardown);
	tcase_add_loop_test(
			tests, come_and_go, 0, sizeof(orders) / sizeof(orders[0]));
	tcase_add_test(tests, in_no_order);
	tcase_add_test(tests, kind_counts);
	tcase_add_test(tests, addresses);
	suite_add_tcase(suite, tests);
	return unit_run(suite);
}
