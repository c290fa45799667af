/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A hub's MESSAGE, read again from the delivery that keeps it: for what few deliveries need and none has to remember. For
 * flow/mt*.c.
 */
#ifndef IPSMGW_FLOW_MT_AGAIN_H
#define IPSMGW_FLOW_MT_AGAIN_H

#include "../ims/hub_message.h"
#include "compat.h"
#include "delivery.h"

/* Parsed up to its end, From too. Spans of message lie in msg and buffer. */
struct mt_again
{
	struct sip_msg msg;
	char *copy, *buffer;
	struct hub_message message;
};

/* 0, and mt_again_free() is due; or -1 and a line in the log: no memory. */
int mt_again_read(struct mt_again *out, const struct delivery *d);

void mt_again_free(struct mt_again *again);

#endif
