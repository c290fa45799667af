# SPDX-License-Identifier: GPL-2.0-or-later
#
# Diameter (RFC 6733) of our own for the tests: messages and AVPs to octets and back, and a client that is a peer of its
# own: CER/CEA, DWR/DWA and DPR/DPA by itself, requests and answers by the test. Shares nothing with the product.

import itertools
import queue
import socket
import struct
import threading
import time

IETF, TGPP = 0, 10415
SH, S6C, SGD = 16777217, 16777312, 16777313
CER, DWR, DPR = 257, 280, 282
UDR, PUR, SNR, PNR = 306, 307, 308, 309
OFR, TFR, SRR, ALR, RDR = 8388645, 8388646, 8388647, 8388648, 8388649
REQUEST, PROXIABLE, ERROR, REPEATED = 0x80, 0x40, 0x20, 0x10
V_BIT, M_BIT = 0x80, 0x40

# (vendor, code) of the AVPs that hold others
GROUPS = {(IETF, c) for c in (260, 279, 284, 297, 621, 623, 650)} | {
    (TGPP, c)
    for c in (628, 700, 715, 720, 1496, 1600, 1601, 2401, 2406, 3102, 3303, 3316, 3317, 3318, 3319, 3320, 3324, 3336, 3337, 3344, 3345)
}
# AVPs of 3GPP that are sent without the M bit
OPTIONAL = (
    {628, 629, 630, 634, 636, 650, 708, 709, 710, 1496, 1600, 1601, 1645, 2408, 2409, 2410}
    | set(range(712, 723))
    | set(range(3323, 3349))
)


class DiameterError(AssertionError):
    """The peer sent what is no Diameter, or nothing in time."""


class Avp:
    """value: octets, or a list of Avp for a group."""

    def __init__(self, code, value, vendor=IETF, flags=0):
        self.code, self.value, self.vendor, self.flags = code, value, vendor, flags

    def __repr__(self):
        return "%d/%d=%r" % (self.vendor, self.code, self.value)

    @property
    def text(self):
        return self.value.decode("utf-8")

    @property
    def number(self):
        """An Unsigned32 or Enumerated."""
        return struct.unpack("!I", self.value)[0]

    @property
    def digits(self):
        """A number in TBCD."""
        return tbcd_digits(self.value)

    def find(self, code, vendor=TGPP):
        return find(self.value, code, vendor)

    def to_bytes(self):
        data = b"".join(a.to_bytes() for a in self.value) if isinstance(self.value, list) else self.value
        head = 12 if self.flags & V_BIT else 8
        out = struct.pack("!IB", self.code, self.flags) + (head + len(data)).to_bytes(3, "big")
        if self.flags & V_BIT:
            out += struct.pack("!I", self.vendor)
        return out + data + b"\0" * (-len(data) % 4)


def tbcd(digits):
    padded = digits + "f" * (len(digits) % 2)
    return bytes.fromhex("".join(padded[i + 1] + padded[i] for i in range(0, len(padded), 2)))


def tbcd_digits(octets):
    return "".join(b[1] + b[0] for b in ("%02x" % o for o in octets)).rstrip("f")


def ietf(code, value, mandatory=True):
    """An AVP of vendor 0; value: octets, text, a number or a list of AVPs."""
    return Avp(code, octets_of(value), IETF, M_BIT if mandatory else 0)


def tgpp(code, value, mandatory=None):
    """An AVP of 3GPP, with the M bit of the standard when not said otherwise."""
    m = code not in OPTIONAL if mandatory is None else mandatory
    return Avp(code, octets_of(value), TGPP, V_BIT | (M_BIT if m else 0))


def octets_of(value):
    if isinstance(value, str):
        return value.encode("utf-8")
    return struct.pack("!I", value) if isinstance(value, int) else value


def find(avps, code, vendor=TGPP):
    """The first of these AVPs with that code; None."""
    return next((a for a in avps if (a.vendor, a.code) == (vendor, code)), None)


def parse_avps(octets):
    found = []
    while octets:
        if len(octets) < 8:
            raise DiameterError("%d octets are no AVP" % len(octets))
        code, flags = struct.unpack("!IB", octets[:5])
        length = int.from_bytes(octets[5:8], "big")
        head = 12 if flags & V_BIT else 8
        if not head <= length <= len(octets):
            raise DiameterError("AVP %d has length %d of %d" % (code, length, len(octets)))
        vendor = struct.unpack("!I", octets[8:12])[0] if flags & V_BIT else IETF
        data = octets[head:length]
        found.append(Avp(code, parse_avps(data) if (vendor, code) in GROUPS else data, vendor, flags))
        octets = octets[(length + 3) & ~3 :]
    return found


class Message:
    def __init__(self, code, app, flags, avps, hbh=0, ete=0):
        self.code, self.app, self.flags, self.avps, self.hbh, self.ete = code, app, flags, avps, hbh, ete
        self.logged = None

    @classmethod
    def from_bytes(cls, octets):
        if len(octets) < 20 or octets[0] != 1 or int.from_bytes(octets[1:4], "big") != len(octets):
            raise DiameterError("no Diameter message: %s" % octets[:20].hex())
        app, hbh, ete = struct.unpack("!III", octets[8:20])
        return cls(int.from_bytes(octets[5:8], "big"), app, octets[4], parse_avps(octets[20:]), hbh, ete)

    @classmethod
    def from_log(cls, line):
        """From a line of the log of the HSS; `logged` is that line."""

        def avp(a):
            return Avp(a["code"], [avp(c) for c in a["avps"]] if "avps" in a else bytes.fromhex(a["hex"]), a["vendor"], a["flags"])

        made = cls(line["code"], line["app"], line["flags"], [avp(a) for a in line["avps"]], line["hbh"], line["ete"])
        made.logged = line
        return made

    def to_bytes(self):
        body = b"".join(a.to_bytes() for a in self.avps)
        head = b"\1" + (20 + len(body)).to_bytes(3, "big") + bytes([self.flags]) + self.code.to_bytes(3, "big")
        return head + struct.pack("!III", self.app, self.hbh, self.ete) + body

    @property
    def is_request(self):
        return bool(self.flags & REQUEST)

    def find(self, code, vendor=TGPP):
        return find(self.avps, code, vendor)

    def text(self, code, vendor=IETF):
        avp = self.find(code, vendor)
        return avp and avp.text

    @property
    def result(self):
        """(0, Result-Code) or (vendor, Experimental-Result-Code); None: there is none."""
        code = self.find(268, IETF)
        if code:
            return 0, code.number
        group = self.find(297, IETF)
        return group and (group.find(266, IETF).number, group.find(298, IETF).number)


