/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Fuzz target: any octets as a TPDU, in every direction and RP message. What is decoded is encoded to the very same
 * octets, unless its address is longer than we may send.
 */
#include <assert.h>
#include <string.h>

#include "codec/tp.h"

#define OUT_MAX 65536

static void check_pointers(
		const struct tp_msg *m, const uint8_t *data, size_t size)
{
	const uint8_t *end = data + size;

	if(m->has_ud)
		assert(m->ud >= data && m->ud + m->ud_len <= end);
	else
		assert(!m->ud_len && !m->udh.valid);
	assert(m->tail >= data && m->tail + m->tail_len == end);
	assert(m->udh.len <= m->ud_len);
	if(m->pi_ext_len)
		assert(m->pi_ext >= data && m->pi_ext + m->pi_ext_len <= end);
}

static void check_contents(const struct tp_msg *m)
{
	assert(m->addr.value_len < sizeof(m->addr.value));
	assert(m->addr.value[m->addr.value_len] == '\0');
	assert(m->vp.len <= sizeof(m->vp.raw));
	assert(m->vp.format == VPF_NONE || m->type == TP_SUBMIT);
}

static void check(
		bool mo, enum tp_carrier carrier, const uint8_t *data, size_t size)
{
	static uint8_t out[OUT_MAX];
	struct tp_msg msg;
	struct sms_error err;
	size_t len;

	memset(&msg, 0xA5, sizeof(msg)); /* nothing may be left as it was */
	memset(&err, 0, sizeof(err));
	if(tp_decode(&msg, &err, mo, carrier, data, size)) {
		assert(err.field && err.reason && err.offset <= size);
		assert(err.cause == 95 || err.cause == 111);
		assert(err.fcs == TP_FCS_UNSPECIFIED
				|| (err.fcs == TP_FCS_TPDU_NOT_SUPPORTED && !msg.seen));
		assert(!msg.has_ud);
		return;
	}
	check_pointers(&msg, data, size);
	check_contents(&msg);
	if(tp_encode(out, sizeof(out), &len, &msg)) {
		assert(msg.addr.length > TP_ADDRESS_MAX_DIGITS);
		return;
	}
	assert(len == size && !memcmp(out, data, size));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const enum tp_carrier carriers[] = {
			TP_IN_RP_DATA, TP_IN_RP_ACK, TP_IN_RP_ERROR};

	if(size > OUT_MAX)
		return 0;
	for(int i = 0; i < 3; i++) {
		check(true, carriers[i], data, size);
		check(false, carriers[i], data, size);
	}
	return 0;
}
