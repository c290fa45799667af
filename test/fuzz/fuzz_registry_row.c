/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Fuzz target: any texts as the columns of a row, a line each, then octets as its numbers. A row that is read can be
 * written, unless its first IMPU is none, and then is read as the same registration.
 */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "registry/row.h"

static struct span line(struct span *rest)
{
	struct span l = {rest->s, span_find(*rest, '\n')};

	*rest = span_skip(*rest, l.len + 1);
	return l;
}

static void check_same(
		const struct registration *a, const struct registration *b)
{
	assert(a->impus == b->impus && a->contacts == b->contacts);
	for(unsigned i = 0; i < a->impus; i++)
		assert(span_is(a->impu[i], b->impu[i]));
	for(unsigned i = 0; i < a->contacts; i++) {
		assert(span_is(a->contact[i].uri, b->contact[i].uri));
		assert(a->contact[i].expires_at == b->contact[i].expires_at);
		assert(a->contact[i].smsip == b->contact[i].smsip);
		assert(a->contact[i].msisdn_less == b->contact[i].msisdn_less);
	}
	assert(span_is(a->msisdn, b->msisdn) && span_is(a->imsi, b->imsi));
	assert(span_is(a->impi, b->impi) && span_is(a->scscf, b->scscf));
	assert(memcmp(a->state.user, b->state.user, sizeof(a->state.user)) == 0);
	assert(a->state.capability == b->state.capability);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct registration first, second;
	static struct row row, again;
	struct span rest = {(const char *)data, size};

	memset(row.number, 0, sizeof(row.number));
	for(int i = 0; i < ROW_TEXTS; i++)
		row.text[i] = line(&rest);
	for(size_t i = 0; i < ROW_NUMBERS && i < rest.len; i++)
		row.number[i] = (signed char)rest.s[i];
	if(row_read(&first, &row) < 0 || row_write(&again, &first) < 0)
		return 0;
	assert(row_read(&second, &again) == 0);
	check_same(&first, &second);
	return 0;
}
