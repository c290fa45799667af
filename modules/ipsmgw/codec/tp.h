/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The TP layer: the six TPDUs of TS 23.040 9.2.2, decoded and encoded bit-exact.
 */
#ifndef IPSMGW_CODEC_TP_H
#define IPSMGW_CODEC_TP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "address.h"
#include "error.h"
#include "time.h"
#include "udh.h"

#define TP_MAX_OCTETS 164 /* the longest TPDU, of any type */

enum tp_type
{
	TP_DELIVER,
	TP_DELIVER_REPORT,
	TP_SUBMIT,
	TP_SUBMIT_REPORT,
	TP_STATUS_REPORT,
	TP_COMMAND,
};

/* Which RP message carries the TPDU: with TP-MTI it decides the type, and whether there is a TP-FCS. */
enum tp_carrier
{
	TP_IN_RP_DATA,
	TP_IN_RP_ACK,
	TP_IN_RP_ERROR,
};

#define TP_FCS_TPDU_NOT_SUPPORTED 0xB0
#define TP_FCS_UNSPECIFIED 0xFF

enum tp_vpf
{
	VPF_NONE = 0,
	VPF_ENHANCED = 1,
	VPF_RELATIVE = 2,
	VPF_ABSOLUTE = 3,
};

struct tp_vp
{
	enum tp_vpf format;
	uint8_t len; /* 0, 1 or 7 */
	uint8_t raw[7];
	bool has_seconds; /* relative, or an enhanced form that gives a length of time */
	uint32_t seconds;
	bool single_shot;	   /* enhanced: bit 6 */
	struct sms_time until; /* absolute: the instant of expiry */
};

/* Seconds from `now` (since 1970) to the end of the validity, 0 when it is over; relative ones begin now. false: TP-VP gives none. */
bool tp_vp_left(uint32_t *out, const struct tp_vp *vp, int64_t now);

#define TP_PI_PID 0x01
#define TP_PI_DCS 0x02
#define TP_PI_UDL 0x04

/* The elements behind the first octet, in no particular order. */
enum tp_element
{
	TPE_END,
	TPE_MR,
	TPE_FCS,
	TPE_PI,
	TPE_ADDRESS, /* TP-OA, TP-DA or TP-RA */
	TPE_PID,
	TPE_DCS,
	TPE_CT,
	TPE_MN,
	TPE_VP,
	TPE_SCTS,
	TPE_DT,
	TPE_ST,
	TPE_UD, /* TP-UDL and TP-UD, or TP-CDL and TP-CD */
	TPE_COUNT,
};

/* One TPDU. Pointers go into the octets given to tp_decode(). */
struct tp_msg
{
	enum tp_type type;
	/* bit n: element n was read; when decoding failed half-way this tells what holds (bit TPE_END: the type) */
	uint16_t seen;
	uint8_t first; /* first octet; encoding keeps its spare bits */
	bool more; /* TP-MMS bit 0: more messages are waiting (DELIVER, STATUS-REPORT) */
	bool lp, sri, srr, srq, rd, udhi, rp;
	uint8_t mr, pid, dcs, ct, mn, st;
	bool has_fcs;
	uint8_t fcs;
	bool has_pi; /* TP-PI is there (it may be absent at the end of a STATUS-REPORT) */
	uint8_t pi;			/* first TP-PI octet */
	uint8_t pi_ext_len; /* further TP-PI octets (bit 8), kept raw */
	const uint8_t *pi_ext;
	/* what is there: always in DELIVER and SUBMIT, by TP-PI in reports; encoding makes TP-PI from them */
	bool has_pid, has_dcs, has_ud;
	uint8_t udl;	   /* TP-UDL (TP-CDL in a COMMAND) */
	uint8_t ud_len;	   /* octets of TP-UD or TP-CD */
	const uint8_t *ud; /* TP-UD or TP-CD, the header included */
	size_t tail_len;
	/* octets after the last known element, ignored and kept */
	const uint8_t *tail;
	struct sms_time scts, dt; /* hold only when seen */
	struct tp_vp vp;
	struct sms_address addr; /* TP-OA, TP-DA or TP-RA */
	struct udh udh;			 /* valid only when udhi */
};

/* Decode a TPDU that came in this direction (mo: from the UE) in this RP message. 0, or -1 with *err filled
 * (offset counts from in): cause 111 with TP-FCS B0 for a TPDU of a type that cannot be there, 111 with FF when octets
 * are missing, 95 with FF when the content is impossible. */
int tp_decode(struct tp_msg *out, struct sms_error *err, bool mo,
		enum tp_carrier carrier, const uint8_t *in, size_t len);

/* Encode; *len = octets written. The flags, not `first`, decide the named bits; addresses, times and TP-VP are sent from
 * their raw octets. 0, or -1 when it cannot be: a field out of range or more than cap octets. */
int tp_encode(uint8_t *out, size_t cap, size_t *len, const struct tp_msg *in);

/* "SUBMIT", "STATUS-REPORT", ... */
const char *tp_type_name(enum tp_type type);

/* The standard's name of an element in a TPDU of that type: "TP-DA", "TP-UD", ... */
const char *tp_element_name(enum tp_type type, enum tp_element element);

#endif
