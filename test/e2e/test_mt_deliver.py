# SPDX-License-Identifier: GPL-2.0-or-later
#
# A text from the hub to a phone: what it becomes, for whom it is, who may send it, and when the hub is told that it is there.
# The checks of phone.Phone run with every delivery of every test.

import datetime

from ipsmgwtest import rp, sip, tp
from ipsmgwtest.gateway import SC_ADDRESS
from ipsmgwtest.phone import Phone, acks, errors
from ipsmgwtest.registrar import Registrar
from ipsmgwtest.transaction import Answer
from ipsmgwtest.world import World

SOON = datetime.timedelta(seconds=5)
WHEN = datetime.datetime(2026, 11, 22, 9, 41, 7, tzinfo=datetime.timezone(datetime.timedelta(hours=1)))
SMSIP = ";+g.3gpp.smsip"


def now():
    return datetime.datetime.now(datetime.timezone.utc)


# --- the way of a text ---------------------------------------------------------------------------


def test_a_text_reaches_the_phone_and_its_rp_ack_is_the_hubs_200():
    with World("mt-hello") as w:
        phone = Phone(w)
        sent = w.hub.text("Hello", phone).delivered()
        assert phone.texts() == ["Hello"], phone.texts()
        assert sent.client.final.body == b"" and not sent.client.final.all("Reason"), sent.client.final.headers
        counters = w.gateway.wait_at_rest()
        expected = {"mt_received": 1, "mt_delivered": 1, "mt_failed": 0, "mt_rejected": 0, "mt_parts_sent": 1, "mt_parts_acked": 1}
        seen = {name: counters[name] for name in expected}
        assert seen == expected, "expected %s, seen %s" % (expected, seen)


def test_the_hub_has_no_200_before_the_phone_has_the_text():
    with World("mt-not-before") as w:
        phone = Phone(w).will(acks(after=1.5))
        sent = w.hub.text("Hello", phone)
        phone.wait_deliveries()
        assert sent.client.final is None, "an answer before the report: %s" % sent.client.final.start
        sent.delivered()
        assert sent.client.answered_after >= 1.5, "the hub had %s after %.2f s" % (sent.client.final.start, sent.client.answered_after)


def test_every_header_of_the_delivery():
    with World("mt-headers") as w:
        phone = Phone(w)
        w.hub.text("Hello", phone).delivered()
        message = phone.deliveries[0].request
        gateway = "<sip:127.0.0.1:%d>" % w.gateway.port
        assert message.uri == phone.identities[0], message.uri
        assert message.get("To") == "<%s>" % phone.identities[0], message.get("To")
        assert message.get("From").startswith(gateway) and sip.param(message.get("From"), "tag"), message.get("From")
        assert message.values("P-Asserted-Identity") == [gateway], message.all("P-Asserted-Identity")
        assert message.values("Route") == ["<sip:127.0.0.1:%d;lr>" % w.scscf.port], message.all("Route")
        assert message.all("Request-Disposition") == ["no-fork"], message.all("Request-Disposition")
        assert message.all("Accept-Contact") == ["*;+g.3gpp.smsip;require;explicit"], message.all("Accept-Contact")
        assert message.all("Content-Type") == ["application/vnd.3gpp.sms"], message.all("Content-Type")
        assert message.cseq[1] == "MESSAGE" and int(message.get("Max-Forwards")) > 10, message.headers
        for name in ("In-Reply-To", "X-SMS-CODING", "Date"):
            assert message.get(name) is None, "the delivery has %s: %s" % (name, message.get(name))


def test_the_octets_of_the_delivery():
    with World("mt-octets") as w:
        phone = Phone(w)
        before = now()
        w.hub.text("Hello", phone, sender="+12025550199").delivered()
        delivery = phone.deliveries[0]
        assert delivery.data.oa == "+" + SC_ADDRESS, delivery.data
        tpdu = delivery.tpdu
        expected = tp.deliver("+12025550199", "Hello", tpdu.scts)
        assert tpdu.octets == expected, "expected %s, seen %s" % (expected.hex(), tpdu.octets.hex())
        assert before - SOON < tpdu.scts < now() + SOON, "expected about %s, seen %s" % (before, tpdu.scts)


def test_the_time_stamp_is_in_the_zone_of_the_parameter():
    for quarters, hours in ((-20, -5), (22, 5.5)):
        with World("mt-zone", params=[("scts_zone", quarters)]) as w:
            phone = Phone(w)
            w.hub.text("Hello", phone).delivered()
            stamp = phone.deliveries[0].tpdu.scts
            assert stamp.utcoffset() == datetime.timedelta(hours=hours), stamp
            assert now() - SOON < stamp < now() + SOON, stamp


