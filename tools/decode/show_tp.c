/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A TPDU as members of the output: as much of it as was read, then why the rest was refused.
 */
#include <string.h>

#include "codec/dcs.h"
#include "codec/text.h"
#include "show.h"

static bool seen(const struct tp_msg *in, enum tp_element element)
{
	return in->seen >> element & 1;
}

static void show_flags(struct writer *w, const struct tp_msg *in)
{
	const unsigned deliver = 1u << TP_DELIVER, submit = 1u << TP_SUBMIT,
				   status = 1u << TP_STATUS_REPORT, command = 1u << TP_COMMAND;
	const struct
	{
		const char *name;
		unsigned types; /* that have it */
		bool value;
	} flags[] = {
			{"rp", deliver | submit, in->rp},
			{"udhi", ~0u, in->udhi},
			{"sri", deliver, in->sri},
			{"srr", submit | command, in->srr},
			{"lp", deliver | status, in->lp},
			{"rd", submit, in->rd},
			{"srq", status, in->srq},
			{"mms", deliver | status, in->more},
	};

	for(size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++)
		if(flags[i].types >> in->type & 1)
			write_bool(w, flags[i].name, flags[i].value);
}

#define LOCAL_TIME_LEN (sizeof("YYYY-MM-DDThh:mm:ss") - 1)

static void show_local(
		struct writer *w, const char *key, const struct sms_time *in)
{
	char text[SMS_TIME_TEXT_MAX];

	sms_time_print(text, in);
	text[LOCAL_TIME_LEN] = '\0';
	write_word(w, key, text);
}

static void show_utc(
		struct writer *w, const char *key, const struct sms_time *in)
{
	char text[SMS_TIME_TEXT_MAX];
	struct sms_time utc;

	if(!in->in_range || sms_time_from_utc(&utc, sms_time_to_utc(in), 0))
		return;
	sms_time_print(text, &utc);
	text[LOCAL_TIME_LEN] = 'Z';
	text[LOCAL_TIME_LEN + 1] = '\0';
	write_word(w, key, text);
}

/* The zone as in the octets; in JSON then the same without it and in UTC. */
static void show_time(struct writer *w, const char *key, const char *local_key,
		const char *utc_key, const struct sms_time *in)
{
	char text[SMS_TIME_TEXT_MAX];

	sms_time_print(text, in);
	write_word(w, key, text);
	if(w->text)
		return;
	show_local(w, local_key, in);
	show_utc(w, utc_key, in);
}

static void show_vp(struct writer *w, const struct tp_vp *in)
{
	static const char *const formats[] = {
			"none", "enhanced", "relative", "absolute"};

	write_object(w, "vp");
	write_word(w, "format", formats[in->format]);
	if(in->format == VPF_RELATIVE)
		write_number(w, "raw", in->raw[0]);
	if(in->format == VPF_ENHANCED)
		write_bool(w, "single_shot", in->single_shot);
	if(in->has_seconds)
		write_number(w, "seconds", in->seconds);
	if(in->format == VPF_ABSOLUTE) {
		show_local(w, "time", &in->until);
		show_utc(w, "time_utc", &in->until);
	}
	if(in->len)
		write_hex(w, "hex", in->raw, in->len);
	write_end_object(w);
}

static void show_octet(struct writer *w, const struct tp_msg *in,
		enum tp_element element, const char *key, uint8_t value)
{
	if(seen(in, element))
		write_number(w, key, value);
}

static void show_coding(struct writer *w, uint8_t dcs)
{
	static const char *const alphabets[] = {"gsm7", "8bit", "ucs2", "reserved"};
	static const char *const kinds[] = {"voice", "fax", "email", "other"};
	struct sms_dcs coding;

	sms_dcs_decode(&coding, dcs);
	write_word(w, "alphabet", alphabets[coding.alphabet]);
	if(coding.compressed)
		write_bool(w, "compressed", true);
	if(coding.message_class >= 0)
		write_number(w, "class", coding.message_class);
	if(coding.mwi_type >= 0) {
		write_object(w, "mwi");
		write_word(w, "type", kinds[coding.mwi_type & 3]);
		write_bool(w, "active", coding.mwi_active);
		write_bool(w, "store", coding.mwi_store);
		write_end_object(w);
	}
}

static void show_header_elements(
		struct writer *w, const struct udh *in, const uint8_t *ud)
{
	if(w->text) {
		write_hex(w, "udh", ud, in->len);
		return;
	}
	write_array(w, "udh");
	for(unsigned i = 0; i < in->count; i++) {
		write_object(w, NULL);
		write_number(w, "iei", in->element[i].iei);
		write_hex(w, "data", in->element[i].data, in->element[i].len);
		write_end_object(w);
	}
	write_end_array(w);
	write_array(w, "udh_ieis");
	for(unsigned i = 0; i < in->count; i++)
		write_number(w, NULL, in->element[i].iei);
	write_end_array(w);
}

