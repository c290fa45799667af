/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A text to the parts of a short message: which alphabet, how many parts, where they are cut, and each TP-UD with its
 * header (TS 23.038 6.2, TS 23.040 9.2.3.24.1, .8, .15, .16). For the gateway's flows to a UE. The plan and the parts
 * cut with the same function, so they cannot disagree.
 */
#include <string.h>

#include "gsm7.h"
#include "text.h"
#include "utf8.h"

#define DCS_GSM7 0x00
#define DCS_UCS2 0x08

/* --- header ---------------------------------------------------------------- */

/* The header of one part, UDHL first. ref and index count only when the plan has several parts. Returns its octets,
 * 0 when none is needed. */
static uint8_t put_header(uint8_t *out, const struct sms_text_plan *plan,
		uint16_t ref, unsigned index)
{
	uint8_t *to = out + 1;

	if(plan->concat_bits == 16) {
		*to++ = IEI_CONCAT_16;
		*to++ = 4;
		*to++ = (uint8_t)(ref >> 8);
	} else if(plan->concat_bits == 8) {
		*to++ = IEI_CONCAT_8;
		*to++ = 3;
	}
	if(plan->concat_bits) {
		*to++ = (uint8_t)ref;
		*to++ = (uint8_t)plan->parts;
		*to++ = (uint8_t)index;
	}
	if(plan->locking) {
		*to++ = IEI_LOCKING_SHIFT;
		*to++ = 1;
		*to++ = plan->locking;
	}
	if(plan->single) {
		*to++ = IEI_SINGLE_SHIFT;
		*to++ = 1;
		*to++ = plan->single;
	}
	if(to == out + 1)
		return 0;
	out[0] = (uint8_t)(to - out - 1);
	return (uint8_t)(to - out);
}

#define HEADER_MAX 13 /* UDHL, concatenation with 16 bits, both shifts */

/* Units (septets, or UTF-16 units) that one part holds behind a header of so many octets. */
static unsigned room_behind(enum sms_alphabet alphabet, uint8_t octets)
{
	if(alphabet == ALPHABET_UCS2)
		return (SMS_UD_MAX_OCTETS - octets) / 2u;
	return SMS_UD_MAX_SEPTETS - udh_septets(octets);
}

/* The same, behind the header of this plan. */
static unsigned room_of(const struct sms_text_plan *plan)
{
	uint8_t header[HEADER_MAX];

	return room_behind(plan->alphabet, put_header(header, plan, 0, 0));
}

/* --- where to cut ----------------------------------------------------------- */

/* Units that one character takes; 0: it has no code in this alphabet. */
static unsigned width_of(const struct sms_text_plan *plan, uint32_t cp)
{
	if(plan->alphabet == ALPHABET_UCS2)
		return cp > 0xFFFF ? 2 : 1;
	return gsm7_width(gsm7_codes_of(cp), plan->locking, plan->single);
}

/* *octets = how much of the text fits `room` units: all of it, or up to the last place where no visible character is
 * torn, or, when there is no such place, up to the last code point. 0, or -1: a character has no code or is malformed. */
static int cut(size_t *octets, const struct sms_text_plan *plan,
		const char *text, size_t len, unsigned room)
{
	size_t at = 0, whole = 0, n;
	uint32_t cp = 0, prev = 0;
	unsigned width;

	for(; at < len; at += n, prev = cp) {
		n = utf8_decode(&cp, text + at, len - at);
		if(n == 0 || (width = width_of(plan, cp)) == 0)
			return -1;
		if(!utf8_joins(prev, cp))
			whole = at;
		if(width > room) {
			*octets = whole > 0 ? whole : at;
			return 0;
		}
		room -= width;
	}
	*octets = len;
	return 0;
}

/* --- the plan ---------------------------------------------------------------- */

