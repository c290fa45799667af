# SPDX-License-Identifier: GPL-2.0-or-later
#
# The HSS tells when a UE can be reached (TS 29.328 6.1.3, 6.1.4, Data-Reference 25): what it is asked, and what becomes of
# its notifications, also of those that nobody waits for. cfg/reachable.cfg asks for everybody who registers.

import contextlib
import re
import time

from ipsmgwtest import registrar
from ipsmgwtest.diameter import PNR, REPEATED, SH, SNR, Client, ietf, tbcd, tgpp
from ipsmgwtest.gateway import ROOT
from ipsmgwtest.hss import subscriber
from ipsmgwtest.hss_world import GATEWAY, REALM, HssWorld
from ipsmgwtest.pcap import tshark_complaints

ALICE, TEL, MSISDN, BOB = "sip:alice@ims.test", "tel:+447700900001", "447700900001", "sip:bob@ims.test"
SUBSCRIBERS = [
    subscriber(imsi="001010000000101", msisdn=MSISDN, impu=[ALICE, TEL]),
    subscriber(imsi="001010000000102", impu=BOB),
]
CONFIG = ROOT / "test/e2e/cfg/reachable.cfg"
SUCCESS, NO_SUBSCRIPTION, NOT_RECOGNIZED = (0, 2001), (10415, 5107), (10415, 5100)
REACHABLE = "<Sh-Data><Sh-IMS-Data>%s<UEReachabilityForIP><UEIPReachabilityMME>0</UEIPReachabilityMME></UEReachabilityForIP>%s</Sh-IMS-Data></Sh-Data>" % (
    "<Extension>" * 3,
    "</Extension>" * 3,
)
NUMBER = {"content_type": "application/3gpp-ims+xml", "body": registrar.service_info(MSISDN)}


def world(name, **more):
    return HssWorld(name, SUBSCRIBERS, config=CONFIG, defines=["IPSMGW_REG_EVENT=0"], **more)


def said(w, word):
    return [line.split(word + ": ")[1] for line in w.gateway.log_lines() if word + ": " in line]


def wait_said(w, word, count):
    w.gateway.wait_until(lambda: len(said(w, word)) >= count, "%d lines '%s'" % (count, word))
    return said(w, word)


def counted(w, **expected):
    counters = w.gateway.rpc.counters()
    seen = {name: counters["hss_reach_" + name] for name in expected}
    assert seen == expected, "expected %s, seen %s" % (expected, seen)


def notified(w, count):
    return [m.result for m in w.hss.wait_messages("PNA", count)]


def waits(w):
    """A gateway that waits for Alice, of whom it knows the number."""
    w.registrar.register(ALICE, **NUMBER)
    w.gateway.wait_counter("hss_reach_granted", 1)


def test_a_notification_runs_the_event_once():
    with world("reach-once") as w:
        began = time.time()
        waits(w)
        snr = w.hss.requests("SNR")[0]
        assert (snr.app, snr.text(283), snr.find(277, 0).number) == (SH, REALM, 1), snr.avps
        assert snr.find(700).find(701).digits == MSISDN, snr.avps
        assert (snr.find(705).number, snr.find(703).number, snr.find(712).number) == (0, 25, 0), snr.avps
        expires = snr.find(709).number - 2208988800
        assert 86395 <= expires - began <= 86405, "expected Expiry-Time in a day, seen %d s" % (expires - began)
        complaints = tshark_complaints([snr.to_bytes()], w.hss.folder / "snr.pcap")
        assert not complaints, complaints
        assert said(w, "asked") == ["1"] and said(w, "told") == []
        assert w.hss.control("pnr %s 25" % ALICE) == "1"
        assert notified(w, 1) == [SUCCESS]
        assert wait_said(w, "told", 1) == ["reachable %s %s unknown" % (ALICE, MSISDN)]
        w.hss.control("pnr-to %s 25 %s %s" % (ALICE, GATEWAY, REALM))
        assert notified(w, 2) == [SUCCESS, NO_SUBSCRIPTION], "it was for once"
        assert len(said(w, "told")) == 1, said(w, "told")
        counted(w, asked=1, granted=1, failed=0, notified=1, strange=1)


def test_who_is_waited_for_is_not_asked_for_again():
    with world("reach-again") as w:
        waits(w)
        w.registrar.register(ALICE, expires=0)
        assert wait_said(w, "asked", 2) == ["1", "2"]
        assert w.hss.control("pnr %s 25" % ALICE) == "1"
        # he has left: what was asked for is all that is known
        told = wait_said(w, "told", 1)
        assert told[0].startswith("reachable %s " % ALICE), told
        assert notified(w, 1) == [SUCCESS]


