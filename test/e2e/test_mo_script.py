# SPDX-License-Identifier: GPL-2.0-or-later
#
# The script's side: what the functions return, what happens when a script forgets something, event routes that overrule
# the standard thing, the gateway dropped into somebody's proxy, and a script in Python (KEMI). The configurations are in
# test/e2e/cfg.

import re

from ipsmgwtest import rp, sip, tp
from ipsmgwtest.gateway import ROOT
from ipsmgwtest.scscf import ALICE
from ipsmgwtest.transaction import SILENCE, UserAgent
from ipsmgwtest.world import World

CFG = ROOT / "test" / "e2e" / "cfg"
STEP = re.compile(r"contract: (\S+) rc=(-?\d+)")


def contract_world(name, **world):
    return World(name, config=CFG / "contract.cfg", **world)


def case(w, name, body=None, mr=1, **message):
    """Send a message to a case of contract.cfg."""
    body = rp.data(mr, tp.submit("+12025550123", "Hello", mr=1)) if body is None else body
    message = w.scscf.message(body, **message)
    message.headers.append(("X-Case", name))
    return w.scscf.submit_message(message, mr, retransmit=False)


def returned(w):
    """Step -> return code, as contract.cfg has logged them."""
    return {step: int(code) for step, code in STEP.findall("\n".join(w.gateway.log_lines()))}


# --- return codes ----------------------------------------------------------------


def test_return_codes_when_nothing_was_decoded():
    with contract_world("nothing-decoded") as w:
        assert case(w, "nothing-decoded").answer().status == 500
        w.gateway.wait_at_rest()
        expected = {"accept": -1, "emg_send": -5, "emg_encode": -5, "report": -5, "reject": 1}
        assert returned(w) == expected, returned(w)
        assert any("sender=<null> text=<null> job=<null>" in line for line in w.gateway.log_lines())


def test_return_codes_before_accept():
    with contract_world("before-accept") as w:
        final = case(w, "before-accept").answer()
        assert final.start == "SIP/2.0 480 Not Now", final.start
        counters = w.gateway.wait_at_rest()
        expected = {"decode": 1, "emg_send": -5, "report": -5, "reject-200": -6, "reject-x": -6, "reject": 1, "accept": -1}
        assert returned(w) == expected, returned(w)
        assert (counters["mo_received"], counters["mo_rejected"]) == (1, 1), counters


def test_return_codes_after_accept():
    with contract_world("after-accept") as w:
        case(w, "after-accept").errored(50, 0xC1)
        w.gateway.wait_at_rest()
        expected = {
            "accept": 1,
            "accept-again": -1,
            "emg_send-nowhere": -1,
            "emg_send-morse": -6,
            "report-128": -6,
            "report-fcs": -6,
            "report-many": -6,
            "report": 1,
            "report-again": -3,
            "emg_send-settled": -3,
        }
        assert returned(w) == expected, returned(w)
        assert not w.hub.messages


def test_return_codes_of_decode():
    bodies = (
        (rp.data(1, tp.submit("+12025550123", "Hello")), "application/vnd.3gpp.sms", 1),
        (b"", "text/plain", -1),
        (b"\0", "application/vnd.3gpp.sms", -2),
        (b"\0\1", "application/vnd.3gpp.sms", -3),
        (rp.data(1, b"\x01"), "application/vnd.3gpp.sms", -4),
    )
    for body, content_type, code in bodies:
        with contract_world("decode") as w:
            assert case(w, "not-a-sms", body, content_type=content_type).answer().status == 415
            w.gateway.wait_at_rest()
            assert returned(w) == {"decode": code}, returned(w)


# --- a script that forgets --------------------------------------------------------


def test_a_script_that_forgets_to_accept_is_told_and_counted():
    with contract_world("forgets-to-accept") as w:
        s = case(w, "forgets-to-accept")
        w.gateway.wait_counter("mo_unanswered", 1)
        counters = w.gateway.wait_at_rest()
        assert (counters["mo_received"], counters["mo_rejected"]) == (1, 1), counters
        assert any("neither accepted nor" in line and s.call_id in line for line in w.gateway.log_lines())
        assert not w.scscf.reports


def test_a_script_that_forgets_to_route_is_told_and_the_phone_gets_rp_error():
    with contract_world("forgets-to-route") as w:
        s = case(w, "forgets-to-route")
        s.errored(38)
        counters = w.gateway.wait_at_rest()
        assert (counters["mo_unrouted"], counters["mo_errored"]) == (1, 1), counters
        assert any("sent it nowhere" in line and s.call_id in line for line in w.gateway.log_lines())


def test_a_script_may_change_the_destination_and_name_the_hub_by_request_uri():
    with contract_world("own-destination") as w:
        case(w, "own-destination").acked()
        assert w.hub.messages[0].uri.startswith("sip:+447700900999@"), w.hub.messages[0].uri
        s = case(w, "by-request-uri", mr=2)
        s.acked()
        assert w.hub.messages[1].body == s.request.body


# --- event routes -----------------------------------------------------------------


