# SPDX-License-Identifier: GPL-2.0-or-later
#
# Subscriptions to the registration state (RFC 6665): when one is begun and how, how fast, how it is refreshed, and what is
# done when the S-CSCF refuses, is silent, forgets or ends it.

from ipsmgwtest import registrar, sip
from ipsmgwtest.notifier import Notifier, contact, document, registration
from ipsmgwtest.persistence import restart
from ipsmgwtest.transaction import SILENCE, Answer
from ipsmgwtest.world import World

ALICE = "sip:alice@ims.test"
PHONE = "sip:alice@192.0.2.1:5060"
SMSIP = "<%s>;+g.3gpp.smsip" % PHONE
FAST = [("reg_event_retry", 1), ("reg_event_timeout", 500)]


def begin(w, **notifier):
    """Registrar and notifier after the REGISTER of one subscriber."""
    reg, told = registrar.Registrar(w), Notifier(w, **notifier)
    reg.register(ALICE)
    return reg, told


def whole_set(contact_value):
    """A REGISTER's body that leaves no question: all contacts and the implicit set."""
    return registrar.multipart(
        ("message/sip", registrar.phone_register(contact_value)),
        ("message/sip", registrar.phone_response([contact_value + ";expires=3600"], [ALICE, "tel:+447700900001"])),
    )


# --- the SUBSCRIBE -----------------------------------------------------------------------------


def test_the_subscribe_has_what_the_standards_ask_for():
    with World("sub-form") as w:
        _, notifier = begin(w)
        request = notifier.wait_subscribe().request
        gateway = "<sip:127.0.0.1:%d>" % w.gateway.port
        assert request.uri == ALICE and request.get("To") == "<%s>" % ALICE, (request.start, request.get("To"))
        assert request.get("From").startswith(gateway) and sip.param(request.get("From"), "tag"), request.get("From")
        assert request.values("Route") == ["<sip:127.0.0.1:%d;lr>" % w.scscf.port], request.values("Route")
        assert request.get("P-Asserted-Identity") == request.get("Contact") == gateway, request.headers
        assert (request.get("Event"), request.get("Accept")) == ("reg", "application/reginfo+xml"), request.headers
        assert (request.get("Expires"), request.cseq) == ("600000", (1, "SUBSCRIBE")), request.headers
        assert request.get("Max-Forwards") and request.body == b"", request.headers


def test_it_may_be_asked_for_in_the_name_of_the_subscriber():
    with World("sub-name", defines=["IPSMGW_REG_EVENT_AS_SUBSCRIBER"]) as w:
        _, notifier = begin(w)
        request = notifier.wait_subscribe().request
        assert request.get("P-Asserted-Identity") == "<%s>" % ALICE, request.headers
        assert ALICE not in request.get("From") + request.get("Contact"), request.headers


def test_it_is_begun_as_reg_event_says():
    typ, body = whole_set(SMSIP)
    for value, without, whole in ((0, 0, 0), (1, 1, 0), (2, 1, 1)):
        with World("sub-when-%d" % value, defines=["IPSMGW_REG_EVENT=%d" % value]) as w:
            reg, notifier = registrar.Registrar(w), Notifier(w)
            reg.register(ALICE, content_type=typ, body=body)
            reg.register("sip:bob@ims.test")
            assert reg.show(ALICE)["capability"] == "yes"
            expected = [ALICE] * whole + ["sip:bob@ims.test"] * without
            for n in range(len(expected)):
                notifier.wait_subscribe(n + 1)
            w.scscf.submit("longer than it takes to begin one", sender=(ALICE,)).acked()
            assert sorted(s.uri for s in notifier.subscribes) == expected, notifier.subscribes
            assert len(notifier.list()) == len(expected), notifier.list()


