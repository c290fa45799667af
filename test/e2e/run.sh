#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Run the end-to-end tests: every test_* of test/e2e/test_*.py and every sipp-scenarios/*/run, against the packaged
# Kamailio with BUILD/ipsmgw.so. Names given after BUILD choose those that contain one of them.
#
# usage: test/e2e/run.sh BUILD [-j JOBS] [NAME...]
set -eu

here=$(cd "$(dirname "$0")" && pwd)
BUILD=$(cd "$1" && pwd)
shift
PYTHONPATH=$here
PYTHONDONTWRITEBYTECODE=1
export BUILD PYTHONPATH PYTHONDONTWRITEBYTECODE
exec python3 -m ipsmgwtest.runner "$@"
