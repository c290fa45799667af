/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Date and time as message/cpim and message/imdn+xml write them: RFC 3339. Plain C, keeps nothing.
 */
#ifndef IPSMGW_IMS_DATETIME_H
#define IPSMGW_IMS_DATETIME_H

#include <stdint.h>

#include "span.h"

#define DATETIME_MAX 32 /* with the NUL */

/* "2026-11-22T09:41:07.5+01:00" as seconds since 1970; fractions are dropped. 0, or -1: it is none, or of another century. */
int datetime_parse(int64_t *out, struct span text);

/* The same in UTC, "2026-11-22T08:41:07Z"; its length, 0: not of this century. */
size_t datetime_print(char out[DATETIME_MAX], int64_t seconds);

#endif
