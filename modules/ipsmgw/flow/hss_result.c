/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Outcomes of questions to the HSS: see hss_result.h.
 */
#include "hss_result.h"

static const char *const names[HSS_OUTCOMES] = {
		[DIAMETER_NO_OUTCOME] = "none",
		[DIAMETER_ANSWERED] = "answered",
		[DIAMETER_TIMEOUT] = "timeout",
		[DIAMETER_NO_PEER] = "no-peer",
		[DIAMETER_SEND_FAILED] = "send-failed",
		[DIAMETER_NODE_RESTARTED] = "restarted",
		[DIAMETER_MALFORMED] = "malformed",
		[HSS_NOT_USED] = "not-used",
		[HSS_NO_SLOT] = "no-slot",
		[HSS_NO_IDENTITY] = "no-identity",
		[HSS_CANNOT_WAIT] = "cannot-wait",
};

void hss_result_without(struct hss_result *out, unsigned outcome)
{
	memset(out, 0, sizeof(*out));
	out->outcome = (uint8_t)outcome;
	out->data.user_state = SH_NOT_STATED;
	if(outcome < DIAMETER_OUTCOMES)
		out->data.verdict.outcome = (uint8_t)outcome;
}

void hss_result_of_slot(struct hss_result *out, const struct slot *slot)
{
	struct hss_data *data = &out->data;
	size_t len;

	hss_result_without(out, slot->answer.outcome);
	data->verdict = slot->answer;
	memcpy(data->msisdn, slot->answer.msisdn, sizeof(data->msisdn));
	/* what is longer is no IMSI */
	len = strlen(slot->answer.user_name);
	if(len < sizeof(data->imsi))
		memcpy(data->imsi, slot->answer.user_name, len + 1);
	if(slot->request.operation != DIAMETER_SRR)
		return;
	out->nodes = slot->answer.nodes;
	memcpy(out->node, slot->node, sizeof(out->node));
}

void hss_result_of_data(struct hss_result *out, const struct hss_data *data)
{
	out->outcome = data->verdict.outcome;
	out->data = *data;
	out->nodes = 0;
}

const char *hss_outcome_name(unsigned outcome)
{
	return outcome < HSS_OUTCOMES ? names[outcome] : "none";
}

const struct diameter_node *hss_result_node(
		const struct hss_result *result, enum diameter_node_type type)
{
	unsigned i;

	for(i = 0; i < result->nodes; i++)
		if(result->node[i].type == type)
			return &result->node[i];
	return NULL;
}

bool hss_result_is_temporary(const struct hss_result *result)
{
	if(result->outcome >= DIAMETER_OUTCOMES)
		return result->outcome == HSS_NO_SLOT;
	return hss_is_temporary(&result->data.verdict);
}

const char *hss_result_name(const struct hss_result *result)
{
	if(result->outcome != DIAMETER_ANSWERED)
		return "";
	return diameter_result_name(
			result->data.verdict.vendor, result->data.verdict.result);
}
