/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Questions of the script to the HSS: see hss_script.h.
 */
#include "hss_script.h"

#include "counters.h"
#include "hss_who.h"
#include "settings.h"

bool hss_may_ask(void)
{
	return settings.hss != HSS_NONE && hss_is_used();
}

bool hss_may_write(void)
{
	return settings.hss == HSS_3GPP && hss_is_used();
}

/* --- words ---------------------------------------------------------------------- */

int hss_delivery_parse(
		struct diameter_delivery *out, struct span outcome, int diagnostic)
{
	static const struct
	{
		struct span word;
		enum sm_delivery_cause cause;
	} rows[] = {
			{{"delivered", 9}, SUCCESSFUL_TRANSFER},
			{{"absent", 6}, ABSENT_USER},
			{{"memory-full", 11}, UE_MEMORY_CAPACITY_EXCEEDED},
	};
	size_t i;

	for(i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if(span_is(outcome, rows[i].word))
			break;
	if(i == sizeof(rows) / sizeof(rows[0]) || diagnostic < -1
			|| diagnostic > 255
			|| (diagnostic >= 0 && rows[i].cause != ABSENT_USER))
		return -1;
	*out = (struct diameter_delivery){.set = true,
			.has_diagnostic = diagnostic >= 0,
			.cause = (uint8_t)rows[i].cause,
			.diagnostic = diagnostic >= 0 ? (uint32_t)diagnostic : 0};
	return 0;
}

/* clang-format off */
static const struct
{
	struct span name;
	enum data_reference reference;
} readable[] = {
	{{"msisdn", 6},     DATA_MSISDN},
	{{"imsi", 4},       DATA_IMSI},
	{{"impus", 5},      DATA_IMS_PUBLIC_IDENTITY},
	{{"gw_number", 9},  DATA_SMS_REGISTRATION_INFO},
	{{"impi", 4},       DATA_IMS_PRIVATE_USER_IDENTITY},
	{{"scscf", 5},      DATA_S_CSCF_NAME},
	{{"user_state", 10}, DATA_IMS_USER_STATE},
};
/* clang-format on */

#define READABLE (sizeof(readable) / sizeof(readable[0]))

static uint64_t reference_of(struct span name)
{
	size_t i;

	for(i = 0; i < READABLE; i++)
		if(name.len == 0 || span_is(name, readable[i].name))
			return REFERENCE(readable[i].reference);
	return 0;
}

void hss_references_parse(uint64_t *references, struct span names)
{
	struct span one;
	uint64_t bit;
	size_t i;

	*references = 0;
	if(span_trim(names).len == 0) {
		for(i = 0; i < READABLE; i++)
			*references |= REFERENCE(readable[i].reference);
		return;
	}
	while(names.len > 0) {
		one = (struct span){names.s, span_find(names, ',')};
		names = span_skip(names, one.len + 1);
		one = span_trim(one);
		bit = one.len > 0 ? reference_of(one) : 0;
		if(!bit) {
			*references = 0;
			return;
		}
		*references |= bit;
	}
}

/* --- asking --------------------------------------------------------------------- */

static enum hss_asked fail(
		struct hss_result *now, enum hss_asked code, unsigned outcome)
{
	hss_result_without(now, outcome);
	return code;
}

/* The code of a question that could not be sent. */
static enum hss_asked not_sent(struct hss_result *now, unsigned outcome)
{
	return fail(now, ASK_NOT_SENT, outcome);
}

/* Make the transaction; ASK_KNOWN: *wait is ready. Before anything else, so that a retransmission always is absorbed. */
static enum hss_asked begin(struct suspended **wait, struct hss_result *now,
		struct sip_msg *msg, const struct script_then *then)
{
	switch(suspend_begin(wait, msg, SUSPEND_HSS, then)) {
		case SUSPEND_READY:
			return ASK_KNOWN;
		case SUSPEND_REPEATED:
			return ASK_SUSPENDED;
		case SUSPEND_NO_MEMORY:
			return fail(now, ASK_NO_SLOT, HSS_NO_SLOT);
		default:
			return fail(now, ASK_CANNOT_WAIT, HSS_CANNOT_WAIT);
	}
}

/* Send a question that stands in its slot. Takes slot and wait. */
static enum hss_asked submit(struct hss_result *now, struct slot *slot,
		struct suspended *wait, struct sip_msg *msg)
{
	unsigned outcome;

