# SPDX-License-Identifier: GPL-2.0-or-later
#
# The HSS of the tests itself, driven by a Diameter client that shares nothing with it: what it answers to each command
# (TS 29.328, 29.338), each fault it can be told, its log, and all its messages as tshark reads them. Tests of the gateway rest on it.

import contextlib
import os
import pathlib
import queue
import shutil
import socket
import time
import xml.etree.ElementTree as ElementTree

from ipsmgwtest import bound
from ipsmgwtest.diameter import (
    ERROR,
    PNR,
    PUR,
    RDR,
    S6C,
    SH,
    SNR,
    SRR,
    UDR,
    Client,
    DiameterError,
    ietf,
    tbcd,
    tgpp,
)
from ipsmgwtest.hss import Hss, StartError, subscriber
from ipsmgwtest.pcap import tshark_complaints

BUILD = pathlib.Path(os.environ["BUILD"])

ALICE, ALICE_TEL, MSISDN = "sip:+15550000001@ims.test", "tel:+15550000001", "15550000001"
IMSI, IMPI = "001010000000001", "001010000000001@ims.mnc001.mcc001.3gppnetwork.org"
BOB, BOB_MSISDN = "sip:bob@ims.test", "15550000002"
SC, GATEWAY_NUMBER = "15551230000", "15557770001"
CHAIN = "Extension/"

SUBSCRIBERS = [
    "deny denied.ims.test\n",
    subscriber(
        imsi=IMSI,
        msisdn=MSISDN,
        impi=IMPI,
        impu=[ALICE, ALICE_TEL],
        external="alice@ims.test",
        state=1,
        scscf="sip:scscf.ims.test:6060",
        sc_address=SC,
        mme=("mme.test", "epc.test", "15558880001"),
        sgsn=("sgsn.test", "epc.test", "15558880002"),
        msc="15558880003",
        tads=(1, 1004, "2026-01-01T00:00:00Z"),
    ),
    subscriber(imsi="001010000000002", msisdn=BOB_MSISDN, impu=BOB, absent=(1, "-", 6)),
]

SUCCESS = (0, 2001)
ENDED_BY_NOTHING = 0.3  # how long silence is listened to


def experimental(code):
    return 10415, code


@contextlib.contextmanager
def lab(name, subscribers=SUBSCRIBERS, odd=(), **more):
    """An HSS and a client of it. At the end tshark finds no fault with what was said, but for lines with one of odd, which
    the test itself made."""
    with Hss(BUILD, BUILD / "run" / ("%s-%d" % (name, os.getpid())), subscribers, **more) as hss:
        with Client(hss.address) as client:
            yield hss, client
        complaints = tshark_complaints(client.sent + client.received, hss.folder / "messages.pcap", odd)
        assert not complaints, "tshark complains:\n%s" % "\n".join(complaints)


def identity(impu=None, msisdn=None, external=None):
    avps = [(601, impu), (701, msisdn and tbcd(msisdn)), (3111, external)]
    return tgpp(700, [tgpp(code, value) for code, value in avps if value])


def features(bits=1, mandatory=False):
    return tgpp(628, [ietf(266, 10415), tgpp(629, 1), tgpp(630, bits)], mandatory)


def udr(client, references, *avps, user=None):
    asked = [user or identity(ALICE)] + [tgpp(703, r) for r in references]
    return client.ask(client.make(UDR, SH, asked + list(avps)))


def pur(client, data, *avps, references=(24,), user=None):
    asked = [user or identity(ALICE)] + [tgpp(703, r) for r in references] + [tgpp(702, data)]
    return client.ask(client.make(PUR, SH, asked + list(avps)))


def snr(client, references, *avps, user=None, unsubscribe=False):
    asked = [user or identity(ALICE), tgpp(705, int(unsubscribe))] + [tgpp(703, r) for r in references]
    return client.ask(client.make(SNR, SH, asked + list(avps)))


def srr(client, *avps, user=None):
    return client.ask(client.make(SRR, S6C, [user or tgpp(701, tbcd(MSISDN))] + list(avps)))


def rdr(client, outcome, *avps, sc=SC, user=None):
    who = tgpp(3102, [user or tgpp(701, tbcd(MSISDN))])
    return client.ask(client.make(RDR, S6C, [who, tgpp(3300, tbcd(sc)), tgpp(3316, outcome)] + list(avps)))


