/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Reg event documents into records: see reginfo_merge.h.
 */
#include "reginfo_merge.h"

#include "../ims/identity.h"

/* --- identities ------------------------------------------------------------- */

static bool has_impu(const struct registration *reg, struct span impu)
{
	unsigned i;

	for(i = 0; i < reg->impus; i++)
		if(identity_same(reg->impu[i], impu))
			return true;
	return false;
}

/* What the document says of an identity: active when any of its registrations is; NULL: nothing. */
static const struct reginfo_registration *registration_of(
		const struct reginfo *info, struct span impu)
{
	const struct reginfo_registration *found = NULL;
	size_t i;

	for(i = 0; i < info->registrations_len; i++) {
		const struct reginfo_registration *r = &info->registrations[i];

		if((!found || r->state == REGINFO_ACTIVE)
				&& identity_same(r->aor, impu))
			found = r;
	}
	return found;
}

/* How many leave the set. */
static unsigned keep_impus(struct registration *after,
		const struct registration *before, const struct reginfo *info)
{
	const struct reginfo_registration *r;
	unsigned i;

	after->impus = 0;
	for(i = 0; i < before->impus; i++) {
		r = registration_of(info, before->impu[i]);
		if(!r || r->state == REGINFO_ACTIVE)
			after->impu[after->impus++] = before->impu[i];
	}
	return before->impus - after->impus;
}

static void join_impus(struct registration *after, const struct reginfo *info,
		reginfo_may_join_fn may_join, void *arg)
{
	struct identity_uri parsed;
	size_t i;

	for(i = 0; i < info->registrations_len; i++) {
		const struct reginfo_registration *r = &info->registrations[i];

		if(r->state == REGINFO_ACTIVE && after->impus < REGISTRATION_IMPUS_MAX
				&& r->aor.len <= REGISTRATION_URI_MAX
				&& identity_uri_parse(&parsed, r->aor) == 0
				&& parsed.scheme != URI_OTHER && !has_impu(after, r->aor)
				&& may_join(r->aor, arg))
			after->impu[after->impus++] = r->aor;
	}
}

/* The first number of the set, a tel URI's before a SIP one's. */
static void learn_msisdn(struct registration *after)
{
	char digits[MSISDN_MAX_DIGITS + 1];
	bool from_tel = false;
	unsigned i;

	for(i = 0; i < after->impus && !from_tel; i++) {
		struct identity_uri uri;

		if(identity_uri_parse(&uri, after->impu[i]) < 0
				|| identity_msisdn(digits, &uri) < 0)
			continue;
		from_tel = uri.scheme == URI_TEL;
		if(after->msisdn.len > 0 && !from_tel)
			continue;
		memcpy(after->text, digits, sizeof(digits));
		after->msisdn = (struct span){after->text, strlen(after->text)};
	}
}

/* --- contacts --------------------------------------------------------------- */

static struct registered_contact *contact_of(
		struct registration *reg, struct span uri)
{
	unsigned i;

	for(i = 0; i < reg->contacts; i++)
		if(reg->contact[i].uri.len == uri.len
				&& memcmp(reg->contact[i].uri.s, uri.s, uri.len) == 0)
			return &reg->contact[i];
	return NULL;
}

/* A place for one more; when all are taken, that of a contact which cannot take short messages, if this one can. */
static struct registered_contact *contact_place(
		struct registration *reg, bool smsip)
{
	unsigned i;

	if(reg->contacts < REGISTRATION_CONTACTS_MAX)
		return &reg->contact[reg->contacts++];
	for(i = 0; smsip && i < reg->contacts; i++)
		if(reg->contact[i].smsip != SMS_CAPABILITY_YES)
			return &reg->contact[i];
	return NULL;
}

