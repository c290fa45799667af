#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Feeds the third-party REGISTERs, the phones' REGISTERs and the reg event documents of test/vectors to BUILD/unit/show_ims.
# What a vector states must be read; documents are read here once more with Python's own parser and must agree; the real
# S-CSCF's requests are held against the table below. Run by test/unit/run.sh.

import email.parser
import json
import pathlib
import re
import subprocess
import sys
import xml.etree.ElementTree

VECTORS = pathlib.Path(__file__).resolve().parent.parent / "vectors"
NAMESPACE = "{urn:ietf:params:xml:ns:reginfo}"

# What Kamailio's ims_isc said of alice in test/vectors/scscf (see its README): the iFC form decides what is known.
SCSCF_COMMON = {
    "scscf": ["sip:127.0.0.1:24060"],
    "impu": ["sip:alice@ims.test"],
    "msisdn": ["447700900001"],
    "imsi": [""],
    "impi": [""],
    "capability": ["unknown"],
    "contact": [],
    "faults": [""],
}
PHONE = "sip:alice@127.0.0.1:24072"
INSTANCE = "urn:gsma:imei:35693803-564380-0"
SCSCF = {
    "register-none-1-initial": {"expires": ["3720"]},
    "register-none-3-off": {"expires": ["0"]},
    "register-second-contact": {"expires": ["1020"]},
    "register-second-contact-off": {"expires": ["0"]},
    "register-incresp-1-initial": {"expires": ["3720"]},
    "register-serviceinfo-1-initial": {"expires": ["3720"]},
    "register-increq-1-initial": {
        "expires": ["3720"],
        "impi": ["alice@ims.test"],
        "capability": ["yes"],
        "contact": [f"{PHONE}\t3720\t1\t{INSTANCE}"],
    },
    "register-increq-3-off": {
        "expires": ["0"],
        "impi": ["alice@ims.test"],
        "contact": [f"{PHONE}\t0\t1\t{INSTANCE}"],
    },
}

# Why xmldoc and reginfo refuse what the source calls so.
REFUSALS = {
    "wrong root": "another document",
    "wrong namespace": "another document",
    "no namespace": "another document",
    "version missing": "malformed",
    "version invalid": "malformed",
    "state missing": "malformed",
    "state invalid": "malformed",
    "unknown charset": "encoding",
    "malformed": "malformed",
}

# Where we decide otherwise than the source of a vector.
EXCEPTIONS = {
    "sip-3pr-kamailio-initial": {
        "differs": ["msisdn"],
        "reason": "P-Associated-URI lacks the identity in To, and this S-CSCF is known to send that of another user",
    },
}


class Shower:
    def __init__(self, path):
        self.path = path

    def __call__(self, kind, octets):
        """The lines as {name: [values]}, and all of them in order."""
        done = subprocess.run([self.path, kind], input=octets, capture_output=True, timeout=20, check=False)
        if done.returncode or done.stderr:
            raise RuntimeError(f"{kind}: status {done.returncode}: {done.stderr.decode()}")
        rows = [line.split("\t", 1) for line in done.stdout.decode().splitlines()]
        seen = {}
        for name, value in rows:
            seen.setdefault(name, []).append(value)
        return seen, rows


def body_of(message):
    return message[message.index(b"\r\n\r\n") + 4 :]


def headers_of(message):
    head = message[message.index(b"\r\n") + 2 : message.index(b"\r\n\r\n") + 4]
    return email.parser.Parser().parsestr(head.decode())


def differing(expected, seen):
    return [name for name, values in expected.items() if seen.get(name, []) != values]


def check_third_party(show, vector):
    """One of sip/3pr-*: what its source states."""
    seen, _ = show("third-party", vector["octets"])
    stated = vector["expected"]
    expected = {"faults": [""]}
    if "impu" in stated:
        expected["impu"] = [stated["impu"]]
    if "scscf" in stated:
        expected["scscf"] = [stated["scscf"]]
    if "expires" in stated:
        expected["expires"] = [str(stated["expires"])]
    if "msisdn_uri" in stated:
        expected["msisdn"] = [re.sub(r"\D", "", stated["msisdn_uri"] or "")]
    if "service_info" in stated:
        expected["msisdn"] = [re.sub(r"\D", "", stated["service_info"])]
    if "ue_contact_has" in stated:
        expected["capability"] = ["yes"]
    differs = differing(expected, seen)
    if "registered" in stated and (seen["expires"] != ["0"]) != stated["registered"]:
        differs.append("registered")
    associated = headers_of(vector["octets"]).get("P-Associated-URI", "")
    if associated.strip() and seen["impu"][0] not in associated:
        # ignored, and said so
        differs = [name for name in differs if name != "faults"]
        differs += [] if seen["faults"] == ["P-Associated-URI without To"] else ["faults"]
    return differs


def check_scscf(show, vector):
    seen, _ = show("third-party", vector["octets"])
    return differing({**SCSCF_COMMON, **SCSCF[vector["id"]]}, seen)


def check_register(show, vector):
    """A phone's REGISTER, or the 200 to it, as a message/sip part: held against Python's header parser."""
    seen, _ = show("sip", vector["octets"])
    headers = headers_of(vector["octets"])
    contact = headers["Contact"]
    expected = {
        "method": ["REGISTER" if vector["octets"].startswith(b"REGISTER ") else ""],
        "status": ["200" if vector["octets"].startswith(b"SIP/2.0 200") else "0"],
        "to": re.findall(r"<(.*?)>", headers["To"]),
        "from": re.findall(r"<(.*?)>", headers["From"]),
        "impi": re.findall(r'username="(.*?)"', headers.get("Authorization", "")) or [""],
        "associated": re.findall(r"<(.*?)>", headers.get("P-Associated-URI", "")),
        "contact": [
            "\t".join(
                (
                    re.match(r"<(.*?)>", contact)[1],
                    (re.search(r";expires=(\d+)", contact) or [None, headers.get("Expires")])[1],
                    str(int(bool(re.search(r"\+g\.3gpp\.smsip(?![^;])", contact)))),
                    re.search(r'sip\.instance="<(.*?)>"', contact)[1],
                )
            )
        ],
    }
    return differing(expected, seen)


