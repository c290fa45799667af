# SPDX-License-Identifier: GPL-2.0-or-later
#
# Reading the HSS (Sh-Pull, TS 29.328 6.1.1): what a REGISTER left out is learnt behind its answer; whatever the HSS does, the
# REGISTER is answered at once and the record stays.

import time

from ipsmgwtest.hss import subscriber
from ipsmgwtest.hss_world import GATEWAY, HssWorld

IMSI, MSISDN = "001010000000101", "447700900001"
IMPI = IMSI + "@ims.test"
ALICE, ALICE_TEL, ALICE_SIP_TEL = "sip:alice@ims.test", "tel:+447700900001", "sip:+447700900001@ims.test"
SUBSCRIBER = subscriber(
    imsi=IMSI, msisdn=MSISDN, impi=IMPI, impu=[ALICE, ALICE_SIP_TEL, ALICE_TEL], scscf="sip:scscf.ims.test:6060", state=1
)
BOB = "sip:bob@ims.test"
OUTCOMES = ("completed", "nothing", "failed", "gone")
# Data-References: IMS public identities, MSISDN, IMSI, private identity
SET, NUMBER, IMSI_REFERENCE, IMPI_REFERENCE = 10, 17, 32, 33
AT_ONCE = 0.5  # seconds, for what must not wait for the HSS


class ReadWorld(HssWorld):
    """At rest each question for a record has one outcome."""

    def counters(self):
        return self.gateway.rpc.counters()

    def outcomes(self):
        counters = self.counters()
        return {name: counters["hss_record_" + name] for name in OUTCOMES if counters["hss_record_" + name]}

    def wait_outcomes(self, timeout=8, **expected):
        """Until every question for a record has its outcome; these."""

        def settled():
            counters = self.counters()
            return counters["hss_record_wanted"] == sum(counters["hss_record_" + name] for name in OUTCOMES)

        self.gateway.wait_until(settled, "outcome of each reading", timeout)
        assert self.outcomes() == expected, "expected %s, seen %s; the log: %s" % (expected, self.outcomes(), self.said())

    def register_at_once(self, impu=ALICE, **more):
        began = time.monotonic()
        self.registrar.register(impu, **more)
        took = time.monotonic() - began
        assert took < AT_ONCE, "the answer to REGISTER took %.2f s" % took

    def said(self):
        return [line for line in self.gateway.log_lines() if "record from hss" in line]

    def references(self):
        """The Data-References of each UDR that the HSS has seen."""
        return [sorted(a.value for a in m.all("Data-Reference")) for m in self.hss.requests("UDR")]


def check_whole(record):
    assert record, "not registered"
    seen = {name: record.get(name) for name in ("msisdn", "imsi", "impi")}
    assert seen == {"msisdn": MSISDN, "imsi": IMSI, "impi": IMPI}, record
    assert record["impus"] == [ALICE, ALICE_SIP_TEL, ALICE_TEL], record


def test_the_gateway_and_its_hss_connect_and_part():
    with HssWorld("hss-connect", [SUBSCRIBER]) as w:
        assert GATEWAY in [e["peer"] for e in w.hss.events("connected")], w.hss.events()
        assert not w.hss.messages("DPR")


def test_a_bare_register_is_completed_from_the_hss():
    with ReadWorld("hss-bare", [SUBSCRIBER]) as w:
        w.register_at_once()
        w.wait_outcomes(completed=1)
        record = w.registrar.show(ALICE)
        check_whole(record)
        assert record["scscf"] == "sip:127.0.0.1:%d" % w.scscf.port, "the S-CSCF of the REGISTER was overwritten: %s" % record
        for identity in (ALICE_TEL, "+" + MSISDN, IMSI, IMPI):
            check_whole(w.registrar.show(identity))
        line = w.said()[-1]
        assert "completed" in line and "added=msisdn,imsi,impi,set" in line and MSISDN not in line, line
