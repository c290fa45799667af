# SPDX-License-Identifier: GPL-2.0-or-later
#
# Who sends to whom: the destination from TP-DA by the home dial plan (sheet 5.1), the sender from P-Asserted-Identity in all
# the forms in which it comes (sheet 1.4.1), and Request-URIs that are not looked at.

from ipsmgwtest import ACCEPT, RELAY, modes, rp, sip, tp
from ipsmgwtest.world import World

LOCAL = ";phone-context=ims.test"


def user_at_hub(w):
    """User part of the last R-URI at the hub."""
    uri = w.hub.messages[-1].uri
    assert uri.startswith("sip:") and uri.endswith("@127.0.0.1:%d;user=phone" % w.hub.port), uri
    return uri[4:].split("@")[0]


# TP-DA value, its type of number (None: by the value), user part toward the hub
PLAIN = (
    ("+447700900123", None, "+447700900123"),
    ("+123456789012345", None, "+123456789012345"),
    ("12345", tp.UNKNOWN, "12345" + LOCAL),
    ("12345", tp.NATIONAL, "12345" + LOCAL),
    ("*100#", tp.UNKNOWN, "*100%23" + LOCAL),
    ("0207946000", tp.NETWORK, "0207946000" + LOCAL),
    ("77", tp.ABBREVIATED, "77" + LOCAL),
    ("00447700900123", tp.UNKNOWN, "+447700900123"),
)
WITHOUT_COUNTRY = (("07700900123", tp.UNKNOWN, "07700900123" + LOCAL), ("7700900123", tp.NATIONAL, "7700900123" + LOCAL))
WITH_COUNTRY = (
    ("07700900123", tp.UNKNOWN, "+447700900123"),
    ("7700900123", tp.NATIONAL, "+447700900123"),
    ("07700900123", tp.NATIONAL, "+447700900123"),
    ("7700900123", tp.SUBSCRIBER, "+447700900123"),
)


def destinations(w, rows):
    for value, ton, user in rows:
        w.scscf.submit("to %s" % value, value, ton=ton).acked()
        assert user_at_hub(w) == user, "TP-DA %s (%s): expected %s, seen %s" % (value, ton, user, user_at_hub(w))


@modes(ACCEPT, RELAY)
def test_destinations_without_a_country_code():
    with World("no-country") as w:
        destinations(w, PLAIN + WITHOUT_COUNTRY)


@modes(ACCEPT, RELAY)
def test_destinations_with_a_country_code():
    with World("country", defines=['IPSMGW_COUNTRY_CODE="44"']) as w:
        destinations(w, PLAIN + WITH_COUNTRY)


def test_another_dial_plan():
    plan = ['IPSMGW_COUNTRY_CODE="1"', 'IPSMGW_NATIONAL_PREFIX="1"', 'IPSMGW_INTERNATIONAL_PREFIX="011"']
    with World("plan", defines=plan, params=[("short_code_max", 3)]) as w:
        destinations(
            w,
            (
                ("2025550123", tp.UNKNOWN, "+12025550123"),
                ("12025550123", tp.UNKNOWN, "+12025550123"),
                ("011447700900123", tp.UNKNOWN, "+447700900123"),
                ("911", tp.UNKNOWN, "911" + LOCAL),
            ),
        )


@modes(ACCEPT, RELAY)
def test_a_destination_that_is_no_number_is_unassigned():
    with World("no-number") as w:
        w.scscf.submit("Hello", "InfoDesk").errored(1)
        tpdu = bytes.fromhex("01070081000005c8329bfd06")
        w.scscf.submit(body=rp.data(8, tpdu), mr=8).errored(1)
        assert not w.hub.messages, w.hub.messages


# --- the sender ------------------------------------------------------------------

