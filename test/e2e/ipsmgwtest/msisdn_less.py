# SPDX-License-Identifier: GPL-2.0-or-later
#
# SMS without MSISDN (TS 24.341 5.3.3.5): bodies of an RP message and the document beside it, made and taken apart. Taking apart is
# strict: what is not as the gateway must write it is an error.

import re
import xml.etree.ElementTree
from xml.sax.saxutils import escape

from . import registrar, rp, tp

DUMMY = "+" + 15 * "0"  # in the place of an MSISDN
SMS = "application/vnd.3gpp.sms"
INFO = "application/vnd.3gpp.sms+xml"
MIXED = "multipart/mixed"
FEATURE_CAPS = "*;+g.3gpp.smsip-msisdn-less"
DECLARED = ";+g.3gpp.smsip;+g.3gpp.smsip-msisdn-less"  # in the Contact of a phone
PARTS = re.compile(
    rb"--(?P<b>[^\r\n]+)\r\nContent-Type: application/vnd\.3gpp\.sms\+xml\r\nContent-Disposition: render;handling=optional\r\n\r\n"
    rb"(?P<document>.*?)\r\n--(?P=b)\r\nContent-Type: application/vnd\.3gpp\.sms\r\n\r\n(?P<rp>.*)\r\n--(?P=b)--\r\n",
    re.S,
)


def document(to=None, sender=None, more=""):
    """application/vnd.3gpp.sms+xml; more: further elements."""
    found = [("To", to), ("From", sender)]
    inner = "".join("<%s>%s</%s>" % (name, escape(value), name) for name, value in found if value is not None)
    text = '<?xml version="1.0" encoding="UTF-8"?><short-message-info>%s%s</short-message-info>' % (inner, more)
    return text.encode()


def body(info, octets):
    """(Content-Type, body) of a document and an RP message."""
    return registrar.multipart((INFO, info), (SMS, octets))


def submit(scscf, made, mr, **fields):
    """A phone sends such a body; its Submission."""
    content_type, octets = made
    return scscf.submit_message(scscf.message(octets, content_type=content_type, **fields), mr)


def text(scscf, content, to, **fields):
    """A phone's text to a URI; its Submission."""
    mr = scscf.next_mr()
    tpdu = tp.submit(DUMMY, content, mr=mr, **{k: fields.pop(k) for k in ("srr", "rd", "dcs") if k in fields})
    return submit(scscf, body(document(to), rp.data(mr, tpdu)), mr, **fields)


def take_apart(message):
    """(document, RP message) of what the gateway sends."""
    content_type = message.get("Content-Type", "")
    found = PARTS.fullmatch(message.body)
    if not found:
        raise rp.RpError("parts in %r" % message.body)
    boundary = found["b"].decode()
    if content_type != "%s;boundary=%s" % (MIXED, boundary) or found["rp"].find(found["b"]) >= 0:
        raise rp.RpError("boundary %s in %s" % (boundary, content_type))
    return found["document"], found["rp"]


def addresses(info):
    """{"To": ..., "From": ...} of a document."""
    root = xml.etree.ElementTree.fromstring(info)
    assert root.tag == "short-message-info", "expected short-message-info, seen %s" % root.tag
    return {child.tag: child.text for child in root}
