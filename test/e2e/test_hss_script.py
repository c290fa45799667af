# SPDX-License-Identifier: GPL-2.0-or-later
#
# The script asks the HSS: what each function sends and gives, with every kind of end, and that the route goes on exactly once.
# The configuration is test/e2e/cfg/hss-script.cfg: a request says what is to be asked, its answer says what came of it.

import os
import re
import signal
import time

from ipsmgwtest import bound, rp, tp
from ipsmgwtest.gateway import ROOT, StartError
from ipsmgwtest.hss import subscriber
from ipsmgwtest.hss_world import NUMBER, HssWorld
from ipsmgwtest.world import World

CFG = ROOT / "test" / "e2e" / "cfg"
SC = "15551230000"
IMSI, MSISDN = "001010000000101", "12025550101"
ALICE = {
    "imsi": IMSI,
    "msisdn": MSISDN,
    "impi": IMSI + "@ims.test",
    "impu": ["sip:+12025550101@ims.test", "tel:+12025550101"],
    "state": 1,
    "scscf": "sip:scscf.ims.test:6060",
    "sc_address": SC,
    "mme": ("mme.test", "epc.test", "15558880001"),
    "msc": "15558880003",
}
ID = "+" + MSISDN
DESTINATION_HOST = 293  # AVP
# 3GPP's codes as TS 29.329, TS 29.338 and RFC 6733 have them
USER_UNKNOWN, UNABLE_TO_DELIVER, TOO_BUSY, AUTHENTICATION_REJECTED = 5001, 3002, 3004, 4001
# the reaper looks each 50 ms; the rest is for a busy machine
TICK = 0.35


def world(name, subscribers=None, *, config=CFG / "hss-script.cfg", **more):
    return HssWorld(name, [subscriber(**ALICE)] if subscribers is None else subscribers, config=config, **more)


def message(w, what, **headers):
    m = w.scscf.message(rp.data(1, tp.submit("+12025550123", "Hello", mr=1)))
    # a header that is not there is "<null>" to the script, an empty one is empty
    fields = {"Ask": what, "Id": "", "Sc": "", "What": "", "Diagnostic": "", **headers}
    m.headers += [("X-" + name, value) for name, value in fields.items()]
    return m


def send(w, what, **headers):
    return w.scscf.send(message(w, what, **headers), w.gateway.address)


def said(client, timeout=6):
    """What the answer says in X-Hss, by name; without what is null."""
    final = client.wait(timeout)
    assert final.status == 200, "expected 200, seen %s" % final.start
    return {k: v for k, v in (pair.split("=", 1) for pair in final.get("X-Hss").split()) if v != ""}


def ask(w, what, **headers):
    return said(send(w, what, **{"Id": ID, **headers}))


def ran(w):
    """The Call-IDs of the requests that went on, in order."""
    return re.findall(r"hss: ran (\S+)", "\n".join(w.gateway.log_lines()))


def state(w):
    return w.gateway.rpc.structs("ipsmgw.hss")[0]


def slots_are_back(w):
    w.gateway.wait_until(lambda: state(w)["slots_in_use"] == 0, "slot given back")


def expect(seen, **wanted):
    wanted = {k.replace("at_once", "at-once"): str(v) for k, v in wanted.items()}
    got = {k: seen.get(k, "null") for k in wanted}
    assert got == wanted, "expected %s, seen %s" % (wanted, seen)


# --- what each asks and gives ------------------------------------------------------


def test_read_gives_what_the_hss_knows_and_again_from_the_cache():
    with world("script-read") as w:
        seen = ask(w, "read")
        wanted = {
            "outcome": "answered",
            "result": 2001,
            "success": 1,
            "msisdn": MSISDN,
            "imsi": IMSI,
            "impi": ALICE["impi"],
            "impus": ",".join(ALICE["impu"]),
            "scscf": ALICE["scscf"],
            "user_state": "registered",
            "cached": 0,
            "at_once": "null",
        }
        expect(seen, **wanted)
        asked = len(w.hss.requests("UDR"))
        expect(ask(w, "read"), **{**wanted, "cached": 1, "at_once": 1})
        assert len(w.hss.requests("UDR")) == asked, "asked again what is in the cache"
        slots_are_back(w)


def test_read_of_some_asks_for_no_more():
    with world("script-read-some") as w:
        seen = ask(w, "read-some", What="msisdn")
        expect(seen, outcome="answered", msisdn=MSISDN, imsi="null")
        (request,) = w.hss.requests("UDR")
        assert references(request) == [17], references(request)
        expect(ask(w, "read-some", What="msisdn, shoes"), at_once=-6)


