/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What the unit tests share: octets from hex, and the end of main(). Only for test/unit.
 */
#ifndef IPSMGW_TEST_UNIT_H
#define IPSMGW_TEST_UNIT_H

#include <check.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Octets of a hex string into out; a string that is no hex or too long fails the test. Returns how many. */
static inline size_t unit_hex(uint8_t *out, size_t cap, const char *hex)
{
	size_t n = strlen(hex) / 2;

	ck_assert_uint_eq(strlen(hex) % 2, 0);
	ck_assert_uint_le(n, cap);
	for(size_t i = 0; i < n; i++) {
		char pair[3] = {hex[2 * i], hex[2 * i + 1], '\0'};
		char *end;

		out[i] = (uint8_t)strtoul(pair, &end, 16);
		ck_assert_msg(*end == '\0', "no hex: %s", hex);
	}
	return n;
}

/* Run and free the suite; the exit status of main(). */
static inline int unit_run(Suite *suite)
{
	SRunner *runner = srunner_create(suite);
	int failed;

	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

/* Of CPU, for one document or message that was made to cost much. The product has 50 ms, which an end-to-end test sees to;
 * the address sanitizer checks each octet of each copy. A reader that begins anew again and again takes seconds. */
#ifdef __SANITIZE_ADDRESS__
#define LIMIT_MS 250
#else
#define LIMIT_MS 50
#endif

#endif
