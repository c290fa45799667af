/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Headers and body of a SIP message as the plain layers want them: spans into it.
 * For the whole flow; the message must be parsed up to its end (parse_headers()).
 */
#ifndef IPSMGW_FLOW_REQUEST_H
#define IPSMGW_FLOW_REQUEST_H

#include <stdint.h>

#include "core/parser/hf.h"
#include "compat.h"

/* The value of the first header of that type; len 0: there is none. */
struct span request_header(const struct sip_msg *msg, hdr_types_t type);

/* The body as far as both Content-Length and the packet go: on UDP the rest of the
 * datagram may be longer. */
struct span request_body(struct sip_msg *msg);

/* A key of its transaction: the same for all copies of one request. 0, or -1: it lacks a header that each request has. */
int request_transaction(uint64_t *out, struct sip_msg *msg);

/* Whoever sent it, as a SIP URI in out: address, port, these parameters, and the transport when it is not UDP. Its length; -1: it does not
 * fit. */
int request_source(char *out, size_t cap, const struct receive_info *rcv,
		const char *params);

#endif
