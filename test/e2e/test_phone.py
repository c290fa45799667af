# SPDX-License-Identifier: GPL-2.0-or-later
#
# The phone and the hub of the tests themselves, against a party that plays the gateway, rightly and wrongly: what is wrong with a
# delivery is complained of. A gateway is not needed.

import contextlib
import datetime
import types

from ipsmgwtest import rp, sip, tp
from ipsmgwtest.gateway import HUB_SOURCE, SC_ADDRESS
from ipsmgwtest.hub import Hub
from ipsmgwtest.phone import UNREPORTED, Phone, acks, errors, refuses
from ipsmgwtest.scscf import Scscf
from ipsmgwtest.trace import Trace
from ipsmgwtest.transaction import Answer, Plan, UserAgent

WHEN = datetime.datetime(2026, 11, 22, 9, 41, 7, tzinfo=datetime.timezone(datetime.timedelta(hours=1)))


@contextlib.contextmanager
def parties():
    """(gateway, scscf, hub, phone): the gateway sends what the test says, and answers reports with 202."""
    trace = Trace()
    gateway, scscf, hub = UserAgent("gateway", trace), Scscf(trace), Hub(trace)
    scscf.gateway = hub.gateway = gateway.endpoint.address
    gateway.plans["MESSAGE"] = Plan(202)
    try:
        phone = Phone(types.SimpleNamespace(scscf=scscf), registered=False)
        yield gateway, scscf, hub, phone
        for agent in (gateway, scscf, hub):
            agent.check()
    finally:
        for agent in (gateway, scscf, hub):
            agent.close()


def delivery(gateway, scscf, phone, mr=1, tpdu=None, oa="+" + SC_ADDRESS):
    """A delivery that is as it must be."""
    own = "<sip:127.0.0.1:%d>" % gateway.port
    headers = [
        ("Via", gateway.via("udp")),
        ("Max-Forwards", "70"),
        ("Route", "<%s>" % scscf.route),
        ("From", own + ";tag=x"),
        ("To", "<%s>" % phone.identities[0]),
        ("Call-ID", sip.token()),
        ("CSeq", "1 MESSAGE"),
        ("P-Asserted-Identity", own),
        ("Request-Disposition", "no-fork"),
        ("Accept-Contact", "*;+g.3gpp.smsip;require;explicit"),
        ("Content-Type", "application/vnd.3gpp.sms"),
    ]
    body = rp.mt_data(mr, tpdu or tp.deliver("+12025550123", "Hello", WHEN), oa)
    return sip.request("MESSAGE", phone.identities[0], headers, body)


def part(seq, total=2, ref=7, more=None, text="half"):
    more = seq < total if more is None else more
    return tp.deliver("+12025550123", text, WHEN, udh=tp.concat8(ref, total, seq), more=more)


def test_a_delivery_that_is_right_is_acknowledged_and_shown():
    with parties() as (gateway, scscf, _, phone):
        phone.will(acks(), errors(22, 0xD3), refuses(486), acks(times=2, early=True))
        statuses = [gateway.send(delivery(gateway, scscf, phone, mr), scscf.endpoint.address).wait(5).status for mr in range(3)]
        assert statuses == [200, 200, 486], statuses
        gateway.wait_requests("MESSAGE", 2, 5)
        for n, seq in enumerate((1, 2)):
            gateway.send(delivery(gateway, scscf, phone, 3 + seq, part(seq)), scscf.endpoint.address).wait(5)
            gateway.wait_requests("MESSAGE", 4 + 2 * n, 5)
        bodies = [s.request.body.hex() for s in gateway.received_requests("MESSAGE")]
        assert bodies == ["020041020000", "04010116410300d300", "020441020000", "020441020000", "020541020000", "020541020000"], bodies
        assert phone.texts() == ["Hello", "halfhalf"], phone.texts()
        phone.check()


WRONG = (
    ("has To ", lambda m, p: m.set("To", "<sip:else@ims.test>")),
    ("has a To tag", lambda m, p: m.set("To", "<%s>;tag=1" % p.identities[0])),
    ("has no From tag", lambda m, p: m.set("From", m.get("From").split(";")[0])),
    ("has From", lambda m, p: m.set("From", "<sip:hub@else>;tag=1")),
    ("has P-Asserted-Identity", lambda m, p: m.set("P-Asserted-Identity", "<sip:hub@else>")),
    ("has no P-Asserted-Identity", lambda m, p: m.remove("P-Asserted-Identity")),
    ("has Route", lambda m, p: m.remove("Route")),
    ("has Request-Disposition", lambda m, p: m.set("Request-Disposition", "fork, parallel")),
    ("has Accept-Contact", lambda m, p: m.remove("Accept-Contact")),
    ("has Content-Type", lambda m, p: m.set("Content-Type", "text/plain")),
    ("has a Contact", lambda m, p: m.set("Contact", "<sip:a@b>")),
    ("has RP-OA", lambda m, p: setattr(m, "body", rp.mt_data(1, tp.deliver("+1202", "x", WHEN), "+1999"))),
)


