/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Deliveries as rows: see delivery_row.h.
 */
#include "delivery_row.h"

#include <string.h>

#include "../store/row_text.h"
#include "delivery.h"

const char *const delivery_text_names[DELIVERY_TEXTS] = {
		[DELIVERY_NAME] = "name",
		[DELIVERY_GATEWAY] = "gateway",
		[DELIVERY_TO] = "receiver",
		[DELIVERY_FROM] = "sender",
		[DELIVERY_RP_OA] = "rp_oa",
		[DELIVERY_TPDUS] = "tpdus",
		[DELIVERY_MESSAGE] = "message",
		[DELIVERY_RECEIVED] = "received",
		[DELIVERY_IMPU] = "impu",
		[DELIVERY_SENT] = "sent",
		[DELIVERY_OUTCOME] = "outcome",
};

const char *const delivery_number_names[DELIVERY_NUMBERS] = {
		[DELIVERY_KEPT] = "state",
		[DELIVERY_PLACE] = "place",
		[DELIVERY_EXPIRES] = "expires_at",
		[DELIVERY_PARTS_DELIVERED] = "parts_delivered",
		[DELIVERY_FLAGS] = "flags",
};

/* --- writing ---------------------------------------------------------------------- */

static void put_tpdus(struct row_writer *w, const uint8_t *tpdus, size_t len)
{
	size_t at;

	for(at = 0; at < len; at += 1u + tpdus[at]) {
		if(at > 0)
			row_put(w, ' ');
		row_put_hex(w, &tpdus[at + 1], tpdus[at]);
	}
}

static void put_outcome(
		struct row_writer *w, const struct delivery_kept_row *in)
{
	const char *kind = mt_kind_name(in->kind);

	row_put_text(w, (struct span){kind, strlen(kind)});
	row_put(w, ',');
	row_put_number(w, in->sip_status);
	row_put(w, ',');
	row_put_number(w, in->rp_cause);
	row_put(w, ',');
	row_put_number(w, in->tp_fcs);
}

int delivery_row_write_outcome(struct span *out, char *buffer, size_t cap,
		const struct delivery_kept_row *in)
{
	struct row_writer w = {buffer, buffer + cap, false};

	if(in->kept == DELIVERY_KEPT_ENDED)
		put_outcome(&w, in);
	*out = row_written(&w, buffer);
	return w.full ? -1 : 0;
}

int delivery_row_write(struct delivery_row *out, char *buffer, size_t cap,
		const struct delivery_kept_row *in)
{
	const struct span plain[DELIVERY_TEXTS] = {
			[DELIVERY_NAME] = {in->name, sizeof(in->name)},
			[DELIVERY_GATEWAY] = in->gateway,
			[DELIVERY_TO] = in->to,
			[DELIVERY_FROM] = in->from,
			[DELIVERY_RP_OA] = in->rp_oa,
			[DELIVERY_MESSAGE] = in->message,
			[DELIVERY_RECEIVED] = in->received,
			[DELIVERY_IMPU] = in->impu,
			[DELIVERY_SENT] = in->sent,
	};
	struct row_writer w = {buffer, buffer + cap, false};
	int i;

	for(i = 0; i < DELIVERY_TEXTS; i++) {
		char *from = w.at;

		if(i == DELIVERY_TPDUS)
			put_tpdus(&w, in->tpdus, in->tpdus_len);
		else if(i == DELIVERY_OUTCOME && in->kept == DELIVERY_KEPT_ENDED)
			put_outcome(&w, in);
		else
			row_put_text(&w, plain[i]);
		out->text[i] = row_written(&w, from);
	}
	out->number[DELIVERY_KEPT] = in->kept;
	out->number[DELIVERY_PLACE] = in->place;
	out->number[DELIVERY_EXPIRES] = in->expires_at;
	out->number[DELIVERY_PARTS_DELIVERED] = in->parts_delivered;
	out->number[DELIVERY_FLAGS] = in->flags;
	return w.full ? -1 : 0;
}

/* --- reading ---------------------------------------------------------------------- */

/* A number of the row that is at most so much. */
static int take_up_to(unsigned *out, int64_t number, unsigned max)
{
	if(number < 0 || number > max)
		return -1;
	*out = (unsigned)number;
	return 0;
}

/* The next of the numbers with a comma between two. */
static int take_next(unsigned *out, struct span *rest, unsigned max)
{
	int64_t number;

	return row_take_number(&number, row_take_until(rest, ',')) < 0
				   ? -1
				   : take_up_to(out, number, max);
}

