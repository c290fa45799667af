#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Would the installed Kamailio load this module? Its loader compares two strings of the module, module_version and
# module_flags, with its own and refuses on any difference; this does the same without starting anything.
#
# usage: tools/check-abi.sh FILE.so
set -eu

so=$1
kamailio=${KAMAILIO:-kamailio}
[ -r "$so" ] || {
	echo "check-abi: $so is not there: run \`make module\`" >&2
	exit 1
}

# the string that the pointer variable $1 of the module points to: its relocation names the place
string_of() {
	symbol=$(nm -D --defined-only "$so" | awk -v s="$1" '$3 == s { print $1 }')
	[ -n "$symbol" ] || return 0
	target=$(readelf -rW "$so" | awk -v s="$symbol" 'toupper($1) == toupper(s) { print $NF }')
	[ -n "$target" ] || return 0
	section=$(readelf -SW "$so" | sed -n 's/^ *\[ *[0-9]*\] \.rodata  *PROGBITS  *\([0-9a-f]*\) .*/\1/p')
	objcopy -O binary -j .rodata "$so" "$work/rodata"
	tail -c "+$((0x$target - 0x$section + 1))" "$work/rodata" | sed -z 1q | tr -d '\0'
}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$kamailio" -V >"$work/core"
core_version=$(sed -n 's/^version: *//p' "$work/core" | sed 's/ *$//')
core_flags=$(sed -n 's/^flags: *//p' "$work/core" | sed 's/ *$//')
module_version=$(string_of module_version)
module_flags=$(string_of module_flags)

if [ "$core_version" = "$module_version" ] && [ "$core_flags" = "$module_flags" ]; then
	echo "check-abi: $so fits the installed $core_version"
	exit 0
fi

exec >&2
echo "check-abi: the installed kamailio will refuse $so"
if [ -z "$module_version" ] || [ -z "$module_flags" ]; then
	echo "  it carries no version or flags: is it a Kamailio module at all?"
	exit 1
fi
if [ "$core_version" != "$module_version" ]; then
	echo "  version, installed: $core_version"
	echo "  version, module:    $module_version"
fi
list() {
	echo "$1" | tr ',' '\n' | sed 's/^ *//' | sort
}
list "$core_flags" >"$work/want"
list "$module_flags" >"$work/have"
comm -23 "$work/want" "$work/have" | sed 's/^/  flag missing in the module: /'
comm -13 "$work/want" "$work/have" | sed 's/^/  flag only in the module:    /'
cat <<END
What to do: the module must be built against the source of the very package that is installed.
  make deps     fetches that source and configures it with the package's flags
  make module   builds the module again
If kamailio was installed from elsewhere than apt, point COREPATH at its configured source instead.
END
exit 1
