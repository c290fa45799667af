#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Runs the tests of the Diameter side: run.sh BUILD SANITIZER... for BUILD/diameter/test_node_SANITIZER each. A report of
# a sanitizer, of whichever process, is a failure. Ends with a line `N passed, N failed`; exit 0 only when all passed. The
# logs of HSS and gateway stay in BUILD/diameter/run until the next time.
set -u
cd "$(dirname "$0")/../.." || exit 2
[ $# -ge 2 ] || { echo "usage: $0 BUILD SANITIZER..." >&2; exit 2; }
build=$1
shift
limit=600 # seconds for one program
run=$build/diameter/run
passed=0
failed=0

rm -rf "$run"
for sanitizer; do
	mkdir -p "$run/$sanitizer"
	reports=$PWD/$run/$sanitizer/report
	log=$run/$sanitizer/out
	ASAN_OPTIONS=log_path=$reports UBSAN_OPTIONS=log_path=$reports \
		TSAN_OPTIONS="log_path=$reports suppressions=$PWD/test/diameter/tsan.supp" \
		timeout -k 5 "$limit" "$build/diameter/test_node_$sanitizer" "$run/$sanitizer" >"$log" 2>&1
	status=$?
	cat "$log"
	sum=$(sed -n 's/^[0-9]*%: Checks: \([0-9]*\), Failures: \([0-9]*\), Errors: \([0-9]*\)$/\1 \2 \3/p' "$log" |
		awk '{ print $1 - $2 - $3, $2 + $3 }')
	bad=${sum#* }
	if [ -z "$sum" ] || { [ $status -ne 0 ] && [ "$bad" -eq 0 ]; }; then
		echo "test_node_$sanitizer: ended with status $status"
		sum="0 0"
		bad=1
	fi
	for report in "$reports".*; do
		[ -e "$report" ] || continue
		cat "$report"
		bad=$((bad + 1))
	done
	passed=$((passed + ${sum% *}))
	failed=$((failed + bad))
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
