# SPDX-License-Identifier: GPL-2.0-or-later
#
# The test tools themselves: the tests' own RP and TP codec against known octets, the SIP parser and the TCP framing.
# A gateway is not needed; when one of these fails, no other failure means anything.

import datetime

from ipsmgwtest import gsm, rp, sip, tp


WAP_PORTS = bytes.fromhex("05040b8423f0")


def raises(error, function, *args):
    try:
        function(*args)
    except error:
        return
    raise AssertionError("expected %s from %s%r" % (error.__name__, function.__name__, args))


def equal(seen, expected):
    assert seen == expected, "expected %r, seen %r" % (expected, seen)


# what a phone sends, and the octets it must be
SUBMITS = (
    (
        lambda: rp.data(0x2A, tp.submit("+12025550123", "Hello", mr=0x2A, vp=b"\xa7", rd=True, srr=True)),
        "002a0007912120550501f013352a0b912120550521f30000a705c8329bfd06",
    ),
    (
        lambda: rp.data(0x2D, tp.submit("+12025550123", "Да", mr=0x2E, vp=bytes.fromhex("62113221000040"))),
        "002d0007912120550501f018192e0b912120550521f30008621132210000400404140430",
    ),
    (
        lambda: rp.data(0x2F, tp.submit("+12025550123", bytes.fromhex("25060403ae81ea"), mr=0x2F, udh=WAP_PORTS)),
        "002f0007912120550501f01b412f0b912120550521f300040e0605040b8423f025060403ae81ea",
    ),
    (
        lambda: rp.data(0x31, tp.submit("+000000000000000", "hi", mr=0x31)),
        "00310007912120550501f01101310f9100000000000000f0000002e834",
    ),
    (lambda: rp.smma(0x2B), "062b"),
    (lambda: rp.ack(0x7C), "027c"),
    (lambda: rp.error(0x7C, 22, bytes.fromhex("00d300")), "047c0116410300d300"),
)


def test_what_a_phone_sends_has_the_octets_of_the_standard():
    for made, expected in SUBMITS:
        equal(made().hex(), expected)


def test_addresses_of_every_kind():
    equal(tp.address("InfoDesk").hex(), "0ed049b7f94d2ccfd7")
    equal(tp.address("12345").hex(), "05812143f5")
    equal(tp.address("*100#").hex(), "05811a00fb")
    equal(tp.address("+12025550123", tp.NATIONAL).hex(), "0ba12120550521f3")


def test_text_of_a_part_starts_on_a_septet_after_its_header():
    part = tp.user_data("abc", tp.GSM7, tp.concat8(0x5A, 2, 1))
    equal(part[0], 7 + 3)
    equal(gsm.text(gsm.unpack(part[7:], 3, fill=1)), "abc")
    part = tp.user_data("abc", tp.GSM7, tp.concat16(0x1234, 2, 1))
    equal(part[0], 8 + 3)
    equal(gsm.text(gsm.unpack(part[8:], 3)), "abc")


def test_160_septets_fill_140_octets():
    equal(len(tp.user_data("x" * 160, tp.GSM7, b"")), 1 + 140)
    equal(gsm.text(gsm.septets("[€] ΔÇ@")), "[€] ΔÇ@")


def test_reports_are_read():
    ack = rp.decode_report(bytes.fromhex("032a4109010062112290147040"))
    equal((ack.acked, ack.mr, ack.fcs), (True, 42, None))
    equal(ack.submit_report.scts.isoformat(), "2026-11-22T09:41:07+01:00")
    error = rp.decode_report(bytes.fromhex("052a0126410a01c00062112290147040"))
    equal((error.acked, error.cause, error.mr, error.fcs), (False, 38, 42, 0xC0))
    equal(rp.decode_report(bytes.fromhex("052a0115")).cause, 21)
    west = tp.scts(bytes.fromhex("6211229014700a"))
    equal(west.utcoffset(), datetime.timedelta(hours=-5))


def test_reports_that_are_wrong_are_refused():
    for octets in ("", "03", "022a", "002a", "052a", "052a01a6", "032a41", "032a410801006211229014", "032a410901006211229014704000"):
        raises(rp.RpError, rp.decode_report, bytes.fromhex(octets))
    for octets in ("032a410a01c00062112290147040", "052a01264109010062112290147040", "032a4109000062112290147040"):
        raises(tp.TpError, rp.decode_report, bytes.fromhex(octets))


REQUEST = (
    b"MESSAGE tel:+1 SIP/2.0\r\nv: SIP/2.0/UDP h;branch=z9hG4bKa , SIP/2.0/UDP i;branch=z9hG4bKb\r\n"
    b'P-Asserted-Identity: "A, <b>" <sip:a@h>,\r\n <tel:+1>\r\nf: <sip:a@h;x=1>;tag=t\r\nt: sip:b@h\r\n'
    b"i: c1\r\nCSeq: 7 MESSAGE\r\nc: Text/Plain ; charset=utf-8\r\nl: 4\r\n\r\n\0\r\n\xff"
)


def test_sip_is_parsed_whatever_its_spelling():
    message = sip.parse(REQUEST + b"\r\n")
    equal(message.values("via"), ["SIP/2.0/UDP h;branch=z9hG4bKa", "SIP/2.0/UDP i;branch=z9hG4bKb"])
    equal(message.branch, "z9hG4bKa")
    equal([sip.uri_of(v) for v in message.values("P-Asserted-Identity")], ["sip:a@h", "tel:+1"])
    equal(sip.param(message.get("From"), "tag"), "t")
    equal(sip.param(message.get("From"), "x"), None)
    equal(message.media_type, "text/plain")
    equal((message.body, message.trailing), (b"\0\r\n\xff", b"\r\n"))
    equal(sip.parse(message.compact().to_bytes()).body, message.body)
    answer = sip.parse(sip.reply(message, 202, to_tag="x").to_bytes())
    equal((answer.status, answer.get("To"), answer.method), (202, "sip:b@h;tag=x", "MESSAGE"))


def test_sip_that_is_none_is_refused():
    for octets in (b"", b"MESSAGE\r\n\r\n", REQUEST[:-1], b"MESSAGE tel:+1 SIP/2.0\r\nno header\r\n\r\n"):
        raises(sip.SipError, sip.parse, octets)


def test_a_stream_is_cut_by_content_length():
    for size in range(len(REQUEST)):
        equal(sip.frame(REQUEST[:size]), 0)
    equal(sip.frame(REQUEST + REQUEST), len(REQUEST))
    raises(sip.SipError, sip.frame, b"MESSAGE tel:+1 SIP/2.0\r\nTo: x\r\n\r\n")