def test_one_subscription_a_subscriber_in_any_spelling():
    with World("sub-once") as w:
        reg, notifier = begin(w)
        dialog = notifier.dialog()
        for spelling in (ALICE, "sip:alice@IMS.test", ALICE):
            reg.register(spelling)
        dialog.bound(contact(PHONE))
        reg.register(ALICE)
        assert len(notifier.list()) == 1, notifier.list()
        assert w.gateway.rpc.counters()["sub_started"] == 1


def test_no_more_are_begun_in_a_second_than_reg_event_rate():
    rate, count = 20, 50
    with World("sub-rate", defines=["IPSMGW_REG_EVENT_RATE=%d" % rate]) as w:
        reg, notifier = registrar.Registrar(w), Notifier(w)
        for n in range(count):
            reg.register("sip:user%d@ims.test" % n)
        servers = w.scscf.wait_requests("SUBSCRIBE", count, timeout=10)
        times = sorted(s.at for s in servers)
        most = max(sum(1 for t in times if first <= t < first + 1) for first in times)
        # a tenth of a second's worth may be saved up
        assert most <= rate + rate // 10 + 1, "%d SUBSCRIBEs in a second, allowed are %d" % (most, rate)
        assert times[-1] - times[0] <= 1.5 * count / rate, "slower than allowed: %.1f s" % (times[-1] - times[0])
        assert {s.request.uri for s in servers} == {"sip:user%d@ims.test" % n for n in range(count)}


def test_above_reg_event_max_there_is_none_and_it_is_counted():
    with World("sub-max", defines=["IPSMGW_REG_EVENT_MAX=2"]) as w:
        reg, notifier = registrar.Registrar(w), Notifier(w)
        users = {"sip:user%d@ims.test" % n for n in range(3)}
        for user in users:
            reg.register(user)
        notifier.wait_subscribe(2)
        w.gateway.wait_counter("sub_dropped", 1)
        assert len(notifier.list()) == 2 and len(notifier.list(1)) == 1, notifier.list()
        stats = w.gateway.rpc.structs("ipsmgw.stats")[0]
        assert (stats["sub_dropped"], stats["subscriptions_count"], stats["subscriptions_max"]) == (1, 2, 2), stats
        had = {s.uri for s in notifier.subscribes}
        reg.register(had.pop(), expires=0)
        (left,) = users - {s.uri for s in notifier.subscribes}
        reg.register(left)
        assert notifier.wait_subscribe(3).request.uri == left


# --- refresh -------------------------------------------------------------------------------------


def test_it_is_refreshed_in_its_dialog_before_it_ends():
    with World("sub-refresh") as w:
        reg, notifier = registrar.Registrar(w), Notifier(w)
        routes = [("Record-Route", "<sip:127.0.0.1:%d;lr;hop=2>, <sip:127.0.0.1:%d;lr;hop=1>;x=y" % (w.scscf.port, w.scscf.port))]
        notifier.answer(notifier.granted(3, headers=routes))
        reg.register(ALICE)
        dialog = notifier.dialog()
        dialog.bound(contact(PHONE), state="active;expires=3")
        first, second = dialog.request, notifier.wait_subscribe(2)
        assert 1 <= second.at - notifier.wait_subscribe().at < 2.5, "refreshed after %.1f s" % (second.at - notifier.wait_subscribe().at)
        request = second.request
        assert request.uri == notifier.uri, request.start
        assert request.cseq == (2, "SUBSCRIBE") and request.get("Call-ID") == first.get("Call-ID"), request.headers
        assert request.get("From") == first.get("From"), request.get("From")
        assert request.get("To") == "<%s>;tag=%s" % (ALICE, dialog.tag), request.get("To")
        expected = ["<sip:127.0.0.1:%d;lr;hop=%d>" % (w.scscf.port, hop) for hop in (1, 2)]
        assert request.values("Route") == expected, request.values("Route")
        assert (request.get("Event"), request.get("Expires")) == ("reg", "600000"), request.headers
        w.gateway.wait_counter("sub_refreshed", 1)
        dialog.bound(contact(PHONE))
        assert w.gateway.rpc.counters()["sub_started"] == 1


