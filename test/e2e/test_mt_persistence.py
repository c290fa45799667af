# SPDX-License-Identifier: GPL-2.0-or-later
#
# What a hub was answered 202 for is in the database before that: a gateway that dies loses none of it, and sends none of it twice.
# While the database is down nothing is promised that it cannot keep. Over SQLite and over PostgreSQL, unless a test is about one.

import datetime
import random
import re
import threading
import time

from ipsmgwtest import bound, msisdn_less, rp, tp
from ipsmgwtest.database import Postgres, Sqlite
from ipsmgwtest.gateway import SC_ADDRESS
from ipsmgwtest.persistence import begin, crash, is_up, lines, over_each_database, restart, state, world
from ipsmgwtest.phone import UNREPORTED, Phone, acks, errors, refuses
from ipsmgwtest.world import World

HOLD = [("X-SMS-HOLD", "1")]
SOON = [("mt_answer_after", 1000), ("mt_report_timeout", 2000)]
WAITS, SENT, ENDED = range(3)
WHEN = datetime.datetime(2026, 11, 22, 9, 41, 7, tzinfo=datetime.timezone.utc)
LONG = "x" * 400  # three parts


def rows(database):
    """The texts in the table, in their order."""
    return database.select("SELECT * FROM ipsmgw_delivery ORDER BY place")


def wait_rows(w, database, states, timeout=5):
    """Until the table has rows with just these states, in their order; the rows."""
    w.gateway.wait_until(lambda: [r["state"] for r in rows(database)] == states, "rows with the states %s" % states, timeout)
    return rows(database)


def born_again(w):
    """The end of all its processes at once, and a start."""
    crash(w)
    start(w)


def start(w):
    begin(w)
    w.connect()


def held(w, phone, *texts, headers=HOLD, **fields):
    """Texts that the gateway holds: the hub has 202 for each."""
    return [w.hub.text(text, phone, headers=headers, **fields).answered(202, False) for text in texts]


def delivered_once(w, database, phone, *texts):
    """The phone has these texts in this order, nothing more comes, and no row is left."""
    phone.wait_texts(len(texts))
    w.gateway.wait_at_rest()
    wait_rows(w, database, [])
    assert phone.texts() == list(texts), "expected %s, seen %s" % (texts, phone.texts())


def notification(w, count=1, timeout=10):
    """(message id, status) of the last notification of so many."""
    w.hub.wait_messages(count, timeout)
    seen = w.hub.notifications()
    assert len(seen) == count, "expected %d notifications, seen %s" % (count, seen)
    return seen[-1].message_id, seen[-1].status


# --- what is held -----------------------------------------------------------------------------------------


@over_each_database
def what_is_held_goes_out_once_after_a_crash(database):
    with world("mt-kept", database) as w:
        phone = Phone(w, registered=False)
        held(w, phone, "Hello")
        (row,) = rows(database)
        assert (row["state"], row["parts_delivered"], row["sent"], row["outcome"]) == (WAITS, 0, "", ""), row
        born_again(w)
        w.gateway.wait_counter("mt_received", 1)
        assert not phone.deliveries
        phone.register()
        delivered_once(w, database, phone, "Hello")
        counters = w.gateway.rpc.counters()
        assert [counters["mt_" + n] for n in ("restored", "received", "delivered", "woken")] == [1, 1, 1, 1], counters
        born_again(w)
        phone.register()
        w.hub.text("Bye", phone).delivered()
        delivered_once(w, database, phone, "Hello", "Bye")


@over_each_database
def the_order_of_several_stays(database):
    with world("mt-kept-order", database) as w:
        phone, other = Phone(w, registered=False), Phone(w, "+12025550102", registered=False)
        texts = ["text 0", LONG, "text 2", "text 3"]
        for text in texts:
            held(w, phone, text)
            held(w, other, text.upper())
        born_again(w)
        held(w, phone, "text 4")
        restart(w)
        w.connect()
        held(w, other, "TEXT 5")
        phone.register()
        other.register()
        phone.wait_texts(5)
        other.wait_texts(5)
        delivered_once(w, database, phone, *texts, "text 4")
        assert other.texts() == [t.upper() for t in texts] + ["TEXT 5"], other.texts()


