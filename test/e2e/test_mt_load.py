# SPDX-License-Identifier: GPL-2.0-or-later
#
# Many texts for many phones over a network that loses datagrams, brings them twice and in another order, on the hub's leg and on
# the phones': each has exactly one outcome, no phone shows a text twice; and memory stays where it was.

import collections
import datetime
import itertools
import random

from ipsmgwtest import bound, cpim, rp, sip, tp
from ipsmgwtest.phone import UNREPORTED, Phone, acks, errors, refuses, register_all
from ipsmgwtest.world import World

PHONES, MESSAGES = 1000, 10000
LOSS = TWICE = LATE = 0.05
IN_FLIGHT = 400
ALONE = ["IPSMGW_MEMORY_ONLY"]
WHEN = datetime.datetime(2026, 11, 22, 9, 41, 7, tzinfo=datetime.timezone.utc)


def phones_of(w, count):
    phones = [Phone(w, "+1202%07d" % n, registered=False) for n in range(count)]
    register_all(w, phones)
    return phones


def send_all(w, phones, count, in_flight, text="text %d"):
    """count texts, to each phone in turn, so many without an answer at one time; all Sent."""
    sent = []
    for n in range(count):
        if n >= in_flight:
            sent[n - in_flight].answer(40)
        sent.append(w.hub.text(text % n, phones[n % len(phones)]))
    for s in sent:
        s.answer(40)
    return sent


@bound(150)
def test_ten_thousand_texts_for_a_thousand_phones_over_a_bad_network():
    with World("mt-load", shm=256, defines=ALONE) as w:
        phones = phones_of(w, PHONES)
        for agent in w.agents:
            agent.endpoint.loss, agent.endpoint.twice, agent.endpoint.late = LOSS, TWICE, LATE
        sent = send_all(w, phones, MESSAGES, IN_FLIGHT)
        counters = w.gateway.wait_at_rest(40)
        for agent in w.agents:
            agent.endpoint.loss = agent.endpoint.twice = agent.endpoint.late = 0.0
        seen = collections.Counter(s.client.final.status for s in sent)
        assert set(seen) <= {200, 202}, "the hub was told %s" % dict(seen)
        assert (counters["mt_received"], counters["mt_delivered"]) == (MESSAGES, MESSAGES), counters
        for n, phone in enumerate(phones):
            texts, expected = phone.texts(), ["text %d" % m for m in range(n, MESSAGES, PHONES)]
            assert sorted(texts) == sorted(expected), "%s: expected %s, seen %s" % (phone.number, expected, texts)
        assert any(p.deliveries[0].server.repeats for p in phones), "nothing was lost"
        assert counters["mt_reports_repeated"] > 0, "no report came twice: %s" % counters


@bound(120)
def test_every_kind_of_end_under_load():
    acts = [acks(), acks(early=True), acks(times=2), errors(22), errors(111), refuses(486), refuses(404), UNREPORTED]
    codes = [200, 200, 200, 480, 488, 486, 404, 480]
    count = 1600
    with World("mt-load-kinds", shm=128, defines=ALONE, params=[("mt_report_timeout", 1000)]) as w:
        phones = phones_of(w, 160)
        for n, phone in enumerate(phones):
            phone.patience = 0.3  # its own clock is late under load
            phone.will(acts[n % len(acts)])
        # one at a time to each phone, so that no text ends with another one
        sent = send_all(w, phones, count, len(phones))
        wrong = [(n % 8, s.client.final.status) for n, s in enumerate(sent) if s.client.final.status != codes[n % 8]]
        assert not wrong, "%d of %d have another answer: %s" % (len(wrong), count, wrong[:8])
        counters = w.gateway.wait_at_rest(20)
        assert counters["mt_delivered"] == sum(1 for c in codes if c == 200) * count // 8, counters


# --- memory ----------------------------------------------------------------------------------------------

WARM_UP, COUNT = 600, 1200
# the smallest leak worth the name is a pointer a message
SLACK = COUNT * 8 // 2
# what is remembered of a delivery that ended is gone sooner than its transactions
QUICK = [("mt_report_timeout", 1000), ("mt_late_time", 1)]


