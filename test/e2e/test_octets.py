# SPDX-License-Identifier: GPL-2.0-or-later
#
# The test tools themselves: the tests' own RP and TP codec against known octets, the SIP parser and the TCP framing.
# A gateway is not needed; when one of these fails, no other failure means anything.

import datetime

from ipsmgwtest import cpim, gsm, rp, sip, tp, tp_mt


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


WHEN = datetime.datetime(2026, 11, 22, 9, 41, 7, tzinfo=datetime.timezone(datetime.timedelta(hours=1)))

# what is delivered to a phone, and what must be read in it: RP-MR, TP-OA, text, elements of the header, TP-MMS
DELIVERIES = (
    ("017c07912120550501f0001e040b912120550591f90000621122901470400c31186853066d78eff5c607", 0x7C, "+12025550199", "10 € [ok]", {}, False),
    ("017d07912120550501f0001c040ed049b7f94d2ccfd700006211229014704009c337b90ca2dd6231", 0x7D, "InfoDesk", "Code 4711", {}, False),
    ("017e07912120550501f0001d040b912120550591f90008621122901470400a004800690020d83dde00", 0x7E, "+12025550199", "Hi 😀", {}, False),
    (
        "017f07912120550501f00022400b912120550591f9000062112290147040110500035a020182c16030180c068341",
        0x7F,
        "+12025550199",
        "A" * 10,
        {0: "5a0201"},
        True,
    ),
    (
        "018007912120550501f0001e440b912120550591f90000621122901470400c06080412340202f4709a0d",
        0x80,
        "+12025550199",
        "tail",
        {8: "12340202"},
        False,
    ),
    (
        "018207912120550501f0001e440b912120550591f90000621122901470400c03240101d8a437f34d7a0d",
        0x82,
        "+12025550199",
        "ışık",
        {0x24: "01"},
        False,
    ),
    (
        "018307912120550501f00020440b912120550591f90000621122901470400e0625010124010187ce610d2200",
        0x83,
        "+12025550199",
        "ışık €",
        {0x25: "01", 0x24: "01"},
        False,
    ),
)


def test_what_is_delivered_is_read():
    for octets, mr, oa, text, elements, more in DELIVERIES:
        data = rp.decode_data(bytes.fromhex(octets))
        equal((data.mr, data.oa), (mr, "+12025550100"))
        seen = tp_mt.decode(data.tpdu)
        equal((seen.oa.value, seen.text, seen.more), (oa, text, more))
        equal(seen.scts, WHEN)
        equal({iei: value.hex() for iei, value in seen.udh}, elements)


def test_what_a_hub_delivers_itself_is_what_is_read():
    for octets in (DELIVERIES[0][0], DELIVERIES[1][0], DELIVERIES[2][0]):
        data = rp.decode_data(bytes.fromhex(octets))
        seen = tp_mt.decode(data.tpdu)
        equal(rp.mt_data(data.mr, tp.deliver(seen.oa.value, seen.text, seen.scts)).hex(), octets)
    report = "018107912120550501f00019062a0b912120550521f3621122901470406211229014034000"
    done = WHEN.replace(second=30)
    equal(rp.mt_data(0x81, tp.status_report(0x2A, "+12025550123", WHEN, done, 0)).hex(), report)
    seen = tp_mt.decode(rp.decode_data(bytes.fromhex(report)).tpdu)
    equal((seen.mr, seen.ra.value, seen.scts, seen.dt, seen.st), (0x2A, "+12025550123", WHEN, done, 0))


def test_what_is_delivered_wrong_is_refused():
    for octets in ("", "01", "007c07912120550501f0000100", "017c07912120550501f001910100", "017c07912120550501f00000"):
        raises(rp.RpError, rp.decode_data, bytes.fromhex(octets))
    cut = tp.deliver("+1202", "x", WHEN)
    # a surrogate alone, an escape alone, an octet too few, one too many, a fill bit, a reserved TP-MTI
    ucs2 = tp.deliver("+1202", "é😀", WHEN, dcs=tp.UCS2)
    escape = cut[:-1] + b"\x1b"
    for tpdu in (ucs2[:-7] + b"\x04" + ucs2[-6:-2], escape, cut[:-1], cut + b"\0", cut[:-1] + b"\xf8", b"\x03" + cut[1:]):
        raises(tp.TpError, tp_mt.decode, tpdu)


def test_a_notification_is_read():
    body = cpim.build([("From", "<sip:a@h>")], "message/imdn+xml", cpim.imdn("m1", "failed"), [("Content-Disposition", "notification")])
    seen = cpim.notification(body)
    equal((seen.message_id, seen.status, seen.headers["from"]), ("m1", "failed", "<sip:a@h>"))
    raises(AssertionError, cpim.notification, cpim.build([], "text/plain", b"x"))


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