def outcome(node, cause, diagnostic=None):
    more = [] if diagnostic is None else [tgpp(3322, diagnostic)]
    return [tgpp(node, [tgpp(3321, cause)] + more)]


def document(answer):
    """The root of User-Data."""
    data = answer.find(702)
    assert data, "no User-Data in %s" % answer.avps
    return ElementTree.fromstring(data.value)


def registration(number, wrapped=3):
    inner = "<SMSRegistrationInfo><IP-SM-GW-Number>%s</IP-SM-GW-Number></SMSRegistrationInfo>" % number
    return "<Sh-Data><Sh-IMS-Data>%s%s%s</Sh-IMS-Data></Sh-Data>" % ("<Extension>" * wrapped, inner, "</Extension>" * wrapped)


def expect(seen, wanted, what):
    assert seen == wanted, "%s: expected %r, seen %r" % (what, wanted, seen)


def opened(client):
    """What the HSS sends goes nowhere until libfdcore has put the peer into its list, a moment after the CEA."""
    expect(udr(client, [17]).result, SUCCESS, "UDR")


def silent(action, what):
    try:
        answer = action()
    except DiameterError:
        return
    raise AssertionError("%s: expected no answer, seen %s" % (what, answer.result))


# --- life ---


def test_it_listens_on_loopback_alone_and_comes_back_after_a_kill():
    with lab("hss-life") as (hss, client):
        expect(hss.listening(), ["0100007F"], "where it listens")
        hss.kill9()
        assert client.closed.wait(5), "expected the connection to end with the HSS"
        hss.start()
        with Client(hss.address) as again:
            expect(udr(again, [11]).result, SUCCESS, "UDR after the restart")
            hss.stop()
            assert again.closed.wait(5), "expected the connection to end with the HSS"
            expect(again.disconnect_cause, 0, "the cause of its DPR")


def test_a_file_with_an_unknown_field_is_refused():
    hss = Hss(BUILD, BUILD / "run" / ("hss-bad-%d" % os.getpid()), "subscriber\nshoe-size 44\n")
    try:
        hss.start()
    except StartError as e:
        assert "subscribers:2: not understood" in str(e), "expected the line to be named:\n%s" % e
    else:
        raise AssertionError("expected it not to start")
    finally:
        hss.kill9()
        shutil.rmtree(hss.folder)


def test_it_goes_with_the_dictionaries_of_freediameter():
    with lab("hss-dictionaries", extensions=("dict_nasreq", "dict_dcca", "dict_dcca_3gpp")) as (_, client):
        answer = srr(client, tgpp(3310, 1))
        expect(answer.result, SUCCESS, "SRR")
        flags = {a.code: a.flags for a in answer.find(2401).value}
        expect(flags, {2402: 0xC0, 2408: 0x80, 1645: 0x80}, "flags in Serving-Node")
        document(udr(client, [10]))


# --- Sh ---

READ = [
    (10, "PublicIdentifiers/IMSPublicIdentity", [ALICE, ALICE_TEL]),
    (11, "Sh-IMS-Data/IMSUserState", ["1"]),
    (12, "Sh-IMS-Data/SCSCFName", ["sip:scscf.ims.test:6060"]),
    (14, CHAIN * 4 + "EPSLocationInformation/MMEName", ["mme.test"]),
    (14, "CSLocationInformation/MSCNumber/Address", ["kVFViAgA8w=="]),
    (17, "PublicIdentifiers/MSISDN", [MSISDN]),
    (24, "Sh-IMS-Data/" + CHAIN * 3 + "SMSRegistrationInfo/Extension/SCAddress", [SC]),
    (26, CHAIN * 3 + "TADSinformation/RATtype", ["1004"]),
    (26, CHAIN * 3 + "TADSinformation/IMSVoiceOverPSSessionSupport", ["1"]),
    (26, CHAIN * 3 + "TADSinformation/Extension/LastUEActivityTime", ["2026-01-01T00:00:00Z"]),
    (32, CHAIN * 5 + "IMSI", [IMSI]),
    (33, CHAIN * 5 + "IMSPrivateUserIdentity", [IMPI]),
]


def test_each_data_reference_is_read_where_the_standard_has_it():
    with lab("hss-read") as (_, client):
        for reference, path, values in READ:
            answer = udr(client, [reference])
            expect(answer.result, SUCCESS, "UDR %d" % reference)
            expect([e.text for e in document(answer).findall(path)], values, path)
            assert answer.find(628) is None, "features offered that nobody asked for"


