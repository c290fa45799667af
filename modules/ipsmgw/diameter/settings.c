/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Defaults: see settings.h.
 */
#include "settings.h"

#include <string.h>

void diameter_settings_default(struct diameter_settings *settings)
{
	memset(settings, 0, sizeof(*settings));
	settings->incoming_ms = 4000;
	settings->duplicates = 8192;
	settings->duplicate_seconds = 240;
	settings->stop_ms = 4000;
	settings->restart_min_ms = 200;
	settings->restart_max_ms = 5000;
	settings->restart_settled_ms = 10000;
}
