# SPDX-License-Identifier: GPL-2.0-or-later
#
# The form in which a short message reaches a hub: URIs, headers and text (sheet 5.1), the metadata headers, what is no text
# (sheet 5.3), and hubs that take application/vnd.3gpp.sms as it is. docs/hub.md is the operator's side of this.

import datetime
import email.utils

from ipsmgwtest import ACCEPT, RELAY, cpim, modes, rp, sip, tp
from ipsmgwtest.world import World

SMS = "application/vnd.3gpp.sms"
TEXT = "text/plain;charset=UTF-8"
# every header of a text without metadata, when the request is our own
OWN_HEADERS = {
    "via", "from", "to", "call-id", "cseq", "max-forwards", "content-length", "user-agent", "p-asserted-identity", "date",
    "content-type", "x-sms-coding",
}  # fmt: skip
IMS_ONLY = (
    "Route", "P-Access-Network-Info", "P-Visited-Network-ID", "P-Charging-Vector", "P-Charging-Function-Addresses",
    "P-Preferred-Identity", "P-Asserted-Service", "P-Served-User", "P-Called-Party-ID", "P-Associated-URI", "Accept-Contact",
    "Reject-Contact", "Request-Disposition", "Feature-Caps", "Security-Verify", "Content-Transfer-Encoding",
)  # fmt: skip
BINARY = bytes.fromhex("25060403ae81ea")
PORTS = bytes.fromhex("05040b8423f0")


def reached(w, hub=None):
    """The message that reached the hub last."""
    return (hub or w.hub).messages[-1]


@modes(ACCEPT, RELAY)
def test_uris_identity_type_and_text():
    with World("form") as w:
        s = w.scscf.submit("Hello")
        s.acked()
        m = reached(w)
        assert m.uri == "sip:+12025550123@127.0.0.1:%d;user=phone" % w.hub.port, m.uri
        assert m.get("To") == "<%s>" % m.uri, m.get("To")
        assert sip.uri_of(m.get("From")) == "sip:+12025550101@ims.test;user=phone", m.get("From")
        assert sip.param(m.get("From"), "tag"), m.get("From")
        assert m.values("P-Asserted-Identity") == ["<tel:+12025550101>"], m.all("P-Asserted-Identity")
        assert m.all("Content-Type") == [TEXT] and m.body == b"Hello", m.headers
        assert m.all("X-SMS-CODING") == ["GSM7"], m.headers
        sent = email.utils.parsedate_to_datetime(m.get("Date"))
        assert abs(sent - datetime.datetime.now(datetime.timezone.utc)) < datetime.timedelta(seconds=5), m.get("Date")


def test_a_message_of_our_own_has_these_headers_and_no_others():
    with World("headers-own") as w:
        s = w.scscf.submit("Hello")
        s.acked()
        m = reached(w)
        seen = {sip.long_name(name) for name, _ in m.headers}
        assert seen == OWN_HEADERS, "expected no more and no less, seen %s" % sorted(seen ^ OWN_HEADERS)
        assert m.get("Call-ID") != s.call_id and len(m.values("Via")) == 1


@modes(ACCEPT, RELAY)
def test_what_is_for_the_ims_only_does_not_reach_the_hub():
    with World("ims-only") as w:
        message = w.scscf.message(rp.data(4, tp.submit("+12025550123", "Hello", mr=4)))
        present = {sip.long_name(name) for name, _ in message.headers}
        message.headers += [(name, "x") for name in IMS_ONLY if sip.long_name(name) not in present]
        w.scscf.submit_message(message, 4).acked()
        left = [name for name in IMS_ONLY if reached(w).get(name) is not None]
        assert not left, "the hub sees %s" % left


