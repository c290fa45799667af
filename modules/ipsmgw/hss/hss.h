/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The HSS as the flow sees it: a question is put into a slot and sent, and its outcome
 * comes back in another process, in a function of the flow. Nobody waits. Kamailio's
 * side of diameter/: the supervisor's process, the workers that outcomes come to, the
 * pipes between them.
 *
 * In mod_init hss_init(), in child_init(PROC_MAIN) hss_fork(), hss_tick() each 100 ms
 * from one timer process, hss_destroy() at the end. Without hss_init() there is no
 * HSS: hss_begin() gives no slot.
 */
#ifndef IPSMGW_HSS_HSS_H
#define IPSMGW_HSS_HSS_H

#include "../diameter/link.h"

/* Who asks, and so who is told. */
enum hss_purpose
{
	HSS_FOR_SCRIPT, /* a suspended transaction */
	HSS_FOR_UPDATE, /* what the HSS is to know of a registration */
	HSS_FOR_RECORD, /* what is missing in a registration */
	HSS_FOR_RPC,	/* by hand */
	HSS_FOR_NOBODY, /* counted, no more */
	HSS_PURPOSES,
};

/* The outcome of a question, in a worker's process, without locks. The slot is good until the function returns. */
typedef void (*hss_done_f)(struct slot *slot);

/* A request to us, in a worker's process: set result and vendor in slot->answer, call hss_reply(), then work. */
typedef void (*hss_request_f)(struct slot *slot);

struct hss_options
{
	struct diameter_settings
			diameter;	 /* but for the log, which is Kamailio's */
	unsigned slots;		 /* questions at one time */
	unsigned incoming;	 /* requests to us at one time */
	unsigned workers;	 /* processes that outcomes come to */
	unsigned timeout_ms; /* of a question */
	const char *host;	 /* Destination-Host; empty: the realm decides */
	hss_done_f done[HSS_PURPOSES]; /* NULL: nobody is told */
	hss_request_f request;		   /* NULL: none is served */
};

/* Before the fork. 0, or -1 and a line in the log. */
int hss_init(const struct hss_options *wanted);
void hss_destroy(void);

/* Start the processes. 0, or -1. */
int hss_fork(void);

/* End what is overdue. */
void hss_tick(void);

bool hss_is_used(void);

/* A slot for a question, zeroed; slot->cookie is the caller's but for the upper octet of cookie[0]. NULL: there is no HSS, or all slots are
 * taken. */
struct slot *hss_begin(
		enum diameter_operation operation, enum hss_purpose purpose);

/* Ask. From here on the slot is not the caller's any more. 0; -1: it could not be sent, slot->answer.outcome says why, and
 * the slot is to be dropped. */
int hss_send(struct slot *slot);

/* Answer a request to us by slot->answer, in which all but the result is set already. The slot is gone. */
void hss_reply(struct slot *slot);

/* Give back a slot that was not sent. */
void hss_drop(struct slot *slot);

/* For those who look around; NULL: there is no HSS. */
const struct slots *hss_slots(void);

/* Did the HSS say yes: 2001, 2002? */
bool hss_is_success(const struct diameter_answer *answer);

/* May the same question have another answer later: timeout, no peer, 3002, 3004, 4xxx, 5012? (Sheet 1.4.) */
bool hss_is_temporary(const struct diameter_answer *answer);

#endif
