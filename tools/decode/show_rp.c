/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * An RP message, its addresses, and why something was refused, as members of the output.
 */
#include "show.h"

#include <string.h>

void show_error(struct writer *w, const struct sms_error *in)
{
	write_object(w, "error");
	write_code(w, "cause", in->cause,
			in->cause ? rp_cause_name(in->cause) : "nothing can be answered");
	if(in->fcs)
		write_code(w, "fcs", in->fcs, tp_fcs_name(in->fcs));
	write_word(w, "field", in->field);
	write_number(w, "offset", in->offset);
	write_word(w, "reason", in->reason);
	write_end_object(w);
}

static void show_raw_address(
		struct writer *w, const char *key, const struct sms_address *in)
{
	uint8_t octets[1 + SMS_ADDRESS_MAX_OCTETS];

	octets[0] = in->toa;
	memcpy(octets + 1, in->raw, in->raw_len);
	write_object(w, key);
	write_hex(w, "raw", octets, 1u + in->raw_len);
	write_end_object(w);
}

void show_number(
		struct writer *w, const char *key, const struct sms_address *in)
{
	char display[1 + sizeof(in->value)] = "+";
	size_t plus = in->ton == TON_INTERNATIONAL ? 1 : 0;

	memcpy(display + plus, in->value, in->value_len);
	write_string(w, key, display, plus + in->value_len);
}

void show_address(
		struct writer *w, const char *key, const struct sms_address *in)
{
	if(w->text) {
		show_number(w, key, in);
		return;
	}
	write_object(w, key);
	write_string(w, "value", in->value, in->value_len);
	write_number(w, "ton", in->ton);
	write_number(w, "npi", in->npi);
	write_number(w, "toa", in->toa);
	write_bool(w, "intl", in->ton == TON_INTERNATIONAL);
	show_number(w, "display", in);
	write_end_object(w);
}

static void show_rp_address(
		struct writer *w, const char *key, const struct sms_address *in)
{
	if(in->value_len)
		show_address(w, key, in);
	else if(in->toa)
		show_raw_address(w, key, in);
	else
		write_null(w, key);
}

static void show_cause(struct writer *w, const struct rp_msg *in)
{
	write_code(w, "cause", in->cause, rp_cause_name(in->cause));
	if(in->cause_defaulted)
		write_bool(w, "cause_defaulted", true);
	if(in->diagnostic_len)
		write_hex(w, "diagnostic", in->diagnostic, in->diagnostic_len);
	else
		write_null(w, "diagnostic");
}

static void show_unknown_elements(struct writer *w, const struct rp_msg *in)
{
	struct rp_element element;
	bool any = false;
	size_t pos = 0;

	while(rp_option_next(&element, &pos, in)) {
		if(element.iei == RP_IEI_USER_DATA)
			continue;
		if(!any)
			write_array(w, "unknown_ies");
		any = true;
		write_object(w, NULL);
		write_number(w, "iei", element.iei);
		write_hex(w, "data", element.data, element.len);
		write_end_object(w);
	}
	if(any)
		write_end_array(w);
}

static int show_user_data(struct writer *w, const struct rp_msg *in)
{
	static const enum tp_carrier carrier[] = {
			TP_IN_RP_DATA, TP_IN_RP_ACK, TP_IN_RP_ERROR};
	int failed;

	if(!in->has_ud) {
		write_null(w, "ud");
		return 0;
	}
	write_hex(w, "ud", in->ud, in->ud_len);
	write_object(w, "tpdu");
	failed = show_tpdu(w, in->mo, carrier[in->type], in->ud, in->ud_len);
	write_end_object(w);
	return failed;
}

static int show_members(struct writer *w, const struct rp_msg *in)
{
	if(in->type == RP_DATA) {
		show_rp_address(w, "oa", &in->oa);
		show_rp_address(w, "da", &in->da);
	}
	if(in->type == RP_ERROR)
		show_cause(w, in);
	if(in->type == RP_SMMA)
		return 0;
	if(in->type != RP_DATA)
		show_unknown_elements(w, in);
	return show_user_data(w, in);
}

int show_rp(struct writer *w, enum direction direction, const uint8_t *in,
		size_t len)
{
	struct sms_error err;
	struct rp_msg msg;
	bool typed;
	int refused, failed = 0;

	/* the even RP-MTIs are the UE's, the odd ones the network's; 7 is nobody's */
	if(direction == DIRECTION_UNKNOWN && len > 0 && (in[0] & 7) != 7)
		direction = in[0] & 1 ? DIRECTION_MT : DIRECTION_MO;

	refused = rp_decode(&msg, &err, direction != DIRECTION_MT, in, len);
	typed = !refused || err.cause == RP_CAUSE_INVALID_MANDATORY_INFORMATION;
	write_object(w, NULL);
	if(typed)
		write_word(w, "type", rp_type_name(msg.type));
	if(direction == DIRECTION_UNKNOWN)
		write_null(w, "dir");
	else
		write_word(w, "dir", direction == DIRECTION_MO ? "MO" : "MT");
	if(msg.has_mr)
		write_number(w, "mr", msg.mr);
	if(typed)
		failed = show_members(w, &msg);
	if(refused)
		show_error(w, &err);
	write_end_object(w);
	return refused || failed ? -1 : 0;
}
