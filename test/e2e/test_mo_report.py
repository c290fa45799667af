# SPDX-License-Identifier: GPL-2.0-or-later
#
# The submit report: its headers and octets, where it goes, and what is done when nobody takes it (TS 24.341 5.3.3.4). The
# checks of scscf.report_complaints run with every report of every test.

import datetime

from ipsmgwtest import ACCEPT, RELAY, modes, rp, sip, tp
from ipsmgwtest.scscf import ALICE
from ipsmgwtest.transaction import SILENCE, Answer
from ipsmgwtest.world import World

QUICK = (("report_retry_delay", 100), ("report_timeout", 400))
SOON = datetime.timedelta(seconds=5)


def now():
    return datetime.datetime.now(datetime.timezone.utc)


@modes(ACCEPT, RELAY)
def test_every_header_of_the_report():
    with World("headers") as w:
        s = w.scscf.submit("Hello")
        s.acked()
        report = s.report_requests[0].request
        gateway = "sip:127.0.0.1:%d" % w.gateway.port
        assert report.uri == ALICE[0], report.uri
        assert sip.uri_of(report.get("To")) == ALICE[0] and sip.param(report.get("To"), "tag") is None, report.get("To")
        assert sip.uri_of(report.get("From")) == gateway and sip.param(report.get("From"), "tag"), report.get("From")
        assert report.values("P-Asserted-Identity") == ["<%s>" % gateway], report.all("P-Asserted-Identity")
        assert report.all("In-Reply-To") == [s.call_id], report.all("In-Reply-To")
        assert report.all("Accept-Contact") == ["*;+g.3gpp.smsip;require;explicit"], report.all("Accept-Contact")
        assert report.all("Request-Disposition") == ["fork, parallel"], report.all("Request-Disposition")
        assert report.values("Route") == ["<sip:127.0.0.1:%d;lr>" % w.scscf.port], report.all("Route")
        assert report.all("Content-Type") == ["application/vnd.3gpp.sms"], report.all("Content-Type")
        assert report.cseq[1] == "MESSAGE" and int(report.get("Max-Forwards")) > 10, report.headers


@modes(ACCEPT, RELAY)
def test_each_report_has_a_call_id_and_a_from_tag_of_its_own():
    with World("own-call-id") as w:
        submissions = [w.scscf.submit("text %d" % n) for n in range(5)]
        for s in submissions:
            s.acked()
        reports = [s.report_requests[0].request for s in submissions]
        assert len({r.get("Call-ID") for r in reports} | {s.call_id for s in submissions}) == 10
        assert len({sip.param(r.get("From"), "tag") for r in reports}) == 5


@modes(ACCEPT, RELAY)
def test_the_reference_and_the_octets_of_rp_ack_and_rp_error():
    with World("octets") as w:
        for mr in (0, 1, 127, 128, 254, 255):
            w.hub.answer(200, 404)
            ack = w.scscf.submit("taken %d" % mr, mr=mr).acked()
            assert ack.octets[:6] == bytes([3, mr, 0x41, 9, 1, 0]) and len(ack.octets) == 13, ack
            error = w.scscf.submit("refused %d" % mr, mr=mr).errored(1)
            assert error.octets == bytes([5, mr, 1, 1]), error


@modes(ACCEPT, RELAY)
def test_the_time_stamp_is_that_of_the_arrival_in_the_zone_of_the_parameter():
    for quarters, hours in ((-20, -5), (0, 0), (22, 5.5)):
        with World("zone", params=[("scts_zone", quarters)]) as w:
            before = now()
            stamp = w.scscf.submit("Hello").acked().submit_report.scts
            assert stamp.utcoffset() == datetime.timedelta(hours=hours), stamp
            assert before - SOON < stamp < now() + SOON, "expected about %s, seen %s" % (before, stamp)


def test_the_parameters_of_disposition_and_accept_contact():
    for disposition, contact in (("no-fork", "*;+g.3gpp.smsip"), ("", "")):
        with World("disposition", params=[("report_disposition", disposition), ("report_accept_contact", contact)]) as w:
            report = w.scscf.submit("Hello").accepted().wait_reports()[0].request
            assert report.all("Request-Disposition") == ([disposition] if disposition else []), report.headers
            assert report.all("Accept-Contact") == ([contact] if contact else []), report.headers


# --- where it goes ---------------------------------------------------------------


def test_without_a_configured_s_cscf_it_goes_to_the_peer_by_udp():
    with World("peer-udp", reports_to_peer=True) as w:
        s = w.scscf.submit("Hello")
        s.acked()
        assert s.report_requests[0].transport == "udp"


def test_without_a_configured_s_cscf_it_goes_back_on_the_connection_of_the_peer():
    with World("peer-tcp", reports_to_peer=True) as w:
        s = w.scscf.submit("Hello", transport="tcp").accepted()
        server = s.wait_reports()[0]
        mine = s.client.agent.endpoint.connection(w.gateway.address)
        assert server.connection is mine, "the report came on another connection"
        port = mine.sock.getsockname()[1]
        assert server.request.values("Route") == ["<sip:127.0.0.1:%d;lr;transport=tcp>" % port], server.request.all("Route")
        assert rp.decode_report(server.request.body).acked


def test_a_configured_s_cscf_gets_it_whatever_peer_sent_the_message():
    with World("configured") as w:
        s = w.scscf.submit("Hello", transport="tcp")
        s.acked()
        assert s.report_requests[0].transport == "udp"


