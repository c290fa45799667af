# SPDX-License-Identifier: GPL-2.0-or-later
#
# Several gateways that share one database (db_mode 3): each knows what the others have learnt, and what is decided in two
# places at one time ends alike in both. Over SQLite and PostgreSQL.

import contextlib
import time

from ipsmgwtest import bound, registrar
from ipsmgwtest.gateway import ROOT
from ipsmgwtest.notifier import Notifier, contact, registration
from ipsmgwtest.persistence import (
    Load, assert_same, begin, crash, is_up, lines, number_of, over_each_database, present, registered, restart, shown, state, subscriber,
    wait_rows, world,
)

ALICE, BOB, CAROL = ("sip:%s@ims.test" % name for name in ("alice", "bob", "carol"))
SMSIP = "<sip:phone@192.0.2.%d:5060>;+g.3gpp.smsip;expires=%d"
EVENTS = ROOT / "test/e2e/cfg/registration-events.cfg"


@contextlib.contextmanager
def two_gateways(name, database, **options):
    with world("%s-b" % name, database, mode=3, **options) as b, world("%s-a" % name, database, mode=3, **options) as a:
        yield a, b


def wait_there(w, impu, what=lambda record: True, timeout=1):
    """Until the gateway shows a record of which this is true."""
    reg = registrar.Registrar(w)

    def look():
        record = reg.show(impu)
        return record and what(record) and record

    return w.gateway.wait_until(look, "%s as wanted" % impu, timeout)


def wait_gone(w, impu, timeout=1):
    w.gateway.wait_until(lambda: not present(w, impu), "end of %s" % impu, timeout)


def wait_written(*worlds):
    """Until no change waits for the database, and each had the time to see what the others wrote."""
    for w in worlds:
        w.gateway.wait_until(lambda: is_up(w) and state(w)["waiting"] == 0, "end of the changes that wait", 10)
    time.sleep(1)  # what a gateway may take to see it


def assert_alike(a, b, database, impus):
    """Both gateways and the table have the same of these, and nobody else; who that is."""
    wait_written(a, b)
    at_a, at_b = present(a, *impus), present(b, *impus)
    assert at_a == at_b, "only at one of two gateways: %s" % sorted(at_a ^ at_b)
    assert set(database.rows()) == at_a, "only in the table or only at the gateways: %s" % sorted(set(database.rows()) ^ at_a)
    for w in (a, b):
        assert registrar.Registrar(w).count() == len(at_a), (registrar.Registrar(w).count(), len(at_a))
    return at_a


# --- what one learns, the other knows ----------------------------------------------------------


@over_each_database
def what_one_gateway_learns_the_other_knows_within_a_second(database):
    with two_gateways("two", database) as (a, b):
        registered(a, ALICE, expires=3600, **number_of("12025550101"))
        wait_there(b, "tel:+12025550101")
        assert_same(shown(b, ALICE), shown(a, ALICE))
        registered(b, ALICE, expires=7200)
        wait_there(a, ALICE, lambda record: record["expires"] > 7000)
        registered(a, ALICE, expires=0)
        wait_gone(b, ALICE)
        registered(b, BOB)
        wait_there(a, BOB)
        b.gateway.rpc.call("ipsmgw.registry", "remove", BOB)
        wait_gone(a, BOB)
        wait_rows(a, database, [])
        registered(b, BOB)  # who is back after an end
        wait_there(a, BOB)
        wait_rows(a, database, [BOB])


@over_each_database
def a_text_by_one_gateway_goes_by_what_the_other_learnt(database):
    with two_gateways("mo-two", database, defines={"IPSMGW_UNREGISTERED": 28}) as (a, b):
        b.scscf.submit("Hello", sender=(ALICE,)).errored(28)
        registered(a, ALICE, contact="sip:127.0.0.1:%d" % b.scscf.port, **number_of("12025550101"))
        wait_there(b, ALICE)
        b.scscf.submit("Hello again", sender=(ALICE,)).acked()
        message = b.hub.messages[0]
        assert message.get("P-Asserted-Identity") == "<tel:+12025550101>", message.headers