def memory_is_flat(w, run):
    """run(n): deal with n messages."""

    def used():
        w.gateway.wait_at_rest(15)
        w.gateway.wait_transactions_gone()
        return {("shared", "memory"): w.gateway.rpc.shm_used(), **w.gateway.rpc.pkg_used()}

    run(WARM_UP)
    used()
    run(WARM_UP)
    before = used()
    run(COUNT)
    after = used()
    grown = {where: after[where] - before[where] for where in before if after[where] - before[where] > SLACK}
    assert not grown, "expected at most %d octets more after %d messages, seen %s" % (SLACK, COUNT, grown)


@bound(150)
def test_deliveries_leave_memory_flat():
    acts = [acks(), errors(22), refuses(486), errors(111), acks(early=True, times=2), UNREPORTED]
    with World("mt-flat", defines=ALONE, params=QUICK) as w:
        phones = phones_of(w, 240)
        for n, phone in enumerate(phones):
            phone.patience = 0.3
            phone.will(acts[n % len(acts)])
        texts = itertools.cycle(["short %d", "long" * 60 + "%d"])
        memory_is_flat(w, lambda count: send_all(w, phones, count, len(phones), next(texts)))


def broken_of_hub(w, phone, dice, n):
    """The nth of messages of a hub that are wrong in different ways; Sent."""
    good = rp.mt_data(n % 256, tp.deliver("+12025550199", "text %d" % n, WHEN))
    noise = dice.randbytes(dice.randrange(300))
    cut = dice.randrange(len(good))
    cpim_body = cpim.request(b"Hello", message_id="m%d" % n, sender="sip:a@h", to="sip:b@h")
    kinds = (
        lambda: w.hub.opaque(good[:cut], phone),
        lambda: w.hub.opaque(noise, phone),
        lambda: w.hub.opaque(good[:cut] + noise, phone),
        lambda: w.hub.text(noise, phone, content_type="message/cpim"),
        lambda: w.hub.text(cpim_body[: dice.randrange(len(cpim_body))], phone, content_type="message/cpim"),
        lambda: w.hub.text(noise, phone, content_type="message/imdn+xml"),
        lambda: w.hub.text(noise, phone, content_type="multipart/mixed;boundary=x"),
        lambda: w.hub.text(noise, phone),
        lambda: w.hub.text("x", phone, headers=[("X-SMS-UDH", noise.hex())]),
        lambda: w.hub.text("x", "sip:%s" % sip.token(3)),
    )
    return kinds[n % len(kinds)]()


def broken_of_phone(w, phone, dice, n):
    """The nth of odd reports; Client."""
    good = rp.error(n % 256, 22, tp.deliver_report(0xD3))
    bodies = (dice.randbytes(dice.randrange(2, 40)), good[: dice.randrange(2, len(good))], rp.ack(dice.randrange(256)))
    body = bodies[n % len(bodies)]
    # neither a short message nor RP-SMMA, which would get reports
    message = w.scscf.message(bytes([2 + n % 2 * 2]) + body[1:], sender=phone.identities, to="sip:%s:%d" % w.gateway.address)
    if n % 3:
        known = phone.deliveries[-1].call_id if phone.deliveries and n % 2 else sip.token()
        message.headers.append(("In-Reply-To", known))
    return w.scscf.send(message, w.gateway.address)


@bound(150)
def test_broken_messages_leave_memory_flat():
    dice = random.Random(3)
    with World("mt-flat-broken", defines=ALONE, params=QUICK) as w:
        phones = phones_of(w, 40)
        for phone in phones:
            # what comes through may be anything
            phone.will(refuses(486)).excused = ("",)
        seen = collections.Counter()

        def run(count):
            waiting = []
            for n in range(count):
                phone = phones[n % len(phones)]
                waiting += [broken_of_hub(w, phone, dice, n).client, broken_of_phone(w, phone, dice, n)]
                while len(waiting) > 40:
                    seen[waiting.pop(0).wait(20).status] += 1
            for client in waiting:
                seen[client.wait(20).status] += 1

        memory_is_flat(w, run)
        assert set(seen) <= {200, 202, 400, 404, 415, 480, 481, 486, 488}, "the answers were %s" % dict(seen)
        assert seen[400] > 100 and seen[488] > 100, "the answers were %s" % dict(seen)
