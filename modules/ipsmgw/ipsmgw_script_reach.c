/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * ipsmgw_hss_notify_reachable(): see ipsmgw_script_reach.h.
 */
#include "ipsmgw_script_reach.h"

#include "core/mod_fix.h"
#include "flow/hss_reach.h"
#include "flow/registration.h"

#define RC_BAD_PARAMETER -6

/* Who is not registered is asked about as he is named: by a URI, or a number with or without "+". */
static struct hss_who who_of(struct registration *reg, struct span id)
{
	struct hss_who who = {{"", 0}, {"", 0}, {"", 0}, {"", 0}};

	if(registration_find(reg, id) == 0)
		return (struct hss_who){
				reg->impu[0], reg->msisdn, reg->imsi, reg->impi};
	if(span_find(id, ':') < id.len)
		who.impu = id;
	else if(id.len > 0 && id.s[0] == '+')
		who.msisdn = (struct span){id.s + 1, id.len - 1};
	else
		who.msisdn = id;
	return who;
}

int ki_hss_notify_reachable(struct sip_msg *msg, str *id)
{
	struct registration reg;
	struct hss_who who = who_of(&reg, span_of(*id));

	(void)msg;
	return hss_reach_want(&who);
}

int w_hss_notify_reachable(struct sip_msg *msg, char *id, char *p2)
{
	str text;

	(void)p2;
	if(fixup_get_svalue(msg, (gparam_p)id, &text) < 0)
		return RC_BAD_PARAMETER;
	return ki_hss_notify_reachable(msg, &text);
}
