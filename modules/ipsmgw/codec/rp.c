/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * RP messages (TS 24.011 7.3, 8.2): decode with the error rules of clause 9.3, encode. RP-DATA has plain length-value
 * elements; RP-Cause likewise; only RP-UD of RP-ACK and RP-ERROR carries its tag.
 */
#include "rp.h"

#include "octets.h"

#define MTI_MASK 0x07
#define HEADER_OCTETS 2
#define CAUSE_MASK 0x7F

/* by MTI (8.2.2); an odd one comes from the network */
static const int8_t mti_type[8] = {
		RP_DATA, RP_DATA, RP_ACK, RP_ACK, RP_ERROR, RP_ERROR, RP_SMMA, -1};

static int refuse_mandatory(struct sms_error *err, size_t offset,
		const char *field, const char *reason)
{
	return sms_refuse(err, RP_CAUSE_INVALID_MANDATORY_INFORMATION, 0, offset,
			field, reason);
}

static int data_address(struct sms_address *out, struct sms_error *err,
		const char *field, bool mandatory, const uint8_t *in, size_t len,
		size_t *pos)
{
	size_t used;

	if(rp_address_decode(out, &used, err, in + *pos, len - *pos)) {
		err->field = field;
		err->offset = (uint16_t)(err->offset + *pos);
		return -1;
	}
	if(mandatory && !out->present)
		return refuse_mandatory(err, *pos, field, "address is empty");
	*pos += used;
	return 0;
}

static int decode_data(struct rp_msg *out, struct sms_error *err,
		bool oa_needed, const uint8_t *in, size_t len)
{
	size_t pos = HEADER_OCTETS;

	if(data_address(&out->oa, err, "RP-OA", oa_needed, in, len, &pos)
			|| data_address(&out->da, err, "RP-DA", out->mo, in, len, &pos))
		return -1;
	if(pos == len)
		return refuse_mandatory(err, pos, "RP-UD", "length octet is missing");
	if(in[pos] == 0)
		return refuse_mandatory(err, pos, "RP-UD", "user data is empty");
	if(in[pos] > len - pos - 1)
		return refuse_mandatory(
				err, pos + 1, "RP-UD", "length runs past the end");
	out->has_ud = true;
	out->ud_len = in[pos];
	out->ud = in + pos + 1;
	pos += 1u + out->ud_len;
	out->options = in + pos;
	out->options_len = len - pos;
	return 0;
}

/* RP-Cause; returns the octets it takes. An RP-ERROR is an RP-ERROR also without a readable cause (9.3.5). */
static size_t decode_cause(struct rp_msg *out, const uint8_t *in, size_t len)
{
	if(len < 1 || in[0] == 0 || in[0] > len - 1) {
		out->cause = RP_CAUSE_PROTOCOL_ERROR;
		out->cause_defaulted = true;
		return len < 1 ? 0 : in[0] == 0 ? 1 : len;
	}
	out->cause = in[1] & CAUSE_MASK;
	out->diagnostic_len = in[0] - 1;
	out->diagnostic = in + 2;
	return 1u + in[0];
}

static void find_user_data(struct rp_msg *out)
{
	struct rp_element element;
	size_t pos = 0;

	while(!out->has_ud && rp_option_next(&element, &pos, out)) {
		if(element.iei != RP_IEI_USER_DATA || element.len == 0)
			continue;
		out->has_ud = true;
		out->ud = element.data;
		out->ud_len = element.len;
	}
}

static int decode_rest(struct rp_msg *out, struct sms_error *err,
		bool oa_needed, const uint8_t *in, size_t len)
{
	size_t pos = HEADER_OCTETS;

	if(out->type == RP_DATA)
		return decode_data(out, err, oa_needed, in, len);
	if(out->type == RP_ERROR)
		pos += decode_cause(out, in + pos, len - pos);
	out->options = in + pos;
	out->options_len = len - pos;
	if(out->type != RP_SMMA)
		find_user_data(out);
	return 0;
}

static void clear(struct rp_msg *out, bool mo)
{
	out->has_mr = false;
	out->mr = out->first = 0;
	out->mo = mo;
	out->type = RP_DATA;
	sms_address_clear(&out->oa);
	sms_address_clear(&out->da);
	out->cause = out->diagnostic_len = 0;
	out->diagnostic = NULL;
	out->cause_defaulted = false;
	out->has_ud = false;
	out->ud = NULL;
	out->ud_len = 0;
	out->options = NULL;
	out->options_len = 0;
}

static int decode(struct rp_msg *out, struct sms_error *err, bool mo,
		bool oa_needed, const uint8_t *in, size_t len)
{
	int type;

	clear(out, mo);
	if(len < 1)
		return sms_refuse(err, 0, 0, 0, "RP-MTI", "body is empty");
	out->first = in[0];
	if(len < HEADER_OCTETS)
		return sms_refuse(
				err, 0, 0, 1, "RP-MR", "message reference is missing");
	out->has_mr = true;
	out->mr = in[1];

	type = mti_type[in[0] & MTI_MASK];
	if(type < 0 || mo != !(in[0] & 1))
		return sms_refuse(err, RP_CAUSE_MESSAGE_TYPE_NON_EXISTENT, 0, 0,
				"RP-MTI", "message type is reserved in this direction");
	out->type = (enum rp_type)type;
	return decode_rest(out, err, oa_needed, in, len);
}

int rp_decode(struct rp_msg *out, struct sms_error *err, bool mo,
		const uint8_t *in, size_t len)
{
	return decode(out, err, mo, !mo, in, len);
}

