# SPDX-License-Identifier: GPL-2.0-or-later
#
# TLS between the gateway and the HSS: certificates in the configuration of both, and one that is not of the same CA.

import contextlib
import os
import pathlib
import subprocess
import tempfile

from ipsmgwtest.gateway import ROOT, free_port
from ipsmgwtest.hss import Hss
from ipsmgwtest.hss_world import GATEWAY, REALM
from ipsmgwtest.world import World

HSS = "hss.ims.test"
REFUSED = "The certificate hasn't got a known issuer."  # of the HSS, in the log of the gateway
TLS = """\
SecPort = {port};
TLS_Cred = "{folder}/{name}.pem", "{folder}/{name}.key";
TLS_CA = "{folder}/{ca}.pem";
TLS_DH_Bits = 1024;
ConnectPeer = "{peer}" {{ ConnectTo = "127.0.0.1"; Port = {peer_port}; }};
"""
GATEWAY_CONFIG = """\
Identity = "%s";
Realm = "%s";
Port = 0;
No_SCTP;
No_IPv6;
TwTimer = 6;
"""


def openssl(folder, *words):
    done = subprocess.run(["openssl", *words], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def make_ca(folder, name):
    openssl(folder, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=%s" % name,
            "-keyout", "%s.key" % name, "-out", "%s.pem" % name)


def make_certificate(folder, ca, name):
    openssl(folder, "req", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=%s" % name, "-keyout", "%s.key" % name, "-out", "%s.csr" % name)
    openssl(folder, "x509", "-req", "-days", "2", "-in", "%s.csr" % name, "-CA", "%s.pem" % ca, "-CAkey", "%s.key" % ca,
            "-CAcreateserial", "-out", "%s.pem" % name)


@contextlib.contextmanager
def tls_world(name, gateway_ca):
    """A gateway and an HSS that talk TLS alone; each trusts its own CA, which is "good" for the HSS and that for the gateway."""
    build = pathlib.Path(os.environ.get("BUILD", ROOT / "build")).resolve()
    with tempfile.TemporaryDirectory(prefix="ipsmgw-tls-") as folder:
        for ca in ("good", "bad"):
            make_ca(folder, ca)
        make_certificate(folder, "good", HSS)
        make_certificate(folder, gateway_ca, GATEWAY)
        ours, theirs = free_port(), free_port()
        folder = pathlib.Path(folder)
        config = TLS.format(port=theirs, folder=folder, name=HSS, ca="good", peer=GATEWAY, peer_port=ours)
        with Hss(build, folder / "hss", identity=HSS, realm=REALM, config=config) as hss:
            conf = folder / "gateway.conf"
            conf.write_text(
                GATEWAY_CONFIG % (GATEWAY, REALM) + TLS.format(port=ours, folder=folder, name=GATEWAY, ca=gateway_ca, peer=HSS, peer_port=theirs)
            )
            defines = ['IPSMGW_HSS_CONF="%s"' % conf, 'IPSMGW_HSS_LISTEN="127.0.0.1"']
            with World(name, defines=defines) as w:
                yield w, hss


def is_open(w):
    return any("Diameter peer %s is open" % HSS in line for line in w.gateway.log_lines())


def test_the_hss_is_talked_to_over_tls():
    with tls_world("hss-tls", "good") as (w, hss):
        w.gateway.wait_until(lambda: is_open(w), "connection to the HSS", 15)
        assert hss.messages("CER"), "the HSS has seen no CER"


def test_a_certificate_of_another_ca_is_not_talked_to():
    with tls_world("hss-tls-bad", "bad") as (w, hss):
        w.gateway.wait_until(lambda: REFUSED in w.gateway.log_tail(1000), "refusal of the certificate", 15)
        w.scscf.submit("Hello").acked()
        assert not is_open(w) and not hss.messages("CER"), "the HSS has let it in"
