# SPDX-License-Identifier: GPL-2.0-or-later
#
# Third-party registration (TS 24.341 5.3.3.2): what an S-CSCF tells by REGISTER, in every form, and what the registry
# makes of it.

import pathlib
import time

from ipsmgwtest import registrar, sip
from ipsmgwtest.gateway import ROOT
from ipsmgwtest.scscf import Scscf
from ipsmgwtest.world import World

VECTORS = ROOT / "test/vectors"
ALICE, BOB = "sip:alice@ims.test", "sip:bob@ims.test"
SMSIP = "<sip:alice@192.0.2.%d:5060>;+g.3gpp.smsip;expires=%d"
PLAIN = "<sip:alice@192.0.2.%d:5060>;expires=%d"


def without_time(record):
    return {name: value for name, value in record.items() if name != "expires"}


def test_reg_001_a_third_party_register_is_shown_by_its_tel_uri():
    with World("reg-001") as w:
        reg = registrar.Registrar(w)
        typ, body = registrar.multipart(
            ("application/3gpp-ims+xml", registrar.service_info("<![CDATA[msisdn=12025550101]]>")),
            ("message/sip", registrar.phone_register(SMSIP % (1, 600000), impi="001010000000101@ims.mnc001.mcc001.3gppnetwork.org")),
            ("message/sip", registrar.phone_response([SMSIP % (1, 600000)], [ALICE, "sip:+12025550101@ims.test", "tel:+12025550101"])),
        )
        reg.register(ALICE, expires=600000, content_type=typ, body=body)
        record = reg.show("tel:+12025550101")
        assert record, "not found by its tel URI"
        assert (record["impu"], record["msisdn"], record["imsi"]) == (ALICE, "12025550101", "001010000000101"), record
        assert (record["capability"], record["smsip_contacts"]) == ("yes", 1), record
        assert record["scscf"] == "sip:127.0.0.1:%d" % w.scscf.port, record
        assert 599990 <= record["expires"] <= 600000, record
        assert record["impus"] == [ALICE, "sip:+12025550101@ims.test", "tel:+12025550101"], record
        # every spelling of every identity finds it
        for identity in (
            ALICE, "sip:alice@IMS.test", "sip:+12025550101@ims.test;user=phone", "sip:12025550101@ims.test", "tel:12025550101",
            "tel:+1-202-555-0101", "+12025550101", "12025550101", "001010000000101",
            "001010000000101@ims.mnc001.mcc001.3gppnetwork.org", "sip:001010000000101@ims.mnc001.mcc001.3gppnetwork.org",
        ):
            found = reg.show(identity)
            assert found and without_time(found) == without_time(record), "%s shows %s" % (identity, found)
        assert reg.show("tel:+12025550102") is None and reg.show(BOB) is None
        counters = w.gateway.rpc.counters()
        assert (counters["reg_received"], counters["reg_new"]) == (1, 1), counters


def test_every_captured_register_is_taken():
    files = sorted(VECTORS.glob("sip/3pr-*.txt")) + sorted(VECTORS.glob("scscf/register-*.txt"))
    assert len(files) >= 10, files
    with World("captured") as w:
        reg = registrar.Registrar(w)
        for path in files:
            octets = path.read_bytes()
            message = sip.parse(octets)
            impu = message.get("To").strip("<>").split(">")[0]
            final = reg.replay(octets)
            assert final.status == 200, "%s: %s" % (path.name, final.start)
            record = reg.show(impu)
            if message.get("Expires") == "0":
                continue
            assert record and record["impu"] == impu, "%s: %s" % (path.name, record)
            assert record["scscf"] == message.get("Contact").strip("<>").split(">")[0], "%s: %s" % (path.name, record)
        assert w.gateway.rpc.counters()["reg_refused"] == 0


def test_service_info_in_each_format_gives_the_numbers():
    forms = (
        ("12025550101", "12025550101", None),
        ("+12025550101", "12025550101", None),
        ("msisdn=12025550101;imsi=001010000000101", "12025550101", "001010000000101"),
        ("imsi=001010000000101, msisdn=+12025550101", "12025550101", "001010000000101"),
        ("<msisdn>12025550101</msisdn><imsi>001010000000101</imsi>", "12025550101", "001010000000101"),
        ("<![CDATA[msisdn=12025550101]]>", "12025550101", None),
    )
    for n, (text, msisdn, imsi) in enumerate(forms):
        with World("service-info-%d" % n) as w:
            reg = registrar.Registrar(w)
            reg.register(ALICE, content_type="application/3gpp-ims+xml", body=registrar.service_info(text))
            record = reg.show(ALICE)
            assert (record.get("msisdn"), record.get("imsi")) == (msisdn, imsi), "%s: %s" % (text, record)
            assert record["capability"] == "unknown", record


