# SPDX-License-Identifier: GPL-2.0-or-later
#
# Choosing a hub and going to the next one: fail-over within the deadline and never after a 2xx, probing, the last resort;
# and hubs that misbehave.

import re

from ipsmgwtest import ACCEPT, RELAY, modes
from ipsmgwtest.transaction import SILENCE, Answer
from ipsmgwtest.world import World

PATIENT = ["IPSMGW_HUB_TIMEOUT=300", "IPSMGW_MO_DEADLINE=6000"]


def uri(hub):
    return "sip:127.0.0.1:%d" % hub.port


def copies(w):
    """How many texts each hub has."""
    return [len(h.messages) for h in w.hubs]


def wait_flags(w, hub, flag, timeout=8):
    """Until the dispatcher lists the hub with this first letter: A active, I inactive, T trying."""
    listed = re.compile(r"URI: %s\s+FLAGS: %s" % (re.escape(uri(hub)), flag))
    w.gateway.wait_until(lambda: listed.search(w.gateway.rpc.call("dispatcher.list")), "flag %s of hub %d" % (flag, hub.port), timeout)


@modes(ACCEPT, RELAY)
def test_the_next_hub_is_asked_when_one_is_overloaded_or_broken():
    with World("fail-over", hubs=2) as w:
        statuses = (408, 430, 480, 500, 503, 504, 580)
        for n, status in enumerate(statuses, 1):
            w.hubs[0].answer(status)
            w.scscf.submit("status %d" % status).acked()
            assert copies(w) == [n, n], copies(w)


@modes(ACCEPT, RELAY)
def test_the_next_hub_is_not_asked_when_one_has_decided():
    with World("decided", hubs=2) as w:
        for n, (status, cause) in enumerate(((400, 38), (403, 21), (404, 1), (486, 42), (488, 69), (600, 42), (603, 21)), 1):
            w.hubs[0].answer(status)
            w.scscf.submit("status %d" % status).errored(cause)
            assert copies(w) == [n, 0], copies(w)


@modes(ACCEPT, RELAY)
def test_a_hub_that_took_the_text_ends_the_matter():
    with World("taken", hubs=3) as w:
        for _ in range(5):
            w.scscf.submit("Hello").acked()
        assert copies(w) == [5, 0, 0], copies(w)


@modes(ACCEPT, RELAY)
def test_a_silent_hub_makes_room_for_the_next_within_the_deadline():
    with World("silent", hubs=2, defines=PATIENT) as w:
        w.hubs[0].answer(SILENCE)
        s = w.scscf.submit("Hello")
        s.acked(timeout=3)
        assert copies(w) == [1, 1], copies(w)


@modes(ACCEPT, RELAY)
def test_when_all_hubs_fail_the_last_one_gives_the_cause():
    with World("all-fail", hubs=3) as w:
        for hub, status in zip(w.hubs, (503, 480, 404)):
            hub.answer(status)
        w.scscf.submit("Hello").errored(1)
        assert copies(w) == [1, 1, 1], copies(w)


@modes(ACCEPT, RELAY)
def test_hubs_may_share_the_load_and_still_stand_in_for_each_other():
    with World("shared", hubs=3, defines=['IPSMGW_HUB_ALGORITHM="0"']) as w:
        for n in range(40):
            w.scscf.submit("text %d" % n).acked()
        assert all(copies(w)) and sum(copies(w)) == 40, copies(w)
        before = copies(w)
        for hub in w.hubs:
            hub.answer(503)
        w.scscf.submit("nobody").errored(42)
        assert [now - then for now, then in zip(copies(w), before)] == [1, 1, 1], copies(w)


def test_sixteen_hubs_are_enough_for_one_text():
    with World("sixteen", hubs=18) as w:
        for hub in w.hubs:
            hub.answer(503)
        w.scscf.submit("nobody").errored(42)
        assert copies(w) == [1] * 16 + [0, 0], copies(w)


