# SPDX-License-Identifier: GPL-2.0-or-later
#
# Diameter and SIP messages in a capture file, and what tshark, an independent decoder, finds wrong with them or reads in them.

import re
import struct
import subprocess

EXPORTED_PDU = 252  # link type: each packet says by which dissector it is read
DISSECTOR_NAME, END = 12, 0
# sent by SGd and S6c, and unknown to tshark 4.0
UNKNOWN_TO_TSHARK = {3324, 3325, 3326, 3327, 3328, 3346, 3347, 3348}
COMPLAINT = re.compile(r"Malformed|Unknown AVP|\[Expert Info \((Error|Warning)|Unknown \(\d+\)")


def write_diameter(path, messages):
    write(path, messages, b"diameter")


def write(path, messages, dissector):
    """messages: octets, each read by this dissector of tshark."""
    name = dissector + b"\0" * (-len(dissector) % 4)
    head = struct.pack("!HH", DISSECTOR_NAME, len(name)) + name + struct.pack("!HH", END, 0)
    out = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, EXPORTED_PDU)
    for n, message in enumerate(messages):
        size = len(head) + len(message)
        out += struct.pack("<IIII", n, 0, size, size) + head + message
    path.write_bytes(out)


def tshark_text(path):
    done = subprocess.run(["tshark", "-n", "-r", str(path), "-V"], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def tshark_complaints(messages, path, odd=()):
    """Lines with which tshark says that a message is malformed or has what it does not know; without the AVPs that no
    tshark of this age knows, and without lines that have a text of odd."""
    write_diameter(path, messages)
    text = tshark_text(path)
    seen = len(re.findall(r"^Diameter Protocol", text, re.M))
    assert seen == len(messages), "tshark read %d of %d messages:\n%s" % (seen, len(messages), text[:2000])
    return [line.strip() for line in text.splitlines() if COMPLAINT.search(line) and not excused(line, odd)]


def excused(line, odd):
    code = re.search(r"Unknown AVP (\d+)", line)
    return bool(code) and int(code.group(1)) in UNKNOWN_TO_TSHARK or any(text in line for text in odd)


# what tshark says when an RP message or TPDU is not as it must be
SMS_COMPLAINT = re.compile(r"Malformed|\[Expert Info \((Error|Warning)|Short Data|Extraneous|Dissector bug|exceeds|unexpected", re.I)


def read_fields(messages, path, fields):
    """What tshark reads in SIP messages, each by itself: for each a list of the values of these fields, one text each, with a
    vertical bar between several."""
    write(path, messages, b"sip")
    command = ["tshark", "-n", "-r", str(path), "-T", "fields", "-o", "gsm_sms.reassemble:FALSE"]
    command += ["-E", "separator=/t", "-E", "aggregator=|", "-E", "occurrence=a"]
    for field in fields:
        command += ["-e", field]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return [line.split("\t") for line in done.stdout.splitlines()]


def sms_complaints(messages, path):
    """Lines with which tshark says that the short message in a SIP message is wrong."""
    write(path, messages, b"sip")
    text = tshark_text(path)
    seen = len(re.findall(r"^ +GSM SMS TPDU", text, re.M))
    assert seen == len(messages), "tshark read %d TPDUs in %d messages:\n%s" % (seen, len(messages), text[:3000])
    # a note about the headers that comes and goes with the octets of the body
    return [line.strip() for line in text.splitlines() if SMS_COMPLAINT.search(line) and "Trailing stray" not in line]
