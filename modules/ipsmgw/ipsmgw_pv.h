/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * $ipsmgw(name): fields of the short message in work, of its job and of the last
 * result. One table in ipsmgw_pv.c; docs/script.md is the reference.
 */
#ifndef IPSMGW_PV_H
#define IPSMGW_PV_H

#include "core/pvar.h"

int pv_parse_ipsmgw_name(pv_spec_t *sp, str *in);
int pv_get_ipsmgw(struct sip_msg *msg, pv_param_t *param, pv_value_t *res);
int pv_set_ipsmgw(
		struct sip_msg *msg, pv_param_t *param, int op, pv_value_t *val);

#endif
