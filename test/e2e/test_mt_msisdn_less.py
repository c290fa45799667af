# SPDX-License-Identifier: GPL-2.0-or-later
#
# Texts for phones from somebody who has no number (TS 24.341 5.3.3.5, sheet 1.12): a phone that says it takes them so is sent a document
# with the sender's SIP URI and the dummy MSISDN as TP-OA, others a name as TP-OA. Who gets which, what the hub gives itself, what is held.

import datetime

from ipsmgwtest import ACCEPT, RELAY, modes, msisdn_less, pcap, registrar, rp, sip, tp
from ipsmgwtest.gateway import SC_ADDRESS
from ipsmgwtest.msisdn_less import DECLARED, DUMMY, FEATURE_CAPS, INFO, SMS, addresses, body, document
from ipsmgwtest.phone import UNREPORTED, Phone, acks, errors, refuses
from ipsmgwtest.status import Submitted, by_headers, tell
from ipsmgwtest.world import World

METER = "sip:meter17@ims.home.example"
ALICE = "sip:alice@ims.test"
WHEN = datetime.datetime(2026, 11, 22, 9, 41, 7, tzinfo=datetime.timezone(datetime.timedelta(hours=1)))


def alice(w, features=DECLARED, **more):
    """A phone of somebody who has no number."""
    return Phone(w, "alice", identities=(ALICE,), features=features, **more)


def with_document(delivery, sender=METER, to=ALICE):
    """This is what such a phone gets from such a sender."""
    assert delivery.document is not None, "expected a document, seen %s" % delivery.request.get("Content-Type")
    expected = {"To": to, "From": sender}
    assert addresses(delivery.document) == expected, "expected %s, seen %s" % (expected, delivery.document)
    assert delivery.tpdu.oa.value == DUMMY, "expected the dummy MSISDN, seen %s" % (delivery.tpdu.oa,)
    caps = delivery.request.all("Feature-Caps")
    assert caps == [FEATURE_CAPS], "expected Feature-Caps, seen %s" % caps


def plain(delivery, sender, caps=False):
    """This is what anybody gets; sender: value of TP-OA."""
    assert delivery.document is None, delivery.document
    assert delivery.tpdu.oa.value == sender, "expected TP-OA %s, seen %s" % (sender, delivery.tpdu.oa)
    expected = [FEATURE_CAPS] if caps else []
    seen = delivery.request.all("Feature-Caps")
    assert seen == expected, "expected Feature-Caps %s, seen %s" % (expected, seen)


def last(phone, count):
    return phone.wait_deliveries(count)[-1]


# --- who gets which form -----------------------------------------------------------------------------


def test_a_phone_that_takes_it_gets_the_document():
    with World("less") as w:
        phone = alice(w)
        w.hub.text("Hello", ALICE, sender=METER).delivered()
        delivery = last(phone, 1)
        with_document(delivery)
        assert phone.texts() == ["Hello"], phone.texts()
        assert w.gateway.rpc.counters()["mt_parts_msisdn_less"] == 1
        path = w.gateway.folder / "less.pcap"
        requests = [delivery.request.to_bytes()]
        wrong = pcap.sms_complaints(requests, path)
        assert not wrong, "tshark says %s" % wrong
        seen = pcap.read_fields(requests, path, ("gsm_sms.tp-mti", "gsm_sms.tp-oa", "gsm_sms.sms_text", "mime_multipart.header.content-type"))
        expected = [["0", DUMMY.strip("+"), "Hello", "%s|%s" % (INFO, SMS)]]
        assert seen == expected, "expected %s, tshark reads %s" % (expected, seen)


def test_each_spelling_of_the_feature():
    with World("less-tags") as w:
        for n, features in enumerate((";+g.3gpp.smsip;+g.3gpp.smsip-msisdnless", ";+G.3GPP.SMSIP-MSISDN-LESS", ';+g.3gpp.smsip;+g.3gpp.smsip-msisdn-less="TRUE"')):
            phone = Phone(w, "phone%d" % n, identities=("sip:phone%d@ims.test" % n,), features=features)
            phone.takes_documents = True
            w.hub.text("Hello", phone.identities[0], sender=METER).delivered()
            with_document(last(phone, 1), to=phone.identities[0])


def test_others_get_a_name():
    with World("less-others") as w:
        phone = alice(w, features=";+g.3gpp.smsip")
        w.hub.text("Hello", ALICE, sender=METER).delivered()
        plain(last(phone, 1), "meter17")
        phone = Phone(w)
        w.hub.text("Hello", phone, sender=METER).delivered()
        plain(last(phone, 1), "meter17")
        assert w.gateway.rpc.counters()["mt_parts_msisdn_less"] == 0


def test_a_sender_with_a_number_needs_no_document():
    with World("less-numbers") as w:
        phone = alice(w)
        for n, (sender, value) in enumerate((("+12025550123", "+12025550123"), ("12345", "12345"), ("tel:+12025550123", "+12025550123")), 1):
            w.hub.text("Hello", ALICE, sender=sender).delivered()
            plain(last(phone, n), value, caps=True)