@modes(ACCEPT, RELAY)
def test_hub_domain_and_no_assertion_by_parameter():
    with World("domain", params=[("hub_domain", "hub.example"), ("hub_assert_identity", 0)]) as w:
        w.scscf.submit("Hello").acked()
        assert reached(w).uri == "sip:+12025550123@hub.example;user=phone", reached(w).uri
        assert reached(w).get("P-Asserted-Identity") is None, reached(w).headers


TEXTS = (
    ("", "GSM7"),
    ("@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./:;<=>?¡ÄÖÑÜ§¿äöñüà", "GSM7"),
    ("^{}\\[~]|€", "GSM7"),
    ("two\r\nlines\nand\rmore", "GSM7"),
    ("x" * 160, "GSM7"),
    ("Привет, мир", "UCS2"),
    ("thumbs 👍🏽 family 👨‍👩‍👧", "UCS2"),
    ("日本語" * 23, "UCS2"),
)


@modes(ACCEPT, RELAY)
def test_texts_arrive_as_they_were_written():
    with World("texts") as w:
        for text, coding in TEXTS:
            w.scscf.submit(text).acked()
            m = reached(w)
            assert m.body.decode("utf-8") == text, "expected %r, seen %r" % (text, m.body)
            assert m.all("Content-Type") == [TEXT] and m.all("X-SMS-CODING") == [coding], m.headers
            assert m.trailing == b"", "%d octets after the body" % len(m.trailing)


@modes(ACCEPT, RELAY)
def test_nul_in_a_text_does_not_reach_the_hub():
    with World("nul") as w:
        w.scscf.submit("a\0b", dcs=tp.UCS2).acked()
        assert reached(w).body.decode("utf-8") == "a\ufffdb", reached(w).body


@modes(ACCEPT, RELAY)
def test_a_lone_half_of_a_pair_does_not_break_the_text():
    with World("lone-half") as w:
        w.scscf.submit(b"\x00a\xd8\x3d\x00b", dcs=tp.UCS2).acked()
        assert reached(w).body.decode("utf-8") == "a\ufffdb", reached(w).body


MONTH = bytes.fromhex("62215221000000")  # 2026-12-25 12:00:00 +00
# fields of SMS-SUBMIT, and the headers that say so; None: there is no such header
METADATA = (
    ({}, {"X-SMS-UDH": None, "X-SMS-CONCAT": None, "X-M-CLASS": None, "X-SMS-PID": None, "X-SMS-VALIDITY": None, "X-REG-DELIVERY": None}),
    ({"udh": tp.concat8(0x5A, 2, 1)}, {"X-SMS-UDH": "0500035A0201", "X-SMS-CONCAT": "ref=90;total=2;seq=1"}),
    ({"udh": tp.concat16(0x1234, 3, 2)}, {"X-SMS-UDH": "06080412340302", "X-SMS-CONCAT": "ref=4660;total=3;seq=2"}),
    ({"udh": tp.concat8(1, 2, 3)}, {"X-SMS-UDH": "050003010203", "X-SMS-CONCAT": None}),
    ({"udh": b"\x24\x01\x01"}, {"X-SMS-UDH": "03240101", "X-SMS-CONCAT": None}),
    ({"dcs": 0x10}, {"X-M-CLASS": "0", "X-SMS-CODING": "GSM7"}),
    ({"dcs": 0xF1}, {"X-M-CLASS": "1", "X-SMS-CODING": "GSM7"}),
    ({"dcs": 0x1A, "content": "Привет"}, {"X-M-CLASS": "2", "X-SMS-CODING": "UCS2"}),
    ({"pid": 0x40}, {"X-SMS-PID": "64"}),
    ({"vp": b"\xa7"}, {"X-SMS-VALIDITY": "86400"}),
    ({"vp": b"\x00"}, {"X-SMS-VALIDITY": "300"}),
    ({"vp": b"\xff"}, {"X-SMS-VALIDITY": str(63 * 7 * 86400)}),
    ({"srr": True}, {"X-REG-DELIVERY": "1"}),
)


