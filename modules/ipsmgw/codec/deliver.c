/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The TPDUs that go to a UE: see deliver.h.
 */
#include "deliver.h"

#include <string.h>

/* TP-DCS of the general group: bit 4 says that bits 1 and 0 are a class (TS 23.038 4). */
#define DCS_HAS_CLASS 0x10

#define EITHER (1u << ALPHABET_GSM7 | 1u << ALPHABET_UCS2)

static unsigned alphabets_of(enum deliver_coding coding)
{
	if(coding == DELIVER_GSM7)
		return 1u << ALPHABET_GSM7;
	return coding == DELIVER_UCS2 ? 1u << ALPHABET_UCS2 : EITHER;
}

static bool is_option(const struct deliver_options *options)
{
	return options->message_class >= DELIVER_NO_CLASS
		   && options->message_class <= 3
		   && (options->concat_bits == 8 || options->concat_bits == 16)
		   && (unsigned)options->coding <= DELIVER_UCS2
		   && options->udh_len <= SMS_UD_MAX_OCTETS;
}

/* As many parts as it takes. */
static int plan_parts(struct deliver *out,
		const struct deliver_options *options, const char *text, size_t len)
{
	struct sms_text_plan any;

	if(sms_text_plan_in(&out->plan, text, len, alphabets_of(options->coding),
			   options->languages, options->concat_bits)
			== 0)
		return out->plan.parts;
	/* GSM7 needs no more parts than UCS2, which has a code for everything */
	if(options->coding == DELIVER_GSM7
			&& sms_text_plan(&any, text, len, options->languages,
					   options->concat_bits)
					   == 0)
		return DELIVER_NO_CODE;
	return DELIVER_TOO_LONG;
}

/* One part behind the sender's own header. */
static int plan_behind(struct deliver *out,
		const struct deliver_options *options, const char *text, size_t len)
{
	struct sms_text_part part;
	struct udh udh;
	int rc;

	udh_decode(&udh, options->udh, options->udh_len);
	if(!udh.valid || udh.len != options->udh_len)
		return DELIVER_BAD_OPTION;
	out->plan = (struct sms_text_plan){
			.alphabet = ALPHABET_GSM7,
			.locking = udh.locking_shift,
			.single = udh.single_shift,
			.parts = 1,
	};
	if(out->plan.locking >= SMS_LANGUAGES) /* the UE takes the default table */
		out->plan.locking = 0;
	if(out->plan.single >= SMS_LANGUAGES)
		out->plan.single = 0;
	if(options->coding == DELIVER_UCS2)
		out->plan.alphabet = ALPHABET_UCS2;
	rc = sms_text_encode_behind(
			&part, &out->plan, options->udh, options->udh_len, text, len);
	if(rc == SMS_TEXT_NO_CODE && options->coding == DELIVER_ANY) {
		out->plan.alphabet = ALPHABET_UCS2;
		rc = sms_text_encode_behind(
				&part, &out->plan, options->udh, options->udh_len, text, len);
	}
	if(rc == 0)
		return 1;
	return rc == SMS_TEXT_NO_CODE ? DELIVER_NO_CODE : DELIVER_DOES_NOT_FIT;
}

int deliver_begin(struct deliver *out, const struct deliver_options *options,
		const char *text, size_t len)
{
	size_t oa_len;

	memset(out, 0, sizeof(*out));
	if(!is_option(options) || !utf8_valid(text, len)
			|| tp_address_encode(
					out->oa, sizeof(out->oa), &oa_len, &options->oa))
		return DELIVER_BAD_OPTION;
	out->text = text;
	out->len = len;
	out->udh = options->udh;
	out->udh_len = (uint8_t)options->udh_len;
	memcpy(out->scts, options->scts.raw, sizeof(out->scts));
	out->ref = options->ref;
	out->pid = options->pid;
	out->message_class = options->message_class;
	out->sri = options->sri;
	return out->udh_len ? plan_behind(out, options, text, len)
						: plan_parts(out, options, text, len);
}

static uint8_t dcs_of(const struct deliver *from, uint8_t alphabet)
{
	if(from->message_class == DELIVER_NO_CLASS)
		return alphabet;
	return (uint8_t)(alphabet | DCS_HAS_CLASS | from->message_class);
}

/* TP-OA as tp_encode() takes it, from the octets kept. */
static void set_oa(struct sms_address *out, const uint8_t *oa)
{
	out->length = oa[0];
	out->toa = oa[1];
	out->raw_len = (uint8_t)((oa[0] + 1) / 2);
	memcpy(out->raw, oa + 2, out->raw_len);
}

static int write_part(uint8_t out[TP_MAX_OCTETS], size_t *len,
		const struct deliver *from, const struct sms_text_part *part)
{
	struct tp_msg tp = {
			.type = TP_DELIVER,
			.more = from->made + 1 < from->plan.parts,
			.sri = from->sri,
			.udhi = part->udhi,
			.pid = from->pid,
			.dcs = dcs_of(from, part->dcs),
			.udl = part->udl,
			.ud_len = part->ud_len,
			.ud = part->ud,
	};

	set_oa(&tp.addr, from->oa);
	memcpy(tp.scts.raw, from->scts, sizeof(from->scts));
	return tp_encode(out, TP_MAX_OCTETS, len, &tp);
}

int deliver_next(uint8_t out[TP_MAX_OCTETS], size_t *len, struct deliver *from)
{
	struct sms_text_part part;
	size_t pos = from->pos;
	int failed;

	if(from->made >= from->plan.parts)
		return -1;
	failed = from->udh_len
					 ? sms_text_encode_behind(&part, &from->plan, from->udh,
							 from->udh_len, from->text, from->len)
					 : sms_text_encode_part(&part, &pos, &from->plan,
							 from->text, from->len, from->ref, from->made + 1u);
	if(failed || write_part(out, len, from, &part))
		return -1;
	from->pos = from->udh_len ? from->len : pos;
	from->made++;
	return 0;
}

#define MTI_MASK 0x03
#define MTI_DELIVER 0x00

int deliver_from(uint8_t out[TP_MAX_OCTETS], size_t *len,
		const struct sms_address *oa, const uint8_t *tpdu, size_t tpdu_len)
{
	struct sms_address old;
	struct sms_error err;
	size_t used, rest, put;

	if(tpdu_len == 0 || (tpdu[0] & MTI_MASK) != MTI_DELIVER
			|| tp_address_decode(&old, &used, &err, tpdu + 1, tpdu_len - 1) < 0
			|| tp_address_encode(out + 1, TP_MAX_OCTETS - 1, &put, oa) < 0)
		return -1;
	rest = tpdu_len - 1 - used;
	if(rest > TP_MAX_OCTETS - 1 - put)
		return -1;
	out[0] = tpdu[0];
	memcpy(out + 1 + put, tpdu + 1 + used, rest);
	*len = 1 + put + rest;
	return 0;
}

int status_report_encode(
		uint8_t out[TP_MAX_OCTETS], size_t *len, const struct status_report *in)
{
	const struct tp_msg tp = {
			.type = TP_STATUS_REPORT,
			.mr = in->mr,
			.addr = in->ra,
			.scts = in->scts,
			.dt = in->dt,
			.st = in->st,
	};

	return tp_encode(out, TP_MAX_OCTETS, len, &tp);
}
