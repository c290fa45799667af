/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Fuzz target: any octets as an RP message, from either side. What is decoded lies inside the input, is encoded again
 * unless it is longer than we may send, and decodes to the same then.
 */
#include <assert.h>
#include <string.h>

#include "codec/rp.h"

/* the longest input, and room for the octets that an encoder might add */
#define OUT_MAX (65535 + 256)

static bool inside(
		const uint8_t *part, size_t len, const uint8_t *data, size_t size)
{
	return part >= data && part <= data + size
		   && len <= (size_t)(data + size - part);
}

static void check_pointers(
		const struct rp_msg *m, const uint8_t *data, size_t size)
{
	struct rp_element element;
	size_t pos = 0;

	if(m->has_ud)
		assert(m->ud_len > 0 && inside(m->ud, m->ud_len, data, size));
	if(m->diagnostic_len)
		assert(inside(m->diagnostic, m->diagnostic_len, data, size));
	if(m->options_len)
		assert(inside(m->options, m->options_len, data, size));
	while(rp_option_next(&element, &pos, m))
		assert(inside(element.data, element.len, data, size));
}

static void assert_same_address(
		const struct sms_address *a, const struct sms_address *b)
{
	assert(a->present == b->present && a->toa == b->toa);
	assert(a->value_len == b->value_len && !strcmp(a->value, b->value));
	assert(a->raw_len == b->raw_len && !memcmp(a->raw, b->raw, a->raw_len));
}

static void assert_same(const struct rp_msg *a, const struct rp_msg *b)
{
	assert(a->type == b->type && a->mo == b->mo && a->mr == b->mr);
	assert(a->first == b->first && a->cause == b->cause);
	assert_same_address(&a->oa, &b->oa);
	assert_same_address(&a->da, &b->da);
	assert(a->diagnostic_len == b->diagnostic_len);
	assert(!a->diagnostic_len
			|| !memcmp(a->diagnostic, b->diagnostic, a->diagnostic_len));
	assert(a->has_ud == b->has_ud && a->ud_len == b->ud_len);
	assert(!a->has_ud || !memcmp(a->ud, b->ud, a->ud_len));
	assert(a->options_len == b->options_len);
	assert(!a->options_len || !memcmp(a->options, b->options, a->options_len));
}

static bool sendable(const struct rp_msg *m)
{
	return m->oa.raw_len < RP_ADDRESS_MAX_OCTETS
		   && m->da.raw_len < RP_ADDRESS_MAX_OCTETS
		   && m->ud_len <= RP_UD_MAX_OCTETS;
}

static void check(bool mo, const uint8_t *data, size_t size)
{
	static uint8_t out[OUT_MAX];
	struct rp_msg msg, again;
	struct sms_error err;
	size_t len;

	memset(&err, 0, sizeof(err));
	if(rp_decode(&msg, &err, mo, data, size)) {
		assert(err.field && err.reason && err.offset <= size);
		assert(msg.has_mr == (size >= 2) && (err.cause == 0) == (size < 2));
		return;
	}
	assert(msg.mr == data[1] && msg.mo == mo);
	check_pointers(&msg, data, size);
	if(rp_encode(out, sizeof(out), &len, &msg)) {
		assert(!sendable(&msg));
		return;
	}
	assert(sendable(&msg));
	assert(!rp_decode(&again, &err, mo, out, len));
	assert_same(&msg, &again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if(size > 65535)
		return 0;
	check(true, data, size);
	check(false, data, size);
	return 0;
}
