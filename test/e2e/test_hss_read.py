# SPDX-License-Identifier: GPL-2.0-or-later
#
# Reading the HSS (Sh-Pull, TS 29.328 6.1.1): what a REGISTER left out is learnt behind its answer; whatever the HSS does, the
# REGISTER is answered at once and the record stays.

import time

from ipsmgwtest import bound, registrar
from ipsmgwtest.diameter import TGPP
from ipsmgwtest.hss import subscriber
from ipsmgwtest.hss_world import GATEWAY, HssWorld
from ipsmgwtest.notifier import Notifier, contact, registration

IMSI, MSISDN = "001010000000101", "447700900001"
IMPI = IMSI + "@ims.test"
ALICE, ALICE_TEL, ALICE_SIP_TEL = "sip:alice@ims.test", "tel:+447700900001", "sip:+447700900001@ims.test"
SUBSCRIBER = subscriber(
    imsi=IMSI, msisdn=MSISDN, impi=IMPI, impu=[ALICE, ALICE_SIP_TEL, ALICE_TEL], scscf="sip:scscf.ims.test:6060", state=1
)
BOB = "sip:bob@ims.test"
OUTCOMES = ("completed", "nothing", "failed", "gone")
# Data-References: IMS public identities, MSISDN, IMSI, private identity
SET, NUMBER, IMSI_REFERENCE, IMPI_REFERENCE = 10, 17, 32, 33
REST = [SET, IMSI_REFERENCE, IMPI_REFERENCE]
DATA_REFERENCE, USER_IDENTITY, PUBLIC_IDENTITY, MSISDN_AVP = 703, 700, 601, 701
AT_ONCE = 0.5  # seconds, for what must not wait for the HSS


class ReadWorld(HssWorld):
    """At rest each question for a record has one outcome."""

    def counters(self):
        return self.gateway.rpc.counters()

    def outcomes(self):
        counters = self.counters()
        return {name: counters["hss_record_" + name] for name in OUTCOMES if counters["hss_record_" + name]}

    def wait_outcomes(self, timeout=8, **expected):
        """Until every question for a record has its outcome; these."""

        def settled():
            counters = self.counters()
            return counters["hss_record_wanted"] == sum(counters["hss_record_" + name] for name in OUTCOMES)

        self.gateway.wait_until(settled, "outcome of each reading", timeout)
        assert self.outcomes() == expected, "expected %s, seen %s; the log: %s" % (expected, self.outcomes(), self.said())

    def register_at_once(self, impu=ALICE, **more):
        began = time.monotonic()
        self.registrar.register(impu, **more)
        took = time.monotonic() - began
        assert took < AT_ONCE, "the answer to REGISTER took %.2f s" % took

    def said(self):
        return [line for line in self.gateway.log_lines() if "record from hss" in line]

    def references(self):
        """The Data-References of each UDR that the HSS has seen."""
        return [[a.number for a in m.avps if (a.vendor, a.code) == (TGPP, DATA_REFERENCE)] for m in self.hss.requests("UDR")]


def check_whole(record):
    assert record, "not registered"
    seen = {name: record.get(name) for name in ("msisdn", "imsi", "impi")}
    assert seen == {"msisdn": MSISDN, "imsi": IMSI, "impi": IMPI}, record
    assert record["impus"] == [ALICE, ALICE_SIP_TEL, ALICE_TEL], record


def test_the_gateway_and_its_hss_connect_and_part():
    with HssWorld("hss-connect", [SUBSCRIBER]) as w:
        assert GATEWAY in [e["peer"] for e in w.hss.events("connected")], w.hss.events()
        assert not w.hss.messages("DPR")


def test_a_bare_register_is_completed_from_the_hss():
    with ReadWorld("hss-bare", [SUBSCRIBER]) as w:
        w.register_at_once()
        w.wait_outcomes(completed=1)
        record = w.registrar.show(ALICE)
        check_whole(record)
        assert record["scscf"] == "sip:127.0.0.1:%d" % w.scscf.port, "the S-CSCF of the REGISTER was overwritten: %s" % record
        for identity in (ALICE_TEL, "+" + MSISDN, IMSI, IMPI):
            check_whole(w.registrar.show(identity))
        line = w.said()[-1]
        assert "completed" in line and "added=msisdn,imsi,impi,set" in line and MSISDN not in line, line


