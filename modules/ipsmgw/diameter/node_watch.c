/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What libfdcore tells of itself: its log, its hooks, the states of its peers. See node_private.h.
 *
 * Every hook has a function: for a hook without one libfdcore prints the whole message under a lock.
 */
#include <string.h>
#include <unistd.h>

#include <freeDiameter/freeDiameter-host.h>
#include <freeDiameter/libfdcore.h>

#include "codes.h"
#include "log.h"
#include "node_private.h"

#define HEADER_OCTETS 20
#define AVP_HEADER_OCTETS 8
#define ALL_HOOKS ((1u << (HOOK_LAST + 1)) - 1)

/* --- log ---------------------------------------------------------------------------- */

static void on_log(int level, const char *format, va_list args)
{
	if(level >= FD_LOG_ERROR)
		log_vline(DIAMETER_LOG_WARNING, format, args);
	else if(level >= FD_LOG_NOTICE)
		log_vline(DIAMETER_LOG_DEBUG, format, args);
}

void node_watch_log(void)
{
	/* what would be formatted for nobody is not even called with */
	fd_g_debug_lvl = FD_LOG_NOTICE;
	fd_log_handler_register(on_log);
}

/* --- hooks -------------------------------------------------------------------------- */

static uint32_t three_octets(const uint8_t *in)
{
	return (uint32_t)in[0] << 16 | (uint32_t)in[1] << 8 | in[2];
}

/* libfdcore 1.2.1 gives up, with all connections, when a request has a NUL in its Session-Id. Here nobody has looked at the octets
 * yet: NUL becomes "?". Such a peer gets an answer whose Session-Id it does not know. */
static void cure_session_id(uint8_t *message, size_t len)
{
	size_t at = HEADER_OCTETS;

	while(at + AVP_HEADER_OCTETS <= len) {
		uint8_t *avp = message + at;
		size_t avp_len = three_octets(avp + 5);

		if(avp_len < AVP_HEADER_OCTETS || avp_len > len - at)
			return;
		if(avp[0] == 0 && three_octets(avp + 1) == AVP_SESSION_ID
				&& !(avp[4] & AVP_FLAG_VENDOR))
			for(size_t i = AVP_HEADER_OCTETS; i < avp_len; i++)
				if(avp[i] == 0)
					avp[i] = '?';
		at += (avp_len + 3) & ~(size_t)3;
	}
}

static void count_peer(const struct node *node, const struct peer_hdr *peer,
		enum slots_peer_event event)
{
	slots_peer_count(node->slots,
			slots_peer_find(node->slots, peer->info.pi_diamid), event);
}

static int add_peer(
		struct node *node, const struct peer_hdr *peer, const char *realm)
{
	int number;

	pthread_mutex_lock(&node->peers);
	number = slots_peer_add(node->slots, peer->info.pi_diamid, realm);
	pthread_mutex_unlock(&node->peers);
	return number;
}

static void count_message(struct node *node, struct msg *message,
		struct peer_hdr *peer, bool sent)
{
	struct msg_hdr *header;
	bool request;

	if(!message || !peer || fd_msg_hdr(message, &header)
			|| header->msg_appl == 0)
		return;
	request = header->msg_flags & CMD_FLAG_REQUEST;
	if(sent && !request)
		return;
	count_peer(node, peer,
			sent	  ? PEER_SENT_REQUEST
			: request ? PEER_RECEIVED_REQUEST
					  : PEER_RECEIVED_ANSWER);
}

/* An answer is dropped by the connection's thread when nobody waits for it any more. A dispatching thread, which names no peer,
 * drops it for what is in it: an unknown AVP with the M bit, a broken rule; the request then ends by its time limit. */
static void count_dropped(
		struct node *node, struct msg *message, const struct peer_hdr *peer)
{
	struct msg_hdr *header;

