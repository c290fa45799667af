/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * ipsmgw_hss_notify_reachable(): the script asks to be told when a UE can be reached.
 * For the tables of ipsmgw_mod.c and ipsmgw_script.c.
 */
#ifndef IPSMGW_SCRIPT_REACH_H
#define IPSMGW_SCRIPT_REACH_H

#include "flow/compat.h"

int ki_hss_notify_reachable(struct sip_msg *msg, str *id);
int w_hss_notify_reachable(struct sip_msg *msg, char *id, char *p2);

#endif
