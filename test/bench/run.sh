#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# All rows of `make bench`: each prints its figures, those of its peer from the same run, and their ratio.
#
# usage: test/bench/run.sh BUILD
set -eu

here=$(cd "$(dirname "$0")" && pwd)
BUILD=$(cd "$1" && pwd)
PYTHONPATH=$here/../e2e
PYTHONDONTWRITEBYTECODE=1
export BUILD PYTHONPATH PYTHONDONTWRITEBYTECODE
echo "--- decoding (ns, next to libosmocore)"
"$BUILD/bench/codec_bench"
echo "--- registry (flat: next to 1,000 records)"
"$BUILD/bench/registry_bench"
echo "--- short messages from phones (next to the same routing without the module)"
python3 "$here/mo_bench.py"
echo "--- short messages to phones (next to the same SIP transactions without the module)"
python3 "$here/mt_bench.py"
echo "--- third-party registrations"
python3 "$here/register_bench.py"
echo "--- registrations from SQLite at the start (next to sqlite3 reading the rows)"
python3 "$here/load_bench.py"
echo "--- the HSS (round trips next to bare freeDiameter; short messages next to a gateway without an HSS)"
python3 "$here/hss_bench.py"
