/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Deliveries as rows of a database: what is written is read back, in harmless characters only; rows that nobody of ours wrote are
 * refused.
 */
#include "unit.h"

#include "flow/delivery.h"
#include "flow/delivery_row.h"

#define MESSAGE                                                               \
	"MESSAGE sip:+12025550101@ims.test SIP/2.0\r\nFrom: \"O'Neill\" "         \
	"<sip:hub@hub.test>;tag=1\r\nContent-Length: 12\r\n\r\n\\ ^ \xf0\x9f\x98" \
	"\x80 %s"

static char buffer[1 << 18], read_buffer[1 << 18];
static struct delivery_row row;
static struct delivery_kept_row in, out;

static void set_up(void)
{
	static const uint8_t tpdus[] = "\x03\x00\x01\x02\x01\xff";

	in = (struct delivery_kept_row){
			.name = {'0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B',
					'C', 'D', 'E', 'F'},
			.kept = DELIVERY_KEPT_SENT,
			.place = 1700000000000001,
			.expires_at = 1700000086400000,
			.flags = DELIVERY_MAY_BE_HELD | DELIVERY_OF_A_HUB
					 | DELIVERY_WITH_DOCUMENT,
			.gateway = SPAN("sip:ipsmgw.ims.test"),
			.to = SPAN("sip:+12025550101@ims.test;user=phone"),
			.from = SPAN("\"A B\" <sip:info'bank@hub.test>"),
			.rp_oa = SPAN("12025550999"),
			.message = {MESSAGE, sizeof(MESSAGE)}, /* with a NUL */
			.received = SPAN("1,127.0.0.1,5080,127.0.0.1,5060"),
			.impu = SPAN("sip:+12025550101@ims.test"),
			.sent = SPAN("0123456789abcdef-1.1.0@ims.test"),
			.tpdus = tpdus,
			.tpdus_len = sizeof(tpdus) - 1,
			.parts = 2,
			.parts_delivered = 1,
	};
	memset(&out, 0x5a, sizeof(out));
}

static void same(struct span a, struct span b)
{
	ck_assert_msg(a.len == b.len && memcmp(a.s, b.s, a.len) == 0,
			"expected '%.*s', seen '%.*s'", (int)b.len, b.s, (int)a.len, a.s);
}

static void write_row(void)
{
	ck_assert_int_eq(delivery_row_write(&row, buffer, sizeof(buffer), &in), 0);
}

static int read_row(void)
{
	return delivery_row_read(&out, read_buffer, sizeof(read_buffer), &row);
}

static void comes_back(void)
{
	write_row();
	for(int i = 0; i < DELIVERY_TEXTS; i++)
		for(size_t n = 0; n < row.text[i].len; n++) {
			char c = row.text[i].s[n];

			ck_assert_msg(c >= ' ' && c < 0x7f && !strchr("'\"\\", c),
					"octet %02X in %s", (unsigned char)c,
					delivery_text_names[i]);
		}
	ck_assert_int_eq(read_row(), 0);
	ck_assert_mem_eq(out.name, in.name, sizeof(in.name));
	same(out.gateway, in.gateway);
	same(out.to, in.to);
	same(out.from, in.from);
	same(out.rp_oa, in.rp_oa);
	same(out.message, in.message);
	same(out.received, in.received);
	same(out.impu, in.impu);
	same(out.sent, in.sent);
	same((struct span){(const char *)out.tpdus, out.tpdus_len},
			(struct span){(const char *)in.tpdus, in.tpdus_len});
	ck_assert_int_eq(out.kept, in.kept);
	ck_assert_int_eq(out.place, in.place);
	ck_assert_int_eq(out.expires_at, in.expires_at);
	ck_assert_uint_eq(out.flags, in.flags);
	ck_assert_uint_eq(out.parts, in.parts);
	ck_assert_uint_eq(out.parts_delivered, in.parts_delivered);
}

START_TEST(written_is_read)
{
	comes_back();
	same(row.text[DELIVERY_TPDUS], SPAN("000102 FF"));
	same(row.text[DELIVERY_OUTCOME], SPAN(""));
	in.kept = DELIVERY_KEPT_WAITING;
	in.impu = in.sent = in.from = in.message = in.received = SPAN("");
	in.flags = 0;
	comes_back();
}
END_TEST

