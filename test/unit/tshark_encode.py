#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
#
# One of each thing the codec encodes (BUILD/unit/encode_samples), put into SIP MESSAGEs and a capture file, and read by
# tshark: an independent decoder must see the fields that were meant. Run by test/unit/run.sh.

import json
import pathlib
import struct
import subprocess
import sys
import tempfile

RAW_IPV4 = 228  # link type of the capture
RP, SMS = "gsm_a.rp.", "gsm_sms."
TPDU_LEN_FIELD = "gsm_a.rp.tpdu"


def rp(msg_type, **fields):
    return {RP + "msg_type": msg_type, RP + "rp_message_reference": "0x2a", **{RP + k: v for k, v in fields.items()}}


def sms(fields):
    return {SMS + key: value for key, value in fields.items()}


def number(key, digits, ton, npi=1):
    length = len(digits)
    return sms({key: digits, "dis_field_addr.length": str(length), "dis_field_addr.num_type": str(ton),
                "dis_field_addr.num_plan": str(npi)})


def stamps(*times):
    """(year, month, day, hour, minutes, seconds, zone in quarter hours without its sign) each, in the order sent"""
    names = ("year", "month", "day", "hour", "minutes", "seconds", "timezone")
    return sms({f"scts.{name}": [str(time[i]) for time in times] for i, name in enumerate(names)})


SC = {"gsm_a.dtap.cld_party_bcd_num": "12025550100", "gsm_a.dtap.type_of_number": "0x01",
      "gsm_a.dtap.numbering_plan_id": "0x01"}
SCTS = (26, 11, 22, 9, 41, 7, 4)
DT = (26, 11, 22, 3, 41, 7, 20)
DIGITS = "0123456789"
FIRST_PART_8, FIRST_PART_16 = (DIGITS * 16)[:153], (DIGITS * 16)[:152]


def submit(text=None, udl=None, flags="00000", mr=0, pid=0, dcs=0, destination=number("tp-da", "12025550123", 1), **more):
    """flags: TP-RP, TP-UDHI, TP-SRR, TP-VPF, TP-RD as tshark prints them"""
    named = dict(zip(("tp-rp", "tp-udhi", "tp-srr", "tp-vpf", "tp-rd"), flags))
    fields = sms({"tp-mti": "1", "tp-mr": str(mr), "tp-pid": str(pid), "tp-dcs": str(dcs), **named, **more})
    fields[SMS + "tp.user_data_length"] = str(len(text) if udl is None else udl)
    if text:
        fields[SMS + "sms_text"] = text
    return {**rp("0x00"), **SC, **destination, **fields}


def deliver(udl, flags="00001", dcs=0, originator=number("tp-oa", "12025550199", 1), **more):
    """flags: TP-RP, TP-UDHI, TP-SRI, TP-LP, TP-MMS (1: no more) as tshark prints them"""
    named = dict(zip(("tp-rp", "tp-udhi", "tp-sri", "tp-lp", "tp-mms"), flags))
    fields = sms({"tp-mti": "0", "tp-pid": "0", "tp-dcs": str(dcs), "tp.user_data_length": str(udl), **named, **more})
    return {**rp("0x01"), **SC, **originator, **stamps(SCTS), **fields}


def header(octets, iei, **more):
    return {"dis_field_udh.user_data_header_length": str(octets), "ie_identifier": iei, **more}


def report(mti, pi, **more):
    return sms({"tp-mti": str(mti), "tp-udhi": "0", "tp.parameter_indicator": pi, **more})


def status_report(**more):
    receiver = number("tp-ra", "12025550199", 1)
    return {**rp("0x01"), **SC, **receiver, **stamps(SCTS, DT), **sms({"tp-mti": "2", "tp-mr": "6", **more})}


def command(**more):
    destination = number("tp-da", "12025550123", 1)
    return {**rp("0x00"), **SC, **destination, **sms({"tp-mti": "2", "tp-mr": "44", "tp-pid": "0", **more})}


CONCATENATED = {"udh.mm.msg_id": "90", "udh.mm.msg_parts": "2", "udh.mm.msg_part": "1"}

