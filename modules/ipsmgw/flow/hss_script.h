/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What the script asks of the HSS (TS 29.328, TS 29.338): each function suspends the
 * request and returns ASK_SUSPENDED, and the route named in *then runs when the
 * outcome is there, at the latest when the time is over; or the outcome is known at
 * once and in *now. Called by the face.
 */
#ifndef IPSMGW_FLOW_HSS_SCRIPT_H
#define IPSMGW_FLOW_HSS_SCRIPT_H

#include "hss_result.h"
#include "suspend.h"

/* Return codes of the script's functions. */
enum hss_asked
{
	ASK_SUSPENDED = 0,	  /* or a retransmission: nothing more is to be done */
	ASK_KNOWN = 1,		  /* *now is the answer */
	ASK_NOT_USED = -1,	  /* no HSS, or hss_profile does not allow it */
	ASK_NOT_SENT = -2,	  /* no peer is open */
	ASK_NO_SLOT = -3,	  /* hss_slots questions are open, or no memory */
	ASK_NO_IDENTITY = -4, /* nothing that this can be asked by */
	ASK_CANNOT_WAIT = -5, /* no request without an answer */
	ASK_BAD_PARAMETER = -6,
};

/* What the HSS knows of a subscriber; references: REFERENCE() of hss/question.h. */
enum hss_asked hss_script_read(struct hss_result *now, struct sip_msg *msg,
		struct span id, uint64_t references, const struct script_then *then);

/* Tell the HSS that messages for him go by this gateway, or do not any more. */
enum hss_asked hss_script_update(struct hss_result *now, struct sip_msg *msg,
		struct span id, bool here, const struct script_then *then);

/* Who serves him? sc_address: digits, a "+" before them is no matter; may be empty. */
enum hss_asked hss_script_routing(struct hss_result *now, struct sip_msg *msg,
		struct span id, struct span sc_address, const struct script_then *then);

/* What became of a delivery over IMS. */
enum hss_asked hss_script_report(struct hss_result *now, struct sip_msg *msg,
		struct span id, struct span sc_address,
		const struct diameter_delivery *delivery,
		const struct script_then *then);

/* "delivered", "absent" or "memory-full", and for absent a diagnostic (TS 23.040 3.3.2) of 0 to 255, -1: none. 0, or -1. */
int hss_delivery_parse(
		struct diameter_delivery *out, struct span outcome, int diagnostic);

/* Names of what can be read, with commas between: "msisdn,imsi"; empty: all. *references is 0 when one is unknown. */
void hss_references_parse(uint64_t *references, struct span names);

/* The digits of a number, a "+" before them left out. 0, or -1: it has more. */
int hss_digits_parse(struct span *digits);

/* A subscriber is read by several questions; none is begun later than this times hss_timeout. */
#define HSS_READING_TIMEOUTS 2

/* Milliseconds that a reading takes at most. */
unsigned hss_reading_longest(void);

/* For hss_options.done[HSS_FOR_SCRIPT] and hss_read_options.done[HSS_FOR_SCRIPT]. */
void hss_script_outcome(struct slot *slot);
void hss_script_read_done(
		const struct hss_data *data, const uint64_t cookie[2]);

/* May the HSS be asked, or written to? */
bool hss_may_ask(void);
bool hss_may_write(void);

#endif