def test_the_dialog_of_the_notify_counts_and_its_contact():
    with World("sub-notify-dialog") as w:
        reg, notifier = registrar.Registrar(w), Notifier(w)
        notifier.answer(notifier.granted(600, delay=0.3))
        reg.register(ALICE)
        dialog = notifier.dialog()
        message = dialog.message(document(0, registration(ALICE, contact(PHONE))), tag="notifier", state="active;expires=2")
        message.set("Contact", "<sip:other@127.0.0.1:%d>" % w.scscf.port)
        assert w.scscf.send(message, w.scscf.gateway).wait(5).status == 200
        request = notifier.wait_subscribe(2).request
        assert request.uri == "sip:other@127.0.0.1:%d" % w.scscf.port, request.start
        assert sip.param(request.get("To"), "tag") == "notifier", request.get("To")


def test_a_refresh_that_fails_makes_a_new_dialog():
    for name, answer in (("481", Answer(481)), ("503", Answer(503)), ("silence", SILENCE)):
        with World("sub-refresh-%s" % name, params=FAST) as w:
            reg, notifier = registrar.Registrar(w), Notifier(w)
            notifier.answer(notifier.granted(600), answer, notifier.granted(600))
            reg.register(ALICE)
            dialog = notifier.dialog()
            dialog.bound(contact(PHONE), state="active;expires=2")
            again = notifier.dialog(3)
            assert again.request.get("Call-ID") != dialog.request.get("Call-ID")
            assert again.request.uri == ALICE and again.request.cseq[0] == 1, again.request.start
            again.bound(contact(PHONE))
            counters = w.gateway.rpc.counters()
            assert (counters["sub_refresh_failed"], counters["sub_started"]) == (1, 2), counters


def test_it_ends_with_the_record():
    with World("sub-ends") as w:
        reg, notifier = begin(w)
        dialog = notifier.dialog()
        dialog.bound(contact(PHONE))
        w.gateway.rpc.call("ipsmgw.registry", "remove", ALICE)
        assert notifier.list() == [], notifier.list()
        assert dialog.send(document(1, registration(ALICE, contact(PHONE)))).status == 481
        assert reg.show(ALICE) is None
        assert len(notifier.subscribes) == 1


# --- refused, silent, ended --------------------------------------------------------------------------


def test_423_is_asked_again_with_the_time_it_wants():
    with World("sub-423") as w:
        reg, notifier = registrar.Registrar(w), Notifier(w)
        notifier.answer(Answer(423, headers=[("Min-Expires", "700000")]), notifier.granted(700000))
        reg.register(ALICE)
        dialog = notifier.dialog(2)
        assert dialog.request.get("Expires") == "700000", dialog.request.headers
        dialog.bound(contact(PHONE))
        assert notifier.wait_state("active")["failures"] == 0


def test_423_for_ever_is_no_loop():
    with World("sub-423-loop", params=FAST) as w:
        reg, notifier = registrar.Registrar(w), Notifier(w)
        notifier.answer(Answer(423, headers=[("Min-Expires", "600000")]))
        reg.register(ALICE)
        w.gateway.wait_counter("sub_given_up", 1)
        assert len(notifier.subscribes) == 1 and notifier.list() == []


def test_a_refusal_is_not_argued_with_until_the_next_register():
    for code in (403, 404, 489, 501, 603, 302):
        with World("sub-refused-%d" % code, params=FAST) as w:
            reg, notifier = registrar.Registrar(w), Notifier(w)
            notifier.answer(Answer(code), notifier.granted())
            reg.register(ALICE)
            w.gateway.wait_counter("sub_given_up", 1)
            assert notifier.list() == [], notifier.list()
            assert reg.show(ALICE)["capability"] == "unknown"
            reg.register(ALICE)
            notifier.dialog(2).bound(contact(PHONE))
            assert reg.show(ALICE)["capability"] == "yes"
            counters = w.gateway.rpc.counters()
            assert (counters["sub_started"], counters["sub_failed"], counters["sub_ok"]) == (2, 1, 1), counters


