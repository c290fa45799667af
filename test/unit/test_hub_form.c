/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The form toward the hub (docs/hub.md): R-URI, From and every header for every kind of TPDU, destination and sender, and
 * that what does not fit is refused, not cut.
 */
#include "unit.h"

#include <stdio.h>

#include "ims/hub_form.h"

#define ARRIVAL 1795336867 /* Sun, 22 Nov 2026 08:41:07 GMT */
#define DATE "Date: Sun, 22 Nov 2026 08:41:07 GMT\r\n"
#define PAI "P-Asserted-Identity: <tel:+12025550101>\r\n"
#define TEXT "Content-Type: text/plain;charset=UTF-8\r\n"
#define OPAQUE "Content-Type: application/vnd.3gpp.sms\r\n"
#define GSM7 "X-SMS-CODING: GSM7\r\n"

/* SMS-SUBMIT to 12345 without TP-VP, no TP-UD: what the rows below leave as it is */
#define PLAIN "010005812143F5000000"

/* One form is asked for; what a row leaves out is that of the usual one. */
static struct tp_msg tp;
static uint8_t tpdu[TP_MAX_OCTETS];
static struct number dest;
static struct hub_form form;
static struct hub_form_in in;

static void usual(void)
{
	number_parse(&dest, SPAN("+12025550123"));
	in = (struct hub_form_in){
			.body = HUB_TEXT,
			.tp = &tp,
			.dest = &dest,
			.msisdn = "12025550101",
			.sender = SPAN("sip:alice@ims.example"),
			.home_domain = SPAN("ims.example"),
			.hub = SPAN("hub.example:5070"),
			.arrival = ARRIVAL,
			.assert_identity = true,
	};
}

static int build(const char *hex)
{
	size_t len = unit_hex(tpdu, sizeof(tpdu), hex);
	struct sms_error err;

	ck_assert_msg(tp_decode(&tp, &err, true, TP_IN_RP_DATA, tpdu, len) == 0,
			"%s: %s", hex, err.field);
	memset(&form, 0xA5, sizeof(form));
	return hub_form_build(&form, &in);
}

static void is_text(const char *seen, size_t len, const char *expected)
{
	ck_assert_str_eq(seen, expected);
	ck_assert_uint_eq(len, strlen(expected));
}

START_TEST(usual_text)
{
	ck_assert_int_eq(
			build("352A0B912120550521F30000A705C8329BFD06"), 0); /* Hello */
	is_text(form.ruri, form.ruri_len,
			"sip:+12025550123@hub.example:5070;user=phone");
	is_text(form.from, form.from_len,
			"sip:+12025550101@ims.example;user=phone");
	is_text(form.headers, form.headers_len,
			PAI DATE TEXT GSM7 "X-SMS-VALIDITY: 86400\r\n"
							   "X-REG-DELIVERY: 1\r\n");
}
END_TEST

START_TEST(name_for_the_hub_to_tell_by)
{
	in.message_id = SPAN("0123456789abcdef");
	ck_assert_int_eq(build("210005812143F5000000"), 0);
	is_text(form.headers, form.headers_len,
			PAI DATE TEXT GSM7 "X-REG-DELIVERY: 1\r\n"
							   "X-SMS-MESSAGE-ID: 0123456789abcdef\r\n");
}
END_TEST

START_TEST(opaque_body)
{
	in.body = HUB_OPAQUE;
	ck_assert_int_eq(
			build("412F0B912120550521F300040E0605040B8423F025060403AE81EA"), 0);
	is_text(form.headers, form.headers_len,
			PAI DATE OPAQUE "X-SMS-CODING: 8BIT\r\n"
							"X-SMS-UDH: 0605040B8423F0\r\n");
}
END_TEST

static void is_cpim(const char *expected)
{
	char seen[HUB_CPIM_MAX + 1];

	memcpy(seen, form.cpim, form.cpim_len);
	seen[form.cpim_len] = '\0';
	ck_assert_str_eq(seen, expected);
}

#define CPIM_ADDRESSES                                       \
	"From: <sip:+12025550101@ims.example;user=phone>\r\n"    \
	"To: <sip:+12025550123@hub.example:5070;user=phone>\r\n" \
	"DateTime: 2026-11-22T08:41:07Z\r\n"
#define CPIM_TEXT                                    \
	"\r\nContent-Type: text/plain;charset=UTF-8\r\n" \
	"\r\nHell\xc3\xb6\r\n"

