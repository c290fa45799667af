# SPDX-License-Identifier: GPL-2.0-or-later
#
# The SMS hub: takes the gateway's MESSAGEs (text or opaque), answers them and OPTIONS by a plan, and can be down. And it sends
# texts for phones in every form that it may, and waits for their outcome.

import re

from . import cpim, sip
from .gateway import HUB_SOURCE
from .transaction import Plan, UserAgent

TEXT = "text/plain;charset=UTF-8"
SMS = "application/vnd.3gpp.sms"
CPIM = "message/cpim"
BY_UDP_MAX = 1300  # octets of a request (RFC 3261 18.1.1)
REASON = re.compile(r'(\w+) *;cause=(\d+);text="([^"]*)"$')


class Sent:
    """A MESSAGE to a phone and what came of it."""

    def __init__(self, client):
        self.client = client
        self.request = client.request

    @property
    def call_id(self):
        return self.request.get("Call-ID")

    def answer(self, timeout=10):
        """The final answer."""
        return self.client.wait(timeout)

    def delivered(self, timeout=10):
        """200: the phone has it."""
        return self.answered(200, timeout=timeout)

    def answered(self, code, reason=None, timeout=10):
        """This code; reason: (protocol, cause) of the Reason header (RFC 3326), False: there is none."""
        final = self.answer(timeout)
        seen = "%s, Reason %s" % (final.start, final.all("Reason"))
        assert final.status == code, "expected %d, seen %s" % (code, seen)
        if reason is False:
            assert not final.all("Reason"), "expected no Reason, seen %s" % seen
        elif reason:
            assert self.reason()[:2] == reason, "expected Reason %s;cause=%d, seen %s" % (*reason, seen)
        return self

    def reason(self):
        """(protocol, cause, text) of the final answer's Reason."""
        found = self.client.final.all("Reason")
        match = REASON.match(found[0]) if len(found) == 1 else None
        assert match, "expected one Reason header, seen %s" % found
        return match[1], int(match[2]), match[3]


class Hub(UserAgent):
    """hub.answer(200), hub.answer(503, 200), hub.answer(Answer(200, delay=8)), hub.answer(SILENCE): how the next
    MESSAGEs are answered; hub.answer_options the same for the probes of the dispatcher. hub.text("Hello", phone) sends."""

    def __init__(self, trace, name="hub", port=0):
        self.gateway = None  # (host, port), set when the gateway is up
        self.sent = []
        super().__init__(name, trace, port)
        self.plans = {"MESSAGE": Plan(200), "OPTIONS": Plan(200)}

    def open(self, port):
        super().open(port)
        self.endpoint.source = HUB_SOURCE

    def answer(self, *answers):
        self.plans["MESSAGE"].set(*answers)

    def answer_options(self, *answers):
        self.plans["OPTIONS"].set(*answers)

    @property
    def messages(self):
        """The MESSAGE requests so far, retransmissions not counted."""
        return [s.request for s in self.received_requests("MESSAGE")]

    def wait_messages(self, count=1, timeout=10):
        return [s.request for s in self.wait_requests("MESSAGE", count, timeout)]

    def texts(self):
        """What the subscribers wrote, in the order of arrival."""
        return [m.body.decode("utf-8") for m in self.messages]

    def notifications(self):
        """The delivery notifications that came, in order."""
        return [cpim.notification(m.body) for m in self.messages if m.media_type == CPIM]

    def down(self):
        self.close()

    def up(self):
        self.open(self.port)

    # --- texts for phones ---

    def message(self, body, to, *, sender="+12025550123", asserted=None, content_type=TEXT, headers=(), transport="udp"):
        """A MESSAGE for a phone. to: a Phone, a number or a URI. sender: a number, a name or a URI; asserted: value of
        P-Asserted-Identity, None: the sender's, empty: there is none."""
        uri = self.uri_of(getattr(to, "number", to), "%s:%d" % self.gateway)
        origin = self.uri_of(sender, "hub.example")
        identity = "<%s>" % origin if asserted is None else asserted
        made = [
            ("Via", self.via(transport)),
            ("Max-Forwards", "70"),
            ("From", "<%s>;tag=%s" % (origin, sip.token())),
            ("To", "<%s>" % uri),
            ("Call-ID", sip.token(16)),
            ("CSeq", "1 MESSAGE"),
        ]
        made += [("P-Asserted-Identity", identity)] if identity else []
        made += list(headers)
        made += [("Content-Type", content_type)] if content_type else []
        return sip.request("MESSAGE", uri, made, body)

    @staticmethod
    def uri_of(identity, host):
        return identity if identity.startswith(("sip:", "tel:")) else "sip:%s@%s" % (identity, host)

    def post(self, message, transport="udp", retransmit=True):
        sent = Sent(self.send(message, self.gateway, transport, retransmit))
        self.sent.append(sent)
        return sent

    def check(self):
        """Fails also when one of its texts had two final answers that differ."""
        super().check()
        for sent in self.sent:
            finals = {r.status for r in sent.client.responses if r.status >= 200}
            assert len(finals) <= 1, "expected one final answer to %s, seen %s" % (sent.call_id, sorted(finals))

    def text(self, content, to, *, transport=None, retransmit=True, **fields):
        """A text, as text/plain in UTF-8, or what content_type says; content: text or octets. By UDP while it fits."""
        body = content if isinstance(content, bytes) else content.encode()
        transport = transport or ("udp" if len(body) < BY_UDP_MAX - 600 else "tcp")
        return self.post(self.message(body, to, transport=transport, **fields), transport, retransmit)

    def opaque(self, octets, to, **fields):
        """An RP message of the hub's own."""
        return self.text(octets, to, content_type=SMS, **fields)

    def notified(self, content, to, message_id, *, sender="+12025550123", wanted=cpim.BOTH, **fields):
        """A text in message/cpim that asks for a notification."""
        origin, target = self.uri_of(sender, "hub.example"), self.uri_of(getattr(to, "number", to), "%s:%d" % self.gateway)
        body = cpim.request(content.encode(), message_id=message_id, sender=origin, to=target, wanted=wanted)
        return self.text(body, to, content_type=CPIM, sender=sender, **fields)
