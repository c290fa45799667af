/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Masking: see log.h.
 */
#include "log.h"

#include <stdio.h>

#include "settings.h"

#define HEAD 3
#define TAIL 2

const char *masked(char out[MASKED_MAX], str in)
{
	struct span all = span_of(in);
	size_t from = span_find(all, ':') < all.len ? span_find(all, ':') + 1 : 0;
	size_t to = span_find(all, '@');
	size_t i;

	if(all.len >= MASKED_MAX)
		all.len = MASKED_MAX - 1;
	if(to > all.len)
		to = all.len;
	if(all.len > 0)
		memcpy(out, all.s, all.len);
	out[all.len] = '\0';
	if(settings.mask_numbers)
		for(i = from + HEAD; i + TAIL < to; i++)
			out[i] = '*';
	return out;
}
