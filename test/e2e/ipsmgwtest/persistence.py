# SPDX-License-Identifier: GPL-2.0-or-later
#
# A gateway that has its registry in a database, as the tests of it treat it: started, stopped, killed, under load; what is
# registered and what is in the table.

import contextlib
import os
import random
import re
import sys
import threading
import time

from . import database as databases
from . import registrar
from .world import World

DB_WAIT = 0.3  # seconds, the default of db_wait
AT_ONCE = 0.1  # of an answer that waits for nothing, on a busy machine


def over_each_database(scenario):
    """Decorator of a scenario(database): makes a test for each kind of database in the module of the scenario."""
    for kind in databases.ALL:

        def test(kind=kind):
            with kind() as database:
                scenario(database)

        test.bound = getattr(scenario, "bound", 60)
        setattr(sys.modules[scenario.__module__], "test_%s_in_%s" % (scenario.__name__, kind.name), test)
    return scenario


def world(name, database, mode=1, defines=None, **options):
    """A world whose gateway has its registry in the database, and subscribes to nothing unless told."""
    said = {"IPSMGW_REG_EVENT": 0, **(defines or {})}
    return World("%s-%s" % (name, database.name), defines=database.defines(mode, **said), **options)


# --- what is done to a gateway ----------------------------------------------------------------


def begin(w):
    """Start it again."""
    w.gateway.start()
    w.connect()


def restart(w):
    """As its operator does."""
    w.gateway.stop()
    begin(w)


def crash(w):
    """The end of all its processes at once; begin() starts it again."""
    w.gateway.kill()
    # a short socket path is in a folder of its own, gone with the gateway
    os.makedirs(os.path.dirname(w.gateway.ctl), exist_ok=True)


def registered(w, impu, **fields):
    """Seconds until the 200 to a REGISTER."""
    client = w.scscf.send(registrar.Registrar(w).message(impu, **fields), w.gateway.address)
    final = client.wait(5)
    assert final.status == 200, "expected 200 to a REGISTER, seen %s" % final.start
    return client.answered_after


def subscriber(number, *contacts, impus=()):
    """Content type and body of a REGISTER: IMSI and IMPI by the number, contacts, the implicit set."""
    impi = "00101000000%04d@ims.mnc001.mcc001.3gppnetwork.org" % number
    return dict(
        zip(
            ("content_type", "body"),
            registrar.multipart(
                ("message/sip", registrar.phone_register(contacts[0], impi=impi)),
                ("message/sip", registrar.phone_response(contacts, impus)),
            ),
        )
    )


def number_of(digits):
    """Content type and body of a REGISTER that tells a number, or number and IMSI."""
    return {"content_type": "application/3gpp-ims+xml", "body": registrar.service_info(digits)}


# --- what is seen -----------------------------------------------------------------------------


def shown(w, identity):
    """All that the operator is shown of a subscriber: the text, and the times in it as points of time."""
    text = w.gateway.rpc.call("ipsmgw.registry", "show", "s:" + identity)
    times = [time.time() + int(seconds) for seconds in re.findall(r"expires: (-?\d+)", text)]
    return re.sub(r"expires: -?\d+", "expires", text), times


def assert_same(seen, before):
    """Of two shown(): nothing but the time that has passed."""
    assert seen[0] == before[0], "expected %s, seen %s" % (before[0], seen[0])
    assert len(seen[1]) == len(before[1]) > 0, (seen, before)
    for now, then in zip(seen[1], before[1]):
        assert abs(now - then) <= 2, "it ends %.1f s away from what it was" % (now - then)


def present(w, *impus):
    """Those of them who are registered."""
    reg = registrar.Registrar(w)
    return {impu for impu in impus if reg.show(impu)}


def wait_rows(w, database, impus, timeout=10):
    """Until the table has exactly these subscribers, by their primary IMPUs; the rows."""
    w.gateway.wait_until(lambda: set(database.rows()) == set(impus), "table with %s" % sorted(impus), timeout)
    return database.rows()


def state(w):
    """What ipsmgw.database shows."""
    return w.gateway.rpc.structs("ipsmgw.database")[0]


