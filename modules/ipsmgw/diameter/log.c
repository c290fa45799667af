/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Lines for the owner's log: see log.h.
 */
#include "log.h"

#include <pthread.h>
#include <stdio.h>

#define LINE_MAX_OCTETS 512

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static diameter_log_f owner;

void log_to(diameter_log_f log)
{
	owner = log;
}

void log_vline(enum diameter_log_level level, const char *format, va_list args)
{
	char line[LINE_MAX_OCTETS];
	int cancel;

	if(!owner)
		return;
	vsnprintf(line, sizeof(line), format, args);
	/* the owner writes to a file or a socket, where a thread can be cancelled: not with the lock in its hands */
	pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &cancel);
	pthread_mutex_lock(&lock);
	owner(level, line);
	pthread_mutex_unlock(&lock);
	pthread_setcancelstate(cancel, &cancel);
}

void log_line(enum diameter_log_level level, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	log_vline(level, format, args);
	va_end(args);
}