def references(request):
    return [a.number for a in request.avps if a.code == 703]


def test_sri_gives_the_nodes():
    with world("script-sri") as w:
        seen = ask(w, "sri", Sc="+" + SC)
        expect(seen, outcome="answered", imsi=IMSI, mme="mme.test", mme_realm="epc.test", mme_number="15558880001", msc="15558880003")
        expect(seen, result_name="DIAMETER_SUCCESS", success=1, temporary=0, at_once="null")
        w.hss.control("set %s mme" % IMSI)
        w.hss.control("set %s msc" % IMSI)
        w.hss.control("set %s absent 1 1 6" % IMSI)
        seen = ask(w, "sri", Id=IMSI, Sc=SC)
        expect(seen, result=5550, result_name="DIAMETER_ERROR_ABSENT_USER", success=0, absent_mme=1, absent_msc=1, absent_sgsn=6)
        expect(ask(w, "sri", Sc="no number"), at_once=-6)
        slots_are_back(w)


def test_an_hss_that_is_named_is_the_destination():
    for params, expected in (([("hss_host", "hss.ims.test")], ["hss.ims.test"]), ([], [])):
        with world("script-host", params=params) as w:
            expect(ask(w, "sri"), outcome="answered")
            seen = [avp.text for avp in w.hss.requests("SRR")[0].avps if avp.code == DESTINATION_HOST]
            assert seen == expected, "expected Destination-Host %s, seen %s" % (expected, seen)


def test_update_tells_the_hss():
    with world("script-update", profile="3gpp") as w:
        expect(ask(w, "update", What="1"), outcome="answered", success=1)
        assert w.hss.show(MSISDN)["ip-sm-gw-number"] == NUMBER, w.hss.show(MSISDN)
        expect(ask(w, "update", What="0"), outcome="answered", success=1)
        assert w.hss.show(MSISDN)["ip-sm-gw-number"] == "", w.hss.show(MSISDN)
        expect(ask(w, "update", What="2"), at_once=-6)


def test_report_delivery_tells_the_hss():
    with world("script-report", profile="3gpp") as w:
        expect(ask(w, "report", Sc=SC, What="absent", Diagnostic="11"), outcome="answered", success=1)
        assert SC in w.hss.show(MSISDN)["mwd"], w.hss.show(MSISDN)
        expect(ask(w, "report", Sc=SC, What="memory-full"), success=1)
        expect(ask(w, "report", Sc=SC, What="delivered"), success=1)
        assert len(w.hss.requests("RDR")) == 3
        for bad in ({"What": "lost"}, {"What": "delivered", "Diagnostic": "11"}, {"What": "absent", "Diagnostic": "x"}):
            expect(ask(w, "report", Sc=SC, **bad), at_once=-6)
        expect(ask(w, "report", What="delivered"), at_once=-6)


def test_a_profile_that_only_reads_writes_nothing():
    with world("script-read-only") as w:
        expect(ask(w, "update", What="1"), outcome="not-used", at_once=-1)
        expect(ask(w, "report", Sc=SC, What="delivered"), outcome="not-used", at_once=-1)
        assert not w.hss.requests("PUR") and not w.hss.requests("RDR")


def test_without_an_hss_nothing_is_asked():
    with World("script-no-hss", config=CFG / "hss-script.cfg") as w:
        for what in ("read", "sri"):
            expect(ask(w, what), outcome="not-used", success=0, temporary=0, at_once=-1)
        assert state(w)["state"] == "not-used"


def test_whom_an_identity_names():
    with world("script-identities") as w:
        for identity in (ID, IMSI, ALICE["impi"], "tel:+1-202-555-0101", "sip:+12025550101@IMS.test;user=phone"):
            expect(ask(w, "sri", Id=identity), outcome="answered", imsi=IMSI)
        expect(ask(w, "sri", Id="sip:bob@ims.test"), outcome="no-identity", at_once=-4)
        expect(ask(w, "read", Id=IMSI), outcome="no-identity", at_once=-4)
        expect(ask(w, "sri", Id="nobody at all"), outcome="no-identity", at_once=-4)
        slots_are_back(w)


def test_the_variable_is_null_when_nobody_asked():
    with world("script-null") as w:
        ask(w, "sri")
        seen = said(send(w, "not-asked"))
        assert set(seen) <= {"at-once"}, "something is left of another request: %s" % seen


# --- every end ------------------------------------------------------------------------


