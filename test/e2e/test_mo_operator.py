# SPDX-License-Identifier: GPL-2.0-or-later
#
# What an operator sees: RPC commands, one log line for each outcome with the Call-ID and masked numbers, never a text; and
# what stops the start.

import re

from ipsmgwtest import ACCEPT, RELAY, modes, rp, tp
from ipsmgwtest.gateway import ROOT, StartError
from ipsmgwtest.rpc import RpcError
from ipsmgwtest.transaction import SILENCE, Answer
from ipsmgwtest.world import World

NUMBERS = ("2025550101", "2025550123")
SECRET = "secret words"
OUTCOME = re.compile(r"mo (?:result|rejected): call-id=(\S+) (.*)")


def pending(w, verb="list", *args):
    return w.gateway.rpc.structs("ipsmgw.pending", verb, *args)


def fails(call, code, *args):
    try:
        call(*args)
    except RpcError as e:
        assert str(code) in str(e), "expected error %s, seen %s" % (code, e)
        return
    raise AssertionError("expected error %s" % code)


# --- RPC ----------------------------------------------------------------------


def test_pending_lists_shows_and_cancels():
    with World("pending") as w:
        w.hub.answer(SILENCE)
        sent = [w.scscf.submit("text %d" % n, mr=10 + n).accepted() for n in range(3)]
        w.hub.wait_messages(3)
        jobs = {job["call_id"]: job for job in pending(w)}
        assert sorted(jobs) == sorted(s.call_id for s in sent), jobs
        for s in sent:
            job = jobs[s.call_id]
            assert (job["state"], job["rp_mr"], job["attempts"]) == ("open", s.mr, 1), job
            assert not any(n in str(job) for n in NUMBERS), "a number unmasked: %s" % job
        assert len(pending(w, "list", 2)) == 2
        index = jobs[sent[1].call_id]["job"]
        assert pending(w, "show", index)[0]["call_id"] == sent[1].call_id
        for s in sent:
            w.gateway.rpc.call("ipsmgw.pending", "cancel", jobs[s.call_id]["job"])
            s.errored(41)
        w.gateway.wait_at_rest()
        assert pending(w) == []


def test_cancelling_one_that_others_repeat_answers_them_all():
    with World("cancel-all") as w:
        w.hub.answer(SILENCE)
        body = [rp.data(mr, tp.submit("+12025550123", "Hello", mr=1, rd=True)) for mr in (1, 2, 3)]
        sent = [w.scscf.submit_message(w.scscf.message(b), mr).accepted() for mr, b in enumerate(body, 1)]
        states = ["open", "waiting", "waiting"]
        w.gateway.wait_until(lambda: sorted(job["state"] for job in pending(w)) == states, "job for each")
        jobs = {job["call_id"]: job for job in pending(w)}
        w.gateway.rpc.call("ipsmgw.pending", "cancel", jobs[sent[0].call_id]["job"])
        for s in sent:
            s.errored(41)


def test_pending_refuses_what_it_does_not_know():
    with World("pending-wrong") as w:
        call = w.gateway.rpc.call
        fails(call, 404, "ipsmgw.pending", "show", 9999)
        fails(call, 404, "ipsmgw.pending", "cancel", 99999999)
        fails(call, 400, "ipsmgw.pending", "show")
        fails(call, 400, "ipsmgw.pending", "explode")


def test_a_job_whose_report_is_on_its_way_cannot_be_cancelled():
    with World("cancel-late", params=[("report_timeout", 1000), ("report_retry_delay", 0)], reports_lost=1) as w:
        w.scscf.answer_reports(SILENCE)
        s = w.scscf.submit("Hello").accepted()
        s.wait_reports()
        (job,) = pending(w)
        assert job["state"] == "reporting", job
        fails(w.gateway.rpc.call, 409, "ipsmgw.pending", "cancel", job["job"])


@modes(ACCEPT, RELAY)
def test_stats_are_the_counters_and_the_jobs():
    with World("stats") as w:
        for n in range(3):
            w.scscf.submit("text %d" % n).acked()
        counters = w.gateway.wait_at_rest()
        (stats,) = w.gateway.rpc.structs("ipsmgw.stats")
        assert {name: stats[name] for name in counters} == counters, stats
        assert stats["jobs_pending"] == 0 and stats["jobs_peak"] >= 1 and stats["jobs_max"] == 10000, stats


DECODED = (
    ("002A0007912120550501F013352A0B912120550521F30000A705C8329BFD06", {"rp": "RP-DATA", "rp_mr": 42, "tp": "SUBMIT", "text": "Hello"}),
    ("052A0126410A01C00062112290147040", {"direction": "MT", "rp": "RP-ERROR", "cause": 38, "tp": "SUBMIT-REPORT"}),
    ("027C", {"direction": "MO", "rp": "RP-ACK", "rp_mr": 124}),
    ("062B", {"rp": "RP-SMMA", "rp_mr": 43}),
    ("002A", {"refused_with_cause": 96}),
    ("072A", {"refused_with_cause": 97}),
    ("00", {"field": "RP-MR"}),
)


