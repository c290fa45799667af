/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * $ipsmgw_hss(name): what the HSS said to the question of this route. docs/script.md
 * lists the names.
 */
#ifndef IPSMGW_PV_HSS_H
#define IPSMGW_PV_HSS_H

#include "core/pvar.h"

int pv_parse_hss_name(pv_spec_t *sp, str *in);
int pv_get_hss(struct sip_msg *msg, pv_param_t *param, pv_value_t *res);

#endif
