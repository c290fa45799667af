#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Fetch the source of the installed Kamailio package and configure it so that a module built against it loads in
# that package. The deb-src entries are derived from the machine's own apt sources and live in the build folder:
# the system's lists are not touched.
#
# usage: tools/kamailio-source.sh BUILD_DIR        prints nothing on success; leaves BUILD_DIR/kamailio-src
set -eu

build=$1
mkdir -p "$build/apt/lists/partial" "$build/apt/cache/archives/partial"
build=$(cd "$build" && pwd)
version=$(dpkg-query -W -f '${source:Version}' kamailio)
if [ "$(cat "$build/kamailio-src/.ipsmgw-version" 2>/dev/null)" = "$version" ]; then
	exit 0
fi

list="$build/apt/deb-src.list"
: >"$list"
for f in /etc/apt/sources.list /etc/apt/sources.list.d/*.list; do
	[ -f "$f" ] || continue
	sed -n 's/^deb\(-src\)\{0,1\}[[:space:]]/deb-src /p' "$f" >>"$list"
done
sort -u -o "$list" "$list"
for f in /etc/apt/sources.list.d/*.sources; do
	[ -f "$f" ] || continue
	sed -e 's/^Types:.*/Types: deb-src/' "$f" >"$build/apt/$(basename "$f")"
done
mkdir -p "$build/apt/parts"
find "$build/apt" -maxdepth 1 -name '*.sources' -exec mv {} "$build/apt/parts/" \;

apt_src() {
	apt-get -qq \
		-o Dir::Etc::SourceList="$list" \
		-o Dir::Etc::SourceParts="$build/apt/parts" \
		-o Dir::State::Lists="$build/apt/lists" \
		-o Dir::Cache="$build/apt/cache" \
		-o APT::Sandbox::User=root \
		"$@"
}
apt_src update
rm -rf "$build/apt/work" "$build/kamailio-src"
mkdir -p "$build/apt/work"
(cd "$build/apt/work" && apt_src source "kamailio=$version" >"$build/apt/source.log" 2>&1) || {
	cat "$build/apt/source.log" >&2
	exit 1
}
mv "$build"/apt/work/kamailio-*/ "$build/kamailio-src"
rm -rf "$build/apt/work"

# The loader compares the flags string, so the same flags as the package's build.
libdir=lib/$(dpkg-architecture -qDEB_HOST_MULTIARCH)
make -s -C "$build/kamailio-src" cfg prefix=/usr cfg_target=/etc/kamailio/ FLAVOUR=kamailio LIBDIR="$libdir" \
	>"$build/apt/cfg.log" 2>&1 || {
	cat "$build/apt/cfg.log" >&2
	exit 1
}
echo "$version" >"$build/kamailio-src/.ipsmgw-version"