def test_decode_shows_what_octets_say():
    with World("decode") as w:
        for octets, fields in DECODED:
            (seen,) = w.gateway.rpc.structs("ipsmgw.decode", "s:" + octets)
            assert {k: seen.get(k) for k in fields} == fields, "%s: seen %s" % (octets, seen)
        for wrong in ("0", "xx", "zz00", "00" * 600):
            fails(w.gateway.rpc.call, 400, "ipsmgw.decode", "s:" + wrong)
        fails(w.gateway.rpc.call, 400, "ipsmgw.decode")


# --- the log --------------------------------------------------------------------


def outcomes(w):
    """Call-ID -> what the log says of its outcome; fails when one has two."""
    found = {}
    for line in w.gateway.log_lines():
        match = OUTCOME.search(line)
        if match:
            assert match[1] not in found, "two outcomes of %s" % match[1]
            found[match[1]] = match[2]
    return found


def every_outcome(w):
    """One message for each kind of end; (submission, what its log line must hold)."""
    submit = w.scscf.submit
    w.hub.answer(200)
    yield submit(SECRET), "RP-ACK cause=0"
    w.hub.answer(415)
    yield submit(SECRET), "RP-ERROR cause=69 fcs=90 hub=415"
    yield submit(b"secret words", dcs=tp.BINARY), "RP-ERROR cause=69 fcs=90"
    yield submit(SECRET, "secret"), "RP-ERROR cause=1"
    yield submit(SECRET, pid=0x24), "RP-ERROR cause=69 fcs=80"
    yield submit(body=rp.data(9, tp.submit("+12025550123", SECRET))[:-3], mr=9), "RP-ERROR cause=96"
    yield w.scscf.submit_message(w.scscf.message(b"\0"), 0), "status=400"
    yield w.scscf.submit_message(w.scscf.message(b"\0", content_type="text/html"), 0), "status=415"
    if not w.relay:
        w.hub.answer(SILENCE)
        yield submit(SECRET), "RP-ERROR cause=41"


@modes(ACCEPT, RELAY)
def test_every_outcome_has_one_log_line_with_its_call_id_and_no_number_or_text():
    with World("log", defines=["IPSMGW_MO_DEADLINE=600"]) as w:
        expected = {}
        for submission, words in every_outcome(w):
            if submission.answer().status == 202:
                submission.wait_reports()
            expected[submission.call_id] = words
        w.gateway.wait_at_rest()
        seen = outcomes(w)
        assert sorted(seen) == sorted(expected), "expected one line each, seen %s" % seen
        for call_id, words in expected.items():
            assert words in seen[call_id], "expected %r, seen %r" % (words, seen[call_id])
        private(w)


def private(w):
    """No number and no text in the log."""
    for line in w.gateway.log_lines():
        for secret in NUMBERS + (SECRET, SECRET.encode().hex()):
            assert secret not in line.lower(), "the log says %r" % line


def test_numbers_are_masked_when_things_go_wrong_as_well():
    with World("log-wrong", params=[("report_retry_delay", 0)], hubs=2, reports_lost=1, defines=["IPSMGW_HUB_TIMEOUT=200"]) as w:
        w.scscf.answer_reports(480)
        w.hubs[0].answer(SILENCE)
        w.hubs[1].answer(503)
        w.scscf.submit(SECRET).accepted().wait_reports(2)
        w.gateway.wait_at_rest()
        assert any("submit report not delivered" in line for line in w.gateway.log_lines())
        private(w)


def test_numbers_are_masked_when_a_hub_cannot_be_sent_to():
    with World("log-unsent", config=ROOT / "test/e2e/cfg/contract.cfg") as w:
        message = w.scscf.message(rp.data(1, tp.submit("+12025550123", SECRET, mr=1)))
        message.headers.append(("X-Case", "unreachable"))
        w.scscf.submit_message(message, 1).errored(41)
        assert any("ERROR" in line for line in w.gateway.log_lines()), "the case does not reach what it is for"
        assert w.gateway.wait_at_rest()["hub_unsent"] == 1
        private(w)


def test_a_late_answer_is_in_the_log():
    with World("log-late", defines=["IPSMGW_MO_DEADLINE=300"]) as w:
        w.hub.answer(Answer(200, delay=0.6))
        s = w.scscf.submit(SECRET)
        s.errored(41)
        w.hub.wait_for(lambda: w.hub.received_requests("MESSAGE")[0].status, 5, "answer of the hub")
        words = "took a short message after its sender was told RP-ERROR: call-id=%s" % s.call_id
        w.gateway.wait_until(lambda: any(words in line for line in w.gateway.log_lines()), "log line")
        private(w)


