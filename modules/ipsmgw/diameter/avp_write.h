/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * AVPs into a message or into a grouped AVP. The writer remembers the first error, so that a command is written as a list
 * and looked at once at its end. For the files of this folder that know freeDiameter.
 */
#ifndef IPSMGW_DIAMETER_AVP_WRITE_H
#define IPSMGW_DIAMETER_AVP_WRITE_H

#include <stddef.h>
#include <stdint.h>

#include "codes.h"

struct avp;

struct avp_writer
{
	void *into; /* struct msg or a grouped struct avp */
	int error;	/* errno; EINVAL: a value that cannot be encoded */
};

void write_octets(struct avp_writer *w, uint32_t vendor, uint32_t code,
		const void *data, size_t len);

/* An empty text or number is left out. */
void write_text(
		struct avp_writer *w, uint32_t vendor, uint32_t code, const char *text);
void write_digits(struct avp_writer *w, uint32_t vendor, uint32_t code,
		const char *digits); /* TBCD */

/* Unsigned32 and Enumerated alike. */
void write_u32(
		struct avp_writer *w, uint32_t vendor, uint32_t code, uint32_t number);

/* Time: Unix seconds. */
void write_time(
		struct avp_writer *w, uint32_t vendor, uint32_t code, int64_t seconds);

/* A grouped AVP: write into *group, then close it. A group that got nothing is left out. */
void write_group(struct avp_writer *group, struct avp_writer *w,
		uint32_t vendor, uint32_t code);
void write_group_end(struct avp_writer *group, struct avp_writer *w);

#endif