def test_the_parameters_of_disposition_and_accept_contact():
    for disposition, contact in (("fork, parallel", "*;+g.3gpp.smsip"), ("", "")):
        with World("mt-disposition", params=[("mt_disposition", disposition), ("mt_accept_contact", contact)]) as w:
            phone = Phone(w)
            phone.excused = ("has Request-Disposition", "has Accept-Contact")
            w.hub.text("Hello", phone).delivered()
            message = phone.deliveries[0].request
            assert message.all("Request-Disposition") == ([disposition] if disposition else []), message.headers
            assert message.all("Accept-Contact") == ([contact] if contact else []), message.headers


def test_tcp_carries_it_too():
    with World("mt-tcp") as w:
        phone = Phone(w)
        for n in range(3):
            w.hub.text("text %d" % n, phone, transport="tcp").delivered()
        assert phone.texts() == ["text 0", "text 1", "text 2"], phone.texts()


def test_a_retransmission_is_no_second_text():
    with World("mt-retransmission") as w:
        phone = Phone(w).will(acks(after=0.5))
        sent = w.hub.text("Hello", phone, retransmit=False)
        for _ in range(3):
            sent.client.transmit()
        sent.delivered()
        sent.client.transmit()
        w.hub.text("Bye", phone).delivered()
        assert phone.texts() == ["Hello", "Bye"], phone.texts()
        assert {r.status for r in sent.client.responses} == {200}, sent.client.responses
        assert w.gateway.wait_at_rest()["mt_received"] == 2


def test_a_retransmission_after_tm_has_forgotten_is_no_second_text():
    # tm keeps a transaction 5 s after its end, a hub that lost the answers may repeat for 32 s (RFC 3261 17.2.2, Timer J)
    with World("mt-timer-j") as w:
        phone = Phone(w).will(acks(), errors(22))
        cases = (w.hub.text("Hello", phone).delivered(), w.hub.text("full", phone).answered(480))
        w.gateway.wait_transactions_gone()
        for sent in cases:
            sent.client.transmit()
            w.hub.wait_for(lambda: len(sent.client.responses) == 2, 5, "answer to the repetition")
            first, again = sent.client.responses
            assert (again.start, again.all("Reason")) == (first.start, first.all("Reason")), "%s, then %s" % (first.start, again.start)
        assert len(phone.deliveries) == 2, "expected no further delivery, seen %d" % len(phone.deliveries)
        assert w.gateway.wait_at_rest()["mt_received"] == 2


def test_any_2xx_of_the_network_is_as_good():
    with World("mt-2xx") as w:
        phone = Phone(w).will(*(acks(answer=code) for code in (200, 202, 204, 299)))
        for n in range(4):
            w.hub.text("text %d" % n, phone).delivered()


def test_a_provisional_answer_changes_nothing():
    with World("mt-100") as w:
        phone = Phone(w).will(acks(answer=Answer(200, before=100, delay=1)))
        w.hub.text("Hello", phone).delivered()
        assert phone.deliveries[0].server.repeats <= 1, phone.deliveries[0].server.repeats


# --- for whom ----------------------------------------------------------------------------------------


def test_a_phone_is_found_by_each_of_its_identities():
    with World("mt-identities") as w:
        identities = ("sip:alice@ims.test", "sip:+12025550101@ims.test", "tel:+12025550101")
        phone = Phone(w, identities=identities)
        gateway = "127.0.0.1:%d" % w.gateway.port
        for to, addressed in (
            ("sip:+12025550101@%s" % gateway, identities[1:]),
            ("sip:+12025550101@%s;user=phone" % gateway, identities[1:]),
            ("sip:12025550101@hub.example", identities[1:]),
            ("tel:+12025550101", identities[2:]),
            ("tel:+1-202-555-0101", identities[2:]),
            ("sip:alice@ims.test", identities[:1]),
            ("sip:+12025550101@ims.test", identities[1:2]),
        ):
            w.hub.text("to %s" % to, to).delivered()
            seen = phone.deliveries[-1].request.uri
            assert seen in addressed or seen == identities[0], "for %s it goes to %s" % (to, seen)
        assert len(phone.shown) == 7, phone.texts()


def test_an_identity_of_the_set_that_the_hub_names_is_addressed():
    with World("mt-named") as w:
        identities = ("sip:alice@ims.test", "sip:work@ims.test", "tel:+12025550101")
        phone = Phone(w, identities=identities)
        for identity in identities:
            w.hub.text("Hello", identity).delivered()
            seen = phone.deliveries[-1].request.uri
            assert seen == identity, "expected %s, seen %s" % (identity, seen)


