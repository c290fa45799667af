# SPDX-License-Identifier: GPL-2.0-or-later
#
# The packaged Kamailio with our module and config in a scratch folder of its own: start, readiness, stop, and what
# must be true of it afterwards (no process left, nothing in the log that says BUG, CRITICAL or crash).

import os
import pathlib
import random
import re
import shutil
import subprocess
import tempfile
import time

from . import net, processes
from .rpc import Rpc, RpcError

ROOT = pathlib.Path(__file__).resolve().parents[3]
# below the kernel's range for outgoing connections, so that no client's port is in the way
PORTS = range(15000, 32000)
SHIPPED_CONFIG = ROOT / "kamailio-cfg" / "kamailio.cfg"
UNIX_PATH_MAX = 100
CRASH = re.compile(r"\b(CRITICAL|BUG|ALERT)\b|exited by a signal|core was generated|Sanitizer")
# what the TCP process says of its sisters that ended before it, after TERM only
ORDERLY_END = re.compile(r"receive_fd\(\): EOF on \d+$")
# what is counted of each message that came, and of its end
SUMS = {
    "mo_received": ("mo_acked", "mo_errored", "mo_rejected"),
    "mt_received": ("mt_delivered", "mt_failed", "mt_rejected"),
}
SC_ADDRESS = "447785016005"  # its number as service centre
HUB_SOURCE = "127.0.0.4"  # where a hub's connections come from


class StartError(AssertionError):
    """Kamailio did not come up."""


def free_port():
    for port in random.sample(PORTS, 200):
        try:
            for sock in net.listen_pair(port):
                sock.close()
            return port
        except OSError:
            continue
    raise OSError("no free port")


def modparam_line(name, value):
    """name: a parameter of ipsmgw, or module.parameter."""
    module, _, parameter = name.rpartition(".")
    return 'modparam("%s", "%s", %s)' % (module or "ipsmgw", parameter, value if isinstance(value, int) else '"%s"' % value)


