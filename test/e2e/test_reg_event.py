# SPDX-License-Identifier: GPL-2.0-or-later
#
# The reg event package (RFC 3680, TS 24.341 5.3.3.2): what NOTIFYs of an S-CSCF, captured ones among them, make of a
# subscriber's record, and how each is answered. test_reg_event_life.py has the subscriptions themselves.

import socket
import time

from ipsmgwtest import registrar, sip
from ipsmgwtest.gateway import ROOT
from ipsmgwtest.notifier import Notifier, captured, contact, document, registration
from ipsmgwtest.transaction import Answer
from ipsmgwtest.world import World

ALICE, BOB = "sip:alice@ims.test", "sip:bob@ims.test"
TEL, NUMBER = "tel:+447700900001", "sip:+447700900001@ims.test"
PHONE, TABLET = "sip:alice@192.0.2.1:5060", "sip:alice@192.0.2.2:5060"
SMSIP = "<%s>;+g.3gpp.smsip" % PHONE


def subscribed(w, impu=ALICE, **fields):
    """Registrar, notifier and dialog after a REGISTER that said nothing of the phone."""
    reg, notifier = registrar.Registrar(w), Notifier(w)
    reg.register(impu, **fields)
    return reg, notifier, notifier.dialog()


# --- from document to record ------------------------------------------------------------------


def test_a_notify_gives_capability_contacts_set_and_number():
    with World("notify-initial") as w:
        reg, _, dialog = subscribed(w)
        assert reg.show(ALICE)["capability"] == "unknown"
        dialog.full(*(registration(aor, contact(PHONE)) for aor in (ALICE, TEL, NUMBER)))
        record = reg.show(TEL)
        assert record == reg.show(ALICE) == reg.show(NUMBER), record
        assert (record["impu"], record["msisdn"]) == (ALICE, "447700900001"), record
        assert (record["capability"], record["smsip_contacts"]) == ("yes", 1), record
        assert record["contacts"] == [PHONE], record


def test_the_number_of_a_notify_is_the_senders_at_the_hub():
    with World("notify-mo") as w:
        _, _, dialog = subscribed(w)
        dialog.full(registration(ALICE, contact(PHONE)), registration(TEL, contact(PHONE)))
        w.scscf.submit("Hello", sender=(ALICE,)).acked()
        assert w.hub.messages[0].get("P-Asserted-Identity") == "<%s>" % TEL, w.hub.messages[0].headers


def test_what_a_real_scscf_sends_is_followed_to_the_end():
    ends = (
        ("3-off", ["2c-second-contact-off"]),
        ("expiry", []),
        ("rpc", []),
    )
    for end, between in ends:
        with World("captured-%s" % end, config=ROOT / "test/e2e/cfg/registration-events.cfg") as w:
            reg, notifier, dialog = subscribed(w)
            dialog.notify(captured("1-initial"))
            for name in between:
                dialog.notify(captured(name))
            record = reg.show(TEL)
            assert record["impus"] == [ALICE, TEL, NUMBER] and record["capability"] == "yes", record
            assert record["contacts"] == ["sip:alice@127.0.0.1:24072"], record
            dialog.notify(captured(end))
            assert reg.show(ALICE) is None and reg.show(TEL) is None and reg.count() == 0
            assert notifier.list() == [], notifier.list()
            told = [line.split("told: ")[1] for line in w.gateway.log_lines() if "told: " in line]
            assert told == ["registered %s <null>" % ALICE, "deregistered %s 447700900001" % ALICE], told
            counters = w.gateway.rpc.counters()
            assert (counters["notify_deregistered"], counters["notify_gap"], counters["sub_started"]) == (1, 0, 1), counters


def test_the_feature_tag_counts_in_each_form_and_nothing_else_does():
    forms = (("", "yes"), ('"true"', "yes"), ("true", "yes"), ('"TRUE"', "yes"), (False, "no"))
    with World("notify-tag") as w:
        _, _, dialog = subscribed(w)
        reg = registrar.Registrar(w)
        for form, expected in forms:
            dialog.bound(contact("sip:as@192.0.2.99", smsip=False, name="as"), contact(PHONE, smsip=form or (form is not False)))
            assert reg.show(ALICE)["capability"] == expected, "%r: %s" % (form, reg.show(ALICE))