def test_one_of_two_phones_leaves_and_the_other_stays():
    with World("two-phones") as w:
        reg = registrar.Registrar(w)
        for n in (1, 2):
            reg.register(ALICE, content_type="message/sip", body=registrar.phone_register(SMSIP % (n, 3600)))
        assert reg.show(ALICE)["smsip_contacts"] == 2, reg.show(ALICE)
        reg.register(ALICE, expires=0, content_type="message/sip", body=registrar.phone_register(SMSIP % (1, 0)))
        record = reg.show(ALICE)
        assert record and record["smsip_contacts"] == 1, record
        assert record["contacts"] == ["sip:alice@192.0.2.2:5060"], record
        w.scscf.submit("still here", sender=(ALICE,)).acked()
        reg.register(ALICE, expires=0, content_type="message/sip", body=registrar.phone_register(SMSIP % (2, 0)))
        assert reg.show(ALICE) is None
        counters = w.gateway.rpc.counters()
        assert (counters["reg_new"], counters["reg_refreshed"], counters["reg_gone"]) == (1, 2, 1), counters


def test_deregistration_in_each_form_ends_the_subscriber():
    forms = (
        (None, b""),
        ("message/sip", registrar.phone_register(SMSIP % (1, 0))),
        ("message/sip", registrar.phone_register("*", expires=0)),
        registrar.multipart(("message/sip", registrar.phone_register(SMSIP % (1, 3600), expires=0)), ("message/sip", registrar.phone_response([], [ALICE]))),
    )
    with World("deregister") as w:
        reg = registrar.Registrar(w)
        for n, (typ, body) in enumerate(forms):
            reg.register(ALICE, content_type="message/sip", body=registrar.phone_register(SMSIP % (1, 3600)))
            assert reg.show(ALICE)
            reg.register(ALICE, expires=0, content_type=typ, body=body)
            assert reg.show(ALICE) is None, "form %d: %s" % (n, reg.show(ALICE))
        reg.register(BOB, expires=0)  # who was never here: 200 all the same
        assert reg.count() == 0


def test_capability_is_what_the_contacts_say():
    with World("capability") as w:
        reg = registrar.Registrar(w)
        reg.register(ALICE)
        assert reg.show(ALICE)["capability"] == "unknown"
        reg.register(ALICE, content_type="message/sip", body=registrar.phone_register(PLAIN % (1, 3600)))
        assert reg.show(ALICE)["capability"] == "no", reg.show(ALICE)
        reg.register(ALICE, content_type="message/sip", body=registrar.phone_register(SMSIP % (2, 3600)))
        record = reg.show(ALICE)
        assert (record["capability"], record["smsip_contacts"]) == ("yes", 1), record
        reg.register(ALICE)  # a refresh without a body takes nothing away
        assert reg.show(ALICE)["capability"] == "yes"


def test_a_registration_expires_on_time_and_not_before():
    with World("expiry") as w:
        reg = registrar.Registrar(w)
        reg.register(ALICE, expires=2)
        reg.register(BOB, expires=3600)
        start = time.monotonic()
        assert reg.show(ALICE), "gone before its time"
        w.gateway.wait_counter("reg_expired", 1, timeout=5)
        lasted = time.monotonic() - start
        assert 1 <= lasted <= 3.5, "it lasted %.1f s of 2" % lasted
        assert reg.show(ALICE) is None and reg.show(BOB)
        assert reg.count() == 1


def test_a_refresh_keeps_it_alive():
    with World("refresh") as w:
        reg = registrar.Registrar(w)
        reg.register(ALICE, expires=2)
        reg.register(ALICE, expires=3600)
        reg.register(BOB, expires=1)
        w.gateway.wait_counter("reg_expired", 1, timeout=5)
        assert reg.show(ALICE)["expires"] > 3590, reg.show(ALICE)


