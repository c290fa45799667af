/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Lines for the owner's log, one at a time whichever thread has them. For the files of this folder.
 */
#ifndef IPSMGW_DIAMETER_LOG_H
#define IPSMGW_DIAMETER_LOG_H

#include <stdarg.h>

#include "settings.h"

/* Where the lines of this process go; NULL: nowhere. Before any thread. */
void log_to(diameter_log_f log);

/* Cut at 511 octets. May be called by a thread that libfdcore cancels. */
void log_line(enum diameter_log_level level, const char *format, ...)
		__attribute__((format(printf, 2, 3)));
void log_vline(enum diameter_log_level level, const char *format, va_list args);

#endif
