/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Fuzz target: any octets as message/cpim. What is found lies inside; what can be written again reads the same.
 */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "ims/cpim.h"

static void check_inside(struct span part, struct span whole)
{
	if(part.len > 0)
		assert(part.s >= whole.s && part.s + part.len <= whole.s + whole.len);
}

static bool same(struct span a, struct span b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.s, b.s, a.len) == 0);
}

/* A value that begins with ";" has lost the space that stood before it: it would be read as parameters. */
static bool is_plain(const struct cpim *in)
{
	return (in->message_id.len == 0 || in->message_id.s[0] != ';')
		   && (in->datetime.len == 0 || in->datetime.s[0] != ';');
}

static void check_written(const struct cpim *in, size_t size)
{
	size_t cap = size + 512, len;
	char *out = malloc(cap);
	struct cpim again;

	if(cpim_build(out, cap, &len, in) == 0 && is_plain(in)) {
		assert(cpim_parse(&again, (struct span){out, len}) == 0);
		assert(same(again.from, in->from) && same(again.to, in->to));
		assert(same(again.datetime, in->datetime));
		assert(same(again.message_id, in->message_id));
		assert(again.disposition == in->disposition);
		assert(same(again.content.content_type, in->content.content_type));
		assert(same(again.content.body, in->content.body));
	}
	free(out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span body = {(const char *)data, size};
	struct cpim seen;

	if(cpim_parse(&seen, body) < 0)
		return 0;
	check_inside(seen.from, body);
	check_inside(seen.to, body);
	check_inside(seen.datetime, body);
	check_inside(seen.message_id, body);
	check_inside(seen.content.content_type, body);
	check_inside(seen.content.body, body);
	assert(seen.disposition < 2 * CPIM_DISPLAY);
	check_written(&seen, size);
	return 0;
}
