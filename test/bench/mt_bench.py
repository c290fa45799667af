# SPDX-License-Identifier: GPL-2.0-or-later
#
# Short messages to phones, each with its RP-ACK: CPU a message, messages a second, the time from the hub to the phone, and the memory
# of one that waits for its report; next to Kamailio's own modules that do the same SIP transactions (mt_peer.cfg), in
# interleaved rounds of one run. mt_load is the hub and the phones.

import os
import pathlib
import re
import statistics
import subprocess
import sys
import tempfile
import time

import mo_bench
from ipsmgwtest.gateway import Gateway, free_port

HERE = pathlib.Path(__file__).resolve().parent
GATEWAY, PEER = HERE.parents[1] / "kamailio-cfg/kamailio.cfg", HERE / "mt_peer.cfg"
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "5"))
MESSAGES = int(os.environ.get("BENCH_MESSAGES", "5000"))
RATE = int(os.environ.get("BENCH_RATE", "1000"))
PENDING = int(os.environ.get("BENCH_PENDING", "5000"))
TURNS = 5  # of a round: what else the machine does should be the same for both
WARM_UP = 4  # turns, longer than tm keeps a transaction
SUBSCRIBERS = 2000
NUMBERS = "101"  # the round of register-sender.xml
WINDOW = 100  # texts on their way at one time, when as many go as can
LIMIT = 1.3
PARAMS = (("reg_event", 0), ("registry_max", 20000), ("dispatcher.ds_ping_interval", 0))


class Side:
    """One of the two that are compared. subscribers: how many are registered with it; the peer knows none."""

    def __init__(self, name, config, subscribers=0, params=()):
        self.name = name
        self.build = pathlib.Path(os.environ["BUILD"])
        self.hub_port, self.scscf_port = free_port(), free_port()
        folder = pathlib.Path(tempfile.mkdtemp(dir=mo_bench.SCRATCH))
        self.gateway = Gateway(
            self.build, folder / name, ("127.0.0.1", self.scscf_port), ["127.0.0.1:%d" % self.hub_port], shm=512, debug=0,
            config=config, params=params,
        ).start()
        self.sent = 0
        self.cpu_us, self.p50_us, self.p99_us, self.per_second = [], [], [], []
        try:
            self._register(subscribers)
        except BaseException:
            self.gateway.kill()
            raise

    def _register(self, count):
        if not count:
            return
        sender = mo_bench.sipp(
            "register-sender.xml", free_port(), "-m", str(count), "-r", "2000", "-l", "200", "-timeout", "60s", "-timeout_error",
            "-key", "round", NUMBERS, "-key", "sink", str(self.scscf_port), "127.0.0.1:%d" % self.gateway.port,
        )
        if sender.wait() != 0:
            raise SystemExit("%s: sipp did not get all its 200" % self.name)
        self.settle()

    def load(self, subscribers, messages, rate, window, *more):
        """What mt_load says: a dict of numbers. Each text has come to its phone, once."""
        numbers = (self.gateway.port, self.hub_port, self.scscf_port, NUMBERS, subscribers, messages, rate, window)
        said = subprocess.run(
            [str(self.build / "bench/mt_load"), *(str(n) for n in numbers), *more], stdout=subprocess.PIPE, text=True, check=True
        ).stdout
        seen = {name: float(value) for name, value in re.findall(r"(\w+)=([\d.]+)", said)}
        if seen["shown"] != messages or seen["twice"] or seen["failed"]:
            raise SystemExit("%s: not each text has come to its phone once: %s" % (self.name, said))
        return seen

    def deliver(self, messages, rate=RATE, window=SUBSCRIBERS):
        """The same, and each hub was told that the phone has it."""
        seen = self.load(SUBSCRIBERS, messages, rate, window)
        if seen["delivered"] != messages:
            raise SystemExit("%s: expected %d delivered, seen %d" % (self.name, messages, seen["delivered"]))
        self.sent += messages
        return seen

    def cpu(self):
        return mo_bench.cpu_ns(self.gateway.pid) / 1000

    def settle(self, left=0):
        """Until tm has no more than so many transactions."""
        end = time.monotonic() + 40
        while self.gateway.rpc.structs("tm.stats")[0]["current"] > left:
            if time.monotonic() > end:
                raise SystemExit("%s: transactions are left: %s" % (self.name, self.gateway.rpc.call("tm.stats")))
            time.sleep(0.2)  # between two looks, within the bound

    def shm(self):
        return self.gateway.rpc.structs("core.shmmem")[0]["real_used"]

    def check(self):
        """The figures are worth something only if the gateway knows of each RP-ACK."""
        counters = self.gateway.wait_at_rest()
        seen = {name: counters[name] for name in ("mt_received", "mt_delivered", "mt_parts_acked")}
        if set(seen.values()) != {self.sent}:
            raise SystemExit("expected %d of each, seen %s" % (self.sent, seen))


