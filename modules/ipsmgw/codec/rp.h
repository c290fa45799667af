/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The RP layer: one RP message is one application/vnd.3gpp.sms body (TS 24.011 clauses 7.3, 8.2, 9).
 */
#ifndef IPSMGW_CODEC_RP_H
#define IPSMGW_CODEC_RP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "address.h"
#include "error.h"

/* the longest RP message we send: RP-DATA with an RP-UD of RP_UD_MAX_OCTETS */
#define RP_MAX_OCTETS 249
#define RP_UD_MAX_OCTETS 233
#define RP_MAX_DIAGNOSTIC 254

enum rp_type
{
	RP_DATA,
	RP_ACK,
	RP_ERROR,
	RP_SMMA,
};

/* RP-Cause values (8.2.5.4) */
enum rp_cause
{
	RP_CAUSE_UNASSIGNED_NUMBER = 1,
	RP_CAUSE_OPERATOR_DETERMINED_BARRING = 8,
	RP_CAUSE_CALL_BARRED = 10,
	RP_CAUSE_SM_TRANSFER_REJECTED = 21,
	RP_CAUSE_MEMORY_CAPACITY_EXCEEDED = 22,
	RP_CAUSE_DESTINATION_OUT_OF_ORDER = 27,
	RP_CAUSE_UNIDENTIFIED_SUBSCRIBER = 28,
	RP_CAUSE_FACILITY_REJECTED = 29,
	RP_CAUSE_UNKNOWN_SUBSCRIBER = 30,
	RP_CAUSE_NETWORK_OUT_OF_ORDER = 38,
	RP_CAUSE_TEMPORARY_FAILURE = 41,
	RP_CAUSE_CONGESTION = 42,
	RP_CAUSE_RESOURCES_UNAVAILABLE = 47,
	RP_CAUSE_FACILITY_NOT_SUBSCRIBED = 50,
	RP_CAUSE_FACILITY_NOT_IMPLEMENTED = 69,
	RP_CAUSE_INVALID_REFERENCE = 81,
	RP_CAUSE_SEMANTICALLY_INCORRECT = 95,
	RP_CAUSE_INVALID_MANDATORY_INFORMATION = 96,
	RP_CAUSE_MESSAGE_TYPE_NON_EXISTENT = 97,
	RP_CAUSE_MESSAGE_NOT_COMPATIBLE = 98,
	RP_CAUSE_IE_NON_EXISTENT = 99,
	RP_CAUSE_PROTOCOL_ERROR = 111,
	RP_CAUSE_INTERWORKING = 127,
};

/* One RP message. Pointers go into the octets given to rp_decode(). */
struct rp_msg
{
	bool has_mr;   /* the first two octets were there: mr can be answered */
	uint8_t mr;	   /* RP-Message-Reference */
	uint8_t first; /* first octet as received, spare bits included */
	bool mo;	   /* from the UE */
	enum rp_type type;
	struct sms_address oa, da; /* RP-DATA; RP-OA is empty in MO, RP-DA in MT */
	uint8_t cause;			   /* RP-ERROR, the 7 bits of the value */
	uint8_t diagnostic_len;
	const uint8_t *diagnostic;
	bool cause_defaulted; /* RP-ERROR without a usable RP-Cause: cause was set to 111 */
	bool has_ud;
	const uint8_t *ud; /* RP-User-Data: the TPDU */
	uint8_t ud_len;
	/* everything after the mandatory part, as received (tagged elements, stray octets); encoding sends it instead of
	 * RP-UD when it is there, so who changes ud of a decoded report sets options_len to 0 */
	const uint8_t *options;
	size_t options_len;
};

/* One tagged element of the optional part. */
struct rp_element
{
	uint8_t iei;
	uint8_t len;
	const uint8_t *data;
};

#define RP_IEI_USER_DATA 0x41

/* Decode a body. 0, or -1 with *err filled; out->has_mr and out->mr hold whenever two octets were there, so that
 * an RP-ERROR with err->cause can be sent; err->cause is 0 when they were not. */
int rp_decode(struct rp_msg *out, struct sms_error *err, bool mo,
		const uint8_t *in, size_t len);

/* The same for what a peer wants to be sent to a UE: RP-OA may be empty, for the service centre that the UE sees is ours. */
int rp_decode_order(struct rp_msg *out, struct sms_error *err,
		const uint8_t *in, size_t len);

/* The next tagged element of in->options: *pos is 0 at first. false at the end, or where octets are left that are no
 * element; those are ignored, as is every unknown element. */
bool rp_option_next(
		struct rp_element *out, size_t *pos, const struct rp_msg *in);

/* Encode; *len = octets written. 0, or -1 when a field is out of range or cap is too small. */
int rp_encode(uint8_t *out, size_t cap, size_t *len, const struct rp_msg *in);

/* "RP-DATA", "RP-ACK", ... */
const char *rp_type_name(enum rp_type type);

/* The name the standard gives an RP-Cause, or "unknown". */
const char *rp_cause_name(uint8_t cause);

#endif
