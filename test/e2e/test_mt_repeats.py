# SPDX-License-Identifier: GPL-2.0-or-later
#
# What is lost between the gateway and a phone, and who sends again: a text that the phone has acknowledged is not sent once more
# because its SIP answer is missing.

import time

from ipsmgwtest import rp, tp
from ipsmgwtest.phone import Act, Phone, acks
from ipsmgwtest.transaction import SILENCE
from ipsmgwtest.world import World

# a MESSAGE without an answer is sent again after 0.5, 1.5 and 3.5 s (RFC 3261 17.1.2.2)
THREE_REPEATS = 4.0


def test_what_has_its_report_is_not_sent_again():
    unanswered = Act(answer=SILENCE, report=lambda mr: rp.ack(mr, tp.deliver_report()), early=True)
    with World("mt-unanswered") as w:
        phone = Phone(w).will(unanswered, acks())
        w.hub.text("Hello", phone).delivered()
        end = time.monotonic() + THREE_REPEATS
        w.hub.text("Bye", phone).delivered()
        w.scscf.wait_for(lambda: time.monotonic() > end, 2 * THREE_REPEATS, "the time of three repetitions")
        repeats = phone.deliveries[0].server.repeats
        assert repeats == 0, "expected no repetition of what the phone has, seen %d" % repeats
        assert phone.texts() == ["Hello", "Bye"], phone.texts()
