# SPDX-License-Identifier: GPL-2.0-or-later
#
# SIP messages as octets (RFC 3261): build, parse, frame. Bodies are bytes and stay exact; header names are compared
# without case and in their long form, values are text (latin-1, so that every octet survives). No sockets here.

import functools
import random
import re
import string

QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"')

COMPACT = {
    "a": "accept-contact",
    "c": "content-type",
    "e": "content-encoding",
    "f": "from",
    "i": "call-id",
    "j": "reject-contact",
    "k": "supported",
    "l": "content-length",
    "m": "contact",
    "o": "event",
    "r": "refer-to",
    "s": "subject",
    "t": "to",
    "u": "allow-events",
    "v": "via",
}
SHORT = {long: short for short, long in COMPACT.items()}

REASONS = {
    100: "Trying",
    200: "OK",
    202: "Accepted",
    400: "Bad Request",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    408: "Request Timeout",
    410: "Gone",
    413: "Request Entity Too Large",
    415: "Unsupported Media Type",
    420: "Bad Extension",
    480: "Temporarily Unavailable",
    481: "Call/Transaction Does Not Exist",
    483: "Too Many Hops",
    484: "Address Incomplete",
    486: "Busy Here",
    488: "Not Acceptable Here",
    500: "Server Internal Error",
    501: "Not Implemented",
    502: "Bad Gateway",
    503: "Service Unavailable",
    504: "Server Time-out",
    513: "Message Too Large",
    600: "Busy Everywhere",
    603: "Decline",
    604: "Does Not Exist Anywhere",
    606: "Not Acceptable",
}


class SipError(ValueError):
    """These octets are no SIP message."""


@functools.lru_cache(maxsize=4096)
def long_name(name):
    name = name.strip().lower()
    return COMPACT.get(name, name)


def split_list(value):
    """The elements of a header list: split at commas outside quotes and angle brackets."""
    parts, depth, quoted, start = [], 0, False, 0
    for i, c in enumerate(value):
        if c == '"' and (i == 0 or value[i - 1] != "\\"):
            quoted = not quoted
        elif not quoted and c in "<>":
            depth += 1 if c == "<" else -1
        elif c == "," and not quoted and depth == 0:
            parts.append(value[start:i].strip())
            start = i + 1
    parts.append(value[start:].strip())
    return [p for p in parts if p]


def uri_of(value):
    """The URI of a name-addr or addr-spec header value, without header parameters."""
    value = QUOTED.sub("", value)
    if "<" in value:
        return value.split("<", 1)[1].split(">", 1)[0]
    return value.split(";", 1)[0].strip()


def param(value, name):
    """A header parameter (outside the angle brackets); None when absent, "" when it has no value."""
    if ">" in value:
        value = value.rsplit(">", 1)[1]
    elif ";" not in value:
        return None
    for p in value.split(";")[1:]:
        key, _, val = p.strip().partition("=")
        if key.strip().lower() == name.lower():
            return val.strip()
    return None


def token(length=10):
    return "".join(random.choices(string.ascii_lowercase + string.digits, k=length))


