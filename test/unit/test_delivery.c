/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The table of deliveries: order and one in flight, RP-MR, reports (early, late, again, of an earlier sending), bounds, holding
 * and waking, timers; and a walk at random in which each delivery ends exactly once.
 */
#include "unit.h"

#include <stdio.h>

#include "flow/delivery.h"

#define MAX 8
#define QUEUE_MAX 4
#define REPORT_MS 40000
#define LATE_MS 120000
#define ANSWER_MS 20000
#define WAIT_MS 3600000

static uint64_t now;
static struct subscriber_key alice, bob;

static void begin_with(unsigned max, unsigned queue_max)
{
	struct deliveries_options options = {.max = max,
			.queue_max = queue_max,
			.report_ms = REPORT_MS,
			.late_ms = LATE_MS,
			.answer_ms = ANSWER_MS,
			.host = SPAN("gw.ims.test")};

	now = 1000000;
	ck_assert_int_eq(deliveries_init(&options), 0);
	alice = subscriber_key_of(SPAN("sip:alice@ims.test"));
	bob = subscriber_key_of(SPAN("sip:bob@ims.test"));
}

static void setup(void)
{
	begin_with(MAX, QUEUE_MAX);
}

static void teardown(void)
{
	ck_assert_msg(
			deliveries_pending() == 0, "%u are left", deliveries_pending());
	deliveries_destroy();
}

static enum delivery_made make(struct delivery **out, struct subscriber_key who,
		unsigned parts, bool hold)
{
	static const uint8_t tpdus[] = {2, 0xA0, 0, 2, 0xA1, 1, 2, 0xA2, 2};
	static const char raw[] = "MESSAGE\r\nCall-ID: hub-1\r\n\r\n";
	uint64_t context = 0x1234567890abcdef;
	struct delivery_origin origin = {.now_ms = now,
			.who = who,
			.to = SPAN("sip:+12025550101@gw"),
			.from = SPAN("sip:hub"),
			.rp_oa = SPAN("12025550100"),
			.raw = {raw, sizeof(raw) - 1},
			.call_id = {raw + 18, 5},
			.tpdus = tpdus,
			.tpdus_len = 3 * parts,
			.parts = parts,
			.hold = hold,
			.wait_ms = WAIT_MS,
			.context = &context,
			.context_len = sizeof(context)};

	return delivery_new(out, &origin);
}

/* One of so many parts in the queue; held by the caller. */
static struct delivery *put(
		struct subscriber_key who, unsigned parts, bool hold)
{
	struct delivery *d;

	ck_assert_int_eq(make(&d, who, parts, hold), DELIVERY_MADE);
	delivery_enqueue(d, false, true);
	return d;
}

/* The next of the subscriber is d. */
static void is_next(struct subscriber_key who, struct delivery *d)
{
	struct delivery *next = delivery_next(who);

	ck_assert_msg(next == d, "next is %d, expected %d",
			next ? (int)next->id.index : -1, d ? (int)d->id.index : -1);
	if(next)
		delivery_release(next);
}

static struct delivery_part sent(struct delivery *d)
{
	struct delivery_part part;

	ck_assert_msg(delivery_part_begin(&part, d, now), "no part to send");
	return part;
}

static struct span call_id_of(const struct delivery_part *part)
{
	return (struct span){part->call_id, part->call_id_len};
}

static void is_report(enum delivery_match expected,
		enum delivery_verdict verdict, const struct delivery_part *part,
		bool acked)
{
	struct delivery_matched m;
	enum delivery_match match =
			delivery_report_to(&m, call_id_of(part), acked, now);

	ck_assert_msg(match == expected, "match %d, expected %d", match, expected);
	if(match == DELIVERY_MATCH) {
		ck_assert_int_eq(m.verdict, verdict);
		delivery_release(m.delivery);
	}
}

static void is_state(struct delivery *d, enum delivery_state state)
{
	struct delivery_view view;

	delivery_view(&view, d);
	ck_assert_msg(view.state == state, "%s, expected %s",
			delivery_state_name(view.state), delivery_state_name(state));
}

