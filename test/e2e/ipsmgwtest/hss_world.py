# SPDX-License-Identifier: GPL-2.0-or-later
#
# A World with an HSS: the HSS of the tests, and a gateway with freeDiameter's configuration for it. The two know each other
# before the test begins, and the gateway takes leave when it is over.

import os
import pathlib

from .gateway import ROOT, free_port
from .hss import Hss
from .registrar import Registrar
from .world import World

GATEWAY, REALM = "gw.ims.test", "ims.test"
NUMBER = "15557770001"
CONFIG = """\
Identity = "{identity}";
Realm = "{realm}";
Port = {port};
SecPort = 0;
No_SCTP;
No_IPv6;
TwTimer = 6;
TcTimer = 3;
ConnectPeer = "{hss}" {{ ConnectTo = "127.0.0.1"; Port = {hss_port}; No_TLS; }};
"""
PEER = 'ConnectPeer = "%s" { ConnectTo = "127.0.0.1"; Port = %d; No_TLS; };'


class HssWorld(World):
    """with HssWorld("name", [subscriber(...)]) as w: what World has, and w.hss, w.registrar.

    subscribers: see Hss. profile: hss_profile. connected: begin when the two are connected, end with DPR; a test that leaves
    them without a connection sets w.connected to False. hss: more for Hss, a dict. The rest: see World and Gateway; params has
    (name, value) of module parameters."""

    def __init__(self, name, subscribers=(), *, profile="read-only", connected=True, hss=None, defines=(), **more):
        build = pathlib.Path(os.environ.get("BUILD", ROOT / "build")).resolve()
        port = free_port()
        self.connected = connected
        self.hss = Hss(
            build,
            build / "run" / ("%s-%d-hss" % (name, os.getpid())),
            subscribers,
            config=PEER % (GATEWAY, port),
            **(hss or {}),
        )
        conf = self.hss.folder / "gateway.conf"
        conf.write_text(
            CONFIG.format(identity=GATEWAY, realm=REALM, port=port, hss=self.hss.identity, hss_port=self.hss.port)
        )
        diameter = [
            'IPSMGW_HSS_CONF="%s"' % conf,
            'IPSMGW_HSS_LISTEN="127.0.0.1"',
            'IPSMGW_HSS_PROFILE="%s"' % profile,
            'IPSMGW_NUMBER="%s"' % NUMBER,
        ]
        super().__init__(name, defines=diameter + list(defines), **more)
        self.registrar = Registrar(self)

    def __enter__(self):
        try:
            self.hss.start()
            super().__enter__()
            if self.connected:
                self.wait_connected()
        except BaseException:
            self.gateway.kill()
            self.hss.kill9()
            raise
        return self

    def __exit__(self, kind, error, traceback):
        try:
            super().__exit__(kind, error, traceback)
            if error is None and self.connected:
                assert self.hss.messages("DPR"), "expected DPR when the gateway stopped, seen none"
        except BaseException:
            self.hss.kill9()
            raise
        self.hss.__exit__(kind, error, traceback)

    def is_connected(self):
        """As the gateway sees it; its log has a line for each change."""
        said = [line for line in self.gateway.log_lines() if "Diameter peer %s is " % self.hss.identity in line]
        return bool(said) and said[-1].endswith(" is open")

    def wait_connected(self, timeout=10):
        self.gateway.wait_until(self.is_connected, "connection to the HSS", timeout)
