# SPDX-License-Identifier: GPL-2.0-or-later
#
# The HSS is told which subscribers are reached by way of the gateway (Sh-Update, TS 29.328 6.1.2, Data-Reference 24): when,
# with what octets, and what becomes of it when the HSS is away, slow, or says no. test_hss_update_store.py has restarts,
# test_hss_reach.py the other direction.

import contextlib
import os
import re
import threading
import time
import xml.etree.ElementTree as ElementTree

from ipsmgwtest import bound, registrar
from ipsmgwtest.hss import subscriber
from ipsmgwtest.hss_world import GATEWAY, NUMBER, REALM, HssWorld
from ipsmgwtest.notifier import Notifier, contact
from ipsmgwtest.pcap import tshark_complaints, tshark_text

ALICE, TEL, MSISDN, IMSI = "sip:alice@ims.test", "tel:+447700900001", "447700900001", "001010000000101"
IMPI = "001010000000101@ims.mnc001.mcc001.3gppnetwork.org"
PHONE, TABLET = "sip:alice@192.0.2.1:5060", "sip:alice@192.0.2.2:5060"
SUBSCRIBERS = [subscriber(imsi=IMSI, msisdn=MSISDN, impi=IMPI, impu=[ALICE, TEL])]
# TS 29.329, of the sheet
PUBLIC_IDENTITY, USER_IDENTITY, MSISDN_AVP, USER_DATA, DATA_REFERENCE, USER_NAME = 601, 700, 701, 702, 703, 1
SMS_REGISTRATION_INFO = 24
SILENT = 0.4  # seconds in which nothing is to come


@contextlib.contextmanager
def world(name, subscribers=SUBSCRIBERS, *, profile="3gpp", reg_event=0, params=(), **more):
    """A gateway that tells the HSS, with an HSS. At the end nothing waits and tshark finds no fault with what was asked."""
    settings = [("hss_retry", 1), *params]
    defines = ["IPSMGW_REG_EVENT=%d" % reg_event, *more.pop("defines", ())]
    with HssWorld(name, subscribers, profile=profile, defines=defines, params=settings, **more) as w:
        yield w
        wait_settled(w)
        octets = [m.to_bytes() for m in w.hss.messages("PUR")]
        complaints = tshark_complaints(octets, w.hss.folder / "updates.pcap") if octets else []
        assert not complaints, "tshark complains:\n%s" % "\n".join(complaints)


def phones(*contacts, impus=(ALICE, TEL)):
    """Of a REGISTER: what the phone's own REGISTER and its answer said; the contacts with their parameters."""
    return dict(
        zip(
            ("content_type", "body"),
            registrar.multipart(
                ("message/sip", registrar.phone_register(contacts[0], impi=IMPI)),
                ("message/sip", registrar.phone_response(contacts, impus)),
                ("application/3gpp-ims+xml", registrar.service_info(MSISDN)),
            ),
        )
    )


def smsip(uri):
    return "<%s>;+g.3gpp.smsip;expires=3600" % uri


def plain(uri):
    return "<%s>;expires=3600" % uri


# --- what is seen ---


def numbers(w, identity=None):
    """The numbers that the PURs had, in their order; "": taken away. identity: of those about it only."""
    found = []
    for pur in w.hss.requests("PUR"):
        who = pur.find(USER_IDENTITY)
        named = who.find(PUBLIC_IDENTITY).text if who.find(PUBLIC_IDENTITY) else who.find(MSISDN_AVP).digits
        if identity in (None, named):
            found.append(number_in(pur))
    return found


def number_in(pur):
    root = ElementTree.fromstring(pur.find(USER_DATA).value)
    path = "Sh-IMS-Data/Extension/Extension/Extension/SMSRegistrationInfo/IP-SM-GW-Number"
    found = root.findall(path)
    assert root.tag == "Sh-Data" and len(found) == 1, pur.find(USER_DATA).text
    return found[0].text or ""


def wait_numbers(w, expected, timeout=5):
    """Until the HSS was told so, and the gateway has its answers."""
    w.gateway.wait_until(lambda: len(numbers(w)) >= len(expected), "%d PUR" % len(expected), timeout)
    wait_settled(w, timeout)
    assert numbers(w) == list(expected), "expected %r, seen %r" % (expected, numbers(w))


def updates(w, *limit):
    return w.gateway.rpc.structs("ipsmgw.hss_updates", *limit)


def wait_settled(w, timeout=5):
    w.gateway.wait_until(lambda: not updates(w), "end of all updates", timeout)


def wait_update(w, timeout=5, **fields):
    """Until the only one that waits is like this."""

    def look():
        found = updates(w)
        return len(found) == 1 and all(found[0][k] == v for k, v in fields.items())

    w.gateway.wait_until(look, "update with %s" % fields, timeout)


