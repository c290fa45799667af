/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The thread of delayed answers: see delay.h.
 */
#include "delay.h"

#include <freeDiameter/freeDiameter-host.h>
#include <freeDiameter/libfdcore.h>
#include <stdbool.h>
#include <time.h>

struct delayed
{
	struct timespec due;
	struct msg *answer;
	struct delayed *earlier, *later;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed;
/* a ring around its head, by time */
static struct delayed head = {.earlier = &head, .later = &head};
static bool running;
static pthread_t thread;

static bool before(const struct timespec *a, const struct timespec *b)
{
	return a->tv_sec < b->tv_sec
		   || (a->tv_sec == b->tv_sec && a->tv_nsec < b->tv_nsec);
}

static void unlink_delayed(struct delayed *d)
{
	d->earlier->later = d->later;
	d->later->earlier = d->earlier;
}

/* From the end: most delays are equal, so what comes last is due last. */
static void insert(struct delayed *d)
{
	struct delayed *place = head.earlier;

	while(place != &head && before(&d->due, &place->due))
		place = place->earlier;
	d->earlier = place;
	d->later = place->later;
	place->later->earlier = d;
	place->later = d;
}

/* Wait for the first that is due; NULL: the end. */
static struct delayed *next_due(void)
{
	struct delayed *first = NULL;
	struct timespec now;

	pthread_mutex_lock(&lock);
	while(running) {
		first = head.later;
		clock_gettime(CLOCK_MONOTONIC, &now);
		if(first != &head && !before(&now, &first->due))
			break;
		if(first == &head)
			pthread_cond_wait(&changed, &lock);
		else
			pthread_cond_timedwait(&changed, &lock, &first->due);
	}
	if(running)
		unlink_delayed(first);
	else
		first = NULL;
	pthread_mutex_unlock(&lock);
	return first;
}

static void *run(void *unused)
{
	struct delayed *d;

	(void)unused;
	fd_log_threadname("test_hss delay");
	while((d = next_due())) {
		if(fd_msg_send(&d->answer, NULL, NULL))
			fd_msg_free(d->answer);
		free(d);
	}
	return NULL;
}

int delay_start(void)
{
	pthread_condattr_t monotonic;
	int error;

	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	error = pthread_cond_init(&changed, &monotonic);
	pthread_condattr_destroy(&monotonic);
	if(error)
		return error;
	running = true;
	error = pthread_create(&thread, NULL, run, NULL);
	if(error)
		running = false;
	return error;
}

int delay_answer(struct msg *answer, uint32_t ms)
{
	struct delayed *d = malloc(sizeof(*d));

	if(!d)
		return ENOMEM;
	d->answer = answer;
	clock_gettime(CLOCK_MONOTONIC, &d->due);
	d->due.tv_sec += ms / 1000;
	d->due.tv_nsec += (long)(ms % 1000) * 1000000;
	if(d->due.tv_nsec >= 1000000000) {
		d->due.tv_sec++;
		d->due.tv_nsec -= 1000000000;
	}
	pthread_mutex_lock(&lock);
	insert(d);
	pthread_cond_signal(&changed);
	pthread_mutex_unlock(&lock);
	return 0;
}

void delay_stop(void)
{
	struct delayed *d;
	bool was_running;

	pthread_mutex_lock(&lock);
	was_running = running;
	running = false;
	pthread_cond_broadcast(&changed);
	pthread_mutex_unlock(&lock);
	if(was_running)
		pthread_join(thread, NULL);
	while((d = head.later) != &head) {
		unlink_delayed(d);
		fd_msg_free(d->answer);
		free(d);
	}
}
