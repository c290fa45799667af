/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Whom an identity names, as the HSS is asked: the identities of his registration when
 * he is registered, else what the text itself says. For the flow; reads the registry.
 */
#ifndef IPSMGW_FLOW_HSS_WHO_H
#define IPSMGW_FLOW_HSS_WHO_H

#include "../hss/question.h"
#include "../ims/identity.h"
#include "../registry/registry.h"

/* who points into the rest: not to be copied. */
struct hss_subject
{
	struct hss_who who;
	struct registration registration;
	char impu[REGISTRATION_URI_MAX + 1];
	char msisdn[MSISDN_MAX_DIGITS + 1];
	char imsi[IMSI_MAX_DIGITS + 1];
};

/* Read a SIP or tel URI, a number with or without "+", an IMSI or an IMPI. 0, or -1: it names nobody. */
int hss_subject_of(struct hss_subject *out, struct span id);

#endif
