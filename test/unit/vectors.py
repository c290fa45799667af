#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Feeds every vector of test/vectors to BUILD/ipsmgw-decode and compares each field that the vector states. A vector that
# differs must be in exceptions.json, with exactly what differs and the reason; one that no longer differs must not.
# Run by test/unit/run.sh.

import json
import pathlib
import subprocess
import sys

VECTORS = pathlib.Path(__file__).resolve().parent.parent / "vectors"

# The sources' words for the fields, behind the name of the TPDU, and ours. They name the parts of an element, we the
# element; where the part matters the offset tells it.
FIELD_NAMES = {
    "firstOctet": "TP-MTI",
    "mr": "TP-MR",
    "fcs": "TP-FCS",
    "pi": "TP-PI",
    "oa.addr": "TP-OA",
    "da.addr": "TP-DA",
    "ra.addr": "TP-RA",
    "pid": "TP-PID",
    "dcs": "TP-DCS",
    "ct": "TP-CT",
    "mn": "TP-MN",
    "vp": "TP-VP",
    "scts": "TP-SCTS",
    "dt": "TP-DT",
    "st": "TP-ST",
    "ud.udl": "TP-UDL",
    "ud.sm": "TP-UD",
}
COMMAND_FIELD_NAMES = {"ud.udl": "TP-CDL", "ud.sm": "TP-CD"}

# The RP sources state a reason only; what TS 24.011 9.3 makes of it is the RP cause.
REASON_CAUSES = {
    "truncated": {0, 96},  # 0: not even the RP-MR was there
    "truncated/unknown": {97},
    "unknown message type": {97},
    "invalid mandatory IE": {96},
}


class Decoder:
    def __init__(self, path):
        self.path = path

    def __call__(self, *options, hex_octets):
        done = subprocess.run(
            [self.path, *options, "--", hex_octets], capture_output=True, timeout=20, check=False
        )
        if done.returncode not in (0, 1):
            raise RuntimeError(f"status {done.returncode}: {done.stderr.decode()}")
        return json.loads(done.stdout)


def compare(expected, seen, path=""):
    """The paths of all members of expected that seen has otherwise or not at all."""
    if not isinstance(expected, dict):
        return [] if type(expected) is type(seen) and expected == seen else [path]
    if not isinstance(seen, dict):
        return [path]
    differs = []
    for key, value in expected.items():
        here = f"{path}.{key}" if path else key
        if key == "text_of_whole_message":
            differs += [] if seen.get("text") and seen["text"] in value else [here]
        elif key not in seen:
            differs.append(here)
        else:
            differs += compare(value, seen[key], here)
    return differs


def compare_error(vector, seen):
    stated = vector.get("expect_error")
    error = seen.get("error")
    if not stated or not error:
        return [] if bool(stated) == bool(error) else ["refused"]
    differs = []
    if "offset" in stated and error["offset"] != stated["offset"]:
        differs.append("error.offset")
    if "field" in stated:
        tpdu, _, field = stated["field"].partition(".")
        names = {**FIELD_NAMES, **(COMMAND_FIELD_NAMES if tpdu == "SmsCommand" else {})}
        if error["field"] != names[field]:
            differs.append("error.field")
    elif error["cause"] not in REASON_CAUSES.get(stated["reason"], {96}):
        differs.append("error.cause")
    return differs


def direction(vector):
    return "--" + vector["dir"].lower()


def check_rp(decode, vector):
    seen = decode(direction(vector), hex_octets=vector["hex"])
    return compare(vector["expected"], seen) + compare_error(vector, seen)


def check_tpdu(decode, vector):
    options = [direction(vector), "--tpdu"]
    if vector["rp_context"].startswith("RP-ERROR"):
        options.append("--rp-error")
    expected = dict(vector["expected"], dir=vector["dir"])
    smsc = expected.pop("smsc", None)
    tables = expected.pop("text_with_tables", None)

    seen = decode(*options, hex_octets=vector["hex"])
    differs = compare(expected, seen) + compare_error(vector, seen)
    differs += compare(vector.get("partial", {}), seen, "partial")
    if smsc:
        with_smsc = decode(*options, "--smsc", hex_octets=vector["pdu_mode_hex"])
        differs += compare({"smsc": smsc, **expected}, with_smsc)
    if tables:
        put_in = with_language_header(vector["hex"], seen["ud_hex"], seen["udl"], tables)
        differs += compare({"text": tables["text"]}, decode(*options, hex_octets=put_in), "text_with_tables")
    return differs


