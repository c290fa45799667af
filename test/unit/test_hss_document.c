/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What documents of the HSS add to the data of a reading: each reference's own, what was not asked for, nothing twice,
 * nothing of what cannot be read.
 */
#include "unit.h"

#include <stdio.h>

#include "hss/document.h"
#include "ims/sh_data.h"

#define IMPU(x) "<IMSPublicIdentity>" x "</IMSPublicIdentity>"
#define IDENTIFIERS(x) \
	"<Sh-Data><PublicIdentifiers>" x "</PublicIdentifiers></Sh-Data>"
#define IMS_DATA(x) "<Sh-Data><Sh-IMS-Data>" x "</Sh-IMS-Data></Sh-Data>"

static struct hss_data data;

static void setup(void)
{
	hss_data_clear(&data);
}

static enum xmldoc_error add(uint64_t asked, const char *document)
{
	return hss_data_add(
			&data, asked, (struct span){document, strlen(document)});
}

START_TEST(answers_are_put_together)
{
	ck_assert_int_eq(add(REFERENCE(DATA_MSISDN),
							 IDENTIFIERS("<MSISDN>12025550101</MSISDN>")),
			XMLDOC_OK);
	ck_assert_int_eq(add(REFERENCE(DATA_IMS_USER_STATE),
							 IMS_DATA("<IMSUserState>1</IMSUserState>")),
			XMLDOC_OK);
	ck_assert_str_eq(data.msisdn, "12025550101");
	ck_assert_int_eq(data.user_state, SH_REGISTERED);
	ck_assert_uint_eq(data.answered,
			REFERENCE(DATA_MSISDN) | REFERENCE(DATA_IMS_USER_STATE));
}
END_TEST

START_TEST(an_empty_element_is_an_answer)
{
	ck_assert_int_eq(
			add(REFERENCE(DATA_MSISDN), IDENTIFIERS("<MSISDN></MSISDN>")),
			XMLDOC_OK);
	ck_assert_str_eq(data.msisdn, "");
	ck_assert_uint_eq(data.answered, REFERENCE(DATA_MSISDN));
}
END_TEST

START_TEST(what_was_not_asked_is_taken_when_there_is_something)
{
	ck_assert_int_eq(
			add(REFERENCE(DATA_IMSI),
					"<Sh-Data><PublicIdentifiers>" IMPU(
							"sip:a@h.test") "<MSISDN>12025550101</MSISDN>"
											"</"
											"PublicIdentifiers><Sh-IMS-Data><S-"
											"CSCFName>None"
											"</S-CSCFName></Sh-IMS-Data></"
											"Sh-Data>"),
			XMLDOC_OK);
	ck_assert_uint_eq(
			data.answered, REFERENCE(DATA_IMSI) | REFERENCE(DATA_MSISDN)
								   | REFERENCE(DATA_IMS_PUBLIC_IDENTITY));
	ck_assert_str_eq(data.scscf, "");
}
END_TEST

START_TEST(the_first_that_was_said_stays)
{
	add(REFERENCE(DATA_MSISDN), IDENTIFIERS("<MSISDN>12025550101</MSISDN>"));
	add(REFERENCE(DATA_IMSI), IDENTIFIERS("<MSISDN>12025550102</MSISDN>"));
	ck_assert_str_eq(data.msisdn, "12025550101");
}
END_TEST

START_TEST(each_identity_is_there_once)
{
	add(REFERENCE(DATA_IMS_PUBLIC_IDENTITY),
			IDENTIFIERS(IMPU("sip:a@h.test") IMPU("sip:a@H.test")
							IMPU("tel:+12025550101")));
	add(REFERENCE(DATA_IMSI), IDENTIFIERS(IMPU("tel:+1-202-555-0101")));
	ck_assert_uint_eq(data.impus, 2);
	ck_assert_str_eq(data.impu[0], "sip:a@h.test");
	ck_assert_str_eq(data.impu[1], "tel:+12025550101");
}
END_TEST

START_TEST(no_more_identities_than_there_is_room)
{
	char document[4096] = "<Sh-Data><PublicIdentifiers>";
	size_t n = strlen(document);

	for(int i = 0; i < HSS_IMPUS_MAX + 3; i++)
		n += (size_t)snprintf(
				document + n, sizeof(document) - n, IMPU("sip:u%d@h.test"), i);
	snprintf(document + n, sizeof(document) - n,
			"</PublicIdentifiers></Sh-Data>");
	ck_assert_int_eq(
			add(REFERENCE(DATA_IMS_PUBLIC_IDENTITY), document), XMLDOC_OK);
	ck_assert_uint_eq(data.impus, HSS_IMPUS_MAX);
}
END_TEST

START_TEST(what_cannot_be_read_changes_nothing)
{
	struct hss_data before;

	add(REFERENCE(DATA_MSISDN), IDENTIFIERS("<MSISDN>12025550101</MSISDN>"));
	before = data;
	ck_assert_int_lt(add(REFERENCE(DATA_IMSI), "\xff\xfe\x00junk"), XMLDOC_OK);
	ck_assert_int_lt(add(REFERENCE(DATA_IMSI), "<Sh-Data><IMSI>"), XMLDOC_OK);
	ck_assert_int_lt(add(REFERENCE(DATA_IMSI), "<other/>"), XMLDOC_OK);
	ck_assert_mem_eq(&data, &before, sizeof(data));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("hss_document");
	TCase *tc = tcase_create("all");

	xmldoc_init();
	tcase_add_checked_fixture(tc, setup, NULL);
	tcase_add_test(tc, answers_are_put_together);
	tcase_add_test(tc, an_empty_element_is_an_answer);
	tcase_add_test(tc, what_was_not_asked_is_taken_when_there_is_something);
	tcase_add_test(tc, the_first_that_was_said_stays);
	tcase_add_test(tc, each_identity_is_there_once);
	tcase_add_test(tc, no_more_identities_than_there_is_room);
	tcase_add_test(tc, what_cannot_be_read_changes_nothing);
	suite_add_tcase(suite, tc);
	return unit_run(suite);
}