	if(!message || fd_msg_hdr(message, &header)
			|| header->msg_flags & CMD_FLAG_REQUEST)
		return;
	slots_count(node->slots, peer ? COUNT_LATE : COUNT_DROPPED);
}

static void wake(const struct node *node)
{
	uint64_t one = 1;

	/* full: it is awake already */
	if(write(node->wake, &one, sizeof(one)) < 0)
		return;
}

static void on_hook(enum fd_hook_type type, struct msg *message,
		struct peer_hdr *peer, void *other, struct fd_hook_permsgdata *data,
		void *node)
{
	struct fd_cnx_rcvdata *received = other;

	(void)data;
	switch(type) {
		case HOOK_DATA_RECEIVED:
			cure_session_id(received->buffer, received->length);
			break;
		case HOOK_MESSAGE_RECEIVED:
			count_message(node, message, peer, false);
			break;
		case HOOK_MESSAGE_SENT:
			count_message(node, message, peer, true);
			break;
		case HOOK_MESSAGE_PARSING_ERROR:
			log_line(DIAMETER_LOG_WARNING, "Diameter message of %s refused: %s",
					peer ? peer->info.pi_diamid : "a peer",
					message && other ? (const char *)other : "no message");
			break;
		case HOOK_MESSAGE_DROPPED:
			count_dropped(node, message, peer);
			log_line(DIAMETER_LOG_INFO, "Diameter message dropped: %s",
					other ? (const char *)other : "no reason");
			break;
		case HOOK_PEER_CONNECT_FAILED:
			if(peer)
				count_peer(node, peer, PEER_FAILED);
			log_line(DIAMETER_LOG_INFO, "Diameter peer %s: %s",
					peer ? peer->info.pi_diamid : "unknown",
					other ? (const char *)other : "connection failed");
			wake(node);
			break;
		case HOOK_PEER_CONNECT_SUCCESS:
			/* the connection's own thread: no other one changes the realm that came */
			if(peer)
				add_peer(node, peer, peer->info.runtime.pir_realm);
			wake(node);
			break;
		default:
			break;
	}
}

int node_watch_start(struct node *node)
{
	struct fd_hook_hdl *handle;

	return fd_hook_register(ALL_HOOKS, on_hook, node, NULL, &handle);
}

/* --- peers -------------------------------------------------------------------------- */

static enum slots_peer_state state_of(int state)
{
	switch(state) {
		case STATE_OPEN:
			return PEER_OPEN;
		case STATE_WAITCNXACK:
		case STATE_WAITCNXACK_ELEC:
		case STATE_WAITCEA:
		case STATE_OPEN_HANDSHAKE:
		case STATE_OPEN_NEW:
			return PEER_CONNECTING;
		case STATE_SUSPECT:
		case STATE_REOPEN:
			return PEER_SUSPECT;
		case STATE_CLOSING:
		case STATE_CLOSING_GRACE:
			return PEER_CLOSING;
		default:
			return PEER_CLOSED;
	}
}

static void watch_peer(struct node *node, struct peer_hdr *peer)
{
	static const char *const names[] = {
			"closed", "connecting", "open", "suspect", "closing"};
	enum slots_peer_state state = state_of(fd_peer_get_state(peer));
	int number = add_peer(node, peer, peer->info.config.pic_realm);

	if(slots_peer_state(node->slots, number, state))
		log_line(state == PEER_CONNECTING ? DIAMETER_LOG_DEBUG
										  : DIAMETER_LOG_NOTICE,
				"Diameter peer %s is %s", peer->info.pi_diamid, names[state]);
}

void node_watch_peers(struct node *node)
{
	if(pthread_rwlock_rdlock(&fd_g_peers_rw))
		return;
	for(struct fd_list *li = fd_g_peers.next; li != &fd_g_peers; li = li->next)
		watch_peer(node, (struct peer_hdr *)li->o);
	pthread_rwlock_unlock(&fd_g_peers_rw);
}
