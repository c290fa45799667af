#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The documentation against code and configuration: whatever an operator can set, call, read or ask is described, with
# its default and bounds, and nothing is described that is not there. Part of `make unit`; reads the tree only.

import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
MODULE = ROOT / "modules" / "ipsmgw"
NAMES = {"MSISDN_LESS_NEVER": 0, "MSISDN_LESS_DECLARED": 1, "MSISDN_LESS_ALWAYS": 2}
NAMES |= {"REG_EVENT_NEVER": 0, "REG_EVENT_NEEDED": 1, "REG_EVENT_ALWAYS": 2, "DB_MODE_MEMORY": 0}
LOG_LEVELS = {"L_ALERT": -5, "L_ERR": -1, "L_WARN": 0, "L_NOTICE": 1, "L_INFO": 2, "L_DBG": 3}
# what stands in a table of the docs for an empty string
EMPTY = "(empty)"


def read(path):
    return (ROOT / path).read_text(encoding="utf-8")


def between(text, start, end):
    at = text.index(start)
    return text[at : text.index(end, at)]


def joined(literals):
    """C string literals that stand one behind the other, as one."""
    return "".join(re.findall(r'"((?:[^"\\]|\\.)*)"', literals))


# --- the code ---


class Code:
    def __init__(self):
        self.mod = read("modules/ipsmgw/ipsmgw_mod.c")
        script = read("modules/ipsmgw/ipsmgw_script.c")
        self.parameters = re.findall(r'\{"(\w+)",\s+PARAM_', between(self.mod, "params[]", "};"))
        self.functions = set(re.findall(r'\{"(ipsmgw_\w+)",\s+\(cmd_function\)', self.mod))
        self.kemi = set(re.findall(r'KEMI(?:_MORE)?\("(\w+)"', script))
        self.fields = set(re.findall(r'\{"(\w+)",\s+\w+,\s+\w+\}', between(read("modules/ipsmgw/ipsmgw_pv.c"), "} fields[]", "};")))
        self.sub_fields = set(re.findall(r'\{"(\w+)",\s+\w+,\s+\w+\}', between(read("modules/ipsmgw/ipsmgw_pv_sub.c"), "} fields[]", "};")))
        hss_fields = between(read("modules/ipsmgw/ipsmgw_pv_hss.c"), "} fields[]", "};")
        self.hss_fields = set(re.findall(r'\{"(\w+)",\s+\w+,\s+\w+\}', hss_fields))
        self.mt_fields = set(re.findall(r'\{"(\w+)",\s+\w+,\s+\w+\}', between(read("modules/ipsmgw/ipsmgw_pv_mt.c"), "} fields[]", "};")))
        self.events = set(re.findall(r'"(ipsmgw:[\w-]+)"', read("modules/ipsmgw/flow/event.c")))
        self.counters = set(re.findall(r'COUNTER\(CNT_\w+, "(\w+)"', read("modules/ipsmgw/flow/counters.c")))
        self.counters |= set(re.findall(r'\{COUNT_\w+, "(\w+)"', read("modules/ipsmgw/flow/hss_counters.c")))
        rpc = read("modules/ipsmgw/ipsmgw_rpc.c")
        self.commands = set(re.findall(r'\{"(ipsmgw\.\w+)", rpc_', rpc))
        self.verbs = set(re.findall(r'\{"(\w+)", pending_', read("modules/ipsmgw/ipsmgw_rpc_pending.c")))
        self.gauges = set(re.findall(r'"((?:jobs|deliveries|subscriptions|hss_updates|status_reports)_\w+)"', rpc))
        self.metadata = set(re.findall(r'"(X-[\w-]+):', read("modules/ipsmgw/ims/hub_form.c")))
        self.metadata_taken = set(re.findall(r'\{SPAN\("(X-[\w-]+)"\)', read("modules/ipsmgw/ims/hub_meta.c")))
        causes = between(read("modules/ipsmgw/flow/cause_map.c"), "rows[] = {", "};")
        self.causes = [joined(row) for row in causes.split("{")[1].split(",\n") if '"' in row]
        self.codes = self._return_codes(script)

    @staticmethod
    def _return_codes(script):
        headers = "".join(read("modules/ipsmgw/flow/%s.h" % n) for n in ("sms", "mo", "hub", "notify", "hss_script"))
        codes = re.findall(r"\b(?:SMS|MO|HUB|NOTIFIED|ASK)_\w+\s*=\s*(-?\d+)", headers)
        return {int(c) for c in codes + re.findall(r"#define RC_\w+ (-?\d+)", script)} - set(range(3, 1000))

    def number(self, text):
        text = text.strip()
        if text == "SCTS_ZONE_LOCAL":
            return int(re.search(r"#define SCTS_ZONE_LOCAL (\d+)", read("modules/ipsmgw/flow/settings.h")).group(1))
        for names in (LOG_LEVELS, NAMES):
            if text in names:
                return names[text]
        shift = re.fullmatch(r"(\d+) << (\d+)", text)
        return int(shift.group(1)) << int(shift.group(2)) if shift else int(text)

    def defaults(self):
        """Parameter to default, as the docs write it; a parameter that is not named there is empty or 0."""
        found = {}
        for name, value in re.findall(r"\.(\w+)\s*=\s*(.+),\n", between(self.mod, "struct settings settings", "};")):
            text = re.fullmatch(r'str_init\("(.*)"\)', value)
            found[name] = text.group(1) if text else str(self.number(value))
        return found

    def bounds(self):
        rows = re.findall(r'\{"(\w+)",\s+&settings\.\w+,\s+([^,]+),\s+([^}]+)\}', between(self.mod, "} bounds[]", "};"))
        return {name: (self.number(low), self.number(high)) for name, low, high in rows}


