# SPDX-License-Identifier: GPL-2.0-or-later
#
# The operator's view of a running gateway: kamcmd over the ctl socket, and what its text output means.

import subprocess


class RpcError(AssertionError):
    """The gateway refused an RPC or did not answer."""


def structs(text):
    """The structs of a kamcmd answer as dicts, in order; a nested struct is a dict within. Numbers become int."""
    top = []
    open_structs = []
    for line in text.splitlines():
        line = line.strip()
        if line.endswith("{"):
            made = {}
            key = line[:-1].strip().rstrip(":").strip()
            if open_structs and key:
                open_structs[-1].setdefault(key, made)
            elif not open_structs:
                top.append(made)
            open_structs.append(made)
        elif line == "}":
            open_structs.pop()
        elif open_structs and ":" in line:
            key, _, value = line.partition(":")
            value = value.strip()
            open_structs[-1][key.strip()] = int(value) if value.lstrip("-").isdigit() else value
    return top


class Rpc:
    def __init__(self, socket_path):
        self.socket = "unix:%s" % socket_path

    def call(self, command, *args, timeout=10):
        """The answer's text. Fails when the gateway answers with an error or not at all."""
        line = ["kamcmd", "-s", self.socket, command] + [str(a) for a in args]
        try:
            done = subprocess.run(line, capture_output=True, text=True, timeout=timeout, check=False)
        except subprocess.TimeoutExpired as e:
            raise RpcError("kamcmd %s: no answer within %g s" % (command, timeout)) from e
        said = done.stdout + done.stderr
        if done.returncode or said.startswith("error:"):
            raise RpcError("kamcmd %s: %s" % (" ".join(line[3:]), said.strip()))
        return done.stdout

    def structs(self, command, *args):
        return structs(self.call(command, *args))

    def counters(self, group="ipsmgw"):
        """Name -> value of a counter group."""
        found = self.structs("cnt.grp_get_all", group)
        return found[0] if found else {}

    def shm_used(self):
        """Octets of shared memory in use."""
        return self.structs("core.shmmem")[0]["used"]

    def pkg_used(self):
        """Octets of private memory in use, by (pid, what the process is)."""
        return {(p["pid"], p["desc"]): p["used"] for p in self.structs("pkg.stats")}
