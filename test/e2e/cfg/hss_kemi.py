# SPDX-License-Identifier: GPL-2.0-or-later
#
# Routing in Python for kemi.cfg: the HSS is asked as X-Ask says, and another function goes on with the request.

import KSR as KSR


def mod_init():
    return Script()


class Script:
    def child_init(self, rank):
        return 0

    def ksr_request_route(self, msg):
        what, who = KSR.pv.get("$hdr(X-Ask)"), KSR.pv.get("$hdr(X-Id)")
        asked = {
            "read": lambda: KSR.ipsmgw.hss_read(who, "ksr_answered"),
            "read-some": lambda: KSR.ipsmgw.hss_read_some(who, "ksr_answered", KSR.pv.get("$hdr(X-What)")),
            "sri": lambda: KSR.ipsmgw.sri(who, "", "ksr_answered"),
            "update": lambda: KSR.ipsmgw.hss_update(who, 1, "ksr_answered"),
            "report": lambda: KSR.ipsmgw.report_delivery(who, KSR.pv.get("$hdr(X-Sc)"), "absent", 11, "ksr_answered"),
            "no-function": lambda: KSR.ipsmgw.sri(who, "", ""),
            "sms": self.sms,
        }
        code = asked[what]()
        if code != 0:
            KSR.sl.send_reply(200 if code > 0 else 500, "at once %d %s" % (code, KSR.pv.get("$ipsmgw_hss(outcome)")))
        return 1

    def sms(self):
        KSR.ipsmgw.decode()
        return KSR.ipsmgw.sri(KSR.pv.get("$ipsmgw(sender)"), "", "ksr_take")

    def ksr_answered(self, msg):
        KSR.sl.send_reply(200, "%s %s" % (KSR.pv.get("$ipsmgw_hss(outcome)"), KSR.pv.get("$ipsmgw_hss(result_name)")))
        return 1

    def ksr_take(self, msg):
        if KSR.ipsmgw.accept() == 1 and KSR.dispatcher.ds_select_dst(1, 8) > 0:
            KSR.ipsmgw.emg_send()
        return 1

    def ksr_reply_route(self, msg):
        return 1