def test_bad_answers():
    cases = (
        ("experimental %d" % USER_UNKNOWN, USER_UNKNOWN, "DIAMETER_ERROR_USER_UNKNOWN", 0),
        ("experimental 5999", 5999, "UNKNOWN", 0),
        ("result %d" % UNABLE_TO_DELIVER, UNABLE_TO_DELIVER, "DIAMETER_UNABLE_TO_DELIVER", 1),
        ("result %d" % TOO_BUSY, TOO_BUSY, "DIAMETER_TOO_BUSY", 1),
        ("result %d" % AUTHENTICATION_REJECTED, AUTHENTICATION_REJECTED, "DIAMETER_AUTHENTICATION_REJECTED", 1),
        ("experimental 4999", 4999, "UNKNOWN", 1),
        ("result 5012", 5012, "DIAMETER_UNABLE_TO_COMPLY", 1),
    )
    with world("script-bad-answers", profile="3gpp") as w:
        for fault, result, name, temporary in cases:
            for command, what, headers in (
                ("SRR", "sri", {}),
                ("PUR", "update", {"What": "1"}),
                ("RDR", "report", {"Sc": SC, "What": "delivered"}),
            ):
                w.hss.control("fault %s 1 %s" % (command, fault))
                seen = ask(w, what, **headers)
                expect(seen, outcome="answered", result=result, result_name=name, success=0, temporary=temporary, at_once="null")
        slots_are_back(w)
        assert len(ran(w)) == 3 * len(cases) == len(set(ran(w)))


def test_an_unknown_subscriber():
    with world("script-unknown") as w:
        for what in ("read", "sri"):
            seen = ask(w, what, Id="+12025550199")
            expect(seen, outcome="answered", result=USER_UNKNOWN, result_name="DIAMETER_ERROR_USER_UNKNOWN", success=0, temporary=0)


def test_silence_ends_in_time():
    with world("script-silence", params=[("hss_timeout", 500)]) as w:
        w.hss.control("fault all 0 silence")
        for what in ("sri", "read"):
            began = time.monotonic()
            expect(ask(w, what), outcome="timeout", success=0, temporary=1, result="null", at_once="null")
            took = time.monotonic() - began
            assert 0.45 <= took < 0.5 + TICK, "the route went on after %.3f s" % took
        slots_are_back(w)
        assert len(ran(w)) == 2
        assert w.gateway.rpc.counters()["hss_timeout"] == 2


def test_a_late_answer_changes_nothing():
    with world("script-late", params=[("hss_timeout", 300)]) as w:
        w.hss.control("fault SRR 1 late 600")
        expect(ask(w, "sri"), outcome="timeout")
        w.gateway.wait_counter("hss_late", 1)
        expect(ask(w, "sri"), outcome="answered")
        slots_are_back(w)
        assert len(ran(w)) == 2


def test_a_timer_of_tm_that_is_shorter_is_no_matter():
    with world("script-fr-timer", params=[("tm.fr_timer", 300), ("tm.max_noninv_lifetime", 400), ("hss_timeout", 1500)]) as w:
        w.hss.control("fault SRR 1 delay 900")
        expect(ask(w, "sri"), outcome="answered", success=1)
        w.hss.control("fault SRR 1 silence")
        expect(ask(w, "sri"), outcome="timeout")


def test_no_peer_is_known_at_once():
    with world("script-no-peer", connected=False) as w:
        w.wait_connected()
        w.hss.kill9()
        w.gateway.wait_until(lambda: state(w)["state"] == "no-peer", "end of the connection", 10)
        fastest = 1
        for what in ("sri", "read") * 5:
            began = time.monotonic()
            expect(ask(w, what), outcome="no-peer", success=0, temporary=1, at_once=-2)
            fastest = min(fastest, time.monotonic() - began)
        assert fastest < 0.005, "no answer in less than %.4f s" % fastest
        slots_are_back(w)
        w.hss.start()


def test_no_slot_is_known_at_once():
    with world("script-no-slot", params=[("hss_slots", 2)]) as w:
        w.hss.control("fault SRR 2 delay 700")
        waiting = [send(w, "sri", Id=ID) for _ in range(2)]
        w.gateway.wait_until(lambda: state(w)["slots_in_use"] == 2, "both slots in use")
        expect(ask(w, "sri"), outcome="no-slot", temporary=1, at_once=-3)
        expect(ask(w, "read"), at_once=-3)
        for client in waiting:
            expect(said(client), outcome="answered", success=1)
        slots_are_back(w)
        expect(ask(w, "sri"), outcome="answered")
        assert w.gateway.rpc.counters()["hss_exhausted"] >= 1


