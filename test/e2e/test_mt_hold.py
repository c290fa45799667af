# SPDX-License-Identifier: GPL-2.0-or-later
#
# Texts that the gateway holds, because the hub asked for it or the operator said so, until the phone can be reached: by a
# REGISTER, a NOTIFY of the reg event, an RP-SMMA, or a notification of the HSS; each goes out exactly once.

import threading

from ipsmgwtest.gateway import ROOT
from ipsmgwtest.hss import subscriber
from ipsmgwtest.hss_world import HssWorld
from ipsmgwtest.notifier import Notifier, contact
from ipsmgwtest.phone import Phone, acks, errors, refuses
from ipsmgwtest.registrar import Registrar
from ipsmgwtest.world import World

HOLD = [("X-SMS-HOLD", "1")]


def held(w, phone, text="Hello", count=1, headers=HOLD, **fields):
    """A text that the gateway holds: the hub has 202."""
    before = w.gateway.rpc.counters()["mt_held"]
    sent = w.hub.text(text, phone, headers=headers, **fields).answered(202, False)
    w.gateway.wait_counter("mt_held", before + count)
    return sent


def delivered_once(w, phone, *texts):
    """The phone has these texts in this order, and nothing more comes."""
    phone.wait_texts(len(texts))
    w.gateway.wait_counter("mt_delivered", len(texts))
    w.gateway.wait_at_rest()
    assert phone.texts() == list(texts), "expected %s, seen %s" % (texts, phone.texts())


# --- what is held ------------------------------------------------------------------------------------


def test_without_the_header_nothing_is_held():
    with World("mt-not-held") as w:
        phone = Phone(w, registered=False)
        w.hub.text("Hello", phone).answered(480)
        w.hub.text("Hello", phone, headers=[("X-SMS-HOLD", "0")]).answered(480)
        phone.register()
        w.hub.text("now", phone).delivered()
        delivered_once(w, phone, "now")
        assert w.gateway.rpc.counters()["mt_held"] == 0


def test_the_parameter_holds_what_the_hub_does_not_refuse():
    with World("mt-hold-all", params=[("mt_hold", 1)]) as w:
        phone = Phone(w, registered=False)
        held(w, phone, headers=())
        w.hub.text("not this", phone, headers=[("X-SMS-HOLD", "0")]).answered(480)
        phone.register()
        delivered_once(w, phone, "Hello")


def test_register_sends_what_is_held_in_its_order():
    with World("mt-hold-order") as w:
        phone = Phone(w, registered=False)
        texts = ["text 0", "x" * 400, "text 2"]
        for n, text in enumerate(texts):
            held(w, phone, text)
        phone.register()
        delivered_once(w, phone, *texts)
        assert w.gateway.rpc.counters()["mt_woken"] == 3


def test_what_comes_while_others_are_held_does_not_overtake_them():
    with World("mt-hold-behind") as w:
        phone = Phone(w, registered=False)
        held(w, phone, "first")
        phone.register()
        w.hub.text("second", phone).delivered()
        delivered_once(w, phone, "first", "second")


def test_who_cannot_be_reached_is_tried_and_then_held():
    with World("mt-hold-tried") as w:
        phone = Phone(w).will(refuses(480), acks())
        held(w, phone)
        assert len(phone.deliveries) == 1
        phone.register()
        delivered_once(w, phone, "Hello")


def test_other_failures_are_not_held():
    with World("mt-hold-others") as w:
        phone = Phone(w)
        for act, code in ((errors(111), 488), (refuses(403), 403), (refuses(404), 404), (refuses(486), 486)):
            phone.will(act)
            w.hub.text("Hello", phone, headers=HOLD).answered(code)
        assert w.gateway.wait_at_rest()["mt_held"] == 0


def test_it_is_held_no_longer_than_the_hub_says():
    with World("mt-hold-seconds") as w:
        phone = Phone(w, registered=False)
        body_of = {"headers": [("X-SMS-HOLD", "2")]}
        sent = w.hub.notified("Hello", phone, "m1", **body_of).answered(202, False)
        w.hub.wait_messages(1, 6)
        (seen,) = w.hub.notifications()
        assert (seen.message_id, seen.status) == ("m1", "failed"), seen
        phone.register()
        w.hub.text("now", phone).delivered()
        delivered_once(w, phone, "now")
        lines = [line for line in w.gateway.log_lines() if "mt result:" in line and sent.call_id in line]
        assert len(lines) == 1 and "outcome=expired" in lines[0], lines


def test_mt_hold_time():
    with World("mt-hold-time", params=[("mt_hold_time", 1)]) as w:
        phone = Phone(w, registered=False)
        held(w, phone)
        w.gateway.wait_counter("mt_failed", 1)
        phone.register()
        w.hub.text("now", phone).delivered()
        delivered_once(w, phone, "now")


