# SPDX-License-Identifier: GPL-2.0-or-later
#
# Accept first: the 202 says nothing but that the packet came, the report says what the hub made of it, and the deadline
# ends what no hub has answered. Accept-first mode only, unless a test says otherwise.

from ipsmgwtest import ACCEPT, RELAY, modes, rp, tp
from ipsmgwtest.transaction import SILENCE, Answer
from ipsmgwtest.world import World

AT_ONCE = 0.1


def reported_after(submission):
    """Seconds from the MESSAGE to its report."""
    return submission.wait_reports(1)[0].at - submission.client.began


def test_a_hub_that_takes_8_seconds_delays_the_report_and_not_the_202():
    with World("slow-hub") as w:
        w.hub.answer(Answer(200, delay=8))
        s = w.scscf.submit("Hello").accepted()
        assert s.client.answered_after < AT_ONCE, "the 202 took %.3f s" % s.client.answered_after
        assert not s.report_requests, "a report before the hub has answered"
        s.acked()
        assert 8 <= reported_after(s) < 8.5, "the report took %.3f s" % reported_after(s)
        assert w.hub.texts() == ["Hello"], w.hub.texts()
        assert w.gateway.wait_at_rest()["hub_sent"] == 1


def test_the_202_does_not_wait_for_a_hub_that_is_down():
    with World("hub-down", defines=["IPSMGW_MO_DEADLINE=600"]) as w:
        w.hub.down()
        s = w.scscf.submit("Hello").accepted()
        assert s.client.answered_after < AT_ONCE, "the 202 took %.3f s" % s.client.answered_after
        s.errored(41)


def test_the_deadline_ends_a_message_with_rp_error():
    with World("deadline", defines=["IPSMGW_MO_DEADLINE=1000"]) as w:
        w.hub.answer(SILENCE)
        s = w.scscf.submit("Hello")
        s.errored(41)
        assert 1 <= reported_after(s) < 1.3, "the report took %.3f s" % reported_after(s)
        counters = w.gateway.wait_at_rest()
        assert counters["mo_deadline"] == counters["mo_errored"] == 1, counters


@modes(ACCEPT, RELAY)
def test_a_hub_that_answers_after_the_deadline_is_counted_late_and_its_text_is_not_sent_again():
    with World("late", defines=["IPSMGW_MO_DEADLINE=500"]) as w:
        w.hub.answer(Answer(200, delay=1), 200)
        first = w.scscf.submit("Hello", mr=1, rd=True)
        assert first.wait_reports(1)[0].request.body == bytes([5, 1, 1, 41])
        w.gateway.wait_counter("mo_late", 1)
        repetition = w.scscf.submit_message(w.scscf.message(rp.data(2, tp.submit("+12025550123", "Hello", mr=1, rd=True))), 2)
        repetition.acked()
        assert len(first.report_requests) == 1, "the late answer made a second report"
        assert w.hub.texts() == ["Hello"], w.hub.texts()
        counters = w.gateway.wait_at_rest()
        assert (counters["mo_late"], counters["mo_errored"], counters["mo_acked"]) == (1, 1, 1), counters


def test_a_hub_that_answers_between_hub_timeout_and_deadline_has_taken_the_text():
    with World("in-time", defines=["IPSMGW_HUB_TIMEOUT=300", "IPSMGW_MO_DEADLINE=3000"]) as w:
        w.hub.answer(Answer(200, delay=0.8))
        w.scscf.submit("Hello").acked()
        counters = w.gateway.wait_at_rest()
        assert (counters["hub_timeout"], counters["hub_sent"], counters["mo_late"]) == (1, 1, 0), counters


@modes(ACCEPT, RELAY)
def test_above_mo_jobs_max_it_is_503_with_retry_after():
    with World("jobs-max", defines=["IPSMGW_MO_JOBS_MAX=2"]) as w:
        w.hub.answer(Answer(200, delay=0.6))
        taken = [w.scscf.submit("text %d" % n) for n in range(2)]
        w.hub.wait_messages(2)
        refused = w.scscf.submit("one too many").answer()
        assert refused.status == 503, refused.start
        assert int(refused.get("Retry-After")) > 0, refused.headers
        for s in taken:
            s.acked()
        w.gateway.wait_at_rest()
        w.scscf.submit("there is room again").acked()
        counters = w.gateway.wait_at_rest()
        assert (counters["mo_overload"], counters["mo_rejected"], counters["mo_acked"]) == (1, 1, 3), counters


def test_a_retransmission_of_what_was_accepted_is_202_also_when_there_is_no_room():
    with World("jobs-max-again", defines=["IPSMGW_MO_JOBS_MAX=1"]) as w:
        w.hub.answer(Answer(200, delay=0.6))
        s = w.scscf.submit("Hello").accepted()
        s.client.transmit()
        w.scscf.wait_for(lambda: len(s.client.responses) == 2, 5, "answer to the retransmission")
        assert [r.status for r in s.client.responses] == [202, 202], s.client.responses
        s.acked()
        counters = w.gateway.wait_at_rest()
        assert (counters["mo_received"], counters["mo_retransmissions"], counters["mo_overload"]) == (1, 1, 0), counters
