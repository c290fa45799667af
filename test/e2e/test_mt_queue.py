# SPDX-License-Identifier: GPL-2.0-or-later
#
# What waits for a phone: in order, one in flight, with bounds; who is stuck delays nobody else; references over a thousand texts.
# That one is in flight at a time is checked by phone.Phone with every delivery.

from ipsmgwtest import bound
from ipsmgwtest.phone import UNREPORTED, Phone, acks, errors, refuses
from ipsmgwtest.transaction import Answer
from ipsmgwtest.world import World

QUICK = [("mt_report_timeout", 1000)]


def post(w, phone, texts):
    """Send texts so that the gateway has them in this order, without waiting for what becomes of them."""
    sent, before = [], w.gateway.rpc.counters()["mt_received"]
    for n, text in enumerate(texts):
        sent.append(w.hub.text(text, phone))
        w.gateway.wait_counter("mt_received", before + n + 1)
    return sent


def codes(sent, timeout=10):
    return [s.answer(timeout).status for s in sent]


def test_texts_arrive_in_their_order_one_in_flight():
    with World("mt-order") as w:
        phone = Phone(w).will(acks(after=0.1))
        texts = ["text %d" % n for n in range(10)] + ["x" * 400, "after the long one"]
        sent = post(w, phone, texts)
        for s in sent:
            s.delivered()
        assert phone.texts() == texts, phone.texts()


def test_parts_of_two_texts_are_never_mixed():
    with World("mt-mixed") as w:
        phone = Phone(w)
        sent = [w.hub.text("%d" % n * 500, phone, transport="udp") for n in range(8)]
        for s in sent:
            s.delivered()
        assert sorted(phone.texts()) == ["%d" % n * 500 for n in range(8)], [t[:1] for t in phone.texts()]


def test_above_mt_queue_max_it_is_480_at_once():
    with World("mt-queue-max", params=QUICK + [("mt_queue_max", 3)]) as w:
        phone = Phone(w, patience=1.0).will(acks(after=0.8))
        sent = post(w, phone, ["text %d" % n for n in range(6)])
        refused = [s for s in sent if s.answer().status == 480]
        for s in refused:
            assert s.answered(480, ("SIP", 480)).reason()[2] == "queue-full", s.reason()
            assert s.client.answered_after < 0.5, "it had to wait %.2f s" % s.client.answered_after
        # one is in flight, three wait
        assert refused == sent[4:], "refused were %s" % [sent.index(s) for s in refused]
        assert phone.texts() == ["text %d" % n for n in range(4)], phone.texts()
        counters = w.gateway.wait_at_rest()
        assert (counters["mt_queue_full"], counters["mt_rejected"]) == (2, 2), counters


def test_above_mt_max_it_is_503():
    with World("mt-max", params=QUICK + [("mt_max", 4)]) as w:
        phones = [Phone(w, "+1202555%04d" % n).will(acks(after=0.8)) for n in range(6)]
        sent = [post(w, p, ["Hello"])[0] for p in phones]
        seen = codes(sent)
        assert seen == [200] * 4 + [503] * 2, seen
        assert sent[-1].reason()[2] == "overload", sent[-1].reason()
        assert w.gateway.wait_at_rest()["mt_overload"] == 2
        w.hub.text("again", phones[-1]).delivered()


def test_a_phone_that_is_stuck_delays_nobody_else():
    with World("mt-stuck") as w:
        stuck = Phone(w, "+12025550666").will(UNREPORTED)
        waiting = post(w, stuck, ["waits %d" % n for n in range(20)])
        phone = Phone(w)
        for n in range(50):
            sent = w.hub.text("text %d" % n, phone).delivered()
            assert sent.client.answered_after < 1, "text %d took %.2f s" % (n, sent.client.answered_after)
        assert not any(s.client.final for s in waiting), codes(waiting)
        stuck.will(acks())
        first = stuck.deliveries[0]
        assert stuck.report(first).wait(5).status == 202
        assert codes(waiting) == [200] * 20, codes(waiting)
        assert len(stuck.deliveries) == 20, stuck.deliveries


def test_who_is_away_ends_all_that_waits_for_him():
    cases = ((refuses(480), ("SIP", 480)), (refuses(503), ("SIP", 503)), (refuses(408), ("SIP", 408)), (errors(22, 0xD3), ("RP", 22)))
    for act, reason in cases:
        with World("mt-absent") as w:
            phone = Phone(w).will(lambda delivery: hesitates(act), acks())
            sent = post(w, phone, ["text %d" % n for n in range(5)])
            for s in sent:
                s.answered(480, reason)
            assert len(phone.deliveries) == 1, "expected one attempt, seen %d" % len(phone.deliveries)
            phone.will(acks())
            w.hub.text("now", phone).delivered()


