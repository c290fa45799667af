/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The S-CSCF as next hop: see scscf.h.
 */
#include "scscf.h"

#include <stdio.h>

#include "../ims/identity.h"

/* A parameter of the URI, with its value if it has one; len 0: it is not there. */
static struct span find_param(str uri, struct span name)
{
	struct span none = {"", 0}, params, one;
	struct identity_uri parsed;

	if(identity_uri_parse(&parsed, span_of(uri)) < 0)
		return none;
	for(params = parsed.params; params.len > 0;
			params = span_skip(params, one.len)) {
		params = span_skip(params, 1);
		one = (struct span){params.s, span_find(params, ';')};
		if(span_starts(one, name)
				&& (one.len == name.len || one.s[name.len] == '='))
			return one;
	}
	return none;
}

int scscf_route_header(char *out, size_t cap, str scscf)
{
	int n = snprintf(out, cap, "Route: <%.*s%s>\r\n", scscf.len, scscf.s,
			find_param(scscf, SPAN("lr")).len > 0 ? "" : ";lr");

	return n < 0 || (size_t)n >= cap ? -1 : n;
}

int scscf_by_tcp(char *out, size_t cap, str scscf)
{
	struct span transport = find_param(scscf, SPAN("transport"));
	int n;

	if((transport.len > 0 && !span_is(transport, SPAN("transport=udp")))
			|| span_starts(span_of(scscf), SPAN("sips:")))
		return -1;
	if(transport.len == 0)
		n = snprintf(out, cap, "%.*s;transport=tcp", scscf.len, scscf.s);
	else
		n = snprintf(out, cap, "%.*stransport=tcp%.*s",
				(int)(transport.s - scscf.s), scscf.s,
				(int)(scscf.s + scscf.len - transport.s - transport.len),
				transport.s + transport.len);
	return n < 0 || (size_t)n >= cap ? -1 : n;
}
