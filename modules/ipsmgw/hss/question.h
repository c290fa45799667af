/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What the gateway asks an HSS, filled into a slot: Sh-Update, Sh-Pull, Sh-Subs-Notif
 * (TS 29.328), Send-Routing-Info-for-SM and Report-SM-Delivery-Status (TS 29.338). Each
 * is 0, or -1: the subscriber has no identity that this question can be asked by, or
 * a text is too long; the slot is then to be dropped. Plain C, pure.
 */
#ifndef IPSMGW_HSS_QUESTION_H
#define IPSMGW_HSS_QUESTION_H

#include "../diameter/link.h"
#include "../ims/span.h"

/* Whom it is about. Empty: not known. */
struct hss_who
{
	struct span impu;	/* a SIP or tel URI */
	struct span msisdn; /* digits */
	struct span imsi;	/* digits */
	struct span impi;	/* user@realm */
};

/* A Data-Reference in a set of them. */
#define REFERENCE(value) (UINT64_C(1) << (value))

/* PUR with SMSRegistrationInfo (Data-Reference 24): this gateway's number, or empty: he is not ours any more. */
int question_update(
		struct slot *slot, const struct hss_who *who, struct span number);

/* UDR of these Data-References, at most DIAMETER_REFERENCES_MAX, which all take the same kind of identity. */
int question_read(
		struct slot *slot, const struct hss_who *who, uint64_t references);

/* SNR for one notification when the UE can be reached again (Data-Reference 25); or the end of that. */
int question_reachability(
		struct slot *slot, const struct hss_who *who, bool subscribe);

/* SRR: serving nodes, IMSI, messages waiting. sc_address: of the service centre, digits; empty: none. */
int question_routing(
		struct slot *slot, const struct hss_who *who, struct span sc_address);

/* RDR: what became of a delivery over IMS. */
int question_outcome(struct slot *slot, const struct hss_who *who,
		struct span sc_address, const struct diameter_delivery *delivery);

/* Those of the references that are asked by an IMPU only; the others take an MSISDN, too (TS 29.328 table 7.6.1). */
uint64_t question_by_impu(void);

#endif
