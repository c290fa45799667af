/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Third-party registration: see registration.h.
 */
#include "registration.h"

#include <stdio.h>

#include "core/data_lump_rpl.h"
#include "core/parser/hf.h"
#include "core/parser/parse_from.h"
#include "core/parser/parse_to.h"
#include "../ims/third_party.h"
#include "../registry/store.h"
#include "answer.h"
#include "commit_wait.h"
#include "counters.h"
#include "event.h"
#include "hss_record.h"
#include "hss_update.h"
#include "log.h"
#include "mt.h"
#include "request.h"
#include "send.h"
#include "settings.h"
#include "subscription.h"

#define ASSOCIATED_MAX 8 /* P-Associated-URI headers of one request */
#define EXPIRED_A_TICK 500
#define STALE_RETRIES 8

int registration_find(struct registration *out, struct span id)
{
	return registry_get(out, id, time(NULL)) == REGISTRY_OK ? 0 : -1;
}

/* --- the request ------------------------------------------------------------ */

static int collect(
		struct third_party_in *in, struct span *associated, struct sip_msg *msg)
{
	struct hdr_field *h;

	memset(in, 0, sizeof(*in));
	if(parse_headers(msg, HDR_EOH_F, 0) < 0 || !msg->to || !get_to(msg)
			|| parse_from_header(msg) < 0)
		return -1;
	in->to = span_of(get_to(msg)->uri);
	in->from = span_of(get_from(msg)->uri);
	in->associated = associated;
	in->contact = request_header(msg, HDR_CONTACT_T);
	in->expires = request_header(msg, HDR_EXPIRES_T);
	in->content_type = request_header(msg, HDR_CONTENTTYPE_T);
	for(h = msg->headers; h; h = h->next)
		if(span_is(span_of(h->name), SPAN("P-Associated-URI"))
				&& in->associated_len < ASSOCIATED_MAX)
			associated[in->associated_len++] = span_of(h->body);
	in->body = request_body(msg);
	in->service_info_format = settings.service_info_format;
	return 0;
}

/* --- from what was said to the record ----------------------------------------- */

static bool same_contact(struct span a, struct span b)
{
	return a.len == b.len && memcmp(a.s, b.s, a.len) == 0;
}

/* The contacts known before that this request says nothing about. */
static void keep_contacts(struct registration *reg,
		const struct third_party *said, const struct registration *before)
{
	unsigned i;
	size_t j;

	if(said->contacts_complete || said->all_contacts_gone)
		return;
	for(i = 0; i < before->contacts; i++) {
		const struct registered_contact *c = &before->contact[i];

		for(j = 0; j < said->contacts_len; j++)
			if(same_contact(c->uri, said->contacts[j].uri))
				break;
		if(j == said->contacts_len && reg->contacts < REGISTRATION_CONTACTS_MAX)
			reg->contact[reg->contacts++] = *c;
	}
}

static void add_contacts(
		struct registration *reg, const struct third_party *said, int64_t now)
{
	size_t i;

	for(i = 0; i < said->contacts_len; i++) {
		const struct sip_contact *c = &said->contacts[i];

		if(c->expires == 0 || reg->contacts == REGISTRATION_CONTACTS_MAX)
			continue;
		reg->contact[reg->contacts++] = (struct registered_contact){c->uri,
				c->smsip ? SMS_CAPABILITY_YES : SMS_CAPABILITY_NO,
				now + c->expires, c->msisdn_less};
	}
}

/* The record lives as long as its longest contact, and never less than this request grants. */
static int64_t expiry(const struct registration *reg,
		const struct third_party *said, const struct registration *before,
		int64_t now)
{
	int64_t at = now + said->expires;
	unsigned i;

	for(i = 0; i < reg->contacts; i++)
		if(reg->contact[i].expires_at > at)
			at = reg->contact[i].expires_at;
	/* without knowledge of the contacts an earlier one may still be bound */
	if(reg->contacts == 0 && before->impus > 0 && before->state.expires_at > at)
		at = before->state.expires_at;
	return at;
}

static struct span first_known(struct span now, struct span before)
{
	return now.len > 0 ? now : before;
}