# --- nobody takes it ---------------------------------------------------------------


@modes(ACCEPT, RELAY)
def test_it_is_repeated_once_when_the_phone_cannot_be_reached():
    for status in (408, 480, 500, 503, 504):
        with World("repeated", params=QUICK) as w:
            w.scscf.answer_reports(status, 200)
            s = w.scscf.submit("Hello").accepted()
            first, second = (r.request for r in s.wait_reports(2, timeout=5))
            assert second.body == first.body, "the repetition says %s" % second.body.hex()
            assert second.get("Call-ID") != first.get("Call-ID"), "the repetition is the same request"
            s.acked()
            counters = w.gateway.wait_at_rest()
            assert (counters["report_sent"], counters["report_retried"], counters["report_ok"]) == (2, 1, 1), counters
            assert w.hub.texts() == ["Hello"], w.hub.texts()


def test_it_is_repeated_once_when_there_is_no_answer():
    with World("unanswered", params=QUICK) as w:
        w.scscf.answer_reports(SILENCE, 200)
        s = w.scscf.submit("Hello").accepted()
        s.wait_reports(2, timeout=5)
        assert w.gateway.wait_at_rest()["report_ok"] == 1
        assert w.hub.texts() == ["Hello"], w.hub.texts()


@modes(ACCEPT, RELAY)
def test_it_is_given_up_after_the_second_failure_and_the_text_is_not_sent_again():
    with World("given-up", params=QUICK, reports_lost=1) as w:
        w.scscf.answer_reports(480)
        s = w.scscf.submit("Hello").accepted()
        s.wait_reports(2, timeout=5)
        counters = w.gateway.wait_at_rest()
        assert (counters["report_sent"], counters["report_failed"], counters["mo_acked"]) == (2, 1, 1), counters
        assert w.hub.texts() == ["Hello"], w.hub.texts()
        assert len(s.report_requests) == 2


def test_it_is_not_repeated_when_it_is_refused_for_good():
    for status in (400, 403, 404, 481, 488, 600):
        with World("refused", params=QUICK, reports_lost=1) as w:
            w.scscf.answer_reports(status)
            s = w.scscf.submit("Hello").accepted()
            s.wait_reports()
            counters = w.gateway.wait_at_rest()
            assert (counters["report_sent"], counters["report_failed"]) == (1, 1), counters
            assert len(s.report_requests) == 1


def test_it_is_not_repeated_after_report_window():
    with World("window", params=[("report_retry_delay", 500), ("report_window", 300)], reports_lost=1) as w:
        w.scscf.answer_reports(480, 200)
        s = w.scscf.submit("Hello").accepted()
        s.wait_reports()
        counters = w.gateway.wait_at_rest()
        assert (counters["report_sent"], counters["report_failed"]) == (1, 1), counters


def test_a_peer_whose_connection_is_gone_cannot_be_told_and_that_is_counted():
    with World("peer-gone", reports_to_peer=True, params=QUICK, reports_lost=1) as w:
        w.hub.answer(Answer(200, delay=0.3))
        s = w.scscf.submit("Hello", transport="tcp").accepted()
        w.scscf.endpoint.connection(w.gateway.address).sock.shutdown(2)
        counters = w.gateway.wait_at_rest()
        assert (counters["mo_acked"], counters["report_failed"]) == (1, 1), counters
        assert any("submit report not delivered" in line and s.call_id in line for line in w.gateway.log_lines())


@modes(ACCEPT, RELAY)
def test_a_long_call_id_comes_back_whole():
    with World("long-call-id") as w:
        for size in (1, 255, 1200):
            message = w.scscf.message(rp.data(1, tp.submit("+12025550123", "size %d" % size, mr=1)))
            message.set("Call-ID", sip.token(size))
            w.scscf.submit_message(message, 1).acked()


def test_a_202_from_the_phone_is_as_good_as_a_200():
    with World("two-o-two") as w:
        w.scscf.answer_reports(202)
        w.scscf.submit("Hello").acked()
        assert w.gateway.wait_at_rest()["report_ok"] == 1


def test_memory_available_gets_a_bare_rp_ack():
    with World("smma") as w:
        s = w.scscf.submit(body=rp.smma(7), mr=7).accepted()
        report = s.report()
        assert report.acked and report.octets == bytes([3, 7]), report
        counters = w.gateway.wait_at_rest()
        assert (counters["smma_received"], counters["mo_received"]) == (1, 0), counters
        assert not w.hub.messages


def test_a_delivery_report_of_a_phone_is_taken_and_gets_no_report():
    with World("delivery-report") as w:
        for body in (rp.ack(5), rp.ack(5, bytes.fromhex("0000")), rp.error(5, 22, bytes.fromhex("00d300"))):
            message = w.scscf.message(body)
            final = w.scscf.send(message, w.gateway.address).wait(5)
            assert final.status == 202, final.start
            message = w.scscf.message(body)
            message.headers.append(("In-Reply-To", sip.token()))
            final = w.scscf.send(message, w.gateway.address).wait(5)
            assert final.status == 488, "a report that matches nothing: %s" % final.start
        counters = w.gateway.wait_at_rest()
        assert (counters["reports_received"], counters["mo_received"]) == (6, 0), counters
        assert not w.scscf.reports and not w.hub.messages
