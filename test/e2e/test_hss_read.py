# SPDX-License-Identifier: GPL-2.0-or-later
#
# Reading the HSS (Sh-Pull, TS 29.328 6.1.1): what a REGISTER left out is learnt behind its answer; whatever the HSS does, the
# REGISTER is answered and the record stays.

from ipsmgwtest.hss import subscriber
from ipsmgwtest.hss_world import GATEWAY, HssWorld

IMSI, MSISDN = "001010000000101", "447700900001"
ALICE, ALICE_TEL = "sip:alice@ims.test", "tel:+447700900001"
SUBSCRIBER = subscriber(imsi=IMSI, msisdn=MSISDN, impi=IMSI + "@ims.test", impu=[ALICE, ALICE_TEL], scscf="sip:scscf.ims.test:6060", state=1)


def test_the_gateway_and_its_hss_connect_and_part():
    with HssWorld("hss-connect", [SUBSCRIBER]) as w:
        assert GATEWAY in [e["peer"] for e in w.hss.events("connected")], w.hss.events()
        assert not w.hss.messages("DPR")
