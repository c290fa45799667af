/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Names of pseudo-variables: see ipsmgw_pv_name.h.
 */
#include "ipsmgw_pv_name.h"

#include "flow/compat.h"

int pv_name_parse(
		pv_spec_t *sp, str *name, const char *variable, pv_name_at *name_at)
{
	const char *s;
	int i;

	for(i = 0; (s = name_at(i)) != NULL; i++)
		if(span_is(span_of(*name), (struct span){s, strlen(s)})) {
			sp->pvp.pvn.type = PV_NAME_INTSTR;
			sp->pvp.pvn.u.isname.type = 0;
			sp->pvp.pvn.u.isname.name.n = i;
			return 0;
		}
	LM_ERR("there is no $%s(%.*s)\n", variable, name->len, name->s);
	return -1;
}

int pv_name_place(const pv_param_t *param)
{
	return (int)param->pvn.u.isname.name.n;
}
