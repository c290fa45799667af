# SPDX-License-Identifier: GPL-2.0-or-later
#
# The world of one folder of sipp-scenarios: SIPp sends what the phone sends (scenario.xml) and may be the hub (hub.xml);
# the reports, whose binary bodies SIPp cannot check, are taken and judged by our own S-CSCF.

import contextlib
import pathlib
import sys

from . import rp, sip
from .gateway import free_port
from .scscf import ALICE, report_complaints
from .sipp import Sipp
from .world import World


class Scenario(World):
    """with Scenario() as s: in a folder's `run`."""

    def __init__(self, **world):
        self.folder = pathlib.Path(sys.argv[0]).resolve().parent
        self._awaited = 0
        super().__init__(self.folder.name, **world)

    def phone(self, xml="scenario.xml", calls=1, *, sender=ALICE, transport="udp", keys=None, prefix="", **sipp):
        """Run SIPp as the S-CSCF with the phone; the Call-IDs of its calls. The scenario may use [sender] (the number
        that is asserted), [scscf] (host:port of the S-CSCF) and what is in keys; prefix stands before each Call-ID."""
        token = sip.token(12)
        keys = {"scscf": "127.0.0.1:%d" % self.scscf.port, "sender": sender[1].partition(":")[2], **(keys or {})}
        target = "%s:%d" % self.gateway.address
        process = Sipp(
            self.folder / xml,
            self.gateway.folder,
            free_port(),
            target,
            calls=calls,
            transport=transport,
            keys=keys,
            call_ids="%%u-%s" % token,
            **sipp,
        )
        process.wait()
        return ["%s%d-%s" % (prefix, n, token) for n in range(1, calls + 1)]

    @contextlib.contextmanager
    def sipp_hub(self, xml="hub.xml", calls=1, **sipp):
        """SIPp in place of the first hub; on leaving, all its calls must have gone as the scenario says."""
        self.hub.down()
        process = Sipp(self.folder / xml, self.gateway.folder, self.hub.port, calls=calls, **sipp)
        try:
            yield process
            process.wait()
        finally:
            process.stop()

    def sender(self, phone, xml="hub.xml", calls=1, **sipp):
        """Run SIPp as the first hub, which sends for a phone; the scenario may use [phone], its number."""
        self.hub.down()
        sipp = {"calls": calls, "keys": {"phone": phone.number}, **sipp}
        Sipp(self.folder / xml, self.gateway.folder, self.hub.port, "%s:%d" % self.gateway.address, **sipp).wait()

    @contextlib.contextmanager
    def sipp_phone(self, xml="phone.xml", calls=1, **sipp):
        """SIPp in place of the S-CSCF with the phones; on leaving, all its calls must have gone as the scenario says, which may
        use [gateway], its host:port."""
        self.scscf.close()
        sipp = {"calls": calls, "keys": {"gateway": "%s:%d" % self.gateway.address}, **sipp}
        process = Sipp(self.folder / xml, self.gateway.folder, self.scscf.port, **sipp)
        try:
            yield process
            process.wait()
        finally:
            process.stop()

    def acked(self, call_id, mr, *, sender=ALICE, timeout=30):
        """RP-ACK for this Call-ID, with an SMS-SUBMIT-REPORT."""
        report = self._report(call_id, mr, sender, timeout)
        assert report.acked, "expected RP-ACK, seen %s" % report
        assert report.submit_report, "expected an SMS-SUBMIT-REPORT, seen %s" % report

    def errored(self, call_id, mr, cause, fcs=None, *, sender=ALICE, timeout=30):
        """RP-ERROR with this cause for this Call-ID; with fcs also that TP-FCS."""
        report = self._report(call_id, mr, sender, timeout)
        assert report.cause == cause, "expected RP-ERROR %s, seen %s" % (cause, report)
        assert fcs is None or report.fcs == fcs, "expected TP-FCS %s, seen %s" % (fcs, report)

    def hub_got(self, *texts, hub=None):
        """Exactly these texts reached the hub, in any order; its MESSAGEs."""
        hub = hub or self.hub
        assert sorted(hub.texts()) == sorted(texts), "expected %r at the hub, seen %r" % (texts, hub.texts())
        return hub.messages

    def _report(self, call_id, mr, sender, timeout):
        arrived = self.scscf.reports[call_id]
        self.scscf.wait_for(lambda: arrived, timeout, "report for %s" % call_id)
        self._awaited += 1
        message = arrived[0].request
        complaints = report_complaints(message, call_id, sender, self.scscf.route)
        assert not complaints, "the report %s" % "; ".join(complaints)
        report = rp.decode_report(message.body)
        assert report.mr == mr, "expected RP-MR %d, seen %s" % (mr, report)
        return report

    def check(self):
        super().check()
        seen = sum(len(servers) for servers in self.scscf.reports.values())
        assert seen == self._awaited, "expected %d reports in all, seen %d" % (self._awaited, seen)
