/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Workers for suspended requests of hubs: see mt_resume.h.
 */
#define _GNU_SOURCE /* F_SETPIPE_SZ */

#include "mt_resume.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "core/cfg/cfg_struct.h"
#include "core/pt.h"
#include "mt.h"
#include "settings.h"

#define PIPE_OCTETS (1 << 20)

static int channel[2] = {-1, -1};

/* Writers never wait. */
int mt_resume_init(void)
{
	if(pipe(channel) < 0 || fcntl(channel[1], F_SETFL, O_NONBLOCK) < 0) {
		LM_ERR("no pipe to the workers of deliveries: %s\n", strerror(errno));
		return -1;
	}
	fcntl(channel[1], F_SETPIPE_SZ, PIPE_OCTETS);
	register_procs(settings.mt_workers);
	cfg_register_child(settings.mt_workers);
	return 0;
}

void mt_resume_destroy(void)
{
	int i;

	for(i = 0; i < 2; i++)
		if(channel[i] >= 0)
			close(channel[i]);
}

static void answer(struct delivery *d)
{
	struct mt_context *c = mt_context_of(d);
	struct mt_outcome outcome;
	char reason[MT_REASON_MAX];
	str phrase, headers = {reason, 0};

	mt_outcome_of(&outcome, d, &c->answer);
	phrase.s = (char *)mt_phrase(outcome.code);
	phrase.len = (int)strlen(phrase.s);
	headers.len = (int)mt_reason(reason, &outcome);
	suspend_answer(c->wait, outcome.code, phrase, headers);
}

void mt_resume(struct delivery *d)
{
	struct mt_context *c = mt_context_of(d);

	if(suspend_has_route(c->wait)) {
		delivery_hold(d->id); /* the worker's */
		if(write(channel[1], &d->id, sizeof(d->id)) == sizeof(d->id))
			return;
		delivery_release(d);
		LM_WARN("the workers of deliveries do not keep up: a hub is answered "
				"without the script\n");
	}
	answer(d);
}

/* --- workers ---------------------------------------------------------------------- */

static void go_on(struct delivery_id id)
{
	struct delivery *d = delivery_hold(id);
	struct mt_outcome outcome;

	if(!d)
		return;
	mt_outcome_of(&outcome, d, &mt_context_of(d)->answer);
	suspend_resume(mt_context_of(d)->wait, &outcome);
	delivery_release(d);
	delivery_release(d); /* what mt_resume() held */
}

/* Ends with the signal, like Kamailio's own workers. */
static void work(void)
{
	struct delivery_id id;
	ssize_t n;

	for(;;) {
		n = read(channel[0], &id, sizeof(id));
		if(n == (ssize_t)sizeof(id)) {
			cfg_update();
			go_on(id);
		} else if(n >= 0 || errno != EINTR) {
			LM_CRIT("the pipe to the workers of deliveries: %s\n",
					n < 0 ? strerror(errno) : "closed");
			return;
		}
	}
}

int mt_resume_fork(void)
{
	int i, pid;

	for(i = 0; i < settings.mt_workers; i++) {
		pid = fork_process(PROC_XWORKER, "ipsmgw deliveries", 1);
		if(pid < 0) {
			LM_ERR("cannot start the process ipsmgw deliveries\n");
			return -1;
		}
		if(pid > 0)
			continue;
		if(cfg_child_init() < 0)
			exit(1);
		work();
		/* what libraries registered to run at exit may wait for a lock that a fork has copied */
		_exit(0);
	}
	return 0;
}
