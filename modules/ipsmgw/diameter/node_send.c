/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Requests of ours: from the slot to a peer, and the answer, the expiry or the failure into the slot. See node_private.h.
 *
 * libfdcore calls back from threads of its own, with nothing but one pointer. It carries the slot's reference, so that
 * a late call finds nothing; the node itself is one in a process, as libfdcore is.
 */
#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <time.h>

#include <freeDiameter/freeDiameter-host.h>
#include <freeDiameter/libfdcore.h>

#include "codes.h"
#include "command.h"
#include "log.h"
#include "node_private.h"

_Static_assert(sizeof(void *) >= sizeof(uint64_t),
		"a reference must fit into libfdcore's data pointer");

static struct node *self;

static void send_attempt(struct slot *slot);

/* --- attempts ------------------------------------------------------------------- */

static struct attempt *attempt_of(uint64_t ref)
{
	return &self->attempt[slots_place(self->slots, ref)];
}

static void set_attempt(uint64_t ref, int avoid, uint32_t result)
{
	struct attempt *attempt = attempt_of(ref);

	__atomic_store_n(&attempt->avoid, avoid, __ATOMIC_RELAXED);
	__atomic_store_n(&attempt->result, result, __ATOMIC_RELAXED);
}

static int avoided(uint64_t ref)
{
	return __atomic_load_n(&attempt_of(ref)->avoid, __ATOMIC_RELAXED);
}

/* --- outcomes ------------------------------------------------------------------- */

static void end(struct slot *slot, enum diameter_outcome outcome)
{
	memset(&slot->answer, 0, sizeof(slot->answer));
	slot->answer.outcome = (uint8_t)outcome;
	slot->user_data_len = 0;
	slots_node_done(self->slots, slot);
}

/* No other peer took it either: the first one's verdict stands. */
static void end_refused(struct slot *slot)
{
	struct slots_peer peer;
	uint32_t result =
			__atomic_load_n(&attempt_of(slot->ref)->result, __ATOMIC_RELAXED);

	memset(&slot->answer, 0, sizeof(slot->answer));
	if(slots_peer(&peer, self->slots, (unsigned)avoided(slot->ref))) {
		memcpy(slot->answer.origin.host, peer.name, sizeof(peer.name));
		memcpy(slot->answer.origin.realm, peer.realm, sizeof(peer.realm));
	}
	slot->answer.outcome = DIAMETER_ANSWERED;
	slot->answer.result = result;
	slot->user_data_len = 0;
	slots_node_done(self->slots, slot);
}

/* After 3002 or 3004 another peer is asked, once, with a new message that names no host. */
static bool try_other(struct slot *slot, struct msg *answer, const char *source)
{
	uint32_t result, vendor;
	int peer = slots_peer_find(self->slots, source);

	if(!command_read_result(&result, &vendor, answer) || vendor != 0
			|| (result != DIAMETER_UNABLE_TO_DELIVER
					&& result != DIAMETER_TOO_BUSY))
		return false;
	if(peer < 0 || avoided(slot->ref) >= 0 || slots_open_peers(self->slots) < 2)
		return false;
	set_attempt(slot->ref, peer, result);
	slots_count(self->slots, COUNT_RETRIED);
	send_attempt(slot);
	return true;
}

static void take_answer(struct slot *slot, struct msg *answer)
{
	DiamId_t source = NULL;
	size_t len;

	/* libfdcore answers itself when there is no peer to send to; then there is no source */
	if(fd_msg_source_get(answer, &source, &len) || !source) {
		if(avoided(slot->ref) >= 0)
			end_refused(slot);
		else
			end(slot, DIAMETER_NO_PEER);
		return;
	}
	if(try_other(slot, answer, source))
		return;
	command_read_answer(slot, answer);
	if(avoided(slot->ref) >= 0)
		slot->answer.has |= ANSWER_RETRIED;
	slots_node_done(self->slots, slot);
}

