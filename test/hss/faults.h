/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What the HSS of the tests shall do wrong: planned by the control channel, taken by the next requests. Without a plan it
 * does nothing wrong.
 */
#ifndef HSS_FAULTS_H
#define HSS_FAULTS_H

#include <stdbool.h>
#include <stdint.h>

struct fault
{
	uint32_t result;	   /* answer with this Result-Code alone; 0: no */
	uint32_t experimental; /* the same with Experimental-Result of 3GPP */
	uint32_t delay;		   /* ms until the answer leaves */
	bool silence;		   /* no answer */
	bool unknown_avp;	   /* an AVP that nobody knows, with the M bit */
	bool garbage;		   /* User-Data that is no XML and no UTF-8 */
	bool no_session;	   /* no Session-Id */
	bool disconnect;	   /* close the connection instead of an answer */
};

/* Plan "COMMAND COUNT WHAT...": COMMAND "UDR" ... or "all", COUNT how many requests (0: until the reset), WHAT one or more of
 * "result N", "experimental N", "delay MS" (or "late MS"), "silence", "unknown-avp", "garbage", "no-session", "disconnect".
 * The line is cut to pieces. 0, or -1: not understood, or too many plans. */
int faults_plan(char *line);

/* What is planned for this request; the oldest plan first. All zero: nothing. */
void faults_take(struct fault *out, uint32_t command);

void faults_reset(void);

#endif
