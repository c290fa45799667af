# SPDX-License-Identifier: GPL-2.0-or-later
#
# The phone's own report of a delivery (TS 24.341 5.3.2.4): how it is matched to what is pending, in every form in which phones
# send it, early, late, twice, by another identity; and reports that match nothing.

from ipsmgwtest import rp, tp
from ipsmgwtest.phone import UNREPORTED, Phone, acks, errors
from ipsmgwtest.scscf import identity
from ipsmgwtest.transaction import Answer
from ipsmgwtest.world import World

QUICK = [("mt_report_timeout", 1000)]
PATIENCE = 1.0
ALICE = ("sip:alice@ims.test", "sip:+12025550101@ims.test", "tel:+12025550101")


def counters_of(w, *names):
    counters = w.gateway.wait_at_rest()
    return tuple(counters[n] for n in names)


# --- what a report says ------------------------------------------------------------------------------

ACKS = (
    ("with an SMS-DELIVER-REPORT", lambda mr: rp.ack(mr, tp.deliver_report())),
    ("bare", rp.ack),
    ("with an empty RP-User-Data", lambda mr: bytes([2, mr, 0x41, 0])),
    ("with a truncated report", lambda mr: bytes([2, mr, 0x41, 1, 0])),
    ("with a report of reserved fields", lambda mr: bytes([2, mr, 0x41, 3, 0, 0xFF, 0xFF])),
    ("with a length past the end", lambda mr: bytes([2, mr, 0x41, 9, 0])),
    ("with an unknown element", lambda mr: bytes([2, mr, 0x99, 1, 0])),
    ("with spare bits set", lambda mr: bytes([0xFA, mr, 0x41, 2, 0, 0])),
    ("with octets behind", lambda mr: rp.ack(mr, tp.deliver_report()) + b"\r\n"),
)


def test_every_form_of_rp_ack_is_a_success():
    with World("mt-acks") as w:
        phone = Phone(w)
        for what, report in ACKS:
            phone.will(acks(report=report))
            sent = w.hub.text(what, phone)
            assert sent.answer().status == 200, "RP-ACK %s: %s" % (what, sent.client.final.start)
        assert counters_of(w, "mt_delivered", "mt_failed") == (len(ACKS), 0)


def test_every_cause_of_rp_error_and_its_tp_fcs():
    with World("mt-causes") as w:
        phone = Phone(w)
        for cause in range(128):
            phone.will(errors(cause, 0xD0 if cause % 2 else None))
            code = 480 if cause == 22 else 488
            w.hub.text("cause %d" % cause, phone).answered(code, ("RP", cause))
        assert phone.texts() == [], phone.texts()
        assert counters_of(w, "mt_failed", "mt_delivered", "mt_parts_errored") == (128, 0, 128)


def test_the_reason_says_what_the_cause_means():
    with World("mt-cause-text") as w:
        phone = Phone(w).will(errors(22, 0xD3), errors(111), errors(95))
        texts = [w.hub.text("Hello", phone).answered(code).reason()[2] for code in (480, 488, 488)]
        assert texts[0] == "memory capacity exceeded", texts
        assert "protocol error" in texts[1] and "semantically incorrect" in texts[2], texts


def test_an_rp_error_in_odd_form_is_a_failure():
    forms = (
        lambda mr: bytes([4, mr, 2, 22, 0]),
        lambda mr: bytes([4, mr, 1, 22, 0x41, 0]),
        lambda mr: bytes([4, mr, 1, 22, 0x41, 1, 0]),
    )
    with World("mt-odd-errors") as w:
        phone = Phone(w)
        for form in forms:
            phone.will(acks(report=form, shows=False))
            w.hub.text("Hello", phone).answered(480, ("RP", 22))


def test_an_rp_error_without_a_cause_is_a_failure():
    with World("mt-no-cause") as w:
        phone = Phone(w)
        for form in (lambda mr: bytes([4, mr]), lambda mr: bytes([4, mr, 0])):
            phone.will(acks(report=form, shows=False))
            status = w.hub.text("Hello", phone).answer().status
            assert status in (480, 488), "expected a failure, seen %d" % status


# --- how it is found -----------------------------------------------------------------------------------