def read_contact(contact):
    """A <contact> as show_ims shows it."""
    params = {p.get("name").lower(): (p.text or "") for p in contact.findall(NAMESPACE + "unknown-param")}
    clamp = 2**32 - 1
    return "\t".join(
        (
            contact.get("id"),
            contact.get("state"),
            contact.get("event"),
            contact.find(NAMESPACE + "uri").text.strip(),
            str(min(int(contact.get("expires", -1)), clamp)),
            contact.get("callid", ""),
            str(min(int(contact.get("cseq", 0)), clamp)),
            str(int("+g.3gpp.smsip" in params)),
            params.get("+sip.instance", "").strip('"').strip("<>"),
        )
    )


def read_reginfo(document):
    root = xml.etree.ElementTree.fromstring(document)
    rows = [["version", root.get("version")], ["state", root.get("state")], ["skipped", "0"]]
    for registration in root.findall(NAMESPACE + "registration"):
        rows.append(["registration", "\t".join(registration.get(name) for name in ("aor", "id", "state"))])
        rows += [["contact", read_contact(c)] for c in registration.findall(NAMESPACE + "contact")]
    return rows


def check_stated(vector, seen):
    """What the source of a document states in its own words."""
    stated = vector.get("expected", {})
    contacts = [c.split("\t") for c in seen["contact"]] if "contact" in seen else []
    differs = []
    if "version" in stated and seen["version"] != [str(stated["version"])]:
        differs.append("version")
    if "state" in stated and seen["state"] != [stated["state"]]:
        differs.append("state")
    if "expires_clamped_to" in stated and contacts[0][4] != str(stated["expires_clamped_to"]):
        differs.append("expires")
    if "active_uri" in stated and {c[3] for c in contacts if c[1] == "active"} != {stated["active_uri"]}:
        differs.append("active_uri")
    registrations = stated.get("registrations")
    if isinstance(registrations, int):
        if len(seen["registration"]) != registrations or len(contacts) != registrations * stated["contacts_each"]:
            differs.append("registrations")
    for number, registration in enumerate(registrations if isinstance(registrations, list) else []):
        differs += check_registration(registration, seen["registration"][number].split("\t"), contacts)
    return differs


def check_registration(stated, registration, contacts):
    differs = [n for n, value in zip(("aor", "id", "state"), registration) if stated.get(n, value) != value]
    for contact, wanted in zip(contacts, stated["contacts"]):
        names = ("id", "state", "event", "uri", "expires", "callid", "cseq", "smsip")
        values = dict(zip(names, contact), smsip=contact[7] == "1", expires=int(contact[4]))
        differs += [n for n in names if wanted.get(n, values[n]) != values[n]]
        instance = wanted.get("params", {}).get("+sip.instance")
        if instance and instance != f'"<{contact[8]}>"':
            differs.append("+sip.instance")
    return differs


def check_reginfo(show, vector):
    seen, rows = show("reginfo", vector["document"])
    stated = vector.get("expected", {})
    if "expect_error" in vector:
        return [] if seen == {"error": [REFUSALS[vector["expect_error"]]]} else ["refused"]
    if "kept_contacts" in stated or "kept_registrations" in stated:
        kept = len(seen["contact"]), len(seen["registration"]), seen["skipped"]
        return [] if kept == (2, stated.get("kept_registrations", 1), ["1"]) else ["kept"]
    differs = [] if rows == read_reginfo(vector["document"]) else ["document"]
    return differs + check_stated(vector, seen)


def sip_vectors():
    checks = {"third-party-register": check_third_party, "register": check_register, "200-register": check_register}
    for path in sorted(VECTORS.glob("sip/*.json")):
        vector = json.loads(path.read_text(encoding="utf-8"))
        vector["octets"] = (VECTORS / vector["file"]).read_bytes()
        if vector["kind"] == "reginfo-notify":
            yield check_reginfo, dict(vector, document=body_of(vector["octets"]))
        elif vector["kind"] in checks:
            yield checks[vector["kind"]], vector


def scscf_vectors():
    for path in sorted(VECTORS.glob("scscf/*.txt")):
        vector = {"id": path.stem, "octets": path.read_bytes()}
        if path.stem.startswith("register-"):
            yield check_scscf, vector
        elif path.stem.startswith("notify-"):
            yield check_reginfo, dict(vector, document=body_of(vector["octets"]))


def reginfo_vectors():
    for line in (VECTORS / "reginfo.jsonl").read_text(encoding="utf-8").splitlines():
        vector = json.loads(line)
        yield check_reginfo, dict(vector, document=vector["document"].encode())


def main():
    show = Shower(pathlib.Path(sys.argv[1]) / "unit" / "show_ims")
    passed = failed = 0
    work = [*sip_vectors(), *scscf_vectors(), *reginfo_vectors()]
    for vector_id in sorted((set(EXCEPTIONS) | set(SCSCF)) - {vector["id"] for _, vector in work}):
        print(f"{vector_id}: named in this script, but there is no such vector")
        failed += 1
    for check, vector in work:
        differs = sorted(check(show, vector))
        if differs == EXCEPTIONS.get(vector["id"], {}).get("differs", []):
            passed += 1
            continue
        failed += 1
        print(f"{vector['id']}: differs in {differs}")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