def test_several_data_references_need_the_feature():
    with lab("hss-several") as (_, client):
        everything = sorted({reference for reference, _, _ in READ})
        expect(udr(client, everything).result, (0, 5009), "several references without the feature")
        answer = udr(client, everything, features())
        expect(answer.result, SUCCESS, "several references with the feature")
        expect(answer.find(628).find(630).number, 1, "the feature in the answer")
        for _, path, values in READ:
            expect([e.text for e in document(answer).findall(path)], values, path)


def test_a_document_is_octet_for_octet_that_of_the_schema():
    expected = (
        "<Sh-Data><PublicIdentifiers><IMSPublicIdentity>%s</IMSPublicIdentity><IMSPublicIdentity>%s</IMSPublicIdentity>"
        "<MSISDN>%s</MSISDN></PublicIdentifiers><Sh-IMS-Data><SCSCFName>sip:scscf.ims.test:6060</SCSCFName>"
        "<IMSUserState>1</IMSUserState></Sh-IMS-Data><Extension><Extension><Extension><TADSinformation>"
        "<IMSVoiceOverPSSessionSupport>1</IMSVoiceOverPSSessionSupport><RATtype>1004</RATtype><Extension>"
        "<LastUEActivityTime>2026-01-01T00:00:00Z</LastUEActivityTime></Extension></TADSinformation><Extension><Extension>"
        "<IMSI>%s</IMSI><IMSPrivateUserIdentity>%s</IMSPrivateUserIdentity></Extension></Extension></Extension></Extension>"
        "</Extension></Sh-Data>"
    ) % (ALICE, ALICE_TEL, MSISDN, IMSI, IMPI)
    with lab("hss-document") as (_, client):
        data = udr(client, [33, 32, 26, 17, 12, 11, 10], features()).find(702).text
        expect(data.partition("?>")[2].strip(), expected, "User-Data")


def test_what_is_not_known_is_empty_or_left_out():
    with lab("hss-unknown") as (_, client):
        bob = identity(BOB)
        assert udr(client, [12], user=bob).find(702) is None, "expected no User-Data without the feature"
        element = document(udr(client, [12], features(), user=bob)).find("Sh-IMS-Data/SCSCFName")
        assert element is not None and not element.text, "expected an empty element with the feature"


def test_domain_and_identity_set_choose():
    with lab("hss-choose") as (_, client):
        packet = document(udr(client, [14], tgpp(706, 1)))
        assert packet.find("CSLocationInformation") is None, "the MSC although PS was asked for"
        circuit = document(udr(client, [14], tgpp(706, 0)))
        assert circuit.find(CHAIN * 4 + "EPSLocationInformation") is None, "the MME although CS was asked for"
        implicit = document(udr(client, [10], tgpp(708, 2)))
        expect([e.text for e in implicit.findall("Extension/ImplicitIdentities/IMSPublicIdentity")], [ALICE, ALICE_TEL], "the set")


def test_a_user_is_found_by_each_kind_of_identity():
    with lab("hss-identities") as (_, client):
        for user in (identity(ALICE), identity(ALICE_TEL), identity(msisdn=MSISDN), identity(external="alice@ims.test")):
            expect(udr(client, [17], user=user).result, SUCCESS, "UDR of %s" % user)
        for name in (IMPI, IMSI):
            expect(udr(client, [17], ietf(1, name)).result, SUCCESS, "User-Name %s" % name)


def test_sh_refusals():
    with lab("hss-refusals", odd=["Unknown (77)", "Data is empty"]) as (hss, client):
        expect(udr(client, [17], user=identity("sip:nobody@ims.test")).result, experimental(5001), "unknown user")
        expect(udr(client, [17], ietf(1, "other@ims.test")).result, experimental(5002), "User-Name of another")
        expect(udr(client, [11], user=identity(msisdn=MSISDN)).result, experimental(5101), "state by MSISDN")
        expect(udr(client, [25]).result, experimental(5102), "reading what can only be notified")
        expect(udr(client, [77]).result, experimental(5102), "reading what is not")
        expect(pur(client, "", references=[11]).result, experimental(5103), "writing what can only be read")
        expect(snr(client, [24]).result, experimental(5104), "notifying what cannot be")
        expect(udr(client, [17], user=tgpp(700, [])).result, (0, 5005), "no identity")
        expect(udr(client, [17], user=identity(ALICE, MSISDN)).result, (0, 5008), "two identities")
        refused = udr(client, [17], features(1 << 1, mandatory=True))
        expect(refused.result, experimental(5011), "a feature demanded that is not there")
        expect(refused.find(628).find(630).number, 1, "its features")
        with Client(hss.address, host="denied.ims.test") as denied:
            expect(udr(denied, [17]).result, experimental(5102), "UDR of a denied server")
            expect(pur(denied, registration("")).result, experimental(5103), "PUR of a denied server")
            expect(snr(denied, [11]).result, experimental(5104), "SNR of a denied server")


