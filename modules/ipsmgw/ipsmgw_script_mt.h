/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Script functions of short messages to the UE: deliver a hub's message, answer the hub, take what the UE reports. docs/script.md
 * is the reference.
 */
#ifndef IPSMGW_SCRIPT_MT_H
#define IPSMGW_SCRIPT_MT_H

#include "flow/compat.h"

int fixup_deliver(void **param, int number);

int w_deliver(struct sip_msg *msg, char *route, char *p2);
int w_answer(struct sip_msg *msg, char *outcome, char *p2);
int w_match_report(struct sip_msg *msg, char *p1, char *p2);
int w_memory_available(struct sip_msg *msg, char *p1, char *p2);

int ki_deliver(struct sip_msg *msg);
int ki_deliver_then(struct sip_msg *msg, str *route);
int ki_answer(struct sip_msg *msg);
int ki_answer_outcome(struct sip_msg *msg, str *name);
int ki_match_report(struct sip_msg *msg);
int ki_memory_available(struct sip_msg *msg);

#endif
