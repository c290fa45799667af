/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * TPDU to struct tp_msg (TS 23.040 9.2). One loop walks the layout of the type; each element has one reader. What the
 * standard tells a receiver to ignore is ignored: spare bits, reserved TP-PI bits, octets behind the last element.
 */
#include <string.h>

#include "rp.h"
#include "tp_layout.h"
#include "vp.h"

struct reader
{
	const uint8_t *in;
	size_t len, pos;
	struct sms_error *err;
};

static size_t left(const struct reader *r)
{
	return r->len - r->pos;
}

static int refuse_missing(const struct reader *r, const char *field)
{
	return sms_refuse(r->err, RP_CAUSE_PROTOCOL_ERROR, TP_FCS_UNSPECIFIED,
			r->pos, field, "octets are missing");
}

static int refuse_content(
		const struct reader *r, const char *field, const char *reason)
{
	return sms_refuse(r->err, RP_CAUSE_SEMANTICALLY_INCORRECT,
			TP_FCS_UNSPECIFIED, r->pos, field, reason);
}

/* The type by direction, by whether a report is due there, and by TP-MTI (9.2.3.1); -1: not in this RP message. */
static int type_of(bool mo, enum tp_carrier carrier, uint8_t mti)
{
	static const int8_t types[2][2][4] = {
			{{TP_DELIVER, -1, TP_STATUS_REPORT, -1},
					{-1, TP_SUBMIT_REPORT, -1, -1}},
			{{-1, TP_SUBMIT, TP_COMMAND, -1}, {TP_DELIVER_REPORT, -1, -1, -1}},
	};

	return types[mo][carrier != TP_IN_RP_DATA][mti];
}

static void read_flags(struct tp_msg *out, const struct tp_flag *flag)
{
	for(; flag->mask; flag++)
		*(bool *)((char *)out + flag->offset) =
				!!(out->first & flag->mask) != flag->inverse;
}

static int read_pi(struct tp_msg *out, struct reader *r)
{
	size_t start = r->pos;

	do {
		if(left(r) == 0)
			return refuse_missing(r, "TP-PI");
	} while(r->in[r->pos++] & TP_PI_EXTENSION);

	if(r->pos - start - 1 > UINT8_MAX) {
		r->pos = start;
		return refuse_content(r, "TP-PI", "too many extension octets");
	}
	out->has_pi = true;
	out->pi = r->in[start];
	out->pi_ext = r->in + start + 1;
	out->pi_ext_len = (uint8_t)(r->pos - start - 1);
	return 0;
}

static int read_address(struct tp_msg *out, struct reader *r)
{
	size_t used;

	if(tp_address_decode(&out->addr, &used, r->err, r->in + r->pos, left(r))) {
		r->err->field = tp_element_name(out->type, TPE_ADDRESS);
		r->err->offset = (uint16_t)(r->err->offset + r->pos);
		return -1;
	}
	r->pos += used;
	return 0;
}

static int read_vp(struct tp_msg *out, struct reader *r)
{
	enum tp_vpf format = (enum tp_vpf)(out->first >> TP_VPF_SHIFT & 3);

	if(left(r) < tp_vp_octets(format))
		return refuse_missing(r, "TP-VP");
	if(tp_vp_decode(&out->vp, format, r->in + r->pos))
		return refuse_content(r, "TP-VP", "no such time");
	r->pos += out->vp.len;
	return 0;
}

static int read_time(struct sms_time *out, struct reader *r, const char *field)
{
	if(left(r) < SMS_TIME_OCTETS)
		return refuse_missing(r, field);
	if(sms_time_decode(out, r->in + r->pos))
		return refuse_content(r, field, "semi-octet is no digit");
	r->pos += SMS_TIME_OCTETS;
	return 0;
}