@modes(ACCEPT, RELAY)
def test_numbers_stand_in_full_when_the_operator_says_so():
    with World("unmasked", params=[("mask_numbers", 0)]) as w:
        s = w.scscf.submit(SECRET)
        s.acked()
        w.gateway.wait_at_rest()
        line = outcomes(w)[s.call_id]
        assert "from=12025550101 to=12025550123" in line, line
        assert not any(SECRET in line for line in w.gateway.log_lines())


def test_the_level_of_the_outcome_lines_is_a_parameter():
    with World("level", params=[("result_log_level", 3)]) as w:
        w.scscf.submit("Hello").acked()
        assert not outcomes(w), "a line above the log level"


# --- the start --------------------------------------------------------------------

# parameter, a value that stops the start, what the log must name
BAD = (
    ("gateway_uri", "", "gateway_uri"),
    ("gateway_uri", "nonsense", "gateway_uri"),
    ("gateway_uri", "tel:+12025550100", "gateway_uri"),
    ("scscf_uri", "http://x", "scscf_uri"),
    ("hub_timeout", 99, "hub_timeout is 99, it must be 100 to"),
    ("hub_timeout", 30001, "hub_timeout"),
    ("mo_deadline", 0, "mo_deadline"),
    ("mo_deadline", 30001, "mo_deadline"),
    ("mo_jobs_max", 0, "mo_jobs_max"),
    ("mo_jobs_max", 16777217, "mo_jobs_max"),
    ("report_timeout", 0, "report_timeout"),
    ("report_window", 0, "report_window"),
    ("report_retry_delay", -1, "report_retry_delay"),
    ("repeat_window", 0, "repeat_window"),
    ("repeat_rd_window", -1, "repeat_rd_window"),
    ("repeat_entries", 15, "repeat_entries"),
    ("short_code_max", 21, "short_code_max"),
    ("scts_zone", -80, "scts_zone"),
    ("scts_zone", 200, "scts_zone"),
    ("result_log_level", 9, "result_log_level"),
    ("country_code", "+44", "country_code"),
    ("national_prefix", "x", "national_prefix"),
    ("international_prefix", "0 0", "international_prefix"),
    ("mo_cause", "404", "mo_cause"),
    ("mo_cause", "404=0", "mo_cause"),
    ("mo_cause", "404=128", "mo_cause"),
    ("mo_cause", "200=1", "mo_cause"),
    ("mo_cause", "404=1/0x7f", "mo_cause"),
    ("mo_cause", "404,=1", "mo_cause"),
    ("mo_cause", "=1", "mo_cause"),
    ("mo_cause", "never=1", "mo_cause"),
    ("hss_conf", "/no/such/file", "hss_conf"),
    ("hss_profile", "4gpp", "hss_profile"),
    ("hss_timeout", 99, "hss_timeout"),
    ("hss_slots", 0, "hss_slots"),
    ("hss_workers", 65, "hss_workers"),
    ("gateway_number", "+15557770001", "gateway_number"),
    ("mo_jobs_max", 16777216, "start kamailio with a larger -m"),
    ("no_such_parameter", 1, "no_such_parameter"),
)


def refusal(name, **world):
    """The log of a gateway that must not start."""
    w = World(name, **world)
    try:
        with w:
            pass
    except StartError:
        return "\n".join(w.gateway.log_lines())
    raise AssertionError("it started with %s" % world)


def test_a_bad_parameter_stops_the_start_and_is_named():
    for n, (name, value, words) in enumerate(BAD):
        log = refusal("bad-%d" % n, params=[(name, value)])
        errors = "\n".join(line for line in log.splitlines() if "ERROR" in line or "CRITICAL" in line)
        assert words in errors, "%s=%r: expected %r, seen:\n%s" % (name, value, words, errors)


def test_the_edges_of_the_bounds_are_good():
    low = [("hub_timeout", 100), ("mo_deadline", 100), ("repeat_window", 1), ("repeat_rd_window", 0), ("scts_zone", -79)]
    high = [("hub_timeout", 30000), ("mo_deadline", 30000), ("repeat_entries", 16), ("short_code_max", 20), ("scts_zone", 127)]
    for params in (low, high):
        with World("edges", params=params):
            pass


def test_modules_that_are_missing_are_named():
    log = refusal("no-tm", config=ROOT / "test/e2e/cfg/without-tm.cfg")
    assert "tm" in log and "must be loaded before ipsmgw" in log, log[-2000:]


def test_a_pseudo_variable_that_is_none_stops_the_start():
    log = refusal("bad-pv", config=ROOT / "test/e2e/cfg/bad-pv.cfg", defines=["TEST_NAME=$ipsmgw(nonsense)"])
    assert "there is no $ipsmgw(nonsense)" in log, log[-2000:]