MATCHING = (
    ("in-reply-to and reference", {}),
    ("no In-Reply-To", {"reply_to": False}),
    ("another identity of the set", {"sender": ALICE[1:2]}),
    ("another identity and no In-Reply-To", {"sender": ALICE[2:], "reply_to": False}),
    ("a tel URI spelled otherwise", {"sender": ("tel:+1-202-555-0101",), "reply_to": False}),
    ("the number in another domain", {"sender": ("sip:+12025550101@visited.test;user=phone",), "reply_to": False}),
)


def test_a_report_of_any_identity_of_the_set_is_found():
    with World("mt-matching") as w:
        phone = Phone(w, identities=ALICE)
        for what, how in MATCHING:
            phone.will(acks(**how))
            sent = w.hub.text(what, phone)
            assert sent.answer().status == 200, "%s: %s" % (what, sent.client.final.start)
        assert counters_of(w, "mt_delivered", "mt_reports_unknown") == (len(MATCHING), 0)


def test_in_reply_to_suffices_when_the_reference_does_not_fit():
    with World("mt-reference") as w:
        phone = Phone(w)
        for report in (lambda mr: rp.ack(0), lambda mr: rp.ack((mr + 1) % 256, tp.deliver_report())):
            phone.will(acks(report=report))
            w.hub.text("Hello", phone).delivered()
        phone.will(acks(report=lambda mr: rp.error(0, 95), shows=False))
        w.hub.text("Hello", phone).answered(488, ("RP", 95))


def test_in_reply_to_of_several_call_ids():
    with World("mt-list") as w:
        phone = Phone(w)

        def two(delivery):
            return acks(reply_to="other@host, %s" % delivery.call_id)

        phone.will(two)
        w.hub.text("Hello", phone).delivered()


def test_a_report_that_was_rewritten_on_the_way_is_found_by_its_reference():
    with World("mt-rewritten", params=QUICK) as w:
        phone = Phone(w, patience=PATIENCE).will(acks(reply_to="rewritten@sbc"))
        w.hub.text("Hello", phone).delivered()


def test_without_in_reply_to_another_reference_is_not_it():
    with World("mt-other-reference", params=QUICK) as w:
        phone = Phone(w, patience=PATIENCE).will(acks(report=lambda mr: rp.ack((mr + 1) % 256), reply_to=False))
        w.hub.text("Hello", phone).answered(480, ("SIP", 480))
        assert counters_of(w, "mt_failed", "mt_reports_unknown") == (1, 1)


def test_a_report_of_another_subscriber_is_not_it():
    with World("mt-other-subscriber", params=QUICK) as w:
        other = identity("+12025550166")
        phone = Phone(w, patience=PATIENCE).will(acks(sender=other, reply_to=False))
        Phone(w, "+12025550166")
        w.hub.text("Hello", phone).answered(480)
        assert counters_of(w, "mt_failed", "mt_delivered") == (1, 0)


def test_a_report_for_a_message_that_never_was():
    with World("mt-never") as w:
        phone = Phone(w)
        w.hub.text("Hello", phone).delivered()
        delivery = phone.deliveries[0]
        for reply_to, expected in (("never@was", 488), (False, 202)):
            client = phone.report(delivery, lambda mr: rp.ack((mr + 7) % 256), reply_to=reply_to)
            status = client.wait(5).status
            assert status == expected, "In-Reply-To %s: expected %d, seen %d" % (reply_to, expected, status)
        assert counters_of(w, "mt_delivered", "mt_reports_unknown") == (1, 2)


# --- when it comes ----------------------------------------------------------------------------------------


def test_a_report_before_the_2xx():
    with World("mt-early") as w:
        phone = Phone(w).will(acks(early=True), acks(early=True, answer=Answer(200, delay=1)), errors(22, early=True))
        w.hub.text("Hello", phone).delivered()
        w.hub.text("slow", phone).delivered()
        w.hub.text("full", phone).answered(480, ("RP", 22))


def test_a_report_and_then_a_sip_failure():
    with World("mt-early-refused") as w:
        phone = Phone(w).will(*(acks(early=True, answer=code) for code in (408, 480, 500)), acks())
        for n in range(4):
            w.hub.text("text %d" % n, phone).delivered()
        assert phone.texts() == ["text %d" % n for n in range(4)], phone.texts()


