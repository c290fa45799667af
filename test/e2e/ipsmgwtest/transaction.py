# SPDX-License-Identifier: GPL-2.0-or-later
#
# Non-INVITE transactions (RFC 3261 17.1.2, 17.2.2) over an Endpoint, and the user agent that the S-CSCF and the hub
# are made of: send a request and wait for its answer, answer requests by a plan, absorb retransmissions.

import collections
import itertools
import threading
import time
from dataclasses import dataclass, field

from . import net, sip

T1, T2, TIMER_F = 0.5, 4.0, 32.0


class Timeout(AssertionError):
    """Something that a test waits for did not happen in time."""


@dataclass
class Answer:
    """How to answer one request: after delay seconds, with code; code None is silence. before: octets, or the code of a
    provisional answer, sent at once."""

    code: int = 200
    delay: float = 0.0
    reason: str = None
    headers: list = field(default_factory=list)
    body: bytes = b""
    before: object = None


SILENCE = Answer(code=None)


class Plan:
    """Answers in turn; the last one stays. An answer may be given as a bare code."""

    def __init__(self, *answers):
        self.set(*answers)

    def set(self, *answers):
        self._answers = [a if isinstance(a, Answer) else Answer(a) for a in answers]
        self._next = itertools.count()

    def next(self):
        return self._answers[min(next(self._next), len(self._answers) - 1)]


class Client:
    """A request that was sent. `responses` grows in the endpoint's thread; `sent` counts transmissions."""

    def __init__(self, agent, request, peer, transport, connection):
        self.agent = agent
        self.request = request
        self.octets = request.to_bytes()
        self.peer = peer
        self.transport = transport
        self.connection = connection
        self.responses = []
        self.sent = 0
        self.began = time.monotonic()
        self.answered_after = None  # seconds from the first transmission to the first final response

    @property
    def final(self):
        finals = [r for r in self.responses if r.status >= 200]
        return finals[0] if finals else None

    def transmit(self):
        """Send the same octets once more."""
        self.sent += 1
        if self.transport == "tcp":
            self.agent.endpoint.send_tcp(self.octets, self.peer, self.connection)
        else:
            self.agent.endpoint.send_udp(self.octets, self.peer)

    def retransmit_until_final(self, interval=T1):
        if self.final or time.monotonic() - self.began > TIMER_F:
            return
        self.transmit()
        self.agent.endpoint.call_later(interval, lambda: self.retransmit_until_final(min(2 * interval, T2)))

    def wait(self, timeout=TIMER_F):
        """The final response."""
        self.agent.wait_for(lambda: self.final, timeout, "final response to %s" % self.request.start)
        return self.final


class Server:
    """A request that was received, once; `repeats` counts its retransmissions."""

    def __init__(self, agent, request, peer, transport, connection):
        self.agent = agent
        self.request = request
        self.peer = peer
        self.transport = transport
        self.connection = connection
        self.at = time.monotonic()
        self.repeats = 0
        self.status = None  # the code it was answered with
        self.tag = sip.token()
        self._octets = None

    def answer(self, answer):
        if answer.before is not None:
            self._send(answer.before if isinstance(answer.before, bytes) else self._reply(answer.before).to_bytes())
        if answer.code is None:
            return
        if answer.delay:
            self.agent.endpoint.call_later(answer.delay, lambda: self._answer_now(answer))
        else:
            self._answer_now(answer)

    def _answer_now(self, answer):
        message = self._reply(answer.code, answer.reason, answer.headers, answer.body)
        self.status = answer.code
        self._octets = message.to_bytes()
        self.send_again()
        self.agent.notify()

    def send_again(self):
        if self._octets is not None:
            self._send(self._octets)

    def _reply(self, code, reason=None, headers=(), body=b""):
        return sip.reply(self.request, code, reason, headers, body, self.tag)

    def _send(self, octets):
        if self.transport == "tcp":
            self.agent.endpoint.send_tcp(octets, self.peer, self.connection)
        else:
            self.agent.endpoint.send_udp(octets, self.peer)


class UserAgent:
    """A named SIP party. Requests that come in are kept by method in the order of arrival and answered by the plan of
    their method (`plans`; 200 when there is none)."""

    def __init__(self, name, trace, port=0):
        self.name = name
        self.trace = trace
        self.plans = {}
        self.endpoint = None
        self._clients = {}
        self._by_transaction = {}
        self._by_method = collections.defaultdict(list)
        self._changed = threading.Condition()
        self._errors = []
        self.open(port)

    # --- life ---

    def open(self, port):
        self.endpoint = net.Endpoint(self.name, self.trace, port)
        self.endpoint.received = self._received
        self.port = self.endpoint.port

    def close(self):
        """Sockets closed: whoever sends here finds nobody. open(self.port) brings it back."""
        self.endpoint.close()
        self._errors += self.endpoint.errors
        self.endpoint.errors = []

    def check(self):
        """Fails with the first error that the endpoint's thread met."""
        for error in self._errors + self.endpoint.errors:
            raise error

    # --- waiting ---

    def notify(self):
        with self._changed:
            self._changed.notify_all()

    def wait_for(self, condition, timeout, what):
        """Wait until condition() is true; its value. Fails with what was waited for."""
        with self._changed:
            value = self._changed.wait_for(condition, timeout)
        if not value:
            raise Timeout("%s: no %s within %g s" % (self.name, what, timeout))
        return value

    def received_requests(self, method):
        return list(self._by_method[method])

    def wait_requests(self, method, count, timeout):
        """The first count requests of a method, retransmissions not counted."""
        arrived = self._by_method[method]
        self.wait_for(lambda: len(arrived) >= count, timeout, "%s number %d" % (method, count))
        return self.received_requests(method)[:count]

    # --- client side ---

    def via(self, transport):
        return "SIP/2.0/%s %s:%d;branch=z9hG4bK%s" % (transport.upper(), net.HOST, self.port, sip.token(16))

    def expect(self, request, peer, transport="udp", connection=None):
        """Be ready for the answers to a request that the caller sends himself: the octets of the Client, or others."""
        client = Client(self, request, peer, transport, connection)
        self._clients[(request.branch, request.method)] = client
        return client

    def send(self, request, peer, transport="udp", retransmit=True, connection=None):
        """Send a request that has its own Via on top already. Over UDP it is repeated until it is answered, unless
        retransmit is off."""
        client = self.expect(request, peer, transport, connection)
        if transport == "udp" and retransmit:
            client.retransmit_until_final()
        else:
            client.transmit()
        return client

    # --- server side, in the endpoint's thread ---

    def arrived(self, server):
        """A new request is here, not answered yet: for those who want more than the lists."""

    def answer_to(self, server):
        """The Answer to a new request."""
        plan = self.plans.get(server.request.method)
        return plan.next() if plan else Answer(200)

    def _received(self, octets, peer, transport, connection):
        message = sip.parse(octets)
        if message.is_request:
            self._request(message, peer, transport, connection)
        else:
            self._response(message)
        self.notify()

    def _response(self, message):
        client = self._clients.get((message.branch, message.method))
        if client is None:
            raise AssertionError("%s: a response to nothing that was asked: %s" % (self.name, message.start))
        if client.final is None and message.status >= 200:
            client.answered_after = time.monotonic() - client.began
        client.responses.append(message)

    def _request(self, message, peer, transport, connection):
        known = self._by_transaction.get(message.transaction)
        if known:
            known.repeats += 1
            known.send_again()
            return
        server = Server(self, message, peer, transport, connection)
        self._by_transaction[message.transaction] = server
        self._by_method[message.method].append(server)
        self.arrived(server)
        server.answer(self.answer_to(server))