START_TEST(cpim_asks_for_a_notification)
{
	in.body = HUB_CPIM;
	in.text = SPAN("Hell\xc3\xb6\r\n");
	in.message_id = SPAN("0123456789abcdef");
	ck_assert_int_eq(build("210005812143F5000000"), 0);
	is_text(form.headers, form.headers_len,
			PAI DATE "Content-Type: message/cpim\r\n" GSM7
					 "X-REG-DELIVERY: 1\r\n"
					 "X-SMS-MESSAGE-ID: 0123456789abcdef\r\n");
	is_cpim(CPIM_ADDRESSES
			"NS: imdn <urn:ietf:params:imdn>\r\n"
			"imdn.Message-ID: 0123456789abcdef\r\n"
			"imdn.Disposition-Notification: "
			"positive-delivery, negative-delivery\r\n" CPIM_TEXT);
}
END_TEST

START_TEST(cpim_of_a_text_that_wants_none)
{
	in.body = HUB_CPIM;
	in.text = SPAN("Hell\xc3\xb6\r\n");
	ck_assert_int_eq(build(PLAIN), 0);
	is_cpim(CPIM_ADDRESSES CPIM_TEXT);
}
END_TEST

static const struct
{
	const char *what, *hex, *metadata;
} metadata[] = {
		{"nothing but the alphabet", PLAIN, GSM7},
		{"UCS2", "010005812143F5000800", "X-SMS-CODING: UCS2\r\n"},
		{"8-bit data", "010005812143F5000400", "X-SMS-CODING: 8BIT\r\n"},
		{"reserved alphabet", "010005812143F5000C00", "X-SMS-CODING: 8BIT\r\n"},
		{"compressed text is no alphabet", "010005812143F5002000",
				"X-SMS-CODING: 8BIT\r\n"},
		{"class 0", "010005812143F5001000", GSM7 "X-M-CLASS: 0\r\n"},
		{"class 3, UCS2", "010005812143F5001B00",
				"X-SMS-CODING: UCS2\r\nX-M-CLASS: 3\r\n"},
		{"class 1, 8-bit data", "010005812143F500F500",
				"X-SMS-CODING: 8BIT\r\nX-M-CLASS: 1\r\n"},
		{"message waiting, UCS2", "010005812143F500E800",
				"X-SMS-CODING: UCS2\r\n"},
		{"TP-PID", "010005812143F5400000", GSM7 "X-SMS-PID: 64\r\n"},
		{"status report asked for", "210005812143F5000000",
				GSM7 "X-REG-DELIVERY: 1\r\n"},
		{"relative TP-VP, shortest", "110005812143F500000000",
				GSM7 "X-SMS-VALIDITY: 300\r\n"},
		{"relative TP-VP, longest", "110005812143F50000FF00",
				GSM7 "X-SMS-VALIDITY: 38102400\r\n"},
		{"absolute TP-VP", "190005812143F500006211322100004000",
				GSM7 "X-SMS-VALIDITY: 94733\r\n"},
		{"absolute TP-VP in the past", "190005812143F500006211122100004000",
				GSM7 "X-SMS-VALIDITY: 0\r\n"},
		{"enhanced TP-VP, 90 minutes", "090005812143F500000310030000000000",
				GSM7 "X-SMS-VALIDITY: 5400\r\n"},
		{"enhanced TP-VP that gives none", "090005812143F500000000000000000000",
				GSM7},
		{"concatenation, 8 bits", "410005812143F5000008 0500035A020182",
				GSM7 "X-SMS-UDH: 0500035A0201\r\n"
					 "X-SMS-CONCAT: ref=90;total=2;seq=1\r\n"},
		{"concatenation, 16 bits", "410005812143F500000806080412340302",
				GSM7 "X-SMS-UDH: 06080412340302\r\n"
					 "X-SMS-CONCAT: ref=4660;total=3;seq=2\r\n"},
		{"broken header", "410005812143F50004030900FF",
				"X-SMS-CODING: 8BIT\r\n"},
};

START_TEST(metadata_headers)
{
	char hex[64], expected[512];
	size_t n = 0;

	for(const char *p = metadata[_i].hex; *p; p++)
		if(*p != ' ')
			hex[n++] = *p;
	hex[n] = '\0';
	ck_assert_int_eq(build(hex), 0);
	snprintf(expected, sizeof(expected), PAI DATE TEXT "%s",
			metadata[_i].metadata);
	is_text(form.headers, form.headers_len, expected);
}
END_TEST

