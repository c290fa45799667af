#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Install by apt what the build and the tests need and the machine does not have. Does nothing when all is there.
set -eu

packages="
kamailio kamailio-extra-modules kamailio-utils-modules kamailio-python3-modules
kamailio-sqlite-modules kamailio-postgres-modules sqlite3 postgresql
sip-tester tshark
gcc make bison flex pkg-config dpkg-dev quilt
check libxml2-dev libfreediameter-dev freediameterd freediameter-extensions libosmocore-dev libssl-dev
clang libclang-rt-14-dev clang-format clang-tidy cppcheck shellcheck libxml2-utils
python3 procps iproute2
"
missing=
for p in $packages; do
	dpkg-query -W -f '${Status}' "$p" 2>/dev/null | grep -q 'ok installed' || missing="$missing $p"
done
[ -n "$missing" ] || exit 0

echo "installing:$missing"
sudo=
[ "$(id -u)" = 0 ] || sudo=sudo
export DEBIAN_FRONTEND=noninteractive
$sudo apt-get -qq update
# the packaged services stay down: ours are started by the tests and by hand
policy=
if [ ! -e /usr/sbin/policy-rc.d ]; then
	policy=/usr/sbin/policy-rc.d
	printf '#!/bin/sh\nexit 101\n' | $sudo tee "$policy" >/dev/null
	$sudo chmod +x "$policy"
fi
rc=0
# shellcheck disable=SC2086
$sudo apt-get -qq install -y --no-install-recommends $missing >/dev/null || rc=$?
[ -z "$policy" ] || $sudo rm -f "$policy"
exit $rc
