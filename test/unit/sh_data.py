#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Holds the Sh-Data that BUILD/unit/show_ims writes against test/unit/sh-data.xsd by xmllint, and documents that are wrong,
# which the schema must refuse: else it would prove nothing. Run by test/unit/run.sh.

import pathlib
import subprocess
import sys

SCHEMA = pathlib.Path(__file__).resolve().parent / "sh-data.xsd"
VALID, INVALID = 0, 3  # exit status of xmllint
NUMBERS = ("15557770001", "1", "123456789012345")

GW = "<IP-SM-GW-Number>%s</IP-SM-GW-Number>"
SMS = "<SMSRegistrationInfo>%s</SMSRegistrationInfo>"


def document(inner, extensions=3):
    start, end = "<Extension>" * extensions, "</Extension>" * extensions
    return f"<Sh-Data><Sh-IMS-Data>{start}{inner}{end}</Sh-IMS-Data></Sh-Data>".encode()


WRONG = {
    "no Extension": document(SMS % GW % "15557770001", 0),
    "two Extensions": document(SMS % GW % "15557770001", 2),
    "four Extensions": document(SMS % GW % "15557770001", 4),
    "no number": document(SMS % ""),
    "a plus sign": document(SMS % GW % "+15557770001"),
    "a blank": document(SMS % GW % " "),
    "a word": document(SMS % GW % "AVAILABLE"),
    "the number alone": document(GW % "15557770001"),
    "a namespace": document(SMS % GW % "").replace(b"<Sh-Data>", b'<Sh-Data xmlns="urn:x">'),
}


def validate(octets):
    """The exit status of xmllint and what it says."""
    command = ["xmllint", "--nonet", "--noout", "--schema", SCHEMA, "-"]
    done = subprocess.run(command, input=octets, capture_output=True, timeout=20, check=False)
    return done.returncode, done.stderr.decode().strip()


def main():
    show = pathlib.Path(sys.argv[1]) / "unit" / "show_ims"
    work = []
    for kind, number in [*(("sh-register", number) for number in NUMBERS), ("sh-deregister", "")]:
        done = subprocess.run([show, kind], input=number.encode(), capture_output=True, timeout=20, check=True)
        work.append((f"{kind} {number}", done.stdout, VALID))
    work += [(name, octets, INVALID) for name, octets in WRONG.items()]
    failed = 0
    for name, octets, expected in work:
        status, said = validate(octets)
        if status != expected:
            failed += 1
            print(f"{name}: xmllint ended with {status}, expected {expected}: {said}\n{octets.decode()}")
    print(f"{len(work) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
