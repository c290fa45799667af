/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * SIP answers to requests (sheet 1.4.2, 5.6): by the transaction when the script has
 * made one, else stateless.
 */
#ifndef IPSMGW_FLOW_ANSWER_H
#define IPSMGW_FLOW_ANSWER_H

#include "compat.h"

/* Load the sl API; 0 or -1. */
int answer_init(void);

/* Answer the request. 0, or -1. */
int answer_send(struct sip_msg *msg, int code, str *reason);

/* Answer with one more header line, ended by CRLF. 0, or -1. */
int answer_with_header(struct sip_msg *msg, int code, str *reason,
		const char *header, size_t len);

/* Answer a suspended request by its transaction, from any process; headers: whole lines, may be empty. Leaves the process's own
 * transaction as it was. 0; -1, logged: the transaction is gone, or it could not be sent. */
int answer_transaction(
		unsigned hash, unsigned label, int code, str reason, str headers);

/* Refuse the request: a SIP error with the headers its code needs (Allow, Accept,
 * Unsupported, Allow-Events, Retry-After). reason NULL or empty: the standard's. counted: this is a
 * short message, for the sums. 1, or -1. */
int answer_reject(struct sip_msg *msg, int code, str *reason, bool counted);

#endif