def is_up(w):
    """Does the gateway reach its database?"""
    return state(w)["state"] == "up"


def lines(w, text):
    """Those of its log with this text."""
    return [line for line in w.gateway.log_lines() if text in line]


def complaints(w):
    """The warnings and errors in its log."""
    return [line for line in w.gateway.log_lines() if not re.search(r"\b(INFO|DEBUG|NOTICE):", line)]


# --- load -------------------------------------------------------------------------------------


class Somebody:
    """A subscriber under load. registered: what the last 200 in time has said; None: not known."""

    def __init__(self, n):
        self.impu = "sip:load%d@ims.test" % n
        self.registered = False
        self.client = self.wanted = None

    def settle(self, wait):
        """Take in the answer; False: there is none yet."""
        if self.client is None:
            return True
        if self.client.final is None:
            return False
        assert self.client.final.status == 200, self.client.final.start
        self.registered = self.wanted if self.client.answered_after < wait else None
        self.client = None
        return True


class Load:
    """REGISTERs of many subscribers, so many a second: new ones, refreshes and de-registrations by a seeded plan. One of
    each subscriber's is on its way at one time. wait: seconds, the db_wait of the gateway; what was answered later says nothing."""

    def __init__(self, w, seed, subscribers=150, rate=300, wait=2.0):
        self.w, self.rate, self.wait = w, rate, wait
        self.reg = registrar.Registrar(w)
        self.dice = random.Random(seed)
        self.everybody = [Somebody(n) for n in range(subscribers)]
        self.sent = 0
        self._ended = threading.Event()

    @contextlib.contextmanager
    def running(self):
        """Within it REGISTERs are sent, by a thread."""
        errors = []
        self._ended.clear()
        thread = threading.Thread(target=self._run, args=(errors,))
        thread.start()
        try:
            yield
        finally:
            self._ended.set()
            thread.join()
        for error in errors:
            raise error

    def run(self, seconds):
        with self.running():
            time.sleep(seconds)  # the length of the load

    def _run(self, errors):
        start, ticks = time.monotonic(), 0
        try:
            while not self._ended.wait(0.001):
                while ticks < (time.monotonic() - start) * self.rate:
                    ticks += 1
                    self._send_one()
        except Exception as e:  # raised again by who runs it
            errors.append(e)

    def _send_one(self):
        somebody = self.dice.choice(self.everybody)
        leaves = self.dice.random() < 0.4
        if not somebody.settle(self.wait):
            return
        somebody.wanted = not (somebody.registered and leaves)
        body = number_of("1202%07d" % self.everybody.index(somebody)) if self.dice.random() < 0.5 else {}
        message = self.reg.message(somebody.impu, expires=3600 if somebody.wanted else 0, **body)
        somebody.client = self.w.scscf.send(message, self.w.gateway.address, retransmit=False)
        self.sent += 1

    def cut(self):
        """Those whose last REGISTER was not answered are not known any more."""
        time.sleep(0.1)  # for answers that are on their way already
        for somebody in self.everybody:
            if not somebody.settle(self.wait):
                somebody.registered = somebody.client = None

    def drain(self):
        """Until all are answered."""
        self.w.gateway.wait_until(lambda: all([s.settle(self.wait) for s in self.everybody]), "answer to all REGISTERs")

    def check(self, database):
        """The registry and the table have who was told so, nobody who was told otherwise, and nobody else; who is there."""
        there = present(self.w, *(s.impu for s in self.everybody))
        lost = [s.impu for s in self.everybody if s.registered and s.impu not in there]
        ghosts = [s.impu for s in self.everybody if s.registered is False and s.impu in there]
        known = sum(1 for s in self.everybody if s.registered is not None)
        assert not lost and not ghosts, "of %d known: registered and lost: %s; gone and back: %s" % (known, lost, ghosts)
        assert self.reg.count() == len(there), "%d are registered, of the subscribers of this test %d" % (self.reg.count(), len(there))
        assert known > len(self.everybody) / 2, "only of %d is it known" % known
        wait_rows(self.w, database, there)
        return there