class Gateway:
    """build: the build folder with ipsmgw.so. folder: the scratch folder, made here. scscf: (host, port), None: reports
    go to the peer. hubs, opaque_hubs: lines of the hub lists of tools/start-gateway.sh. defines: more config defines,
    "NAME" or "NAME=value". config: the config file, None: the complete one that we ship. params: (name, value) of
    module parameters set after it, for ipsmgw or as module.name. last_resort: the first hub is asked even when the
    dispatcher takes all of them for dead."""

    def __init__(
        self,
        build,
        folder,
        scscf,
        hubs,
        defines=(),
        shm=128,
        debug=2,
        *,
        opaque_hubs=(),
        last_resort=True,
        config=None,
        params=(),
    ):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True)
        self.log = self.folder / "kamailio.log"
        self.port = None
        self._build = build
        self._environment = {
            "GW_CONFIG": str(self._make_config(config or os.environ.get("GW_CONFIG", SHIPPED_CONFIG), params)),
            "GW_SCSCF": "%s:%d" % scscf if scscf else "none",
            "GW_HUBS": " ".join(hubs),
            "GW_OPAQUE_HUBS": " ".join(opaque_hubs),
            "GW_HUB_SOURCES": HUB_SOURCE,
            "GW_SC_ADDRESS": SC_ADDRESS,
            "GW_DEFINES": "\n".join(defines),
            "GW_SHM": str(shm),
            "GW_DEBUG": str(debug),
        }
        if not last_resort:
            self._environment["GW_LAST_RESORT"] = "none"
        self._process = None
        self._short = None
        ctl = str(self.folder / "ctl")
        if len(ctl) > UNIX_PATH_MAX:
            self._short = tempfile.mkdtemp(prefix="ipsmgw-")
            ctl = os.path.join(self._short, "ctl")
        self.ctl = ctl
        self.rpc = Rpc(ctl)

    @property
    def address(self):
        return net.HOST, self.port

    @property
    def pid(self):
        return self._process.pid

    def _make_config(self, config, params):
        if not params:
            return config
        made = self.folder / "kamailio.cfg"
        lines = ["#!KAMAILIO", 'include_file "%s"' % config] + [modparam_line(*p) for p in params]
        made.write_text("\n".join(lines) + "\n")
        return made

    # --- life ---

    def start(self, timeout=15):
        """Until an RPC is answered. A port that somebody took in between is replaced by another."""
        for _ in range(3):
            self.port = free_port()
            self._spawn()
            if self._wait_ready(timeout):
                return self
            self.kill()
            if "Address already in use" not in self.log.read_text(errors="replace"):
                break
        raise StartError("kamailio did not start; its log ends:\n%s" % self.log_tail())

    def _spawn(self):
        with open(self.log, "wb") as log:
            self._process = subprocess.Popen(
                # ends with us whatever ends us; so start() belongs into a thread that lives as long as the gateway
                ["setpriv", "--pdeathsig", "TERM", str(ROOT / "tools/start-gateway.sh"), str(self._build), str(self.folder)],
                env=dict(os.environ, **self._environment, GW_PORT=str(self.port), GW_CTL=self.ctl),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                process_group=0,
            )

    def _wait_ready(self, timeout):
        end = time.monotonic() + timeout
        while time.monotonic() < end and self._process.poll() is None:
            if os.path.exists(self.ctl):
                try:
                    if self._all_running():
                        return True
                except RpcError:
                    pass
            time.sleep(0.02)  # between two looks at the process and its socket, within the bound
        return False

    def _all_running(self):
        """The process that is forked last is there and all are initialised: TERM is lost on one that is not yet."""
        children = self.rpc.structs("core.psa")
        return children[-1]["description"] == "tcp main process" and all(p["status"] for p in children)

    def stop(self, timeout=15):
        """TERM, then everything must be gone in time and the log clean."""
        if self._process is None:
            return
        group = self.pid
        running = len(self.log_lines())
        early = self._process.poll()
        self._process.terminate()
        try:
            code = self._process.wait(timeout)
        except subprocess.TimeoutExpired:
            code = None
        left = processes.members(processes.PGRP, group)
        self.kill()
        assert early is None, "kamailio ended by itself with %s:\n%s" % (early, self.log_tail())
        assert code is not None, "kamailio did not stop within %g s" % timeout
        assert code == 0, "kamailio stopped with %d:\n%s" % (code, self.log_tail())
        assert not left, "kamailio left processes behind: %s" % left
        bad = self.bad_log_lines(running)
        assert not bad, "the log of kamailio says:\n%s" % "\n".join(bad[:10])
        cores = [p.name for p in self.folder.glob("core*")]
        assert not cores, "core files: %s" % cores

    def kill(self):
        """Whatever is left of the process group, without further ado."""
        if self._process is not None:
            processes.kill(processes.members(processes.PGRP, self.pid))
            self._process.wait()
            self._process = None
        if self._short:
            shutil.rmtree(self._short, ignore_errors=True)

    # --- the log ---

    def log_lines(self):
        return self.log.read_text(errors="replace").splitlines()

    def bad_log_lines(self, running):
        """Lines that no run may have; running: how many lines there were when the stop began."""
        lines = self.log_lines()
        ending = [line for line in lines[running:] if not ORDERLY_END.search(line)]
        return [line for line in lines[:running] + ending if CRASH.search(line)]

    def log_tail(self, lines=40):
        return "\n".join(self.log_lines()[-lines:]) if self.log.exists() else "(no log)"

    # --- at rest ---

    def pending(self):
        """Jobs and deliveries that are not at their end."""
        stats = self.rpc.structs("ipsmgw.stats")[0]
        return stats["jobs_pending"] + stats["deliveries_pending"]

    def wait_until(self, condition, what, timeout=5):
        """Until condition() is true, for what no SIP message tells of; its value."""
        end = time.monotonic() + timeout
        while True:
            value = condition()
            if value:
                return value
            assert time.monotonic() < end, "no %s within %g s; the log ends:\n%s" % (what, timeout, self.log_tail(10))
            time.sleep(0.02)  # between two looks, within the bound

    def wait_counter(self, name, value, timeout=5):
        self.wait_until(lambda: self.rpc.counters()[name] == value, "%s %d" % (name, value), timeout)

    def wait_transactions_gone(self, timeout=15):
        """Until tm has freed every transaction (it keeps them 5 s after their end): only then memory can be compared."""
        end = time.monotonic() + timeout
        while self.rpc.structs("tm.stats")[0]["current"]:
            if time.monotonic() > end:
                raise AssertionError("transactions left after %g s: %s" % (timeout, self.rpc.call("tm.stats")))
            time.sleep(0.1)  # between two looks, within the bound

    def wait_at_rest(self, timeout=5):
        """Nothing pending and every message received has its outcome; the counters. Fails when that does not come."""
        end = time.monotonic() + timeout
        while True:
            # in this order: what a job counts at its end is counted when it is no longer pending
            pending = self.pending()
            counters = self.rpc.counters()
            open_ones = {received: counters[received] - sum(counters[o] for o in ended) for received, ended in SUMS.items()}
            if not any(open_ones.values()) and not pending:
                return counters
            if time.monotonic() > end:
                raise AssertionError(
                    "not at rest after %g s: without an outcome %s, %d pending; counters %s"
                    % (timeout, open_ones, pending, counters)
                )
            time.sleep(0.05)  # between two looks, within the bound
