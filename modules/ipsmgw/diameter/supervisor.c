/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Keeps the Diameter process alive: see supervisor.h.
 */
#include "supervisor.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "log.h"
#include "node.h"

struct supervisor
{
	struct slots *slots;
	const struct diameter_settings *settings;
	int requests;
	sigset_t signals;
	pid_t node; /* 0: none runs */
	uint64_t started_ms;
	unsigned pause_ms;
	bool stopping;
};

/* --- the node process --------------------------------------------------------- */

static void become_node(const struct supervisor *s, pid_t parent)
{
	/* the supervisor may be killed, and may have been before this line */
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if(getppid() != parent)
		_exit(1);
	/* what the owner registered to run at exit is the owner's */
	_exit(node_run(s->slots, s->settings, s->requests) ? 1 : 0);
}

static void start(struct supervisor *s)
{
	pid_t parent = getpid();

	s->started_ms = slots_now_ms();
	s->node = fork();
	if(s->node == 0)
		become_node(s, parent);
	if(s->node < 0) {
		log_line(DIAMETER_LOG_ERROR, "Diameter process: cannot fork: %s",
				strerror(errno));
		s->node = 0;
		return;
	}
	slots_set_node_pid(s->slots, s->node);
}

static void log_end(pid_t node, int status, unsigned ended)
{
	if(WIFSIGNALED(status))
		log_line(DIAMETER_LOG_ERROR,
				"Diameter process %d ended by signal %d, %u requests failed",
				(int)node, WTERMSIG(status), ended);
	else
		log_line(WEXITSTATUS(status) ? DIAMETER_LOG_ERROR : DIAMETER_LOG_NOTICE,
				"Diameter process %d ended with status %d, %u requests failed",
				(int)node, WEXITSTATUS(status), ended);
}

/* Without a wait. true: it has ended and what it held is failed. */
static bool reap_node(struct supervisor *s)
{
	int status = 0;
	pid_t ended;

	do
		ended = s->node ? waitpid(s->node, &status, WNOHANG) : 0;
	while(ended < 0 && errno == EINTR);
	if(ended == 0)
		return s->node == 0;
	slots_set_node_pid(s->slots, 0);
	log_end(s->node, status, slots_node_died(s->slots));
	s->node = 0;
	return true;
}

/* --- waiting ------------------------------------------------------------------ */

/* Until a signal or the time is over (0: there is no limit). A signal to end sets stopping. */
static void wait_signal(struct supervisor *s, unsigned timeout_ms)
{
	struct timespec limit = {
			timeout_ms / 1000, (long)(timeout_ms % 1000) * 1000000};
	int signal = timeout_ms ? sigtimedwait(&s->signals, NULL, &limit)
							: sigwaitinfo(&s->signals, NULL);

	if(signal == SIGTERM || signal == SIGINT)
		s->stopping = true;
}

static void wait_until(struct supervisor *s, uint64_t when_ms)
{
	uint64_t now;

	while(!s->stopping && (now = slots_now_ms()) < when_ms)
		wait_signal(s, (unsigned)(when_ms - now));
}

/* Pause before the next start: the longer, the sooner the last one ended. */
static void pause_before_start(struct supervisor *s)
{
	const struct diameter_settings *settings = s->settings;

	if(slots_now_ms() - s->started_ms >= settings->restart_settled_ms)
		s->pause_ms = settings->restart_min_ms;
	slots_count(s->slots, COUNT_RESTARTS);
	wait_until(s, slots_now_ms() + s->pause_ms);
	s->pause_ms *= 2;
	if(s->pause_ms > settings->restart_max_ms)
		s->pause_ms = settings->restart_max_ms;
}

static void stop_node(struct supervisor *s)
{
	uint64_t limit = slots_now_ms() + s->settings->stop_ms;
	uint64_t now;

	if(s->node)
		kill(s->node, SIGTERM);
	while(!reap_node(s)) {
		now = slots_now_ms();
		if(now >= limit) {
			log_line(DIAMETER_LOG_WARNING,
					"Diameter process %d does not end: killed", (int)s->node);
			kill(s->node, SIGKILL);
			limit = now + s->settings->stop_ms;
		} else {
			wait_signal(s, (unsigned)(limit - now));
		}
	}
}

void supervisor_run(struct slots *slots,
		const struct diameter_settings *settings, int requests)
{
	struct supervisor s = {.slots = slots,
			.settings = settings,
			.requests = requests,
			.pause_ms = settings->restart_min_ms};

	log_to(settings->log);
	sigemptyset(&s.signals);
	sigaddset(&s.signals, SIGTERM);
	sigaddset(&s.signals, SIGINT);
	sigaddset(&s.signals, SIGCHLD);
	sigprocmask(SIG_BLOCK, &s.signals, NULL);
	/* where it was ignored no child could be waited for */
	signal(SIGCHLD, SIG_DFL);
	start(&s);
	while(!s.stopping) {
		if(reap_node(&s)) {
			pause_before_start(&s);
			if(!s.stopping)
				start(&s);
		} else {
			wait_signal(&s, 0);
		}
	}
	stop_node(&s);
	/* what was submitted meanwhile */
	slots_node_died(slots);
}
