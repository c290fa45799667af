/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Numbers and identities in log lines, masked unless the operator turned it off.
 */
#ifndef IPSMGW_FLOW_LOG_H
#define IPSMGW_FLOW_LOG_H

#include "../ims/short_message_info.h"
#include "compat.h"

#define MASKED_MAX 96

/* A number or a URI fit for a log line: of its user part the first three and the
 * last two characters are left. NUL-terminated in out; returns out. */
const char *masked(char out[MASKED_MAX], str in);

/* Of somebody else's text what a line of the log can hold: its beginning, as far as it is printable and without blanks. */
struct span loggable(struct span text);

/* What the document beside a short message says of an earlier attempt (TS 24.341 C.1); nothing when it says nothing. */
void log_short_message_info(str call_id, const struct short_message_info *info);

#endif