/* Fill in parts and concat_bits of a plan whose alphabet is set. 0, or -1: it cannot carry the text. */
static int count_parts(struct sms_text_plan *plan, const char *text, size_t len,
		uint8_t concat_bits)
{
	size_t octets;
	unsigned room;

	plan->parts = 1;
	plan->concat_bits = 0;
	if(cut(&octets, plan, text, len, room_of(plan)))
		return -1;
	if(octets == len)
		return 0;
	plan->concat_bits = concat_bits;
	room = room_of(plan);
	for(plan->parts = 0; len > 0; plan->parts++) {
		if(plan->parts == SMS_MAX_PARTS || cut(&octets, plan, text, len, room))
			return -1;
		text += octets;
		len -= octets;
	}
	return 0;
}

static size_t characters(const char *text, size_t len)
{
	size_t n = 0;

	for(size_t i = 0; i < len; i++)
		n += (text[i] & 0xC0) != 0x80;
	return n;
}

/* No alphabet can do with fewer parts: there would be less than a septet a character. */
static bool is_least(
		const struct sms_text_plan *plan, size_t chars, uint8_t concat_bits)
{
	const struct sms_text_plan bare = {
			.alphabet = ALPHABET_GSM7, .concat_bits = concat_bits};
	unsigned room = room_of(&bare);

	if(chars <= SMS_UD_MAX_SEPTETS)
		return plan->parts == 1;
	return plan->parts <= (chars + room - 1) / room;
}

/* Which shifts of a language to try, in order of preference: later ones must win a part. */
static const struct
{
	bool locking, single;
} shifts[] = {{false, true}, {true, false}, {true, true}};

#define SHIFTS (sizeof(shifts) / sizeof(shifts[0]))

struct choice
{
	struct sms_text_plan *best; /* parts 0: none yet */
	const char *text;
	size_t len;
	uint8_t concat_bits;
};

static void consider(const struct choice *choice, struct sms_text_plan plan)
{
	if(count_parts(&plan, choice->text, choice->len, choice->concat_bits))
		return;
	if(choice->best->parts == 0 || plan.parts < choice->best->parts)
		*choice->best = plan;
}

/* Whether an alphabet with this bit may be used. */
static bool allows(unsigned alphabets, enum sms_alphabet alphabet)
{
	return alphabets >> alphabet & 1;
}

/* The default alphabet and those of the languages, until there is a plan with the fewest parts that there can be: true. */
static bool consider_gsm7(const struct choice *choice, uint32_t languages)
{
	size_t chars = characters(choice->text, choice->len);

	consider(choice, (struct sms_text_plan){.alphabet = ALPHABET_GSM7});
	for(size_t i = 0; i < SHIFTS; i++)
		for(uint8_t id = 1; id < SMS_LANGUAGES; id++) {
			if(choice->best->parts
					&& is_least(choice->best, chars, choice->concat_bits))
				return true;
			if(languages >> id & 1)
				consider(choice,
						(struct sms_text_plan){.alphabet = ALPHABET_GSM7,
								.locking = shifts[i].locking ? id : 0,
								.single = shifts[i].single ? id : 0});
		}
	return false;
}

int sms_text_plan_in(struct sms_text_plan *out, const char *text, size_t len,
		unsigned alphabets, uint32_t languages, uint8_t concat_bits)
{
	const struct choice choice = {out, text, len, concat_bits};

	if((concat_bits != 8 && concat_bits != 16) || !utf8_valid(text, len))
		return -1;
	*out = (struct sms_text_plan){.parts = 0};
	if(allows(alphabets, ALPHABET_GSM7) && consider_gsm7(&choice, languages))
		return 0;
	if(allows(alphabets, ALPHABET_UCS2))
		consider(&choice, (struct sms_text_plan){.alphabet = ALPHABET_UCS2});
	return out->parts ? 0 : -1;
}

int sms_text_plan(struct sms_text_plan *out, const char *text, size_t len,
		uint32_t languages, uint8_t concat_bits)
{
	return sms_text_plan_in(out, text, len,
			1u << ALPHABET_GSM7 | 1u << ALPHABET_UCS2, languages, concat_bits);
}

/* --- the parts --------------------------------------------------------------- */