def stored(w, identity=ALICE):
    """The number that the HSS has now, "": none."""
    number = w.hss.show(identity).get("ip-sm-gw-number", "")
    return "" if number == "-" else number


def counted(w, **expected):
    counters = w.gateway.rpc.counters()
    seen = {name: counters["hss_update_" + name] for name in expected}
    assert seen == expected, "expected %s, seen %s" % (expected, seen)
    assert counters["hss_update_sent"] == counters["hss_update_ok"] + counters["hss_update_failed"], counters


def shown(w, identity=ALICE):
    text = w.gateway.rpc.call("ipsmgw.registry", "show", "s:" + identity)
    return tuple(re.search(r"hss_%s: (\w+)" % name, text)[1] for name in ("wanted", "told"))


def quiet(w, seconds=SILENT):
    """No PUR comes for a while."""
    before = len(w.hss.requests("PUR"))
    time.sleep(seconds)  # nothing is to be seen
    seen = len(w.hss.requests("PUR"))
    assert seen == before, "expected no further PUR, seen %d" % (seen - before)


def lines(w, text):
    return [line for line in w.gateway.log_lines() if text in line]


# --- what is said, and when -------------------------------------------------------------------


def test_the_first_contact_and_the_last_make_one_update_each():
    with world("update-life") as w:
        w.registrar.register(ALICE, **phones(smsip(PHONE)))
        wait_numbers(w, [NUMBER])
        assert shown(w) == ("registered", "registered"), shown(w)
        assert stored(w) == NUMBER, w.hss.show(ALICE)
        pur = w.hss.requests("PUR")[0]
        assert (pur.app, pur.text(264), pur.text(296), pur.text(283)) == (16777217, GATEWAY, REALM, REALM), pur.avps
        assert pur.find(277, 0).number == 1, "expected Auth-Session-State NO_STATE_MAINTAINED, seen %s" % pur.avps
        assert pur.text(263).startswith(GATEWAY + ";") and IMSI not in pur.text(263), pur.text(263)
        assert pur.find(DATA_REFERENCE).number == SMS_REGISTRATION_INFO, pur.avps
        assert [a.code for a in pur.find(USER_IDENTITY).value] == [MSISDN_AVP], pur.find(USER_IDENTITY).value
        assert pur.find(MSISDN_AVP) is None and pur.find(USER_IDENTITY).find(MSISDN_AVP).digits == MSISDN
        assert pur.text(USER_NAME) == IMPI, pur.avps
        for form in (phones(smsip(PHONE)), phones(smsip(PHONE), smsip(TABLET)), phones(smsip(TABLET)), {}):
            w.registrar.register(ALICE, **form)
        quiet(w)
        w.registrar.register(ALICE, expires=0)
        wait_numbers(w, [NUMBER, ""])
        assert stored(w) == "", w.hss.show(ALICE)
        counted(w, sent=2, ok=2, failed=0, retried=0, given_up=0, dropped=0)
        said = lines(w, "hss update: ")
        assert len(said) == 2 and "registered" in said[0] and "nothing" in said[1], said
        assert all("result=2001" in line and MSISDN not in line for line in said), said


def test_tshark_reads_what_the_hss_is_told():
    with world("update-tshark") as w:
        w.registrar.register(ALICE, **phones(smsip(PHONE)))
        wait_numbers(w, [NUMBER])
        path = w.hss.folder / "one.pcap"
        assert not tshark_complaints([m.to_bytes() for m in w.hss.requests("PUR")], path)
        text = tshark_text(path)
        for wanted in ("Command Code: Profile-Update (307)", "AVP: Sh-User-Data(702)", "Data-Reference: SMSRegistrationInfo (24)", "E.164 number (MSISDN): " + MSISDN):
            assert wanted in text, "no %s in what tshark reads:\n%s" % (wanted, text)


def test_without_a_number_the_impu_is_the_key():
    with world("update-impu") as w:
        w.hss.control("fault UDR 0 experimental 5001")  # it is not learnt from the HSS either
        w.registrar.register(ALICE)
        wait_numbers(w, [NUMBER])
        pur = w.hss.requests("PUR")[0]
        assert [(a.code, a.text) for a in pur.find(USER_IDENTITY).value] == [(PUBLIC_IDENTITY, ALICE)], pur.avps
        assert pur.find(USER_NAME, 0) is None, pur.avps
        w.registrar.register(ALICE, expires=0)
        wait_numbers(w, [NUMBER, ""])


def test_expiry_and_the_operator_end_it_too():
    with world("update-ends") as w:
        w.registrar.register(ALICE, expires=1)
        wait_numbers(w, [NUMBER, ""])
        w.registrar.register(ALICE)
        wait_numbers(w, [NUMBER, "", NUMBER])
        w.gateway.rpc.call("ipsmgw.registry", "remove", ALICE)
        wait_numbers(w, [NUMBER, "", NUMBER, ""])
        assert stored(w) == ""


