/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Who a text is from, as a phone shows it: TP-OA (TS 23.040 9.1.2.5) from the identity that a hub states. Plain C, keeps
 * nothing; for the flows toward a UE.
 */
#ifndef IPSMGW_IMS_ORIGINATOR_H
#define IPSMGW_IMS_ORIGINATOR_H

#include "../codec/address.h"
#include "span.h"

/* Make TP-OA of an identity: a SIP, SIPS or tel URI, one between angle brackets with or without a display name, or mere text.
 * "+" and digits: international, E.164. Digits (also * and #): unknown type, E.164: a short code, and so is a local number,
 * whatever its phone-context. Visual separators are dropped, escapes undone. Anything else: alphanumeric, letters
 * without accents where the default alphabet has only those, what has no code left out, cut at 11 characters. The display
 * name counts only when the URI has no user part. What has nothing that can be shown, or more than 20 digits, is
 * replaced by fallback (of the same forms). 0, or -1 and an address that is not there: that gave nothing, either. */
int originator_address(
		struct sms_address *out, struct span identity, struct span fallback);

#endif
