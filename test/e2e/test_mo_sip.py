# SPDX-License-Identifier: GPL-2.0-or-later
#
# What the gateway refuses by a SIP answer, and what it takes by 202 and refuses by RP-ERROR (TS 24.341 5.3.3.4 practice: a
# phone understands RP-ERROR, a SIP error makes it fall back or repeat blindly).

import contextlib
import socket

from ipsmgwtest import modes, rp, sip, tp
from ipsmgwtest.scscf import ALICE
from ipsmgwtest.world import World

BOTH = ("accept", "relay")
SMS = "application/vnd.3gpp.sms"


@contextlib.contextmanager
def refused_by_sip(name, count):
    """A world in which `count` MESSAGEs are refused: no report, nothing at the hub, and mo_rejected says so."""
    with World(name) as w:
        yield w
        counters = w.gateway.wait_at_rest()
        assert counters["mo_rejected"] == count, "expected mo_rejected %d, seen %s" % (count, counters)
        assert not w.scscf.reports, "a report after a SIP error"
        assert not w.hub.messages, "the hub got %r" % w.hub.texts()


def hello(scscf):
    return scscf.message(rp.data(1, tp.submit("+12025550123", "Hello", mr=1)))


def answer_to(w, message, status):
    """The answer to a message, which must have this status."""
    final = w.scscf.send(message, w.gateway.address).wait(5)
    assert final.status == status, "expected %d to %r, seen %s" % (status, message.headers, final.start)
    return final


def test_another_content_type_is_415_with_accept():
    with refused_by_sip("content-type", 3) as w:
        for content_type in ("text/html", "application/vnd.3gpp.smss", None):
            final = answer_to(w, w.scscf.message(b"\x00\x01", content_type=content_type), 415)
            assert SMS in final.values("Accept"), "Accept is %s" % final.all("Accept")


def test_a_content_type_in_other_letters_and_with_parameters_is_taken():
    with World("content-type-spelling") as w:
        for n, content_type in enumerate(("Application/VND.3gpp.SMS", SMS + ";foo=bar", SMS + " ; a=\"b;c\""), 1):
            body = rp.data(n, tp.submit("+12025550123", "Hello", mr=n))
            w.scscf.submit_message(w.scscf.message(body, content_type=content_type), n).acked()


def test_without_an_asserted_identity_is_403():
    with refused_by_sip("no-identity", 1) as w:
        message = hello(w.scscf)
        message.remove("P-Asserted-Identity")
        answer_to(w, message, 403)


def test_an_asserted_identity_that_is_none_is_403():
    with refused_by_sip("bad-identity", 2) as w:
        for value in ("<>", "\"Alice\""):
            message = hello(w.scscf)
            message.set("P-Asserted-Identity", value)
            answer_to(w, message, 403)


def test_a_stranger_is_403():
    with refused_by_sip("stranger", 1) as w:
        message = hello(w.scscf)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
            stranger.bind(("127.0.0.9", 0))
            stranger.settimeout(5)
            via = "SIP/2.0/UDP 127.0.0.9:%d;branch=z9hG4bK%s" % (stranger.getsockname()[1], sip.token())
            message.set("Via", via)
            stranger.sendto(message.to_bytes(), w.gateway.address)
            final = sip.parse(stranger.recv(65535))
        assert final.status == 403, "expected 403, seen %s" % final.start


def test_a_body_without_reference_is_400():
    with refused_by_sip("no-reference", 2) as w:
        for body in (b"", b"\x00"):
            answer_to(w, w.scscf.message(body), 400)


def test_an_unknown_extension_is_420_with_unsupported():
    with refused_by_sip("require", 1) as w:
        message = hello(w.scscf)
        message.headers.append(("Require", "timetravel"))
        final = answer_to(w, message, 420)
        assert final.values("Unsupported") == ["timetravel"], "Unsupported is %s" % final.all("Unsupported")


def test_no_forwards_left_is_483():
    with refused_by_sip("max-forwards", 1) as w:
        message = hello(w.scscf)
        message.set("Max-Forwards", "0")
        answer_to(w, message, 483)


def test_our_own_message_is_a_loop():
    with World("loop") as w:
        w.scscf.submit("Hello").acked()
        ours = w.scscf.submissions[0].report_requests[0].request.get("P-Asserted-Identity")
        message = hello(w.scscf)
        message.set("P-Asserted-Identity", ours)
        answer_to(w, message, 482)
        assert w.hub.texts() == ["Hello"], w.hub.texts()


def test_other_methods_are_405_with_allow():
    with World("methods") as w:
        for method in ("PUBLISH", "INFO", "FOO"):
            message = hello(w.scscf)
            message.start = "%s %s SIP/2.0" % (method, message.uri)
            message.set("CSeq", "1 %s" % method)
            final = answer_to(w, message, 405)
            assert "MESSAGE" in final.values("Allow"), "Allow is %s" % final.all("Allow")


def test_options_says_what_is_understood():
    with World("options") as w:
        message = hello(w.scscf)
        message.start = "OPTIONS %s SIP/2.0" % message.uri
        message.set("CSeq", "1 OPTIONS")
        message.remove("Content-Type")
        message.body = b""
        final = answer_to(w, message, 200)
        assert "MESSAGE" in final.values("Allow") and SMS in final.values("Accept"), final.headers