def test_a_phone_that_takes_no_short_messages_is_not_told_of():
    with world("update-plain") as w:
        w.registrar.register(ALICE, **phones(plain(TABLET)))
        quiet(w)
        w.registrar.register(ALICE, **phones(plain(TABLET), smsip(PHONE)))
        wait_numbers(w, [NUMBER])
        w.registrar.register(ALICE, **phones(plain(TABLET)))
        wait_numbers(w, [NUMBER, ""])
        assert shown(w) == ("nothing", "nothing"), shown(w)
        w.registrar.register(ALICE, expires=0)
        quiet(w)


def test_with_reg_event_the_notify_decides():
    with world("update-notify", reg_event=1) as w:
        notifier = Notifier(w)
        w.registrar.register(ALICE)
        dialog = notifier.dialog()
        quiet(w)  # not known to take short messages
        dialog.bound(contact(PHONE, smsip=False))
        quiet(w)
        dialog.bound(contact(PHONE, smsip=False), contact(TABLET, name="c2"))
        wait_numbers(w, [NUMBER])
        dialog.bound(contact(PHONE, name="c1"), contact(TABLET, name="c2"))
        quiet(w)
        dialog.bound(contact(PHONE, smsip=False))
        wait_numbers(w, [NUMBER, ""])
        dialog.bound(contact(PHONE))
        wait_numbers(w, [NUMBER, "", NUMBER])
        dialog.bound()
        wait_numbers(w, [NUMBER, "", NUMBER, ""])
        assert stored(w) == "" and w.registrar.count() == 0
        assert len(notifier.subscribes) == 1, "the S-CSCF was asked %d times" % len(notifier.subscribes)


def test_other_profiles_never_write():
    for profile in ("read-only", "none"):
        with world("update-%s" % profile, profile=profile, connected=profile != "none") as w:
            w.registrar.register(ALICE, **phones(smsip(PHONE)))
            w.registrar.register(ALICE, expires=0)
            quiet(w)
            assert updates(w) == [] and w.hss.requests("PUR") == []
            counted(w, sent=0, dropped=0)


# --- an HSS that says no ----------------------------------------------------------------------


def test_4101_twice_then_yes():
    with world("update-4101") as w:
        w.hss.control("fault PUR 2 experimental 4101")
        began = time.monotonic()
        w.registrar.register(ALICE, **phones(smsip(PHONE)))
        wait_update(w, state="retrying", wanted="registered", told="nothing", attempts=2)
        wait_numbers(w, [NUMBER] * 3, timeout=10)
        assert 3 <= time.monotonic() - began < 5, "expected waits of 1 s and 2 s, seen %.1f s" % (time.monotonic() - began)
        counted(w, sent=3, ok=1, failed=2, retried=2, given_up=0)
        assert stored(w) == NUMBER and len(lines(w, "PRIOR_UPDATE_IN_PROGRESS")) == 2


def test_5103_is_said_and_not_tried_again():
    with world("update-5103", ["deny %s\n" % GATEWAY] + SUBSCRIBERS) as w:
        w.registrar.register(ALICE, **phones(smsip(PHONE)))
        w.gateway.wait_counter("hss_update_given_up", 1)
        said = lines(w, "given up")
        assert len(said) == 1 and "result=5103" in said[0] and "permissions" in said[0], said
        assert shown(w) == ("registered", "nothing"), shown(w)
        for _ in range(2):
            w.registrar.register(ALICE, **phones(smsip(PHONE)))
        w.registrar.register(ALICE, expires=0)  # the HSS knows nothing that could be taken back
        quiet(w, 1.5)
        counted(w, sent=1, ok=0, failed=1, retried=0, given_up=1)


def test_whom_the_hss_does_not_know_is_given_up():
    with world("update-5001", []) as w:
        w.registrar.register(ALICE, **phones(smsip(PHONE)))
        w.gateway.wait_counter("hss_update_given_up", 1)
        assert "result=5001 (DIAMETER_ERROR_USER_UNKNOWN)" in lines(w, "given up")[0], lines(w, "given up")
        quiet(w, 1.5)


# --- an HSS that is slow or away --------------------------------------------------------------


def test_a_silent_hss_is_asked_again_and_de_registration_is_told_in_doubt():
    with world("update-silent", params=[("hss_timeout", 300)]) as w:
        w.hss.control("fault PUR 1 silence")
        w.registrar.register(ALICE, **phones(smsip(PHONE)))
        wait_update(w, state="retrying", told="unsure", attempts=1)
        w.registrar.register(ALICE, expires=0)
        wait_numbers(w, [NUMBER, ""])  # it may have taken the first one
        assert stored(w) == ""
        w.registrar.register(ALICE, **phones(smsip(PHONE)))
        wait_numbers(w, [NUMBER, "", NUMBER])
        counted(w, sent=3, ok=2, failed=1)


