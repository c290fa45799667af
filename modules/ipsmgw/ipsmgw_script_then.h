/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Where a script goes on with a request that was suspended: the parameter `route` of the functions that wait. For the files
 * of script functions.
 */
#ifndef IPSMGW_SCRIPT_THEN_H
#define IPSMGW_SCRIPT_THEN_H

#include "flow/suspend.h"

/* Fixup of the native script: the name of a route becomes its place. A name that is none stops the start. */
int fixup_then(void **param);

/* What that fixup left. */
struct script_then then_of(const char *route);

/* A function of the KEMI script; with the native script a route, whose name is first seen here. 0, or -1: there is none. */
int then_named(struct script_then *out, const str *name);

#endif
