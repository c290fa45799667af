# SPDX-License-Identifier: GPL-2.0-or-later
#
# What a hub tells of a text becomes the SMS-STATUS-REPORT of the phone that sent it (TS 23.040 9.2.2.3; sheet 1.8, 5.5): every form
# of notification and every status; once for each text; what is not to be told; a phone that is away; a restart.

import datetime
import pathlib
import random
import time

from ipsmgwtest import ACCEPT, RELAY, bound, cpim, modes, pcap, rp, tp
from ipsmgwtest.phone import Phone, acks, errors
from ipsmgwtest.status import Submitted, bare, by_headers, in_cpim, status_reports, tell
from ipsmgwtest.transaction import Answer
from ipsmgwtest.world import World

BOB = "+12025550102"
CFG = pathlib.Path(__file__).parent / "cfg"


def counters(w):
    return w.gateway.rpc.counters()


def counted(w, **expected):
    seen = {name: counters(w)[name] for name in expected}
    assert seen == expected, "expected %s, seen %s" % (expected, seen)


def gateway_uri(w):
    return "sip:%s:%d" % w.gateway.address


# --- every form and every status -----------------------------------------------------------------

# what a hub says, and the TP-ST that a phone is told
STATUSES = (
    (in_cpim, "delivered", 0x00),
    (in_cpim, "failed", 0x45),
    (in_cpim, "forbidden", 0x63),
    (in_cpim, "error", 0x41),
    (bare, "delivered", 0x00),
    (bare, "failed", 0x45),
    (by_headers, "0", 0x00),
    (by_headers, "0x01", 0x01),
    (by_headers, "70", 0x46),
    (by_headers, "0x46", 0x46),
    (by_headers, "0x7F", 0x7F),
)


@modes(ACCEPT, RELAY)
def test_what_a_hub_tells_is_the_status_report_of_the_very_text():
    with World("status") as w:
        phone = Phone(w)
        for n, (form, status, st) in enumerate(STATUSES):
            text = Submitted(w, phone, "text %d" % n)
            tell(w.hub, phone, form(text.name, status, phone.number)).delivered()
            text.reported(phone.wait_deliveries(n + 1)[n], st)
        assert len(phone.deliveries) == len(STATUSES), phone.deliveries
        counted(w, status_reports=len(STATUSES), mt_delivered=len(STATUSES), status_unknown=0, status_ignored=0)
        path = w.gateway.folder / "status.pcap"
        requests = [d.request.to_bytes() for d in phone.deliveries]
        wrong = pcap.sms_complaints(requests, path)
        assert not wrong, "tshark says %s" % wrong
        fields = pcap.read_fields(requests, path, ("gsm_sms.tp-mti", "gsm_sms.tp-mr", "gsm_sms.tp-ra"))
        expected = [["2", str(d.tpdu.mr), "12025550123"] for d in phone.deliveries]
        assert fields == expected, "expected TP-MTI, TP-MR, TP-RA %s, tshark reads %s" % (expected, fields)


def test_the_time_is_that_of_the_notification_between_submission_and_now():
    with World("status-time", params=[("scts_zone", 22)]) as w:
        phone = Phone(w)
        zone = datetime.timezone(datetime.timedelta(hours=5, minutes=30))
        now = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)
        hour = datetime.timedelta(hours=1)
        for n, when in enumerate((now, now - hour, now + hour, None)):
            text = Submitted(w, phone, "text %d" % n)
            said = when.isoformat() if when else ""
            tell(w.hub, phone, in_cpim(text.name, "delivered", phone.number, said)).delivered()
            seen = text.reported(phone.wait_deliveries(n + 1)[n], 0x00)
            assert seen.dt.utcoffset() == zone.utcoffset(None), "expected +05:30, seen %s" % seen.dt
            assert text.scts <= seen.dt <= datetime.datetime.now(zone), "TP-DT %s, TP-SCTS %s" % (seen.dt, text.scts)


# --- which text ------------------------------------------------------------------------------------


