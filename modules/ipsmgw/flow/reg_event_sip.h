/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * SUBSCRIBE and NOTIFY of the reg event package as SIP messages (RFC 6665, RFC 3680):
 * written and read, nothing decided. Only for flow/subscription.c and flow/notify.c.
 */
#ifndef IPSMGW_FLOW_REG_EVENT_SIP_H
#define IPSMGW_FLOW_REG_EVENT_SIP_H

#include "send.h"
#include "subscription_table.h"

#define ROUTE_SET_MAX 1024
#define NOT_STATED UINT32_MAX /* of a number of seconds */

/* What the other side says of the dialog. Spans lie in the message; len 0: not stated. */
struct dialog_peer
{
	struct span tag;
	struct span target; /* URI of Contact */
	size_t route_len;
	char route
			[ROUTE_SET_MAX]; /* for Route; when it cannot be written, target is empty, too */
};

/* Send the SUBSCRIBE of a copy: in the dialog when the remote tag is known, else the one that begins it. `done` gets
 * attempt << 32 | place. 0, or -1: it will not be called. */
int reg_event_subscribe(const struct subscription_copy *s, send_done_f done);

struct subscribe_answer
{
	struct dialog_peer peer;
	uint32_t expires, min_expires, retry_after; /* s, NOT_STATED */
};

/* Read the answer to a SUBSCRIBE; NULL: nothing is stated. */
void reg_event_read_answer(
		struct subscribe_answer *out, struct sip_msg *answer);

enum substate
{
	SUBSTATE_ACTIVE, /* pending, too: the notifier has us on its list */
	SUBSTATE_TERMINATED,
};

/* After the end of a subscription (RFC 6665 4.1.3). */
enum resubscribe
{
	RESUBSCRIBE_NOW,
	RESUBSCRIBE_LATER,
	RESUBSCRIBE_NEVER,
};

struct notify
{
	bool is_reg; /* Event */
	struct span call_id, to_tag;
	uint32_t cseq;
	struct dialog_peer peer;
	enum substate substate;
	enum resubscribe resubscribe; /* when terminated */
	uint32_t expires, retry_after;
	struct span content_type, body;
};

/* Read a NOTIFY. 0, or -1: it cannot be one in a dialog. Without Subscription-State it counts as active. */
int reg_event_read_notify(struct notify *out, struct sip_msg *msg);

#endif