static void put_gsm7(struct sms_text_part *out, uint8_t header,
		const struct sms_text_plan *plan, const char *text, size_t len)
{
	uint8_t septets[SMS_UD_MAX_SEPTETS];
	unsigned first = udh_septets(header), count = 0;
	uint32_t cp;

	for(size_t n; len > 0; text += n, len -= n) {
		n = utf8_decode(&cp, text, len);
		count += gsm7_put(septets + count, gsm7_codes_of(cp), plan->locking,
				plan->single);
	}
	out->dcs = DCS_GSM7;
	out->udl = (uint8_t)(first + count);
	out->ud_len = (uint8_t)((7 * out->udl + 7) / 8);
	memset(out->ud + header, 0, (size_t)(out->ud_len - header));
	gsm7_pack(out->ud, first, septets, count);
}

static uint8_t *put_unit(uint8_t *to, uint32_t unit)
{
	*to++ = (uint8_t)(unit >> 8);
	*to++ = (uint8_t)unit;
	return to;
}

static void put_ucs2(
		struct sms_text_part *out, uint8_t header, const char *text, size_t len)
{
	uint8_t *to = out->ud + header;
	uint32_t cp;

	for(size_t n; len > 0; text += n, len -= n) {
		n = utf8_decode(&cp, text, len);
		if(cp > 0xFFFF) {
			cp -= 0x10000;
			to = put_unit(to, 0xD800 | cp >> 10);
			cp = 0xDC00 | (cp & 0x3FF);
		}
		to = put_unit(to, cp);
	}
	out->dcs = DCS_UCS2;
	out->udl = out->ud_len = (uint8_t)(to - out->ud);
}

/* Text that fits, behind a header of so many octets. */
static void put_part(struct sms_text_part *out, uint8_t header,
		const struct sms_text_plan *plan, const char *text, size_t len)
{
	if(plan->alphabet == ALPHABET_GSM7)
		put_gsm7(out, header, plan, text, len);
	else
		put_ucs2(out, header, text, len);
}

static bool is_usable(const struct sms_text_plan *plan, unsigned index)
{
	uint8_t bits = plan->concat_bits;

	return (plan->alphabet == ALPHABET_GSM7 || plan->alphabet == ALPHABET_UCS2)
		   && plan->locking < SMS_LANGUAGES && plan->single < SMS_LANGUAGES
		   && (plan->parts == 1 ? bits == 0 : bits == 8 || bits == 16)
		   && plan->parts <= SMS_MAX_PARTS && index >= 1
		   && index <= plan->parts;
}

int sms_text_encode_part(struct sms_text_part *out, size_t *pos,
		const struct sms_text_plan *plan, const char *text, size_t len,
		uint16_t ref, unsigned index)
{
	size_t octets;
	uint8_t header;

	if(!is_usable(plan, index) || *pos > len || (*pos == len && index > 1))
		return -1;
	text += *pos;
	len -= *pos;
	if(cut(&octets, plan, text, len, room_of(plan)))
		return -1;
	/* the last part takes all that is left, each other one leaves something */
	if((octets == len) != (index == plan->parts))
		return -1;
	header = put_header(out->ud, plan, ref, index);
	out->udhi = header > 0;
	put_part(out, header, plan, text, octets);
	*pos += octets;
	return 0;
}

int sms_text_encode_behind(struct sms_text_part *out,
		const struct sms_text_plan *plan, const uint8_t *header,
		size_t header_len, const char *text, size_t len)
{
	size_t octets;

	if(!is_usable(plan, 1) || plan->parts != 1 || header_len == 0
			|| header_len > SMS_UD_MAX_OCTETS)
		return SMS_TEXT_DOES_NOT_FIT;
	if(cut(&octets, plan, text, len,
			   room_behind(plan->alphabet, (uint8_t)header_len)))
		return SMS_TEXT_NO_CODE;
	if(octets != len)
		return SMS_TEXT_DOES_NOT_FIT;
	memcpy(out->ud, header, header_len);
	out->udhi = true;
	put_part(out, (uint8_t)header_len, plan, text, len);
	return 0;
}
