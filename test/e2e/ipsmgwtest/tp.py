# SPDX-License-Identifier: GPL-2.0-or-later
#
# The TP layer as the tests need it (TS 23.040 9): encode what a phone or a hub sends, decode SMS-SUBMIT-REPORT, addresses,
# TP-SCTS; what is delivered to a phone is decoded in tp_mt.py.
# Tests only, independent of the product's codec. Decoding is strict: an octet too many or too few is an error.

import datetime
from dataclasses import dataclass

from . import gsm

UNKNOWN, INTERNATIONAL, NATIONAL, NETWORK, SUBSCRIBER, ALPHANUMERIC, ABBREVIATED = range(7)
GSM7, BINARY, UCS2 = 0x00, 0x04, 0x08
SEMI_OCTETS = "0123456789*#abc"


class TpError(ValueError):
    """These octets are not the TPDU they should be."""


def semi_octets(digits):
    values = [SEMI_OCTETS.index(d) for d in digits]
    if len(values) % 2:
        values.append(0xF)
    return bytes(low | high << 4 for low, high in zip(values[::2], values[1::2]))


def address(value, ton=None, npi=None):
    """TP address field (9.1.2.5). Without ton: + means international, digits unknown, anything else alphanumeric."""
    if ton is None:
        digits = value.lstrip("+")
        if value.startswith("+"):
            ton = INTERNATIONAL
        else:
            ton = UNKNOWN if digits and all(d in SEMI_OCTETS for d in digits) else ALPHANUMERIC
    if ton == ALPHANUMERIC:
        codes = gsm.septets(value)
        return bytes([(7 * len(codes) + 3) // 4, 0x80 | ton << 4 | (npi or 0)]) + gsm.pack(codes)
    digits = value.lstrip("+")
    return bytes([len(digits), 0x80 | ton << 4 | (1 if npi is None else npi)]) + semi_octets(digits)


def user_data(content, dcs, udh):
    """TP-UDL and TP-UD (9.2.3.16, 9.2.3.24). content is text, or bytes for 8-bit data; udh without its length octet."""
    header = bytes([len(udh)]) + udh if udh else b""
    if dcs == GSM7 and isinstance(content, str):
        codes = gsm.septets(content)
        fill = -8 * len(header) % 7
        before = (8 * len(header) + fill) // 7
        return bytes([before + len(codes)]) + header + gsm.pack(codes, fill)
    data = content if isinstance(content, bytes) else content.encode("utf-16-be")
    return bytes([len(header) + len(data)]) + header + data


def submit(da, content, *, mr=0, ton=None, npi=None, pid=0, dcs=None, vp=b"", udh=b"", rd=False, srr=False, rp=False):
    """SMS-SUBMIT. dcs None: GSM7 when the text fits, else UCS2. vp: empty, one octet (relative) or seven (absolute)."""
    if dcs is None:
        dcs = BINARY if isinstance(content, bytes) else GSM7 if gsm.fits(content) else UCS2
    vpf = {0: 0x00, 1: 0x10, 7: 0x18}[len(vp)]
    first = 0x01 | (0x04 if rd else 0) | vpf | (0x20 if srr else 0) | (0x40 if udh else 0) | (0x80 if rp else 0)
    head = bytes([first, mr]) + address(da, ton, npi) + bytes([pid, dcs]) + vp
    return head + user_data(content, dcs, udh)


def concat8(ref, total, seq):
    return bytes([0x00, 3, ref, total, seq])


def concat16(ref, total, seq):
    return bytes([0x08, 4, ref >> 8, ref & 0xFF, total, seq])


def stamp(when):
    """TP-SCTS of an aware datetime."""
    quarters = int(when.utcoffset().total_seconds()) // 900
    values = [when.year % 100, when.month, when.day, when.hour, when.minute, when.second, abs(quarters)]
    octets = bytearray((v % 10) << 4 | v // 10 for v in values)
    octets[6] |= 0x08 if quarters < 0 else 0
    return bytes(octets)


def deliver(oa, content, when, *, ton=None, pid=0, dcs=None, udh=b"", more=False, sri=False):
    """SMS-DELIVER, as a hub makes it that sends RP messages."""
    if dcs is None:
        dcs = BINARY if isinstance(content, bytes) else GSM7 if gsm.fits(content) else UCS2
    first = (0 if more else 0x04) | (0x20 if sri else 0) | (0x40 if udh else 0)
    return bytes([first]) + address(oa, ton) + bytes([pid, dcs]) + stamp(when) + user_data(content, dcs, udh)


def status_report(mr, ra, submitted, done, status):
    """SMS-STATUS-REPORT with nothing behind TP-ST."""
    return bytes([0x06, mr]) + address(ra) + stamp(submitted) + stamp(done) + bytes([status])


def deliver_report(fcs=None):
    """SMS-DELIVER-REPORT with nothing optional; fcs: that of an RP-ERROR."""
    return bytes([0x00]) + (b"" if fcs is None else bytes([fcs])) + b"\0"


def digits(octets, count):
    """count semi-octets as digits; what fills the last octet is F."""
    values = [v for o in octets for v in (o & 0xF, o >> 4)]
    if len(values) not in (count, count + 1) or any(v != 0xF for v in values[count:]) or 0xF in values[:count]:
        raise TpError("%d semi-octets in %s" % (count, octets.hex()))
    return "".join(SEMI_OCTETS[v] for v in values[:count])


def scts(octets):
    """TP-Service-Centre-Time-Stamp (9.2.3.11) to an aware datetime."""
    def swapped(o):
        low, high = o & 0xF, o >> 4
        if low > 9 or high > 9:
            raise TpError("TP-SCTS digit in %s" % octets.hex())
        return 10 * low + high
    year, month, day, hour, minute, second = map(swapped, octets[:6])
    quarters = swapped(octets[6] & ~0x08)
    zone = datetime.timedelta(minutes=15 * (-quarters if octets[6] & 0x08 else quarters))
    return datetime.datetime(2000 + year, month, day, hour, minute, second, tzinfo=datetime.timezone(zone))


@dataclass
class SubmitReport:
    fcs: int  # TP-FCS, None in an RP-ACK
    pi: int
    scts: datetime.datetime


def submit_report(octets, in_error):
    """SMS-SUBMIT-REPORT (9.2.2.2a); TP-FCS is there exactly when the RP message is an RP-ERROR."""
    want = 10 if in_error else 9
    if len(octets) != want:
        raise TpError("SMS-SUBMIT-REPORT of %d octets, not %d: %s" % (len(octets), want, octets.hex()))
    if octets[0] != 0x01:
        raise TpError("SMS-SUBMIT-REPORT starts with %02x" % octets[0])
    fcs = octets[1] if in_error else None
    rest = octets[2:] if in_error else octets[1:]
    if rest[0]:
        raise TpError("TP-PI %02x announces fields that a submit report of ours does not have" % rest[0])
    return SubmitReport(fcs, rest[0], scts(rest[1:]))
