/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Milliseconds of one clock for all processes, never set back.
 */
#ifndef IPSMGW_FLOW_CLOCK_H
#define IPSMGW_FLOW_CLOCK_H

#include <stdint.h>
#include <time.h>

static inline uint64_t clock_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

#endif
