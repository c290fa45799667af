/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Reading what the HSS knows of a subscriber (Sh-Pull, TS 29.328 6.1.1): one question
 * or several, as the HSS can take them, put together into one answer; kept for a
 * while, also when there was none. The answer comes in a worker's process.
 */
#ifndef IPSMGW_HSS_READ_H
#define IPSMGW_HSS_READ_H

#include "hss.h"
#include "question.h"

#define HSS_IMPUS_MAX 16

/* What was learnt. Digits and texts are NUL-terminated, "": not known. */
struct hss_data
{
	struct diameter_answer
			verdict; /* what ended it; a success when anything was answered and nothing broke it off */
	uint64_t
			answered; /* references that were answered with success, maybe by: there is none */
	bool cached;
	diameter_digits msisdn, imsi;
	diameter_text impi, scscf;
	unsigned impus;
	diameter_text impu[HSS_IMPUS_MAX];
	int user_state; /* enum sh_user_state, or SH_NOT_STATED */
	diameter_digits ip_sm_gw_number, sc_address;
	diameter_text mme_name;
};

/* The answer, in a worker's process, without locks; good until it returns. cookie: the asker's. */
typedef void (*hss_read_done_f)(
		const struct hss_data *data, const uint64_t cookie[2]);

struct hss_read_options
{
	unsigned max;		 /* answers kept */
	unsigned seconds;	 /* kept, one that has something */
	unsigned seconds_no; /* kept, one that has nothing: user unknown */
	unsigned limit_ms;	 /* no further question of a reading after so long */
	hss_read_done_f done[HSS_PURPOSES];
	/* a document could not be read: counted by whoever counts; NULL: nobody */
	void (*unreadable)(void);
};

/* Before the fork, before hss_init(). 0, or -1: no shared memory. */
int hss_read_init(const struct hss_read_options *wanted);
void hss_read_destroy(void);

/* For hss_options.done of each purpose that reads: the next question, or the end. */
void hss_read_outcome(struct slot *slot);

enum hss_read_result
{
	HSS_READ_KEPT =
			1, /* *data is the answer, from the cache; nothing is called */
	HSS_READ_ASKED = 2, /* done[purpose] will be called with the cookie */
	HSS_READ_FAILED =
			-1, /* data->verdict.outcome says why: no peer, no slot ... */
};

/* Ask for these references of a subscriber (REFERENCE() of question.h), or for what of them is not in the cache. */
enum hss_read_result hss_read(struct hss_data *data, const struct hss_who *who,
		uint64_t references, enum hss_purpose purpose,
		const uint64_t cookie[2]);

/* What is kept of him is out of date. */
void hss_read_forget(const struct hss_who *who);

/* --- looking around ------------------------------------------------------------- */

unsigned hss_read_kept(void);

#endif
