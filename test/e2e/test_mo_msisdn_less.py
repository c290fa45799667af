# SPDX-License-Identifier: GPL-2.0-or-later
#
# Texts of phones to somebody who has no number (TS 24.341 5.3.3.5, sheet 1.12): TP-DA is the dummy MSISDN, and a document beside the RP
# message has his SIP URI. Every form of the document, what is no destination, the three forms of hubs, repeats, status reports, scripts.

import base64
import pathlib

from ipsmgwtest import ACCEPT, RELAY, cpim, modes, msisdn_less, registrar, rp, sip, tp, tp_mt
from ipsmgwtest.hss import subscriber
from ipsmgwtest.hss_world import HssWorld
from ipsmgwtest.msisdn_less import DUMMY, INFO, SMS, body, document
from ipsmgwtest.phone import Phone
from ipsmgwtest.status import by_headers, name_of, tell
from ipsmgwtest.world import World

CFG = pathlib.Path(__file__).parent / "cfg"
BOB = "sip:bob@ims.peer.example"
METER = ("sip:meter17@ims.test",)


def rp_data(content, mr, da=DUMMY, **fields):
    return rp.data(mr, tp.submit(da, content, mr=mr, **fields))


def reached(w):
    return w.hub.messages[-1]


def counted(w, **expected):
    seen = {name: w.gateway.rpc.counters()[name] for name in expected}
    assert seen == expected, "expected %s, seen %s" % (expected, seen)


@modes(ACCEPT, RELAY)
def test_the_uri_beside_it_is_the_destination():
    with World("uri") as w:
        s = msisdn_less.text(w.scscf, "Hello", BOB, sender=METER)
        s.acked()
        m = reached(w)
        assert m.uri == BOB and m.get("To") == "<%s>" % BOB, "expected %s, seen %s, To %s" % (BOB, m.uri, m.get("To"))
        assert sip.uri_of(m.get("From")) == METER[0], m.get("From")
        assert m.values("P-Asserted-Identity") == ["<%s>" % METER[0]], m.all("P-Asserted-Identity")
        assert m.all("Content-Type") == ["text/plain;charset=UTF-8"] and m.body == b"Hello", m.headers
        report = s.report_requests[0].request
        assert report.all("Feature-Caps") == [msisdn_less.FEATURE_CAPS], report.all("Feature-Caps")
        counted(w, mo_msisdn_less=1, mo_acked=1)


@modes(ACCEPT, RELAY)
def test_a_sender_with_a_number_keeps_it():
    with World("uri-number") as w:
        msisdn_less.text(w.scscf, "Hello", BOB).acked()
        m = reached(w)
        assert m.uri == BOB, m.uri
        assert sip.uri_of(m.get("From")) == "sip:+12025550101@ims.test;user=phone", m.get("From")
        assert m.values("P-Asserted-Identity") == ["<tel:+12025550101>"], m.all("P-Asserted-Identity")


def in_base64(octets):
    return base64.encodebytes(octets).replace(b"\n", b"\r\n")


ENCODED = "\r\nContent-Transfer-Encoding: base64"
DEEP = "<Correlation-ID><Sender>sip:a@b</Sender></Correlation-ID>"
# what a phone may make of its RP message
FORMS = (
    lambda p: body(document(BOB), p),
    lambda p: body(document(BOB, METER[0], DEEP), p),
    lambda p: body(b"<short-message-info><To>\r\n  %s\r\n</To></short-message-info>" % BOB.encode(), p),
    lambda p: body(b'<short-message-info xmlns="urn:3gpp:ns:x"><To>%s</To></short-message-info>' % BOB.encode(), p),
    lambda p: body(b'<s:short-message-info xmlns:s="urn:y"><s:To>%s</s:To></s:short-message-info>' % BOB.encode(), p),
    lambda p: registrar.multipart((SMS, p), (INFO, document(BOB))),
    lambda p: registrar.multipart((INFO + ";charset=UTF-8\r\nContent-Disposition: render;handling=optional", document(BOB)), (SMS, p)),
    lambda p: registrar.multipart((INFO + ENCODED, in_base64(document(BOB))), (SMS + ENCODED, in_base64(p))),
    lambda p: registrar.multipart(("text/xml", document(BOB)), (SMS, p)),
    lambda p: registrar.multipart(("application/xml", b"<x/>"), (INFO, document(BOB)), (SMS, p)),
)


