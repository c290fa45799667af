# SPDX-License-Identifier: GPL-2.0-or-later
#
# The S-CSCF with a phone behind it, as the gateway sees them: sends MESSAGEs the way a Kamailio S-CSCF does (Route,
# Via of phone and S-CSCF, P-Asserted-Identity), takes the submit reports and checks every header of them
# (TS 24.341 5.3.3.4; docs of the report: To without tag, From with, In-Reply-To, Accept-Contact ...). What is delivered goes
# to the phones that are behind it (phone.py).

import collections
import itertools

from . import rp, sip, tp
from .transaction import Answer, Plan, UserAgent

HOME = "ims.test"
PSI = "tel:+12025550100"
ACCEPT_CONTACT = "*;+g.3gpp.smsip;require;explicit"
DISPOSITIONS = ("fork, parallel", "no-fork")
BODIES = ("application/vnd.3gpp.sms",)


def identity(number):
    """The P-Asserted-Identity values of a subscriber with this E.164 number."""
    return ("sip:%s@%s" % (number, HOME), "tel:%s" % number)


ALICE = identity("+12025550101")
BOB = identity("+12025550102")


class Submission:
    """One MESSAGE of the phone and what came of it."""

    def __init__(self, scscf, client, mr):
        self.scscf = scscf
        self.client = client
        self.request = client.request
        self.mr = mr
        self.call_id = client.request.get("Call-ID")

    def answer(self, timeout=5):
        """The SIP answer."""
        return self.client.wait(timeout)

    def accepted(self, timeout=5):
        """The SIP answer is a 202 without body, which says nothing but that the packet came."""
        final = self.answer(timeout)
        assert final.status == 202, "expected 202, seen %s" % final.start
        assert final.body == b"", "expected no body in the 202, seen %r" % final.body
        return self

    @property
    def report_requests(self):
        """Every report MESSAGE for this submission so far, retransmissions not counted."""
        return list(self.scscf.reports[self.call_id])

    def wait_reports(self, count=1, timeout=30):
        arrived = self.scscf.reports[self.call_id]
        self.scscf.wait_for(lambda: len(arrived) >= count, timeout, "report number %d for %s" % (count, self.call_id))
        return list(arrived[:count])

    def report(self, timeout=30):
        """The first report: its headers are checked, its body is decoded to an rp.Report."""
        message = self.wait_reports(1, timeout)[0].request
        asserted = [sip.uri_of(v) for v in self.request.values("P-Asserted-Identity")]
        complaints = report_complaints(message, self.call_id, asserted, self.scscf.route)
        assert not complaints, "the report %s" % "; ".join(complaints)
        report = rp.decode_report(message.body)
        assert report.mr == self.mr, "expected RP-MR %d, seen %s" % (self.mr, report)
        return report

    def acked(self, timeout=30):
        """202, then RP-ACK with an SMS-SUBMIT-REPORT."""
        self.accepted()
        report = self.report(timeout)
        assert report.acked, "expected RP-ACK, seen %s" % report
        assert report.submit_report, "expected an SMS-SUBMIT-REPORT in the RP-ACK, seen %s" % report
        return report

    def errored(self, cause, fcs=None, timeout=30):
        """202, then RP-ERROR with this cause; with fcs also that TP-FCS."""
        self.accepted()
        report = self.report(timeout)
        assert report.cause == cause, "expected RP-ERROR %d, seen %s" % (cause, report)
        if fcs is not None:
            assert report.fcs == fcs, "expected TP-FCS %02X, seen %s" % (fcs, report)
        return report


def report_complaints(message, call_id, asserted, route):
    """What is wrong with the SIP side of a submit report: call_id and asserted are those of the submit, route is the
    URI of the S-CSCF (a new MESSAGE outside any dialog, to the identity that sent)."""
    checks = (
        (message.get("Call-ID") != call_id, "has the Call-ID of the submit"),
        (message.all("In-Reply-To") == [call_id], "has In-Reply-To %s" % message.all("In-Reply-To")),
    )
    return request_complaints(message, asserted, route, DISPOSITIONS) + [c for good, c in checks if not good]


