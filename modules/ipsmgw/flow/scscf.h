/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The S-CSCF of a UE as the next hop of what we send to it. For the flows toward a UE.
 */
#ifndef IPSMGW_FLOW_SCSCF_H
#define IPSMGW_FLOW_SCSCF_H

#include "compat.h"

/* "Route: <...;lr>" and CRLF. A strict route would put the S-CSCF into the R-URI. Its length, or -1: it does not fit. */
int scscf_route_header(char *out, size_t cap, str scscf);

/* The same next hop by TCP. Its length; -1: it is by TCP or TLS already, or does not fit. */
int scscf_by_tcp(char *out, size_t cap, str scscf);

#endif