static const struct
{
	const char *dest, *home, *hub, *ruri;
} destinations[] = {
		{"+12025550123", "ims.example", "hub.example",
				"sip:+12025550123@hub.example;user=phone"},
		{"12345", "ims.example", "hub.example",
				"sip:12345;phone-context=ims.example@hub.example;user=phone"},
		{"*100#", "ims.example", "hub.example",
				"sip:*100%23;phone-context=ims.example@hub.example;user="
				"phone"},
		{"12345", "[2001:db8::1]", "[2001:db8::2]:5060",
				"sip:12345@[2001:db8::2]:5060;user=phone"},
};

START_TEST(destination)
{
	const char *dialled = destinations[_i].dest;

	number_parse(&dest, (struct span){dialled, strlen(dialled)});
	in.home_domain =
			(struct span){destinations[_i].home, strlen(destinations[_i].home)};
	in.hub = (struct span){destinations[_i].hub, strlen(destinations[_i].hub)};
	ck_assert_int_eq(build(PLAIN), 0);
	is_text(form.ruri, form.ruri_len, destinations[_i].ruri);
}
END_TEST

START_TEST(destination_without_a_number)
{
	dest.kind = NUMBER_NONE;
	in.dest_uri = SPAN("sip:bob@ims.peer.example;x=y");
	ck_assert_int_eq(build(PLAIN), 0);
	is_text(form.ruri, form.ruri_len, "sip:bob@ims.peer.example;x=y");
	is_text(form.from, form.from_len,
			"sip:+12025550101@ims.example;user=phone");
	in.body = HUB_CPIM;
	ck_assert_int_eq(build(PLAIN), 0);
	form.cpim[form.cpim_len] = '\0';
	ck_assert_ptr_nonnull(
			strstr(form.cpim, "To: <sip:bob@ims.peer.example;x=y>\r\n"));
}
END_TEST

static const struct
{
	const char *uri;
	bool taken;
} uris[] = {
		{"sip:bob@ims.example", true},
		{"sips:bob@ims.example", true},
		{"SIP:bob@[2001:db8::1]:5060;transport=tcp", true},
		{"sip:+12025550123@ims.example;user=phone", true},
		{"", false},
		{"bob", false},
		{"sip:ims.example", false},
		{"sip:@ims.example", false},
		{"tel:+12025550123", false},
		{"urn:service:sos", false},
		{"sip:bob@ims.example?Subject=x", false},
		{"sip:bob@ims.example>;x=y", false},
		{"sip:bob@ims.example\r\nX: y", false},
};

START_TEST(what_may_be_a_destination)
{
	const char *uri = uris[_i].uri;

	in.dest_uri = (struct span){uri, strlen(uri)};
	ck_assert_int_eq(hub_form_takes(in.dest_uri), uris[_i].taken);
	dest.kind = NUMBER_NONE;
	ck_assert_int_eq(build(PLAIN), uris[_i].taken ? 0 : -1);
}
END_TEST

START_TEST(longest_destination)
{
	char uri[HUB_URI_MAX + 1];

	memset(uri, 'h', sizeof(uri));
	memcpy(uri, "sip:bob@", 8);
	in.dest_uri = (struct span){uri, HUB_URI_MAX - 1};
	ck_assert(hub_form_takes(in.dest_uri));
	ck_assert_int_eq(build(PLAIN), 0);
	in.dest_uri.len++;
	ck_assert(!hub_form_takes(in.dest_uri));
	ck_assert_int_eq(build(PLAIN), -1);
}
END_TEST

#define MIXED(boundary) \
	"Content-Type: multipart/mixed;boundary=\"" boundary "\"\r\n"

START_TEST(opaque_body_of_several_parts)
{
	in.body = HUB_OPAQUE;
	in.boundary = SPAN("b 7");
	ck_assert_int_eq(build(PLAIN), 0);
	is_text(form.headers, form.headers_len, PAI DATE MIXED("b 7") GSM7);
	in.body = HUB_TEXT;
	ck_assert_int_eq(build(PLAIN), 0);
	is_text(form.headers, form.headers_len, PAI DATE TEXT GSM7);
	in.body = HUB_OPAQUE;
	in.boundary = SPAN("b\r\nX: y");
	ck_assert_int_eq(build(PLAIN), -1);
	in.boundary = SPAN("b\";x=\"");
	ck_assert_int_eq(build(PLAIN), -1);
	in.boundary = SPAN("\xc3\xa4");
	ck_assert_int_eq(build(PLAIN), -1);
}
END_TEST

