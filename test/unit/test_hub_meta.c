/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The metadata headers of a hub's MESSAGE: each with what it may hold and what it may not, twice, and none.
 */
#include "unit.h"

#include "ims/hub_message.h"

#define COUNT(a) ((int)(sizeof(a) / sizeof((a)[0])))

static struct hub_meta meta;

static void none(void)
{
	memset(&meta, 0xA5, sizeof(meta));
	hub_meta_init(&meta);
}

/* Of copies of exactly the right size, so that the sanitizer sees a read behind them; the value stays for message_id. */
static int add(const char *name, const char *value)
{
	static char *kept;
	size_t name_len = strlen(name), value_len = strlen(value);
	char *copy = malloc(name_len);
	int rc;

	free(kept);
	kept = malloc(value_len ? value_len : 1);
	memcpy(copy, name, name_len);
	memcpy(kept, value, value_len);
	rc = hub_meta_add(&meta, (struct span){copy, name_len},
			(struct span){kept, value_len});
	free(copy);
	return rc;
}

START_TEST(nothing_said)
{
	ck_assert_uint_eq(meta.udh_len, 0);
	ck_assert_int_eq(meta.coding, DELIVER_ANY);
	ck_assert_int_eq(meta.message_class, DELIVER_NO_CLASS);
	ck_assert_uint_eq(meta.pid, 0);
	ck_assert(!meta.is_8bit && !meta.has_validity && !meta.wants_delivery);
	ck_assert(!meta.has_hold && !meta.hold && !meta.has_status);
	ck_assert_uint_eq(meta.message_id.len, 0);
}
END_TEST

static const struct
{
	const char *name, *value;
	int rc;
} headers[] = {
		{"X-SMS-UDH", "0500035A0402", 1},
		{"x-sms-udh", "0500035a0402", 1},
		{"X-SMS-UDH", "00", 1},
		{"X-SMS-UDH", "", -1},
		{"X-SMS-UDH", "0", -1},
		{"X-SMS-UDH", "0500035A04", -1},
		{"X-SMS-UDH", "0500035A040201", -1},
		{"X-SMS-UDH", "0500035A04xx", -1},
		{"X-SMS-UDH", "0224FF", -1},
		{"X-SMS-CODING", "GSM7", 1},
		{"X-SMS-Coding", "ucs2", 1},
		{"X-SMS-CODING", "8BIT", 1},
		{"X-SMS-CODING", "", -1},
		{"X-SMS-CODING", "GSM", -1},
		{"X-M-CLASS", "0", 1},
		{"X-M-CLASS", "3", 1},
		{"X-M-CLASS", "4", -1},
		{"X-M-CLASS", "-1", -1},
		{"X-M-CLASS", "99999999999999999999", -1},
		{"X-SMS-PID", "0", 1},
		{"X-SMS-PID", "255", 1},
		{"X-SMS-PID", "256", -1},
		{"X-SMS-PID", "4F", -1},
		{"X-SMS-VALIDITY", "86400", 1},
		{"X-SMS-VALIDITY", "99999999999", 1},
		{"X-SMS-VALIDITY", "1d", -1},
		{"X-REG-DELIVERY", "1", 1},
		{"X-REG-DELIVERY", "0", 1},
		{"X-REG-DELIVERY", "2", -1},
		{"X-SMS-HOLD", "0", 1},
		{"X-SMS-HOLD", "3600", 1},
		{"X-SMS-HOLD", "yes", -1},
		{"X-SMS-STATUS", "0", 1},
		{"X-SMS-STATUS", "127", 1},
		{"X-SMS-STATUS", "128", -1},
		{"X-SMS-STATUS", "0x46", 1},
		{"X-SMS-STATUS", "0X7f", 1},
		{"X-SMS-STATUS", "0x80", -1},
		{"X-SMS-STATUS", "0x", -1},
		{"X-SMS-STATUS", "0x046", -1},
		{"X-SMS-STATUS", "0xg1", -1},
		{"X-SMS-STATUS", "46h", -1},
		{"X-SMS-MESSAGE-ID", "a1-b2@hub", 1},
		{"X-SMS-MESSAGE-ID", "", -1},
		{"X-SMS-MESSAGE-ID", "a b", -1},
		{"X-SMS-MESSAGE-ID", "a\r\n b", -1},
		/* others */
		{"X-SMS-CONCAT", "ref=1;total=2;seq=1", 0},
		{"Subject", "1", 0},
		{"X-SMS", "1", 0},
		{"X-M-CLASSES", "9", 0},
};

