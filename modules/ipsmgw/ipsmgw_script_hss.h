/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What the routing script asks of the HSS: for the native script with the route to go
 * on with as its place in main_rt, for KEMI with the name of a function or route.
 * docs/script.md is the reference; the procedures are in flow/hss_script.h.
 */
#ifndef IPSMGW_SCRIPT_HSS_H
#define IPSMGW_SCRIPT_HSS_H

#include "flow/compat.h"

int w_hss_read(struct sip_msg *msg, char *id, char *route);
int w_hss_read_some(struct sip_msg *msg, char *id, char *route, char *what);
int w_hss_update(struct sip_msg *msg, char *id, char *here, char *route);
int w_sri(struct sip_msg *msg, char *id, char *sc, char *route);
int w_report_delivery(struct sip_msg *msg, char *id, char *sc, char *outcome,
		char *diagnostic, char *route);

/* Parameters at the start: strings with pseudo-variables, and a route that must be there. */
int fixup_hss_read(void **param, int number);
int fixup_hss_ask(void **param, int number); /* the third is the route */
int fixup_report_delivery(void **param, int number);

int ki_hss_read(struct sip_msg *msg, str *id, str *route);
int ki_hss_read_some(struct sip_msg *msg, str *id, str *route, str *what);
int ki_hss_update(struct sip_msg *msg, str *id, int here, str *route);
int ki_sri(struct sip_msg *msg, str *id, str *sc, str *route);
int ki_report_delivery(struct sip_msg *msg, str *id, str *sc, str *outcome,
		int diagnostic, str *route);

#endif
