/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The keys by which identities are compared: all spellings of one identity make
 * the same key. Plain C, pure; only for registry/.
 */
#ifndef IPSMGW_REGISTRY_KEY_H
#define IPSMGW_REGISTRY_KEY_H

#include <stdint.h>

#include "../ims/identity.h"

#define KEY_TEXT_MAX 255

enum key_kind
{
	KEY_URI,	/* identity_canonical() */
	KEY_NUMBER, /* E.164 digits */
	KEY_IMSI,	/* digits */
	KEY_IMPI,	/* user@realm, the realm in lower case */
	KEY_KINDS
};

struct key
{
	enum key_kind kind;
	/* a record with this identity answers to the key; else it only is a guess at what somebody looks for */
	bool claimed;
	/* no other subscriber can have it; not so a number without "+", which another domain may have, too */
	bool unique;
	uint8_t len;
	char text[KEY_TEXT_MAX];
};

#define KEYS_OF_ID_MAX 2

/* An identity has one or two: what is exactly it, then its number or IMSI, which other identities may have, too. */
struct key_list
{
	unsigned count;
	struct key key[KEYS_OF_ID_MAX];
};

/* The keys of a public identity, a URI. 0, or -1: it is none, or too long. */
int keys_of_impu(struct key_list *out, struct span uri);

/* The keys of whatever names a subscriber: a URI, an IMPI, a number with or without "+", an IMSI; in the order in which
 * to look. 0, or -1: it names nobody. */
int keys_of_id(struct key_list *out, struct span id);

/* The keys of the other fields of a registration. 0, or -1: it is none. */
int key_of_msisdn(struct key *out, struct span digits);
int key_of_imsi(struct key *out, struct span digits);
int key_of_impi(struct key *out, struct span impi);

#endif
