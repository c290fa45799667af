# SPDX-License-Identifier: GPL-2.0-or-later
#
# The registry in a database: what is left of the registrations by a restart, by a crash, by time and by who removes them; what is
# in the table; settings.
# Each scenario is run over SQLite and over PostgreSQL, unless it is about one of them.

import contextlib
import shutil
import time

from ipsmgwtest import bound, registrar
from ipsmgwtest.database import Postgres, Sqlite
from ipsmgwtest.gateway import ROOT, StartError
from ipsmgwtest.notifier import Notifier, contact, registration
from ipsmgwtest.persistence import (
    AT_ONCE, DB_WAIT, Load, assert_same, begin, crash, is_up, lines, number_of, over_each_database, present, registered, restart, shown,
    state, subscriber, wait_rows, world,
)
from ipsmgwtest.world import World

ALICE, BOB, CAROL, DAVE = ("sip:%s@ims.test" % name for name in ("alice", "bob", "carol", "dave"))
SMSIP = "<sip:phone@192.0.2.%d:5060>;+g.3gpp.smsip;expires=%d"
PLAIN = "<sip:phone@192.0.2.%d:5060>;expires=%d"
LOADED = "registrations from the database"


# --- a stop and a start ------------------------------------------------------------------------


@over_each_database
def a_restart_changes_nothing_of_a_registration(database):
    with world("restart", database) as w:
        body = subscriber(
            101, SMSIP % (1, 600000), PLAIN % (2, 7200), impus=[ALICE, "sip:+12025550101@ims.test", "tel:+12025550101"]
        )
        registered(w, ALICE, expires=600000, contact="sip:scscf7.ims.test:6060;transport=tcp", **body)
        registered(w, BOB, expires=3600)
        registered(w, CAROL, **number_of("msisdn=12025550103;imsi=001010000000103"))
        registered(w, DAVE, content_type="message/sip", body=registrar.phone_register(PLAIN % (3, 3600), impi="dave@ims.test"))
        everybody = (ALICE, BOB, CAROL, DAVE)
        rows, before = wait_rows(w, database, everybody), {impu: shown(w, impu) for impu in everybody}
        restart(w)
        assert len(lines(w, LOADED)) == 1, w.gateway.log_tail()
        for impu in everybody:
            assert_same(shown(w, impu), before[impu])
        for identity in ("tel:+12025550101", "12025550101", "001010000000101", "sip:alice@IMS.TEST"):
            assert_same(shown(w, identity), before[ALICE])
        record = registrar.Registrar(w).show(ALICE)
        assert (record["capability"], record["smsip_contacts"]) == ("yes", 1), record
        assert (record["msisdn"], record["imsi"]) == ("12025550101", "001010000000101"), record
        assert record["scscf"] == "sip:scscf7.ims.test:6060;transport=tcp", record
        assert registrar.Registrar(w).show(DAVE)["capability"] == "no"
        assert registrar.Registrar(w).count() == 4
        assert database.rows() == rows, "the rows were %s, and are %s" % (rows, database.rows())


@over_each_database
def a_refresh_and_a_deregistration_after_a_restart_are_of_the_same_record(database):
    with world("after-restart", database) as w:
        for impu in (ALICE, BOB):
            registered(w, impu, expires=3600, **number_of("1202555010%d" % (impu == BOB)))
        restart(w)
        registered(w, ALICE, expires=7200)
        registered(w, BOB, expires=0)
        counters = w.gateway.rpc.counters()
        assert (counters["reg_new"], counters["reg_refreshed"], counters["reg_gone"]) == (0, 1, 1), counters
        rows = wait_rows(w, database, [ALICE])
        assert rows[ALICE]["expires_at"] - time.time() > 7190 and rows[ALICE]["msisdn"] == "12025550100", rows
        restart(w)
        assert present(w, ALICE, BOB) == {ALICE}


