# SPDX-License-Identifier: GPL-2.0-or-later
#
# What the end-to-end tests are made of: SIP endpoints that play the S-CSCF with a phone behind it and the hub, an RP
# and TP codec of their own (not the product's), the gateway's start and stop, and the runner. Standard library only;
# everything stays on 127.0.0.1.

DEFAULT_BOUND = 60
ACCEPT, RELAY = "accept", "relay"


def bound(seconds):
    """Decorator of a test function: seconds it may take before the runner ends it."""

    def mark(function):
        function.bound = seconds
        return function

    return mark


def modes(*names):
    """Decorator of a test function: the modes of the config it is run in, ACCEPT alone when not given."""

    def mark(function):
        function.modes = names
        return function

    return mark
