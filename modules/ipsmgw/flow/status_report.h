/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Status reports (TS 23.040 9.2.2.3, sheet 1.8 and 5.5): what a hub tells of a text becomes an SMS-STATUS-REPORT for the phone
 * that sent it, once. flow/mt.c hands in the hub's notifications and delivers; report.c says when a phone has
 * its submit report.
 */
#ifndef IPSMGW_FLOW_STATUS_REPORT_H
#define IPSMGW_FLOW_STATUS_REPORT_H

#include "../codec/tp.h"
#include "../ims/hub_message.h"
#include "mt_outcome.h"
#include "submitted.h"

/* One status report that is to be delivered. */
struct status_order
{
	struct submitted text; /* for its sender */
	uint64_t cookie[2];	   /* for status_report_ended() */
	size_t tpdus_len;
	uint8_t tpdus
			[1 + TP_MAX_OCTETS]; /* the TPDU, behind an octet with its length */
};

/* A hub's notification, read from msg. 0: deliver *out, its outcome is the hub's answer; -1: nothing follows, *why is its
 * answer. */
int status_report_notified(struct status_order *out, enum mt_kind *why,
		struct sip_msg *msg, const struct hub_message *notification);

/* The delivery with this cookie has come to its end, or could not begin. Of others the cookie is 0. */
void status_report_ended(const uint64_t cookie[2], enum mt_kind kind);

/* The sender of the text has its submit report, or will get none: news that came before are delivered now. */
void status_report_due(uint64_t submitted_id);

#endif
