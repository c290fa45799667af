# SPDX-License-Identifier: GPL-2.0-or-later
#
# The HSS. Round trips by the gateway's Diameter side (slots, pipes, a process of its own), next to libfdcore alone with the
# same messages to the same HSS. Then short messages on gateways whose HSS is there, answers after a second, or is dead, next
# to one without an HSS: a message asks nothing of it, so all should be the same. In interleaved rounds of one run.

import os
import pathlib
import re
import statistics
import subprocess
import sys
import tempfile

import mo_bench
from ipsmgwtest.gateway import free_port
from ipsmgwtest.hss import Hss
from ipsmgwtest.hss_world import CONFIG, GATEWAY, PEER, REALM

ROUNDS = int(os.environ.get("BENCH_ROUNDS", "5"))
MESSAGES = int(os.environ.get("BENCH_MESSAGES", "5000"))
TRIPS = int(os.environ.get("BENCH_TRIPS", "20000"))
LIMIT_TRIP, LIMIT_MO = 1.4, 1.1
# of round trips: as many as go, and one gateway's share of a busy day, when nothing is done in bundles
RATES = (0, 1000)


def trips(build, kind, rate, scratch):
    """What diameter_client says: a dict of numbers."""
    folder = tempfile.mkdtemp(dir=scratch)
    count = TRIPS if rate == 0 else rate * 3
    said = subprocess.run(
        [str(build / "bench/diameter_client"), kind, folder, str(count), str(rate)], stdout=subprocess.PIPE, text=True, check=True
    ).stdout
    return {name: float(value) for name, value in re.findall(r"(\w+)=([\d.]+)", said)}


def measure_trips(build, scratch):
    for rate in RATES:
        seen = {"node": [], "bare": []}
        for _ in range(ROUNDS):
            for kind, rows in seen.items():
                rows.append(trips(build, kind, rate, scratch))
        failed = sum(row["failed"] for rows in seen.values() for row in rows)
        if failed:
            raise SystemExit("%d round trips failed" % failed)
        middle = {
            (kind, name): statistics.median(row[name] for row in rows)
            for kind, rows in seen.items()
            for name in ("per_second", "cpu_us")
        }
        named = "%d/s" % rate if rate else "as many as go"
        for kind in seen:
            print("hss-trip %-4s %s: per-second median=%.0f cpu-us median=%.1f rounds=%d"
                  % (kind, named, middle[kind, "per_second"], middle[kind, "cpu_us"], ROUNDS))
        print("hss-trip-cpu ratio=%.2f %s (to reach: at most %.1f)"
              % (middle["node", "cpu_us"] / middle["bare", "cpu_us"], named, LIMIT_TRIP))
        if rate == 0:
            print("hss-trips ratio=%.2f" % (middle["node", "per_second"] / middle["bare", "per_second"]))


class HssSide(mo_bench.Side):
    """A gateway with an HSS in the given state: up, slow or dead."""

    def __init__(self, state, build, config, scratch):
        port = free_port()
        folder = pathlib.Path(scratch) / ("hss-%s" % state)
        self.hss = Hss(build, folder, config=PEER % (GATEWAY, port)).start()
        conf = folder / "gateway.conf"
        conf.write_text(CONFIG.format(identity=GATEWAY, realm=REALM, port=port, hss=self.hss.identity, hss_port=self.hss.port))
        super().__init__(state, build, config, params=[("hss_conf", str(conf)), ("hss_listen", "127.0.0.1")])
        self.hss.wait_messages("CER", 1)
        if state == "slow":
            self.hss.control("fault all 0 delay 1000")
        if state == "dead":
            self.hss.kill9()

    def close(self):
        super().close()
        self.hss.kill9()


def measure_messages(build, scratch):
    config = mo_bench.HERE.parents[1] / "kamailio-cfg/kamailio.cfg"
    sides = [mo_bench.Side("none", build, config)] + [HssSide(state, build, config, scratch) for state in ("up", "slow", "dead")]
    try:
        for side in sides:
            side.round(MESSAGES // 5, mo_bench.RATE, keep=False)
        for _ in range(ROUNDS):
            for side in sides:
                side.round(MESSAGES, mo_bench.RATE, keep=True)
        for _ in range(3):
            for side in sides:
                side.rate.append(side.round(MESSAGES * 2, 20000, keep=False, limit=100))
        for side in sides:
            side.check(MESSAGES // 5 + ROUNDS * MESSAGES + 3 * 2 * MESSAGES)
            side.gateway.stop()
    finally:
        for side in sides:
            side.close()
    none = sides[0]
    for side in sides:
        print("mo with hss %-4s cpu-us-per-message median=%.1f per-second median=%.0f, next to none: cpu ratio=%.2f rate ratio=%.2f (to reach: %.1f)"
              % (side.name, statistics.median(side.cpu_us), statistics.median(side.rate),
                 statistics.median(side.cpu_us) / statistics.median(none.cpu_us),
                 statistics.median(side.rate) / statistics.median(none.rate), LIMIT_MO))


def main():
    build = pathlib.Path(os.environ["BUILD"])
    with tempfile.TemporaryDirectory(prefix="ipsmgw-bench-") as scratch:
        mo_bench.SCRATCH = scratch
        measure_trips(build, scratch)
        measure_messages(build, scratch)


if __name__ == "__main__":
    sys.exit(main())
