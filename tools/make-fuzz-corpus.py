#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Writes the seeds of the fuzz targets from test/vectors: make-fuzz-corpus.py OUTDIR fills OUTDIR/fuzz_NAME/. Used by
# test/fuzz/run.sh; the layout of each seed is the one that test/fuzz/fuzz_NAME.c reads.

import json
import pathlib
import re
import sys

VECTORS = pathlib.Path(__file__).resolve().parent.parent / "test" / "vectors"
DELIVER_MTI, SUBMIT_MTI = 0, 1
VP_OCTETS = {0: 0, 1: 7, 2: 1, 3: 7}
IDENTITIES = (
    b'"Joe, \\"x\\" <y>" <sip:+12025550101@ims.example;user=phone>, <tel:+12025550101>',
    b"<sip:alice@[2001:db8::1]:5060>",
    b"tel:911;phone-context=+1",
)
NAMES = (
    "sip:%C4%8Cesko@hub".encode(),
    "\"Info \\\"Desk\\\" \u0141\u00f3d\u017a\" <sip:hub>".encode(),
    "ABCDEFGHI\u20acx".encode(),
    b"+1 (202) 555-0199",
)
CPIM = (
    b"From: <sip:+12025550123@hub>\r\nTo: \"A\" <sip:alice@h>\r\nDateTime: 2026-11-22T09:41:07+01:00\r\n"
    b"NS: imdn <urn:ietf:params:imdn>\r\nimdn.Message-ID: 7Hq2LkP0\r\n"
    b"imdn.Disposition-Notification: positive-delivery, negative-delivery\r\n\r\nContent-Type: %s\r\n\r\n%s"
)
IMDN = (
    b'<imdn xmlns="urn:ietf:params:xml:ns:imdn"><message-id>7Hq2LkP0</message-id><datetime>x</datetime>'
    b"<recipient-uri>sip:a@h</recipient-uri><original-recipient-uri>sip:b@h</original-recipient-uri>"
    b"<%s-notification><status><%s/></status></%s-notification></imdn>"
)
IMDN_STATUSES = {
    b"delivery": (b"delivered", b"failed", b"forbidden", b"error"),
    b"processing": (b"processed", b"stored"),
    b"display": (b"displayed",),
}
SHORT_MESSAGE_INFO = (
    b"<short-message-info><To>sip:a@h</To><From>sip:b@h?x&amp;y</From></short-message-info>",
    b"<short-message-info><Correlation-ID><Sender>sip:b@h</Sender><Receiver>sip:a@h</Receiver><HLR-ID>1</HLR-ID>"
    b"</Correlation-ID><Delivery-Outcome>SuccessfullTransfer</Delivery-Outcome></short-message-info>",
)
HUB_HEADERS = (
    b"Content-Type: text/plain;charset=iso-8859-1\r\nX-SMS-CODING: GSM7\r\nX-M-CLASS: 0\r\nX-SMS-PID: 65\r\n\r\n\xe4bc",
    b"Content-Type: text/plain\r\nX-SMS-UDH: 0500035A0402\r\nX-SMS-HOLD: 3600\r\nX-SMS-VALIDITY: 9\r\n\r\nabc",
    b"X-SMS-STATUS: 0x46\r\nX-SMS-MESSAGE-ID: 7Hq2LkP0\r\nX-REG-DELIVERY: 1\r\nX-SMS-CODING: 8BIT\r\n\r\n",
)
MULTIPART = (
    b"multipart/mixed;boundary=b\n--b\r\nContent-Type: text/plain\r\n\r\nhi\r\n"
    b"--b\r\nContent-Type: %s\r\n\r\n%s\r\n--b--"
)
INFO_LABELS = (b"application/vnd.3gpp.sms+xml", b"text/xml")
PARTS = (
    b"multipart/mixed;boundary=b\n--b\r\nContent-Type: %s\r\n\r\n%s\r\n"
    b"--b\r\nContent-Type: application/vnd.3gpp.sms\r\n\r\n%s\r\n--b--"
)
SERVICE_INFO = (
    b"447700900001",
    b"<![CDATA[msisdn=+447700900001;imsi=001010000000101]]>",
    b"msisdn=447700900001&imsi=001010000000101",
    b"&lt;msisdn&gt;447700900001&lt;/msisdn&gt;",
    b'<sms xmlns="urn:x"><imsi>001010000000101</imsi></sms>',
)
SERVICE_INFO_DOCUMENT = b'<ims-3gpp version="1"><service-info>%s</service-info></ims-3gpp>'
THIRD_PARTY = b"sip:alice@ims.test\n<sip:scscf:6060>\n3720\n%s\n%s\n%s"
EMBEDDED = (
    b"REGISTER sip:h SIP/2.0\r\nm: *\r\nExpires: 0\r\n\r\n",
    b"SIP/2.0 200 OK\r\nContact: <sip:a@c>;expires=9\r\nP-Associated-URI: <sip:a@h, tel:+12025550101>\r\n\r\n",
)
ENCODED_PARTS = (
    b"--b\r\nContent-Transfer-Encoding: base64\r\n\r\nUkVHSVNURVIgc2lwOmggU0lQLzIuMA0K\r\n"
    b"--b\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nSIP/2.0 200 =\r\nOK=0D=0A\r\n--b--"
)
# none, a part of a hub's own, a language
HEADERS = (b"", bytes.fromhex("0500035A0403"), bytes.fromhex("03240101"))
LANGUAGES_AND_8_BIT_REFERENCE = bytes([0x3F, 0xFE])


