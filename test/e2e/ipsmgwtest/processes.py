# SPDX-License-Identifier: GPL-2.0-or-later
#
# Which processes live in a process group or session (from /proc), and their end. Only for groups and sessions that
# this package made.

import os
import pathlib
import signal

# fields of /proc/PID/stat after the command's closing bracket
STATE, PGRP, SESSION = 0, 2, 3


def members(field, value):
    """Pids of the live processes whose stat field (PGRP or SESSION) has this value."""
    found = []
    for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rsplit(")", 1)[1].split()
        except (OSError, IndexError):
            continue
        if fields[STATE] != "Z" and int(fields[field]) == value:
            found.append(int(stat.parent.name))
    return found


def kill(pids):
    """KILL each; those that are gone are no error."""
    for pid in pids:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