def test_two_phones_of_one_user_get_one_copy():
    with World("mt-two-phones") as w:
        other = "<sip:+12025550101@192.0.2.2:5060>"
        for features in ("", SMSIP):
            phone = Phone(w, more_contacts=[other + features])
            w.hub.text("Hello", phone).delivered()
            w.hub.text("Bye", phone).delivered()
            assert phone.texts() == ["Hello", "Bye"], phone.texts()
            phone.deregister()


def test_each_phone_gets_its_own():
    with World("mt-own") as w:
        phones = [Phone(w, "+1202555%04d" % n) for n in range(20)]
        sent = [w.hub.text("for %s" % p.number, p) for p in phones]
        for s in sent:
            s.delivered()
        for p in phones:
            assert p.texts() == ["for %s" % p.number], p.texts()


def test_it_goes_by_the_s_cscf_of_the_record():
    with World("mt-route", reports_to_peer=True) as w:
        phone = Phone(w)
        w.hub.text("Hello", phone).delivered()
        assert phone.texts() == ["Hello"], phone.texts()


def test_an_s_cscf_may_want_tcp():
    with World("mt-scscf-tcp") as w:
        phone = Phone(w, registered=False)
        contact = "sip:127.0.0.1:%d;transport=tcp" % w.scscf.port
        phone.register(contact)
        phone.excused = ("has Route",)
        w.hub.text("Hello", phone).delivered()
        delivery = phone.deliveries[0]
        assert delivery.server.transport == "tcp", "it came by %s" % delivery.server.transport
        (route,) = delivery.request.values("Route")
        assert set(sip.uri_of(route).split(";")) == {*contact.split(";"), "lr"}, route


def test_two_hubs_and_each_has_its_own_answer():
    with World("mt-two-hubs", hubs=2) as w:
        phone = Phone(w).will(acks(), errors(111))
        w.hubs[0].text("of the first", phone).delivered()
        w.hubs[1].text("of the second", phone).answered(488)
        assert phone.texts() == ["of the first"], phone.texts()


def test_who_is_not_registered_gets_nothing_and_the_hub_keeps_it():
    with World("mt-away") as w:
        phone = Phone(w, registered=False)
        sent = w.hub.text("Hello", phone).answered(480, ("SIP", 480))
        assert sent.reason()[2] == "not-registered", sent.reason()
        phone.register()
        phone.deregister()
        w.hub.text("Hello", phone).answered(480, ("SIP", 480))
        assert not phone.deliveries
        assert w.gateway.wait_at_rest()["mt_rejected"] == 2


def test_who_is_unknown_is_404_when_the_operator_says_so():
    with World("mt-unknown", defines=["IPSMGW_MT_UNKNOWN=404"]) as w:
        phone = Phone(w)
        sent = w.hub.text("Hello", "+12025559999").answered(404, ("SIP", 404))
        assert sent.reason()[2] == "unknown", sent.reason()
        w.hub.text("Hello", phone).delivered()


def test_a_destination_that_is_none_is_404():
    with World("mt-nowhere") as w:
        gateway = "127.0.0.1:%d" % w.gateway.port
        sent = w.hub.text("Hello", "sip:%s" % gateway).answered(404, ("SIP", 404))
        assert sent.reason()[2] == "unknown", sent.reason()


def test_a_phone_that_takes_no_short_messages_is_not_tried():
    with World("mt-no-capability") as w:
        phone = Phone(w, features="")
        sent = w.hub.text("Hello", phone).answered(488, ("SIP", 488))
        assert sent.reason()[2] == "no-capability", sent.reason()
        assert not phone.deliveries


def test_a_phone_of_which_it_is_not_known_is_tried():
    with World("mt-capability-unknown", defines=["IPSMGW_REG_EVENT=0"]) as w:
        phone = Phone(w, registered=False)
        reg = Registrar(w)
        reg.register(phone.identities[0])
        assert reg.show(phone.identities[0])["capability"] == "unknown"
        w.hub.text("Hello", phone).delivered()


# --- who may send ------------------------------------------------------------------------------------


def test_who_is_no_hub_cannot_send():
    with World("mt-stranger") as w:
        phone = Phone(w)
        w.hub.endpoint.source = "127.0.0.3"
        w.hub.text("Hello", phone, transport="tcp").answered(415)
        message = w.hub.message(b"Hello", phone)
        message.set("Via", w.scscf.via("udp"))
        final = w.scscf.send(message, w.gateway.address).wait(5)
        assert final.status == 415, "a text from the S-CSCF: %s" % final.start
        assert not phone.deliveries and w.gateway.wait_at_rest()["mt_received"] == 0


