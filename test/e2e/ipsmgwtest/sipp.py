# SPDX-License-Identifier: GPL-2.0-or-later
#
# Runs SIPp on 127.0.0.1 with a scenario file, within a time bound, its logs in a scratch folder. As the phone's side it
# is waited for; as the hub's side it runs beside the test until it has had its calls.

import pathlib
import subprocess

from . import net

TRANSPORTS = {"udp": "u1", "tcp": "t1"}


class Sipp:
    """One SIPp process. keys: values for [name] in the scenario. call_ids: a pattern with %u for the call's number."""

    def __init__(self, xml, scratch, port, target=None, *, calls=1, rate=10, transport="udp", keys=None, call_ids=None, timeout=30):
        self.xml = pathlib.Path(xml)
        self._timeout = timeout
        self._base = pathlib.Path(scratch) / ("sipp-%s-%d" % (self.xml.stem, port))
        command = ["sipp", "-sf", str(self.xml), "-i", net.HOST, "-p", str(port), "-t", TRANSPORTS[transport]]
        command += ["-m", str(calls), "-r", str(rate), "-nostdin", "-timeout", "%ds" % timeout, "-timeout_error"]
        command += ["-trace_err", "-error_file", str(self._log("errors")), "-error_overwrite", "true"]
        if calls <= 20:
            command += ["-trace_msg", "-message_file", str(self._log("messages")), "-message_overwrite", "true"]
        if call_ids:
            command += ["-cid_str", call_ids]
        for name, value in (keys or {}).items():
            command += ["-key", name, str(value)]
        command += [target] if target else ["-aa"]
        self._process = subprocess.Popen(
            command, cwd=scratch, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )

    def wait(self):
        """Until all calls are done; fails when one of them did not go as the scenario says."""
        try:
            output, _ = self._process.communicate(timeout=self._timeout + 5)
        except subprocess.TimeoutExpired:
            self.stop()
            raise AssertionError("sipp %s did not end within %d s" % (self.xml.name, self._timeout)) from None
        if self._process.returncode:
            raise AssertionError(
                "sipp %s: exit status %d\n%s" % (self.xml.name, self._process.returncode, self._explain(output))
            )

    def stop(self):
        self._process.kill()
        self._process.communicate()

    def _log(self, kind):
        return self._base.with_name("%s-%s.log" % (self._base.name, kind))

    def _explain(self, output):
        parts = []
        for kind in ("errors", "messages"):
            if self._log(kind).exists():
                parts.append("--- %s:\n%s" % (kind, self._log(kind).read_text(errors="replace")[-3000:]))
        return "\n".join(parts) or output.decode("utf-8", "replace")[-2000:]
