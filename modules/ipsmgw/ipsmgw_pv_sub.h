/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * $ipsmgw_sub(name): the registration that ipsmgw_lookup() found, or that an event
 * route is about. One table in ipsmgw_pv_sub.c; docs/script.md is the reference.
 */
#ifndef IPSMGW_PV_SUB_H
#define IPSMGW_PV_SUB_H

#include "core/pvar.h"

int pv_parse_sub_name(pv_spec_t *sp, str *in);
int pv_get_sub(struct sip_msg *msg, pv_param_t *param, pv_value_t *res);

#endif
