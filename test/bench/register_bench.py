# SPDX-License-Identifier: GPL-2.0-or-later
#
# Third-party REGISTERs: CPU each and how many a second, next to short messages on the same gateway; then 100 a second
# during short messages, of which none may be lost. Without the reg event: what an S-CSCF costs is not ours to measure.

import os
import pathlib
import statistics
import sys
import tempfile
import time

import mo_bench
from ipsmgwtest.gateway import free_port

ROUNDS = int(os.environ.get("BENCH_ROUNDS", "5"))
REGISTRATIONS = int(os.environ.get("BENCH_MESSAGES", "5000"))
SECONDS = int(os.environ.get("BENCH_SECONDS", "60"))


def registrations(side, count, rate, limit=2000):
    """Start a sender; the process."""
    side.rounds += 1
    return mo_bench.sipp(
        "register-sender.xml", free_port(), "-m", str(count), "-r", str(rate), "-l", str(limit),
        "-timeout", "180s", "-timeout_error", "-key", "round", "%03d" % side.rounds, "-key", "sink", str(side.sink_port),
        "127.0.0.1:%d" % side.gateway.port, "-cid_str", "%%u-%%p-%d@bench" % time.monotonic_ns(),
    )


def measured(side, count, rate, limit=2000):
    """CPU microseconds each, and how many a second."""
    before, start = mo_bench.cpu_ns(side.gateway.pid), time.monotonic()
    if registrations(side, count, rate, limit).wait() != 0:
        raise SystemExit("sipp did not get all its 200")
    elapsed = time.monotonic() - start
    return (mo_bench.cpu_ns(side.gateway.pid) - before) / count / 1000, count / elapsed


def main():
    config = pathlib.Path(__file__).resolve().parents[2] / "kamailio-cfg/kamailio.cfg"
    side = mo_bench.Side("registrar", pathlib.Path(os.environ["BUILD"]), config, params=[("reg_event", 0), ("registry_max", 200000)])
    try:
        cpu, messages = [], []
        for _ in range(ROUNDS):
            cpu.append(measured(side, REGISTRATIONS, 1000)[0])
            side.round(REGISTRATIONS, 1000, keep=True)
            messages.append(side.cpu_us[-1])
        rate = statistics.median(measured(side, REGISTRATIONS, 20000, limit=100)[1] for _ in range(3))
        sent = ROUNDS * REGISTRATIONS
        beside = registrations(side, 100 * SECONDS, 100)
        side.round(200 * SECONDS, 200, keep=False)
        if beside.wait() != 0:
            raise SystemExit("sipp did not get all its 200 beside short messages")
        side.check(sent + 200 * SECONDS)
        side.gateway.stop()
    finally:
        side.close()
    ours, message = statistics.median(cpu), statistics.median(messages)
    print("register-cpu-us-each median=%.1f min=%.1f max=%.1f, a short message on the same gateway median=%.1f" % (ours, min(cpu), max(cpu), message))
    print("register-cpu ratio=%.2f (to a short message)" % (ours / message))
    print("register-per-second median=%.0f (all of SIPp on the same cores)" % rate)
    print("register-beside-mo 100/s for %d s beside 200 short messages/s: lost=0 of %d" % (SECONDS, 200 * SECONDS))


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="ipsmgw-bench-") as mo_bench.SCRATCH:
        sys.exit(main())
