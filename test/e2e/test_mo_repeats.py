# SPDX-License-Identifier: GPL-2.0-or-later
#
# A phone's repetition is told from a new text: rule (a) TP-RD is set and the same TPDU was taken within repeat_rd_window,
# rule (b) RP-MR and TPDU are the same within repeat_window. A repetition gets the outcome of the first and never reaches
# the hub; anything else is a new text. And a SIP retransmission is neither.

import time

from ipsmgwtest import ACCEPT, RELAY, modes, rp, tp
from ipsmgwtest.scscf import ALICE, BOB
from ipsmgwtest.transaction import SILENCE, Answer
from ipsmgwtest.world import World

DEST = "+12025550123"


def send(w, rp_mr, text="Hello", *, tp_mr=9, rd=False, sender=ALICE, da=DEST):
    """A MESSAGE of its own with this RP-MR and TPDU."""
    body = rp.data(rp_mr, tp.submit(da, text, mr=tp_mr, rd=rd))
    return w.scscf.submit_message(w.scscf.message(body, sender=sender), rp_mr)


def open_text(w):
    """The first of several; the hub has it and has not answered yet."""
    s = send(w, 1)
    w.hub.wait_messages()
    return s


def hub_has(w, count):
    assert len(w.hub.messages) == count, "expected %d copies at the hub, seen %r" % (count, w.hub.texts())


@modes(ACCEPT, RELAY)
def test_rule_a_a_repetition_with_tp_rd_gets_the_outcome_of_the_first():
    with World("rule-a") as w:
        first = send(w, 1).acked()
        again = send(w, 2, rd=True).acked()
        assert again.submit_report == first.submit_report, "expected the first's time stamp, seen %s" % again
        send(w, 3, rd=True).acked()
        hub_has(w, 1)
        counters = w.gateway.wait_at_rest()
        assert (counters["mo_repeats"], counters["mo_acked"]) == (2, 3), counters


@modes(ACCEPT, RELAY)
def test_rule_b_a_repetition_with_the_same_rp_mr_gets_the_outcome_of_the_first():
    with World("rule-b") as w:
        first = send(w, 1).acked()
        again = send(w, 1).acked()
        assert again.submit_report == first.submit_report, "expected the first's time stamp, seen %s" % again
        hub_has(w, 1)
        assert w.gateway.wait_at_rest()["mo_repeats"] == 1


@modes(ACCEPT, RELAY)
def test_the_same_word_twice_in_a_minute_arrives_twice():
    with World("ok-twice") as w:
        send(w, 1, "ok", tp_mr=0).acked()
        send(w, 2, "ok", tp_mr=0).acked()
        assert w.hub.texts() == ["ok", "ok"], w.hub.texts()
        assert w.gateway.wait_at_rest()["mo_repeats"] == 0


@modes(ACCEPT, RELAY)
def test_what_differs_in_anything_else_is_a_new_text():
    with World("differs") as w:
        send(w, 1).acked()
        for n, other in enumerate(({"text": "hello"}, {"tp_mr": 10}, {"sender": BOB}, {"da": "+12025550124"}), 2):
            send(w, 1, rd=True, **other).acked()
            hub_has(w, n)
        assert w.gateway.wait_at_rest()["mo_repeats"] == 0


@modes(ACCEPT, RELAY)
def test_repetitions_of_an_open_text_wait_for_its_outcome():
    with World("followers") as w:
        w.hub.answer(Answer(200, delay=0.7))
        sent = [open_text(w)] + [send(w, n, rd=True) for n in range(2, 6)] + [send(w, 1)]
        for s in sent if not w.relay else sent[1:5]:
            s.accepted()
        assert not any(s.report_requests for s in sent), "a report before the hub has answered"
        stamps = {s.acked().submit_report.scts for s in sent}
        assert len(stamps) == 1, "expected one time stamp for all, seen %s" % stamps
        hub_has(w, 1)
        counters = w.gateway.wait_at_rest()
        assert (counters["mo_repeats"], counters["mo_acked"]) == (5, 6), counters


@modes(ACCEPT, RELAY)
def test_repetitions_of_an_open_text_share_its_failure():
    with World("followers-fail") as w:
        w.hub.answer(Answer(404, delay=0.5))
        sent = [open_text(w)] + [send(w, n, rd=True) for n in range(2, 5)]
        for s in sent:
            s.errored(1)
        hub_has(w, 1)


