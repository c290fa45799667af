/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The values in Sh-Data, each from the text of its element into its member of struct sh_data. Only for sh_data.c, which
 * knows where in the document they stand.
 */
#ifndef IPSMGW_IMS_SH_DATA_VALUE_H
#define IPSMGW_IMS_SH_DATA_VALUE_H

#include "sh_data.h"

struct sh_reader
{
	struct sh_data *out;
	char *text; /* the caller's buffer; strings are put one behind the other */
	size_t cap, len;
};

enum sh_taken
{
	SH_TAKEN,
	SH_UNREADABLE, /* it cannot be what its element says */
	SH_NO_ROOM,	   /* in the list or in the buffer */
};

/* Take a text, which is trimmed and not empty. The member keeps the first value that could be read; a list takes each
 * once. */
typedef enum sh_taken sh_take_fn(
		struct sh_reader *r, void *member, struct span value);

/* struct span: without blanks, controls, quotes and angle brackets */
sh_take_fn sh_take_printable, sh_take_sip_uri;
/* char[SH_NUMBER_MAX_DIGITS + 1]: digits, "+" is taken off, not zeros alone */
sh_take_fn sh_take_number;
/* The same, from the base64 of an address string (type octet and semi-octets), or of digits; also digits as they are */
sh_take_fn sh_take_address;
/* int, SH_NOT_STATED before */
sh_take_fn sh_take_user_state, sh_take_voice_over_ps, sh_take_rat_type;
/* bool: true by 0, the only value of UEIPReachability that is known */
sh_take_fn sh_take_reachable;
/* The lists of struct sh_data, and its IMSI */
sh_take_fn sh_take_impu, sh_take_impi, sh_take_msisdn, sh_take_imsi;

#endif
