# SPDX-License-Identifier: GPL-2.0-or-later
#
# What went over the wire: every endpoint of a test records its messages here, in both directions. The ladder is drawn
# from it. Safe to use from several threads.

import threading
import time
from dataclasses import dataclass

from . import sip


@dataclass
class Entry:
    at: float  # seconds since the trace began
    source: str
    target: str
    transport: str
    octets: bytes

    def message(self):
        """The parsed message; None when the octets are no SIP message."""
        try:
            return sip.parse(self.octets)
        except (sip.SipError, ValueError, IndexError):
            return None


class Trace:
    """The first `limit` messages of a run; what came after is only counted, so that load tests stay small."""

    def __init__(self, limit=2000):
        self.began = time.monotonic()
        self.entries = []
        self.dropped = 0
        self._listener = None
        self._limit = limit
        self._lock = threading.Lock()

    def restart(self, listener):
        """Forget what was and begin at zero; listener is called with each entry as it is recorded."""
        with self._lock:
            self.began = time.monotonic()
            self.entries, self.dropped = [], 0
            self._listener = listener

    def record(self, source, target, transport, octets):
        entry = Entry(time.monotonic() - self.began, source, target, transport, octets)
        with self._lock:
            if len(self.entries) < self._limit:
                self.entries.append(entry)
            else:
                self.dropped += 1
            if self._listener:
                self._listener(entry)
