/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Registrations as rows: see row.h.
 */
#include "row.h"


#include "../store/row_text.h"
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

/* Of a contact: its enum sms_capability, and this when it takes short messages without an MSISDN. */
#define MSISDN_LESS 4

/* --- writing -------------------------------------------------------------- */

static void put_contact(
		struct row_writer *w, const struct registered_contact *in)
{
	row_put_number(w, in->expires_at);
	row_put(w, ',');
	row_put_number(w, (int)in->smsip | (in->msisdn_less ? MSISDN_LESS : 0));
	row_put(w, ',');
	row_put_text(w, in->uri);
}

/* What is written since then is the text of the column. */
static void end_column(struct row *out, const struct row_writer *w,
		enum row_text column, char *from)
{
	out->text[column] = row_written(w, from);
}

static int write_key(struct row *out, struct row_writer *w, struct span impu)
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
	row_put(w, kinds[keys.key[0].kind]);
	row_put(w, ':');
	row_put_text(w, (struct span){keys.key[0].text, keys.key[0].len});
	end_column(out, w, ROW_KEY, from);
	return w->full ? -1 : 0;
}

static struct row_writer begin(struct row *out)
{
	memset(out->text, 0, sizeof(out->text));
	memset(out->number, 0, sizeof(out->number));
	return (struct row_writer){
			out->buffer, out->buffer + sizeof(out->buffer), false};
}

int row_write_key(struct row *out, struct span impu)
{
	struct row_writer w = begin(out);

	return write_key(out, &w, impu);
}

static void write_fields(
		struct row *out, struct row_writer *w, const struct registration *in)
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
		row_put_text(w, fields[i].text);
		end_column(out, w, fields[i].column, from);
	}
}

static void write_lists(
		struct row *out, struct row_writer *w, const struct registration *in)
{
	char *from = w->at;
	unsigned i;

	for(i = 0; i < in->impus; i++) {
		if(i > 0)
			row_put(w, ' ');
		row_put_text(w, in->impu[i]);
	}
	end_column(out, w, ROW_IMPUS, from);
	from = w->at;
	for(i = 0; i < in->contacts; i++) {
		if(i > 0)
			row_put(w, ' ');
		put_contact(w, &in->contact[i]);
	}
	end_column(out, w, ROW_CONTACTS, from);
	from = w->at;
	row_put_hex(w, in->state.user, sizeof(in->state.user));
	end_column(out, w, ROW_USER, from);
}

int row_write(struct row *out, const struct registration *in)
{
	struct row_writer w = begin(out);

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

static int take_capability(enum sms_capability *out, int64_t number)
{
	if(number < SMS_CAPABILITY_UNKNOWN || number > SMS_CAPABILITY_NO)
		return -1;
	*out = (enum sms_capability)number;
	return 0;
}

static int take_contact(struct row_reader *r,
		struct registered_contact *contact, struct span text)
{
	struct span expires_at = row_take_until(&text, ',');
	struct span abilities = row_take_until(&text, ',');
	int64_t number;

	if(row_take_number(&contact->expires_at, expires_at) < 0
			|| row_take_number(&number, abilities) < 0 || number < 0
			|| take_capability(&contact->smsip, number & ~MSISDN_LESS) < 0)
		return -1;
	contact->msisdn_less = number & MSISDN_LESS;
	return row_take_text(r, &contact->uri, text);
}

static int take_impu(
		struct registration *out, struct row_reader *r, struct span text)
{
	return text.len > 0 ? row_take_text(r, &out->impu[out->impus], text) : -1;
}

static int take_lists(
		struct registration *out, struct row_reader *r, const struct row *in)
{
	struct span rest = in->text[ROW_IMPUS];

	for(out->impus = 0; rest.len > 0; out->impus++)
		if(out->impus == REGISTRATION_IMPUS_MAX
				|| take_impu(out, r, row_take_until(&rest, ' ')) < 0)
			return -1;
	rest = in->text[ROW_CONTACTS];
	out->smsip_contacts = 0;
	for(out->contacts = 0; rest.len > 0; out->contacts++) {
		struct registered_contact *contact = &out->contact[out->contacts];
		if(out->contacts == REGISTRATION_CONTACTS_MAX
				|| take_contact(r, contact, row_take_until(&rest, ' ')) < 0)
			return -1;
		out->smsip_contacts += contact->smsip == SMS_CAPABILITY_YES;
	}
	return out->impus > 0 ? 0 : -1;
}

static int take_user(uint8_t out[REGISTRATION_USER_OCTETS], struct span text)
{
	struct row_reader r = {(char *)out, (char *)out + REGISTRATION_USER_OCTETS};
	struct span octets;

	return row_take_hex(&r, &octets, text) == 0
						   && octets.len == REGISTRATION_USER_OCTETS
				   ? 0
				   : -1;
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
	struct row_reader r = {out->text, out->text + sizeof(out->text)};

	out->serial = 0;
	out->number = in->number[ROW_CHANGED_IN];
	out->registered_at = in->number[ROW_REGISTERED_AT];
	if(take_lists(out, &r, in) < 0
			|| row_take_text(&r, &out->msisdn, in->text[ROW_MSISDN]) < 0
			|| row_take_text(&r, &out->imsi, in->text[ROW_IMSI]) < 0
			|| row_take_text(&r, &out->impi, in->text[ROW_IMPI]) < 0
			|| row_take_text(&r, &out->scscf, in->text[ROW_SCSCF]) < 0)
		return -1;
	return take_state(&out->state, in);
}