def test_a_gateway_registers_and_deregisters():
    with lab("hss-register") as (hss, client):
        expect(pur(client, registration(GATEWAY_NUMBER)).result, SUCCESS, "registration")
        shown = hss.show(MSISDN)
        expect(shown["ip-sm-gw-number"], GATEWAY_NUMBER, "the number")
        expect((shown["ip-sm-gw-host"], shown["ip-sm-gw-realm"]), ("gateway.ims.test", "ims.test"), "the identity: that of the request")
        root = document(udr(client, [24]))
        info = root.find("Sh-IMS-Data/" + CHAIN * 3 + "SMSRegistrationInfo")
        expect(info.findtext("IP-SM-GW-Number"), GATEWAY_NUMBER, "the number read")
        expect(info.findtext("Extension/SCAddress"), SC, "the SC address, which stays")
        expect(pur(client, registration("")).result, SUCCESS, "deregistration")
        expect(pur(client, registration("")).result, SUCCESS, "deregistration of nothing")
        shown = hss.show(MSISDN)
        expect((shown["ip-sm-gw-number"], shown["ip-sm-gw-host"]), ("", ""), "what is left")


def test_a_configured_gateway_stays():
    fixed = subscriber(impu=ALICE, ip_sm_gw_number=("15557770009", "fixed"), ip_sm_gw_host=("other.test", "test"))
    with lab("hss-fixed", fixed) as (hss, client):
        for number in (GATEWAY_NUMBER, ""):
            expect(pur(client, registration(number)).result, SUCCESS, "PUR %r" % number)
            expect(hss.show(ALICE)["ip-sm-gw-number"], "15557770009", "the number after PUR %r" % number)


def test_data_that_is_no_registration_is_refused():
    bad = {
        "directly in Sh-IMS-Data": registration(GATEWAY_NUMBER, wrapped=0),
        "two levels deep": registration(GATEWAY_NUMBER, wrapped=2),
        "four levels deep": registration(GATEWAY_NUMBER, wrapped=4),
        "no number element": registration("").replace("<IP-SM-GW-Number></IP-SM-GW-Number>", ""),
        "letters": registration("AVAILABLE"),
        "a plus": registration("+15557770001"),
        "no XML": "IP-SM-GW=1",
        "nothing": "",
    }
    with lab("hss-bad-data", odd=["Data is empty"]) as (hss, client):
        for what, data in bad.items():
            expect(pur(client, data).result, experimental(5100), what)
        expect(pur(client, registration("1" + " " * 5000)).result, experimental(5008), "too much")
        expect(hss.show(MSISDN)["ip-sm-gw-number"], "", "the number")


def test_notifications_reach_who_subscribed():
    with lab("hss-notify") as (hss, client):
        expiry = (int(time.time()) + 3600 + 2208988800).to_bytes(4, "big")
        answer = snr(client, [11, 12], features(), tgpp(709, expiry), tgpp(710, 1))
        expect(answer.result, SUCCESS, "SNR")
        expect(answer.find(709).value, expiry, "Expiry-Time")
        expect(document(answer).findtext("Sh-IMS-Data/IMSUserState"), "1", "the data with it")
        hss.control("set %s state 0" % MSISDN)
        expect(hss.control("pnr %s 11" % MSISDN), "1", "notifications sent")
        request = client.incoming.get(timeout=5)
        expect((request.code, request.app, request.flags), (PNR, SH, 0xC0), "the request")
        expect(request.text(293), "gateway.ims.test", "Destination-Host")
        expect(request.find(700).find(601).text, ALICE, "the user")
        expect(document(request).findtext("Sh-IMS-Data/IMSUserState"), "0", "the new state")
        client.answer(request, [])
        hss.wait_messages("PNA")
        snr(client, [11], unsubscribe=True)
        expect(hss.control("pnr %s 11" % MSISDN), "0", "notifications after the end of the subscription")
        expect(hss.show(MSISDN)["subscriptions"], "gateway.ims.test:12", "what is left")