def with_language_header(tpdu, ud, udl, tables):
    """The same septets with the language tables, which the source gave out of band, in a header."""
    header = bytes([6, 0x24, 1, tables["single"], 0x25, 1, tables["locking"]])
    fill_septets = 8  # 7 octets of header, no fill bits
    text = int.from_bytes(bytes.fromhex(ud), "little") & ((1 << 7 * udl) - 1)
    packed = int.from_bytes(header, "little") | text << 7 * fill_septets
    total = udl + fill_septets
    before = bytearray.fromhex(tpdu[: -len(ud) - 2])
    before[0] |= 0x40
    return (before + bytes([total]) + packed.to_bytes((7 * total + 7) // 8, "little")).hex()


def check_field(decode, vector):
    """An address or a TP-UD alone: put into the SMS-DELIVER it could have come in."""
    scts = "62112290147040"
    if vector["kind"] == "ud":
        first = 0x44 if vector["udhi"] else 0x04
        tpdu = f"{first:02x}0091" + f"00{vector['dcs']:02x}" + scts + f"{vector['udl']:02x}" + vector["hex"]
        return compare(vector["expected"], decode("--mt", "--tpdu", hex_octets=tpdu))
    if vector["kind"] == "tp-address":
        tpdu = "04" + vector["hex"] + "0000" + scts + "00"
        seen = decode("--mt", "--tpdu", hex_octets=tpdu)
        return compare({"addr": vector["expected"]}, seen)
    if vector["kind"] == "smsc-address":
        seen = decode("--mt", hex_octets="0100" + vector["hex"] + "000100")
        return compare({"oa": vector["expected"]}, seen)
    raise ValueError(f"unknown kind {vector['kind']}")


def check_sip(decode, vector):
    """The body of a whole SIP message is the RP vector that it names."""
    message = (VECTORS / vector["file"]).read_bytes()
    body = message[message.index(b"\r\n\r\n") + 4 :]
    named = next(v for v in lines("rp.jsonl") if v["id"] == vector["expected"]["rp"])
    differs = [] if body.hex() == named["hex"] else ["body"]
    return differs + compare(named["expected"], decode("--mo", hex_octets=body.hex()))


def lines(name):
    return [json.loads(line) for line in (VECTORS / name).read_text(encoding="utf-8").splitlines()]


def sip_messages():
    meta = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(VECTORS.glob("sip/*.json"))]
    return [vector for vector in meta if "rp" in vector.get("expected", {})]


def main():
    decode = Decoder(pathlib.Path(sys.argv[1]) / "ipsmgw-decode")
    exceptions = json.loads((VECTORS / "exceptions.json").read_text(encoding="utf-8"))
    passed = failed = 0
    work = [(check_rp, v) for v in lines("rp.jsonl")]
    work += [(check_tpdu, v) for v in lines("tpdu.jsonl")]
    work += [(check_field, v) for v in lines("fields.jsonl")]
    work += [(check_sip, v) for v in sip_messages()]
    unknown = set(exceptions) - {v["id"] for _, v in work}
    for vector_id in sorted(unknown):
        print(f"{vector_id}: in exceptions.json, but there is no such vector")
    failed += len(unknown)

    for check, vector in work:
        differs = sorted(check(decode, vector))
        allowed = sorted(exceptions.get(vector["id"], {}).get("differs", []))
        if differs == allowed:
            passed += 1
            continue
        failed += 1
        print(f"{vector['id']}: differs in {differs}, exceptions.json has {allowed}")
        print(f"  {vector.get('hex', vector.get('file'))}")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
