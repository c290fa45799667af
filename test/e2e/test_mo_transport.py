# SPDX-License-Identifier: GPL-2.0-or-later
#
# The same short message however it is written and cut: TCP segments, compact and folded headers, octets after the body,
# multipart bodies; and subscribers that send at the same time share nothing.

import base64
import random

from ipsmgwtest import ACCEPT, RELAY, modes, rp, sip, tp
from ipsmgwtest.scscf import identity
from ipsmgwtest.transaction import Answer
from ipsmgwtest.world import World

SMS = "application/vnd.3gpp.sms"
# RP-MR 13, TP-MR 10, and text whose octets hold NUL, CR LF and a blank line
NASTY = rp.data(13, tp.submit("+12025550123", "\r\n\r\nMESSAGE\0\0", mr=10, dcs=tp.UCS2))


def hello(w, mr, transport="udp", text=None):
    """A prepared MESSAGE with the text "text MR"."""
    body = rp.data(mr, tp.submit("+12025550123", text or "text %d" % mr, mr=mr))
    return w.scscf.prepare(w.scscf.message(body, transport=transport), mr, transport)


def texts(first, last):
    return ["text %d" % mr for mr in range(first, last + 1)]


# --- TCP ----------------------------------------------------------------------


@modes(ACCEPT, RELAY)
def test_several_messages_in_one_segment():
    with World("one-segment") as w:
        sent = [hello(w, mr, "tcp") for mr in range(1, 9)]
        w.scscf.endpoint.send_tcp(b"".join(s.client.octets for s in sent), w.gateway.address)
        for s in sent:
            s.acked()
        assert sorted(w.hub.texts()) == texts(1, 8), w.hub.texts()


@modes(ACCEPT, RELAY)
def test_messages_cut_anywhere():
    with World("cut") as w:
        sent = [hello(w, mr, "tcp") for mr in range(1, 5)]
        octets = b"".join(s.client.octets for s in sent)
        cuts = sorted(random.Random(1).sample(range(1, len(octets)), 40))
        for start, end in zip([0] + cuts, cuts + [len(octets)]):
            w.scscf.endpoint.send_tcp(octets[start:end], w.gateway.address)
        for s in sent:
            s.acked()
        assert sorted(w.hub.texts()) == texts(1, 4), w.hub.texts()


@modes(ACCEPT, RELAY)
def test_a_body_cut_in_two_with_keep_alives_between_messages():
    with World("cut-body") as w:
        first, second = (w.scscf.prepare(w.scscf.message(NASTY, transport="tcp"), 13, "tcp") for _ in range(2))
        octets = first.client.octets
        middle = len(octets) - len(NASTY) // 2
        connection = w.scscf.endpoint.connection(w.gateway.address)
        for piece in (b"\r\n\r\n", octets[:middle], octets[middle:] + b"\r\n\r\n"):
            connection.send(piece)
        first.acked()
        connection.send(b"\r\n\r\n" + second.client.octets)
        second.acked()
        assert [m.body.decode("utf-8") for m in w.hub.messages] == ["\r\n\r\nMESSAGE\ufffd\ufffd"], w.hub.messages


@modes(ACCEPT, RELAY)
def test_a_connection_that_ends_after_the_message_does_not_stop_it():
    with World("hang-up") as w:
        w.hub.answer(Answer(200, delay=0.3))
        s = hello(w, 5, "tcp")
        connection = w.scscf.endpoint.connection(w.gateway.address)
        s.client.connection = connection
        s.client.transmit()
        w.hub.wait_messages()
        connection.sock.shutdown(2)
        assert s.report().acked
        assert w.hub.texts() == ["text 5"], w.hub.texts()


# --- spelling -------------------------------------------------------------------


def rewritten(s, change):
    """Let the headers of a prepared MESSAGE go through change before it is sent; the body stays."""
    head, body = s.client.octets.split(b"\r\n\r\n", 1)
    s.client.octets = change(head) + b"\r\n\r\n" + body
    s.client.transmit()


SPELLINGS = (
    ("lower case names", lambda h: h.replace(b"Content-Type:", b"content-type:").replace(b"P-Asserted-Identity:", b"p-asserted-identity:")),
    ("blanks about the colon", lambda h: h.replace(b"Content-Type: ", b"Content-Type \t:  ").replace(b"Call-ID: ", b"Call-ID :")),
    ("folded lists", lambda h: h.replace(b"lr>, <sip:isc", b"lr>,\r\n <sip:isc")),
    ("folded values", lambda h: h.replace(b"Content-Type: ", b"Content-Type:\r\n\t").replace(b">, <tel:", b">\r\n\t,\r\n <tel:")),
)


@modes(ACCEPT, RELAY)
def test_header_spellings():
    with World("spellings") as w:
        for mr, (what, change) in enumerate(SPELLINGS, 1):
            s = hello(w, mr)
            rewritten(s, change)
            try:
                s.acked(timeout=5)
            except AssertionError as e:
                raise AssertionError("%s: %s" % (what, e)) from e
        assert w.hub.texts() == texts(1, len(SPELLINGS)), w.hub.texts()


@modes(ACCEPT, RELAY)
def test_compact_headers():
    with World("compact") as w:
        body = rp.data(7, tp.submit("+12025550123", "text 7", mr=7))
        for transport in ("udp", "tcp"):
            message = w.scscf.message(body, transport=transport)
            message.headers.append(("Content-Length", str(len(body))))
            s = w.scscf.prepare(message, 7, transport)
            compact = message.compact().to_bytes()
            assert b"\r\nc: " in compact and b"\r\nl: " in compact and b"\r\ni: " in compact and b"\r\nv: " in compact
            s.client.octets = compact
            s.client.transmit()
            s.acked(timeout=5)
        assert w.hub.texts() == ["text 7"], w.hub.texts()


