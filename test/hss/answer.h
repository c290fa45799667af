/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The frame of all answers of the HSS of the tests: what each has, the result, the planned faults, and how it leaves. One
 * function a command fills it: answer_sh.c, answer_s6c.c.
 */
#ifndef HSS_ANSWER_H
#define HSS_ANSWER_H

#include "avp.h"
#include "data.h"

struct reply
{
	struct msg *request; /* belongs to the answer */
	struct msg *answer;	 /* has all but the result and the data */
	uint32_t vendor;	 /* of code: 0 or 10415 */
	uint32_t code;		 /* DIAMETER_SUCCESS when nothing else is said */
};

/* Adds its data to the answer and says the result by the functions below. 0, or an errno value: the answer becomes UNABLE_TO_COMPLY. */
typedef int answer_fn(struct reply *reply);

/* Tell libfdcore that fn answers this command; the application is advertised. 0, or an errno value. */
int answer_register(uint32_t application, uint32_t command, answer_fn *fn);

/* Both return 0, so that a handler may return them. */
int reply_result(struct reply *reply, enum diameter_result code);
int reply_experimental(struct reply *reply, enum diameter_experimental code);

answer_fn answer_udr, answer_pur, answer_snr;
answer_fn answer_srr, answer_rdr;

/* What of a request's Origin-Host or -Realm fits IDENTITY_MAX; else empty. */
void origin_of(char *out, struct msg *msg, uint32_t code);

/* Vendor-Specific-Application-Id, Auth-Session-State, Origin-Host and -Realm, for answers and own requests. 0, or an errno value. */
int add_head(struct msg *msg, uint32_t application);

#endif