def test_a_phone_with_a_short_expiry_does_not_end_the_other():
    with World("short-and-long") as w:
        reg = registrar.Registrar(w)
        reg.register(ALICE, expires=3600, content_type="message/sip", body=registrar.phone_register(SMSIP % (1, 3600)))
        reg.register(ALICE, expires=60, content_type="message/sip", body=registrar.phone_register(SMSIP % (2, 60)))
        assert reg.show(ALICE)["expires"] > 3590, reg.show(ALICE)


def test_two_subscribers_share_no_data():
    with World("two-subscribers") as w:
        reg = registrar.Registrar(w)
        # Kamailio may send the P-Associated-URI of another user: only To counts
        foreign = [("P-Associated-URI", "<%s>, <tel:+12025550199>" % BOB)]
        reg.register(ALICE, more=foreign)
        reg.register(BOB, content_type="application/3gpp-ims+xml", body=registrar.service_info("12025550102"))
        alice, bob = reg.show(ALICE), reg.show(BOB)
        assert alice["impus"] == [ALICE] and "msisdn" not in alice, alice
        assert bob["impus"] == [BOB] and bob["msisdn"] == "12025550102", bob
        assert reg.show("tel:+12025550199") is None
        assert without_time(reg.show("tel:+12025550102")) == without_time(bob)


def test_a_broken_body_still_registers_by_to():
    broken = (
        ("application/3gpp-ims+xml", b"<ims-3gpp><service-info>"),
        ("multipart/mixed;boundary=x", b"no boundary here"),
        ("multipart/mixed", b"--x\r\n\r\n--x--\r\n"),
        ("message/sip", b"\x00\xff\x00"),
    )
    with World("broken") as w:
        reg = registrar.Registrar(w)
        for n, (typ, body) in enumerate(broken):
            impu = "sip:user%d@ims.test" % n
            reg.register(impu, content_type=typ, body=body)
            assert reg.show(impu)["impu"] == impu
        assert w.gateway.rpc.counters()["reg_malformed"] >= 3, w.gateway.rpc.counters()
        assert reg.count() == len(broken)


def test_xml_attacks_are_answered_at_once_and_read_nothing():
    secret = pathlib.Path(w_secret()).as_uri()
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">' + b"".join(
        b'<!ENTITY %c "%s">' % (98 + i, (b"&%c;" % (97 + i)) * 10) for i in range(9)
    ) + b"]><ims-3gpp><service-info>&j;</service-info></ims-3gpp>"
    attacks = (
        b'<!DOCTYPE x SYSTEM "%s"><ims-3gpp><service-info>12025550101</service-info></ims-3gpp>' % secret.encode(),
        b'<!DOCTYPE x [<!ENTITY e SYSTEM "%s">]><ims-3gpp><service-info>&e;</service-info></ims-3gpp>' % secret.encode(),
        bomb,
        b"<ims-3gpp>" + b"<a>" * 10000 + b"</a>" * 10000 + b"</ims-3gpp>",
    )
    with World("xml-attacks") as w:
        reg = registrar.Registrar(w)
        for n, body in enumerate(attacks):
            impu = "sip:attack%d@ims.test" % n
            start = time.monotonic()
            reg.register(impu, content_type="application/3gpp-ims+xml", body=body[:60000])
            took = time.monotonic() - start
            assert took < 0.05, "attack %d took %.0f ms" % (n, took * 1000)
            record = reg.show(impu)
            assert "msisdn" not in record, "attack %d: %s" % (n, record)


def w_secret():
    """A file with a number in it that must never be read."""
    path = ROOT / "build" / "secret-of-the-tests"
    path.write_text("12025550177")
    return path


def test_the_registry_is_bounded_and_never_drops_who_is_in_it():
    with World("full", defines=["IPSMGW_REGISTRY_MAX=2"]) as w:
        reg = registrar.Registrar(w)
        reg.register(ALICE)
        reg.register(BOB)
        final = reg.send(reg.message("sip:carol@ims.test"))
        assert final.status == 503 and final.get("Retry-After"), final.start
        assert reg.show(ALICE) and reg.show(BOB) and reg.count() == 2
        reg.register(ALICE)  # a refresh needs no room
        assert w.gateway.rpc.counters()["reg_full"] == 1