EXPECTED = {
    "rp-ack-mo": rp("0x02"),
    "rp-ack-mt": rp("0x03"),
    "rp-error-mo": rp("0x04", cause="22"),
    "rp-error-mt": rp("0x05", cause="38"),
    "rp-error-diagnostic": rp("0x05", cause="127", diagnostic_field="55"),
    "rp-smma": rp("0x06"),
    "submit": submit("Hello", mr=42, pid=0x41),
    "submit-flags": submit("Hello", flags="10101"),
    "submit-empty": submit("", 0),
    "submit-160": submit(DIGITS * 16),
    "submit-extension": submit("10 € [ok]", 12),
    "submit-ucs2": submit("Да 😀", 10, dcs=8),
    "submit-8-bit": submit(None, 4, dcs=4, sms_body="00:01:fe:ff"),
    "submit-vp-relative": submit("x", flags="00020", **{"vp.validity_period": "167"}),
    "submit-vp-seconds": submit("x", flags="00010", **{
        "vp.single_shot_sm": "1", "vp.validity_period_format": "2", "vp.validity_period": "60"}),
    "submit-vp-hours": submit("x", flags="00010", **{
        "vp.single_shot_sm": "0", "vp.validity_period_format": "3", "vp.validity_period.hour": "1",
        "vp.validity_period.minutes": "30", "vp.validity_period.seconds": "15"}),
    "submit-vp-absolute": {**submit("x", flags="00030"), **stamps((26, 11, 23, 12, 0, 0, 40))},
    "submit-ton-unknown": submit("x", destination=number("tp-da", "46071", 0)),
    "submit-ton-national": submit("x", destination=number("tp-da", "2025550123", 2)),
    "submit-ton-network": submit("x", destination=number("tp-da", "*#100#", 3)),
    "submit-ton-subscriber": submit("x", destination=number("tp-da", "5550123", 4)),
    "submit-ton-abbreviated": submit("x", destination=number("tp-da", "7", 6)),
    "submit-ton-reserved": submit("x", destination=number("tp-da", DIGITS[1:] + "0" + DIGITS[1:] + "0", 7)),
    "deliver": deliver(5, sms_text="Hello"),
    "deliver-flags": deliver(5, flags="10110", sms_text="Hello"),
    "deliver-alphanumeric": deliver(1, sms_text="x", originator=sms({
        "tp-oa": "InfoDesk", "dis_field_addr.length": "14", "dis_field_addr.num_type": "5",
        "dis_field_addr.num_plan": "0"})),
    "deliver-concat-8": deliver(160, flags="01000", sms_text=FIRST_PART_8, **header(5, "0x00", **CONCATENATED)),
    "deliver-concat-16": deliver(160, flags="01000", sms_text=FIRST_PART_16, **header(6, "0x08", **CONCATENATED)),
    "deliver-ports-8": deliver(6, flags="01001", dcs=4, sms_body="aa", **header(
        4, "0x04", destination_port="240", originator_port="241")),
    "deliver-ports-16": deliver(9, flags="01001", dcs=0xF5, **header(
        6, "0x05", destination_port="2948", originator_port="9200")),
    # tshark names the language, but has no national tables: the text is for test_text.c
    "deliver-single-shift": deliver(9, flags="01001", **header(3, "0x24", **{"dis_iei_lang.single_shift": "1"})),
    "deliver-locking-shift": deliver(105, flags="01001", **header(3, "0x25", **{"dis_iei_lang.locking_shift": "1"})),
    "submit-report-ack": {**rp("0x03"), **report(1, "0x00"), **stamps(SCTS)},
    "submit-report-ack-all": {**rp("0x03"), **stamps(SCTS), **report(1, "0x07", **{
        "tp-pid": "0", "tp-dcs": "0", "tp.user_data_length": "2", "sms_text": "no"})},
    "submit-report-error": {**rp("0x05", cause="21"), **stamps(SCTS), **report(1, "0x00", **{"tp-fcs": "0xc5"})},
    "deliver-report-ack": {**rp("0x02"), **report(0, "0x00")},
    "deliver-report-ack-all": {**rp("0x02"), **report(0, "0x07", **{
        "tp-pid": "127", "tp-dcs": "246", "tp.user_data_length": "2", "sms_body": "01:02"})},
    "deliver-report-error": {**rp("0x04", cause="22"), **report(0, "0x00", **{"tp-fcs": "0xd3"})},
    # TP-ST 46: permanent error, validity period expired
    "status-report": status_report(**{
        "tp-srq": "0", "tp-lp": "0", "tp-mms": "1", "dis_field.st_error": "2", "dis.field_st_reason": "6"}),
    "status-report-flags": status_report(**{
        "tp-srq": "1", "tp-mms": "0", "dis_field.st_error": "0", "dis.field_st_reason": "0",
        "tp.parameter_indicator": "0x01", "tp-pid": "65"}),
    "command": command(**{
        "tp-srr": "0", "tp.command_type": "2", "tp.message_number": "42", "tp.command_data_length": "0"}),
    "command-data": command(**{
        "tp-srr": "1", "tp.command_type": "224", "tp.message_number": "42", "tp.command_data_length": "3"}),
}