class Client:
    """A peer that connects to (host, port). Requests of the other side are put into `incoming`; `sent` and `received` are
    the octets of all messages, in order. Watchdogs are answered by the client's thread."""

    def __init__(self, address, host="gateway.ims.test", realm="ims.test", apps=(SH, S6C, SGD)):
        self.host, self.realm = host, realm
        self.incoming = queue.Queue()
        self.sent, self.received = [], []
        self.disconnect_cause = None
        self.watchdogs = 0
        self._apps = apps
        self._ids = itertools.count(int(time.time()) & 0xFFFFF)
        self._waiting = {}
        self._lock = threading.Lock()
        self.closed = threading.Event()
        self._sock = socket.create_connection(address, timeout=5)
        self._sock.settimeout(None)
        self._sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._thread = threading.Thread(target=self._run, name="diameter", daemon=True)
        self._thread.start()

    def __enter__(self):
        self.capabilities()
        return self

    def __exit__(self, kind, error, traceback):
        self.close()

    # --- the peer ---

    def capabilities(self):
        """CER; the CEA, which must be a success."""
        own = [
            ietf(257, b"\0\1" + socket.inet_aton(self._sock.getsockname()[0])),
            ietf(266, 0),
            ietf(269, "ipsmgw tests", mandatory=False),
            ietf(265, TGPP),
        ] + [ietf(260, [ietf(266, TGPP), ietf(258, app)]) for app in self._apps]
        answer = self.ask(Message(CER, 0, REQUEST, self.origin() + own))
        if answer.result != (0, 2001):
            raise DiameterError("CEA says %s" % (answer.result,))
        return answer

    def origin(self):
        return [ietf(264, self.host), ietf(296, self.realm)]

    def disconnect(self, cause=0):
        return self.ask(Message(DPR, 0, REQUEST, self.origin() + [ietf(273, cause)]))

    def wait_watchdogs(self, count, timeout=5):
        """Until so many watchdogs of the other side were answered."""
        end = time.monotonic() + timeout
        while self.watchdogs < count:
            if time.monotonic() > end:
                raise DiameterError("%d watchdogs within %g s, expected %d" % (self.watchdogs, timeout, count))
            time.sleep(0.01)  # between two looks, within the bound

    def close(self):
        try:
            self._sock.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self._thread.join(5)
        self._sock.close()

    # --- requests ---

    def make(self, code, app, avps, realm="ims.test"):
        """A request with all that 3GPP has in each of them, and these AVPs."""
        head = [
            ietf(263, "%s;%d;%d" % (self.host, time.time(), next(self._ids))),
            ietf(260, [ietf(266, TGPP), ietf(258, app)]),
            ietf(277, 1),
        ]
        return Message(code, app, REQUEST | PROXIABLE, head + self.origin() + [ietf(283, realm)] + avps)

    def send(self, message):
        """Numbers a request, and sends; a queue that will have its answer."""
        answers = queue.Queue()
        if message.is_request:
            message.hbh = message.hbh or next(self._ids)
            message.ete = message.ete or next(self._ids)
            self._waiting[message.hbh] = answers
        self.send_octets(message.to_bytes())
        return answers

    def send_octets(self, octets):
        with self._lock:
            self.sent.append(octets)
            self._sock.sendall(octets)

    def ask(self, message, timeout=5):
        answers = self.send(message)
        try:
            return answers.get(timeout=timeout)
        except queue.Empty:
            raise DiameterError("no answer to %d within %g s" % (message.code, timeout)) from None

    def answer(self, request, avps, result=2001):
        """Answer a request of the other side."""
        session = [a for a in request.avps if a.code == 263]
        head = session + [ietf(268, result)] + self.origin()
        self.send(Message(request.code, request.app, request.flags & ~REQUEST & ~REPEATED, head + avps, request.hbh, request.ete))

    # --- the thread ---

    def _run(self):
        buffer = b""
        while True:
            try:
                octets = self._sock.recv(65536)
            except OSError:
                octets = b""
            if not octets:
                self.closed.set()
                return
            buffer += octets
            while len(buffer) >= 4 and len(buffer) >= int.from_bytes(buffer[1:4], "big") >= 20:
                size = int.from_bytes(buffer[1:4], "big")
                self.received.append(buffer[:size])
                self._take(Message.from_bytes(buffer[:size]))
                buffer = buffer[size:]

    def _take(self, message):
        if not message.is_request:
            waiting = self._waiting.pop(message.hbh, None)
            if waiting:
                waiting.put(message)
        elif message.code == DWR:
            self.answer(message, [])
            self.watchdogs += 1
        elif message.code == DPR:
            self.disconnect_cause = message.find(273, IETF).number
            self.answer(message, [])
        else:
            self.incoming.put(message)