@over_each_database
def everything_of_a_text_comes_back(database):
    text = "it's \\ ^ \" %s \N{GRINNING FACE} end"
    with world("mt-kept-octets", database) as w:
        phone, seen = Phone(w, registered=False), Phone(w, "+12025550102")
        sender = "O'Neill"
        w.hub.text(text, seen, sender=sender).delivered()
        held(w, phone, text, sender=sender)
        (row,) = rows(database)
        assert all(re.fullmatch("[ -!#-&(-\\[\\]-~]*", str(value)) for value in row.values()), row
        born_again(w)
        phone.register()
        delivered_once(w, database, phone, text)
        tpdus = [p.deliveries[0].tpdu for p in (phone, seen)]
        assert tpdus[0].oa == tpdus[1].oa, "TP-OA is %s, and was %s" % (tpdus[0].oa, tpdus[1].oa)


@over_each_database
def so_does_the_document_of_sms_without_msisdn(database):
    alice, meter = "sip:alice@ims.test", "sip:meter17@hub.example"
    info = msisdn_less.document(alice, meter, "<Delivery-Outcome>x</Delivery-Outcome>")
    given = msisdn_less.body(info, rp.mt_data(0, tp.deliver("+12025550123", "given", WHEN), "+" + SC_ADDRESS))
    with world("mt-kept-info", database) as w:
        phone = Phone(w, "alice", identities=(alice,), features=msisdn_less.DECLARED, registered=False)
        w.hub.text("made", alice, sender=meter, headers=HOLD).answered(202, False)
        w.hub.text(given[1], alice, content_type=given[0], headers=HOLD).answered(202, False)
        born_again(w)
        phone.register()
        delivered_once(w, database, phone, "made", "given")
        made, passed = phone.deliveries
        assert msisdn_less.addresses(made.document) == {"To": alice, "From": meter}, made.document
        assert (made.tpdu.oa.value, passed.tpdu.oa.value) == (msisdn_less.DUMMY, "+12025550123"), (made.tpdu.oa, passed.tpdu.oa)
        assert passed.document == info, passed.document


@over_each_database
def expiry_goes_on_over_a_restart(database):
    with world("mt-kept-expiry", database) as w:
        phone = Phone(w, registered=False)
        sent = [
            w.hub.notified("Hello", phone, "m%d" % n, headers=[("X-SMS-HOLD", seconds)]).answered(202)
            for n, seconds in enumerate(("2", "6", "60"))
        ]
        held_at = time.monotonic()
        crash(w)
        time.sleep(2)  # the first ends meanwhile
        start(w)
        assert notification(w) == ("m0", "failed")
        assert notification(w, 2) == ("m1", "failed")
        assert 5.5 <= time.monotonic() - held_at <= 8.5, "it ended after %.1f s of 6" % (time.monotonic() - held_at)
        ends = [line for s in sent for line in lines(w, "mt result: call-id=%s" % s.call_id)]
        assert len(ends) == 2 and all("outcome=expired" in line for line in ends), ends
        phone.register()
        delivered_once(w, database, phone, "Hello")
        assert notification(w, 3) == ("m2", "delivered")


@over_each_database
def who_has_registered_before_the_crash_gets_it_without_another_register(database):
    with world("mt-kept-registered", database) as w:
        phone = Phone(w).will(refuses(480), acks())
        held(w, phone, "Hello")
        w.gateway.wait_until(lambda: state(w)["waiting"] == 0, "end of the changes that wait")
        born_again(w)
        delivered_once(w, database, phone, "Hello")


