#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Writes the seeds of the fuzz targets from test/vectors: make-fuzz-corpus.py OUTDIR fills OUTDIR/fuzz_NAME/. Used by
# test/fuzz/run.sh; the layout of each seed is the one that test/fuzz/fuzz_NAME.c reads.

import json
import pathlib
import re
import sys

VECTORS = pathlib.Path(__file__).resolve().parent.parent / "test" / "vectors"
DELIVER_MTI, SUBMIT_MTI = 0, 1
VP_OCTETS = {0: 0, 1: 7, 2: 1, 3: 7}
IDENTITIES = (
    b'"Joe, \\"x\\" <y>" <sip:+12025550101@ims.example;user=phone>, <tel:+12025550101>',
    b"<sip:alice@[2001:db8::1]:5060>",
    b"tel:911;phone-context=+1",
)
MULTIPART = (
    b"multipart/mixed;boundary=b\n--b\r\nContent-Type: text/plain\r\n\r\nhi\r\n"
    b"--b\r\nContent-Type: %s\r\n\r\n%s\r\n--b--"
)
LANGUAGES_AND_8_BIT_REFERENCE = bytes([0x3F, 0xFE])


def lines(name):
    return [json.loads(line) for line in (VECTORS / name).read_text(encoding="utf-8").splitlines()]


def address_and_user_data(tpdu, mo):
    """The address of a valid SUBMIT or DELIVER, and its (TP-DCS, TP-UDL, TP-UDHI, TP-UD); None for other TPDUs."""
    if not tpdu or tpdu[0] & 3 != (SUBMIT_MTI if mo else DELIVER_MTI):
        return None
    at = 2 if mo else 1
    address = tpdu[at : at + 2 + (tpdu[at] + 1) // 2]
    dcs_at = at + len(address) + 1
    udl_at = dcs_at + 1 + (VP_OCTETS[tpdu[0] >> 3 & 3] if mo else 7)
    return address, (tpdu[dcs_at], tpdu[udl_at], tpdu[0] >> 6 & 1, tpdu[udl_at + 1 :])


def header_values(head, name):
    return re.findall(rb"(?im)^(?:" + name + rb")[ \t]*:[ \t]*(.*?)\r?$", head)


def rp_data(tpdu):
    """The TPDU in an RP-DATA of a phone."""
    return bytes.fromhex("002A0007912120550501F0") + bytes([len(tpdu)]) + tpdu


class Corpus:
    def __init__(self, folder):
        self.folder = pathlib.Path(folder)

    def add(self, target, name, octets):
        folder = self.folder / target
        folder.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(octets)

    def add_user_data(self, name, dcs, udl, udhi, user_data):
        self.add("fuzz_text", name, bytes([dcs, udl, udhi]) + user_data)
        if udhi:
            self.add("fuzz_udh", name, user_data)

    def add_text(self, name, text):
        self.add("fuzz_text", name + "-text", LANGUAGES_AND_8_BIT_REFERENCE + text.encode("utf-8"))

    def add_hub_form(self, name, rp):
        for options, identity in enumerate(IDENTITIES):
            self.add("fuzz_hub_form", "%s-%d" % (name, options), bytes([options]) + identity + b"\n" + rp)

    def add_multipart(self, name, sip):
        head, _, body = sip.partition(b"\r\n\r\n")
        content_type = header_values(head, rb"Content-Type|c")
        if content_type and content_type[0].lower().startswith(b"multipart"):
            self.add("fuzz_mime", name, content_type[0] + b"\n" + body)


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: make-fuzz-corpus.py OUTDIR")
    corpus = Corpus(sys.argv[1])
    for vector in lines("rp.jsonl"):
        octets = bytes.fromhex(vector["hex"])
        corpus.add("fuzz_rp", vector["id"], octets)
        corpus.add("fuzz_mime", vector["id"], MULTIPART % (b"application/vnd.3gpp.sms", octets))
        corpus.add_hub_form(vector["id"], octets)
        if vector["expected"].get("ud"):
            corpus.add("fuzz_tp", vector["id"], bytes.fromhex(vector["expected"]["ud"]))
    for vector in lines("tpdu.jsonl"):
        tpdu = bytes.fromhex(vector["hex"])
        corpus.add("fuzz_tp", vector["id"], tpdu)
        if vector["dir"] == "MO" and len(tpdu) < 256:
            corpus.add_hub_form(vector["id"], rp_data(tpdu))
        parts = address_and_user_data(tpdu, vector["dir"] == "MO") if "expect_error" not in vector else None
        if parts:
            corpus.add("fuzz_address", vector["id"], parts[0])
            corpus.add_user_data(vector["id"], *parts[1])
        if "text" in vector["expected"]:
            corpus.add_text(vector["id"], vector["expected"]["text"])
    for vector in lines("fields.jsonl"):
        octets = bytes.fromhex(vector["hex"])
        if vector["kind"] == "ud":
            corpus.add_user_data(vector["id"], vector["dcs"], vector["udl"], int(vector["udhi"]), octets)
            corpus.add_text(vector["id"], vector["expected"]["text"])
        else:
            corpus.add("fuzz_address", vector["id"], octets)
    for number, identity in enumerate(IDENTITIES):
        corpus.add("fuzz_identity", "identity-%d" % number, identity)
    for path in (VECTORS / "sip").glob("*.txt"):
        sip = path.read_bytes()
        corpus.add_multipart(path.stem, sip)
        for number, value in enumerate(header_values(sip, rb"P-A[a-z-]*|To|Contact|Route")):
            corpus.add("fuzz_identity", "%s-%d" % (path.stem, number), value)


if __name__ == "__main__":
    main()
