# SPDX-License-Identifier: GPL-2.0-or-later
#
# What the HSS has to do with texts for phones: it may know that somebody is unknown (WITH_MT_HSS_CHECK), and may be told that a phone
# has room again (WITH_SMMA_HSS_REPORT).

from ipsmgwtest.hss import subscriber
from ipsmgwtest.hss_world import HssWorld
from ipsmgwtest.phone import Phone, acks, errors

NUMBER = "12025550101"
ALICE = {"imsi": "001010000000101", "msisdn": NUMBER, "impu": ["sip:+%s@ims.test" % NUMBER, "tel:+" + NUMBER]}
USER_IDENTIFIER, MSISDN = 3102, 701
HOLD = [("X-SMS-HOLD", "1")]


def world(name, *defines, **more):
    return HssWorld(name, [subscriber(**ALICE)], defines=["IPSMGW_REG_EVENT=0", *defines], **more)


def test_404_only_for_whom_the_hss_does_not_know():
    with world("mt-hss-unknown", "WITH_MT_HSS_CHECK") as w:
        phone = Phone(w, registered=False)
        sent = w.hub.text("Hello", phone).answered(480, ("SIP", 480))
        assert sent.reason()[2] == "not-registered", sent.reason()
        sent = w.hub.text("Hello", "+12025559999").answered(404, ("SIP", 404))
        assert sent.reason()[2] == "unknown", sent.reason()
        phone.register()
        w.hub.text("Hello", phone).delivered()
        counters = w.gateway.wait_at_rest()
        assert (counters["mt_rejected"], counters["mt_delivered"]) == (2, 1), counters


def test_an_hss_that_does_not_say_loses_no_text():
    with world("mt-hss-silent", "WITH_MT_HSS_CHECK", params=[("hss_timeout", 400)]) as w:
        for fault in ("silence", "result 3004", "experimental 5999"):
            w.hss.control("fault UDR 1 " + fault)
            w.hub.text("Hello", "+12025559999").answered(480)


def test_the_hss_is_not_asked_for_who_is_registered():
    with world("mt-hss-not-asked", "WITH_MT_HSS_CHECK") as w:
        phone = Phone(w)
        asked = len(w.hss.requests("UDR"))
        w.hub.text("Hello", phone).delivered()
        phone.will(errors(111))
        w.hub.text("Hello", phone).answered(488)
        assert len(w.hss.requests("UDR")) == asked, "it was asked: %s" % w.hss.requests("UDR")


def test_memory_available_is_told_to_the_hss():
    with world("mt-hss-smma", "WITH_SMMA_HSS_REPORT", profile="3gpp") as w:
        phone = Phone(w).will(errors(22, 0xD3), acks())
        w.hub.text("Hello", phone, headers=HOLD).answered(202)
        w.gateway.wait_counter("mt_held", 1)
        assert phone.smma().accepted().report().acked
        phone.wait_texts()
        (request,) = w.hss.requests("RDR")
        seen = request.find(USER_IDENTIFIER).find(MSISDN).digits
        assert seen == NUMBER, "expected a report of %s, seen %s" % (NUMBER, seen)
        w.gateway.wait_counter("mt_delivered", 1)


def test_memory_available_of_whom_the_hss_does_not_know():
    with world("mt-hss-smma-unknown", "WITH_SMMA_HSS_REPORT", profile="3gpp") as w:
        phone = Phone(w, "+12025559999")
        report = phone.smma().accepted().report()
        assert report.cause == 30, "expected RP-ERROR 30, seen %s" % report
