# SPDX-License-Identifier: GPL-2.0-or-later
#
# Short messages from phones: CPU a message and messages a second, next to the same routing without our module
# (peer.cfg), in interleaved rounds of one run. SIPp is the S-CSCF, its sink for reports and the hub. Only the ratio
# says something; the absolute figures are this machine's on this day.

import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

from ipsmgwtest import processes
from ipsmgwtest.gateway import Gateway, free_port

HERE = pathlib.Path(__file__).resolve().parent
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "5"))
MESSAGES = int(os.environ.get("BENCH_MESSAGES", "5000"))
RATE = int(os.environ.get("BENCH_RATE", "1000"))
LIMIT = 1.25


def sipp(xml, port, *more):
    command = ["sipp", "-sf", str(HERE / xml), "-i", "127.0.0.1", "-p", str(port), "-nostdin", *more]
    return subprocess.Popen(command, cwd=SCRATCH, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def cpu_ns(group):
    """Time on a CPU of all processes of a group."""
    total = 0
    for pid in processes.members(processes.PGRP, group):
        total += int(pathlib.Path("/proc/%d/schedstat" % pid).read_text().split()[0])
    return total


class Side:
    """One of the two that are compared, with a hub and a sink for reports of its own."""

    def __init__(self, name, build, config, params=()):
        self.name = name
        self.sink_port, self.hub_port = free_port(), free_port()
        self.servers = [sipp("answers-200.xml", p, "-aa") for p in (self.sink_port, self.hub_port)]
        self.gateway = Gateway(
            build, pathlib.Path(SCRATCH) / name, ("127.0.0.1", self.sink_port), ["127.0.0.1:%d" % self.hub_port], shm=256, debug=0,
            config=config, params=params,
        ).start()
        self.cpu_us, self.rate, self.rounds = [], [], 100

    def round(self, messages, rate, keep, limit=2000):
        self.rounds += 1  # in the sender's number: a message sent again would be a repeat
        before, start = cpu_ns(self.gateway.pid), time.monotonic()
        sender = sipp(
            "mo-sender.xml", free_port(), "-m", str(messages), "-r", str(rate), "-l", str(limit),
            "-timeout", "120s", "-timeout_error", "-base_cseq", "1", "127.0.0.1:%d" % self.gateway.port,
            "-key", "round", "%03d" % self.rounds, "-cid_str", "%u-%p-" + "%d" % time.monotonic_ns() + "@bench",
        )
        if sender.wait() != 0:
            raise SystemExit("%s: sipp did not get all its answers" % self.name)
        elapsed = time.monotonic() - start
        self.settle()
        if keep:
            self.cpu_us.append((cpu_ns(self.gateway.pid) - before) / messages / 1000)
        return messages / elapsed

    def settle(self):
        """Until every report is answered and tm's wait timers have run out."""
        end = time.monotonic() + 30
        while time.monotonic() < end:
            stats = self.gateway.rpc.call("tm.stats")
            if "current: 0" in str(stats) or "'current': 0" in str(stats):
                return
            time.sleep(0.2)  # between two looks, within the bound

    def check(self, sent):
        """The figures are worth something only if each message went to the hub and got its RP-ACK."""
        counters = self.gateway.rpc.counters()
        seen = {name: counters[name] for name in ("mo_acked", "hub_ok", "report_ok")}
        if set(seen.values()) != {sent}:
            raise SystemExit("%s: expected %d of each, seen %s" % (self.name, sent, seen))

    def close(self):
        for server in self.servers:
            server.kill()
            server.wait()
        self.gateway.kill()


def main():
    build = pathlib.Path(os.environ["BUILD"])
    root = HERE.parents[1]
    sides = [
        Side("ipsmgw", build, root / "kamailio-cfg/kamailio.cfg"),
        Side("peer", build, HERE / "peer.cfg"),
    ]
    try:
        for side in sides:
            side.round(MESSAGES // 5, RATE, keep=False)
        for _ in range(ROUNDS):
            for side in sides:
                side.round(MESSAGES, RATE, keep=True)
        for _ in range(3):
            for side in sides:
                side.rate.append(side.round(MESSAGES * 2, 20000, keep=False, limit=100))
        sides[0].check(MESSAGES // 5 + ROUNDS * MESSAGES + 3 * 2 * MESSAGES)
        for side in sides:
            side.gateway.stop()
    finally:
        for side in sides:
            side.close()
    ours, peer = (statistics.median(s.cpu_us) for s in sides)
    for side in sides:
        print("mo-cpu-us-per-message %-8s median=%.1f min=%.1f max=%.1f rounds=%d at %d/s"
              % (side.name, statistics.median(side.cpu_us), min(side.cpu_us), max(side.cpu_us), ROUNDS, RATE))
    print("mo-cpu ratio=%.2f (to reach: at most %.2f)" % (ours / peer, LIMIT))
    fast, slow = (statistics.median(s.rate) for s in sides)
    for side in sides:
        print("mo-messages-per-second %-8s median=%.0f (all of SIPp on the same cores)" % (side.name, statistics.median(side.rate)))
    print("mo-messages ratio=%.2f" % (fast / slow))


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="ipsmgw-bench-") as SCRATCH:
        sys.exit(main())