@over_each_database
def parts_that_are_there_are_not_sent_again(database):
    with world("mt-kept-part", database) as w:
        phone = Phone(w).will(acks(), refuses(480), acks())
        held(w, phone, LONG)
        w.gateway.wait_until(lambda: [r["parts_delivered"] for r in rows(database)] == [1], "row of which one part is delivered")
        wait_rows(w, database, [WAITS])
        born_again(w)
        delivered_once(w, database, phone, LONG)
        assert len(phone.deliveries) == 4, "of three parts one was to be sent twice: %d deliveries" % len(phone.deliveries)


@over_each_database
def a_text_that_is_ended_by_hand_does_not_come_back(database):
    with world("mt-kept-cancel", database) as w:
        phone = Phone(w, registered=False)
        held(w, phone, "Hello")
        for entry in w.gateway.rpc.structs("ipsmgw.pending", "list"):
            w.gateway.rpc.call("ipsmgw.pending", "cancel", entry["delivery"])
        wait_rows(w, database, [])
        born_again(w)
        phone.register()
        w.hub.text("Bye", phone).delivered()
        delivered_once(w, database, phone, "Bye")


# --- what was in flight -------------------------------------------------------------------------------------


def in_flight_with_202(w, database, phone, message_id="m1"):
    """A text that the phone has and does not report, whose hub has 202."""
    phone.will(UNREPORTED)
    sent = w.hub.notified("Hello", phone, message_id)
    phone.wait_deliveries()
    sent.answered(202, False)
    (row,) = wait_rows(w, database, [SENT])
    assert row["sent"] == phone.deliveries[-1].call_id, "the row has %s, sent was %s" % (row["sent"], phone.deliveries[-1].call_id)
    return sent


@over_each_database
def what_was_in_flight_is_not_sent_again(database):
    with world("mt-restarted", database, params=SOON) as w:
        phone = Phone(w, patience=2.0)
        sent = in_flight_with_202(w, database, phone)
        born_again(w)
        phone.register()
        assert notification(w) == ("m1", "failed")
        (line,) = lines(w, "mt result: call-id=%s" % sent.call_id)
        assert "outcome=restarted code=480" in line, line
        counters = w.gateway.wait_at_rest()
        assert (counters["mt_received"], counters["mt_failed"]) == (1, 1), counters
        phone.will(acks())
        w.hub.text("Bye", phone).delivered()
        delivered_once(w, database, phone, "Bye")
        assert len(phone.deliveries) == 2, "the text was sent again"


@over_each_database
def its_report_after_the_restart_counts(database):
    with world("mt-restarted-acked", database, params=SOON) as w:
        phone = Phone(w, patience=2.0)
        for n, (report, status) in enumerate(((acks(), "delivered"), (errors(22, 0xD3), "failed"))):
            sent = in_flight_with_202(w, database, phone, "m%d" % n)
            born_again(w)
            assert phone.report(phone.deliveries[-1], report.report).wait(5).status == 202
            assert notification(w, n + 1) == ("m%d" % n, status)
            (line,) = lines(w, "mt result: call-id=%s" % sent.call_id)
            assert ("outcome=delivered" if n == 0 else "outcome=memory-full") in line and "parts=%d/1" % (1 - n) in line, line
            assert phone.report(phone.deliveries[-1], report.report).wait(5).status == 488, "it was known once more"
            w.gateway.wait_at_rest()
            wait_rows(w, database, [])
        assert len(phone.deliveries) == 2


@over_each_database
def a_hub_that_still_waits_decides_itself(database):
    with world("mt-waits", database) as w:
        phone = Phone(w).will(UNREPORTED)
        sent = w.hub.text("Hello", phone, retransmit=False)
        (delivery,) = phone.wait_deliveries()
        delivery.ends = delivery.at  # the gateway that waits for its report dies
        assert rows(database) == []
        born_again(w)
        assert sent.client.final is None and w.gateway.rpc.counters()["mt_received"] == 0
        phone.will(acks())
        phone.register()
        w.hub.text("Bye", phone).delivered()
        delivered_once(w, database, phone, "Bye")


