# SPDX-License-Identifier: GPL-2.0-or-later
#
# One test's world: a gateway, an S-CSCF with a phone, one or more hubs, and the trace of what passed between them.
# Leaving it in peace checks what must hold after every test (invariants 1 and 2); leaving it by an exception first
# writes down the ladder and the end of the gateway's log, and keeps the scratch folder.

import os
import pathlib
import shutil
import sys

from . import ACCEPT, RELAY, ladder
from .gateway import ROOT, Gateway
from .hub import Hub
from .scscf import Scscf
from .trace import Trace


class World:
    """with World("name") as w: w.scscf, w.hub (the first of w.hubs), w.opaque, w.gateway, w.trace.

    hubs: how many. opaque: one more hub, for what is no text. forms: "text", "opaque" or "cpim" for each of the hubs: the form that it takes.
    hub_transport: "udp" or "tcp". reports_to_peer: no S-CSCF is configured. reports_lost: how many accepted messages the test leaves
    without an accepted report (because it refuses or swallows them). defines and the rest: see Gateway. The runner says
    in which mode the config is started."""

    def __init__(
        self,
        name,
        hubs=1,
        opaque=False,
        defines=(),
        reports_lost=0,
        *,
        forms=(),
        hub_transport="udp",
        reports_to_peer=False,
        **gateway,
    ):
        self.build = pathlib.Path(os.environ.get("BUILD", ROOT / "build")).resolve()
        self.relay = os.environ.get("IPSMGW_MODE", ACCEPT) == RELAY
        self.reports_lost = reports_lost
        self.trace = Trace()
        self.scscf = Scscf(self.trace)
        self.hubs = [Hub(self.trace, "hub" if hubs == 1 else "hub %d" % (i + 1)) for i in range(hubs)]
        self.opaque = Hub(self.trace, "opaque hub") if opaque else None
        entry = "127.0.0.1:%d" + (";transport=tcp" if hub_transport == "tcp" else "")
        attrs = [",form=%s" % form if form != "text" else "" for form in forms] + [""] * hubs
        self.gateway = Gateway(
            self.build,
            self.build / "run" / ("%s-%d" % (name, os.getpid())),
            None if reports_to_peer else self.scscf.endpoint.address,
            [entry % hub.port + attr for hub, attr in zip(self.hubs, attrs)],
            list(defines) + (["IPSMGW_RELAY"] if self.relay else []),
            opaque_hubs=["127.0.0.1:%d" % self.opaque.port] if opaque else [],
            **gateway,
        )

    @property
    def hub(self):
        return self.hubs[0]

    @property
    def agents(self):
        return [self.scscf] + self.hubs + ([self.opaque] if self.opaque else [])

    def __enter__(self):
        try:
            self.gateway.start()
        except BaseException:
            self._close()
            raise
        self.connect()
        return self

    def connect(self):
        """Tell every party where the gateway is, after a start of it."""
        for agent in self.agents:
            agent.gateway = self.gateway.address

    def __exit__(self, kind, error, traceback):
        try:
            if error is None:
                self.check()
                self.gateway.stop()
                shutil.rmtree(self.gateway.folder)
        except AssertionError:
            self._explain()
            raise
        finally:
            if error is not None:
                self._explain()
            self.gateway.kill()
            self._close()

    def check(self):
        """What holds at rest after any test: the sums, and exactly one report taken for each message accepted."""
        self.gateway.wait_at_rest()
        for agent in self.agents:
            agent.check()
        lost = 0
        for s in self.scscf.submissions:
            if s.client.final is None or s.client.final.status != 202:
                continue
            taken = [r for r in s.report_requests if r.status and r.status < 300]
            assert len(taken) <= 1, "expected one report for %s, seen %d" % (s.call_id, len(taken))
            lost += not taken
        assert lost == self.reports_lost, "expected %d messages without a report, seen %d" % (self.reports_lost, lost)

    def _explain(self):
        print("\n".join(ladder.Ladder([a.name for a in self.agents[1:]]).draw(self.trace)), file=sys.stderr)
        print("--- %s ends:\n%s" % (self.gateway.log, self.gateway.log_tail()), file=sys.stderr)

    def _close(self):
        for agent in self.agents:
            agent.close()
