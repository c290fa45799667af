# SPDX-License-Identifier: GPL-2.0-or-later
#
# What a hub's answer becomes for the phone (sheet 1.11): every row of the table in kamailio-cfg/ipsmgw-defs.cfg, read from
# that file, so that an edited table is what is tested.

import re

from ipsmgwtest import ACCEPT, RELAY, modes
from ipsmgwtest.gateway import ROOT
from ipsmgwtest.transaction import SILENCE
from ipsmgwtest.world import World

ROW = re.compile(r'^modparam\("ipsmgw", "mo_cause", "([^"=]+)=(\d+)(?:/(0x[0-9A-Fa-f]{2}))?"\)$', re.M)
UNLISTED = (301, 302, 380, 402, 405, 420, 499, 500, 501, 502, 580, 699)
SHORT_TIMES = ["IPSMGW_HUB_TIMEOUT=200", "IPSMGW_MO_DEADLINE=600"]


def table():
    """Selector (a status or a word) -> (RP cause, TP-FCS or None)."""
    text = (ROOT / "kamailio-cfg" / "ipsmgw-defs.cfg").read_text()
    rows = ROW.findall(text)
    assert len(rows) == text.count('"mo_cause", "'), "a row of mo_cause is not understood here"
    return {s: (int(cause), int(fcs, 16) if fcs else None) for selectors, cause, fcs in rows for s in selectors.split(",")}


def expected(causes, status):
    return causes.get(str(status), causes["default"])


@modes(ACCEPT, RELAY)
def test_every_status_of_the_table_becomes_its_cause():
    causes = table()
    statuses = [int(s) for s in causes if s.isdigit()] + [s for s in UNLISTED if str(s) not in causes]
    assert len(statuses) > 20, "the table has lost its rows: %s" % causes
    with World("causes") as w:
        for status in statuses:
            w.hub.answer(status)
            cause, fcs = expected(causes, status)
            report = w.scscf.submit("status %d" % status).errored(cause, fcs)
            assert report.fcs == fcs, "%d: expected TP-FCS %s, seen %s" % (status, fcs, report)
        counters = w.gateway.wait_at_rest()
        assert counters["hub_failed"] == (0 if w.relay else len(statuses)), counters
        assert counters["mo_errored"] == len(statuses), counters


@modes(ACCEPT, RELAY)
def test_any_2xx_is_rp_ack():
    with World("two-hundreds") as w:
        for status in (200, 202, 204, 299):
            w.hub.answer(status)
            w.scscf.submit("status %d" % status).acked()


def test_a_message_that_no_hub_answers_has_the_cause_of_the_deadline():
    cause, fcs = table()["deadline"]
    with World("cause-deadline", defines=SHORT_TIMES) as w:
        w.hub.answer(SILENCE)
        w.scscf.submit("Hello").errored(cause, fcs)


@modes(ACCEPT, RELAY)
def test_a_message_that_no_hub_is_alive_for_has_the_cause_of_unsent_at_once():
    cause, fcs = table()["unsent"]
    with World("cause-unsent", last_resort=False) as w:
        w.gateway.rpc.call("dispatcher.set_state", "i", "1", "sip:127.0.0.1:%d" % w.hub.port)
        w.scscf.submit("Hello").errored(cause, fcs, timeout=2)
        assert not w.hub.messages


@modes(RELAY)
def test_in_relay_mode_a_silent_hub_has_the_cause_of_the_timeout():
    cause, fcs = table()["timeout"]
    with World("cause-timeout", defines=SHORT_TIMES) as w:
        w.hub.answer(SILENCE)
        s = w.scscf.submit("Hello")
        s.errored(cause, fcs)


EDITED = (("default", 50), ("404", 8), ("4xx", 10), ("timeout", 27), ("deadline", 28), ("unsent", 29), ("503", "42/0xC0"))


def edited_world(name, **more):
    return World(name, params=[("mo_cause", "%s=%s" % row) for row in EDITED], defines=SHORT_TIMES, **more)


@modes(ACCEPT, RELAY)
def test_a_later_row_overrides_an_earlier_one():
    with edited_world("edited") as w:
        for status, cause, fcs in ((600, 50, None), (404, 10, None), (413, 10, None), (503, 42, 0xC0), (500, 50, None)):
            w.hub.answer(status)
            report = w.scscf.submit("status %d" % status).errored(cause)
            assert report.fcs == fcs, report


def test_each_result_that_is_no_status_has_a_row_of_its_own():
    with edited_world("edited-deadline", last_resort=False) as w:
        w.hub.answer(SILENCE)
        w.scscf.submit("deadline").errored(28)
        w.gateway.rpc.call("dispatcher.set_state", "i", "1", "sip:127.0.0.1:%d" % w.hub.port)
        w.scscf.submit("unsent").errored(29)


@modes(RELAY)
def test_a_timeout_in_relay_mode_has_a_row_of_its_own():
    with edited_world("edited-timeout") as w:
        w.hub.answer(SILENCE)
        w.scscf.submit("timeout").errored(27)