def test_a_subscriber_with_a_number_may_take_it_too():
    with World("less-both") as w:
        phone = Phone(w, features=DECLARED)
        w.hub.text("Hello", phone, sender=METER).delivered()
        with_document(last(phone, 1), to=phone.identities[0])
        w.hub.text("Hello", "tel:%s" % phone.number, sender=METER).delivered()
        delivery = last(phone, 2)
        assert addresses(delivery.document) == {"From": METER}, "a tel URI is no SIP URI: %s" % delivery.document


def test_the_s_cscf_may_choose_any_contact():
    with World("less-two") as w:
        phone = alice(w, more_contacts=["<sip:alice@192.0.2.2>;+g.3gpp.smsip"])
        w.hub.text("Hello", ALICE, sender=METER).delivered()
        plain(last(phone, 1), "meter17")
        phone.contacts[1] = "<sip:alice@192.0.2.2>;audio"
        phone.register()
        phone.takes_documents = True
        w.hub.text("Hello", ALICE, sender=METER).delivered()
        with_document(last(phone, 2))


def test_the_parameter_says_never_or_always():
    with World("less-never", params=[("mt_msisdn_less", 0)]) as w:
        phone = alice(w)
        w.hub.text("Hello", ALICE, sender=METER).delivered()
        plain(last(phone, 1), "meter17")
    with World("less-always", params=[("mt_msisdn_less", 2)]) as w:
        phone = alice(w, features=";+g.3gpp.smsip")
        phone.takes_documents = True
        w.hub.text("Hello", ALICE, sender=METER).delivered()
        with_document(last(phone, 1))
        w.hub.text("Hello", ALICE).delivered()
        plain(last(phone, 2), "+12025550123")


# --- who sends -------------------------------------------------------------------------------------------


SENDERS = (
    # fields of the message, and who is named
    ({"sender": METER}, METER),
    ({"sender": METER, "asserted": ""}, METER),
    ({"asserted": '"Info, Desk" <sip:info@hub.example;x=y>, <tel:+1>'}, "sip:info@hub.example;x=y"),
    ({"sender": "sip:a&b%3Cc@h"}, "sip:a&b%3Cc@h"),
    ({"asserted": "<sips:x@[2001:db8::1]:5061>"}, "sips:x@[2001:db8::1]:5061"),
    ({"sender": "sip:%E6%97%A5@h"}, "sip:%E6%97%A5@h"),
)


def test_the_sender_is_whom_the_hub_asserts():
    with World("less-senders", params=[("mt_default_sender", "+12025550177")]) as w:
        phone = alice(w)
        for n, (fields, sender) in enumerate(SENDERS, 1):
            w.hub.text("Hello", ALICE, **fields).delivered()
            with_document(last(phone, n), sender)
        w.hub.notified("Hello", ALICE, "m1", sender=METER, asserted="").delivered()
        with_document(last(phone, len(SENDERS) + 1))


def test_who_is_nobody_gets_no_document():
    with World("less-nobody", params=[("mt_default_sender", "+12025550177")]) as w:
        phone = alice(w)
        for n, sender in enumerate(("sip:hub.example", "sip:x%s@h" % ("y" * 300)), 1):
            w.hub.text("Hello", ALICE, sender=sender).delivered()
            assert last(phone, n).document is None, last(phone, n).document


# --- what the hub gives itself ------------------------------------------------------------------------------


def rp_message(text="Hello", oa=DUMMY):
    return rp.mt_data(0, tp.deliver(oa, text, WHEN), oa="+" + SC_ADDRESS)


def given(w, content_type, octets, **fields):
    return w.hub.text(octets, ALICE, content_type=content_type, **fields)


MORE = "<Correlation-ID><Sender>sip:a@h</Sender><HLR-ID>447</HLR-ID></Correlation-ID><Delivery-Outcome>x</Delivery-Outcome>"


def test_the_hubs_own_document_is_passed_on_as_it_is():
    made = document(ALICE, METER, MORE) + b"<!-- octet for octet -->"
    with World("less-given") as w:
        for n, features in enumerate((DECLARED, ";+g.3gpp.smsip")):
            phone = alice(w, features=features)
            phone.takes_documents = True
            for oa in (DUMMY, "+12025550123"):
                given(w, *body(made, rp_message("Hello", oa))).delivered()
                delivery = phone.deliveries[-1]
                assert delivery.document == made, "expected %r, seen %r" % (made, delivery.document)
                assert delivery.data.tpdu == tp.deliver(oa, "Hello", WHEN), delivery.data.tpdu.hex()
                caps = delivery.request.all("Feature-Caps")
                assert caps == [FEATURE_CAPS], caps
        log = w.gateway.log.read_text(errors="replace")
        assert "sender=sip:a@h receiver= hlr-id=447 delivery-outcome=x" in log, "expected a line in the log"