@over_each_database
def a_text_after_a_restart_goes_by_what_was_known_before(database):
    with world("mo-after-restart", database) as w:
        registered(w, ALICE, **number_of("12025550101"))
        restart(w)
        w.scscf.submit("Hello", sender=(ALICE,)).acked()
        message = w.hub.messages[0]
        assert message.get("P-Asserted-Identity") == "<tel:+12025550101>", message.headers


@over_each_database
def a_stop_leaves_nothing_unwritten(database):
    with world("stop", database, defines={"IPSMGW_DB_WAIT": 0}) as w:
        impus = ["sip:user%d@ims.test" % n for n in range(300)]
        clients = [w.scscf.send(registrar.Registrar(w).message(impu), w.gateway.address) for impu in impus]
        assert all(client.wait(5).status == 200 for client in clients)
        w.gateway.stop()
        assert set(database.rows()) == set(impus), "%d rows of %d" % (len(database.rows()), len(impus))
        begin(w)
        assert registrar.Registrar(w).count() == len(impus)


# --- a crash -----------------------------------------------------------------------------------


@over_each_database
@bound(120)
def what_was_answered_survives_a_crash_under_load(database):
    with world("crash", database, defines={"IPSMGW_DB_WAIT": 2000}) as w:
        load = Load(w, seed=database.name)
        for hung in (False, False, True):
            with load.running(), contextlib.ExitStack() as stack:
                time.sleep(2)  # the length of the load
                counters = w.gateway.rpc.counters()
                if hung:  # so that there is something that is registered, and not in the table
                    stack.enter_context(database.hung())
                    time.sleep(0.1)  # a tenth of a second's REGISTERs
                crash(w)
            load.cut()
            assert (counters["db_late"], counters["db_failed"]) == (0, 0), counters
            assert counters["reg_new"] and counters["reg_refreshed"] and counters["reg_gone"], counters
            begin(w)
            load.check(database)
        assert load.sent > 3 * 2 * load.rate * 0.7, "only %d REGISTERs were sent" % load.sent


@bound(120)
def test_what_was_answered_survives_a_crash_of_postgres():
    with Postgres() as database, world("crash-of-database", database) as w:
        load = Load(w, seed="server")
        for _ in range(2):
            load.run(1)
            database.kill()
            load.run(1)
            database.start()
            w.gateway.wait_until(lambda: is_up(w), "database that is up", 10)
            load.run(0.5)
        load.drain()
        w.gateway.wait_until(lambda: state(w)["waiting"] == 0, "end of the changes that wait", 10)
        # who was answered late is registered all the same, for nothing ends the gateway
        for somebody in load.everybody:
            if somebody.registered is None:
                somebody.registered = somebody.wanted
        there = load.check(database)
        assert w.gateway.rpc.counters()["db_failed"] >= 1
        restart(w)
        assert load.check(database) == there


# --- ends --------------------------------------------------------------------------------------


@over_each_database
def expiry_goes_on_over_a_restart(database):
    with world("expiry", database, config=ROOT / "test/e2e/cfg/registration-events.cfg") as w:
        registered(w, ALICE, expires=1)
        registered(w, BOB, expires=6)
        registered(w, CAROL, expires=3600)
        registered_at = time.time()
        wait_rows(w, database, [ALICE, BOB, CAROL])
        w.gateway.stop()
        while time.time() < registered_at + 2:
            time.sleep(0.05)  # ALICE ends meanwhile
        begin(w)
        assert present(w, ALICE, BOB, CAROL) == {BOB, CAROL}
        wait_rows(w, database, [BOB, CAROL], timeout=2)
        w.gateway.wait_counter("reg_expired", 1, timeout=8)
        assert 5 <= time.time() - registered_at <= 8, "BOB ended after %.1f s of 6" % (time.time() - registered_at)
        wait_rows(w, database, [CAROL], timeout=15)
        told = [line.split("told: ")[1] for line in lines(w, "told: ")]
        assert told == ["expired %s <null>" % BOB], told


