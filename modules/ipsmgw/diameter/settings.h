/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What the owner of the Diameter process decides: read only, the texts outlive it. For hss/ by way of link.h.
 */
#ifndef IPSMGW_DIAMETER_SETTINGS_H
#define IPSMGW_DIAMETER_SETTINGS_H

#include <stdbool.h>
#include <stdint.h>

enum diameter_log_level
{
	DIAMETER_LOG_ERROR,
	DIAMETER_LOG_WARNING,
	DIAMETER_LOG_NOTICE,
	DIAMETER_LOG_INFO,
	DIAMETER_LOG_DEBUG
};

/* One line without its newline. Called by one thread at a time, in the supervisor or the node process. */
typedef void (*diameter_log_f)(enum diameter_log_level level, const char *line);

struct diameter_settings
{
	const char *conf; /* freeDiameter's configuration file */
	/* Addresses to bind, separated by commas; loopback ones, too, which ListenOn of
	 * that file ignores. Empty: what the file says. */
	const char *listen;
	/* Destination-Realm where a request names none. Empty: our own. */
	const char *realm;
	unsigned incoming_ms; /* the gateway's time limit for a request to us */
	/* Replies to requests to us that are kept for repetitions, and how long. */
	unsigned duplicates;
	unsigned duplicate_seconds;
	unsigned stop_ms; /* the node process's time to end */
	/* Pause before it is started again: doubles from min to max; one that stood for
	 * settled ms begins with min again. */
	unsigned restart_min_ms;
	unsigned restart_max_ms;
	unsigned restart_settled_ms;
	diameter_log_f log;
};

/* Values that suit most; conf and log are the caller's to set. */
void diameter_settings_default(struct diameter_settings *settings);

#endif