def test_no_report_in_time():
    with World("mt-no-report", params=QUICK) as w:
        phone = Phone(w, patience=PATIENCE).will(UNREPORTED)
        sent = w.hub.text("Hello", phone).answered(480, ("SIP", 480))
        assert sent.reason()[2] == "no-report", sent.reason()
        assert 0.9 < sent.client.answered_after < 2, "the hub had its answer after %.2f s" % sent.client.answered_after
        assert counters_of(w, "mt_failed", "mt_parts_unreported") == (1, 1)
        assert len(phone.deliveries) == 1, "it was sent again"


def test_a_late_report_is_taken_and_changes_no_outcome():
    with World("mt-late", params=QUICK) as w:
        phone = Phone(w, patience=PATIENCE).will(UNREPORTED, acks())
        w.hub.text("Hello", phone).answered(480)
        late = phone.deliveries[0]
        for reply_to in (True, False):
            client = phone.report(late, reply_to=reply_to)
            assert client.wait(5).status == 202, client.final.start
        w.hub.text("Bye", phone).delivered()
        assert phone.report(late).wait(5).status == 202
        counters = w.gateway.wait_at_rest()
        assert (counters["mt_failed"], counters["mt_delivered"]) == (1, 1), counters
        assert counters["mt_late"] >= 1 and counters["mt_reports_unknown"] == 0, counters
        said = [line for line in w.gateway.log_lines() if "mt late:" in line]
        assert len(said) == counters["mt_late"], "expected a line for each, seen %s" % said


def test_after_mt_late_time_it_is_forgotten():
    with World("mt-forgotten", params=QUICK + [("mt_late_time", 1)]) as w:
        phone = Phone(w, patience=PATIENCE).will(UNREPORTED)
        w.hub.text("Hello", phone).answered(480)

        def refused():
            return phone.report(phone.deliveries[0]).wait(5).status == 488

        w.gateway.wait_until(refused, "488 to a report that is far too late", timeout=5)


def test_the_same_report_twice():
    with World("mt-twice") as w:
        phone = Phone(w).will(acks(times=2), errors(22, times=3), acks())
        w.hub.text("Hello", phone).delivered()
        w.hub.text("full", phone).answered(480)
        w.hub.text("Bye", phone).delivered()
        phone.check()
        assert counters_of(w, "mt_delivered", "mt_failed", "mt_reports_repeated") == (2, 1, 3)


def test_the_first_of_two_reports_that_differ_counts():
    with World("mt-differ") as w:
        phone = Phone(w).will(acks())
        w.hub.text("Hello", phone).delivered()
        client = phone.report(phone.deliveries[0], lambda mr: rp.error(mr, 22))
        assert client.wait(5).status == 202, client.final.start
        assert counters_of(w, "mt_delivered", "mt_failed") == (1, 0)


def test_reports_by_tcp():
    with World("mt-report-tcp") as w:
        phone = Phone(w).will(UNREPORTED)
        sent = w.hub.text("Hello", phone)
        (delivery,) = phone.wait_deliveries()
        gateway = "sip:%s:%d" % w.gateway.address
        message = w.scscf.message(rp.ack(delivery.data.mr), sender=phone.identities, to=gateway, transport="tcp")
        message.headers.append(("In-Reply-To", delivery.call_id))
        assert w.scscf.send(message, w.gateway.address, "tcp").wait(5).status == 202
        delivery.ends = delivery.at
        sent.delivered()


def test_a_report_of_a_phone_that_left_meanwhile():
    with World("mt-left") as w:
        phone = Phone(w).will(UNREPORTED)
        sent = w.hub.text("Hello", phone)
        (delivery,) = phone.wait_deliveries()
        phone.deregister()
        assert phone.report(delivery, reply_to=True).wait(5).status == 202
        sent.delivered()


# --- memory available ----------------------------------------------------------------------------------------


def test_rp_smma_gets_its_rp_ack():
    with World("mt-smma") as w:
        phone = Phone(w).will(errors(22, 0xD3), acks())
        w.hub.text("Hello", phone).answered(480, ("RP", 22))
        report = phone.smma().accepted().report()
        assert report.acked and report.submit_report is None, "expected a bare RP-ACK, seen %s" % report
        w.hub.text("again", phone).delivered()
        assert phone.texts() == ["again"], phone.texts()
        assert counters_of(w, "smma_received") == (1,)