@over_each_database
def what_a_notify_says_to_one_gateway_the_other_knows(database):
    with two_gateways("notify-two", database, defines={"IPSMGW_REG_EVENT": 2}) as (a, b):
        notifier = Notifier(a)
        Notifier(b)
        registered(a, ALICE)
        dialog = notifier.dialog()
        dialog.full(*(registration(aor, contact("sip:phone@192.0.2.1")) for aor in (ALICE, "tel:+12025550101")))
        record = wait_there(b, "tel:+12025550101")
        assert (record["impu"], record["capability"]) == (ALICE, "yes"), record
        dialog.full(registration(ALICE, state="terminated"), registration("tel:+12025550101", state="terminated"))
        wait_gone(b, ALICE)
        assert present(a, ALICE) == set()


@over_each_database
def identities_that_move_at_one_gateway_move_at_the_other(database):
    with two_gateways("moves-two", database) as (a, b):
        tel = "tel:+12025550101"
        registered(a, ALICE, **subscriber(101, SMSIP % (1, 3600), impus=[ALICE, tel]))
        wait_there(b, tel, lambda record: record["impu"] == ALICE)
        registered(b, BOB, **subscriber(102, SMSIP % (2, 3600), impus=[BOB, tel]))
        wait_there(a, tel, lambda record: record["impu"] == BOB)
        assert registrar.Registrar(a).show(ALICE)["impus"] == [ALICE]
        registered(a, BOB, **subscriber(102, SMSIP % (2, 3600), impus=[BOB, tel, ALICE]))
        wait_there(b, ALICE, lambda record: record["impu"] == BOB)
        assert assert_alike(a, b, database, [BOB]) == {BOB}
        for identity in (ALICE, tel, BOB):
            assert_same(shown(b, identity), shown(a, identity))
        # the primary identity is another one
        registered(b, tel, **subscriber(102, SMSIP % (2, 3600), impus=[BOB, tel, ALICE]))
        primary = registrar.Registrar(b).show(tel)["impu"]
        wait_there(a, tel, lambda record: record["impu"] == primary)
        assert assert_alike(a, b, database, [primary]) == {primary}


@over_each_database
def thousands_of_rows_of_another_gateway_are_followed(database):
    with world("follow", database, mode=3) as w:
        soon = int(time.time()) + 3600
        for number in range(1, 6):
            values = (
                "('u:user%d@ims.test', 'sip:user%d@ims.test', '', '', '', '', '', '0000000000000000', 0, 0, 0, %d, %d, 'other', %d, 0)"
                % (n, n, soon, soon, number)
                for n in range(number * 1000, number * 1000 + 900)
            )
            database.execute(
                "BEGIN; UPDATE ipsmgw_change SET number = %d; INSERT INTO ipsmgw_registration VALUES %s; COMMIT"
                % (number, ", ".join(values))
            )
        w.gateway.wait_until(lambda: state(w)["followed"] == 4500, "registrations of the other gateway", 5)
        assert registrar.Registrar(w).count() == 4500
        database.execute("BEGIN; UPDATE ipsmgw_change SET number = 6; UPDATE ipsmgw_registration SET gone = 1, changed_in = 6 WHERE impus < 'sip:user2'; COMMIT")
        w.gateway.wait_until(lambda: registrar.Registrar(w).count() == 3600, "end of those that the other gateway ended", 5)
        assert present(w, "sip:user1001@ims.test", "sip:user2001@ims.test") == {"sip:user2001@ims.test"}


# --- ends ----------------------------------------------------------------------------------------


@over_each_database
def expiry_of_a_shared_registration_ends_it_everywhere_and_its_row(database):
    with two_gateways("expiry-two", database, config=EVENTS) as (a, b):
        registered(a, ALICE, expires=2)
        registered(a, BOB, expires=2)
        wait_there(b, BOB)
        registered(b, BOB, expires=3600)
        registered(b, CAROL, expires=4)
        registered(b, CAROL, expires=0)
        wait_gone(a, ALICE, 5)
        wait_gone(b, ALICE, 2)
        wait_rows(a, database, [BOB], timeout=15)
        a.gateway.wait_until(lambda: database.rows(gone=1) == {}, "end of the row of who was de-registered", 15)
        time.sleep(1)  # an older state would come back within a second
        assert assert_alike(a, b, database, [ALICE, BOB, CAROL]) == {BOB}
        for w in (a, b):
            told = [line.split("told: ")[1] for line in lines(w, "told: expired")]
            assert told == ["expired %s <null>" % ALICE], told
            assert w.gateway.rpc.counters()["reg_expired"] == 1, w.gateway.rpc.counters()


