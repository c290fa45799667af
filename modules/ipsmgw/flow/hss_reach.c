/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Subscriptions to reachability: see hss_reach.h. A list of blocks, looked through from its oldest: it changes with
 * deliveries that failed, which is seldom.
 */
#include "hss_reach.h"

#include <time.h>

#include "core/locking.h"
#include "../ims/identity.h"
#include "../ims/sh_data.h"
#include "counters.h"
#include "event.h"
#include "hss_wish.h"
#include "log.h"
#include "mt.h"
#include "registration.h"
#include "settings.h"

struct subscriber
{
	struct subscriber *next;
	uint64_t serial; /* of the SNR */
	int64_t expires_at;
	struct hss_who who;
	char octets[];
};

static struct table
{
	gen_lock_t lock;
	unsigned count;
	uint64_t serial;
	struct subscriber *first, **last;
} * table;

int hss_reach_init(void)
{
	table = shm_malloc(sizeof(*table));
	if(!table)
		return -1;
	memset(table, 0, sizeof(*table));
	table->last = &table->first;
	return lock_init(&table->lock) ? 0 : -1;
}

/* With the lock. */
static void take_out(struct subscriber **at)
{
	struct subscriber *gone = *at;

	*at = gone->next;
	if(!*at)
		table->last = at;
	table->count--;
	shm_free(gone);
}

void hss_reach_destroy(void)
{
	if(!table)
		return;
	while(table->first)
		take_out(&table->first);
	lock_destroy(&table->lock);
	shm_free(table);
	table = NULL;
}

unsigned hss_reach_count(void)
{
	return table ? table->count : 0;
}

/* --- the table, with the lock --------------------------------------------------- */

static bool is_same(const struct hss_who *a, const struct hss_who *b)
{
	if(a->msisdn.len > 0 && a->msisdn.len == b->msisdn.len
			&& memcmp(a->msisdn.s, b->msisdn.s, a->msisdn.len) == 0)
		return true;
	return a->impu.len > 0 && b->impu.len > 0
		   && identity_same(a->impu, b->impu);
}

/* His, and on the way those whose time is over go. NULL: there is none. */
static struct subscriber **find(const struct hss_who *who)
{
	struct subscriber **at = &table->first;
	int64_t now = time(NULL);

	while(*at) {
		if((*at)->expires_at <= now)
			take_out(at);
		else if(is_same(&(*at)->who, who))
			return at;
		else
			at = &(*at)->next;
	}
	return NULL;
}

static struct subscriber **find_serial(uint64_t serial)
{
	struct subscriber **at = &table->first;

	while(*at && (*at)->serial != serial)
		at = &(*at)->next;
	return *at ? at : NULL;
}

/* 0: there is no room. */
static uint64_t add(const struct hss_who *who, int64_t expires_at)
{
	size_t size =
			who->impu.len + who->msisdn.len + who->imsi.len + who->impi.len;
	struct subscriber *s;

	if(size > HSS_WHO_MAX || table->count >= (unsigned)settings.hss_reach_max)
		return 0;
	s = shm_malloc(sizeof(*s) + size);
	if(!s)
		return 0;
	hss_who_copy(&s->who, who, s->octets);
	s->serial = ++table->serial;
	s->expires_at = expires_at;
	s->next = NULL;
	*table->last = s;
	table->last = &s->next;
	table->count++;
	return s->serial;
}

static void remove_serial(uint64_t serial)
{
	struct subscriber **at;

	lock_get(&table->lock);
	at = find_serial(serial);
	if(at)
		take_out(at);
	lock_release(&table->lock);
}

/* --- SNR ------------------------------------------------------------------------ */

static enum hss_reach ask(
		const struct hss_who *who, uint64_t serial, int64_t expires_at)
{
	struct slot *slot = hss_begin(DIAMETER_SNR, HSS_FOR_UPDATE);

	if(!slot)
		return HSS_REACH_NOT_SENT;
	slot->cookie[1] = serial;
	if(question_reachability(slot, who, true) < 0) {
		hss_drop(slot);
		return HSS_REACH_NOBODY;
	}
	slot->request.has |= REQUEST_EXPIRY_TIME;
	slot->request.expiry_time = expires_at;
	if(hss_send(slot) == 0)
		return HSS_REACH_ASKED;
	hss_drop(slot);
	return HSS_REACH_NOT_SENT;
}

enum hss_reach hss_reach_want(const struct hss_who *who)
{
	int64_t expires_at = time(NULL) + settings.hss_reach_time;
	enum hss_reach result;
	uint64_t serial = 0;
	bool there;

	if(!table)
		return HSS_REACH_NO_HSS;
	lock_get(&table->lock);
	there = find(who) != NULL;
	if(!there)
		serial = add(who, expires_at);
	lock_release(&table->lock);
	if(there)
		return HSS_REACH_WAITED_FOR;
	if(serial == 0)
		return HSS_REACH_FULL;
	result = ask(who, serial, expires_at);
	if(result < 0)
		remove_serial(serial);
	else
		count(CNT_HSS_REACH_ASKED);
	return result;
}

