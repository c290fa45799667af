/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Fuzz target: any octets as TP-UD that begins with a header. Every element lies inside, together they are the header,
 * and what is understood obeys the rules of udh.h.
 */
#include <assert.h>
#include <string.h>

#include "codec/udh.h"

static void check_elements(
		const struct udh *h, const uint8_t *ud, const uint8_t *end)
{
	const uint8_t *at = ud + 1;

	for(unsigned i = 0; i < h->count; i++) {
		const struct udh_element *e = &h->element[i];

		assert(end - at >= 2 + e->len);
		assert(at[0] == e->iei && at[1] == e->len && e->data == at + 2);
		assert(udh_find(h, e->iei) >= e);
		at += 2 + e->len;
	}
	assert(at == end);
}

static void check_understood(const struct udh *h)
{
	assert(h->concat_bits == 0 || h->concat_bits == 8 || h->concat_bits == 16);
	if(h->concat_bits)
		assert(h->concat_seq >= 1 && h->concat_seq <= h->concat_total);
	else
		assert(!h->concat_ref && !h->concat_total && !h->concat_seq);
	assert(h->ports_bits == 0 || h->ports_bits == 8 || h->ports_bits == 16);
	if(!h->ports_bits)
		assert(!h->port_dst && !h->port_src);
	if(h->single_shift)
		assert(udh_find(h, IEI_SINGLE_SHIFT));
	if(h->locking_shift)
		assert(udh_find(h, IEI_LOCKING_SHIFT));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct udh h;

	memset(&h, 0xA5, sizeof(h)); /* nothing may be left as it was */
	udh_decode(&h, data, size);
	assert(h.len <= size && h.count <= UDH_MAX_ELEMENTS);
	if(h.len)
		assert(h.len == data[0] + 1);
	if(h.valid)
		check_elements(&h, data, data + h.len);
	else
		assert(!h.count && !h.concat_bits && !h.ports_bits && !h.locking_shift
				&& !h.single_shift);
	check_understood(&h);
	return 0;
}