class Config:
    def __init__(self):
        self.defs = self._defines("ipsmgw-defs.cfg")
        self.complete = self._defines("kamailio.cfg")
        self.blocks = "".join(read("kamailio-cfg/" + n) for n in ("ipsmgw.cfg", "ipsmgw-defs.cfg", "kamailio.cfg"))
        self.routes = set(re.findall(r"route\[(IPSMGW\w*)\]", self.blocks))
        self.rows = re.findall(r'^modparam\("ipsmgw", "mo_cause", "(.*)"\)', self.blocks, re.M)

    @staticmethod
    def _defines(name):
        """Define to default as the docs write it, "" when it is off."""
        found = {}
        for off, define, value in re.findall(r"^(#?)#!define (\w+)[ \t]*(.*)$", read("kamailio-cfg/" + name), re.M):
            found[define] = "" if off else value.strip('"') or EMPTY
        return found


# --- the docs ---


class Docs:
    def __init__(self):
        self.paths = [ROOT / "README.md", ROOT / "CONTRIBUTING.md"] + sorted((ROOT / "docs").glob("*.md"))
        self.text = {p.name: p.read_text(encoding="utf-8") for p in self.paths}
        self.all = "\n".join(self.text.values())

    def rows(self, name, heading=None):
        """The rows of the tables in a file, or under a heading of it, whose first cell is one name in backticks."""
        text = self.text[name]
        if heading:
            at = text.index("\n" + heading + "\n") + 1
            level = heading.split(" ")[0]
            end = re.compile(r"^#{1,%d} " % len(level), re.M).search(text, at + len(heading))
            text = text[at : end.start() if end else None]
        found = {}
        for line in text.splitlines():
            cells = [c.strip() for c in line.split("|")[1:-1]] if line.startswith("| `") else []
            if cells and re.fullmatch(r"`[^`]+`", cells[0]):
                found[cells[0].strip("`")] = cells[1:]
        return found

    def named(self, pattern):
        return set(re.findall(pattern, self.all))


# --- the checks: each yields what is wrong ---


def differ(what, code, docs):
    for name in sorted(set(code) - set(docs)):
        yield "%s %s is not described" % (what, name)
    for name in sorted(set(docs) - set(code)):
        yield "%s %s is described and not there" % (what, name)


def unknown(what, named, known):
    for name in sorted(set(named) - set(known)):
        yield "%s %s is mentioned and not there" % (what, name)


def check_parameters(code, _, docs):
    rows = docs.rows("parameters.md", "## Module parameters")
    yield from differ("parameter", code.parameters, rows)
    yield from unknown("parameter", docs.named(r'modparam\("ipsmgw", "(?!name")(\w+)"'), code.parameters)
    defaults, bounds = code.defaults(), code.bounds()
    for name in set(rows) & set(code.parameters) - {"mo_cause", "mt_answer"}:
        said = rows[name][1].strip("`"), rows[name][2]
        is_so = defaults.get(name, ""), "%d to %d" % bounds[name] if name in bounds else ""
        if said != is_so:
            yield "parameter %s: default and bounds are %s, described %s" % (name, is_so, said)


def check_functions(code, _, docs):
    headings = {n for line in re.findall(r"^### (.*)$", docs.text["script.md"], re.M) for n in re.findall(r"(ipsmgw_\w+)\(", line)}
    yield from differ("function", code.functions, headings)
    yield from unknown("function", docs.named(r"(?<!\$)\b(ipsmgw_\w+)\("), code.functions)
    table = {n for n in re.findall(r"^\| `(ipsmgw_\w+)\(.*\| (?:request|any)[ ,]", docs.text["script.md"], re.M)}
    yield from differ("function (table)", code.functions, table)


def check_return_codes(code, _, docs):
    described = {int(n) for n in re.findall(r"^\| (-\d+) \||(?<=[ .])(-\d+):", docs.text["script.md"], re.M) for n in n if n}
    yield from differ("return code", {c for c in code.codes if c < 0}, described)