def test_reachability_is_told_once():
    with lab("hss-reachable") as (hss, client):
        expect(snr(client, [25]).result, (0, 5005), "without One-Time-Notification")
        expect(snr(client, [11], tgpp(712, 0)).result, (0, 5008), "One-Time-Notification for other data")
        expect(snr(client, [25], tgpp(712, 0)).result, SUCCESS, "SNR")
        expect(hss.control("pnr %s 25" % MSISDN), "1", "the first time")
        request = client.incoming.get(timeout=5)
        path = "Sh-IMS-Data/" + CHAIN * 3 + "UEReachabilityForIP/UEIPReachabilityMME"
        expect(document(request).findtext(path), "0", path)
        client.answer(request, [])
        expect(hss.control("pnr %s 25" % MSISDN), "0", "the second time")


def test_an_answer_user_unknown_ends_all_subscriptions():
    with lab("hss-unsubscribed") as (hss, client):
        snr(client, [11])
        snr(client, [12])
        hss.control("pnr %s 11" % MSISDN)
        request = client.incoming.get(timeout=5)
        session = [request.find(263, 0)]
        request.avps = session + [ietf(297, [ietf(266, 10415), ietf(298, 5001)])] + client.origin()
        request.flags &= 0x7F
        client.send(request)
        hss.wait_messages("PNA")
        end = time.monotonic() + 5
        while hss.show(MSISDN)["subscriptions"]:
            assert time.monotonic() < end, "expected no subscription, seen %s" % hss.show(MSISDN)
            time.sleep(0.02)  # between two looks, within the bound


def test_an_expired_subscription_is_not_notified():
    with lab("hss-expired") as (hss, client):
        snr(client, [11], tgpp(709, (int(time.time()) - 1 + 2208988800).to_bytes(4, "big")))
        expect(hss.control("pnr %s 11" % MSISDN), "0", "notifications")


# --- S6c ---


def node_of(avp):
    """{code: text or digits} of a serving node."""
    return {a.code: a.digits if a.code in (1645, 1489, 2403, 3100) else a.text for a in avp.value}


def test_routing_tells_the_nodes_that_the_asker_can_take():
    mme = {2402: "mme.test", 2408: "epc.test", 1645: "15558880001"}
    with lab("hss-routing") as (hss, client):
        one = srr(client, tgpp(3300, tbcd(SC)))
        expect(one.result, SUCCESS, "SRR")
        expect(one.text(1), IMSI, "the IMSI")
        expect(node_of(one.find(2401)), mme, "Serving-Node")
        assert one.find(2406) is None, "a second node for who can take one"
        two = srr(client, tgpp(3310, 1))
        expect(node_of(two.find(2401)), mme, "Serving-Node")
        expect(node_of(two.find(2406)), {2403: "15558880003"}, "Additional-Serving-Node")
        hss.control("set %s mme" % MSISDN)
        hss.control("set %s msc" % MSISDN)
        sgsn = srr(client, user=ietf(1, IMSI))
        expect(node_of(sgsn.find(2401)), {2409: "sgsn.test", 2410: "epc.test", 1489: "15558880002"}, "Serving-Node by IMSI")
        only = srr(client, tgpp(3311, 0))
        expect((only.text(1), only.find(2401)), (IMSI, None), "the IMSI alone")


def test_a_user_without_msisdn_is_routed_to_his_gateway():
    with lab("hss-uri") as (_, client):
        pur(client, registration(GATEWAY_NUMBER))
        answer = srr(client, user=tgpp(3324, [tgpp(3327, ALICE)]))
        expect(answer.result, SUCCESS, "SRR")
        expect(node_of(answer.find(2401)), {3100: GATEWAY_NUMBER, 3101: "gateway.ims.test", 3112: "ims.test"}, "Serving-Node")