def test_strangers_and_nonsense_are_refused():
    with World("reg-refused") as w:
        reg = registrar.Registrar(w)
        final = reg.send(reg.message("nonsense"))
        assert final.status == 400, final.start
        assert reg.count() == 0


def test_the_operator_lists_shows_and_removes():
    with World("reg-rpc") as w:
        reg = registrar.Registrar(w)
        for n in range(5):
            reg.register("sip:+1202555010%d@ims.test" % n)
        rpc = w.gateway.rpc
        assert len(rpc.structs("ipsmgw.registry", "list")) == 5
        assert len(rpc.structs("ipsmgw.registry", "list", 2)) == 2
        assert len(rpc.structs("ipsmgw.registry", "list", 10, 4)) == 1
        assert "12025550103" not in rpc.call("ipsmgw.registry", "list"), "numbers in the list are not masked"
        rpc.call("ipsmgw.registry", "remove", "tel:+12025550103")
        assert reg.show("tel:+12025550103") is None and reg.count() == 4


def test_event_routes_tell_of_each_change():
    config = ROOT / "test/e2e/cfg/registration-events.cfg"
    with World("reg-events", config=config) as w:
        reg = registrar.Registrar(w)
        reg.register(ALICE, content_type="application/3gpp-ims+xml", body=registrar.service_info("12025550101"))
        reg.register(ALICE)
        reg.register(ALICE, expires=0)
        reg.register(BOB, expires=1)
        w.gateway.wait_counter("reg_expired", 1, timeout=5)
        told = [line.split("told: ")[1] for line in w.gateway.log_lines() if "told: " in line]
        assert told == [
            "registered %s 12025550101" % ALICE,
            "deregistered %s 12025550101" % ALICE,
            "registered %s <null>" % BOB,
            "expired %s <null>" % BOB,
        ], told


# --- the registry in the MO flow ----------------------------------------------------------


def test_the_hub_gets_the_number_that_the_registry_knows():
    with World("mo-number") as w:
        reg = registrar.Registrar(w)
        reg.register(ALICE, content_type="application/3gpp-ims+xml", body=registrar.service_info("12025550101"))
        w.scscf.submit("Hello", sender=(ALICE,)).acked()
        message = w.hub.messages[0]
        assert message.get("P-Asserted-Identity") == "<tel:+12025550101>", message.headers
        assert message.get("From").startswith("<sip:+12025550101@ims.test;user=phone>"), message.headers


def test_a_report_goes_by_the_scscf_of_the_record():
    with World("mo-scscf") as w:
        other = Scscf(w.trace)
        try:
            reg = registrar.Registrar(w)
            reg.register(ALICE, contact="sip:127.0.0.1:%d" % other.port)
            s = w.scscf.submit("Hello", sender=(ALICE,)).accepted()
            w.gateway.wait_counter("report_ok", 1)
            assert len(other.reports[s.call_id]) == 1 and not w.scscf.reports[s.call_id]
            route = other.reports[s.call_id][0].request.get("Route")
            assert route == "<sip:127.0.0.1:%d;lr>" % other.port, route
            w.reports_lost = 1  # on the way that the world watches
        finally:
            other.close()


def test_a_report_that_the_records_scscf_does_not_take_goes_the_configured_way():
    with World("mo-scscf-gone", params=[("report_timeout", 500), ("report_retry_delay", 0)]) as w:
        reg = registrar.Registrar(w)
        reg.register(ALICE, contact="sip:scscf.invalid:5060")
        w.scscf.submit("Hello", sender=(ALICE,)).acked()


def test_a_sender_who_is_not_registered_is_treated_as_configured():
    with World("unregistered-28", defines=["IPSMGW_UNREGISTERED=28"]) as w:
        w.scscf.submit("Hello", sender=(ALICE,)).errored(28)
        registrar.Registrar(w).register(ALICE)
        w.scscf.submit("Hello", sender=(ALICE,)).acked()
        assert w.hub.texts() == ["Hello"]
    with World("unregistered-403", defines=["IPSMGW_UNREGISTERED=403"]) as w:
        assert w.scscf.submit("Hello", sender=(ALICE,)).answer().status == 403
        registrar.Registrar(w).register(ALICE)
        w.scscf.submit("Hello", sender=(ALICE,)).acked()
    with World("unregistered-0") as w:
        w.scscf.submit("Hello", sender=(ALICE,)).acked()
