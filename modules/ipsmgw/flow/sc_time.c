/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * TP-SCTS: see sc_time.h.
 */
#include "sc_time.h"

#include <time.h>

#include "settings.h"

struct sms_time sc_time_now(void)
{
	struct sms_time scts;
	time_t now = time(NULL);
	int quarters = settings.scts_zone;
	struct tm tm;

	if(quarters == SCTS_ZONE_LOCAL) {
		localtime_r(&now, &tm);
		quarters = (int)(tm.tm_gmtoff / (15 * 60));
	}
	sms_time_from_utc(&scts, now, quarters);
	return scts;
}