@modes(ACCEPT, RELAY)
def test_metadata_headers_say_what_the_text_does_not():
    with World("metadata") as w:
        for fields, headers in METADATA:
            fields = dict(fields)
            w.scscf.submit(fields.pop("content", "Hello"), **fields).acked()
            m = reached(w)
            seen = {name: m.get(name) for name in headers}
            assert seen == headers, "for %s expected %s, seen %s" % (fields, headers, seen)


def test_an_absolute_validity_is_told_in_seconds_from_now():
    with World("absolute") as w:
        until = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=5)
        digits = until.strftime("%y%m%d%H%M%S") + "00"
        w.scscf.submit("Hello", vp=bytes.fromhex("".join(b + a for a, b in zip(digits[::2], digits[1::2])))).acked()
        seconds = int(reached(w).get("X-SMS-VALIDITY"))
        assert 5 * 3600 - 5 <= seconds <= 5 * 3600, seconds


# --- what is no text -------------------------------------------------------------

# fields of SMS-SUBMIT with user data that is no text
NO_TEXT = (
    {"dcs": 0x04},
    {"dcs": 0x04, "udh": PORTS},
    {"dcs": 0xF5},
    {"dcs": 0x0C},
    {"dcs": 0x20},
    {"dcs": 0x28},
)


@modes(ACCEPT, RELAY)
def test_no_text_and_no_hub_for_it_is_69_with_alphabet_not_supported():
    with World("no-text") as w:
        for fields in NO_TEXT:
            w.scscf.submit(BINARY, **fields).errored(69, 0x90)
        assert not w.hub.messages, w.hub.messages


@modes(ACCEPT, RELAY)
def test_no_text_goes_untouched_to_the_opaque_set_and_text_does_not():
    with World("opaque-set", opaque=True) as w:
        for fields in NO_TEXT:
            s = w.scscf.submit(BINARY, **fields)
            s.acked()
            m = reached(w, w.opaque)
            assert m.body == s.request.body and m.all("Content-Type") == [SMS], m.headers
            assert sip.uri_of(m.get("From")) == "sip:+12025550101@ims.test;user=phone", m.get("From")
        w.scscf.submit("Hello").acked()
        assert w.hub.texts() == ["Hello"] and len(w.opaque.messages) == len(NO_TEXT)


@modes(ACCEPT, RELAY)
def test_an_opaque_hub_gets_every_message_octet_for_octet():
    with World("opaque-hub", forms=["opaque"]) as w:
        for content, fields in (("Hello", {"rd": True, "srr": True, "vp": b"\xa7"}), ("Привет", {}), ("", {}), (BINARY, {"udh": PORTS})):
            s = w.scscf.submit(content, **fields)
            s.acked()
            m = reached(w)
            assert m.body == s.request.body and m.all("Content-Type") == [SMS], m.headers
            assert m.uri.startswith("sip:+12025550123@"), m.uri


@modes(ACCEPT, RELAY)
def test_no_text_passes_over_the_hubs_that_take_text_only():
    with World("mixed", hubs=3, forms=["text", "opaque", "text"]) as w:
        s = w.scscf.submit(BINARY, udh=PORTS)
        s.acked()
        w.scscf.submit("Hello").acked()
        assert [len(h.messages) for h in w.hubs] == [1, 1, 0]
        assert reached(w, w.hubs[1]).body == s.request.body and w.hubs[0].texts() == ["Hello"]


@modes(ACCEPT, RELAY)
def test_no_text_never_fails_over_to_a_hub_that_takes_text_only():
    with World("mixed-fail", hubs=2, forms=["opaque", "text"]) as w:
        w.hubs[0].answer(503)
        w.scscf.submit(BINARY, udh=PORTS).errored(42)
        assert not w.hubs[1].messages, w.hubs[1].messages


