/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * NOTIFY of the reg event package (RFC 6665 4.1.3, RFC 3680): answered, matched to its
 * subscription, and its document brought into the registry.
 */
#ifndef IPSMGW_FLOW_NOTIFY_H
#define IPSMGW_FLOW_NOTIFY_H

#include "compat.h"

/* Each is answered; the values are return codes of ipsmgw_notify(). */
enum notified
{
	NOTIFIED = 1,			 /* 200: the registry has what it says */
	NOTIFIED_OLD = 2,		 /* 200: nothing new */
	NOTIFIED_UNKNOWN = -1,	 /* 481: none of our subscriptions */
	NOTIFIED_BAD_EVENT = -2, /* 489: another event package */
	NOTIFIED_BAD_BODY =
			-3, /* 200, or 415 when it is of another type: no use; a new subscription will ask again */
	NOTIFIED_NOT = -4, /* 400: not a NOTIFY in a dialog */
};

/* Take a request whose source is trusted. */
enum notified notify_take(struct sip_msg *msg);

#endif