static void end(struct delivery *d)
{
	is_state(d, DELIVERY_SETTLING);
	delivery_end(d, now);
	delivery_release(d);
}

/* From its turn to the end. */
static void deliver(struct subscriber_key who, struct delivery *d)
{
	struct delivery_part part;

	is_next(who, d);
	part = sent(d);
	is_report(DELIVERY_MATCH, DELIVERY_COMPLETE, &part, true);
	end(d);
}

/* --- one delivery -------------------------------------------------------------------- */

START_TEST(what_is_put_is_there)
{
	struct delivery *d = put(alice, 2, false);

	ck_assert_uint_eq(d->parts, 2);
	ck_assert(span_is(d->to, SPAN("sip:+12025550101@gw")));
	ck_assert(span_is(d->from, SPAN("sip:hub")));
	ck_assert(span_is(d->rp_oa, SPAN("12025550100")));
	ck_assert(span_is(d->call_id, SPAN("hub-1")));
	ck_assert_int_eq(d->raw.s[d->raw.len], 0);
	ck_assert_uint_eq(*(uint64_t *)d->context, 0x1234567890abcdef);
	ck_assert_uint_eq((uintptr_t)d->context % 8, 0);
	is_next(alice, d);
	ck_assert_int_eq(
			delivery_set_path(d, SPAN("sip:alice@ims.test"), SPAN("sip:s")), 0);
	ck_assert_int_eq(
			delivery_set_path(d, SPAN("sip:alice@ims.test"), SPAN("sip:t")), 0);
	ck_assert(span_is(delivery_impu(d), SPAN("sip:alice@ims.test")));
	ck_assert(span_is(delivery_scscf(d), SPAN("sip:t")));
	ck_assert(delivery_cancel(d, now));
	end(d);
}
END_TEST

START_TEST(answer_then_report)
{
	struct delivery *d = put(alice, 1, false);
	struct delivery_part part;

	is_next(alice, d);
	part = sent(d);
	ck_assert_uint_eq(part.tpdu_len, 2);
	ck_assert_int_eq(part.tpdu[0], 0xA0);
	ck_assert_int_eq(
			delivery_answered(d, part.attempt, true, now), DELIVERY_GOES_ON);
	is_state(d, DELIVERY_ACCEPTED);
	ck_assert_int_eq(
			delivery_answered(d, part.attempt, true, now), DELIVERY_NOTHING);
	is_report(DELIVERY_MATCH, DELIVERY_COMPLETE, &part, true);
	end(d);
}
END_TEST

/* Sheet 1.5: it may come by another connection, and what SIP says afterwards is of no interest. */
START_TEST(report_before_the_answer)
{
	struct delivery *d = put(alice, 2, false);
	struct delivery_part first, second;

	is_next(alice, d);
	first = sent(d);
	is_report(DELIVERY_MATCH, DELIVERY_NEXT_PART, &first, true);
	ck_assert_int_eq(
			delivery_answered(d, first.attempt, true, now), DELIVERY_NOTHING);
	second = sent(d);
	ck_assert_uint_eq(second.number, 1);
	ck_assert_int_eq(second.tpdu[0], 0xA1);
	ck_assert_msg(second.rp_mr != first.rp_mr, "RP-MR %u again", first.rp_mr);
	ck_assert_int_eq(
			delivery_answered(d, first.attempt, false, now), DELIVERY_NOTHING);
	is_report(DELIVERY_MATCH_REPEATED, DELIVERY_NOTHING, &first, true);
	is_report(DELIVERY_MATCH, DELIVERY_COMPLETE, &second, true);
	ck_assert_int_eq(
			delivery_answered(d, second.attempt, false, now), DELIVERY_NOTHING);
	end(d);
	is_report(DELIVERY_MATCH_REPEATED, DELIVERY_NOTHING, &second, true);
}
END_TEST