@modes(ACCEPT, RELAY)
def test_a_hub_may_name_the_call_id_instead():
    with World("status-call-id") as w:
        phone = Phone(w)
        text = Submitted(w, phone, "one")
        call_id = text.at_hub.get("Call-ID")
        tell(w.hub, phone, bare(call_id, "delivered", phone.number)).delivered()
        text.reported(phone.wait_deliveries(1)[0], 0x00)
        text = Submitted(w, phone, "two")
        call_id = text.at_hub.get("Call-ID")
        reply = ("In-Reply-To", "other@hub, %s" % call_id)
        tell(w.hub, phone, bare("name-of-the-hub", "failed", phone.number), more=[reply]).delivered()
        text.reported(phone.wait_deliveries(2)[1], 0x45)
        text = Submitted(w, phone, "three")
        made = "text/plain", b"", [("X-SMS-STATUS", "0x46"), ("In-Reply-To", text.at_hub.get("Call-ID"))]
        tell(w.hub, phone, made).delivered()
        text.reported(phone.wait_deliveries(3)[2], 0x46)
        tell(w.hub, phone, ("text/plain", b"", [("X-SMS-STATUS", "0")])).answered(481)


def test_destinations_keep_their_type_of_number():
    with World("status-ton") as w:
        phone = Phone(w)
        kinds = (("12345", {}), ("02079460123", {"ton": tp.NATIONAL}), ("12345", {"ton": tp.NETWORK}), ("*100#", {}), ("+12025550123", {"npi": 0}))
        for n, (da, fields) in enumerate(kinds):
            text = Submitted(w, phone, "text %d" % n, da, **fields)
            tell(w.hub, phone, bare(text.name, "delivered", phone.number)).delivered()
            report = phone.wait_deliveries(n + 1)[n]
            text.reported(report, 0x00)
            address = tp.address(da, fields.get("ton"), fields.get("npi"))
            octets = report.tpdu.octets[2 : 2 + len(address)]
            assert octets == address, "expected TP-RA %s, seen %s" % (address.hex(), octets.hex())


def test_each_text_has_its_own_report():
    with World("status-many") as w:
        phone = Phone(w)
        texts = [Submitted(w, phone, "text %d" % n) for n in range(5)]
        for n, text in enumerate(reversed(texts)):
            tell(w.hub, phone, bare(text.name, "delivered", phone.number)).delivered()
            text.reported(phone.wait_deliveries(n + 1)[n], 0x00)


def test_a_name_that_is_not_known_is_481():
    with World("status-unknown") as w:
        phone = Phone(w)
        for name in ("0123456789abcdef", "x" * 200, "a@b"):
            tell(w.hub, phone, bare(name, "delivered", phone.number)).answered(481, ("SIP", 481))
        tell(w.hub, phone, by_headers("0123456789abcdef", 0, phone.number)).answered(481, ("SIP", 481))
        assert not phone.deliveries, phone.deliveries
        counted(w, status_unknown=4, status_reports=0)


def test_the_text_of_another_subscriber_is_not_known():
    with World("status-other") as w:
        alice, bob = Phone(w), Phone(w, BOB)
        text = Submitted(w, alice)
        tell(w.hub, bob, bare(text.name, "delivered", bob.number)).answered(481, ("SIP", 481))
        tell(w.hub, alice, bare(text.name, "delivered", alice.number), to="+12025559999").answered(481, ("SIP", 481))
        assert not bob.deliveries and not alice.deliveries
        tell(w.hub, alice, bare(text.name, "delivered", alice.number)).delivered()
        text.reported(alice.wait_deliveries(1)[0], 0x00)
        assert not bob.deliveries
        counted(w, status_unknown=2, status_reports=1)


def test_a_hub_may_name_any_identity_of_the_sender_or_the_gateway_alone():
    with World("status-names") as w:
        identities = ("sip:alice@ims.test", "tel:+12025550101", "sip:+12025550101@ims.test")
        phone = Phone(w, identities=identities)
        host = "%s:%d" % w.gateway.address
        for n, to in enumerate(("sip:+12025550101@" + host, "sip:alice@ims.test", "sip:+12025550101@ims.test;user=phone", "sip:" + host)):
            text = Submitted(w, phone, "text %d" % n)
            tell(w.hub, phone, bare(text.name, "delivered", phone.number), to=to).delivered()
            text.reported(phone.wait_deliveries(n + 1)[n], 0x00)


# --- once ---------------------------------------------------------------------------------------------


