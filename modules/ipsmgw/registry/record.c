/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Records in shared memory: see record.h.
 */
#include "record.h"

/* --- where its parts are -------------------------------------------------- */

static unsigned pieces_of(const struct record *r)
{
	return r->impus + 4u + r->contacts;
}

static int64_t *contact_expiry(const struct record *r)
{
	return (int64_t *)(r->alias + r->aliases);
}

static uint16_t *piece_lengths(const struct record *r)
{
	return (uint16_t *)(contact_expiry(r) + r->contacts);
}

/* An octet of each contact: its enum sms_capability, and this. */
#define CONTACT_MSISDN_LESS 0x04

static uint8_t *contact_abilities(const struct record *r)
{
	return (uint8_t *)(piece_lengths(r) + pieces_of(r));
}

const char *record_text(const struct record *r)
{
	return (const char *)(contact_abilities(r) + r->contacts);
}

size_t record_size(const struct draft *draft)
{
	unsigned contacts = draft->from->contacts;

	return sizeof(struct record) + draft->keys * sizeof(struct alias)
		   + contacts * (sizeof(int64_t) + sizeof(uint8_t))
		   + draft->pieces * sizeof(uint16_t) + draft->text_len;
}

/* --- writing -------------------------------------------------------------- */

static uint8_t abilities_of(const struct registered_contact *contact)
{
	return (uint8_t)(contact->smsip
					 | (contact->msisdn_less ? CONTACT_MSISDN_LESS : 0));
}

bool record_set_state(struct record *r, const struct registration *from)
{
	const struct registration_state *state = &from->state;
	uint8_t *abilities = contact_abilities(r);
	int64_t *expiry = contact_expiry(r);
	bool changed = r->capability != state->capability
				   || r->hss_wanted != state->hss_wanted
				   || r->hss_told != state->hss_told
				   || memcmp(r->user, state->user, sizeof(r->user)) != 0;
	unsigned i;

	r->expires_at = state->expires_at;
	r->capability = (uint8_t)state->capability;
	r->hss_wanted = state->hss_wanted;
	r->hss_told = state->hss_told;
	memcpy(r->user, state->user, sizeof(r->user));
	for(i = 0; i < r->contacts; i++) {
		uint8_t can = abilities_of(&from->contact[i]);

		changed |= abilities[i] != can;
		abilities[i] = can;
		expiry[i] = from->contact[i].expires_at;
	}
	return changed;
}

static uint32_t tag_of(const struct draft_key *key)
{
	return key_tag(key->hash, (enum key_kind)key->kind)
		   | (key->unique ? 0 : ALIAS_WEAK);
}

void record_write(struct record *r, const struct draft *draft)
{
	unsigned i;

	r->impus = (uint8_t)draft->impus;
	r->contacts = (uint8_t)draft->from->contacts;
	r->aliases = (uint8_t)draft->keys;
	r->text_len = (uint16_t)draft->text_len;
	for(i = 0; i < draft->keys; i++)
		r->alias[i] = (struct alias){.tag = tag_of(&draft->key[i]),
				.at = draft->key[i].at,
				.len = draft->key[i].len,
				.number = (uint8_t)i};
	memcpy(piece_lengths(r), draft->piece,
			draft->pieces * sizeof(draft->piece[0]));
	memcpy((char *)record_text(r), draft->text, draft->text_len);
	record_set_state(r, draft->from);
}

bool record_is(const struct record *r, const struct draft *draft)
{
	unsigned i;

	if(r->impus != draft->impus || r->contacts != draft->from->contacts
			|| r->aliases != draft->keys || r->text_len != draft->text_len
			|| memcmp(piece_lengths(r), draft->piece,
					   draft->pieces * sizeof(draft->piece[0]))
					   != 0
			|| memcmp(record_text(r), draft->text, draft->text_len) != 0)
		return false;
	for(i = 0; i < draft->keys; i++)
		if(r->alias[i].at != draft->key[i].at
				|| r->alias[i].tag != tag_of(&draft->key[i]))
			return false;
	return true;
}

