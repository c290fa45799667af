/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Questions and answers of a reading: see reading.h.
 */
#include "reading.h"

#include "core/dprint.h"
#include "../ims/identity.h"
#include "document.h"

/* --- the beginning ---------------------------------------------------------------- */

static struct span span_of_text(const char *text)
{
	return (struct span){text, strlen(text)};
}

/* What does not fit is not known. */
static void copy(char *out, size_t cap, struct span text)
{
	if(text.len == 0 || text.len >= cap)
		return;
	memcpy(out, text.s, text.len);
	out[text.len] = '\0';
}

/* Public-Identity is in canonical form: without URI parameters, a number without visual separators. */
static void copy_impu(diameter_text out, struct span impu)
{
	char digits[MSISDN_MAX_DIGITS + 1];
	struct identity_uri uri;
	bool plus;

	if(impu.len == 0 || identity_uri_parse(&uri, impu) < 0)
		return;
	if(uri.scheme == URI_TEL && identity_digits(digits, &plus, &uri) > 0
			&& plus) {
		memcpy(out, "tel:+", 5);
		copy(out + 5, sizeof(diameter_text) - 5, span_of_text(digits));
		return;
	}
	if(uri.params.len > 0)
		impu.len = (size_t)(uri.params.s - impu.s);
	copy(out, sizeof(diameter_text), impu);
}

void reading_init(struct reading *r, const struct hss_key *key,
		const struct hss_who *who, const struct hss_kept *kept)
{
	memset(r, 0, sizeof(*r));
	r->key = *key;
	copy_impu(r->impu, who->impu);
	copy(r->msisdn, sizeof(r->msisdn), who->msisdn);
	copy(r->imsi, sizeof(r->imsi), who->imsi);
	copy(r->impi, sizeof(r->impi), who->impi);
	hss_data_clear(&r->data);
	r->began_ms = slots_now_ms();
	r->since_s = (int64_t)(r->began_ms / 1000);
	if(kept) {
		r->data = kept->data;
		r->data.cached = false;
		r->settled = kept->settled;
		r->since_s = kept->since;
	}
	if(r->impu[0] == '\0') {
		r->lost = question_by_impu() & ~r->settled;
		r->settled |= r->lost;
	}
}

/* --- the next question -------------------------------------------------------------- */

/* Asked by the IMPU, where it is known: those that no other identity has, and the identities of its implicit set. */
static uint64_t by_impu(const struct reading *r)
{
	return r->impu[0] ? question_by_impu() | REFERENCE(DATA_IMS_PUBLIC_IDENTITY)
					  : 0;
}

/* The number before all others, for that is what most look for. */
static uint64_t first_of(uint64_t references)
{
	return references & REFERENCE(DATA_MSISDN) ? REFERENCE(DATA_MSISDN)
											   : references & -references;
}

/* Those that go by the same identity as this one. */
static uint64_t alike(const struct reading *r, uint64_t reference)
{
	if(r->msisdn[0] == '\0')
		return ~UINT64_C(0);
	return reference & by_impu(r) ? by_impu(r) : ~by_impu(r);
}

void reading_choose(struct reading *r, bool several)
{
	uint64_t left = r->wanted & ~r->settled;
	unsigned n;

	r->asked = first_of(left);
	if(!several || r->singly)
		return;
	left &= alike(r, r->asked);
	for(n = 1; n < DIAMETER_REFERENCES_MAX; n++)
		r->asked |= first_of(left & ~r->asked);
}

int reading_ask(struct reading *r)
{
	bool impu = (r->asked & by_impu(r)) != 0;
	struct hss_who who = {span_of_text(r->impu),
			span_of_text(impu ? "" : r->msisdn), span_of_text(r->imsi),
			span_of_text(r->impi)};
	struct slot *slot = hss_begin(DIAMETER_UDR, r->purpose);
	struct diameter_answer failed = {.outcome = DIAMETER_SEND_FAILED};

	if(!slot)
		goto out;
	if(question_read(slot, &who, r->asked) < 0)
		goto drop;
	if(impu && r->asked & REFERENCE(DATA_IMS_PUBLIC_IDENTITY)) {
		slot->request.has |= REQUEST_IDENTITY_SET;
		slot->request.identity_set = IMPLICIT_IDENTITIES;
	}
	slot->cookie[1] = (uint64_t)(uintptr_t)r;
	if(hss_send(slot) == 0)
		return 0;
	failed.outcome = slot->answer.outcome;
drop:
	hss_drop(slot);
out:
	r->data.verdict = failed;
	return -1;
}

