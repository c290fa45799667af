/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Completing records from the HSS: see hss_record.h. What a record has is never changed; what somebody else has is not
 * taken from him.
 */
#include "hss_record.h"

#include <stdio.h>
#include <time.h>

#include "../ims/identity.h"
#include "counters.h"
#include "log.h"
#include "settings.h"

/* Between reading and writing a record somebody else may change it; he does not do so for ever. */
#define TRIES 8
#define CALL_ID_MAX 255

/* Who asked, in shared memory until the answer. */
struct asker
{
	char impu[REGISTRATION_URI_MAX + 1];
	char call_id[CALL_ID_MAX + 1];
};

enum outcome
{
	COMPLETED,
	NOTHING, /* the HSS has nothing that is missing */
	FAILED,	 /* it did not say */
	GONE,	 /* there is no such record any more */
	OUTCOMES,
};

static const struct
{
	enum counter counter;
	const char *word;
} outcomes[OUTCOMES] = {
		[COMPLETED] = {CNT_HSS_RECORD_COMPLETED, "completed"},
		[NOTHING] = {CNT_HSS_RECORD_NOTHING, "nothing to add"},
		[FAILED] = {CNT_HSS_RECORD_FAILED, "failed"},
		[GONE] = {CNT_HSS_RECORD_GONE, "not registered any more"},
};

static struct span span_of_text(const char *text)
{
	return (struct span){text, strlen(text)};
}

/* --- what is missing, and filled --------------------------------------------------- */

/* The identity is another subscriber's: who has it is in the registry by his own REGISTER. */
static bool is_taken(const struct registration *reg, struct span id)
{
	struct registration other;

	if(registry_get(&other, id, time(NULL)) != REGISTRY_OK
			|| other.serial == reg->serial)
		return false;
	count(CNT_HSS_RECORD_CONFLICTS);
	LM_WARN("an identity that the HSS gives to one subscriber is registered "
			"by another: it stays his\n");
	return true;
}

static bool fill_msisdn(struct registration *reg, const struct hss_data *data)
{
	char number[REGISTRATION_DIGITS_MAX + 2];
	int n = snprintf(number, sizeof(number), "+%s", data->msisdn);

	if(data->msisdn[0] == '\0' || n >= (int)sizeof(number)
			|| is_taken(reg, span_of_text(number)))
		return false;
	reg->msisdn = span_of_text(data->msisdn);
	return true;
}

static bool fill_imsi(struct registration *reg, const struct hss_data *data)
{
	reg->imsi = span_of_text(data->imsi);
	return reg->imsi.len > 0;
}

static bool fill_impi(struct registration *reg, const struct hss_data *data)
{
	reg->impi = span_of_text(data->impi);
	return reg->impi.len > 0;
}

static bool fill_scscf(struct registration *reg, const struct hss_data *data)
{
	reg->scscf = span_of_text(data->scscf);
	return reg->scscf.len > 0;
}

static bool has_impu(const struct registration *reg, struct span impu)
{
	unsigned i;

	for(i = 0; i < reg->impus; i++)
		if(identity_same(reg->impu[i], impu))
			return true;
	return false;
}

/* A set that does not have the identity which was asked about is another one's. */
static bool fill_impus(struct registration *reg, const struct hss_data *data)
{
	unsigned before = reg->impus, i;
	bool ours = false;

	for(i = 0; i < data->impus; i++)
		ours = ours || identity_same(reg->impu[0], span_of_text(data->impu[i]));
	for(i = 0; ours && i < data->impus && reg->impus < REGISTRATION_IMPUS_MAX;
			i++) {
		struct span impu = span_of_text(data->impu[i]);

		if(!has_impu(reg, impu) && !is_taken(reg, impu))
			reg->impu[reg->impus++] = impu;
	}
	return reg->impus > before;
}

static bool lacks_msisdn(const struct registration *reg)
{
	return reg->msisdn.len == 0;
}

static bool lacks_imsi(const struct registration *reg)
{
	return reg->imsi.len == 0;
}

static bool lacks_impi(const struct registration *reg)
{
	return reg->impi.len == 0;
}

static bool lacks_scscf(const struct registration *reg)
{
	return reg->scscf.len == 0;
}

/* One identity is a whole set, too, but mostly that of a REGISTER which did not tell the others. */
static bool lacks_impus(const struct registration *reg)
{
	return reg->impus == 1;
}

static const struct
{
	enum data_reference reference;
	const char *name;
	bool (*lacks)(const struct registration *reg);
	bool (*fill)(struct registration *reg, const struct hss_data *data);
} members[] = {
		{DATA_MSISDN, "msisdn", lacks_msisdn, fill_msisdn},
		{DATA_IMSI, "imsi", lacks_imsi, fill_imsi},
		{DATA_IMS_PRIVATE_USER_IDENTITY, "impi", lacks_impi, fill_impi},
		{DATA_IMS_PUBLIC_IDENTITY, "set", lacks_impus, fill_impus},
		{DATA_S_CSCF_NAME, "scscf", lacks_scscf, fill_scscf},
};
#define MEMBERS (sizeof(members) / sizeof(members[0]))

static uint64_t missing(const struct registration *reg)
{
	uint64_t references = 0;
	size_t i;

	for(i = 0; i < MEMBERS; i++)
		if(members[i].lacks(reg))
			references |= REFERENCE(members[i].reference);
	return references;
}

