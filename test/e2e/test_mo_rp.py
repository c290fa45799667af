# SPDX-License-Identifier: GPL-2.0-or-later
#
# RP and TP messages that are not as they should be: each kind of sheet 2.4 gets its RP cause in a report with its own RP-MR,
# a failure of the TP layer an SMS-SUBMIT-REPORT with TP-FCS; and what is merely unusual is taken. And the order in which a
# request that is wrong in every way is refused.

from ipsmgwtest import ACCEPT, RELAY, modes, rp, tp
from ipsmgwtest.scscf import ALICE
from ipsmgwtest.world import World

SC = bytes.fromhex("07912120550501f0")
HELLO = tp.submit("+12025550123", "Hello", mr=1)
INVALID, NOT_EXISTENT = 96, 97
SEMANTIC, PROTOCOL = 95, 111


def lv(octets):
    return bytes([len(octets)]) + octets


DATA = b"\x00" + SC
# what it is, MTI octet, octets after RP-MR, RP cause
RP_BROKEN = (
    ("MTI of the network, RP-DATA", 1, DATA + lv(HELLO), NOT_EXISTENT),
    ("MTI of the network, RP-ACK", 3, b"", NOT_EXISTENT),
    ("MTI of the network, RP-ERROR", 5, b"\x01\x26", NOT_EXISTENT),
    ("reserved MTI", 7, b"", NOT_EXISTENT),
    ("nothing after RP-MR", 0, b"", INVALID),
    ("RP-OA runs past the end", 0, b"\x05\x91", INVALID),
    ("RP-DA missing", 0, b"\x00", INVALID),
    ("RP-DA runs past the end", 0, b"\x00\x07\x91\x21", INVALID),
    ("RP-DA empty", 0, b"\x00\x00" + lv(HELLO), INVALID),
    ("RP-UD missing", 0, DATA, INVALID),
    ("RP-UD empty", 0, DATA + b"\x00", INVALID),
    ("RP-UD runs past the end", 0, DATA + bytes([len(HELLO) + 1]) + HELLO, INVALID),
)
# what it is, TPDU, RP cause, TP-FCS
TP_BROKEN = (
    ("reserved TP-MTI", b"\x03" + HELLO[1:], PROTOCOL, 0xB0),
    ("SMS-DELIVER-REPORT in RP-DATA", bytes.fromhex("0000"), PROTOCOL, 0xB0),
    ("ends after the first octet", HELLO[:1], PROTOCOL, 0xFF),
    ("ends in TP-DA", HELLO[:6], PROTOCOL, 0xFF),
    ("ends before TP-DCS", HELLO[:11], PROTOCOL, 0xFF),
    ("ends before TP-UDL", HELLO[:12], PROTOCOL, 0xFF),
    ("ends in TP-UD", HELLO[:-1], PROTOCOL, 0xFF),
    ("161 septets", tp.submit("+12025550123", "x" * 161, mr=1), SEMANTIC, 0xFF),
    ("141 octets", tp.submit("+12025550123", b"x" * 141, mr=1), SEMANTIC, 0xFF),
)


@modes(ACCEPT, RELAY)
def test_a_broken_rp_message_gets_its_cause_and_no_submit_report():
    with World("rp-broken") as w:
        for mr, (what, mti, rest, cause) in enumerate(RP_BROKEN, 100):
            report = w.scscf.submit(body=bytes([mti, mr]) + rest, mr=mr).errored(cause)
            assert report.submit_report is None, "%s: %s" % (what, report)
        counters = w.gateway.wait_at_rest()
        assert counters["mo_errored"] == counters["mo_malformed"] == len(RP_BROKEN), counters
        assert not w.hub.messages


@modes(ACCEPT, RELAY)
def test_a_broken_tpdu_gets_its_cause_and_tp_fcs():
    with World("tp-broken") as w:
        for mr, (what, tpdu, cause, fcs) in enumerate(TP_BROKEN, 100):
            try:
                w.scscf.submit(body=rp.data(mr, tpdu), mr=mr).errored(cause, fcs)
            except AssertionError as e:
                raise AssertionError("%s: %s" % (what, e)) from e
        counters = w.gateway.wait_at_rest()
        assert counters["mo_errored"] == counters["mo_malformed"] == len(TP_BROKEN), counters
        assert not w.hub.messages


