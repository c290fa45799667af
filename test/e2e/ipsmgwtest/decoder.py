# SPDX-License-Identifier: GPL-2.0-or-later
#
# The fields of an RP message in words, for people: what build/ipsmgw-decode prints as JSON, put into a few short lines.
# For the ladder only; the tests judge by their own codec (rp.py, tp.py).

import json
import subprocess

TON = ("", "international", "national", "network", "subscriber", "alphanumeric", "abbreviated", "reserved")


def number(address):
    """+digits for an international address, digits or text for the rest."""
    if not address or "value" not in address:
        return "none"
    plus = "+" if address.get("ton") == 1 else ""
    return plus + address["value"]


def validity(vp):
    if not vp:
        return None
    if "seconds" in vp:
        return "valid for %d min" % (vp["seconds"] // 60) if vp["seconds"] % 3600 else "valid for %d h" % (vp["seconds"] // 3600)
    return "valid to %s" % vp["time"] if "time" in vp else "vp %s" % vp.get("hex", vp.get("raw"))


def rp_line(rp):
    words = [rp["type"], "mr %d" % rp["mr"]]
    if rp.get("oa"):
        words.append("oa %s" % number(rp["oa"]))
    if rp.get("da"):
        words.append("da %s" % number(rp["da"]))
    if rp["type"] == "RP-ERROR":
        words.append("cause %d" % rp["cause"])
    return "  ".join(words)


def tp_lines(tp):
    """Two lines at most, and the text."""
    head = ["SMS-%s" % tp.get("type", "?")]
    head += ["%s %s" % (k, tp[k]) for k in ("mr",) if k in tp]
    if "addr" in tp:
        kind = TON[tp["addr"].get("ton", 0)]
        head.append("%s%s" % (number(tp["addr"]), " (%s)" % kind if kind else ""))
    head += ["%s %02X" % (k, tp[k]) for k in ("fcs", "st") if tp.get(k) is not None]
    if "scts" in tp:
        head.append("scts %s" % tp["scts"])
    lines = ["  ".join(head)]
    more = ["%s %02X" % (k, tp[k]) for k in ("pid", "dcs") if tp.get(k) is not None]
    more += [k for k in ("rd", "srr", "rp", "sri") if tp.get(k) is True]
    if validity(tp.get("vp")):
        more.append(validity(tp["vp"]))
    if tp.get("concat"):
        more.append("part %(seq)d of %(total)d, ref %(ref)d" % tp["concat"])
    if more:
        lines.append("  ".join(more))
    if "text" in tp:
        lines += ['"%s"' % line for line in tp["text"].splitlines() or [""]]
    elif tp.get("ud_hex"):
        lines.append("ud %s" % tp["ud_hex"])
    return lines


def lines(rp):
    """The lines for one JSON object of ipsmgw-decode."""
    if rp.get("error") and "type" not in rp:
        return ["refused: %(field)s, %(reason)s" % rp["error"]]
    out = [rp_line(rp)]
    tp = rp.get("tpdu")
    if tp:
        out += tp_lines(tp)
        if tp.get("error"):
            out.append("refused: %(field)s, %(reason)s" % tp["error"])
    return out


class Decoder:
    """binary: path of ipsmgw-decode."""

    def __init__(self, binary):
        self.binary = str(binary)

    def __call__(self, octets, mo):
        """Lines about one body; mo: it came from the phone."""
        done = subprocess.run(
            [self.binary, "--mo" if mo else "--mt", octets.hex()], capture_output=True, text=True, timeout=5, check=False
        )
        if done.returncode not in (0, 1):
            return ["ipsmgw-decode: %s" % done.stderr.strip(), octets.hex()]
        return lines(json.loads(done.stdout))
