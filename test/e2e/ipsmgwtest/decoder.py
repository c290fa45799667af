# SPDX-License-Identifier: GPL-2.0-or-later
#
# The fields of an RP message in words, for people: what build/ipsmgw-decode prints as JSON, put into a few short lines.
# For the ladder only; the tests judge by their own codec (rp.py, tp.py).

import json
import subprocess

SHOWN_FLAGS = ("rd", "srr", "rp", "sri")


def number(address):
    """The address as people write it."""
    return address.get("display") or address.get("value") or "none"


def validity(vp):
    if "seconds" in vp:
        hours, rest = divmod(vp["seconds"], 3600)
        return "valid for %d min" % (vp["seconds"] // 60) if rest else "valid for %d h" % hours
    return "valid to %s" % vp["time"] if "time" in vp else None


def rp_line(rp):
    words = ["%s (%s)" % (rp["type"], rp["dir"]), "mr %d" % rp["mr"]]
    words += ["%s %s" % (k, number(rp[k])) for k in ("oa", "da") if rp.get(k)]
    if rp["type"] == "RP-ERROR":
        words.append("cause %d" % rp["cause"])
    return ", ".join(words)


def tp_lines(tp):
    """What there is of: type, reference and address; codes and flags; time; text or octets."""
    head = ["SMS-%s" % tp.get("type", "?")]
    head += ["mr %d" % tp["mr"]] if "mr" in tp else []
    head += ["%s %s" % ("from" if tp["type"] == "DELIVER" else "to", number(tp["addr"]))] if "addr" in tp else []
    head += ["%s %02X" % (k, tp[k]) for k in ("fcs", "st") if tp.get(k) is not None]
    more = ["%s %02X" % (k, tp[k]) for k in ("pid", "dcs") if tp.get(k) is not None]
    more += [k for k in SHOWN_FLAGS if tp.get(k) is True]
    more += [v for v in [validity(tp.get("vp") or {})] if v]
    lines = [", ".join(head)] + ([", ".join(more)] if more else [])
    if tp.get("concat"):
        lines.append("part %(seq)d of %(total)d, ref %(ref)d" % tp["concat"])
    if "scts" in tp:
        lines.append("scts %s" % tp["scts"])
    if "text" in tp:
        lines += ['"%s"' % line for line in tp["text"].splitlines() or [""]]
    elif tp.get("ud_hex"):
        lines.append("ud %s" % tp["ud_hex"])
    return lines


def lines(rp):
    """The lines for one JSON object of ipsmgw-decode."""
    out = [rp_line(rp)] if "mr" in rp and "type" in rp else []
    tp = rp.get("tpdu") or {}
    if tp:
        out += tp_lines(tp)
    return out + ["refused: %(field)s, %(reason)s" % e["error"] for e in (rp, tp) if e.get("error")]


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