def test_an_scscf_in_trouble_is_asked_again_later_and_later():
    with World("sub-trouble", params=FAST) as w:
        reg, notifier = registrar.Registrar(w), Notifier(w)
        notifier.answer(SILENCE, Answer(500), notifier.granted())
        reg.register(ALICE)
        dialog = notifier.dialog(3, timeout=10)
        at = [notifier.wait_subscribe(n).at for n in (1, 2, 3)]
        assert 1.4 <= at[1] - at[0] < 2.5 and 1.9 <= at[2] - at[1] < 3, "tries at %s" % [round(t - at[0], 1) for t in at]
        dialog.bound(contact(PHONE))
        counters = w.gateway.rpc.counters()
        assert (counters["sub_started"], counters["sub_failed"], counters["sub_given_up"]) == (3, 2, 0), counters


def test_retry_after_is_obeyed_and_a_register_ends_the_wait():
    with World("sub-retry-after", params=FAST) as w:
        reg, notifier = registrar.Registrar(w), Notifier(w)
        notifier.answer(Answer(503, headers=[("Retry-After", "300 (busy);duration=60")]), notifier.granted())
        reg.register(ALICE)
        waiting = w.gateway.wait_until(lambda: [s for s in notifier.list() if s["failures"] == 1 or s["failures"] == 2], "failure")
        assert waiting[0]["state"] == "waiting" and 290 < waiting[0]["next"] <= 300, waiting
        reg.register(ALICE)
        notifier.dialog(2).bound(contact(PHONE))


def test_a_2xx_without_a_notify_is_a_failure():
    with World("sub-silent", params=FAST) as w:
        reg, notifier = begin(w)
        w.gateway.wait_counter("sub_silent", 1)
        notifier.dialog(2).bound(contact(PHONE))
        assert reg.show(ALICE)["capability"] == "yes"
        counters = w.gateway.rpc.counters()
        assert (counters["sub_started"], counters["sub_ok"], counters["sub_failed"]) == (2, 2, 0), counters


def test_a_subscription_that_the_scscf_ends_is_begun_anew_or_not_by_the_reason():
    for reason in ("deactivated", "timeout", "probation;retry-after=1", "giveup", None):
        with World("sub-ended-%s" % (reason or "none").split(";")[0], params=FAST) as w:
            reg, notifier = begin(w)
            first = notifier.dialog()
            first.bound(contact(PHONE), state="terminated" + (";reason=%s" % reason if reason else ""))
            second = notifier.dialog(2)
            wait = second.notifier.wait_subscribe(2).at - notifier.wait_subscribe().at
            assert (wait < 0.9) == (reason in ("deactivated", "timeout")), "%s: after %.1f s" % (reason, wait)
            second.bound(contact(PHONE))
            assert first.send(document(9)).status == 481
            assert w.gateway.rpc.counters()["sub_ended"] == 1
    for reason in ("rejected", "noresource"):
        with World("sub-ended-%s" % reason, params=FAST) as w:
            reg, notifier = begin(w)
            notifier.dialog().bound(contact(PHONE), state="terminated;reason=%s" % reason)
            assert notifier.list() == [] and len(notifier.subscribes) == 1, notifier.list()
            assert reg.show(ALICE)["capability"] == "yes"