def test_a_second_notification_is_200_and_nothing():
    with World("status-twice") as w:
        phone = Phone(w)
        text = Submitted(w, phone)
        tell(w.hub, phone, bare(text.name, "delivered", phone.number)).delivered()
        for status in ("delivered", "failed"):
            tell(w.hub, phone, in_cpim(text.name, status, phone.number)).answered(200, False)
        assert len(phone.wait_deliveries(1)) == 1, phone.deliveries
        counted(w, status_reports=1, status_repeated=2)


def test_a_second_notification_while_the_first_is_on_its_way_is_200_and_nothing():
    with World("status-both") as w:
        phone = Phone(w).will(acks(after=1.0))
        text = Submitted(w, phone)
        first = tell(w.hub, phone, bare(text.name, "delivered", phone.number))
        phone.wait_deliveries(1)
        tell(w.hub, phone, bare(text.name, "delivered", phone.number)).answered(200, False)
        first.delivered()
        assert len(phone.deliveries) == 1, phone.deliveries


def test_two_hubs_that_took_the_same_text():
    with World("status-two-hubs", hubs=2, params=[("hub_timeout", 500)]) as w:
        phone = Phone(w)
        w.hubs[0].answer(Answer(200, delay=1.5))
        text = Submitted(w, phone, hub=w.hubs[1])
        for hub in w.hubs:
            tell(hub, phone, bare(text.name, "delivered", phone.number)).answered(200, False)
        text.reported(phone.wait_deliveries(1)[0], 0x00)
        counted(w, status_reports=1, status_repeated=1)


@bound(120)
def test_many_texts_of_several_phones_and_each_is_told_once():
    """Every notification twice at the same time, in any order; half of them by a second hub."""
    with World("status-load", hubs=2) as w:
        phones = [Phone(w, "+1202555020%d" % n) for n in range(4)]
        texts = {}
        for n in range(120):
            phone = phones[n % 4]
            s = w.scscf.submit("text %d" % n, srr=True, mr=n, sender=phone.identities)
            texts[n] = s.acked().submit_report.scts, phone
        w.gateway.wait_counter("report_ok", 120)
        names = {m.body.decode(): m.get("X-SMS-MESSAGE-ID") for m in w.hubs[0].messages}
        order = list(texts)
        random.shuffle(order)
        sent = []
        for n in order:
            phone = texts[n][1]
            made = bare(names["text %d" % n], "delivered", phone.number)
            sent += [tell(w.hubs[0], phone, made), tell(w.hubs[n % 2], phone, made)]
        for s in sent:
            s.answered(200, False, timeout=30)
        seen = sorted((d.tpdu.mr, d.tpdu.scts, p.number) for p in phones for d in p.deliveries)
        expected = sorted((n, scts, phone.number) for n, (scts, phone) in texts.items())
        assert seen == expected, "expected one report for each text, seen %d for %d" % (len(seen), len(expected))
        counted(w, status_reports=120, status_repeated=120, mt_delivered=120)


# --- what is not to be told ----------------------------------------------------------------------------


def test_what_is_displayed_or_processed_is_nothing_for_a_phone():
    with World("status-display") as w:
        phone = Phone(w)
        text = Submitted(w, phone)
        for kind, status in (("display", "displayed"), ("processing", "processed")):
            tell(w.hub, phone, in_cpim(text.name, status, phone.number, kind=kind)).answered(200, False)
        assert not phone.deliveries
        counted(w, status_ignored=2, status_reports=0)
        tell(w.hub, phone, in_cpim(text.name, "delivered", phone.number)).delivered()
        text.reported(phone.wait_deliveries(1)[0], 0x00)


def test_that_a_hub_is_still_trying_is_not_told():
    with World("status-trying") as w:
        phone = Phone(w)
        text = Submitted(w, phone)
        for st in (0x20, 0x22, 0x3F):
            tell(w.hub, phone, by_headers(text.name, st, phone.number)).answered(200, False)
        assert not phone.deliveries
        tell(w.hub, phone, by_headers(text.name, 0x62, phone.number)).delivered()
        text.reported(phone.wait_deliveries(1)[0], 0x62)
        counted(w, status_ignored=3, status_reports=1)


