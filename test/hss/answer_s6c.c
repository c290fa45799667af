/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * S6c (TS 29.338 5.2): what the HSS of the tests answers to Send-Routing-Info-for-SM- and
 * Report-SM-Delivery-Status-Request.
 */
#include "answer.h"

/* what tells a node, and its reason why nobody is there */
struct node_avps
{
	enum node_kind kind;
	uint32_t name; /* 0: it has none */
	uint32_t realm;
	uint32_t number;
	uint32_t diagnostic;
};

/* in the order of preference */
static const struct node_avps nodes[] = {
		{NODE_MME, AVP_MME_NAME, AVP_MME_REALM, AVP_MME_NUMBER_FOR_MT_SMS,
				AVP_MME_ABSENT_USER_DIAGNOSTIC_SM},
		{NODE_MSC, 0, 0, AVP_MSC_NUMBER, AVP_MSC_ABSENT_USER_DIAGNOSTIC_SM},
		{NODE_SGSN, AVP_SGSN_NAME, AVP_SGSN_REALM, AVP_SGSN_NUMBER,
				AVP_SGSN_ABSENT_USER_DIAGNOSTIC_SM},
};

#define NODE_ROWS (sizeof(nodes) / sizeof(nodes[0]))

static int add_node(struct msg *answer, uint32_t group_code,
		const struct node_avps *avps, const struct node *node)
{
	struct avp *group = NULL;
	int error = avp_add_group(&group, answer, VENDOR_3GPP, group_code);

	if(!error && node->name[0] && avps->name)
		error = avp_add_text(group, VENDOR_3GPP, avps->name, node->name);
	if(!error && node->realm[0] && avps->realm)
		error = avp_add_text(group, VENDOR_3GPP, avps->realm, node->realm);
	if(!error && node->number[0])
		error = avp_add_number(group, VENDOR_3GPP, avps->number, node->number);
	return error;
}

/* As many nodes as the asker can take. 0, or an errno value; *count: how many there were. */
static int add_nodes(struct msg *answer, const struct subscriber *s,
		unsigned most, unsigned *count)
{
	int error = 0;

	*count = 0;
	for(size_t i = 0; i < NODE_ROWS && !error && *count < most; i++) {
		const struct node *node = &s->nodes[nodes[i].kind];

		if(!node_present(node))
			continue;
		error = add_node(answer,
				*count ? AVP_ADDITIONAL_SERVING_NODE : AVP_SERVING_NODE,
				&nodes[i], node);
		(*count)++;
	}
	return error;
}

static int add_diagnostics(struct msg *answer, const struct subscriber *s)
{
	int error = 0;

	for(size_t i = 0; i < NODE_ROWS && !error; i++) {
		int absent = s->nodes[nodes[i].kind].absent;

		if(absent >= 0)
			error = avp_add_u32(
					answer, VENDOR_3GPP, nodes[i].diagnostic, (uint32_t)absent);
	}
	return error;
}

static bool waits(const struct subscriber *s, const char *sc_address)
{
	for(size_t i = 0; i < MWD_MAX; i++)
		if(s->mwd[i][0] && strcmp(s->mwd[i], sc_address) == 0)
			return true;
	return false;
}

/* MWD-Status where there is something to tell of waiting messages. */
static int add_mwd_status(
		struct msg *answer, const struct subscriber *s, struct msg *request)
{
	uint32_t status = s->mwd_status;
	char sc_address[DIGITS_MAX];

	if(status == 0)
		return 0;
	if(avp_number(sc_address, request, VENDOR_3GPP, AVP_SC_ADDRESS)
			&& !waits(s, sc_address))
		status |= MWD_SC_ADDRESS_NOT_INCLUDED;
	return avp_add_u32(answer, VENDOR_3GPP, AVP_MWD_STATUS, status);
}