	slot->cookie[1] = (uintptr_t)wait;
	if(suspend_request(wait, msg, (unsigned)settings.hss_timeout) < 0) {
		suspend_drop(wait);
		hss_drop(slot);
		return fail(now, ASK_CANNOT_WAIT, HSS_CANNOT_WAIT);
	}
	if(hss_send(slot) == 0)
		return ASK_SUSPENDED;
	outcome = slot->answer.outcome;
	hss_drop(slot);
	suspend_cancel(wait);
	return not_sent(now, outcome);
}

/* What a question is made of. */
struct question
{
	enum diameter_operation operation;
	bool here; /* PUR */
	struct span sc_address;
	const struct diameter_delivery *delivery; /* RDR */
};

static int fill(struct slot *slot, const struct hss_who *who,
		const struct question *question)
{
	static const struct span nobody = {"", 0};

	switch(question->operation) {
		case DIAMETER_PUR:
			return question_update(slot, who,
					question->here ? span_of(settings.gateway_number) : nobody);
		case DIAMETER_SRR:
			return question_routing(slot, who, question->sc_address);
		default:
			return question_outcome(
					slot, who, question->sc_address, question->delivery);
	}
}

/* The transaction is there. Takes wait. */
static enum hss_asked ask_by(struct hss_result *now, struct sip_msg *msg,
		struct span id, const struct question *question, struct suspended *wait)
{
	struct hss_subject subject;
	enum hss_asked rc;
	struct slot *slot;

	/* without a peer there is nothing to suspend for, and nothing to take back */
	if(slots_open_peers(hss_slots()) == 0) {
		rc = not_sent(now, DIAMETER_NO_PEER);
		goto out;
	}
	slot = hss_begin(question->operation, HSS_FOR_SCRIPT);
	if(!slot) {
		rc = fail(now, ASK_NO_SLOT, HSS_NO_SLOT);
		goto out;
	}
	if(hss_subject_of(&subject, id) < 0
			|| fill(slot, &subject.who, question) < 0) {
		hss_drop(slot);
		rc = fail(now, ASK_NO_IDENTITY, HSS_NO_IDENTITY);
		goto out;
	}
	return submit(now, slot, wait, msg);
out:
	suspend_drop(wait);
	return rc;
}

static enum hss_asked ask(struct hss_result *now, struct sip_msg *msg,
		struct span id, const struct question *question,
		const struct script_then *then)
{
	struct suspended *wait;
	enum hss_asked rc = begin(&wait, now, msg, then);

	return rc == ASK_KNOWN ? ask_by(now, msg, id, question, wait) : rc;
}

enum hss_asked hss_script_update(struct hss_result *now, struct sip_msg *msg,
		struct span id, bool here, const struct script_then *then)
{
	struct question question = {.operation = DIAMETER_PUR, .here = here};

	if(!hss_may_write())
		return fail(now, ASK_NOT_USED, HSS_NOT_USED);
	return ask(now, msg, id, &question, then);
}

int hss_digits_parse(struct span *digits)
{
	size_t i;

	*digits = span_trim(*digits);
	if(digits->len > 0 && digits->s[0] == '+')
		*digits = span_skip(*digits, 1);
	for(i = 0; i < digits->len; i++)
		if(digits->s[i] < '0' || digits->s[i] > '9')
			return -1;
	return digits->len <= DIAMETER_DIGITS_MAX ? 0 : -1;
}

enum hss_asked hss_script_routing(struct hss_result *now, struct sip_msg *msg,
		struct span id, struct span sc_address, const struct script_then *then)
{
	struct question question = {.operation = DIAMETER_SRR};