def test_routing_refusals():
    with lab("hss-no-route") as (hss, client):
        expect(srr(client, user=tgpp(701, tbcd("15559999999"))).result, experimental(5001), "unknown")
        expect(srr(client, user=tgpp(3310, 0)).result, (0, 5005), "nobody named")
        absent = srr(client, user=tgpp(701, tbcd(BOB_MSISDN)))
        expect(absent.result, experimental(5550), "absent")
        diagnostics = {a.code: a.number for a in absent.avps if a.code in (3313, 3314, 3315)}
        expect(diagnostics, {3313: 1, 3315: 6}, "why")
        hss.control("set %s barred 1" % MSISDN)
        expect(srr(client).result, experimental(5557), "barred")
        hss.control("set %s not-subscribed 1" % MSISDN)
        expect(srr(client).result, experimental(5556), "not subscribed")


def test_reports_keep_the_list_of_waiting_centres():
    with lab("hss-reports") as (hss, client):
        expect(rdr(client, outcome(3320, 1, 12)).result, SUCCESS, "absent")
        expect(rdr(client, outcome(3320, 0), sc="15551230001").result, SUCCESS, "memory full")
        shown = hss.show(MSISDN)
        expect((shown["mwd"], shown["mwd-status"]), (SC + ",15551230001", "6"), "the list, MNRF and MCEF")
        status = srr(client, tgpp(3300, tbcd(SC))).find(3312).number
        expect(status, 6, "MWD-Status for a centre that waits")
        status = srr(client, tgpp(3300, tbcd("15551239999"))).find(3312).number
        expect(status, 7, "MWD-Status for one that does not")
        expect(rdr(client, outcome(3319, 1), tgpp(3323, 1), sc="15551230002").result, SUCCESS, "a single attempt")
        shown = hss.show(MSISDN)
        expect((shown["mwd"], shown["mwd-status"]), (SC + ",15551230001", "14"), "the list as it was, MNRG more")
        expect(rdr(client, outcome(3320, 2)).result, SUCCESS, "delivered")
        shown = hss.show(MSISDN)
        expect((shown["mwd"], shown["mwd-status"]), ("", "0"), "after a delivery")
        assert srr(client, tgpp(3300, tbcd(SC))).find(3312) is None, "MWD-Status although nobody waits"


def test_report_refusals_and_the_other_msisdn():
    with lab("hss-report-refusals") as (hss, client):
        expect(rdr(client, outcome(3320, 1), user=tgpp(701, tbcd("15559999999"))).result, experimental(5001), "unknown")
        expect(rdr(client, outcome(3320, 1), sc="f").result, (0, 5004), "an SC-Address without digits")
        for i in range(5):
            expect(rdr(client, outcome(3320, 1), sc="1555123000%d" % i).result, SUCCESS, "centre %d" % i)
        expect(rdr(client, outcome(3320, 1), sc="15551230009").result, experimental(5558), "one too many")
        hss.control("set %s alert-msisdn 15550000009" % MSISDN)
        answer = rdr(client, outcome(3320, 2), user=ietf(1, IMSI))
        expect(answer.find(3102).find(701).digits, "15550000009", "the alert MSISDN")


# --- what libfdcore answers by itself ---


def test_requests_against_the_grammar_are_refused_and_logged():
    with lab("hss-grammar", odd=["Unknown AVP 3666"]) as (hss, client):
        answer = client.ask(client.make(UDR, SH, [identity(ALICE)]))
        expect(answer.result, (0, 5005), "UDR without Data-Reference")
        expect(answer.find(279, 0).find(703).code, 703, "Failed-AVP")
        expect(srr(client, tgpp(3310, 1), tgpp(3310, 1)).result, (0, 5009), "two SRR-Flags")
        expect(srr(client, tgpp(3666, b"x", mandatory=True)).result, (0, 5001), "an unknown AVP with M")
        expect(srr(client, tgpp(3666, b"x", mandatory=False)).result, SUCCESS, "an unknown AVP without M")
        expect(len(hss.requests("UDR")), 1, "UDRs in the log")
        logged = hss.requests("SRR")[-1]
        expect((logged.find(3666).value, logged.find(3666).flags), (b"x", 0x80), "the unknown AVP in the log")


