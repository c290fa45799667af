#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Checks that committed generated files are what their generator writes. Run by test/unit/run.sh.

import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
CHECKS = [["tools/gen-gsm7-tables.py", "--check"]]


def main():
    failed = sum(subprocess.run(check, cwd=ROOT, check=False).returncode != 0 for check in CHECKS)
    print(f"{len(CHECKS) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
