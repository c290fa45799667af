#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Build ipsmgw.so with Kamailio's own module rules, in a copy of the sources under BUILD_DIR/obj, so that the tree
# stays clean and two builds can run side by side. An unchanged file keeps its time: make rebuilds only what changed.
#
# usage: tools/build-module.sh BUILD_DIR
set -eu

build=$(cd "$1" && pwd)
obj=$build/obj/ipsmgw
mkdir -p "$obj"
for f in $(cd modules/ipsmgw && find . -name '*.[ch]' -o -name Makefile); do
	mkdir -p "$obj/$(dirname "$f")"
	cmp -s "modules/ipsmgw/$f" "$obj/$f" || cp "modules/ipsmgw/$f" "$obj/$f"
done
for f in $(cd "$obj" && find . -name '*.[ch]'); do
	[ -e "modules/ipsmgw/$f" ] || rm -f "$obj/$f" "$obj/${f%.[ch]}.o" "$obj/${f%.[ch]}.d"
done
log=$obj/build.log
if ! make -s -C "$obj" COREPATH="$build/kamailio-src/src" Q=@ >"$log" 2>&1; then
	cat "$log" >&2
	exit 1
fi
if grep -E 'warning:' "$log" >&2; then
	echo "build-module: the module must build without warnings" >&2
	exit 1
fi
# a new file, not new octets in the old one: that may be mapped by a running kamailio
cp "$obj/ipsmgw.so" "$build/ipsmgw.so.new"
mv "$build/ipsmgw.so.new" "$build/ipsmgw.so"
