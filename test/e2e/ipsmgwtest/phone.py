# SPDX-License-Identifier: GPL-2.0-or-later
#
# A phone behind the S-CSCF: registered by third-party REGISTER, takes what is delivered, answers it and sends its own report
# as a test says (Act). It checks every MESSAGE that comes (TS 24.341 5.3.3.4, RFC 3428), joins parts and keeps what it shows.

import dataclasses
import itertools
import time
from dataclasses import dataclass

from . import msisdn_less, registrar, rp, sip, tp, tp_mt
from .gateway import SC_ADDRESS
from .inbox import Inbox
from .scscf import BODIES, HOME, request_complaints
from .transaction import SILENCE, Answer, Timeout

SOON = 0.05  # seconds from an early report to the answer
EARLY = 0.8  # of a time that the gateway measures: the phone's begins later


# --- what a phone does with one delivery ---------------------------------------------------


@dataclass
class Act:
    """answer: code or Answer to the MESSAGE. report(mr): the body of the phone's report, None: it sends none; after so many
    seconds, so many times, or early: before the answer. shows: the text is shown. sender: the identities that the report
    asserts, None: the phone's. reply_to: True: In-Reply-To is there; False: it is not; else its value. refused: the code
    that the report gets; None: any 2xx."""

    answer: object = 200
    report: object = None
    after: float = 0.0
    times: int = 1
    early: bool = False
    shows: bool = True
    sender: tuple = None
    reply_to: object = True
    refused: int = None

    @property
    def code(self):
        return self.answer.code if isinstance(self.answer, Answer) else self.answer


def acks(**how):
    """RP-ACK with an SMS-DELIVER-REPORT, or report=..., which the phone takes for one."""
    return Act(**{"report": lambda mr: rp.ack(mr, tp.deliver_report()), **how})


def errors(cause, fcs=None, **how):
    """RP-ERROR; with an SMS-DELIVER-REPORT when there is a TP-FCS."""
    tpdu = b"" if fcs is None else tp.deliver_report(fcs)
    return Act(report=lambda mr: rp.error(mr, cause, tpdu), shows=False, **how)


def refuses(code, **how):
    """A SIP failure, and no report."""
    return Act(answer=code, shows=False, **how)


UNREPORTED = Act(shows=False)  # 200, and no report
SILENT = Act(answer=SILENCE, shows=False)


# --- one delivery ------------------------------------------------------------------------------


class Delivery:
    """One MESSAGE to a phone: server, request, document (of SMS without MSISDN; None: there is none), data (rp.Data), tpdu (tp_mt;
    None: broken says why it cannot be read), act, and the Clients of the reports."""

    def __init__(self, server):
        self.server = server
        self.request = server.request
        self.at = server.at
        self.data, self.tpdu, self.broken, self.document = rp.Data(self.request.body[1], "", b""), None, None, None
        octets = self.request.body
        try:
            if self.request.media_type == msisdn_less.MIXED:
                self.document, octets = msisdn_less.take_apart(self.request)
            self.data = rp.decode_data(octets)
            self.tpdu = tp_mt.decode(self.data.tpdu)
        except (rp.RpError, tp.TpError) as e:
            self.broken = str(e)
        self.act = None
        self.reports = []
        self.ends = None  # when the gateway may know what became of it

    @property
    def call_id(self):
        return self.request.get("Call-ID")

    def __str__(self):
        return "RP-DATA %d (%s)" % (self.data.mr, self.call_id)


def delivery_complaints(delivery, identities, sc_address, gateway, scscf):
    """What is wrong with a delivery, by itself. gateway, scscf: their URIs."""
    message, data = delivery.request, delivery.data
    own = "<%s>" % gateway
    checks = (
        (message.get("From", "").startswith(own), "has From %s" % message.get("From")),
        (message.values("P-Asserted-Identity") == [own], "has P-Asserted-Identity %s" % message.all("P-Asserted-Identity")),
        (data.oa == sc_address, "has RP-OA %s" % data.oa),
        (delivery.broken is None, "cannot be read: %s" % delivery.broken),
    )
    bodies = BODIES if delivery.document is None else (msisdn_less.MIXED,)
    return request_complaints(message, identities, scscf, ("no-fork",), bodies) + [c for good, c in checks if not good]


# --- the phone ---------------------------------------------------------------------------------