START_TEST(rp_error_ends_it)
{
	struct delivery *d = put(alice, 3, false);
	struct delivery_part part;
	struct delivery_view view;

	is_next(alice, d);
	part = sent(d);
	is_report(DELIVERY_MATCH, DELIVERY_NEXT_PART, &part, true);
	part = sent(d);
	is_report(DELIVERY_MATCH, DELIVERY_FAILED, &part, false);
	delivery_view(&view, d);
	ck_assert_uint_eq(view.parts_delivered, 1);
	end(d);
}
END_TEST

START_TEST(a_late_report)
{
	struct delivery *d = put(alice, 1, false), *due;
	struct delivery_part part;

	is_next(alice, d);
	part = sent(d);
	delivery_answered(d, part.attempt, true, now);
	now += REPORT_MS - 1;
	ck_assert_ptr_null(delivery_due(DELIVERY_TIMER_REPORT, now));
	now += 1;
	due = delivery_due(DELIVERY_TIMER_REPORT, now);
	ck_assert_ptr_eq(due, d);
	delivery_release(due);
	is_report(DELIVERY_MATCH_LATE, DELIVERY_NOTHING, &part, true);
	is_report(DELIVERY_MATCH_REPEATED, DELIVERY_NOTHING, &part, true);
	end(d);
	is_report(DELIVERY_MATCH_REPEATED, DELIVERY_NOTHING, &part, true);
	now += LATE_MS - 1;
	deliveries_forget(now);
	is_report(DELIVERY_MATCH_REPEATED, DELIVERY_NOTHING, &part, true);
	now += 1;
	deliveries_forget(now);
	is_report(DELIVERY_MATCH_NONE, DELIVERY_NOTHING, &part, true);
}
END_TEST

/* --- what a report is about -------------------------------------------------------------- */

static enum delivery_match by_mr(
		struct subscriber_key who, uint8_t mr, enum delivery_verdict verdict)
{
	struct delivery_matched m;
	enum delivery_match match = delivery_report_by(&m, who, mr, true, now);

	if(match == DELIVERY_MATCH) {
		ck_assert_int_eq(m.verdict, verdict);
		delivery_release(m.delivery);
	}
	return match;
}

START_TEST(by_subscriber_and_reference)
{
	struct delivery *d = put(alice, 1, false);
	struct delivery_part part;

	is_next(alice, d);
	part = sent(d);
	ck_assert_int_eq(by_mr(bob, part.rp_mr, 0), DELIVERY_MATCH_NONE);
	ck_assert_int_eq(
			by_mr(alice, (uint8_t)(part.rp_mr + 1), 0), DELIVERY_MATCH_NONE);
	ck_assert_int_eq(
			by_mr(alice, part.rp_mr, DELIVERY_COMPLETE), DELIVERY_MATCH);
	ck_assert_int_eq(by_mr(alice, part.rp_mr, 0), DELIVERY_MATCH_REPEATED);
	is_report(DELIVERY_MATCH_REPEATED, DELIVERY_NOTHING, &part, true);
	end(d);
}
END_TEST

START_TEST(only_the_whole_call_id)
{
	struct delivery *d = put(alice, 1, false);
	struct delivery_matched m;
	struct delivery_part part;
	struct span whole;
	char other[DELIVERY_CALL_ID_MAX];
	size_t i;

	is_next(alice, d);
	part = sent(d);
	whole = call_id_of(&part);
	for(i = 0; i < whole.len; i++) {
		memcpy(other, whole.s, whole.len);
		other[i] = other[i] == '1' ? '2' : '1';
		ck_assert_msg(delivery_report_to(
							  &m, (struct span){other, whole.len}, true, now)
							  == DELIVERY_MATCH_NONE,
				"%.*s matches %.*s", (int)whole.len, other, (int)whole.len,
				whole.s);
		ck_assert_int_eq(
				delivery_report_to(&m, (struct span){whole.s, i}, true, now),
				DELIVERY_MATCH_NONE);
	}
	snprintf(other, sizeof(other), "0%.*s", (int)whole.len, whole.s);
	ck_assert_int_eq(delivery_report_to(&m, (struct span){other, whole.len + 1},
							 true, now),
			DELIVERY_MATCH_NONE);
	is_report(DELIVERY_MATCH, DELIVERY_COMPLETE, &part, true);
	end(d);
}
END_TEST