START_TEST(outcomes_come_back)
{
	in.kept = DELIVERY_KEPT_ENDED;
	in.parts_delivered = 2;
	for(in.kind = 0; in.kind < MT_KINDS; in.kind++) {
		in.sip_status = in.kind == MT_REFUSED ? 486 : 0;
		in.rp_cause = in.kind == MT_RP_ERROR ? 127 : 0;
		in.tp_fcs = in.kind == MT_RP_ERROR ? 255 : 0;
		comes_back();
		ck_assert_int_eq(out.kind, in.kind);
		ck_assert_uint_eq(out.sip_status, in.sip_status);
		ck_assert_uint_eq(out.rp_cause, in.rp_cause);
		ck_assert_uint_eq(out.tp_fcs, in.tp_fcs);
	}
}
END_TEST

START_TEST(the_longest_comes_back)
{
	static uint8_t tpdus[DELIVERY_PARTS_MAX * 256];
	static char message[65535];

	memset(tpdus, 0xff, sizeof(tpdus));
	memset(message, 0x80, sizeof(message));
	in.tpdus = tpdus;
	in.tpdus_len = sizeof(tpdus);
	in.parts = DELIVERY_PARTS_MAX;
	ck_assert_int_lt(delivery_row_write(&row, buffer, 100000, &in), 0);
	in.message = (struct span){message, 32768};
	comes_back();
}
END_TEST

START_TEST(there_must_be_room_to_read)
{
	size_t cap;

	write_row();
	for(cap = 0; delivery_row_read(&out, read_buffer, cap, &row) < 0; cap++)
		ck_assert_uint_lt(cap, 1000);
	ck_assert_uint_ge(cap, in.message.len + in.tpdus_len);
}
END_TEST

START_TEST(what_is_none_of_ours_is_refused)
{
	static const struct
	{
		enum delivery_text column;
		struct span text;
	} texts[] = {
			{DELIVERY_NAME, SPAN("0123")},
			{DELIVERY_NAME, SPAN("")},
			{DELIVERY_TO, SPAN("")},
			{DELIVERY_TO, SPAN("sip:a^2")},
			{DELIVERY_TO, SPAN("sip:a^2g")},
			{DELIVERY_MESSAGE, SPAN("^")},
			{DELIVERY_TPDUS, SPAN("")},
			{DELIVERY_TPDUS, SPAN("00  01")},
			{DELIVERY_TPDUS, SPAN("000")},
			{DELIVERY_TPDUS, SPAN("0x")},
			{DELIVERY_OUTCOME, SPAN("")},
			{DELIVERY_OUTCOME, SPAN("delivered")},
			{DELIVERY_OUTCOME, SPAN("taken,0,0,0")},
			{DELIVERY_OUTCOME, SPAN("refused,700,0,0")},
			{DELIVERY_OUTCOME, SPAN("rp-error,0,256,0")},
			{DELIVERY_OUTCOME, SPAN("rp-error,0,-1,0")},
	};
	static const struct
	{
		enum delivery_number column;
		int64_t number;
	} numbers[] = {
			{DELIVERY_KEPT, 3},
			{DELIVERY_KEPT, -1},
			{DELIVERY_PARTS_DELIVERED, 3},
			{DELIVERY_PARTS_DELIVERED, -1},
			{DELIVERY_FLAGS, 64},
			{DELIVERY_FLAGS, -1},
	};
	size_t i;

	in.kept = DELIVERY_KEPT_ENDED;
	for(i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		write_row();
		row.text[texts[i].column] = texts[i].text;
		ck_assert_msg(read_row() < 0, "%s '%s' was read",
				delivery_text_names[texts[i].column], texts[i].text.s);
	}
	for(i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		write_row();
		row.number[numbers[i].column] = numbers[i].number;
		ck_assert_msg(read_row() < 0, "%s %d was read",
				delivery_number_names[numbers[i].column],
				(int)numbers[i].number);
	}
	/* all parts have their report, and it goes on? */
	in.kept = DELIVERY_KEPT_WAITING;
	in.parts_delivered = 2;
	write_row();
	ck_assert_int_lt(read_row(), 0);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("delivery_row");
	TCase *cases = tcase_create("rows");

	tcase_add_checked_fixture(cases, set_up, NULL);
	tcase_add_test(cases, written_is_read);
	tcase_add_test(cases, outcomes_come_back);
	tcase_add_test(cases, the_longest_comes_back);
	tcase_add_test(cases, there_must_be_room_to_read);
	tcase_add_test(cases, what_is_none_of_ours_is_refused);
	suite_add_tcase(suite, cases);
	return unit_run(suite);
}