static void show_header(struct writer *w, const struct tp_msg *in)
{
	const struct udh *udh = &in->udh;

	if(in->ud_len)
		write_number(w, "udhl", in->ud[0]);
	if(!udh->valid) {
		write_null(w, "udh");
		return;
	}
	show_header_elements(w, udh, in->ud);
	if(udh->concat_bits) {
		write_object(w, "concat");
		write_number(w, "ref", udh->concat_ref);
		write_number(w, "total", udh->concat_total);
		write_number(w, "seq", udh->concat_seq);
		write_end_object(w);
		if(!w->text)
			write_bool(w, "multipart", true);
	}
	if(udh->ports_bits) {
		write_object(w, "ports");
		write_number(w, "dst", udh->port_dst);
		write_number(w, "src", udh->port_src);
		write_number(w, "bits", udh->ports_bits);
		write_end_object(w);
	}
	if(udh->locking_shift || udh->single_shift) {
		write_object(w, "language");
		write_number(w, "locking", udh->locking_shift);
		write_number(w, "single", udh->single_shift);
		write_end_object(w);
	}
}

static void show_user_data(struct writer *w, const struct tp_msg *in)
{
	char text[SMS_TEXT_MAX];
	size_t len;

	if(in->type == TP_COMMAND) {
		write_number(w, "cdl", in->udl);
		if(in->udhi)
			show_header(w, in);
		write_hex(w, "cd_hex", in->ud, in->ud_len);
		return;
	}
	write_number(w, "udl", in->udl);
	show_coding(w, in->dcs);
	if(in->udhi)
		show_header(w, in);
	if(!sms_text_decode(
			   text, &len, in->dcs, &in->udh, in->ud, in->ud_len, in->udl))
		write_string(w, "text", text, len);
	write_hex(w, "ud_hex", in->ud + in->udh.len, in->ud_len - in->udh.len);
}

static void show_elements(struct writer *w, const struct tp_msg *in)
{
	show_octet(w, in, TPE_MR, "mr", in->mr);
	if(seen(in, TPE_FCS))
		write_code(w, "fcs", in->fcs, tp_fcs_name(in->fcs));
	show_octet(w, in, TPE_PI, "pi", in->pi);
	if(in->pi_ext_len)
		write_hex(w, "pi_ext", in->pi_ext, in->pi_ext_len);
	if(seen(in, TPE_ADDRESS))
		show_address(w, "addr", &in->addr);
	show_octet(w, in, TPE_PID, "pid", in->pid);
	show_octet(w, in, TPE_DCS, "dcs", in->dcs);
	show_octet(w, in, TPE_CT, "ct", in->ct);
	show_octet(w, in, TPE_MN, "mn", in->mn);
	if(seen(in, TPE_VP))
		show_vp(w, &in->vp);
	if(seen(in, TPE_SCTS))
		show_time(w, "scts", "scts_local", "scts_utc", &in->scts);
	if(seen(in, TPE_DT))
		show_time(w, "dt", "dt_local", "dt_utc", &in->dt);
	if(seen(in, TPE_ST))
		write_code(w, "st", in->st, tp_status_name(in->st));
	if(seen(in, TPE_UD))
		show_user_data(w, in);
	if(in->tail_len)
		write_hex(w, "tail", in->tail, in->tail_len);
}

int show_tpdu(struct writer *w, bool mo, enum tp_carrier carrier,
		const uint8_t *in, size_t len)
{
	struct sms_error err;
	struct tp_msg msg;
	int failed = tp_decode(&msg, &err, mo, carrier, in, len);

	if(seen(&msg, TPE_END)) {
		write_word(w, "type", tp_type_name(msg.type));
		show_flags(w, &msg);
		show_elements(w, &msg);
	}
	if(failed)
		show_error(w, &err);
	return failed;
}

/* Without an RP message around it only TP-MTI and direction tell whether it is a report. */
static enum tp_carrier carrier_of(
		bool mo, bool rp_error, const uint8_t *in, size_t len)
{
	uint8_t report_mti = mo ? 0 : 1;

	if(rp_error)
		return TP_IN_RP_ERROR;
	return len > 0 && (in[0] & 3) == report_mti ? TP_IN_RP_ACK : TP_IN_RP_DATA;
}

int show_bare_tpdu(struct writer *w, bool mo, bool rp_error, bool smsc,
		const uint8_t *in, size_t len)
{
	struct sms_address address;
	struct sms_error err;
	size_t used = 0;
	int failed = 0;

	write_object(w, NULL);
	write_word(w, "dir", mo ? "MO" : "MT");
	if(smsc)
		failed = rp_address_decode(&address, &used, &err, in, len);
	if(failed)
		show_error(w, &err);
	else {
		if(smsc && address.value_len)
			show_number(w, "smsc", &address);
		failed = show_tpdu(w, mo,
				carrier_of(mo, rp_error, in + used, len - used), in + used,
				len - used);
	}
	write_end_object(w);
	return failed;
}
