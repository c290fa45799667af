/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The log file and libfdcore's hooks: see log.h.
 *
 * A line is made without any lock and appended by one write(), which the kernel does not tear.
 */
#include "log.h"

#include <fcntl.h>
#include <sys/time.h>

#include "avp.h"
#include "commands.h"
#include "log_json.h"

/* A message's octets from where libfdcore reads them to where it knows the peer. */
struct fd_hook_permsgdata
{
	uint8_t *octets;
	size_t len;
};

static int file = -1;
static struct fd_hook_hdl *data_hook, *message_hook, *error_hook, *event_hook,
		*quiet_hook;

static void begin(struct text *out)
{
	struct timeval now;

	gettimeofday(&now, NULL);
	text_add(
			out, "{\"time\": %ld.%06ld, ", (long)now.tv_sec, (long)now.tv_usec);
}

static void end(struct text *out)
{
	text_add(out, "}\n");
	if(out->data && write(file, out->data, out->len) != (ssize_t)out->len)
		LOG_E("test_hss: the log cannot be written: %s", strerror(errno));
	free(out->data);
}

void log_event(const char *event, const char *peer, const char *text)
{
	struct text line = {0};

	begin(&line);
	text_add(&line, "\"event\": \"%s\", \"peer\": \"", event);
	text_add_string(&line, peer ? peer : "", peer ? strlen(peer) : 0);
	text_add(&line, "\", \"text\": \"");
	text_add_string(&line, text ? text : "", text ? strlen(text) : 0);
	text_add(&line, "\"");
	end(&line);
}

static const char *name_of(struct peer_hdr *peer)
{
	return peer && peer->info.pi_diamid ? peer->info.pi_diamid : NULL;
}

static void on_data(enum fd_hook_type type, struct msg *msg,
		struct peer_hdr *peer, void *other, struct fd_hook_permsgdata *kept,
		void *unused)
{
	const struct fd_cnx_rcvdata *data = other;

	(void)type, (void)msg, (void)peer, (void)unused;
	if(!kept)
		return;
	kept->octets = malloc(data->length);
	if(!kept->octets)
		return;
	memcpy(kept->octets, data->buffer, data->length);
	kept->len = data->length;
}

static void forget(struct fd_hook_permsgdata *kept)
{
	free(kept->octets);
	kept->octets = NULL;
}

static void write_message(const uint8_t *octets, size_t len, const char *peer)
{
	struct text line = {0};

	begin(&line);
	json_message(&line, octets, len, peer ? peer : "");
	end(&line);
}

static void on_message(enum fd_hook_type type, struct msg *msg,
		struct peer_hdr *peer, void *other, struct fd_hook_permsgdata *kept,
		void *unused)
{
	const char *name = name_of(peer) ? name_of(peer) : other;
	struct msg_hdr *header;

	(void)type, (void)unused;
	if(fd_msg_hdr(msg, &header) == 0 && header->msg_flags & CMD_FLAG_REQUEST)
		command_count(header->msg_code);
	if(!kept || !kept->octets)
		return;
	write_message(kept->octets, kept->len, name);
	forget(kept);
}

/* A message that libfdcore refuses, or octets that are no message, which nobody saw before. */
static void on_parsing_error(enum fd_hook_type type, struct msg *msg,
		struct peer_hdr *peer, void *other, struct fd_hook_permsgdata *kept,
		void *unused)
{
	const struct fd_cnx_rcvdata *data = other;

	(void)type, (void)unused;
	log_event("refused", name_of(peer), msg ? other : NULL);
	if(!msg && data)
		write_message(data->buffer, data->length, name_of(peer));
	/* libfdcore forgets to */
	if(kept)
		forget(kept);
}

static const char *event_name(enum fd_hook_type type)
{
	switch(type) {
		case HOOK_PEER_CONNECT_SUCCESS:
			return "connected";
		case HOOK_PEER_CONNECT_FAILED:
			return "disconnected";
		case HOOK_MESSAGE_DROPPED:
			return "dropped";
		default:
			return "refused";
	}
}

static void on_event(enum fd_hook_type type, struct msg *msg,
		struct peer_hdr *peer, void *other, struct fd_hook_permsgdata *kept,
		void *unused)
{
	(void)msg, (void)kept, (void)unused;
	log_event(event_name(type), name_of(peer), other);
}

static void on_anything(enum fd_hook_type type, struct msg *msg,
		struct peer_hdr *peer, void *other, struct fd_hook_permsgdata *kept,
		void *unused)
{
	(void)type, (void)msg, (void)peer, (void)other, (void)kept, (void)unused;
}

int log_start(const char *path)
{
	struct fd_hook_data_hdl *kept = NULL;
	uint32_t events =
			HOOK_MASK(HOOK_PEER_CONNECT_SUCCESS, HOOK_PEER_CONNECT_FAILED,
					HOOK_MESSAGE_DROPPED, HOOK_MESSAGE_ROUTING_ERROR);
	uint32_t all = (1u << (HOOK_LAST + 1)) - 1;
	uint32_t ours = HOOK_MASK(HOOK_DATA_RECEIVED, HOOK_MESSAGE_RECEIVED,
							HOOK_MESSAGE_PARSING_ERROR)
					| events;
	int error;

	file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	if(file < 0)
		return errno;
	error = fd_hook_data_register(
			sizeof(struct fd_hook_permsgdata), NULL, forget, &kept);
	if(error)
		return error;
	error = fd_hook_register(
			HOOK_MASK(HOOK_DATA_RECEIVED), on_data, NULL, kept, &data_hook);
	if(!error)
		error = fd_hook_register(HOOK_MASK(HOOK_MESSAGE_RECEIVED), on_message,
				NULL, kept, &message_hook);
	if(!error)
		error = fd_hook_register(HOOK_MASK(HOOK_MESSAGE_PARSING_ERROR),
				on_parsing_error, NULL, kept, &error_hook);
	if(!error)
		error = fd_hook_register(events, on_event, NULL, NULL, &event_hook);
	if(!error)
		error = fd_hook_register(
				all & ~ours, on_anything, NULL, NULL, &quiet_hook);
	return error;
}

void log_stop(void)
{
	struct fd_hook_hdl *hooks[] = {
			data_hook, message_hook, error_hook, event_hook, quiet_hook};

	for(size_t i = 0; i < sizeof(hooks) / sizeof(hooks[0]); i++)
		if(hooks[i])
			fd_hook_unregister(hooks[i]);
	if(file >= 0)
		close(file);
	file = -1;
}
