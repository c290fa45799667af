/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Push-Notification-Request: see push.h.
 */
#include "push.h"

#include <time.h>

#include "answer.h"
#include "diameter/dictionary.h"
#include "log.h"
#include "sh_xml.h"
#include "wire.h"

#define ANSWER_WITHIN 5 /* s */

/* Whom a request was about, until its answer. */
struct pushed
{
	char impu[IDENTITY_MAX];
	char host[IDENTITY_MAX];
};

static void drop_subscriptions(const struct pushed *pushed)
{
	struct subscriber *s;

	data_lock();
	s = data_find(BY_IMPU, pushed->impu);
	for(size_t i = 0; s && i < SUBSCRIPTIONS_MAX; i++)
		if(strcmp(s->subscriptions[i].host, pushed->host) == 0)
			memset(&s->subscriptions[i], 0, sizeof(s->subscriptions[i]));
	data_unlock();
}

static void on_answer(void *data, struct msg **answer)
{
	struct pushed *pushed = data;
	struct avp *result =
			avp_first(*answer, VENDOR_IETF, AVP_EXPERIMENTAL_RESULT);
	const union avp_value *code = result ? avp_value(result, VENDOR_IETF,
										  AVP_EXPERIMENTAL_RESULT_CODE)
										 : NULL;

	if(code && code->u32 == DIAMETER_ERROR_USER_UNKNOWN)
		drop_subscriptions(pushed);
	free(pushed);
	fd_msg_free(*answer);
	*answer = NULL;
}

static void on_expiry(
		void *data, DiamId_t peer, size_t peer_len, struct msg **request)
{
	(void)peer_len;
	log_event("no answer", peer, "PNR");
	free(data);
	fd_msg_free(*request);
	*request = NULL;
}

static int add_user_data(
		struct msg *msg, const struct subscriber *s, uint32_t reference)
{
	struct sh_wish wish = {.references = (uint64_t)1 << reference,
			.empty_elements = true,
			.identity_set = -1,
			.domain = -1};
	long len;
	char *document = sh_write(&len, s, wish);
	int error = len > 0 ? avp_add_octets(
						msg, VENDOR_3GPP, AVP_USER_DATA, document, (size_t)len)
						: EINVAL;

	free(document);
	return error;
}

static int add_content(struct msg *msg, const struct subscriber *s,
		uint32_t reference, const char *host, const char *realm)
{
	struct avp *group = NULL;
	int error = add_head(msg, APPLICATION_SH);

	if(!error)
		error = avp_add_text(msg, VENDOR_IETF, AVP_DESTINATION_HOST, host);
	if(!error)
		error = avp_add_text(msg, VENDOR_IETF, AVP_DESTINATION_REALM, realm);
	if(!error)
		error = avp_add_group(&group, msg, VENDOR_3GPP, AVP_USER_IDENTITY);
	if(!error)
		error = avp_add_text(
				group, VENDOR_3GPP, AVP_PUBLIC_IDENTITY, s->impus[0]);
	return error ? error : add_user_data(msg, s, reference);
}

/* The request but for its Session-Id; NULL: no memory. */
static struct msg *make(const struct subscriber *s, uint32_t reference,
		const char *host, const char *realm)
{
	struct msg *msg = NULL;

	if(fd_msg_new(dictionary_command(COMMAND_PUSH_NOTIFICATION, true),
			   MSGFL_ALLOC_ETEID, &msg))
		return NULL;
	if(add_content(msg, s, reference, host, realm)) {
		fd_msg_free(msg);
		return NULL;
	}
	return msg;
}

static int send_request(
		struct msg *msg, const struct subscriber *s, const char *host)
{
	struct pushed *pushed = calloc(1, sizeof(*pushed));
	struct timespec until;
	int error = pushed ? fd_msg_new_session(msg, NULL, 0) : ENOMEM;

	if(!error) {
		snprintf(pushed->impu, sizeof(pushed->impu), "%s", s->impus[0]);
		snprintf(pushed->host, sizeof(pushed->host), "%s", host);
		clock_gettime(CLOCK_REALTIME, &until);
		until.tv_sec += ANSWER_WITHIN;
		error = fd_msg_send_timeout(&msg, on_answer, pushed, on_expiry, &until);
	}
	if(error) {
		free(pushed);
		fd_msg_free(msg);
	}
	return error;
}

/* libfdcore itself would not live through sending it and getting its answer. */
static int send_with_nul(struct msg *msg)
{
	static const uint8_t id[] = {'h', 's', 's', ';', '1', ';', 0, ';', '2'};
	union avp_value value = {.os = {(uint8_t *)id, sizeof(id)}};
	struct avp *avp = NULL;
	uint8_t *octets = NULL;
	size_t len;
	int error = dictionary_avp_new(&avp, VENDOR_IETF, AVP_SESSION_ID);

	if(!error)
		error = fd_msg_avp_setvalue(avp, &value);
	if(!error)
		error = fd_msg_avp_add(msg, MSG_BRW_FIRST_CHILD, avp);
	if(!error)
		error = fd_msg_bufferize(msg, &octets, &len);
	if(!error && wire_send(octets, len) == 0)
		error = ENOTCONN;
	free(octets);
	fd_msg_free(msg);
	return error;
}

int push_to(const char *identity, uint32_t reference, const char *host,
		const char *realm, bool with_nul)
{
	const struct subscriber *s;
	struct msg *msg;
	int result = -1;

	data_lock();
	s = data_find(BY_ANY, identity);
	if(s) {
		msg = make(s, reference, host, realm);
		if(!msg)
			result = 0;
		else if(with_nul)
			result = send_with_nul(msg) == 0;
		else
			result = send_request(msg, s, host) == 0;
	}
	data_unlock();
	return result;
}

static bool is_due(const struct subscription *subscription, uint32_t reference)
{
	return subscription->host[0] && subscription->reference == reference
		   && (subscription->expiry == 0 || subscription->expiry > time(NULL));
}

int push_subscribed(const char *identity, uint32_t reference)
{
	struct subscriber *s;
	int count = -1;

	data_lock();
	s = data_find(BY_ANY, identity);
	if(s)
		count = 0;
	for(size_t i = 0; s && i < SUBSCRIPTIONS_MAX; i++) {
		struct subscription *subscription = &s->subscriptions[i];
		struct msg *msg;

		if(!is_due(subscription, reference))
			continue;
		msg = make(s, reference, subscription->host, subscription->realm);
		if(msg && send_request(msg, s, subscription->host) == 0)
			count++;
		if(subscription->once)
			memset(subscription, 0, sizeof(*subscription));
	}
	data_unlock();
	return count;
}