def test_that_a_hub_is_still_trying_is_told_when_the_operator_says_so():
    with World("status-trying-told", params=[("status_report_temporary", 1)]) as w:
        phone = Phone(w)
        text = Submitted(w, phone)
        for n, st in enumerate((0x20, 0x21, 0x00)):
            tell(w.hub, phone, by_headers(text.name, st, phone.number)).delivered()
            text.reported(phone.wait_deliveries(n + 1)[n], st)
        tell(w.hub, phone, by_headers(text.name, 0x20, phone.number)).answered(200, False)
        assert len(phone.deliveries) == 3, phone.deliveries


def test_a_text_says_which_ends_its_sender_wants_to_know():
    """SMSC Control Parameters: only failures for good, and that the hub is still trying."""
    with World("status-selected") as w:
        phone = Phone(w)
        text = Submitted(w, phone, udh=b"\x06\x01\x0a")
        tell(w.hub, phone, by_headers(text.name, 0x22, phone.number)).delivered()
        text.reported(phone.wait_deliveries(1)[0], 0x22)
        for st in (0x00, 0x62):
            tell(w.hub, phone, by_headers(text.name, st, phone.number)).answered(200, False)
        tell(w.hub, phone, by_headers(text.name, 0x49, phone.number)).delivered()
        text.reported(phone.wait_deliveries(2)[1], 0x49)
        assert len(phone.deliveries) == 2, phone.deliveries


def test_a_text_that_wants_no_report_is_not_known():
    with World("status-not-wanted") as w:
        phone = Phone(w)
        s = w.scscf.submit("Hello", sender=phone.identities)
        s.acked()
        tell(w.hub, phone, bare(w.hub.messages[0].get("Call-ID"), "delivered", phone.number)).answered(481)
        assert not phone.deliveries


@modes(ACCEPT, RELAY)
def test_a_text_that_was_refused_is_not_known():
    with World("status-refused") as w:
        phone = Phone(w)
        w.hub.answer(403)
        w.scscf.submit("Hello", srr=True, sender=phone.identities).errored(21)
        name = w.hub.messages[0].get("X-SMS-MESSAGE-ID")
        tell(w.hub, phone, bare(name, "failed", phone.number)).answered(481)
        assert not phone.deliveries


def seconds_from_now(seconds):
    """TP-VP, absolute."""
    until = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=seconds)
    digits = until.strftime("%y%m%d%H%M%S") + "00"
    return bytes.fromhex("".join(b + a for a, b in zip(digits[::2], digits[1::2])))


def test_after_its_validity_a_text_is_known_for_the_grace_only():
    with World("status-validity", params=[("status_report_grace", 3)]) as w:
        phone = Phone(w)
        first = Submitted(w, phone, "one", vp=seconds_from_now(1))
        second = Submitted(w, phone, "two", vp=seconds_from_now(1))
        lives = Submitted(w, phone, "three")
        time.sleep(2)  # the validity is over, the grace is not
        tell(w.hub, phone, by_headers(first.name, 0x46, phone.number)).delivered()
        first.reported(phone.wait_deliveries(1)[0], 0x46)
        w.gateway.wait_until(lambda: tell(w.hub, phone, by_headers(second.name, 0x22, phone.number)).answer().status == 481, "end of the grace")
        tell(w.hub, phone, by_headers(second.name, 0x46, phone.number)).answered(481)
        tell(w.hub, phone, by_headers(lives.name, 0x00, phone.number)).delivered()
        lives.reported(phone.wait_deliveries(2)[1], 0x00)


# --- before the phone knows that its text was taken ------------------------------------------------------


@modes(ACCEPT, RELAY)
def test_news_before_the_hub_has_taken_the_text_wait_for_the_submit_report():
    with World("status-early") as w:
        phone = Phone(w)
        w.hub.answer(Answer(200, delay=1.5))
        s = w.scscf.submit("Hello", srr=True, mr=77, sender=phone.identities)
        name = w.hub.wait_messages(1)[0].get("X-SMS-MESSAGE-ID")
        tell(w.hub, phone, bare(name, "delivered", phone.number)).answered(202, False)
        tell(w.hub, phone, bare(name, "delivered", phone.number)).answered(200, False)
        assert not phone.deliveries, "the status report comes before the submit report"
        scts = s.acked().submit_report.scts
        report = phone.wait_deliveries(1)[0].tpdu
        assert (report.mr, report.st, report.scts) == (77, 0x00, scts), report
        w.gateway.wait_counter("mt_delivered", 1)
        tell(w.hub, phone, bare(name, "delivered", phone.number)).answered(200, False)
        assert len(phone.deliveries) == 1, phone.deliveries