def request_complaints(message, identities, route, dispositions, bodies=BODIES):
    """What is wrong with the SIP side of any MESSAGE to a phone that has these identities."""
    to, sender = message.get("To", ""), message.get("From", "")
    checks = (
        (message.method == "MESSAGE", "is a %s" % message.method),
        (message.uri in identities, "goes to %s, his identities are %s" % (message.uri, identities)),
        (sip.uri_of(to) == message.uri, "has To %s" % to),
        (sip.param(to, "tag") is None, "has a To tag: %s" % to),
        (bool(sip.param(sender, "tag")), "has no From tag: %s" % sender),
        (message.get("P-Asserted-Identity") is not None, "has no P-Asserted-Identity"),
        (message.all("Accept-Contact") == [ACCEPT_CONTACT], "has Accept-Contact %s" % message.all("Accept-Contact")),
        (
            len(message.all("Request-Disposition")) == 1 and message.get("Request-Disposition") in dispositions,
            "has Request-Disposition %s" % message.all("Request-Disposition"),
        ),
        (message.values("Route") == ["<%s>" % route], "has Route %s" % message.values("Route")),
        (message.media_type in bodies, "has Content-Type %s" % message.get("Content-Type")),
        (message.get("Contact") is None, "has a Contact"),
        (message.get("Max-Forwards") is not None, "has no Max-Forwards"),
        (message.trailing == b"", "has %d octets after the body" % len(message.trailing)),
    )
    return [complaint for good, complaint in checks if not good]


def is_report(message):
    return message.method == "MESSAGE" and message.get("In-Reply-To") is not None


class Scscf(UserAgent):
    """Answers reports with 200, or by `answer_reports`. `reports` maps the Call-ID of a submit to the Servers of its reports,
    `phones` each identity to the phone that has it."""

    def __init__(self, trace, port=0):
        self.reports = collections.defaultdict(list)
        self.submissions = []
        self.phones = {}
        self.gateway = None  # (host, port), set when the gateway is up
        self._mr = itertools.count(1)
        super().__init__("S-CSCF", trace, port)

    @property
    def route(self):
        return "sip:127.0.0.1:%d;lr" % self.port

    def answer_reports(self, *answers):
        """How the next reports are answered, as of Plan."""
        self.plans["MESSAGE"] = Plan(*answers)

    def arrived(self, server):
        if is_report(server.request):
            self.reports[server.request.get("In-Reply-To")].append(server)

    def answer_to(self, server):
        if server.request.method != "MESSAGE" or is_report(server.request):
            return super().answer_to(server)
        phone = self.phones.get(server.request.uri)
        if phone is None:
            self._errors.append(AssertionError("a delivery for %s, whom nobody is" % server.request.uri))
            return Answer(404)
        return phone.take(server)

    def check(self):
        super().check()
        for phone in set(self.phones.values()):
            phone.check()

    def message(self, body, *, sender=ALICE, to=PSI, transport="udp", content_type="application/vnd.3gpp.sms"):
        """A MESSAGE as it comes from the S-CSCF. sender: values of P-Asserted-Identity."""
        gateway = "sip:%s:%d;lr" % self.gateway
        headers = [
            ("Route", "<%s>, <sip:iscmark@127.0.0.1:%d;lr;s=2;h=0;d=0>" % (gateway, self.port)),
            ("Via", self.via(transport)),
            ("Via", "SIP/2.0/UDP 127.0.0.1:9;received=127.0.0.1;branch=z9hG4bK%s;rport=9" % sip.token()),
            ("Max-Forwards", "68"),
            ("From", "<%s>;tag=%s" % (sender[0] if sender else "sip:anonymous@anonymous.invalid", sip.token())),
            ("To", "<%s>" % to),
            ("Call-ID", sip.token(16)),
            ("CSeq", "1 MESSAGE"),
        ]
        headers += [("P-Asserted-Identity", "<%s>" % s) for s in sender]
        headers += [
            ("P-Access-Network-Info", "3GPP-E-UTRAN-FDD;utran-cell-id-3gpp=0010100010000101"),
            ("P-Charging-Vector", 'icid-value="%s";orig-ioi=%s' % (sip.token(), HOME)),
            ("Allow", "MESSAGE"),
            ("Request-Disposition", "no-fork"),
        ]
        if content_type:
            headers.append(("Content-Type", content_type))
        return sip.request("MESSAGE", to, headers, body)

    def submit_message(self, message, mr, transport="udp", retransmit=True, connection=None):
        """Send a MESSAGE made before; its RP-MR is needed to check the report."""
        submission = Submission(self, self.send(message, self.gateway, transport, retransmit, connection), mr)
        self.submissions.append(submission)
        return submission

    def prepare(self, message, mr, transport="udp", connection=None):
        """The same for a MESSAGE whose octets the caller sends."""
        submission = Submission(self, self.expect(message, self.gateway, transport, connection), mr)
        self.submissions.append(submission)
        return submission

    def next_mr(self):
        return next(self._mr) % 256

    def submit(self, content="Hello", da="+12025550123", *, mr=None, sender=ALICE, transport="udp", body=None, **fields):
        """A short message: RP-DATA with an SMS-SUBMIT (fields as of tp.submit), or `body` as it is. RP-MR and TP-MR
        count up, unless mr is given."""
        mr = self.next_mr() if mr is None else mr
        if body is None:
            body = rp.data(mr, tp.submit(da, content, **{"mr": mr, **fields}))
        return self.submit_message(self.message(body, sender=sender, transport=transport), mr, transport)
