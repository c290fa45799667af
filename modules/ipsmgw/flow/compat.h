/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The core headers that everything above the plain layers needs, and every bridge
 * over the differences between Kamailio 5.6, 6.0 and 6.1. No other file of the
 * module tests a version.
 */
#ifndef IPSMGW_FLOW_COMPAT_H
#define IPSMGW_FLOW_COMPAT_H

#include "core/dprint.h"
#include "core/mem/mem.h"
#include "core/mem/shm_mem.h"
#include "core/str.h"
#include "core/sr_module.h"
#include "core/parser/msg_parser.h"
#include "../ims/span.h"

#if VERSIONVAL < 5007000
#define RPC_RET_ARRAY RET_ARRAY
#endif

static inline struct span span_of(str s)
{
	return (struct span){s.s, s.len > 0 ? (size_t)s.len : 0};
}

static inline str str_of(struct span s)
{
	return (str){(char *)s.s, (int)s.len};
}

#endif
