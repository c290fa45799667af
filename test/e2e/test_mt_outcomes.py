# SPDX-License-Identifier: GPL-2.0-or-later
#
# How a delivery may come out, and what the hub is told of it: its status and its Reason header (RFC 3326), for every SIP status
# of the phone's side and every other end; what the operator may change; what the script and the log say.

import pathlib
import shutil

from ipsmgwtest import bound
from ipsmgwtest.gateway import StartError
from ipsmgwtest.phone import SILENT, UNREPORTED, Phone, acks, errors, refuses
from ipsmgwtest.world import World

CFG = pathlib.Path(__file__).resolve().parent / "cfg"
QUICK = [("mt_report_timeout", 1000)]

# the status of the phone's side, what the hub is told
REFUSALS = (
    (302, 480),
    (400, 500),
    (401, 480),
    (402, 480),
    (403, 403),
    (404, 404),
    (405, 480),
    (407, 480),
    (408, 480),
    (410, 410),
    (415, 488),
    (420, 500),
    (430, 480),
    (480, 480),
    (481, 500),
    (482, 480),
    (483, 480),
    (484, 480),
    (486, 486),
    (487, 480),
    (488, 488),
    (500, 480),
    (501, 480),
    (502, 480),
    (503, 480),
    (504, 480),
    (505, 480),
    (580, 480),
    (600, 486),
    (603, 480),
    (604, 404),
    (606, 488),
)


def outcome_lines(w):
    return [line for line in w.gateway.log_lines() if "mt result:" in line]


def test_each_sip_status_of_the_phones_side():
    with World("mt-statuses") as w:
        phone = Phone(w)
        for status, expected in REFUSALS:
            phone.will(refuses(status), acks())
            w.hub.text("status %d" % status, phone).answered(expected, ("SIP", status))
        assert len(phone.deliveries) == len(REFUSALS), "expected %d deliveries, seen %d" % (len(REFUSALS), len(phone.deliveries))
        counters = w.gateway.wait_at_rest()
        assert (counters["mt_failed"], counters["mt_parts_refused"]) == (len(REFUSALS), len(REFUSALS)), counters


def test_the_reason_has_the_phrase_of_the_status():
    with World("mt-phrase") as w:
        phone = Phone(w)
        for status, phrase in ((486, "Busy Here"), (480, "Temporarily Unavailable"), (404, "Not Found")):
            phone.will(refuses(status))
            seen = w.hub.text("Hello", phone).answered(status).reason()
            assert seen == ("SIP", status, phrase), seen


def test_a_fault_of_ours_is_an_error_in_the_log():
    with World("mt-our-fault") as w:
        phone = Phone(w)
        for status in (400, 420, 481):
            phone.will(refuses(status))
            w.hub.text("Hello", phone).answered(500)
            assert any("ERROR" in line and str(status) in line for line in w.gateway.log_lines()), "no error for %d" % status


def test_too_large_by_udp_is_tried_once_by_tcp():
    for status in (413, 513):
        with World("mt-too-large") as w:
            phone = Phone(w).will(refuses(status), acks())
            w.hub.text("Hello", phone).delivered()
            seen = [d.server.transport for d in phone.deliveries]
            assert seen == ["udp", "tcp"], "expected once by UDP, once by TCP, seen %s" % seen
            phone.will(refuses(status))
            w.hub.text("Hello again", phone).answered(488, ("SIP", status))
            seen = [d.server.transport for d in phone.deliveries]
            assert seen == ["udp", "tcp"] * 2, seen
            assert phone.texts() == ["Hello"], phone.texts()


@bound(90)
def test_no_sip_answer_at_all():
    with World("mt-no-answer", params=[("mt_answer_after", 28000)]) as w:
        phone = Phone(w).will(SILENT)
        sent = w.hub.text("Hello", phone)
        sent.answered(202, timeout=30)
        w.gateway.wait_counter("mt_failed", 1, timeout=20)
        (line,) = outcome_lines(w)
        assert "outcome=no-answer" in line and "code=480" in line, line
        assert phone.deliveries[0].server.repeats >= 6, "sent %d times" % (1 + phone.deliveries[0].server.repeats)


def test_the_s_cscf_is_down():
    with World("mt-scscf-down", params=QUICK) as w:
        phone = Phone(w)
        w.scscf.close()
        sent = w.hub.text("Hello", phone)
        sent.answered(480)
        w.scscf.open(w.scscf.port)
        w.hub.text("Hello", phone).delivered()
        assert phone.texts() == ["Hello"], phone.texts()


