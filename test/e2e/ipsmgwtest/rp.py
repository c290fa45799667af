# SPDX-License-Identifier: GPL-2.0-or-later
#
# The RP layer as a phone sees it (TS 24.011 7.3, 8.2): encode what a phone sends, decode the gateway's reports and what it
# delivers; encode what a hub sends that takes RP messages.
# Tests only, independent of the product's codec. Decoding is strict: stray octets and wrong directions are errors.

from dataclasses import dataclass

from . import tp

SERVICE_CENTRE = "+12025550100"

# MTI by direction (8.2.2)
MO_DATA, MT_DATA, MO_ACK, MT_ACK, MO_ERROR, MT_ERROR, MO_SMMA = range(7)
USER_DATA_IEI = 0x41


class RpError(ValueError):
    """This body is not the RP message it should be."""


def rp_address(value):
    """RP address element, length octet included; counted in octets, unlike a TP address. Empty: length 0."""
    if not value:
        return b"\x00"
    digits = value.lstrip("+")
    octets = bytes([0x91 if value.startswith("+") else 0x81]) + tp.semi_octets(digits)
    return bytes([len(octets)]) + octets


def data(mr, tpdu, sc=SERVICE_CENTRE):
    """RP-DATA from the phone: RP-OA empty, RP-DA the service centre."""
    return bytes([MO_DATA, mr]) + rp_address("") + rp_address(sc) + bytes([len(tpdu)]) + tpdu


def mt_data(mr, tpdu, oa=SERVICE_CENTRE):
    """RP-DATA as the network sends it: RP-OA the service centre, RP-DA empty."""
    return bytes([MT_DATA, mr]) + rp_address(oa) + rp_address("") + bytes([len(tpdu)]) + tpdu


def ack(mr, tpdu=b""):
    return bytes([MO_ACK, mr]) + (bytes([USER_DATA_IEI, len(tpdu)]) + tpdu if tpdu else b"")


def error(mr, cause, tpdu=b""):
    return bytes([MO_ERROR, mr, 1, cause]) + (bytes([USER_DATA_IEI, len(tpdu)]) + tpdu if tpdu else b"")


def smma(mr):
    return bytes([MO_SMMA, mr])


@dataclass
class Report:
    """An RP-ACK or RP-ERROR of the network."""

    mr: int
    cause: int  # None: RP-ACK
    submit_report: tp.SubmitReport  # None: no RP-User-Data
    octets: bytes

    @property
    def acked(self):
        return self.cause is None

    @property
    def fcs(self):
        return self.submit_report.fcs if self.submit_report else None

    def __str__(self):
        what = "RP-ACK" if self.acked else "RP-ERROR %d" % self.cause
        fcs = " FCS %02X" % self.fcs if self.fcs is not None else ""
        return "%s mr %d%s (%s)" % (what, self.mr, fcs, self.octets.hex())


def decode_report(body):
    """A body from the gateway to Report."""
    if len(body) < 2:
        raise RpError("a report of %d octets" % len(body))
    mti, mr, rest = body[0], body[1], body[2:]
    if mti not in (MT_ACK, MT_ERROR):
        raise RpError("a report starts with %02x, not 03 or 05: %s" % (mti, body.hex()))
    cause = None
    if mti == MT_ERROR:
        if len(rest) < 2 or rest[0] not in (1, 2) or rest[1] & 0x80:
            raise RpError("RP-Cause in %s" % body.hex())
        cause, rest = rest[1], rest[1 + rest[0]:]
    tpdu = None
    if rest:
        if rest[0] != USER_DATA_IEI or len(rest) < 2 or rest[1] != len(rest) - 2:
            raise RpError("RP-User-Data in %s" % body.hex())
        tpdu = tp.submit_report(rest[2:], in_error=cause is not None)
    return Report(mr, cause, tpdu, body)


@dataclass
class Data:
    """An RP-DATA of the network."""

    mr: int
    oa: str  # with "+" when it is international; empty: none
    tpdu: bytes


def decode_data(body):
    """A body from the gateway to Data: RP-OA has a number, RP-DA is empty (8.2.5)."""
    if len(body) < 2 or body[0] != MT_DATA:
        raise RpError("no RP-DATA of the network: %s" % body.hex())
    oa, rest = element(body[2:], body)
    da, rest = element(rest, body)
    tpdu, rest = element(rest, body)
    if da:
        raise RpError("RP-DA is not empty in %s" % body.hex())
    if rest or not tpdu:
        raise RpError("RP-User-Data in %s" % body.hex())
    return Data(body[1], number(oa, body), tpdu)


def number(address, body):
    """The value of an RP address element, without its length octet; with "+" when it is international."""
    if not address:
        return ""
    if len(address) < 2 or address[0] & 0x8F != 0x81:
        raise RpError("an address in %s" % body.hex())
    odd = address[-1] >> 4 == 0xF
    return ("+" if address[0] == 0x91 else "") + tp.digits(address[1:], 2 * (len(address) - 1) - odd)


def element(octets, body):
    """(value, rest) of an element that begins with its length."""
    if not octets or octets[0] > len(octets) - 1:
        raise RpError("an element ends too early in %s" % body.hex())
    return octets[1 : 1 + octets[0]], octets[1 + octets[0] :]