@over_each_database
def who_the_operator_removes_is_removed_from_the_table(database):
    with world("removed", database) as w:
        for n in range(3):
            registered(w, "sip:+1202555010%d@ims.test" % n)
        w.gateway.rpc.call("ipsmgw.registry", "remove", "tel:+12025550101")
        rows = wait_rows(w, database, ["sip:+12025550100@ims.test", "sip:+12025550102@ims.test"])
        restart(w)
        assert registrar.Registrar(w).show("tel:+12025550101") is None and len(rows) == registrar.Registrar(w).count() == 2


@over_each_database
def what_a_notify_says_is_in_the_table(database):
    with world("notify", database, defines={"IPSMGW_REG_EVENT": 2}) as w:
        notifier = Notifier(w)
        registered(w, ALICE)
        dialog = notifier.dialog()
        dialog.full(*(registration(aor, contact("sip:phone@192.0.2.1")) for aor in (ALICE, "tel:+12025550101")))
        before = shown(w, ALICE)
        w.gateway.wait_until(lambda: database.rows()[ALICE]["msisdn"] == "12025550101", "number in the table")
        row = database.rows()[ALICE]
        assert row["impus"] == "%s tel:+12025550101" % ALICE and row["capability"] == 1, row
        assert row["contacts"].endswith(",1,sip:phone@192.0.2.1"), row
        restart(w)
        assert_same(shown(w, "tel:+12025550101"), before)
        # what a NOTIFY told is subscribed to again without a REGISTER
        dialog = notifier.dialog(2)
        dialog.full(registration(ALICE, state="terminated"), registration("tel:+12025550101", state="terminated"))
        wait_rows(w, database, [])
        assert present(w, ALICE) == set()


@over_each_database
def identities_that_go_to_another_subscriber_move_in_the_table(database):
    with world("moves", database) as w:
        tel = "tel:+12025550101"
        registered(w, ALICE, **subscriber(101, SMSIP % (1, 3600), impus=[ALICE, tel]))
        registered(w, BOB, **subscriber(102, SMSIP % (2, 3600), impus=[BOB]))
        rows = wait_rows(w, database, [ALICE, BOB])
        assert rows[ALICE]["impus"] == "%s %s" % (ALICE, tel), rows
        # BOB's set gets ALICE's number, and then her primary identity
        registered(w, BOB, **subscriber(102, SMSIP % (2, 3600), impus=[BOB, tel]))
        w.gateway.wait_until(lambda: database.rows()[ALICE]["impus"] == ALICE, "number that has left the row of ALICE")
        restart(w)
        assert registrar.Registrar(w).show(tel)["impu"] == BOB and registrar.Registrar(w).show(ALICE)["impus"] == [ALICE]
        registered(w, BOB, **subscriber(102, SMSIP % (2, 3600), impus=[BOB, tel, ALICE]))
        rows = wait_rows(w, database, [BOB])
        assert rows[BOB]["impus"].split(" ") == [BOB, tel, ALICE], rows
        before = shown(w, BOB)
        restart(w)
        for identity in (ALICE, tel, BOB):
            assert_same(shown(w, identity), before)


@over_each_database
def a_subscriber_is_one_row_under_whatever_identity_he_registers(database):
    tel, number = "tel:+12025550101", "sip:+12025550101@ims.test"
    with world("one-row", database) as w:
        body = subscriber(101, SMSIP % (1, 3600), impus=[ALICE, number, tel])
        for primary in (ALICE, "sip:alice@IMS.test", "sip:alice@ims.test;x=1", tel, "tel:12025550101", number, ALICE):
            registered(w, primary, **body)
            w.gateway.wait_until(lambda: state(w)["waiting"] == 0, "end of the changes that wait")
            rows = list(database.rows().values())
            assert len(rows) == 1, "%d rows after a REGISTER for %s: %s" % (len(rows), primary, rows)
            assert rows[0]["impus"].split(" ")[0] == registrar.Registrar(w).show(tel)["impu"], (primary, rows)
        before = shown(w, tel)
        restart(w)
        assert_same(shown(w, ALICE), before)
        assert registrar.Registrar(w).count() == 1


