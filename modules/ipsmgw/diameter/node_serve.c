/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Requests to us: from a peer into a slot, and the gateway's reply back. A request that the gateway cannot take now is
 * refused with 3004, one that it did not reply to in time with 5012. See node_private.h.
 */
#include <pthread.h>
#include <string.h>

#include <freeDiameter/freeDiameter-host.h>
#include <freeDiameter/libfdcore.h>

#include "codes.h"
#include "command.h"
#include "dictionary.h"
#include "log.h"
#include "node_private.h"

static void send_reply(struct msg *message, enum diameter_operation operation,
		const struct diameter_answer *answer)
{
	int error = command_build_reply(&message, operation, answer);

	if(!error)
		error = fd_msg_send(&message, NULL, NULL);
	if(!error)
		return;
	log_line(DIAMETER_LOG_WARNING, "Diameter reply not sent: %s",
			strerror(error));
	if(message)
		fd_msg_free(message);
}

static void refuse(struct node *node, struct msg *message,
		enum diameter_operation operation, uint32_t vendor, uint32_t result)
{
	struct diameter_answer answer = {.result = result, .vendor = vendor};

	slots_count(node->slots, COUNT_INCOMING_REFUSED);
	send_reply(message, operation, &answer);
}

/* The first one and all repetitions that waited for it. */
static void settle(struct node *node, struct pending *pending,
		enum diameter_operation operation, const struct diameter_answer *answer,
		bool keep)
{
	void *waited[DUPLICATES_WAITING];
	struct msg *message = pending->message;
	unsigned count = duplicates_settle(waited, node->duplicates, &pending->key,
			answer, keep, slots_now_ms());

	pending->message = NULL;
	pending->ref = 0;
	send_reply(message, operation, answer);
	for(unsigned i = 0; i < count; i++)
		send_reply(waited[i], operation, answer);
}

/* --- in ---------------------------------------------------------------------------- */

/* true: it is a repetition and dealt with. */
static bool is_repetition(struct node *node, struct msg *message,
		const struct slot *slot, const struct duplicate_key *key)
{
	struct diameter_answer answer;
	enum duplicate verdict = duplicates_see(
			node->duplicates, &answer, key, message, slots_now_ms());

	if(verdict == DUPLICATE_NEW)
		return false;
	slots_count(node->slots, COUNT_DUPLICATES);
	if(verdict == DUPLICATE_ANSWERED)
		send_reply(message, (enum diameter_operation)slot->request.operation,
				&answer);
	else if(verdict == DUPLICATE_TOO_MANY)
		fd_msg_free(message);
	return true;
}

static void make_key(struct duplicate_key *key, const struct slot *slot,
		const struct msg_hdr *header)
{
	memcpy(key->host, slot->request.peer.host, sizeof(key->host));
	key->end_to_end = header->msg_eteid;
	key->command = header->msg_code;
}

static void submit(struct node *node, struct msg *message, struct slot *slot,
		const struct duplicate_key *key)
{
	struct pending *pending =
			&node->pending[slots_place(node->slots, slot->ref)];
	enum diameter_operation operation =
			(enum diameter_operation)slot->request.operation;
	struct diameter_answer busy = {.result = DIAMETER_TOO_BUSY};
	struct pending failed;

	pending->ref = slot->ref;
	pending->message = message;
	pending->key = *key;
	/* once it is in the pipe another thread may have it all */
	failed = *pending;
	if(slots_node_submit(node->slots, slot, node->settings->incoming_ms) == 0)
		return;
	slots_count(node->slots, COUNT_INCOMING_REFUSED);
	settle(node, &failed, operation, &busy, false);
}

static void serve(struct node *node, struct msg *message)
{
	struct slot *slot = slots_node_take(node->slots);
	struct msg_hdr *header;
	struct duplicate_key key;
	uint32_t result, vendor;

	if(!slot || fd_msg_hdr(message, &header)) {
		refuse(node, message, DIAMETER_NO_OPERATION, 0, DIAMETER_TOO_BUSY);
		if(slot)
			slots_node_release(node->slots, slot);
		return;
	}
	result = command_read_request(&vendor, slot, message);
	make_key(&key, slot, header);
	if(result) {
		refuse(node, message, (enum diameter_operation)slot->request.operation,
				vendor, result);
		slots_node_release(node->slots, slot);
	} else if(is_repetition(node, message, slot, &key)) {
		slots_node_release(node->slots, slot);
	} else {
		submit(node, message, slot, &key);
	}
}

static int on_request(struct msg **message, struct avp *avp,
		struct session *session, void *data, enum disp_action *action)
{
	int cancel;

	(void)avp;
	(void)session;
	(void)action;
	pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &cancel);
	serve(data, *message);
	*message = NULL;
	pthread_setcancelstate(cancel, &cancel);
	return 0;
}

/* --- out --------------------------------------------------------------------------- */

void node_serve_reply(struct node *node, struct slot *slot)
{
	struct pending *pending =
			&node->pending[slots_place(node->slots, slot->ref)];
	struct diameter_answer answer = slot->answer;
	enum diameter_operation operation =
			(enum diameter_operation)slot->request.operation;
	/* what an earlier process took is nothing to us: its connection is gone */
	bool known = pending->message && pending->ref == slot->ref;
	struct pending mine = *pending;

	if(answer.outcome != DIAMETER_ANSWERED || answer.result == 0) {
		answer.result = DIAMETER_UNABLE_TO_COMPLY;
		answer.vendor = 0;
	}
	if(known)
		pending->message = NULL;
	slots_node_release(node->slots, slot);
	if(known)
		settle(node, &mine, operation, &answer, true);
}

int node_serve_start(struct node *node)
{
	struct disp_when when;
	uint32_t code, application;
	int error = 0;

	for(unsigned i = 0; !error && command_served(&code, &application, i); i++) {
		memset(&when, 0, sizeof(when));
		when.app = dictionary_application(application);
		when.command = dictionary_command(code, true);
		error = fd_disp_register(on_request, DISP_HOW_CC, &when, node, NULL);
	}
	return error;
}