size_t record_stub_size(const struct record *r)
{
	/* the length of each text, also of those that are empty */
	return sizeof(*r) + (1 + 4) * sizeof(uint16_t) + piece_lengths(r)[0];
}

void record_write_stub(struct record *stub, const struct record *r)
{
	char impu[REGISTRATION_URI_MAX];
	uint16_t len = piece_lengths(r)[0];
	uint16_t *lengths;

	memcpy(impu, record_text(r), len);
	stub->impus = 1;
	stub->contacts = stub->aliases = 0;
	stub->capability = stub->hss_wanted = stub->hss_told = 0;
	memset(stub->user, 0, sizeof(stub->user));
	stub->registered_at = stub->expires_at = stub->number = 0;
	stub->text_len = len;
	lengths = piece_lengths(stub);
	memset(lengths, 0, (1 + 4) * sizeof(*lengths));
	lengths[0] = len;
	memcpy((char *)record_text(stub), impu, len);
}

/* --- reading -------------------------------------------------------------- */

static struct span next_piece(const char **p, const uint16_t **len)
{
	struct span piece = {*p, **len};

	*p += piece.len;
	(*len)++;
	return piece;
}

void record_read(struct registration *out, const struct record *r)
{
	const uint16_t *len = piece_lengths(r);
	const uint8_t *abilities = contact_abilities(r);
	const int64_t *expiry = contact_expiry(r);
	const char *p = out->text;
	unsigned i;

	memcpy(out->text, record_text(r), r->text_len);
	out->serial = r->change.serial;
	out->number = 0; /* changes under another lock than the reader may have */
	out->impus = r->impus;
	out->contacts = r->contacts;
	out->smsip_contacts = 0;
	out->registered_at = r->registered_at;
	out->state = (struct registration_state){
			.capability = (enum sms_capability)r->capability,
			.hss_wanted = r->hss_wanted,
			.hss_told = r->hss_told,
			.expires_at = r->expires_at};
	memcpy(out->state.user, r->user, sizeof(r->user));
	for(i = 0; i < r->impus; i++)
		out->impu[i] = next_piece(&p, &len);
	out->msisdn = next_piece(&p, &len);
	out->imsi = next_piece(&p, &len);
	out->impi = next_piece(&p, &len);
	out->scscf = next_piece(&p, &len);
	for(i = 0; i < r->contacts; i++) {
		struct registered_contact *contact = &out->contact[i];

		contact->uri = next_piece(&p, &len);
		contact->smsip =
				(enum sms_capability)(abilities[i] & ~CONTACT_MSISDN_LESS);
		contact->msisdn_less = abilities[i] & CONTACT_MSISDN_LESS;
		contact->expires_at = expiry[i];
		out->smsip_contacts += contact->smsip == SMS_CAPABILITY_YES;
	}
}

static bool are_two(struct span imsi, struct span impi, struct span other_imsi,
		struct span other_impi)
{
	struct key mine, its;

	if(imsi.len > 0 && other_imsi.len > 0)
		return !span_is(imsi, other_imsi);
	if(key_of_impi(&mine, impi) < 0 || key_of_impi(&its, other_impi) < 0)
		return false;
	return mine.len != its.len || memcmp(mine.text, its.text, its.len) != 0;
}

bool registration_is_another(
		const struct registration *reg, struct span imsi, struct span impi)
{
	return are_two(reg->imsi, reg->impi, imsi, impi);
}

bool record_contradicts(
		const struct record *r, const struct registration *other)
{
	const uint16_t *len = piece_lengths(r);
	const char *p = record_text(r);
	struct span imsi, impi;
	unsigned i;

	for(i = 0; i < r->impus + 1u; i++)
		next_piece(&p, &len);
	imsi = next_piece(&p, &len);
	impi = next_piece(&p, &len);
	return are_two(imsi, impi, other->imsi, other->impi);
}
