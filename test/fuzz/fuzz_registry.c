/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Fuzz target: lines of text as operations on a registry of a few records. "+" puts a registration of the blank-separated
 * fields IMPU,IMPU,... MSISDN IMSI IMPI, "-" removes, "@" passes seconds, anything else is looked up. What was put is
 * found by its primary IMPU as it was put; what is found has an IMPU; when all is over nothing is left.
 */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "registry/registry.h"

#define RECORDS_MAX 8

static int64_t now;

static struct span word(struct span *rest, char end)
{
	struct span w = {rest->s, span_find(*rest, end)};

	*rest = span_skip(*rest, w.len + 1);
	return w;
}

static void put(struct span line)
{
	static struct registration reg, found, before;
	struct registry_put_info info;
	struct span impus = word(&line, ' ');
	int result;

	memset(&reg, 0, sizeof(reg));
	while(impus.len > 0 && reg.impus < REGISTRATION_IMPUS_MAX)
		reg.impu[reg.impus++] = word(&impus, ',');
	reg.msisdn = word(&line, ' ');
	reg.imsi = word(&line, ' ');
	reg.impi = word(&line, ' ');
	reg.scscf = line;
	reg.state.expires_at = now + 3;
	result = registry_put(&info, &before, &reg, now);
	assert(result != REGISTRY_STALE && result != REGISTRY_NO_MEMORY);
	if(result < 0)
		return;
	assert(registry_get(&found, reg.impu[0], now) == REGISTRY_OK);
	assert(found.serial == info.serial && found.impus == reg.impus);
	assert(span_is(found.impu[0], reg.impu[0]));
	assert(span_is(found.msisdn, reg.msisdn));
	assert(span_is(found.imsi, reg.imsi));
	assert(span_is(found.impi, reg.impi));
	assert(span_is(found.scscf, reg.scscf));
	assert((result == REGISTRY_NEW) == (before.impus == 0));
}

static void operate(struct span line)
{
	static struct registration reg;
	char what = line.len > 0 ? line.s[0] : '\0';

	if(what == '+') {
		put(span_skip(line, 1));
	} else if(what == '-') {
		if(registry_remove(&reg, span_skip(line, 1), 0) == REGISTRY_OK)
			assert(registry_get(&reg, reg.impu[0], now) == REGISTRY_ABSENT);
	} else if(what == '@') {
		now++;
		while(registry_expire_next(&reg, now))
			assert(reg.state.expires_at <= now);
	} else if(registry_get(&reg, line, now) == REGISTRY_OK) {
		assert(reg.impus > 0 && reg.impu[0].len > 0);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct registry_options options = {RECORDS_MAX, false, NULL};
	struct span rest = {(const char *)data, size};
	static struct registration reg;
	struct registry_stats stats;

	now = 1000;
	assert(registry_init(&options) == 0);
	while(rest.len > 0)
		operate(word(&rest, '\n'));
	while(registry_expire_next(&reg, INT64_MAX))
		;
	registry_stats(&stats);
	assert(stats.records == 0 && stats.aliases == 0
			&& stats.peak <= RECORDS_MAX + 1);
	registry_destroy();
	return 0;
}