def sip_message(number_of, body):
    head = (
        "MESSAGE sip:gw.example SIP/2.0\r\n"
        f"Via: SIP/2.0/UDP 127.0.0.1;branch=z9hG4bK{number_of}\r\n"
        "From: <sip:a@home.example>;tag=1\r\nTo: <sip:gw.example>\r\n"
        f"Call-ID: {number_of}@home.example\r\nCSeq: 1 MESSAGE\r\n"
        f"Content-Type: application/vnd.3gpp.sms\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def packet(number_of, body):
    loopback = bytes([127, 0, 0, 1])
    payload = sip_message(number_of, body)
    udp = struct.pack(">HHHH", 5060, 5060, 8 + len(payload), 0) + payload
    head = struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(udp), number_of, 0, 64, 17, 0)
    return head + loopback + loopback + udp


def capture(bodies):
    out = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, RAW_IPV4)
    for i, body in enumerate(bodies):
        octets = packet(i, body)
        out += struct.pack("<IIII", i, 0, len(octets), len(octets)) + octets
    return out


def dissect(bodies):
    """For each body all fields, name -> list of values in the order they came."""
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "encoded.pcap"
        path.write_bytes(capture(bodies))
        done = subprocess.run(
            ["tshark", "-r", path, "-T", "json"], capture_output=True, timeout=120, check=True
        )
    # an object may have a name twice: keep the pairs
    packets = json.loads(done.stdout, object_pairs_hook=lambda pairs: Pairs(pairs))
    return [flatten(one, {}) for one in packets]


class Pairs(list):
    pass


def flatten(pairs, into):
    for name, value in pairs:
        if isinstance(value, Pairs):
            into.setdefault(name, [])
            flatten(value, into)
        else:
            into.setdefault(name, []).extend(value if isinstance(value, list) else [value])
    return into


def differences(name, body, fields):
    wrong = []
    for field, value in EXPECTED[name].items():
        value = value if isinstance(value, list) else [value]
        if fields.get(field) != value:
            wrong.append(f"{field}: {fields.get(field)}, not {value}")
    for field in fields:
        if field.startswith("_ws.malformed") or "extraneous" in field:
            wrong.append(field)
    tpdu = fields.get(TPDU_LEN_FIELD)
    if tpdu and not body.hex().endswith(tpdu[0].replace(":", "")):
        wrong.append("RP-UD is not the rest of the body")
    return wrong


def main():
    tool = pathlib.Path(sys.argv[1]) / "unit" / "encode_samples"
    out = subprocess.run([tool], capture_output=True, text=True, timeout=20, check=True).stdout
    samples = [(name, bytes.fromhex(octets)) for name, octets in (line.split() for line in out.splitlines())]
    passed = failed = 0
    for name in sorted(set(EXPECTED) ^ {name for name, _ in samples}):
        print(f"{name}: not in both this script and encode_samples.c")
        failed += 1
    for (name, body), fields in zip(samples, dissect([body for _, body in samples]), strict=True):
        wrong = differences(name, body, fields) if name in EXPECTED else []
        for line in wrong:
            print(f"{name} {body.hex()}: {line}")
        failed += bool(wrong)
        passed += not wrong
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