def test_two_contacts_and_one_leaves_by_a_full_or_a_partial_document():
    with World("notify-two") as w:
        reg, _, dialog = subscribed(w)
        dialog.bound(contact(PHONE), contact(TABLET, name="c2"))
        assert reg.show(ALICE)["smsip_contacts"] == 2, reg.show(ALICE)
        dialog.partial(registration(ALICE, contact(TABLET, name="0x1", state="terminated")))
        assert reg.show(ALICE)["contacts"] == [PHONE], reg.show(ALICE)
        dialog.partial(registration(ALICE, contact(TABLET, name="c3")))
        assert reg.show(ALICE)["smsip_contacts"] == 2, reg.show(ALICE)
        dialog.bound(contact(TABLET, name="c3"), contact(PHONE, name="0x1", state="terminated"))
        assert reg.show(ALICE)["contacts"] == [TABLET], reg.show(ALICE)
        w.scscf.submit("still here", sender=(ALICE,)).acked()
        dialog.partial(registration(ALICE, contact(TABLET, state="terminated"), state="terminated"))
        assert reg.show(ALICE) is None


def test_one_identity_ends_and_the_others_live_on():
    with World("notify-part") as w:
        reg, notifier, dialog = subscribed(w)
        dialog.full(registration(ALICE, contact(PHONE)), registration(NUMBER, contact(PHONE)))
        dialog.full(registration(ALICE, state="terminated"), registration(NUMBER, contact(PHONE)))
        assert reg.show(ALICE) is None
        assert reg.show(NUMBER)["impus"] == [NUMBER], reg.show(NUMBER)
        # the subscription goes on with an identity that lives
        assert notifier.wait_subscribe(2).request.uri == NUMBER
        other = notifier.dialog(2)
        other.full(registration(NUMBER, contact(PHONE)))
        assert notifier.wait_state("active")["call_id"] == other.request.get("Call-ID")
        assert dialog.send(document(9, registration(NUMBER, state="terminated"))).status == 481


def test_a_barred_identity_that_no_document_names_stays():
    imsi = "sip:001010000000101@ims.test"
    with World("notify-barred") as w:
        reg, _, dialog = subscribed(w, imsi)
        dialog.full(registration(ALICE, contact(PHONE)))
        assert reg.show(imsi)["impus"] == [imsi, ALICE], reg.show(imsi)
        dialog.full()  # names nobody: says nothing
        assert reg.show(imsi)["impus"] == [imsi, ALICE], reg.show(imsi)


def test_a_document_takes_no_identity_from_another_subscriber():
    with World("notify-foreign") as w:
        reg, notifier = registrar.Registrar(w), Notifier(w)
        reg.register(BOB, content_type="message/sip", body=registrar.phone_register("<sip:bob@192.0.2.9>;+g.3gpp.smsip"))
        reg.register(ALICE)
        notifier.wait_subscribe(2)
        number = next(n for n in (1, 2) if notifier.wait_subscribe(n).request.uri == ALICE)
        notifier.dialog(number).full(registration(ALICE, contact(PHONE)), registration(BOB, contact(PHONE)))
        assert reg.show(ALICE)["impus"] == [ALICE], reg.show(ALICE)
        assert reg.show(BOB)["contacts"] == ["sip:bob@192.0.2.9"], reg.show(BOB)


def test_a_notify_moves_the_expiry_on_and_never_back():
    with World("notify-expiry") as w:
        reg, _, dialog = subscribed(w, expires=100)
        dialog.bound(contact(PHONE, expires=7200), contact("sip:as@192.0.2.99", smsip=False, expires=99999, name="as"))
        assert 7190 <= reg.show(ALICE)["expires"] <= 7200, reg.show(ALICE)
        dialog.bound(contact(PHONE, expires=10))
        assert 7180 <= reg.show(ALICE)["expires"] <= 7200, reg.show(ALICE)


# --- doubt: is somebody left? --------------------------------------------------------------------


def two_phones(w):
    reg, notifier, dialog = subscribed(w)
    dialog.bound(contact(PHONE), contact(TABLET, name="c2"))
    return reg, notifier, dialog