def test_what_is_wrong_with_a_delivery_is_complained_of():
    for complaint, spoil in WRONG:
        with parties() as (gateway, scscf, _, phone):
            message = delivery(gateway, scscf, phone)
            spoil(message, phone)
            gateway.send(message, scscf.endpoint.address).wait(5)
            assert any(complaint in c for c in phone.complaints), "expected %r, seen %s" % (complaint, phone.complaints)
            phone.complaints.clear()


def test_what_is_wrong_with_the_order_is_complained_of():
    cases = (
        ("expected was part 2", [part(1, 3), part(3, 3)]),
        ("expected was part 1", [part(2)]),
        ("TP-MMS", [part(1, more=False)]),
        ("TP-MMS", [tp.deliver("+1202", "x", WHEN, more=True)]),
        ("has reference", [part(1), part(2, ref=8)]),
        ("differs from part 1", [part(1), part(2, text="ж")]),
    )
    for complaint, tpdus in cases:
        with parties() as (gateway, scscf, _, phone):
            for n, tpdu in enumerate(tpdus):
                gateway.send(delivery(gateway, scscf, phone, n, tpdu), scscf.endpoint.address).wait(5)
                gateway.wait_requests("MESSAGE", n + 1, 5)
            assert any(complaint in c for c in phone.complaints), "expected %r, seen %s" % (complaint, phone.complaints)
            phone.complaints.clear()


def test_two_in_flight_are_complained_of():
    with parties() as (gateway, scscf, _, phone):
        phone.will(UNREPORTED, acks(after=0.5), acks())
        for mr in range(3):
            gateway.send(delivery(gateway, scscf, phone, mr), scscf.endpoint.address).wait(5)
        seen = [c for c in phone.complaints if "while RP-DATA" in c]
        assert len(seen) == 2, "expected two complaints, seen %s" % phone.complaints
        gateway.wait_requests("MESSAGE", 2, 5)
        phone.complaints.clear()


def test_a_report_that_is_refused_is_complained_of():
    with parties() as (gateway, scscf, _, phone):
        gateway.plans["MESSAGE"] = Plan(488)
        gateway.send(delivery(gateway, scscf, phone), scscf.endpoint.address).wait(5)
        gateway.wait_requests("MESSAGE", 1, 5)
        scscf.wait_for(lambda: phone.deliveries[0].reports and phone.deliveries[0].reports[0].final, 5, "answer")
        try:
            phone.check()
        except AssertionError as e:
            assert "488" in str(e), e
        else:
            raise AssertionError("expected a complaint of the 488, seen none")
        phone.deliveries.clear()


def test_a_delivery_for_nobody_fails_the_test():
    with parties() as (gateway, scscf, _, phone):
        message = delivery(gateway, scscf, phone)
        message.start = "MESSAGE sip:nobody@ims.test SIP/2.0"
        assert gateway.send(message, scscf.endpoint.address).wait(5).status == 404
        try:
            scscf.check()
        except AssertionError as e:
            assert "nobody" in str(e), e
        else:
            raise AssertionError("expected an error, seen none")
        scscf._errors.clear()


def test_a_hub_sends_by_udp_and_tcp_and_reads_the_reason():
    with parties() as (gateway, _, hub, phone):
        gateway.plans["MESSAGE"] = Plan(
            Answer(480, headers=[("Reason", 'RP;cause=22;text="memory capacity exceeded"')]), Answer(200), Answer(200)
        )
        sent = hub.text("Hello", phone).answered(480, ("RP", 22))
        assert sent.reason() == ("RP", 22, "memory capacity exceeded"), sent.reason()
        hub.text("x" * 5000, phone).delivered()
        seen = [(s.transport, s.peer[0], len(s.request.body)) for s in gateway.received_requests("MESSAGE")]
        assert seen == [("udp", "127.0.0.1", 5), ("tcp", HUB_SOURCE, 5000)], seen
        for wrong in ({"code": 200, "reason": ("RP", 22)}, {"code": 480}):
            try:
                hub.text("Hello", phone).answered(**wrong)
            except AssertionError:
                continue
            raise AssertionError("expected a complaint about %s" % wrong)
