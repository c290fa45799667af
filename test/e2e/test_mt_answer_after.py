# SPDX-License-Identifier: GPL-2.0-or-later
#
# A delivery that takes longer than mt_answer_after: the hub has 202, and learns the outcome by a notification (RFC 5438) when it
# asked for one, and the operator by his event route.

import pathlib

from ipsmgwtest import sip
from ipsmgwtest.phone import UNREPORTED, Phone, acks, errors
from ipsmgwtest.transaction import SILENCE
from ipsmgwtest.world import World

CFG = pathlib.Path(__file__).resolve().parent / "cfg"
SOON = [("mt_answer_after", 1000)]
LATER = 1.6  # seconds
AFTER = (0.9, 1.5)  # when the 202 comes


def late_202(sent):
    """The hub has 202 after mt_answer_after, without a Reason."""
    sent.answered(202, False)
    low, high = AFTER
    assert low < sent.client.answered_after < high, "the 202 came after %.2f s" % sent.client.answered_after
    return sent


def wait_notifications(w, count=1, timeout=10):
    w.hub.wait_messages(count, timeout)
    return w.hub.notifications()


def test_after_mt_answer_after_the_hub_has_202():
    with World("mt-202", params=SOON) as w:
        phone = Phone(w).will(acks(after=LATER))
        sent = late_202(w.hub.text("Hello", phone))
        w.gateway.wait_counter("mt_delivered", 1)
        counters = w.gateway.wait_at_rest()
        assert counters["mt_answered_202"] == 1 and phone.texts() == ["Hello"], counters
        assert [r.status for r in sent.client.responses] == [202], sent.client.responses
        assert not w.hub.messages, "a notification that nobody asked for: %s" % w.hub.messages


def test_before_it_there_is_no_notification():
    with World("mt-no-imdn", params=SOON) as w:
        phone = Phone(w)
        w.hub.notified("Hello", phone, "m1").delivered()
        phone.will(errors(22))
        w.hub.notified("Hello", phone, "m2").answered(480)
        w.gateway.wait_at_rest()
        assert not w.hub.messages, "the answer was the outcome, and yet: %s" % w.hub.notifications()


def test_the_outcome_follows_as_a_notification():
    acts = ((acks(after=LATER), "delivered"), (errors(22, 0xD3, after=LATER), "failed"), (errors(111, after=LATER), "failed"))
    with World("mt-imdn", params=SOON + [("mt_report_timeout", 3000)]) as w:
        phone = Phone(w, patience=3.0)
        for n, (act, status) in enumerate(acts + ((UNREPORTED, "failed"),)):
            phone.will(act)
            sent = late_202(w.hub.notified("Hello", phone, "message-%d" % n))
            seen = wait_notifications(w, n + 1)[n]
            assert (seen.message_id, seen.status) == ("message-%d" % n, status), seen
            assert seen.inner.get("content-disposition") == "notification", seen.inner
            assert seen.headers.get("from") == "<%s>" % sent.request.uri, seen.headers
            assert sip.uri_of(seen.headers.get("to", "")) == sip.uri_of(sent.request.get("From")), seen.headers
        w.gateway.wait_counter("imdn_sent", 4)


def test_the_form_of_the_notification():
    with World("mt-imdn-form", params=SOON) as w:
        phone = Phone(w).will(acks(after=LATER))
        sent = late_202(w.hub.notified("Hello", phone, "m1"))
        (message,) = w.hub.wait_messages()
        gateway = "sip:127.0.0.1:%d" % w.gateway.port
        assert message.media_type == "message/cpim", message.headers
        assert sip.uri_of(message.get("From")) in (gateway, sent.request.uri), message.get("From")
        assert sip.param(message.get("From"), "tag") and sip.param(message.get("To"), "tag") is None, message.headers
        assert sip.uri_of(message.get("To")) == sip.uri_of(sent.request.get("From")), message.get("To")
        assert message.get("Call-ID") != sent.call_id and message.get("Contact") is None, message.headers