	if(!hss_may_ask())
		return fail(now, ASK_NOT_USED, HSS_NOT_USED);
	if(hss_digits_parse(&sc_address) < 0)
		return fail(now, ASK_BAD_PARAMETER, HSS_NO_IDENTITY);
	question.sc_address = sc_address;
	return ask(now, msg, id, &question, then);
}

enum hss_asked hss_script_report(struct hss_result *now, struct sip_msg *msg,
		struct span id, struct span sc_address,
		const struct diameter_delivery *delivery,
		const struct script_then *then)
{
	struct question question = {
			.operation = DIAMETER_RDR, .delivery = delivery};

	if(!hss_may_write())
		return fail(now, ASK_NOT_USED, HSS_NOT_USED);
	if(hss_digits_parse(&sc_address) < 0 || sc_address.len == 0)
		return fail(now, ASK_BAD_PARAMETER, HSS_NO_IDENTITY);
	question.sc_address = sc_address;
	return ask(now, msg, id, &question, then);
}

/* --- reading ---------------------------------------------------------------------- */

unsigned hss_reading_longest(void)
{
	return (HSS_READING_TIMEOUTS + 1) * (unsigned)settings.hss_timeout;
}

/* The transaction is there. Takes wait. */
static enum hss_asked read_by(struct hss_result *now, struct sip_msg *msg,
		const struct hss_who *who, uint64_t references, struct suspended *wait)
{
	uint64_t cookie[2] = {0, (uintptr_t)wait};
	struct hss_data data;

	if(suspend_request(wait, msg, hss_reading_longest()) < 0) {
		suspend_drop(wait);
		return fail(now, ASK_CANNOT_WAIT, HSS_CANNOT_WAIT);
	}
	switch(hss_read(&data, who, references, HSS_FOR_SCRIPT, cookie)) {
		case HSS_READ_ASKED:
			return ASK_SUSPENDED;
		case HSS_READ_KEPT:
			suspend_cancel(wait);
			hss_result_of_data(now, &data);
			return ASK_KNOWN;
		default:
			suspend_cancel(wait);
			if(data.verdict.outcome == DIAMETER_NO_PEER)
				return not_sent(now, DIAMETER_NO_PEER);
			return fail(now, ASK_NO_SLOT, HSS_NO_SLOT);
	}
}

enum hss_asked hss_script_read(struct hss_result *now, struct sip_msg *msg,
		struct span id, uint64_t references, const struct script_then *then)
{
	struct hss_subject subject;
	struct suspended *wait;
	enum hss_asked rc;

	if(!hss_may_ask())
		return fail(now, ASK_NOT_USED, HSS_NOT_USED);
	rc = begin(&wait, now, msg, then);
	if(rc != ASK_KNOWN)
		return rc;
	if(hss_subject_of(&subject, id) < 0
			|| (subject.who.impu.len == 0 && subject.who.msisdn.len == 0)) {
		suspend_drop(wait);
		return fail(now, ASK_NO_IDENTITY, HSS_NO_IDENTITY);
	}
	return read_by(now, msg, &subject.who, references, wait);
}

/* --- outcomes --------------------------------------------------------------------- */

void hss_script_outcome(struct slot *slot)
{
	struct hss_result result;

	if(slot->request.operation == DIAMETER_UDR) {
		hss_read_outcome(slot);
		return;
	}
	hss_result_of_slot(&result, slot);
	suspend_resume((struct suspended *)(uintptr_t)slot->cookie[1], &result);
}

void hss_script_read_done(const struct hss_data *data, const uint64_t cookie[2])
{
	struct hss_result result;

	hss_result_of_data(&result, data);
	suspend_resume((struct suspended *)(uintptr_t)cookie[1], &result);
}