def test_several_references_in_one_question_once_the_hss_has_said_that_it_can():
    carol = subscriber(imsi="001010000000103", msisdn="447700900003", impi="001010000000103@ims.test", impu=["sip:carol@ims.test"])
    with ReadWorld("hss-several", [SUBSCRIBER, carol]) as w:
        w.register_at_once()
        w.wait_outcomes(completed=1)
        assert w.references() == [[NUMBER], REST], w.references()
        w.register_at_once("sip:carol@ims.test")
        w.wait_outcomes(completed=2)
        assert [sorted(r) for r in w.references()[2:]] == [[SET, NUMBER, IMSI_REFERENCE, IMPI_REFERENCE]], w.references()


def test_one_reference_a_question_for_an_hss_without_features():
    with ReadWorld("hss-single", ["featureless\n", SUBSCRIBER]) as w:
        w.register_at_once()
        w.wait_outcomes(completed=1)
        check_whole(w.registrar.show(ALICE))
        assert w.references() == [[NUMBER], [SET], [IMSI_REFERENCE], [IMPI_REFERENCE]], w.references()


def test_what_the_hss_refuses_is_left_out_and_not_asked_again():
    with ReadWorld("hss-refused", ["refuse %d\n" % IMSI_REFERENCE, SUBSCRIBER]) as w:
        w.register_at_once()
        w.wait_outcomes(completed=1)
        record = w.registrar.show(ALICE)
        assert (record.get("msisdn"), record.get("imsi"), record.get("impi")) == (MSISDN, None, IMPI), record
        assert len(record["impus"]) == 3, record
        asked = w.hss.counters()["UDR"]
        w.register_at_once()
        w.wait_outcomes(completed=1, nothing=1)
        assert w.hss.counters()["UDR"] == asked, "what was refused was asked again: %s" % w.references()


def test_a_refresh_does_not_ask_what_is_known():
    with ReadWorld("hss-refresh", [SUBSCRIBER]) as w:
        w.register_at_once()
        w.wait_outcomes(completed=1)
        asked = w.hss.counters()["UDR"]
        for _ in range(3):
            w.register_at_once()
        assert w.counters()["hss_record_wanted"] == 1, w.counters()
        # and who comes back soon is completed without a question
        w.registrar.register(ALICE, expires=0)
        assert w.registrar.show(ALICE) is None
        w.register_at_once()
        w.wait_outcomes(completed=2)
        check_whole(w.registrar.show(ALICE))
        assert w.hss.counters()["UDR"] == asked, w.references()


def test_a_user_whom_the_hss_does_not_know_is_asked_for_once_in_a_while():
    with ReadWorld("hss-unknown", [SUBSCRIBER], params=[("hss_cache_no_time", 2)]) as w:
        for n in (1, 2, 3):
            w.register_at_once(BOB)
            w.wait_outcomes(nothing=n)
        assert w.hss.counters()["UDR"] == 1, w.references()
        assert w.registrar.show(BOB)["impus"] == [BOB]
        assert "DIAMETER_ERROR_USER_UNKNOWN" in w.said()[0] and "cached" in w.said()[1], w.said()
        time.sleep(3.1)  # the time that is tested, and the second in which it began
        w.register_at_once(BOB)
        w.wait_outcomes(nothing=4)
        assert w.hss.counters()["UDR"] == 2, w.references()


def check_heals(w, n=1):
    """The record is there without what the HSS did not tell; the next REGISTER learns it."""
    record = w.registrar.show(ALICE)
    assert record and record["impus"] == [ALICE] and not record.get("msisdn"), record
    w.hss.control("reset")
    w.register_at_once()
    w.wait_outcomes(failed=n, completed=1)
    check_whole(w.registrar.show(ALICE))


@bound(60)
def test_a_slow_hss_delays_nobody():
    with ReadWorld("hss-slow", [SUBSCRIBER], params=[("hss_timeout", 2000)]) as w:
        w.hss.control("fault UDR 0 delay 800")
        w.register_at_once()
        assert w.registrar.show(ALICE)["impus"] == [ALICE]
        w.wait_outcomes(completed=1)
        check_whole(w.registrar.show(ALICE))


