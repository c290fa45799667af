/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Fuzz target: any texts as the columns of a row of a delivery, a line each, then octets as its numbers. A row that is read can be
 * written, and then is read as the same delivery.
 */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "flow/delivery_row.h"

static struct span line(struct span *rest)
{
	struct span l = {rest->s, span_find(*rest, '\n')};

	*rest = span_skip(*rest, l.len + 1);
	return l;
}

static void check_text(struct span a, struct span b)
{
	assert(a.len == b.len && (a.len == 0 || memcmp(a.s, b.s, a.len) == 0));
}

static void check_same(
		const struct delivery_kept_row *a, const struct delivery_kept_row *b)
{
	check_text(a->gateway, b->gateway);
	check_text(a->to, b->to);
	check_text(a->from, b->from);
	check_text(a->rp_oa, b->rp_oa);
	check_text(a->message, b->message);
	check_text(a->received, b->received);
	check_text(a->impu, b->impu);
	check_text(a->sent, b->sent);
	assert(a->parts == b->parts && a->tpdus_len == b->tpdus_len);
	assert(memcmp(a->tpdus, b->tpdus, a->tpdus_len) == 0);
	assert(a->kept == b->kept && a->flags == b->flags);
	assert(a->parts_delivered == b->parts_delivered);
	assert(a->kind == b->kind && a->sip_status == b->sip_status);
	assert(a->rp_cause == b->rp_cause && a->tp_fcs == b->tp_fcs);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static char first_buffer[1 << 16], second_buffer[1 << 16];
	static char row_buffer[1 << 18];
	struct delivery_kept_row first, second;
	struct delivery_row row, again;
	struct span rest = {(const char *)data, size};

	memset(row.number, 0, sizeof(row.number));
	for(int i = 0; i < DELIVERY_TEXTS; i++)
		row.text[i] = line(&rest);
	for(size_t i = 0; i < DELIVERY_NUMBERS && i < rest.len; i++)
		row.number[i] = (signed char)rest.s[i];
	if(delivery_row_read(&first, first_buffer, sizeof(first_buffer), &row) < 0)
		return 0;
	assert(delivery_row_write(&again, row_buffer, sizeof(row_buffer), &first)
			== 0);
	assert(delivery_row_read(
				   &second, second_buffer, sizeof(second_buffer), &again)
			== 0);
	check_same(&first, &second);
	return 0;
}
