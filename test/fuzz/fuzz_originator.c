/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Fuzz target: the first line of the input is an identity, the rest what stands in for it. There is an address exactly when
 * one of the two gives one, it fits into a TPDU, and read there it is the same number or name.
 */
#include <assert.h>
#include <string.h>

#include "codec/text.h"
#include "ims/originator.h"

static void check(const struct sms_address *address)
{
	uint8_t octets[TP_ADDRESS_MAX_OCTETS];
	struct sms_address seen;
	struct sms_error err;
	size_t len, used;

	assert(address->present && address->value_len > 0);
	assert(strlen(address->value) == address->value_len);
	assert(tp_address_encode(octets, sizeof(octets), &len, address) == 0);
	assert(tp_address_decode(&seen, &used, &err, octets, len) == 0);
	assert(used == len && seen.toa == address->toa);
	if(address->ton == TON_ALPHANUMERIC) {
		assert(utf8_valid(address->value, address->value_len));
		assert(address->value[0] != ' ');
		/* an eighth character with code 0, "@", is read as filling */
		if(address->length % 14 == 0)
			return;
	} else {
		assert(strspn(address->value, "0123456789*#") == address->value_len);
	}
	assert(strcmp(seen.value, address->value) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span all = {(const char *)data, size}, identity, fallback;
	struct sms_address address, alone;
	int rc;

	identity = (struct span){all.s, span_find(all, '\n')};
	fallback = span_skip(all, identity.len + 1);
	rc = originator_address(&address, identity, fallback);
	if(rc == 0)
		check(&address);
	else
		assert(!address.present);
	if(originator_address(&alone, identity, SPAN("")) == 0)
		assert(rc == 0 && strcmp(alone.value, address.value) == 0);
	else
		assert(rc == originator_address(&alone, fallback, SPAN("")));
	return 0;
}
