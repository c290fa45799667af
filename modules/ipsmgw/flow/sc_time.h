/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The clock of the service centre that we are to phones: TP-SCTS.
 */
#ifndef IPSMGW_FLOW_SC_TIME_H
#define IPSMGW_FLOW_SC_TIME_H

#include "../codec/time.h"

/* Now, in the zone of parameter scts_zone. */
struct sms_time sc_time_now(void);

#endif