def test_early_news_for_a_phone_that_is_gone_then_are_held():
    with World("status-early-away") as w:
        phone = Phone(w)
        w.hub.answer(Answer(200, delay=1))
        s = w.scscf.submit("Hello", srr=True, sender=phone.identities)
        name = w.hub.wait_messages(1)[0].get("X-SMS-MESSAGE-ID")
        tell(w.hub, phone, bare(name, "delivered", phone.number)).answered(202, False)
        phone.deregister()
        s.acked()
        w.gateway.wait_counter("mt_held", 1)
        phone.register()
        assert phone.wait_deliveries(1)[0].tpdu.st == 0x00, phone.deliveries[0].tpdu


def test_early_news_of_a_text_whose_submit_report_is_lost():
    with World("status-early-lost", reports_lost=1) as w:
        phone = Phone(w)
        w.scscf.answer_reports(404)
        w.hub.answer(Answer(200, delay=1))
        s = w.scscf.submit("Hello", srr=True, sender=phone.identities)
        name = w.hub.wait_messages(1)[0].get("X-SMS-MESSAGE-ID")
        tell(w.hub, phone, bare(name, "failed", phone.number)).answered(202, False)
        s.accepted().wait_reports(1)
        assert phone.wait_deliveries(1)[0].tpdu.st == 0x45, phone.deliveries[0].tpdu
        counted(w, report_failed=1, report_ok=0)


def test_a_text_that_a_hub_takes_late_has_its_report():
    with World("status-late", params=[("mo_deadline", 1000)]) as w:
        phone = Phone(w)
        w.hub.answer(Answer(200, delay=2))
        w.scscf.submit("Hello", srr=True, mr=5, sender=phone.identities).errored(41)
        name = w.hub.messages[0].get("X-SMS-MESSAGE-ID")
        tell(w.hub, phone, bare(name, "delivered", phone.number)).answered(481)
        w.gateway.wait_counter("mo_late", 1)
        tell(w.hub, phone, bare(name, "delivered", phone.number)).delivered()
        assert phone.wait_deliveries(1)[0].tpdu.mr == 5, phone.deliveries[0].tpdu


def test_news_of_a_text_that_is_refused_then_are_dropped():
    with World("status-early-refused") as w:
        phone = Phone(w)
        w.hub.answer(Answer(503, delay=1))
        s = w.scscf.submit("Hello", srr=True, sender=phone.identities)
        name = w.hub.wait_messages(1)[0].get("X-SMS-MESSAGE-ID")
        tell(w.hub, phone, bare(name, "delivered", phone.number)).answered(202, False)
        s.errored(42)
        tell(w.hub, phone, bare(name, "delivered", phone.number)).answered(481)
        assert not phone.deliveries


# --- the phone ------------------------------------------------------------------------------------------------


def test_a_phone_that_is_away_and_the_hub_that_tells_again():
    with World("status-away") as w:
        phone = Phone(w)
        text = Submitted(w, phone)
        phone.deregister()
        for _ in range(2):
            tell(w.hub, phone, bare(text.name, "delivered", phone.number)).answered(480)
        assert not phone.deliveries
        phone.register()
        tell(w.hub, phone, bare(text.name, "delivered", phone.number)).delivered()
        text.reported(phone.wait_deliveries(1)[0], 0x00)


def test_a_report_for_a_phone_that_is_away_is_held_when_the_operator_says_so():
    with World("status-held", params=[("mt_hold", 1)]) as w:
        phone = Phone(w)
        text = Submitted(w, phone)
        phone.deregister()
        tell(w.hub, phone, bare(text.name, "delivered", phone.number)).answered(202, False)
        tell(w.hub, phone, bare(text.name, "delivered", phone.number)).answered(200, False)
        phone.register()
        text.reported(phone.wait_deliveries(1)[0], 0x00)
        w.gateway.wait_counter("mt_delivered", 1)
        assert len(phone.deliveries) == 1, phone.deliveries


