# SPDX-License-Identifier: GPL-2.0-or-later
#
# A database that is down, late, slow or silent: registrations and short messages go on, and what was missed is written later.
# Each scenario is run over SQLite and over PostgreSQL, unless it is about one of them.

import time

from ipsmgwtest import bound, registrar
from ipsmgwtest.database import Postgres
from ipsmgwtest.persistence import (
    AT_ONCE, DB_WAIT, begin, complaints, is_up, lines, number_of, over_each_database, present, registered, restart, state,
    wait_rows, world,
)

ALICE, BOB, CAROL, DAVE = ("sip:%s@ims.test" % name for name in ("alice", "bob", "carol", "dave"))
DOWN = "the database fails"
BACK = "the database is back"


# --- down, late --------------------------------------------------------------------------------


@over_each_database
@bound(90)
def registration_goes_on_while_the_database_is_down(database):
    with world("down", database) as w:
        registered(w, ALICE)
        registered(w, BOB, expires=3600)
        wait_rows(w, database, [ALICE, BOB])
        with database.down():
            first = registered(w, CAROL)
            assert first < DB_WAIT + AT_ONCE, "the first answer took %.3f s" % first
            w.gateway.wait_until(lambda: not is_up(w), "database that is down", 10)
            said = len(complaints(w))
            end = time.monotonic() + 5
            took = [registered(w, BOB, expires=7200), registered(w, ALICE, expires=0), registered(w, DAVE)]
            took += [registered(w, "sip:more%d@ims.test" % n) for n in range(20)]
            assert max(took) < AT_ONCE, "an answer took %.3f s while the database was known to be down" % max(took)
            assert present(w, ALICE, BOB, CAROL, DAVE) == {BOB, CAROL, DAVE}
            counters = w.gateway.rpc.counters()
            assert counters["db_failed"] >= 1 and counters["db_late"] >= len(took), counters
            assert state(w)["waiting"] >= 24, state(w)
            while time.monotonic() < end:
                time.sleep(0.1)  # a silence of 5 s is what is looked at
            assert w.gateway.rpc.counters()["db_failed"] > counters["db_failed"], "it is not tried again"
            assert len(lines(w, DOWN)) == 1, lines(w, DOWN)
            assert complaints(w)[said:] == [], "more than one line about it: %s" % complaints(w)[said:]
        everybody = [BOB, CAROL, DAVE] + ["sip:more%d@ims.test" % n for n in range(20)]
        rows = wait_rows(w, database, everybody)
        assert rows[BOB]["expires_at"] - time.time() > 7100, rows[BOB]
        w.gateway.wait_until(lambda: is_up(w) and state(w)["waiting"] == 0, "database that is up")
        assert len(lines(w, BACK)) == 1, lines(w, BACK)
        late = w.gateway.rpc.counters()["db_late"]
        registered(w, ALICE)
        assert w.gateway.rpc.counters()["db_late"] == late
        registered(w, ALICE, expires=0)
        restart(w)
        assert registrar.Registrar(w).count() == len(everybody)
        assert present(w, ALICE, BOB, CAROL, DAVE) == {BOB, CAROL, DAVE}


@over_each_database
@bound(90)
def rows_of_a_database_that_comes_late_are_loaded_and_what_is_newer_wins(database):
    with world("late", database) as w:
        registered(w, ALICE, expires=3600, **number_of("12025550101"))
        registered(w, BOB, expires=3600)
        registered(w, CAROL, expires=3600)
        wait_rows(w, database, [ALICE, BOB, CAROL])
        w.gateway.stop()
        with database.down():
            begin(w)
            assert not is_up(w) and present(w, ALICE, BOB, CAROL) == set()
            took = registered(w, ALICE, expires=7200, **number_of("12025550199"))
            assert took < AT_ONCE, "an answer took %.3f s while the database was not there" % took
            registered(w, DAVE)
        w.gateway.wait_until(lambda: is_up(w) and state(w)["waiting"] == 0, "database that is up", 10)
        assert len(lines(w, BACK)) == 1 and state(w)["loaded"] >= 1, w.gateway.log_tail()
        record = registrar.Registrar(w).show(ALICE)
        assert record["msisdn"] == "12025550199" and record["expires"] > 7100, record
        assert present(w, BOB, CAROL, DAVE) == {BOB, CAROL, DAVE}
        rows = wait_rows(w, database, [ALICE, BOB, CAROL, DAVE])
        assert rows[ALICE]["msisdn"] == "12025550199", rows[ALICE]
        restart(w)
        assert present(w, ALICE, BOB, CAROL, DAVE) == {ALICE, BOB, CAROL, DAVE}
        assert registrar.Registrar(w).show(ALICE)["msisdn"] == "12025550199"