/* --- what an answer means ---------------------------------------------------------- */

enum meaning
{
	MEANS_ANSWERED,
	MEANS_UNREADABLE, /* the document of these references is broken */
	MEANS_REFUSED,	  /* these references are not for us */
	MEANS_NOT_NOW,	  /* these references have nothing for the moment */
	MEANS_SINGLY,	  /* one at a time, maybe */
	MEANS_UNKNOWN,	  /* no such user */
	MEANS_FAILED,	  /* the reading is at its end */
};

static bool is_experimental(
		const struct diameter_answer *answer, enum diameter_experimental code)
{
	return answer->vendor == VENDOR_3GPP && answer->result == (uint32_t)code;
}

static enum meaning meaning_of_error(
		const struct reading *r, const struct diameter_answer *answer)
{
	static const struct
	{
		enum diameter_experimental code;
		enum meaning one;
	} codes[] = {
			{DIAMETER_ERROR_USER_UNKNOWN, MEANS_UNKNOWN},
			{DIAMETER_USER_DATA_NOT_AVAILABLE, MEANS_NOT_NOW},
			{DIAMETER_ERROR_OPERATION_NOT_ALLOWED, MEANS_REFUSED},
			{DIAMETER_ERROR_USER_DATA_CANNOT_BE_READ, MEANS_REFUSED},
	};
	bool several = (r->asked & (r->asked - 1)) != 0;
	enum meaning meaning = MEANS_FAILED;

	if(answer->outcome != DIAMETER_ANSWERED)
		return MEANS_FAILED;
	for(size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
		if(is_experimental(answer, codes[i].code))
			meaning = codes[i].one;
	/* he was known a moment ago: it is this identity of his that is not */
	if(meaning == MEANS_UNKNOWN)
		return r->data.answered ? MEANS_REFUSED : MEANS_UNKNOWN;
	/* the answer is for all of them and does not say which one it means */
	if(several && (meaning != MEANS_FAILED || !hss_is_temporary(answer)))
		return MEANS_SINGLY;
	return meaning;
}

static enum meaning take_document(
		struct reading *r, const struct slot *slot, void (*unreadable)(void))
{
	struct span document = {(const char *)slot->user_data, slot->user_data_len};
	enum xmldoc_error error = XMLDOC_OK;

	if(slot->answer.has & ANSWER_USER_DATA_CUT)
		error = XMLDOC_TOO_BIG;
	else if(document.len > 0)
		error = hss_data_add(&r->data, r->asked, document);
	else
		r->data.answered |= r->asked;
	if(error == XMLDOC_OK)
		return MEANS_ANSWERED;
	if(unreadable)
		unreadable();
	LM_WARN("User-Data of %s cannot be read: %s\n", slot->answer.origin.host,
			xmldoc_error_name(error));
	return MEANS_UNREADABLE;
}

bool reading_take(
		struct reading *r, const struct slot *slot, void (*unreadable)(void))
{
	const struct diameter_answer *answer = &slot->answer;
	bool success = hss_is_success(answer);
	enum meaning meaning = success ? take_document(r, slot, unreadable)
								   : meaning_of_error(r, answer);

	/* an error of one reference is not the verdict where another was answered */
	if(success || meaning == MEANS_FAILED || r->data.answered == 0)
		r->data.verdict = *answer;
	if(meaning == MEANS_SINGLY) {
		r->singly = true;
		r->asked = 0; /* they are still to be asked */
	} else if(meaning != MEANS_ANSWERED && meaning != MEANS_REFUSED) {
		r->lost |= r->asked;
	}
	return meaning != MEANS_UNKNOWN && meaning != MEANS_FAILED;
}

bool reading_kept(struct hss_kept *out, const struct reading *r)
{
	if(r->forgotten)
		return false;
	out->data = r->data;
	out->since = r->since_s;
	out->settled = (r->settled & ~r->lost) | r->data.answered;
	if(r->data.answered) /* what broke off the reading was not for these */
		out->data.verdict = (struct diameter_answer){
				.outcome = DIAMETER_ANSWERED, .result = DIAMETER_SUCCESS};
	else if(is_experimental(&r->data.verdict, DIAMETER_ERROR_USER_UNKNOWN))
		out->settled = ~UINT64_C(0);
	return out->settled != 0;
}