def hesitates(act):
    """The same, half a second later."""
    if act.report:
        act.after = 0.5
    else:
        act.answer = Answer(act.code, delay=0.5)
    return act


def test_after_another_failure_the_next_is_tried():
    with World("mt-next", params=QUICK) as w:
        acts = [hesitates(refuses(486)), errors(111), refuses(403), UNREPORTED, acks()]
        phone = Phone(w, patience=1.0).will(*acts)
        sent = post(w, phone, ["text %d" % n for n in range(5)])
        assert codes(sent) == [486, 488, 403, 480, 200], codes(sent)
        assert phone.texts() == ["text 4"], phone.texts()


def test_what_waits_longer_than_mt_queue_time_is_over():
    with World("mt-queue-time", params=[("mt_queue_time", 1)]) as w:
        phone = Phone(w).will(acks(after=3), acks())
        sent = post(w, phone, ["first", "second", "third"])
        for s in sent[1:]:
            assert s.answered(480, ("SIP", 480)).reason()[2] == "expired", s.reason()
            assert 0.9 < s.client.answered_after < 2.5, "it was over after %.2f s" % s.client.answered_after
        sent[0].delivered()
        assert phone.texts() == ["first"], phone.texts()


# --- mt_retry ------------------------------------------------------------------------------------------


def test_without_mt_retry_the_hub_decides():
    with World("mt-no-retry") as w:
        phone = Phone(w).will(refuses(500), acks())
        w.hub.text("Hello", phone).answered(480, ("SIP", 500))
        assert len(phone.deliveries) == 1 and w.gateway.wait_at_rest()["mt_retried"] == 0


def test_a_server_error_is_tried_again_after_two_seconds_doubled():
    with World("mt-retry", params=[("mt_retry", 2)]) as w:
        phone = Phone(w).will(refuses(500), refuses(502), acks())
        w.hub.text("Hello", phone).delivered(15)
        at = [d.at for d in phone.deliveries]
        waits = [round(b - a, 1) for a, b in zip(at, at[1:])]
        assert len(waits) == 2 and 1.8 < waits[0] < 3 and 3.8 < waits[1] < 5.5, waits
        assert phone.texts() == ["Hello"] and w.gateway.wait_at_rest()["mt_retried"] == 2
        phone.will(refuses(500))
        w.hub.text("Bye", phone).answered(480, ("SIP", 500), timeout=15)
        assert len(phone.deliveries) == 6, "expected three attempts, seen %d" % (len(phone.deliveries) - 3)


def test_a_permanent_failure_is_not_tried_again():
    with World("mt-retry-not", params=[("mt_retry", 2)]) as w:
        phone = Phone(w)
        for act, code in ((refuses(403), 403), (errors(111), 488), (refuses(404), 404), (refuses(480), 480)):
            phone.will(act)
            w.hub.text("Hello", phone).answered(code)
        assert len(phone.deliveries) == 4, phone.deliveries


@bound(90)
def test_a_phone_that_is_busy_is_tried_again_after_half_a_minute():
    with World("mt-busy", params=[("mt_retry", 1)]) as w:
        phone = Phone(w).will(refuses(486), acks())
        w.hub.text("Hello", phone).answered(202, timeout=25)
        w.gateway.wait_counter("mt_delivered", 1, timeout=20)
        first, second = (d.at for d in phone.deliveries)
        assert 29 < second - first < 33, "tried again after %.1f s" % (second - first)


# --- references --------------------------------------------------------------------------------------------


@bound(120)
def test_a_thousand_texts_in_a_row_to_one_phone():
    count = 1000
    with World("mt-thousand", params=[("mt_queue_max", 2000)]) as w:
        phone = Phone(w)
        sent = [w.hub.text("text %d" % n, phone, transport="tcp") for n in range(count)]
        for s in sent:
            status = s.answer(60).status
            assert status in (200, 202), "expected 200, or 202 for what waited long, seen %d" % status
        phone.wait_deliveries(count, 60)
        w.gateway.wait_counter("mt_delivered", count, timeout=30)
        assert sorted(phone.texts()) == sorted("text %d" % n for n in range(count)), len(phone.texts())
        mrs = [d.data.mr for d in phone.deliveries]
        expected = [(mrs[0] + n) % 256 for n in range(count)]
        assert mrs == expected, "the references go %s ... and not up by one" % mrs[:20]
