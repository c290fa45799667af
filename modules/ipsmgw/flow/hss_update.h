/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The HSS is told which subscribers are reached by way of this gateway: Sh-Update with
 * SMSRegistrationInfo (TS 29.328 6.1.2, 7.6 Data-Reference 24), when the first SMS-capable
 * contact of a subscriber is there and when the last one is gone. Only with hss_profile
 * 3gpp; without it all functions do nothing. docs/design.md "Telling whom we serve" has the
 * rules.
 */
#ifndef IPSMGW_FLOW_HSS_UPDATE_H
#define IPSMGW_FLOW_HSS_UPDATE_H

#include "../hss/hss.h"
#include "../registry/registry.h"
#include "hss_wish.h"
#include "log.h"

/* Room for the wishes of registry_max subscribers; before the fork. 0, or -1: no shared memory. */
int hss_update_init(void);
void hss_update_destroy(void);

/* A record was put, changed or taken out (then it is as it was): what the HSS is to know is read anew from the registry. From any
 * process, without locks; returns at once. */
void hss_update_look(const struct registration *reg);

/* After a restart: what the HSS does not know of the records that the database had. Once, before the workers are there. */
void hss_update_begin_again(void);

/* Send what is due, not more than half of hss_slots at one time; in one timer process. */
void hss_update_tick(void);

/* For hss_options.done: the outcome of a PUR. */
void hss_update_outcome(struct slot *slot);

/* --- looking around --------------------------------------------------------------- */

struct hss_update_info
{
	char impu[MASKED_MAX]; /* fit for a log */
	const char *state, *wanted, *told;
	unsigned attempts;
	int due_s;
};

/* What waits, up to max of them. Returns how many. */
unsigned hss_updates_list(struct hss_update_info *out, unsigned max);

/* How many wait or are under way. */
unsigned hss_updates_count(void);

/* A value of hss_wanted and hss_told. */
const char *hss_knows_name(unsigned knows);

#endif
