# SPDX-License-Identifier: GPL-2.0-or-later
#
# WITH_MO_HSS_CHECK: the shipped configuration asks the HSS about a sender before his text is taken.

from ipsmgwtest import ACCEPT, RELAY, modes, rp
from ipsmgwtest.hss import subscriber
from ipsmgwtest.hss_world import HssWorld
from ipsmgwtest.scscf import BOB, identity

CHECK = "WITH_MO_HSS_CHECK"
ALICE = {"imsi": "001010000000101", "msisdn": "12025550101", "impu": ["sip:+12025550101@ims.test", "tel:+12025550101"]}
MSISDN = 17  # Data-Reference


def world(name, *defines, **more):
    return HssWorld(name, [subscriber(**ALICE)], defines=defines, **more)


@modes(ACCEPT, RELAY)
def test_the_hss_is_asked_and_its_answer_is_kept():
    with world("check-known", CHECK) as w:
        for text in ("one", "two"):
            w.scscf.submit(text).acked()
        assert w.hub.texts() == ["one", "two"], w.hub.texts()
        (request,) = w.hss.requests("UDR")
        assert [a.number for a in request.avps if a.code == 703] == [MSISDN], request.avps


@modes(ACCEPT, RELAY)
def test_a_sender_whom_the_hss_does_not_know():
    with world("check-unknown", CHECK) as w:
        for _ in range(2):
            w.scscf.submit("Hello", sender=BOB).errored(28)
        assert not w.hub.messages
        assert len(w.hss.requests("UDR")) == 1, "asked again for somebody unknown"


@modes(ACCEPT, RELAY)
def test_an_hss_that_does_not_say_is_no_reason_to_refuse():
    with world("check-silent", CHECK, params=[("hss_timeout", 400)]) as w:
        for n, fault in enumerate(("silence", "result 3004", "result 5012", "experimental 5999")):
            w.hss.control("fault UDR 1 " + fault)
            w.scscf.submit(fault, sender=identity("+1202555010%d" % (2 + n))).acked()
        assert len(w.hub.messages) == 4


@modes(ACCEPT, RELAY)
def test_an_hss_that_does_not_say_may_be_a_reason_to_refuse():
    with world("check-policy", CHECK, "IPSMGW_MO_HSS_FAILURE=41", params=[("hss_timeout", 400)]) as w:
        w.hss.control("fault UDR 1 silence")
        w.scscf.submit("Hello").errored(41)
        w.scscf.submit("again").acked()
        w.scscf.submit("unknown", sender=BOB).errored(28)


@modes(ACCEPT, RELAY)
def test_no_connection_to_the_hss():
    with world("check-no-peer", CHECK, connected=False) as w:
        w.wait_connected()
        w.hss.kill9()
        w.gateway.wait_until(lambda: not w.is_connected(), "end of the connection", 10)
        w.scscf.submit("Hello").acked()
        w.hss.start()


@modes(ACCEPT, RELAY)
def test_what_is_no_submit_is_answered_as_ever():
    with world("check-others", CHECK) as w:
        memory = w.scscf.submit(body=rp.smma(7), mr=7).accepted().report()
        assert memory.acked, "expected RP-ACK for RP-SMMA, seen %s" % memory
        w.scscf.submit(body=rp.data(9, b"\x01"), mr=9).errored(111, 0xFF)
        w.scscf.submit("after it").acked()


@modes(ACCEPT, RELAY)
def test_the_second_hub_gets_the_same():
    with world("check-fail-over", CHECK, hubs=2) as w:
        w.hubs[0].answer(503)
        w.scscf.submit("Hello").acked()
        first, second = w.hubs[0].messages[0], w.hubs[1].messages[0]
        assert first.media_type == second.media_type == "text/plain", second.start
        assert (first.body, first.uri.split("@")[0]) == (second.body, second.uri.split("@")[0]), second.uri
        assert second.get("P-Access-Network-Info") is None and second.get("Route") is None
        # the answer is kept, and so the request does not go on anew
        w.scscf.submit("again").acked()
        assert w.hubs[1].messages[1].body == b"again", w.hubs[1].messages[1].body


@modes(ACCEPT, RELAY)
def test_a_retransmission_while_the_hss_is_asked():
    with world("check-retransmission", CHECK) as w:
        w.hss.control("fault UDR 1 delay 1300")
        w.scscf.submit("Hello").acked()
        assert w.hub.texts() == ["Hello"], w.hub.texts()
        counters = w.gateway.wait_at_rest()
        assert counters["mo_received"] == 1, counters


def test_without_it_nothing_is_asked():
    with world("check-off") as w:
        w.scscf.submit("Hello").acked()
        assert not w.hss.requests("UDR")