# --- two at one time --------------------------------------------------------------------------------


@over_each_database
@bound(90)
def what_two_gateways_are_told_at_one_time_ends_alike(database):
    with two_gateways("both", database) as (a, b):
        loads = [Load(w, seed="both-%s" % n, subscribers=60, rate=150) for n, w in enumerate((a, b))]
        for _ in range(3):
            with loads[0].running(), loads[1].running():
                time.sleep(2)  # the length of the load
            for load in loads:
                load.drain()
            assert_alike(a, b, database, [s.impu for s in loads[0].everybody])
        assert all(w.gateway.rpc.counters()["db_failed"] == 0 for w in (a, b))


@over_each_database
@bound(90)
def what_two_gateways_are_told_while_the_database_is_down_ends_alike(database):
    with two_gateways("down-two", database) as (a, b):
        everybody = ["sip:user%d@ims.test" % n for n in range(40)]
        for n, impu in enumerate(everybody[:30]):
            registered((a, b)[n % 2], impu)
        assert_alike(a, b, database, everybody)
        with database.down():
            registered(a, BOB)  # so that the database is known to be down
            registered(b, CAROL)
            for w in (a, b):
                w.gateway.wait_until(lambda: not is_up(w), "database that is down", 10)
            for n, impu in enumerate(everybody):
                # of each two neighbours one is told to A, of each four two are told to both, and not the same
                registered((a, b)[n % 2], impu, expires=0 if n % 3 == 0 else 7200)
                if n % 4 < 2:
                    registered((b, a)[n % 2], impu, expires=0 if n % 5 == 0 else 7200)
        there = assert_alike(a, b, database, everybody + [BOB, CAROL])
        assert {BOB, CAROL} <= there
        certain = {impu for n, impu in enumerate(everybody) if n % 3 and (n % 4 >= 2 or n % 5)}
        assert certain <= there, "lost: %s" % sorted(certain - there)
        for impu in certain:
            assert_same(shown(a, impu), shown(b, impu))


@over_each_database
def when_one_gateway_crashes_the_other_has_everybody(database):
    with two_gateways("crash-two", database, defines={"IPSMGW_DB_WAIT": 2000}) as (a, b):
        load = Load(a, seed="two-%s" % database.name)
        with load.running():
            time.sleep(2)  # the length of the load
            crash(a)
        load.cut()
        load.w, load.reg = b, registrar.Registrar(b)
        time.sleep(1)  # what the other may take to see it
        there = load.check(database)
        load.run(1)
        load.drain()
        begin(a)
        assert_alike(a, b, database, [s.impu for s in load.everybody])


def agreed(a, b, count):
    """The owners of the shared identities, which both gateways must say."""
    owners = [[registrar.Registrar(w).show("sip:shared%d@ims.test" % n)["impu"] for n in range(count)] for w in (a, b)]
    differ = [n for n in range(count) if owners[0][n] != owners[1][n]]
    assert not differ, "%d of %d have two owners: %s" % (len(differ), count, [(owners[0][n], owners[1][n]) for n in differ[:5]])
    return owners[0]


@over_each_database
def an_identity_that_is_claimed_at_both_has_the_same_owner_in_the_end(database):
    count = 40
    with two_gateways("claims", database) as (a, b):
        clients = []
        for n in range(count):
            for w, number in ((a, 1000 + n), (b, 2000 + n)):
                own, shared = "sip:user%d@ims.test" % number, "sip:shared%d@ims.test" % n
                message = registrar.Registrar(w).message(own, **subscriber(number, SMSIP % (1, 3600), impus=[own, shared]))
                clients.append(w.scscf.send(message, w.gateway.address))
        assert all(client.wait(5).status == 200 for client in clients)
        wait_written(a, b)
        before = agreed(a, b, count)
        # the rows of both say that it is theirs; the later one counts for who reads them
        restart(a)
        assert agreed(a, b, count) == before, "other owners after a restart"
