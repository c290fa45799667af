/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Delivery reports (sheet 1.6): RP-ACK and RP-ERROR of a UE find the part that they are about, and the delivery goes on
 * or ends. For the face.
 */
#ifndef IPSMGW_FLOW_MT_REPORT_H
#define IPSMGW_FLOW_MT_REPORT_H

#include "sms.h"

/* Return codes of ipsmgw_match_report(). The answer is 202, but 488 to MT_UNKNOWN_REPLY. */
enum mt_matched
{
	MT_MATCHED = 1, /* the report of a part on its way */
	MT_MATCHED_LATE =
			2, /* of one whose time was over: counted, changes nothing */
	MT_MATCHED_AGAIN = 3, /* of one that has its report */
	MT_UNKNOWN_REPLY =
			-1, /* In-Reply-To names nothing of ours, RP-MR fits nothing */
	MT_UNKNOWN_REPORT = -2,		/* no In-Reply-To, RP-MR fits nothing */
	MT_NO_DELIVERY_REPORT = -3, /* neither RP-ACK nor RP-ERROR */
};

/* Match the report and do what follows from it: the next part, or the end. */
enum mt_matched mt_report_match(struct sip_msg *msg, const struct sms *sms);

#endif
