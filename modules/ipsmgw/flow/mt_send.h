/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * One part of a delivery as a MESSAGE to the UE (TS 24.341 5.3.3.4, B.6; sheet 1.5). For flow/mt.c.
 */
#ifndef IPSMGW_FLOW_MT_SEND_H
#define IPSMGW_FLOW_MT_SEND_H

#include "mt_context.h"
#include "send.h"

/* Send it to the delivery's IMPU by its S-CSCF. 0: `done` will be called with param; -1: it cannot be sent. */
int mt_send_part(struct delivery *d, const struct delivery_part *part,
		send_done_f done, uint64_t param);

/* The UE has it: it is not sent again when SIP has not answered. */
void mt_send_quiet(struct delivery_request request);

#endif
