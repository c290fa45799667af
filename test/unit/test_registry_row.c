/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Registrations as rows of a database: what is written is read back, in harmless characters only; rows that nobody of ours
 * wrote are refused.
 */
#include "registry_fixture.h"

#include "registry/row.h"

static struct row row;

static void is_harmless(struct span text)
{
	for(size_t i = 0; i < text.len; i++)
		ck_assert_msg(text.s[i] >= ' ' && text.s[i] < 0x7f
							  && !strchr("'\"\\", text.s[i]),
				"octet %02X", text.s[i]);
}

static void comes_back(const struct registration *reg)
{
	ck_assert_int_eq(row_write(&row, reg), 0);
	for(int i = 0; i < ROW_TEXTS; i++)
		is_harmless(row.text[i]);
	memset(&out, 0x5A, sizeof(out));
	ck_assert_int_eq(row_read(&out, &row), 0);
	ck_assert_uint_eq(out.serial, 0);
	same_registration(&out, reg);
	ck_assert_int_eq(out.registered_at, reg->registered_at);
	ck_assert_uint_eq(out.smsip_contacts, reg->smsip_contacts);
}

START_TEST(written_is_read)
{
	registration_say(&in, &alice, NOW);
	in.registered_at = NOW - 5;
	in.smsip_contacts = 2;
	in.state.hss_wanted = 255;
	in.state.hss_told = 1;
	memcpy(in.state.user, "\x00\x7F\x80\xFF'\"\\^", 8);
	comes_back(&in);
	is(row.text[ROW_KEY], "u:12025550101@ims.example");
	is(row.text[ROW_IMPUS], alice.impus);
	is(row.text[ROW_CONTACTS],
			"1700003600,1,sip:alice@10.0.0.1:5060;transport=tcp "
			"1700003600,2,sip:alice@10.0.0.2 1700003600,0,sip:alice@10.0.0.3 "
			"1700003600,5,sip:alice@10.0.0.4");
	is(row.text[ROW_USER], "007F80FF27225C5E");
	registration_say(&in, &bob, NOW);
	comes_back(&in);
}
END_TEST

/* The registry takes any octets but in IMPUs. */
START_TEST(any_octets)
{
	char all[256];

	for(int i = 0; i < 256; i++)
		all[i] = (char)i;
	registration_say(&in, &alice, NOW);
	in.scscf = (struct span){all, sizeof(all)};
	in.impi = (struct span){all, REGISTRATION_URI_MAX};
	in.contact[0].uri = (struct span){all, sizeof(all)};
	in.contact[1].uri.len = 0;
	in.contact[2].expires_at = INT64_MIN;
	in.smsip_contacts = 2;
	comes_back(&in);
}
END_TEST

START_TEST(largest)
{
	static char text[REGISTRATION_TEXT_MAX];
	size_t used = 0;

	memset(text, '\'', sizeof(text));
	registration_say(&in, &alice, NOW);
	for(unsigned i = 0; i < in.impus; i++)
		used += in.impu[i].len;
	used += in.msisdn.len + in.imsi.len + in.impi.len;
	in.contacts = 0;
	in.scscf = (struct span){text, REGISTRATION_TEXT_MAX - used};
	comes_back(&in);
}
END_TEST

/* The key is one for all spellings of the primary IMPU, and another one for another. */
START_TEST(one_key_for_all_spellings)
{
	static const char *const same[] = {"sip:+12025550101@ims.example",
			"SIP:1-202-555-0101@IMS.Example;user=phone",
			"sips:%2B12025550101@ims.example"};

	for(int i = 0; i < COUNT(same); i++) {
		ck_assert_int_eq(row_write_key(&row, text_span(same[i])), 0);
		is(row.text[ROW_KEY], "u:12025550101@ims.example");
	}
	ck_assert_int_eq(row_write_key(&row, text_span("tel:+12025550101")), 0);
	is(row.text[ROW_KEY], "n:12025550101");
	ck_assert_int_eq(row_write_key(&row, text_span("sip:%27;x@h")), 0);
	is(row.text[ROW_KEY], "u:^27@h");
	ck_assert_int_eq(row_write_key(&row, text_span("alice")), -1);
}
END_TEST

/* What somebody may have written by hand. */
static const struct
{
	int column;
	const char *text;
} broken_texts[] = {
		{ROW_IMPUS, ""},
		{ROW_IMPUS, "a a a a a a a a a a a a a a a a a"},
		{ROW_IMPUS, "sip:a  sip:b"},
		{ROW_IMPUS, "sip:a^"},
		{ROW_IMPUS, "sip:a^2"},
		{ROW_IMPUS, "sip:a^2g"},
		{ROW_SCSCF, "^"},
		{ROW_CONTACTS, "x"},
		{ROW_CONTACTS, "1"},
		{ROW_CONTACTS, "1,"},
		{ROW_CONTACTS, "1,1x,sip:a"},
		{ROW_CONTACTS, "x,1,sip:a"},
		{ROW_CONTACTS, ",1,sip:a"},
		{ROW_CONTACTS, "1,3,sip:a"},
		{ROW_CONTACTS, "1,-1,sip:a"},
		{ROW_CONTACTS, "1,7,sip:a"},
		{ROW_CONTACTS, "1,9,sip:a"},
		{ROW_CONTACTS, "111111111111111111111111,1,sip:a"},
		{ROW_CONTACTS, "1,1,a 1,1,a 1,1,a 1,1,a 1,1,a 1,1,a 1,1,a 1,1,a 1,1,a"},
		{ROW_USER, ""},
		{ROW_USER, "00112233445566"},
		{ROW_USER, "001122334455667g"},
};

START_TEST(broken_text)
{
	registration_say(&in, &alice, NOW);
	ck_assert_int_eq(row_write(&row, &in), 0);
	row.text[broken_texts[_i].column] = text_span(broken_texts[_i].text);
	ck_assert_msg(row_read(&out, &row) == -1, "'%s'", broken_texts[_i].text);
}
END_TEST

static const struct
{
	int column;
	int64_t number;
} broken_numbers[] = {
		{ROW_CAPABILITY, -1},
		{ROW_CAPABILITY, 3},
		{ROW_HSS_WANTED, 256},
		{ROW_HSS_TOLD, -1},
};

START_TEST(broken_number)
{
	registration_say(&in, &alice, NOW);
	ck_assert_int_eq(row_write(&row, &in), 0);
	row.number[broken_numbers[_i].column] = broken_numbers[_i].number;
	ck_assert_int_eq(row_read(&out, &row), -1);
}
END_TEST

/* More text than a registration has room for. */
START_TEST(too_much_text)
{
	static char text[REGISTRATION_TEXT_MAX];

	memset(text, 'a', sizeof(text));
	registration_say(&in, &alice, NOW);
	ck_assert_int_eq(row_write(&row, &in), 0);
	row.text[ROW_SCSCF] = (struct span){text, sizeof(text)};
	ck_assert_int_eq(row_read(&out, &row), -1);
	in.impus = 0;
	ck_assert_int_eq(row_write(&row, &in), -1);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("registry_row");
	TCase *tests = tcase_create("registry_row");

	tcase_add_test(tests, written_is_read);
	tcase_add_test(tests, any_octets);
	tcase_add_test(tests, largest);
	tcase_add_test(tests, one_key_for_all_spellings);
	tcase_add_loop_test(tests, broken_text, 0, COUNT(broken_texts));
	tcase_add_loop_test(tests, broken_number, 0, COUNT(broken_numbers));
	tcase_add_test(tests, too_much_text);
	suite_add_tcase(suite, tests);
	return unit_run(suite);
}