/* The references that were filled. */
static uint64_t fill(struct registration *reg, const struct hss_data *data)
{
	uint64_t filled = 0;
	size_t i;

	for(i = 0; i < MEMBERS; i++)
		if(data->answered & REFERENCE(members[i].reference)
				&& members[i].lacks(reg) && members[i].fill(reg, data))
			filled |= REFERENCE(members[i].reference);
	return filled;
}

/* --- into the registry ---------------------------------------------------------------- */

/* That of an answer which added nothing. */
static enum outcome outcome_of(const struct hss_data *data)
{
	const struct diameter_answer *verdict = &data->verdict;
	bool unknown = verdict->vendor == VENDOR_3GPP
				   && verdict->result == DIAMETER_ERROR_USER_UNKNOWN;

	return unknown || hss_is_success(verdict) ? NOTHING : FAILED;
}

static enum outcome apply(
		uint64_t *filled, struct span impu, const struct hss_data *data)
{
	struct registry_put_info info;
	struct registration reg;
	int64_t now = time(NULL);
	int rc = REGISTRY_STALE, tries;

	*filled = 0;
	for(tries = 0; rc == REGISTRY_STALE && tries < TRIES; tries++) {
		if(registry_get(&reg, impu, now) != REGISTRY_OK)
			return GONE;
		*filled = fill(&reg, data);
		if(*filled == 0)
			return outcome_of(data);
		rc = registry_put(&info, NULL, &reg, now);
	}
	if(rc >= 0)
		return COMPLETED;
	LM_ERR("a record cannot take what the HSS knows: %d\n", rc);
	*filled = 0;
	return FAILED;
}

/* --- outcomes ----------------------------------------------------------------------------- */

/* What the HSS said, in a word. */
static const char *verdict_word(const struct diameter_answer *verdict)
{
	static const char *const words[DIAMETER_OUTCOMES] = {
			[DIAMETER_NO_OUTCOME] = "nothing",
			[DIAMETER_TIMEOUT] = "no answer",
			[DIAMETER_NO_PEER] = "no peer",
			[DIAMETER_SEND_FAILED] = "not sent",
			[DIAMETER_NODE_RESTARTED] = "restarted",
			[DIAMETER_MALFORMED] = "malformed",
	};

	if(verdict->outcome == DIAMETER_ANSWERED)
		return diameter_result_name(verdict->vendor, verdict->result);
	return verdict->outcome < DIAMETER_OUTCOMES ? words[verdict->outcome] : "?";
}

static void print_names(char *out, size_t cap, uint64_t references)
{
	size_t used = 0, i;

	out[0] = '\0';
	for(i = 0; i < MEMBERS; i++)
		if(references & REFERENCE(members[i].reference) && used < cap)
			used += (size_t)snprintf(out + used, cap - used, "%s%s",
					used ? "," : "", members[i].name);
}

static void finish(struct span impu, str call_id, const struct hss_data *data)
{
	char who[MASKED_MAX], names[64];
	uint64_t filled;
	enum outcome outcome = apply(&filled, impu, data);

	count(outcomes[outcome].counter);
	print_names(names, sizeof(names), filled);
	LOG(settings.result_log_level,
			"record from hss %s: call-id=%.*s impu=%s added=%s result=%u "
			"(%s)%s\n",
			outcomes[outcome].word, call_id.len, call_id.s,
			masked(who, str_of(impu)), filled ? names : "-",
			data->verdict.result, verdict_word(&data->verdict),
			data->cached ? " cached" : "");
}

void hss_record_told(const struct hss_data *data, const uint64_t cookie[2])
{
	struct asker *asker = (struct asker *)(uintptr_t)cookie[0];

	finish(span_of_text(asker->impu),
			(str){asker->call_id, (int)strlen(asker->call_id)}, data);
	shm_free(asker);
}

void hss_record_unreadable(void)
{
	count(CNT_HSS_READ_UNREADABLE);
}

/* --- the question ---------------------------------------------------------------------------- */

static struct asker *new_asker(struct span impu, str call_id)
{
	struct asker *asker = shm_malloc(sizeof(*asker));

	if(asker) {
		snprintf(asker->impu, sizeof(asker->impu), "%.*s", (int)impu.len,
				impu.s);
		snprintf(asker->call_id, sizeof(asker->call_id), "%.*s", call_id.len,
				call_id.s);
	}
	return asker;
}

void hss_record_complete(const struct registration *reg, str call_id)
{
	struct hss_who who = {reg->impu[0], reg->msisdn, reg->imsi, reg->impi};
	uint64_t cookie[2] = {0, 0};
	struct hss_data data = {.verdict.outcome = DIAMETER_SEND_FAILED};
	enum hss_read_result result = HSS_READ_FAILED;
	struct asker *asker;

	if(settings.hss == HSS_NONE || missing(reg) == 0)
		return;
	count(CNT_HSS_RECORD_WANTED);
	asker = new_asker(reg->impu[0], call_id);
	cookie[0] = (uint64_t)(uintptr_t)asker;
	if(asker)
		result = hss_read(&data, &who, missing(reg), HSS_FOR_RECORD, cookie);
	if(result == HSS_READ_ASKED)
		return;
	finish(reg->impu[0], call_id, &data);
	if(asker)
		shm_free(asker);
}