def test_a_gap_between_partial_documents_asks_for_a_full_one():
    with World("sub-gap") as w:
        reg, notifier = begin(w)
        first = notifier.dialog()
        first.bound(contact(PHONE))
        first.version += 1  # one is lost
        first.partial(registration(ALICE, contact("sip:alice@192.0.2.2", name="c2")))
        assert reg.show(ALICE)["smsip_contacts"] == 2, reg.show(ALICE)
        second = notifier.dialog(2)
        second.bound(contact(PHONE))
        assert reg.show(ALICE)["contacts"] == [PHONE], reg.show(ALICE)
        assert first.send(document(7, registration(ALICE, state="terminated"))).status == 481
        counters = w.gateway.rpc.counters()
        assert (counters["notify_gap"], counters["sub_started"]) == (1, 2), counters


def test_an_scscf_that_never_sends_a_full_document_is_not_asked_in_a_loop():
    with World("sub-gap-loop") as w:
        _, notifier = begin(w)
        for n in (1, 2):
            notifier.dialog(n).partial(registration(ALICE, contact(PHONE)))
        waiting = notifier.wait_state("waiting")
        assert waiting["next"] > 20 and len(notifier.subscribes) == 2, waiting


def test_a_subscriber_who_moves_to_another_scscf_is_subscribed_there():
    with World("sub-moved") as w:
        reg, notifier = begin(w)
        notifier.dialog()
        reg.register(ALICE, contact="sip:scscf2@127.0.0.1:%d" % w.scscf.port)
        request = notifier.wait_subscribe(2).request
        assert request.values("Route") == ["<sip:scscf2@127.0.0.1:%d;lr>" % w.scscf.port], request.values("Route")
        assert len(notifier.list()) == 1, notifier.list()


# --- many --------------------------------------------------------------------------------------------


def test_many_subscriptions_come_and_go_and_leave_no_memory_behind():
    count = 100
    with World("sub-many", defines=["IPSMGW_REG_EVENT_RATE=1000"], params=[("tm.wt_timer", 100)]) as w:
        reg, notifier = registrar.Registrar(w), Notifier(w)
        used = []
        for turn in range(3):
            for n in range(count):
                reg.register("sip:user%d@ims.test" % n)
            w.scscf.wait_requests("SUBSCRIBE", (turn + 1) * count, timeout=20)
            w.gateway.wait_counter("sub_ok", (turn + 1) * count)
            for n in range(turn * count, (turn + 1) * count):
                notifier.dialog(n + 1).bound(contact(PHONE))
            assert len(notifier.list(1000)) == count == reg.count()
            for n in range(turn * count, (turn + 1) * count):
                dialog = notifier.dialog(n + 1)
                dialog.cseq, dialog.version = 1, 0
                dialog.bound()
            assert notifier.list() == [] and reg.count() == 0
            w.gateway.wait_transactions_gone()
            used.append(w.gateway.rpc.shm_used())
        assert used[2] - used[1] < 20000, "shared memory grows: %s" % used
        counters = w.gateway.rpc.counters()
        assert (counters["sub_started"], counters["notify_deregistered"]) == (3 * count, 3 * count), counters


def test_after_a_restart_what_a_notify_told_is_subscribed_to_again():
    bob = "sip:bob@ims.test"
    content_type, body = registrar.multipart(
        ("message/sip", registrar.phone_register(SMSIP, impi="001010000000102@ims.test")),
        ("message/sip", registrar.phone_response([SMSIP + ";expires=3600"], [bob, "tel:+447700900002"])),
    )
    with World("sub-restart") as w:
        reg, notifier = begin(w)
        notifier.dialog().bound(contact(PHONE))
        # of Bob the REGISTER tells all
        reg.register(bob, content_type=content_type, body=body)
        restart(w)
        again = notifier.dialog(2)
        assert again.aor == ALICE, "SUBSCRIBE to %s, expected to %s" % (again.aor, ALICE)
        assert reg.show(ALICE)["capability"] == "yes", reg.show(ALICE)
        again.bound()
        assert reg.count() == 1, "%d registered, expected Bob alone" % reg.count()
        assert len(notifier.subscribes) == 2, "%d SUBSCRIBEs, expected 2: none for Bob" % len(notifier.subscribes)