def test_a_stranger_is_5107_and_keeps_the_others():
    with world("reach-stranger") as w:
        waits(w)
        w.hss.control("pnr-to %s 25 %s %s" % (BOB, GATEWAY, REALM))
        w.hss.control("pnr-to %s 11 %s %s" % (ALICE, GATEWAY, REALM))
        assert notified(w, 2) == [NO_SUBSCRIPTION] * 2
        assert w.hss.control("pnr %s 25" % ALICE) == "1", "the HSS has dropped the subscription"
        assert notified(w, 3)[2] == SUCCESS
        counted(w, notified=1, strange=2)


def test_an_hss_that_says_no_or_nothing():
    with world("reach-no", params=[("hss_timeout", 300)]) as w:
        w.hss.control("fault SNR 1 experimental 5104")
        w.registrar.register(ALICE, **NUMBER)
        w.gateway.wait_counter("hss_reach_failed", 1)
        lines = [line for line in w.gateway.log_lines() if "hss reach: " in line]
        assert "no notification result=5104 (DIAMETER_ERROR_USER_DATA_CANNOT_BE_NOTIFIED)" in lines[0], lines
        w.hss.control("fault SNR 1 silence")
        w.registrar.register(ALICE, expires=0)
        w.gateway.wait_counter("hss_reach_failed", 2)
        w.registrar.register(ALICE, **NUMBER)
        w.gateway.wait_counter("hss_reach_granted", 1)
        assert said(w, "asked") == ["1", "1", "1"]


def test_the_table_is_bounded_and_forgets():
    with world("reach-bound", params=[("hss_reach_max", 1), ("hss_reach_time", 1)]) as w:
        waits(w)
        w.registrar.register(BOB)
        assert wait_said(w, "asked", 2) == ["1", "-3"]
        time.sleep(1.1)  # hss_reach_time
        w.hss.control("pnr-to %s 25 %s %s" % (ALICE, GATEWAY, REALM))
        assert notified(w, 1) == [NO_SUBSCRIPTION]
        w.registrar.register(ALICE, expires=0)
        assert wait_said(w, "asked", 3)[2] == "1"


def test_without_an_hss_or_a_peer_it_says_so():
    with world("reach-away") as w:
        w.hss.kill9()
        w.gateway.wait_until(lambda: not w.is_connected(), "end of the connection")
        w.registrar.register(ALICE, **NUMBER)
        assert wait_said(w, "asked", 1) == ["-2"]
        w.connected = False
    with world("reach-none", profile="none", connected=False) as w:
        w.registrar.register(ALICE, **NUMBER)
        assert wait_said(w, "asked", 1) == ["-1"]


# --- an HSS by hand ---------------------------------------------------------------------------


@contextlib.contextmanager
def by_hand(name):
    """A world in which a client of the test is the HSS, and has granted the subscription for Alice."""
    with world(name) as w:
        w.connected = False
        w.hss.kill9()
        w.gateway.wait_until(lambda: not w.is_connected(), "end of the connection")
        port = int(re.search(r"Port = (\d+)", (w.hss.folder / "gateway.conf").read_text())[1])
        with Client(("127.0.0.1", port), host=w.hss.identity) as hss:
            w.wait_connected()
            w.registrar.register(ALICE, **NUMBER)
            request = None
            while request is None or request.code != SNR:
                request = hss.incoming.get(timeout=5)
                hss.answer(request, [])
            w.gateway.wait_counter("hss_reach_granted", 1)
            yield w, hss


def pnr(hss, data, *user):
    avps = [ietf(293, GATEWAY), tgpp(700, list(user) or [tgpp(701, tbcd(MSISDN))]), tgpp(702, data)]
    return hss.make(PNR, SH, avps)


def test_a_repetition_has_the_same_answer_and_no_second_event():
    with by_hand("reach-repeat") as (w, hss):
        first = pnr(hss, REACHABLE)
        assert hss.ask(first).result == SUCCESS
        wait_said(w, "told", 1)
        for _ in range(2):
            first.flags |= REPEATED
            first.hbh = 0  # another hop-by-hop, the same end-to-end
            assert hss.ask(first).result == SUCCESS
        assert len(said(w, "told")) == 1, said(w, "told")
        assert hss.ask(pnr(hss, REACHABLE)).result == NO_SUBSCRIPTION
        counted(w, notified=1, strange=1)


def test_what_cannot_be_read_is_5100_and_the_subscription_stays():
    with by_hand("reach-garbage") as (w, hss):
        for data in ("\0\1\2", "<Sh-Data>", "<other/>", "x" * 5000, '<!DOCTYPE a [<!ENTITY b "c">]><Sh-Data>&b;</Sh-Data>'):
            result = hss.ask(pnr(hss, data)).result
            assert result == NOT_RECOGNIZED, "expected 5100 to %r, seen %s" % (data[:40], result)
        assert hss.ask(pnr(hss, "<Sh-Data/>")).result == NO_SUBSCRIPTION
        # any identity of his will do
        assert hss.ask(pnr(hss, REACHABLE, tgpp(601, ALICE))).result == SUCCESS
        wait_said(w, "told", 1)
        counted(w, notified=1, strange=6)
