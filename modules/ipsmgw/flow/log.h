/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Numbers and identities in log lines, masked unless the operator turned it off.
 */
#ifndef IPSMGW_FLOW_LOG_H
#define IPSMGW_FLOW_LOG_H

#include "compat.h"

#define MASKED_MAX 96

/* A number or a URI fit for a log line: of its user part the first three and the
 * last two characters are left. NUL-terminated in out; returns out. */
const char *masked(char out[MASKED_MAX], str in);

#endif
