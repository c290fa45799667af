/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * TP-FCS and TP-ST in words, for people (TS 23.040 9.2.3.22, 9.2.3.15).
 */
#include <stddef.h>

#include "show.h"

const char *tp_fcs_name(uint8_t fcs)
{
	/* clang-format off */
	static const char *const names[256] = {
		[0x80] = "telematic interworking not supported",
		[0x81] = "short message type 0 not supported",
		[0x82] = "cannot replace short message",
		[0x8F] = "unspecified TP-PID error",
		[0x90] = "alphabet not supported",
		[0x91] = "message class not supported",
		[0x9F] = "unspecified TP-DCS error",
		[0xA0] = "command cannot be actioned",
		[0xA1] = "command unsupported",
		[0xAF] = "unspecified TP-Command error",
		[0xB0] = "TPDU not supported",
		[0xC0] = "SC busy",
		[0xC1] = "no SC subscription",
		[0xC2] = "SC system failure",
		[0xC3] = "invalid SME address",
		[0xC4] = "destination SME barred",
		[0xC5] = "rejected, duplicate",
		[0xC6] = "TP-VPF not supported",
		[0xC7] = "TP-VP not supported",
		[0xD0] = "(U)SIM SMS storage full",
		[0xD1] = "no SMS storage capability in (U)SIM",
		[0xD2] = "error in MS",
		[0xD3] = "memory capacity exceeded",
		[0xD4] = "(U)SIM application toolkit busy",
		[0xD5] = "(U)SIM data download error",
		[0xFF] = "unspecified",
	};
	/* clang-format on */

	if(fcs >= 0xE0 && fcs <= 0xFE)
		return "application specific";
	return names[fcs];
}

const char *tp_status_name(uint8_t st)
{
	static const char *const class_names[4] = {"done",
			"temporary error, the SC still tries", "permanent error",
			"temporary error, the SC has given up"};
	/* clang-format off */
	static const char *const names[128] = {
		[0x00] = "received by the SME",
		[0x01] = "forwarded, delivery not confirmed",
		[0x02] = "replaced by the SC",
		[0x20] = "congestion",
		[0x21] = "SME busy",
		[0x22] = "no response from SME",
		[0x23] = "service rejected",
		[0x24] = "quality of service not available",
		[0x25] = "error in SME",
		[0x40] = "remote procedure error",
		[0x41] = "incompatible destination",
		[0x42] = "connection rejected by SME",
		[0x43] = "not obtainable",
		[0x44] = "quality of service not available",
		[0x45] = "no interworking available",
		[0x46] = "validity period expired",
		[0x47] = "deleted by originating SME",
		[0x48] = "deleted by SC administration",
		[0x49] = "message does not exist",
		[0x60] = "congestion",
		[0x61] = "SME busy",
		[0x62] = "no response from SME",
		[0x63] = "service rejected",
		[0x64] = "quality of service not available",
		[0x65] = "error in SME",
	};
	/* clang-format on */

	if(st & 0x80)
		return NULL;
	return names[st] ? names[st] : class_names[st >> 5];
}
