/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The Diameter side's counters as counters of Kamailio, group "ipsmgw", names hss_...:
 * read where they are kept, in shared memory. For the face, at the start.
 */
#ifndef IPSMGW_FLOW_HSS_COUNTERS_H
#define IPSMGW_FLOW_HSS_COUNTERS_H

/* Before the fork, with or without an HSS. 0, or -1. */
int hss_counters_init(void);

/* Name and value of each, from 0; NULL: it ends there. */
const char *hss_counter_label(unsigned i);
long hss_counter_read(unsigned i);

#endif
