/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * TP-OA from what a hub says of the sender: numbers, short codes and names in all spellings, what is left out and cut, and
 * what falls back.
 */
#include "unit.h"

#include "codec/tp.h"
#include "ims/originator.h"
#include "ims/transliterate.h"

#define COUNT(a) ((int)(sizeof(a) / sizeof((a)[0])))

/* A copy of exactly the right size, so that the sanitizer sees a read behind it. */
static struct span exact(const char *text)
{
	size_t len = strlen(text);
	char *s = malloc(len ? len : 1);

	memcpy(s, text, len);
	return (struct span){s, len};
}

#define GLOBAL 0x91
#define SHORT 0x81
#define NAME 0xD0

static const struct
{
	const char *identity;
	uint8_t toa;
	const char *value;
} identities[] = {
		/* numbers */
		{"sip:+12025550199@hub.example;user=phone", GLOBAL, "12025550199"},
		{"tel:+12025550199", GLOBAL, "12025550199"},
		{"<tel:+12025550199>", GLOBAL, "12025550199"},
		{"\"Info\" <sip:+12025550199@hub.example>;tag=1", GLOBAL,
				"12025550199"},
		{"sips:%2b12025550199@hub", GLOBAL, "12025550199"},
		{"TEL:+1-202-555.01(99)", GLOBAL, "12025550199"},
		{"+1 202 555 0199", GLOBAL, "12025550199"},
		{"(+1) 202 555 0199", GLOBAL, "12025550199"},
		{"im:+12025550199@hub", GLOBAL, "12025550199"},
		{"sip:+123456789012345@hub", GLOBAL, "123456789012345"},
		{"sip:+12025550199:secret@hub", GLOBAL, "12025550199"},
		{"sip:+12025550199;x=y@hub", GLOBAL, "12025550199"},
		/* too long for E.164, short enough for an address */
		{"sip:+1234567890123456@hub", SHORT, "1234567890123456"},
		{"sip:12345678901234567890@hub", SHORT, "12345678901234567890"},
		/* short codes and local numbers */
		{"sip:12345@hub.example", SHORT, "12345"},
		{"tel:12345;phone-context=+49", SHORT, "12345"},
		{"sip:12345;phone-context=hub.example@hub.example;user=phone", SHORT,
				"12345"},
		{"12345", SHORT, "12345"},
		{"sip:447700900001@hub", SHORT, "447700900001"},
		{"sip:*100%23@hub", SHORT, "*100#"},
		{"tel:0171-123", SHORT, "0171123"},
		/* names */
		{"sip:InfoDesk@hub.example", NAME, "InfoDesk"},
		{"InfoDesk", NAME, "InfoDesk"},
		{"\"Info \\\"Desk\\\"\"", NAME, "Info \"Desk\""},
		{"sip:My%20Shop@hub", NAME, "My Shop"},
		{"sip:My Shop@hub", NAME, "My Shop"},
		{"<sip:Bank24@hub>", NAME, "Bank24"},
		{"\"12345\" <sip:Bank@hub>", NAME, "Bank"},
		{"sip:anonymous@anonymous.invalid", NAME, "anonymous"},
		{"Shop: sale", NAME, "Shop: sale"},
		{"100%25", NAME, "100%25"},
		{"sip:50%zz%4@hub", NAME, "50%zz%4"},
		{"1+2", NAME, "1+2"},
		{"+1a", NAME, "+1a"},
		{"++1", NAME, "++1"},
		{"+*1", NAME, "+*1"},
		{"**", NAME, "**"},
		{"urn:x:y", NAME, "urn:x:y"},
		/* letters that the default alphabet has, and that it has not */
		{"sip:Caf%C3%A9@hub", NAME, "Caf\u00E9"},
		{"sip:\u010Cesko@hub", NAME, "Cesko"},
		{"C\u030Cesko", NAME, "Cesko"},
		{"\u00DCber\u00DF", NAME, "\u00DCber\u00DF"},
		{"\u0141\u00F3d\u017A", NAME, "Lodz"},
		{"\u1EA4n \u0110\u1ED9", NAME, "An Do"},
		{"\u0218i \u021Bara", NAME, "Si tara"},
		{"Joe\u2019s \u201CX\u201D", NAME, "Joe's \"X\""},
		{"A\u00A0B\u2013C", NAME, "A B-C"},
		{"\u039A\u0391\u03A6\u0395", NAME, "KA\u03A6E"},
		{"\u041C\u0422\u0421 Bank", NAME, "Bank"},
		{"Hi\U0001F600!", NAME, "Hi!"},
		{"a\tb\r\nc", NAME, "abc"},
		{"x\xFF\xC3y", NAME, "xy"},
		/* cut */
		{"sip:ABCDEFGHIJKLMN@hub", NAME, "ABCDEFGHIJK"},
		{"ABCDEFGHIJ\u20AC", NAME, "ABCDEFGHIJ"},
		{"ABCDEFGHI\u20ACx", NAME, "ABCDEFGHI\u20AC"},
		{"ABCDEFGHIJ KL", NAME, "ABCDEFGHIJ"},
		/* no user part: the display name */
		{"\"Info Desk\" <sip:hub.example>", NAME, "Info Desk"},
		{"Info Desk <sip:hub.example>", NAME, "Info Desk"},
		{"\"+1 202\" <sip:@hub.example>", GLOBAL, "1202"},
		{"\"Shop\" < sip:@hub >", NAME, "Shop"},
		{"Shop <sip:x@hub", NAME, "Shop"},
		/* nothing that can be shown: the fallback */
		{"", NAME, "Gateway"},
		{"  ", NAME, "Gateway"},
		{"sip:hub.example", NAME, "Gateway"},
		{"<sip:hub.example>", NAME, "Gateway"},
		{"\"\" <sip:hub.example>", NAME, "Gateway"},
		{"tel:", NAME, "Gateway"},
		{"sip:%20@hub", NAME, "Gateway"},
		{"\u4F60\u597D", NAME, "Gateway"},
		{"sip:123456789012345678901@hub", NAME, "Gateway"},
		{"tel:+123456789012345678901", NAME, "Gateway"},
};

