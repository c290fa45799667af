/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What the routing script calls. Each function comes twice: for the native script
 * (parameters evaluated at run time) and for KEMI. docs/script.md is the reference.
 */
#ifndef IPSMGW_SCRIPT_H
#define IPSMGW_SCRIPT_H

#include "flow/compat.h"
#include "core/kemi.h"

int w_decode(struct sip_msg *msg, char *p1, char *p2);
int w_accept(struct sip_msg *msg, char *p1, char *p2);
int w_hold(struct sip_msg *msg, char *p1, char *p2);
int w_reject(struct sip_msg *msg, char *code, char *reason);
int w_emg_send(struct sip_msg *msg, char *form, char *p2);
int w_emg_encode(struct sip_msg *msg, char *form, char *p2);
int w_notify(struct sip_msg *msg, char *p1, char *p2);
int w_register(struct sip_msg *msg, char *p1, char *p2);
int w_lookup(struct sip_msg *msg, char *id, char *p2);
int w_report(struct sip_msg *msg, char *cause, char *fcs);

extern sr_kemi_t ipsmgw_kemi_exports[];

#endif
