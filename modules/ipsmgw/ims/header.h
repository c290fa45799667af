/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Header lines, comma lists, name-addr and parameters, as SIP (RFC 3261 7.3, 25.1) and MIME (RFC 2045) write them: the
 * pieces from which the bodies in this folder are read. Folded lines and bare LF are taken. Plain C; everything found
 * is a span into what was given.
 */
#ifndef IPSMGW_IMS_HEADER_H
#define IPSMGW_IMS_HEADER_H

#include <stdint.h>

#include "span.h"

/* The next header field; *rest moves behind it. The value is trimmed, folds stay inside. A line without a colon is
 * passed over. 0, or -1: the empty line (then *rest is the body) or the end was reached. */
int header_next(struct span *name, struct span *value, struct span *rest);

/* The next element of a comma list, trimmed; commas in quotes and angle brackets are no separators. *rest moves behind
 * it. 0, or -1: *rest was empty. */
int header_element(struct span *element, struct span *rest);

/* Split a list element into its URI and the parameters behind it (from ";" on). Of an addr-spec what follows ";" is
 * the header's, except in tel. *uri is trimmed; its len is 0 when a bracket is never closed. */
void header_name_addr(
		struct span *uri, struct span *params, struct span element);

/* The next "name" or "name=value" of a list with this separator (";" of Contact, "," of Authorization), which may stand
 * before the first one, too. Quotes are taken off the value, escapes stay. 0, or -1: none left. */
int header_param(struct span *name, struct span *value, struct span *rest,
		char separator);

/* A decimal number, the whole of text but for blanks; larger ones become max. 0, or -1: it is none. */
int header_number(uint64_t *out, struct span text, uint64_t max);

#endif
