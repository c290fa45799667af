/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * SipHash-2-4: see siphash.h.
 */
#include "siphash.h"

#include <endian.h>
#include <string.h>

struct state
{
	uint64_t v0, v1, v2, v3;
};

static inline uint64_t rotate(uint64_t x, int bits)
{
	return x << bits | x >> (64 - bits);
}

static inline void sip_round(struct state *s)
{
	s->v0 += s->v1;
	s->v1 = rotate(s->v1, 13) ^ s->v0;
	s->v0 = rotate(s->v0, 32);
	s->v2 += s->v3;
	s->v3 = rotate(s->v3, 16) ^ s->v2;
	s->v0 += s->v3;
	s->v3 = rotate(s->v3, 21) ^ s->v0;
	s->v2 += s->v1;
	s->v1 = rotate(s->v1, 17) ^ s->v2;
	s->v2 = rotate(s->v2, 32);
}

static inline void absorb(struct state *s, uint64_t word)
{
	s->v3 ^= word;
	sip_round(s);
	sip_round(s);
	s->v0 ^= word;
}

/* 8 octets, the first one lowest. */
static inline uint64_t word_at(const uint8_t *p)
{
	uint64_t word;

	memcpy(&word, p, sizeof(word));
	return le64toh(word);
}

/* What is left of the text, less than 8 octets. */
static inline uint64_t last_word(const uint8_t *p, size_t left, size_t len)
{
	uint64_t word = 0;

	/* of a text that is long enough in one read, by its last 8 octets */
	if(len >= 8)
		return left ? word_at(p + left - 8) >> (64 - 8 * left) : 0;
	while(left-- > 0)
		word = word << 8 | p[left];
	return word;
}

uint64_t siphash(const struct siphash_key *key, const void *in, size_t len)
{
	/* the paper's initial state: "somepseudorandomlygeneratedbytes" */
	struct state s = {key->k0 ^ 0x736f6d6570736575,
			key->k1 ^ 0x646f72616e646f6d, key->k0 ^ 0x6c7967656e657261,
			key->k1 ^ 0x7465646279746573};
	const uint8_t *p = in;
	size_t left = len;

	for(; left >= 8; left -= 8, p += 8)
		absorb(&s, word_at(p));
	absorb(&s, last_word(p, left, len) | (uint64_t)len << 56);
	s.v2 ^= 0xff;
	sip_round(&s);
	sip_round(&s);
	sip_round(&s);
	sip_round(&s);
	return s.v0 ^ s.v1 ^ s.v2 ^ s.v3;
}
