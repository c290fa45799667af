# SPDX-License-Identifier: GPL-2.0-or-later
#
# Finds and runs the end-to-end tests. Each runs as a process of its own, in a session of its own, within a time bound;
# whatever is left in that session afterwards is ended and makes the test fail. A failed test's output is shown whole.
#
# A test is a function test_* of test/e2e/test_*.py, run in accept-first mode unless @modes says more, or a file
# sipp-scenarios/NAME/run, run in both modes of the config. @bound gives a function more time than DEFAULT_BOUND; a run file
# has lines "# bound: SECONDS" and "# modes: accept" for that.

import argparse
import concurrent.futures
import importlib
import os
import re
import subprocess
import sys
import threading
import time

from . import ACCEPT, DEFAULT_BOUND, RELAY, processes
from .gateway import ROOT

E2E = ROOT / "test" / "e2e"
SCENARIOS = ROOT / "sipp-scenarios"


class Test:
    def __init__(self, name, command, mode, limit):
        self.name = name if mode == ACCEPT else "%s (%s mode)" % (name, mode)
        self.command = command
        self.environment = dict(os.environ, IPSMGW_MODE=mode)
        self.limit = limit


def functions():
    """The tests of test_*.py in the order of the files and of the lines in them."""
    for path in sorted(E2E.glob("test_*.py")):
        module = importlib.import_module(path.stem)
        found = [(n, f) for n, f in vars(module).items() if n.startswith("test_") and callable(f)]
        for name, function in found:
            command = [sys.executable, "-c", "import %s as m; m.%s()" % (path.stem, name)]
            title = "%s: %s" % (path.stem[5:], name[5:].replace("_", " "))
            for mode in getattr(function, "modes", (ACCEPT,)):
                yield Test(title, command, mode, getattr(function, "bound", DEFAULT_BOUND))


def scenarios():
    for path in sorted(SCENARIOS.glob("*/run")):
        said = dict(re.findall(r"^# (bound|modes): (.*)$", path.read_text(), re.M))
        for mode in said.get("modes", "%s %s" % (ACCEPT, RELAY)).split():
            title = "sipp: %s" % path.parent.name.replace("-", " ")
            yield Test(title, [sys.executable, str(path)], mode, int(said.get("bound", DEFAULT_BOUND)))


def end_session(session):
    """Kill what is left of a session; how much that was."""
    left = processes.members(processes.SESSION, session)
    processes.kill(left)
    return len(left)


def reason_of(output):
    """What a test says of its failure: the line of the assertion and what was expected and seen. Empty: nothing."""
    text = output.decode("utf-8", "replace")
    traces = re.findall(r'^  File "[^"]*/(\w+\.py)", line (\d+), in \w+\n    (.*)\n(?:    .*\n)*(\w[\w.]*(?:Error|Exception|Empty|Expired|Interrupt)\b.*)', text, re.M)
    return "%s:%s: %s: %s" % traces[-1] if traces else ""


class Runner:
    def __init__(self, jobs):
        self.jobs = jobs
        self.failed = []
        self._running = set()
        self._lock = threading.Lock()

    def run(self, tests):
        """Run them all; True when none failed. Results are shown as they come."""
        try:
            with concurrent.futures.ThreadPoolExecutor(self.jobs) as pool:
                list(pool.map(self._one, tests))
        except KeyboardInterrupt:
            for session in list(self._running):
                end_session(session)
            raise
        for name, reason in self.failed:
            print("FAILED  %s: %s" % (name, reason))
        print("%d passed, %d failed" % (len(tests) - len(self.failed), len(self.failed)))
        return not self.failed

    def _one(self, test):
        began = time.monotonic()
        process = subprocess.Popen(
            test.command,
            cwd=E2E,
            env=test.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        self._running.add(process.pid)
        complaint = None
        try:
            output, _ = process.communicate(timeout=test.limit)
            if process.returncode:
                complaint = "exit status %d" % process.returncode
        except subprocess.TimeoutExpired:
            complaint = "not done after %d s" % test.limit
            end_session(process.pid)
            output, _ = process.communicate()
        left = end_session(process.pid)
        self._running.discard(process.pid)
        if left and not complaint:
            complaint = "%d processes left behind" % left
        self._report(test, time.monotonic() - began, complaint, output)

    def _report(self, test, seconds, complaint, output):
        with self._lock:
            print("%s %5.1f s  %s" % ("FAIL" if complaint else "ok  ", seconds, test.name))
            if complaint:
                self.failed.append((test.name, reason_of(output) or complaint))
                print(output.decode("utf-8", "replace").rstrip())
                print("--- %s: %s" % (test.name, complaint))
            sys.stdout.flush()


def main():
    parser = argparse.ArgumentParser(prog="run.sh BUILD")
    parser.add_argument("-j", "--jobs", type=int, default=max(2, os.cpu_count() or 2), help="tests at a time")
    parser.add_argument("-l", "--list", action="store_true", help="only say which tests there are")
    parser.add_argument("name", nargs="*", help="run only the tests whose name contains one of these")
    args = parser.parse_args()
    tests = [t for t in [*functions(), *scenarios()] if not args.name or any(n in t.name for n in args.name)]
    if args.list:
        print("\n".join(t.name for t in tests))
        return 0
    if not tests:
        print("no test has such a name", file=sys.stderr)
        return 2
    # the longest first, so that the end is not one test running alone
    tests.sort(key=lambda t: -t.limit)
    return 0 if Runner(args.jobs).run(tests) else 1


if __name__ == "__main__":
    sys.exit(main())
