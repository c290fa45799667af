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

#define LOGGED_MAX 64

struct span loggable(struct span text)
{
	size_t n = 0;

	while(n < text.len && n < LOGGED_MAX && text.s[n] > ' ' && text.s[n] < 0x7f)
		n++;
	return (struct span){text.s, n};
}

void log_short_message_info(str call_id, const struct short_message_info *info)
{
	struct span outcome = loggable(info->outcome), hlr = loggable(info->hlr_id);
	char sender[MASKED_MAX], receiver[MASKED_MAX];

	if(!info->has_correlation && info->outcome.len == 0)
		return;
	LOG(settings.result_log_level,
			"short message info: call-id=%.*s sender=%s receiver=%s "
			"hlr-id=%.*s delivery-outcome=%.*s\n",
			call_id.len, call_id.s, masked(sender, str_of(info->sender)),
			masked(receiver, str_of(info->receiver)), (int)hlr.len, hlr.s,
			(int)outcome.len, outcome.s);
}
