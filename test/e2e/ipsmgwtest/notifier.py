# SPDX-License-Identifier: GPL-2.0-or-later
#
# The S-CSCF as notifier of the reg event package (RFC 3680, RFC 6665): takes the gateway's SUBSCRIBEs, sends NOTIFYs
# with the documents that a test chooses, in the order that it chooses. Uses an Scscf for its address and transactions.

import pathlib

from . import sip
from .transaction import Answer, Plan

VECTORS = pathlib.Path(__file__).resolve().parents[3] / "test" / "vectors" / "scscf"
REGINFO = "application/reginfo+xml"


# --- documents ---


def contact(uri, *, smsip=True, state="active", event=None, expires=3600, name="c1"):
    """A <contact>; smsip: True, False, or the octets between the tags of the feature tag's unknown-param."""
    tag = '<unknown-param name="+g.3gpp.smsip">%s</unknown-param>' % ("" if smsip is True else smsip) if smsip is not False else ""
    event = event or ("registered" if state == "active" else "expired")
    return '<contact id="%s" state="%s" event="%s" expires="%d"><uri>%s</uri>%s</contact>' % (name, state, event, expires, uri, tag)


def registration(aor, *contacts, state="active"):
    return '<registration aor="%s" id="r %s" state="%s">%s</registration>' % (aor, aor, state, "".join(contacts))


def document(version, *registrations, full=True):
    return (
        '<?xml version="1.0"?>\n<reginfo xmlns="urn:ietf:params:xml:ns:reginfo" version="%d" state="%s">%s</reginfo>'
        % (version, "full" if full else "partial", "".join(registrations))
    ).encode()


def captured(name):
    """The document of a NOTIFY that a real S-CSCF sent."""
    return sip.parse((VECTORS / ("notify-%s.txt" % name)).read_bytes()).body


# --- the notifier ---


class Dialog:
    """One subscription as the S-CSCF sees it, made of the SUBSCRIBE that began it."""

    def __init__(self, notifier, server):
        self.notifier = notifier
        self.request = server.request
        self.tag = server.tag
        self.cseq = 0
        self.version = -1

    @property
    def aor(self):
        return self.request.uri

    def message(self, body=b"", *, state="active;expires=600", cseq=None, event="reg", content_type=REGINFO, tag=None):
        """A NOTIFY; by default the next in this dialog. state None: no Subscription-State."""
        self.cseq = self.cseq + 1 if cseq is None else cseq
        target = sip.uri_of(self.request.get("Contact"))
        headers = [
            ("Via", self.notifier.scscf.via("udp")),
            ("Max-Forwards", "70"),
            ("From", "<%s>;tag=%s" % (self.aor, tag or self.tag)),
            ("To", self.request.get("From")),
            ("Call-ID", self.request.get("Call-ID")),
            ("CSeq", "%d NOTIFY" % self.cseq),
            ("Contact", "<%s>" % self.notifier.uri),
        ]
        headers += [("Event", event)] if event else []
        headers += [("Subscription-State", state)] if state else []
        headers += [("Content-Type", content_type)] if body and content_type else []
        return sip.request("NOTIFY", target, headers, body)

    def send(self, body=b"", **fields):
        """Its final answer."""
        return self.notifier.scscf.send(self.message(body, **fields), self.notifier.scscf.gateway).wait(5)

    def notify(self, body=b"", **fields):
        """A NOTIFY that must be answered 200."""
        final = self.send(body, **fields)
        assert final.status == 200, "expected 200 to a NOTIFY, seen %s" % final.start
        return final

    def full(self, *registrations, **fields):
        """The next document of this dialog, with all registrations."""
        self.version += 1
        return self.notify(document(self.version, *registrations), **fields)

    def partial(self, *registrations, **fields):
        self.version += 1
        return self.notify(document(self.version, *registrations, full=False), **fields)

    def bound(self, *contacts, **fields):
        """A full document: the subscriber with these contacts; none: not registered."""
        return self.full(registration(self.aor, *contacts, state="active" if contacts else "terminated"), **fields)


class Notifier:
    """world: its S-CSCF answers SUBSCRIBE, with 200 unless told otherwise."""

    def __init__(self, world, expires=600):
        self.world = world
        self.scscf = world.scscf
        self.answer(self.granted(expires))

    @property
    def uri(self):
        return "sip:127.0.0.1:%d" % self.scscf.port

    def granted(self, expires=600, *, delay=0.0, headers=()):
        """An Answer to SUBSCRIBE."""
        return Answer(200, delay=delay, headers=[("Expires", str(expires)), ("Contact", "<%s>" % self.uri), *headers])

    def answer(self, *answers):
        """How the next SUBSCRIBEs are answered, as of Plan."""
        self.scscf.plans["SUBSCRIBE"] = Plan(*answers)

    @property
    def subscribes(self):
        """The SUBSCRIBEs so far, retransmissions not counted."""
        return [s.request for s in self.scscf.received_requests("SUBSCRIBE")]

    def wait_subscribe(self, number=1, timeout=5):
        """The SUBSCRIBE with this number, from 1."""
        return self.scscf.wait_requests("SUBSCRIBE", number, timeout)[number - 1]

    def dialog(self, number=1, timeout=5):
        """The dialog that the SUBSCRIBE with this number begins."""
        server = self.wait_subscribe(number, timeout)
        assert sip.param(server.request.get("To"), "tag") is None, "SUBSCRIBE %d is in a dialog" % number
        return Dialog(self, server)

    # --- the gateway's view ---

    def list(self, *limit):
        """What ipsmgw.subscriptions shows."""
        return self.world.gateway.rpc.structs("ipsmgw.subscriptions", *limit)

    def wait_state(self, state, timeout=5):
        """Until the only subscription is in this state; its struct."""

        def look():
            found = self.list()
            return found[0] if len(found) == 1 and found[0]["state"] == state else None

        return self.world.gateway.wait_until(look, "subscription that is %s" % state, timeout)
