/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * SipHash-2-4 (Aumasson, Bernstein 2012): a hash with a secret key, so that nobody
 * can choose identities that all fall into one bucket. Plain C, pure.
 */
#ifndef IPSMGW_REGISTRY_SIPHASH_H
#define IPSMGW_REGISTRY_SIPHASH_H

#include <stddef.h>
#include <stdint.h>

struct siphash_key
{
	uint64_t k0, k1;
};

uint64_t siphash(const struct siphash_key *key, const void *in, size_t len);

#endif
