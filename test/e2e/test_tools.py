# SPDX-License-Identifier: GPL-2.0-or-later
#
# What people start by hand: `make run` shows the ladder and says by its exit status whether the phone had its RP-ACK;
# `make lab` is a gateway for anybody's own S-CSCF and hub, which ends with all its processes.

import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time

from ipsmgwtest import processes
from ipsmgwtest.gateway import ROOT, free_port
from ipsmgwtest.hub import Hub
from ipsmgwtest.rpc import Rpc, RpcError
from ipsmgwtest.scscf import Scscf
from ipsmgwtest.trace import Trace

BUILD = os.environ["BUILD"]


def show(**environment):
    return subprocess.run(
        [ROOT / "test/e2e/show.sh", BUILD], env=dict(os.environ, **environment), capture_output=True, text=True, timeout=40, check=False
    )


def test_make_run_shows_the_way_of_a_text():
    done = show()
    assert done.returncode == 0, done.stderr
    for piece in ("202 Accepted", "RP-DATA (MO), mr 1", "SMS-SUBMIT", "text/plain;charset=UTF-8", "RP-ACK (MT), mr 1", "mo_acked 1", "SMS-DELIVER", "RP-ACK (MO)", "mt_delivered 1"):
        assert piece in done.stdout, "no %r in:\n%s" % (piece, done.stdout)
    assert "\x1b" not in done.stdout, "colours although nobody watches"
    assert max(map(len, done.stdout.splitlines())) <= 100, "a line of more than 100 columns"


def test_make_run_fails_without_rp_ack():
    with tempfile.TemporaryDirectory() as folder:
        config = pathlib.Path(folder, "deaf.cfg")
        config.write_text(
            "debug=DEBUG_LEVEL\nlisten=udp:GW_IP:GW_PORT\nloadmodule \"ctl.so\"\nmodparam(\"ctl\", \"binrpc\", CTL_SOCKET)\n"
            "loadmodule \"sl.so\"\nrequest_route {\n\tsl_send_reply(\"202\", \"Accepted\");\n}\n"
        )
        done = show(GW_CONFIG=str(config))
    assert done.returncode == 1, "status %d without an RP-ACK" % done.returncode
    assert "no RP-ACK" in done.stderr, done.stderr


def wait_until(condition, what, timeout=15):
    end = time.monotonic() + timeout
    while not condition():
        assert time.monotonic() < end, "no %s within %g s" % (what, timeout)
        time.sleep(0.02)  # between two looks, within the bound


def answers(rpc):
    try:
        rpc.call("core.uptime")
        return True
    except RpcError:
        return False


def lab_takes_a_text_and_ends(stop):
    trace = Trace()
    scscf, hub, port = Scscf(trace), Hub(trace), free_port()
    with tempfile.TemporaryDirectory() as folder:
        environment = dict(
            os.environ,
            LAB_SIP_PORT=str(port),
            LAB_SCSCF="127.0.0.1:%d" % scscf.port,
            LAB_HUB="127.0.0.1:%d" % hub.port,
            LAB_DIR=folder,
        )
        lab = subprocess.Popen(
            [ROOT / "tools/lab.sh", BUILD], env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, process_group=0
        )
        try:
            wait_until(lambda: answers(Rpc(folder + "/ctl")), "answer to an RPC")
            scscf.gateway = ("127.0.0.1", port)
            scscf.submit("Hello").acked()
            scscf.submit("Hello again", transport="tcp").acked()
            assert hub.texts() == ["Hello", "Hello again"], hub.texts()
            stop(lab)
            output, _ = lab.communicate(timeout=15)
            left = processes.members(processes.PGRP, lab.pid)
            assert not left, "processes left: %s" % left
            assert b"kamcmd -s unix:" in output, "it does not say how to look into it: %r" % output
        finally:
            processes.kill(processes.members(processes.PGRP, lab.pid))
            scscf.close()
            hub.close()


def test_make_lab_serves_others_and_ends_by_term():
    lab_takes_a_text_and_ends(lambda lab: lab.terminate())


def test_make_lab_ends_by_ctrl_c():
    lab_takes_a_text_and_ends(lambda lab: os.killpg(lab.pid, signal.SIGINT))


KILLED = """
import os, signal
from ipsmgwtest.world import World
world = World("killed")
world.gateway.start()
print(world.gateway.pid, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_gateway_ends_with_the_test_that_started_it():
    done = subprocess.run([sys.executable, "-c", KILLED], capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr
    group = int(done.stdout)
    try:
        wait_until(lambda: not processes.members(processes.PGRP, group), "end of the gateway")
    finally:
        processes.kill(processes.members(processes.PGRP, group))
