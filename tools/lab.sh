#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The gateway alone in the foreground, without any stub, for your own S-CSCF and hub. State under BUILD/lab, everything on
# 127.0.0.1. Ctrl-C or TERM ends it with all its processes.
#
# usage: tools/lab.sh BUILD
# environment: LAB_SIP_PORT (5060), LAB_SCSCF (127.0.0.1:5061), LAB_HUB (127.0.0.1:5070, several separated by spaces),
# LAB_DOMAIN (host part of a sender toward the hub; empty: that of his identity), LAB_DIR
set -eu

tools=$(cd "$(dirname "$0")" && pwd)
build=$(cd "$1" && pwd)
dir=${LAB_DIR:-$build/lab}
GW_PORT=${LAB_SIP_PORT:-5060}
GW_SCSCF=${LAB_SCSCF:-127.0.0.1:5061}
GW_HUBS=${LAB_HUB:-127.0.0.1:5070}
GW_CTL=${LAB_CTL:-$dir/ctl}
GW_DEBUG=${LAB_DEBUG:-2}
GW_DOMAIN=${LAB_DOMAIN:-}
export GW_PORT GW_SCSCF GW_HUBS GW_CTL GW_DEBUG GW_DOMAIN

cat <<END
gateway  udp and tcp 127.0.0.1:$GW_PORT     send it MESSAGE with application/vnd.3gpp.sms and P-Asserted-Identity
S-CSCF   $GW_SCSCF     gets the submit reports (RP-ACK, RP-ERROR)
hub      $GW_HUBS     gets the texts as MESSAGE, and OPTIONS probes
state    $dir
look in  kamcmd -s unix:$GW_CTL cnt.grp_get_all ipsmgw
         kamcmd -s unix:$GW_CTL ipsmgw.stats
stop     Ctrl-C, or: kill \$(cat $dir/kamailio.pid)
END
exec "$tools/start-gateway.sh" "$build" "$dir"
