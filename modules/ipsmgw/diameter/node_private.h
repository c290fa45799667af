/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What the files of the node share. Only for node*.c.
 */
#ifndef IPSMGW_DIAMETER_NODE_PRIVATE_H
#define IPSMGW_DIAMETER_NODE_PRIVATE_H

#include <pthread.h>
#include <semaphore.h>

#include "duplicates.h"
#include "settings.h"
#include "slots.h"

struct msg;

/* How often a request of ours was sent, beside its slot. Touched by __atomic builtins alone: a message that is over may
 * still be in libfdcore when its slot has the next one. */
struct attempt
{
	int32_t avoid;	 /* number of the peer that refused it; -1: none did */
	uint32_t result; /* with this Result-Code */
};

/* A request to us, beside its slot: whoever holds the slot has it. */
struct pending
{
	uint64_t ref;
	struct msg *message;
	struct duplicate_key key;
};

struct node
{
	struct slots *slots;
	const struct diameter_settings *settings;
	int requests;		   /* reading end of the to_node pipe */
	int wake;			   /* eventfd: something about the peers is new */
	pthread_mutex_t peers; /* while one is added to those shown */
	bool stopping;
	sem_t reader_gone;
	struct attempt *attempt; /* one for each outgoing slot */
	struct pending *pending; /* one for each incoming slot */
	struct duplicates *duplicates;
};

/* node_send.c: requests of ours. */
int node_send_start(struct node *node);
void node_send(struct node *node, struct slot *slot);

/* node_serve.c: requests to us. */
int node_serve_start(struct node *node);
void node_serve_reply(struct node *node, struct slot *slot);

/* node_watch.c: what libfdcore tells, and the states of peers. */
void node_watch_log(void); /* before libfdcore is initialized */
int node_watch_start(struct node *node);
void node_watch_peers(struct node *node); /* one thread only */

#endif
