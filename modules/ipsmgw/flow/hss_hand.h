/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The HSS asked by hand: kamcmd asks and waits, in the process of the RPC server and
 * never in a SIP worker; the outcome comes from another process by a small table in
 * shared memory. For the face's RPC commands.
 */
#ifndef IPSMGW_FLOW_HSS_HAND_H
#define IPSMGW_FLOW_HSS_HAND_H

#include "compat.h"
#include "hss_result.h"

/* Before the fork. 0, or -1: no shared memory. */
int hss_hand_init(void);
void hss_hand_destroy(void);

/* Wait for the outcome. false: all places of the table are taken. */
bool hss_hand_read(struct hss_result *out, struct span id);
bool hss_hand_routing(
		struct hss_result *out, struct span id, struct span sc_address);

/* For hss_options.done[HSS_FOR_RPC] and hss_read_options.done[HSS_FOR_RPC]. */
void hss_hand_outcome(struct slot *slot);
void hss_hand_read_done(const struct hss_data *data, const uint64_t cookie[2]);

#endif