def measure_turns(sides):
    """In turn, shortly. What tm does for a text after its end falls into a later turn, as that of an earlier text into this one."""
    texts = MESSAGES // TURNS
    for turn in range(WARM_UP + ROUNDS * TURNS):
        before = [side.cpu() for side in sides]
        seen = [side.deliver(texts) for side in sides]
        if turn < WARM_UP:
            continue
        for side, cpu, said in zip(sides, before, seen):
            side.cpu_us.append((side.cpu() - cpu) / texts)
            side.p50_us.append(said["p50_us"])
            side.p99_us.append(said["p99_us"])


def measure_speed():
    sides = []
    try:
        sides.append(Side("gateway", GATEWAY, SUBSCRIBERS, PARAMS))
        sides.append(Side("peer", PEER))
        measure_turns(sides)
        for _ in range(ROUNDS):
            for side in sides:
                side.per_second.append(MESSAGES // 2 / side.deliver(MESSAGES // 2, 0, WINDOW)["seconds"])
        sides[0].check()
        for side in sides:
            side.gateway.stop()
    finally:
        for side in sides:
            side.gateway.kill()
    print_speed(sides)


def print_speed(sides):
    ours, peer = sides
    for side in sides:
        print("mt-cpu-us-per-message %-8s median=%.1f min=%.1f max=%.1f turns=%d at %d/s"
              % (side.name, statistics.median(side.cpu_us), min(side.cpu_us), max(side.cpu_us), len(side.cpu_us), RATE))
    ratio = statistics.median(a / b for a, b in zip(ours.cpu_us, peer.cpu_us))
    print("mt-cpu ratio=%.2f (median of the turns' ratios, to reach: at most %.1f)" % (ratio, LIMIT))
    for side in sides:
        print("mt-hub-to-phone-us %-8s p50=%.0f p99=%.0f (medians of %d turns at %d/s)"
              % (side.name, statistics.median(side.p50_us), statistics.median(side.p99_us), len(side.p50_us), RATE))
    for side in sides:
        print("mt-messages-per-second %-8s median=%.0f (%d at one time; hub and phones on the same cores)"
              % (side.name, statistics.median(side.per_second), WINDOW))
    print("mt-messages ratio=%.2f" % statistics.median(a / b for a, b in zip(ours.per_second, peer.per_second)))


def measure_memory():
    """Of each that the phone has and has not reported: with tm's MESSAGE to the phone, and when tm has freed that."""
    sides, octets = [], {}
    try:
        sides.append(Side("gateway", GATEWAY, PENDING, (*PARAMS, ("mt_max", PENDING))))
        sides.append(Side("peer", PEER))
        for side in sides:
            empty = side.shm()
            side.load(PENDING, PENDING, 2 * RATE, PENDING, "silent")
            octets[side] = [empty, side.shm() - empty]
        for side in sides:
            side.settle(left=PENDING)
            octets[side].append(side.shm() - octets[side][0])
    finally:
        for side in sides:
            side.gateway.kill()
    for side in sides:
        print("mt-octets-pending %-8s %.0f while tm keeps the MESSAGE to the phone, then %.0f (%d at one time)"
              % (side.name, octets[side][1] / PENDING, octets[side][2] / PENDING, PENDING))
    print("mt-octets ratio=%.2f" % (octets[sides[0]][2] / octets[sides[1]][2]))
    print("mt-octets-place %.0f (in the tables, from the start, for each of mt_max)" % place_octets())


def place_octets():
    """What the tables have for each delivery that there may be."""
    small, large = 1000, 11000
    used = []
    for places in (small, large):
        side = Side("places-%d" % places, GATEWAY, params=(*PARAMS, ("mt_max", places)))
        used.append(side.shm())
        side.gateway.kill()
    return (used[1] - used[0]) / (large - small)


def main():
    measure_speed()
    measure_memory()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="ipsmgw-bench-") as mo_bench.SCRATCH:
        sys.exit(main())