START_TEST(identity)
{
	struct span in = exact(identities[_i].identity);
	struct sms_address seen;
	uint8_t octets[TP_ADDRESS_MAX_OCTETS];
	size_t len;

	memset(&seen, 0xA5, sizeof(seen));
	ck_assert_int_eq(originator_address(&seen, in, SPAN("Gateway")), 0);
	ck_assert_msg(seen.toa == identities[_i].toa
						  && strcmp(seen.value, identities[_i].value) == 0,
			"%s: %02X '%s', expected %02X '%s'", identities[_i].identity,
			seen.toa, seen.value, identities[_i].toa, identities[_i].value);
	ck_assert_int_eq(tp_address_encode(octets, sizeof(octets), &len, &seen), 0);
	free((char *)in.s);
}
END_TEST

START_TEST(no_fallback)
{
	struct sms_address seen;
	uint8_t octets[TP_ADDRESS_MAX_OCTETS];
	size_t len;

	ck_assert_int_eq(originator_address(&seen, SPAN("sip:hub"), SPAN("")), -1);
	ck_assert(!seen.present);
	ck_assert_int_eq(tp_address_encode(octets, sizeof(octets), &len, &seen), 0);
	ck_assert_int_eq(
			originator_address(&seen, SPAN(""), SPAN("sip:12345@hub")), 0);
	ck_assert_str_eq(seen.value, "12345");
}
END_TEST

/* Of an identity as long as it likes. */
START_TEST(long_identity)
{
	enum
	{
		LONG = 5000
	};
	char *text = malloc(LONG);
	struct sms_address seen;

	memset(text, ' ', LONG);
	memcpy(text, "sip:", 4);
	memset(text + 4, '1', LONG - 8);
	memcpy(text + LONG - 4, "@hub", 4);
	ck_assert_int_eq(originator_address(
							 &seen, (struct span){text, LONG}, SPAN("Gateway")),
			0);
	ck_assert_str_eq(seen.value, "Gateway");
	memset(text + 4, 'x', LONG - 8);
	ck_assert_int_eq(originator_address(
							 &seen, (struct span){text, LONG}, SPAN("Gateway")),
			0);
	ck_assert_str_eq(seen.value, "xxxxxxxxxxx");
	free(text);
}
END_TEST

/* Whatever comes out has a code, and what has one stays. */
START_TEST(all_characters)
{
	static const struct
	{
		uint32_t in, out;
	} some[] = {{0xC0, 'A'}, {0xC9, 0xC9}, {0xD7, 'x'}, {0xDE, 'T'},
			{0xC6, 0xC6}, {0x391, 'A'}, {0x394, 0x394}, {0x3A7, 'X'},
			{0xFF, 'y'}, {0x100, 'A'}, {0x110, 'D'}, {0x131, 'i'}, {0x17F, 's'},
			{0x1A0, 'O'}, {0x1DC, 'u'}, {0x1ED, 'o'}, {0x21B, 't'},
			{0x1E00, 'A'}, {0x1E99, 'y'}, {0x1EA0, 'A'}, {0x1EF9, 'y'},
			{0x2000, ' '}, {0x200A, ' '}, {0x2015, '-'}, {0x2018, '\''},
			{0x201F, '"'}, {0x20AC, 0x20AC}, {0x0B, 0}, {0x7F, 0}};

	for(uint32_t cp = 0; cp <= 0x10FFFF; cp++) {
		uint32_t plain = transliterate(cp);

		if(cp == 0xD800)
			cp = 0xE000;
		ck_assert_msg(plain == 0 || transliterate(plain) == plain,
				"U+%04X gives U+%04X", cp, plain);
	}
	for(int i = 0; i < COUNT(some); i++)
		ck_assert_msg(transliterate(some[i].in) == some[i].out,
				"U+%04X gives U+%04X", some[i].in, transliterate(some[i].in));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("originator");
	TCase *tests = tcase_create("originator");

	tcase_add_loop_test(tests, identity, 0, COUNT(identities));
	tcase_add_test(tests, no_fallback);
	tcase_add_test(tests, long_identity);
	tcase_add_test(tests, all_characters);
	suite_add_tcase(suite, tests);
	return unit_run(suite);
}
