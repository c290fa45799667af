# SPDX-License-Identifier: GPL-2.0-or-later
#
# The project's own checkers find what they are for: tools/check-layers.sh on small trees with one forbidden include
# each, tools/check-abi.sh against a kamailio that says something else. No gateway is started.

import os
import pathlib
import subprocess
import tempfile

from ipsmgwtest.gateway import ROOT

# file, its include, what the complaint must name; "" where there must be none
LAYERS = (
    ("codec/rp.c", '"rp.h"', ""),
    ("codec/rp.c", "<string.h>", ""),
    ("codec/rp.c", '"../ims/mime.h"', "codec must not include ../ims/mime.h"),
    ("codec/rp.c", '"../../core/str.h"', "codec must not include ../../core/str.h"),
    ("codec/rp.c", "<libxml/tree.h>", "codec must not include libxml/tree.h"),
    ("ims/mime.c", '"../codec/rp.h"', ""),
    ("ims/mime.c", '"codec/rp.h"', ""),
    ("ims/mime.c", "<libxml/tree.h>", ""),
    ("ims/mime.c", '"../flow/job.h"', "ims must not include ../flow/job.h"),
    ("ims/mime.c", '"../../core/str.h"', "ims must not include ../../core/str.h"),
    ("flow/job.c", '"../ims/mime.h"', ""),
    ("flow/job.c", '"../../modules/tm/tm_load.h"', ""),
    ("flow/job.c", '"../ipsmgw_mod.h"', "flow must not include ../ipsmgw_mod.h"),
    ("flow/job.c", "<freeDiameter/libfdcore.h>", "flow must not include freeDiameter/libfdcore.h"),
    ("ipsmgw_mod.c", '"flow/job.h"', ""),
    ("other/x.c", "<string.h>", "a folder that has no layer"),
)


def lay_out(folder):
    for name in ("codec/rp.h", "ims/mime.h", "flow/job.h", "ipsmgw_mod.h"):
        path = pathlib.Path(folder, name)
        path.parent.mkdir(exist_ok=True)
        path.write_text("\n")


def test_the_layer_check_refuses_what_points_up():
    for name, include, complaint in LAYERS:
        with tempfile.TemporaryDirectory() as folder:
            lay_out(folder)
            path = pathlib.Path(folder, name)
            path.parent.mkdir(exist_ok=True)
            path.write_text("#include %s\n" % include)
            done = subprocess.run([ROOT / "tools/check-layers.sh", folder], capture_output=True, text=True, check=False)
            seen = done.stdout + done.stderr
            assert (done.returncode != 0) == bool(complaint), "%s with %s: status %d, %s" % (name, include, done.returncode, seen)
            assert complaint in seen, "expected %r, seen %r" % (complaint, seen)


def test_the_layer_check_refuses_allocation_in_the_codec():
    with tempfile.TemporaryDirectory() as folder:
        lay_out(folder)
        pathlib.Path(folder, "codec/rp.c").write_text("char *f(void)\n{\n\treturn malloc(1);\n}\n")
        done = subprocess.run([ROOT / "tools/check-layers.sh", folder], capture_output=True, text=True, check=False)
        assert done.returncode != 0 and "codec/rp.c:3" in done.stdout, "seen %r" % done.stdout


def check_abi(edit):
    """check-abi.sh on our module, with a kamailio whose -V goes through this sed command."""
    with tempfile.TemporaryDirectory() as folder:
        fake = pathlib.Path(folder, "kamailio")
        fake.write_text("#!/bin/sh\nexec kamailio \"$@\" | sed '%s'\n" % edit)
        fake.chmod(0o755)
        module = pathlib.Path(os.environ["BUILD"], "ipsmgw.so")
        command = [ROOT / "tools/check-abi.sh", module]
        return subprocess.run(command, env=dict(os.environ, KAMAILIO=str(fake)), capture_output=True, text=True, check=False)


def test_the_abi_check_agrees_with_the_kamailio_that_is_installed():
    done = check_abi("")
    assert done.returncode == 0, done.stderr


def test_the_abi_check_names_another_version_and_other_flags():
    done = check_abi("s/^version: kamailio /&9/")
    assert done.returncode == 1 and "version, installed: kamailio 9" in done.stderr, done.stderr
    done = check_abi("s/USE_MCAST, //; s/USE_SCTP/&, NEW_FLAG/")
    assert done.returncode == 1, "a difference in flags was not seen"
    assert "only in the module:    USE_MCAST" in done.stderr, done.stderr
    assert "missing in the module: NEW_FLAG" in done.stderr, done.stderr
    assert "make deps" in done.stderr, "it does not say what to do"