@over_each_database
def odd_octets_come_back_as_they_were(database):
    # quotes, percent, backslash: what SQL or the row's own form could take for something else
    impus = ["sip:o'neill%27@ims.test", 'sip:a+b=c&d;x=1@ims.test', "sip:%5c%00%22@ims.test", "sip:per%cent@ims.test"]
    with world("octets", database) as w:
        for n, impu in enumerate(impus):
            registered(w, impu, contact="sip:scscf'%%d.ims.test;x=\"a\\b^\"" if n == 0 else None)
        before = {impu: shown(w, impu) for impu in impus}
        restart(w)
        for impu in impus:
            assert_same(shown(w, impu), before[impu])
        for impu in impus:
            registered(w, impu, expires=0)
        wait_rows(w, database, [])


# --- rows --------------------------------------------------------------------------------------


def row(n, **other):
    """The row of a subscriber as the gateway writes it, or with columns that it would not write."""
    soon = int(time.time()) + 3600
    made = {
        "impu_key": "u:user%04d@ims.test" % n, "impus": "sip:user%04d@ims.test" % n, "msisdn": "", "imsi": "", "impi": "",
        "scscf": "sip:scscf.ims.test", "contacts": "%d,1,sip:user%04d@192.0.2.1" % (soon, n), "user_state": "0" * 16,
        "capability": 1, "hss_wanted": 0, "hss_told": 0, "registered_at": soon - 7200, "expires_at": soon,
    }
    return {**made, **other}


def insert(database, rows):
    def literal(value):
        return str(value) if isinstance(value, int) else "'%s'" % value.replace("'", "''")

    values = ["(%s)" % ",".join(literal(v) for v in r.values()) for r in rows]
    database.execute("INSERT INTO ipsmgw_registration (%s) VALUES %s" % (",".join(row(0)), ",".join(values)))


@over_each_database
def thousands_of_rows_are_loaded_each_once(database):
    count = 2345
    insert(database, [row(n) for n in range(count)])
    with world("thousands", database) as w:
        assert (state(w)["state"], state(w)["loaded"], state(w)["unreadable"]) == ("up", count, 0), state(w)
        assert registrar.Registrar(w).count() == count
        some = ["sip:user%04d@ims.test" % n for n in (0, 499, 500, 501, 999, 1000, 1001, 2344)]
        assert present(w, *some) == set(some)
        assert len(database.rows()) == count


@over_each_database
def rows_that_nobody_can_read_do_no_harm(database):
    odd = (
        {"contacts": "soon,1,sip:a@b"}, {"contacts": "1,9,sip:a@b"}, {"impus": ""}, {"user_state": "xyz"}, {"capability": 7}, {"hss_told": -1},
        {"impus": "sip:^4"}, {"impus": "nonsense"}, {"impus": "sip:a@b " * 20},
    )
    insert(database, [row(n) for n in range(5)] + [row(100 + n, **columns) for n, columns in enumerate(odd)])
    with world("odd-rows", database) as w:
        w.gateway.wait_until(lambda: is_up(w), "database that is up")
        some = {"sip:user%04d@ims.test" % n for n in range(5)}
        assert present(w, *some) == some
        assert state(w)["unreadable"] == len(odd), state(w)
        took = registered(w, ALICE)
        assert took < DB_WAIT, "an answer took %.3f s" % took
        assert w.gateway.rpc.counters()["db_late"] == 0
        restart(w)
        assert present(w, ALICE, *some) == {ALICE, *some}


@over_each_database
def rows_that_have_no_room_stay_in_the_table(database):
    insert(database, [row(n) for n in range(50)])
    with world("no-room", database, defines={"IPSMGW_REGISTRY_MAX": 10}) as w:
        assert registrar.Registrar(w).count() == 10
        assert lines(w, "no room"), w.gateway.log_tail()
        w.gateway.wait_until(lambda: is_up(w), "database that is up")
        assert len(database.rows()) == 50
    with world("room", database) as w:
        assert registrar.Registrar(w).count() == 50


# --- settings ----------------------------------------------------------------------------------


