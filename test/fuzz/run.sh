#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Runs libFuzzer targets: run.sh BUILD SECONDS TARGET... Each runs for SECONDS from the seeds made of the test vectors
# and those of test/fuzz/corpus/NAME, one line each. What it finds is kept under BUILD/fuzz/found/NAME for the next run,
# an input that fails as BUILD/fuzz/NAME-crash-...; then its report is printed and the exit status is 1.
set -u
cd "$(dirname "$0")/../.." || exit 2
[ $# -ge 3 ] || { echo "usage: $0 BUILD SECONDS TARGET..." >&2; exit 2; }
build=$1
seconds=$2
shift 2
status=0

tools/make-fuzz-corpus.py "$build/fuzz/corpus" || exit 1

statistic() {
	sed -n "s/^stat::$1: *//p" "$2"
}

fuzz() {
	name=$(basename "$1")
	found=$build/fuzz/found/$name
	log=$build/fuzz/$name.log
	mkdir -p "$found"
	set -- "$1" "$found"
	for seeds in "$build/fuzz/corpus/$name" "test/fuzz/corpus/$name"; do
		[ -d "$seeds" ] && set -- "$@" "$seeds"
	done
	if timeout -k 5 $((seconds + 60)) "$@" -max_total_time="$seconds" -timeout=5 -rss_limit_mb=1024 \
		-print_final_stats=1 -artifact_prefix="$build/fuzz/$name-" >"$log" 2>&1; then
		echo "$name: $(statistic number_of_executed_units "$log") runs, $(find "$found" -type f | wc -l) inputs kept"
	else
		cat "$log"
		echo "$name: FAILED, see $build/fuzz/$name-*"
		status=1
	fi
}

for target; do
	fuzz "$target"
done
exit $status