/* The serial of the registry has grown since the last REGISTER of this subscriber: that one was a change. */
static void set_stamp(struct registration *reg)
{
	uint32_t stamp = (uint32_t)registry_serial();

	stamp = stamp == 0 ? UINT32_MAX : stamp;
	memcpy(&reg->state.user[USER_REGISTER], &stamp, sizeof(stamp));
}

/* reg points into said, before and the request. */
static void make_record(struct registration *reg,
		const struct third_party *said, const struct registration *before,
		int64_t now)
{
	bool known = before->impus > 0;
	struct span none = {"", 0};
	size_t i;

	reg->serial = known ? before->serial : 0;
	reg->impus = reg->contacts = 0;
	for(i = 0; i < said->impus_len && i < REGISTRATION_IMPUS_MAX; i++)
		reg->impu[reg->impus++] = said->impus[i];
	/* a request without the implicit set does not take away what an earlier one, or the reg event, told of it */
	if(said->impus_len == 1)
		for(i = 0; known && i < before->impus
				   && reg->impus < REGISTRATION_IMPUS_MAX;
				i++)
			if(!identity_same(before->impu[i], said->impu))
				reg->impu[reg->impus++] = before->impu[i];
	reg->msisdn = first_known((struct span){said->msisdn, strlen(said->msisdn)},
			known ? before->msisdn : none);
	reg->imsi = first_known((struct span){said->imsi, strlen(said->imsi)},
			known ? before->imsi : none);
	reg->impi = first_known(said->impi, known ? before->impi : none);
	reg->scscf = first_known(said->scscf, known ? before->scscf : none);
	reg->registered_at = known ? before->registered_at : 0;
	add_contacts(reg, said, now);
	if(known)
		keep_contacts(reg, said, before);
	memset(&reg->state, 0, sizeof(reg->state));
	if(known)
		reg->state = before->state;
	reg->state.capability = reg->contacts > 0 ? registration_capability(reg)
							: known			  ? before->state.capability
											  : SMS_CAPABILITY_UNKNOWN;
	reg->state.expires_at = expiry(reg, said, before, now);
	set_stamp(reg);
}

/* --- outcomes ------------------------------------------------------------------- */

static void log_change(const char *what, const struct registration *reg,
		const struct sip_msg *msg)
{
	char impu[MASKED_MAX], msisdn[MASKED_MAX];

	LOG(settings.result_log_level,
			"registration %s: call-id=%.*s impu=%s msisdn=%s contacts=%u "
			"smsip=%u\n",
			what, msg ? msg->callid->body.len : 1,
			msg ? msg->callid->body.s : "-", masked(impu, str_of(reg->impu[0])),
			masked(msisdn, str_of(reg->msisdn)), reg->contacts,
			reg->smsip_contacts);
}

static void gone(const char *what, enum event event,
		const struct registration *reg, const struct sip_msg *msg)
{
	subscription_forget(str_of(reg->impu[0]));
	hss_update_look(reg);
	log_change(what, reg, msg);
	event_run_registration(event, reg);
}

void registration_changed(
		const struct registration *before, const struct registration *after)
{
	(void)before;
	hss_update_look(after);
	mt_wake(after->impu[0]);
}

void registration_ended(const struct registration *reg)
{
	hss_update_look(reg);
	log_change("ended by notify", reg, NULL);
	event_run_registration(EVENT_DEREGISTERED, reg);
}

/* The record that this is the next state of. 0, or -1: there is none; what has the identity may be somebody else's. */
static int find_own(struct registration *out, const struct third_party *said)
{
	struct span imsi = {said->imsi, strlen(said->imsi)};

	if(registration_find(out, said->impu) < 0)
		return -1;
	if(!identity_same(out->impu[0], said->impu)
			&& registration_is_another(out, imsi, said->impi))
		return -1;
	return 0;
}

static enum registered store_record(const struct third_party *said)
{
	struct registration before, reg;
	struct registry_put_info info;
	int64_t now = time(NULL);
	int rc = REGISTRY_STALE, tries;

