/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Sh-Data as the IP-SM-GW writes it, octet for octet, and what it never writes. That it is valid by the schema is checked
 * by test/unit/sh_data.py.
 */
#include "unit.h"

#include "ims/sh_data.h"

#define DOCUMENT(number)                                      \
	"<?xml version=\"1.0\" encoding=\"UTF-8\"?>"              \
	"<Sh-Data><Sh-IMS-Data><Extension><Extension><Extension>" \
	"<SMSRegistrationInfo><IP-SM-GW-Number>" number           \
	"</IP-SM-GW-Number></SMSRegistrationInfo>"                \
	"</Extension></Extension></Extension></Sh-IMS-Data></Sh-Data>"

/* Write into a buffer of exactly that size, to be freed; number NULL: deregister. */
static int build(char **out, size_t cap, size_t *len, const char *number)
{
	*out = malloc(cap ? cap : 1);
	if(!number)
		return sh_data_deregister(*out, cap, len);
	return sh_data_register(
			*out, cap, len, (struct span){number, strlen(number)});
}

static const struct
{
	const char *number;
	const char *document;
} built[] = {
		{"15557770001", DOCUMENT("15557770001")},
		{"1", DOCUMENT("1")},
		{"123456789012345", DOCUMENT("123456789012345")},
		{NULL, DOCUMENT("")},
};

START_TEST(document)
{
	const char *number = built[_i].number, *expected = built[_i].document;
	size_t cap = strlen(expected), len;
	static struct sh_data data;
	char *out, text[16];

	ck_assert_uint_le(cap, SH_DATA_SMS_REGISTRATION_MAX);
	ck_assert_int_eq(build(&out, cap, &len, number), 0);
	ck_assert_uint_eq(len, cap);
	ck_assert_msg(memcmp(out, expected, len) == 0, "%.*s, expected %s",
			(int)len, out, expected);
	ck_assert_int_eq(
			sh_data_parse(&data, text, sizeof(text), (struct span){out, len}),
			XMLDOC_OK);
	ck_assert_uint_eq(data.present, SH_HAS_SMS_REGISTRATION);
	ck_assert_str_eq(data.ip_sm_gw_number, number ? number : "");
	free(out);
}
END_TEST

START_TEST(no_room)
{
	size_t cap = strlen(built[_i].document) - 1, len;
	char *out;

	ck_assert_int_eq(build(&out, cap, &len, built[_i].number), -1);
	ck_assert_uint_eq(len, 0);
	free(out);
	ck_assert_int_eq(build(&out, 0, &len, built[_i].number), -1);
	ck_assert_uint_eq(len, 0);
	free(out);
}
END_TEST

static const char *const no_numbers[] = {"", "0", "+15557770001", "0155577700",
		"1234567890123456", "1555 777", "1555777000a", "1<x/>", "AVAILABLE"};

START_TEST(no_number)
{
	size_t len;
	char *out;

	ck_assert_msg(
			build(&out, SH_DATA_SMS_REGISTRATION_MAX, &len, no_numbers[_i])
					== -1,
			"'%s' was taken", no_numbers[_i]);
	ck_assert_uint_eq(len, 0);
	free(out);
}
END_TEST

#define COUNT(a) ((int)(sizeof(a) / sizeof((a)[0])))

int main(void)
{
	Suite *suite = suite_create("sh_data_build");
	TCase *tests = tcase_create("sh_data_build");
	int status;

	xmldoc_init();
	tcase_add_loop_test(tests, document, 0, COUNT(built));
	tcase_add_loop_test(tests, no_room, 0, COUNT(built));
	tcase_add_loop_test(tests, no_number, 0, COUNT(no_numbers));
	suite_add_tcase(suite, tests);
	status = unit_run(suite);
	xmldoc_cleanup();
	return status;
}
