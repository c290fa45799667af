# SPDX-License-Identifier: GPL-2.0-or-later
#
# Deliveries over the life of a gateway: what is pending can be seen and ended by hand; the gateway may be stopped, or die, in the
# middle of one, and nothing comes twice by it afterwards.

from ipsmgwtest import rp
from ipsmgwtest.persistence import begin, crash
from ipsmgwtest.phone import UNREPORTED, Phone, acks
from ipsmgwtest.rpc import RpcError
from ipsmgwtest.world import World

HOLD = [("X-SMS-HOLD", "1")]


def pending(w):
    return w.gateway.rpc.structs("ipsmgw.pending", "list")


# --- what is pending -------------------------------------------------------------------------------


def test_pending_list_and_show_have_what_is_under_way():
    with World("mt-pending") as w:
        phone = Phone(w).will(UNREPORTED)
        away = Phone(w, "+12025550102", registered=False)
        sent = w.hub.text("first", phone)
        phone.wait_deliveries()
        waits = w.hub.text("second", phone)
        w.hub.text("third", away, headers=HOLD).answered(202)
        w.gateway.wait_until(lambda: len(pending(w)) == 3, "three deliveries in the list")
        found = {p["call_id"]: p for p in pending(w)}
        assert set(found) >= {sent.call_id, waits.call_id}, found
        states = [found[s.call_id]["state"] for s in (sent, waits)]
        assert len(set(states)) == 2, "one is in flight and one waits, seen %s" % states
        for entry in found.values():
            text = w.gateway.rpc.call("ipsmgw.pending", "show", entry["delivery"])
            assert entry["call_id"] in text, text
            assert "12025550101" not in text and "first" not in text, "a number or a text in %s" % text
        finish(w, phone, sent, waits)
        cancel_all(w)


def finish(w, phone, *sent):
    """The phone reports what it has, and acknowledges what comes."""
    phone.will(acks())
    (first,) = phone.deliveries
    assert phone.report(first).wait(5).status == 202
    for s in sent:
        s.delivered()


def cancel_all(w):
    for entry in pending(w):
        w.gateway.rpc.call("ipsmgw.pending", "cancel", entry["delivery"])
    w.gateway.wait_until(lambda: not pending(w), "end of the list")


def test_a_delivery_is_ended_by_hand():
    with World("mt-cancel") as w:
        phone = Phone(w).will(UNREPORTED, acks())
        sent = w.hub.text("first", phone)
        phone.wait_deliveries()
        waits = w.hub.text("second", phone)
        w.gateway.wait_until(lambda: len(pending(w)) == 2, "two deliveries in the list")
        entry = {p["call_id"]: p for p in pending(w)}[sent.call_id]
        phone.deliveries[0].ends = phone.deliveries[0].at
        w.gateway.rpc.call("ipsmgw.pending", "cancel", entry["delivery"])
        assert sent.answered(480, ("SIP", 480)).reason()[2] == "cancelled", sent.reason()
        waits.delivered()
        assert phone.report(phone.deliveries[0]).wait(5).status == 202, "a late report of what was cancelled"
        counters = w.gateway.wait_at_rest()
        assert (counters["mt_cancelled"], counters["mt_failed"], counters["mt_delivered"]) == (1, 1, 1), counters


def test_what_is_held_or_waits_is_ended_by_hand():
    with World("mt-cancel-held") as w:
        phone = Phone(w, registered=False)
        w.hub.notified("Hello", phone, "m1", headers=HOLD).answered(202)
        w.gateway.wait_until(lambda: pending(w), "a delivery in the list")
        cancel_all(w)
        w.hub.wait_messages()
        assert [n.status for n in w.hub.notifications()] == ["failed"], w.hub.notifications()
        phone.register()
        w.hub.text("now", phone).delivered()
        assert phone.texts() == ["now"], phone.texts()


def test_what_is_not_there_cannot_be_ended():
    with World("mt-cancel-none") as w:
        for verb in ("show", "cancel"):
            for which in ("m7", "7", "x"):
                try:
                    said = w.gateway.rpc.call("ipsmgw.pending", verb, which)
                except RpcError:
                    continue
                raise AssertionError("%s %s: %s" % (verb, which, said))


# --- the end of a gateway ------------------------------------------------------------------------------


def in_the_middle(w):
    """Three phones, each with a text in flight and one that waits; the texts' Sents."""
    phones = [Phone(w, "+1202555%04d" % n).will(UNREPORTED) for n in range(3)]
    sent = [w.hub.text("first", p, transport="tcp") for p in phones]
    for p in phones:
        p.wait_deliveries()
    sent += [w.hub.text("second", p, transport="tcp") for p in phones]
    w.gateway.wait_counter("mt_received", 6)
    return phones, sent


def nothing_comes_twice(w, phones, sent):
    """After a new start: the reports of what was in flight match nothing, new texts are delivered, old ones are not."""
    assert not any(s.client.final for s in sent), "an answer of the gateway that died"
    for p in phones:
        before = p.deliveries[0]
        status = p.report(before, rp.ack).wait(5).status
        assert status == 488, "expected 488 to a report of before, seen %d" % status
        p.will(acks())
        w.hub.text("new", p).delivered()
        assert p.texts() == ["new"], "expected the new text alone, seen %s" % p.texts()
        assert len(p.deliveries) == 2, "expected two deliveries, seen %d" % len(p.deliveries)


def test_kill_9_in_the_middle():
    with World("mt-kill") as w:
        phones, sent = in_the_middle(w)
        crash(w)
        begin(w)
        nothing_comes_twice(w, phones, sent)


def test_an_orderly_stop_in_the_middle():
    with World("mt-stop") as w:
        phones, sent = in_the_middle(w)
        w.gateway.stop()
        begin(w)
        nothing_comes_twice(w, phones, sent)


def test_a_hub_that_hangs_up_gets_no_answer_and_its_text_has_an_outcome():
    with World("mt-hang-up") as w:
        phone = Phone(w).will(UNREPORTED, acks())
        sent = w.hub.text("first", phone, transport="tcp")
        phone.wait_deliveries()
        w.hub.endpoint.connection(w.gateway.address).sock.shutdown(2)
        assert phone.report(phone.deliveries[0]).wait(5).status == 202
        counters = w.gateway.wait_at_rest()
        assert (counters["mt_delivered"], counters["mt_failed"]) == (1, 0), counters
        w.hub.text("second", phone).delivered()
        assert sent.client.final is None, "an answer on another way: %s" % sent.client.final.start


def test_a_new_reference_after_a_new_start():
    # the one that was in flight may still be reported: RP-MR begins anew at random, so that it is hardly the same
    seen = set()
    for _ in range(4):
        with World("mt-random-reference") as w:
            phone = Phone(w)
            w.hub.text("Hello", phone).delivered()
            seen.add(phone.deliveries[0].data.mr)
    assert len(seen) > 1, "the first reference is always %s" % seen