/* The notification may have come before this. */
void hss_reach_outcome(struct slot *slot)
{
	const struct diameter_answer *answer = &slot->answer;
	bool granted = hss_is_success(answer);
	char who[MASKED_MAX] = "-";
	struct subscriber **at;

	lock_get(&table->lock);
	at = find_serial(slot->cookie[1]);
	if(at) {
		masked(who, str_of((*at)->who.impu.len > 0 ? (*at)->who.impu
												   : (*at)->who.msisdn));
		if(!granted)
			take_out(at);
		else if(answer->has & ANSWER_EXPIRY_TIME
				&& answer->expiry_time < (*at)->expires_at)
			(*at)->expires_at = answer->expiry_time;
	}
	lock_release(&table->lock);
	count(granted ? CNT_HSS_REACH_GRANTED : CNT_HSS_REACH_FAILED);
	LOG(granted ? settings.result_log_level : L_WARN,
			"hss reach: id=%s %s result=%u (%s)\n", who,
			granted ? "will be notified" : "no notification", answer->result,
			answer->outcome == DIAMETER_ANSWERED
					? diameter_result_name(answer->vendor, answer->result)
					: "no answer");
}

/* --- PNR ------------------------------------------------------------------------ */

/* Whom it is about: as the HSS names him, and as the registry knows him by that. */
static struct hss_who who_of(
		const struct diameter_request *request, struct registration *reg)
{
	struct span named = {request->identity, strlen(request->identity)};
	struct hss_who who = {{"", 0}, {"", 0}, {"", 0}, {"", 0}};

	if(registration_find(reg, named) == 0)
		return (struct hss_who){.impu = reg->impu[0], .msisdn = reg->msisdn};
	reg->impus = 0;
	if(request->identity_type == DIAMETER_IMPU)
		who.impu = named;
	else if(request->identity_type == DIAMETER_MSISDN)
		who.msisdn = named;
	return who;
}

/* As much of a registration as is known of somebody who has none. */
static void make_registration(
		struct registration *reg, const struct hss_who *who)
{
	memset(reg, 0, offsetof(struct registration, text));
	reg->impus = who->impu.len > 0;
	reg->impu[0] = who->impu;
	reg->msisdn = who->msisdn;
}

/* The subscription was for once: it goes. */
static bool take_subscription(const struct hss_who *who)
{
	struct subscriber **at;

	lock_get(&table->lock);
	at = find(who);
	if(at)
		take_out(at);
	lock_release(&table->lock);
	return at != NULL;
}

/* Why it is refused (Experimental-Result-Code), or 0. */
static uint32_t read_document(const struct slot *slot)
{
	/* too large for a stack, and one PNR is at work in a process at a time */
	static struct sh_data data;
	static char text[SH_DATA_TEXT];
	struct span document = {(const char *)slot->user_data, slot->user_data_len};

	if(sh_data_parse(&data, text, sizeof(text), document) != XMLDOC_OK)
		return DIAMETER_ERROR_USER_DATA_NOT_RECOGNIZED;
	return data.present & SH_HAS_REACHABILITY
				   ? 0
				   : DIAMETER_ERROR_NO_SUBSCRIPTION_TO_DATA;
}

void hss_reach_notified(struct slot *slot)
{
	/* the slot is gone with the answer */
	static struct diameter_request request;
	struct registration reg;
	struct hss_who who;
	char id[MASKED_MAX];
	uint32_t refused;

	request = slot->request;
	if(request.operation != DIAMETER_PNR) {
		slot->answer.result = DIAMETER_COMMAND_UNSUPPORTED;
		hss_reply(slot);
		return;
	}
	who = who_of(&request, &reg);
	refused = read_document(slot);
	if(!refused && !take_subscription(&who))
		refused = DIAMETER_ERROR_NO_SUBSCRIPTION_TO_DATA;
	slot->answer.result = refused ? refused : DIAMETER_SUCCESS;
	slot->answer.vendor = refused ? VENDOR_3GPP : VENDOR_IETF;
	/* first: who has the answer finds it counted */
	count(refused ? CNT_HSS_REACH_STRANGE : CNT_HSS_REACH_NOTIFIED);
	hss_reply(slot);
	LOG(settings.result_log_level, "hss reach: id=%s %s%s\n",
			masked(id, (str){request.identity, (int)strlen(request.identity)}),
			refused ? "notification refused: " : "is reachable",
			refused ? diameter_result_name(VENDOR_3GPP, refused) : "");
	if(refused)
		return;
	if(reg.impus == 0)
		make_registration(&reg, &who);
	mt_wake(reg.impu[0]);
	event_run_registration(EVENT_REACHABLE, &reg);
}
