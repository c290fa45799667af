# SPDX-License-Identifier: GPL-2.0-or-later
#
# Draws a trace as a ladder: one line for each SIP message between named columns, what it carries beneath. Used live by
# `make run` and for the report of a failed test. Pure text: no files, no sockets.

PHONE, GATEWAY = "S-CSCF", "gateway"
LEFT = 10
BODY_LINES = 6
SHOWN_HEADERS = ("P-Asserted-Identity", "In-Reply-To")
UNICODE = {"bar": "│", "line": "─", "right": "▶", "left": "◀"}
ASCII = {"bar": "|", "line": "-", "right": ">", "left": "<"}
COLOURS = {"time": "2", "request": "1;36", "good": "1;32", "bad": "1;31", "detail": "2"}


def clip(text, width):
    return text if len(text) <= width else text[: max(width - 2, 0)] + ".."


def short_uri(uri):
    return uri.replace(";user=phone", "")


def bare(octets):
    """What a body is without a decoder: hex, clipped by the caller."""
    return ["%d octets %s" % (len(octets), octets.hex())]


class Ladder:
    """hubs: names of the hub columns. decode(octets, mo): lines that explain an application/vnd.3gpp.sms body."""

    def __init__(self, hubs=("hub",), width=100, colour=False, unicode=False, decode=None):
        self.columns = [PHONE, GATEWAY] + list(hubs)
        self.titles = ["phone, S-CSCF", GATEWAY] + list(hubs)
        self.width = width
        self.gap = {3: 20, 4: 17}.get(len(self.columns), 15)
        self.colour = colour
        self.glyph = UNICODE if unicode else ASCII
        self.decode = decode or (lambda octets, mo: bare(octets))

    def draw(self, trace):
        lines = self.head()
        for entry in trace.entries:
            lines += self.entry(entry)
        if trace.dropped:
            lines.append("... and %d messages more" % trace.dropped)
        return lines

    def head(self):
        line = " " * self.width
        for i, title in enumerate(self.titles):
            at = max(LEFT + i * self.gap - len(title) // 2, 0)
            line = line[:at] + title + line[at + len(title):]
        return [line.rstrip(), self._lanes().rstrip()]

    def entry(self, entry):
        """The lines of one message."""
        message = entry.message()
        if message is None:
            return ["%8.3f %s to %s: no SIP message: %r" % (entry.at, entry.source, entry.target, entry.octets[:60])]
        label, kind = self._label(message)
        room = self.width - self._detail_column()
        first = self._paint("%8.3f" % entry.at, "time") + self._arrow(entry, label, kind)[8:]
        lines = [first + "  " + clip(self._headline(message, entry.transport), room)]
        below = self._lanes() + "  "
        lines += [below + self._paint(clip(d, room), "detail") for d in self._details(message, entry)]
        return [line.rstrip() for line in lines]

    # --- parts of a line ---

    def _detail_column(self):
        return LEFT + (len(self.columns) - 1) * self.gap + 3

    def _lanes(self):
        return " " * LEFT + (self.glyph["bar"] + " " * (self.gap - 1)) * (len(self.columns) - 1) + self.glyph["bar"]

    def _arrow(self, entry, label, kind):
        a, b = self.columns.index(entry.source), self.columns.index(entry.target)
        low, high = LEFT + min(a, b) * self.gap, LEFT + max(a, b) * self.gap
        body = (" %s " % clip(label, high - low - 6)).center(high - low - 2, self.glyph["line"])
        body = body + self.glyph["right"] if a < b else self.glyph["left"] + body
        lanes = self._lanes()
        return lanes[: low + 1] + self._paint(body, kind) + lanes[high:]

    def _paint(self, text, kind):
        return "\x1b[%sm%s\x1b[0m" % (COLOURS[kind], text) if self.colour else text

    @staticmethod
    def _label(message):
        if message.is_request:
            return message.method, "request"
        return message.start.split(" ", 1)[1], "good" if message.status < 300 else "bad"

    @staticmethod
    def _headline(message, transport):
        if not message.is_request:
            return "%s, CSeq %s" % (transport, message.get("CSeq"))
        return "%s, %s" % (transport, short_uri(message.uri))

    def _details(self, message, entry):
        """Headers worth a look, and the body."""
        if not message.is_request:
            return []
        lines = []
        for name in SHOWN_HEADERS:
            if message.get(name):
                lines.append("%s: %s" % (name, short_uri(message.values(name)[0]).strip("<>")))
        if message.get("Content-Type"):
            lines.append(message.get("Content-Type"))
        if message.media_type == "application/vnd.3gpp.sms":
            lines += self.decode(message.body, entry.source != GATEWAY)
        elif message.body:
            body = ['"%s"' % line for line in message.body.decode("utf-8", "replace").splitlines()]
            lines += body if len(body) <= BODY_LINES else body[:BODY_LINES] + ["(%d lines more)" % (len(body) - BODY_LINES)]
        return lines
