/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The pseudo-variable $ipsmgw_mt(name): what became of a hub's message, in the route that goes on with it, after an
 * ipsmgw_deliver() that returned, and in event route ipsmgw:mt-done. docs/script.md lists the names.
 */
#ifndef IPSMGW_PV_MT_H
#define IPSMGW_PV_MT_H

#include "core/pvar.h"

int pv_parse_mt_name(pv_spec_t *sp, str *in);
int pv_get_mt(struct sip_msg *msg, pv_param_t *param, pv_value_t *res);

#endif
