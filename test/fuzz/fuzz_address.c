/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Fuzz target: any octets as a TP address, as an RP address, and as the text that an address is made of.
 */
#include <assert.h>
#include <string.h>

#include "codec/address.h"
#include "codec/text.h"

static void check_value(const struct sms_address *a)
{
	assert(a->value_len < sizeof(a->value));
	assert(a->value[a->value_len] == '\0');
	assert(strlen(a->value) == a->value_len);
	assert(utf8_valid(a->value, a->value_len));
	assert(a->raw_len <= SMS_ADDRESS_MAX_OCTETS);
	if(a->ton != TON_ALPHANUMERIC)
		assert(strspn(a->value, "0123456789*#abc") == a->value_len);
}

static void as_tp(const uint8_t *data, size_t size)
{
	uint8_t out[TP_ADDRESS_MAX_OCTETS];
	struct sms_address a;
	struct sms_error err;
	size_t used, len;

	if(tp_address_decode(&a, &used, &err, data, size)) {
		assert(!a.present && err.offset <= size);
		return;
	}
	assert(used <= size);
	check_value(&a);
	if(tp_address_encode(out, sizeof(out), &len, &a))
		assert(a.length > TP_ADDRESS_MAX_DIGITS);
	else
		assert(len == used && !memcmp(out, data, len));
}

static void as_rp(const uint8_t *data, size_t size)
{
	uint8_t out[1 + RP_ADDRESS_MAX_OCTETS];
	struct sms_address a;
	struct sms_error err;
	size_t used, len;

	if(rp_address_decode(&a, &used, &err, data, size)) {
		assert(!a.present && err.offset <= size);
		return;
	}
	assert(used <= size);
	a.ton = 0; /* text is a matter of the TP layer: here it is digits always */
	check_value(&a);
	if(rp_address_encode(out, sizeof(out), &len, &a))
		assert(used > sizeof(out));
	else if(a.present || a.toa)
		assert(len == used && !memcmp(out, data, len));
}

/* The first octet gives type and plan; the rest is the text. What was made reads back as the same text. */
static void as_text(const uint8_t *data, size_t size)
{
	uint8_t out[TP_ADDRESS_MAX_OCTETS];
	enum sms_ton ton;
	struct sms_address a, again;
	struct sms_error err;
	size_t used, len;

	if(size < 1)
		return;
	ton = (enum sms_ton)(data[0] >> 4 & 7);
	if(sms_address_set(
			   &a, ton, data[0] & 0x0F, (const char *)data + 1, size - 1)) {
		assert(!a.present);
		return;
	}
	assert(!tp_address_encode(out, sizeof(out), &len, &a));
	assert(!tp_address_decode(&again, &used, &err, out, len) && used == len);
	assert(again.present == a.present && again.ton == ton);
	/* eight characters of which the last is @ are read as seven, see address.c */
	if(ton == TON_ALPHANUMERIC && a.value_len > 0
			&& a.value[a.value_len - 1] == '@')
		return;
	assert(again.value_len == size - 1);
	assert(!memcmp(again.value, data + 1, size - 1));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	as_tp(data, size);
	as_rp(data, size);
	as_text(data, size);
	return 0;
}
