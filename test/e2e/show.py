# SPDX-License-Identifier: GPL-2.0-or-later
#
# What `make run` shows (started by show.sh): the way of one text message, live, on at most 100 columns.

import os
import sys

from ipsmgwtest.decoder import Decoder
from ipsmgwtest.ladder import Ladder
from ipsmgwtest.world import World

TEXT = "Hello, this is a text over IMS: 5 €"
SHOWN = ("mo_", "hub_", "report_")


def title(text, colour):
    return "\x1b[1m%s\x1b[0m" % text if colour else text


def counters(found):
    """The counters that moved, a few to a line."""
    names = [n for n in sorted(found) if n.startswith(SHOWN) and found[n]]
    cells = ["%-24s" % ("%s %d" % (n, found[n])) for n in names]
    return ["  " + "".join(cells[i : i + 4]).rstrip() for i in range(0, len(cells), 4)]


def main():
    colour = sys.stdout.isatty() and os.environ.get("TERM", "dumb") != "dumb" and "NO_COLOR" not in os.environ
    unicode = (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"
    with World("show") as world:
        ladder = Ladder(colour=colour, unicode=unicode, decode=Decoder(world.build / "ipsmgw-decode"))
        print(title("A text from a phone, by the S-CSCF and the gateway, to the hub", colour))
        print("gateway 127.0.0.1:%d   S-CSCF 127.0.0.1:%d   hub 127.0.0.1:%d" % (world.gateway.port, world.scscf.port, world.hub.port))
        print()
        print("\n".join(ladder.head()))
        world.trace.restart(lambda entry: print("\n".join(ladder.entry(entry)), flush=True))
        report = world.scscf.submit(TEXT, srr=True, vp=b"\xa7").acked(timeout=10)
        seen = world.gateway.wait_at_rest()
        print()
        print(title("The phone has its %s. Counters (kamcmd cnt.grp_get_all ipsmgw):" % str(report).split(" (")[0], colour))
        print("\n".join(counters(seen)))
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except AssertionError as failure:
        print("no RP-ACK: %s" % failure, file=sys.stderr)
        sys.exit(1)