START_TEST(report_of_an_earlier_sending)
{
	struct delivery *d = put(alice, 2, false), *due;
	struct delivery_part first, again, second;

	is_next(alice, d);
	first = sent(d);
	ck_assert_int_eq(
			delivery_answered(d, first.attempt, false, now), DELIVERY_FAILED);
	delivery_retry(d, now + 2000);
	is_state(d, DELIVERY_WAITING);
	now += 2000;
	due = delivery_due(DELIVERY_TIMER_RETRY, now);
	ck_assert_ptr_eq(due, d);
	delivery_release(due);
	again = sent(d);
	ck_assert_uint_eq(again.rp_mr, first.rp_mr);
	ck_assert_uint_eq(again.tries, 2);
	ck_assert(!span_is(call_id_of(&again), call_id_of(&first)));
	is_report(DELIVERY_MATCH, DELIVERY_NEXT_PART, &first, true);
	is_report(DELIVERY_MATCH_REPEATED, DELIVERY_NOTHING, &again, true);
	ck_assert_int_eq(
			delivery_answered(d, again.attempt, false, now), DELIVERY_NOTHING);
	second = sent(d);
	ck_assert_uint_eq(second.tries, 1);
	is_report(DELIVERY_MATCH, DELIVERY_COMPLETE, &second, true);
	end(d);
}
END_TEST

START_TEST(report_while_it_waits_for_its_retry)
{
	struct delivery *d = put(alice, 1, false);
	struct delivery_part part;

	is_next(alice, d);
	part = sent(d);
	delivery_answered(d, part.attempt, false, now);
	delivery_retry(d, now + 2000);
	is_report(DELIVERY_MATCH, DELIVERY_COMPLETE, &part, true);
	ck_assert_ptr_null(delivery_due(DELIVERY_TIMER_RETRY, now + 3000));
	end(d);
}
END_TEST

/* What the UE has reported on is not to be sent again, whoever comes first. */
START_TEST(what_is_not_answered_is_named)
{
	const struct delivery_request request = {5, 7, true};
	struct delivery *d = put(alice, 3, false);
	struct delivery_matched m;
	struct delivery_part part;
	int n;

	is_next(alice, d);
	for(n = 0; n < 3; n++) {
		part = sent(d);
		if(n < 2)
			ck_assert(delivery_part_sent(d, part.attempt, request));
		if(n == 1)
			delivery_answered(d, part.attempt, true, now);
		ck_assert_int_eq(delivery_report_to(&m, call_id_of(&part), true, now),
				DELIVERY_MATCH);
		ck_assert_msg(m.unanswered.set == (n == 0), "part %d: %d", n,
				m.unanswered.set);
		if(n == 0)
			ck_assert_uint_eq(m.unanswered.label, 7);
		delivery_release(m.delivery);
	}
	ck_assert_msg(!delivery_part_sent(d, part.attempt, request),
			"sent, though the report has come");
	end(d);
}
END_TEST

/* --- RP-MR --------------------------------------------------------------------------------- */

START_TEST(a_thousand_in_a_row)
{
	uint8_t last = 0;
	int n;

	for(n = 0; n < 1000; n++) {
		struct delivery *d = put(alice, 1, false);
		struct delivery_part part;

		is_next(alice, d);
		part = sent(d);
		ck_assert_msg(n == 0 || part.rp_mr == (uint8_t)(last + 1),
				"message %d: RP-MR %u after %u", n, part.rp_mr, last);
		last = part.rp_mr;
		is_report(DELIVERY_MATCH, DELIVERY_COMPLETE, &part, true);
		end(d);
		now += 10;
	}
}
END_TEST

