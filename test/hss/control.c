/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The thread that does what the control channel says: see control.h.
 */
#include "control.h"

#include <stdatomic.h>
#include <sys/time.h>
#include <sys/un.h>

#include "commands.h"
#include "data.h"
#include "faults.h"
#include "push.h"
#include "wire.h"

#define DATAGRAM_MAX 4096
#define POLL_MS 100 /* how soon the thread sees that it shall end */
#define REFERENCE_MAX 63

struct command
{
	const char *name;
	/* Writes what follows "ok", or says by -1 that the arguments are bad. */
	int (*run)(FILE *out, char *arguments);
};

static int channel = -1;
static char socket_path[sizeof(((struct sockaddr_un *)0)->sun_path)];
static pthread_t thread;
static atomic_bool running;

static int run_fault(FILE *out, char *arguments)
{
	(void)out;
	return faults_plan(arguments);
}

static int run_reset(FILE *out, char *arguments)
{
	(void)out, (void)arguments;
	faults_reset();
	command_counts_reset();
	return 0;
}

static int run_counters(FILE *out, char *arguments)
{
	(void)arguments;
	command_counts_show(out);
	return 0;
}

static int run_show(FILE *out, char *arguments)
{
	const struct subscriber *s;

	data_lock();
	s = data_find(BY_ANY, arguments);
	if(s) {
		fputc(' ', out);
		data_show(out, s);
	}
	data_unlock();
	return s ? 0 : -1;
}

static int run_set(FILE *out, char *arguments)
{
	char *line = strchr(arguments, ' ');
	struct subscriber *s;
	int result = -1;

	(void)out;
	if(!line)
		return -1;
	*line++ = '\0';
	data_lock();
	s = data_find(BY_ANY, arguments);
	if(s)
		result = data_set(s, line);
	data_unlock();
	return result;
}

/* Cut the next word off; NULL: no more. */
static char *next_word(char **rest)
{
	char *word;

	do
		word = strsep(rest, " ");
	while(word && *word == '\0');
	return word;
}

/* 0, or -1: no Data-Reference. */
static int read_reference(uint32_t *out, const char *word)
{
	char *end;
	unsigned long value;

	if(!word)
		return -1;
	value = strtoul(word, &end, 10);
	if(*end != '\0' || end == word || value > REFERENCE_MAX)
		return -1;
	*out = (uint32_t)value;
	return 0;
}

static int run_pnr(FILE *out, char *arguments)
{
	const char *identity = next_word(&arguments);
	uint32_t reference;
	int count;

	if(!identity || read_reference(&reference, next_word(&arguments)))
		return -1;
	count = push_subscribed(identity, reference);
	if(count >= 0)
		fprintf(out, " %d", count);
	return count < 0 ? -1 : 0;
}

static int pnr_to(char *arguments, bool with_nul)
{
	const char *identity = next_word(&arguments);
	const char *reference_word = next_word(&arguments);
	const char *host = next_word(&arguments);
	const char *realm = next_word(&arguments);
	uint32_t reference;

	if(!realm || read_reference(&reference, reference_word))
		return -1;
	return push_to(identity, reference, host, realm, with_nul) == 1 ? 0 : -1;
}

static int run_pnr_to(FILE *out, char *arguments)
{
	(void)out;
	return pnr_to(arguments, false);
}

static int run_pnr_nul(FILE *out, char *arguments)
{
	(void)out;
	return pnr_to(arguments, true);
}

static int run_disconnect(FILE *out, char *arguments)
{
	(void)arguments;
	fprintf(out, " %u", wire_cut());
	return 0;
}

static const struct command commands[] = {
		{"fault", run_fault},
		{"reset", run_reset},
		{"counters", run_counters},
		{"show", run_show},
		{"set", run_set},
		{"pnr", run_pnr},
		{"pnr-to", run_pnr_to},
		{"pnr-nul", run_pnr_nul},
		{"disconnect", run_disconnect},
};

static void run_command(FILE *out, char *line)
{
	char *name, *arguments = line;
	char *details = NULL;
	size_t details_len = 0;
	FILE *collected = open_memstream(&details, &details_len);
	char none[] = "";
	int result = -1;

	if(!collected) {
		fputs("error no memory", out);
		return;
	}
	name = strsep(&arguments, " ");
	for(size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		if(strcmp(commands[i].name, name) == 0)
			result = commands[i].run(collected, arguments ? arguments : none);
	fclose(collected);
	if(result)
		fprintf(out, "error %s: unknown, or bad arguments", name);
	else
		fprintf(out, "ok%s", details);
	free(details);
}

static void answer(char *line, const struct sockaddr_un *to, socklen_t to_len)
{
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);

	if(!out)
		return;
	run_command(out, line);
	fclose(out);
	if(to_len > sizeof(to->sun_family))
		sendto(channel, text, len, MSG_NOSIGNAL, (const struct sockaddr *)to,
				to_len);
	free(text);
}

static void *run(void *unused)
{
	(void)unused;
	fd_log_threadname("test_hss control");
	while(atomic_load(&running)) {
		char line[DATAGRAM_MAX];
		struct sockaddr_un from;
		socklen_t from_len = sizeof(from);
		ssize_t len = recvfrom(channel, line, sizeof(line) - 1, 0,
				(struct sockaddr *)&from, &from_len);

		if(len <= 0)
			continue;
		line[len] = '\0';
		line[strcspn(line, "\r\n")] = '\0';
		answer(line, &from, from_len);
	}
	return NULL;
}

int control_start(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	struct timeval poll = {.tv_usec = POLL_MS * 1000};
	int error;

	if(strlen(path) >= sizeof(address.sun_path))
		return ENAMETOOLONG;
	memcpy(address.sun_path, path, strlen(path) + 1);
	memcpy(socket_path, address.sun_path, sizeof(socket_path));
	unlink(path);
	channel = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if(channel < 0
			|| bind(channel, (struct sockaddr *)&address, sizeof(address))
			|| setsockopt(
					channel, SOL_SOCKET, SO_RCVTIMEO, &poll, sizeof(poll)))
		return errno;
	atomic_store(&running, true);
	error = pthread_create(&thread, NULL, run, NULL);
	if(error)
		atomic_store(&running, false);
	return error;
}

void control_stop(void)
{
	if(atomic_exchange(&running, false))
		pthread_join(thread, NULL);
	if(channel >= 0) {
		close(channel);
		unlink(socket_path);
	}
	channel = -1;
}
