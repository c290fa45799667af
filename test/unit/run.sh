#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Runs the unit tests: run.sh BUILD TARGET... runs each TARGET (a Check program), then every test/unit/*.py with BUILD
# as its argument. Each Python test ends with a line `N passed, N failed`, and so does this script, with the sums; a
# test that ends without its sum, or too late, counts as one that failed. Exit 0 only when all passed.
set -u
cd "$(dirname "$0")/../.." || exit 2
[ $# -ge 2 ] || { echo "usage: $0 BUILD TARGET..." >&2; exit 2; }
build=$1
shift
log=$build/unit/last.log
limit=300 # seconds for one test program
passed=0
failed=0

# "PASSED FAILED" from the output of a test; nothing when it has no sum
sums() {
	sed -n -e 's/^[0-9]*%: Checks: \([0-9]*\), Failures: \([0-9]*\), Errors: \([0-9]*\)$/\1 \2 \3/p' \
		-e 's/^\([0-9]*\) passed, \([0-9]*\) failed$/= \1 \2/p' "$log" | tail -n 1 |
		awk '$1 == "=" { print $2, $3; next } { print $1 - $2 - $3, $2 + $3 }'
}

run() {
	timeout -k 5 "$limit" "$@" >"$log" 2>&1
	status=$?
	cat "$log"
	sum=$(sums)
	ok=${sum% *}
	bad=${sum#* }
	if [ -z "$sum" ] || { [ $status -ne 0 ] && [ "$bad" -eq 0 ]; }; then
		echo "$*: ended with status $status"
		ok=${ok:-0}
		bad=1
	fi
	passed=$((passed + ok))
	failed=$((failed + bad))
}

mkdir -p "$build/unit"
for target; do
	run "$target"
done
for script in test/unit/*.py; do
	[ -e "$script" ] && run python3 "$script" "$build"
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