START_TEST(header)
{
	int rc = add(headers[_i].name, headers[_i].value);

	ck_assert_msg(rc == headers[_i].rc, "%s: %s: %d", headers[_i].name,
			headers[_i].value, rc);
}
END_TEST

START_TEST(values)
{
	static const uint8_t udh[] = {5, 0, 3, 0x5A, 4, 2};

	ck_assert_int_eq(add("X-SMS-UDH", " 0500035A0402 \r\n"), 1);
	ck_assert_uint_eq(meta.udh_len, sizeof(udh));
	ck_assert_mem_eq(meta.udh, udh, sizeof(udh));
	ck_assert_int_eq(add("X-SMS-CODING", "UCS2"), 1);
	ck_assert_int_eq(meta.coding, DELIVER_UCS2);
	ck_assert_int_eq(add(" X-M-CLASS ", " 2 "), 1);
	ck_assert_int_eq(meta.message_class, 2);
	ck_assert_int_eq(add("X-SMS-PID", "65"), 1);
	ck_assert_uint_eq(meta.pid, 65);
	ck_assert_int_eq(add("X-SMS-VALIDITY", "0"), 1);
	ck_assert(meta.has_validity && meta.validity == 0);
	ck_assert_int_eq(add("X-REG-DELIVERY", "1"), 1);
	ck_assert(meta.wants_delivery);
	ck_assert_int_eq(add("X-SMS-STATUS", "0x46"), 1);
	ck_assert(meta.has_status && meta.status == 0x46);
	ck_assert_int_eq(add("X-SMS-MESSAGE-ID", " a1 "), 1);
	ck_assert_uint_eq(meta.message_id.len, 2);
	ck_assert_mem_eq(meta.message_id.s, "a1", 2);
}
END_TEST

static const struct
{
	const char *value;
	bool hold;
	uint32_t seconds;
} holds[] = {{"0", false, 0}, {"1", true, 0}, {"2", true, 2},
		{"3600", true, 3600}, {"99999999999", true, UINT32_MAX}};

START_TEST(hold)
{
	ck_assert_int_eq(add("X-SMS-HOLD", holds[_i].value), 1);
	ck_assert(meta.has_hold);
	ck_assert(meta.hold == holds[_i].hold);
	ck_assert_uint_eq(meta.hold_seconds, holds[_i].seconds);
}
END_TEST

START_TEST(longest_udh)
{
	char hex[2 * SMS_UD_MAX_OCTETS + 3];

	memset(hex, '0', sizeof(hex) - 1);
	hex[sizeof(hex) - 1] = '\0';
	memcpy(hex, "8C708A", 6);
	ck_assert_int_eq(add("X-SMS-UDH", hex), -1);
	hex[2 * SMS_UD_MAX_OCTETS] = '\0';
	memcpy(hex, "8B7089", 6);
	ck_assert_int_eq(add("X-SMS-UDH", hex), 1);
	ck_assert_uint_eq(meta.udh_len, SMS_UD_MAX_OCTETS);
}
END_TEST

START_TEST(twice)
{
	ck_assert_int_eq(add("X-SMS-PID", "1"), 1);
	ck_assert_int_eq(add("x-sms-pid", "1"), -1);
	ck_assert_int_eq(add("X-M-CLASS", "1"), 1);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("hub_meta");
	TCase *tests = tcase_create("hub_meta");

	tcase_add_checked_fixture(tests, none, NULL);
	tcase_add_test(tests, nothing_said);
	tcase_add_loop_test(tests, header, 0, COUNT(headers));
	tcase_add_test(tests, values);
	tcase_add_loop_test(tests, hold, 0, COUNT(holds));
	tcase_add_test(tests, longest_udh);
	tcase_add_test(tests, twice);
	suite_add_tcase(suite, tests);
	return unit_run(suite);
}
