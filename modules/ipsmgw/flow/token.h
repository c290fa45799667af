/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A random word: a tag, or the name of a message. Nothing secret. For the whole flow.
 */
#ifndef IPSMGW_FLOW_TOKEN_H
#define IPSMGW_FLOW_TOKEN_H

#include <stdio.h>

#include "core/rand/kam_rand.h"
#include "compat.h"

#define TOKEN_MAX 17 /* with its NUL */

/* 16 hexadecimal digits in out, NUL-terminated. */
static inline str token_make(char out[TOKEN_MAX])
{
	snprintf(out, TOKEN_MAX, "%08x%08x", (unsigned)kam_rand(),
			(unsigned)kam_rand());
	return (str){out, TOKEN_MAX - 1};
}

#endif
