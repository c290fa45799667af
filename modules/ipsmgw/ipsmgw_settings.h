/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * From parameters as they were given to settings as the flow reads them
 * (flow/settings.h). Called from ipsmgw_mod.c before the fork; each error is a line in
 * the log that names the parameter.
 */
#ifndef IPSMGW_SETTINGS_H
#define IPSMGW_SETTINGS_H

#include "core/sr_module.h"

/* A row of parameter mo_cause. 0, or -1. */
int settings_add_mo_cause(modparam_t type, void *value);

/* A row of parameter mt_answer. 0, or -1. */
int settings_add_mt_answer(modparam_t type, void *value);

/* Check all that is more than a number within bounds, and work out what depends on several. 0, or -1. */
int settings_check(void);

#endif