def test_a_silent_hss_fails_the_reading_and_nothing_else():
    with ReadWorld("hss-silent", [SUBSCRIBER], params=[("hss_timeout", 500)]) as w:
        w.hss.control("fault UDR 0 silence")
        w.register_at_once()
        w.wait_outcomes(failed=1)
        assert "no answer" in w.said()[0], w.said()
        check_heals(w)


def test_errors_of_the_hss_end_the_reading():
    for fault in ("result 3004", "result 4002", "result 5012", "experimental 5002", "result 3006"):
        with ReadWorld("hss-error", [SUBSCRIBER]) as w:
            w.hss.control("fault UDR 0 " + fault)
            w.register_at_once()
            w.wait_outcomes(failed=1)
            assert "result=%s " % fault.split()[1] in w.said()[0], w.said()
            # 3004 is tried at another peer, of which there is none
            assert w.hss.counters()["UDR"] == 1, "%s: %s" % (fault, w.references())
            check_heals(w)


def test_an_error_in_the_middle_keeps_what_was_learnt():
    with ReadWorld("hss-middle", ["featureless\n", SUBSCRIBER]) as w:
        w.hss.control("fault UDR 1 delay 1")
        w.hss.control("fault UDR 1 result 5012")
        w.register_at_once()
        w.wait_outcomes(completed=1)
        record = w.registrar.show(ALICE)
        assert (record.get("msisdn"), record.get("imsi"), record["impus"]) == (MSISDN, None, [ALICE]), record
        w.register_at_once()
        w.wait_outcomes(completed=2)
        record = w.registrar.show(ALICE)
        check_whole(record)
        assert [NUMBER] not in w.references()[1:], "what was learnt was asked again: %s" % w.references()


def test_no_connection_to_the_hss_fails_at_once():
    with ReadWorld("hss-away", [SUBSCRIBER]) as w:
        w.hss.stop()
        w.gateway.wait_until(lambda: not w.is_connected(), "end of the connection")
        w.register_at_once()
        w.wait_outcomes(failed=1)
        assert "no peer" in w.said()[0], w.said()
        w.hss.start()
        w.wait_connected(40)
        w.register_at_once()
        w.wait_outcomes(failed=1, completed=1)
        check_whole(w.registrar.show(ALICE))


def test_the_document_of_pyhss_is_read():
    with ReadWorld("hss-pyhss", ["shape pyhss\n", SUBSCRIBER]) as w:
        w.register_at_once()
        w.wait_outcomes(completed=1)
        record = w.registrar.show(ALICE)
        assert (record["msisdn"], record["impi"], len(record["impus"])) == (MSISDN, IMPI, 3), record
        # its document has no IMSI, and is asked for no more than once for that
        assert w.references() == [[NUMBER], [IMSI_REFERENCE]], w.references()


def test_two_registers_at_once_ask_once():
    with ReadWorld("hss-twice", [SUBSCRIBER]) as w:
        w.hss.control("fault UDR 1 delay 500")
        w.register_at_once()
        w.register_at_once()
        w.wait_outcomes(completed=1, nothing=1)
        check_whole(w.registrar.show(ALICE))
        assert w.references() == [[NUMBER], REST], w.references()


def test_user_data_that_is_no_document_is_counted_and_passed_over():
    with ReadWorld("hss-garbage", [SUBSCRIBER]) as w:
        w.hss.control("fault UDR 1 garbage")
        w.register_at_once()
        w.wait_outcomes(completed=1)
        assert w.counters()["hss_read_unreadable"] == 1, w.counters()
        record = w.registrar.show(ALICE)
        assert (record.get("msisdn"), record.get("imsi")) == (None, IMSI), record
        w.register_at_once()
        w.wait_outcomes(completed=2)
        check_whole(w.registrar.show(ALICE))


def test_who_has_left_before_the_answer_does_not_come_back():
    with ReadWorld("hss-gone", [SUBSCRIBER]) as w:
        w.hss.control("fault UDR 0 delay 500")
        w.register_at_once()
        w.registrar.register(ALICE, expires=0)
        w.wait_outcomes(gone=1)
        assert w.registrar.show(ALICE) is None and w.registrar.count() == 0


