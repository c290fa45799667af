/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * struct tp_msg to a TPDU (TS 23.040 9.2), by the same layout tables as the decoder. What tp_decode() gave comes out
 * octet for octet.
 */
#include "octets.h"
#include "tp_layout.h"
#include "vp.h"

static uint8_t first_octet(const struct tp_msg *in)
{
	const struct tp_layout *layout = &tp_layouts[in->type];
	unsigned first = (in->first & ~layout->first_known) | layout->mti;

	for(const struct tp_flag *f = layout->flag; f->mask; f++)
		if(*(const bool *)((const char *)in + f->offset) != f->inverse)
			first |= f->mask;
	if(in->type == TP_SUBMIT)
		first |= (unsigned)in->vp.format << TP_VPF_SHIFT;
	return (uint8_t)first;
}

static void put_pi(struct octet_sink *s, const struct tp_msg *in)
{
	unsigned pi = in->pi & ~(TP_PI_KNOWN | TP_PI_EXTENSION);

	if(in->has_pid)
		pi |= TP_PI_PID;
	if(in->has_dcs)
		pi |= TP_PI_DCS;
	if(in->has_ud)
		pi |= TP_PI_UDL;
	if(in->pi_ext_len)
		pi |= TP_PI_EXTENSION;
	sink_octet(s, (uint8_t)pi);
	sink_octets(s, in->pi_ext, in->pi_ext_len);
	for(size_t i = 0; i < in->pi_ext_len; i++)
		if(!!(in->pi_ext[i] & TP_PI_EXTENSION) != (i + 1 < in->pi_ext_len))
			s->full = true;
}

static void put_address(struct octet_sink *s, const struct sms_address *in)
{
	size_t used;

	if(tp_address_encode(s->out + s->len, s->cap - s->len, &used, in))
		s->full = true;
	else
		s->len += used;
}

static void put_vp(struct octet_sink *s, const struct tp_vp *in)
{
	if(in->len != tp_vp_octets(in->format))
		s->full = true;
	else
		sink_octets(s, in->raw, in->len);
}

static void put_user_data(struct octet_sink *s, const struct tp_msg *in)
{
	const struct tp_layout *layout = &tp_layouts[in->type];
	uint8_t dcs = layout->by_pi && !in->has_dcs ? 0 : in->dcs;

	if(tp_ud_octets(in->type, dcs, in->udl, layout->ud_max) != in->ud_len) {
		s->full = true;
		return;
	}
	sink_octet(s, in->udl);
	sink_octets(s, in->ud, in->ud_len);
}

static bool is_there(const struct tp_msg *in, enum tp_element element)
{
	bool by_pi = tp_layouts[in->type].by_pi;

	switch(element) {
		case TPE_FCS:
			return in->has_fcs;
		case TPE_PI:
			return in->type != TP_STATUS_REPORT || in->has_pi || in->has_pid
				   || in->has_dcs || in->has_ud;
		case TPE_PID:
			return !by_pi || in->has_pid;
		case TPE_DCS:
			return !by_pi || in->has_dcs;
		case TPE_UD:
			return !by_pi || in->has_ud;
		default:
			return true;
	}
}

static void put_element(
		struct octet_sink *s, const struct tp_msg *in, enum tp_element element)
{
	switch(element) {
		case TPE_PI:
			put_pi(s, in);
			break;
		case TPE_ADDRESS:
			put_address(s, &in->addr);
			break;
		case TPE_VP:
			put_vp(s, &in->vp);
			break;
		case TPE_SCTS:
			sink_octets(s, in->scts.raw, SMS_TIME_OCTETS);
			break;
		case TPE_DT:
			sink_octets(s, in->dt.raw, SMS_TIME_OCTETS);
			break;
		case TPE_UD:
			put_user_data(s, in);
			break;
		default:
			sink_octet(s, *((const uint8_t *)in + tp_octet_offset[element]));
	}
}

int tp_encode(uint8_t *out, size_t cap, size_t *len, const struct tp_msg *in)
{
	struct octet_sink s = {out, cap, 0, false};

	if((unsigned)in->type >= TP_TYPES || (unsigned)in->vp.format > VPF_ABSOLUTE)
		return -1;
	sink_octet(&s, first_octet(in));
	for(const uint8_t *e = tp_layouts[in->type].element; *e != TPE_END; e++)
		if(is_there(in, *e))
			put_element(&s, in, *e);
	sink_octets(&s, in->tail, in->tail_len);
	*len = s.len;
	return s.full ? -1 : 0;
}