/* A reference whose report may still come is passed over, as long as there is another. */
START_TEST(no_reference_that_a_report_may_still_have)
{
	bool awaited[256] = {false};
	int n;

	for(n = 0; n < 300; n++) {
		struct delivery *d = put(alice, 1, false);
		struct delivery_part part;

		is_next(alice, d);
		part = sent(d);
		ck_assert_msg(!awaited[part.rp_mr], "message %d: RP-MR %u is awaited",
				n, part.rp_mr);
		if(n % 2 == 0) {
			delivery_answered(d, part.attempt, false, now);
			awaited[part.rp_mr] = true;
		} else {
			is_report(DELIVERY_MATCH, DELIVERY_COMPLETE, &part, true);
		}
		end(d);
	}
}
END_TEST

START_TEST(the_counter_stays_a_while)
{
	struct delivery *d = put(alice, 1, false);
	struct delivery_part part;
	uint8_t last;

	is_next(alice, d);
	part = sent(d);
	last = part.rp_mr;
	is_report(DELIVERY_MATCH, DELIVERY_COMPLETE, &part, true);
	end(d);
	now += 149000;
	deliveries_forget(now);
	d = put(alice, 1, false);
	is_next(alice, d);
	part = sent(d);
	ck_assert_uint_eq(part.rp_mr, (uint8_t)(last + 1));
	is_report(DELIVERY_MATCH, DELIVERY_COMPLETE, &part, true);
	end(d);
}
END_TEST

/* --- queues ----------------------------------------------------------------------------------- */

START_TEST(in_order_and_one_in_flight)
{
	struct delivery *d[4];
	int i;

	for(i = 0; i < 4; i++)
		d[i] = put(alice, 1, false);
	is_next(alice, d[0]);
	is_next(alice, NULL);
	is_next(bob, NULL);
	sent(d[0]);
	is_next(alice, NULL);
	ck_assert(delivery_cancel(d[0], now));
	is_next(alice, NULL);
	end(d[0]);
	for(i = 1; i < 4; i++)
		deliver(alice, d[i]);
}
END_TEST

START_TEST(a_subscriber_delays_nobody_else)
{
	struct delivery *a = put(alice, 1, false), *b = put(bob, 1, false);

	is_next(alice, a);
	deliver(bob, b);
	delivery_cancel(a, now);
	end(a);
}
END_TEST

START_TEST(bounds)
{
	struct delivery *a[QUEUE_MAX + 1], *b[MAX], *more;
	int i;

	a[0] = put(alice, 1, false);
	is_next(alice, a[0]);
	for(i = 1; i <= QUEUE_MAX; i++)
		a[i] = put(alice, 1, false);
	ck_assert_int_eq(make(&more, alice, 1, false), DELIVERY_QUEUE_FULL);
	for(i = 0; i < MAX - QUEUE_MAX - 1; i++)
		b[i] = put(bob, 1, false);
	ck_assert_int_eq(make(&more, bob, 1, false), DELIVERY_TABLE_FULL);
	ck_assert_uint_eq(deliveries_pending(), MAX);
	sent(a[0]);
	delivery_cancel(a[0], now);
	end(a[0]);
	for(i = 1; i <= QUEUE_MAX; i++)
		deliver(alice, a[i]);
	for(i = 0; i < MAX - QUEUE_MAX - 1; i++)
		deliver(bob, b[i]);
	ck_assert_int_eq(make(&more, alice, 1, false), DELIVERY_MADE);
	delivery_discard(more);
	ck_assert_uint_eq(deliveries_peak(), MAX);
}
END_TEST

START_TEST(many_subscribers)
{
	char uri[64];
	int n;

	for(n = 0; n < 20000; n++) {
		struct subscriber_key who;

		snprintf(uri, sizeof(uri), "sip:user%d@ims.test", n);
		who = subscriber_key_of((struct span){uri, strlen(uri)});
		deliver(who, put(who, 1, false));
	}
}
END_TEST