def test_only_what_was_asked_for_is_notified():
    cases = (
        ("positive-delivery", acks(after=LATER), 1),
        ("positive-delivery", errors(111, after=LATER), 0),
        ("negative-delivery", acks(after=LATER), 0),
        ("negative-delivery", errors(111, after=LATER), 1),
        ("display", acks(after=LATER), 0),
        ("", acks(after=LATER), 0),
    )
    with World("mt-imdn-wanted", params=SOON) as w:
        expected = []
        for n, (wanted, act, notified) in enumerate(cases):
            phone = Phone(w, "+1202555%04d" % n).will(act)
            late_202(w.hub.notified("Hello", phone, "m%d" % n, wanted=wanted))
            expected += ["m%d" % n] * notified
        w.gateway.wait_at_rest()
        wait_notifications(w, len(expected))
        seen = [i.message_id for i in w.hub.notifications()]
        assert seen == expected, "expected notifications of %s, seen %s" % (expected, seen)


def test_a_notification_may_be_asked_for_by_a_header():
    with World("mt-imdn-header", params=SOON) as w:
        phone = Phone(w).will(acks(after=LATER))
        sent = late_202(w.hub.text("Hello", phone, headers=[("X-REG-DELIVERY", "1")]))
        (seen,) = wait_notifications(w)
        # there is no other name for it
        assert (seen.message_id, seen.status) == (sent.call_id, "delivered"), seen


def test_a_notification_that_is_not_taken_is_sent_once_more():
    for answers, sent_count, failed in (((503, 200), 2, 0), ((503, 503), 2, 1), ((404,), 1, 1)):
        with World("mt-imdn-again", params=SOON) as w:
            w.hub.answer(*answers)
            phone = Phone(w).will(acks(after=LATER))
            late_202(w.hub.notified("Hello", phone, "m1"))
            w.hub.wait_messages(sent_count, 20)
            w.gateway.wait_until(lambda: w.gateway.rpc.counters()["imdn_failed"] == failed, "imdn_failed %d" % failed)
            seen = w.hub.notifications()
            assert [i.message_id for i in seen] == ["m1"] * sent_count, seen


def test_a_hub_that_does_not_answer_its_notification_changes_nothing():
    with World("mt-imdn-silence", params=SOON) as w:
        w.hub.answer(SILENCE)
        phone = Phone(w).will(acks(after=LATER))
        late_202(w.hub.notified("Hello", phone, "m1"))
        w.hub.wait_messages()
        phone.will(acks())
        w.hub.text("Bye", phone).delivered()
        assert phone.texts() == ["Hello", "Bye"], phone.texts()


def test_the_event_route_of_a_late_outcome():
    with World("mt-late-event", config=CFG / "mt-events.cfg", params=SOON) as w:
        phone = Phone(w).will(errors(22, 0xD3, after=LATER))
        sent = late_202(w.hub.text("Hello", phone))
        for route, outcome in (("done", "pending code=202"), ("event", "memory-full code=480")):
            line = "%s: call-id=%s outcome=%s" % (route, sent.call_id, outcome)
            w.gateway.wait_until(lambda: any(line in l for l in w.gateway.log_lines()), "%r in the log" % line)
            lines = [l for l in w.gateway.log_lines() if "%s: call-id=%s" % (route, sent.call_id) in l]
            assert len(lines) == 1, "expected %s once, seen %s" % (route, lines)


def test_a_retransmission_after_the_202_is_answered_by_it():
    with World("mt-202-again", params=SOON) as w:
        phone = Phone(w).will(acks(after=LATER))
        sent = late_202(w.hub.text("Hello", phone))
        sent.client.transmit()
        w.gateway.wait_counter("mt_delivered", 1)
        sent.client.transmit()
        w.hub.wait_for(lambda: len(sent.client.responses) == 3, 5, "three answers")
        assert {r.status for r in sent.client.responses} == {202}, sent.client.responses
        assert phone.texts() == ["Hello"], phone.texts()


def test_a_text_that_waits_in_the_queue_is_202_too():
    with World("mt-queue-202", params=SOON) as w:
        phone = Phone(w).will(acks(after=0.7))
        sent = [w.hub.text("text %d" % n, phone) for n in range(4)]
        seen = sorted(s.answer().status for s in sent)
        assert seen in ([200, 202, 202, 202], [200, 200, 202, 202]), seen
        w.gateway.wait_counter("mt_delivered", 4)
        assert sorted(phone.texts()) == ["text %d" % n for n in range(4)], phone.texts()