def refused(name, defines, *says, **options):
    """The gateway does not start, and its log says why."""
    w = World(name, defines=defines, **options)
    try:
        with w:
            raise AssertionError("%s: it started" % name)
    except StartError as e:
        for text in says:
            assert text in str(e), "%s: expected %r in the log, seen %s" % (name, text, e)
    finally:
        shutil.rmtree(w.gateway.folder, ignore_errors=True)


@over_each_database
def a_gateway_does_not_start_without_its_table(database):
    defines = database.defines()
    for name, change, says in (
        ("other-version", "UPDATE version SET table_version = 7 WHERE table_name = 'ipsmgw_registration'", "version 7"),
        ("no-version", "DELETE FROM version", "no table ipsmgw_registration"),
        ("empty", "DROP TABLE version; DROP TABLE ipsmgw_registration", "no table ipsmgw_registration"),
    ):
        database.execute(change)
        refused("%s-%s" % (name, database.name), defines, says)
    database.make_tables()
    with world("table", database) as w:
        registered(w, ALICE)


def test_settings_of_the_database_that_cannot_be_meant_are_refused():
    with Sqlite() as database:
        for name, defines, says in (
            ("mode", database.defines(mode=2), "db_mode"),
            ("mode-negative", database.defines(mode=-1), "db_mode"),
            ("no-url", database.defines(IPSMGW_DB_URL='""'), "db_url"),
            ("not-loaded", database.defines(IPSMGW_DB_URL='"postgres://a:b@127.0.0.1/c"'), "db_url"),
            ("no-such-kind", database.defines(IPSMGW_DB_URL='"nonsense"'), "db_url"),
            ("wait-short", database.defines(IPSMGW_DB_WAIT=-1), "db_wait"),
            ("wait-long", database.defines(IPSMGW_DB_WAIT=2001), "db_wait"),
        ):
            refused("bad-db-%s" % name, defines, says)


def test_without_a_database_nothing_is_written_and_nothing_waits():
    with Sqlite() as database:
        with world("memory", database, mode=0) as w:
            took = registered(w, ALICE)
            assert took < AT_ONCE, "an answer took %.3f s" % took
            counters = w.gateway.rpc.counters()
            assert (counters["db_late"], counters["db_failed"]) == (0, 0), counters
            restart(w)
            assert present(w, ALICE) == set()
        assert database.rows() == {}


@over_each_database
def an_identity_that_another_subscriber_had_is_taken_back(database):
    with world("back", database) as w:
        registered(w, BOB, **subscriber(102, SMSIP % (2, 3600), impus=[BOB, ALICE]))
        registered(w, ALICE, **subscriber(101, SMSIP % (1, 3600), impus=[ALICE]))
        rows = wait_rows(w, database, [ALICE, BOB])
        assert rows[BOB]["impus"] == BOB and rows[ALICE]["imsi"].endswith("101"), rows


@over_each_database
def a_row_with_an_odd_key_does_no_harm(database):
    insert(database, [row(1), row(2, impu_key="zz:it's@ims.test")])
    with world("odd-key", database) as w:
        w.gateway.wait_until(lambda: is_up(w), "database that is up")


@over_each_database
def rows_without_room_are_few_lines(database):
    insert(database, [row(n) for n in range(50)])
    with world("no-room-lines", database, defines={"IPSMGW_REGISTRY_MAX": 10}) as w:
        assert 1 <= len(lines(w, "no room")) <= 2, "%d lines about it" % len(lines(w, "no room"))


@over_each_database
def a_missing_table_stops_the_start(database):
    database.execute("DROP TABLE ipsmgw_registration")
    refused("no-table-%s" % database.name, database.defines(), "ipsmgw_registration")


@over_each_database
def a_missing_change_table_stops_the_start(database):
    database.execute("DROP TABLE ipsmgw_change")
    refused("no-change-%s" % database.name, database.defines(mode=3), "ipsmgw_change")


@over_each_database
def a_deregistration_is_logged_with_its_call_id(database):
    with world("gone-line", database) as w:
        registered(w, ALICE)
        registered(w, ALICE, expires=0)
        assert "call-id=-" not in lines(w, "registration gone")[0], lines(w, "registration gone")