@over_each_database
def an_outcome_that_was_not_told_is_told_after_the_restart(database):
    with world("mt-untold", database) as w:
        phone = Phone(w, registered=False)
        for n in range(2):
            w.hub.notified("Hello", phone, "m%d" % n, headers=HOLD).answered(202)
        crash(w)
        for row, outcome in zip(rows(database), ("delivered,0,0,0", "rp-error,0,111,0")):
            database.execute("UPDATE ipsmgw_delivery SET state=2, outcome='%s' WHERE name='%s';" % (outcome, row["name"]))
        start(w)
        w.hub.wait_messages(2)
        seen = sorted((n.message_id, n.status) for n in w.hub.notifications())
        assert seen == [("m0", "delivered"), ("m1", "failed")], seen
        counters = w.gateway.wait_at_rest()
        assert (counters["mt_delivered"], counters["mt_failed"]) == (1, 1), counters
        phone.register()
        delivered_once(w, database, phone)


# --- the database fails ----------------------------------------------------------------------------------------


@over_each_database
def nothing_is_held_that_the_database_does_not_take(database):
    with world("mt-db-down", database, params=[("mt_answer_after", 2000)]) as w:
        phone, away = Phone(w), Phone(w, "+12025550102", registered=False)
        with database.down():
            sent = w.hub.text("Hello", away, headers=HOLD).answered(480, ("SIP", 480), timeout=5)
            assert sent.client.answered_after < 1, "a hub waited %.1f s for the database" % sent.client.answered_after
            w.gateway.wait_until(lambda: not is_up(w), "database that is down", 10)
            sent = w.hub.text("Hello", away, headers=HOLD).answered(480, ("SIP", 480))
            assert sent.client.answered_after < 0.2 and sent.reason()[2] == "not-registered", sent.reason()
            # one in flight is answered 202 all the same; what waits for its turn is not
            phone.will(acks(after=3), acks())
            first = w.hub.text("first", phone)
            phone.wait_deliveries()
            second = w.hub.text("second", phone)
            first.answered(202, False)
            assert second.answered(480, ("SIP", 480)).reason()[2] == "expired"
            phone.wait_texts()
            counters = w.gateway.wait_at_rest()
            assert (counters["mt_hold_refused"], counters["mt_unkept"]) == (2, 1), counters
        w.gateway.wait_until(lambda: is_up(w), "database that is up", 10)
        away.register()
        held_after = held(w, Phone(w, "+12025550103", registered=False), "Hello")
        wait_rows(w, database, [WAITS])
        assert held_after and not away.deliveries, "a text that was refused came"
        for entry in w.gateway.rpc.structs("ipsmgw.pending", "list"):
            w.gateway.rpc.call("ipsmgw.pending", "cancel", entry["delivery"])


@over_each_database
def what_is_held_waits_for_a_database_that_is_down(database):
    with world("mt-db-down-held", database) as w:
        phone = Phone(w, registered=False)
        held(w, phone, "first", "second")
        with database.down():
            w.gateway.wait_until(lambda: phone.register() and not is_up(w), "database that is down", 10)
            w.hub.text("third", phone).delivered()
            assert phone.texts() == ["third"], "sent without its row: %s" % phone.texts()
        phone.wait_texts(3, 15)
        delivered_once(w, database, phone, "third", "first", "second")


@over_each_database
def rows_are_read_when_the_database_is_back(database):
    with world("mt-db-late", database) as w:
        phone = Phone(w, registered=False)
        held(w, phone, "Hello")
        crash(w)
        with database.down():
            start(w)
            phone.register()
            w.hub.text("Hi", phone, headers=HOLD).delivered()
        phone.wait_texts(2, 15)
        delivered_once(w, database, phone, "Hi", "Hello")


