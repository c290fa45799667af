# SPDX-License-Identifier: GPL-2.0-or-later
#
# kamcmd ipsmgw.hss, ipsmgw.hss_read and ipsmgw.sri: what an operator sees of the Diameter side, and asks the HSS by hand; and the
# same numbers as counters.

import threading
import time

from ipsmgwtest.gateway import ROOT
from ipsmgwtest.hss import subscriber
from ipsmgwtest.hss_world import HssWorld
from ipsmgwtest.rpc import RpcError
from ipsmgwtest.world import World

CFG = ROOT / "test" / "e2e" / "cfg"
IMSI, MSISDN = "001010000000101", "12025550101"
ALICE = {
    "imsi": IMSI,
    "msisdn": MSISDN,
    "impu": ["sip:+12025550101@ims.test", "tel:+12025550101"],
    "mme": ("mme.test", "epc.test", "15558880001"),
}
ID = "s:+" + MSISDN


def world(name, **more):
    return HssWorld(name, [subscriber(**ALICE)], **more)


def call(w, command, *args):
    (answer,) = w.gateway.rpc.structs(command, *args)
    return answer


def fault(call, *args):
    try:
        call(*args)
    except RpcError as e:
        return str(e)
    raise AssertionError("expected a fault")


def test_the_state_of_the_diameter_side():
    with world("rpc-hss") as w:
        before = call(w, "ipsmgw.hss")
        assert (before["state"], before["profile"], before["open_peers"], before["restarts"]) == ("open", "read-only", 1, 0), before
        assert before["node_pid"] > 1 and (before["slots_in_use"], before["slots_max"]) == (0, 1000), before
        peer = before["peers"]["hss.ims.test"]
        assert (peer["state"], peer["realm"]) == ("open", "ims.test"), peer
        for _ in range(3):
            call(w, "ipsmgw.sri", ID)
        after = call(w, "ipsmgw.hss")
        assert sum(after["round_trips"]["SRR"].values()) == 3, after["round_trips"]
        assert after["counters"]["sent"] - before["counters"]["sent"] == 3, after["counters"]
        # that the answers are counted is behind their outcome
        w.gateway.wait_until(lambda: call(w, "ipsmgw.hss")["peers"]["hss.ims.test"]["answers"] >= 3, "answers of the peer")
        counters = w.gateway.rpc.counters()
        assert (counters["hss_sent"], counters["hss_answered_2xxx"]) == (3, 3), counters


def test_every_counter_of_the_state_is_one_of_kamailio():
    with world("rpc-counters") as w:
        shown = call(w, "ipsmgw.hss")["counters"]
        counters = w.gateway.rpc.counters()
        missing = [name for name in shown if "hss_" + name not in counters]
        assert not missing, "no counter for %s" % missing


def test_the_hss_is_asked_by_hand():
    with world("rpc-ask") as w:
        seen = call(w, "ipsmgw.sri", ID, "s:15551230000")
        assert (seen["outcome"], seen["result"], seen["result_name"]) == ("answered", 2001, "DIAMETER_SUCCESS"), seen
        assert seen["imsi"] == int(IMSI), seen
        assert seen["mme"] == {"name": "mme.test", "realm": "epc.test", "number": 15558880001, "additional": 0}, seen
        (request,) = w.hss.requests("SRR")
        assert [a.digits for a in request.avps if a.code == 3300] == ["15551230000"], request.avps
        seen = call(w, "ipsmgw.hss_read", ID)
        assert (seen["outcome"], str(seen["msisdn"]), seen["cached"]) == ("answered", MSISDN, 0), seen
        assert call(w, "ipsmgw.hss_read", ID)["cached"] == 1
        seen = call(w, "ipsmgw.hss_read", "s:+12025550199")
        assert seen["result_name"] == "DIAMETER_ERROR_USER_UNKNOWN", seen
        assert call(w, "ipsmgw.sri", "sip:bob@ims.test")["outcome"] == "no-identity"
        assert "400" in fault(w.gateway.rpc.call, "ipsmgw.sri")
        assert call(w, "ipsmgw.hss")["slots_in_use"] == 0


def test_a_silent_hss_is_waited_for_no_longer_than_its_time():
    with world("rpc-silent", params=[("hss_timeout", 500)]) as w:
        w.hss.control("fault all 0 silence")
        for command in ("ipsmgw.sri", "ipsmgw.hss_read"):
            began = time.monotonic()
            assert call(w, command, ID)["outcome"] == "timeout"
            took = time.monotonic() - began
            assert 0.45 <= took < 1.2, "%s took %.3f s" % (command, took)
        # phones do not wait for it
        waiting = threading.Thread(target=call, args=(w, "ipsmgw.sri", ID))
        waiting.start()
        w.scscf.submit("Hello").acked()
        waiting.join()


def test_without_a_peer_or_an_hss():
    with world("rpc-no-peer", connected=False) as w:
        w.wait_connected()
        w.hss.kill9()
        w.gateway.wait_until(lambda: call(w, "ipsmgw.hss")["state"] == "no-peer", "end of the connection", 10)
        for command in ("ipsmgw.sri", "ipsmgw.hss_read"):
            assert call(w, command, ID)["outcome"] == "no-peer"
        w.hss.start()
    with World("rpc-no-hss") as w:
        assert call(w, "ipsmgw.hss")["state"] == "not-used"
        assert call(w, "ipsmgw.sri", ID)["outcome"] == "not-used"
        assert w.gateway.rpc.counters()["hss_sent"] == 0


def test_a_sip_worker_does_not_wait():
    with world("rpc-worker", config=CFG / "hss-script.cfg") as w:
        message = w.scscf.message(b"")
        message.headers += [("X-Ask", "by-rpc"), ("X-Id", "+" + MSISDN)]
        assert w.scscf.send(message, w.gateway.address).wait(5).status == 200
        log = "\n".join(w.gateway.log_lines())
        assert "not in a SIP worker" in log, log[log.index("hss: rpc") :]
        assert not w.hss.requests("SRR")
