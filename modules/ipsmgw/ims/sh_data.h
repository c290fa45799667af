/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Sh-Data, the XML document in User-Data of the Sh interface (TS 29.328 annex C, D): the one that tells the HSS of this
 * IP-SM-GW is written, those that the HSS sends in UDA and PNR are read. Plain C, libxml2 through xmldoc.h.
 */
#ifndef IPSMGW_IMS_SH_DATA_H
#define IPSMGW_IMS_SH_DATA_H

#include <stdint.h>

#include "identity.h"
#include "span.h"
#include "xmldoc.h"

#define SH_DATA_IMPUS 32
#define SH_DATA_MSISDNS 8
#define SH_DATA_IMPIS 8
#define SH_DATA_TEXT XMLDOC_MAX_OCTETS
#define SH_NUMBER_MAX_DIGITS 20 /* tSCAddress */

/* Bits of struct sh_data present: an element of these data was in the document. It may have been empty, which is how an
 * HSS says that it has none, or unreadable. The Data-Reference (TS 29.328 7.6) is beside each. */
enum sh_present
{
	SH_HAS_IMPU = 1 << 0,			  /* 10 IMSPublicIdentity */
	SH_HAS_USER_STATE = 1 << 1,		  /* 11 IMSUserState */
	SH_HAS_SCSCF = 1 << 2,			  /* 12 S-CSCFName */
	SH_HAS_LOCATION = 1 << 3,		  /* 14 LocationInformation */
	SH_HAS_MSISDN = 1 << 4,			  /* 17 MSISDN */
	SH_HAS_SMS_REGISTRATION = 1 << 5, /* 24 SMSRegistrationInfo */
	SH_HAS_REACHABILITY = 1 << 6,	  /* 25 UEReachabilityForIP */
	SH_HAS_TADS = 1 << 7,			  /* 26 T-ADSInformation */
	SH_HAS_IMSI = 1 << 8,			  /* 32 IMSI */
	SH_HAS_IMPI = 1 << 9,			  /* 33 IMSPrivateUserIdentity */
};

#define SH_NOT_STATED (-1)

/* IMSUserState; or SH_NOT_STATED */
enum sh_user_state
{
	SH_NOT_REGISTERED = 0,
	SH_REGISTERED = 1,
	SH_UNREGISTERED_SERVICES = 2,
	SH_AUTHENTICATION_PENDING = 3,
};

/* IMSVoiceOverPSSessionSupport; or SH_NOT_STATED */
enum sh_voice_over_ps
{
	SH_VOICE_NOT_SUPPORTED = 0,
	SH_VOICE_SUPPORTED = 1,
	SH_VOICE_UNKNOWN = 2,
};

/* What a document says. Numbers are digits without "+", NUL-terminated, "": none. Spans lie in the buffer given to
 * sh_data_parse(), len 0: none. Of several values of one element the first that can be read counts. */
struct sh_data
{
	unsigned present; /* enum sh_present */

	struct span impus[SH_DATA_IMPUS]; /* URIs, of all identity sets */
	size_t impus_len;
	char msisdns[SH_DATA_MSISDNS][MSISDN_MAX_DIGITS + 1];
	size_t msisdns_len;
	struct span impis[SH_DATA_IMPIS];
	size_t impis_len;
	char imsi[IMSI_MAX_DIGITS + 1];

	int user_state;	   /* enum sh_user_state */
	struct span scscf; /* a SIP URI */

	char ip_sm_gw_number[SH_NUMBER_MAX_DIGITS + 1];
	char sc_address[SH_NUMBER_MAX_DIGITS + 1];

	bool reachable_mme; /* UEReachabilityForIP */
	bool reachable_sgsn;
	bool reachable_other; /* another node than these */

	int voice_over_ps;				   /* enum sh_voice_over_ps */
	int rat_type;					   /* TS 29.212; or SH_NOT_STATED */
	struct span last_ue_activity_time; /* as it stands there */

	struct span mme_name; /* DiameterIdentity */
	char vlr_number[SH_NUMBER_MAX_DIGITS + 1];
	char msc_number[SH_NUMBER_MAX_DIGITS + 1];

	size_t skipped; /* values that cannot be what their element says */
	size_t dropped; /* those beyond the bounds, or of the buffer */
};

/* Read a document; its strings are copied to text (SH_DATA_TEXT octets hold those of any UTF-8 document). Elements are
 * known by their local name. XMLDOC_OK, or why there is nothing in out: XMLDOC_UNKNOWN when the root is not Sh-Data. */
enum xmldoc_error sh_data_parse(
		struct sh_data *out, char *text, size_t cap, struct span document);

/* Room for each of the two below. */
#define SH_DATA_SMS_REGISTRATION_MAX 320

/* The document for PUR with SMSRegistrationInfo that makes this number (1 to 15 digits, international, no "+", no leading
 * 0) the IP-SM-GW of the subscriber; *len octets at out. 0, or -1: no such number, or it does not fit. */
int sh_data_register(
		char *out, size_t cap, size_t *len, struct span ip_sm_gw_number);

/* The one that takes the IP-SM-GW away: its number is empty. 0, or -1: it does not fit. */
int sh_data_deregister(char *out, size_t cap, size_t *len);

#endif
