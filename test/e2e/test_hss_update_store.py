# SPDX-License-Identifier: GPL-2.0-or-later
#
# What the HSS is told over a restart of the gateway: by the registry's database. test_hss_update.py has the rest.

import contextlib

from ipsmgwtest import persistence
from ipsmgwtest.database import Sqlite
from ipsmgwtest.hss import subscriber
from ipsmgwtest.hss_world import NUMBER, HssWorld

ALICE, BOB, CAROL = ("sip:%s@ims.test" % name for name in ("alice", "bob", "carol"))
SUBSCRIBERS = [subscriber(imsi="00101000000010%d" % n, impu=impu) for n, impu in enumerate((ALICE, BOB, CAROL))]


@contextlib.contextmanager
def world(name, **more):
    with Sqlite() as database:
        defines = database.defines(IPSMGW_REG_EVENT=0)
        with HssWorld(name, SUBSCRIBERS, profile="3gpp", defines=defines, params=[("hss_retry", 1)], **more) as w:
            yield w


def told(w):
    """(IMPU, number) of each PUR so far."""
    found = []
    for pur in w.hss.requests("PUR"):
        text = pur.find(702).text
        found.append((pur.find(700).find(601).text, NUMBER if ">%s<" % NUMBER in text else ""))
    return found


def wait_told(w, *expected, timeout=10):
    w.gateway.wait_until(lambda: len(told(w)) >= len(expected), "%d PUR" % len(expected), timeout)
    w.gateway.wait_until(lambda: not w.gateway.rpc.structs("ipsmgw.hss_updates"), "end of all updates", timeout)
    assert sorted(told(w)) == sorted(expected), "expected %s, seen %s" % (expected, told(w))


def committed(w):
    w.gateway.wait_until(lambda: persistence.state(w)["waiting"] == 0, "commit of all changes")


def away(w):
    w.hss.kill9()
    w.gateway.wait_until(lambda: not w.is_connected(), "end of the connection to the HSS")


def test_what_the_hss_knows_is_not_told_again():
    with world("update-restart") as w:
        w.registrar.register(ALICE)
        wait_told(w, (ALICE, NUMBER))
        committed(w)
        persistence.restart(w)
        w.wait_connected()
        w.registrar.register(ALICE)
        w.registrar.register(BOB)
        wait_told(w, (ALICE, NUMBER), (BOB, NUMBER))
        w.registrar.register(ALICE, expires=0)
        wait_told(w, (ALICE, NUMBER), (BOB, NUMBER), (ALICE, ""))


def test_who_came_while_the_hss_was_away_is_told_of_after_a_restart():
    for end in (persistence.restart, None):
        with world("update-restart-away-%s" % ("term" if end else "kill")) as w:
            w.registrar.register(ALICE)
            wait_told(w, (ALICE, NUMBER))
            away(w)
            w.registrar.register(BOB)
            w.registrar.register(CAROL)
            w.registrar.register(CAROL, expires=0)
            committed(w)
            if end:
                persistence.restart(w)
            else:
                persistence.crash(w)
                persistence.begin(w)
            assert len(w.gateway.rpc.structs("ipsmgw.hss_updates")) == 1
            w.hss.start()
            w.wait_connected(40)
            wait_told(w, (ALICE, NUMBER), (BOB, NUMBER))
            assert w.hss.show(BOB)["ip-sm-gw-number"] == NUMBER


def test_a_request_without_an_answer_is_in_doubt_after_a_restart():
    with world("update-restart-doubt") as w:
        w.hss.control("fault PUR 1 silence")
        w.registrar.register(ALICE)
        w.hss.wait_messages("PUR", 1)
        committed(w)
        persistence.crash(w)
        persistence.begin(w)
        w.wait_connected(40)
        wait_told(w, (ALICE, NUMBER), (ALICE, NUMBER))


def test_what_was_refused_is_tried_again_after_a_restart():
    with world("update-restart-refused") as w:
        w.hss.control("fault PUR 1 experimental 5103")
        w.registrar.register(ALICE)
        w.gateway.wait_counter("hss_update_given_up", 1)
        committed(w)
        persistence.restart(w)
        w.wait_connected()
        wait_told(w, (ALICE, NUMBER), (ALICE, NUMBER))
        assert w.hss.show(ALICE)["ip-sm-gw-number"] == NUMBER
