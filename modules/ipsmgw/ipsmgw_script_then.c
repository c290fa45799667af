/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Where a script goes on: see ipsmgw_script_then.h.
 */
#include "ipsmgw_script_then.h"

#include "core/error.h"
#include "core/kemi.h"
#include "core/route.h"

int fixup_then(void **param)
{
	char *name = *param;
	int route = route_lookup(&main_rt, name);

	if(route < 0 || !main_rt.rlist[route]) {
		LM_ERR("there is no route[%s] to go on with\n", name);
		return E_CFG;
	}
	*param = (void *)(long)route;
	return 0;
}

struct script_then then_of(const char *route)
{
	return (struct script_then){.route = (int)(long)route};
}

int then_named(struct script_then *out, const str *name)
{
	char text[SCRIPT_CALLBACK_MAX];

	*out = (struct script_then){.route = -1};
	if(name->len <= 0 || name->len >= SCRIPT_CALLBACK_MAX)
		return -1;
	if(sr_kemi_eng_get()) {
		out->callback = *name;
		return 0;
	}
	memcpy(text, name->s, (size_t)name->len);
	text[name->len] = '\0';
	out->route = route_lookup(&main_rt, text);
	return out->route >= 0 && main_rt.rlist[out->route] ? 0 : -1;
}