# --- hanging -----------------------------------------------------------------------------------


@over_each_database
def a_database_that_hangs_holds_up_no_text_and_no_registration(database):
    with world("hung", database) as w:
        registered(w, ALICE)
        with database.hung():
            took = [registered(w, impu) for impu in (BOB, CAROL)]
            assert max(took) < DB_WAIT + AT_ONCE, "an answer took %.3f s" % max(took)
            for n in range(20):
                s = w.scscf.submit("text %d" % n, sender=((ALICE,), (BOB,))[n % 2])
                s.acked(timeout=2)
                assert s.client.answered_after < AT_ONCE, "a 202 took %.3f s" % s.client.answered_after
            # one of many that wait for the database and one that does not
            waiting = [w.scscf.send(registrar.Registrar(w).message("sip:many%d@ims.test" % n), w.gateway.address) for n in range(50)]
            s = w.scscf.submit("beside them", sender=(ALICE,))
            s.acked(timeout=2)
            assert s.client.answered_after < AT_ONCE, "a 202 took %.3f s" % s.client.answered_after
            for client in waiting:
                assert client.wait(5).status == 200
                assert client.answered_after < DB_WAIT + 2 * AT_ONCE, "an answer took %.3f s" % client.answered_after
        wait_rows(w, database, [ALICE, BOB, CAROL] + ["sip:many%d@ims.test" % n for n in range(50)])


@over_each_database
def a_database_that_hangs_does_not_hold_up_the_stop(database):
    with world("hung-stop", database) as w:
        registered(w, ALICE)
        with database.hung():
            registered(w, BOB)
            w.gateway.stop()
        begin(w)
        assert ALICE in present(w, ALICE, BOB)


@bound(90)
def test_a_server_that_answers_nothing_holds_up_nobody():
    with Postgres() as database, world("frozen", database) as w:
        registered(w, ALICE)
        with database.frozen():
            took = [registered(w, impu) for impu in (BOB, CAROL)]
            assert max(took) < DB_WAIT + AT_ONCE, "an answer took %.3f s" % max(took)
            s = w.scscf.submit("Hello", sender=(BOB,))
            s.acked(timeout=2)
            assert s.client.answered_after < AT_ONCE, "a 202 took %.3f s" % s.client.answered_after
        wait_rows(w, database, [ALICE, BOB, CAROL])


# --- times -------------------------------------------------------------------------------------


@over_each_database
def with_the_database_up_no_answer_is_late(database):
    with world("latency", database) as w:
        reg = registrar.Registrar(w)
        took = [registered(w, "sip:user%d@ims.test" % n) for n in range(300)]
        clients = [w.scscf.send(reg.message("sip:user%d@ims.test" % n), w.gateway.address) for n in range(200, 500)]
        for client in clients:
            assert client.wait(5).status == 200
        took += [client.answered_after for client in clients]
        assert max(took) < DB_WAIT, "an answer took %.3f s" % max(took)
        counters = w.gateway.rpc.counters()
        assert (counters["db_late"], counters["db_failed"], counters["reg_new"]) == (0, 0, 500), counters
        assert len(database.rows()) == 500, "%d rows at the time of the last answer" % len(database.rows())
        assert (state(w)["state"], state(w)["waiting"]) == ("up", 0), state(w)