/* --- holding -------------------------------------------------------------------------------------- */

START_TEST(held_until_woken_in_order)
{
	struct delivery *d[3], *drained;
	struct delivery_part part;
	int i;

	for(i = 0; i < 3; i++)
		d[i] = put(alice, 1, true);
	is_next(alice, d[0]);
	part = sent(d[0]);
	ck_assert_int_eq(
			delivery_answered(d[0], part.attempt, false, now), DELIVERY_FAILED);
	for(i = 1; i < 3; i++) {
		drained = delivery_drain(alice);
		ck_assert_ptr_eq(drained, d[i]);
		ck_assert(delivery_hold_back(drained));
		delivery_release(drained);
	}
	ck_assert_ptr_null(delivery_drain(alice));
	ck_assert(delivery_hold_back(d[0]));
	ck_assert_uint_eq(deliveries_held(), 3);
	is_next(alice, NULL);
	ck_assert_uint_eq(delivery_wake(&alice, 1), 3);
	ck_assert_uint_eq(deliveries_held(), 0);
	ck_assert_uint_eq(delivery_wake(&alice, 1), 0);
	for(i = 0; i < 3; i++)
		deliver(alice, d[i]);
}
END_TEST

START_TEST(woken_before_it_was_held)
{
	struct delivery *d = put(alice, 1, true);
	struct delivery_part part;

	is_next(alice, d);
	part = sent(d);
	delivery_wake(&alice, 1);
	delivery_answered(d, part.attempt, false, now);
	ck_assert_msg(!delivery_hold_back(d), "the wake was lost");
	is_next(alice, d);
	part = sent(d);
	delivery_answered(d, part.attempt, false, now);
	ck_assert(delivery_hold_back(d));
	ck_assert(delivery_cancel(d, now));
	end(d);
}
END_TEST

START_TEST(goes_on_with_the_part_that_failed)
{
	struct delivery *d = put(alice, 2, true);
	struct delivery_part part;

	is_next(alice, d);
	part = sent(d);
	is_report(DELIVERY_MATCH, DELIVERY_NEXT_PART, &part, true);
	part = sent(d);
	is_report(DELIVERY_MATCH, DELIVERY_FAILED, &part, false);
	ck_assert(delivery_hold_back(d));
	delivery_wake(&alice, 1);
	is_next(alice, d);
	part = sent(d);
	ck_assert_uint_eq(part.number, 1);
	ck_assert_int_eq(part.tpdu[0], 0xA1);
	is_report(DELIVERY_MATCH, DELIVERY_COMPLETE, &part, true);
	end(d);
}
END_TEST

/* Held by his number while nobody knew him; he comes with an identity of another name. */
START_TEST(what_waits_under_another_key)
{
	struct subscriber_key number = subscriber_key_of(SPAN("12025550101")),
						  keys[] = {alice, number};
	struct delivery *early, *late = put(alice, 1, false);

	is_next(alice, late);
	ck_assert_int_eq(make(&early, number, 1, true), DELIVERY_MADE);
	delivery_enqueue(early, true, false);
	is_next(number, NULL);
	ck_assert_uint_eq(delivery_wake(keys, 2), 1);
	is_next(number, NULL);
	is_next(alice, NULL);
	delivery_cancel(late, now);
	end(late);
	deliver(alice, early);
}
END_TEST

/* --- ends ------------------------------------------------------------------------------------------- */

