/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A bounded place to write octets to, for the encoders of this folder only. It remembers when it was too small, so that
 * an encoder writes on and looks once at its end.
 */
#ifndef IPSMGW_CODEC_OCTETS_H
#define IPSMGW_CODEC_OCTETS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct octet_sink
{
	uint8_t *out;
	size_t cap; /* room in out */
	size_t len; /* octets written */
	bool full;	/* something did not fit, or could not be encoded */
};

static inline void sink_octets(
		struct octet_sink *s, const uint8_t *in, size_t len)
{
	if(len > s->cap - s->len) {
		s->full = true;
		return;
	}
	if(len)
		memcpy(s->out + s->len, in, len);
	s->len += len;
}

static inline void sink_octet(struct octet_sink *s, uint8_t octet)
{
	sink_octets(s, &octet, 1);
}

#endif