def test_a_hub_may_ask_to_have_its_news_held():
    with World("status-held-once") as w:
        phone = Phone(w)
        text = Submitted(w, phone)
        phone.deregister()
        tell(w.hub, phone, bare(text.name, "delivered", phone.number), more=[("X-SMS-HOLD", "1")]).answered(202, False)
        phone.register()
        text.reported(phone.wait_deliveries(1)[0], 0x00)
        w.gateway.wait_counter("mt_delivered", 1)


def test_news_that_were_held_too_long_may_be_told_again():
    with World("status-held-long") as w:
        phone = Phone(w)
        text = Submitted(w, phone)
        phone.deregister()
        tell(w.hub, phone, bare(text.name, "delivered", phone.number), more=[("X-SMS-HOLD", "2")]).answered(202, False)
        w.gateway.wait_counter("mt_failed", 1)
        phone.register()
        tell(w.hub, phone, bare(text.name, "delivered", phone.number)).delivered()
        text.reported(phone.wait_deliveries(1)[0], 0x00)


def test_a_phone_that_refuses_it_and_the_hub_that_tells_again():
    with World("status-refused-by-phone") as w:
        phone = Phone(w).will(errors(111), acks())
        text = Submitted(w, phone)
        tell(w.hub, phone, bare(text.name, "delivered", phone.number)).answered(488, ("RP", 111))
        tell(w.hub, phone, bare(text.name, "delivered", phone.number)).delivered()
        for delivery in phone.wait_deliveries(2):
            text.reported(delivery, 0x00)


def test_texts_and_status_reports_share_the_queue_of_the_phone():
    with World("status-queue") as w:
        phone = Phone(w).will(acks(after=0.3))
        text = Submitted(w, phone)
        sent = [w.hub.text("one", phone), tell(w.hub, phone, bare(text.name, "delivered", phone.number)), w.hub.text("two", phone)]
        for s in sent:
            s.delivered()
        assert phone.texts() == ["one", "two"], phone.texts()
        assert len(status_reports(phone)) == 1, phone.deliveries
        text.reported(status_reports(phone)[0], 0x00)


def test_a_status_report_that_the_hub_makes_itself_is_left_as_it_is():
    with World("status-opaque", forms=["opaque"]) as w:
        phone = Phone(w)
        Submitted(w, phone)
        tpdu = bytes.fromhex("062a0b912120550521f3622112901470406211229014034000")
        phone.sc_address = "+12025550100"
        w.hub.opaque(rp.mt_data(9, tpdu, "+12025550100"), phone).delivered()
        assert phone.wait_deliveries(1)[0].data.tpdu == tpdu, phone.deliveries[0].data


def test_the_script_can_tell_a_status_report_from_a_text():
    with World("status-kind", config=CFG / "status-report-events.cfg") as w:
        phone = Phone(w)
        text = Submitted(w, phone)
        w.hub.text("Hello", phone).delivered()
        tell(w.hub, phone, bare(text.name, "delivered", phone.number)).delivered()
        w.gateway.wait_until(lambda: len(done(w)) == 2, "end of two deliveries")
        impu = "sip:+12025550101@ims.test"
        assert done(w) == ["message delivered " + impu, "status-report delivered " + impu], done(w)


def done(w):
    """What the event route of the configuration has logged."""
    return [line.split("done: ")[1] for line in w.gateway.log_lines() if "done: " in line]


# --- form cpim, restart -------------------------------------------------------------------------------------------


@modes(ACCEPT, RELAY)
def test_a_hub_that_takes_cpim_tells_by_the_name_in_it():
    with World("status-cpim", forms=["cpim"]) as w:
        phone = Phone(w)
        text = Submitted(w, phone)
        headers, _, _ = cpim.parse(text.at_hub.body)
        tell(w.hub, phone, in_cpim(headers["imdn.message-id"], "delivered", phone.number)).delivered()
        text.reported(phone.wait_deliveries(1)[0], 0x00)


def test_after_a_restart_an_earlier_text_is_not_known():
    with World("status-restart") as w:
        phone = Phone(w)
        text = Submitted(w, phone)
        w.gateway.kill()
        w.gateway.start()
        w.connect()
        tell(w.hub, phone, bare(text.name, "delivered", phone.number)).answered(481)
        assert not phone.deliveries
        w.scscf.submissions.clear()