def test_a_late_answer_changes_nothing():
    with world("update-late", params=[("hss_timeout", 300)]) as w:
        w.hss.control("fault PUR 1 late 800")
        w.registrar.register(ALICE, **phones(smsip(PHONE)))
        wait_numbers(w, [NUMBER, NUMBER])
        assert stored(w) == NUMBER and shown(w) == ("registered", "registered")
        counted(w, sent=2, ok=1, failed=1, retried=1)


def test_the_latest_wish_wins_and_nothing_is_reordered():
    with world("update-order") as w:
        w.hss.control("fault PUR 1 delay 700")
        w.registrar.register(ALICE, **phones(smsip(PHONE)))
        w.hss.wait_messages("PUR", 1)
        for expires in (0, 3600, 0, 3600, 0):
            w.registrar.register(ALICE, expires=expires)
        assert len(w.hss.requests("PUR")) == 1, "expected one at a time, seen %s" % numbers(w)
        wait_numbers(w, [NUMBER, ""])
        assert stored(w) == ""
        w.hss.control("fault PUR 1 delay 700")
        w.registrar.register(ALICE)
        w.hss.wait_messages("PUR", 3)
        for expires in (0, 3600):
            w.registrar.register(ALICE, expires=expires)
        wait_numbers(w, [NUMBER, "", NUMBER])
        assert stored(w) == NUMBER and shown(w) == ("registered", "registered")


@bound(120)
def test_many_quick_changes_end_as_the_last_one():
    with world("update-storm") as w:
        w.hss.control("fault PUR 0 delay 30")
        for n in range(30):
            w.registrar.register(ALICE, expires=3600 if n % 2 == 0 else 0)
            w.registrar.register(ALICE, expires=3600 if n % 3 else 0)
            time.sleep(0.01 * (n % 5))  # other moments of the update before
        w.registrar.register(ALICE)
        wait_settled(w)
        assert stored(w) == NUMBER and shown(w) == ("registered", "registered"), (stored(w), shown(w))
        said = numbers(w)
        assert all(a != b for a, b in zip(said, said[1:])), "the same was told twice: %s" % said
        w.registrar.register(ALICE, expires=0)
        wait_settled(w)
        assert stored(w) == ""
        w.hss.control("reset")


@bound(120)
def test_five_hundred_are_told_once_each_when_the_hss_is_back():
    count, slots = 500, 20
    people = [subscriber(imsi="0010100000%05d" % n, msisdn="4477009%05d" % n, impu="sip:u%d@ims.test" % n) for n in range(count)]
    # a peer is at most so many requests behind; what is delayed shows how many are under way
    with world("update-outage", people, params=[("hss_slots", slots)]) as w:
        w.hss.kill9()
        w.gateway.wait_until(lambda: not w.is_connected(), "end of the connection")
        for n in range(count):
            w.registrar.register("sip:u%d@ims.test" % n)
        assert w.gateway.rpc.structs("ipsmgw.stats")[0]["hss_updates_waiting"] == count
        assert len(updates(w)) == 100 and len(updates(w, 7)) == 7 and len(updates(w, 1000)) == count
        counted(w, sent=0, retried=0)
        most, stop = [0], threading.Event()

        def watch():
            while not stop.is_set():
                most[0] = max(most[0], sum(1 for u in updates(w, 1000) if u["state"] == "sent"))

        watcher = threading.Thread(target=watch)
        w.hss.start()
        w.hss.control("fault PUR 0 delay 20")
        watcher.start()
        try:
            w.wait_connected(40)
            wait_settled(w, 60)
        finally:
            stop.set()
            watcher.join()
        assert 0 < most[0] <= slots / 2, "%d were under way at one time" % most[0]
        told = sorted(w.hss.requests("PUR"), key=lambda m: m.find(USER_IDENTITY).find(PUBLIC_IDENTITY).text)
        assert len(told) == count, "expected %d PUR, seen %d" % (count, len(told))
        assert {m.find(USER_IDENTITY).find(PUBLIC_IDENTITY).text for m in told} == {"sip:u%d@ims.test" % n for n in range(count)}
        counted(w, sent=count, ok=count, failed=0, retried=0)
        w.hss.control("reset")


def test_who_comes_and_goes_while_the_hss_is_away_is_not_told_of():
    with world("update-gone") as w:
        w.hss.kill9()
        w.gateway.wait_until(lambda: not w.is_connected(), "end of the connection")
        w.registrar.register(ALICE)
        wait_update(w, state="waiting", wanted="registered", told="nothing", attempts=0)
        w.registrar.register(ALICE, expires=0)
        wait_settled(w)
        w.connected = False
        assert os.path.exists(w.gateway.folder)
