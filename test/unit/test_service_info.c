/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Service information: the document in all the forms S-CSCFs send, and the numbers in the forms operators write.
 */
#include "unit.h"

#include "ims/service_info.h"

/* A copy of exactly the right size, so that the sanitizer sees a read behind it. */
static struct span exact(const char *text)
{
	size_t len = strlen(text);
	char *s = malloc(len ? len : 1);

	memcpy(s, text, len);
	return (struct span){s, len};
}

#define DECLARATION "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
#define OPEN "<ims-3gpp version=\"1\"><service-info>"
#define CLOSE "</service-info></ims-3gpp>"

static const struct
{
	const char *document;
	int rc;
	const char *text;
} documents[] = {
		{OPEN "12025550101" CLOSE, 0, "12025550101"},
		{DECLARATION OPEN "12025550101" CLOSE "\r\n", 0, "12025550101"},
		{OPEN "<![CDATA[msisdn=12025550101]]>" CLOSE, 0, "msisdn=12025550101"},
		{OPEN "<![CDATA[<m>1</m>]]>&amp;<![CDATA[<i>2</i>]]>" CLOSE, 0,
				"<m>1</m>&<i>2</i>"},
		{OPEN "&lt;msisdn&gt;1&lt;/msisdn&gt;" CLOSE, 0, "<msisdn>1</msisdn>"},
		{OPEN "<sms xmlns=\"urn:test\"><msisdn>1</msisdn></sms>" CLOSE, 0,
				"<sms xmlns=\"urn:test\"><msisdn>1</msisdn></sms>"},
		{OPEN " a<b c=\"&lt;\">&lt;</b><!-- no -->d " CLOSE, 0,
				" a<b c=\"&lt;\">&lt;</b>d "},
		{"<ims-3gpp><service-info>x" CLOSE, 0, "x"},
		{"<ims-3gpp version='2'><x/>\n<service-info a='b'>x" CLOSE, 0, "x"},
		{"<i:ims-3gpp xmlns:i='urn:x'><i:service-info>x</i:service-info>"
		 "</i:ims-3gpp>",
				0, "x"},
		{OPEN CLOSE, 0, ""},
		{"<ims-3gpp><service-info/></ims-3gpp>", 0, ""},
		/* another document */
		{"<ims-3gpp/>", XMLDOC_UNKNOWN, ""},
		{"<ims-3gpp><alternative-service/></ims-3gpp>", XMLDOC_UNKNOWN, ""},
		{"<service-info>x</service-info>", XMLDOC_UNKNOWN, ""},
		{"<reginfo><ims-3gpp><service-info>x</service-info></ims-3gpp>"
		 "</reginfo>",
				XMLDOC_UNKNOWN, ""},
		/* not well-formed, but the S-CSCF can only have meant this */
		{OPEN "msisdn=1&imsi=2" CLOSE, 1, "msisdn=1&imsi=2"},
		{OPEN " a < b " CLOSE, 1, "a < b"},
		{OPEN "<![CDATA[1&2]]>" CLOSE "x", 1, "1&2"},
		{OPEN "<![CDATA[1&2" CLOSE, 1, "1&2"},
		{"<ims-3gpp version=1><service-info >x</service-info", 1, "x"},
		{OPEN "1&2</ims-3gpp>", XMLDOC_MALFORMED, ""},
		{"<service-info>1&2</service-info>", XMLDOC_MALFORMED, ""},
		{"12025550101", XMLDOC_MALFORMED, ""},
		{"", XMLDOC_MALFORMED, ""},
		/* what is refused is not repaired */
		{"<!DOCTYPE a>" OPEN "x" CLOSE, XMLDOC_DOCTYPE, ""},
		{"<?xml version=\"1.0\" encoding=\"UTF-7\"?>" OPEN "1&2" CLOSE,
				XMLDOC_ENCODING, ""},
};

#define CAP 64

START_TEST(document)
{
	struct span in = exact(documents[_i].document);
	char *out = malloc(CAP);
	size_t len = 99;
	int rc = service_info_text(out, CAP, &len, in);

	ck_assert_msg(rc == documents[_i].rc, "%s: %d", documents[_i].document, rc);
	ck_assert_msg(len == strlen(documents[_i].text)
						  && memcmp(out, documents[_i].text, len) == 0,
			"%s: '%.*s'", documents[_i].document, (int)len, out);
	free(out);
	free((char *)in.s);
}
END_TEST

