/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Text of a short message: between TP-UD and UTF-8, the choice of the alphabet, the split into parts (TS 23.038
 * clauses 6.1, 6.2; TS 23.040 9.2.3.24). Tables of the default alphabet and of all national languages are generated,
 * see gsm7_tables.c.
 */
#ifndef IPSMGW_CODEC_TEXT_H
#define IPSMGW_CODEC_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dcs.h"
#include "udh.h"

#define SMS_UD_MAX_OCTETS 140
#define SMS_UD_MAX_SEPTETS 160
#define SMS_TEXT_MAX \
	640 /* UTF-8 octets that one TP-UD can give: 160 septets of 3 octets, 70 UTF-16 units of 3 */
#define SMS_MAX_PARTS 255
#define SMS_LANGUAGES 14 /* language ids 0 (default) to 13 */

/* GSM 7-bit to UTF-8. in/len = packed octets, first_septet = where the text starts (after a header), end_septet = one
 * past the last (= TP-UDL); septets beyond len octets are not read. locking, single = national language ids, an
 * unknown one means the default table. An undefined code after an escape is the locking table's character of that
 * code, escape after escape a space, an escape at the end nothing, an undefined code of a locking table U+FFFD.
 * Returns the UTF-8 octets written, whole characters up to cap; nothing is NUL-terminated, and octets of out behind
 * the text may be overwritten. */
size_t gsm7_to_utf8(char *out, size_t cap, const uint8_t *in, size_t len,
		unsigned first_septet, unsigned end_septet, uint8_t locking,
		uint8_t single);

/* UTF-16BE to UTF-8: pairs joined, an odd last octet dropped. A lone surrogate becomes U+FFFD, and so does U+0000, which
 * no text/plain body may hold. Returns the UTF-8 octets written, whole characters up to cap. To join parts, append
 * their octets first: a pair may lie across two. */
size_t ucs2_to_utf8(char *out, size_t cap, const uint8_t *in, size_t len);

/* TP-UD as UTF-8, header skipped; udh is what udh_decode() made of it, NULL when TP-UDHI is 0. 0 and *out_len, or -1
 * when TP-DCS says it is no text (8-bit, compressed, reserved alphabet). */
int sms_text_decode(char out[SMS_TEXT_MAX], size_t *out_len, uint8_t dcs,
		const struct udh *udh, const uint8_t *ud, size_t ud_len, uint8_t udl);

/* true when the text is well-formed UTF-8 (no overlong forms, no surrogates, nothing above U+10FFFF). */
bool utf8_valid(const char *in, size_t len);

/* How a whole text is sent. */
struct sms_text_plan
{
	enum sms_alphabet alphabet; /* ALPHABET_GSM7 or ALPHABET_UCS2 */
	uint8_t locking, single;	/* national language ids, 0: none */
	uint16_t parts;				/* 1 to SMS_MAX_PARTS */
	uint8_t concat_bits;		/* 0 when parts is 1 */
};

/* One part of it, ready for TP-UD. */
struct sms_text_part
{
	uint8_t dcs; /* 00 or 08; the caller may add a message class */
	bool udhi;
	uint8_t udl;
	uint8_t ud_len;
	uint8_t ud[SMS_UD_MAX_OCTETS];
};

/* Choose how the text needs the fewest parts, among: default alphabet with extension; for each bit set in languages
 * (bit n = language id n), that language's single shift, its locking shift, both; UCS2. With equal parts the one
 * named first here, and the lower id, wins. concat_bits 8 or 16 is the header used when more than one part is needed.
 * 0, or -1: the text is not valid UTF-8, concat_bits is neither, or it needs more than SMS_MAX_PARTS parts. */
int sms_text_plan(struct sms_text_plan *out, const char *text, size_t len,
		uint32_t languages, uint8_t concat_bits);

/* The same with a choice of alphabets only: bit n = enum sms_alphabet n, of ALPHABET_GSM7 and ALPHABET_UCS2. -1 also: a
 * character is in none of them. */
int sms_text_plan_in(struct sms_text_plan *out, const char *text, size_t len,
		unsigned alphabets, uint32_t languages, uint8_t concat_bits);

/* Encode the next part of the text: *pos (0 at first) moves behind what was taken; index counts from 1 to plan->parts,
 * ref is the concatenation reference (its low octet with 8 bits). An escape pair or a surrogate pair is never split, a
 * combining or joined sequence only when it is longer than a part. 0, or -1 when nothing is left or the plan does not
 * fit the text. */
int sms_text_encode_part(struct sms_text_part *out, size_t *pos,
		const struct sms_text_plan *plan, const char *text, size_t len,
		uint16_t ref, unsigned index);

#define SMS_TEXT_DOES_NOT_FIT (-1)
#define SMS_TEXT_NO_CODE (-2)

/* Encode a whole text behind a header that somebody else made (header_len octets, UDHL first): plan has one part, and its
 * tables are those that the header names. 0; SMS_TEXT_NO_CODE: a character that would fit has no code, or is malformed;
 * SMS_TEXT_DOES_NOT_FIT. */
int sms_text_encode_behind(struct sms_text_part *out,
		const struct sms_text_plan *plan, const uint8_t *header,
		size_t header_len, const char *text, size_t len);

/* GSM 7-bit from UTF-8 with the default alphabet and extension only, one septet an octet in out. *count = septets.
 * 0, or -1: no code for a character, or more than cap septets. For alphanumeric addresses. */
int gsm7_septets_from_utf8(
		uint8_t *out, size_t cap, size_t *count, const char *text, size_t len);

/* Pack septets (one an octet) from bit 7*first of out on; out must hold (7*(first+count)+7)/8 octets and its bits be
 * zero there. */
void gsm7_pack(
		uint8_t *out, unsigned first, const uint8_t *septets, size_t count);

#endif