def test_repetitions_of_an_open_text_share_its_deadline():
    with World("followers-deadline", defines=["IPSMGW_MO_DEADLINE=600"]) as w:
        w.hub.answer(SILENCE)
        sent = [open_text(w)] + [send(w, n, rd=True) for n in range(2, 5)]
        for s in sent:
            s.errored(41)
        hub_has(w, 1)
        assert w.gateway.wait_at_rest()["mo_errored"] == 4


@modes(ACCEPT, RELAY)
def test_after_rp_error_the_same_rp_mr_gets_the_same_and_tp_rd_is_a_new_attempt():
    with World("after-error") as w:
        w.hub.answer(404, 200)
        send(w, 1, rd=True).errored(1)
        send(w, 1, rd=True).errored(1)
        hub_has(w, 1)
        send(w, 2, rd=True).acked()
        hub_has(w, 2)
        send(w, 3, rd=True).acked()
        hub_has(w, 2)


@modes(ACCEPT, RELAY)
def test_what_was_broken_once_is_answered_the_same_way_again():
    with World("broken-again") as w:
        body = bytes.fromhex("00050007912120550501f0")
        for _ in range(2):
            w.scscf.submit(body=body, mr=5).errored(96)
        assert w.gateway.wait_at_rest()["mo_repeats"] == 1


def repeat_until_new(w, rp_mr, **more):
    """Repeat a text until it reaches the hub again; seconds since the first."""
    began = time.monotonic()
    send(w, 1, **more).acked()
    while len(w.hub.messages) == 1:
        assert time.monotonic() - began < 10, "still taken for a repetition after 10 s"
        time.sleep(0.1)  # between two repetitions, within the bound
        send(w, next(rp_mr), **more).acked()
    return time.monotonic() - began


def test_the_window_of_rule_b():
    with World("window-b", defines=["IPSMGW_REPEAT_WINDOW=1", "IPSMGW_REPEAT_RD_WINDOW=0"]) as w:
        seconds = repeat_until_new(w, iter(lambda: 1, None))
        assert 1 <= seconds < 1.5, "expected a new text after 1 s, seen after %.2f s" % seconds


def test_the_window_of_rule_a():
    with World("window-a", defines=["IPSMGW_REPEAT_WINDOW=1", "IPSMGW_REPEAT_RD_WINDOW=2"]) as w:
        seconds = repeat_until_new(w, iter(range(2, 250)), rd=True)
        assert 2 <= seconds < 2.5, "expected a new text after 2 s, seen after %.2f s" % seconds


@modes(ACCEPT, RELAY)
def test_a_retransmission_is_answered_again_and_nothing_else():
    with World("retransmission") as w:
        w.hub.answer(Answer(200, delay=0.3))
        s = send(w, 1)
        s.client.transmit()
        s.acked()
        answers = len(s.client.responses)
        s.client.transmit()
        w.scscf.wait_for(lambda: len(s.client.responses) > answers, 5, "answer to the retransmission")
        assert {r.status for r in s.client.responses} == {202}, s.client.responses
        assert len(s.report_requests) == 1, "a second report"
        hub_has(w, 1)
        counters = w.gateway.wait_at_rest()
        assert (counters["mo_received"], counters["mo_repeats"]) == (1, 0), counters


def test_a_retransmission_of_a_repetition_is_no_third_one():
    with World("retransmitted-repetition") as w:
        send(w, 1).acked()
        again = send(w, 2, rd=True)
        again.acked()
        again.client.transmit()
        w.scscf.wait_for(lambda: len(again.client.responses) == 2, 5, "answer to the retransmission")
        assert len(again.report_requests) == 1
        counters = w.gateway.wait_at_rest()
        assert (counters["mo_repeats"], counters["mo_retransmissions"]) == (1, 1), counters


def test_a_full_memory_forgets_the_oldest_and_says_so():
    with World("evicted", params=[("repeat_entries", 16)]) as w:
        for n in range(40):
            send(w, n, "text %d" % n).acked()
        assert w.gateway.wait_at_rest()["repeat_evicted"] >= 24
