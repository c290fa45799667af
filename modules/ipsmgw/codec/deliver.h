/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The TPDUs that go to a UE: a text as SMS-DELIVERs, part by part (TS 23.040 9.2.2.1), and an SMS-STATUS-REPORT (9.2.2.3).
 * For the gateway's flows toward a UE; text.h plans and cuts the text, tp.h writes the TPDU.
 */
#ifndef IPSMGW_CODEC_DELIVER_H
#define IPSMGW_CODEC_DELIVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "address.h"
#include "text.h"
#include "time.h"
#include "tp.h"

/* Which alphabet the sender insists on. */
enum deliver_coding
{
	DELIVER_ANY,  /* the one with the fewest parts */
	DELIVER_GSM7, /* the default alphabet, or a language of those allowed */
	DELIVER_UCS2,
};

#define DELIVER_NO_CLASS (-1)

struct deliver_options
{
	struct sms_address oa; /* TP-OA; may be one without digits */
	struct sms_time scts;  /* TP-SCTS, its raw octets: the same in all parts */
	uint8_t pid;
	int8_t message_class; /* 0 to 3, or DELIVER_NO_CLASS */
	bool sri;			  /* TP-Status-Report-Indication */
	enum deliver_coding coding;
	uint32_t languages;	 /* bit n: language id n may be used */
	uint8_t concat_bits; /* 8 or 16: the reference of several parts */
	uint16_t ref;		 /* its low octet with 8 bits */
	/* a whole user data header of the sender's own, UDHL first: then there is one part. udh_len 0: none. National
	 * language elements in it choose the tables, and `languages` does not count. */
	const uint8_t *udh;
	size_t udh_len;
};

enum deliver_error
{
	DELIVER_TOO_LONG = -1,	   /* more than SMS_MAX_PARTS parts */
	DELIVER_DOES_NOT_FIT = -2, /* the text, behind that header */
	DELIVER_NO_CODE = -3, /* a character is not in the alphabet insisted on */
	DELIVER_BAD_OPTION =
			-4, /* text that is no UTF-8, a header that is none, a class or concat_bits that cannot be */
};

/* A text on its way into TPDUs. It holds no memory; text and udh belong to the caller and must live until the last part
 * is made. Who moves them sets these two pointers. The rest is for deliver_next(). */
struct deliver
{
	const char *text;
	const uint8_t *udh;
	size_t len;
	size_t pos; /* octets of the text in the parts made */
	struct sms_text_plan plan;
	uint16_t made; /* parts made */
	uint16_t ref;
	uint8_t oa[TP_ADDRESS_MAX_OCTETS];
	uint8_t scts[SMS_TIME_OCTETS];
	uint8_t pid;
	uint8_t udh_len;
	int8_t message_class;
	bool sri;
};

/* Begin with a text of len octets UTF-8; it may be empty. Returns the number of its parts, 1 to SMS_MAX_PARTS, or an
 * enum deliver_error. */
int deliver_begin(struct deliver *out, const struct deliver_options *options,
		const char *text, size_t len);

/* The next part; TP-MMS says "more" in all but the last. 0, or -1: all were made. */
int deliver_next(uint8_t out[TP_MAX_OCTETS], size_t *len, struct deliver *from);

/* The same SMS-DELIVER from somebody else. 0, or -1: it is none, its TP-OA cannot be read, or it would be too long. */
int deliver_from(uint8_t out[TP_MAX_OCTETS], size_t *len,
		const struct sms_address *oa, const uint8_t *tpdu, size_t tpdu_len);

/* What a status report says of a short message that the UE submitted. */
struct status_report
{
	uint8_t mr;			   /* TP-MR of the SMS-SUBMIT */
	struct sms_address ra; /* its TP-DA */
	struct sms_time
			scts;		/* the TP-SCTS its SMS-SUBMIT-REPORT had; raw octets */
	struct sms_time dt; /* when the outcome came; raw octets */
	uint8_t st;			/* TP-Status */
};

/* Its TPDU, with nothing behind TP-ST. 0, or -1: an address that cannot be. */
int status_report_encode(uint8_t out[TP_MAX_OCTETS], size_t *len,
		const struct status_report *in);

#endif