@over_each_database
def a_register_that_is_sent_again_while_its_answer_waits_is_one_registration(database):
    with world("repeated", database, defines={"IPSMGW_DB_WAIT": 1000}) as w:
        reg = registrar.Registrar(w)
        registered(w, BOB)
        with database.hung():
            first = w.scscf.send(reg.message(ALICE, expires=3600), w.gateway.address, retransmit=False)
            gone = w.scscf.send(reg.message(BOB, expires=0), w.gateway.address, retransmit=False)
            time.sleep(0.2)  # a phone's T1 and less
            first.transmit()
            gone.transmit()
            second = w.scscf.send(reg.message(ALICE, expires=7200), w.gateway.address, retransmit=False)
            time.sleep(0.2)
            first.transmit()  # late, after a newer one
            for client, expires in ((first, 3600), (gone, 0), (second, 7200)):
                final = client.wait(5)
                assert final.status == 200 and final.get("Contact").endswith(";expires=%d" % expires), final.to_bytes()
                assert 0.8 < client.answered_after < 1 + 2 * AT_ONCE, "answered after %.3f s" % client.answered_after
        first.transmit()
        w.scscf.wait_for(lambda: len(first.responses) >= 2, 2, "answer to what was sent again")
        for client in (first, gone, second):
            assert len(client.responses) <= client.sent and len({r.to_bytes() for r in client.responses}) == 1, client.responses
        assert reg.show(ALICE)["expires"] > 7100, reg.show(ALICE)
        assert present(w, BOB) == set() and reg.count() == 1
        counters = w.gateway.rpc.counters()
        assert (counters["reg_received"], counters["reg_new"]) == (4, 2), counters
        w.gateway.wait_until(lambda: state(w)["waiting"] == 0, "end of the changes that wait", 10)
        rows = database.rows()
        assert set(rows) == {ALICE} and rows[ALICE]["expires_at"] - time.time() > 7100, rows


@over_each_database
def a_register_over_tcp_is_answered_by_the_same_rules(database):
    with world("tcp", database, defines={"IPSMGW_DB_WAIT": 500}) as w:

        def send(impu):
            message = registrar.Registrar(w).message(impu)
            message.set("Via", w.scscf.via("tcp"))
            return w.scscf.send(message, w.gateway.address, transport="tcp")

        for n in range(20):
            client = send("sip:user%d@ims.test" % n)
            assert client.wait(5).status == 200 and client.answered_after < 0.5, client.answered_after
        with database.hung():
            client = send(ALICE)
            assert client.wait(5).status == 200 and client.answered_after > 0.4, client.answered_after
        assert w.gateway.rpc.counters()["db_late"] == 1, w.gateway.rpc.counters()


@over_each_database
@bound(120)
def a_thousand_registers_leave_memory_flat(database):
    with world("flat", database) as w:

        def send(count):
            reg = registrar.Registrar(w)
            clients = []
            for n in range(count):
                clients.append(w.scscf.send(reg.message("sip:user%d@ims.test" % (n % 100), expires=3600 * (n % 3)), w.gateway.address))
                if len(clients) > 40:
                    assert clients.pop(0).wait(5).status == 200
            assert all(client.wait(5).status == 200 for client in clients)
            for n in range(100):
                registered(w, "sip:user%d@ims.test" % n)
            w.gateway.wait_until(lambda: state(w)["waiting"] == 0, "end of the changes that wait")
            w.gateway.wait_transactions_gone()
            return {("shared", "memory"): w.gateway.rpc.shm_used(), **w.gateway.rpc.pkg_used()}

        before = send(500)
        after = send(1000)
        grown = {where: after[where] - before[where] for where in before if after[where] - before[where] > 4000}
        assert not grown, "grown by octets: %s" % grown


@over_each_database
def who_is_deregistered_before_the_rows_are_loaded_does_not_come_back(database):
    with world("late-gone", database) as w:
        registered(w, ALICE)
        registered(w, BOB)
        wait_rows(w, database, [ALICE, BOB])
        w.gateway.stop()
        with database.down():
            begin(w)
            registered(w, ALICE, expires=0)
        w.gateway.wait_until(lambda: is_up(w) and state(w)["waiting"] == 0, "database that is up", 10)
        assert present(w, ALICE, BOB) == {BOB}, "registered are %s" % present(w, ALICE, BOB)
        wait_rows(w, database, [BOB])


@over_each_database
def a_late_load_is_told(database):
    with world("late-line", database) as w:
        registered(w, ALICE)
        w.gateway.stop()
        with database.down():
            begin(w)
        w.gateway.wait_until(lambda: is_up(w), "database that is up", 10)
        assert len(lines(w, "registrations from the database")) == 1, "%d lines" % len(lines(w, "registrations from the database"))
