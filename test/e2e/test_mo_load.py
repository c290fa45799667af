# SPDX-License-Identifier: GPL-2.0-or-later
#
# Many messages: shared and private memory stay where they were, whatever the messages are; and a burst from several senders
# over a network that loses datagrams ends with one copy and one report for each.

import random
import time

from ipsmgwtest import ACCEPT, RELAY, bound, modes, rp, tp
from ipsmgwtest.scscf import identity
from ipsmgwtest.world import World

WINDOW = 40  # messages on their way at one time
WARM_UP, COUNT = 500, 1000
# the smallest leak worth the name is a pointer a message
SLACK = COUNT * 8 // 2


def memory(w):
    """Octets in use, by place, when all is at rest."""
    w.gateway.wait_at_rest(15)
    w.gateway.wait_transactions_gone()
    return {("shared", "memory"): w.gateway.rpc.shm_used(), **w.gateway.rpc.pkg_used()}


def send_all(w, count, make):
    """count messages, WINDOW at a time; make(n) submits the nth."""
    sent = []
    for n in range(count):
        sent.append(make(n))
        if len(sent) > WINDOW:
            finish(sent.pop(0))
    for s in sent:
        finish(s)


def finish(s):
    """Until a message has its answer, and its report if it is owed one."""
    if s and s.answer(20).status == 202:
        s.wait_reports(1, 20)


def memory_is_flat(w, make):
    send_all(w, WARM_UP, make)
    before = memory(w)
    send_all(w, COUNT, lambda n: make(WARM_UP + n))
    after = memory(w)
    grown = {where: after[where] - before[where] for where in before if after[where] - before[where] > SLACK}
    assert not grown, "expected at most %d octets more after %d messages, seen %s" % (SLACK, COUNT, grown)


def sender(n):
    return identity("+1202%07d" % (n % 10000))


@bound(120)
@modes(ACCEPT, RELAY)
def test_a_thousand_texts_leave_memory_flat():
    with World("flat") as w:
        memory_is_flat(w, lambda n: w.scscf.submit("text %d" % n, sender=sender(n), transport=("udp", "tcp")[n % 2]))
        assert len(w.hub.messages) == WARM_UP + COUNT


@bound(120)
@modes(ACCEPT, RELAY)
def test_a_thousand_failures_leave_memory_flat():
    with World("flat-failures", hubs=2) as w:
        w.hubs[0].answer(*[(503, 404, 486, 500)[n % 4] for n in range(WARM_UP + COUNT)], 404)
        w.hubs[1].answer(*[(404, 200, 415)[n % 3] for n in range(WARM_UP + COUNT)], 404)
        memory_is_flat(w, lambda n: w.scscf.submit("text %d" % n, sender=sender(n)))


def broken(w, n):
    """The nth of messages that are wrong in different ways."""
    good = rp.data(n % 256, tp.submit("+12025550123", "text %d" % n, mr=n % 256))
    dice = random.Random(n)
    kinds = (
        lambda: w.scscf.message(good[: dice.randrange(len(good))]),
        lambda: w.scscf.message(bytes(dice.randrange(256) for _ in range(dice.randrange(300)))),
        lambda: w.scscf.message(good[:2] + bytes(dice.randrange(256) for _ in range(len(good) - 2))),
        lambda: w.scscf.message(good, content_type="text/html"),
        lambda: w.scscf.message(good, sender=()),
        lambda: w.scscf.message(good, content_type="multipart/mixed;boundary=x"),
        lambda: w.scscf.message(b"--x\r\nContent-Type: application/vnd.3gpp.sms\r\n\r\n" + good, content_type="multipart/mixed;boundary=x"),
        lambda: w.scscf.message(rp.data(n % 256, tp.submit("+12025550123", b"\1\2", mr=n % 256))),
        lambda: w.scscf.message(rp.smma(n % 256)),
        lambda: w.scscf.message(rp.ack(n % 256)),
    )
    return kinds[n % len(kinds)]()


def owed_a_report(message):
    """RP-ACK and RP-ERROR of a phone are owed none."""
    return message.body[:1] and message.body[0] & 7 not in (2, 4)


def send_broken(w, n):
    message = broken(w, n)
    if owed_a_report(message):
        return w.scscf.submit_message(message, message.body[1] if len(message.body) > 1 else 0)
    status = w.scscf.send(message, w.gateway.address).wait(20).status
    assert status in (202, 400, 403, 415), "%d for %r" % (status, message.body)
    return None


@bound(120)
@modes(ACCEPT, RELAY)
def test_a_thousand_broken_messages_leave_memory_flat():
    with World("flat-broken") as w:
        memory_is_flat(w, lambda n: send_broken(w, n))
        counters = w.gateway.wait_at_rest()
        assert counters["mo_rejected"] > 300 and counters["mo_errored"] > 300, counters


BURST_SENDERS, BURST_EACH, BURST_RATE, BURST_LOSS = 8, 100, 400, 0.05


@bound(120)
@modes(ACCEPT, RELAY)
def test_a_burst_over_a_network_that_loses_datagrams():
    with World("burst", params=[("report_timeout", 8000)]) as w:
        for agent in w.agents:
            agent.endpoint.loss = BURST_LOSS
        sent, began = [], time.monotonic()
        for n in range(BURST_SENDERS * BURST_EACH):
            number = "+1202555%04d" % (n % BURST_SENDERS)
            sent.append(w.scscf.submit("%s says %d" % (number, n), sender=identity(number), mr=n // BURST_SENDERS))
            ahead = began + n / BURST_RATE - time.monotonic()
            if ahead > 0:
                time.sleep(ahead)  # the pace of the burst
        for s in sent:
            s.answer(32)
            s.acked(32)
        for agent in w.agents:
            agent.endpoint.loss = 0.0
        expected = sorted("+1202555%04d says %d" % (n % BURST_SENDERS, n) for n in range(len(sent)))
        assert sorted(w.hub.texts()) == expected, "the hub has %d texts" % len(w.hub.texts())
        assert {len(s.report_requests) for s in sent} == {1}
        counters = w.gateway.wait_at_rest(40)
        assert counters["mo_acked"] == len(sent), counters
        if not w.relay:
            assert counters["mo_retransmissions"] > 0, "nothing was lost: %s" % counters
