#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Every static check, one line each; what a check says is shown only when it finds something. Looks at the files that git
# tracks or would add, without git at all but the build folder; generated files are exempt from the formatter and analysers.
#
# usage: tools/lint.sh BUILD [CHECK...]      with CHECK names only those
# shellcheck disable=SC2317 # the checks are called by name
# shellcheck disable=SC2046 # no tracked file has a space in its name
set -u

cd "$(dirname "$0")/.." || exit 2
build=$(cd "$1" && pwd) || exit 2
shift
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
jobs=$(nproc)
kamailio_src=$build/kamailio-src/src
generated='_tables\.[ch]$'

# the files that match one of these patterns; * matches / too
files() {
	local f
	if git rev-parse --git-dir >/dev/null 2>&1; then
		git ls-files --cached --others --exclude-standard -- "$@"
	else
		for f in "$@"; do
			find . -path ./build -prune -o -type f -path "./$f" -printf '%P\n'
		done
	fi | sort -u | while read -r f; do
		[ ! -f "$f" ] || echo "$f"
	done
}

# of the given files those whose first line names this interpreter
scripts_of() {
	local interpreter=$1
	shift
	grep -lE "^#!.*\b$interpreter\b" /dev/null $(files "$@")
}

check_clang_format() {
	files '*.c' '*.h' | grep -Ev "$generated" | xargs -r clang-format --dry-run -Werror
}

check_cppcheck() {
	files 'modules/ipsmgw/*.c' 'tools/decode/*.c' | grep -Ev "$generated" | xargs -r cppcheck -j "$jobs" --quiet --std=c11 \
		--enable=warning,performance,portability --inline-suppr --error-exitcode=1 --suppress=missingIncludeSystem \
		-Imodules/ipsmgw
}

# The flags the module is compiled with, a line each. From a copy of its Makefile: Kamailio's rules write beside it.
module_flags() {
	local raw
	mkdir "$work/make" && cp modules/ipsmgw/Makefile "$work/make/" || return 1
	# shellcheck disable=SC2016 # $(info) is make's
	raw=$(make -s -C "$work/make" COREPATH="$kamailio_src" --eval='flags: ; $(info $(C_DEFS) $(DEFS)) @:' flags) || return 1
	eval "printf '%s\n' $raw"
	printf '%s\n' "-I$kamailio_src/modules/tm" -I/usr/include/libxml2 -Imodules/ipsmgw
}

tidy_one() {
	local flags
	mapfile -t flags <"$work/$1"
	clang-tidy --quiet "$2" -- "${flags[@]}" 2>/dev/null
}

# the plain layers and the tools without any Kamailio include path
check_clang_tidy() {
	printf '%s\n' -std=gnu11 -D_GNU_SOURCE -Imodules/ipsmgw -I/usr/include/libxml2 >"$work/plain"
	module_flags >"$work/module" || return 1
	export -f tidy_one
	export work
	{
		files 'modules/ipsmgw/codec/*.c' 'modules/ipsmgw/ims/*.c' 'modules/ipsmgw/diameter/*.c' 'tools/decode/*.c' | sed 's/^/plain /'
		files 'modules/ipsmgw/*.c' | grep -Ev '/(codec|ims|diameter)/' | sed 's/^/module /'
	} | grep -Ev "$generated" | xargs -r -P "$jobs" -n 2 bash -c 'tidy_one "$@"' tidy
}

check_layers() { tools/check-layers.sh; }

check_shellcheck() {
	{
		files '*.sh'
		scripts_of '(ba)?sh' .ci/run 'sipp-scenarios/*/run'
	} | sort -u | xargs -r shellcheck
}

check_xmllint() { files '*.xml' | xargs -r xmllint --noout --nonet; }

check_python() {
	{
		files '*.py'
		scripts_of python3 'sipp-scenarios/*/run'
	} | sort -u | xargs -r python3 -W error -c '
import ast, sys
for name in sys.argv[1:]:
    with open(name, encoding="utf-8") as f:
        ast.parse(f.read(), name)
'
}

# every source says its licence in its head
check_spdx() {
	local f missing=0
	for f in $(files '*.c' '*.h' '*.py' '*.sh' '*.cfg' '*.xml' '*.sql' '*Makefile' 'sipp-scenarios/*/run' .ci/run); do
		[[ $f == test/vectors/* ]] && continue
		head -n 5 "$f" | grep -q 'SPDX-License-Identifier: GPL-2.0-or-later' && continue
		echo "$f: no SPDX-License-Identifier: GPL-2.0-or-later in its head"
		missing=1
	done
	return "$missing"
}

# what is left lying around while one works
check_leftovers() {
	! files '*.c' '*.h' '*.py' '*.sh' '*.cfg' '*.xml' '*.md' '*Makefile' 'sipp-scenarios/*/run' |
		grep -Ev '^(tools/lint.sh|test/vectors/)' |
		xargs -r grep -nHE '\b(TODO|FIXME|XXX|HACK)\b|[[:space:]]+$|(^|[[:space:]"'\''=(:])/(work|home|root)/[a-z]'
}

[ $# -gt 0 ] || set -- clang_format cppcheck clang_tidy layers shellcheck xmllint python spdx leftovers
failed=0
for check in "$@"; do
	if "check_$check" >"$work/out" 2>&1; then
		echo "lint: $check ok"
	else
		echo "lint: $check FAILED"
		cat "$work/out"
		failed=1
	fi
done
exit "$failed"
