#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# One text from a phone to a hub through the real gateway, shown as a ladder while it happens, then the counters. Ends by
# itself; exit status 0 only when the phone got its RP-ACK.
#
# usage: test/e2e/show.sh BUILD
set -eu

here=$(cd "$(dirname "$0")" && pwd)
BUILD=$(cd "$1" && pwd)
PYTHONPATH=$here
PYTHONDONTWRITEBYTECODE=1
export BUILD PYTHONPATH PYTHONDONTWRITEBYTECODE
exec python3 "$here/show.py"
