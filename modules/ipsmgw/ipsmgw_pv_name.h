/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The name in brackets of a pseudo-variable, $ipsmgw(name), as its place in a table. For the files of pseudo-variables.
 */
#ifndef IPSMGW_PV_NAME_H
#define IPSMGW_PV_NAME_H

#include "core/pvar.h"

/* The name at place i of the table; NULL: it ends there. */
typedef const char *pv_name_at(int i);

/* Find the name, in any case, and keep its place in *sp. 0, or -1, logged: $variable has none such. */
int pv_name_parse(
		pv_spec_t *sp, str *name, const char *variable, pv_name_at *name_at);

/* The place that was kept. */
int pv_name_place(const pv_param_t *param);

#endif
