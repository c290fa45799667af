/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The Diameter node from start to end: see node.h.
 *
 * Threads of ours beside those of libfdcore: one reads references from the pipe, one waits for signals and looks at the peers,
 * and the caller's waits for libfdcore's end, whoever wants it.
 */
#include "node.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

#include <freeDiameter/freeDiameter-host.h>
#include <freeDiameter/libfdcore.h>

#include "dictionary.h"
#include "log.h"
#include "node_private.h"

#define PEERS_EACH_MS 100
#define PEERS_GONE_EACH_NS 5000000
#define REFS_AT_ONCE 64
#define READER_ENDS_S 1
#define ADDRESS_MAX 64

/* --- signals -------------------------------------------------------------------------- */

/* Threads of libfdcore inherit this: a signal of the owner's kind must not run his handler in one of them. */
static void block_signals(void)
{
	static const int crashes[] = {
			SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP, SIGSYS};
	sigset_t all;

	sigfillset(&all);
	for(size_t i = 0; i < sizeof(crashes) / sizeof(crashes[0]); i++)
		sigdelset(&all, crashes[i]);
	sigprocmask(SIG_SETMASK, &all, NULL);
}

static int open_signals(void)
{
	sigset_t end;

	sigemptyset(&end);
	sigaddset(&end, SIGTERM);
	sigaddset(&end, SIGINT);
	return signalfd(-1, &end, SFD_CLOEXEC | SFD_NONBLOCK);
}

/* --- threads --------------------------------------------------------------------------- */

static bool is_stopping(const struct node *node)
{
	return __atomic_load_n(&node->stopping, __ATOMIC_RELAXED);
}

static void take(struct node *node, uint64_t ref)
{
	struct slot *slot = slots_node_receive(node->slots, ref);

	if(!slot)
		return;
	if(slot->incoming)
		node_serve_reply(node, slot);
	else
		node_send(node, slot);
}

static void *read_requests(void *arg)
{
	struct node *node = arg;
	struct pollfd wait = {node->requests, POLLIN, 0};
	uint64_t refs[REFS_AT_ONCE];
	ssize_t got;

	while(!is_stopping(node)) {
		if(poll(&wait, 1, PEERS_EACH_MS) <= 0)
			continue;
		/* references are written whole, so they are read whole */
		got = read(node->requests, refs, sizeof(refs));
		for(ssize_t i = 0; i < got / (ssize_t)sizeof(refs[0]); i++)
			take(node, refs[i]);
	}
	sem_post(&node->reader_gone);
	return NULL;
}

/* libfdcore frees its dictionary when it ends, and the reader builds requests with it: it goes first, unless it hangs in a queue
 * that is full. */
static void stop_reader(struct node *node)
{
	struct timespec limit;

	__atomic_store_n(&node->stopping, true, __ATOMIC_RELAXED);
	clock_gettime(CLOCK_REALTIME, &limit);
	limit.tv_sec += READER_ENDS_S;
	while(sem_timedwait(&node->reader_gone, &limit) && errno == EINTR)
		;
}

static bool has_peers(void)
{
	bool some;

	pthread_rwlock_rdlock(&fd_g_peers_rw);
	some = !FD_IS_LIST_EMPTY(&fd_g_peers);
	pthread_rwlock_unlock(&fd_g_peers_rw);
	return some;
}

/* DPR to all peers, and the end. What libfdcore takes apart after its peers is nothing to anybody, and on a busy machine it aborts
 * over threads that are slow to leave its queues. */
static void end_node(struct node *node)
{
	static const struct timespec pause = {.tv_nsec = PEERS_GONE_EACH_NS};

	slots_peers_close(node->slots);
	stop_reader(node);
	fd_core_shutdown();
	while(has_peers())
		nanosleep(&pause, NULL);
	_exit(0);
}

static void *watch(void *arg)
{
	struct node *node = arg;
	struct pollfd wait[] = {
			{open_signals(), POLLIN, 0}, {node->wake, POLLIN, 0}};
	struct signalfd_siginfo signal;
	uint64_t woken;

	while(!is_stopping(node)) {
		poll(wait, 2, PEERS_EACH_MS);
		if(wait[0].revents
				&& read(wait[0].fd, &signal, sizeof(signal))
						   == (ssize_t)sizeof(signal)) {
			log_line(DIAMETER_LOG_NOTICE, "Diameter node ends by signal %u",
					signal.ssi_signo);
			end_node(node);
		}
		if(wait[1].revents && read(node->wake, &woken, sizeof(woken)) < 0)
			continue;
		node_watch_peers(node);
	}
	return NULL;
}

/* Nobody waits for its end: the process ends under it, when it is stuck in libfdcore, too. */
static int start_thread(void *(*run)(void *), struct node *node)
{
	pthread_t thread;

	if(pthread_create(&thread, NULL, run, node))
		return -1;
	pthread_detach(thread);
	return 0;
}