class Message:
    """One request or response. headers is a list of (name, value) in the order and spelling of the wire; trailing
    holds what a datagram carried after Content-Length."""

    def __init__(self, start, headers, body=b""):
        self.start = start
        self.headers = list(headers)
        self.body = body
        self.trailing = b""

    def __repr__(self):
        return "<%s, %d octets>" % (self.start, len(self.body))

    # --- reading ---

    @property
    def is_request(self):
        return not self.start.startswith("SIP/2.0 ")

    @property
    def method(self):
        return self.start.split(" ", 1)[0] if self.is_request else self.cseq[1]

    @property
    def uri(self):
        return self.start.split(" ")[1]

    @property
    def status(self):
        return int(self.start.split(" ")[1])

    @property
    def cseq(self):
        number, method = self.get("CSeq").split()
        return int(number), method

    def all(self, name):
        """Every value of a header as it stood on the wire, one string a line."""
        return [v for n, v in self.headers if long_name(n) == long_name(name)]

    def values(self, name):
        """Every element of a list header, whether in one line or several."""
        return [e for v in self.all(name) for e in split_list(v)]

    def get(self, name, default=None):
        found = self.all(name)
        return found[0] if found else default

    @property
    def media_type(self):
        return self.get("Content-Type", "").split(";")[0].strip().lower()

    @property
    def transaction(self):
        """What a server matches a request by: branch, sent-by and method (RFC 3261 17.2.3)."""
        top = self.values("Via")[0]
        return param(top, "branch"), top.split()[1].split(";")[0], self.cseq[1]

    @property
    def branch(self):
        return param(self.values("Via")[0], "branch")

    # --- writing ---

    def set(self, name, value):
        """Replace every occurrence of a header, at the place of the first; append when there was none."""
        at = [i for i, (n, _) in enumerate(self.headers) if long_name(n) == long_name(name)]
        for i in reversed(at):
            del self.headers[i]
        self.headers.insert(at[0] if at else len(self.headers), (name, value))

    def remove(self, name):
        self.headers = [(n, v) for n, v in self.headers if long_name(n) != long_name(name)]

    def compact(self):
        """The same message with every header name in its compact form."""
        def short(n):
            return SHORT.get(long_name(n), n)
        return Message(self.start, [(short(n), v) for n, v in self.headers], self.body)

    def to_bytes(self):
        """Octets for the wire; Content-Length is added when no such header was given."""
        headers = self.headers
        if self.get("Content-Length") is None:
            headers = headers + [("Content-Length", str(len(self.body)))]
        head = [self.start] + ["%s: %s" % h for h in headers]
        return ("\r\n".join(head) + "\r\n\r\n").encode("latin-1") + self.body


def request(method, uri, headers=(), body=b""):
    return Message("%s %s SIP/2.0" % (method, uri), headers, body)


def reply(req, code, reason=None, headers=(), body=b"", to_tag=None):
    """A response to req: Via, From, To (with to_tag unless it has one), Call-ID and CSeq are the request's."""
    copied = []
    for name in ("Via", "From", "To", "Call-ID", "CSeq"):
        for value in req.all(name):
            if name == "To" and code > 100 and param(value, "tag") is None:
                value += ";tag=" + (to_tag or token())
            copied.append((name, value))
    reason = reason or REASONS.get(code, "Unknown")
    return Message("SIP/2.0 %d %s" % (code, reason), copied + list(headers), body)


def parse(data):
    """Octets to Message. A datagram may be longer than Content-Length says: the rest is trailing."""
    head, sep, rest = data.partition(b"\r\n\r\n")
    if not sep:
        raise SipError("no end of headers in %r" % data[:80])
    lines = head.decode("latin-1").split("\r\n")
    start = lines.pop(0)
    if start.startswith("SIP/2.0 "):
        if not start.split(" ")[1].isdigit():
            raise SipError("status line %r" % start)
    elif len(start.split(" ")) != 3 or not start.endswith(" SIP/2.0"):
        raise SipError("request line %r" % start)
    headers = []
    for line in lines:
        if line[:1] in (" ", "\t") and headers:
            headers[-1] = (headers[-1][0], headers[-1][1] + " " + line.strip())
            continue
        name, colon, value = line.partition(":")
        if not colon or not name.strip():
            raise SipError("header line %r" % line)
        headers.append((name.strip(), value.strip()))
    msg = Message(start, headers)
    length = msg.get("Content-Length")
    size = len(rest) if length is None else int(length)
    if size > len(rest):
        raise SipError("Content-Length %d, but %d octets of body" % (size, len(rest)))
    msg.body, msg.trailing = rest[:size], rest[size:]
    return msg


def frame(buffer):
    """Octets of the first whole message at the start of a stream, 0 when it is not all there. Blank lines between
    messages (keep-alives) are the caller's to strip. A stream message without Content-Length is an error."""
    head, sep, _ = buffer.partition(b"\r\n\r\n")
    if not sep:
        return 0
    for line in head.decode("latin-1").split("\r\n")[1:]:
        name, _, value = line.partition(":")
        if long_name(name) == "content-length":
            whole = len(head) + len(sep) + int(value)
            return whole if len(buffer) >= whole else 0
    raise SipError("no Content-Length on a stream")
