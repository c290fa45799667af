# SPDX-License-Identifier: GPL-2.0-or-later
#
# The default GSM 7-bit alphabet with its extension table and septet packing (TS 23.038 6.1.2, 6.2.1), for tests only:
# written apart from the product's codec so that an error in one does not hide in the other.

DEFAULT = (
    "@£$¥èéùìòÇ\nØø\rÅå"
    "Δ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ"
    " !\"#¤%&'()*+,-./"
    "0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNO"
    "PQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmno"
    "pqrstuvwxyzäöñüà"
)
EXTENSION = {"\f": 0x0A, "^": 0x14, "{": 0x28, "}": 0x29, "\\": 0x2F, "[": 0x3C, "~": 0x3D, "]": 0x3E, "|": 0x40, "€": 0x65}
ESCAPE = 0x1B


def fits(text):
    return all((c in DEFAULT and c != "\x1b") or c in EXTENSION for c in text)


def septets(text):
    """The septet values of a text; an extension character is two."""
    out = []
    for c in text:
        if c in EXTENSION:
            out += [ESCAPE, EXTENSION[c]]
        elif c in DEFAULT and c != "\x1b":
            out.append(DEFAULT.index(c))
        else:
            raise ValueError("%r is not in the GSM default alphabet" % c)
    return out


def pack(values, fill=0):
    """Septets to octets: septet k stands at bit fill + 7k of a little-endian bit string."""
    bits = 0
    for k, v in enumerate(values):
        bits |= v << (fill + 7 * k)
    return bits.to_bytes((fill + 7 * len(values) + 7) // 8, "little")


def unpack(data, count, fill=0):
    bits = int.from_bytes(data, "little") >> fill
    return [(bits >> (7 * k)) & 0x7F for k in range(count)]


def text(values):
    """Septets to text; an undefined extension code shows the default table's character."""
    back = {code: char for char, code in EXTENSION.items()}
    out, escaped = [], False
    for v in values:
        if v == ESCAPE and not escaped:
            escaped = True
            continue
        out.append(back.get(v, DEFAULT[v]) if escaped else DEFAULT[v])
        escaped = False
    return "".join(out)