def test_the_log_has_the_octets_of_each_request():
    with lab("hss-log") as (hss, client):
        asked = client.make(RDR, S6C, [tgpp(3102, [ietf(1, IMSI)]), tgpp(3300, tbcd(SC)), tgpp(3316, outcome(3320, 1, 11))])
        began = time.time()
        client.ask(asked)
        (logged,) = hss.requests("RDR")
        expect(logged.to_bytes(), asked.to_bytes(), "the message")
        line = logged.logged
        expect((line["command"], line["peer"], line["session"]), ("RDR", "gateway.ims.test", asked.text(263)), "names")
        assert began - 1 < line["time"] < time.time() + 1, "expected the time of arrival, seen %s" % line["time"]
        expect([e["peer"] for e in hss.events("connected")], ["gateway.ims.test"], "connections")
        expect(hss.counters(), {"CER": 1, "RDR": 1}, "counters")


# --- faults ---


def test_results_on_command():
    with lab("hss-results", odd=["Unknown (5999)"]) as (hss, client):
        hss.control("fault UDR 1 result 3004")
        busy = udr(client, [17])
        expect((busy.result, bool(busy.flags & ERROR)), ((0, 3004), True), "the first")
        hss.control("fault all 2 experimental 5999")
        expect(srr(client).result, experimental(5999), "an unknown one")
        expect(udr(client, [17]).result, experimental(5999), "another command")
        expect(udr(client, [17]).result, SUCCESS, "when the plan is used up")
        hss.control("fault PUR 0 experimental 4101")
        for _ in range(3):
            expect(pur(client, registration("")).result, experimental(4101), "until the reset")
        expect(udr(client, [17]).result, SUCCESS, "another command meanwhile")
        expect(hss.counters()["PUR"], 3, "PURs counted")
        hss.control("reset")
        expect(pur(client, registration("")).result, SUCCESS, "after the reset")
        expect(hss.counters(), {"PUR": 1}, "counters after the reset")


def test_delays_are_kept_and_hold_up_nobody():
    with lab("hss-delay") as (hss, client):
        hss.control("fault UDR 20 delay 400")
        hss.control("fault SRR 1 late 100")
        began = time.monotonic()
        waiting = [client.send(client.make(UDR, SH, [identity(ALICE), tgpp(703, 17)])) for _ in range(20)]
        late = client.send(client.make(SRR, S6C, [tgpp(701, tbcd(MSISDN))]))
        expect(rdr(client, outcome(3320, 2)).result, SUCCESS, "an answer without delay")
        assert time.monotonic() - began < 0.4, "an answer waited for delayed ones"
        expect(late.get(timeout=5).result, SUCCESS, "the one with the short delay")
        early = [w for w in waiting if not w.empty()]
        assert not early, "%d answers came before their time" % len(early)
        for w in waiting:
            expect(w.get(timeout=5).result, SUCCESS, "a delayed answer")
        took = time.monotonic() - began
        assert 0.4 <= took < 2, "expected 0.4 s, seen %.2f s" % took


def test_silence_and_what_comes_after():
    with lab("hss-silence") as (hss, client):
        hss.control("fault UDR 1 silence")
        silent(lambda: client.ask(client.make(UDR, SH, [identity(ALICE), tgpp(703, 17)]), ENDED_BY_NOTHING), "silence")
        expect(udr(client, [17]).result, SUCCESS, "the next one")
        expect(len(hss.requests("UDR")), 2, "UDRs in the log")


def test_spoiled_answers():
    with lab("hss-spoiled") as (hss, client):
        hss.control("fault UDR 1 no-session")
        expect(udr(client, [17]).find(263, 0), None, "Session-Id")
        hss.control("fault UDR 1 garbage")
        data = udr(client, [17]).find(702).value
        try:
            ElementTree.fromstring(data)
        except (ElementTree.ParseError, UnicodeDecodeError, ValueError):
            pass
        else:
            raise AssertionError("expected garbage, seen XML: %r" % data)


def test_an_unknown_avp_that_must_be_understood():
    with lab("hss-must", odd=["Unknown AVP 9999"]) as (hss, client):
        hss.control("fault SRR 1 unknown-avp")
        answer = srr(client)
        expect(answer.result, SUCCESS, "SRR")
        expect(answer.find(9999).flags, 0xC0, "flags of the unknown AVP")


