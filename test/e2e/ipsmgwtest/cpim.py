# SPDX-License-Identifier: GPL-2.0-or-later
#
# message/cpim (RFC 3862) and the delivery notifications in it (RFC 5438), as a hub writes and reads them. Tests only,
# independent of the product's.

import xml.etree.ElementTree as ET
from dataclasses import dataclass

IMDN = "{urn:ietf:params:xml:ns:imdn}"
CRLF = "\r\n"


def build(headers, content_type, content, inner=()):
    """Octets of a CPIM message: (name, value) headers, then the MIME headers of what it carries."""
    lines = ["%s: %s" % h for h in headers]
    mime = ["Content-Type: %s" % content_type] + ["%s: %s" % h for h in inner]
    return (CRLF.join(lines) + 2 * CRLF + CRLF.join(mime) + 2 * CRLF).encode() + content


BOTH = "positive-delivery, negative-delivery"


def request(content, *, message_id, sender, to, wanted=BOTH, content_type="text/plain;charset=UTF-8"):
    """A text that asks for a notification."""
    headers = [
        ("From", "<%s>" % sender),
        ("To", "<%s>" % to),
        ("DateTime", "2026-11-22T09:41:07+01:00"),
        ("NS", "imdn <urn:ietf:params:imdn>"),
        ("imdn.Message-ID", message_id),
        ("imdn.Disposition-Notification", wanted),
    ]
    return build([h for h in headers if h[1]], content_type, content)


def imdn(message_id, status):
    """The octets of a message/imdn+xml; status: delivered, failed, forbidden, error."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?><imdn xmlns="urn:ietf:params:xml:ns:imdn"><message-id>%s</message-id>'
        "<datetime>2026-11-22T09:41:07+01:00</datetime><delivery-notification><status><%s/></status>"
        "</delivery-notification></imdn>" % (message_id, status)
    ).encode()


def parse(octets):
    """(CPIM headers, MIME headers, content); header names in lower case."""
    head, inner, content = (octets.split(2 * CRLF.encode(), 2) + [b""])[:3]
    return fields(head), fields(inner), content


def fields(octets):
    pairs = (line.partition(":") for line in octets.decode().split(CRLF) if line)
    return {name.strip().lower(): value.strip() for name, _, value in pairs}


@dataclass
class Notification:
    message_id: str
    status: str
    headers: dict  # of CPIM
    inner: dict


def notification(octets):
    """A message/cpim with a delivery notification to Notification; fails on any other."""
    headers, inner, content = parse(octets)
    assert inner.get("content-type") == "message/imdn+xml", "expected message/imdn+xml, seen %s" % inner
    root = ET.fromstring(content)
    assert root.tag == IMDN + "imdn", "expected an imdn, seen %s" % root.tag
    status = root.find("%sdelivery-notification/%sstatus" % (IMDN, IMDN))
    assert status is not None and len(status) == 1, "no delivery notification in %r" % content
    return Notification(root.findtext(IMDN + "message-id"), status[0].tag.replace(IMDN, ""), headers, inner)