# --- from whom ---------------------------------------------------------------------------------------

SENDERS = (
    # as the hub names it, TP-OA, its type of number
    ("+12025550199", "+12025550199", tp.INTERNATIONAL),
    ("tel:+12025550199", "+12025550199", tp.INTERNATIONAL),
    ("sip:%2B12025550199@hub.example;user=phone", "+12025550199", tp.INTERNATIONAL),
    ("tel:+1-202-555-0199", "+12025550199", tp.INTERNATIONAL),
    ("12345", "12345", tp.UNKNOWN),
    ("tel:12345;phone-context=ims.test", "12345", tp.UNKNOWN),
    ("InfoDesk", "InfoDesk", tp.ALPHANUMERIC),
    ("sip:Caf%C3%A9@hub.example", "Café", tp.ALPHANUMERIC),
    ("Averyverylongname", "Averyverylo", tp.ALPHANUMERIC),
)


def test_the_sender_keeps_his_type_of_number():
    with World("mt-senders") as w:
        phone = Phone(w)
        for sender, value, ton in SENDERS:
            w.hub.text("Hello", phone, sender=sender).delivered()
            oa = phone.shown[-1].sender
            expected = (value, ton, 0 if ton == tp.ALPHANUMERIC else 1)
            assert (oa.value, oa.ton, oa.npi) == expected, "%s: expected %s, seen %s" % (sender, expected, oa)


def test_the_asserted_identity_is_the_sender_else_from():
    with World("mt-asserted") as w:
        phone = Phone(w)
        cases = (("<tel:+12025550177>", "+12025550177"), ('"X" <sip:4711@hub.example>', "4711"), ("", "+12025550123"))
        for asserted, expected in cases:
            w.hub.text("Hello", phone, asserted=asserted).delivered()
            assert phone.shown[-1].sender.value == expected, "%s: seen %s" % (asserted, phone.shown[-1].sender)


def test_a_sender_that_is_none_is_the_gateways_own():
    with World("mt-default-sender", params=[("mt_default_sender", "GATE")]) as w:
        phone = Phone(w)
        w.hub.text("Hello", phone, sender="sip:hub.example").delivered()
        assert phone.shown[-1].sender.value == "GATE", phone.shown[-1].sender


# --- in which form -------------------------------------------------------------------------------------

TYPES = (
    # Content-Type, octets, the text; a number: the hub is answered so
    ("text/plain", "naïve".encode(), "naïve"),
    ("text/plain;charset=UTF-8", "5 €".encode(), "5 €"),
    ('Text/Plain; charset="utf-8"', "Ω".encode(), "Ω"),
    ("text/plain;charset=us-ascii", b"plain", "plain"),
    ("text/plain;charset=ISO-8859-1", b"na\xefve", "naïve"),
    ("text/plain;format=flowed", b"Hello", "Hello"),
    (None, b"Hello", "Hello"),
    ("text/plain;charset=UTF-16", "x".encode("utf-16"), 415),
    ("text/plain;charset=koi8-r", b"x", 415),
    ("text/html", b"<p>x</p>", 415),
    ("image/png", b"x", 415),
    ("text/plain;charset=UTF-8", b"\xff\xfe", 400),
    ("text/plain", b"\xed\xa0\x80", 400),
    ("text/plain;charset=us-ascii", b"\x80", 400),
)


def test_each_content_type_and_charset():
    with World("mt-types") as w:
        phone = Phone(w)
        for content_type, octets, expected in TYPES:
            sent = w.hub.text(octets, phone, content_type=content_type)
            status = 200 if isinstance(expected, str) else expected
            seen = sent.answer().status
            assert seen == status, "%s, %r: expected %d, seen %d" % (content_type, octets, status, seen)
            if status == 200:
                assert phone.texts()[-1] == expected, "%s: expected %r, seen %r" % (content_type, expected, phone.texts()[-1])
            if status == 415:
                assert "text/plain" in (sent.client.final.get("Accept") or ""), sent.client.final.headers
        refused = sum(1 for t in TYPES if isinstance(t[2], int))
        counters = w.gateway.wait_at_rest()
        assert (counters["mt_rejected"], counters["mt_delivered"]) == (refused, len(TYPES) - refused), counters