	for(tries = 0; rc == REGISTRY_STALE && tries < STALE_RETRIES; tries++) {
		if(find_own(&before, said) < 0)
			before.impus = 0;
		make_record(&reg, said, &before, now);
		rc = registry_put(&info, NULL, &reg, now);
	}
	if(rc < 0) {
		count(rc == REGISTRY_FULL || rc == REGISTRY_NO_MEMORY
						? CNT_REG_FULL
						: CNT_REG_REFUSED);
		LM_ERR("a registration was not taken: %s\n",
				rc == REGISTRY_FULL		   ? "registry_max records are there"
				: rc == REGISTRY_NO_MEMORY ? "no shared memory"
				: rc == REGISTRY_INVALID   ? "an identity is none or too long"
										   : "it changes without end");
		return rc == REGISTRY_INVALID ? REGISTERED_REFUSED : REGISTERED_FULL;
	}
	if(info.lost_aliases > 0) {
		count(CNT_REG_ALIASES_LOST);
		LM_WARN("%u identities went from other subscribers to the newest "
				"registration\n",
				info.lost_aliases);
	}
	hss_update_look(&reg);
	return rc == REGISTRY_NEW ? REGISTERED_NEW : REGISTERED_REFRESHED;
}

static int take_out(struct span id, const struct sip_msg *msg)
{
	struct registration reg;

	if(registry_remove(&reg, id, 0) != REGISTRY_OK)
		return -1;
	gone("gone", EVENT_DEREGISTERED, &reg, msg);
	return 0;
}

/* Expires 0 ends a contact; whether it ends the subscriber, his other contacts decide (Kamailio's S-CSCF sends it when one
 * of two phones leaves). */
static bool somebody_stays(
		const struct third_party *said, const struct registration *before)
{
	struct registration left;
	unsigned i;

	if(said->all_contacts_gone)
		return false;
	left.contacts = 0;
	add_contacts(&left, said, 0);
	if(said->contacts_complete)
		return left.contacts > 0;
	if(said->contacts_len == 0) /* which one left is not said */
		return before->contacts > 1;
	keep_contacts(&left, said, before);
	for(i = 0; i < left.contacts; i++)
		if(left.contact[i].expires_at > time(NULL))
			return true;
	return false;
}

/* Which contact has left is not said, and there may be others that nobody told us of: Kamailio's S-CSCF sends no NOTIFY
 * for a second phone. One that answers SUBSCRIBE is asked. */
static bool scscf_decides(
		const struct third_party *said, const struct registration *before)
{
	str impu = str_of(before->impu[0]);

	if(said->contacts_len > 0 || said->all_contacts_gone
			|| said->contacts_complete)
		return false;
	return (before->contacts > 1 || subscription_is_active(impu))
		   && subscription_want(impu, str_of(before->scscf), true);
}

static enum registered leave(
		const struct third_party *said, const struct sip_msg *msg)
{
	struct registration before;

	if(find_own(&before, said) < 0) {
		/* it may be in the database, which was not there to be read */
		store_bury(said->impu);
		return REGISTERED_GONE;
	}
	if(scscf_decides(said, &before))
		return REGISTERED_REFRESHED;
	if(!somebody_stays(said, &before)) {
		take_out(said->impu, msg);
		return REGISTERED_GONE;
	}
	if(said->contacts_len == 0)
		return REGISTERED_REFRESHED;
	return store_record(said);
}

/* --- the answer ------------------------------------------------------------------- */

static void add_answer_headers(
		struct sip_msg *msg, const struct third_party *said)
{
	char line[512];
	int n = snprintf(line, sizeof(line), "Contact: <%.*s>;expires=%u\r\n",
			(int)said->scscf.len, said->scscf.s, said->expires);

	if(said->scscf.len == 0 || n >= (int)sizeof(line))
		n = snprintf(line, sizeof(line), "Expires: %u\r\n", said->expires);
	if(!add_lump_rpl(msg, line, n, LUMP_RPL_HDR))
		LM_ERR("no memory for a reply header\n");
}

