# SPDX-License-Identifier: GPL-2.0-or-later
#
# The S-CSCF as registrar: third-party REGISTERs in the forms that S-CSCFs send, and what the gateway's registry then
# shows. Uses an Scscf for its address and its transactions.

import re

from . import sip
from .rpc import RpcError


def phone_register(contact, *, impi="001010000000101@ims.test", expires=None):
    """The phone's own REGISTER, as it is embedded. contact: value of its Contact."""
    headers = [
        ("Via", "SIP/2.0/UDP 127.0.0.1:9;branch=z9hG4bK%s" % sip.token()),
        ("From", "<sip:alice@ims.test>;tag=%s" % sip.token()),
        ("To", "<sip:alice@ims.test>"),
        ("Call-ID", sip.token(16)),
        ("CSeq", "1 REGISTER"),
        ("Contact", contact),
        ("Authorization", 'Digest username="%s",realm="ims.test",nonce="",uri="sip:ims.test",response=""' % impi),
    ]
    if expires is not None:
        headers.append(("Expires", str(expires)))
    return sip.request("REGISTER", "sip:ims.test", headers, b"").to_bytes()


def phone_response(contacts, associated):
    """The 200 to it: all bound contacts, and the implicit set."""
    lines = [
        "SIP/2.0 200 OK",
        "Via: SIP/2.0/UDP 127.0.0.1:9;branch=z9hG4bK1",
        "From: <sip:alice@ims.test>;tag=1",
        "To: <sip:alice@ims.test>;tag=2",
        "Call-ID: x",
        "CSeq: 1 REGISTER",
        "Contact: " + ", ".join(contacts),
        "P-Associated-URI: " + ", ".join("<%s>" % a for a in associated),
        "Content-Length: 0",
    ]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def service_info(text):
    return ('<?xml version="1.0"?><ims-3gpp version="1"><service-info>%s</service-info></ims-3gpp>' % text).encode()


def multipart(*parts, boundary="b7Qx"):
    """Content-Type and body of (content type, octets) parts."""
    body = b""
    for content_type, octets in parts:
        body += b"--" + boundary.encode() + b"\r\nContent-Type: " + content_type.encode() + b"\r\n\r\n" + octets + b"\r\n"
    return 'multipart/mixed;boundary="%s"' % boundary, body + b"--" + boundary.encode() + b"--\r\n"


class Registrar:
    """world: its S-CSCF sends, its gateway is asked."""

    def __init__(self, world):
        self._world = world
        self._scscf = world.scscf

    def message(self, impu, *, expires=3600, content_type=None, body=b"", contact=None, more=()):
        """A third-party REGISTER for impu. contact: the S-CSCF's, its own when None."""
        gateway = "sip:%s:%d" % self._world.gateway.address
        own = "sip:127.0.0.1:%d" % self._scscf.port
        headers = [
            ("Via", self._scscf.via("udp")),
            ("Max-Forwards", "70"),
            ("From", "<%s>;tag=%s" % (own, sip.token())),
            ("To", "<%s>" % impu),
            ("Contact", "<%s>" % (contact or own)),
            ("Expires", str(expires)),
            ("Call-ID", sip.token(16)),
            ("CSeq", "1 REGISTER"),
        ]
        headers += list(more)
        if content_type:
            headers.append(("Content-Type", content_type))
        return sip.request("REGISTER", gateway, headers, body)

    def send(self, message):
        """Its final answer."""
        return self._scscf.send(message, self._world.gateway.address).wait(5)

    def register(self, impu, **fields):
        """The answer, which is 200 with the Contact and its expires."""
        message = self.message(impu, **fields)
        final = self.send(message)
        assert final.status == 200, "expected 200 to a third-party REGISTER, seen %s" % final.start
        expected = "%s;expires=%s" % (message.get("Contact"), message.get("Expires"))
        assert final.get("Contact") == expected, "expected Contact %s, seen %s" % (expected, final.get("Contact"))
        return final

    def replay(self, octets):
        """A captured REGISTER, with a Via and Call-ID of ours."""
        message = sip.parse(octets)
        message.headers = [(n, v) for n, v in message.headers if n.lower() not in ("via", "call-id")]
        message.headers[:0] = [("Via", self._scscf.via("udp")), ("Call-ID", sip.token(16))]
        return self.send(message)

    def show(self, identity):
        """The registry's record of an identity as a dict, lists as text; None: not registered."""
        try:
            # s: kamcmd takes bare digits for a 32-bit number
            text = self._world.gateway.rpc.call("ipsmgw.registry", "show", "s:" + identity)
        except RpcError as e:
            if "not registered" in str(e):
                return None
            raise
        record = {}
        for name in ("impu", "msisdn", "imsi", "impi", "scscf", "capability", "smsip_contacts", "expires"):
            found = re.search(r"^\s*%s: (.*)$" % name, text, re.MULTILINE)
            if found:
                record[name] = int(found[1]) if found[1].lstrip("-").isdigit() and name in ("smsip_contacts", "expires") else found[1]
        impus = re.search(r"impus: \{(.*?)\}", text, re.DOTALL)
        record["impus"] = [line.strip() for line in impus[1].splitlines() if line.strip()] if impus else []
        record["contacts"] = re.findall(r"uri: (\S+)", text)
        return record

    def count(self):
        return self._world.gateway.rpc.structs("ipsmgw.registry", "count")[0]["registered"]
