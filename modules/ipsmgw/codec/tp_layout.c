/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The tables of tp_layout.h, and the names of types and elements for messages to people.
 */
#include "tp_layout.h"

#include <stddef.h>

#include "dcs.h"

/* clang-format off */
#define FLAG(bit, name) {bit, 0, offsetof(struct tp_msg, name)}
#define MMS {0x04, 1, offsetof(struct tp_msg, more)}

const struct tp_layout tp_layouts[TP_TYPES] = {
	[TP_DELIVER] = {
		.mti = 0, .first_known = 0xEF, .ud_max = 140,
		.element = {TPE_ADDRESS, TPE_PID, TPE_DCS, TPE_SCTS, TPE_UD},
		.flag = {MMS, FLAG(0x08, lp), FLAG(0x20, sri), FLAG(0x40, udhi), FLAG(0x80, rp)},
	},
	[TP_DELIVER_REPORT] = {
		.mti = 0, .first_known = 0x43, .by_pi = true, .ud_max = 159,
		.element = {TPE_FCS, TPE_PI, TPE_PID, TPE_DCS, TPE_UD},
		.flag = {FLAG(0x40, udhi)},
	},
	[TP_SUBMIT] = {
		.mti = 1, .first_known = 0xFF, .ud_max = 140,
		.element = {TPE_MR, TPE_ADDRESS, TPE_PID, TPE_DCS, TPE_VP, TPE_UD},
		.flag = {FLAG(0x04, rd), FLAG(0x20, srr), FLAG(0x40, udhi), FLAG(0x80, rp)},
	},
	[TP_SUBMIT_REPORT] = {
		.mti = 1, .first_known = 0x43, .by_pi = true, .ud_max = 152,
		.element = {TPE_FCS, TPE_PI, TPE_SCTS, TPE_PID, TPE_DCS, TPE_UD},
		.flag = {FLAG(0x40, udhi)},
	},
	[TP_STATUS_REPORT] = {
		.mti = 2, .first_known = 0x6F, .by_pi = true, .ud_max = 140,
		.element = {TPE_MR, TPE_ADDRESS, TPE_SCTS, TPE_DT, TPE_ST, TPE_PI, TPE_PID, TPE_DCS, TPE_UD},
		.flag = {MMS, FLAG(0x08, lp), FLAG(0x20, srq), FLAG(0x40, udhi)},
	},
	[TP_COMMAND] = {
		.mti = 2, .first_known = 0x63, .ud_max = 156,
		.element = {TPE_MR, TPE_PID, TPE_CT, TPE_MN, TPE_ADDRESS, TPE_UD},
		.flag = {FLAG(0x20, srr), FLAG(0x40, udhi)},
	},
};
/* clang-format on */

const uint16_t tp_octet_offset[TPE_COUNT] = {
		[TPE_MR] = offsetof(struct tp_msg, mr),
		[TPE_FCS] = offsetof(struct tp_msg, fcs),
		[TPE_PID] = offsetof(struct tp_msg, pid),
		[TPE_DCS] = offsetof(struct tp_msg, dcs),
		[TPE_CT] = offsetof(struct tp_msg, ct),
		[TPE_MN] = offsetof(struct tp_msg, mn),
		[TPE_ST] = offsetof(struct tp_msg, st),
};

int tp_ud_octets(enum tp_type type, uint8_t dcs, uint8_t udl, uint8_t max)
{
	struct sms_dcs coding;

	if(type != TP_COMMAND) {
		sms_dcs_decode(&coding, dcs);
		if(coding.alphabet == ALPHABET_GSM7 && !coding.compressed) {
			if(udl > max * 8 / 7)
				return -1;
			return (udl * 7 + 7) / 8;
		}
	}
	return udl > max ? -1 : udl;
}

const char *tp_type_name(enum tp_type type)
{
	static const char *const names[TP_TYPES] = {"DELIVER", "DELIVER-REPORT",
			"SUBMIT", "SUBMIT-REPORT", "STATUS-REPORT", "COMMAND"};

	return (unsigned)type < TP_TYPES ? names[type] : "unknown";
}

const char *tp_element_name(enum tp_type type, enum tp_element element)
{
	static const char *const address[TP_TYPES] = {[TP_DELIVER] = "TP-OA",
			[TP_SUBMIT] = "TP-DA",
			[TP_STATUS_REPORT] = "TP-RA",
			[TP_COMMAND] = "TP-DA"};
	static const char *const names[TPE_COUNT] = {[TPE_END] = "TP-MTI",
			[TPE_MR] = "TP-MR",
			[TPE_FCS] = "TP-FCS",
			[TPE_PI] = "TP-PI",
			[TPE_PID] = "TP-PID",
			[TPE_DCS] = "TP-DCS",
			[TPE_CT] = "TP-CT",
			[TPE_MN] = "TP-MN",
			[TPE_VP] = "TP-VP",
			[TPE_SCTS] = "TP-SCTS",
			[TPE_DT] = "TP-DT",
			[TPE_ST] = "TP-ST",
			[TPE_UD] = "TP-UD"};
	const char *name = NULL;

	if(element == TPE_ADDRESS && (unsigned)type < TP_TYPES)
		name = address[type];
	else if((unsigned)element < TPE_COUNT)
		name = names[element];
	return name ? name : "unknown";
}