@modes(ACCEPT, RELAY)
def test_a_datagram_without_content_length():
    with World("no-length") as w:
        s = hello(w, 3)
        rewritten(s, lambda h: b"\r\n".join(line for line in h.split(b"\r\n") if not line.startswith(b"Content-Length")))
        s.acked(timeout=5)
        assert w.hub.texts() == ["text 3"], w.hub.texts()


@modes(ACCEPT, RELAY)
def test_octets_after_the_body():
    with World("after-body") as w:
        for mr, rest in enumerate((b"\r\n", b"\r\n\r\n", b"\0", b"\x41\x09" * 40), 1):
            s = hello(w, mr)
            s.client.octets += rest
            s.client.transmit()
            s.acked(timeout=5)
            assert w.hub.messages[-1].trailing == b"", w.hub.messages[-1].trailing
        assert w.hub.texts() == texts(1, 4), w.hub.texts()


@modes(ACCEPT, RELAY)
def test_nul_and_line_ends_in_a_body():
    with World("nasty") as w:
        w.scscf.submit_message(w.scscf.message(NASTY), 13).acked()
        assert w.hub.texts() == ["\r\n\r\nMESSAGE\ufffd\ufffd"], w.hub.texts()


# --- multipart --------------------------------------------------------------------


def multipart(boundary, *parts, before=b"", after=b""):
    """parts: (Content-Type, octets)."""
    out = before
    for content_type, octets in parts:
        out += b"--%s\r\nContent-Type: %s\r\n\r\n%s\r\n" % (boundary, content_type.encode(), octets)
    return out + b"--%s--\r\n" % boundary + after


def in_base64(octets):
    """A part's octets in base64, with the header that says so before its Content-Type's blank line."""
    return base64.encodebytes(octets).replace(b"\n", b"\r\n")


XML = ("application/vnd.3gpp.sms+xml", b"<short-message-info><To>sip:x@y</To></short-message-info>")
MULTIPARTS = (
    ("b7Qx", "b7Qx", lambda p: multipart(b"b7Qx", XML, (SMS, p))),
    ('"b 7"', "b 7", lambda p: multipart(b"b 7", (SMS, p), XML)),
    ("b1", "b1", lambda p: multipart(b"b1", ("Application/VND.3GPP.sms;x=y", p), before=b"preamble\r\n", after=b"epilogue")),
    ("b4", "b4", lambda p: multipart(b"b4", XML, (SMS + "\r\nContent-Transfer-Encoding: base64", in_base64(p)))),
)


@modes(ACCEPT, RELAY)
def test_the_short_message_in_a_multipart_body():
    with World("multipart") as w:
        for mr, (written, _, make) in enumerate(MULTIPARTS, 1):
            body = make(rp.data(mr, tp.submit("+12025550123", "text %d" % mr, mr=mr)))
            message = w.scscf.message(body, content_type="multipart/mixed;boundary=%s" % written)
            w.scscf.submit_message(message, mr).acked()
        message = w.scscf.message(multipart(b"b7Qx", XML, (SMS, NASTY)), content_type="Multipart/Mixed ; boundary=b7Qx")
        w.scscf.submit_message(message, 13).acked()
        assert w.hub.texts() == texts(1, 4) + ["\r\n\r\nMESSAGE\ufffd\ufffd"], w.hub.texts()


def test_a_multipart_body_without_a_short_message_is_415():
    with World("multipart-none") as w:
        for body, parameter in ((multipart(b"b", XML), ";boundary=b"), (multipart(b"b", (SMS, NASTY)), ""), (b"", ";boundary=b")):
            message = w.scscf.message(body, content_type="multipart/mixed" + parameter)
            final = w.scscf.send(message, w.gateway.address).wait(5)
            assert final.status == 415, "%s for %r" % (final.start, body)
        assert w.gateway.wait_at_rest()["mo_rejected"] == 3


# --- at the same time ----------------------------------------------------------------


@modes(ACCEPT, RELAY)
def test_subscribers_at_the_same_time_share_nothing():
    with World("at-once") as w:
        answers = [Answer(status, delay=random.Random(n).random() / 3) for n, status in enumerate((200, 404, 200, 603, 200) * 12)]
        w.hub.answer(*answers)
        numbers = ["+1202555%04d" % n for n in range(60)]
        sent = {}
        for n, number in enumerate(numbers):
            transport = ("udp", "tcp")[n % 2]
            sent[number] = w.scscf.submit("I am %s" % number, sender=identity(number), mr=n % 7, transport=transport)
        for s in sent.values():
            s.accepted()
            s.wait_reports()
        at_hub = {sip.uri_of(server.request.get("From"))[4:].split("@")[0]: server for server in w.hub.received_requests("MESSAGE")}
        assert sorted(at_hub) == sorted(numbers), "the hub has other senders"
        causes = {200: None, 404: 1, 603: 21}
        for number, s in sent.items():
            server = at_hub[number]
            assert server.request.body.decode() == "I am %s" % number, "%s as sender of %r" % (number, server.request.body)
            report = s.report()
            assert report.cause == causes[server.status], "%s: hub %d, report %s" % (number, server.status, report)


@modes(ACCEPT, RELAY)
def test_the_same_octets_of_two_subscribers_are_two_texts():
    with World("same-octets") as w:
        body = rp.data(1, tp.submit("+12025550123", "ok", mr=0, rd=True))
        for number in ("+12025550101", "+12025550102"):
            w.scscf.submit_message(w.scscf.message(body, sender=identity(number)), 1).acked()
        assert [m.get("P-Asserted-Identity") for m in w.hub.messages] == ["<tel:+12025550101>", "<tel:+12025550102>"]