def test_the_hub_learns_the_outcome_when_it_asked():
    with World("mt-hold-imdn") as w:
        phone = Phone(w, registered=False)
        w.hub.notified("Hello", phone, "m1", headers=HOLD).answered(202, False)
        w.gateway.wait_counter("mt_held", 1)
        phone.register()
        w.hub.wait_messages()
        (seen,) = w.hub.notifications()
        assert (seen.message_id, seen.status) == ("m1", "delivered"), seen
        delivered_once(w, phone, "Hello")


def test_what_is_held_has_bounds():
    with World("mt-hold-bounds", params=[("mt_queue_max", 2), ("mt_max", 3)]) as w:
        phone, other = Phone(w, registered=False), Phone(w, "+12025550102", registered=False)
        for n in range(2):
            held(w, phone, "text %d" % n)
        sent = w.hub.text("one too many", phone, headers=HOLD).answered(480, ("SIP", 480))
        assert sent.reason()[2] == "queue-full", sent.reason()
        held(w, other)
        w.hub.text("one too many", other, headers=HOLD).answered(503)
        phone.register()
        other.register()
        other.wait_texts()
        phone.wait_texts(2)
        w.gateway.wait_counter("mt_delivered", 3)


# --- what wakes it ---------------------------------------------------------------------------------------


def test_a_registration_that_is_refreshed_wakes():
    with World("mt-wake-refresh") as w:
        phone = Phone(w).will(refuses(408), acks())
        held(w, phone)
        phone.register()
        delivered_once(w, phone, "Hello")


def test_an_rp_smma_wakes():
    with World("mt-wake-smma") as w:
        phone = Phone(w).will(errors(22, 0xD3), acks())
        held(w, phone)
        assert phone.smma().accepted().report().acked
        delivered_once(w, phone, "Hello")
        assert phone.smma().accepted().report().acked
        w.hub.text("Bye", phone).delivered()
        delivered_once(w, phone, "Hello", "Bye")


def test_a_phone_that_is_full_again_is_held_again():
    with World("mt-wake-full") as w:
        phone = Phone(w).will(errors(22, 0xD3), errors(22, 0xD3), acks())
        held(w, phone)
        phone.smma().accepted()
        w.gateway.wait_counter("mt_held", 2)
        phone.smma().accepted()
        delivered_once(w, phone, "Hello")


def test_a_notify_wakes():
    with World("mt-wake-notify", defines=["IPSMGW_REG_EVENT=2"]) as w:
        notifier = Notifier(w)
        phone = Phone(w, registered=False).will(refuses(480), acks())
        Registrar(w).register(phone.identities[0])
        dialog = notifier.dialog()
        held(w, phone)
        dialog.bound(contact("sip:a@192.0.2.1", smsip=True))
        delivered_once(w, phone, "Hello")


def test_a_notification_of_the_hss_wakes():
    number = "12025550101"
    impi, impus = "001010000000101@ims.test", ["sip:+%s@ims.test" % number, "tel:+" + number]
    user = subscriber(imsi="001010000000101", impi=impi, msisdn=number, impu=impus)
    config = ROOT / "test/e2e/cfg/reachable.cfg"
    with HssWorld("mt-wake-pnr", [user], config=config, defines=["IPSMGW_REG_EVENT=0"]) as w:
        phone = Phone(w, impi=impi).will(refuses(480), acks())
        w.gateway.wait_counter("hss_reach_granted", 1)
        held(w, phone)
        assert w.hss.control("pnr %s 25" % phone.identities[0]) == "1"
        delivered_once(w, phone, "Hello")


def test_all_at_once_send_it_exactly_once():
    with World("mt-wake-all") as w:
        phone = Phone(w).will(errors(22, 0xD3), acks(after=0.2))
        held(w, phone)
        register = [phone.register_message() for _ in range(5)]
        clients = [w.scscf.send(m, w.gateway.address) for m in register]
        available = [phone.smma() for _ in range(5)]
        for client in clients:
            assert client.wait(5).status == 200
        for s in available:
            s.accepted().report()
        delivered_once(w, phone, "Hello")
        assert len(phone.deliveries) == 2, "expected two attempts, seen %d" % len(phone.deliveries)


def test_hub_and_phone_at_the_same_time():
    """A phone registers in the very moment in which texts for it come: whatever is first, each arrives once."""
    with World("mt-wake-race") as w:
        for n in range(20):
            phone = Phone(w, "+1202555%04d" % n, registered=False)
            register = threading.Thread(target=phone.register)
            register.start()
            sent = w.hub.text("text %d" % n, phone, headers=HOLD)
            register.join()
            assert sent.answer().status in (200, 202), sent.client.final.start
            phone.wait_texts()
            assert phone.texts() == ["text %d" % n], phone.texts()
        w.gateway.wait_counter("mt_delivered", 20)