/* An S-CSCF may list application servers as contacts, with any expiry: only a phone's counts. */
static void put_contact(struct registration *after,
		const struct reginfo_contact *c, int64_t now)
{
	struct registered_contact *to = contact_of(after, c->uri);
	bool stated = c->expires != REGINFO_NO_EXPIRES;
	int64_t expires_at = stated ? now + c->expires : 0;

	if(c->smsip) {
		after->state.capability = SMS_CAPABILITY_YES;
		if(expires_at > after->state.expires_at)
			after->state.expires_at = expires_at;
	}
	if(!to && c->uri.len <= REGISTRATION_URI_MAX)
		to = contact_place(after, c->smsip);
	if(to)
		*to = (struct registered_contact){c->uri,
				c->smsip ? SMS_CAPABILITY_YES : SMS_CAPABILITY_NO, expires_at,
				c->msisdn_less};
}

static void drop_contact(struct registration *after, struct span uri)
{
	struct registered_contact *found = contact_of(after, uri);

	if(found)
		*found = after->contact[--after->contacts];
}

/* The gone ones first: what is bound to another identity of the set still is there. */
static void merge_contacts(
		struct registration *after, const struct reginfo *info, int64_t now)
{
	size_t i, k;

	for(i = 0; i < info->contacts_len; i++)
		if(info->contacts[i].state != REGINFO_ACTIVE)
			drop_contact(after, info->contacts[i].uri);
	for(i = 0; i < info->registrations_len; i++) {
		const struct reginfo_registration *r = &info->registrations[i];

		if(r->state != REGINFO_ACTIVE)
			continue;
		for(k = r->first; k < r->first + r->len; k++)
			if(info->contacts[k].state == REGINFO_ACTIVE)
				put_contact(after, &info->contacts[k], now);
	}
}

static void judge_capability(
		struct registration *after, const struct reginfo *info)
{
	bool all_known = info->full && info->skipped == 0 && info->dropped == 0;
	unsigned i, incapable = 0;

	for(i = 0; i < after->contacts; i++) {
		if(after->contact[i].smsip == SMS_CAPABILITY_YES)
			after->state.capability = SMS_CAPABILITY_YES;
		incapable += after->contact[i].smsip == SMS_CAPABILITY_NO;
	}
	if(after->state.capability == SMS_CAPABILITY_YES)
		return;
	if(!info->full)
		all_known = after->contacts > 0 && incapable == after->contacts;
	after->state.capability =
			all_known ? SMS_CAPABILITY_NO : SMS_CAPABILITY_UNKNOWN;
}

/* ---------------------------------------------------------------------------- */

static bool any_active(const struct reginfo *info)
{
	size_t i;

	for(i = 0; i < info->registrations_len; i++)
		if(info->registrations[i].state == REGINFO_ACTIVE)
			return true;
	return false;
}

/* Everything but the identities. */
static void begin(struct registration *after, const struct registration *before,
		const struct reginfo *info)
{
	unsigned i;

	after->serial = before->serial;
	after->msisdn = before->msisdn;
	after->imsi = before->imsi;
	after->impi = before->impi;
	after->scscf = before->scscf;
	after->registered_at = before->registered_at;
	after->state = before->state;
	after->state.capability = SMS_CAPABILITY_UNKNOWN;
	after->contacts = info->full ? 0 : before->contacts;
	for(i = 0; i < after->contacts; i++)
		after->contact[i] = before->contact[i];
}

enum reginfo_verdict reginfo_merge(struct registration *after,
		const struct registration *before, const struct reginfo *info,
		int64_t now, reginfo_may_join_fn may_join, void *arg)
{
	bool active = any_active(info);
	unsigned left;

	if(info->registrations_len == 0)
		return REGINFO_SAYS_NOTHING;
	if(info->full && info->dropped == 0 && !active)
		return REGINFO_ENDS;
	begin(after, before, info);
	left = keep_impus(after, before, info);
	join_impus(after, info, may_join, arg);
	if(after->impus == 0)
		return REGINFO_ENDS;
	if(after->msisdn.len == 0)
		learn_msisdn(after);
	merge_contacts(after, info, now);
	judge_capability(after, info);
	return left > 0 && !active ? REGINFO_UNCLEAR : REGINFO_CHANGES;
}
