# SPDX-License-Identifier: GPL-2.0-or-later
#
# What is delivered to a phone, SMS-DELIVER and SMS-STATUS-REPORT (TS 23.040 9.2.2.1, 9.2.2.3), decoded as a phone does it that
# forgives nothing: an octet too many, a filler that is none, a character cut in two are errors. Tests only, independent of the
# product's codec.

import datetime
from dataclasses import dataclass

from . import gsm, tp
from .tp import TpError

DELIVER, STATUS_REPORT = 0, 2
CONCAT8, PORTS16, CONCAT16, SINGLE, LOCKING = 0x00, 0x05, 0x08, 0x24, 0x25
LENGTHS = {CONCAT8: 3, CONCAT16: 4, PORTS16: 4, SINGLE: 1, LOCKING: 1}
UD_MAX = 140


@dataclass
class Address:
    value: str  # with "+" when it is international
    ton: int
    npi: int


@dataclass
class Deliver:
    """octets: the whole TPDU. text is None for 8-bit data. udh: (IEI, octets) in their order. concat: (reference, total,
    sequence), None when there is one part."""

    octets: bytes
    more: bool
    sri: bool
    oa: Address
    pid: int
    dcs: int
    scts: datetime.datetime
    udl: int
    udh: list
    text: str
    data: bytes

    @property
    def concat(self):
        for iei, value in self.udh:
            if iei == CONCAT8:
                return value[0], value[1], value[2]
            if iei == CONCAT16:
                return value[0] << 8 | value[1], value[2], value[3]
        return None

    @property
    def alphabet(self):
        return alphabet(self.dcs)

    @property
    def message_class(self):
        """0 to 3, None: none."""
        return self.dcs & 3 if self.dcs & 0xF0 in (0x10, 0x50, 0xF0) else None

    def element(self, iei):
        return next((value for i, value in self.udh if i == iei), None)


@dataclass
class StatusReport:
    octets: bytes
    more: bool
    mr: int
    ra: Address
    scts: datetime.datetime
    dt: datetime.datetime
    st: int


def alphabet(dcs):
    """GSM7, BINARY or UCS2 of a DCS (TS 23.038 4) as a gateway may send it."""
    if dcs & 0xF0 == 0xF0:
        return tp.BINARY if dcs & 4 else tp.GSM7
    if dcs >= 0x80 or dcs & 0x20 or dcs & 0x0C == 0x0C:
        raise TpError("TP-DCS %02X" % dcs)
    return dcs & 0x0C


def take_address(octets):
    """(Address, rest): a TP address field (9.1.2.5)."""
    if len(octets) < 2 or octets[0] > 20 or not octets[1] & 0x80:
        raise TpError("an address in %s" % octets.hex())
    semi, ton, npi = octets[0], octets[1] >> 4 & 7, octets[1] & 0xF
    size = (semi + 1) // 2
    value, rest = octets[2 : 2 + size], octets[2 + size :]
    if len(value) != size:
        raise TpError("an address ends too early in %s" % octets.hex())
    if ton == tp.ALPHANUMERIC:
        count = 4 * semi // 7
        packed = gsm.unpack(value, count)
        if gsm.pack(packed).ljust(size, b"\0") != value:
            raise TpError("fill bits of the address %s" % value.hex())
        return Address(gsm.text(packed), ton, npi), rest
    return Address(("+" if ton == tp.INTERNATIONAL else "") + tp.digits(value, semi), ton, npi), rest


def take_header(ud):
    """(elements, octets of the header) at the start of TP-UD (9.2.3.24)."""
    if not ud or ud[0] > len(ud) - 1:
        raise TpError("TP-UDH in %s" % ud.hex())
    rest, elements = ud[1 : 1 + ud[0]], []
    while rest:
        if len(rest) < 2 or rest[1] > len(rest) - 2 or LENGTHS.get(rest[0], rest[1]) != rest[1]:
            raise TpError("an element of TP-UDH in %s" % ud.hex())
        elements.append((rest[0], rest[2 : 2 + rest[1]]))
        rest = rest[2 + rest[1] :]
    if len({iei for iei, _ in elements}) != len(elements):
        raise TpError("an element twice in %s" % ud.hex())
    return elements, 1 + ud[0]


def user_data(dcs, udl, ud, has_header):
    """(elements, text, data); text is None for 8-bit data."""
    kind = alphabet(dcs)
    if len(ud) > UD_MAX or len(ud) != ((7 * udl + 7) // 8 if kind == tp.GSM7 else udl):
        raise TpError("TP-UDL %d with %d octets" % (udl, len(ud)))
    elements, header = take_header(ud) if has_header else ([], 0)
    data = ud[header:]
    if kind == tp.BINARY:
        return elements, None, data
    if kind == tp.UCS2:
        try:
            return elements, data.decode("utf-16-be"), data
        except UnicodeDecodeError as e:
            raise TpError("a character is cut in two in %s: %s" % (data.hex(), e)) from e
    fill = -8 * header % 7
    count = udl - (8 * header + fill) // 7
    codes = gsm.unpack(data, count, fill)
    if count < 0 or gsm.pack(codes, fill) != data:
        raise TpError("fill bits or length of %s" % ud.hex())
    language = dict(elements)
    try:
        text = gsm.text(codes, *(language.get(iei, b"\0")[0] for iei in (LOCKING, SINGLE)))
    except ValueError as e:
        raise TpError("a character is cut in two: %s" % e) from e
    return elements, text, data


def decode(octets):
    """A TPDU from the network to Deliver or StatusReport."""
    if not octets:
        raise TpError("an empty TPDU")
    kind = octets[0] & 3
    if kind == DELIVER:
        return deliver(octets)
    if kind == STATUS_REPORT:
        return status_report(octets)
    raise TpError("a TPDU that begins with %02X" % octets[0])


def deliver(octets):
    oa, rest = take_address(octets[1:])
    if len(rest) < 10:
        raise TpError("SMS-DELIVER ends too early: %s" % octets.hex())
    pid, dcs, when, udl, ud = rest[0], rest[1], tp.scts(rest[2:9]), rest[9], rest[10:]
    elements, text, data = user_data(dcs, udl, ud, bool(octets[0] & 0x40))
    more, sri = not octets[0] & 0x04, bool(octets[0] & 0x20)
    return Deliver(octets, more, sri, oa, pid, dcs, when, udl, elements, text, data)


def status_report(octets):
    if len(octets) < 2:
        raise TpError("SMS-STATUS-REPORT ends too early: %s" % octets.hex())
    ra, rest = take_address(octets[2:])
    if len(rest) < 15 or len(rest) > 15 and rest[15:] != b"\0":
        raise TpError("SMS-STATUS-REPORT of another length: %s" % octets.hex())
    return StatusReport(octets, not octets[0] & 0x04, octets[1], ra, tp.scts(rest[:7]), tp.scts(rest[7:14]), rest[14])