@modes(ACCEPT, RELAY)
def test_every_form_of_the_document():
    with World("uri-forms") as w:
        for mr, form in enumerate(FORMS):
            msisdn_less.submit(w.scscf, form(rp_data("form %d" % mr, mr)), mr).acked()
            assert (reached(w).uri, reached(w).body) == (BOB, b"form %d" % mr), "form %d: %s" % (mr, reached(w).start)


# what is no destination, and the cause
NOBODY = (
    (document(sender=METER[0]), 1),
    (document("sip:ims.peer.example"), 1),
    (document("tel:+12025550123"), 1),
    (document("urn:service:sos"), 1),
    (document(BOB + "?Subject=x"), 1),
    (document("sip:%s@h" % ("b" * 300)), 1),
    (document("bob"), 96),
    (document("sip:bob@h\r\nX: y"), 96),
    (b"no document", 96),
    (b"", 96),
    (b"<short-message-info><To>" + BOB.encode(), 96),
    (b"<short-message-info/>", 96),
    (b"<x><To>sip:bob@h</To></x>", 96),
    (b"<short-message-info><To>sip:bob@h</To><To>sip:eve@h</To></short-message-info>", 96),
    (b'<!DOCTYPE x [<!ENTITY b "sip:bob@h">]><short-message-info><To>&b;</To></short-message-info>', 96),
)


@modes(ACCEPT, RELAY)
def test_without_a_destination_it_is_refused():
    with World("uri-none") as w:
        w.scscf.submit("alone", DUMMY).errored(1)
        for mr, (info, cause) in enumerate(NOBODY, 10):
            msisdn_less.submit(w.scscf, body(info, rp_data("to nobody", mr)), mr).errored(cause)
        two = registrar.multipart((INFO, document(BOB)), (INFO, document("sip:eve@h")), (SMS, rp_data("two", 99)))
        msisdn_less.submit(w.scscf, two, 99).errored(96)
        assert not w.hub.messages, w.hub.texts()
        counted(w, mo_msisdn_less=0, mo_errored=len(NOBODY) + 2)


@modes(ACCEPT, RELAY)
def test_a_number_counts_before_the_document():
    with World("uri-and-number") as w:
        for mr, info in enumerate((document(BOB), b"no document", document(sender=METER[0]))):
            msisdn_less.submit(w.scscf, body(info, rp_data("number %d" % mr, mr, "+12025550123")), mr).acked()
            assert reached(w).uri.startswith("sip:+12025550123@"), reached(w).uri


def test_two_short_messages_in_one_body_are_415():
    with World("uri-two") as w:
        content_type, octets = registrar.multipart((SMS, rp_data("one", 1)), (INFO, document(BOB)), (SMS, rp_data("two", 2)))
        final = w.scscf.send(w.scscf.message(octets, content_type=content_type), w.gateway.address).wait(5)
        assert final.status == 415, final.start
        assert not w.hub.messages


@modes(ACCEPT, RELAY)
def test_an_opaque_hub_gets_both_parts_as_they_came():
    with World("uri-opaque", forms=["opaque"]) as w:
        for mr, form in enumerate(FORMS[:-2]):
            content_type, octets = form(rp_data(b"\0\r\n--b7Q \xff", mr))
            msisdn_less.submit(w.scscf, (content_type, octets), mr, sender=METER).acked()
            m = reached(w)
            assert m.body == octets, "expected %r, seen %r" % (octets, m.body)
            assert m.all("Content-Type") == [content_type], m.all("Content-Type")
            assert m.uri == BOB and m.all("X-SMS-CODING") == ["8BIT"], m.headers
        w.scscf.submit("alone").acked()
        assert reached(w).all("Content-Type") == [SMS], reached(w).headers


@modes(ACCEPT, RELAY)
def test_a_cpim_hub_gets_the_uri():
    with World("uri-cpim", forms=["cpim"]) as w:
        msisdn_less.text(w.scscf, "Hello", BOB, sender=METER).acked()
        headers, _, content = cpim.parse(reached(w).body)
        assert content == b"Hello", content
        found = [sip.uri_of(headers[name]) for name in ("to", "from")]
        assert found == [BOB, METER[0]], "expected To and From %s, seen %s" % ([BOB, METER[0]], found)