def test_what_a_register_says_is_not_changed():
    with ReadWorld("hss-said", [SUBSCRIBER]) as w:
        w.hss.control("fault UDR 0 delay 500")
        w.register_at_once()
        body = registrar.service_info("msisdn=447700900009;imsi=001010000000109")
        w.register_at_once(content_type="application/3gpp-ims+xml", body=body)
        w.wait_outcomes(completed=1, nothing=1)
        record = w.registrar.show(ALICE)
        assert (record["msisdn"], record["imsi"], record["impi"]) == ("447700900009", "001010000000109", IMPI), record


def test_identities_of_another_subscriber_stay_his():
    with ReadWorld("hss-conflict", [SUBSCRIBER]) as w:
        body = registrar.service_info("msisdn=%s;imsi=001010000000102" % MSISDN)
        w.register_at_once(BOB, content_type="application/3gpp-ims+xml", body=body)
        w.register_at_once(ALICE)
        w.gateway.wait_counter("hss_record_conflicts", 3)
        assert w.registrar.show("+" + MSISDN)["impu"] == BOB, w.registrar.show("+" + MSISDN)
        assert not w.registrar.show(ALICE).get("msisdn"), w.registrar.show(ALICE)


def test_the_question_goes_by_the_number_where_it_is_known():
    with ReadWorld("hss-identity", [SUBSCRIBER]) as w:
        body = registrar.service_info("msisdn=" + MSISDN)
        w.register_at_once("sip:+447700900001@ims.test;user=phone", content_type="application/3gpp-ims+xml", body=body)
        w.wait_outcomes(completed=1)
        for message in w.hss.requests("UDR"):
            identity = message.find(USER_IDENTITY)
            references = {a.number for a in message.avps if (a.vendor, a.code) == (TGPP, DATA_REFERENCE)}
            if references <= {SET, IMPI_REFERENCE}:
                assert identity.find(PUBLIC_IDENTITY).text == ALICE_SIP_TEL, message.avps
            else:
                assert identity.find(MSISDN_AVP).digits == MSISDN, message.avps
        record = w.registrar.show(ALICE)
        assert record and (record["imsi"], record["impi"]) == (IMSI, IMPI), record


def test_a_notify_asks_again_for_what_is_missing():
    with ReadWorld("hss-notify", [SUBSCRIBER]) as w:
        notifier = Notifier(w)
        w.hss.control("fault UDR 1 result 5012")
        w.register_at_once()
        w.wait_outcomes(failed=1)
        notifier.dialog().full(registration(ALICE, contact("sip:alice@192.0.2.1:5060")))
        w.wait_outcomes(failed=1, completed=1)
        check_whole(w.registrar.show(ALICE))
        assert w.registrar.show(ALICE)["capability"] == "yes", w.registrar.show(ALICE)


@bound(60)
def test_many_registers_of_many_subscribers_leave_nothing_behind():
    everybody = [
        subscriber(
            imsi="0010100000%05d" % n, msisdn="4477009%05d" % n, impi="0010100000%05d@ims.test" % n, impu=["sip:u%d@ims.test" % n, "tel:+4477009%05d" % n]
        )
        for n in range(200)
    ]
    with ReadWorld("hss-many", everybody, params=[("hss_cache_time", 0), ("hss_cache_no_time", 0)]) as w:
        used = None
        for _ in range(3):
            for n in range(200):
                w.registrar.register("sip:u%d@ims.test" % n)
            w.gateway.wait_until(lambda: sum(w.outcomes().values()) == w.counters()["hss_record_wanted"], "all outcomes", 20)
            for n in (0, 77, 199):
                assert w.registrar.show("sip:u%d@ims.test" % n)["msisdn"] == "4477009%05d" % n
            for n in range(200):
                w.registrar.register("sip:u%d@ims.test" % n, expires=0)
            assert w.registrar.count() == 0
            w.gateway.wait_transactions_gone()
            before, used = used, w.gateway.rpc.shm_used()
        assert set(w.outcomes()) <= {"completed"}, w.outcomes()
        assert used <= before + 65536, "shared memory grew from %d to %d in a round" % (before, used)