SIP, TEL = "sip:+12025550101@ims.test", "tel:+12025550101"
PHONE_FROM, PHONE_PAI = "sip:+12025550101@ims.test;user=phone", "<tel:+12025550101>"
# P-Asserted-Identity header values; who gets the report; From URI and P-Asserted-Identity at the hub
SENDERS = (
    (["<%s>, <%s>" % (SIP, TEL)], SIP, PHONE_FROM, PHONE_PAI),
    (["<%s>" % SIP, "<%s>" % TEL], SIP, PHONE_FROM, PHONE_PAI),
    (["<%s>, <%s>" % (TEL, SIP)], SIP, PHONE_FROM, PHONE_PAI),
    (["<%s>" % TEL, "<%s>" % SIP], SIP, PHONE_FROM, PHONE_PAI),
    (["<%s>" % SIP], SIP, PHONE_FROM, PHONE_PAI),
    (["<%s>" % TEL], TEL, PHONE_FROM, PHONE_PAI),
    ([TEL], TEL, PHONE_FROM, PHONE_PAI),
    ([SIP], SIP, PHONE_FROM, PHONE_PAI),
    (['"Alice, \\"A\\" <x>" <%s>,<%s>' % (SIP, TEL)], SIP, PHONE_FROM, PHONE_PAI),
    (["<sip:alice@ims.test>, <%s>" % TEL], "sip:alice@ims.test", PHONE_FROM, PHONE_PAI),
    (["<sip:12025550101@ims.test>"], "sip:12025550101@ims.test", PHONE_FROM, PHONE_PAI),
    (["<sip:alice@ims.test>"], "sip:alice@ims.test", "sip:alice@ims.test", "<sip:alice@ims.test>"),
    (["<sip:001010000000101@ims.test>"], "sip:001010000000101@ims.test", "sip:001010000000101@ims.test", "<sip:001010000000101@ims.test>"),
    (["<tel:+1-202-555-0101>"], "tel:+1-202-555-0101", PHONE_FROM, PHONE_PAI),
)


@modes(ACCEPT, RELAY)
def test_senders_in_every_form():
    with World("senders") as w:
        for n, (values, reported_to, from_uri, identity) in enumerate(SENDERS):
            message = w.scscf.message(rp.data(n, tp.submit("+12025550123", "sender %d" % n, mr=n)), sender=())
            message.headers += [("P-Asserted-Identity", v) for v in values]
            s = w.scscf.submit_message(message, n)
            s.acked()
            assert s.report_requests[0].request.uri == reported_to, "%s: report to %s" % (values, s.report_requests[0].request.uri)
            at_hub = w.hub.messages[-1]
            assert sip.uri_of(at_hub.get("From")) == from_uri, "%s: From %s" % (values, at_hub.get("From"))
            assert at_hub.values("P-Asserted-Identity") == [identity], "%s: %s" % (values, at_hub.all("P-Asserted-Identity"))


def test_the_from_of_the_phone_is_not_trusted():
    with World("from") as w:
        message = w.scscf.message(rp.data(3, tp.submit("+12025550123", "Hello", mr=3)))
        message.set("From", "<sip:+12025550999@evil.example>;tag=x")
        w.scscf.submit_message(message, 3).acked()
        at_hub = w.hub.messages[-1].to_bytes()
        assert b"12025550999" not in at_hub and b"evil" not in at_hub, at_hub


@modes(ACCEPT, RELAY)
def test_a_sender_that_does_not_fit_is_told():
    with World("too-long") as w:
        sender = ("sip:%s@ims.test" % ("a" * 300),)
        w.scscf.submit("Hello", sender=sender).errored(41)
        assert not w.hub.messages


@modes(ACCEPT, RELAY)
def test_the_request_uri_is_not_looked_at():
    with World("psi") as w:
        for n, uri in enumerate(("tel:+7", "tel:+12025550100", "sip:smsc@ims.test", "sip:+12025550100@ims.test;user=phone", "sip:127.0.0.1")):
            message = w.scscf.message(rp.data(n, tp.submit("+12025550123", "psi %d" % n, mr=n)), to=uri)
            w.scscf.submit_message(message, n).acked()
