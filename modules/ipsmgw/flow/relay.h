/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Relay mode: the request itself is turned into the hub's form and the script relays
 * it (emg_encode, t_relay, failure route). The changes are lumps: they live on over
 * fail-over.
 */
#ifndef IPSMGW_FLOW_RELAY_H
#define IPSMGW_FLOW_RELAY_H

#include "hub.h"

/* Turn msg, the job's, into the hub's form. The codes of hub_send(). */
enum hub_sent relay_encode(struct job *job, struct sip_msg *msg,
		struct sms *sms, enum hub_body kind);

/* In an onreply or failure route: the request of the current transaction, parsed
 * into *out from a private copy. 0, or -1. Undo with relay_request_free(). */
int relay_request(struct sip_msg *out);
void relay_request_free(struct sip_msg *msg);

/* The final status of the current branch or transaction: in an onreply route that of
 * msg, in a failure route the picked one; enum hub_result when nobody answered. */
int relay_result(struct sip_msg *msg);

#endif