# what it is, first octet, octets after RP-MR
UNUSUAL = (
    ("spare bits of the MTI octet", 0xF8, DATA + lv(HELLO)),
    ("RP-OA filled", 0, SC + SC + lv(HELLO)),
    ("octets after RP-UD", 0, DATA + lv(HELLO) + b"\x41\x02\x00\x00"),
    ("octets after TP-UD", 0, DATA + lv(HELLO + b"\x00\x00")),
    ("RP-DA of another type", 0, b"\x00\x04\x81\x21\x43\xf5" + lv(HELLO)),
)


@modes(ACCEPT, RELAY)
def test_what_is_merely_unusual_is_taken():
    with World("unusual") as w:
        for mr, (what, first, rest) in enumerate(UNUSUAL, 100):
            try:
                w.scscf.submit(body=bytes([first, mr]) + rest, mr=mr).acked()
            except AssertionError as e:
                raise AssertionError("%s: %s" % (what, e)) from e
        assert w.hub.texts() == ["Hello"] * len(UNUSUAL), w.hub.texts()


@modes(ACCEPT, RELAY)
def test_two_octets_are_enough_for_a_report():
    with World("two-octets") as w:
        for first in range(256):
            if first & 7 in (2, 4, 6):  # reports of the phone and RP-SMMA are no short messages
                continue
            report = w.scscf.submit(body=bytes([first, first ^ 0xFF]), mr=first ^ 0xFF).accepted().report()
            assert report.cause == (INVALID if first & 7 == 0 else NOT_EXISTENT), "first octet %02x: %s" % (first, report)


# what is put right, and the status of what is still wrong before
REPAIRS = (
    (483, lambda m: m.set("Max-Forwards", "70")),
    (420, lambda m: m.remove("Require")),
    (415, lambda m: m.set("Content-Type", "application/vnd.3gpp.sms")),
    (403, lambda m: m.set("P-Asserted-Identity", "GATEWAY")),
    (482, lambda m: m.set("P-Asserted-Identity", "<%s>" % ALICE[0])),
    (400, lambda m: setattr(m, "body", rp.data(1, HELLO))),
)


def test_the_order_of_the_checks():
    with World("order") as w:
        message = w.scscf.message(b"", sender=(), content_type="text/plain")
        message.set("Max-Forwards", "0")
        message.headers += [("Require", "100rel, timer"), ("Require", "x")]
        for status, repair in REPAIRS:
            final = again(w, message)
            assert final.status == status, "expected %d, seen %s" % (status, final.start)
            if status == 420:
                assert final.values("Unsupported") == ["100rel", "timer", "x"], final.all("Unsupported")
            repair(message)
            if message.get("P-Asserted-Identity") == "GATEWAY":
                message.set("P-Asserted-Identity", "<sip:127.0.0.1:%d>" % w.gateway.port)
        final = again(w, message)
        assert final.status == 202, final.start
        counters = w.gateway.wait_at_rest()
        assert (counters["mo_received"], counters["mo_rejected"], counters["mo_acked"]) == (7, 6, 1), counters


def again(w, message):
    """The answer to the message as a new transaction."""
    message.set("Via", w.scscf.via("udp"))
    return w.scscf.send(message, w.gateway.address).wait(5)


def test_another_method_is_no_short_message_in_the_sums():
    with World("methods-sum") as w:
        for method in ("INFO", "PUBLISH"):
            message = w.scscf.message(rp.data(1, HELLO))
            message.start = "%s %s SIP/2.0" % (method, message.uri)
            message.set("CSeq", "1 %s" % method)
            final = w.scscf.send(message, w.gateway.address).wait(5)
            assert final.status == 405 and "MESSAGE" in final.values("Allow"), final.headers
        counters = w.gateway.wait_at_rest()
        assert (counters["mo_received"], counters["mo_rejected"]) == (0, 0), counters
