#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Writes the seeds of the fuzz targets from test/vectors: make-fuzz-corpus.py OUTDIR fills OUTDIR/fuzz_NAME/. Used by
# test/fuzz/run.sh; the layout of each seed is the one that test/fuzz/fuzz_NAME.c reads.

import json
import pathlib
import sys

VECTORS = pathlib.Path(__file__).resolve().parent.parent / "test" / "vectors"
DELIVER_MTI, SUBMIT_MTI = 0, 1
VP_OCTETS = {0: 0, 1: 7, 2: 1, 3: 7}
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


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: make-fuzz-corpus.py OUTDIR")
    corpus = Corpus(sys.argv[1])
    for vector in lines("rp.jsonl"):
        corpus.add("fuzz_rp", vector["id"], bytes.fromhex(vector["hex"]))
        if vector["expected"].get("ud"):
            corpus.add("fuzz_tp", vector["id"], bytes.fromhex(vector["expected"]["ud"]))
    for vector in lines("tpdu.jsonl"):
        tpdu = bytes.fromhex(vector["hex"])
        corpus.add("fuzz_tp", vector["id"], tpdu)
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


if __name__ == "__main__":
    main()