def test_a_slow_hub_that_takes_the_text_while_the_next_is_asked_has_taken_it():
    with World("overtaken", hubs=2, defines=PATIENT) as w:
        w.hubs[0].answer(Answer(200, delay=0.8))
        w.hubs[1].answer(Answer(503, delay=1.6))
        s = w.scscf.submit("Hello")
        s.acked(timeout=1.4)
        w.hubs[1].wait_for(lambda: w.hubs[1].received_requests("MESSAGE")[0].status, 5, "answer of the second hub")
        counters = w.gateway.wait_at_rest()
        assert (counters["mo_acked"], counters["mo_late"], len(s.report_requests)) == (1, 0, 1), counters


def test_a_hub_that_is_given_up_is_not_reminded_and_the_one_that_is_asked_now_is():
    with World("reminders", hubs=2, defines=["IPSMGW_HUB_TIMEOUT=200", "IPSMGW_MO_DEADLINE=4000"]) as w:
        w.hubs[0].answer(SILENCE)
        w.hubs[1].answer(SILENCE)
        w.scscf.submit("Hello").errored(41)
        first, second = (h.received_requests("MESSAGE")[0] for h in w.hubs)
        assert first.repeats == 0, "the first hub was reminded %d times" % first.repeats
        assert second.repeats >= 2, "the second hub was reminded %d times" % second.repeats


def test_no_other_hub_is_asked_when_the_deadline_is_near():
    with World("near-deadline", hubs=2, defines=["IPSMGW_HUB_TIMEOUT=700", "IPSMGW_MO_DEADLINE=1200"]) as w:
        w.hubs[0].answer(SILENCE)
        w.scscf.submit("Hello").errored(41)
        assert copies(w) == [1, 0], copies(w)


@modes(ACCEPT, RELAY)
def test_probing_takes_a_dead_hub_out_and_brings_it_back():
    with World("probing", hubs=2, defines=["IPSMGW_PING_INTERVAL=1"]) as w:
        w.hubs[0].answer_options(503)
        wait_flags(w, w.hubs[0], "I")
        w.scscf.submit("to the second").acked()
        assert copies(w) == [0, 1], copies(w)
        w.hubs[0].answer_options(200)
        wait_flags(w, w.hubs[0], "A")
        w.scscf.submit("to the first").acked()
        assert copies(w) == [1, 1], copies(w)


def test_probing_takes_out_a_hub_that_is_silent_or_down():
    quick = [("tm.fr_timer", 300)]
    for make_dead in (lambda hub: hub.answer_options(SILENCE), lambda hub: hub.down()):
        with World("silent-probe", hubs=2, defines=["IPSMGW_PING_INTERVAL=1"], params=quick) as w:
            make_dead(w.hubs[0])
            wait_flags(w, w.hubs[0], "I")
            w.scscf.submit("Hello").acked()
            assert w.hubs[1].texts() == ["Hello"], w.hubs[1].texts()


def test_which_answers_to_a_probe_show_that_a_hub_is_alive():
    alive = (200, 204, 302, 400, 401, 403, 404, 405, 415, 420, 481, 483, 488, 501)
    dead = (408, 480, 500, 503, 603)
    with World("probe-answers", hubs=len(alive + dead), defines=["IPSMGW_PING_INTERVAL=1"]) as w:
        for hub, status in zip(w.hubs, alive + dead):
            hub.answer_options(status)
        for hub in w.hubs:
            hub.wait_requests("OPTIONS", 5, 10)
        for hub, status in zip(w.hubs, alive + dead):
            wait_flags(w, hub, "A" if status in alive else "I", timeout=0.5)
        w.scscf.submit("Hello").acked()
        assert w.hub.texts() == ["Hello"], w.hub.texts()


@modes(ACCEPT, RELAY)
def test_the_last_resort_is_asked_when_no_hub_is_alive():
    with World("last-resort", hubs=2) as w:
        for hub in w.hubs:
            w.gateway.rpc.call("dispatcher.set_state", "i", "1", uri(hub))
        w.scscf.submit("Hello").acked()
        assert copies(w) == [1, 0], copies(w)