def test_a_text_that_fails_over_takes_the_form_of_the_next_hub():
    with World("mixed-forms", hubs=2, forms=["opaque", "text"]) as w:
        w.hubs[0].answer(503)
        s = w.scscf.submit("Hello")
        s.acked()
        assert reached(w, w.hubs[0]).body == s.request.body and w.hubs[1].texts() == ["Hello"]


@modes(ACCEPT, RELAY)
def test_commands_and_telematic_messages_are_refused():
    with World("refused-kinds", opaque=True) as w:
        command = bytes.fromhex("222d00022a0b912120550521f300")
        w.scscf.submit(body=rp.data(9, command), mr=9).errored(69, 0xA1)
        for pid in (0x20, 0x32, 0x3F):
            w.scscf.submit("Hello", pid=pid).errored(69, 0x80)
        assert not w.hub.messages and not w.opaque.messages
        for pid in (0x00, 0x1F, 0x40, 0x41, 0x7F, 0x80, 0xC0):
            w.scscf.submit("pid %02x" % pid, pid=pid).acked()
        assert len(w.hub.messages) == 7


@modes(ACCEPT, RELAY)
def test_telematic_messages_are_texts_when_the_operator_says_so():
    with World("ignore-pid", defines=["IPSMGW_IGNORE_PID"]) as w:
        w.scscf.submit("Hello", pid=0x32).acked()
        assert reached(w).get("X-SMS-PID") == "50", reached(w).headers


# --- message/cpim ----------------------------------------------------------------


@modes(ACCEPT, RELAY)
def test_a_hub_that_takes_cpim_gets_the_text_in_it_and_is_asked_for_a_notification():
    with World("cpim", forms=["cpim"]) as w:
        s = w.scscf.submit("Grüße 😀\r\n\r\n ok", srr=True)
        scts = s.acked().submit_report.scts
        m = reached(w)
        assert m.all("Content-Type") == ["message/cpim"], m.headers
        headers, inner, content = cpim.parse(m.body)
        assert content.decode() == "Grüße 😀\r\n\r\n ok", content
        assert inner == {"content-type": TEXT}, inner
        assert headers["imdn.message-id"] == m.get("X-SMS-MESSAGE-ID") and headers["ns"] == "imdn <urn:ietf:params:imdn>", headers
        assert headers["imdn.disposition-notification"] == "positive-delivery, negative-delivery", headers
        assert headers["from"] == "<sip:+12025550101@ims.test;user=phone>" and headers["to"] == m.get("To"), headers
        arrived = datetime.datetime.fromisoformat(headers["datetime"].replace("Z", "+00:00"))
        assert abs(arrived - scts) <= datetime.timedelta(seconds=1), (arrived, scts)


@modes(ACCEPT, RELAY)
def test_a_hub_that_takes_cpim_gets_every_text_in_it_and_what_is_no_text_goes_elsewhere():
    with World("cpim-plain", forms=["cpim"], opaque=True) as w:
        w.scscf.submit("").acked()
        w.scscf.submit(" no report").acked()
        parsed = [cpim.parse(m.body) for m in w.hub.messages]
        assert [content for _, _, content in parsed] == [b"", b" no report"], parsed
        assert not [name for headers, _, _ in parsed for name in headers if "imdn" in name], parsed
        w.scscf.submit(BINARY, dcs=tp.BINARY).acked()
        assert len(w.opaque.messages) == 1 and len(w.hub.messages) == 2


def test_a_text_that_fails_over_to_a_hub_that_takes_cpim():
    with World("cpim-fail", hubs=2, forms=["text", "cpim"]) as w:
        w.hubs[0].answer(503)
        w.scscf.submit("Hello", srr=True).acked()
        headers, _, content = cpim.parse(reached(w, w.hubs[1]).body)
        assert w.hubs[0].texts() == ["Hello"] and content == b"Hello", content
        assert headers["imdn.message-id"] == w.hubs[0].messages[0].get("X-SMS-MESSAGE-ID"), headers
