# SPDX-License-Identifier: GPL-2.0-or-later
#
# The start of a gateway that has its registrations in SQLite: from exec until all are loaded, next to `sqlite3` reading the
# same rows, in interleaved rounds. The file is in the page cache for both. BENCH_ROWS: how many registrations.

import os
import pathlib
import re
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import threading
import time

from ipsmgwtest.database import TABLE, Sqlite
from ipsmgwtest.gateway import Gateway

ROUNDS = int(os.environ.get("BENCH_ROUNDS", "5"))
ROWS = int(os.environ.get("BENCH_ROWS", "100000"))
LOADED = re.compile(rb"registrations from the database: (\d+), and (\d+) ")
SHM_PER_ROW = 1000  # octets, with room to spare
COLUMNS = "impu_key, impus, msisdn, imsi, impi, scscf, contacts, user_state, capability, hss_wanted, hss_told, registered_at, expires_at"


def rows(count):
    """Typical subscribers: three identities, MSISDN, IMSI, IMPI, one contact."""
    now = int(time.time())
    for n in range(count):
        number, imsi = "1%010d" % (2020000000 + n), "00101%010d" % n
        yield (
            "u:%s@ims.test" % number,
            "sip:+%s@ims.test tel:+%s sip:user%d@ims.test" % (number, number, n),
            number,
            imsi,
            "%s@ims.mnc001.mcc001.3gppnetwork.org" % imsi,
            "sip:scscf%d.ims.test:6060" % (n % 4),
            "%d,1,sip:+%s@192.0.2.1:5060" % (now + 600000, number),
            "0" * 16, 1, 0, 0, now, now + 600000,
        )


def fill(path):
    connection = sqlite3.connect(path)
    with connection:
        connection.executemany("INSERT INTO %s (%s) VALUES (%s)" % (TABLE, COLUMNS, ",".join("?" * 13)), rows(ROWS))
    connection.close()


def watch(log, found, end):
    """Note in found when the line appears, and its numbers."""
    while time.monotonic() < end and not found:
        line = LOADED.search(log.read_bytes()) if log.exists() else None
        if line:
            found.append((time.monotonic(), int(line[1]), int(line[2])))
        time.sleep(0.002)  # between two looks, within the bound


def start_seconds(folder, defines):
    """From exec to the line that says how many registrations were loaded; their number."""
    gateway = Gateway(
        pathlib.Path(os.environ["BUILD"]), folder, ("127.0.0.1", 9), ["127.0.0.1:9"],
        defines=[*defines, "IPSMGW_REGISTRY_MAX=%d" % max(ROWS, 1000)], shm=128 + ROWS * SHM_PER_ROW // 1000000,
    )
    bound = 30 + ROWS / 5000
    found, began = [], time.monotonic()
    watcher = threading.Thread(target=watch, args=(gateway.log, found, began + bound))
    watcher.start()
    try:
        gateway.start(timeout=bound)
        watcher.join()
        gateway.stop(timeout=bound)
    finally:
        gateway.kill()
    if not found:
        raise SystemExit("nothing was loaded; the log ends:\n%s" % gateway.log_tail())
    at, loaded, unreadable = found[0]
    if unreadable:
        raise SystemExit("%d rows could not be read" % unreadable)
    return at - began, loaded


def read_seconds(path):
    """sqlite3 reads all rows, and prints them to nowhere."""
    began = time.monotonic()
    subprocess.run(["sqlite3", str(path), "SELECT * FROM %s" % TABLE], stdout=subprocess.DEVNULL, check=True)
    return time.monotonic() - began


def main():
    ours, peer, empty = [], [], []
    with tempfile.TemporaryDirectory(prefix="ipsmgw-bench-") as scratch, Sqlite() as full, Sqlite() as without:
        scratch = pathlib.Path(scratch)
        fill(full.path)
        for n in range(ROUNDS):
            seconds, loaded = start_seconds(scratch / ("full-%d" % n), full.defines())
            if loaded != ROWS:
                raise SystemExit("expected %d registrations to be loaded, seen %d" % (ROWS, loaded))
            ours.append(seconds)
            peer.append(read_seconds(full.path))
            empty.append(start_seconds(scratch / ("empty-%d" % n), without.defines())[0])
    for name, seconds in (("gateway", ours), ("sqlite3", peer), ("empty", empty)):
        print("load-seconds %-8s median=%.3f min=%.3f max=%.3f rounds=%d" % (name, statistics.median(seconds), min(seconds), max(seconds), ROUNDS))
    net = statistics.median(ours) - statistics.median(empty)
    print("load ratio=%.2f (%d registrations, to sqlite3 reading their rows)" % (statistics.median(ours) / statistics.median(peer), ROWS))
    print("load-us-each %.2f (without the start of an empty gateway)" % (net * 1e6 / ROWS))


if __name__ == "__main__":
    sys.exit(main())