def check_fields(code, _, docs):
    rows = docs.rows("script.md", "## Variables")
    for name, fields in (("$ipsmgw", code.fields), ("$ipsmgw_sub", code.sub_fields), ("$ipsmgw_hss", code.hss_fields), ("$ipsmgw_mt", code.mt_fields)):
        described = {m[1] for m in (re.match(r"^%s\((\w+)\)$" % re.escape(name), r) for r in rows) if m}
        yield from differ("%s field" % name, fields, described)
    yield from unknown("$ipsmgw_hss field", docs.named(r"\$ipsmgw_hss\((\w+)\)"), code.hss_fields)
    yield from unknown("$ipsmgw_mt field", docs.named(r"\$ipsmgw_mt\((\w+)\)"), code.mt_fields)
    yield from unknown("$ipsmgw field", docs.named(r"\$ipsmgw\((\w+)\)") - {"name"}, code.fields)


def check_kemi(code, _, docs):
    yield from differ("KEMI function", code.kemi, docs.named(r"\bKSR\.ipsmgw\.(\w+)"))


def check_events(code, _, docs):
    yield from differ("event route", code.events, docs.named(r"\b(ipsmgw:[a-z][\w-]*)"))


def check_counters(code, _, docs):
    yield from differ("counter", code.counters, docs.rows("operator.md", "## Counters"))


def check_commands(code, _, docs):
    yield from differ("command", code.commands, docs.named(r"kamcmd (ipsmgw\.\w+)"))
    yield from differ("verb", code.verbs, docs.named(r"kamcmd ipsmgw\.pending (\w+)"))
    yield from unknown("command", docs.named(r"\b(ipsmgw\.(?!so\b|cfg\b|ims\b)\w+)") - {"ipsmgw." + k for k in code.kemi}, code.commands)


def check_names(code, _, docs):
    """Names in backticks that look like a parameter or counter are one."""
    known = set(code.parameters) | code.counters | code.gauges | code.fields | code.hss_fields | code.kemi
    prefixes = {n.split("_")[0] for n in known if "_" in n}
    named = {n for n in docs.named(r"`([a-z]+_\w+)`") if n.split("_")[0] in prefixes}
    sources = "".join(p.read_text(encoding="utf-8") for p in MODULE.rglob("*.c"))
    yield from unknown("name", {n for n in named if not re.search(r"\b%s\(" % n, sources)}, known)
    for name in code.gauges:
        if "`%s`" % name not in docs.text["operator.md"]:
            yield "%s of ipsmgw.stats is not described" % name


def check_defines(_, config, docs):
    for defines, heading in ((config.defs, "## Defines"), (config.complete, "### Of the complete configuration only")):
        rows = docs.rows("parameters.md", heading)
        if heading == "## Defines":
            rows = {k: v for k, v in rows.items() if k not in config.complete}
        yield from differ("define", defines, rows)
        for name in set(defines) & set(rows):
            if rows[name][0].strip("`") != defines[name]:
                yield "define %s: default is '%s', described '%s'" % (name, defines[name], rows[name][0])
    known = set(config.defs) | config.routes
    yield from unknown("define or route", docs.named(r"\b(IPSMGW_[A-Z_]+)\b"), known)


def check_metadata(code, _, docs):
    yield from differ("header", code.metadata, docs.rows("hub.md", "### Metadata headers"))
    yield from differ("header taken", code.metadata_taken, docs.rows("hub.md", "### Headers to a phone"))
    yield from unknown("header", docs.named(r"\b(X-(?:SMS|M|REG)-[A-Z]+(?:-[A-Z]+)*)"), code.metadata | code.metadata_taken)


def check_causes(code, config, docs):
    rows = list(docs.rows("hub.md", "## What a hub answers"))
    if rows != code.causes:
        yield "mo_cause: the defaults are %s, described %s" % (code.causes, rows)
    if config.rows != code.causes:
        yield "mo_cause: the defaults are %s, the configuration has %s" % (code.causes, config.rows)


def check_targets(_, __, docs):
    targets = set(re.findall(r"^([a-z][\w-]*):.* ## ", read("Makefile"), re.M))
    named = docs.named(r"(?:`|^)(?:\w+=\S+ )?make ([a-z][\w-]+)`") | set(re.findall(r"^make ([a-z][\w-]+)", docs.all, re.M))
    yield from unknown("make target", named, targets)
    yield from unknown("variable of make lab", docs.named(r"\b(LAB_[A-Z_]+)\b"), re.findall(r"\b(LAB_[A-Z_]+)\b", read("tools/lab.sh")))


def check_files(_, __, docs):
    for path in docs.paths:
        text = docs.text[path.name]
        for link in re.findall(r"\]\((?!http)([^)#]+)\)", text):
            if not (path.parent / link).exists():
                yield "%s: no file %s" % (path.name, link)
        for name in re.findall(r"`((?:modules|kamailio-cfg|docs|test|tools|sipp-scenarios)/[\w./*-]*)`", text):
            if not list(ROOT.glob(name.rstrip("/"))):
                yield "%s: no file %s" % (path.name, name)


def main():
    code, config, docs = Code(), Config(), Docs()
    checks = [(name, check) for name, check in sorted(globals().items()) if name.startswith("check_")]
    failed = 0
    for name, check in checks:
        wrong = list(check(code, config, docs))
        failed += bool(wrong)
        for line in wrong:
            print("docs, %s: %s" % (name[len("check_") :], line))
    print("%d passed, %d failed" % (len(checks) - failed, failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