class Phone:
    """phone.will(acks(), errors(22), ...): what it does with the next deliveries, as of Plan; a callable gets the Delivery and
    gives the Act. `deliveries` has all of them, `shown` the texts (inbox.Text). Made registered, unless registered is off.

    identities: the public ones, the first is registered. contact: feature parameters of its Contact, more_contacts: others of
    the same user. impi: its private identity. patience: mt_report_timeout of the gateway, for a delivery that is not reported."""

    def __init__(
        self,
        world,
        number="+12025550101",
        *,
        identities=None,
        features=";+g.3gpp.smsip",
        more_contacts=(),
        impi=None,
        registered=True,
        patience=40.0,
    ):
        self.world = world
        self.scscf = world.scscf
        self.number = number
        self.identities = identities or ("sip:%s@%s" % (number, HOME), "tel:%s" % number)
        self.contacts = ["<sip:%s@192.0.2.1:5060>%s" % (number, features), *more_contacts]
        self.impi = impi or "%s@%s" % (number.strip("+"), HOME)
        self.patience = patience
        self.takes_documents = all("msisdn" in c for c in self.contacts if "smsip" in c)
        self.sc_address = "+" + SC_ADDRESS
        self.deliveries = []
        self.inbox = Inbox()
        self.complaints = []
        self.excused = ()  # beginnings of complaints that the test causes
        self._call_ids = set()
        self._acts = [acks()]
        self._next = itertools.count()
        for identity in self.identities:
            self.scscf.phones[identity] = self
        if registered:
            self.register()

    # --- registration ---

    def register_message(self, scscf=None):
        """scscf: the S-CSCF's Contact; None: where it is."""
        content_type, body = registrar.multipart(
            ("message/sip", registrar.phone_register(", ".join(self.contacts), impi=self.impi)),
            ("message/sip", registrar.phone_response(["%s;expires=3600" % c for c in self.contacts], self.identities)),
        )
        reg = registrar.Registrar(self.world)
        return reg.message(self.identities[0], content_type=content_type, body=body, contact=scscf)

    def register(self, scscf=None):
        final = self.scscf.send(self.register_message(scscf), self.scscf.gateway).wait(5)
        assert final.status == 200, "expected 200 to a third-party REGISTER, seen %s" % final.start
        return self

    def deregister(self):
        registrar.Registrar(self.world).register(self.identities[0], expires=0)

    # --- what it does ---

    def will(self, *acts):
        self._acts, self._next = acts, itertools.count()
        return self

    def take(self, server):
        """A delivery is here; the Answer to it. In the thread of the S-CSCF's endpoint."""
        delivery = Delivery(server)
        act = self._acts[min(next(self._next), len(self._acts) - 1)]
        delivery.act = act = act(delivery) if callable(act) else act
        self._judge(delivery)
        self.deliveries.append(delivery)
        if act.shows:
            self._complain(delivery, self.inbox.add(delivery))
        answer = act.answer if isinstance(act.answer, Answer) else Answer(act.answer)
        self._set_end(delivery, answer)
        if act.report and act.early:
            self._report(delivery)
            return dataclasses.replace(answer, delay=max(answer.delay, SOON))
        if act.report:
            self.scscf.endpoint.call_later(answer.delay + act.after, lambda: self._report(delivery))
        return answer

    def _set_end(self, delivery, answer):
        if answer.code is None:
            delivery.ends = delivery.at + min(32.0, self.patience) * EARLY
        elif answer.code >= 300:
            delivery.ends = delivery.at + answer.delay
        elif delivery.act.report is None:
            delivery.ends = delivery.at + self.patience * EARLY

    def _report(self, delivery):
        act = delivery.act
        for _ in range(act.times):
            delivery.reports.append(self.report(delivery, act.report, sender=act.sender, reply_to=act.reply_to))

    def report(self, delivery, report=rp.ack, *, sender=None, reply_to=True):
        """Send a report of a delivery, by itself or once more: the Client of its MESSAGE."""
        to = sip.uri_of(delivery.request.get("P-Asserted-Identity") or delivery.request.get("From"))
        message = self.scscf.message(report(delivery.data.mr), sender=sender or self.identities, to=to)
        if reply_to:
            message.headers.append(("In-Reply-To", delivery.call_id if reply_to is True else reply_to))
        delivery.ends = min(delivery.ends or time.monotonic(), time.monotonic())
        return self.scscf.send(message, self.scscf.gateway)

    def smma(self):
        """RP-SMMA; the Submission."""
        mr = self.scscf.next_mr()
        return self.scscf.submit(body=rp.smma(mr), mr=mr, sender=self.identities)

    # --- what it is asked ---

    @property
    def shown(self):
        return list(self.inbox.texts)

    def texts(self):
        """What it shows, in order."""
        return [t.text for t in self.inbox.texts]

    def wait_deliveries(self, count=1, timeout=10):
        self.scscf.wait_for(lambda: len(self.deliveries) >= count, timeout, "delivery number %d at %s" % (count, self.number))
        return self.deliveries[:count]

    def wait_texts(self, count=1, timeout=10):
        self.scscf.wait_for(lambda: len(self.inbox.texts) >= count, timeout, "text number %d at %s" % (count, self.number))
        return self.texts()

    # --- what must hold ---

    def _complain(self, delivery, complaints):
        self.complaints += ["%s %s" % (delivery, c) for c in complaints if not c.startswith(self.excused)]

    def _judge(self, delivery):
        gateway = "sip:%s:%d" % self.scscf.gateway
        self._complain(delivery, delivery_complaints(delivery, self.identities, self.sc_address, gateway, self.scscf.route))
        if delivery.document is not None and not self.takes_documents:
            self._complain(delivery, ["has a document"])
        if self.deliveries:
            last = self.deliveries[-1]
            if last.ends is None or last.ends > delivery.at:
                self._complain(delivery, ["comes while %s is open" % last])
        if delivery.call_id in self._call_ids:
            self._complain(delivery, ["has a Call-ID that was used"])
        self._call_ids.add(delivery.call_id)

    def check(self):
        """Fails when a delivery was not as it must be, or a report was not answered as it must."""
        assert not self.complaints, "%s: %s" % (self.number, "; ".join(self.complaints[:5]))
        for delivery in self.deliveries:
            for client in delivery.reports:
                self._check_report(delivery, client)

    def _check_report(self, delivery, client):
        try:
            status = client.wait(5).status
        except Timeout as e:
            raise AssertionError("the report of %s has no answer" % delivery) from e
        refused = delivery.act.refused
        good = status == refused if refused else 200 <= status < 300
        assert good, "expected %s to the report of %s, seen %d" % (refused or "2xx", delivery, status)


def register_all(world, phones, at_a_time=50):
    """Register many, at_a_time at one time."""
    waiting = []
    for phone in [*phones, *[None] * at_a_time]:
        if phone:
            waiting.append(world.scscf.send(phone.register_message(), world.gateway.address))
        if waiting and (phone is None or len(waiting) >= at_a_time):
            final = waiting.pop(0).wait(10)
            assert final.status == 200, "expected 200 to a third-party REGISTER, seen %s" % final.start
