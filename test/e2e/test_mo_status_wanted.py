# SPDX-License-Identifier: GPL-2.0-or-later
#
# A text whose sender wants a status report (TP-SRR): the hub gets a name for it, the gateway remembers it before a hub is asked,
# with a bound, and forgets it when the sender was told RP-ERROR.

import re

from ipsmgwtest import ACCEPT, RELAY, modes
from ipsmgwtest.transaction import Answer
from ipsmgwtest.world import World

NAME = re.compile(r"[0-9a-f]{16}$")


def name_of(message):
    """The name that the hub got, well-formed."""
    found = message.all("X-SMS-MESSAGE-ID")
    assert len(found) == 1 and NAME.match(found[0]), "expected one X-SMS-MESSAGE-ID of 16 hex digits, seen %s" % found
    assert message.all("X-REG-DELIVERY") == ["1"], "expected X-REG-DELIVERY 1, seen %s" % message.all("X-REG-DELIVERY")
    return found[0]


def remembered(w):
    return w.gateway.rpc.structs("ipsmgw.stats")[0]["status_reports_waiting"]


@modes(ACCEPT, RELAY)
def test_the_hub_gets_a_name_for_each_text_that_wants_a_report():
    with World("name") as w:
        for _ in range(3):
            w.scscf.submit("Hello", srr=True).acked()
        w.scscf.submit("no report").acked()
        names = {name_of(m) for m in w.hub.messages[:3]}
        assert len(names) == 3, "expected three names, seen %s" % names
        assert w.hub.messages[3].all("X-SMS-MESSAGE-ID") == [], w.hub.messages[3].headers
        assert remembered(w) == 3, remembered(w)
        assert w.gateway.rpc.counters()["status_wanted"] == 3, w.gateway.rpc.counters()


def test_the_call_id_begins_with_the_name():
    with World("name-call-id", hubs=2) as w:
        w.hubs[0].answer(503)
        w.scscf.submit("Hello", srr=True).acked()
        first, second = w.hubs[0].messages[0], w.hubs[1].messages[0]
        assert name_of(first) == name_of(second), "expected one name at both hubs"
        assert {m.get("Call-ID") for m in (first, second)} == {name_of(first) + "-1", name_of(first) + "-2"}, (
            first.get("Call-ID"),
            second.get("Call-ID"),
        )
        assert first.cseq == (1, "MESSAGE"), first.cseq
        assert remembered(w) == 1, remembered(w)


@modes(RELAY)
def test_the_name_is_the_same_after_a_fail_over():
    with World("name-relay", hubs=2) as w:
        w.hubs[0].answer(503)
        s = w.scscf.submit("Hello", srr=True)
        s.acked()
        first, second = w.hubs[0].messages[0], w.hubs[1].messages[0]
        assert name_of(first) == name_of(second) and second.get("Call-ID") == s.call_id
        assert remembered(w) == 1, remembered(w)


@modes(ACCEPT, RELAY)
def test_it_is_remembered_before_the_hub_has_answered():
    with World("name-early") as w:
        w.hub.answer(Answer(200, delay=1.5))
        s = w.scscf.submit("Hello", srr=True)
        w.hub.wait_messages(1)
        assert remembered(w) == 1, remembered(w)
        s.acked()


@modes(ACCEPT, RELAY)
def test_a_repetition_has_the_name_of_the_first():
    with World("name-repeat") as w:
        first = w.scscf.submit("Hello", srr=True, mr=7)
        first.acked()
        again = w.scscf.submit("Hello", srr=True, mr=7)
        again.acked()
        assert len(w.hub.messages) == 1 and remembered(w) == 1, (w.hub.messages, remembered(w))


def test_the_oldest_makes_room():
    with World("name-room", params=[("status_reports_max", 3)]) as w:
        for _ in range(5):
            w.scscf.submit("Hello", srr=True).acked()
        assert remembered(w) == 3, remembered(w)
        assert w.gateway.rpc.counters()["status_remembered_evicted"] == 2, w.gateway.rpc.counters()


@modes(ACCEPT, RELAY)
def test_nothing_is_remembered_when_the_operator_says_so():
    with World("name-none", params=[("status_reports_max", 0)]) as w:
        w.scscf.submit("Hello", srr=True).acked()
        m = w.hub.messages[0]
        assert m.all("X-REG-DELIVERY") == ["1"] and m.all("X-SMS-MESSAGE-ID") == [], m.headers
        assert remembered(w) == 0, remembered(w)


@modes(ACCEPT, RELAY)
def test_a_text_that_a_hub_takes_late_is_remembered_again():
    with World("name-late", params=[("mo_deadline", 1000)]) as w:
        w.hub.answer(Answer(200, delay=2))
        w.scscf.submit("Hello", srr=True).errored(41)
        w.gateway.wait_counter("mo_late", 1)
        assert remembered(w) == 1, remembered(w)


def test_memory_stays_flat_when_texts_come_and_go():
    with World("name-flat", params=[("status_reports_max", 8)]) as w:
        for _ in range(20):
            w.scscf.submit("Hello", srr=True).acked()
        w.gateway.wait_transactions_gone()
        before = w.gateway.rpc.shm_used()
        for _ in range(60):
            w.scscf.submit("Hello", srr=True).acked()
        w.gateway.wait_transactions_gone()
        grown = w.gateway.rpc.shm_used() - before
        assert grown < 4096, "%d octets of shared memory more after 60 texts" % grown