def test_a_document_beside_a_text_names_its_sender():
    with World("less-text") as w:
        parts = (("text/plain;charset=UTF-8", "Grüße".encode()), (INFO, document(ALICE, METER)))
        phone = alice(w)
        given(w, *registrar.multipart(*parts)).delivered()
        with_document(last(phone, 1))
        phone = alice(w, features=";+g.3gpp.smsip")
        given(w, *registrar.multipart(*parts)).delivered()
        plain(last(phone, 1), "meter17")
        assert phone.texts() == ["Grüße"], phone.texts()


# --- parts, reports, what is held ------------------------------------------------------------------------------


def test_all_parts_of_a_text_have_it():
    with World("less-parts") as w:
        phone = alice(w)
        text = "A text of several parts, with a Ж in it. " * 8
        w.hub.text(text, ALICE, sender=METER).delivered()
        assert phone.texts() == [text], phone.texts()
        assert len(phone.deliveries) > 3, phone.deliveries
        for delivery in phone.deliveries:
            with_document(delivery)


def test_the_phone_may_report_in_parts():
    with World("less-report") as w:
        phone = alice(w)
        phone.will(UNREPORTED)
        for report, code in ((lambda mr: rp.ack(mr, tp.deliver_report()), 200), (lambda mr: rp.error(mr, 22), 480)):
            sent = w.hub.text("Hello %d" % code, ALICE, sender=METER)
            w.scscf.wait_for(lambda: len(phone.deliveries) == (1 if code == 200 else 2), 5, "a delivery")
            delivery = phone.deliveries[-1]
            content_type, octets = body(document(METER, ALICE), report(delivery.data.mr))
            message = w.scscf.message(octets, sender=(ALICE,), content_type=content_type)
            message.headers.append(("In-Reply-To", delivery.call_id))
            delivery.ends = delivery.at
            assert w.scscf.send(message, w.gateway.address).wait(5).status == 202
            sent.answered(code)


def test_a_phone_that_refuses_is_believed():
    with World("less-errors") as w:
        phone = alice(w)
        phone.will(errors(111), acks())
        w.hub.text("Hello", ALICE, sender=METER).answered(488, ("RP", 111))
        w.hub.text("again", ALICE, sender=METER).delivered()
        with_document(last(phone, 2))


def test_what_is_held_goes_to_the_phone_of_then():
    with World("less-held") as w:
        for n, features in enumerate((DECLARED, ";+g.3gpp.smsip", DECLARED)):
            phone = alice(w, features=features, registered=False)
            w.hub.text("held %d" % n, ALICE, sender=METER, headers=[("X-SMS-HOLD", "1")]).answered(202, False)
            given(w, *body(document(ALICE, METER), rp_message("given %d" % n)), headers=[("X-SMS-HOLD", "1")]).answered(202, False)
            phone.excused = ("has a document",)
            phone.register()
            phone.wait_texts(2)
            assert phone.texts() == ["held %d" % n, "given %d" % n], phone.texts()
            if features == DECLARED:
                with_document(phone.deliveries[0])
            else:
                plain(phone.deliveries[0], "meter17")
            assert phone.deliveries[1].document == document(ALICE, METER), phone.deliveries[1].document
            w.gateway.wait_at_rest()
            phone.deregister()


def test_a_status_report_needs_no_document():
    with World("less-status") as w:
        phone = Phone(w, features=DECLARED)
        text = Submitted(w, phone)
        tell(w.hub, phone, by_headers(text.name, 0, phone.number)).delivered()
        delivery = last(phone, 1)
        text.reported(delivery, 0)
        assert delivery.document is None and delivery.request.all("Feature-Caps") == [FEATURE_CAPS], delivery.request.headers
        assert sip.uri_of(delivery.request.get("To")) == phone.identities[0]


# --- from one phone to another ------------------------------------------------------------------------------------


@modes(ACCEPT, RELAY)
def test_two_subscribers_of_ours_need_no_hub():
    with World("less-local", defines=["WITH_LOCAL_URI"]) as w:
        phone, meter = alice(w), Phone(w, "meter17", identities=("sip:meter17@ims.test",))
        for n, text in enumerate(("Hello", "Grüße 👍", "x" * 160), 1):
            msisdn_less.text(w.scscf, text, ALICE, sender=meter.identities).acked()
            with_document(last(phone, n), meter.identities[0])
        assert phone.texts() == ["Hello", "Grüße 👍", "x" * 160], phone.texts()
        phone.will(errors(111), refuses(480), errors(22))
        for cause in (69, 41, 41):
            msisdn_less.text(w.scscf, "refused %d" % cause, ALICE, sender=meter.identities).errored(cause)
        msisdn_less.text(w.scscf, b"\0\1", ALICE, sender=meter.identities).errored(69, 0x90)
        assert not w.hub.messages, w.hub.texts()
        msisdn_less.text(w.scscf, "elsewhere", "sip:bob@ims.peer.example", sender=meter.identities).acked()
        assert [m.uri for m in w.hub.messages] == ["sip:bob@ims.peer.example"], w.hub.messages
