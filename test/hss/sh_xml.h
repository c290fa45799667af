/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Sh-Data documents (TS 29.328 annexes C and D) of the HSS of the tests: writing those of UDA, SNA and PNR, reading that of
 * PUR. Reads strictly, by exact nesting, as the schema of the standard has it; shares nothing with the gateway's reader and
 * writer.
 */
#ifndef HSS_SH_XML_H
#define HSS_SH_XML_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "data.h"

/* What to write. References are bits, 1 << Data-Reference. */
struct sh_wish
{
	uint64_t references;
	bool empty_elements; /* for what is not known; else it is left out (TS 29.328, feature Notif-Eff) */
	int identity_set; /* -1: not asked for */
	int domain;		  /* Requested-Domain; -1: both */
};

/* The document, malloc'd; NULL with *len 0: nothing to say of all that. Length in *len. -1 in *len: no memory. */
char *sh_write(
		long *len, const struct subscriber *subscriber, struct sh_wish wish);

/* The same in the shape of PyHSS, which has one document for everything and puts some of it where the schema does not. */
char *sh_write_pyhss(long *len, const struct subscriber *subscriber);

/* The IP-SM-GW-Number of SMSRegistrationInfo; empty: deregistration. 0, or -1: no such document. */
int sh_read_registration(
		char number[DIGITS_MAX], const uint8_t *octets, size_t len);

#endif