ADDRESS = bytes.fromhex("07912120550501f0")
HELLO = tp.submit("+12025550123", "Hello", mr=9)
INVALID, NOT_EXISTENT, SEMANTIC, PROTOCOL, NOT_IMPLEMENTED, UNASSIGNED = 96, 97, 95, 111, 69, 1
# body after the two octets of MTI and RP-MR (MTI given apart), RP cause, TP-FCS (None: no SMS-SUBMIT-REPORT needed)
BROKEN = (
    ("RP-DATA without anything", 0, b"", INVALID, None),
    ("RP-OA longer than the body", 0, b"\x09\x91", INVALID, None),
    ("RP-DA missing", 0, b"\x00", INVALID, None),
    ("RP-DA longer than the body", 0, b"\x00\x07\x91\x21", INVALID, None),
    ("RP-UD missing", 0, b"\x00" + ADDRESS, INVALID, None),
    ("RP-UD empty", 0, b"\x00" + ADDRESS + b"\x00", INVALID, None),
    ("RP-UD longer than the body", 0, b"\x00" + ADDRESS + b"\x20\x01\x02", INVALID, None),
    ("RP-DATA of the other direction", 1, b"\x00" + ADDRESS + bytes([len(HELLO)]) + HELLO, NOT_EXISTENT, None),
    ("reserved message type", 7, b"", NOT_EXISTENT, None),
    ("TPDU of one octet", 0, b"\x00" + ADDRESS + b"\x01\x01", PROTOCOL, 0xFF),
    ("SMS-SUBMIT cut short", 0, b"\x00" + ADDRESS + bytes([len(HELLO) - 1]) + HELLO[:-1], PROTOCOL, 0xFF),
    ("reserved TP-MTI", 0, b"\x00" + ADDRESS + b"\x02\x03\x00", PROTOCOL, 0xB0),
    ("SMS-COMMAND", 0, b"\x00" + ADDRESS + b"\x0e" + bytes.fromhex("222d00022a0b912120550521f300"), NOT_IMPLEMENTED, 0xA1),
    ("telematic TP-PID", 0, None, NOT_IMPLEMENTED, 0x80),
)


@modes(*BOTH)
def test_a_broken_message_is_202_and_rp_error():
    with World("broken") as w:
        for mr, (what, mti, rest, cause, fcs) in enumerate(BROKEN, 0x40):
            if rest is None:
                tpdu = tp.submit("+12025550123", "Hello", mr=mr, pid=0x24)
                rest = b"\x00" + ADDRESS + bytes([len(tpdu)]) + tpdu
            try:
                w.scscf.submit(mr=mr, body=bytes([mti, mr]) + rest).errored(cause, fcs)
            except AssertionError as e:
                raise AssertionError("%s: %s" % (what, e)) from e
        counters = w.gateway.wait_at_rest()
        assert counters["mo_errored"] == len(BROKEN), counters
        assert not w.hub.messages, "the hub got %r" % w.hub.texts()


def test_every_reference_comes_back_octet_for_octet():
    with World("references") as w:
        for mr in (0, 10, 13, 127, 128, 255):
            assert w.scscf.submit("mr %d" % mr, mr=mr).acked().mr == mr


@modes(*BOTH)
def test_what_follows_the_content_length_is_no_part_of_the_body():
    with World("trailing") as w:
        body = rp.data(5, tp.submit("+12025550123", "Hello", mr=5))
        message = w.scscf.message(body + b"\r\n\0MESSAGE")
        message.headers.append(("Content-Length", str(len(body))))
        w.scscf.submit_message(message, 5).acked()
        assert w.hub.messages[0].body == b"Hello", w.hub.messages[0].body


def test_folded_headers_and_lists_are_understood():
    with World("folded") as w:
        body = rp.data(6, tp.submit("+12025550123", "Hello", mr=6))
        message = w.scscf.message(body)
        message.set("P-Asserted-Identity", "\"A, \\\"B\\\" <x>\"\r\n <%s>,\r\n\t<%s>" % ALICE)
        message.set("Content-Type", "application/\r\n vnd.3gpp.sms".replace("/\r\n ", "/"))
        submission = w.scscf.submit_message(message, 6)
        submission.request = sip.parse(submission.client.octets)
        submission.acked()
        assert w.hub.messages[0].get("P-Asserted-Identity") == "<tel:+12025550101>", w.hub.messages[0].headers


def test_many_messages_on_two_connections_are_kept_apart():
    with World("connections") as w:
        connections = [w.scscf.endpoint.connection(w.gateway.address, new=True) for _ in range(2)]
        submissions = []
        for n in range(1, 41):
            message = w.scscf.message(rp.data(n, tp.submit("+12025550123", "text %d" % n, mr=n)), transport="tcp")
            connection = connections[n % 2]
            submissions.append(w.scscf.submit_message(message, n, "tcp", connection=connection))
        for s in submissions:
            s.acked()
        assert sorted(w.hub.texts()) == sorted("text %d" % n for n in range(1, 41)), w.hub.texts()
