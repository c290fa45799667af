/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What is asked over Diameter and what is answered, as plain structs of fixed size: the contract of hss/ (which knows
 * Kamailio) and diameter/ (which knows freeDiameter). They live in the slots of slots.h, in shared memory, so there is no
 * pointer in them. A struct of zeros has nothing in it: every optional part has a bit in `has`, or is empty text.
 *
 * Numbers (MSISDN, IMSI, SC-Address, node numbers) are ASCII digits, international, no "+"; texts are NUL-terminated and
 * are cut nowhere: what does not fit is refused. TS 29.328/29.329 (Sh), TS 29.338 (S6c, SGd).
 */
#ifndef IPSMGW_DIAMETER_MESSAGE_H
#define IPSMGW_DIAMETER_MESSAGE_H

#include <stdbool.h>
#include <stdint.h>

/* Octets of a DiameterIdentity, an IMPU, an IMPI. */
#define DIAMETER_TEXT_MAX 255
/* Semi-octets of a number; E.164 has 15. */
#define DIAMETER_DIGITS_MAX 20
/* Octets of SM-RP-UI: TS 29.338 says 200, the RP layer carries up to this. */
#define DIAMETER_TPDU_MAX 232
/* Octets of Sh User-Data. */
#define DIAMETER_USER_DATA_MAX 8192
/* Data-References of one command. */
#define DIAMETER_REFERENCES_MAX 8
/* Nodes of one SRA. */
#define DIAMETER_NODES_MAX 8

typedef char diameter_text[DIAMETER_TEXT_MAX + 1];
typedef char diameter_digits[DIAMETER_DIGITS_MAX + 1];

/* Who a node is to Diameter. The realm may be empty where the host alone is known, and the other way round. */
struct diameter_host
{
	diameter_text host;
	diameter_text realm;
};

/* OFR, TFR and ALR have their place here and no code yet: a slot with one of them ends as DIAMETER_MALFORMED. */
enum diameter_operation
{
	DIAMETER_NO_OPERATION,
	DIAMETER_PUR, /* Sh: write data of the user, Data-Reference 24 for the gateway's own address */
	DIAMETER_UDR, /* Sh: read data of the user */
	DIAMETER_SNR, /* Sh: subscribe to changes */
	DIAMETER_PNR, /* Sh: a change, HSS to gateway only */
	DIAMETER_SRR, /* S6c: serving nodes of the user */
	DIAMETER_RDR, /* S6c: outcome of a delivery */
	DIAMETER_ALR, /* S6c: the user can be reached */
	DIAMETER_OFR, /* SGd: mobile originated short message */
	DIAMETER_TFR, /* SGd: mobile terminated short message */
	DIAMETER_OPERATIONS
};

/* What the user is known by: User-Identity of Sh; the MSISDN of S6c goes here, too, the IMSI into user_name. */
enum diameter_identity_type
{
	DIAMETER_NO_IDENTITY, /* S6c: user_name alone */
	DIAMETER_IMPU, /* Public-Identity: a SIP or tel URI in canonical form */
	DIAMETER_MSISDN,
	DIAMETER_EXTERNAL_IDENTIFIER
};

/* Kinds of nodes that serve a user or tried to reach him. Also the index into deliveries and absences. */
enum diameter_node_type
{
	DIAMETER_NODE_MME,
	DIAMETER_NODE_SGSN,
	DIAMETER_NODE_MSC,
	DIAMETER_NODE_SMSF_3GPP,
	DIAMETER_NODE_SMSF_NON_3GPP,
	DIAMETER_NODE_IP_SM_GW,
	DIAMETER_NODE_TYPES
};

/* A serving node of an SRA. Empty: was not there. */
struct diameter_node
{
	uint8_t type;	 /* enum diameter_node_type */
	bool additional; /* from Additional-Serving-Node */
	diameter_digits number;
	diameter_text name; /* Diameter identity */
	diameter_text realm;
};

/* What became of a message at one kind of node: RDR, 3317-3320, 3336, 3337. */
struct diameter_delivery
{
	bool set;
	bool has_diagnostic;
	uint8_t cause; /* SM-Delivery-Cause: 0 memory full, 1 absent, 2 delivered */
	uint32_t diagnostic; /* Absent-User-Diagnostic-SM */
};

