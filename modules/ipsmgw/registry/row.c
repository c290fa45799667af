/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Registrations as rows: see row.h.
 */
#include "row.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "key.h"

const char *const row_text_names[ROW_TEXTS] = {
		[ROW_KEY] = "impu_key",
		[ROW_IMPUS] = "impus",
		[ROW_MSISDN] = "msisdn",
		[ROW_IMSI] = "imsi",
		[ROW_IMPI] = "impi",
		[ROW_SCSCF] = "scscf",
		[ROW_CONTACTS] = "contacts",
		[ROW_USER] = "user_state",
		[ROW_WRITTEN_BY] = "written_by",
};

const char *const row_number_names[ROW_NUMBERS] = {
		[ROW_CAPABILITY] = "capability",
		[ROW_HSS_WANTED] = "hss_wanted",
		[ROW_HSS_TOLD] = "hss_told",
		[ROW_REGISTERED_AT] = "registered_at",
		[ROW_EXPIRES_AT] = "expires_at",
		[ROW_CHANGED_IN] = "changed_in",
		[ROW_GONE] = "gone",
};

/* An octet that is not written as it is: this and two hex digits. It stands in no URI. */
#define ESCAPE '^'

static const char hex[] = "0123456789ABCDEF";

/* --- writing -------------------------------------------------------------- */

struct writer
{
	char *at, *end;
	bool full;
};

static void put(struct writer *w, char c)
{
	if(w->at < w->end)
		*w->at++ = c;
	else
		w->full = true;
}

static bool is_plain(char c)
{
	return c > ' ' && c < 0x7f && c != '\'' && c != '"' && c != '\\'
		   && c != ESCAPE;
}

static void put_escaped(struct writer *w, struct span text)
{
	size_t i;

	for(i = 0; i < text.len; i++) {
		unsigned char c = (unsigned char)text.s[i];
		if(is_plain(text.s[i])) {
			put(w, text.s[i]);
		} else {
			put(w, ESCAPE);
			put(w, hex[c >> 4]);
			put(w, hex[c & 15]);
		}
	}
}

static void put_hex(struct writer *w, const uint8_t *in, size_t len)
{
	size_t i;

	for(i = 0; i < len; i++) {
		put(w, hex[in[i] >> 4]);
		put(w, hex[in[i] & 15]);
	}
}

static void put_contact(struct writer *w, const struct registered_contact *in)
{
	char head[40];
	int n = snprintf(head, sizeof(head), "%" PRId64 ",%d,", in->expires_at,
			(int)in->smsip);
	int i;

	for(i = 0; i < n; i++)
		put(w, head[i]);
	put_escaped(w, in->uri);
}

/* What is written since then is the text of the column. */
static void end_column(struct row *out, const struct writer *w,
		enum row_text column, char *from)
{
	out->text[column] = (struct span){from, (size_t)(w->at - from)};
}

static int write_key(struct row *out, struct writer *w, struct span impu)
{
	static const char kinds[] = {
			[KEY_URI] = 'u',
			[KEY_NUMBER] = 'n',
			[KEY_IMSI] = 'i',
			[KEY_IMPI] = 'p',
	};
	struct key_list keys;
	char *from = w->at;

	if(keys_of_impu(&keys, impu) < 0)
		return -1;
	put(w, kinds[keys.key[0].kind]);
	put(w, ':');
	put_escaped(w, (struct span){keys.key[0].text, keys.key[0].len});
	end_column(out, w, ROW_KEY, from);
	return w->full ? -1 : 0;
}

static struct writer begin(struct row *out)
{
	memset(out->text, 0, sizeof(out->text));
	memset(out->number, 0, sizeof(out->number));
	return (struct writer){
			out->buffer, out->buffer + sizeof(out->buffer), false};
}

int row_write_key(struct row *out, struct span impu)
{
	struct writer w = begin(out);

	return write_key(out, &w, impu);
}

static void write_fields(
		struct row *out, struct writer *w, const struct registration *in)
{
	const struct
	{
		enum row_text column;
		struct span text;
	} fields[] = {
			{ROW_MSISDN, in->msisdn},
			{ROW_IMSI, in->imsi},
			{ROW_IMPI, in->impi},
			{ROW_SCSCF, in->scscf},
	};
	size_t i;

	for(i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		char *from = w->at;
		put_escaped(w, fields[i].text);
		end_column(out, w, fields[i].column, from);
	}
}

static void write_lists(
		struct row *out, struct writer *w, const struct registration *in)
{
	char *from = w->at;
	unsigned i;

	for(i = 0; i < in->impus; i++) {
		if(i > 0)
			put(w, ' ');
		put_escaped(w, in->impu[i]);
	}
	end_column(out, w, ROW_IMPUS, from);
	from = w->at;
	for(i = 0; i < in->contacts; i++) {
		if(i > 0)
			put(w, ' ');
		put_contact(w, &in->contact[i]);
	}
	end_column(out, w, ROW_CONTACTS, from);
	from = w->at;
	put_hex(w, in->state.user, sizeof(in->state.user));
	end_column(out, w, ROW_USER, from);
}

int row_write(struct row *out, const struct registration *in)
{
	struct writer w = begin(out);

	if(in->impus == 0 || write_key(out, &w, in->impu[0]) < 0)
		return -1;
	write_fields(out, &w, in);
	write_lists(out, &w, in);
	out->number[ROW_CAPABILITY] = in->state.capability;
	out->number[ROW_HSS_WANTED] = in->state.hss_wanted;
	out->number[ROW_HSS_TOLD] = in->state.hss_told;
	out->number[ROW_REGISTERED_AT] = in->registered_at;
	out->number[ROW_EXPIRES_AT] = in->state.expires_at;
	return w.full ? -1 : 0;
}

