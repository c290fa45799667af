/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What a reg event document makes of a subscriber's record (RFC 3680 5, TS 24.229
 * 5.7.1.1): which identities and contacts it has from now on, whether a short message
 * can reach it, or that it is at its end. Plain C, no Kamailio in it, no state.
 */
#ifndef IPSMGW_FLOW_REGINFO_MERGE_H
#define IPSMGW_FLOW_REGINFO_MERGE_H

#include "../ims/reginfo.h"
#include "../registry/registry.h"

enum reginfo_verdict
{
	REGINFO_SAYS_NOTHING, /* no registration in it: the record stays as it is */
	REGINFO_CHANGES,	  /* *after is the record from now on */
	REGINFO_UNCLEAR, /* the same, and a part of the set ended: only a full document tells whether all did */
	REGINFO_ENDS,	 /* no identity of the record is registered any more */
};

/* May an identity join the set of the record? Not one that somebody else has. */
typedef bool (*reginfo_may_join_fn)(struct span impu, void *arg);

/* The rules, with their reasons in docs/design.md "Reg event":
 * - a full document without an active registration ends the record; a partial one does when it ends all identities;
 * - identities that it ends leave the set, active ones join it, those it does not name stay (barred ones are never named);
 * - contacts are told apart by their URI; a full document has all of them, a partial one those that changed;
 * - one active contact with the feature tag makes the subscriber capable; none of a whole full document, not capable;
 * - the record's expiry moves on with such a contact, never back; an MSISDN is learned when the record has none.
 *
 * *after points into *before, *info and its own text; its serial is that of *before. */
enum reginfo_verdict reginfo_merge(struct registration *after,
		const struct registration *before, const struct reginfo *info,
		int64_t now, reginfo_may_join_fn may_join, void *arg);

#endif