/* Bits of `has` in a request. */
enum
{
	REQUEST_IDENTITY_SET = 1 << 0,
	REQUEST_REQUESTED_DOMAIN = 1 << 1,
	REQUEST_REQUESTED_NODES = 1 << 2,
	REQUEST_EXPIRY_TIME = 1 << 3,
	REQUEST_ONE_TIME =
			1 << 4, /* One-Time-Notification; always with Data-Reference 25 */
	REQUEST_SEND_DATA =
			1 << 5, /* Send-Data-Indication: the answer carries the data */
	REQUEST_UNSUBSCRIBE = 1 << 6, /* Subs-Req-Type 1 */
	REQUEST_FEATURES = 1 << 7,
	REQUEST_FLAGS = 1 << 8,
	REQUEST_SM_RP_MTI = 1 << 9,
	REQUEST_IMSI_ONLY = 1 << 10,	/* SM-Delivery-Not-Intended 0 */
	REQUEST_EPS_LOCATION = 1 << 11, /* UDR-Flags bit 0 */
	REQUEST_RETRANSMITTED = 1 << 12 /* incoming: the T bit of the header */
};

/* A request, ours or (where the slot says so) one to us. User-Data of PUR and PNR is in the slot. */
struct diameter_request
{
	uint8_t operation; /* enum diameter_operation */
	uint8_t identity_type;
	uint8_t references;
	uint8_t reference[DIAMETER_REFERENCES_MAX]; /* Data-Reference */
	uint32_t has;

	/* Ours: Destination-Host and -Realm; an empty realm is the realm of the settings, an empty host lets the realm decide.
	 * To us: Origin-Host and -Realm. */
	struct diameter_host peer;
	diameter_text identity;
	diameter_text user_name; /* IMPI or IMSI (Sh), IMSI (S6c) */

	/* Sh */
	diameter_text server_name;
	uint8_t identity_set;
	uint8_t requested_domain;
	uint32_t requested_nodes; /* bits */
	uint32_t features;		  /* Feature-List 1: bit 0 Notif-Eff ... */
	int64_t expiry_time;	  /* Unix seconds */

	/* S6c, SGd */
	diameter_digits sc_address;
	uint8_t sm_rp_mti;
	uint32_t flags; /* SRR-Flags, RDR-Flags, OFR-Flags or TFR-Flags */
	struct diameter_delivery delivery[DIAMETER_NODE_TYPES];
	uint8_t tpdu_len;
	uint8_t tpdu[DIAMETER_TPDU_MAX];
};

/* How a request ended. */
enum diameter_outcome
{
	DIAMETER_NO_OUTCOME,
	DIAMETER_ANSWERED,	  /* by the peer: result and vendor are its verdict */
	DIAMETER_TIMEOUT,	  /* nothing came in time; incoming: no reply of ours */
	DIAMETER_NO_PEER,	  /* none is open that serves realm and application */
	DIAMETER_SEND_FAILED, /* could not be queued or encoded by libfdcore */
	DIAMETER_NODE_RESTARTED, /* the Diameter process ended meanwhile */
	DIAMETER_MALFORMED, /* an answer without result; a request of nonsense */
	DIAMETER_OUTCOMES
};

/* Bits of `has` in an answer. */
enum
{
	ANSWER_MWD_STATUS = 1 << 0,
	ANSWER_FEATURES = 1 << 1,
	ANSWER_EXPIRY_TIME = 1 << 2,
	ANSWER_FAILED_AVP = 1 << 3,
	ANSWER_ABSENT_DIAGNOSTIC = 1 << 4,
	ANSWER_FAILURE_CAUSE = 1 << 5,
	ANSWER_USER_DATA_CUT = 1 << 6, /* User-Data did not fit: there is none */
	ANSWER_RETRIED = 1 << 7		   /* of a second peer, after 3002 or 3004 */
};

/* An answer, to us or (incoming) ours. User-Data of UDA and SNA and the nodes of SRA are in the slot. */
struct diameter_answer
{
	uint8_t outcome; /* enum diameter_outcome */
	uint8_t nodes;	 /* how many the slot has */
	uint32_t has;
	/* Result-Code when vendor is 0, else the vendor's Experimental-Result-Code. */
	uint32_t result;
	uint32_t vendor;
	struct diameter_host origin;
	uint32_t features;	 /* Feature-List 1 */
	uint32_t failed_avp; /* code of the first AVP in Failed-AVP */
	uint32_t failed_avp_vendor;
	int64_t expiry_time; /* Unix seconds */
	uint64_t round_trip_us;

	/* S6c, SGd */
	diameter_text user_name; /* IMSI; also that of User-Identifier */
	diameter_digits msisdn;	 /* of User-Identifier */
	uint32_t mwd_status;	 /* bits, 3312 */
	uint32_t absent_set;	 /* bit 1 << type: absent[type] was there */
	uint32_t absent[DIAMETER_NODE_TYPES]; /* diagnostic by kind of node */
	uint32_t absent_diagnostic;			  /* 3322, of a TFA */
	uint32_t failure_cause;				  /* 3304 */
	uint8_t tpdu_len;
	uint8_t tpdu[DIAMETER_TPDU_MAX]; /* SM-RP-UI, or SM-Diagnostic-Info */
};

#endif
