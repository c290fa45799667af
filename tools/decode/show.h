/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Decoded messages to the writer, member by member. The member names are those of test/vectors/README.md.
 */
#ifndef IPSMGW_DECODE_SHOW_H
#define IPSMGW_DECODE_SHOW_H

#include "codec/rp.h"
#include "codec/tp.h"
#include "writer.h"

enum direction
{
	DIRECTION_UNKNOWN,
	DIRECTION_MO,
	DIRECTION_MT,
};

/* One RP message as an object; without a direction the RP-MTI tells it. 0, or -1 when something in it was refused. */
int show_rp(struct writer *w, enum direction direction, const uint8_t *in,
		size_t len);

/* One TPDU that came alone, as an object. smsc: it has the SMSC address in front, as on a modem's AT interface. */
int show_bare_tpdu(struct writer *w, bool mo, bool rp_error, bool smsc,
		const uint8_t *in, size_t len);

/* The members of a TPDU into the open object, up to where it was refused. */
int show_tpdu(struct writer *w, bool mo, enum tp_carrier carrier,
		const uint8_t *in, size_t len);

void show_address(
		struct writer *w, const char *key, const struct sms_address *in);
/* Its digits or text alone, with + before an international number. */
void show_number(
		struct writer *w, const char *key, const struct sms_address *in);
void show_error(struct writer *w, const struct sms_error *in);

/* The names the standard gives the values of TP-FCS and TP-ST; NULL: reserved. */
const char *tp_fcs_name(uint8_t fcs);
const char *tp_status_name(uint8_t st);

#endif
