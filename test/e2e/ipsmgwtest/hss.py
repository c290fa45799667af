# SPDX-License-Identifier: GPL-2.0-or-later
#
# The HSS of the tests: the packaged freeDiameterd with our extension (test/hss) in a scratch folder of its own. What it can
# be told is in test/hss/control.h, what its subscribers have in test/hss/data.h.

import json
import pathlib
import shutil
import signal
import socket
import subprocess
import tempfile
import time

from . import diameter, net, processes
from .gateway import UNIX_PATH_MAX, free_port

# libfdproto 1.2.1 gives its own threads 20 ms to leave a queue when all is over, and aborts on a busy machine
SLOW_END = "fd_fifo_del: Assertion `++loops < 20' failed"
CONFIG = """\
Identity = "{identity}";
Realm = "{realm}";
Port = {port};
SecPort = 0;
No_SCTP;
No_IPv6;
NoRelay;
TwTimer = {watchdog};
AppServThreads = 2;
{more}
{extensions}
LoadExtension = "{extension}" : "{file}";
"""


def subscriber(**fields):
    """The lines of one subscriber; a list is a line each, a tuple the values of one line: imsi="...", impu=["sip:...", "tel:..."],
    mme=("mme.test", "epc.test", "15558880001"), ip_sm_gw_number="..."."""
    lines = ["subscriber"]
    for name, value in fields.items():
        for one in value if isinstance(value, list) else [value]:
            words = one if isinstance(one, tuple) else (one,)
            lines.append(" ".join([name.replace("_", "-")] + [str(w) for w in words]))
    return "\n".join(lines) + "\n"


class StartError(AssertionError):
    """freeDiameterd did not come up."""