/* --- start ------------------------------------------------------------------------------ */

/* ListenOn of the file drops loopback addresses and then binds all: here they are added as they are. */
static int listen_on(const char *address, uint16_t port)
{
	union
	{
		struct sockaddr any;
		struct sockaddr_in v4;
		struct sockaddr_in6 v6;
	} to;
	socklen_t len = 0;

	memset(&to, 0, sizeof(to));
	if(inet_pton(AF_INET, address, &to.v4.sin_addr) == 1) {
		to.v4.sin_family = AF_INET;
		to.v4.sin_port = htons(port);
		len = sizeof(to.v4);
	} else if(inet_pton(AF_INET6, address, &to.v6.sin6_addr) == 1) {
		to.v6.sin6_family = AF_INET6;
		to.v6.sin6_port = htons(port);
		len = sizeof(to.v6);
	} else {
		log_line(DIAMETER_LOG_ERROR, "Diameter: no address: %s", address);
		return EINVAL;
	}
	return fd_ep_add_merge(&fd_g_config->cnf_endpoints, &to.any, len,
			EP_FL_CONF | EP_ACCEPTALL);
}

static int listen_on_all(const char *addresses)
{
	char one[ADDRESS_MAX];
	int error = 0;

	while(!error && addresses && *addresses) {
		size_t len = strcspn(addresses, ", ");

		if(len >= sizeof(one))
			return EINVAL;
		memcpy(one, addresses, len);
		one[len] = '\0';
		if(len > 0)
			error = listen_on(one, 0);
		addresses += len + strspn(addresses + len, ", ");
	}
	return error;
}

static int advertise(void)
{
	static const uint32_t applications[] = {
			APPLICATION_SH, APPLICATION_S6C, APPLICATION_SGD};
	int error = 0;

	/* the gateway is no relay, whatever the file says */
	fd_g_config->cnf_flags.no_fwd = 1;
	for(size_t i = 0;
			!error && i < sizeof(applications) / sizeof(applications[0]); i++)
		error = fd_disp_app_support(dictionary_application(applications[i]),
				dictionary_vendor_3gpp(), 1, 0);
	return error;
}

static int start_libfdcore(struct node *node)
{
	const struct diameter_settings *settings = node->settings;
	const char *step = "initialize libfdcore";
	int error = fd_core_initialize();

	if(!error) {
		step = "read the configuration";
		error = fd_core_parseconf(settings->conf);
	}
	if(!error) {
		step = "load the dictionary";
		error = dictionary_load() ? EINVAL : 0;
	}
	if(!error) {
		step = "set it up";
		error = listen_on_all(settings->listen);
	}
	if(!error)
		error = advertise();
	if(!error)
		error = node_watch_start(node);
	if(!error)
		error = node_send_start(node);
	if(!error)
		error = node_serve_start(node);
	if(!error) {
		step = "start libfdcore";
		error = fd_core_start();
	}
	if(error)
		log_line(DIAMETER_LOG_ERROR, "Diameter node: cannot %s (%s): %s", step,
				settings->conf, strerror(error));
	return error;
}

static int prepare(struct node *node)
{
	unsigned outgoing = slots_places(node->slots, false);
	unsigned incoming = slots_places(node->slots, true);

	node->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	node->attempt = calloc(outgoing + 1, sizeof(*node->attempt));
	node->pending = calloc(incoming + 1, sizeof(*node->pending));
	node->duplicates = duplicates_new(
			node->settings->duplicates, node->settings->duplicate_seconds);
	if(sem_init(&node->reader_gone, 0, 0) == 0
			&& pthread_mutex_init(&node->peers, NULL) == 0 && node->wake >= 0
			&& node->attempt && node->pending && node->duplicates)
		return 0;
	log_line(DIAMETER_LOG_ERROR, "Diameter node: no memory");
	return -1;
}

int node_run(struct slots *slots, const struct diameter_settings *settings,
		int requests)
{
	/* threads use it beyond the return */
	static struct node node;

	block_signals();
	log_to(settings->log);
	node.slots = slots;
	node.settings = settings;
	node.requests = requests;
	node_watch_log();
	if(prepare(&node) || start_libfdcore(&node))
		return -1;
	if(start_thread(watch, &node) || start_thread(read_requests, &node)) {
		log_line(DIAMETER_LOG_ERROR, "Diameter node: no thread");
		return -1;
	}
	log_line(DIAMETER_LOG_NOTICE, "Diameter node %s has started",
			fd_g_config->cnf_diamid);
	fd_core_wait_shutdown_complete();
	if(is_stopping(&node))
		return 0;
	__atomic_store_n(&node.stopping, true, __ATOMIC_RELAXED);
	log_line(DIAMETER_LOG_ERROR, "Diameter node: libfdcore gave up");
	return -1;
}
