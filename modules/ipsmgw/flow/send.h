/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A MESSAGE of our own through tm: outside any dialog, with a time limit of its
 * own. The only place of the module that touches tm's UAC side.
 */
#ifndef IPSMGW_FLOW_SEND_H
#define IPSMGW_FLOW_SEND_H

#include <stdint.h>

#include "modules/tm/tm_load.h"
#include "compat.h"

struct outgoing
{
	str ruri;	  /* also the To URI */
	str from;	  /* URI; a tag is added */
	str next_hop; /* URI, empty: by the R-URI */
	str headers;  /* whole lines */
	str body;
	struct socket_info *socket; /* NULL: by the routing table */
	int timeout_ms;
};

/* Names a request on its way; all 0: none. */
struct send_ref
{
	unsigned hash, label;
	bool set;
};

/* Called once when the transaction ends: the status of the answer, or 0 when there
 * was none within timeout_ms. In a SIP worker or in tm's timer process. */
typedef void (*send_done_f)(uint64_t param, int status);

/* Load tm's API; 0 or -1. */
int send_init(void);

/* Send it; ref may be NULL. 0: `done` will be called with param; -1: it will not. */
int send_message(struct send_ref *ref, const struct outgoing *out,
		send_done_f done, uint64_t param);

/* Stop retransmitting it; an answer is still taken. */
void send_quiet(struct send_ref ref);

/* tm, for who needs its transactions on the UAS side. */
extern struct tm_binds tmb;

#endif
