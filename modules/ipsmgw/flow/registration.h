/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Third-party registration (TS 24.341 5.3.3.2, TS 24.229 5.4.1.7, sheet 1.2): what an
 * S-CSCF tells by REGISTER becomes a record of the registry.
 */
#ifndef IPSMGW_FLOW_REGISTRATION_H
#define IPSMGW_FLOW_REGISTRATION_H

#include "../registry/registry.h"
#include "compat.h"

enum registered
{
	REGISTERED_NEW = 1,		  /* first registration of the subscriber */
	REGISTERED_REFRESHED = 2, /* known before, and still registered */
	REGISTERED_GONE = 3,	  /* not registered any more */
	REGISTERED_REPEATED = 4,  /* a retransmission: tm has it */
	REGISTERED_REFUSED = -1,  /* To is no identity: 400 was sent */
	REGISTERED_FULL = -2,	  /* no room in the registry: 503 was sent */
	REGISTERED_FAILED = -3,	  /* the answer could not be sent */
};

/* Take a third-party REGISTER: change the registry, answer it, run the event routes. */
enum registered registration_take(struct sip_msg *msg);

/* A NOTIFY has changed the record: it was put already. */
void registration_changed(
		const struct registration *before, const struct registration *after);

/* A NOTIFY has ended the registration: the record was taken out already. */
void registration_ended(const struct registration *reg);

/* After a restart: subscribe anew for the records that the database had. Once, before the workers are there. */
void registration_begin_again(void);

/* Take out what has expired by now and run the event routes; a slice of it. */
void registration_tick(void);

/* Take a subscriber out by hand. 0, or -1: he is not there. */
int registration_remove(struct span id);

/* The live record of an identity (any form). 0, or -1. */
int registration_find(struct registration *out, struct span id);

#endif