START_TEST(cancel_in_any_state)
{
	struct delivery *d = put(alice, 1, true), *e;
	struct delivery_part part;

	ck_assert(delivery_cancel(d, now));
	ck_assert_msg(!delivery_cancel(d, now), "cancelled twice");
	end(d);

	ck_assert_int_eq(make(&d, alice, 1, true), DELIVERY_MADE);
	delivery_enqueue(d, true, false);
	ck_assert(delivery_cancel(d, now));
	end(d);

	d = put(alice, 1, false);
	is_next(alice, d);
	ck_assert(delivery_cancel(d, now));
	ck_assert_msg(!delivery_part_begin(&part, d, now), "sent after its end");
	end(d);

	d = put(alice, 1, false);
	is_next(alice, d);
	part = sent(d);
	ck_assert(delivery_cancel(d, now));
	is_report(DELIVERY_MATCH_LATE, DELIVERY_NOTHING, &part, true);
	end(d);

	e = delivery_hold(d->id);
	ck_assert_ptr_null(e);
}
END_TEST

START_TEST(timers)
{
	struct delivery *d = put(alice, 1, false), *held, *due;

	ck_assert_int_eq(make(&held, bob, 1, true), DELIVERY_MADE);
	delivery_enqueue(held, true, false);
	now += ANSWER_MS;
	due = delivery_due(DELIVERY_TIMER_ANSWER, now);
	ck_assert_ptr_eq(due, d);
	is_state(d, DELIVERY_QUEUED);
	ck_assert(delivery_claim_answer(due));
	ck_assert_msg(!delivery_claim_answer(due), "answered twice");
	delivery_release(due);
	ck_assert_ptr_null(delivery_due(DELIVERY_TIMER_ANSWER, now));
	now += WAIT_MS;
	due = delivery_due(DELIVERY_TIMER_QUEUE, now);
	ck_assert_ptr_eq(due, d);
	delivery_release(due);
	end(d);
	due = delivery_due(DELIVERY_TIMER_HOLD, now);
	ck_assert_ptr_eq(due, held);
	delivery_release(due);
	end(held);
	ck_assert_uint_eq(deliveries_held(), 0);
}
END_TEST

/* --- at random ------------------------------------------------------------------------------------------ */

#define STEPS 200000
#define PEOPLE 3

struct known
{
	struct delivery *d; /* held by the test from its making to its end */
	struct delivery_part part;
	bool in_flight, sent;
	unsigned who;
};

static struct known known[MAX];
static struct subscriber_key people[PEOPLE];
static unsigned made, ended;

static struct known *known_of(struct delivery *d)
{
	return &known[d->id.index];
}

static void over(struct delivery *d)
{
	struct known *k = known_of(d);

	ck_assert_msg(k->d == d, "it ended before");
	is_state(d, DELIVERY_SETTLING);
	delivery_end(d, now);
	delivery_release(d);
	memset(k, 0, sizeof(*k));
	ended++;
}

static void back(struct delivery *d)
{
	struct known *k = known_of(d);

	k->in_flight = k->sent = false;
	if(d->hold && rand() % 2)
		delivery_hold_back(d);
	else
		over(d);
}

static void walk_send(struct delivery *d)
{
	known_of(d)->sent = delivery_part_begin(&known_of(d)->part, d, now);
	ck_assert(known_of(d)->sent);
}

static void walk_next(unsigned who)
{
	struct delivery *d = delivery_next(people[who]);
	unsigned i;

	if(!d)
		return;
	for(i = 0; i < MAX; i++)
		ck_assert_msg(
				!known[i].in_flight || known[i].who != who, "two in flight");
	known_of(d)->in_flight = true;
	walk_send(d);
	delivery_release(d);
}

static void walk_made(void)
{
	unsigned who = (unsigned)rand() % PEOPLE;
	bool hold = rand() % 2;
	struct delivery *d;

	if(make(&d, people[who], 1 + (unsigned)rand() % 3, hold) != DELIVERY_MADE)
		return;
	made++;
	*known_of(d) = (struct known){.d = d, .who = who};
	delivery_enqueue(d, hold && rand() % 4 == 0, true);
}

static void walk_report(struct known *k)
{
	struct delivery_matched m;

	if(delivery_report_to(&m, call_id_of(&k->part), rand() % 4 > 0, now)
			!= DELIVERY_MATCH)
		return;
	ck_assert_ptr_eq(m.delivery, k->d);
	if(m.verdict == DELIVERY_NEXT_PART)
		walk_send(k->d);
	else if(m.verdict == DELIVERY_COMPLETE)
		over(k->d);
	else
		back(k->d);
	delivery_release(m.delivery);
}

