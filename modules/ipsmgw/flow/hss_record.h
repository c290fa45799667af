/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What a REGISTER or NOTIFY left out of a record is learnt from the HSS (Sh-Pull, TS 29.328 6.1.1) behind the answer:
 * MSISDN, IMSI, IMPI, implicit set, S-CSCF. Called by whoever has changed a record; nobody waits.
 */
#ifndef IPSMGW_FLOW_HSS_RECORD_H
#define IPSMGW_FLOW_HSS_RECORD_H

#include "../hss/read.h"
#include "../registry/registry.h"
#include "compat.h"

/* Ask for what is missing in the record of this registration, as the registry has it now. Nothing when nothing is missing or
 * there is no HSS. call_id: of the request that changed it, for the log. */
void hss_record_complete(const struct registration *reg, str call_id);

/* For hss_read_options: the answer; cookie is that of hss_record_complete(). */
void hss_record_told(const struct hss_data *data, const uint64_t cookie[2]);

/* For hss_read_options: a document of the HSS could not be read. */
void hss_record_unreadable(void);

#endif
