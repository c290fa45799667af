# SPDX-License-Identifier: GPL-2.0-or-later
#
# The GSM 7-bit alphabets (TS 23.038 6.1.2, 6.2.1): the default one with its extension table, the national tables by which
# a phone reads, and septet packing. For tests only: written apart from the product's codec so that an error in one does not
# hide in the other. The national tables are the list of code points that the product's are made of, too.

import functools
import pathlib

TABLES = pathlib.Path(__file__).resolve().parents[3] / "modules" / "ipsmgw" / "codec" / "gsm-23.038-tables.tsv"

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


@functools.cache
def tables():
    """(language id, "L" or "S") to {code: character} of every table but the default ones."""
    found = {}
    for line in TABLES.read_text().splitlines():
        if not line.startswith(("#", "lang_id")):
            language, _, table, code, char = line.split("\t")[:5]
            found.setdefault((int(language), table), {})[int(code, 16)] = chr(int(char[2:], 16))
    return found


def text(values, locking=0, single=0):
    """Septets to text by the tables of these languages, 0: the default ones. An undefined extension code shows the base
    table's character, an undefined code a blank. An escape at the end is an error: it belongs to what is in no other part."""
    base = tables()[locking, "L"] if locking else dict(enumerate(DEFAULT))
    more = tables()[single, "S"] if single else {code: char for char, code in EXTENSION.items()}
    out, escaped = [], False
    for v in values:
        if v == ESCAPE and not escaped:
            escaped = True
            continue
        out.append(more.get(v, base.get(v, " ")) if escaped else base.get(v, " "))
        escaped = False
    if escaped:
        raise ValueError("an escape at the end of %r" % "".join(out))
    return "".join(out)