def test_metadata_headers_become_fields_of_the_tpdu():
    with World("mt-metadata") as w:
        phone = Phone(w)

        def sent(text, *headers, **fields):
            w.hub.text(text, phone, headers=headers, **fields).delivered()
            return phone.deliveries[-1].tpdu

        for value in range(4):
            seen = sent("class", ("X-M-CLASS", str(value)))
            assert seen.message_class == value, "expected class %d, seen TP-DCS %02X" % (value, seen.dcs)
        assert sent("none").message_class is None
        assert sent("pid", ("X-SMS-PID", "65")).pid == 65
        seen = sent("in UCS2", ("x-sms-coding", "UCS2"))
        assert (seen.alphabet, seen.text) == (tp.UCS2, "in UCS2"), seen
        seen = sent("to a port", ("X-SMS-UDH", "0605040B8423F0"))
        assert seen.udh == [(0x05, bytes.fromhex("0b8423f0"))] and seen.text == "to a port", seen
        seen = sent("Ω class 0", ("X-M-CLASS", "0"), ("X-SMS-CODING", "UCS2"))
        assert (seen.message_class, seen.alphabet) == (0, tp.UCS2), seen


BAD_METADATA = (
    ("X-M-CLASS", "4"),
    ("X-SMS-PID", "256"),
    ("X-SMS-UDH", "0x"),
    ("X-SMS-UDH", "05040B8423F0"),
    ("X-SMS-CODING", "EBCDIC"),
)


def test_metadata_that_cannot_be_is_400():
    with World("mt-bad-metadata") as w:
        phone = Phone(w)
        for header in BAD_METADATA:
            w.hub.text("Hello", phone, headers=[header]).answered(400)
        w.hub.text("a header fills the part" * 7, phone, headers=[("X-SMS-UDH", "0605040B8423F0")]).answered(400)
        assert not phone.deliveries, phone.texts()


def test_an_rp_message_of_the_hub_keeps_its_tpdu_octet_for_octet():
    with World("mt-opaque") as w:
        phone = Phone(w)
        tpdus = (
            tp.deliver("+12025550199", "Hello", WHEN),
            tp.deliver("InfoDesk", bytes(range(140)), WHEN, udh=b"", pid=0x7F, sri=True),
            tp.deliver("12345", bytes.fromhex("25060403ae81ea"), WHEN, udh=bytes.fromhex("05040b8423f0")),
            tp.status_report(0x2A, "+12025550123", WHEN, WHEN, 0),
        )
        for n, tpdu in enumerate(tpdus):
            w.hub.opaque(rp.mt_data(200, tpdu, "+" + SC_ADDRESS), phone).delivered()
            seen = phone.deliveries[n].data
            assert seen.tpdu == tpdu, "expected %s, seen %s" % (tpdu.hex(), seen.tpdu.hex())
        first = phone.deliveries[0].data.mr
        assert [d.data.mr for d in phone.deliveries] == [(first + n) % 256 for n in range(4)], phone.deliveries


def test_the_service_centre_of_an_rp_message_is_the_hubs_if_it_has_one():
    with World("mt-opaque-oa") as w:
        phone = Phone(w)
        tpdu = tp.deliver("+12025550199", "Hello", WHEN)
        w.hub.opaque(rp.mt_data(1, tpdu, ""), phone).delivered()
        assert phone.deliveries[-1].data.oa == "+" + SC_ADDRESS, phone.deliveries[-1].data
        phone.sc_address = "+15557770009"
        w.hub.opaque(rp.mt_data(2, tpdu, "+15557770009"), phone).delivered()


def test_an_rp_message_that_is_no_delivery_is_400():
    with World("mt-opaque-bad") as w:
        phone = Phone(w)
        good = rp.mt_data(1, tp.deliver("+12025550199", "Hello", WHEN), "+" + SC_ADDRESS)
        submit = tp.submit("+12025550123", "Hello", mr=1)
        for octets in (b"", b"\1", good[:-1], rp.data(1, submit), rp.mt_data(1, submit), bytes([3, 1]), b"\xff" * 40):
            w.hub.opaque(octets, phone).answered(400)
        assert not phone.deliveries
        w.hub.opaque(good, phone).delivered()


def test_a_text_in_cpim_is_delivered():
    with World("mt-cpim") as w:
        phone = Phone(w)
        w.hub.notified("Hello, naïve world", phone, "m1").delivered()
        assert phone.texts() == ["Hello, naïve world"], phone.texts()


def test_a_gateway_without_a_number_cannot_deliver():
    with World("mt-no-number", params=[("sc_address", "")]) as w:
        phone = Phone(w)
        w.hub.text("Hello", phone).answered(500)
        assert not phone.deliveries
        assert any("sc_address" in line for line in w.gateway.log_lines()), w.gateway.log_tail()
