/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The registry: who is registered, in shared memory. The flow puts, gets and
 * removes registrations here; nobody else looks inside. What goes in and comes
 * out is a copy: no pointer into the registry is ever handed out, and no function
 * calls back under a lock but registry_update().
 *
 * Every identity of a registration finds it: each IMPU of the implicit set in any
 * spelling, its number, MSISDN, IMSI, IMPI. An identity belongs to one record; put
 * by another subscriber it goes to the newest registration, and is lost to the
 * older one. docs/design.md "Registry" has the rules and the reasons.
 *
 * Times are seconds of the wall clock (time()), so that they hold over a restart.
 */
#ifndef IPSMGW_REGISTRY_REGISTRY_H
#define IPSMGW_REGISTRY_REGISTRY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../ims/capability.h"
#include "../ims/span.h"

#define REGISTRATION_IMPUS_MAX 16
#define REGISTRATION_CONTACTS_MAX 8
#define REGISTRATION_URI_MAX 255   /* octets of an IMPU, an IMPI */
#define REGISTRATION_DIGITS_MAX 15 /* of MSISDN and IMSI */
#define REGISTRATION_TEXT_MAX 8192 /* octets of all texts together */
#define REGISTRATION_USER_OCTETS 8

struct registered_contact
{
	struct span uri;
	enum sms_capability smsip;
	int64_t expires_at; /* 0: not known */
	bool msisdn_less;	/* TS 24.341 A.3 */
};

/* What changes without a new registration; registry_update() hands it out. */
struct registration_state
{
	enum sms_capability capability; /* of the subscriber as a whole */
	uint8_t hss_wanted, hss_told;	/* what the HSS should know, what it does */
	uint8_t user[REGISTRATION_USER_OCTETS]; /* opaque: the flow's */
	int64_t expires_at;
};

/* One subscriber. Given to registry_put() the spans point wherever the caller has the texts; read from the registry
 * they point into text, so copy it with registration_copy() and never by assignment. Scheme and host of the IMPUs
 * come back in lower case, everything else as it was put. Empty span: not known. */
struct registration
{
	uint64_t serial; /* of its last change; 0: not from the registry */
	int64_t number; /* given: of the transaction that the database has it from */
	unsigned impus;
	struct span impu[REGISTRATION_IMPUS_MAX]; /* [0]: the primary one */
	struct span msisdn;						  /* digits, no "+" */
	struct span imsi;						  /* digits */
	struct span impi;						  /* user@realm */
	struct span scscf;						  /* URI */
	unsigned contacts;
	struct registered_contact contact[REGISTRATION_CONTACTS_MAX];
	unsigned
			smsip_contacts; /* counted by the registry: those with SMS_CAPABILITY_YES */
	int64_t registered_at; /* of the first registration; put sets it when 0 */
	struct registration_state state;
	char text[REGISTRATION_TEXT_MAX];
};

/* Results; negative: nothing was changed. */
enum registry_result
{
	REGISTRY_OK = 0,
	REGISTRY_NEW = 1,
	REGISTRY_REFRESHED = 2, /* nothing changed but times */
	REGISTRY_CHANGED = 3,
	REGISTRY_ABSENT = -1,	 /* no live record of that identity */
	REGISTRY_STALE = -2,	 /* it changed since the serial given */
	REGISTRY_INVALID = -3,	 /* no IMPU, or a text that is none or too long */
	REGISTRY_FULL = -4,		 /* as many records as the registry is made for */
	REGISTRY_NO_MEMORY = -5, /* shared memory is used up */
};

struct registry_options
{
	unsigned max;		/* records */
	bool track_changes; /* keep what changed for the writer of a database */
	/* called with the latest serial after each change that is kept, by whoever made it, without a lock; NULL: nobody */
	void (*changed)(uint64_t serial);
};

/* Before the fork. 0, or -1: not enough shared memory. */
int registry_init(const struct registry_options *options);
void registry_destroy(void);

/* The same registration in another place; the spans of *out point into its text. 0, or -1: it does not fit. */
int registration_copy(struct registration *out, const struct registration *in);

/* What the contacts say: capable when one is, not capable when all are known not to be, else unknown. */
enum sms_capability registration_capability(const struct registration *reg);

/* Does each contact that takes short messages also take them without an MSISDN (TS 24.341 A.3)? Which of them gets one, the S-CSCF
 * decides. */
bool registration_msisdn_less(const struct registration *reg);

/* Do IMSI, or where one is not known IMPI, say that these are two subscribers? The rule of registry_put(). */
bool registration_is_another(
		const struct registration *reg, struct span imsi, struct span impi);

struct registry_put_info
{
	uint64_t serial;	   /* of this change */
	unsigned lost_aliases; /* identities taken from other records */
	unsigned lost_records; /* records that had no IMPU left and are gone */
};

