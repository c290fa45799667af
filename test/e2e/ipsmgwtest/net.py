# SPDX-License-Identifier: GPL-2.0-or-later
#
# A SIP socket pair (UDP and TCP on one port of 127.0.0.1) with one thread that reads it and runs timers. It knows
# framing and nothing of transactions: each whole message goes to `received`, which the owner sets.

import heapq
import itertools
import random
import selectors
import socket
import threading
import time

from . import sip

HOST = "127.0.0.1"
LATE = 0.2  # seconds


def listen_pair(port=0, attempts=50):
    """UDP and TCP sockets bound to the same port; with port 0 to one that is free for both."""
    for _ in range(attempts):
        tcp = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        try:
            tcp.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            udp.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
            tcp.bind((HOST, port))
            udp.bind(tcp.getsockname())
            tcp.listen(64)
            return udp, tcp
        except OSError:
            tcp.close()
            udp.close()
            if port:
                raise
    raise OSError("no port is free for both UDP and TCP")


class Connection:
    """One TCP connection, either way round."""

    def __init__(self, sock):
        self.sock = sock
        self.peer = sock.getpeername()
        self.buffer = b""
        self.lock = threading.Lock()

    def send(self, octets):
        with self.lock:
            self.sock.sendall(octets)

    def messages(self, octets):
        """Take in octets; the whole messages that they complete."""
        self.buffer += octets
        out = []
        while True:
            self.buffer = self.buffer.lstrip(b"\r\n")
            size = sip.frame(self.buffer)
            if not size:
                return out
            out.append(self.buffer[:size])
            self.buffer = self.buffer[size:]


class Endpoint:
    """`received(octets, peer, transport, connection)` is called in the endpoint's thread for each message; transport is
    "udp" or "tcp", connection is None for UDP. loss is the share of datagrams, in and out, that vanish, twice of those that come
    twice, late of those that are up to LATE seconds under way, so that others overtake them. source: the address that
    connections are made from. Errors in `received` are kept in `errors` and fail the test at the end."""

    def __init__(self, name, trace, port=0):
        self.name = name
        self.trace = trace
        self.received = lambda octets, peer, transport, connection: None
        self.peer_name = "gateway"
        self.errors = []
        self.loss = self.twice = self.late = 0.0
        self.source = None
        self._dice = random.Random(name)
        self._udp, self._tcp = listen_pair(port)
        self.port = self._udp.getsockname()[1]
        self._connections = []
        self._timers, self._order = [], itertools.count()
        self._lock = threading.Lock()
        self._wake_r, self._wake_w = socket.socketpair()
        self._selector = selectors.DefaultSelector()
        for sock in (self._udp, self._tcp, self._wake_r):
            self._selector.register(sock, selectors.EVENT_READ)
        self._closing = False
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    @property
    def address(self):
        return HOST, self.port

    # --- sending ---

    def send_udp(self, octets, peer):
        self._through_the_net(lambda: self._send_now(octets, peer))

    def _send_now(self, octets, peer):
        self.trace.record(self.name, self.peer_name, "udp", octets)
        self._udp.sendto(octets, peer)

    def send_tcp(self, octets, peer, connection=None):
        """On the given connection, else on one that is open to peer, else on a new one."""
        connection = connection or self.connection(peer)
        self.trace.record(self.name, self.peer_name, "tcp", octets)
        connection.send(octets)

    def connection(self, peer, new=False):
        """An open connection to peer; a second, third ... one with new."""
        with self._lock:
            found = [c for c in self._connections if c.peer == tuple(peer)]
        if found and not new:
            return found[0]
        made = Connection(socket.create_connection(peer, 5, self.source and (self.source, 0)))
        made.sock.settimeout(None)
        self._adopt(made)
        return made

    # --- timers ---

    def call_later(self, seconds, action):
        """Run action in the endpoint's thread after so many seconds."""
        with self._lock:
            heapq.heappush(self._timers, (time.monotonic() + seconds, next(self._order), action))
        if threading.current_thread() is not self._thread:
            self._wake()

    # --- the thread ---

    def close(self):
        """Stop at once; sockets closed, pending timers forgotten."""
        if self._closing:
            return
        self._closing = True
        self._wake()
        self._thread.join(5)
        for sock in [self._udp, self._tcp, self._wake_r, self._wake_w] + [c.sock for c in self._connections]:
            sock.close()
        self._selector.close()

    def _wake(self):
        self._wake_w.send(b"w")

    def _adopt(self, connection):
        with self._lock:
            self._connections.append(connection)
        self._selector.register(connection.sock, selectors.EVENT_READ, connection)
        self._wake()

    def _run(self):
        while not self._closing:
            for key, _ in self._selector.select(self._run_timers()):
                self._ready(key)

    def _run_timers(self):
        """Run what is due; seconds to the next timer, None when there is none."""
        while True:
            with self._lock:
                if not self._timers:
                    return None
                wait = self._timers[0][0] - time.monotonic()
                if wait > 0:
                    return wait
                action = heapq.heappop(self._timers)[2]
            self._guard(action)

    def _ready(self, key):
        if key.fileobj is self._wake_r:
            self._wake_r.recv(4096)
        elif key.fileobj is self._udp:
            octets, peer = self._udp.recvfrom(65535)
            if octets.strip(b"\r\n\0"):
                self._through_the_net(lambda: self._deliver(octets, peer, "udp", None))
        elif key.fileobj is self._tcp:
            self._adopt(Connection(self._tcp.accept()[0]))
        else:
            self._read_stream(key.data)

    def _through_the_net(self, pass_on):
        """Pass a datagram on as the network is: not at all, once or twice, now or later."""
        if not (self.loss or self.twice or self.late):
            pass_on()
            return
        if self._dice.random() < self.loss:
            return
        for _ in range(2 if self._dice.random() < self.twice else 1):
            if self._dice.random() < self.late:
                self.call_later(self._dice.uniform(0, LATE), pass_on)
            else:
                pass_on()

    def _read_stream(self, connection):
        try:
            octets = connection.sock.recv(65535)
        except ConnectionError:
            octets = b""
        if not octets:
            self._selector.unregister(connection.sock)
            with self._lock:
                self._connections.remove(connection)
            connection.sock.close()
            return
        self._guard(lambda: [self._deliver(m, connection.peer, "tcp", connection) for m in connection.messages(octets)])

    def _deliver(self, octets, peer, transport, connection):
        self.trace.record(self.peer_name, self.name, transport, octets)
        self._guard(lambda: self.received(octets, peer, transport, connection))

    def _guard(self, action):
        try:
            action()
        except Exception as e:  # the thread must live on; the test fails by it in the end
            self.errors.append(e)
