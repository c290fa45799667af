#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Write the gateway's state folder (dispatcher.list, address.list) and become the packaged kamailio with our config, in
# the foreground, log on stderr, 127.0.0.1 only. The one place that knows how a gateway is started: `make lab` and the
# end-to-end tests both come here. Stop it with TERM to the pid that this script had.
#
# usage: tools/start-gateway.sh BUILD STATE_DIR
# environment:
#   GW_PORT     UDP and TCP port of the gateway                     5060
#   GW_SCSCF    host:port that reports are sent to                  127.0.0.1:5061
#               none: to the peer that sent the MESSAGE
#   GW_HUBS     the hubs, in order of preference                    127.0.0.1:5070
#               host:port[;transport=tcp][,form=opaque]
#   GW_OPAQUE_HUBS  the same, for what is no text                   (none)
#   GW_HUB_SOURCES  more addresses that texts for phones come from  (none)
#               host or host:port; each of GW_HUBS may send from its own host and port
#   GW_LAST_RESORT  host:port asked when no hub is alive, or none   the first of GW_HUBS
#   GW_DOMAIN   home domain of the subscribers, empty: the sender's  ims.test
#   GW_SC_ADDRESS  our E.164 number as service centre, digits    447785016005
#   GW_CTL      path of the ctl socket                              STATE_DIR/ctl
#   GW_DEBUG    log level                                           2
#   GW_SHM      megabytes of shared memory                          128
#   GW_DEFINES  more defines for the config, a line each, NAME or NAME=value
#   GW_CONFIG   the config file                                     kamailio-cfg/kamailio.cfg
# Registrations are in STATE_DIR/ipsmgw-registry.sqlite, unless GW_DEFINES has IPSMGW_DB_URL or IPSMGW_MEMORY_ONLY.
set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
build=$(cd "$1" && pwd)
mkdir -p "$2"
dir=$(cd "$2" && pwd)

: "${GW_PORT:=5060}" "${GW_SCSCF:=127.0.0.1:5061}" "${GW_HUBS:=127.0.0.1:5070}" "${GW_DOMAIN=ims.test}"
: "${GW_OPAQUE_HUBS:=}" "${GW_HUB_SOURCES:=}" "${GW_LAST_RESORT:=${GW_HUBS%%[ ,]*}}"
: "${GW_SC_ADDRESS:=447785016005}" "${GW_CTL:=$dir/ctl}" "${GW_DEBUG:=2}" "${GW_SHM:=128}" "${GW_DEFINES:=}" "${GW_CONFIG:=$root/kamailio-cfg/kamailio.cfg}"

# Lines of dispatcher.list for one set; a higher priority is tried first.
dispatcher_set() {
	set=$1
	priority=100
	for hub in $2; do
		attrs=${hub#"${hub%%,*}"}
		echo "$set sip:${hub%%,*} 0 $priority ${attrs#,}"
		priority=$((priority - 1))
	done
}

{
	dispatcher_set 1 "$GW_HUBS"
	dispatcher_set 2 "$GW_OPAQUE_HUBS"
} >"$dir/dispatcher.list"
# permissions group 1: who may speak for the S-CSCF
peer=${GW_SCSCF%:*}
[ "$GW_SCSCF" != none ] || peer=127.0.0.1
{
	echo "1 $peer 32 0 scscf"
	# group 2: who may send texts to phones
	for hub in $GW_HUBS $GW_HUB_SOURCES; do
		hub=${hub%%[;,]*}
		port=${hub#"${hub%%:*}"}
		port=${port#:}
		echo "2 ${hub%%:*} 32 ${port:-0} hub"
	done
} >"$dir/address.list"

set -- -DD -E -f "$GW_CONFIG" -P "$dir/kamailio.pid" -Y "$dir" -w "$dir" -m "$GW_SHM" \
	-A "IPSMGW_MODULE=\"$build/ipsmgw.so\"" \
	-A "IPSMGW_DIR=\"$dir\"" \
	-A "GW_IP=\"127.0.0.1\"" \
	-A "GW_PORT=$GW_PORT" \
	-A "IPSMGW_SC_ADDRESS=\"$GW_SC_ADDRESS\"" \
	-A "IPSMGW_URI=\"sip:127.0.0.1:$GW_PORT\"" \
	-A "HOME_DOMAIN=\"$GW_DOMAIN\"" \
	-A "CTL_SOCKET=\"unix:$GW_CTL\"" \
	-A "DEBUG_LEVEL=$GW_DEBUG"
case $GW_DEFINES in
*IPSMGW_DB_URL* | *IPSMGW_MEMORY_ONLY*) ;;
*)
	sqlite3 "$dir/ipsmgw-registry.sqlite" <"$root/kamailio-cfg/sql/sqlite.sql"
	set -- "$@" -A "IPSMGW_DB_URL=\"sqlite:///$dir/ipsmgw-registry.sqlite\""
	;;
esac
[ "$GW_SCSCF" = none ] || set -- "$@" -A "IPSMGW_SCSCF_URI=\"sip:$GW_SCSCF;lr\""
[ "$GW_LAST_RESORT" = none ] || set -- "$@" -A "IPSMGW_HUB_LAST_RESORT=\"sip:$GW_LAST_RESORT\""
while read -r define; do
	[ -z "$define" ] || set -- "$@" -A "$define"
done <<END
$GW_DEFINES
END
exec kamailio "$@"
