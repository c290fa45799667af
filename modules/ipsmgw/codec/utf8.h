/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * UTF-8 a character at a time, and which characters belong together. For this folder and for ims/.
 */
#ifndef IPSMGW_CODEC_UTF8_H
#define IPSMGW_CODEC_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define UTF8_MAX_OCTETS 4 /* of one character */
#define UNICODE_REPLACEMENT 0xFFFD

/* The first character of in. Returns its octets (1 to 4), or 0 when there is none or it is malformed. */
size_t utf8_decode(uint32_t *cp, const char *in, size_t len);

/* Write a character, cp at most 10FFFF and no surrogate. Returns its octets, or 0 when there are more than cap. */
size_t utf8_encode(char *out, size_t cap, uint32_t cp);

/* cp belongs to what is seen as one character with prev: a combining mark, a variation, a skin tone, either side of a
 * zero width joiner, the second letter of a flag. Good enough to choose where to cut; not Unicode's full rule. */
bool utf8_joins(uint32_t prev, uint32_t cp);

#endif