def test_disconnect_on_command_and_by_a_request():
    with lab("hss-cut") as (hss, client):
        expect(hss.control("disconnect"), "1", "connections cut")
        assert client.closed.wait(5), "expected the connection to be closed"
        with Client(hss.address) as again:
            # after a loss without DPR libfdcore wants three watchdogs answered, and until then loses its own answers
            again.wait_watchdogs(3)
            expect(udr(again, [17]).result, SUCCESS, "on a new connection")
            hss.control("fault UDR 1 disconnect")
            again.send(again.make(UDR, SH, [identity(ALICE), tgpp(703, 17)]))
            assert again.closed.wait(5), "expected the request to cost the connection"
            expect(again.disconnect_cause, None, "no DPR")


def test_a_notification_with_a_nul_in_its_session():
    with lab("hss-nul", odd=["Trailing stray characters"]) as (hss, client):
        opened(client)
        hss.control("pnr-to %s 11 gateway.ims.test ims.test" % MSISDN)
        good = client.incoming.get(timeout=5)
        client.answer(good, [])
        assert b"\0" not in good.find(263, 0).value, "a NUL in an ordinary Session-Id"
        hss.control("pnr-nul %s 11 gateway.ims.test ims.test" % MSISDN)
        bad = client.incoming.get(timeout=5)
        assert b"\0" in bad.find(263, 0).value, "expected a NUL in %r" % bad.find(263, 0).value
        expect(document(bad).findtext("Sh-IMS-Data/IMSUserState"), "1", "the rest of it")
        client.answer(bad, [])
        expect(udr(client, [17]).result, SUCCESS, "the HSS lives on")


def test_a_notification_without_an_answer_is_told_in_the_log():
    with lab("hss-unanswered") as (hss, client):
        opened(client)
        hss.control("pnr-to %s 11 gateway.ims.test ims.test" % MSISDN)
        client.incoming.get(timeout=5)
        end = time.monotonic() + 10
        while not hss.events("no answer"):
            assert time.monotonic() < end, "expected an event, seen %s" % hss.events()
            time.sleep(0.1)  # between two looks, within the bound
        with contextlib.suppress(queue.Empty):
            raise AssertionError("expected one request, seen %s" % client.incoming.get_nowait())


def test_bad_commands_are_refused():
    bad = (
        "dance",
        "fault",
        "fault UDR",
        "fault UDR 1",
        "fault XYZ 1 silence",
        "fault UDR x silence",
        "fault UDR 1 result",
        "fault UDR 1 result x",
        "fault UDR 1 sleep",
        "show 1",
        "set 1 state 0",
        "set %s shoe-size 44" % MSISDN,
        "set %s state 12345" % MSISDN,
        "pnr 1 11",
        "pnr %s 64" % MSISDN,
        "pnr-to %s 11" % MSISDN,
    )
    with lab("hss-commands") as (hss, client):
        for command in bad:
            try:
                reply = hss.control(command)
            except AssertionError:
                continue
            raise AssertionError("expected an error for %r, seen %r" % (command, reply))
        expect(udr(client, [17]).result, SUCCESS, "nothing planned by them")


# --- under load ---


@bound(120)
def test_many_requests_are_all_answered_and_all_logged():
    count = 2000
    with Hss(BUILD, BUILD / "run" / ("hss-load-%d" % os.getpid()), SUBSCRIBERS) as hss, Client(hss.address) as client:
        requests = [client.make(UDR, SH, [identity(ALICE), tgpp(703, 17)]) for _ in range(count)]
        waiting = [client.send(r) for r in requests]
        results = {w.get(timeout=60).result for w in waiting}
        expect(results, {SUCCESS}, "results")
        sessions = [m.text(263) for m in hss.wait_messages("UDR", count, 30)]
        expect(sorted(sessions), sorted(r.text(263) for r in requests), "the sessions in the log")


def test_junk_on_the_wire_does_not_stop_it():
    with lab("hss-junk") as (hss, client):
        for junk in (b"GET / HTTP/1.0\r\n\r\n", b"\1\0\0\x13" + bytes(16), b"\1\xff\xff\xff" + bytes(16), bytes(64)):
            with socket.create_connection(hss.address, timeout=5) as sock:
                sock.sendall(junk)
        expect(udr(client, [17]).result, SUCCESS, "after it")
        end = time.monotonic() + 5
        while not (shown := [line["hex"] for line in hss.lines() if "hex" in line]):
            assert time.monotonic() < end, "expected what has a length to be in the log, seen %s" % hss.lines()
            time.sleep(0.02)  # between two looks, within the bound
        expect(shown, [(b"\1\0\0\x13" + bytes(15)).hex()], "junk in the log")
