# SPDX-License-Identifier: GPL-2.0-or-later
#
# What `make run` shows (started by show.sh): the way of one text message from a phone, and of one to it, live, on at most 100
# columns.

import os
import sys

from ipsmgwtest.decoder import Decoder
from ipsmgwtest.ladder import Ladder
from ipsmgwtest.phone import Phone
from ipsmgwtest.world import World

TEXT = "Hello, this is a text over IMS: 5 €"
ANSWER = "Hello to you, over IMS"
SHOWN = ("mo_", "hub_", "report_", "mt_")


def counters(found):
    """The counters that moved, a few to a line."""
    names = [n for n in sorted(found) if n.startswith(SHOWN) and found[n]]
    cells = ["%-24s" % ("%s %d" % (n, found[n])) for n in names]
    return ["  " + "".join(cells[i : i + 4]).rstrip() for i in range(0, len(cells), 4)]


class Screen:
    """What is shown. Whoever reads may go away before the end (`make run | head`): the rest is not shown then."""

    def __init__(self):
        self.colour = sys.stdout.isatty() and os.environ.get("TERM", "dumb") != "dumb" and "NO_COLOR" not in os.environ
        self.unicode = (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"

    def say(self, *lines):
        try:
            print("\n".join(lines), flush=True)
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())

    def title(self, text):
        self.say("\x1b[1m%s\x1b[0m" % text if self.colour else text)


def main():
    screen = Screen()
    with World("show") as world:
        ladder = Ladder(colour=screen.colour, unicode=screen.unicode, decode=Decoder(world.build / "ipsmgw-decode"))
        screen.title("A text from a phone, by the S-CSCF and the gateway, to the hub")
        ports = (world.gateway.port, world.scscf.port, world.hub.port)
        screen.say("gateway 127.0.0.1:%d   S-CSCF 127.0.0.1:%d   hub 127.0.0.1:%d" % ports, "", *ladder.head())
        world.trace.restart(lambda entry: screen.say(*ladder.entry(entry)))
        report = world.scscf.submit(TEXT, srr=True, vp=b"\xa7").acked(timeout=10)
        world.gateway.wait_at_rest()
        screen.say("")
        screen.title("The phone has its %s. Now it registers, and the hub has a text for it:" % str(report).split(" (", 1)[0])
        screen.say("", *ladder.head())
        phone = Phone(world)
        world.hub.text(ANSWER, phone).delivered()
        seen = world.gateway.wait_at_rest()
        screen.say("")
        screen.title("The hub's 200 says that the phone has it. Counters (kamcmd cnt.grp_get_all ipsmgw):")
        screen.say(*counters(seen))


if __name__ == "__main__":
    try:
        main()
    except AssertionError as failure:
        print("no RP-ACK: %s" % failure, file=sys.stderr)
        sys.exit(1)