def test_the_diameter_process_dies_under_a_question():
    with world("script-restart", params=[("hss_timeout", 8000)], connected=False) as w:
        w.wait_connected()
        w.hss.control("fault SRR 1 silence")
        client = send(w, "sri", Id=ID)
        w.hss.wait_messages("SRR")
        os.kill(state(w)["node_pid"], signal.SIGKILL)
        began = time.monotonic()
        expect(said(client), outcome="restarted", success=0, temporary=1)
        assert time.monotonic() - began < 2, "the route went on late"
        w.gateway.wait_until(lambda: state(w)["state"] == "open", "connection anew", 15)
        expect(ask(w, "sri"), outcome="answered")
        assert state(w)["restarts"] == 1
        slots_are_back(w)


# --- transactions -----------------------------------------------------------------------


def test_a_retransmission_is_absorbed():
    with world("script-retransmission") as w:
        w.hss.control("fault SRR 1 delay 1500")
        client = send(w, "sri", Id=ID)  # retransmitted after 0.5 s and 1 s
        expect(said(client), outcome="answered")
        assert len(w.hss.requests("SRR")) == 1, "a retransmission was asked for, too"
        assert ran(w) == [client.request.get("Call-ID")], ran(w)


def test_a_resumed_route_asks_again():
    with world("script-again") as w:
        expect(ask(w, "sri-twice"), outcome="answered", imsi=IMSI, at_once="null")
        first, second = w.hss.requests("SRR")
        assert first != second
        assert len(ran(w)) == 2
        slots_are_back(w)


def test_what_cannot_wait():
    with world("script-cannot-wait") as w:
        for what in ("answered", "answered-by-tm"):
            send(w, what, Id=ID).wait(5)
        w.gateway.wait_at_rest()
        lines = [line for line in w.gateway.log_lines() if "hss: at-once" in line]
        assert len(lines) == 2 and all("at-once=-5 outcome=cannot-wait" in line for line in lines), lines
        assert not w.hss.requests("SRR") and not ran(w)


# --- a short message waits ------------------------------------------------------------------


def test_a_short_message_goes_on_as_it_was():
    with world("script-sms") as w:
        submission = w.scscf.submit_message(message(w, "decoded"), 1)
        submission.acked()
        assert any("dest=+447700900999" in line and "decode=RP-DATA" in line for line in w.gateway.log_lines())
        assert "447700900999" in w.hub.messages[0].uri, w.hub.messages[0].uri
        w.gateway.wait_until(lambda: "hss: in an event -5 cannot-wait" in "\n".join(w.gateway.log_lines()), "end of the event route")
        counters = w.gateway.wait_at_rest()
        assert (counters["mo_received"], counters["mo_acked"]) == (1, 1), counters


def test_a_short_message_that_is_held_waits_and_is_relayed():
    with world("script-held") as w:
        submission = w.scscf.submit_message(message(w, "held"), 1)
        submission.acked()
        assert w.hub.texts() == ["Hello"], w.hub.texts()
        counters = w.gateway.wait_at_rest()
        assert (counters["mo_received"], counters["mo_acked"], counters["mo_unrouted"]) == (1, 1, 0), counters


def test_a_failure_route_asks():
    with world("script-failed") as w:
        w.hub.answer(404)
        submission = w.scscf.submit_message(message(w, "held", What="ask"), 1)
        submission.errored(1)
        assert len(w.hss.requests("SRR")) == 2 and len(w.hub.messages) == 1
        counters = w.gateway.wait_at_rest()
        assert (counters["mo_received"], counters["mo_errored"], counters["mo_unrouted"]) == (1, 1, 0), counters


def test_a_short_message_is_rejected_when_it_went_on():
    with world("script-sms-rejected", []) as w:
        assert w.scscf.submit_message(message(w, "decoded"), 1).answer().status == 480
        counters = w.gateway.wait_at_rest()
        assert (counters["mo_received"], counters["mo_rejected"], counters["mo_unanswered"]) == (1, 1, 0), counters


def test_a_short_message_that_is_forgotten_when_it_went_on():
    with world("script-sms-forgotten") as w:
        assert w.scscf.submit_message(message(w, "decoded-and-forgotten"), 1).answer().status == 500
        counters = w.gateway.wait_at_rest()
        assert (counters["mo_received"], counters["mo_rejected"], counters["mo_unanswered"]) == (1, 1, 1), counters


# --- KEMI ---------------------------------------------------------------------------------------


