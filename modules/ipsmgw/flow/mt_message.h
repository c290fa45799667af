/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A hub's MESSAGE as what is to be delivered: to whom, from whom, the TPDUs. For flow/mt.c.
 */
#ifndef IPSMGW_FLOW_MT_MESSAGE_H
#define IPSMGW_FLOW_MT_MESSAGE_H

#include "../codec/address.h"
#include "compat.h"
#include "mt_outcome.h"
#include "status_report.h"

/* The document of SMS without MSISDN (TS 24.341 C.1) that goes with the TPDUs. */
enum mt_info
{
	MT_INFO_NONE,
	MT_INFO_SENDER, /* one that names the sender, who has no number; only for a UE that takes it */
	MT_INFO_GIVEN, /* the one that the hub sent with its RP message */
};

struct mt_message
{
	struct span to;		 /* R-URI */
	struct span also_to; /* To */
	struct span from;	 /* the sender's identity, a URI */
	enum mt_info info;
	char rp_oa[TP_ADDRESS_MAX_DIGITS
			   + 1]; /* the hub's service centre, digits; "": ours */
	uint8_t *tpdus;	 /* each behind an octet with its length */
	size_t tpdus_len;
	unsigned parts;
	bool hold;
	uint64_t wait_ms; /* the longest wait for the subscriber or for his turn */
	bool tell_delivered, tell_failed; /* the hub asks for a notification */
	bool is_news; /* a hub's notification; counted as received only when it comes to a delivery */
	struct status_order report; /* to which it comes then */
	const char *fault;			/* why it is refused, for logs; static */
	char *memory;
};

/* Read it; the message must live as long. 0, and mt_message_free() is due; -1 and why: it is refused. */
int mt_message_read(
		struct mt_message *out, enum mt_kind *why, struct sip_msg *msg);

void mt_message_free(struct mt_message *message);

#endif