# --- repeats ------------------------------------------------------------------------------------


@modes(ACCEPT, RELAY)
def test_another_receiver_makes_it_another_text():
    with World("uri-repeats") as w:
        octets = rp_data("Hello", 7)
        for to in (BOB, BOB, "sip:eve@ims.peer.example", BOB):
            msisdn_less.submit(w.scscf, body(document(to), octets), 7, sender=METER).acked()
        uris = [m.uri for m in w.hub.messages]
        assert uris == [BOB, "sip:eve@ims.peer.example"], uris
        counted(w, mo_repeats=2)


# --- what follows ---------------------------------------------------------------------------------


@modes(ACCEPT, RELAY)
def test_a_status_report_has_the_dummy_too():
    with World("uri-status") as w:
        phone = Phone(w)
        s = msisdn_less.text(w.scscf, "Hello", BOB, sender=phone.identities, srr=True)
        s.acked()
        w.gateway.wait_counter("report_ok", 1)
        tell(w.hub, phone, by_headers(name_of(reached(w)), 0, phone.number)).delivered()
        seen = phone.wait_deliveries(1)[0]
        assert isinstance(seen.tpdu, tp_mt.StatusReport) and seen.tpdu.ra.value == DUMMY, seen.tpdu
        assert seen.request.get("Feature-Caps") is None, "a phone that has not said so"


def test_a_report_says_what_the_gateway_can_to_who_asks():
    with World("uri-caps") as w:
        for features, caps in ((";+g.3gpp.smsip", []), (msisdn_less.DECLARED, [msisdn_less.FEATURE_CAPS])):
            phone = Phone(w, features=features)
            s = w.scscf.submit("Hello %s" % features, sender=phone.identities)
            s.acked()
            assert s.report_requests[0].request.all("Feature-Caps") == caps, s.report_requests[0].request.headers
    with World("uri-caps-never", params=[("mt_msisdn_less", 0)]) as w:
        s = msisdn_less.text(w.scscf, "Hello", BOB, sender=METER)
        s.acked()
        assert s.report_requests[0].request.get("Feature-Caps") is None, s.report_requests[0].request.headers


# --- scripts ----------------------------------------------------------------------------------------


OUTCOME = "<Correlation-ID><Sender>sip:a@h</Sender><Receiver>sip:b@h</Receiver><HLR-ID>447</HLR-ID></Correlation-ID><Delivery-Outcome>AbsentSubscriber</Delivery-Outcome>"


def test_a_script_sees_and_sets_it():
    with World("uri-script", config=CFG / "msisdn-less.cfg") as w:
        mr = 3
        made = body(document(BOB, METER[0], OUTCOME), rp_data("Hello", mr))
        msisdn_less.submit(w.scscf, made, mr, sender=METER).acked()
        msisdn_less.text(w.scscf, "Hello", "sip:script@h").acked()
        assert reached(w).uri == "sip:other@script.example;x=y", reached(w).uri
        msisdn_less.text(w.scscf, "Hello", "sip:number@h").acked()
        assert reached(w).uri.startswith("sip:+12025550199@"), reached(w).uri
        msisdn_less.text(w.scscf, "Hello", "sip:nobody@h").errored(1)
        for line in (
            "dest=<null> dest_uri=%s to=%s from=%s" % (BOB, BOB, METER[0]),
            "sender=sip:a@h receiver=sip:b@h hlr=447 outcome=AbsentSubscriber",
            "hlr-id=447 delivery-outcome=AbsentSubscriber",
            "'nobody' is no destination",
        ):
            assert line in w.gateway.log.read_text(errors="replace"), "expected a line in the log with %s" % line


def test_it_goes_on_with_what_the_script_has_set_after_a_wait():
    alice = {"imsi": "001010000000101", "msisdn": "12025550101", "impu": ["sip:+12025550101@ims.test", "tel:+12025550101"]}
    with HssWorld("uri-hss", [subscriber(**alice)], defines=["WITH_MO_HSS_CHECK"]) as w:
        for n in range(2):
            msisdn_less.text(w.scscf, "Hello %d" % n, BOB).acked()
            assert reached(w).uri == BOB, reached(w).uri