/* --- reading -------------------------------------------------------------- */

static int hex_digit(char c)
{
	const char *p = memchr(hex, c, 16);

	return p ? (int)(p - hex) : -1;
}

/* A text without its escapes, behind the others of *out. 0, or -1. */
static int take_text(struct registration *out, size_t *used, struct span *to,
		struct span from)
{
	size_t i;

	to->s = out->text + *used;
	to->len = 0;
	for(i = 0; i < from.len; i++) {
		int octet = (unsigned char)from.s[i];
		if(from.s[i] == ESCAPE) {
			int high = i + 2 < from.len ? hex_digit(from.s[i + 1]) : -1;
			int low = i + 2 < from.len ? hex_digit(from.s[i + 2]) : -1;
			if(high < 0 || low < 0)
				return -1;
			octet = high << 4 | low;
			i += 2;
		}
		if(*used == sizeof(out->text))
			return -1;
		out->text[(*used)++] = (char)octet;
		to->len++;
	}
	return 0;
}

/* Up to the next of these octets, which is passed over. */
static struct span take_until(struct span *rest, char end)
{
	struct span word = {rest->s, span_find(*rest, end)};

	*rest = span_skip(*rest, word.len + 1);
	return word;
}

static int take_number(int64_t *out, struct span text)
{
	char digits[24];
	char *end;

	if(text.len == 0 || text.len >= sizeof(digits))
		return -1;
	memcpy(digits, text.s, text.len);
	digits[text.len] = '\0';
	*out = strtoll(digits, &end, 10);
	return end == digits + text.len ? 0 : -1;
}

static int take_capability(enum sms_capability *out, int64_t number)
{
	if(number < SMS_CAPABILITY_UNKNOWN || number > SMS_CAPABILITY_NO)
		return -1;
	*out = (enum sms_capability)number;
	return 0;
}

static int take_contact(struct registration *out, size_t *used,
		struct registered_contact *contact, struct span text)
{
	struct span expires_at = take_until(&text, ',');
	struct span smsip = take_until(&text, ',');
	int64_t number;

	if(take_number(&contact->expires_at, expires_at) < 0
			|| take_number(&number, smsip) < 0
			|| take_capability(&contact->smsip, number) < 0)
		return -1;
	return take_text(out, used, &contact->uri, text);
}

static int take_impu(struct registration *out, size_t *used, struct span text)
{
	return text.len > 0 ? take_text(out, used, &out->impu[out->impus], text)
						: -1;
}

static int take_lists(
		struct registration *out, size_t *used, const struct row *in)
{
	struct span rest = in->text[ROW_IMPUS];

	for(out->impus = 0; rest.len > 0; out->impus++)
		if(out->impus == REGISTRATION_IMPUS_MAX
				|| take_impu(out, used, take_until(&rest, ' ')) < 0)
			return -1;
	rest = in->text[ROW_CONTACTS];
	out->smsip_contacts = 0;
	for(out->contacts = 0; rest.len > 0; out->contacts++) {
		struct registered_contact *contact = &out->contact[out->contacts];
		if(out->contacts == REGISTRATION_CONTACTS_MAX
				|| take_contact(out, used, contact, take_until(&rest, ' ')) < 0)
			return -1;
		out->smsip_contacts += contact->smsip == SMS_CAPABILITY_YES;
	}
	return out->impus > 0 ? 0 : -1;
}

static int take_user(uint8_t out[REGISTRATION_USER_OCTETS], struct span text)
{
	size_t i;

	if(text.len != 2 * REGISTRATION_USER_OCTETS)
		return -1;
	for(i = 0; i < REGISTRATION_USER_OCTETS; i++) {
		int high = hex_digit(text.s[2 * i]);
		int low = hex_digit(text.s[2 * i + 1]);
		if(high < 0 || low < 0)
			return -1;
		out[i] = (uint8_t)(high << 4 | low);
	}
	return 0;
}

static int take_state(struct registration_state *out, const struct row *in)
{
	if(in->number[ROW_HSS_WANTED] < 0 || in->number[ROW_HSS_WANTED] > UINT8_MAX
			|| in->number[ROW_HSS_TOLD] < 0
			|| in->number[ROW_HSS_TOLD] > UINT8_MAX)
		return -1;
	out->hss_wanted = (uint8_t)in->number[ROW_HSS_WANTED];
	out->hss_told = (uint8_t)in->number[ROW_HSS_TOLD];
	out->expires_at = in->number[ROW_EXPIRES_AT];
	if(take_user(out->user, in->text[ROW_USER]) < 0)
		return -1;
	return take_capability(&out->capability, in->number[ROW_CAPABILITY]);
}

int row_read(struct registration *out, const struct row *in)
{
	size_t used = 0;

	out->serial = 0;
	out->number = in->number[ROW_CHANGED_IN];
	out->registered_at = in->number[ROW_REGISTERED_AT];
	if(take_lists(out, &used, in) < 0
			|| take_text(out, &used, &out->msisdn, in->text[ROW_MSISDN]) < 0
			|| take_text(out, &used, &out->imsi, in->text[ROW_IMSI]) < 0
			|| take_text(out, &used, &out->impi, in->text[ROW_IMPI]) < 0
			|| take_text(out, &used, &out->scscf, in->text[ROW_SCSCF]) < 0)
		return -1;
	return take_state(&out->state, in);
}