static void walk_answer(struct known *k)
{
	if(delivery_answered(k->d, k->part.attempt, rand() % 3 > 0, now)
			!= DELIVERY_FAILED)
		return;
	if(rand() % 3)
		back(k->d);
	else
		delivery_retry(k->d, now + 2000);
}

static void walk_timers(void)
{
	int timer;
	struct delivery *d;

	now += (uint64_t)rand() % 50000;
	for(timer = 0; timer < DELIVERY_TIMER_ANSWER; timer++)
		while((d = delivery_due(timer, now)) != NULL) {
			if(timer == DELIVERY_TIMER_RETRY)
				walk_send(d);
			else if(timer == DELIVERY_TIMER_REPORT)
				back(d);
			else
				over(d);
			delivery_release(d);
		}
	deliveries_forget(now);
}

START_TEST(each_ends_once)
{
	int step, i;

	srand(1);
	made = ended = 0;
	memset(known, 0, sizeof(known));
	people[0] = alice;
	people[1] = bob;
	people[2] = subscriber_key_of(SPAN("sip:carol@ims.test"));
	for(step = 0; step < STEPS; step++) {
		struct known *k = &known[rand() % MAX];

		switch(rand() % 7) {
			case 0:
				walk_made();
				break;
			case 1:
				walk_next((unsigned)rand() % PEOPLE);
				break;
			case 2:
				if(k->sent)
					walk_report(k);
				break;
			case 3:
				if(k->sent)
					walk_answer(k);
				break;
			case 4:
				delivery_wake(&people[rand() % PEOPLE], 1);
				break;
			case 5:
				if(rand() % 10 == 0)
					walk_timers();
				break;
			default:
				if(k->d && rand() % 20 == 0 && delivery_cancel(k->d, now))
					over(k->d);
		}
		now++;
	}
	for(i = 0; i < MAX; i++)
		if(known[i].d) {
			ck_assert(delivery_cancel(known[i].d, now));
			over(known[i].d);
		}
	ck_assert_msg(made == ended && made > STEPS / 100, "%u were made, %u ended",
			made, ended);
	ck_assert_uint_eq(deliveries_held(), 0);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("delivery");
	TCase *tc = tcase_create("delivery");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, what_is_put_is_there);
	tcase_add_test(tc, answer_then_report);
	tcase_add_test(tc, report_before_the_answer);
	tcase_add_test(tc, rp_error_ends_it);
	tcase_add_test(tc, a_late_report);
	tcase_add_test(tc, by_subscriber_and_reference);
	tcase_add_test(tc, only_the_whole_call_id);
	tcase_add_test(tc, report_of_an_earlier_sending);
	tcase_add_test(tc, report_while_it_waits_for_its_retry);
	tcase_add_test(tc, what_is_not_answered_is_named);
	tcase_add_test(tc, a_thousand_in_a_row);
	tcase_add_test(tc, no_reference_that_a_report_may_still_have);
	tcase_add_test(tc, the_counter_stays_a_while);
	tcase_add_test(tc, in_order_and_one_in_flight);
	tcase_add_test(tc, a_subscriber_delays_nobody_else);
	tcase_add_test(tc, bounds);
	tcase_add_test(tc, many_subscribers);
	tcase_add_test(tc, held_until_woken_in_order);
	tcase_add_test(tc, woken_before_it_was_held);
	tcase_add_test(tc, goes_on_with_the_part_that_failed);
	tcase_add_test(tc, what_waits_under_another_key);
	tcase_add_test(tc, cancel_in_any_state);
	tcase_add_test(tc, timers);
	tcase_add_test(tc, each_ends_once);
	suite_add_tcase(suite, tc);
	return unit_run(suite);
}