def events(w):
    return re.findall(r"events: (result=\S+ attempt=\S+ call-id=\S+ text=.* left=.*)", "\n".join(w.gateway.log_lines()))


def test_event_routes_may_overrule_what_a_hub_said():
    with World("events", hubs=2, config=CFG / "events.cfg") as w:
        w.hubs[0].answer(404)
        taken = w.scscf.submit("overruled")
        taken.acked()
        w.hubs[0].answer(403)
        w.scscf.submit("own cause").errored(50, 0xC1)
        w.hubs[0].answer(600)
        w.scscf.submit("by the table").errored(42)
        w.hubs[0].answer(486)
        w.scscf.submit("another hub").acked()
        assert w.hubs[1].texts() == ["another hub"], w.hubs[1].texts()
        w.gateway.wait_at_rest()
        seen = events(w)
        assert seen[0] == "result=404 attempt=1 call-id=%s text=overruled left=<null>" % taken.call_id, seen[0]
        assert [line.split(" call-id")[0] for line in seen[3:]] == ["result=486 attempt=1", "result=200 attempt=2"], seen


def test_an_event_route_may_end_a_message_at_hub_timeout():
    with World("events-timeout", config=CFG / "events.cfg", defines=["IPSMGW_HUB_TIMEOUT=200"]) as w:
        w.hub.answer(SILENCE)
        w.scscf.submit("Hello").errored(41, timeout=2)
        w.gateway.wait_at_rest()
        assert [line.split(" call-id")[0] for line in events(w)] == ["result=timeout attempt=1"], events(w)


# --- somebody's proxy ---------------------------------------------------------------


def register(w, phone, user):
    contact = "sip:%s@127.0.0.1:%d" % (user, phone.port)
    aor = "sip:%s@127.0.0.1" % user
    headers = [
        ("Via", phone.via("udp")),
        ("Max-Forwards", "70"),
        ("From", "<%s>;tag=%s" % (aor, sip.token())),
        ("To", "<%s>" % aor),
        ("Call-ID", sip.token()),
        ("CSeq", "1 REGISTER"),
        ("Contact", "<%s>;expires=600" % contact),
    ]
    final = phone.send(sip.request("REGISTER", "sip:127.0.0.1:%d" % w.gateway.port, headers), w.gateway.address).wait(5)
    assert final.status == 200 and contact in final.get("Contact"), final.start


def test_dropped_into_a_proxy_both_do_their_work():
    with World("proxy", config=CFG / "proxy.cfg") as w:
        phone = UserAgent("phone", w.trace)
        try:
            register(w, phone, "bob")
            uri = "sip:bob@127.0.0.1:%d" % w.gateway.port
            chat = w.scscf.message(b"a chat message", to=uri, content_type="text/plain")
            sms = w.scscf.submit("a short message")
            assert w.scscf.send(chat, w.gateway.address).wait(5).status == 200
            sms.acked()
            assert [s.request.body for s in phone.received_requests("MESSAGE")] == [b"a chat message"]
            assert w.hub.texts() == ["a short message"], w.hub.texts()
            w.hub.answer(404)
            w.scscf.submit("nobody").errored(1)
            unknown = w.scscf.message(b"x", to="sip:carol@127.0.0.1:%d" % w.gateway.port, content_type="text/plain")
            assert w.scscf.send(unknown, w.gateway.address).wait(5).status == 404
            w.scscf.submit(body=rp.data(9, b"\x01"), mr=9).errored(111, 0xFF)
            counters = w.gateway.wait_at_rest()
            assert (counters["mo_received"], counters["mo_rejected"]) == (3, 0), counters
        finally:
            phone.close()


# --- KEMI --------------------------------------------------------------------------


def test_a_script_in_python_does_the_same():
    with World("kemi", hubs=2, config=CFG / "kemi.cfg", defines=['TEST_SCRIPT="%s"' % (CFG / "kemi.py")]) as w:
        w.scscf.submit("Hello").acked()
        assert w.hubs[0].texts() == ["Hello"], w.hubs[0].texts()
        w.hubs[0].answer(503)
        w.scscf.submit("next").acked()
        assert w.hubs[1].texts() == ["next"], w.hubs[1].texts()
        w.hubs[0].answer(404)
        w.scscf.submit("nobody").errored(1)
        w.scscf.submit("refused", pid=0x24).errored(21)
        w.scscf.submit(body=rp.data(9, b"\x01"), mr=9).errored(111, 0xFF)
        for body, content_type, status in ((b"", "text/plain", 415), (b"\0", "application/vnd.3gpp.sms", 400)):
            message = w.scscf.message(body, content_type=content_type, sender=ALICE)
            assert w.scscf.send(message, w.gateway.address).wait(5).status == status
        w.gateway.wait_at_rest()
        said = re.findall(r"kemi: (ipsmgw:.*)", "\n".join(w.gateway.log_lines()))
        assert said[:3] == ["ipsmgw:mo-result 200 attempt 1", "ipsmgw:mo-result 503 attempt 1", "ipsmgw:mo-failed 503 attempt 1"], said