def test_a_part_that_failed_ends_the_text():
    for act, code, reason in ((errors(111), 488, ("RP", 111)), (refuses(486), 486, ("SIP", 486)), (UNREPORTED, 480, ("SIP", 480))):
        with World("mt-part", params=QUICK) as w:
            phone = Phone(w, patience=1.0).will(acks(), act, acks())
            phone.inbox.forgets = True
            w.hub.text("x" * 400, phone).answered(code, reason)
            w.hub.text("Hello", phone)
            phone.wait_deliveries(3)
            seen = [d.tpdu.concat and d.tpdu.concat[2] for d in phone.deliveries]
            assert seen == [1, 2, None], "expected parts 1, 2 and another text, seen %s" % seen
            assert "parts=1/3" in outcome_lines(w)[0], outcome_lines(w)
            assert phone.texts() == ["Hello"], phone.texts()


# --- what the operator may change --------------------------------------------------------------------------


def test_mt_answer_changes_what_the_hub_is_told():
    rows = ("404,604=410", "rp-22=413", "rp-error=503", "no-report=504", "5xx=500", "not-registered=404")
    with World("mt-answer", params=QUICK + [("mt_answer", row) for row in rows]) as w:
        phone = Phone(w, patience=1.0)
        cases = ((refuses(404), 410), (refuses(604), 410), (refuses(500), 500), (refuses(580), 500), (errors(111), 503))
        for act, code in cases + ((UNREPORTED, 504), (refuses(486), 486)):
            phone.will(act)
            w.hub.text("Hello", phone).answered(code)
        w.hub.text("Hello", "+12025559999").answered(404)


def test_mt_answer_of_one_cause():
    # the later row wins
    with World("mt-answer-cause", params=[("mt_answer", "rp-error=503"), ("mt_answer", "rp-22=413")]) as w:
        phone = Phone(w).will(errors(22), errors(21))
        w.hub.text("Hello", phone).answered(413, ("RP", 22))
        w.hub.text("Hello", phone).answered(503, ("RP", 21))


def test_a_row_that_cannot_be_read_stops_the_start():
    rows = ("404", "404=", "404=99", "404=700", "nothing=480", "rp-128=480", "404 = 480", "=480", "")
    for n, row in enumerate(rows):
        w = World("mt-answer-bad-%d" % n, params=[("mt_answer", row)])
        try:
            with w:
                raise RuntimeError("started with mt_answer %r" % row)
        except StartError as e:
            assert "mt_answer" in str(e), "%r: the log does not say why: %s" % (row, e)
        shutil.rmtree(w.gateway.folder)


# --- what script and log say ------------------------------------------------------------------------------


def test_the_script_sees_every_outcome():
    with World("mt-script", config=CFG / "mt-events.cfg", params=QUICK) as w:
        phone = Phone(w, patience=1.0)
        cases = (
            (acks(), "Hello", 200, "delivered code=200 status=<null> cause=<null> fcs=<null> parts=1 delivered=1"),
            (acks(), "x" * 200, 200, "delivered code=200 status=<null> cause=<null> fcs=<null> parts=2 delivered=2"),
            (errors(22, 0xD3), "Hello", 480, "memory-full code=480 status=<null> cause=22 fcs=211 parts=1 delivered=0"),
            (errors(111), "Hello", 488, "rp-error code=488 status=<null> cause=111 fcs=<null> parts=1 delivered=0"),
            (refuses(486), "Hello", 486, "refused code=486 status=486 cause=<null> fcs=<null> parts=1 delivered=0"),
            (UNREPORTED, "Hello", 480, "no-report code=480 status=<null> cause=<null> fcs=<null> parts=1 delivered=0"),
        )
        for act, text, code, said in cases:
            phone.will(act)
            sent = w.hub.text(text, phone).answered(code)
            for route in ("done", "event"):
                line = "%s: call-id=%s outcome=%s subscriber=%s" % (route, sent.call_id, said, phone.identities[0])
                w.gateway.wait_until(lambda: any(line in l for l in w.gateway.log_lines()), "%r in the log" % line)


def test_the_script_may_answer_by_itself():
    with World("mt-script-answer", config=CFG / "mt-events.cfg") as w:
        phone = Phone(w).will(errors(50))
        w.hub.text("Hello", phone).answered(606, False)


def test_one_line_in_the_log_for_each_delivery_and_no_number_in_it():
    with World("mt-log", params=QUICK) as w:
        phone = Phone(w, patience=1.0).will(acks(), errors(22), refuses(486), UNREPORTED)
        sent = [w.hub.text("a secret text", phone).answered(code) for code in (200, 480, 486, 480)]
        sent.append(w.hub.text("a secret text", "+12025559999").answered(480))
        sent.append(w.hub.text("a secret text", phone, content_type="text/html").answered(415))
        w.gateway.wait_at_rest()
        for s in sent:
            lines = [line for line in outcome_lines(w) if s.call_id in line]
            assert len(lines) == 1, "expected one line for %s, seen %s" % (s.call_id, lines)
        words = ("12025550101", "12025559999", "12025550123", "secret")
        said = [line for line in w.gateway.log_lines() if any(word in line for word in words)]
        assert not said, "the log says: %s" % said[:3]
