# SPDX-License-Identifier: GPL-2.0-or-later
#
# The Diameter process beside SIP: it may die, be made to crash by a peer, or have nobody to talk to; texts and
# registrations go on, and it is back soon.

import os
import signal
import threading
import time

from ipsmgwtest import processes
from ipsmgwtest.hss import subscriber
from ipsmgwtest.hss_world import GATEWAY, REALM, HssWorld
from ipsmgwtest.persistence import begin

ALICE, NUMBER = "sip:+447700900001@ims.test", "447700900001"
SUBSCRIBERS = [subscriber(imsi="001010000000101", msisdn=NUMBER, impu=[ALICE, "tel:+%s" % NUMBER])]
BACK = 5  # seconds until Diameter must be back
PACE = 0.01  # seconds between two texts
FIELD_PARENT = 1  # of /proc/PID/stat as processes.members() counts them


def diameter_process(w):
    """The pid of the process that runs libfdcore: the one child of the supervisor."""
    supervisor = next(p["pid"] for p in w.gateway.rpc.structs("core.psa") if p["description"] == "ipsmgw diameter")
    children = processes.members(FIELD_PARENT, supervisor)
    assert len(children) == 1, "expected one child of the supervisor, seen %s" % children
    return children[0]


class Texts:
    """with Texts(w) as texts: a text each PACE seconds until the end; then every one must have its RP-ACK."""

    def __init__(self, w):
        self._w, self._stop, self._sent = w, threading.Event(), []
        self._thread = threading.Thread(target=self._run)

    def _run(self):
        while not self._stop.wait(PACE):
            self._sent.append(self._w.scscf.submit("text %d" % len(self._sent)))

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, kind, error, traceback):
        self._stop.set()
        self._thread.join()
        if error is None:
            assert len(self._sent) > 20, "only %d texts were sent" % len(self._sent)
            for text in self._sent:
                text.acked(timeout=10)


def openings(w):
    return sum("Diameter peer %s is open" % w.hss.identity in line for line in w.gateway.log_lines())


def wait_openings(w, number):
    w.gateway.wait_until(lambda: openings(w) >= number, "connection number %d to the HSS" % number, BACK)


def test_texts_go_on_while_the_diameter_process_is_killed_and_it_is_back_soon():
    with HssWorld("hss-killed", SUBSCRIBERS) as w:
        with Texts(w):
            for times in range(1, 4):
                before = diameter_process(w)
                os.kill(before, signal.SIGKILL)
                wait_openings(w, 1 + times)
                assert diameter_process(w) != before


def test_texts_go_on_while_a_peer_sends_a_session_id_with_a_nul():
    with HssWorld("hss-nul", SUBSCRIBERS) as w:
        with Texts(w):
            for _ in range(5):
                w.hss.control("pnr-nul %s 11 %s %s" % (ALICE, GATEWAY, REALM))
                time.sleep(0.2)  # the peer is to be looked at after each
            w.gateway.wait_until(w.is_connected, "connection to the HSS", BACK)


def test_texts_go_on_while_there_is_no_hss_and_one_that_comes_is_found():
    with HssWorld("hss-away", SUBSCRIBERS) as w:
        with Texts(w):
            w.hss.kill9()
            w.gateway.wait_until(lambda: not w.is_connected(), "loss of the connection", BACK)
            time.sleep(1)  # of texts without an HSS
            w.hss.start()
            # freeDiameter tries each 30 s unless told; who comes to us is taken at once
            w.gateway.wait_until(w.is_connected, "connection to the HSS", 35)


def test_a_stop_under_load_takes_leave_of_the_hss_and_leaves_no_process():
    with HssWorld("hss-stop", SUBSCRIBERS) as w:
        node = diameter_process(w)
        for n in range(100):
            w.scscf.send(w.registrar.message("sip:user%d@ims.test" % n), w.gateway.address)
        start = time.monotonic()
        w.gateway.stop(timeout=10)
        took = time.monotonic() - start
        assert took < 5, "the stop took %.1f s" % took
        assert not os.path.exists("/proc/%d" % node), "the Diameter process is still there"
        assert len(w.hss.messages("DPR")) == 1, "expected one DPR, seen %d" % len(w.hss.messages("DPR"))
        # for the checks that come with the end of each test
        begin(w)
        w.wait_connected()