static void on_answer(void *data, struct msg **answer)
{
	struct slot *slot;
	int cancel;

	pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &cancel);
	slot = slots_node_claim(self->slots, (uint64_t)(uintptr_t)data);
	if(slot)
		take_answer(slot, *answer);
	fd_msg_free(*answer);
	*answer = NULL;
	pthread_setcancelstate(cancel, &cancel);
}

static void on_expiry(
		void *data, DiamId_t peer, size_t peer_len, struct msg **request)
{
	struct slot *slot;
	int cancel;

	(void)peer;
	(void)peer_len;
	pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &cancel);
	slot = slots_node_claim(self->slots, (uint64_t)(uintptr_t)data);
	if(slot)
		end(slot, DIAMETER_TIMEOUT);
	fd_msg_free(*request);
	*request = NULL;
	pthread_setcancelstate(cancel, &cancel);
}

/* --- sending -------------------------------------------------------------------- */

static struct timespec after(unsigned ms)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	t.tv_sec += ms / 1000;
	t.tv_nsec += (long)(ms % 1000) * 1000000;
	if(t.tv_nsec >= 1000000000) {
		t.tv_sec++;
		t.tv_nsec -= 1000000000;
	}
	return t;
}

/* May wait while libfdcore's queue is full: then all connections are. */
static void send_attempt(struct slot *slot)
{
	uint64_t ref = slot->ref;
	unsigned left = slots_time_left(self->slots, slot);
	struct timespec limit = after(left);
	struct msg *message = NULL;
	int error;

	if(left == 0) {
		end(slot, DIAMETER_TIMEOUT);
		return;
	}
	/* all that we ask is asked of an HSS, and any of the realm may know */
	error = command_build(
			&message, slot, self->settings->realm, avoided(ref) >= 0);
	if(error) {
		end(slot, error == EINVAL ? DIAMETER_MALFORMED : DIAMETER_SEND_FAILED);
		return;
	}
	/* the answer may be here before the call returns */
	slots_node_sent(self->slots, slot);
	error = fd_msg_send_timeout(
			&message, on_answer, (void *)(uintptr_t)ref, on_expiry, &limit);
	if(!error) {
		slots_count(self->slots, COUNT_SENT);
		return;
	}
	log_line(DIAMETER_LOG_WARNING, "Diameter request not sent: %s",
			strerror(error));
	if(message)
		fd_msg_free(message);
	slot = slots_node_claim(self->slots, ref);
	if(slot)
		end(slot, DIAMETER_SEND_FAILED);
}

void node_send(struct node *node, struct slot *slot)
{
	(void)node;
	set_attempt(slot->ref, -1, 0);
	send_attempt(slot);
}

/* --- which peer ------------------------------------------------------------------- */

static bool is_relay(const struct rtd_candidate *candidate)
{
	struct peer_hdr *peer = NULL;

	return !fd_peer_getbyid(candidate->diamid, candidate->diamidlen, 0, &peer)
		   && peer && peer->info.runtime.pir_relay;
}

static int avoided_by(struct msg *message)
{
	void (*callback)(void *, struct msg **) = NULL;
	void *data = NULL;

	if(fd_msg_anscb_get(message, &callback, NULL, &data)
			|| callback != on_answer)
		return -1;
	return avoided((uint64_t)(uintptr_t)data);
}

/* A peer that relays gets what none of the realm takes (the default route of RFC 6733 2.7); one that refused does not get it
 * again. */
static int choose_peer(
		void *data, struct msg **message, struct fd_list *candidates)
{
	int avoid = avoided_by(*message);

	(void)data;
	for(struct fd_list *li = candidates->next; li != candidates;
			li = li->next) {
		struct rtd_candidate *candidate = (struct rtd_candidate *)li;

		if(avoid >= 0
				&& slots_peer_find(self->slots, candidate->diamid) == avoid)
			candidate->score += 2 * FD_SCORE_NO_DELIVERY;
		else if(is_relay(candidate))
			candidate->score += FD_SCORE_DEFAULT;
	}
	return 0;
}

int node_send_start(struct node *node)
{
	struct fd_rt_out_hdl *handle;

	self = node;
	return fd_rt_out_register(choose_peer, NULL, 0, &handle);
}
