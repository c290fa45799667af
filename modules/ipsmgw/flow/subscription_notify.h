/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A NOTIFY and the subscription it belongs to: found before its document is looked at,
 * brought forward after it. Only for flow/notify.c.
 */
#ifndef IPSMGW_FLOW_SUBSCRIPTION_NOTIFY_H
#define IPSMGW_FLOW_SUBSCRIPTION_NOTIFY_H

#include "reg_event_sip.h"
#include "subscription_table.h"

enum notify_match
{
	NOTIFY_TAKEN, /* *out is the subscription; subscription_notify_end() must follow */
	NOTIFY_NOT_NEWS, /* a repetition, out of order, or while another one is at work */
	NOTIFY_UNMATCHED, /* of no subscription */
};

enum notify_match subscription_notify_begin(
		struct subscription_copy *out, const struct notify *notify);

/* What a NOTIFY came to. */
struct notify_result
{
	bool has_version;
	uint64_t version;
	bool record_gone; /* there is no record any more, or it is somebody else's business */
	bool confirmed; /* a full document: the subscriber is registered */
	bool doubt;		/* it says he is not, but a REGISTER may have come since */
	bool again;		/* a full document is needed: begin a new dialog */
	uint32_t record_stamp; /* 0: the record is as it was */
};

void subscription_notify_end(const struct subscription_copy *copy,
		const struct notify *notify, const struct notify_result *result);

#endif