/* For a subscriber without MSISDN his gateway is told, nothing else. */
static int add_gateway(struct msg *answer, const struct subscriber *s)
{
	struct avp *group = NULL;
	int error = avp_add_group(&group, answer, VENDOR_3GPP, AVP_SERVING_NODE);

	if(!error && s->gw_number[0])
		error = avp_add_number(
				group, VENDOR_3GPP, AVP_IP_SM_GW_NUMBER, s->gw_number);
	if(!error && s->gw_host[0])
		error = avp_add_text(group, VENDOR_3GPP, AVP_IP_SM_GW_NAME, s->gw_host);
	if(!error && s->gw_realm[0])
		error = avp_add_text(
				group, VENDOR_3GPP, AVP_IP_SM_GW_REALM, s->gw_realm);
	return error;
}

/* The subscriber of MSISDN, IMSI or SIP URI. *by_uri: of the last. false: none of them is there. */
static bool find_asked(
		struct subscriber **out, bool *by_uri, struct msg *request)
{
	struct avp *correlation =
			avp_first(request, VENDOR_3GPP, AVP_SMSMI_CORRELATION_ID);
	char number[DIGITS_MAX], text[IDENTITY_MAX];

	*by_uri = false;
	*out = NULL;
	if(avp_number(number, request, VENDOR_3GPP, AVP_MSISDN))
		*out = data_find(BY_MSISDN, number);
	else if(avp_text(text, sizeof(text), request, VENDOR_IETF, AVP_USER_NAME))
		*out = data_find(BY_IMSI, text);
	else if(correlation
			&& avp_text(text, sizeof(text), correlation, VENDOR_3GPP,
					AVP_DESTINATION_SIP_URI)) {
		*out = data_find(BY_IMPU, text);
		*by_uri = true;
	} else
		return false;
	return true;
}

static int route(struct reply *reply, const struct subscriber *s)
{
	const union avp_value *flags =
			avp_value(reply->request, VENDOR_3GPP, AVP_SRR_FLAGS);
	unsigned most = flags && flags->u32 & SRR_GPRS_INDICATOR ? 2 : 1;
	unsigned count;
	int error =
			avp_add_text(reply->answer, VENDOR_IETF, AVP_USER_NAME, s->imsi);

	if(error
			|| avp_first(
					reply->request, VENDOR_3GPP, AVP_SM_DELIVERY_NOT_INTENDED))
		return error;
	error = add_nodes(reply->answer, s, most, &count);
	if(!error)
		error = add_mwd_status(reply->answer, s, reply->request);
	if(!error && count == 0) {
		reply_experimental(reply, DIAMETER_ERROR_ABSENT_USER);
		error = add_diagnostics(reply->answer, s);
	}
	return error;
}

int answer_srr(struct reply *reply)
{
	struct subscriber *s;
	bool by_uri;
	int error = 0;

	data_lock();
	if(!find_asked(&s, &by_uri, reply->request))
		reply_result(reply, DIAMETER_MISSING_AVP);
	else if(!s)
		reply_experimental(reply, DIAMETER_ERROR_USER_UNKNOWN);
	else if(s->not_subscribed)
		reply_experimental(reply, DIAMETER_ERROR_SERVICE_NOT_SUBSCRIBED);
	else if(s->barred)
		reply_experimental(reply, DIAMETER_ERROR_SERVICE_BARRED);
	else
		error = by_uri ? add_gateway(reply->answer, s) : route(reply, s);
	data_unlock();
	return error;
}

/* the flag of MWD-Status that a node's ABSENT_USER sets */
static const struct
{
	uint32_t outcome;
	uint32_t flag;
} outcomes[] = {
		{AVP_MME_SM_DELIVERY_OUTCOME, MWD_MNRF},
		{AVP_MSC_SM_DELIVERY_OUTCOME, MWD_MNRF},
		{AVP_SGSN_SM_DELIVERY_OUTCOME, MWD_MNRG},
		{AVP_IP_SM_GW_SM_DELIVERY_OUTCOME, MWD_MNRF},
		{AVP_SMSF_3GPP_SM_DELIVERY_OUTCOME, MWD_MNR5G},
		{AVP_SMSF_NON_3GPP_SM_DELIVERY_OUTCOME, MWD_MNR5G},
};