def test_a_script_in_python_goes_on():
    defines = ['TEST_SCRIPT="%s"' % (CFG / "hss_kemi.py")]
    with world("script-kemi", config=CFG / "kemi.cfg", defines=defines, profile="3gpp") as w:
        for what, more in (
            ("read-some", {"Id": ID, "What": "msisdn"}),
            ("read", {"Id": ID}),
            ("sri", {"Id": ID}),
            ("update", {"Id": ID}),
            ("report", {"Id": ID, "Sc": SC}),
        ):
            final = send(w, what, **more).wait(6)
            assert final.start == "SIP/2.0 200 answered DIAMETER_SUCCESS", "%s: %s" % (what, final.start)
        assert send(w, "read-some", Id=ID, What="imsi").wait(6).start == "SIP/2.0 200 at once 1 answered"
        assert send(w, "no-function", Id=ID).wait(6).start == "SIP/2.0 500 at once -6 no-identity"
        submission = w.scscf.submit_message(message(w, "sms"), 1)
        submission.acked()
        assert w.hub.texts() == ["Hello"]
        slots_are_back(w)


# --- load ---------------------------------------------------------------------------------------


def burst(w, count, at_a_time=20):
    for _ in range(count // at_a_time):
        clients = [send(w, "sri", Id=ID) for _ in range(at_a_time)]
        for client in clients:
            expect(said(client), outcome="answered", imsi=IMSI)


def memory(w):
    slots_are_back(w)
    w.gateway.wait_transactions_gone()
    return {("shared memory", ""): w.gateway.rpc.shm_used(), **w.gateway.rpc.pkg_used()}


@bound(120)


def ask_each(w, seconds, rate):
    """Questions at that rate for so long; their clients."""
    clients, start = [], time.monotonic()
    while time.monotonic() < start + seconds:
        clients.append(send(w, "sri", Id=ID))
        # the pace of a load, not a wait for anything
        time.sleep(max(0, start + len(clients) / rate - time.monotonic()))
    return clients


def end_of_a_storm(w, clients):
    """Each has one answer and its route ran once; all slots are back. How many had which outcome."""
    outcomes = {}
    for client in clients:
        outcome = said(client, 10).get("outcome")
        outcomes[outcome] = outcomes.get(outcome, 0) + 1
    assert set(outcomes) <= {"answered", "no-peer", "timeout", "restarted", "not-sent"}, outcomes
    slots_are_back(w)
    return outcomes


@bound(120)
def test_an_hss_that_dies_at_500_a_second_and_comes_back():
    with world("script-storm", params=[("hss_timeout", 1000)], shm=256) as w:
        clients = ask_each(w, 1, 500)
        w.hss.kill9()
        clients += ask_each(w, 1, 500)
        w.hss.start()
        w.wait_connected(35)
        again = ask_each(w, 1, 500)
        outcomes = end_of_a_storm(w, clients)
        assert outcomes.get("answered", 0) >= 400 and outcomes.get("no-peer", 0) >= 300, outcomes
        assert end_of_a_storm(w, again).get("answered", 0) >= len(again) - 20, "the HSS is back and does not answer"


@bound(120)
def test_a_diameter_process_that_dies_at_300_a_second_is_back_soon():
    with world("script-node-storm", params=[("hss_timeout", 1000)], shm=256) as w:
        clients = ask_each(w, 1, 300)
        os.kill(state(w)["node_pid"], signal.SIGKILL)
        start = time.monotonic()
        clients += ask_each(w, 1, 300)
        w.wait_connected(5)
        while said(send(w, "sri", Id=ID)).get("outcome") != "answered":
            assert time.monotonic() < start + 5, "Diameter is not back within 5 s"
        outcomes = end_of_a_storm(w, clients)
        assert outcomes.get("answered", 0) >= 250, outcomes


def test_a_thousand_questions_leave_memory_flat():
    with world("script-memory", shm=128) as w:
        burst(w, 600)
        before = memory(w)
        burst(w, 1000)
        after = memory(w)
        grown = {where: after[where] - before[where] for where in before if after[where] - before[where] > 1000}
        assert not grown, "expected at most 1000 octets more, seen %s" % grown
        assert len(ran(w)) == 1600 == len(set(ran(w)))


# --- the start ------------------------------------------------------------------------------------


def refusal(define):
    """The log of a gateway that must not start."""
    w = World("script-start-" + define, config=CFG / "hss-script.cfg", defines=[define])
    try:
        with w:
            pass
    except StartError:
        return w.gateway.log_tail(60)
    raise AssertionError("expected that it does not start with %s" % define)


def test_faults_of_a_script_stop_the_start():
    for define, complaint in (
        ("TEST_NO_ROUTE", "there is no route[NOWHERE] to go on with"),
        ("TEST_NO_FIELD", "there is no $ipsmgw_hss(shoes)"),
        ("TEST_REPLY", "ipsmgw_sri"),
    ):
        log = refusal(define)
        assert complaint in log, "expected %r in\n%s" % (complaint, log)