def test_one_of_two_phones_leaves_by_expires_0_and_the_other_still_gets_its_texts():
    with World("doubt-stays") as w:
        reg, notifier, _ = two_phones(w)
        reg.register(ALICE, expires=0)
        assert reg.show(ALICE), "gone before the S-CSCF was asked"
        dialog = notifier.dialog(2)
        dialog.bound(contact(TABLET, name="c2"), contact(PHONE, name="0x1", state="terminated"))
        assert reg.show(ALICE)["contacts"] == [TABLET], reg.show(ALICE)
        assert notifier.wait_state("active")["doubt"] == 0
        w.scscf.submit("still here", sender=(ALICE,)).acked()


def test_the_last_phone_leaves_by_expires_0_and_the_document_says_so():
    with World("doubt-goes") as w:
        reg, notifier, _ = two_phones(w)
        reg.register(ALICE, expires=0)
        notifier.dialog(2).bound()
        assert reg.show(ALICE) is None and notifier.list() == []


def test_without_an_answer_to_the_doubt_expires_0_means_what_it_says():
    answers = (("refused", Answer(403)), ("overloaded", Answer(503)), ("no-notify", Answer(200)), ("silent", Answer(code=None)))
    for name, answer in answers:
        with World("doubt-%s" % name, params=[("reg_event_timeout", 500)]) as w:
            reg, notifier, _ = two_phones(w)
            notifier.answer(answer)
            reg.register(ALICE, expires=0)
            w.gateway.wait_counter("notify_deregistered", 1)
            assert reg.show(ALICE) is None and notifier.list() == []


def test_news_that_may_be_older_than_a_register_are_asked_again():
    with World("doubt-overtaken") as w:
        reg, notifier, dialog = subscribed(w)
        dialog.bound(contact(PHONE))
        reg.register(ALICE)
        dialog.bound()  # sent before that REGISTER, for all we know
        assert reg.show(ALICE), "gone by old news"
        second = notifier.dialog(2)
        second.bound(contact(PHONE))
        assert reg.show(ALICE)["capability"] == "yes"
        reg.register(ALICE)
        second.bound(state="terminated;reason=noresource")
        notifier.dialog(3).bound()
        assert reg.show(ALICE) is None


def test_a_register_that_comes_while_in_doubt_keeps_him():
    with World("doubt-again", params=[("reg_event_timeout", 500)]) as w:
        reg, notifier, _ = two_phones(w)
        notifier.answer(Answer(code=None))
        reg.register(ALICE, expires=0)
        notifier.wait_subscribe(2)
        reg.register(ALICE)
        w.gateway.wait_counter("sub_failed", 1)
        assert reg.show(ALICE)["expires"] > 3500, reg.show(ALICE)


# --- how a NOTIFY is answered ------------------------------------------------------------------------


def test_the_notify_may_come_before_the_answer_to_the_subscribe():
    with World("notify-first") as w:
        reg, notifier = registrar.Registrar(w), Notifier(w)
        notifier.answer(notifier.granted(600, delay=0.5))
        reg.register(ALICE)
        dialog = notifier.dialog()
        dialog.bound(contact(PHONE))
        assert reg.show(ALICE)["capability"] == "yes"
        w.gateway.wait_counter("sub_ok", 1)
        dialog.bound(contact(PHONE, smsip=False))
        assert reg.show(ALICE)["capability"] == "no"
        assert notifier.list()[0]["state"] == "active", notifier.list()


def test_a_notify_of_no_subscription_is_481():
    with World("notify-481") as w:
        reg, _, dialog = subscribed(w)
        dialog.bound(contact(PHONE))
        off = document(1, registration(ALICE, state="terminated"))
        stranger = dialog.message(off)
        stranger.set("Call-ID", sip.token(16))
        other_tag = dialog.message(off)
        other_tag.set("To", "<sip:gw>;tag=x")
        for message in (stranger, other_tag, dialog.message(off, tag="fork")):
            final = w.scscf.send(message, w.scscf.gateway).wait(5)
            assert final.status == 481, "expected 481, seen %s" % final.start
        assert reg.show(ALICE)["capability"] == "yes"
        assert w.gateway.rpc.counters()["notify_unmatched"] == 3


def test_another_event_package_is_489_with_allow_events():
    with World("notify-489") as w:
        _, _, dialog = subscribed(w)
        for event in ("presence", "reg.winfo", None):
            final = dialog.send(document(0), event=event)
            assert final.status == 489 and final.values("Allow-Events") == ["reg"], (final.start, final.headers)
        dialog.bound(contact(PHONE), event="reg;id=7")


