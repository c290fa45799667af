/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Drafts of records: see record.h. Checks a registration, brings its texts into one
 * row and finds the keys in them, all without a lock.
 */
#include <ctype.h>

#include "record.h"

uint64_t key_hash(const struct siphash_key *secret, enum key_kind kind,
		const char *text, size_t len)
{
	return siphash(&secret[kind], text, len);
}

/* Put a text at the end. Its place, or -1: the row is full. */
static int add_text(struct draft *draft, struct span text)
{
	size_t at = draft->text_len;

	if(text.len > sizeof(draft->text) - at)
		return -1;
	if(text.len > 0)
		memcpy(draft->text + at, text.s, text.len);
	draft->text_len += text.len;
	return (int)at;
}

static int add_piece(struct draft *draft, struct span text)
{
	if(add_text(draft, text) < 0)
		return -1;
	draft->piece[draft->pieces++] = (uint16_t)text.len;
	return 0;
}

static void lower(char *s, size_t len)
{
	size_t i;

	for(i = 0; i < len; i++)
		s[i] = (char)tolower((unsigned char)s[i]);
}

/* The IMPU with scheme and host in lower case, so that its key mostly is a piece of it. */
static int add_impu(struct draft *draft, struct span text)
{
	char *to = draft->text + draft->text_len;
	struct identity_uri uri;

	if(text.len > REGISTRATION_URI_MAX || add_piece(draft, text) < 0
			|| identity_uri_parse(&uri, text) < 0)
		return -1;
	lower(to, span_find(text, ':'));
	if(uri.scheme == URI_SIP || uri.scheme == URI_SIPS)
		lower(to + (uri.host.s - text.s), uri.host.len);
	draft->impus++;
	return 0;
}

/* The place of a key among those of the draft, or -1. */
static int find_key(const struct draft *draft, const struct key *key)
{
	unsigned i;

	for(i = 0; i < draft->keys; i++) {
		const struct draft_key *k = &draft->key[i];
		if(k->kind == key->kind && k->len == key->len
				&& memcmp(draft->text + k->at, key->text, key->len) == 0)
			return (int)i;
	}
	return -1;
}

static bool is_taken(const struct draft *taken, const struct key *key)
{
	return taken && find_key(taken, key) >= 0;
}

/* Keys are kept until the texts are complete: what follows the texts may then hold those that are no piece of one. */
struct pending
{
	unsigned count;
	struct
	{
		struct key key;
		bool of_impu;
	} row[RECORD_KEYS_MAX];
};

static void add_pending(
		struct pending *pending, const struct key *key, bool of_impu)
{
	if(!key->claimed)
		return;
	pending->row[pending->count].key = *key;
	pending->row[pending->count++].of_impu = of_impu;
}

/* Where the key stands in the texts; at their end when nowhere else. -1: no room. */
static int place_key(struct draft *draft, const struct key *key)
{
	struct span rest = {draft->text, draft->text_len};

	while(rest.len >= key->len) {
		if(memcmp(rest.s, key->text, key->len) == 0)
			return (int)(rest.s - draft->text);
		rest = span_skip(rest, 1);
		rest = span_skip(rest, span_find(rest, key->text[0]));
	}
	return add_text(draft, (struct span){key->text, key->len});
}

static int add_key(struct draft *draft, const struct key *key, bool of_impu,
		const struct siphash_key *secret)
{
	int at = place_key(draft, key);

	if(at < 0)
		return -1;
	draft->key[draft->keys++] = (struct draft_key){
			.hash = key_hash(secret, key->kind, key->text, key->len),
			.at = (uint16_t)at,
			.len = key->len,
			.kind = (uint8_t)key->kind,
			.of_impu = of_impu,
			.unique = key->unique};
	return 0;
}

/* Each key once: unique, or of an IMPU, if it is so anywhere. */
static int place_keys(struct draft *draft, const struct pending *pending,
		const struct draft *taken, const struct siphash_key *secret)
{
	unsigned i;

	for(i = 0; i < pending->count; i++) {
		const struct key *key = &pending->row[i].key;
		bool of_impu = pending->row[i].of_impu;
		int same = find_key(draft, key);

		if(same >= 0) {
			draft->key[same].unique |= key->unique;
			draft->key[same].of_impu |= of_impu;
		} else if(!is_taken(taken, key)
				  && add_key(draft, key, of_impu, secret) < 0) {
			return -1;
		}
	}
	return 0;
}

static int add_impus(
		struct draft *draft, struct pending *pending, const struct draft *taken)
{
	const struct registration *from = draft->from;
	unsigned i, k;

	if(from->impus == 0 || from->impus > REGISTRATION_IMPUS_MAX)
		return -1;
	for(i = 0; i < from->impus; i++) {
		struct key_list keys;

		if(keys_of_impu(&keys, from->impu[i]) < 0)
			return -1;
		if(is_taken(taken, &keys.key[0]))
			continue;
		if(add_impu(draft, from->impu[i]) < 0)
			return -1;
		for(k = 0; k < keys.count; k++)
			add_pending(pending, &keys.key[k], true);
	}
	return 0;
}

/* A field that is one key. It may be empty. */
static int add_field(struct draft *draft, struct pending *pending,
		struct span text, int (*key_of)(struct key *out, struct span text))
{
	struct key key;

	if(text.len > 0) {
		if(key_of(&key, text) < 0)
			return -1;
		add_pending(pending, &key, false);
	}
	return add_piece(draft, text);
}

static int add_contacts(struct draft *draft)
{
	const struct registration *from = draft->from;
	unsigned i;

	if(from->contacts > REGISTRATION_CONTACTS_MAX)
		return -1;
	for(i = 0; i < from->contacts; i++)
		if(add_piece(draft, from->contact[i].uri) < 0)
			return -1;
	return 0;
}

int draft_make(struct draft *draft, const struct registration *from,
		const struct draft *taken, const struct siphash_key *secret)
{
	struct pending pending;
	struct span msisdn = from->msisdn;
	struct key key;

	draft->from = from;
	draft->impus = draft->keys = draft->pieces = 0;
	draft->text_len = 0;
	pending.count = 0;
	if(key_of_msisdn(&key, msisdn) == 0 && is_taken(taken, &key))
		msisdn.len = 0;
	if(add_impus(draft, &pending, taken) < 0
			|| add_field(draft, &pending, msisdn, key_of_msisdn) < 0
			|| add_field(draft, &pending, from->imsi, key_of_imsi) < 0
			|| add_field(draft, &pending, from->impi, key_of_impi) < 0
			|| add_piece(draft, from->scscf) < 0 || add_contacts(draft) < 0)
		return -1;
	return place_keys(draft, &pending, taken, secret);
}