def lines(name):
    return [json.loads(line) for line in (VECTORS / name).read_text(encoding="utf-8").splitlines()]


def address_and_user_data(tpdu, mo):
    """The address of a valid SUBMIT or DELIVER, and its (TP-DCS, TP-UDL, TP-UDHI, TP-UD); None for other TPDUs."""
    if not tpdu or tpdu[0] & 3 != (SUBMIT_MTI if mo else DELIVER_MTI):
        return None
    at = 2 if mo else 1
    address = tpdu[at : at + 2 + (tpdu[at] + 1) // 2]
    dcs_at = at + len(address) + 1
    udl_at = dcs_at + 1 + (VP_OCTETS[tpdu[0] >> 3 & 3] if mo else 7)
    return address, (tpdu[dcs_at], tpdu[udl_at], tpdu[0] >> 6 & 1, tpdu[udl_at + 1 :])


def header_values(head, name):
    return re.findall(rb"(?im)^(?:" + name + rb")[ \t]*:[ \t]*(.*?)\r?$", head)


def rp_data(tpdu):
    """The TPDU in an RP-DATA of a phone."""
    return bytes.fromhex("002A0007912120550501F0") + bytes([len(tpdu)]) + tpdu


class Corpus:
    def __init__(self, folder):
        self.folder = pathlib.Path(folder)

    def add(self, target, name, octets):
        folder = self.folder / target
        folder.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(octets)

    def add_user_data(self, name, dcs, udl, udhi, user_data):
        self.add("fuzz_text", name, bytes([dcs, udl, udhi]) + user_data)
        if udhi:
            self.add("fuzz_udh", name, user_data)

    def add_text(self, name, text):
        self.add("fuzz_text", name + "-text", LANGUAGES_AND_8_BIT_REFERENCE + text.encode("utf-8"))
        for header in HEADERS:
            choices = LANGUAGES_AND_8_BIT_REFERENCE + bytes([len(name) % 15, len(header)])
            self.add("fuzz_deliver", "%s-%d" % (name, len(header)), choices + header + text.encode("utf-8"))

    def add_hub_form(self, name, rp):
        for options, identity in enumerate(IDENTITIES):
            self.add("fuzz_hub_form", "%s-%d" % (name, options), bytes([options]) + identity + b"\n" + rp)
            self.add("fuzz_hub_form", "%s-%d-uri" % (name, options), bytes([options | 0x61]) + identity + b"\n" + rp)

    def add_multipart(self, name, sip):
        head, _, body = sip.partition(b"\r\n\r\n")
        content_type = header_values(head, rb"Content-Type|c")
        if content_type and content_type[0].lower().startswith(b"multipart"):
            self.add("fuzz_mime", name, content_type[0] + b"\n" + body)

    def add_hub_message(self, name, content_type, body):
        self.add("fuzz_hub_message", name, b"Content-Type: %s\r\n\r\n%s" % (content_type, body))

    def add_imdn(self):
        for notification, statuses in IMDN_STATUSES.items():
            for status in statuses:
                name = (notification + b"-" + status).decode()
                document = IMDN % (notification, status, notification)
                self.add("fuzz_imdn", name, document)
                self.add("fuzz_cpim", name, CPIM % (b"message/imdn+xml", document))
                self.add_hub_message(name, b"message/cpim", CPIM % (b"message/imdn+xml", document))

    def add_hub_messages(self):
        for number, message in enumerate(HUB_HEADERS):
            self.add("fuzz_hub_message", "headers-%d" % number, message)
        self.add("fuzz_cpim", "text", CPIM % (b"text/plain", b"Hello"))
        self.add_hub_message("cpim", b"message/cpim", CPIM % (b"text/plain", b"Hello"))
        for number, document in enumerate(SHORT_MESSAGE_INFO):
            self.add("fuzz_short_message_info", "document-%d" % number, document)
            head, _, body = (MULTIPART % (b"application/vnd.3gpp.sms+xml", document)).partition(b"\n")
            self.add_hub_message("info-%d" % number, head, body)
            parts = (INFO_LABELS[number], document, b"\0\1" + document)
            self.add("fuzz_sms_body", "parts-%d" % number, PARTS % parts)

    def add_service_info(self):
        for number, text in enumerate(SERVICE_INFO):
            document = SERVICE_INFO_DOCUMENT % text
            self.add("fuzz_service_info", "document-%d" % number, b"\0" + document)
            self.add("fuzz_service_info", "text-%d" % number, bytes([number % 4]) + text)
            self.add("fuzz_third_party", "service-info-%d" % number, THIRD_PARTY % (b"", b"", document))

    def add_embedded(self, name, sip):
        """A phone's REGISTER or the answer to it, alone and beside service information."""
        self.add("fuzz_sip_part", name, sip)
        self.add("fuzz_third_party", name, THIRD_PARTY % (b"", b"message/sip", sip))
        parts = MULTIPART.partition(b"\n")[2] % (b"message/sip", sip)
        self.add("fuzz_third_party", name + "-part", THIRD_PARTY % (IDENTITIES[0], b"multipart/mixed;boundary=b", parts))

    def add_third_party(self, name, sip):
        head, _, body = sip.partition(b"\r\n\r\n")
        associated, content_type = (header_values(head, h) or [b""] for h in (rb"P-Associated-URI", rb"Content-Type"))
        self.add("fuzz_third_party", name, THIRD_PARTY % (associated[0], content_type[0], body))

    def add_sip(self, name, sip):
        self.add_multipart(name, sip)
        for number, value in enumerate(header_values(sip, rb"P-A[a-z-]*|To|Contact|Route")):
            self.add("fuzz_identity", "%s-%d" % (name, number), value)
        if b"Content-Type: application/reginfo+xml" in sip:
            for target in ("fuzz_reginfo", "fuzz_reginfo_merge"):
                self.add(target, name, sip.partition(b"\r\n\r\n")[2])
        elif b"CSeq: 10 REGISTER" in sip or b"message/sip" in sip:
            self.add_third_party(name, sip)
        elif b" REGISTER\r\n" in sip:
            self.add_embedded(name, sip)


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: make-fuzz-corpus.py OUTDIR")
    corpus = Corpus(sys.argv[1])
    for vector in lines("rp.jsonl"):
        octets = bytes.fromhex(vector["hex"])
        corpus.add("fuzz_rp", vector["id"], octets)
        corpus.add("fuzz_mime", vector["id"], MULTIPART % (b"application/vnd.3gpp.sms", octets))
        corpus.add_hub_form(vector["id"], octets)
        corpus.add_hub_message(vector["id"], b"application/vnd.3gpp.sms", octets)
        if vector["expected"].get("ud"):
            corpus.add("fuzz_tp", vector["id"], bytes.fromhex(vector["expected"]["ud"]))
    for vector in lines("tpdu.jsonl"):
        tpdu = bytes.fromhex(vector["hex"])
        corpus.add("fuzz_tp", vector["id"], tpdu)
        if vector["dir"] == "MO" and len(tpdu) < 256:
            corpus.add_hub_form(vector["id"], rp_data(tpdu))
        parts = address_and_user_data(tpdu, vector["dir"] == "MO") if "expect_error" not in vector else None
        if parts:
            corpus.add("fuzz_address", vector["id"], parts[0])
            corpus.add_user_data(vector["id"], *parts[1])
        if "text" in vector["expected"]:
            corpus.add_text(vector["id"], vector["expected"]["text"])
    for vector in lines("fields.jsonl"):
        octets = bytes.fromhex(vector["hex"])
        if vector["kind"] == "ud":
            corpus.add_user_data(vector["id"], vector["dcs"], vector["udl"], int(vector["udhi"]), octets)
            corpus.add_text(vector["id"], vector["expected"]["text"])
        else:
            corpus.add("fuzz_address", vector["id"], octets)
    for number, identity in enumerate(IDENTITIES):
        corpus.add("fuzz_identity", "identity-%d" % number, identity)
    for number, identity in enumerate(IDENTITIES + NAMES):
        corpus.add("fuzz_originator", "identity-%d" % number, identity + b"\nGateway")
    for vector in lines("reginfo.jsonl"):
        for target in ("fuzz_reginfo", "fuzz_reginfo_merge"):
            corpus.add(target, vector["id"], vector["document"].encode("utf-8"))
    for number, sip in enumerate(EMBEDDED):
        corpus.add_embedded("embedded-%d" % number, sip)
    corpus.add("fuzz_third_party", "encoded", THIRD_PARTY % (b"", b"multipart/mixed", ENCODED_PARTS))
    corpus.add_service_info()
    corpus.add_imdn()
    corpus.add_hub_messages()
    for folder in ("sip", "scscf"):
        for path in (VECTORS / folder).glob("*.txt"):
            corpus.add_sip(path.stem, path.read_bytes())


if __name__ == "__main__":
    main()
