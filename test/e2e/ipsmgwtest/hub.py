# SPDX-License-Identifier: GPL-2.0-or-later
#
# The SMS hub: takes the gateway's MESSAGEs (text or opaque), answers them and OPTIONS by a plan, and can be down.

from .transaction import Plan, UserAgent


class Hub(UserAgent):
    """hub.answer(200), hub.answer(503, 200), hub.answer(Answer(200, delay=8)), hub.answer(SILENCE): how the next
    MESSAGEs are answered; hub.answer_options the same for the probes of the dispatcher."""

    def __init__(self, trace, name="hub", port=0):
        super().__init__(name, trace, port)
        self.plans = {"MESSAGE": Plan(200), "OPTIONS": Plan(200)}

    def answer(self, *answers):
        self.plans["MESSAGE"].set(*answers)

    def answer_options(self, *answers):
        self.plans["OPTIONS"].set(*answers)

    @property
    def messages(self):
        """The MESSAGE requests so far, retransmissions not counted."""
        return [s.request for s in self.received_requests("MESSAGE")]

    def wait_messages(self, count=1, timeout=10):
        return [s.request for s in self.wait_requests("MESSAGE", count, timeout)]

    def texts(self):
        """What the subscribers wrote, in the order of arrival."""
        return [m.body.decode("utf-8") for m in self.messages]

    def down(self):
        self.close()

    def up(self):
        self.open(self.port)
