# SPDX-License-Identifier: GPL-2.0-or-later
#
# What a hub tells of the texts that phones sent, in every form (docs/hub.md, status reports), and what a phone makes of it: the
# SMS-STATUS-REPORT of the very text, compared field by field.

from . import cpim, tp, tp_mt

DATETIME = "2026-11-22T09:41:07+01:00"


def name_of(message):
    """The name that the hub got with a text."""
    return message.get("X-SMS-MESSAGE-ID")


def in_cpim(message_id, status, to, when=DATETIME, kind="delivery"):
    """(Content-Type, body, headers): message/imdn+xml in message/cpim."""
    headers = [("From", "<sip:+12025550123@hub.example>"), ("To", "<sip:%s@ims.test>" % to), ("DateTime", when)]
    document = cpim.imdn(message_id, status).replace(b"delivery-notification", kind.encode() + b"-notification")
    body = cpim.build([h for h in headers if h[1]], "message/imdn+xml", document, [("Content-Disposition", "notification")])
    return "message/cpim", body, []


def bare(message_id, status, to):
    """message/imdn+xml alone."""
    return "message/imdn+xml", cpim.imdn(message_id, status), []


def by_headers(message_id, status, to):
    """X-SMS-STATUS; status: a TP-ST."""
    del to
    return "text/plain", b"", [("X-SMS-STATUS", str(status)), ("X-SMS-MESSAGE-ID", message_id)]


def tell(hub, phone, made, to=None, more=()):
    """Send one of the above; its Sent."""
    content_type, body, headers = made
    return hub.text(body, to or phone, content_type=content_type, headers=[*headers, *more])


class Submitted:
    """A text of this phone that wants a status report, taken by the hub."""

    def __init__(self, world, phone, content="Hello", da="+12025550123", hub=None, **fields):
        hub = hub or world.hub
        before = len(hub.messages)
        self.phone = phone
        self.tp_mr = fields.setdefault("mr", world.scscf.next_mr())
        self.da = tp_mt.take_address(tp.address(da, fields.get("ton"), fields.get("npi")))[0]
        self.submission = world.scscf.submit(content, da, sender=phone.identities, srr=True, **fields)
        self.scts = self.submission.acked().submit_report.scts
        # the phone's 200 to its RP-ACK is there: what the hub tells now is told at once
        world.gateway.wait_counter("report_ok", len([s for s in world.scscf.submissions if s.report_requests]))
        self.at_hub = hub.wait_messages(before + 1)[before]
        self.name = name_of(self.at_hub)

    def reported(self, delivery, st):
        """This delivery is its status report, with that TP-ST."""
        seen = delivery.tpdu
        assert isinstance(seen, tp_mt.StatusReport), "expected an SMS-STATUS-REPORT, seen %s" % seen
        expected = (self.tp_mr, self.da, self.scts, self.scts.utcoffset(), st)
        found = (seen.mr, seen.ra, seen.scts, seen.scts.utcoffset(), seen.st)
        assert found == expected, "expected TP-MR, TP-RA, TP-SCTS, TP-ST %s, seen %s" % (expected, found)
        assert seen.dt >= seen.scts and seen.dt.utcoffset() == seen.scts.utcoffset(), "TP-DT %s, TP-SCTS %s" % (seen.dt, seen.scts)
        return seen


def status_reports(phone):
    """The deliveries that are no texts."""
    return [d for d in phone.deliveries if isinstance(d.tpdu, tp_mt.StatusReport)]
