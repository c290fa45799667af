# SPDX-License-Identifier: GPL-2.0-or-later
#
# What a phone shows: texts, each joined from its parts, and what is wrong with the parts. The gateway sends the parts of a
# text in order, one after the other, and says the same in each but for number and text (TS 23.040 9.2.3.24.1).

from dataclasses import dataclass

from . import tp_mt


@dataclass
class Text:
    text: str  # None: 8-bit data
    data: bytes
    sender: object  # tp_mt.Address
    parts: list  # of Delivery

    @property
    def tpdu(self):
        """The first part's."""
        return self.parts[0].tpdu


class Inbox:
    """texts: the whole ones, in order. others: deliveries that are no SMS-DELIVER. forgets: a text that begins while another is not
    whole takes its place; else that is wrong."""

    def __init__(self):
        self.forgets = False
        self.texts = []
        self.others = []
        self._begun = []  # the parts so far of the one that is not whole

    def add(self, delivery):
        """What is wrong with this part, after those before it."""
        tpdu = delivery.tpdu
        if not isinstance(tpdu, tp_mt.Deliver):
            self.others.append(delivery)
            return []
        if self.forgets and (not tpdu.concat or tpdu.concat[2] == 1):
            self._begun = []
        complaints = self._sequence_complaints(delivery)
        self._begun.append(delivery)
        total = tpdu.concat[1] if tpdu.concat else 1
        if len(self._begun) == total or complaints:
            parts, self._begun = self._begun, []
            self.texts.append(joined(parts))
        return complaints

    def _sequence_complaints(self, delivery):
        tpdu, place = delivery.tpdu, len(self._begun) + 1
        reference, total, seq = tpdu.concat or (None, 1, 1)
        checks = [
            (seq == place, "is part %d of %d, expected was part %d" % (seq, total, place)),
            (tpdu.more == (seq < total), "is part %d of %d, and TP-MMS says %s" % (seq, total, "more" if tpdu.more else "no more")),
        ]
        if self._begun:
            first = self._begun[0]
            checks += [
                ((reference, total) == first.tpdu.concat[:2], "has reference %s of %d" % (reference, total)),
                (alike(tpdu) == alike(first.tpdu), "differs from part 1: %s, %s" % (alike(tpdu), alike(first.tpdu))),
                (path(delivery) == path(first), "goes to %s, part 1 to %s" % (path(delivery), path(first))),
            ]
        return [complaint for good, complaint in checks if not good]


def alike(tpdu):
    """What all parts have in common (TP-SCTS is the arrival of the whole text)."""
    return tpdu.oa, tpdu.pid, tpdu.dcs, tpdu.scts, [e for e in tpdu.udh if e[0] not in (0x00, 0x08)]


def path(delivery):
    return delivery.request.uri, delivery.request.all("Route")


def joined(parts):
    texts = [p.tpdu.text for p in parts]
    text = None if None in texts else "".join(texts)
    return Text(text, b"".join(p.tpdu.data for p in parts), parts[0].tpdu.oa, parts)