def test_a_stranger_s_notify_is_403():
    with World("notify-403") as w:
        reg, _, dialog = subscribed(w)
        dialog.bound(contact(PHONE))
        message = dialog.message(document(1, registration(ALICE, state="terminated")))
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
            stranger.bind(("127.0.0.2", 0))
            stranger.settimeout(5)
            message.set("Via", "SIP/2.0/UDP 127.0.0.2:%d;branch=z9hG4bK%s" % (stranger.getsockname()[1], sip.token()))
            stranger.sendto(message.to_bytes(), w.gateway.address)
            final = sip.parse(stranger.recv(65535))
        assert final.status == 403, final.start
        assert reg.show(ALICE)


def test_repetitions_and_what_was_overtaken_change_nothing():
    with World("notify-old") as w:
        reg, notifier, dialog = subscribed(w)
        dialog.bound(contact(PHONE))
        dialog.bound(contact(PHONE, smsip=False))
        for cseq in (2, 1):
            dialog.notify(document(7, registration(ALICE, contact(PHONE))), cseq=cseq)
        assert reg.show(ALICE)["capability"] == "no", "an old NOTIFY was applied"
        counters = w.gateway.rpc.counters()
        assert (counters["notify_old"], counters["notify_received"], counters["sub_started"]) == (2, 4, 1), counters
        # versions do not count where all documents are full and one says 0 always
        dialog.notify(document(0, registration(ALICE, contact(PHONE))), cseq=3)
        assert reg.show(ALICE)["capability"] == "yes"
        assert notifier.list()[0]["notifies"] == 3, notifier.list()


def test_a_document_that_cannot_be_read_is_200_and_another_is_asked_for():
    with World("notify-bad", params=[("reg_event_retry", 1)]) as w:
        reg, notifier, dialog = subscribed(w)
        dialog.notify(b"<reginfo")
        assert w.gateway.rpc.counters()["notify_bad"] == 1
        notifier.dialog(2).bound(contact(PHONE))
        assert reg.show(ALICE)["capability"] == "yes"


def test_a_document_of_another_type_is_415_with_accept():
    with World("notify-415") as w:
        _, _, dialog = subscribed(w)
        final = dialog.send(b"hello", content_type="text/plain")
        assert final.status == 415 and final.get("Accept") == "application/reginfo+xml", final.headers
        counters = w.gateway.rpc.counters()
        assert (counters["notify_bad"], counters["notify_received"]) == (1, 1), counters


def test_what_is_missing_is_no_reason_to_refuse():
    with World("notify-lenient") as w:
        reg, notifier, dialog = subscribed(w)
        dialog.notify()  # no document yet
        assert notifier.wait_state("active")["version"] == -1
        assert reg.show(ALICE)["capability"] == "unknown"
        dialog.bound(contact(PHONE), state=None)
        dialog.bound(contact(PHONE), content_type=None)
        dialog.bound(contact(PHONE), state="pending")
        assert reg.show(ALICE)["capability"] == "yes"
        assert notifier.list()[0]["state"] == "active", notifier.list()


def test_xml_attacks_are_answered_at_once():
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">' + b"".join(
        b'<!ENTITY %c "%s">' % (98 + i, (b"&%c;" % (97 + i)) * 10) for i in range(9)
    ) + b'] ><reginfo xmlns="urn:ietf:params:xml:ns:reginfo" version="0" state="full">&j;</reginfo>'
    secret = (ROOT / "test/vectors/README.md").as_uri().encode()
    attacks = (
        b'<!DOCTYPE x SYSTEM "%s"><reginfo/>' % secret,
        b'<!DOCTYPE x [<!ENTITY e SYSTEM "%s">]><reginfo>&e;</reginfo>' % secret,
        bomb,
        b"<reginfo>" + b"<a>" * 10000,
        b"<reginfo " + b'a="' + b"x" * 60000,
    )
    with World("notify-attacks") as w:
        reg, _, dialog = subscribed(w)
        for n, attack in enumerate(attacks):
            start = time.monotonic()
            dialog.notify(attack)
            took = time.monotonic() - start
            assert took < 0.05, "attack %d took %.0f ms" % (n, took * 1000)
        assert w.gateway.rpc.counters()["notify_bad"] == len(attacks)
        assert reg.show(ALICE)["impus"] == [ALICE], reg.show(ALICE)