int rp_decode_order(struct rp_msg *out, struct sms_error *err,
		const uint8_t *in, size_t len)
{
	return decode(out, err, false, false, in, len);
}

bool rp_option_next(
		struct rp_element *out, size_t *pos, const struct rp_msg *in)
{
	size_t left = in->options_len - *pos;
	const uint8_t *p;

	if(left < 2)
		return false;
	p = in->options + *pos;
	if(p[1] > left - 2)
		return false;
	out->iei = p[0];
	out->len = p[1];
	out->data = p + 2;
	*pos += 2u + out->len;
	return true;
}

static void put_address(struct octet_sink *s, const struct sms_address *in)
{
	size_t used;

	if(rp_address_encode(s->out + s->len, s->cap - s->len, &used, in))
		s->full = true;
	else
		s->len += used;
}

static void put_user_data(struct octet_sink *s, const struct rp_msg *in)
{
	sink_octet(s, in->ud_len);
	sink_octets(s, in->ud, in->ud_len);
}

static bool encodable(const struct rp_msg *in)
{
	if((unsigned)in->type > RP_SMMA || (in->type == RP_SMMA && !in->mo))
		return false;
	if(in->cause > CAUSE_MASK || in->diagnostic_len > RP_MAX_DIAGNOSTIC)
		return false;
	if(in->has_ud && (in->ud_len == 0 || in->ud_len > RP_UD_MAX_OCTETS))
		return false;
	if(in->type == RP_DATA)
		return in->has_ud && (in->mo ? in->da.present : in->oa.present);
	return true;
}

int rp_encode(uint8_t *out, size_t cap, size_t *len, const struct rp_msg *in)
{
	struct octet_sink s = {out, cap, 0, false};

	if(!encodable(in))
		return -1;
	sink_octet(&s, (uint8_t)((in->first & ~MTI_MASK) | (unsigned)in->type << 1
							 | !in->mo));
	sink_octet(&s, in->mr);
	if(in->type == RP_DATA) {
		put_address(&s, &in->oa);
		put_address(&s, &in->da);
		put_user_data(&s, in);
	}
	if(in->type == RP_ERROR) {
		sink_octet(&s, (uint8_t)(1 + in->diagnostic_len));
		sink_octet(&s, in->cause);
		sink_octets(&s, in->diagnostic, in->diagnostic_len);
	}
	if(in->options_len)
		sink_octets(&s, in->options, in->options_len);
	else if(in->has_ud && (in->type == RP_ACK || in->type == RP_ERROR)) {
		sink_octet(&s, RP_IEI_USER_DATA);
		put_user_data(&s, in);
	}
	*len = s.len;
	return s.full ? -1 : 0;
}

const char *rp_type_name(enum rp_type type)
{
	static const char *const names[] = {
			"RP-DATA", "RP-ACK", "RP-ERROR", "RP-SMMA"};

	return (unsigned)type <= RP_SMMA ? names[type] : "unknown";
}

const char *rp_cause_name(uint8_t cause)
{
	static const char *const names[CAUSE_MASK + 1] = {
			[RP_CAUSE_UNASSIGNED_NUMBER] = "unassigned number",
			[RP_CAUSE_OPERATOR_DETERMINED_BARRING] =
					"operator determined barring",
			[RP_CAUSE_CALL_BARRED] = "call barred",
			[RP_CAUSE_SM_TRANSFER_REJECTED] = "short message transfer rejected",
			[RP_CAUSE_MEMORY_CAPACITY_EXCEEDED] = "memory capacity exceeded",
			[RP_CAUSE_DESTINATION_OUT_OF_ORDER] = "destination out of order",
			[RP_CAUSE_UNIDENTIFIED_SUBSCRIBER] = "unidentified subscriber",
			[RP_CAUSE_FACILITY_REJECTED] = "facility rejected",
			[RP_CAUSE_UNKNOWN_SUBSCRIBER] = "unknown subscriber",
			[RP_CAUSE_NETWORK_OUT_OF_ORDER] = "network out of order",
			[RP_CAUSE_TEMPORARY_FAILURE] = "temporary failure",
			[RP_CAUSE_CONGESTION] = "congestion",
			[RP_CAUSE_RESOURCES_UNAVAILABLE] =
					"resources unavailable, unspecified",
			[RP_CAUSE_FACILITY_NOT_SUBSCRIBED] =
					"requested facility not subscribed",
			[RP_CAUSE_FACILITY_NOT_IMPLEMENTED] =
					"requested facility not implemented",
			[RP_CAUSE_INVALID_REFERENCE] =
					"invalid short message transfer reference",
			[RP_CAUSE_SEMANTICALLY_INCORRECT] =
					"semantically incorrect message",
			[RP_CAUSE_INVALID_MANDATORY_INFORMATION] =
					"invalid mandatory information",
			[RP_CAUSE_MESSAGE_TYPE_NON_EXISTENT] =
					"message type non-existent or not implemented",
			[RP_CAUSE_MESSAGE_NOT_COMPATIBLE] =
					"message not compatible with protocol state",
			[RP_CAUSE_IE_NON_EXISTENT] =
					"information element non-existent or not implemented",
			[RP_CAUSE_PROTOCOL_ERROR] = "protocol error, unspecified",
			[RP_CAUSE_INTERWORKING] = "interworking, unspecified",
	};
	const char *name = cause <= CAUSE_MASK ? names[cause] : NULL;

	return name ? name : "unknown";
}
