/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A request of our own through tm, outside a dialog or in one, with a time limit of
 * its own. The only place of the module that touches tm's UAC side.
 */
#ifndef IPSMGW_FLOW_SEND_H
#define IPSMGW_FLOW_SEND_H

#include <stdint.h>

#include "modules/tm/tm_load.h"
#include "compat.h"

/* Our side of a dialog (RFC 3261 12.2.1.1). Without a remote tag the request is the one that begins it. */
struct send_dialog
{
	str call_id, local_tag, remote_tag;
	str remote_uri;	 /* To */
	str route;		 /* route set as it stands in Route; may be empty */
	unsigned number; /* CSeq of this request */
};

struct outgoing
{
	str method;	  /* empty: MESSAGE */
	str ruri;	  /* outside a dialog also the To URI */
	str from;	  /* URI; a tag is added */
	str next_hop; /* URI, empty: by the R-URI; of no effect with a route set */
	str headers;  /* whole lines */
	str body;
	struct socket_info *socket; /* NULL: by the routing table */
	int timeout_ms;
	const struct send_dialog *dialog; /* NULL: outside any */
};

/* Names a request on its way; all 0: none. */
struct send_ref
{
	unsigned hash, label;
	bool set;
};

/* Called once when the transaction ends: the status of the answer, or 0 when there
 * was none within timeout_ms; the answer itself, NULL when there was none or tm
 * made it. In a SIP worker or in tm's timer process. */
typedef void (*send_done_f)(uint64_t param, int status, struct sip_msg *answer);

/* Load tm's API; 0 or -1. */
int send_init(void);

/* Send it; ref may be NULL. 0: `done` will be called with param; -1: it will not. */
int send_request(struct send_ref *ref, const struct outgoing *out,
		send_done_f done, uint64_t param);

/* A new Call-ID and From tag for a dialog with that URI; good until the next call in
 * this process. */
void send_new_dialog(str *call_id, str *local_tag, str remote_uri);

/* Stop retransmitting it; an answer is still taken. */
void send_quiet(struct send_ref ref);

/* tm, for who needs its transactions on the UAS side. */
extern struct tm_binds tmb;

#endif