/* Bits of MWD-Status that the outcome sets; *success: it was delivered somewhere. */
static uint32_t read_outcome(bool *success, struct msg *request)
{
	struct avp *group =
			avp_first(request, VENDOR_3GPP, AVP_SM_DELIVERY_OUTCOME);
	uint32_t status = 0;

	*success = false;
	for(size_t i = 0; group && i < sizeof(outcomes) / sizeof(outcomes[0]);
			i++) {
		struct avp *node = avp_first(group, VENDOR_3GPP, outcomes[i].outcome);
		const union avp_value *cause =
				node ? avp_value(node, VENDOR_3GPP, AVP_SM_DELIVERY_CAUSE)
					 : NULL;

		if(!cause)
			continue;
		if(cause->u32 == SUCCESSFUL_TRANSFER)
			*success = true;
		else if(cause->u32 == ABSENT_USER)
			status |= outcomes[i].flag;
		else
			status |= MWD_MCEF;
	}
	return status;
}

/* 0, or -1: the list is full. */
static int add_waiting(struct subscriber *s, const char *sc_address)
{
	if(waits(s, sc_address))
		return 0;
	for(size_t i = 0; i < MWD_MAX; i++)
		if(s->mwd[i][0] == '\0') {
			snprintf(s->mwd[i], sizeof(s->mwd[i]), "%s", sc_address);
			return 0;
		}
	return -1;
}

static void store_report(
		struct reply *reply, struct subscriber *s, const char *sc_address)
{
	const union avp_value *flags =
			avp_value(reply->request, VENDOR_3GPP, AVP_RDR_FLAGS);
	bool once = flags && flags->u32 & RDR_SINGLE_ATTEMPT_DELIVERY;
	bool success;
	uint32_t status = read_outcome(&success, reply->request);

	if(success) {
		s->mwd_status = 0;
		memset(s->mwd, 0, sizeof(s->mwd));
		return;
	}
	s->mwd_status |= status;
	if(!once && add_waiting(s, sc_address))
		reply_experimental(reply, DIAMETER_ERROR_MWD_LIST_FULL);
}

static int add_alert_msisdn(struct msg *answer, const struct subscriber *s)
{
	struct avp *group = NULL;
	int error = avp_add_group(&group, answer, VENDOR_3GPP, AVP_USER_IDENTIFIER);

	return error ? error
				 : avp_add_number(
						 group, VENDOR_3GPP, AVP_MSISDN, s->alert_msisdn);
}

static struct subscriber *find_reported(struct msg *request)
{
	struct avp *group = avp_first(request, VENDOR_3GPP, AVP_USER_IDENTIFIER);
	char number[DIGITS_MAX], text[IDENTITY_MAX];

	if(!group)
		return NULL;
	if(avp_number(number, group, VENDOR_3GPP, AVP_MSISDN))
		return data_find(BY_MSISDN, number);
	if(avp_text(text, sizeof(text), group, VENDOR_IETF, AVP_USER_NAME))
		return data_find(BY_IMSI, text);
	if(avp_text(
			   text, sizeof(text), group, VENDOR_3GPP, AVP_EXTERNAL_IDENTIFIER))
		return data_find(BY_EXTERNAL, text);
	return NULL;
}

int answer_rdr(struct reply *reply)
{
	char sc_address[DIGITS_MAX];
	struct subscriber *s;
	int error = 0;

	data_lock();
	s = find_reported(reply->request);
	if(!s)
		reply_experimental(reply, DIAMETER_ERROR_USER_UNKNOWN);
	else if(!avp_number(
					sc_address, reply->request, VENDOR_3GPP, AVP_SC_ADDRESS))
		reply_result(reply, DIAMETER_INVALID_AVP_VALUE);
	else {
		store_report(reply, s, sc_address);
		if(s->alert_msisdn[0])
			error = add_alert_msisdn(reply->answer, s);
	}
	data_unlock();
	return error;
}
