/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What a hub is told of a delivery: the table of SIP statuses row by row, what a row of mt_answer may say, rows that are
 * refused, and the Reason header.
 */
#include "unit.h"

#include "flow/mt_outcome.h"

static struct mt_answers answers;

static void reset(void)
{
	mt_answers_defaults(&answers);
}

static unsigned code_of(enum mt_kind kind, unsigned cause_or_status)
{
	struct mt_outcome outcome = {.kind = kind};

	if(kind == MT_RP_ERROR || kind == MT_MEMORY_FULL)
		outcome.rp_cause = (uint8_t)cause_or_status;
	else
		outcome.sip_status = (uint16_t)cause_or_status;
	return mt_answers_get(&answers, &outcome);
}

static void is_code(enum mt_kind kind, unsigned detail, unsigned code)
{
	unsigned seen = code_of(kind, detail);

	ck_assert_msg(seen == code, "%s %u: %u, expected %u", mt_kind_name(kind),
			detail, seen, code);
}

/* docs/hub.md. */
static const struct
{
	enum mt_kind kind;
	unsigned detail, code;
} defaults[] = {
		{MT_DELIVERED, 0, 200},
		{MT_PENDING, 0, 202},
		{MT_NOT_REGISTERED, 0, 480},
		{MT_UNKNOWN, 0, 404},
		{MT_NO_CAPABILITY, 0, 488},
		{MT_MEMORY_FULL, 22, 480},
		{MT_RP_ERROR, 111, 488},
		{MT_RP_ERROR, 1, 488},
		{MT_RP_ERROR, 127, 488},
		{MT_NO_REPORT, 0, 480},
		{MT_NO_ANSWER, 0, 480},
		{MT_NO_ANSWER, 408, 480},
		{MT_UNSENT, 0, 480},
		{MT_BAD_TYPE, 0, 415},
		{MT_BAD_TEXT, 0, 400},
		{MT_TOO_LONG, 0, 413},
		{MT_QUEUE_FULL, 0, 480},
		{MT_OVERLOAD, 0, 503},
		{MT_CANCELLED, 0, 480},
		{MT_EXPIRED, 0, 480},
		{MT_UNKNOWN_TEXT, 0, 481},
		{MT_TOLD_BEFORE, 0, 200},
		{MT_NOTHING_TO_TELL, 0, 200},
		{MT_INTERNAL, 0, 500},
		{MT_REFUSED, 404, 404},
		{MT_REFUSED, 604, 404},
		{MT_REFUSED, 410, 410},
		{MT_REFUSED, 430, 480},
		{MT_REFUSED, 480, 480},
		{MT_REFUSED, 503, 480},
		{MT_REFUSED, 504, 480},
		{MT_REFUSED, 400, 500},
		{MT_REFUSED, 420, 500},
		{MT_REFUSED, 481, 500},
		{MT_REFUSED, 403, 403},
		{MT_REFUSED, 413, 488},
		{MT_REFUSED, 513, 488},
		{MT_REFUSED, 415, 488},
		{MT_REFUSED, 488, 488},
		{MT_REFUSED, 606, 488},
		{MT_REFUSED, 486, 486},
		{MT_REFUSED, 600, 486},
		{MT_REFUSED, 500, 480},
		{MT_REFUSED, 502, 480},
		{MT_REFUSED, 580, 480},
		{MT_REFUSED, 302, 480},
		{MT_REFUSED, 499, 480},
		{MT_REFUSED, 699, 480},
};

#define COUNT(a) ((int)(sizeof(a) / sizeof((a)[0])))

START_TEST(default_row)
{
	is_code(defaults[_i].kind, defaults[_i].detail, defaults[_i].code);
}
END_TEST

START_TEST(every_kind_has_a_name_and_a_code)
{
	int kind, status;

	for(kind = 0; kind < MT_KINDS; kind++) {
		ck_assert_msg(mt_kind_name(kind) && mt_kind_name(kind)[0],
				"kind %d has no name", kind);
		ck_assert_msg(
				code_of(kind, 0) >= 200, "%s has no code", mt_kind_name(kind));
	}
	for(status = MT_STATUS_MIN; status < MT_STATUS_MAX; status++)
		ck_assert_msg(code_of(MT_REFUSED, (unsigned)status) >= 400,
				"no code for %d", status);
}
END_TEST