static void note_faults(const struct third_party *said, struct sip_msg *msg)
{
	char words[256];

	if(!(said->faults
			   & (THIRD_PARTY_BAD_BODY | THIRD_PARTY_BAD_EXPIRES
					   | THIRD_PARTY_NO_SCSCF)))
		return;
	count(CNT_REG_MALFORMED);
	third_party_print_faults(words, sizeof(words), said->faults);
	LM_WARN("third-party REGISTER with faults, taken by its To: call-id=%.*s "
			"%s\n",
			msg->callid->body.len, msg->callid->body.s, words);
}

/* By what the record says. */
static bool needs_subscription(const struct registration *reg)
{
	return settings.reg_event == REG_EVENT_ALWAYS
		   || (settings.reg_event == REG_EVENT_NEEDED
				   && (reg->state.capability == SMS_CAPABILITY_UNKNOWN
						   || reg->state.user[USER_REG_EVENT]));
}

/* The reg event is asked for what the REGISTER does not tell. */
static void subscribe(
		const struct third_party *said, const struct registration *reg)
{
	bool open =
			!said->contacts_complete && said->impus_len == 1 && reg->impus == 1;

	if(said->expires > 0
			&& ((settings.reg_event == REG_EVENT_NEEDED && open)
					|| needs_subscription(reg)))
		subscription_want(str_of(reg->impu[0]), str_of(reg->scscf), false);
}

static void tell(enum registered result, const struct third_party *said,
		struct sip_msg *msg)
{
	struct registration reg;

	if(result == REGISTERED_GONE) /* told where it was taken out */
		return;
	if(registration_find(&reg, said->impu) < 0)
		return;
	log_change(result == REGISTERED_NEW ? "new" : "refreshed", &reg, msg);
	if(result == REGISTERED_NEW)
		event_run_registration(EVENT_REGISTERED, &reg);
	mt_wake(reg.impu[0]);
	subscribe(said, &reg);
	hss_record_complete(&reg, msg->callid->body);
}

/* What is sent again while the first waits for its answer must not undo what came between. 0: it is such a one, -1: tm takes it not. */
static int begin_transaction(struct sip_msg *msg)
{
	int rc = tmb.t_newtran(msg);

	return rc == E_SCRIPT ? 1 : rc; /* the script had it begun */
}

enum registered registration_take(struct sip_msg *msg)
{
	struct span associated[ASSOCIATED_MAX];
	struct third_party_in in;
	struct third_party said;
	enum registered result = REGISTERED_REFUSED;
	int rc = begin_transaction(msg);

	if(rc == 0) {
		count(CNT_REG_REPEATED);
		return REGISTERED_REPEATED;
	}
	if(rc < 0)
		return REGISTERED_FAILED;
	count(CNT_REG_RECEIVED);
	if(collect(&in, associated, msg) == 0
			&& third_party_parse(&said, &in) == 0) {
		note_faults(&said, msg);
		result = said.expires > 0 ? store_record(&said) : leave(&said, msg);
	} else {
		count(CNT_REG_REFUSED);
	}
	if(result == REGISTERED_REFUSED) {
		answer_reject(msg, 400, NULL, false);
		return result;
	}
	if(result == REGISTERED_FULL) {
		answer_reject(msg, 503, NULL, false);
		return result;
	}
	count(result == REGISTERED_NEW			 ? CNT_REG_NEW
			: result == REGISTERED_REFRESHED ? CNT_REG_REFRESHED
											 : CNT_REG_GONE);
	add_answer_headers(msg, &said);
	if(commit_wait_answer(msg, registry_serial()) < 0)
		result = REGISTERED_FAILED;
	else
		tell(result, &said, msg);
	return result;
}

int registration_remove(struct span id)
{
	return take_out(id, NULL);
}

void registration_tick(void)
{
	struct registration reg;
	int64_t now = time(NULL);
	int i;

	for(i = 0; i < EXPIRED_A_TICK && registry_expire_next(&reg, now); i++) {
		count(CNT_REG_EXPIRED);
		gone("expired", EVENT_EXPIRED, &reg, NULL);
	}
}

void registration_begin_again(void)
{
	struct registry_cursor at = {0};
	struct registration reg;

	while(subscriptions_count() < subscriptions_max()
			&& registry_next(&reg, &at))
		if(needs_subscription(&reg))
			subscription_want(str_of(reg.impu[0]), str_of(reg.scscf), false);
}