static int read_user_data(struct tp_msg *out, struct reader *r)
{
	bool command = out->type == TP_COMMAND;
	int octets;

	if(left(r) < 1)
		return refuse_missing(r, command ? "TP-CDL" : "TP-UDL");
	out->udl = r->in[r->pos];
	octets = tp_ud_octets(
			out->type, out->dcs, out->udl, tp_layouts[out->type].ud_max);
	if(octets < 0)
		return refuse_content(r, command ? "TP-CDL" : "TP-UDL",
				"longer than user data can be");
	r->pos++;
	if(left(r) < (size_t)octets)
		return refuse_missing(r, command ? "TP-CD" : "TP-UD");
	out->has_ud = true;
	out->ud = r->in + r->pos;
	out->ud_len = (uint8_t)octets;
	r->pos += (size_t)octets;
	if(out->udhi)
		udh_decode(&out->udh, out->ud, out->ud_len);
	return 0;
}

static int read_octet(
		struct tp_msg *out, struct reader *r, enum tp_element element)
{
	if(left(r) < 1)
		return refuse_missing(r, tp_element_name(out->type, element));
	*((uint8_t *)out + tp_octet_offset[element]) = r->in[r->pos++];
	return 0;
}

static int read_element(
		struct tp_msg *out, struct reader *r, enum tp_element element)
{
	switch(element) {
		case TPE_PI:
			return read_pi(out, r);
		case TPE_ADDRESS:
			return read_address(out, r);
		case TPE_VP:
			return read_vp(out, r);
		case TPE_SCTS:
			return read_time(&out->scts, r, "TP-SCTS");
		case TPE_DT:
			return read_time(&out->dt, r, "TP-DT");
		case TPE_UD:
			return read_user_data(out, r);
		default:
			return read_octet(out, r, element);
	}
}

/* Whether this TPDU has the element at all. */
static bool is_there(const struct tp_msg *out, const struct reader *r,
		enum tp_carrier carrier, enum tp_element element)
{
	bool by_pi = tp_layouts[out->type].by_pi;

	switch(element) {
		case TPE_FCS:
			return carrier == TP_IN_RP_ERROR;
		case TPE_PI: /* mandatory in a report, optional in a STATUS-REPORT (9.2.2.3) */
			return out->type != TP_STATUS_REPORT || left(r) > 0;
		case TPE_PID:
			return !by_pi || (out->pi & TP_PI_PID);
		case TPE_DCS:
			return !by_pi || (out->pi & TP_PI_DCS);
		case TPE_UD:
			return !by_pi || (out->pi & TP_PI_UDL);
		default:
			return true;
	}
}

static int read_elements(
		struct tp_msg *out, struct reader *r, enum tp_carrier carrier)
{
	const uint8_t *element = tp_layouts[out->type].element;

	for(; *element != TPE_END; element++) {
		if(!is_there(out, r, carrier, *element))
			continue;
		if(read_element(out, r, *element))
			return -1;
		out->seen |= (uint16_t)(1u << *element);
	}
	return 0;
}

/* The big parts are not wiped for each message, only made empty. */
static void clear(struct tp_msg *out)
{
	memset(out, 0, offsetof(struct tp_msg, scts));
	tp_vp_decode(&out->vp, VPF_NONE, NULL);
	sms_address_clear(&out->addr);
	udh_decode(&out->udh, NULL, 0);
}

int tp_decode(struct tp_msg *out, struct sms_error *err, bool mo,
		enum tp_carrier carrier, const uint8_t *in, size_t len)
{
	struct reader r = {in, len, 1, err};
	int type, failed;

	clear(out);
	if(len < 1)
		return sms_refuse(err, RP_CAUSE_PROTOCOL_ERROR, TP_FCS_UNSPECIFIED, 0,
				"TP-MTI", "octets are missing");
	out->first = in[0];
	type = type_of(mo, carrier, in[0] & TP_MTI_MASK);
	if(type < 0)
		return sms_refuse(err, RP_CAUSE_PROTOCOL_ERROR,
				TP_FCS_TPDU_NOT_SUPPORTED, 0, "TP-MTI",
				"no such TPDU in this RP message and direction");
	out->type = (enum tp_type)type;
	out->seen = 1u << TPE_END;
	read_flags(out, tp_layouts[type].flag);

	failed = read_elements(out, &r, carrier);
	out->has_fcs = out->seen >> TPE_FCS & 1;
	out->has_pid = out->seen >> TPE_PID & 1;
	out->has_dcs = out->seen >> TPE_DCS & 1;
	if(failed)
		return -1;
	out->tail = in + r.pos;
	out->tail_len = len - r.pos;
	return 0;
}