START_TEST(does_not_fit)
{
	static const char *const texts[] = {OPEN "12345678" CLOSE,
			OPEN "<a>4</a>" CLOSE, OPEN "&2345678" CLOSE};
	char *out = malloc(8);
	size_t len, i;

	for(i = 0; i < 3; i++) {
		struct span in = {texts[i], strlen(texts[i])};

		ck_assert_int_ge(service_info_text(out, 8, &len, in), 0);
		ck_assert_uint_eq(len, 8);
		ck_assert_int_eq(service_info_text(out, 7, &len, in), XMLDOC_TOO_BIG);
		ck_assert_uint_eq(len, 0);
	}
	free(out);
}
END_TEST

static const struct
{
	enum service_info_format format;
	const char *text, *msisdn, *imsi;
} numbers[] = {
		{SERVICE_INFO_BARE, "447700900001", "447700900001", ""},
		{SERVICE_INFO_BARE, " +447700900001\r\n", "447700900001", ""},
		{SERVICE_INFO_BARE, "0398765432100", "0398765432100", ""},
		{SERVICE_INFO_BARE, "+44-7700-900001", "447700900001", ""},
		{SERVICE_INFO_BARE, "001010000000101", "", "001010000000101"},
		{SERVICE_INFO_BARE, "+49170000000001", "49170000000001", ""},
		{SERVICE_INFO_BARE, "447700900001;001010000000101", "447700900001",
				"001010000000101"},
		{SERVICE_INFO_BARE, "001010000000101, 447700900001 447700900002",
				"447700900001", "001010000000101"},
		{SERVICE_INFO_BARE, "123456", "", ""},
		{SERVICE_INFO_BARE, "1234567890123456", "", ""},
		{SERVICE_INFO_BARE, "000000000000000", "", ""},
		{SERVICE_INFO_BARE, "447700900001 sms", "", ""},
		{SERVICE_INFO_BARE, "msisdn=447700900001", "", ""},
		{SERVICE_INFO_BARE, "", "", ""},
		{SERVICE_INFO_BARE, " ; ", "", ""},

		{SERVICE_INFO_PAIRS, "msisdn=447700900001", "447700900001", ""},
		{SERVICE_INFO_PAIRS, "MSISDN=+447700900001;IMSI=001010000000101",
				"447700900001", "001010000000101"},
		{SERVICE_INFO_PAIRS, "imsi=001010000000101,msisdn=447700900001",
				"447700900001", "001010000000101"},
		{SERVICE_INFO_PAIRS, "a=b&msisdn=447700900001&imsi=001010000000101&c",
				"447700900001", "001010000000101"},
		{SERVICE_INFO_PAIRS, "msisdn=447700900001 imsi=001010000000101",
				"447700900001", "001010000000101"},
		{SERVICE_INFO_PAIRS, "msisdn = 447700900001\r\nimsi\t=\t26201000000010",
				"447700900001", "26201000000010"},
		{SERVICE_INFO_PAIRS, "msisdn=\"447700900001\" imsi='001010000000101'",
				"447700900001", "001010000000101"},
		{SERVICE_INFO_PAIRS, "msisdn=tel:+447700900001", "447700900001", ""},
		{SERVICE_INFO_PAIRS, "msisdn=sip:+447700900001@h;user=phone",
				"447700900001", ""},
		{SERVICE_INFO_PAIRS, "msisdn=447700900001;msisdn=447700900002",
				"447700900001", ""},
		{SERVICE_INFO_PAIRS, "msisdn=x;msisdn=447700900002", "447700900002",
				""},
		/* named so, short ones are numbers, too */
		{SERVICE_INFO_PAIRS, "msisdn=1001;imsi=001011", "1001", "001011"},
		{SERVICE_INFO_PAIRS, "msisdn=12;imsi=00101", "", ""},
		{SERVICE_INFO_PAIRS, "msisdn=1234567890123456;imsi=0010100000001011",
				"", ""},
		{SERVICE_INFO_PAIRS, "msisdn=262010000000101", "262010000000101", ""},
		{SERVICE_INFO_PAIRS, "imsi=+001010000000101", "", ""},
		{SERVICE_INFO_PAIRS, "xmsisdn=1234567 x-msisdn=1234567 msisdn2=1234567",
				"", ""},
		{SERVICE_INFO_PAIRS, "msisdn:447700900001", "", ""},
		{SERVICE_INFO_PAIRS, "msisdn==447700900001", "", ""},
		{SERVICE_INFO_PAIRS, "msisdn=", "", ""},
		{SERVICE_INFO_PAIRS, "msisdn", "", ""},
		{SERVICE_INFO_PAIRS, "447700900001", "", ""},

		{SERVICE_INFO_XML, "<msisdn>447700900001</msisdn>", "447700900001", ""},
		{SERVICE_INFO_XML,
				"<sms xmlns=\"urn:test\"><MSISDN> +447700900001 </MSISDN>\n"
				"<imsi>001010000000101</imsi></sms>",
				"447700900001", "001010000000101"},
		{SERVICE_INFO_XML, "<s:msisdn type=\"x\">447700900001</s:msisdn>",
				"447700900001", ""},
		{SERVICE_INFO_XML, "<msisdn>tel:+447700900001</msisdn>", "447700900001",
				""},
		{SERVICE_INFO_XML, "<msisdn/>447700900001<x/>", "", ""},
		{SERVICE_INFO_XML, "<msisdn></msisdn>447700900001", "", ""},
		{SERVICE_INFO_XML, "<msisdnx>447700900001</msisdnx>", "", ""},
		{SERVICE_INFO_XML, "<msisdn 447700900001", "", ""},
		{SERVICE_INFO_XML, "<msisdn>447700900001", "447700900001", ""},
		{SERVICE_INFO_XML, "msisdn=447700900001", "", ""},
		{SERVICE_INFO_XML, "<", "", ""},

		{SERVICE_INFO_AUTO, "447700900001", "447700900001", ""},
		{SERVICE_INFO_AUTO, "msisdn=447700900001&imsi=001010000000101",
				"447700900001", "001010000000101"},
		{SERVICE_INFO_AUTO, "<msisdn>447700900001</msisdn>", "447700900001",
				""},
		{SERVICE_INFO_AUTO,
				"<user msisdn=\"447700900001\" imsi='001010000000101'/>",
				"447700900001", "001010000000101"},
		{SERVICE_INFO_AUTO, "<imsi>001010000000101</imsi>msisdn=447700900001",
				"447700900001", "001010000000101"},
		{SERVICE_INFO_AUTO, "sms 20240101", "", ""},
};