def test_a_hub_marked_dead_while_a_text_waits_for_it_does_not_take_the_next_hub_away():
    with World("dead-meanwhile", hubs=2, defines=["IPSMGW_HUB_TIMEOUT=800", "IPSMGW_MO_DEADLINE=6000"]) as w:
        w.hubs[0].answer(SILENCE)
        s = w.scscf.submit("Hello").accepted()
        w.hubs[0].wait_messages()
        w.gateway.rpc.call("dispatcher.set_state", "i", "1", uri(w.hubs[0]))
        s.acked(timeout=3)
        assert copies(w) == [1, 1], copies(w)


def test_a_hub_that_comes_back_meanwhile_does_not_get_a_second_copy_for_another():
    with World("back-meanwhile", hubs=3, defines=["IPSMGW_HUB_TIMEOUT=800", "IPSMGW_MO_DEADLINE=6000"]) as w:
        w.gateway.rpc.call("dispatcher.set_state", "i", "1", uri(w.hubs[0]))
        w.hubs[1].answer(SILENCE)
        s = w.scscf.submit("Hello").accepted()
        w.hubs[1].wait_messages()
        w.gateway.rpc.call("dispatcher.set_state", "a", "1", uri(w.hubs[0]))
        s.acked(timeout=3)
        assert copies(w) == [1, 1, 0], copies(w)


# --- hubs that misbehave -------------------------------------------------------


@modes(ACCEPT, RELAY)
def test_a_hub_that_is_down_makes_room_for_the_next():
    with World("closed", hubs=2, defines=PATIENT) as w:
        w.hubs[0].down()
        w.scscf.submit("Hello").acked(timeout=3)
        assert w.hubs[1].texts() == ["Hello"], w.hubs[1].texts()


@modes(ACCEPT, RELAY)
def test_a_hub_may_answer_100_first():
    with World("trying") as w:
        w.hub.answer(Answer(200, delay=0.3, before=100))
        w.scscf.submit("Hello").acked()
        w.hub.answer(Answer(404, delay=0.3, before=100))
        w.scscf.submit("World").errored(1)
        assert w.hub.texts() == ["Hello", "World"], w.hub.texts()


GARBAGE = (
    b"\x00\x01\x02\x03" * 16,
    b"SIP/2.0 200 OK\r\n\r\n",
    b"SIP/2.0 2x0 OK\r\nVia: SIP/2.0/UDP 127.0.0.1;branch=z9hG4bKx\r\nCSeq: 1 MESSAGE\r\n\r\n",
    b"SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP 127.0.0.1:9;branch=z9hG4bKcafe.cafe.0\r\nFrom: <sip:a@b>;tag=1\r\n"
    b"To: <sip:a@b>;tag=2\r\nCall-ID: x\r\nCSeq: 1 MESSAGE\r\nContent-Length: 0\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
)


@modes(ACCEPT, RELAY)
def test_garbage_from_a_hub_is_no_answer():
    with World("garbage") as w:
        for n, octets in enumerate(GARBAGE):
            w.hub.answer(Answer(200, delay=0.1, before=octets))
            w.scscf.submit("text %d" % n).acked()
        assert w.gateway.wait_at_rest()["mo_acked"] == len(GARBAGE)


@modes(ACCEPT, RELAY)
def test_a_hub_may_be_reached_by_tcp():
    with World("tcp-hub", hub_transport="tcp") as w:
        for n in range(3):
            w.scscf.submit("text %d" % n).acked()
        servers = w.hub.received_requests("MESSAGE")
        assert [s.transport for s in servers] == ["tcp"] * 3, servers
        assert w.hub.texts() == ["text 0", "text 1", "text 2"], w.hub.texts()


@modes(ACCEPT, RELAY)
def test_a_tcp_hub_that_is_down_makes_room_for_the_next():
    with World("tcp-down", hubs=2, hub_transport="tcp", defines=PATIENT) as w:
        w.hubs[0].down()
        w.scscf.submit("Hello").acked(timeout=4)
        assert w.hubs[1].texts() == ["Hello"], w.hubs[1].texts()