def test_a_text_that_is_woken_before_its_row_is_there_is_refused():
    with Sqlite() as database, world("mt-db-hung", database) as w:
        phone = Phone(w, registered=False)
        with database.hung():
            sent = w.hub.text("Hello", phone, headers=HOLD)
            w.scscf.send(phone.register_message(), w.gateway.address)
            sent.answered(480, ("SIP", 480), timeout=5)
            assert not phone.deliveries, "sent without its row"
        w.gateway.wait_until(lambda: is_up(w), "database that is up", 10)
        w.hub.text("Bye", phone).delivered()
        delivered_once(w, database, phone, "Bye")
        assert w.gateway.rpc.counters()["mt_hold_refused"] == 1, w.gateway.rpc.counters()


def test_without_a_database_nothing_is_held_unless_the_operator_wants_it():
    alone = ["IPSMGW_MEMORY_ONLY"]
    with World("mt-memory", defines=alone, params=[("mt_answer_after", 1000)]) as w:
        away, phone = Phone(w, registered=False), Phone(w, "+12025550102").will(acks(after=2), acks())
        w.hub.text("Hello", away, headers=HOLD).answered(480)
        first = w.hub.text("first", phone)
        phone.wait_deliveries()
        second = w.hub.text("second", phone)
        first.answered(202)
        second.answered(480)
        counters = w.gateway.wait_at_rest()
        assert (counters["mt_hold_refused"], counters["mt_unkept"], counters["mt_held"]) == (1, 1, 0), counters
    with World("mt-memory-held", defines=alone + ["IPSMGW_MT_HOLD_MEMORY=1"]) as w:
        phone = Phone(w, registered=False)
        held(w, phone, "Hello")
        phone.register()
        phone.wait_texts()
        w.gateway.wait_counter("mt_delivered", 1)


# --- rows ------------------------------------------------------------------------------------------------------


@over_each_database
def rows_of_another_gateway_are_not_ours(database):
    with world("mt-others", database, mode=3) as w:
        phone = Phone(w, registered=False)
        held(w, phone, "ours", "theirs")
        crash(w)
        first, second = rows(database)
        assert first["gateway"] == "sip:127.0.0.1:%d" % w.gateway.port, first
        start(w)  # by another port, so by another name
        phone.register()
        wait_rows(w, database, [WAITS, WAITS])
        assert state(w)["texts_loaded"] == 0, state(w)
        database.execute("UPDATE ipsmgw_delivery SET gateway='sip:gw.ims.test' WHERE name='%s';" % first["name"])
    database.execute("DELETE FROM ipsmgw_registration;")  # its S-CSCF is gone
    with world("mt-others-two", database, mode=3, params=[("gateway_uri", "sip:gw.ims.test")]) as w:
        phone = Phone(w, registered=False)
        phone.excused = ("has From", "has P-Asserted-Identity")
        phone.register()
        phone.wait_texts()
        w.gateway.wait_at_rest()
        (row,) = wait_rows(w, database, [WAITS])
        assert phone.texts() == ["ours"] and row["name"] == second["name"], (phone.texts(), row)


@over_each_database
def a_row_that_cannot_be_read_stays_and_is_told(database):
    with world("mt-unreadable", database) as w:
        phone = Phone(w, registered=False)
        held(w, phone, "first", "second")
        crash(w)
        first, second = rows(database)
        database.execute("UPDATE ipsmgw_delivery SET tpdus='0G' WHERE name='%s';" % first["name"])
        start(w)
        phone.register()
        phone.wait_texts()
        (row,) = wait_rows(w, database, [WAITS])
        assert row["name"] == first["name"] and phone.texts() == ["second"], (row, second, phone.texts())
        assert (state(w)["texts_loaded"], state(w)["texts_unreadable"]) == (1, 1), state(w)
        assert len(lines(w, "short messages of the database: 1 cannot be read")) == 1, w.gateway.log_tail()


def test_a_text_that_is_too_long_for_a_statement_is_not_held():
    text = "long " * 4000
    for kind, code in ((Sqlite, 202), (Postgres, 480)):
        with kind() as database, world("mt-long", database) as w:
            phone = Phone(w, registered=False)
            w.hub.text(text, phone, headers=HOLD, transport="udp").answered(code)
            assert is_up(w)
            phone.register()
            w.hub.text("short", phone).delivered(20)
            phone.wait_texts(2 if code == 202 else 1, 20)
            assert phone.texts() == ([text] if code == 202 else []) + ["short"]