START_TEST(number)
{
	struct span text = exact(numbers[_i].text);
	struct subscriber_numbers seen;
	int rc;

	memset(&seen, 'x', sizeof(seen));
	rc = service_info_numbers(&seen, text, numbers[_i].format);
	ck_assert_str_eq(seen.msisdn, numbers[_i].msisdn);
	ck_assert_str_eq(seen.imsi, numbers[_i].imsi);
	ck_assert_int_eq(rc, numbers[_i].msisdn[0] || numbers[_i].imsi[0] ? 0 : -1);
	free((char *)text.s);
}
END_TEST

START_TEST(format_name)
{
	enum service_info_format format = SERVICE_INFO_AUTO;

	ck_assert_int_eq(service_info_format_parse(&format, SPAN("bare")), 0);
	ck_assert_int_eq(format, SERVICE_INFO_BARE);
	ck_assert_int_eq(service_info_format_parse(&format, SPAN("pairs")), 0);
	ck_assert_int_eq(format, SERVICE_INFO_PAIRS);
	ck_assert_int_eq(service_info_format_parse(&format, SPAN("XML")), 0);
	ck_assert_int_eq(format, SERVICE_INFO_XML);
	ck_assert_int_eq(service_info_format_parse(&format, SPAN("auto")), 0);
	ck_assert_int_eq(format, SERVICE_INFO_AUTO);
	ck_assert_int_eq(service_info_format_parse(&format, SPAN("")), -1);
	ck_assert_int_eq(service_info_format_parse(&format, SPAN("json")), -1);
}
END_TEST

#define COUNT(a) ((int)(sizeof(a) / sizeof((a)[0])))

int main(void)
{
	Suite *suite = suite_create("service_info");
	TCase *tests = tcase_create("service_info");
	int status;

	xmldoc_init();
	tcase_add_loop_test(tests, document, 0, COUNT(documents));
	tcase_add_test(tests, does_not_fit);
	tcase_add_loop_test(tests, number, 0, COUNT(numbers));
	tcase_add_test(tests, format_name);
	suite_add_tcase(suite, tests);
	status = unit_run(suite);
	xmldoc_cleanup();
	return status;
}
