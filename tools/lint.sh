#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Every static check, one line each; what a check says is shown only when it finds something. Looks at the files that git
# tracks or would add; generated files are exempt from the formatter only.
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

files() {
	git ls-files --cached --others --exclude-standard -- "$@" | sort -u | while read -r f; do
		[ ! -f "$f" ] || echo "$f"
	done
}
c_files() { files '*.c' '*.h'; }
generated='_tables\.[ch]$'

# the flags the module is compiled with, a line each, as clang-tidy reads them
module_flags() {
	# shellcheck disable=SC2016 # $(info) is make's
	raw=$(make -s -C modules/ipsmgw COREPATH="$kamailio_src" --eval='print-flags: ; $(info $(C_DEFS) $(DEFS)) @:' print-flags)
	eval "set -- $raw"
	printf '%s\n' "$@" "-I$kamailio_src/modules/tm" -I/usr/include/libxml2 -Imodules/ipsmgw -Wno-unknown-warning-option
}

check_clang_format() { c_files | grep -Ev "$generated" | xargs -r clang-format --dry-run -Werror; }

check_cppcheck() {
	files 'modules/ipsmgw/*.c' 'tools/decode/*.c' | grep -Ev "$generated" | xargs -r cppcheck -j "$jobs" --quiet --std=c11 \
		--enable=warning,performance,portability --inline-suppr --error-exitcode=1 --suppress=missingIncludeSystem \
		-Imodules/ipsmgw
}

# plain layers and tools: no Kamailio include path at all
check_clang_tidy() {
	printf '%s\n' -std=gnu11 -Imodules/ipsmgw -I/usr/include/libxml2 >"$work/plain"
	module_flags >"$work/module" || return 1
	{
		files 'modules/ipsmgw/codec/*.c' 'modules/ipsmgw/ims/*.c' 'tools/decode/*.c' | grep -Ev "$generated" | sed 's/^/plain /'
		files 'modules/ipsmgw/*.c' | grep -Ev '/(codec|ims|diameter)/' | sed 's/^/module /'
	} | xargs -r -P "$jobs" -n 2 sh -c '
		mapfile=$0/$1
		file=$2
		set --
		while IFS= read -r flag; do set -- "$@" "$flag"; done <"$mapfile"
		clang-tidy --quiet "$file" -- "$@" 2>"$0/tidy.$$" || { cat "$0/tidy.$$"; exit 1; }
	' "$work"
}

check_layers() { tools/check-layers.sh; }

check_shellcheck() {
	{
		files '*.sh'
		grep -lE '^#! */bin/(ba)?sh' /dev/null $(files .ci/run 'sipp-scenarios/*/run' 'debian/*')
	} | xargs -r shellcheck
}

check_xmllint() { files '*.xml' | xargs -r xmllint --noout --nonet; }

check_python() {
	{
		files '*.py'
		grep -lE '^#!.*python3' /dev/null $(files 'sipp-scenarios/*/run')
	} | xargs -r python3 -W error -c '
import ast, sys
for name in sys.argv[1:]:
    with open(name, encoding="utf-8") as f:
        ast.parse(f.read(), name)
'
}

# every source says its licence in its head
check_spdx() {
	rc=0
	for f in $(files '*.c' '*.h' '*.py' '*.sh' '*.cfg' '*.xml' '*.sql' '*Makefile' 'sipp-scenarios/*/run' .ci/run | grep -v '^test/vectors/'); do
		head -n 5 "$f" | grep -q 'SPDX-License-Identifier: GPL-2.0-or-later' || {
			echo "$f: no SPDX-License-Identifier: GPL-2.0-or-later in its head"
			rc=1
		}
	done
	return $rc
}

# what is left lying around while one works
check_leftovers() {
	! files '*.c' '*.h' '*.py' '*.sh' '*.cfg' '*.xml' '*.md' '*Makefile' | grep -v '^tools/lint.sh$' |
		xargs -r grep -nHE '(TODO|FIXME|XXX|HACK)\b|[[:space:]]+$|/(work|home)/[a-z]'
}

failed=0
for check in ${*:-clang_format cppcheck clang_tidy layers shellcheck xmllint python spdx leftovers}; do
	if "check_$check" >"$work/out" 2>&1; then
		echo "lint: $check ok"
	else
		echo "lint: $check FAILED"
		cat "$work/out"
		failed=1
	fi
done
exit $failed
