/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Characters to septets, over the generated tables. For the codec's own files; text.h has what others call.
 */
#ifndef IPSMGW_CODEC_GSM7_H
#define IPSMGW_CODEC_GSM7_H

#include <stdint.h>

#include "gsm7_tables.h"

/* The septets that a character has in each language; all 0 when it is in no table. Never NULL. */
static inline const struct gsm7_codes *gsm7_codes_of(uint32_t cp)
{
	uint32_t page = cp >> GSM7_PAGE_BITS;

	if(page >= GSM7_PAGES)
		return &gsm7_codes[0];
	return &gsm7_codes[gsm7_row[gsm7_page[page]][cp % GSM7_PAGE_SIZE]];
}

/* Septets that a character takes with these tables: 1, 2 with an escape, 0: it has no code. Ids below GSM7_LANGUAGES. */
static inline unsigned gsm7_width(
		const struct gsm7_codes *codes, uint8_t locking, uint8_t single)
{
	return codes->locking[locking] ? 1 : codes->single[single] ? 2 : 0;
}

/* Write them, one an octet; returns how many, 0 to 2. */
static inline unsigned gsm7_put(uint8_t *out, const struct gsm7_codes *codes,
		uint8_t locking, uint8_t single)
{
	unsigned width = gsm7_width(codes, locking, single);

	if(width == 2)
		*out++ = GSM7_ESCAPE;
	if(width > 0)
		*out = (uint8_t)((width == 1 ? codes->locking[locking]
									 : codes->single[single])
						 & ~GSM7_PRESENT);
	return width;
}

#endif
