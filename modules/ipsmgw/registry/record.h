/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * One registration as it lies in shared memory: a head, its keys, its texts, all in
 * one block; and the draft from which it is made. Knows no lock and no table: who
 * reads or writes a record holds the lock for it. Only for registry/.
 */
#ifndef IPSMGW_REGISTRY_RECORD_H
#define IPSMGW_REGISTRY_RECORD_H

#include "key.h"
#include "registry.h"
#include "siphash.h"

/* two of each IMPU; MSISDN, IMSI, IMPI */
#define RECORD_KEYS_MAX (2 * REGISTRATION_IMPUS_MAX + 3)
/* texts: the IMPUs; MSISDN, IMSI, IMPI, S-CSCF; the contacts */
#define RECORD_PIECES_MAX \
	(REGISTRATION_IMPUS_MAX + 4 + REGISTRATION_CONTACTS_MAX)

/* Place in a list of changes; first in what is listed. */
struct change
{
	struct change *next, *before; /* NULL: in no list */
	uint64_t serial;
};

/* Names a key of a record in its bucket; bucket.c knows how. 0: none. */
typedef uint64_t slot_t;

/* A key of a record. */
struct alias
{
	slot_t next;	/* the rest of its bucket's chain */
	uint32_t tag;	/* of hash and kind, and ALIAS_WEAK */
	uint16_t at;	/* the key is a piece of the record's text */
	uint8_t len;	/* its octets */
	uint8_t number; /* place in alias[] */
};

struct record
{
	struct change change;
	int64_t registered_at, expires_at;
	int64_t number;		/* of the transaction that the database has it from */
	uint32_t expiry_at; /* place in the shard's heap */
	uint32_t size;		/* of the block, in octets */
	uint16_t text_len;
	uint8_t impus, contacts;
	uint8_t aliases; /* 0: it is gone, and only waits for the writer */
	uint8_t capability, hss_wanted, hss_told;
	uint8_t user[REGISTRATION_USER_OCTETS];
	struct alias alias[]; /* [0] is the first key of the primary IMPU */
	/* then: expires_at of each contact, the length of each text, what each contact can, the texts */
};

struct draft_key
{
	uint64_t hash;
	uint16_t at;
	uint8_t len;
	uint8_t kind;
	bool of_impu, unique;
};

struct draft
{
	const struct registration *from;
	unsigned impus, keys, pieces;
	struct draft_key key[RECORD_KEYS_MAX];
	uint16_t piece[RECORD_PIECES_MAX]; /* lengths */
	size_t text_len;
	char text[REGISTRATION_TEXT_MAX];
};

/* Make ready what a record will hold. Without what belongs to somebody else: the keys of *taken, the IMPUs and the
 * MSISDN they stand for; NULL: nothing is. secret: as of key_hash(). 0, or -1: it cannot be a registration. draft->impus may become 0 by *taken. */
int draft_make(struct draft *draft, const struct registration *from,
		const struct draft *taken, const struct siphash_key *secret);

/* Octets of the block for a draft. */
size_t record_size(const struct draft *draft);

/* Write a record of the draft into a block of at least that size. Leaves alone what the table keeps: change,
 * registered_at, expiry_at, size. */
void record_write(struct record *record, const struct draft *draft);

/* Does it hold the same identities and texts as the draft? */
bool record_is(const struct record *record, const struct draft *draft);

/* Take over from a registration what has a fixed size; false: nothing changed but times. */
bool record_set_state(struct record *record, const struct registration *from);

/* What is left of a record that is gone: its primary IMPU. The stub may be the record itself. */
size_t record_stub_size(const struct record *record);
void record_write_stub(struct record *stub, const struct record *record);

void record_read(struct registration *out, const struct record *record);

/* Do IMSI, or where one is not known IMPI, say that these are two subscribers? */
bool record_contradicts(
		const struct record *record, const struct registration *other);

const char *record_text(const struct record *record);

static inline struct record *record_of(const struct alias *alias)
{
	const struct alias *first = alias - alias->number;

	return (struct record *)((char *)first - offsetof(struct record, alias));
}

#define ALIAS_KIND UINT32_C(3)
#define ALIAS_WEAK UINT32_C(4) /* the key is not unique */

static inline uint32_t key_tag(uint64_t hash, enum key_kind kind)
{
	return ((uint32_t)(hash >> 24) & ~(ALIAS_KIND | ALIAS_WEAK))
		   | (uint32_t)kind;
}

/* The same text as a key of another kind has another hash: secret has KEY_KINDS of them. */
uint64_t key_hash(const struct siphash_key *secret, enum key_kind kind,
		const char *text, size_t len);

#endif