static int take_outcome(struct delivery_kept_row *out, struct span text)
{
	struct span name = row_take_until(&text, ',');
	unsigned status, cause, fcs;

	for(out->kind = 0; out->kind < MT_KINDS; out->kind++) {
		const char *kind = mt_kind_name(out->kind);

		if(span_is(name, (struct span){kind, strlen(kind)}))
			break;
	}
	if(out->kind == MT_KINDS || take_next(&status, &text, MT_STATUS_MAX - 1) < 0
			|| take_next(&cause, &text, UINT8_MAX) < 0
			|| take_next(&fcs, &text, UINT8_MAX) < 0)
		return -1;
	out->sip_status = (uint16_t)status;
	out->rp_cause = (uint8_t)cause;
	out->tp_fcs = (uint8_t)fcs;
	return 0;
}

static int take_tpdus(
		struct delivery_kept_row *out, struct row_reader *r, struct span text)
{
	char *from = r->at;
	struct span tpdu;

	for(out->parts = 0; text.len > 0; out->parts++) {
		char *length = r->at;

		if(out->parts == DELIVERY_PARTS_MAX || r->at == r->end)
			return -1;
		r->at++;
		if(row_take_hex(r, &tpdu, row_take_until(&text, ' ')) < 0
				|| tpdu.len == 0 || tpdu.len > UINT8_MAX)
			return -1;
		*length = (char)tpdu.len;
	}
	out->tpdus = (const uint8_t *)from;
	out->tpdus_len = (size_t)(r->at - from);
	return out->parts > 0 ? 0 : -1;
}

static int take_numbers(struct delivery_kept_row *out, const int64_t *number)
{
	unsigned kept;

	out->place = number[DELIVERY_PLACE];
	out->expires_at = number[DELIVERY_EXPIRES];
	if(take_up_to(&kept, number[DELIVERY_KEPT], DELIVERY_KEPT_ENDED) < 0
			|| take_up_to(&out->parts_delivered,
					   number[DELIVERY_PARTS_DELIVERED], out->parts)
					   < 0
			|| take_up_to(
					   &out->flags, number[DELIVERY_FLAGS], DELIVERY_FLAGS_ALL)
					   < 0)
		return -1;
	out->kept = (enum delivery_kept)kept;
	/* one that has all its reports is over */
	return out->kept == DELIVERY_KEPT_ENDED || out->parts_delivered < out->parts
				   ? 0
				   : -1;
}

static int take_name(char out[DELIVERY_NAME_LEN], struct span text)
{
	char octets[DELIVERY_NAME_LEN / 2];
	struct row_reader r = {octets, octets + sizeof(octets)};
	struct span number;

	if(text.len != DELIVERY_NAME_LEN || row_take_hex(&r, &number, text) < 0)
		return -1;
	memcpy(out, text.s, DELIVERY_NAME_LEN);
	return 0;
}

int delivery_row_read(struct delivery_kept_row *out, char *buffer, size_t cap,
		const struct delivery_row *in)
{
	const struct
	{
		enum delivery_text column;
		struct span *to;
	} plain[] = {
			{DELIVERY_GATEWAY, &out->gateway},
			{DELIVERY_TO, &out->to},
			{DELIVERY_FROM, &out->from},
			{DELIVERY_RP_OA, &out->rp_oa},
			{DELIVERY_MESSAGE, &out->message},
			{DELIVERY_RECEIVED, &out->received},
			{DELIVERY_IMPU, &out->impu},
			{DELIVERY_SENT, &out->sent},
	};
	struct row_reader r = {buffer, buffer + cap};
	size_t i;

	memset(out, 0, sizeof(*out));
	if(take_name(out->name, in->text[DELIVERY_NAME]) < 0)
		return -1;
	for(i = 0; i < sizeof(plain) / sizeof(plain[0]); i++)
		if(row_take_text(&r, plain[i].to, in->text[plain[i].column]) < 0)
			return -1;
	if(take_tpdus(out, &r, in->text[DELIVERY_TPDUS]) < 0
			|| take_numbers(out, in->number) < 0 || out->to.len == 0)
		return -1;
	return out->kept == DELIVERY_KEPT_ENDED
				   ? take_outcome(out, in->text[DELIVERY_OUTCOME])
				   : 0;
}
