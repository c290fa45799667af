/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Can a short message reach a subscriber, or a contact of his? By the feature tag
 * +g.3gpp.smsip (TS 24.341 5.3.3.2), from wherever it was learned.
 */
#ifndef IPSMGW_IMS_CAPABILITY_H
#define IPSMGW_IMS_CAPABILITY_H

enum sms_capability
{
	SMS_CAPABILITY_UNKNOWN,
	SMS_CAPABILITY_YES,
	SMS_CAPABILITY_NO,
};

#endif