START_TEST(a_row_sets_what_it_names)
{
	ck_assert_int_eq(mt_answers_set(&answers, "404,604=480"), 0);
	is_code(MT_REFUSED, 404, 480);
	is_code(MT_REFUSED, 604, 480);
	is_code(MT_REFUSED, 410, 410);
	ck_assert_int_eq(mt_answers_set(&answers, "5xx=503"), 0);
	is_code(MT_REFUSED, 500, 503);
	is_code(MT_REFUSED, 599, 503);
	is_code(MT_REFUSED, 499, 480);
	is_code(MT_REFUSED, 600, 486);
	ck_assert_int_eq(mt_answers_set(&answers, "rp-22=486"), 0);
	is_code(MT_MEMORY_FULL, 22, 486);
	is_code(MT_RP_ERROR, 111, 488);
	ck_assert_int_eq(mt_answers_set(&answers, "memory-full=489"), 0);
	is_code(MT_MEMORY_FULL, 22, 489);
	ck_assert_int_eq(
			mt_answers_set(&answers, "no-report,not-registered=404"), 0);
	is_code(MT_NO_REPORT, 0, 404);
	is_code(MT_NOT_REGISTERED, 0, 404);
	ck_assert_int_eq(mt_answers_set(&answers, "rp-error=480"), 0);
	is_code(MT_RP_ERROR, 111, 480);
	is_code(MT_MEMORY_FULL, 22, 480);
	ck_assert_int_eq(mt_answers_set(&answers, "default=500"), 0);
	is_code(MT_REFUSED, 404, 500);
	is_code(MT_REFUSED, 302, 500);
	is_code(MT_UNKNOWN, 0, 404);
}
END_TEST

static const char *const refused[] = {
		"",
		"404",
		"=404",
		"404=",
		"404=199",
		"404=700",
		"404=4040",
		"404=40x",
		"299=404",
		"700=404",
		"404,=404",
		",404=404",
		"404 =404",
		"404= 404",
		"7xx=404",
		"2xx=404",
		"rp-0=404",
		"rp-128=404",
		"rp-=404",
		"refused=404",
		"nonsense=404",
		"no-report-=404",
		"404=404=404",
};

START_TEST(a_bad_row)
{
	ck_assert_msg(mt_answers_set(&answers, refused[_i]) == -1, "'%s' was taken",
			refused[_i]);
}
END_TEST

static void is_reason(const struct mt_outcome *outcome, const char *expected)
{
	char line[MT_REASON_MAX];
	size_t len = mt_reason(line, outcome);

	ck_assert_str_eq(line, expected);
	ck_assert_uint_eq(len, strlen(expected));
}

START_TEST(reason)
{
	struct mt_outcome o = {.kind = MT_DELIVERED, .code = 200};

	is_reason(&o, "");
	o = (struct mt_outcome){.kind = MT_PENDING, .code = 202};
	is_reason(&o, "");
	o = (struct mt_outcome){
			.kind = MT_MEMORY_FULL, .code = 480, .rp_cause = 22};
	is_reason(&o, "Reason: RP;cause=22;text=\"memory capacity exceeded\"\r\n");
	o = (struct mt_outcome){.kind = MT_RP_ERROR, .code = 488, .rp_cause = 127};
	is_reason(
			&o, "Reason: RP;cause=127;text=\"interworking, unspecified\"\r\n");
	o = (struct mt_outcome){.kind = MT_REFUSED, .code = 486, .sip_status = 486};
	is_reason(&o, "Reason: SIP;cause=486;text=\"Busy Here\"\r\n");
	o = (struct mt_outcome){
			.kind = MT_NO_ANSWER, .code = 480, .sip_status = 408};
	is_reason(&o, "Reason: SIP;cause=408;text=\"Request Timeout\"\r\n");
	o = (struct mt_outcome){.kind = MT_NO_ANSWER, .code = 480};
	is_reason(&o, "Reason: SIP;cause=480;text=\"no-answer\"\r\n");
	o = (struct mt_outcome){.kind = MT_NO_REPORT, .code = 480};
	is_reason(&o, "Reason: SIP;cause=480;text=\"no-report\"\r\n");
}
END_TEST

/* A line is never cut, whatever the numbers are. */
START_TEST(reason_fits)
{
	char line[MT_REASON_MAX];
	int kind, n;

	for(kind = 0; kind < MT_KINDS; kind++)
		for(n = 0; n < MT_STATUS_MAX; n++) {
			struct mt_outcome o = {.kind = kind,
					.code = 699,
					.sip_status = (uint16_t)n,
					.rp_cause = (uint8_t)(n % MT_CAUSES)};
			size_t len = mt_reason(line, &o);

			ck_assert_msg(
					mt_answers_get(&answers, &o) < 300
							|| (len > 2 && strcmp(line + len - 2, "\r\n") == 0),
					"%s %d: '%s'", mt_kind_name(kind), n, line);
		}
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("mt_outcome");
	TCase *tc = tcase_create("mt_outcome");

	tcase_add_checked_fixture(tc, reset, NULL);
	tcase_add_loop_test(tc, default_row, 0, COUNT(defaults));
	tcase_add_test(tc, every_kind_has_a_name_and_a_code);
	tcase_add_test(tc, a_row_sets_what_it_names);
	tcase_add_loop_test(tc, a_bad_row, 0, COUNT(refused));
	tcase_add_test(tc, reason);
	tcase_add_test(tc, reason_fits);
	suite_add_tcase(suite, tc);
	return unit_run(suite);
}