START_TEST(sender_without_msisdn)
{
	in.msisdn = "";
	ck_assert_int_eq(build(PLAIN), 0);
	is_text(form.from, form.from_len, "sip:alice@ims.example");
	is_text(form.headers, form.headers_len,
			"P-Asserted-Identity: <sip:alice@ims.example>\r\n" DATE TEXT GSM7);
}
END_TEST

START_TEST(hub_that_is_not_trusted)
{
	in.assert_identity = false;
	ck_assert_int_eq(build(PLAIN), 0);
	is_text(form.headers, form.headers_len, DATE TEXT GSM7);
}
END_TEST

START_TEST(date)
{
	in.assert_identity = false;
	in.arrival = 0;
	ck_assert_int_eq(build(PLAIN), 0);
	is_text(form.headers, form.headers_len,
			"Date: Thu, 01 Jan 1970 00:00:00 GMT\r\n" TEXT GSM7);
	in.arrival = 1835481599;
	ck_assert_int_eq(build(PLAIN), 0);
	is_text(form.headers, form.headers_len,
			"Date: Tue, 29 Feb 2028 23:59:59 GMT\r\n" TEXT GSM7);
}
END_TEST

START_TEST(no_destination)
{
	dest.kind = NUMBER_NONE;
	ck_assert_int_eq(build(PLAIN), -1);
}
END_TEST

static const char *repeated(char *out, char c, size_t n)
{
	memset(out, c, n);
	out[n] = '\0';
	return out;
}

START_TEST(what_does_not_fit_is_refused)
{
	/* "sip:+12025550123@" and ";user=phone" take 28 of 255 octets */
	char hub[HUB_URI_MAX + 1];
	const size_t longest = HUB_URI_MAX - 1 - 28;

	in.hub = (struct span){repeated(hub, 'h', longest), longest};
	ck_assert_int_eq(build(PLAIN), 0);
	ck_assert_uint_eq(form.ruri_len, HUB_URI_MAX - 1);
	in.hub = (struct span){repeated(hub, 'h', longest + 1), longest + 1};
	ck_assert_int_eq(build(PLAIN), -1);

	usual();
	in.msisdn = "";
	in.sender = (struct span){repeated(hub, 's', HUB_URI_MAX), HUB_URI_MAX - 1};
	ck_assert_int_eq(build(PLAIN), 0);
	in.sender.len++;
	ck_assert_int_eq(build(PLAIN), -1);
}
END_TEST

START_TEST(longest_metadata_fits)
{
	char hex[2 * TP_MAX_OCTETS + 1] =
			"790005812143F500"; /* UDHI, SRR, absolute */
	char udh[2 * 140 + 1];

	strcat(hex, "0462113221000040"
				"8C"
				"8BFF89");
	strcat(hex, repeated(udh, 'E', 2 * 137));
	ck_assert_int_eq(build(hex), 0);
	ck_assert_ptr_nonnull(strstr(form.headers, "X-SMS-UDH: 8BFF89EEEE"));
	ck_assert_ptr_nonnull(strstr(form.headers, "X-REG-DELIVERY: 1\r\n"));
}
END_TEST

#define COUNT(a) ((int)(sizeof(a) / sizeof((a)[0])))

int main(void)
{
	Suite *suite = suite_create("hub_form");
	TCase *tests = tcase_create("hub_form");

	tcase_add_checked_fixture(tests, usual, NULL);
	tcase_add_test(tests, usual_text);
	tcase_add_test(tests, name_for_the_hub_to_tell_by);
	tcase_add_test(tests, opaque_body);
	tcase_add_test(tests, cpim_asks_for_a_notification);
	tcase_add_test(tests, cpim_of_a_text_that_wants_none);
	tcase_add_loop_test(tests, metadata_headers, 0, COUNT(metadata));
	tcase_add_loop_test(tests, destination, 0, COUNT(destinations));
	tcase_add_test(tests, destination_without_a_number);
	tcase_add_loop_test(tests, what_may_be_a_destination, 0, COUNT(uris));
	tcase_add_test(tests, longest_destination);
	tcase_add_test(tests, opaque_body_of_several_parts);
	tcase_add_test(tests, sender_without_msisdn);
	tcase_add_test(tests, hub_that_is_not_trusted);
	tcase_add_test(tests, date);
	tcase_add_test(tests, no_destination);
	tcase_add_test(tests, what_does_not_fit_is_refused);
	tcase_add_test(tests, longest_metadata_fits);
	suite_add_tcase(suite, tests);
	return unit_run(suite);
}
