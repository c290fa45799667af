/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What came of a question to the HSS, in one form for all of them: an answer with what
 * it says of the subscriber and of the nodes that serve him, or why there is none. For
 * the flow and the face.
 */
#ifndef IPSMGW_FLOW_HSS_RESULT_H
#define IPSMGW_FLOW_HSS_RESULT_H

#include "../hss/read.h"
#include "../ims/sh_data.h"

/* Why there is no answer, beside enum diameter_outcome. */
enum hss_no_answer
{
	HSS_NOT_USED =
			DIAMETER_OUTCOMES, /* no HSS, or hss_profile does not allow it */
	HSS_NO_SLOT,			   /* hss_slots questions are open, or no memory */
	HSS_NO_IDENTITY,		   /* nothing that this can be asked by */
	HSS_CANNOT_WAIT,		   /* no request that could wait */
	HSS_OUTCOMES
};

struct hss_result
{
	uint8_t outcome; /* enum diameter_outcome or hss_no_answer */
	struct hss_data data;
	unsigned nodes; /* of a routing answer */
	struct diameter_node node[DIAMETER_NODES_MAX];
};

void hss_result_of_slot(struct hss_result *out, const struct slot *slot);
void hss_result_of_data(struct hss_result *out, const struct hss_data *data);

/* There is no answer: enum diameter_outcome or hss_no_answer. */
void hss_result_without(struct hss_result *out, unsigned outcome);

/* "answered", "timeout", "no-peer" ...: the words of docs/script.md. */
const char *hss_outcome_name(unsigned outcome);

/* The first node of that kind; NULL: none. */
const struct diameter_node *hss_result_node(
		const struct hss_result *result, enum diameter_node_type type);

/* May the same question have another answer later? */
bool hss_result_is_temporary(const struct hss_result *result);

/* The standard's name of the result; "" without an answer. */
const char *hss_result_name(const struct hss_result *result);

#endif
