# SPDX-License-Identifier: GPL-2.0-or-later
#
# Routing in Python for kemi.cfg: accept, send to the first hub of the dispatcher's set, on a failure to the next one.

import KSR as KSR


def mod_init():
    return Script()


class Script:
    def child_init(self, rank):
        return 0

    def ksr_request_route(self, msg):
        if KSR.pv.get("$rm") != "MESSAGE":
            KSR.sl.send_reply(200, "OK")
            return 1
        decoded = KSR.ipsmgw.decode()
        if decoded == -1:
            KSR.ipsmgw.reject(415)
            return 1
        if decoded == -2:
            KSR.ipsmgw.reject_reason(400, "No Reference")
            return 1
        accepted = KSR.ipsmgw.accept()
        if accepted < 0:
            KSR.ipsmgw.reject(503)
        if accepted != 1:
            return 1
        if decoded < 0:
            KSR.ipsmgw.report_fcs(KSR.pv.get("$ipsmgw(rp_cause)"), KSR.pv.get("$ipsmgw(fcs)"))
        elif KSR.pv.get("$ipsmgw(tp_pid)") == 0x24:
            KSR.ipsmgw.report_cause(21)
        elif KSR.dispatcher.ds_select_dst(1, 8) < 0 or KSR.ipsmgw.emg_send() < 0:
            KSR.ipsmgw.report()
        return 1

    # without it app_python3 leaves an exception behind, into which the event of a hub's answer would run
    def ksr_reply_route(self, msg):
        return 1

    def ksr_ipsmgw_event(self, msg, name):
        KSR.info("kemi: %s %s attempt %s\n" % (name, KSR.pv.get("$ipsmgw(result)"), KSR.pv.get("$ipsmgw(attempt)")))
        if name == "ipsmgw:mo-failed" and KSR.pv.get("$ipsmgw(result)") == "503" and KSR.dispatcher.ds_select_dst(1, 8) > 0:
            while KSR.pv.get("$ipsmgw(asked)") == 1:
                if KSR.dispatcher.ds_next_dst() < 0:
                    return 1
            KSR.ipsmgw.emg_send_form("text")
        return 1