# --- under load --------------------------------------------------------------------------------------------------


@over_each_database
@bound(150)
def each_text_that_was_answered_202_is_delivered_exactly_once(database):
    dice = random.Random("mt-kill-%s" % database.name)
    with world("mt-kill", database, shm=128) as w:
        phones = [Phone(w, "+1202%07d" % n, registered=False) for n in range(50)]
        promised, refused = {phone: [] for phone in phones}, 0
        for attempt in range(3):
            sent = []
            killer = threading.Timer(dice.uniform(0.05, 0.4), crash, (w,))
            killer.start()
            for n in range(200):
                phone = phones[n % len(phones)]
                sent.append((phone, "text %d.%d" % (attempt, n), w.hub.text("text %d.%d" % (attempt, n), phone, headers=HOLD, retransmit=False)))
                time.sleep(0.001)  # the rate of the load
            killer.join()
            time.sleep(0.1)  # for answers that are on their way already
            for phone, text, one in sent:
                final = one.client.final
                if final is not None and final.status == 202:
                    promised[phone].append(text)
                else:
                    refused += 1
            start(w)
            count = sum(map(len, promised.values()))
            found = len(rows(database))
            assert found >= count, "%d rows for %d texts that were answered 202" % (found, count)
        for phone in phones:
            phone.register()
        w.gateway.wait_until(lambda: not rows(database), "end of the rows", 30)
        w.gateway.wait_at_rest()
        known = 0
        for phone in phones:
            texts = phone.texts()
            assert len(set(texts)) == len(texts), "%s shows a text twice: %s" % (phone.number, texts)
            lost = [t for t in promised[phone] if t not in texts]
            assert not lost, "%s has not %s" % (phone.number, lost)
            known += len(promised[phone])
        assert known > 100 and refused > 10, "%d were answered 202, %d not: the kill was too early or too late" % (known, refused)


@over_each_database
@bound(150)
def a_crash_while_they_go_out_sends_none_twice(database):
    dice = random.Random("mt-kill-out-%s" % database.name)
    with world("mt-kill-out", database, shm=128, params=[("mt_report_timeout", 2000)]) as w:
        phones = [Phone(w, "+1202%07d" % n, registered=False, patience=2.0) for n in range(40)]
        for phone in phones:
            held(w, phone, *("text %d" % n for n in range(5)))
        for phone in phones:
            w.scscf.send(phone.register_message(), w.gateway.address, retransmit=False)
        some = dice.randrange(20, 120)
        w.gateway.wait_until(lambda: sum(len(phone.deliveries) for phone in phones) >= some, "%d texts at their phones" % some)
        gone = "<sip:%s:%d>" % w.gateway.address
        crash(w)
        time.sleep(0.1)  # for what is on its way already
        shown = sum(len(phone.texts()) for phone in phones)
        assert shown < 190, "the crash was too late: %d of 200 are shown" % shown
        start(w)
        for phone in phones:
            phone.register()
        w.gateway.wait_until(lambda: not rows(database), "end of the rows", 30)
        counters = w.gateway.wait_at_rest(10)
        for phone in phones:
            for delivery in phone.deliveries:
                if delivery.request.get("From").startswith(gone):
                    delivery.reports = []  # the gateway was gone
            texts = phone.texts()
            assert len(set(texts)) == len(texts), "%s shows a text twice: %s" % (phone.number, texts)
            assert texts == sorted(texts), "%s: another order: %s" % (phone.number, texts)
        total = sum(len(phone.texts()) for phone in phones)
        # what was about to leave, and did not, is what a crash may cost
        unsent = counters["mt_failed"]
        assert total >= 200 - unsent and unsent <= len(phones), "%d of 200 are shown, %d failed" % (total, unsent)
        assert counters["mt_received"] == counters["mt_restored"], counters