/* Put a registration in the place of what there was of the same subscriber: the record with the same primary IMPU, else
 * the first that has an IMPU of the set, unless the IMSIs (or, without, the IMPIs) say that this is somebody else. reg->serial 0: whatever is there; else only when that record is unchanged since then (REGISTRY_STALE).
 * *before, when not NULL, gets the record as it was; its impus is 0 when there was none. It must not be *reg.
 * Returns REGISTRY_NEW, _REFRESHED, _CHANGED; _STALE, _INVALID, _FULL, _NO_MEMORY. */
int registry_put(struct registry_put_info *info, struct registration *before,
		const struct registration *reg, int64_t now);

/* The live record of an identity: a SIP or tel URI, an IMPI, a number with or without "+", an IMSI. A record is live
 * while now < expires_at. REGISTRY_OK or _ABSENT (then *out is not to be read). */
int registry_get(struct registration *out, struct span id, int64_t now);

/* Take a record out. if_serial 0: whatever it is; else only when unchanged since then. *out, when not NULL, gets
 * it as it was. An expired one that nobody took yet goes, too. REGISTRY_OK, _ABSENT or _STALE. */
int registry_remove(
		struct registration *out, struct span id, uint64_t if_serial);

/* Change the state in place; false: it left it as it is. Called under locks: short, no other function of the
 * registry, no logging. */
typedef bool (*registry_update_fn)(struct registration_state *state, void *arg);

/* Let fn change the live record of an identity. *serial, when not NULL, gets the serial the record has then.
 * REGISTRY_CHANGED, _OK when fn changed nothing, _ABSENT, or _NO_MEMORY. */
int registry_update(uint64_t *serial, struct span id, int64_t now,
		registry_update_fn fn, void *arg);

/* Take one expired record out and copy it. false: none is due. Looks at each shard's earliest only; call it until
 * false or until the slice is used up. A change for the writer only when it has not written the record: a row says itself
 * when it expires. */
bool registry_expire_next(struct registration *out, int64_t now);

/* --- looking around ------------------------------------------------------- */

struct registry_stats
{
	unsigned records, max, peak;
	uint64_t aliases;
	uint64_t
			bytes; /* of records, tables and indexes, without the allocator's own */
	uint64_t serial;  /* of the latest change */
	uint64_t changed; /* records and removals that wait for the writer */
};

unsigned registry_count(void);
/* Of the latest change: what the caller has changed before has none above it. */
uint64_t registry_serial(void);
void registry_stats(struct registry_stats *out);

/* A place in the list of records; {0} is its start. The order means nothing, and while records come and go one may be
 * shown twice or not at all. */
struct registry_cursor
{
	unsigned shard, index;
};

/* Pass over so many records without copying any. */
void registry_skip(struct registry_cursor *at, unsigned records);
/* The record at the cursor, which moves on. false: the end. Expired ones that nobody took yet are shown, too. */
bool registry_next(struct registration *out, struct registry_cursor *at);

/* --- for the writer of a database ----------------------------------------- */

enum registry_change
{
	REGISTRY_NO_CHANGE, /* the pass is over */
	REGISTRY_WRITE,		/* out is the record to write */
	REGISTRY_DELETE, /* only out->impu[0] is set: the primary IMPU of a record that is gone */
};

/* One pass over what changed. At most one is open at a time. */
struct registry_pass
{
	uint64_t
			serial; /* changes up to this one are in this pass or were in one before */
	int64_t number; /* of the open transaction, set by the writer; 0: none */
	unsigned first,
			shard; /* the shards of what was handed out since the last commit */
	/* set by the writer, NULL: never. Asked while a lock is waited for: has who holds it ended with it? */
	bool (*give_up)(void);
	bool left_out; /* a lock was given up: not all changes are in this pass */
};

void registry_pass_begin(struct registry_pass *pass, bool (*give_up)(void));

/* The next change. Those of one primary IMPU come in their order. */
enum registry_change registry_pass_next(
		struct registration *out, struct registry_pass *pass);

/* What the pass has handed out so far is in the database. It may go on; after REGISTRY_NO_CHANGE and this, all changes
 * up to pass->serial are, unless pass->left_out. */
void registry_pass_commit(struct registry_pass *pass);

/* What was handed out since the last commit is not in the database: a later pass hands it out again. Ends this one. */
void registry_pass_abort(struct registry_pass *pass);

/* The writer is to delete the row of a registration that is not in the registry. Nothing when it is there. */
void registry_bury(struct span impu);

/* A record read from the database at the start: put, but no change; what is in memory already is newer and stays
 * (REGISTRY_STALE). What others have by a later transaction they keep. REGISTRY_NEW, or as registry_put(). */
int registry_load(const struct registration *reg, int64_t now);

/* A record that another gateway has written: put, but no change. What is in memory and waits for the writer stays
 * (REGISTRY_STALE); what others have by a later transaction they keep. Only by the writer, between its passes. As registry_put(). */
int registry_follow(const struct registration *reg, int64_t now);

/* The same for one that another gateway has taken out: by the primary IMPU. REGISTRY_OK, _ABSENT or _STALE. */
int registry_forget(struct span impu);

#endif