class Hss:
    """build: the build folder with hss/test_hss.fdx. folder: the scratch folder, made here. subscribers: text, or a list of
    subscriber(...). port: None takes a free one. extensions: names of freeDiameter's own that are loaded before. config: more
    lines of its configuration. environment: of the process."""

    def __init__(
        self,
        build,
        folder,
        subscribers=(),
        *,
        identity="hss.ims.test",
        realm="ims.test",
        port=None,
        watchdog=6,
        extensions=(),
        config="",
        environment=None,
    ):
        self.folder = pathlib.Path(folder).resolve()
        self.folder.mkdir(parents=True)
        self.identity = identity
        self.realm = realm
        self.port = port or free_port()
        self.log = self.folder / "messages.jsonl"
        self.output = self.folder / "freediameterd.log"
        self._environment = environment
        self._process = None
        self._short = None
        self._control = self.folder / "control"
        if len(str(self._control)) > UNIX_PATH_MAX:
            self._short = tempfile.mkdtemp(prefix="hss-")
            self._control = pathlib.Path(self._short, "control")
        text = subscribers if isinstance(subscribers, str) else "".join(subscribers)
        (self.folder / "subscribers").write_text(text)
        (self.folder / "hss.conf").write_text(
            "subscribers %s\nlog %s\ncontrol %s\n" % (self.folder / "subscribers", self.log, self._control)
        )
        (self.folder / "freediameter.conf").write_text(
            CONFIG.format(
                identity=identity,
                realm=realm,
                port=self.port,
                watchdog=watchdog,
                more=config,
                extensions="\n".join('LoadExtension = "%s.fdx";' % e for e in extensions),
                extension=pathlib.Path(build).resolve() / "hss" / "test_hss.fdx",
                file=self.folder / "hss.conf",
            )
        )

    def __enter__(self):
        return self.start()

    def __exit__(self, kind, error, traceback):
        try:
            if error is None:
                self.stop()
                shutil.rmtree(self.folder)
        finally:
            self.kill9()

    @property
    def address(self):
        return net.HOST, self.port

    @property
    def pid(self):
        return self._process.pid

    # --- life ---

    def start(self, timeout=10):
        """Until it listens; also again after kill9() or stop()."""
        with open(self.output, "ab") as output:
            self._process = subprocess.Popen(
                # ends with us whatever ends us
                ["setpriv", "--pdeathsig", "TERM", "freeDiameterd", "-c", str(self.folder / "freediameter.conf")],
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                process_group=0,
            )
        end = time.monotonic() + timeout
        while time.monotonic() < end and self._process.poll() is None:
            if self._listens():
                return self
            time.sleep(0.02)  # between two looks, within the bound
        self.kill9()
        raise StartError("freeDiameterd did not start; it says:\n%s" % self.output_tail())

    def _listens(self):
        """By the kernel's table: a connection to try would be one more in the log."""
        return bool(self.listening())

    def listening(self):
        """The IPv4 addresses, as the kernel writes them, on which somebody listens at our port."""
        lines = [line.split() for line in pathlib.Path("/proc/net/tcp").read_text().splitlines()[1:]]
        return [f[1].split(":")[0] for f in lines if f[1].endswith(":%04X" % self.port) and f[3] == "0A"]

    def stop(self, timeout=10):
        """TERM: it disconnects its peers and must be gone in time."""
        if self._process is None:
            return
        early = self._process.poll()
        self._process.terminate()
        try:
            code = self._process.wait(timeout)
        except subprocess.TimeoutExpired:
            code = None
        self.kill9()
        assert early is None, "freeDiameterd ended by itself with %s:\n%s" % (early, self.output_tail())
        if code == -signal.SIGABRT and SLOW_END in self.output_tail():
            return
        assert code == 0, "freeDiameterd stopped with %s (None: not within %g s):\n%s" % (code, timeout, self.output_tail())

    def kill9(self):
        """At once; what is there stays there, and start() may follow."""
        if self._process is not None:
            processes.kill(processes.members(processes.PGRP, self.pid))
            self._process.wait()
            self._process = None
        if self._short and not self.folder.exists():
            shutil.rmtree(self._short, ignore_errors=True)

    def output_tail(self, lines=40):
        return "\n".join(self.output.read_text(errors="replace").splitlines()[-lines:])

    # --- what it is told ---

    def control(self, command, timeout=5):
        """One command; what follows its "ok"."""
        with tempfile.TemporaryDirectory(prefix="hss-") as folder, socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock:
            sock.bind(folder + "/reply")
            sock.settimeout(timeout)
            sock.sendto(command.encode(), str(self._control))
            reply = sock.recv(65536).decode()
        assert reply.split()[0] == "ok", "the HSS answers %r to %r" % (reply, command)
        return reply[2:].strip()

    def counters(self):
        """How many requests of each command came since the start or the reset."""
        return {name: int(n) for name, _, n in (pair.partition("=") for pair in self.control("counters").split())}

    def show(self, identity):
        """What requests may change of a subscriber, by name."""
        return dict(pair.split("=", 1) for pair in self.control("show " + identity).split())

    # --- what it saw ---

    def lines(self):
        """All whole lines of the log, parsed."""
        if not self.log.exists():
            return []
        text = self.log.read_text()
        return [json.loads(line) for line in text[: text.rfind("\n") + 1].splitlines()]

    def messages(self, command=None):
        """The messages that came, as diameter.Message, all or those of one abbreviation ("UDR", "PNA")."""
        return [diameter.Message.from_log(m) for m in self.lines() if "avps" in m and command in (None, m["command"])]

    def requests(self, command=None):
        return [m for m in self.messages(command) if m.is_request]

    def events(self, name=None):
        """Connections made and lost, messages refused: dicts with event, peer, text."""
        return [e for e in self.lines() if "event" in e and name in (None, e["event"])]

    def wait_messages(self, command, count=1, timeout=5):
        end = time.monotonic() + timeout
        while True:
            found = self.messages(command)
            if len(found) >= count:
                return found
            assert time.monotonic() < end, "expected %d %s, seen %d" % (count, command, len(found))
            time.sleep(0.02)  # between two looks, within the bound
